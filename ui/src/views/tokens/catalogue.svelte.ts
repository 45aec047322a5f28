// What can be picked from. It does not change while the app runs, so one answer serves every place.

import { untrack } from 'svelte';
import type { Catalogue } from '../../bindings';
import { call } from '../../platform';
import { resource } from '../../state/resource.svelte';

const found = resource((_: null) => call('catalogue', {}));

export const catalogue = {
  /** The lists; nothing before the first answer. */
  get value(): Catalogue | undefined {
    return found.value;
  },
  /** Asks for them unless they are there or on their way. Call it in an effect, once for each place. */
  ask(): void {
    untrack(() => {
      if (!found.value && !found.loading) found.load(null);
    });
  },
};

/** What a key of a list is called; the key itself when the list does not know it or is not there yet. */
export function labelOf(list: readonly { key: string; label: string }[] | undefined, key: string): string {
  return list?.find((choice) => choice.key === key)?.label ?? key;
}
