//! What is withheld from stock on the day it vests, and what is short when the return is filed.

use super::facts::PersonYear;
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
