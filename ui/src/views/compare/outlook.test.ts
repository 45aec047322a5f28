import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Case, Comparison, ComponentValue, Future as FutureData, Mark, OfferValue, OutlookResponse, Swing } from '../../bindings';
import { usePlatform, type Platform } from '../../platform';
import { bridge } from './bridge';
import { futureTable, swingsTable } from './outlook';
import Range from './Range.svelte';
import { amountAt, tableOf, untaxed } from './rows';

const value = (component: ComponentValue['component'], amount: string): ComponentValue => ({
  component,
  tier: 'likely',
  amount,
  claimed: null,
});
const year = (nth: number, tiers: [string, string, string], total: string, components: { component: string; amount: string }[]) => ({
  year: nth,
  tiers,
  total,
  components,
});
const offer = (id: string, position: number, total: string, components: ComponentValue[], more: object = {}) =>
  ({ id, name: id, kind: 'offer', position, total, components, valued: true, years: [], taxes: [], ...more }) as unknown as OfferValue;

// Two years: base 100 and 110, equity 0 and 50.05, so 260.05 in all; tax 30 and 41.
const acme = offer('acme', 0, '260.05', [value('base', '210'), value('equity', '50.05')], {
  years: [
    year(1, ['100', '0', '0'], '100', [{ component: 'base', amount: '100' }]),
    year(2, ['110', '0', '50.05'], '160.05', [
      { component: 'base', amount: '110' },
      { component: 'equity', amount: '50.05' },
    ]),
  ],
  taxes: [
    { year: 1, taxYear: 2026, taxedPay: '130', tax: '30' },
    { year: 2, taxYear: 2027, taxedPay: '201.05', tax: '41' },
  ],
  conventions: { firstYear: '100', averageYear: '130.03', lastYear: '160.05', present: '250', equivalentAnnual: '134' },
});
const globex = offer('globex', 1, '240', [value('base', '240')], {
  years: [
    year(1, ['120', '0', '0'], '120', [{ component: 'base', amount: '120' }]),
    year(2, ['120', '0', '0'], '120', [{ component: 'base', amount: '120' }]),
  ],
  conventions: { firstYear: '120', averageYear: '120', lastYear: '120', present: '230', equivalentAnnual: '123' },
});
const comparison = {
  currency: 'USD',
  horizonYears: 2,
  offers: [acme, globex],
  best: 'acme',
  runnerUp: 'globex',
  futures: { paths: 10000, seed: 7 },
  findings: [{ id: 'tax.noPlace', path: 'offers/1/place', severity: 'error', message: 'm', fix: 'f', leftOut: 'tax' }],
} as unknown as Comparison;
const open = (tax: string) =>
  ({ assumptions: { tax, money: 'nominal', placeAdjusted: false }, offers: [] }) as unknown as Case;

describe('the table of one year, of tiers and of conventions', () => {
  it('takes the figure of the year', () => {
    expect(amountAt(acme, { part: 'base', year: 2 })).toBe('110');
    expect(amountAt(acme, { part: 'equity', year: 1 })).toBeUndefined();
    // 0 + 50.05 over both years.
    expect(amountAt(acme, { tier: 'speculative' })).toBe('50.05');
    expect(amountAt(acme, { tier: 'guaranteed', year: 1 })).toBe('100');
    expect(amountAt(acme, { convention: 'present' })).toBe('250');
  });

  it('leaves out a part that no offer pays in that year', () => {
    const keys = tableOf(comparison, open('beforeTax'), { by: 'parts', year: 1, onlyDifferences: false }).rows.map((row) => row.key);
    expect(keys).toEqual(['base', 'total']);
  });

  it('has the tax of each year after tax, and says where none was taken off', () => {
    const table = tableOf(comparison, open('afterTax'), { by: 'years', onlyDifferences: false });
    expect(table.rows.map((row) => row.key)).toEqual(['year 1', 'tax 1', 'year 2', 'tax 2', 'total']);
    expect(table.taxes.get('tax 2')).toBe(2);
    const tax = table.rows.find((row) => row.key === 'tax 2');
    expect(tax?.cells['acme']).toMatchObject({ text: '$41' });
    expect(tax?.cells['globex']).toEqual({ text: 'before tax', tone: 'bad' });
    expect(table.columns[1]?.label).toBe('globex, untaxed');
    const parts = tableOf(comparison, open('afterTax'), { by: 'parts', onlyDifferences: false });
    // 30 + 41.
    expect(parts.rows.find((row) => row.key === 'tax')?.cells['acme']).toMatchObject({ text: '$71' });
  });

  it('knows the offers without a place only when figures are after tax', () => {
    expect(untaxed(comparison, open('afterTax'))).toEqual([globex]);
    expect(untaxed(comparison, open('beforeTax'))).toEqual([]);
  });

  it('names each convention', () => {
    const rows = tableOf(comparison, open('beforeTax'), { by: 'conventions', onlyDifferences: false }).rows;
    expect(rows.map((row) => row.label)).toEqual([
      'First year',
      'Average year',
      'Last year',
      'Present value',
      'Equivalent annual value',
      'Total',
    ]);
  });
});

describe('the bridge from one offer to another', () => {
  it('sums exactly, the widest step first', () => {
    const made = bridge(acme, globex);
    // 240 + 50.05 = 290.05; − 30 = 260.05.
    expect(made.steps.map(({ part, gap, reached }) => [part, gap, reached])).toEqual([
      ['equity', '50.05', '290.05'],
      ['base', '-30', '260.05'],
    ]);
    expect(made.steps.at(-1)?.reached).toBe(acme.total);
  });

  it('keeps what is alike out of the steps', () => {
    const twin = offer('twin', 2, '210', [value('base', '210.00')]);
    expect(bridge(acme, twin)).toMatchObject({ alike: ['base'], steps: [{ part: 'equity' }] });
  });
});

