// What the views of how sure the answer is show beside their pictures: one future as a table, swings as a list.

import type { Comparison, Future, FutureOffer, Swing } from '../../bindings';
import type { Cell, Column, Row } from '../../components/DataTable.svelte';
import { money, months, number, percent, tone } from '../../format';
import { text } from '../../text/compare';
import { namesOf, seriesOf } from './rows';

const TIMES_DECIMALS = 2;
// A float with more digits than a decimal text can carry would be written with an exponent.
export const times = (value: number) => text.future.times(number(value.toFixed(TIMES_DECIMALS + 2), TIMES_DECIMALS));

/** One future: offers across; what each came to and what moved down. */
export function futureTable(future: Future, comparison: Comparison): { columns: Column[]; rows: Row[] } {
  const names = namesOf(comparison.offers);
  const series = seriesOf(comparison.offers);
  const { offers } = future;
  const columns = offers.map((offer) => ({
    key: offer.id,
    label: names.get(offer.id) ?? offer.name,
    series: series.get(offer.id),
  }));
  const row = (key: string, label: string, cell: (offer: FutureOffer) => Cell | string | undefined, more: Partial<Row> = {}): Row => ({
    key,
    label,
    cells: Object.fromEntries(offers.map((offer) => [offer.id, cell(offer)])),
    ...more,
  });
  const amount = (value: string | undefined) => (value === undefined ? undefined : money(value, comparison.currency));
  const each = (of: (offer: FutureOffer) => readonly unknown[]) =>
    Array.from({ length: Math.max(0, ...offers.map((offer) => of(offer).length)) }, (_, i) => i);

  const rows = [
    ...each((offer) => offer.years).map((i) => row(`year ${i}`, text.future.year(i + 1), (offer) => amount(offer.years[i]))),
    row('total', text.future.total, (offer) => amount(offer.total), { total: true }),
    ...each((offer) => offer.prices).map((i) =>
      row(
        `price ${i}`,
        text.future.price(i + 1),
        (offer) => (offer.prices[i] === undefined ? undefined : times(offer.prices[i])),
        { note: text.future.priceNote },
      ),
    ),
    ...each((offer) => offer.payouts).map((i) =>
      row(
        `payout ${i}`,
        text.future.payout(i + 1),
        (offer) => (offer.payouts[i] === undefined ? undefined : times(offer.payouts[i])),
        { note: text.future.payoutNote },
      ),
    ),
  ];
  rows.push(
    ...each((offer) => offer.raised).map((i) =>
      row(
        `raised ${i}`,
        text.future.raised(i + 1),
        (offer) => (offer.raised[i] === undefined ? undefined : times(offer.raised[i])),
        { note: text.future.payoutNote },
      ),
    ),
  );
  if (offers.some((offer) => offer.exit !== null)) {
    rows.push(
      row('exit', text.future.exit, (offer) => (offer.exit === null ? undefined : offer.exit === '' ? text.future.noExit : offer.exit)),
    );
  }
  if (offers.some((offer) => offer.letGo !== null)) {
    rows.push(
      row('letGo', text.future.letGo, (offer) => (offer.letGo === null ? text.future.never : text.future.after(offer.letGo))),
    );
  }
  return { columns, rows };
}

/** Values of an assumption in words, the unit once: `9, 11 or 36 months`. */
export function valuesOf(values: readonly number[], unit: string): string {
  const last = values.at(-1);
  if (last === undefined) return '';
  const inMonths = unit === 'months';
  const plain = values.slice(0, -1).map((value) => (inMonths ? number(Math.round(value)) : number(value.toFixed(2), 1)));
  const end = inMonths ? months(Math.round(last)) : percent(last.toFixed(2), { decimals: 1 });
  return plain.length > 0 ? plain.join(', ') + text.mind.or + end : end;
}

/** The swings as a table, in their order: the widest first. */
export function swingsTable(swings: readonly Swing[], currency: string): { columns: Column[]; rows: Row[] } {
  const gap = (amount: string): Cell => ({ text: money(amount, currency, { sign: true }), tone: tone(amount) });
  return {
    columns: [
      { key: 'tried', label: text.mind.tried },
      { key: 'low', label: text.mind.low },
      { key: 'high', label: text.mind.high },
      { key: 'flips', label: text.mind.flips },
    ],
    rows: swings.map((swing) => ({
      // Two things may move one field: how likely an exit is, and how large.
      key: `${swing.path} ${swing.label}`,
      label: text.whatIf.labels[swing.path] ?? swing.label,
      cells: {
        tried: text.mind.span(number(swing.tried[0].toFixed(2), swing.unit === 'months' ? 0 : 1), valuesOf([swing.tried[1]], swing.unit)),
        low: gap(swing.difference[0]),
        high: gap(swing.difference[1]),
        flips:
          swing.flips.length > 0
            ? valuesOf(swing.flips, swing.unit)
            : { text: text.mind.never, tone: 'quiet' },
      },
    })),
  };
}
