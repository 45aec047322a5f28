// The order of the machines. The rows come as text to read, so a figure is the first number in its text.

import type { MachineRow } from '../../bindings';

export type SortKey = 'name' | 'price' | 'memory' | 'decode' | 'prefill' | 'watts' | 'hours';
export interface Order {
  key: SortKey;
  descending: boolean;
}

/** The first number in a text, such as 3299 in `$3,299` and 42 in `42 (29 to 55)`; nothing without one. */
export function firstNumber(text: string): number | undefined {
  const found = /\d[\d,]*(?:\.\d+)?/.exec(text);
  return found ? Number(found[0].replaceAll(',', '')) : undefined;
}

function figure(row: MachineRow, key: Exclude<SortKey, 'name'>): number | undefined {
  // Of `62 of 72 GiB` it is the usable memory that tells machines apart.
  return firstNumber(key === 'memory' ? (row.memory.split(' of ')[1] ?? '') : row[key]);
}

/** The rows in order; those without the figure stand last either way, and equal ones stay as they came. */
export function sorted(rows: readonly MachineRow[], order: Order | undefined): MachineRow[] {
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
