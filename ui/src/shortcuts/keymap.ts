// Every shortcut of the app, in one table. Handlers, the palette's hints and the sheet all read it, so a key cannot
// do one thing and be listed as another.

import { text } from '../text/en';

export type Group = 'go' | 'edit' | 'view' | 'help';

export interface Shortcut {
  /** What it does; a handler attaches under this name. */
  id: string;
  /** Keys, each as modifiers and a key: `mod+shift+z`. `mod` is Cmd on a Mac and Ctrl elsewhere. */
  keys: readonly string[];
  label: string;
  group: Group;
  /** False: a text field keeps these keys for itself, as it does with its own undo. */
  inText?: boolean;
}

const go = (id: string, key: string, place: string): Shortcut => ({
  id: `go.${id}`,
  keys: [key],
  label: text.shortcuts.goTo(place),
  group: 'go',
});

export const KEYMAP = [
  go('compare', '1', text.nav.compare),
  go('offers', '2', text.nav.offers),
  go('tokens', '3', text.nav.tokens),
  go('machines', '4', text.nav.machines),
  go('negotiate', '5', text.nav.negotiate),
  { id: 'edit.undo', keys: ['mod+z'], label: text.shortcuts.undo, group: 'edit', inText: false },
  { id: 'edit.redo', keys: ['mod+shift+z', 'mod+y'], label: text.shortcuts.redo, group: 'edit', inText: false },
  { id: 'offer.add', keys: ['n'], label: text.shortcuts.addOffer, group: 'edit' },
  { id: 'offer.next', keys: ['mod+enter'], label: text.shortcuts.nextOffer, group: 'edit' },
  { id: 'help.palette', keys: ['mod+k'], label: text.shortcuts.openPalette, group: 'help' },
  { id: 'help.sheet', keys: ['mod+/', '?'], label: text.shortcuts.openSheet, group: 'help' },
] as const satisfies readonly Shortcut[];

export type ShortcutId = (typeof KEYMAP)[number]['id'];

/** Cmd is the modifier on a Mac, Ctrl elsewhere. */
export const onMac = /^Mac/.test(navigator.platform);

interface Chord {
  mod: boolean;
  alt: boolean;
  shift: boolean;
  key: string;
}

function chord(keys: string): Chord {
  const steps = keys.split('+');
  const key = steps.pop() ?? '';
  return { mod: steps.includes('mod'), alt: steps.includes('alt'), shift: steps.includes('shift'), key };
}

/** Keys as a person reads them: `Ctrl K`, `⇧⌘Z`. */
export function spelled(keys: string, mac = onMac): string {
  const { mod, alt, shift, key } = chord(keys);
  const name = key.charAt(0).toUpperCase() + key.slice(1);
  if (mac) return `${alt ? '⌥' : ''}${shift ? '⇧' : ''}${mod ? '⌘' : ''}${name}`;
  return [mod && 'Ctrl', alt && 'Alt', shift && 'Shift', name].filter(Boolean).join(' ');
}

/** The first keys of a shortcut, as a person reads them. */
export function keysOf(id: ShortcutId): string {
  return spelled(KEYMAP.find((shortcut) => shortcut.id === id)?.keys[0] ?? '');
}

/** Whether the key press goes into text that is being written. */
function inText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) {
    return true;
  }
  // A slider or a check box takes no letters and digits, so shortcuts still work on it.
  return target instanceof HTMLInputElement && !['range', 'checkbox', 'radio', 'button'].includes(target.type);
}

/** The shortcut that a key press means; nothing while a letter is being composed, or when it belongs to a field. */
export function match(
  event: KeyboardEvent,
  options: { singleKeys: boolean; mac?: boolean } = { singleKeys: true },
): Shortcut | undefined {
  if (event.isComposing || event.key === 'Process' || event.key === 'Dead' || event.defaultPrevented) return undefined;
  const mac = options.mac ?? onMac;
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (other) return undefined;
  const modified = mod || event.altKey;
  const writing = inText(event.target);
  if (!modified && (writing || !options.singleKeys)) return undefined;
  const pressed = event.key.toLowerCase();
  return (KEYMAP as readonly Shortcut[]).find((shortcut) => {
    if (writing && shortcut.inText === false) return false;
    return shortcut.keys.some((keys) => {
      const want = chord(keys);
      // Which characters need Shift depends on the keyboard, so Shift counts only for letters.
      const shiftFits = /^[a-z]$/.test(want.key) ? want.shift === event.shiftKey : true;
      return want.mod === mod && want.alt === event.altKey && want.key === pressed && shiftFits;
    });
  });
}
