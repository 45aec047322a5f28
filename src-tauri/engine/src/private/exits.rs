//! A grant over dated exits with their probabilities, and the question turned round: what would have to happen.
//!
//! The chance of nothing comes first, because it is the most likely outcome of a grant in a young company. It counts
//! every exit that pays the holder nothing and whatever the probabilities leave to one. Where nothing is known, do not
//! invent exits: [`needed`] and [`needed_multiple`] refuse to value and say what it would take.

use super::cap_table::{CapTable, CapTableError, Round};
use super::waterfall::Waterfall;
use crate::finance::{self, FinanceError};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One way it may end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Exit {
    /// What the holders share, after debt and fees.
    pub value: Decimal,
    /// How likely it is, 0 to 1.
    pub probability: Decimal,
    /// Months from now.
    pub months: u32,
}

/// What the person holds, in common shares of today's cap table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Holding {
    /// How many shares, or options on them.
    pub shares: Decimal,
    /// What one costs to exercise; zero for shares and stock units.
    #[serde(default)]
    pub strike: Decimal,
}

/// Why exits cannot be weighed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExitError {
    /// The cap table or a round.
    #[error(transparent)]
    CapTable(#[from] CapTableError),
    /// A probability outside 0 to 1, or a sum above 1.
    #[error("The probabilities of the exits sum to {sum}. Each is 0 to 1, and together at most 1.")]
    Probability {
        /// Their sum, or the one that is wrong.
        sum: Decimal,
    },
    /// A discount rate or figure that cannot be.
    #[error(transparent)]
    Finance(#[from] FinanceError),
}

impl Holding {
    /// What it pays when a common share gets `per_share`.
    pub fn pays(&self, per_share: Decimal) -> Option<Decimal> {
        (per_share - self.strike).max(Decimal::ZERO).checked_mul(self.shares)
    }
}

/// A part of a company after rounds that each give `dilutions` of it to others: p·Π(1 − dₖ).
pub fn retained(part: Decimal, dilutions: &[Decimal]) -> Result<Decimal, CapTableError> {
    dilutions.iter().try_fold(part, |part, dilution| {
        if dilution.is_sign_negative() && !dilution.is_zero() || *dilution >= Decimal::ONE {
            Err(CapTableError::Dilution { name: "A round".into() })
        } else {
            Ok(part * (Decimal::ONE - dilution))
        }
    })
}

/// One exit, worked out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The exit.
    pub exit: Exit,
    /// What one common share gets.
    pub per_share: Decimal,
    /// What the holder gets, net of the strike.
    pub payout: Decimal,
    /// Part of the company, fully diluted, that the holding then is.
    pub part: Decimal,
}

/// What a holding may pay.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Prospects {
    /// The chance that the holder gets nothing.
    pub probability_of_zero: Decimal,
    /// Sum of probability × payout. The payouts are not weighted yet: each is what is paid if that exit happens.
    pub expected: Decimal,
    /// The exits, by rising payout.
    pub outcomes: Vec<Outcome>,
}

/// Weighs the exits of a company. A round counts when it comes before the exit.
pub fn prospects(
    table: &CapTable,
    rounds: &[Round],
    holding: &Holding,
    exits: &[Exit],
) -> Result<Prospects, ExitError> {
    if holding.shares < Decimal::ZERO || holding.strike < Decimal::ZERO {
        return Err(CapTableError::Negative { name: "The grant".into() }.into());
    }
    let mut left = Decimal::ONE;
    for Exit { probability, .. } in exits {
        if !(Decimal::ZERO..=Decimal::ONE).contains(probability) {
            return Err(ExitError::Probability { sum: *probability });
        }
        left -= probability;
    }
    if left < Decimal::ZERO {
        return Err(ExitError::Probability { sum: Decimal::ONE - left });
    }
    let mut outcomes = exits
        .iter()
        .map(|exit| {
            let table = diluted(table, rounds, exit.months)?;
            let per_share = Waterfall::new(&table)?.per_common_share(exit.value)?;
            let too_large = || CapTableError::OutOfRange { name: "The grant".into() };
            let payout = holding.pays(per_share).ok_or_else(too_large)?;
            let part = holding.shares.checked_div(table.fully_diluted()).ok_or_else(too_large)?;
            Ok(Outcome { exit: exit.clone(), per_share, payout, part })
        })
        .collect::<Result<Vec<_>, ExitError>>()?;
    outcomes.sort_by(|a, b| a.payout.cmp(&b.payout).then(a.exit.months.cmp(&b.exit.months)));
    let nothing: Decimal = outcomes.iter().filter(|o| o.payout.is_zero()).map(|o| o.exit.probability).sum();
    let expected = outcomes
        .iter()
        .try_fold(Decimal::ZERO, |sum, o| sum.checked_add(o.exit.probability.checked_mul(o.payout)?))
        .ok_or(FinanceError::TooLarge)?;
    Ok(Prospects { probability_of_zero: left + nothing, expected, outcomes })
}

