import { describe, expect, it } from 'vitest';
import type { Case } from '../../bindings';
import { basisOf } from './basis';
import { newGrant, newMatch, newOffer, nextTranche, same } from './blank';
import { eventsOf } from './openCap';
import { addGrant, begin, begins, clear, firstOf, FOLDED, hasFigures, isUsed, type Part } from './parts';
import { valueAt } from './paths';
import { byCountry, placesOf } from './places';

const PARTS = FOLDED.filter((part): part is Part => part !== 'grant');
const BEGINNING = PARTS.filter(begins);

describe('a part', () => {
  // What an offer is when its letter says nothing of a part, as the case document has it.
  const SILENCE: Readonly<Record<string, unknown>> = {
    payments: [],
    baseChanges: [],
    commission: null,
    refreshers: null,
    privateCompany: null,
    purchasePlan: null,
    move: null,
    benefits: [],
    tokenBudget: null,
    hardware: null,
  };

  it.each(BEGINNING)('%s begins in the document and goes back to silence', (part) => {
    const offer = newOffer('a');
    expect(offer[part as keyof typeof offer]).toEqual(SILENCE[part]);
    expect(begin(offer, part)).toBe(true);
    expect(isUsed(offer, part)).toBe(true);
    expect(hasFigures(offer)).toBe(true);
    // Its first field is in the document, for the cursor.
    expect(valueAt({ offers: [offer] } as unknown as Case, `offers/0/${firstOf(part)}`)).toBeTypeOf('string');
    // What is there is not made anew.
    expect(begin(offer, part)).toBe(false);
    clear(offer, part);
    expect(offer[part as keyof typeof offer]).toEqual(SILENCE[part]);
    expect(offer).toEqual(newOffer('a'));
  });

  it('that is only unfolded holds nothing until it is written, and nothing after it is taken away', () => {
    const offer = newOffer('a');
    const unfolded = PARTS.filter((part) => !begins(part));
    expect(unfolded).toEqual(['place', 'match', 'layoffRisk', 'notes']);
    for (const part of unfolded) expect(begin(offer, part)).toBe(false);
    expect(offer).toEqual(newOffer('a'));
    offer.match = { ...newMatch(), tiers: [{ rate: '50', upTo: '6' }], vesting: { kind: 'cliff', months: '36' } };
    expect(isUsed(offer, 'match')).toBe(true);
    clear(offer, 'match');
    expect(offer.match).toEqual({
      rate: '',
      upTo: '',
      cap: '',
      tiers: [],
      fixed: '',
      paid: 'notSaid',
      vesting: { kind: 'immediate' },
    });
  });

  it('is not used by spaces or by what an older document lacks', () => {
    expect(isUsed({ ...newOffer('a'), layoffRisk: ' ' }, 'layoffRisk')).toBe(false);
    expect(same({ a: '', b: [] }, { b: [] })).toBe(true);
    expect(same({ a: false }, { a: true })).toBe(false);
    expect(same([{ a: '' }], [])).toBe(false);
  });
});

describe('grants', () => {
  it('come one at a time, the second beside a first that is not written', () => {
    const offer = newOffer('a');
    addGrant(offer);
    expect(offer.grants).toEqual([newGrant(), newGrant()]);
    addGrant(offer);
    expect(offer.grants).toHaveLength(3);
  });

  it('vest a year later with each new tranche', () => {
    expect(nextTranche([{ afterMonths: '12', percent: '' }]).afterMonths).toBe('24');
    expect(nextTranche([{ afterMonths: 'soon', percent: '' }]).afterMonths).toBe('');
    expect(nextTranche([]).afterMonths).toBe('');
  });
});

describe('pasted vesting terms', () => {
  it('name the events they wait for', () => {
    // The shape of "Custom with a milestone" in the samples of Open Cap Format 1.2.
    const terms = {
      object_type: 'VESTING_TERMS',
      vesting_conditions: [
        { id: 'start', trigger: { type: 'VESTING_START_DATE' } },
        { id: 'qualifying-sale', trigger: { type: 'VESTING_EVENT' } },
        { id: 'monthly', trigger: { type: 'VESTING_SCHEDULE_RELATIVE' } },
      ],
    };
    expect(eventsOf(JSON.stringify(terms))).toEqual(['qualifying-sale']);
    for (const other of ['', '{', '[]', 'null', '{"vesting_conditions":[null,{"trigger":3}]}']) expect(eventsOf(other), other).toEqual([]);
  });
});

describe('places of tax', () => {
  const places = [
    { key: 'US-CA', name: 'California', country: 'US', currency: 'USD' },
    { key: 'GB', name: 'United Kingdom', country: 'United Kingdom', currency: 'GBP' },
    { key: 'US-WA', name: 'Washington', country: 'US', currency: 'USD' },
  ];

  it('are read only as far as they can be', () => {
    expect(placesOf(undefined)).toEqual([]);
    expect(placesOf({} as never)).toEqual([]);
    expect(placesOf({ places: [places[0], null, { key: 'X' }] } as never)).toEqual([places[0]]);
  });

  it('stand under their country', () => {
    expect(byCountry(places).map(({ name, places: of }) => [name, of.map(({ key }) => key)])).toEqual([
      ['United States', ['US-CA', 'US-WA']],
      ['United Kingdom', ['GB']],
    ]);
  });
});

describe('the worth of an offer', () => {
  it('says its tax and its money', () => {
    const of = (tax: string, money: string, placeAdjusted = false) =>
      ({ assumptions: { tax, money, placeAdjusted } }) as unknown as Case;
    const placed = { ...newOffer('a'), place: 'US-CA' };
    expect(basisOf(of('beforeTax', 'nominal'), placed)).toBe('Before tax, as planned');
    expect(basisOf(of('afterTax', 'present', true), placed)).toBe('After tax, discounted to the start, at one cost of living');
    expect(basisOf(of('afterTax', 'real'), newOffer('a'))).toMatch(/^Before tax, as no place of tax is set/);
  });
});
