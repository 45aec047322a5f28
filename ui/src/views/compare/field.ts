// From a path of the case to the field that holds it, wherever that is.

import type { Case } from '../../bindings';
import { focusField } from '../../state/findings.svelte';
import { go, href } from '../../state/route.svelte';

/** The place of a path: the offer's form, or the workload. */
function placeOf(path: string, open: Case): string[] {
  const [head, index] = path.split('/');
  if (head === 'workload') return ['tokens'];
  const id = head === 'offers' ? open.offers[Number(index)]?.id : undefined;
  return id ? ['offers', id] : ['offers'];
}

/** The address of the place of a path. */
export function fieldHref(path: string, open: Case): string {
  return href(...placeOf(path, open));
}

/** A view needs a few frames until its form stands; this many are waited for. */
const FRAMES = 30;

/** Goes to the field of a path: here, if it is here, or else in the place that has it. */
export function showField(path: string, open: Case): void {
  if (focusField(path)) return;
  go(...placeOf(path, open));
  let frames = 0;
  const look = () => {
    frames += 1;
    if (!focusField(path) && frames < FRAMES) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
