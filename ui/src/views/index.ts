// The places of the app, in the order of the rail. A view is one component without props; it reads `route.rest`. Views
// are fetched when the first one stands, so that the start reads only what it shows.

import type { Component } from 'svelte';
import type { ShortcutId } from '../shortcuts/index.svelte';
import { text } from '../text/en';

export interface Place {
  /** The first step of the address. */
  id: string;
  label: string;
  /** Fetches the view. */
  load: () => Promise<{ default: Component }>;
  /** The key that goes there. */
  key?: string;
  shortcut?: ShortcutId;
  /** At the foot of the rail. */
  foot?: boolean;
}

export const PLACES: readonly Place[] = [
  { id: 'compare', label: text.nav.compare, load: () => import('./compare/Compare.svelte'), key: '1', shortcut: 'go.compare' },
  { id: 'offers', label: text.nav.offers, load: () => import('./offers/Offers.svelte'), key: '2', shortcut: 'go.offers' },
  { id: 'tokens', label: text.nav.tokens, load: () => import('./tokens/Tokens.svelte'), key: '3', shortcut: 'go.tokens' },
  { id: 'machines', label: text.nav.machines, load: () => import('./machines/Machines.svelte'), key: '4', shortcut: 'go.machines' },
  { id: 'negotiate', label: text.nav.negotiate, load: () => import('./negotiate/Negotiate.svelte'), key: '5', shortcut: 'go.negotiate' },
  { id: 'sources', label: text.nav.sources, load: () => import('./sources/Sources.svelte'), foot: true },
];
