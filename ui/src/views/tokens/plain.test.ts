import { expect, test } from 'vitest';
import { plain } from './plain';

test.each([
  ['22', '22'],
  ['1,200', '1200'],
  ['12 %', '12'],
  ['− 5 %', '-5'],
  ['12.5', '12.5'],
  ['', '20'],
  ['many', '20'],
  ['1,2', '20'],
])('%s is read as %s', (entry, expected) => {
  expect(plain(entry, '20')).toBe(expected);
});
