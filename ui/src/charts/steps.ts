// Walking through the points of a chart: along the x axis, and from series to series at one place of it.

import type { Mark } from '../bindings';

/** The indices of the x axis that have points, in order. */
function columns(marks: readonly Mark[]): number[] {
  return [...new Set(marks.map((mark) => mark.index))].sort((a, b) => a - b);
}

/** The points at one place of the x axis, in the order of the scene. */
export function column(marks: readonly Mark[], index: number): Mark[] {
  return marks.filter((mark) => mark.index === index);
}

/** Where a key leads from `at`; `at` itself when there is no further point, nothing for another key. */
export function step(marks: readonly Mark[], at: Mark | undefined, key: string): Mark | undefined {
  const places = columns(marks);
  const first = places[0];
  const last = places[places.length - 1];
  if (first === undefined || last === undefined) return undefined;
  if (!['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(key)) return undefined;
  if (!at) return column(marks, key === 'End' || key === 'ArrowLeft' ? last : first)[0];
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const here = column(marks, at.index);
    const next = here.findIndex((mark) => mark.series === at.series) + (key === 'ArrowUp' ? -1 : 1);
    return here[next] ?? at;
  }
  const now = places.indexOf(at.index);
  const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: places.length - 1 }[key] ?? now;
  const index = places[Math.min(places.length - 1, Math.max(0, to))] ?? at.index;
  const there = column(marks, index);
  // A series may have a gap; the nearest one in the list is read then.
  return there.find((mark) => mark.series === at.series) ?? there[0];
}

/** The point nearest to a place in the picture: by x first, since a crosshair reads the x axis, then by y. */
export function nearest(marks: readonly Mark[], x: number, y: number): Mark | undefined {
  let best: Mark | undefined;
  let bestX = Infinity;
  let bestY = Infinity;
  for (const mark of marks) {
    const dx = Math.abs(mark.px - x);
    const dy = Math.abs(mark.py - y);
    if (dx < bestX - 0.5 || (dx <= bestX + 0.5 && dy < bestY)) {
      best = mark;
      bestX = dx;
      bestY = dy;
    }
  }
  return best;
}
