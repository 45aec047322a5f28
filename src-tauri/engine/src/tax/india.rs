//! India: income tax of the new regime on one salaried resident below 60, in INR, for the year from April.
//!
//! The employee's part of the provident fund is the employee's own savings and is not counted as tax.

use super::bends::Bends;
use super::parameters::{DatedFiles, Parameter};
use super::schedule::Rows;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::sync::LazyLock;

/// The rules of one tax year, from 1 April.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Slabs of total income.
    pub slabs: Parameter<Rows>,
    /// What every salaried person takes off.
    pub standard_deduction: Parameter<Decimal>,
    /// Total income up to which the rebate of section 87A holds.
    pub rebate_limit: Parameter<Decimal>,
    /// The largest rebate.
    pub rebate_largest: Parameter<Decimal>,
    /// Total income above which a share of all the tax is added.
    pub surcharge: Parameter<Rows>,
    /// Share of tax and surcharge added for health and education.
    pub cess: Parameter<Decimal>,
}

/// The files there are.
pub static FILES: DatedFiles<Rules> = LazyLock::new(|| {
    super::parameters::read_dated(&[
        include_str!("../../parameters/tax/india-2025.toml"),
        include_str!("../../parameters/tax/india-2026.toml"),
    ])
});

/// What one earner owes, in INR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tax {
    /// Income tax after the rebate, before surcharge.
    pub income_tax: Decimal,
    /// Surcharge after marginal relief.
    pub surcharge: Decimal,
    /// Health and education cess.
    pub cess: Decimal,
}

/// The tax on `salary` (INR a year).
pub fn tax(rules: &Rules, salary: Decimal) -> Tax {
    let income = (salary - rules.standard_deduction.value).max(Decimal::ZERO);
    let slabs = rules.slabs.tax(income);
    let limit = rules.rebate_limit.value;
    let income_tax = if income <= limit {
        slabs - slabs.min(rules.rebate_largest.value)
    } else {
        // Marginal relief: the tax is no more than what was earned above the limit.
        slabs.min(income - limit)
    };
    let with_surcharge = with_surcharge(rules, income, income_tax);
    Tax { income_tax, surcharge: with_surcharge - income_tax, cess: rules.cess.value * with_surcharge }
}

/// `tax` with the surcharge: above each bound no more than the tax at the bound and what was earned above it.
fn with_surcharge(rules: &Rules, income: Decimal, tax: Decimal) -> Decimal {
    let rows = &rules.surcharge.0;
    let Some(row) = rows.partition_point(|row| row.0 < income).checked_sub(1) else { return tax };
    let (bound, rate) = rows[row];
    let before = row.checked_sub(1).map_or(Decimal::ZERO, |before| rows[before].1);
    let at_bound = rules.slabs.tax(bound) * (Decimal::ONE + before);
    (tax * (Decimal::ONE + rate)).min(at_bound + income - bound)
}

/// Where the tax bends as wages grow.
pub(super) fn bends(rules: &Rules, bends: &mut Bends) {
    let free = rules.standard_deduction.value;
    for (from, _) in &rules.slabs.0 {
        bends.add(free + from);
    }
    let slope = |at: Decimal| rules.slabs.above(at + Decimal::ONE);
    // Relief ends where the tax of the slabs has fallen behind what was earned above the bound.
    let limit = rules.rebate_limit.value;
    bends.add(free + limit);
    bends.add(free + limit + rules.slabs.tax(limit) / (Decimal::ONE - slope(limit)));
    let mut before = Decimal::ONE;
    for (bound, rate) in &rules.surcharge.0 {
        let after = Decimal::ONE + rate;
        bends.add(free + bound);
        bends.add(free + bound + rules.slabs.tax(*bound) * (after - before) / (Decimal::ONE - after * slope(*bound)));
        before = after;
    }
}
