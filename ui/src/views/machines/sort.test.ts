import { expect, test } from 'vitest';
import type { DeskMachine } from '../../bindings';
import { sorted } from './sort';

const row = (name: string, price: string | null, usableGib: number): DeskMachine => ({
  key: name,
  name,
  devices: 1,
  neededGib: 62,
  usableGib,
  decode: [29, 42, 55],
  prefill: null,
  seconds: [1, 2, 3],
  watts: null,
  hours: 2,
  inTime: true,
  price,
  priceAsOf: '',
  priceSource: '',
  total: null,
  parts: [],
  months: 48,
  usefulTokens: 1,
  perMillion: null,
  unbeaten: false,
  calibrated: false,
  remarks: [],
});
const rows = [row('B', '10799', 192), row('A', '3299', 72), row('C', null, 24)];
const names = (found: DeskMachine[]) => found.map(({ name }) => name).join('');

test('without an order the rows stay as they came', () => {
  expect(names(sorted(rows, undefined))).toBe('BAC');
});

test('figures sort as figures, and a machine without one stands last either way', () => {
  expect(names(sorted(rows, { key: 'price', descending: false }))).toBe('ABC');
  expect(names(sorted(rows, { key: 'price', descending: true }))).toBe('BAC');
  expect(names(sorted(rows, { key: 'memory', descending: false }))).toBe('CAB');
  expect(names(sorted(rows, { key: 'name', descending: true }))).toBe('CBA');
});
