//! Netherlands: wage tax with national insurance (box 1) of one earner's year, in EUR, with or without the 30 % ruling.
//!
//! The general and the labour credit are taken. Employee insurance and the health contribution are the employer's; the
//! health premium each adult pays is no tax and is left out.

use super::bends::Bends;
use super::parameters::{DatedFiles, Parameter};
use super::schedule::Rows;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::sync::LazyLock;

/// The rules of one calendar year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Rates with national insurance.
    pub brackets: Parameter<Rows>,
    /// The whole general credit.
    pub general_credit: Parameter<Decimal>,
    /// Wages above which it shrinks.
    pub general_credit_start: Parameter<Decimal>,
    /// How fast it shrinks.
    pub general_credit_rate: Parameter<Decimal>,
    /// The labour credit as rates on wages, falling ones at the end.
    pub labour_credit: Parameter<Rows>,
    /// The untaxed share of pay under the ruling.
    pub ruling_share: Parameter<Decimal>,
    /// The share from 2027 on, for a ruling begun in 2024 or later.
    pub ruling_share_from_2027: Parameter<Decimal>,
    /// Taxable pay that must be left under the ruling.
    pub ruling_norm: Parameter<Decimal>,
    /// Pay above which nothing more is untaxed.
    pub ruling_pay_ceiling: Parameter<Decimal>,
}

/// The files there are.
pub static FILES: DatedFiles<Rules> = LazyLock::new(|| {
    super::parameters::read_dated(&[
        include_str!("../../parameters/tax/netherlands-2025.toml"),
        include_str!("../../parameters/tax/netherlands-2026.toml"),
    ])
});

/// The year from which a ruling begun in 2024 or later leaves the smaller share untaxed.
const SMALLER_SHARE_FROM: u16 = 2027;

impl Rules {
    /// The untaxed share of pay under the ruling in `year`.
    pub fn ruling_share_in(&self, year: u16) -> Decimal {
        if year >= SMALLER_SHARE_FROM { self.ruling_share_from_2027.value } else { self.ruling_share.value }
    }
}

/// The tax on `wages` (EUR a year, holiday allowance included) of which `pension` is paid into a pension from gross pay;
/// `ruling` is the untaxed share of pay where the ruling holds.
pub fn tax(rules: &Rules, ruling: Option<Decimal>, wages: Decimal, pension: Decimal) -> Decimal {
    let pay = (wages - pension).max(Decimal::ZERO);
    let taxable = ruling.map_or(pay, |share| under_ruling(rules, share, pay));
    let general = rules.general_credit.value
        - rules.general_credit_rate.value * (taxable - rules.general_credit_start.value).max(Decimal::ZERO);
    let credits = general.max(Decimal::ZERO) + rules.labour_credit.tax(taxable).max(Decimal::ZERO);
    (rules.brackets.tax(taxable) - credits).max(Decimal::ZERO)
}

/// What is left to tax of `pay` under the ruling: never less than the norm, and all of it below the norm.
fn under_ruling(rules: &Rules, share: Decimal, pay: Decimal) -> Decimal {
    let untaxed = share * pay.min(rules.ruling_pay_ceiling.value);
    (pay - untaxed).max(rules.ruling_norm.value.min(pay))
}

/// Where the tax bends as wages grow.
pub(super) fn bends(rules: &Rules, ruling: Option<Decimal>, pension: Decimal, bends: &mut Bends) {
    let general_end = rules.general_credit_start.value + rules.general_credit.value / rules.general_credit_rate.value;
    let labour = &rules.labour_credit;
    let edges = rules.brackets.0.iter().chain(&labour.0).map(|row| row.0);
    for taxable in edges.chain([rules.general_credit_start.value, general_end]) {
        let pay = match ruling {
            Some(share) if taxable > rules.ruling_norm.value => {
                let below = taxable / (Decimal::ONE - share);
                let ceiling = rules.ruling_pay_ceiling.value;
                if below <= ceiling { below } else { taxable + share * ceiling }
            }
            _ => taxable,
        };
        bends.add(pay + pension);
    }
    if let Some(share) = ruling {
        bends.add(rules.ruling_norm.value + pension);
        bends.add(rules.ruling_norm.value / (Decimal::ONE - share) + pension);
        bends.add(rules.ruling_pay_ceiling.value + pension);
    }
    // Below this pay the credits are more than the tax: both are in their first rows there.
    let first = |rows: &Rows| rows.0.first().map_or(Decimal::ZERO, |row| row.1);
    let left = first(&rules.brackets) - first(labour);
    if left > Decimal::ZERO {
        bends.add(rules.general_credit.value / left + pension);
    }
    bends.hidden();
}
