import { number } from '../../format';

/** A figure with two meaningful digits at least: 0.94, 18.6, 657. */
export function figure(size: number): string {
  return number(size.toFixed(size < 1 ? 2 : size < 20 ? 1 : 0), 2);
}
