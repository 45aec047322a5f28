import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Case, CaseSave, Finding, Offer } from '../../bindings';
import { usePlatform, type Platform } from '../../platform';
import { create, flush, library } from '../../state/library.svelte';
import { go } from '../../state/route.svelte';
import { newGrant, newOffer, newPrivateCompany } from './blank';
import Offers from './Offers.svelte';

function caseOf(offer: Offer): Case {
  return {
    format: 'counterweight-case',
    version: 1,
    name: 'My offers',
    currency: 'USD',
    start: '2026-11-23',
    exchange: [],
    assumptions: { tax: 'beforeTax', money: 'nominal', placeAdjusted: false } as Case['assumptions'],
    person: { filing: 'single', spouseWages: '', dependents: '', deferral: '', longTermGains: '' },
    workload: {} as Case['workload'],
    offers: [offer],
    notes: '',
  };
}

// The whole view is drawn for each test, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let saved: CaseSave[] = [];

/** A library with one offer, whose figures never come. */
async function open(offer: Offer, findings: Finding[] = []) {
  saved = [];
  const state = { path: '', version: '', cases: [] };
  const answers: Record<string, (request: never) => unknown> = {
    library_state: () => state,
    case_create: () => ({ id: 'c', revision: 1, case: caseOf(offer), findings, undo: null, redo: null }),
    case_save: (request) => {
      saved.push(request);
      return { revision: saved.length + 1, findings, undo: null };
    },
    catalogue: () => ({
      vesting: [{ key: 'even-4y-quarterly-1y-cliff', label: 'Four years, quarterly', detail: '' }],
      cloudModels: [],
      machines: [],
      localModels: [],
      quants: [],
      currencies: [],
      places: [{ key: 'US-CA', name: 'California', country: 'US', currency: 'USD' }],
    }),
  };
  const platform = {
    call: (name: string, request: never) => (answers[name] ? Promise.resolve(answers[name](request)) : new Promise(() => {})),
    painted: () => Promise.resolve(),
  };
  usePlatform(platform as Platform);
  await create('twoOffers');
  render(Offers);
  await tick();
}

const written = (): Offer => library.case!.offers[0]!;
const field = (path: string) => {
  const found = document.querySelector<HTMLInputElement & HTMLSelectElement>(`[name="offers/0/${path}"]`);
  if (!found) throw new Error(`no field ${path}`);
  return found;
};
const has = (path: string) => document.querySelector(`[name="offers/0/${path}"]`) !== null;
const unfold = (label: RegExp) => userEvent.click(screen.getByText(label, { selector: 'summary' }));

const started = (): Offer => ({ ...newOffer('offer-1'), company: 'Fjord', base: '150k' });

beforeEach(() => go('offers'));

describe('the quick path', () => {
  it('asks for no more than it did: eight fields, then folded words', async () => {
    await open(started());
    const form = screen.getByRole('tabpanel');
    expect([...form.querySelectorAll<HTMLInputElement>('input, select, textarea')].map((input) => input.name)).toEqual([
      'offers/0/company',
      'offers/0/role',
      'offers/0/base',
      'offers/0/bonus/target',
      'offers/0/signOn/amount',
      'offers/0/grants/0/size/amount',
      'offers/0/grants/0/vesting/preset',
      'offers/0/grants/0/size',
    ]);
  });
});

