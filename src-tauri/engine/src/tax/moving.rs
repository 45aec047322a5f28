//! A year in two or more places: each place's tax on the whole year, for the share of the year lived there.

use super::facts::PersonYear;
use super::state::StateTax;
use super::{Assessment, assess};
use counterweight_domain::{Findings, Path, Problem};
use rust_decimal::Decimal;

/// A place lived in for part of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// The state's two letters.
    pub state: String,
    /// A city with an income tax of its own, if any.
    pub city: Option<String>,
    /// The share of the year lived there, from 0 to 1.
    pub share: Decimal,
}

/// The tax of a year lived in `stays`, whose shares must sum to 1; the place in `facts` is not looked at.
///
/// This is the part-year resident's method of most states: the rate of the whole year's income on the part earned in
/// the state. It takes pay as even over the year. The federal part is the same in every place unless state tax is
/// itemised, and then it is averaged by share.
pub fn assess_moving(facts: &PersonYear, stays: &[Stay], path: &Path, findings: &mut Findings) -> Option<Assessment> {
    let shares = stays.iter().try_fold(Decimal::ZERO, |sum, stay| sum.checked_add(stay.share));
    if shares != Some(Decimal::ONE) || stays.iter().any(|stay| stay.share < Decimal::ZERO) {
        findings.error(
            &path.join("stays"),
            Problem::new(
                "tax.stays.notWhole",
                "The parts of the year do not sum to the whole year.",
                "Write shares of zero or more that sum to 1.",
            ),
            "the tax of this year: its pay stays before tax",
        );
        return None;
    }
    let mut parts = Vec::new();
    for (index, stay) in stays.iter().enumerate() {
        let there = PersonYear { state: stay.state.clone(), city: stay.city.clone(), ..facts.clone() };
        parts.push((stay.share, assess(&there, &path.join("stays").join(index), findings)?));
    }
    let sum = |part: &dyn Fn(&Assessment) -> Option<Decimal>| {
        parts.iter().try_fold(Decimal::ZERO, |sum, (share, a)| Some(sum + share * part(a)?))
    };
    let whole = |part: &dyn Fn(&Assessment) -> Decimal| parts.iter().map(|(share, a)| share * part(a)).sum::<Decimal>();
    let mut federal = parts.first()?.1.federal;
    if parts.iter().any(|(_, a)| a.federal != federal) {
        federal.income_tax = whole(&|a| a.federal.income_tax);
        federal.alternative_minimum = whole(&|a| a.federal.alternative_minimum);
        federal.deduction = whole(&|a| a.federal.deduction);
        federal.taxable_income = whole(&|a| a.federal.taxable_income);
        federal.itemised = parts.iter().any(|(_, a)| a.federal.itemised);
    }
    let state = sum(&|a| a.state.map(|state| state.income_tax))
        .zip(sum(&|a| a.state.map(|state| state.taxable_income)))
        .map(|(income_tax, taxable_income)| StateTax { income_tax, taxable_income });
    let mut projected: Vec<String> = parts.iter().flat_map(|(_, a)| a.projected.clone()).collect();
    projected.sort();
    projected.dedup();
    Some(Assessment { federal, state, state_payroll: sum(&|a| a.state_payroll), local: sum(&|a| a.local), projected })
}
