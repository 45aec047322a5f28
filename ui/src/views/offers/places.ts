// Places of tax, as the catalogue names them.

import type { Area, Catalogue } from '../../bindings';

export interface Place {
  /** What stands in the case, such as `US-CA`. */
  key: string;
  name: string;
  country: string;
  /** The money its tax is counted in. */
  currency: string;
}

export interface Country {
  name: string;
  places: Place[];
}

const isPlace = (value: unknown): value is Place =>
  typeof value === 'object' &&
  value !== null &&
  ['key', 'name', 'country', 'currency'].every((field) => typeof (value as Record<string, unknown>)[field] === 'string');

/** The places of the catalogue; none without one. */
export function placesOf(catalogue: Catalogue | undefined): Place[] {
  const places = (catalogue as { places?: unknown } | undefined)?.places;
  return Array.isArray(places) ? places.filter(isPlace) : [];
}

/** The places by country, in the order of the catalogue; a two-letter code of a country is shown as its name. */
export function byCountry(places: readonly Place[]): Country[] {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });
  const found = new Map<string, Place[]>();
  for (const place of places) {
    const name = /^[A-Z]{2}$/.test(place.country) ? (names.of(place.country) ?? place.country) : place.country;
    found.set(name, [...(found.get(name) ?? []), place]);
  }
  return [...found].map(([name, inside]) => ({ name, places: inside }));
}

/** The metropolitan areas that reach into the state of a place such as `US-NY-NYC`, and the one that is chosen already. */
export function areasIn(catalogue: Catalogue | undefined, place: string, chosen: string): Area[] {
  const state = /^US-([A-Z]{2})/.exec(place.trim().toUpperCase())?.[1];
  const reaches = (area: Area) => state !== undefined && (area.name.split(', ').at(-1) ?? '').split('-').includes(state);
  return (catalogue?.areas ?? []).filter((area) => reaches(area) || area.key === chosen);
}
