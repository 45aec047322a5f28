import { describe, expect, it } from 'vitest';
import type { Case } from '../../bindings';
import { newBudget, newOffer, newPrivateCompany } from './blank';
import { currencyOf, freeId, hasFigures, isFresh, isUsed, nameOf, partOf, rates } from './parts';
import { inOffer, offerOf, putFlag, putText, textAt, valueAt } from './paths';

function twoOffers(): Case {
  return {
    format: 'counterweight-case',
    version: 1,
    name: 'My offers',
    currency: 'USD',
    start: '2026-11-23',
    exchange: [],
    assumptions: {} as Case['assumptions'],
    person: { filing: 'single', spouseWages: '', dependents: '', deferral: '', longTermGains: '' },
    workload: {} as Case['workload'],
    offers: [newOffer('offer-1'), newOffer('offer-2')],
    notes: '',
  };
}

describe('a path', () => {
  it('leads to the text, which is kept as typed', () => {
    const draft = twoOffers();
    expect(putText(draft, 'offers/1/bonus/target', ' 15 x')).toBe(true);
    expect(draft.offers[1]?.bonus.target).toBe(' 15 x');
    expect(textAt(draft, 'offers/1/bonus/target')).toBe(' 15 x');
    expect(draft.offers[0]?.bonus.target).toBe('');
  });

  it('of the first grant makes the grant, and that of one further on does not', () => {
    const draft = twoOffers();
    expect(putText(draft, 'offers/0/grants/1/size/amount', '5')).toBe(false);
    expect(draft.offers[0]?.grants).toEqual([]);
    expect(putText(draft, 'offers/0/grants/0/size/amount', '400k')).toBe(true);
    expect(draft.offers[0]?.grants).toHaveLength(1);
    expect(draft.offers[0]?.grants[0]?.size).toEqual({ kind: 'value', amount: '400k' });
  });

  it('that is no text field changes nothing', () => {
    const draft = twoOffers();
    const before = structuredClone(draft);
    for (const path of [
      'offers/0/grants',
      'offers/7/base',
      'offers/0/tokenBudget/amount',
      'offers/0/nothing',
      'version',
      'offers/0/constructor/name',
      '',
    ]) {
      expect(putText(draft, path, 'x'), path).toBe(false);
    }
    expect(draft).toEqual(before);
    expect(valueAt(draft, 'offers/0/base/length')).toBeUndefined();
  });

  it('of a yes or no takes nothing else', () => {
    const draft = twoOffers();
    draft.offers[0]!.privateCompany = newPrivateCompany();
    draft.offers[0]!.benefits.push({ label: '', kind: 'stipend', amount: '', quantity: '', valuedAt: '', taxed: false });
    expect(putFlag(draft, 'offers/0/benefits/0/taxed', true)).toBe(true);
    expect(putText(draft, 'offers/0/benefits/0/taxed', 'yes')).toBe(false);
    expect(putFlag(draft, 'offers/0/benefits/0/label', true)).toBe(false);
    expect(draft.offers[0]!.benefits[0]).toMatchObject({ label: '', taxed: true });
  });

  it('knows its offer and its fold', () => {
    expect(offerOf('offers/2/tokenBudget/owner')).toBe(2);
    expect(offerOf('offers')).toBeUndefined();
    expect(offerOf('exchange/0/rate')).toBeUndefined();
    expect(inOffer('offers/2/tokenBudget/owner')).toBe('tokenBudget/owner');
    expect(['currency', 'place', 'match/vesting/split', 'tokenBudget/owner', 'payments/0/amount'].map(partOf)).toEqual([
      'place',
      'place',
      'match',
      'tokenBudget',
      'payments',
    ]);
    expect(['company', 'bonus/payout', 'grants/0/size/amount'].map(partOf)).toEqual([undefined, undefined, undefined]);
  });
});

describe('an offer', () => {
  it('is fresh until something is written, and has figures when one counts', () => {
    const offer = newOffer('a');
    expect(isFresh(offer)).toBe(true);
    expect(isFresh({ ...offer, company: 'Fjord' })).toBe(false);
    expect(hasFigures({ ...offer, company: 'Fjord' })).toBe(false);
    expect(hasFigures({ ...offer, base: '1' })).toBe(true);
    expect(isUsed(offer, 'tokenBudget')).toBe(false);
    expect(isUsed({ ...offer, tokenBudget: newBudget() }, 'tokenBudget')).toBe(true);
  });

  it('is named by its company, or by its place', () => {
    expect(nameOf(newOffer('a'), 1)).toBe('Offer 2');
    expect(nameOf({ ...newOffer('a'), kind: 'currentJob' }, 0)).toBe('Current job');
    expect(nameOf({ ...newOffer('a'), company: ' Fjord ' }, 0)).toBe('Fjord');
  });

  it('gets an id that no other has', () => {
    const draft = twoOffers();
    draft.offers[0]!.id = 'offer-3';
    expect(freeId(draft)).toBe('offer-4');
  });
});

describe('exchange rates', () => {
  it('are asked for one currency at a time, and for dollars when machines or tokens need them', () => {
    const draft = twoOffers();
    expect(rates(draft)).toEqual([]);
    draft.offers[1]!.currency = 'eur';
    expect(currencyOf(draft, draft.offers[1]!)).toBe('EUR');
    expect(rates(draft)).toEqual([{ index: 0, currency: 'EUR' }]);
    expect(putText(draft, 'exchange/0/rate', '1.1')).toBe(true);
    draft.exchange[0]!.currency = 'EUR';
    expect(rates(draft)).toEqual([{ index: 0, currency: 'EUR' }]);
    draft.currency = 'EUR';
    draft.exchange = [];
    draft.offers[0]!.currency = 'EUR';
    expect(rates(draft)).toEqual([]);
    draft.offers[0]!.tokenBudget = newBudget();
    expect(rates(draft)).toEqual([{ index: 0, currency: 'USD' }]);
  });
});
