// What is read out while figures move: at most one announcement in half a second, and always the last.

/** The time between two announcements, ms. */
export const EVERY = 500;

/** Words that follow `source`, but not faster than a reader can say them. The first are not announced. */
export function spoken(source: () => string): { readonly words: string } {
  let words = $state('');
  let before: string | undefined;
  let at = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  $effect(() => {
    const next = source();
    if (!next || next === before) return;
    const first = before === undefined;
    before = next;
    if (first) return;
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        words = next;
        at = performance.now();
      },
      Math.max(0, at + EVERY - performance.now()),
    );
  });
  $effect(() => () => clearTimeout(timer));
  return {
    get words() {
      return words;
    },
  };
}