const future: FutureData = {
  path: 4210,
  useOfPlan: 1.2,
  tokenPrices: [0.7, 0.5],
  offers: [
    { id: 'acme', name: 'acme', years: ['90', '170.05'], total: '260.05', prices: [0.834, 1.1], payouts: [1, 0.5], raised: [1, 1.02], exit: 'sold', letGo: 14 },
    { id: 'globex', name: 'globex', years: ['120', '120'], total: '240', prices: [], payouts: [1, 1], raised: [], exit: null, letGo: null },
  ],
};

describe('one future as a table', () => {
  const rows = futureTable(future, comparison).rows;
  const cell = (key: string, id: string) => rows.find((row) => row.key === key)?.cells[id];

  it('says what moved and what each offer came to', () => {
    expect(cell('total', 'acme')).toBe('$260');
    expect(cell('price 0', 'acme')).toBe('× 0.83');
    expect(cell('price 0', 'globex')).toBeUndefined();
    expect(cell('payout 1', 'acme')).toBe('× 0.5');
    expect(cell('letGo', 'acme')).toBe('after month 14');
    expect(cell('raised 1', 'acme')).toBe('× 1.02');
    expect(cell('exit', 'acme')).toBe('sold');
    expect(cell('exit', 'globex')).toBeUndefined();
    expect(cell('letGo', 'globex')).toBe('no');
  });
});

describe('the swings', () => {
  const swing = (path: string, unit: string, flips: number[]): Swing => ({
    path,
    label: path,
    unit,
    tried: [-20.04, 30],
    difference: ['-10', '90.6'],
    points: [],
    flips,
    range: [-50, 100],
  });

  it('say where the answer flips, or that it never does', () => {
    const { rows } = swingsTable([swing('a', '%', [12.34, 80]), swing('b', 'months', [])], 'USD');
    expect(rows[0]?.cells['flips']).toBe('12.3 or 80\u00a0%');
    expect(rows[1]?.cells['flips']).toEqual({ text: 'never within range', tone: 'quiet' });
    expect(rows[0]?.cells['low']).toMatchObject({ tone: 'bad' });
    expect(rows[1]?.cells['tried']).toBe('\u221220 to 30 months');
  });

  it('are rows of their own where they move one field', () => {
    const { rows } = swingsTable([swing('a', '%', []), { ...swing('a', '%', []), label: 'b' }], 'USD');
    expect(new Set(rows.map((row) => row.key)).size).toBe(2);
  });
});

describe('the dots', () => {
  const mark = (index: number, px: number): Mark => ({ index, series: 'A', value: '$1', px, py: 10, label: `Dot ${index + 1} of 3` });
  const scene = {
    svg: '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"></svg>',
    width: 400,
    height: 200,
    plot: { x: 0, y: 0, width: 400, height: 200 },
    marks: [mark(0, 100), mark(1, 200), mark(2, 300)],
    alt: 'alt',
    table: { columns: ['Dot', 'Difference'], rows: [] },
  };
  const asked: number[] = [];

  beforeEach(() => {
    asked.length = 0;
    usePlatform({
      call: (name: string, request: { view?: string; path?: number }) => {
        if (name === 'future') {
          asked.push(request.path ?? -1);
          return Promise.resolve({ ...future, path: request.path });
        }
        const answer: OutlookResponse = {
          sentence: { segments: [{ text: request.view ?? '', strong: false }] },
          scene,
          dots: request.view === 'dots' ? [11, 22, 33].map((path, i) => ({ path, difference: String(i) })) : [],
          swings: [],
        };
        return Promise.resolve(answer);
      },
      painted: () => Promise.resolve(),
    } as unknown as Platform);
    // No layout here: the chart is told a width, so that it asks for its scene.
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(400);
    vi.stubGlobal(
      'ResizeObserver',
      class {
        constructor(private readonly tell: (entries: unknown[]) => void) {}
        observe() {
          this.tell([]);
        }
        unobserve() {}
        disconnect() {}
      },
    );
  });

  async function dots() {
    render(Range, { case: open('beforeTax'), comparison, height: 200 });
    const user = userEvent.setup();
    await user.selectOptions(screen.getByTestId('range-kind'), 'dots');
    await waitFor(() => expect(screen.getByTestId('open-future')).toBeTruthy());
    return user;
  }

  it('open a future by arrow keys and Enter', async () => {
    const user = await dots();
    screen.getByRole('application').focus();
    await user.keyboard('{ArrowRight}{ArrowRight}{Enter}');
    await waitFor(() => expect(asked).toEqual([22]));
    const about = await screen.findByTestId('future-about');
    // The 23rd, counted from 1, of seed 7.
    expect(about.textContent).toContain('Dot 2 of 3');
    expect(about.textContent).toContain('Number 23 of 10,000, drawn from seed 7');
    await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Higher dot' }));
    await waitFor(() => expect(asked).toEqual([22, 33]));
  });

  it('open a future by a click, and from the list', async () => {
    const user = await dots();
    const stage = screen.getByRole('application');
    stage.getBoundingClientRect = () => ({ left: 0, top: 0, width: 400, height: 200 }) as DOMRect;
    await fireEvent.click(stage, { clientX: 290, clientY: 10 });
    await waitFor(() => expect(asked).toEqual([33]));
    await user.keyboard('{Escape}');
    await user.selectOptions(screen.getByTestId('open-future'), '0');
    await waitFor(() => expect(asked).toEqual([33, 11]));
  });
});
