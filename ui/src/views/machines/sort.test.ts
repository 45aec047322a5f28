import { expect, test } from 'vitest';
import type { MachineRow } from '../../bindings';
import { firstNumber, sorted } from './sort';

const row = (name: string, price: string, memory: string, decode: string): MachineRow => ({
  key: name,
  name,
  price,
  priceSource: '',
  fits: true,
  memory,
  decode,
  prefill: '',
  watts: '',
  hours: '',
  inTime: true,
  remark: '',
});
const rows = [
  row('B', '$10,799', '62 of 192 GiB', '86 (60 to 112)'),
  row('A', '$3,299', '62 of 72 GiB', '42 (29 to 55)'),
  row('C', 'no price', '', ''),
];
const names = (found: MachineRow[]) => found.map(({ name }) => name).join('');

test.each([
  ['$10,799', 10799],
  ['42 (29 to 55)', 42],
  ['2.5 of 10 h', 2.5],
  ['no price', undefined],
])('%s is sorted as %s', (text, expected) => {
  expect(firstNumber(text)).toBe(expected);
});

test('without an order the rows stay as they came', () => {
  expect(names(sorted(rows, undefined))).toBe('BAC');
});

test('figures sort as figures, and a machine without one stands last either way', () => {
  expect(names(sorted(rows, { key: 'price', descending: false }))).toBe('ABC');
  expect(names(sorted(rows, { key: 'price', descending: true }))).toBe('BAC');
  expect(names(sorted(rows, { key: 'memory', descending: false }))).toBe('ABC');
  expect(names(sorted(rows, { key: 'name', descending: true }))).toBe('CBA');
});
