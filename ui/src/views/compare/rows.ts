// The comparison as the columns and rows of a table: parts of pay down, offers across, and what the best has over
// the runner-up.

import type { Case, Comparison, Component, ComponentValue, Conventions, OfferValue, Tier } from '../../bindings';
import type { Cell, Column, Row } from '../../components/DataTable.svelte';
import { money, tone } from '../../format';
import { text } from '../../text/compare';
import { difference, same, sum } from './decimal';

/** The parts in the order in which a letter names them. */
export const PARTS: readonly Component[] = [
  'base',
  'bonus',
  'commission',
  'signOn',
  'oneTime',
  'equity',
  'match',
  'benefits',
  'tokens',
  'hardware',
];

/** Most certain first, as the tiers of a year stand. */
export const TIERS: readonly Tier[] = ['guaranteed', 'likely', 'speculative'];

export const CONVENTIONS: readonly (keyof Conventions)[] = ['firstYear', 'averageYear', 'lastYear', 'present', 'equivalentAnnual'];

/** What the rows of the table are. */
export type By = 'parts' | 'years' | 'certainty' | 'conventions';

/** Which figure of an offer: all of it, or one part, year, tier or convention of it. */
export interface Figure {
  part?: Component | undefined;
  /** From 1. */
  year?: number | undefined;
  tier?: Tier | undefined;
  convention?: keyof Conventions | undefined;
}

/** The key of the column of differences; no id of an offer has a space. */
export const DIFFERENCE = 'the difference';

/** The key of the row of sums. */
export const TOTAL = 'total';

