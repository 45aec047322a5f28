import { describe, expect, it } from 'vitest';
import { difference, same, sum } from './decimal';

// By hand, digit by digit.
describe('decimals', () => {
  it('are added and taken away without a float', () => {
    expect(sum(['0.1', '0.20'])).toBe('0.30');
    expect(sum([])).toBe('0');
    expect(difference('1470105.04', '1408600.00')).toBe('61505.04');
    expect(difference('0', '0.05')).toBe('-0.05');
    expect(difference('-10', '-2.5')).toBe('-7.5');
    // Past 2^53 a float would lose the last digit.
    expect(difference('9007199254740993', '1')).toBe('9007199254740992');
  });

  it('are the same amount however many zeros follow', () => {
    expect(same('5.00', '5')).toBe(true);
    expect(same('5.01', '5')).toBe(false);
  });

  it('refuses what is no decimal', () => {
    expect(() => sum(['1e5'])).toThrow(RangeError);
  });
});
