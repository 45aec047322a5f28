// The order of the machines, by a figure of each.

import type { DeskMachine } from '../../bindings';

export type SortKey = 'name' | 'cost' | 'price' | 'memory' | 'decode' | 'prefill' | 'watts' | 'hours';
export interface Order {
  key: SortKey;
  descending: boolean;
}

function figure(row: DeskMachine, key: Exclude<SortKey, 'name'>): number | undefined {
  const known = {
    cost: row.perMillion === null ? undefined : Number(row.perMillion),
    price: row.price === null ? undefined : Number(row.price),
    // Of memory needed and usable it is the usable that tells machines apart.
    memory: row.usableGib,
    decode: row.decode[1],
    prefill: row.prefill?.[1],
    watts: row.watts ?? undefined,
    hours: row.hours,
  };
  return known[key];
}

/** The rows in order; those without the figure stand last either way, and equal ones stay as they came. */
export function sorted(rows: readonly DeskMachine[], order: Order | undefined): DeskMachine[] {
  if (!order) return [...rows];
  const { key, descending } = order;
  const way = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (key === 'name') return way * a.name.localeCompare(b.name, undefined, { numeric: true });
    const [x, y] = [figure(a, key), figure(b, key)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return way * (x - y);
  });
}
