// The questions as plain text for an e-mail, and the sum that the reservation sentence needs.

import type { Question } from '../../bindings';

/** A heading and a numbered list, one question a line. The reasons stay with the person. */
export function letter(heading: string, questions: readonly Pick<Question, 'text'>[]): string {
  return `${heading}\n\n${questions.map((question, i) => `${i + 1}. ${question.text}`).join('\n')}\n`;
}

/** The exact sum of two decimals given as text. */
export function sum(a: string, b: string): string {
  const places = Math.max(decimals(a), decimals(b));
  const total = whole(a, places) + whole(b, places);
  const size = (total < 0n ? -total : total).toString().padStart(places + 1, '0');
  const split = size.length - places;
  const digits = places > 0 ? `${size.slice(0, split)}.${size.slice(split)}` : size;
  return total < 0n ? `-${digits}` : digits;
}

function decimals(value: string): number {
  return value.split('.')[1]?.length ?? 0;
}

/** The decimal as a whole number of its smallest unit at so many places. */
function whole(value: string, places: number): bigint {
  const [units = '0', fraction = ''] = value.replace('-', '').split('.');
  const size = BigInt(units + fraction.padEnd(places, '0'));
  return value.startsWith('-') ? -size : size;
}
