//! The payment that leaves a stated amount after every tax it adds.

use super::assess;
use super::bill::total_at;
use super::facts::PersonYear;
use super::place::Place;
use super::situation::Situation;
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
    said(solve(net, left), net, path, findings)
}

/// The same in any place, in its currency.
pub fn gross_up_at(
    place: Place,
    situation: &Situation,
    net: Decimal,
    path: &Path,
    findings: &mut Findings,
) -> Option<Decimal> {
    let before = super::assess_at(place, situation, path, findings)?.known_total;
    let left = |gross: Decimal| {
        let with = situation.with_wages(situation.wages.checked_add(gross)?);
        Some(gross - (total_at(place, &with)? - before))
    };
    said(solve(net, left), net, path, findings)
}

/// The answer, or the finding that there is none.
fn said(answer: Option<Decimal>, net: Decimal, path: &Path, findings: &mut Findings) -> Option<Decimal> {
    if answer.is_none() {
        findings.error(
            &path.join("net"),
            Problem::new(
                "tax.grossUp.tooLarge",
                format!("No payment that can be computed leaves {net} after tax."),
                "Check the amount.",
            ),
            "the gross-up",
        );
    }
    answer
}

/// The least payment of which `left` leaves `net`, to the cent upwards.
fn solve(net: Decimal, left: impl Fn(Decimal) -> Option<Decimal>) -> Option<Decimal> {
    if net <= Decimal::ZERO {
        return Some(Decimal::ZERO);
    }
    let mut high = net;
    while left(high)? < net {
        high = high.saturating_mul(Decimal::TWO);
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
