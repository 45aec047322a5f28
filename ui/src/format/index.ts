// Figures as people read them. Amounts come from Rust as decimal strings and are formatted as such: `Intl` reads a
// decimal string digit by digit, so nothing is lost in a float on the way.

/** Space inside a figure: never a line break. */
const SPACE = '\u00a0';
const MINUS = '\u2212';

/** A decimal number as text, such as `-1234.50`. */
export type Decimal = string;

export interface MoneyStyle {
  /** With cents (or what the currency has) instead of whole units. */
  exact?: boolean;
  /** `$250k` instead of `$250,000`. */
  compact?: boolean;
  /** `+ $47,500` and `− $42,300` instead of `$47,500` and `−$42,300`; zero has no sign. */
  sign?: boolean;
}

let locale = 'en-US';
const cache = new Map<string, Intl.NumberFormat>();

/** Formats figures by the rules of this locale from now on, such as `de-DE`. */
export function setLocale(next: string): void {
  locale = next;
  cache.clear();
}

function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let made = cache.get(key);
  if (!made) {
    made = new Intl.NumberFormat(locale, options);
    cache.set(key, made);
  }
  return made;
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

interface Parts {
  negative: boolean;
  whole: string;
  fraction: string;
}

/** The parts of a decimal; nothing for a text that is not one. */
function parts(value: Decimal): Parts | undefined {
  const match = DECIMAL.exec(value.trim().replace(MINUS, '-'));
  if (!match) return undefined;
  const whole = (match[2] ?? '0').replace(/^0+(?=\d)/, '');
  const fraction = match[3] ?? '';
  const zero = /^0*$/.test(whole + fraction);
  return { negative: match[1] === '-' && !zero, whole, fraction };
}

/** The size of a decimal shifted right by `places`, as text. */
function shifted({ whole, fraction }: Parts, places: number): string {
  const digits = whole.padStart(places + 1, '0');
  const at = digits.length - places;
  return places === 0 ? join(digits, fraction) : join(digits.slice(0, at), digits.slice(at) + fraction);
}

function join(whole: string, fraction: string): string {
  return fraction ? `${whole}.${fraction}` : whole;
}

// The type of `Intl` does not yet say that it takes a decimal string, which every engine in use does.
function format(options: Intl.NumberFormatOptions, size: string): string {
  return formatter(options).format(size as unknown as number);
}

function withSign(negative: boolean, spaced: boolean, size: string, isZero: boolean): string {
  if (!spaced) return negative && !isZero ? MINUS + size : size;
  if (isZero) return size;
  return (negative ? MINUS : '+') + SPACE + size;
}

/** Nothing but zeros, in any script and grouping. */
function showsZero(size: string): boolean {
  return !/[1-9\u0661-\u0669\u06f1-\u06f9\u0967-\u096f]/.test(size);
}

const SCALES: [number, string][] = [
  [9, 'B'],
  [6, 'M'],
  [3, 'k'],
];

/** `250k`, `1.2M`: three figures at most. `write` puts a size into words, with so many decimals. */
function compacted(value: Parts, write: (size: string, decimals: number, suffix: string) => string): string {
  for (const [places, suffix] of SCALES) {
    // 999,500 is nearer to a million than to 999 thousand; half a unit of the last figure shown decides.
    const digits = value.whole.length;
    const next = digits === places && Number(`${value.whole}0000`.slice(0, 4)) >= 9995;
    if (digits <= places && !next) continue;
    const scaled = shifted(value, places);
    const wholes = scaled.split('.')[0]?.length ?? 1;
    const decimals = wholes >= 3 ? 0 : 1;
    return write(scaled, decimals, suffix);
  }
  return write(join(value.whole, value.fraction), 0, '');
}

function insertSuffix(formatted: Intl.NumberFormatPart[], suffix: string): string {
  let last = -1;
  formatted.forEach((part, i) => {
    if (part.type === 'integer' || part.type === 'fraction') last = i;
  });
  return formatted.map((part, i) => (i === last ? part.value + suffix : part.value)).join('');
}

