// Writing a field of the open case, with the words that undo will show for it.

import { edit, library } from '../../state/library.svelte';
import { editOf, offersText as text } from '../../text/offers';
import { nameOf } from './parts';
import { inOffer, offerOf, putFlag, putText } from './paths';

/** What stands in the open case at a path, and the way to write it. `what` is the field in words: `Base pay`. */
export function write(path: string, what: string, value: string): void {
  edit(labelOf(path, what), (draft) => {
    putText(draft, path, value);
  });
}

/** The same for a field that is yes or no. */
export function writeFlag(path: string, what: string, value: boolean): void {
  edit(labelOf(path, what), (draft) => {
    putFlag(draft, path, value);
  });
}

/** The name of the offer that a path lies in; empty for a path elsewhere. */
export function nameAt(path: string): string {
  const index = offerOf(path);
  const offer = index === undefined ? undefined : library.case?.offers[index];
  return index !== undefined && offer ? nameOf(offer, index) : '';
}

/** The edit in words. The company names the offer, so its own edits name the place instead: one name, one step. */
export function labelOf(path: string, what: string): string {
  const index = offerOf(path);
  const offer = index === undefined ? undefined : library.case?.offers[index];
  if (index === undefined || !offer) return what;
  return editOf(what, inOffer(path) === 'company' ? text.unnamed(index + 1) : nameOf(offer, index));
}
