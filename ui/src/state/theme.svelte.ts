// The colours in use: those of the system, unless the person chose others.

import type { Theme } from '../bindings';

export type ThemeChoice = 'system' | Theme;

const system = matchMedia('(prefers-color-scheme: dark)');

let choice = $state<ThemeChoice>('system');
let systemIsDark = $state(system.matches);
system.addEventListener('change', (event) => (systemIsDark = event.matches));

export const theme = {
  /** What the person chose. */
  get choice(): ThemeChoice {
    return choice;
  },
  /** What is on screen; goes into the canvas of a chart request. */
  get shown(): Theme {
    if (choice !== 'system') return choice;
    return systemIsDark ? 'dark' : 'light';
  },
  /** Chooses. The style sheet follows the attribute on the root element. */
  choose(next: ThemeChoice): void {
    choice = next;
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
  },
};
