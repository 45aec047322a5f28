// What shortcuts do: views attach handlers under the names of the keymap, and take them back when they leave.

import { untrack } from 'svelte';
import { match, type Group, type ShortcutId } from './keymap';

export { KEYMAP, keysOf, match, spelled, type Group, type Shortcut, type ShortcutId } from './keymap';

type Handler = () => void;

// A view may take a key over while it is open, so the newest handler comes first.
const handlers = new Map<ShortcutId, Handler[]>();

export const shortcutSettings = $state({
  /** Keys without a modifier. Some people press them by accident, or dictate; they can switch them off. */
  singleKeys: true,
});

/** Does `handler` at the shortcut, until the returned function is called. Made for `$effect(() => handle(…))`. */
export function handle(id: ShortcutId, handler: Handler): () => void {
  const of = handlers.get(id) ?? [];
  handlers.set(id, [handler, ...of]);
  return () => {
    handlers.set(id, (handlers.get(id) ?? []).filter((other) => other !== handler));
  };
}

/** Does the shortcut with this name. False when nobody handles it. */
export function perform(id: ShortcutId): boolean {
  const handler = handlers.get(id)?.[0];
  handler?.();
  return handler !== undefined;
}

/** Listens on `target` until the returned function is called. */
export function listen(target: Pick<Window, 'addEventListener' | 'removeEventListener'> = window): () => void {
  const onkeydown = (event: Event) => {
    const found = match(event as KeyboardEvent, { singleKeys: shortcutSettings.singleKeys });
    // Under a dialog the page does not act.
    if (!found || (document.querySelector('[role="dialog"]') && found.group !== 'help')) return;
    if (perform(found.id as ShortcutId)) event.preventDefault();
  };
  target.addEventListener('keydown', onkeydown);
  return () => target.removeEventListener('keydown', onkeydown);
}

/** A thing the palette can do. */
export interface PaletteCommand {
  id: string;
  label: string;
  /** Other words a person may look for. */
  keywords?: string;
  /** The shortcut that does the same. */
  shortcut?: ShortcutId;
  group?: Group;
  run: () => void;
}

let registered = $state.raw<PaletteCommand[]>([]);

/** The commands of the palette, in the order in which they came. */
export function paletteCommands(): PaletteCommand[] {
  return registered;
}

/** Puts commands into the palette until the returned function is called. Made for `$effect(() => register([…]))`. */
export function register(commands: PaletteCommand[]): () => void {
  const names = new Set(commands.map((command) => command.id));
  // Untracked, or the effect that registers would run again because of its own change.
  untrack(() => (registered = [...registered.filter((command) => !names.has(command.id)), ...commands]));
  return () => {
    untrack(() => (registered = registered.filter((command) => !commands.includes(command))));
  };
}

/**
 * How well a command fits what was typed: 0 is best, `undefined` is not at all. The start of the label beats the
 * start of a word, which beats the middle of one, which beats letters in order.
 */
export function fit(command: Pick<PaletteCommand, 'label' | 'keywords'>, query: string): number | undefined {
  const wanted = query.trim().toLowerCase();
  const label = command.label.toLowerCase();
  if (wanted === '' || label.startsWith(wanted)) return 0;
  if (label.includes(` ${wanted}`)) return 1;
  if (label.includes(wanted)) return 2;
  if (command.keywords?.toLowerCase().includes(wanted)) return 3;
  let at = 0;
  for (const letter of wanted.replace(/\s/g, '')) {
    at = label.indexOf(letter, at) + 1;
    if (at === 0) return undefined;
  }
  return 4;
}
