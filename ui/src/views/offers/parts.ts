// What an offer is made of, new and empty, and what of it is in use. Empty means that the letter does not say.

import type { Case, ExchangeRate, Grant, HardwareStipend, Offer, TokenBudget } from '../../bindings';
import { offersText as text } from '../../text/offers';

/** The most offers one case holds. */
export const MOST_OFFERS = 12;

/** Vesting of a new grant: the commonest form, from the catalogue. */
const COMMON_VESTING = 'even-4y-quarterly-1y-cliff';

export function newGrant(): Grant {
  return {
    label: '',
    size: { kind: 'value', amount: '' },
    sharePrice: '',
    vesting: { kind: 'preset', preset: COMMON_VESTING },
    volatility: '',
    growth: '',
  };
}

export function newRate(): ExchangeRate {
  return { currency: '', rate: '', asOf: '' };
}

export function newBudget(): TokenBudget {
  return {
    unit: 'currency',
    amount: '',
    unitPrice: '',
    period: 'year',
    resetDay: '',
    growth: '',
    cashRelation: 'notSaid',
    owner: 'notSaid',
    people: '',
    rollover: 'notSaid',
    rolloverCap: '',
    rolloverExpiryMonths: '',
    onLeaving: 'notSaid',
    graceMonths: '',
    personalUse: 'notSaid',
    personalShare: '',
    outputOwnership: '',
    lockIn: 'notSaid',
    provider: '',
    overage: 'notSaid',
    priceClause: 'notSaid',
    revocable: 'notSaid',
    firmMonths: '',
    tax: 'notSaid',
    outputUplift: 'notSaid',
    usageInReviews: 'notSaid',
    logging: 'notSaid',
  };
}

export function newHardware(): HardwareStipend {
  return { amount: '', machine: '', ownership: 'notSaid', ownershipMonths: '', personalUse: 'notSaid', resale: '' };
}

export function newOffer(id: string): Offer {
  return {
    id,
    kind: 'offer',
    company: '',
    role: '',
    currency: '',
    start: '',
    base: '',
    raise: '',
    bonus: { target: '', payout: '' },
    signOn: { amount: '', clawback: 'notSaid', clawbackMonths: '' },
    grants: [],
    match: { rate: '', upTo: '', cap: '' },
    benefits: [],
    tokenBudget: null,
    hardware: null,
    notes: '',
  };
}

/** An id that no offer of the case has: `offer-3`. */
export function freeId(of: Case): string {
  const taken = new Set(of.offers.map((offer) => offer.id));
  let n = of.offers.length + 1;
  while (taken.has(`offer-${n}`)) n += 1;
  return `offer-${n}`;
}

/** The name on screen: the company, or its place while that is empty. */
export function nameOf(offer: Offer, index: number): string {
  return offer.company.trim() || (offer.kind === 'currentJob' ? text.currentJob : text.unnamed(index + 1));
}

/** The currency of its amounts, as typed. */
export function currencyOf(of: Case, offer: Offer): string {
  return (offer.currency.trim() || of.currency.trim()).toUpperCase();
}

/** Whether anything that counts has been written, beside who offers what job. */
export function hasFigures(offer: Offer): boolean {
  const texts = [offer.base, offer.raise, ...Object.values(offer.bonus), offer.signOn.amount, ...Object.values(offer.match)];
  return (
    texts.some((entry) => entry.trim() !== '') ||
    offer.grants.length > 0 ||
    offer.benefits.length > 0 ||
    offer.tokenBudget !== null ||
    offer.hardware !== null
  );
}

/** Nothing is written in it yet. */
export function isFresh(offer: Offer): boolean {
  return offer.company.trim() === '' && offer.role.trim() === '' && !hasFigures(offer);
}

/** The parts of an offer that stay folded until they are used. */
export type Part = 'place' | 'raise' | 'match' | 'benefits' | 'tokenBudget' | 'hardware' | 'notes';

/** Whether a folded part holds something. */
export function isUsed(offer: Offer, part: Part): boolean {
  switch (part) {
    case 'place':
      return offer.currency !== '' || offer.start !== '';
    case 'raise':
      return offer.raise !== '' || offer.bonus.payout !== '';
    case 'match':
      return Object.values(offer.match).some((entry) => entry !== '');
    case 'benefits':
      return offer.benefits.length > 0;
    case 'tokenBudget':
      return offer.tokenBudget !== null;
    case 'hardware':
      return offer.hardware !== null;
    case 'notes':
      return offer.notes !== '';
  }
}

/** The folded part that a path inside an offer lies in, so that a finding or a question can open it. */
export function partOf(inside: string): Part | undefined {
  const [first, second] = inside.split('/');
  if (first === 'currency' || first === 'start') return 'place';
  if (first === 'raise' || (first === 'bonus' && second === 'payout')) return 'raise';
  if (first === 'match' || first === 'benefits' || first === 'tokenBudget' || first === 'hardware' || first === 'notes') {
    return first;
  }
  return undefined;
}

export interface RateRow {
  /** Its place in `exchange`; one past the end for a rate that is not there yet. */
  index: number;
  currency: string;
}

/**
 * The exchange rates the case has or needs. Of the ones it needs and has not, only the first can be written:
 * the next one's place is known when that is there.
 */
export function rates(of: Case): RateRow[] {
  const have = of.exchange.map((rate, index) => ({ index, currency: rate.currency.trim().toUpperCase() }));
  const home = of.currency.trim().toUpperCase();
  const compute = of.offers.some((offer) => offer.tokenBudget !== null || offer.hardware !== null);
  // Prices of models and machines are in dollars.
  const needed = [...of.offers.map((offer) => currencyOf(of, offer)), ...(compute ? ['USD'] : [])]
    .find((code) => /^[A-Z]{3}$/.test(code) && code !== home && !have.some((rate) => rate.currency === code));
  return needed && home ? [...have, { index: of.exchange.length, currency: needed }] : have;
}
