// Where in the app we are, kept in the hash: `#/offers/0192…` is `['offers', '0192…']`.

const HOME = 'compare';

function read(): string[] {
  const steps = location.hash.replace(/^#\/?/, '').split('/').filter(Boolean);
  return steps.length > 0 ? steps.map(decode) : [HOME];
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

let steps = $state.raw(read());
addEventListener('hashchange', () => (steps = read()));

export const route = {
  /** The view: the first step. */
  get view(): string {
    return steps[0] ?? HOME;
  },
  /** What comes after the view. */
  get rest(): string[] {
    return steps.slice(1);
  },
};

/** The address of a place, for `href`. */
export function href(...place: string[]): string {
  return `#/${place.map(encodeURIComponent).join('/')}`;
}

/** Goes to a place. */
export function go(...place: string[]): void {
  location.hash = href(...place);
  steps = read();
}
