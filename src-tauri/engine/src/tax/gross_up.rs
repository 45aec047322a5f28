//! The payment that leaves a stated amount after every tax it adds.

use super::assess;
use super::facts::PersonYear;
use counterweight_domain::{Findings, Path, Problem};
use rust_decimal::{Decimal, RoundingStrategy};

/// What an employer must pay on top of `facts`, as wages of the first earner, so that `net` (USD, at least 0) is left
/// after every known tax on the payment, to the cent upwards. `None` where nothing can be computed or
/// where no payment within a trillion dollars leaves that much; `findings` say why at `path`.
pub fn gross_up(facts: &PersonYear, net: Decimal, path: &Path, findings: &mut Findings) -> Option<Decimal> {
    let before = assess(facts, path, findings)?.known();
    let left = |gross: Decimal| {
        let with = PersonYear { wages: facts.wages.checked_add(gross)?, ..facts.clone() };
        // The findings of the facts themselves are already said.
        let after = assess(&with, path, &mut Findings::default())?.known();
        Some(gross - (after - before))
    };
    if net <= Decimal::ZERO {
        return Some(Decimal::ZERO);
    }
    let mut high = net;
    loop {
        match left(high) {
            Some(kept) if kept >= net => break,
            Some(_) => high = high.saturating_mul(Decimal::TWO),
            None => {
                findings.error(
                    &path.join("net"),
                    Problem::new(
                        "tax.grossUp.tooLarge",
                        format!("No payment that can be computed leaves {net} after tax."),
                        "Check the amount.",
                    ),
                    "the gross-up",
                );
                return None;
            }
        }
    }
    let (mut low, hair) = (Decimal::ZERO, Decimal::new(1, 4));
    while high - low > hair {
        let middle = (low + high) / Decimal::TWO;
        if left(middle)? < net {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(high.round_dp_with_strategy(2, RoundingStrategy::AwayFromZero))
}
