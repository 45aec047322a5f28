//! Tax of one person-year: the United States (federal, state, city and payroll), and a salaried person in the United
//! Kingdom, Canada, Germany, India and the Netherlands, as dated parameters and small pure formulas.
//!
//! The parameters are data files, one for a year, each value with its unit, its standing (law, carried, projected) and
//! its reference. A year without a file is refused and an unknown place is said: neither becomes a silent zero.
//! Nothing here knows of offers, ledgers, files or the clock.
//!
//! Start reading at [`bill::assess_at`], the one door for every [`place::Place`] and year, with [`bill::total_at`] where
//! only the sum is wanted. Behind it: [`assess`] for the United States and a module for each other country. Around it:
//! [`curve`] for futures, [`fringe`] and [`gross_up`], [`limits`] of what pay may be put aside, [`later`] for years after
//! the last file, [`moving`] for a year in one place or two, [`withholding`] for what is withheld from a vest and short at
//! filing, [`asked`] for a year in words and [`batch::batch`] for a table. The method, its sources and what it does not model are in `docs/tax.md`.

pub mod asked;
pub mod batch;
mod bends;
pub mod bill;
pub mod canada;
pub mod carry;
pub mod curve;
pub mod facts;
pub mod federal;
pub mod fringe;
pub mod germany;
pub mod gross_up;
pub mod india;
pub mod later;
pub mod limits;
pub mod moving;
pub mod netherlands;
pub mod parameters;
pub mod place;
pub mod schedule;
pub mod situation;
pub mod state;
#[cfg(test)]
mod tests;
pub mod uk;
pub mod withholding;

pub use bill::{Bill, BillLine, LineKind, assess_at, marginal_at, total_at};
pub use facts::{Deduction, Filing, PersonYear};
pub use federal::FederalTax;
pub use place::{Place, PlaceName, places};
pub use situation::Situation;
pub use state::StateTax;

use carry::Carry;
use counterweight_domain::{Findings, Path, Problem};
use parameters::Year;
use rust_decimal::Decimal;

/// The tax of one person-year, in USD. A part that could not be computed is `None`, and a finding says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// Federal income and payroll tax.
    pub federal: FederalTax,
    /// The state's part; `None` where the state is unknown.
    pub state: Option<StateTax>,
    /// Taxes on pay that the employee owes to the state; `None` where the state is unknown.
    pub state_payroll: Option<Decimal>,
    /// The city's income tax; 0 where none was named, `None` where the city or its state is unknown.
    pub local: Option<Decimal>,
    /// The state's parameters of this year that are projected and not yet law; empty where all are.
    pub projected: Vec<String>,
}

impl Assessment {
    /// Every part together; `None` while a part is unknown.
    pub fn total(&self) -> Option<Decimal> {
        Some(self.federal.total() + self.state?.income_tax + self.state_payroll? + self.local?)
    }

    /// Every part that is known, together.
    pub fn known(&self) -> Decimal {
        self.federal.total()
            + self.state.map_or(Decimal::ZERO, |state| state.income_tax)
            + self.state_payroll.unwrap_or_default()
            + self.local.unwrap_or_default()
    }
}

/// The tax of `facts`. `None` where nothing can be computed: amounts that cannot be, or a year without parameters;
/// `findings` then say why at `path`. An unknown state or city leaves its part out, and is said as well.
pub fn assess(facts: &PersonYear, path: &Path, findings: &mut Findings) -> Option<Assessment> {
    assess_carried(facts, &Carry::none(facts.year), path, findings)
}

/// [`assess`] of facts in the money of the rules' year, by rules that are carried to a later one.
fn assess_carried(facts: &PersonYear, carry: &Carry, path: &Path, findings: &mut Findings) -> Option<Assessment> {
    let mut faults = Findings::default();
    facts.check(path, &mut faults);
    let refused = !faults.as_slice().is_empty();
    findings.extend(faults);
    let Some(parameters) = parameters::of(facts.year) else {
        let known: Vec<String> = parameters::years().map(|year| year.to_string()).collect();
        findings.error(
            &path.join("year"),
            Problem::new(
                "tax.year.unknown",
                format!("There are no tax parameters for {}.", facts.year),
                format!("Choose one of {}.", known.join(", ")),
            ),
            "the tax of this year: its pay stays before tax",
        );
        return None;
    };
    if refused {
        return None;
    }
    let state = parameters.state(&facts.state, carry.year());
    if state.is_none() {
        findings.error(
            &path.join("state"),
            Problem::new(
                "tax.place.unknown",
                format!("There are no tax parameters for the place \"{}\".", facts.state),
                "Write the two letters of a state of the United States, or count this pay as before state tax.",
            ),
            "state tax: this pay is before state and local tax",
        );
    }
    if let Some(left_out) = state.and_then(|state| state.two_earners_left_out.as_ref())
        && facts.filing == Filing::Joint
        && !facts.spouse_wages.is_zero()
    {
        let problem =
            Problem::new("tax.twoEarners.leftOut", left_out.value.clone(), "Ask what two earners save there.");
        findings.note(&path.join("spouseWages"), problem);
    }
    if let Some(left_out) = state.and_then(|state| state.local_taxes_left_out.as_ref())
        && facts.city.is_none()
    {
        findings.note(
            &path.join("city"),
            Problem::new(
                "tax.local.leftOut",
                left_out.value.clone(),
                "Take it off by hand if it holds where you live.",
            ),
        );
    }
    let unknown_city = facts.city.as_deref().filter(|city| state.is_none_or(|state| !state.city.contains_key(*city)));
    if let Some(city) = unknown_city {
        findings.error(
            &path.join("city"),
            Problem::new(
                "tax.city.unknown",
                format!("There are no tax parameters for the city \"{city}\" in {}.", facts.state),
                "Leave the city empty if it has no income tax of its own.",
            ),
            "city tax: this pay is before city tax",
        );
    }
    Some(compute(parameters, facts, carry))
}

