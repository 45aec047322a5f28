// In which money the worth of an offer is said.

import type { Case, Offer } from '../../bindings';
import { offersText } from '../../text/offers';

/** Before or after tax, and in the money of which day: `After tax, as planned`. */
export function basisOf(of: Case, offer: Offer): string {
  const words = offersText.tray.basis;
  const { tax, money, placeAdjusted } = of.assumptions;
  const untaxed = tax === 'afterTax' && offer.place.trim() === '';
  return [
    untaxed ? words.noPlace : words[tax],
    words[money],
    ...(placeAdjusted ? [words.placeAdjusted] : []),
  ].join(', ');
}