describe('a part that is added', () => {
  it.each([
    ['payments', 'payments/0/kind'],
    ['baseChanges', 'baseChanges/0/on'],
    ['commission', 'commission/onTarget'],
    ['refreshers', 'refreshers/amount'],
    ['privateCompany', 'privateCompany/fullyDiluted'],
    ['purchasePlan', 'purchasePlan/contribution'],
    ['match', 'match/rate'],
    ['benefits', 'benefits/0/label'],
    ['layoffRisk', 'layoffRisk'],
    ['place', 'place'],
  ])('%s takes the cursor, and its removal gives the document back as it was', async (part, first) => {
    await open(started());
    await userEvent.click(screen.getByTestId(`add-${part}`));
    expect(document.activeElement).toBe(field(first));
    if (part === 'place') return;
    await userEvent.click(screen.getByTestId(`remove-${part}`));
    expect(written()).toEqual(started());
    expect(document.activeElement).toBe(screen.getByTestId(`add-${part}`));
    await flush();
    expect(saved.every((request) => /^(.+ (added to|removed from)) Fjord$/.test(request.label))).toBe(true);
  });

  it('writes what is typed where Rust looks for it', async () => {
    await open(started());
    await userEvent.click(screen.getByTestId('add-place'));
    await userEvent.selectOptions(field('place'), 'California');
    await userEvent.click(screen.getByTestId('add-payments'));
    await userEvent.selectOptions(field('payments/0/kind'), 'Staying');
    await userEvent.type(field('payments/0/amount'), '20k');
    await userEvent.selectOptions(field('payments/0/clawback'), 'Paid back by months left');
    await userEvent.type(field('payments/0/clawbackMonths'), '24');
    await userEvent.selectOptions(field('payments/0/repayment'), 'What reached my account');
    await userEvent.click(screen.getByTestId('add-purchasePlan'));
    await userEvent.click(screen.getByRole('checkbox', { name: /lower price/ }));
    expect(written()).toMatchObject({
      place: 'US-CA',
      payments: [{ kind: 'retention', amount: '20k', clawback: 'proRataMonths', clawbackMonths: '24', repayment: 'net' }],
      purchasePlan: { lookBack: true },
    });
  });

  it('keeps its row list in order, and the last row takes the part away', async () => {
    await open({ ...started(), baseChanges: [{ on: '2027-01-01', to: '160k', by: '' }, { on: '2028-01-01', to: '', by: '5' }] });
    await userEvent.click(screen.getByRole('button', { name: 'Remove: Change 1' }));
    expect(written().baseChanges).toEqual([{ on: '2028-01-01', to: '', by: '5' }]);
    await userEvent.click(screen.getByRole('button', { name: 'Remove: Change 1' }));
    expect(written().baseChanges).toEqual([]);
    expect(document.activeElement).toBe(screen.getByTestId('add-baseChanges'));
  });
});

describe('a benefit', () => {
  it('keeps what was typed when its kind changes', async () => {
    await open(started());
    await userEvent.click(screen.getByTestId('add-benefits'));
    await userEvent.type(field('benefits/0/amount'), '1200');
    expect(has('benefits/0/quantity')).toBe(false);
    await userEvent.selectOptions(field('benefits/0/kind'), 'Paid leave');
    await userEvent.type(field('benefits/0/quantity'), '25');
    expect(field('benefits/0/amount').value).toBe('1200');
    await userEvent.selectOptions(field('benefits/0/kind'), 'Stipend');
    expect(field('benefits/0/quantity').value).toBe('25');
    expect(written().benefits).toEqual([
      { label: '', kind: 'stipend', amount: '1200', quantity: '25', valuedAt: '', taxed: false },
    ]);
    await userEvent.click(screen.getByRole('checkbox', { name: 'Taxed as pay' }));
    expect(written().benefits[0]?.taxed).toBe(true);
  });
});

