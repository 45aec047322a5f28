// The places of the app, in the order of the rail. A view is one component without props; it reads `route.rest`.

import type { Component } from 'svelte';
import type { ShortcutId } from '../shortcuts/index.svelte';
import { text } from '../text/en';
import Compare from './compare/Compare.svelte';
import Machines from './machines/Machines.svelte';
import Negotiate from './negotiate/Negotiate.svelte';
import Offers from './offers/Offers.svelte';
import Sources from './sources/Sources.svelte';
import Tokens from './tokens/Tokens.svelte';

export interface Place {
  /** The first step of the address. */
  id: string;
  label: string;
  view: Component;
  /** The key that goes there. */
  key?: string;
  shortcut?: ShortcutId;
  /** At the foot of the rail. */
  foot?: boolean;
}

export const PLACES: readonly Place[] = [
  { id: 'compare', label: text.nav.compare, view: Compare, key: '1', shortcut: 'go.compare' },
  { id: 'offers', label: text.nav.offers, view: Offers, key: '2', shortcut: 'go.offers' },
  { id: 'tokens', label: text.nav.tokens, view: Tokens, key: '3', shortcut: 'go.tokens' },
  { id: 'machines', label: text.nav.machines, view: Machines, key: '4', shortcut: 'go.machines' },
  { id: 'negotiate', label: text.nav.negotiate, view: Negotiate, key: '5', shortcut: 'go.negotiate' },
  { id: 'sources', label: text.nav.sources, view: Sources, foot: true },
];
