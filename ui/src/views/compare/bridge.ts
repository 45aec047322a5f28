// How the difference between two offers is made: part by part, in steps that sum to it exactly.

import type { Component, OfferValue } from '../../bindings';
import { difference, same, sum } from './decimal';
import { partOf, PARTS } from './rows';

export interface Step {
  part: Component;
  first: string;
  second: string;
  /** What the first has over the second. */
  gap: string;
  /** The second's total with this step and all before it. */
  reached: string;
}

export interface Bridge {
  from: string;
  to: string;
  /** The widest first. */
  steps: Step[];
  /** Parts that both count alike. */
  alike: Component[];
}

const size = (amount: string) => Math.abs(Number(amount));

/** From the total of `second` to that of `first`. */
export function bridge(first: OfferValue, second: OfferValue): Bridge {
  const alike: Component[] = [];
  const gaps: Omit<Step, 'reached'>[] = [];
  for (const part of PARTS) {
    const [a, b] = [partOf(first, part), partOf(second, part)];
    if (!a && !b) continue;
    const [one, other] = [a?.amount ?? '0', b?.amount ?? '0'];
    if (same(one, other)) alike.push(part);
    else gaps.push({ part, first: one, second: other, gap: difference(one, other) });
  }
  // The float only ranks; of equal ones the order of a letter stands.
  gaps.sort((a, b) => size(b.gap) - size(a.gap));
  let reached = second.total;
  const steps = gaps.map((step) => ({ ...step, reached: (reached = sum([reached, step.gap])) }));
  return { from: second.total, to: first.total, steps, alike };
}
