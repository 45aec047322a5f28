// From the path of a field to the text in the case, and back. A path is field names and indices joined by `/`, the
// same that Rust puts on its findings: `offers/0/grants/1/size/amount`.

import type { Case } from '../../bindings';
import { newGrant, newRate } from './blank';

type Node = Record<string, unknown> | unknown[];

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
const isIndex = (step: string) => /^\d+$/.test(step);

/** What stands at a path; nothing when there is no such place. */
export function valueAt(of: Case, path: string): unknown {
  let here: unknown = of;
  for (const step of path.split('/')) {
    if (!isNode(here) || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string, unknown>)[step];
  }
  return here;
}

/** The text at a path; empty when there is none. */
export function textAt(of: Case, path: string): string {
  const value = valueAt(of, path);
  return typeof value === 'string' ? value : '';
}

// Fields of these are on screen before the thing itself is in the case: the first key makes it.
const MADE_BY_WRITING: Record<string, () => Node> = { grants: newGrant, exchange: newRate };

/**
 * Writes a text at a path of a draft. The next grant or exchange rate is made when its first field is written.
 * False, with nothing changed, when there is no such field.
 */
export function putText(draft: Case, path: string, value: string): boolean {
  return put(draft, path, value);
}

/** The same for a field that is yes or no. */
export function putFlag(draft: Case, path: string, value: boolean): boolean {
  return put(draft, path, value);
}

function put(draft: Case, path: string, value: string | boolean): boolean {
  const steps = path.split('/');
  const field = steps.pop();
  let here: Node = draft as unknown as Node;
  let list = '';
  for (const step of steps) {
    const make = MADE_BY_WRITING[list];
    if (make && Array.isArray(here) && isIndex(step) && Number(step) === here.length) here.push(make());
    if (!Object.hasOwn(here, step)) return false;
    const next: unknown = (here as Record<string, unknown>)[step];
    if (!isNode(next)) return false;
    here = next;
    list = step;
  }
  if (field === undefined || Array.isArray(here) || typeof here[field] !== typeof value) return false;
  here[field] = value;
  return true;
}

/** The list at a path of a draft; nothing when there is none. */
export function listAt(draft: Case, path: string): unknown[] | undefined {
  const value = valueAt(draft, path);
  return Array.isArray(value) ? value : undefined;
}

/** The place in the case of the offer that a path lies in; nothing for a path elsewhere. */
export function offerOf(path: string): number | undefined {
  const match = /^offers\/(\d+)(?:\/|$)/.exec(path);
  return match ? Number(match[1]) : undefined;
}

/** The path as seen from its offer: `offers/2/tokenBudget/owner` is `tokenBudget/owner`. */
export function inOffer(path: string): string {
  return path.replace(/^offers\/\d+\/?/, '');
}
