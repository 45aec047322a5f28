// The parts of an offer that stay folded until they are used: what each holds, how it begins, and how it goes again.

import type { Case, Offer } from '../../bindings';
import { offersText as text } from '../../text/offers';
import {
  newBaseChange,
  newBenefit,
  newBudget,
  newCommission,
  newGrant,
  newHardware,
  newMove,
  newOffer,
  newPayment,
  newPrivateCompany,
  newPurchasePlan,
  newRefreshers,
  same,
} from './blank';

/** The most offers one case holds. */
export const MOST_OFFERS = 12;

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

// Who offers what job, where and when: nothing that counts.
const NO_FIGURES: readonly (keyof Offer)[] = ['id', 'kind', 'company', 'role', 'currency', 'place', 'area', 'start', 'layoffRisk', 'notes'];

/** Whether anything that counts has been written, beside who offers what job. */
export function hasFigures(offer: Offer): boolean {
  const blank = newOffer('');
  return (Object.keys(blank) as (keyof Offer)[]).some((field) => !NO_FIGURES.includes(field) && !same(offer[field], blank[field]));
}

/** Nothing is written in it yet. */
export function isFresh(offer: Offer): boolean {
  return offer.company.trim() === '' && offer.role.trim() === '' && !hasFigures(offer);
}

/** The parts of an offer that stay folded until they are used. */
export type Part =
  | 'place'
  | 'move'
  | 'payments'
  | 'baseChanges'
  | 'commission'
  | 'refreshers'
  | 'privateCompany'
  | 'purchasePlan'
  | 'match'
  | 'benefits'
  | 'tokenBudget'
  | 'hardware'
  | 'layoffRisk'
  | 'notes';

interface Rule {
  /** The fields of the offer that the part holds. */
  fields: readonly (keyof Offer)[];
  /** The path of its first field, seen from the offer. */
  first: string;
  /** What is in the document once the part is there; nothing for parts that are only unfolded. */
  begin?: (offer: Offer) => void;
}

const RULES: Readonly<Record<Part, Rule>> = {
  place: { fields: ['place', 'area', 'currency', 'start'], first: 'place' },
  move: { fields: ['move'], first: 'move/place', begin: (offer) => (offer.move = newMove()) },
  payments: { fields: ['payments'], first: 'payments/0/kind', begin: (offer) => (offer.payments = [newPayment()]) },
  baseChanges: { fields: ['baseChanges'], first: 'baseChanges/0/on', begin: (offer) => (offer.baseChanges = [newBaseChange()]) },
  commission: { fields: ['commission'], first: 'commission/onTarget', begin: (offer) => (offer.commission = newCommission()) },
  refreshers: { fields: ['refreshers'], first: 'refreshers/amount', begin: (offer) => (offer.refreshers = newRefreshers()) },
  privateCompany: {
    fields: ['privateCompany'],
    first: 'privateCompany/fullyDiluted',
    begin: (offer) => (offer.privateCompany = newPrivateCompany()),
  },
  purchasePlan: {
    fields: ['purchasePlan'],
    first: 'purchasePlan/contribution',
    begin: (offer) => (offer.purchasePlan = newPurchasePlan()),
  },
  match: { fields: ['match'], first: 'match/rate' },
  benefits: { fields: ['benefits'], first: 'benefits/0/label', begin: (offer) => (offer.benefits = [newBenefit()]) },
  tokenBudget: { fields: ['tokenBudget'], first: 'tokenBudget/amount', begin: (offer) => (offer.tokenBudget = newBudget()) },
  hardware: { fields: ['hardware'], first: 'hardware/amount', begin: (offer) => (offer.hardware = newHardware()) },
  layoffRisk: { fields: ['layoffRisk'], first: 'layoffRisk' },
  notes: { fields: ['notes'], first: 'notes' },
};

/** In the order in which they are offered: what letters of today speak of first. */
export const FOLDED: readonly (Part | 'grant')[] = [
  'place',
  'tokenBudget',
  'hardware',
  'grant',
  'match',
  'benefits',
  'payments',
  'baseChanges',
  'commission',
  'refreshers',
  'privateCompany',
  'purchasePlan',
  'move',
  'layoffRisk',
  'notes',
];

/** Whether a folded part holds something. */
export function isUsed(offer: Offer, part: Part): boolean {
  const blank = newOffer('');
  return RULES[part].fields.some((field) => !same(offer[field], blank[field]));
}

/** Puts a part into an offer that has none. False when there is nothing to put: the part is only unfolded. */
export function begin(offer: Offer, part: Part): boolean {
  const { begin: how } = RULES[part];
  if (!how || isUsed(offer, part)) return false;
  how(offer);
  return true;
}

/** Whether a part begins in the document. */
export const begins = (part: Part): boolean => RULES[part].begin !== undefined;

/** Takes a part away: the letter says nothing of it again. */
export function clear(offer: Offer, part: Part): void {
  const blank = newOffer('') as unknown as Record<string, unknown>;
  for (const field of RULES[part].fields) (offer as unknown as Record<string, unknown>)[field] = blank[field];
}

/** One more grant at the end; the first is on screen before it is written. */
export function addGrant(offer: Offer): void {
  const wanted = Math.max(offer.grants.length, 1) + 1;
  while (offer.grants.length < wanted) offer.grants.push(newGrant());
}

/** The path of the first field of a part, seen from the offer. */
export const firstOf = (part: Part): string => RULES[part].first;

/** The folded part that a path inside an offer lies in, so that a finding or a question can open it. */
export function partOf(inside: string): Part | undefined {
  const [first] = inside.split('/');
  return (Object.keys(RULES) as Part[]).find((part) => RULES[part].fields.some((field) => field === first));
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
