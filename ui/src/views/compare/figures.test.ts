import { describe, expect, it } from 'vitest';
import type { Case, Comparison, ComponentValue, Explanation, Line, Offer, OfferValue } from '../../bindings';
import { asText, groupsOf, inputName, when } from './breakdown';
import { DIFFERENCE, seriesOf, tableOf } from './rows';

// The types are wide and the functions read little of them; what is not given here is not read.
const value = (component: ComponentValue['component'], amount: string, claimed: string | null = null): ComponentValue => ({
  component,
  tier: 'likely',
  amount,
  claimed,
});
const offer = (id: string, position: number, total: string, components: ComponentValue[], kind: Offer['kind'] = 'offer') =>
  ({ id, name: id, kind, position, total, components, valued: true, years: [], taxes: [] }) as unknown as OfferValue;

const offers = [
  offer('now', 0, '700', [value('base', '600'), value('benefits', '100')], 'currentJob'),
  offer('north', 1, '1000.10', [value('base', '900.10'), value('benefits', '100.00'), value('tokens', '0', '5000')]),
  offer('fjord', 2, '1100', [value('base', '900'), value('benefits', '100'), value('signOn', '100')]),
];
const comparison = { currency: 'USD', horizonYears: 2, offers, best: 'fjord', runnerUp: 'north', findings: [] } as unknown as Comparison;
const open = {
  assumptions: { tax: 'beforeTax', money: 'nominal', placeAdjusted: false },
  offers: [
    { id: 'now', kind: 'currentJob', company: '' },
    { id: 'north', kind: 'offer', company: 'North', grants: [{ label: '' }], benefits: [{ label: 'Health' }] },
  ],
} as unknown as Case;

const PLAIN = { by: 'parts', onlyDifferences: false } as const;

describe('the table of a comparison', () => {
  const { columns, rows } = tableOf(comparison, open, PLAIN);
  const row = (key: string) => rows.find((other) => other.key === key);

  it('has the offers across, the difference last and the sum at the end', () => {
    expect(columns.map((column) => column.label)).toEqual(['now', 'north', 'fjord', 'fjord − north']);
    expect(rows.map((other) => other.key)).toEqual(['base', 'signOn', 'benefits', 'tokens', 'total']);
  });

  it('takes the runner-up from the best, where one of them pays nothing too', () => {
    // 900 − 900.10 = −0.10, which whole dollars show as none; 100 − 0 = 100; 1100 − 1000.10 = 99.90, shown as 100.
    expect(row('signOn')?.cells[DIFFERENCE]).toEqual({ text: '+\u00a0$100', tone: 'good' });
    expect(row('base')?.cells[DIFFERENCE]).toMatchObject({ tone: 'bad' });
    expect(row('total')?.cells[DIFFERENCE]).toEqual({ text: '+\u00a0$100', tone: 'good' });
  });

  it('shows a claim before what was counted, and nothing for a part that an offer lacks', () => {
    expect(row('tokens')?.cells['north']).toEqual({ text: '$0', claim: '$5,000' });
    expect(row('tokens')?.cells['fjord']).toBeUndefined();
  });

  it('leaves out what all pay alike when only differences are asked for, and says so', () => {
    const only = tableOf(comparison, open, { by: 'parts', onlyDifferences: true });
    expect(only.rows.map((other) => other.key)).toEqual(['base', 'signOn', 'tokens', 'total']);
    expect(only.alike).toEqual(['benefits']);
  });

  it('has no difference for a single offer', () => {
    const single = { ...comparison, offers: offers.slice(1, 2), best: 'north', runnerUp: null };
    expect(tableOf(single, open, PLAIN).columns).toHaveLength(1);
  });

  it('keeps grey for the current job wherever it stands', () => {
    const shuffled = [offer('a', 0, '1', []), offer('job', 1, '1', [], 'currentJob'), offer('b', 2, '1', [])];
    expect([...seriesOf(shuffled)]).toEqual([['a', 1], ['job', 0], ['b', 2]]);
  });
});

describe('an explanation', () => {
  const line = (month: number, amount: string, how = '$100 ÷ 12', path = 'offers/1/base'): Line => ({
    date: `2027-${String(((month - 1) % 12) + 1).padStart(2, '0')}-15`,
    month,
    amount,
    component: 'base',
    tier: 'guaranteed',
    path,
    how,
    character: 'wages',
  });
  const explained = (lines: Line[]): Explanation => ({ title: 'North, base', currency: 'USD', total: '0', lines, restsOn: [] });

  it('makes one of lines that repeat, a cent of rounding apart', () => {
    const [group] = groupsOf(explained([line(1, '8.33'), line(2, '8.34'), line(3, '8.33')]));
    expect(group).toMatchObject({ amount: '25.00', lines: 3 });
    expect(group?.runs).toHaveLength(1);
    expect(group?.runs[0]).toMatchObject({ times: 3, amount: '25.00', exactly: false });
    expect(group?.runs[0] && when(group.runs[0])).toBe('15 Jan 2027 to 15 Mar 2027');
  });

  it('keeps apart what is two cents apart, or was worked out in another way', () => {
    expect(groupsOf(explained([line(1, '8.33'), line(2, '8.35')]))[0]?.runs).toHaveLength(2);
    expect(groupsOf(explained([line(1, '8.33'), line(2, '8.33', 'other')]))[0]?.runs).toHaveLength(2);
  });

  it('shows many lines by year; month 12 belongs to the first', () => {
    const lines = Array.from({ length: 13 }, (_, i) => line(i + 1, String(i + 1)));
    const years = groupsOf(explained(lines))[0]?.years;
    // 1 + … + 12 = 78, and 13 alone.
    expect(years?.map(({ year, amount }) => [year, amount])).toEqual([[1, '78'], [2, '13']]);
  });

  it('names an input in words', () => {
    expect(inputName('offers/1/base', open)).toBe('North, base pay');
    expect(inputName('offers/1/grants/0/size/amount', open)).toBe('North, grant 1');
    expect(inputName('offers/1/benefits/0/amount', open)).toBe('North, Health');
    expect(inputName('offers/0/tokenBudget/rolloverCap', open)).toBe('Current job, token budget, rollover cap');
    expect(inputName('assumptions/shareGrowth', open)).toBe('Share price growth');
  });

  it('copies as a table that a spreadsheet reads', () => {
    const copied = asText({ ...explained([line(1, '-8.33')]), total: '-8.33' }, open);
    expect(copied).toContain('North, base\t−$8.33');
    expect(copied).toContain('15 Jan 2027\t−$8.33\tBase pay\tguaranteed\t$100 ÷ 12\tNorth, base pay');
  });
});
