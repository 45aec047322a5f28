import { expect, test } from 'vitest';
import { letter, sum } from './letter';

test('the questions make a plain numbered list under their heading', () => {
  expect(letter('Questions about the offer from Northwind:', [{ text: 'Is it pooled?' }, { text: 'Does it roll over?' }])).toBe(
    'Questions about the offer from Northwind:\n\n1. Is it pooled?\n2. Does it roll over?\n',
  );
});

// By hand: 1,408,600.00 + 61,505.04 = 1,470,105.04; 1,470,105.04 − 61,505.04 = 1,408,600.00;
// 0.1 + 0.2 is 0.3 exactly, which a float misses; 9,007,199,254,740,993 lies beyond what a float holds.
test.each([
  ['1408600.00', '61505.04', '1470105.04'],
  ['1470105.04', '-61505.04', '1408600.00'],
  ['0.1', '0.2', '0.3'],
  ['9007199254740993', '0', '9007199254740993'],
  ['0.05', '-0.10', '-0.05'],
])('%s and %s make %s', (a, b, expected) => {
  expect(sum(a, b)).toBe(expected);
});