/** An amount of a currency: `$498,300`, `$250k`, `− $42,300`. A text that is no decimal is given back as it is. */
export function money(amount: Decimal, currency: string, style: MoneyStyle = {}): string {
  const value = parts(amount);
  if (!value) return amount;
  // A code that cannot be one makes `Intl` throw; the figure is still worth showing.
  if (!/^[A-Za-z]{3}$/.test(currency)) return `${number(amount)} ${currency}`.trim();
  const base: Intl.NumberFormatOptions = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' };
  let size: string;
  if (style.compact) {
    size = compacted(value, (scaled, decimals, suffix) =>
      insertSuffix(
        formatter({ ...base, minimumFractionDigits: 0, maximumFractionDigits: decimals }).formatToParts(
          scaled as unknown as number,
        ),
        suffix,
      ),
    );
  } else {
    const whole = style.exact ? {} : { minimumFractionDigits: 0, maximumFractionDigits: 0 };
    size = format({ ...base, ...whole }, join(value.whole, value.fraction));
  }
  return withSign(value.negative, style.sign ?? false, size, showsZero(size));
}

/** A difference without its currency, which stands in the head of its column: `+ 47,500`, `− 42,300`. */
export function delta(amount: Decimal): string {
  const value = parts(amount);
  if (!value) return amount;
  const size = format({ maximumFractionDigits: 0 }, join(value.whole, value.fraction));
  return withSign(value.negative, true, size, showsZero(size));
}

/** Whether a difference is good, bad or neither. */
export function tone(amount: Decimal): 'good' | 'bad' | 'even' {
  const value = parts(amount);
  if (!value || /^0*$/.test(value.whole + value.fraction)) return 'even';
  return value.negative ? 'bad' : 'good';
}

/** A plain number: `10,000`, `41.5`. */
export function number(value: Decimal | number, decimals = 0): string {
  const read = parts(String(value));
  if (!read) return String(value);
  const size = format({ maximumFractionDigits: decimals }, join(read.whole, read.fraction));
  return withSign(read.negative, false, size, showsZero(size));
}

/** A large count, short: `41.2k`, `3.4M`. */
export function count(value: Decimal): string {
  const read = parts(value);
  if (!read) return value;
  const size = compacted(read, (scaled, decimals, suffix) =>
    insertSuffix(formatter({ maximumFractionDigits: decimals }).formatToParts(scaled as unknown as number), suffix),
  );
  return withSign(read.negative, false, size, showsZero(size));
}

/** A figure that is already in percent: `8` is `8 %`, with a sign `+ 8 %`. */
export function percent(value: Decimal | number, style: { sign?: boolean; decimals?: number } = {}): string {
  const read = parts(String(value));
  if (!read) return String(value);
  const size = format({ maximumFractionDigits: style.decimals ?? 1 }, join(read.whole, read.fraction));
  return withSign(read.negative, style.sign ?? false, size, showsZero(size)) + SPACE + '%';
}

/** A chance from 0 to 1 as whole futures of a hundred: `68 of 100`. Never rounds a doubt away. */
export function ofHundred(chance: number): string {
  if (chance > 0 && chance < 0.005) return 'fewer than 1 of 100';
  if (chance < 1 && chance > 0.995) return 'more than 99 of 100';
  return `${Math.round(chance * 100)} of 100`;
}

/** `1 month`, `48 months`. */
export function months(n: number): string {
  return `${number(n)} ${n === 1 ? 'month' : 'months'}`;
}

/** `1 year`, `4 years`. */
export function years(n: number): string {
  return `${number(n)} ${n === 1 ? 'year' : 'years'}`;
}

/** Months as years and months: 51 is `4 years 3 months`. */
export function duration(n: number): string {
  const whole = Math.floor(n / 12);
  const rest = n - whole * 12;
  if (whole === 0) return months(rest);
  return rest === 0 ? years(whole) : `${years(whole)} ${months(rest)}`;
}

/** An ISO date, or the date of a time in RFC 3339, in words: `15 Jan 2027`. A text that is no date stays as it is. */
export function date(iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
  if (!match) return iso;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const at = new Date(Date.UTC(year, month - 1, day));
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return iso;
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(at);
}

/** What stands before an amount of this currency: `$`, `€`, `CHF`. */
export function currencySign(currency: string): string {
  try {
    const found = formatter({ style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
      .formatToParts(0)
      .find((part) => part.type === 'currency');
    return found?.value ?? currency;
  } catch {
    return currency;
  }
}