describe('a grant', () => {
  it('in percent asks for the count of all shares, and money comes back as typed', async () => {
    await open({ ...started(), privateCompany: { ...newPrivateCompany(), fullyDiluted: '10m' } });
    await userEvent.type(field('grants/0/size/amount'), '400k');
    expect(has('grants/0/size/fullyDiluted')).toBe(false);
    await userEvent.selectOptions(field('grants/0/size'), 'Percent of the company');
    await userEvent.type(field('grants/0/size/percent'), '0.25');
    expect(field('grants/0/size/fullyDiluted').value).toBe('10m');
    expect(written().grants[0]?.size).toEqual({ kind: 'percent', percent: '0.25', fullyDiluted: '10m' });
    await userEvent.selectOptions(field('grants/0/size'), 'Money');
    expect(written().grants[0]?.size).toEqual({ kind: 'value', amount: '400k' });
    await userEvent.selectOptions(field('grants/0/size'), 'Percent of the company');
    expect(field('grants/0/size/percent').value).toBe('0.25');
  });

  it('becomes options with a strike, a plan and a number', async () => {
    await open(started());
    expect(has('grants/0/instrument')).toBe(false);
    await unfold(/options/);
    await userEvent.selectOptions(field('grants/0/instrument'), 'Incentive options (ISO)');
    await userEvent.type(field('grants/0/strike'), '2.50');
    await userEvent.type(field('grants/0/size/count'), '10000');
    await userEvent.selectOptions(field('grants/0/exercise'), 'Exercise early');
    expect(written().grants[0]).toEqual({
      ...newGrant(),
      instrument: 'iso',
      size: { kind: 'shares', count: '10000' },
      strike: '2.50',
      exercise: 'early',
    });
    expect(within(field('grants/0/size/count').closest('.field') as HTMLElement).getByText('Options')).toBeTruthy();
  });

  it('takes pasted terms and asks for the day of each event', async () => {
    await open(started());
    await userEvent.selectOptions(field('grants/0/vesting/preset'), 'Open Cap Format, pasted…');
    const terms = '{"vesting_conditions":[{"id":"sale","trigger":{"type":"VESTING_EVENT"}}]}';
    await userEvent.click(field('grants/0/vesting/terms'));
    await userEvent.paste(terms);
    await userEvent.tab();
    await userEvent.type(field('grants/0/vesting/events/0/on'), '2028-06-30');
    expect(written().grants[0]?.vesting).toEqual({ kind: 'openCap', terms, events: [{ condition: 'sale', on: '2028-06-30' }] });
    await userEvent.selectOptions(field('grants/0/vesting'), 'Percent by year…');
    await userEvent.selectOptions(field('grants/0/vesting'), 'Open Cap Format, pasted…');
    expect(field('grants/0/vesting/terms').value).toBe(terms);
  });

  it('that is gone leaves nothing of its fields to the next', async () => {
    const first: Offer['grants'][number] = { ...newGrant(), size: { kind: 'value', amount: '1' } };
    await open({ ...started(), grants: [first, { ...newGrant(), size: { kind: 'shares', count: '7' }, sharePrice: '3' }] });
    await userEvent.selectOptions(field('grants/0/size'), 'Percent of the company');
    await userEvent.click(screen.getByRole('button', { name: 'Remove grant 1' }));
    await userEvent.selectOptions(field('grants/0/size'), 'Money');
    expect(written().grants[0]?.size).toEqual({ kind: 'value', amount: '' });
  });
});

describe('rare terms', () => {
  it('are open when they hold something, when one is wrong, and when one is asked for', async () => {
    const path = 'offers/0/grants/0/acceleration/percent';
    const finding: Finding = { path, severity: 'error', id: 'x', message: 'Too much.', fix: 'Write less.', leftOut: '' };
    await open({ ...started(), bonus: { ...newOffer('').bonus, payout: '90' }, grants: [newGrant()] }, [finding]);
    expect(field('bonus/payout').value).toBe('90');
    expect(field('grants/0/acceleration/percent').getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(field('grants/0/acceleration/percent').getAttribute('aria-describedby')!.split(' ').at(-1)!)?.textContent).toContain(
      'Too much.',
    );
  });

  it('open for an address that names one', async () => {
    await open(started());
    go('offers', 'offer-1', 'match', 'vesting');
    await waitFor(() => expect(document.activeElement).toBe(field('match/vesting')));
    go('offers', 'case', 'assumptions', 'discount');
    await waitFor(() => expect((document.activeElement as HTMLInputElement).name).toBe('assumptions/discount'));
    await userEvent.selectOptions(field('match/vesting'), 'Year by year');
    await userEvent.type(field('match/vesting/split'), '0/20/20/20/20/20');
    expect(written().match.vesting).toEqual({ kind: 'graded', split: '0/20/20/20/20/20' });
  });
});

describe('the person', () => {
  it('is asked about with the case, and about a spouse only when filing together', async () => {
    await open({ ...started(), place: 'US-CA' });
    await userEvent.click(screen.getByTestId('open-case'));
    const filing = document.querySelector<HTMLSelectElement>('[name="person/filing"]')!;
    expect(document.querySelector('[name="person/spouseWages"]')).toBeNull();
    await userEvent.selectOptions(filing, 'Together with a spouse');
    await userEvent.type(document.querySelector<HTMLInputElement>('[name="person/spouseWages"]')!, '90k');
    await userEvent.type(document.querySelector<HTMLInputElement>('[name="person/dependents"]')!, '2');
    expect(library.case?.person).toEqual({ filing: 'joint', spouseWages: '90k', dependents: '2', deferral: '', longTermGains: '' });
  });
});
