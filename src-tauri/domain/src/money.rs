//! Money: an exact decimal amount of one currency.

use crate::currency::Currency;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// An exact amount of one currency. On the wire the amount is a decimal string, never a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Money {
    /// How much.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub amount: Decimal,
    /// Of what.
    pub currency: Currency,
}

impl Money {
    /// An amount of a currency, as it is.
    pub fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Rounded to the currency's smallest unit, ties to even.
    #[must_use]
    pub fn rounded(self) -> Self {
        Self::new(round(self.amount, self.currency), self.currency)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// `amount` rounded to the smallest unit of `currency`, ties to even.
#[must_use]
pub fn round(amount: Decimal, currency: Currency) -> Decimal {
    amount.round_dp_with_strategy(currency.decimals(), RoundingStrategy::MidpointNearestEven)
}

/// The smallest unit of `currency`: 0.01 of a dollar, 1 yen.
#[must_use]
pub fn smallest(currency: Currency) -> Decimal {
    Decimal::new(1, currency.decimals())
}

/// The one place where a sampled figure becomes money: the nearest smallest unit, ties to even.
/// Nothing when the figure is not finite or too large for a decimal.
pub fn from_sample(figure: f64, currency: Currency) -> Option<Decimal> {
    Decimal::try_from(figure).ok().filter(|_| figure.is_finite()).map(|amount| round(amount, currency))
}

/// Splits `whole` into parts in proportion to `weights` so that the parts sum to `whole` exactly: each part
/// is the rounded running total less what was given before.
///
/// Weights are zero or more; with no weight at all every part is zero.
pub fn split(whole: Decimal, weights: &[Decimal], currency: Currency) -> Vec<Decimal> {
    let total: Decimal = weights.iter().sum();
    if total.is_zero() {
        return vec![Decimal::ZERO; weights.len()];
    }
    let mut running = Decimal::ZERO;
    let mut given = Decimal::ZERO;
    weights
        .iter()
        .enumerate()
        .map(|(i, weight)| {
            running += weight;
            let up_to = if i + 1 == weights.len() { whole } else { round(whole * running / total, currency) };
            let part = up_to - given;
            given = up_to;
            part
        })
        .collect()
}

/// `amount` with its thousands grouped by commas, and cents only where there are any: `210,000`, `1,204.50`.
pub fn grouped(amount: Decimal) -> String {
    let plain = amount.abs().normalize();
    let text = if plain.scale() == 0 { plain.to_string() } else { format!("{plain:.2}") };
    let (whole, cents) = text.split_once('.').map_or((text.as_str(), None), |(whole, cents)| (whole, Some(cents)));
    let mut out = String::with_capacity(text.len() + whole.len() / 3 + 1);
    if amount.is_sign_negative() && !amount.is_zero() {
        out.push('\u{2212}');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(cents) = cents {
        out.push('.');
        out.push_str(cents);
    }
    out
}
