// What the person prefers, kept in the library: colours, and keys without Ctrl, Alt or Cmd.

import { call } from '../platform';
import { shortcutSettings } from '../shortcuts/index.svelte';
import { theme, type ThemeChoice } from './theme.svelte';

/** Takes over what was kept. What cannot be read leaves the usual in place. */
export async function loadPreferences(): Promise<void> {
  try {
    const kept = await call('preferences', {});
    theme.choose(kept.theme);
    shortcutSettings.singleKeys = kept.singleKeys;
  } catch {
    // The library says for itself that it cannot be used.
  }
}

/** Chooses colours and keeps the choice. */
export function chooseTheme(next: ThemeChoice): Promise<unknown> {
  theme.choose(next);
  return keep();
}

/** Switches keys without a modifier on or off and keeps the choice. */
export function chooseSingleKeys(on: boolean): Promise<unknown> {
  shortcutSettings.singleKeys = on;
  return keep();
}

function keep(): Promise<unknown> {
  return call('preferences_set', { theme: theme.choice, singleKeys: shortcutSettings.singleKeys });
}
