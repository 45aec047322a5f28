//! Tax of one person-year in the United States: federal, state, city and payroll, as dated parameters and small pure
//! formulas.
//!
//! The parameters are data files, one for a year, each value with its unit, its standing (law, carried, projected) and
//! its reference. A year without a file is refused and an unknown place is said: neither becomes a silent zero.
//! Nothing here knows of offers, ledgers, files or the clock.
//!
//! Start reading at [`assess`]; [`batch::batch`] runs it over a table. Around it: [`later`] for years after the last
//! file, [`moving`] for a year in two places, [`withholding`] for what is withheld from a vest and short at filing,
//! [`gross_up`], and [`curve`] for futures. The method, its sources and what it does not model are in `docs/tax.md`.

pub mod batch;
pub mod curve;
pub mod facts;
pub mod federal;
pub mod gross_up;
pub mod later;
pub mod moving;
pub mod parameters;
pub mod schedule;
pub mod state;
#[cfg(test)]
mod tests;
pub mod withholding;

pub use facts::{Deduction, Filing, PersonYear};
pub use federal::FederalTax;
pub use state::StateTax;

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
    let state = parameters.states.state.get(&facts.state);
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
    Some(compute(parameters, facts))
}

/// The tax of checked facts.
fn compute(parameters: &Year, facts: &PersonYear) -> Assessment {
    let state = parameters.states.state.get(&facts.state);
    let city = match &facts.city {
        None => None,
        Some(name) => state.and_then(|state| state.city.get(name)),
    };
    let standard = federal::tax(&parameters.federal, facts, None);
    let federal = match facts.deduction {
        Deduction::Standard => standard,
        // What a year deducts is what was withheld in it.
        Deduction::LargerOfStandardAndStateTax => {
            let withheld = state.map_or(Decimal::ZERO, |state| state::withheld(state, &parameters.federal, facts));
            let local = state.zip(city).map_or(Decimal::ZERO, |(state, city)| {
                state::city_tax(city, facts, &standard, &state::tax(state, facts, &standard))
            });
            federal::tax(&parameters.federal, facts, Some(withheld + local.max(Decimal::ZERO)))
        }
    };
    let state_tax = state.map(|state| state::tax(state, facts, &federal));
    let local = match (&facts.city, city, &state_tax) {
        (None, _, Some(_)) => Some(Decimal::ZERO),
        (Some(_), Some(city), Some(state_tax)) => Some(state::city_tax(city, facts, &federal, state_tax)),
        _ => None,
    };
    Assessment {
        federal,
        state: state_tax,
        state_payroll: state.map(|state| state::payroll(state, facts)),
        local,
        projected: parameters.projected.get(&facts.state).cloned().unwrap_or_default(),
    }
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
