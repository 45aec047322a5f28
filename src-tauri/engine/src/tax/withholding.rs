//! What is withheld from stock on the day it vests and from other pay beside the salary, and what is short when the return is
//! filed.

use super::bill::federal_income_tax_at;
use super::facts::PersonYear;
use super::place::Place;
use super::situation::Situation;
use super::{assess, parameters};
use counterweight_domain::{Findings, Path};
use rust_decimal::Decimal;

/// The income tax of a vest beside what is withheld from it, in USD. Payroll tax is withheld exactly and left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VestWithholding {
    /// Federal tax withheld at the flat supplemental rates.
    pub federal_withheld: Decimal,
    /// State tax withheld at the state's flat rate.
    pub state_withheld: Decimal,
    /// The federal income tax the vest adds to the year.
    pub federal_owed: Decimal,
    /// The state and city income tax the vest adds to the year, as far as the place is known.
    pub state_owed: Decimal,
}

impl VestWithholding {
    /// What is short at filing; negative where too much was withheld.
    pub fn gap(&self) -> Decimal {
        self.federal_owed - self.federal_withheld + self.state_owed - self.state_withheld
    }
}

/// What a vest of `value` (USD) on top of `facts` owes and has withheld, where the state withholds `state_rate` of it
/// and `earlier` (USD) of supplemental pay was already paid in the year. `None` where nothing can be computed;
/// `findings` say why at `path`.
///
/// The flat rates are those of Treas. Reg. 31.3402(g)-1: 22 % up to a million of supplemental pay in a year, 37 % above.
pub fn of_vest(
    facts: &PersonYear,
    value: Decimal,
    earlier: Decimal,
    state_rate: Decimal,
    path: &Path,
    findings: &mut Findings,
) -> Option<VestWithholding> {
    let with = PersonYear { wages: facts.wages.saturating_add(value), ..facts.clone() };
    let before = assess(facts, path, findings)?;
    let after = assess(&with, path, findings)?;
    let rates = &parameters::of(facts.year)?.federal.supplemental_withholding;
    let state =
        |a: &super::Assessment| a.state.map_or(Decimal::ZERO, |state| state.income_tax) + a.local.unwrap_or_default();
    Some(VestWithholding {
        federal_withheld: rates.tax(earlier.saturating_add(value)) - rates.tax(earlier),
        state_withheld: state_rate.saturating_mul(value),
        federal_owed: after.federal.income_tax - before.federal.income_tax,
        state_owed: state(&after) - state(&before),
    })
}

/// The federal income tax of a year's pay beside the salary (bonus, commission, single payments, shares), in USD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// That pay.
    pub pay: Decimal,
    /// What is withheld from it at the flat rates.
    pub withheld: Decimal,
    /// What it adds to the year's tax.
    pub owed: Decimal,
}

impl Settled {
    /// What is left to pay with the return; negative where it comes back.
    pub fn left(&self) -> Decimal {
        self.owed - self.withheld
    }
}

/// How the federal income tax of `pay` is settled, which is part of the first earner's wages in `situation`: 22 % of it are
/// withheld, 37 % above a million in a year (Treas. Reg. 31.3402(g)-1), whatever it adds to the tax. None outside the United
/// States, where there is none of it, or where the tax cannot be computed.
pub fn settled_at(place: Place, situation: &Situation, pay: Decimal) -> Option<Settled> {
    if pay <= Decimal::ZERO || pay > situation.wages {
        return None;
    }
    // What is put aside comes out of the salary first, and out of this pay where that is not enough.
    let salary = situation.wages - pay;
    let without = Situation { deferral: situation.deferral.min(salary), ..situation.with_wages(salary) };
    let owed = federal_income_tax_at(place, situation)? - federal_income_tax_at(place, &without)?;
    let last = parameters::years().last()?;
    let rules = parameters::of(situation.year.min(last)).or_else(|| parameters::of(last))?;
    Some(Settled { pay, withheld: rules.federal.supplemental_withholding.tax(pay), owed })
}
