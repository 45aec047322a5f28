// The headline of a tab: each tab says its own result, and the page shows that of the tab in sight.

import { untrack } from 'svelte';
import type { Segment, TokenWhy } from '../../bindings';

interface Said {
  id: string | undefined;
  headline: Segment[];
  summary: Segment[];
  why: TokenWhy | undefined;
}

let said = $state.raw<Readonly<Partial<Record<string, Said>>>>({});

/** What the tab says of a case; nothing before it has an answer for it. */
export const saidOf = (tab: string, id: string | undefined): Said | undefined => {
  const own = said[tab];
  return own?.id === id ? own : undefined;
};

/** Called from an effect: what the other tabs say must not become something that effect waits for, or it runs for ever. */
export function say(tab: string, id: string | undefined, headline: Segment[], summary: Segment[] = [], why?: TokenWhy): void {
  said = { ...untrack(() => said), [tab]: { id, headline, summary, why } };
}
