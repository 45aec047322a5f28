// Sums of decimal strings, exact: amounts of money never pass through a float.

/** The digits of a decimal as a whole number of `places` decimals. */
function scaled(value: string, places: number): bigint {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(value.trim());
  if (!match) throw new RangeError(`“${value}” is not a decimal number.`);
  const size = BigInt(`${match[2]}${(match[3] ?? '').padEnd(places, '0')}`);
  return match[1] === '-' ? -size : size;
}

const decimalsOf = (value: string) => value.trim().split('.')[1]?.length ?? 0;

function written(size: bigint, places: number): string {
  const digits = (size < 0n ? -size : size).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places);
  return `${size < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
}

/** The sum of decimals, such as `['0.1', '0.20']` → `0.30`; `0` of none. */
export function sum(values: readonly string[]): string {
  const places = Math.max(0, ...values.map(decimalsOf));
  return written(values.reduce((total, value) => total + scaled(value, places), 0n), places);
}

/** `a` less `b`. */
export function difference(a: string, b: string): string {
  const places = Math.max(decimalsOf(a), decimalsOf(b));
  return written(scaled(a, places) - scaled(b, places), places);
}

/** Whether two decimals are the same amount: `5.0` and `5` are. */
export function same(a: string, b: string): boolean {
  return /^-?0(\.0*)?$/.test(difference(a, b));
}