/// The tax of checked facts.
fn compute(parameters: &Year, facts: &PersonYear, carry: &Carry) -> Assessment {
    let state = parameters.state(&facts.state, carry.year());
    let city = match &facts.city {
        None => City::None,
        Some(name) => state.and_then(|state| state.city.get(name)).map_or(City::Unknown, City::Known),
    };
    let parts = parts(parameters, facts, state, city, carry);
    Assessment {
        federal: parts.federal,
        state: parts.state,
        state_payroll: parts.state_payroll,
        local: parts.local,
        projected: parameters.projected.get(&facts.state).cloned().unwrap_or_default(),
    }
}

/// The city of a year, once its name has been looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum City<'a> {
    /// None was named.
    None,
    /// One was named that there are no parameters for.
    Unknown,
    /// One with a tax of its own.
    Known(&'a parameters::City),
}

/// The parts of an [`Assessment`], without its words: nothing here allocates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) federal: FederalTax,
    pub(crate) state: Option<StateTax>,
    pub(crate) state_payroll: Option<Decimal>,
    pub(crate) local: Option<Decimal>,
}

impl Parts {
    /// Every part that is known, together.
    pub(crate) fn known(&self) -> Decimal {
        self.federal.total()
            + self.state.map_or(Decimal::ZERO, |state| state.income_tax)
            + self.state_payroll.unwrap_or_default()
            + self.local.unwrap_or_default()
    }
}

/// The tax of checked facts in a place that has been looked up, in the money of the rules' year; the names in `facts` are
/// not read.
pub(crate) fn parts(
    parameters: &Year,
    facts: &PersonYear,
    state: Option<&parameters::State>,
    city: City,
    carry: &Carry,
) -> Parts {
    // What a state's law leaves as it is meets the money of the year itself.
    let grown = carry.grown();
    let fixed =
        grown != Decimal::ONE && state.is_some_and(|state| state.amounts_fixed.as_ref().is_some_and(|f| f.value));
    let own = fixed.then(|| facts.times(grown));
    let own_facts = own.as_ref().unwrap_or(facts);
    let back = |amount: Decimal| if fixed { (amount / grown).round_dp(12) } else { amount };
    let of_state = |federal: &FederalTax| {
        let grown_federal = fixed.then(|| federal.times(grown));
        let federal = grown_federal.as_ref().unwrap_or(federal);
        let state_tax = state.map(|state| state::tax(state, own_facts, federal));
        let local = match (city, &state_tax) {
            (City::None, Some(_)) => Some(Decimal::ZERO),
            (City::Known(city), Some(state_tax)) => Some(back(state::city_tax(city, own_facts, federal, state_tax))),
            _ => None,
        };
        let state_tax = state_tax
            .map(|tax| StateTax { income_tax: back(tax.income_tax), taxable_income: back(tax.taxable_income) });
        (state_tax, local)
    };
    let standard = federal::tax(&parameters.federal, facts, None, carry);
    let federal = match facts.deduction {
        Deduction::Standard => standard,
        // What a year deducts is what was withheld in it.
        Deduction::LargerOfStandardAndStateTax => {
            let withheld = state.map_or(Decimal::ZERO, |state| state::withheld(state, &parameters.federal, own_facts));
            let local = match city {
                City::Known(_) => of_state(&standard).1.unwrap_or_default(),
                _ => Decimal::ZERO,
            };
            federal::tax(&parameters.federal, facts, Some(back(withheld) + local.max(Decimal::ZERO)), carry)
        }
    };
    let (state_tax, local) = of_state(&federal);
    Parts { federal, state: state_tax, state_payroll: state.map(|state| state::payroll(state, facts)), local }
}

/// The share of the next `step` USD of the first earner's wages that goes to tax, over every known part; `None` where
/// nothing can be computed. A cliff inside the step makes it more than one.
pub fn marginal_rate(facts: &PersonYear, step: Decimal) -> Option<Decimal> {
    let mut findings = Findings::default();
    let more = PersonYear { wages: facts.wages.saturating_add(step), ..facts.clone() };
    let now = assess(facts, &Path::root(), &mut findings)?.known();
    let then = assess(&more, &Path::root(), &mut findings)?.known();
    then.checked_sub(now)?.checked_div(step)
}
