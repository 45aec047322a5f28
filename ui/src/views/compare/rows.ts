// The comparison as the columns and rows of a table: parts of pay down, offers across, and what the best has over
// the runner-up.

import type { Case, Comparison, Component, ComponentValue, OfferValue } from '../../bindings';
import type { Cell, Column, Row } from '../../components/DataTable.svelte';
import { money, tone } from '../../format';
import { text } from '../../text/compare';
import { difference, same } from './decimal';

/** The parts in the order in which a letter names them. */
export const PARTS: readonly Component[] = ['base', 'bonus', 'signOn', 'equity', 'match', 'benefits', 'tokens', 'hardware'];

/** The key of the column of differences; no id of an offer has a space. */
export const DIFFERENCE = 'the difference';

/** The key of the row of sums. */
export const TOTAL = 'total';

export interface ComparisonTable {
  columns: Column[];
  rows: Row[];
  /** Parts that every offer pays alike, when they were asked to be left out. */
  alike: Component[];
}

/** From so many offers on, heads and labels are kept short: the column of differences must stay in sight. */
const MANY = 4;

function short(name: string, most: number): string {
  return name.length > most ? `${name.slice(0, most - 1).trimEnd()}…` : name;
}

/** The names of the offers, told apart as the charts do it. */
export function namesOf(offers: readonly OfferValue[]): Map<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  offers.forEach((offer, i) => {
    const plain = offer.name.trim() || (offer.kind === 'currentJob' ? text.currentJob : text.offer(i + 1));
    let name = plain;
    for (let copy = 2; taken.has(name); copy += 1) name = `${plain} (${copy})`;
    taken.add(name);
    names.set(offer.id, name);
  });
  return names;
}

/** The colours of the offers, as the charts give them: the current job grey, offers by their place among offers. */
export function seriesOf(offers: readonly OfferValue[]): Map<string, number> {
  const colours = 4;
  let nth = 0;
  return new Map(
    [...offers]
      .sort((a, b) => a.position - b.position)
      .map((offer) => [offer.id, offer.kind === 'currentJob' ? 0 : (nth++ % colours) + 1]),
  );
}

/** The two offers that the column of differences is about. */
export function pairOf({ offers, best, runnerUp }: Comparison): [OfferValue, OfferValue] | undefined {
  const first = offers.find((offer) => offer.id === best);
  const second = offers.find((offer) => offer.id === runnerUp);
  return first && second && [first, second];
}

/** What an offer counts a part at, if it has it. */
export function partOf(offer: OfferValue, part: Component): ComponentValue | undefined {
  return offer.components.find((value) => value.component === part);
}

function note(part: Component, open: Case, offers: readonly OfferValue[]): string | undefined {
  if (part === 'equity') return text.note.equity;
  if (part === 'tokens') return text.note.claimed;
  if (part !== 'hardware') return undefined;
  const terms = open.offers
    .filter((offer) => offers.some((value) => value.id === offer.id && partOf(value, 'hardware')))
    .map((offer) => offer.hardware?.ownership);
  if (terms.length > 0 && terms.every((term) => term === 'mine')) return text.note.keep;
  if (terms.length > 0 && terms.every((term) => term === 'mineAfter')) return text.note.keepAfter;
  return text.note.claimed;
}

/** The table. With `onlyDifferences` a part that all offers count alike is left out. */
export function tableOf(comparison: Comparison, open: Case, onlyDifferences: boolean): ComparisonTable {
  const { currency } = comparison;
  const offers = comparison.offers;
  const many = offers.length >= MANY;
  const names = namesOf(offers);
  const series = seriesOf(offers);
  const nameOf = (offer: OfferValue) => short(names.get(offer.id) ?? offer.name, many ? 14 : 20);
  const pair = pairOf(comparison);

  const columns: Column[] = offers.map((offer) => ({ key: offer.id, label: nameOf(offer), series: series.get(offer.id) }));
  if (pair) columns.push({ key: DIFFERENCE, label: text.table.difference(nameOf(pair[0]), nameOf(pair[1])) });

  const gap = (a: string, b: string): Cell => {
    const amount = difference(a, b);
    return { text: money(amount, currency, { sign: true }), tone: tone(amount) };
  };

  const alike: Component[] = [];
  const rows: Row[] = [];
  for (const part of PARTS) {
    const values = offers.map((offer) => partOf(offer, part));
    if (values.every((value) => !value)) continue;
    const amounts = values.map((value) => value?.amount ?? '0');
    // A claim that one of them makes is a difference too, even where none of it is counted.
    const claims = values.map((value) => value?.claimed ?? value?.amount ?? '0');
    const allSame = (of: readonly string[]) => of.every((amount) => same(amount, of[0] ?? '0'));
    if (onlyDifferences && allSame(amounts) && allSame(claims)) {
      alike.push(part);
      continue;
    }
    const cells: Record<string, Cell | undefined> = {};
    offers.forEach((offer, i) => {
      const value = values[i];
      if (!value) return;
      const claim = value.claimed !== null && !same(value.claimed, value.amount) ? money(value.claimed, currency) : undefined;
      cells[offer.id] = { text: money(value.amount, currency), ...(claim && { claim }) };
    });
    if (pair) cells[DIFFERENCE] = gap(partOf(pair[0], part)?.amount ?? '0', partOf(pair[1], part)?.amount ?? '0');
    rows.push({ key: part, label: text.component[part], ...(!many && { note: note(part, open, offers) }), cells });
  }

  const totals: Record<string, Cell> = {};
  for (const offer of offers) if (offer.valued) totals[offer.id] = { text: money(offer.total, currency) };
  if (pair) totals[DIFFERENCE] = gap(pair[0].total, pair[1].total);
  rows.push({ key: TOTAL, label: text.table.total, cells: totals, total: true });
  return { columns, rows, alike };
}
