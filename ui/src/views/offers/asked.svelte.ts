// The field that was asked for last, by a finding, a question or an address, so that what folds it away can open.

import { getContext, setContext } from 'svelte';

const KEY = Symbol('asked');

/** A path of the case. A new object for each time it is asked for. */
export interface Asked {
  readonly path: string;
}

/** Tells the form below this component which field is asked for. Call it while the component is being made. */
export function provideAsked(asked: () => Asked | undefined): void {
  setContext(KEY, asked);
}

/** The field that was asked for last. Call it while the component is being made. */
export function useAsked(): () => Asked | undefined {
  return getContext<(() => Asked | undefined) | undefined>(KEY) ?? (() => undefined);
}