export interface ComparisonTable {
  columns: Column[];
  rows: Row[];
  /** Parts that every offer pays alike, when they were asked to be left out. */
  alike: Component[];
  /** What each row shows, by its key; a row of tax has none. */
  figures: ReadonlyMap<string, Figure>;
  /** The year of each row of tax, by its key; nothing for all years. */
  taxes: ReadonlyMap<string, number | undefined>;
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

/** A figure of an offer; nothing when the offer has none of it. */
export function amountAt(offer: OfferValue, { part, year, tier, convention }: Figure): string | undefined {
  if (convention) return offer.conventions[convention];
  if (year === undefined && tier === undefined) return part ? partOf(offer, part)?.amount : offer.total;
  const years = offer.years.filter((value) => year === undefined || value.year === year);
  if (part) return years.flatMap((value) => value.components).find((value) => value.component === part)?.amount;
  return sum(years.map((value) => (tier === undefined ? value.total : (value.tiers[TIERS.indexOf(tier)] ?? '0'))));
}

/** The tax taken off an offer, in one year or in all. */
export function taxOf(offer: OfferValue, year?: number): string {
  return sum(offer.taxes.filter((tax) => year === undefined || tax.year === year).map((tax) => tax.tax));
}

/** The offers that no tax could be taken off although figures are to be after tax. */
export function untaxed(comparison: Comparison, open: Case): OfferValue[] {
  if (open.assumptions.tax !== 'afterTax') return [];
  const without = new Set(
    comparison.findings.filter((finding) => finding.leftOut !== '' && /^offers\/\d+\/place$/.test(finding.path)).map((finding) => finding.path),
  );
  return comparison.offers.filter((offer) => without.has(`offers/${offer.position}/place`));
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

/** How the table is to be. */
export interface Shape {
  by: By;
  /** The year that parts and tiers are of, from 1; nothing for all years. */
  year?: number | undefined;
  /** Leaves out a part that all offers count alike. */
  onlyDifferences: boolean;
}

/** The table. */
export function tableOf(comparison: Comparison, open: Case, { by, year, onlyDifferences }: Shape): ComparisonTable {
  const { currency, offers } = comparison;
  const many = offers.length >= MANY;
  const names = namesOf(offers);
  const series = seriesOf(offers);
  const nameOf = (offer: OfferValue) => short(names.get(offer.id) ?? offer.name, many ? 14 : 20);
  const pair = pairOf(comparison);
  const afterTax = open.assumptions.tax === 'afterTax';
  const before = new Set(untaxed(comparison, open));
  // Where no offer has tax taken off, all are alike and no head needs to say so.
  const mixed = before.size > 0 && before.size < offers.length;

  const columns: Column[] = offers.map((offer) => ({
    key: offer.id,
    label: mixed && before.has(offer) ? text.untaxed.head(nameOf(offer)) : nameOf(offer),
    series: series.get(offer.id),
  }));
  if (pair) columns.push({ key: DIFFERENCE, label: text.table.difference(nameOf(pair[0]), nameOf(pair[1])) });

  const gap = (a: string, b: string): Cell => {
    const amount = difference(a, b);
    return { text: money(amount, currency, { sign: true }), tone: tone(amount) };
  };

  const rows: Row[] = [];
  const figures = new Map<string, Figure>();
  const taxes = new Map<string, number | undefined>();

  function add(key: string, label: string, figure: Figure, more: Partial<Row> = {}, claims: readonly (string | undefined)[] = []) {
    const cells: Record<string, Cell | undefined> = {};
    offers.forEach((offer, i) => {
      const amount = offer.valued || figure.part ? amountAt(offer, figure) : undefined;
      const claim = claims[i];
      if (amount !== undefined) cells[offer.id] = { text: money(amount, currency), ...(claim && { claim }) };
    });
    if (pair) cells[DIFFERENCE] = gap(amountAt(pair[0], figure) ?? '0', amountAt(pair[1], figure) ?? '0');
    figures.set(key, figure);
    rows.push({ key, label, cells, ...more });
  }

  function addTax(key: string, label: string, of: number | undefined) {
    if (!afterTax) return;
    const cells: Record<string, Cell> = {};
    for (const offer of offers) {
      if (before.has(offer)) cells[offer.id] = { text: text.table.noTax, tone: 'bad' };
      else if (offer.valued) cells[offer.id] = { text: money(taxOf(offer, of), currency), tone: 'quiet' };
    }
    taxes.set(key, of);
    rows.push({ key, label, cells });
  }

  const alike: Component[] = [];
  if (by === 'parts') {
    for (const part of PARTS) {
      const values = offers.map((offer) => partOf(offer, part));
      if (values.every((value) => !value)) continue;
      const amounts = offers.map((offer) => amountAt(offer, { part, year }));
      if (year !== undefined && amounts.every((amount) => amount === undefined)) continue;
      // A claim is about the whole time. One that any of them makes is a difference too, even where none is counted.
      const whole = year === undefined;
      const claimed = values.map((value, i) => (whole ? value?.claimed : undefined) ?? amounts[i] ?? '0');
      const allSame = (of: readonly string[]) => of.every((amount) => same(amount, of[0] ?? '0'));
      if (onlyDifferences && allSame(amounts.map((amount) => amount ?? '0')) && allSame(claimed)) {
        alike.push(part);
        continue;
      }
      const claims = values.map((value) =>
        whole && value && value.claimed !== null && !same(value.claimed, value.amount) ? money(value.claimed, currency) : undefined,
      );
      add(part, text.component[part], { part, year }, !many && whole ? { note: note(part, open, offers) } : {}, claims);
    }
    addTax('tax', text.table.taxOff, year);
  } else if (by === 'years') {
    for (let nth = 1; nth <= comparison.horizonYears; nth += 1) {
      add(`year ${nth}`, text.why.year(nth), { year: nth });
      addTax(`tax ${nth}`, text.table.taxOfYear(nth), nth);
    }
  } else if (by === 'certainty') {
    for (const tier of TIERS) add(tier, capital(text.tier[tier]), { tier, year });
  } else {
    for (const convention of CONVENTIONS) {
      add(convention, text.table.conventions[convention], { convention }, many ? {} : { note: text.table.conventionNotes[convention] });
    }
  }
  // Rows may scroll below the total, which stays in sight: it says how many it sums.
  const parts = rows.filter((row) => figures.get(row.key)?.part).length + alike.length;
  const total = by === 'parts' && parts > 1 ? { total: true, note: text.table.ofParts(parts) } : { total: true };
  add(TOTAL, text.table.total, { year: by === 'parts' || by === 'certainty' ? year : undefined }, total);
  return { columns, rows, alike, figures, taxes };
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
