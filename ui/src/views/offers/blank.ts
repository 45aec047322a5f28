// What an offer is made of, new and empty. Empty means that the letter does not say.

import type {
  Acceleration,
  BaseChange,
  Benefit,
  Commission,
  ExchangeRate,
  Exit,
  FutureRound,
  Grant,
  HardwareStipend,
  Match,
  MatchTier,
  Move,
  Offer,
  Payment,
  Preference,
  PrivateCompany,
  PurchasePlan,
  Refreshers,
  SignOn,
  TokenBudget,
  Tranche,
  Vesting,
  VestingEvent,
} from '../../bindings';

/** Vesting of a new grant: the commonest form, from the catalogue. */
const COMMON_VESTING = 'even-4y-quarterly-1y-cliff';

const newAcceleration = (): Acceleration => ({ trigger: 'notSaid', percent: '', monthsForward: '', saleMonth: '' });

export function newGrant(): Grant {
  return {
    label: '',
    instrument: 'rsu',
    size: { kind: 'value', amount: '' },
    sharePrice: '',
    priceRule: 'notSaid',
    referencePrice: '',
    strike: '',
    exercise: 'sameDaySale',
    windowMonths: '',
    vesting: { kind: 'preset', preset: COMMON_VESTING },
    granted: '',
    catchUp: 'onGrantDate',
    commencement: '',
    vestDay: '',
    allocation: 'cumulativeRounding',
    acceleration: newAcceleration(),
    volatility: '',
    growth: '',
  };
}

/** A schedule of the kind that was chosen, or a preset by its key. */
export function newVesting(choice: string): Vesting {
  switch (choice) {
    case 'yearly':
      return { kind: 'yearly', split: '25/25/25/25', every: 'quarter', cliffMonths: '' };
    case 'tranches':
      return { kind: 'tranches', tranches: [{ afterMonths: '12', percent: '' }] };
    case 'openCap':
      return { kind: 'openCap', terms: '', events: [] };
    default:
      return { kind: 'preset', preset: choice };
  }
}

/** The next tranche of a schedule: a year after the last. */
export function nextTranche(tranches: readonly Tranche[]): Tranche {
  const last = tranches.at(-1)?.afterMonths.trim() ?? '';
  return { afterMonths: /^\d{1,4}$/.test(last) ? String(Number(last) + 12) : '', percent: '' };
}

export const newEvent = (): VestingEvent => ({ condition: '', on: '' });

export function newRefreshers(): Refreshers {
  return {
    amount: '',
    firstMonth: '',
    everyMonths: '',
    probability: '',
    growth: '',
    vesting: newVesting('yearly'),
    promised: false,
  };
}

export function newPrivateCompany(): PrivateCompany {
  return {
    fullyDiluted: '',
    preferredPrice: '',
    dilution: '',
    rounds: [],
    preferences: [],
    exits: [],
    illiquidity: '',
    stance: 'expected',
    unitsOnLeaving: 'notSaid',
  };
}

export const newExit = (): Exit => ({ label: '', value: '', probability: '', afterMonths: '' });

export const newRound = (): FutureRound => ({ label: '', dilution: '', afterMonths: '', invested: '' });

export function newPreference(): Preference {
  return { label: '', invested: '', multiple: '', shares: '', participation: 'none', cap: '', rank: '' };
}

export function newPurchasePlan(): PurchasePlan {
  return { contribution: '', discount: '', lookBack: false, months: '', sharePrice: '', cap: '' };
}

export const newMove = (): Move => ({ place: '', area: '', on: '' });

export const newBaseChange = (): BaseChange => ({ on: '', to: '', by: '' });

export function newCommission(): Commission {
  return { onTarget: '', attainment: '', accelerator: '', cap: '', guaranteedMonths: '', every: 'quarter' };
}

export const newSignOn = (): SignOn => ({ amount: '', clawback: 'notSaid', clawbackMonths: '', repayment: 'notSaid' });

export function newPayment(): Payment {
  return {
    kind: 'relocation',
    label: '',
    amount: '',
    afterMonths: '',
    clawback: 'notSaid',
    clawbackMonths: '',
    repayment: 'notSaid',
  };
}

export function newMatch(): Match {
  return { rate: '', upTo: '', cap: '', tiers: [], fixed: '', paid: 'notSaid', vesting: { kind: 'immediate' } };
}

export const newTier = (): MatchTier => ({ rate: '', upTo: '' });

export function newBenefit(): Benefit {
  return { label: '', kind: 'other', amount: '', quantity: '', valuedAt: '', taxed: false };
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
    resetMonth: '',
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
    place: '',
    area: '',
    move: null,
    start: '',
    base: '',
    raise: '',
    baseChanges: [],
    bonus: { target: '', fixed: '', payout: '', firstYear: 'usual', paidInMonth: '' },
    commission: null,
    signOn: newSignOn(),
    payments: [],
    grants: [],
    refreshers: null,
    privateCompany: null,
    purchasePlan: null,
    match: newMatch(),
    benefits: [],
    tokenBudget: null,
    hardware: null,
    layoffRisk: '',
    notes: '',
  };
}

/** Whether two parts of a document hold the same. What one of them lacks counts as nothing written. */
export function same(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return one === other || (isNothing(one) && isNothing(other));
  }
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => same((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]));
}

const isNothing = (value: unknown) => value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
