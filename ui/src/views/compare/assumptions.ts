// The assumptions of the tray: where each stands in the case, and how its value reads.

import type { Case } from '../../bindings';
import { months, percent } from '../../format';
import { text } from '../../text/compare';

export interface Assumption {
  /** Names its slider: `slider-<key>`. */
  key: string;
  /** The text of its field, as typed; blank means the usual. */
  get(open: Case): string;
  set(draft: Case, value: string): void;
  /** A value in words; `blank` when the person has set none. */
  format(value: string, blank: boolean): string;
  /** Blank is a choice of its own that the person can go back to; a workload has its own place. */
  hasUsual: boolean;
  /** What a blank one stands for, where Rust does not say the value in force. */
  usual?: string;
  /** The ends of its slider, where Rust does not say them. */
  range?: readonly [number, number];
  step?: number;
}

const chanceAYear = (value: string) => text.whatIf.aYear(percent(value));
const aYear = (value: string) => text.whatIf.aYear(percent(value, { sign: true }));

/** By path, as the answer about flips names them. */
export const ASSUMPTIONS: Readonly<Record<string, Assumption>> = {
  'assumptions/shareGrowth': {
    key: 'shareGrowth',
    get: (open) => open.assumptions.shareGrowth,
    set: (draft, value) => (draft.assumptions.shareGrowth = value),
    format: aYear,
    hasUsual: true,
  },
  'assumptions/stayMonths': {
    key: 'stayMonths',
    get: (open) => open.assumptions.stayMonths,
    set: (draft, value) => (draft.assumptions.stayMonths = value),
    format: (value) => months(Number(value)),
    hasUsual: true,
  },
  'assumptions/bonusPayout': {
    key: 'bonusPayout',
    get: (open) => open.assumptions.bonusPayout,
    set: (draft, value) => (draft.assumptions.bonusPayout = value),
    format: (value, blank) => (blank ? text.whatIf.asOffered : percent(value)),
    hasUsual: true,
  },
  'workload/priceChange': {
    key: 'priceChange',
    get: (open) => open.workload.priceChange,
    set: (draft, value) => (draft.workload.priceChange = value),
    format: aYear,
    hasUsual: false,
  },
  'workload/personalShare': {
    key: 'personalShare',
    get: (open) => open.workload.personalShare,
    set: (draft, value) => (draft.workload.personalShare = value),
    format: (value) => percent(value),
    hasUsual: false,
  },
  // What a blank field stands for is said with each field of the case's assumptions.
  'assumptions/layoffRisk': {
    key: 'layoffRisk',
    get: (open) => open.assumptions.layoffRisk,
    set: (draft, value) => (draft.assumptions.layoffRisk = value),
    format: chanceAYear,
    hasUsual: true,
    usual: '0',
    range: [0, 50],
  },
  'assumptions/leaveRisk': {
    key: 'leaveRisk',
    get: (open) => open.assumptions.leaveRisk,
    set: (draft, value) => (draft.assumptions.leaveRisk = value),
    format: chanceAYear,
    hasUsual: true,
    usual: '0',
    range: [0, 90],
  },
  'assumptions/inflation': {
    key: 'inflation',
    get: (open) => open.assumptions.inflation,
    set: (draft, value) => (draft.assumptions.inflation = value),
    format: aYear,
    hasUsual: true,
    usual: '2.5',
    range: [-2, 15],
    step: 0.5,
  },
  'assumptions/discount': {
    key: 'discount',
    get: (open) => open.assumptions.discount,
    set: (draft, value) => (draft.assumptions.discount = value),
    format: aYear,
    hasUsual: true,
    usual: '5',
    range: [0, 20],
    step: 0.5,
  },
};

/** Those that stay out of the way until they are asked for. */
export const MORE = ['assumptions/layoffRisk', 'assumptions/inflation', 'assumptions/discount'] as const;

/** The value a slider shows, and whether the person has set none. */
export function valueInUse(assumption: Assumption, open: Case, inForce?: string): { value: string; blank: boolean } {
  const written = assumption.get(open).trim();
  // Anything but a plain number was read by Rust, which says the value in force.
  const plain = /^-?\d+(\.\d+)?(?=\s*%?$)/.exec(written)?.[0];
  return { value: plain ?? inForce ?? assumption.usual ?? '0', blank: written === '' };
}

/** What a field of the workload said before it was first moved here, by case and path, for as long as the app runs. */
const before = new Map<string, string>();

/** Remembers what a field said, the first time it is moved. */
export function remember(caseId: string, path: string, written: string): void {
  const key = `${caseId} ${path}`;
  if (!before.has(key)) before.set(key, written);
}

/** What a reset writes; nothing when there is nothing to take back. */
export function resetTo(caseId: string, path: string, written: string): string | undefined {
  const first = ASSUMPTIONS[path]?.hasUsual ? '' : before.get(`${caseId} ${path}`);
  return first === undefined || first === written ? undefined : first;
}
