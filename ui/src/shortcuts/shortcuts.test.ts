import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fit, handle, KEYMAP, listen, match, perform, shortcutSettings, spelled } from './index.svelte';

function press(init: KeyboardEventInit, target: HTMLElement = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
}

function inside(html: string): HTMLElement {
  document.body.innerHTML = html;
  return document.body.firstElementChild as HTMLElement;
}

let stop: () => void;
beforeEach(() => (stop = listen()));
afterEach(() => {
  stop();
  document.body.innerHTML = '';
  shortcutSettings.singleKeys = true;
});

describe('the keymap', () => {
  it('gives no keys to two shortcuts', () => {
    const keys = KEYMAP.flatMap((shortcut) => [...shortcut.keys]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is spelled as the platform does', () => {
    expect(spelled('mod+shift+z', false)).toBe('Ctrl Shift Z');
    expect(spelled('mod+shift+z', true)).toBe('⇧⌘Z');
  });
});

describe('a key press', () => {
  it('does what the newest handler says, and is taken', () => {
    const old = vi.fn();
    const newer = vi.fn();
    const undo = [handle('go.tokens', old), handle('go.tokens', newer)];
    const event = press({ key: '3' });
    expect(newer).toHaveBeenCalledOnce();
    expect(old).not.toHaveBeenCalled();
    expect(event.defaultPrevented).toBe(true);
    undo.forEach((take) => take());
    expect(perform('go.tokens')).toBe(false);
  });

  it.each(['<input type="text">', '<textarea></textarea>', '<select></select>'])(
    'without a modifier belongs to %s',
    (html) => {
      const go = vi.fn();
      const undo = handle('go.offers', go);
      press({ key: '2' }, inside(html));
      expect(go).not.toHaveBeenCalled();
      undo();
    },
  );

  it('works on a slider, which takes no digits', () => {
    const go = vi.fn();
    const undo = handle('go.offers', go);
    press({ key: '2' }, inside('<input type="range">'));
    expect(go).toHaveBeenCalledOnce();
    undo();
  });

  it('with a modifier works in a field, except for the undo that the field has itself', () => {
    const field = inside('<input type="text">');
    const palette = vi.fn();
    const undone = vi.fn();
    const undo = [handle('help.palette', palette), handle('edit.undo', undone)];
    press({ key: 'k', ctrlKey: true }, field);
    press({ key: 'z', ctrlKey: true }, field);
    expect(palette).toHaveBeenCalledOnce();
    expect(undone).not.toHaveBeenCalled();
    press({ key: 'z', ctrlKey: true });
    expect(undone).toHaveBeenCalledOnce();
    undo.forEach((take) => take());
  });

  it('does nothing while a letter is being composed', () => {
    const go = vi.fn();
    const undo = handle('go.compare', go);
    press({ key: '1', isComposing: true });
    expect(go).not.toHaveBeenCalled();
    undo();
  });

  it('without a modifier can be switched off', () => {
    shortcutSettings.singleKeys = false;
    const go = vi.fn();
    const undo = handle('go.compare', go);
    press({ key: '1' });
    expect(go).not.toHaveBeenCalled();
    undo();
  });

  it('tells redo from undo by Shift, and one platform from the other', () => {
    const key = (init: KeyboardEventInit) => new KeyboardEvent('keydown', init);
    const on = (mac: boolean) => ({ singleKeys: true, mac });
    expect(match(key({ key: 'z', ctrlKey: true }), on(false))?.id).toBe('edit.undo');
    expect(match(key({ key: 'Z', ctrlKey: true, shiftKey: true }), on(false))?.id).toBe('edit.redo');
    expect(match(key({ key: 'k', metaKey: true }), on(true))?.id).toBe('help.palette');
    expect(match(key({ key: 'k', ctrlKey: true }), on(true))).toBeUndefined();
    // On many keyboards a question mark needs Shift, and on some a slash does.
    expect(match(key({ key: '?', shiftKey: true }), on(false))?.id).toBe('help.sheet');
    expect(match(key({ key: '/', ctrlKey: true, shiftKey: true }), on(false))?.id).toBe('help.sheet');
  });

  it('leaves the page alone under a dialog', () => {
    const go = vi.fn();
    const undo = handle('go.compare', go);
    inside('<div role="dialog"></div>');
    press({ key: '1' });
    expect(go).not.toHaveBeenCalled();
    undo();
  });
});

describe('the palette', () => {
  it('puts what starts alike before what only contains it, and leaves out the rest', () => {
    const rank = (label: string, query: string) => fit({ label }, query);
    expect(rank('Go to Offers', 'go')).toBe(0);
    expect(rank('Go to Offers', 'off')).toBe(1);
    expect(rank('Go to Offers', 'ffer')).toBe(2);
    expect(rank('Go to Offers', 'gtof')).toBe(4);
    expect(rank('Go to Offers', 'zebra')).toBeUndefined();
    expect(fit({ label: 'Use dark colours', keywords: 'theme night' }, 'night')).toBe(3);
  });
});