/// The cap table as it stands at a month: the rounds before it, in the order of their months.
pub fn diluted(table: &CapTable, rounds: &[Round], months: u32) -> Result<CapTable, CapTableError> {
    let mut before: Vec<&Round> = rounds.iter().filter(|round| round.months < months).collect();
    before.sort_by_key(|round| round.months);
    before.into_iter().try_fold(table.clone(), |table, round| table.after(round))
}

impl Prospects {
    /// The smallest payout that is reached with at least this probability, 0 to 1: the inverse of the distribution,
    /// which for a list of outcomes is exact and needs no interpolation.
    pub fn quantile(&self, probability: Decimal) -> Decimal {
        let paid: Decimal = self.outcomes.iter().map(|outcome| outcome.exit.probability).sum();
        let mut reached = Decimal::ONE - paid;
        if probability <= reached {
            return Decimal::ZERO;
        }
        for outcome in self.outcomes.iter().filter(|outcome| !outcome.exit.probability.is_zero()) {
            reached += outcome.exit.probability;
            if probability <= reached {
                return outcome.payout;
            }
        }
        self.outcomes.last().map_or(Decimal::ZERO, |outcome| outcome.payout)
    }

    /// The expected payout in today's money, each exit discounted over its months at a yearly rate.
    pub fn expected_now(&self, rate: Decimal) -> Result<Decimal, FinanceError> {
        self.outcomes.iter().try_fold(Decimal::ZERO, |sum, outcome| {
            let weight = finance::discount_factor(rate, outcome.exit.months)?.checked_mul(outcome.exit.probability);
            weight
                .and_then(|weight| weight.checked_mul(outcome.payout))
                .and_then(|worth| sum.checked_add(worth))
                .ok_or(FinanceError::TooLarge)
        })
    }
}

/// What a company must be sold for, for a holding to be worth an amount.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Needed {
    /// At this sale and this price of a common share.
    At {
        /// The sale, rounded up to a cent.
        exit: Decimal,
        /// What a common share then gets.
        per_share: Decimal,
    },
    /// No sale up to this one is enough.
    NeverWithinRange {
        /// The largest sale looked at.
        up_to: Decimal,
    },
}

/// The smallest sale, up to `up_to`, at which `holding` pays `target`. The waterfall is a line between its
/// breakpoints, so its root is found exactly and not by search.
pub fn needed(waterfall: &Waterfall, holding: &Holding, target: Decimal, up_to: Decimal) -> Needed {
    let never = Needed::NeverWithinRange { up_to };
    if target <= Decimal::ZERO {
        return Needed::At { exit: Decimal::ZERO, per_share: Decimal::ZERO };
    }
    if holding.shares <= Decimal::ZERO {
        return never;
    }
    let per_share = target.checked_div(holding.shares).and_then(|gain| gain.checked_add(holding.strike));
    let Some(per_share) = per_share else { return never };
    match waterfall.exit_for(per_share) {
        Some(exit) if exit <= up_to => {
            Needed::At { exit: exit.round_dp_with_strategy(2, RoundingStrategy::AwayFromZero), per_share }
        }
        _ => never,
    }
}

/// By how much every exit would have to be larger.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum NeededMultiple {
    /// With every exit this many times its value, the expected payout is the target.
    At {
        /// The factor.
        multiple: f64,
    },
    /// No factor up to this one is enough.
    NeverWithinRange {
        /// The largest factor looked at.
        up_to: f64,
    },
}

/// The factor on every exit's value, up to `up_to`, at which the expected payout is `target`. The expected payout never
/// falls with the factor, so halving the range finds the least such factor, to about 12 digits; a float, because it is
/// a ratio and not money.
pub fn needed_multiple(
    table: &CapTable,
    rounds: &[Round],
    holding: &Holding,
    exits: &[Exit],
    target: Decimal,
    up_to: f64,
) -> Result<NeededMultiple, ExitError> {
    // Checks the probabilities and the tables before anything is searched.
    prospects(table, rounds, holding, exits)?;
    let float = |amount: Decimal| amount.to_f64().unwrap_or(0.0);
    let ways = exits
        .iter()
        .map(|exit| {
            let prepared = Waterfall::new(&diluted(table, rounds, exit.months)?)?.prepare();
            Ok((prepared, float(exit.value), float(exit.probability)))
        })
        .collect::<Result<Vec<_>, ExitError>>()?;
    let (shares, strike, target) = (float(holding.shares), float(holding.strike), float(target));
    let expected = |multiple: f64| -> f64 {
        ways.iter()
            .map(|(prepared, value, probability)| probability * prepared.holding(shares, strike, value * multiple))
            .sum()
    };
    if up_to.is_nan() || expected(up_to) < target {
        return Ok(NeededMultiple::NeverWithinRange { up_to });
    }
    let (mut low, mut high) = (0.0, up_to.max(0.0));
    if expected(low) >= target {
        return Ok(NeededMultiple::At { multiple: low });
    }
    // Each halving gains a binary digit; 200 exhaust a float at any scale that matters.
    for _ in 0..200 {
        let middle = low + (high - low) / 2.0;
        if expected(middle) >= target {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(NeededMultiple::At { multiple: high })
}
