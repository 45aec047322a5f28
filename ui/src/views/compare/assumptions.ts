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
}

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
};

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
