// The views that have been fetched. They come from the program's own files, so fetching takes milliseconds.

import type { Component } from 'svelte';
import { PLACES } from '../views';

let fetched = $state.raw<Readonly<Record<string, Component>>>({});

/** The view of a place, once it has been fetched. */
export function viewOf(id: string | undefined): Component | undefined {
  return id === undefined ? undefined : fetched[id];
}

/** Fetches the view of a place, once. */
export async function fetchView(id: string): Promise<void> {
  const place = PLACES.find((other) => other.id === id);
  if (!place || fetched[id]) return;
  const { default: view } = await place.load();
  fetched = { ...fetched, [id]: view };
}

/** Fetches the views that are not there yet, so that going to one shows it at once. */
export async function fetchOtherViews(): Promise<void> {
  await Promise.all(PLACES.map(({ id }) => fetchView(id)));
}
