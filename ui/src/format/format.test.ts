import { describe, expect, it } from 'vitest';
import { count, currencySign, date, delta, duration, money, months, number, ofHundred, percent, tone } from '.';

const MINUS = '\u2212';
const S = '\u00a0';

describe('money', () => {
  it('groups whole units by default and keeps cents when asked', () => {
    expect(money('498300', 'USD')).toBe('$498,300');
    expect(money('498300.55', 'USD', { exact: true })).toBe('$498,300.55');
    expect(money('1234', 'JPY', { exact: true })).toBe('¥1,234');
  });

  it('keeps every digit of an amount that no float holds', () => {
    // 2^53 + 1 is the first whole number that a float cannot tell from its neighbour.
    expect(money('9007199254740993', 'USD')).toBe('$9,007,199,254,740,993');
    expect(money('90071992547409931.07', 'USD', { exact: true })).toBe('$90,071,992,547,409,931.07');
    expect(number('0.1234567890123456789', 19)).toBe('0.1234567890123456789');
  });

  it('writes differences with a sign, a space and a true minus', () => {
    expect(money('47500', 'USD', { sign: true })).toBe(`+${S}$47,500`);
    expect(money('-42300', 'USD', { sign: true })).toBe(`${MINUS}${S}$42,300`);
    expect(money('-42300', 'USD')).toBe(`${MINUS}$42,300`);
    expect(delta('-42300.4')).toBe(`${MINUS}${S}42,300`);
  });

  it('gives no sign to what is shown as zero', () => {
    expect(delta('0.00')).toBe('0');
    expect(delta('-0.3')).toBe('0');
    expect(money('-0', 'USD', { sign: true })).toBe('$0');
  });

  it.each([
    ['250000', '$250k'],
    ['54200', '$54.2k'],
    ['4600', '$4.6k'],
    ['999', '$999'],
    ['1000', '$1k'],
    ['1250000', '$1.3M'],
    ['999499', '$999k'],
    ['999500', '$1M'],
    ['99950', '$100k'],
    ['2500000000', '$2.5B'],
    ['-189000', `${MINUS}$189k`],
  ])('shortens %s to %s', (amount, short) => {
    expect(money(amount, 'USD', { compact: true })).toBe(short);
  });

  it('shows what it cannot read instead of inventing a figure', () => {
    expect(money('12k', 'USD')).toBe('12k');
    expect(money('1000', 'no such')).toBe('1,000 no such');
    expect(currencySign('no such')).toBe('no such');
    expect(currencySign('EUR')).toBe('€');
  });
});

describe('other figures', () => {
  it('writes percent, counts, months and chances', () => {
    expect(percent('8', { sign: true })).toBe(`+${S}8${S}%`);
    expect(percent(-67, { sign: true })).toBe(`${MINUS}${S}67${S}%`);
    expect(percent('7.25')).toBe(`7.3${S}%`);
    expect(count('41200')).toBe('41.2k');
    expect(months(1)).toBe('1 month');
    expect(months(48)).toBe('48 months');
    expect(duration(51)).toBe('4 years 3 months');
    expect(duration(48)).toBe('4 years');
    expect(ofHundred(0.684)).toBe('68 of 100');
    expect(ofHundred(0.999)).toBe('more than 99 of 100');
    expect(ofHundred(1)).toBe('100 of 100');
  });

  it('tells good from bad by the exact amount', () => {
    expect(tone('0.01')).toBe('good');
    expect(tone('-0.01')).toBe('bad');
    expect(tone('-0.00')).toBe('even');
  });

  it('writes a day in words and leaves a day that does not exist alone', () => {
    expect(date('2027-01-15')).toBe('15 Jan 2027');
    expect(date('2027-02-30')).toBe('2027-02-30');
    expect(date('2026-11-14T23:30:00Z')).toBe('14 Nov 2026');
  });
});
