//! United Kingdom: income tax (with Scotland's own rates) and employee National Insurance of one earner's year, in GBP.
//!
//! Each earner is taxed alone. Class 1 contributions are taken on the whole year, which is what twelve equal months
//! come to; a bonus month can move them by a few pounds in the year.

use super::bends::Bends;
use super::carry::Carry;
use super::parameters::{DatedFiles, Parameter};
use super::schedule::Rows;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::sync::LazyLock;

/// The rules of one tax year, from 6 April.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Income that is free of tax.
    pub personal_allowance: Parameter<Decimal>,
    /// Adjusted net income above which the allowance shrinks.
    pub taper_start: Parameter<Decimal>,
    /// How fast it shrinks.
    pub taper_rate: Parameter<Decimal>,
    /// Rates outside Scotland on income after the allowance.
    pub brackets: Parameter<Rows>,
    /// Rates in Scotland on income after the allowance.
    pub scottish_brackets: Parameter<Rows>,
    /// Employee contributions, class 1, category A.
    pub national_insurance: Parameter<Rows>,
}

/// The files there are.
pub static FILES: DatedFiles<Rules> = LazyLock::new(|| {
    super::parameters::read_dated(&[
        include_str!("../../parameters/tax/uk-2025.toml"),
        include_str!("../../parameters/tax/uk-2026.toml"),
    ])
});

/// What one earner owes, in GBP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tax {
    /// Income tax.
    pub income_tax: Decimal,
    /// Employee National Insurance.
    pub national_insurance: Decimal,
}

/// The tax on `wages` (GBP a year) of which `pension` is paid into a pension from gross pay; National Insurance is
/// owed on all of the wages. In the money of the rules' year, where `carry` takes them to another.
pub fn tax(rules: &Rules, scotland: bool, wages: Decimal, pension: Decimal, carry: &Carry) -> Tax {
    let income = (wages - pension).max(Decimal::ZERO);
    let start = carry.amount(&rules.taper_start, rules.taper_start.value);
    let lost = rules.taper_rate.value * (income - start).max(Decimal::ZERO);
    let allowance = (rules.personal_allowance.value - lost).max(Decimal::ZERO);
    let brackets = if scotland { &rules.scottish_brackets } else { &rules.brackets };
    Tax {
        income_tax: brackets.tax((income - allowance).max(Decimal::ZERO)),
        national_insurance: rules.national_insurance.tax(wages),
    }
}

/// Where the tax bends as wages grow.
pub(super) fn bends(rules: &Rules, scotland: bool, pension: Decimal, carry: &Carry, bends: &mut Bends) {
    let taper_start = carry.amount(&rules.taper_start, rules.taper_start.value);
    let taper_end = taper_start + rules.personal_allowance.value / rules.taper_rate.value;
    bends.add(taper_start + pension);
    bends.add(taper_end + pension);
    let brackets = if scotland { &rules.scottish_brackets } else { &rules.brackets };
    for (from, _) in &brackets.0 {
        let whole = from + rules.personal_allowance.value;
        // Inside the taper each pound of income adds more than a pound of taxable income.
        let tapered = (from + rules.personal_allowance.value + rules.taper_rate.value * taper_start)
            / (Decimal::ONE + rules.taper_rate.value);
        let income = if whole <= taper_start { whole } else { tapered.min(taper_end).max(*from) };
        bends.add(income + pension);
    }
    for (from, _) in &rules.national_insurance.0 {
        bends.add(*from);
    }
}
