//! The dated tax parameters: what the files under `parameters/tax` hold, each value with its unit, its standing and
//! its reference.
//!
//! A year without a file is refused; a place without an entry is unknown. Nothing here computes.

mod dated;
mod federal;
mod state;

pub(crate) use dated::read as read_dated;
pub use dated::{Dated, DatedFiles};
pub use federal::{Ahead, EarnedIncomeCredit, Federal};
pub use state::{
    AddBack, Allowance, AlternativeMinimum, BandedTable, Base, City, DeductionCut, ExemptionCredit,
    FederalTaxDeduction, GainsTax, HighIncome, JointFiling, LimitedTax, LowIncome, LowerEarner, MinimumTax, PayrollTax,
    Recapture, State, States, Stepped, SteppedAddition, TaxedApart, TaxpayerCredit,
};

use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::LazyLock;

/// How far a value can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// In force by statute, regulation or official notice for this year.
    Law,
    /// The last dated value, still in force as far as is known.
    Carried,
    /// An index applied to the last dated value; the official figure was not out.
    Projected,
}

/// One value with what it means and where it is from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter<T> {
    /// The value.
    pub value: T,
    /// What it is measured in.
    pub unit: String,
    /// How far it can be trusted.
    pub standing: Standing,
    /// Whether the law moves its amounts with prices or wages from year to year; those of a frozen value stay.
    #[serde(default = "indexed")]
    pub indexed: bool,
    /// Statute, notice or form it is from.
    pub reference: String,
}

/// Amounts follow prices where their file says nothing else.
fn indexed() -> bool {
    true
}

impl<T> Deref for Parameter<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Everything known of one tax year.
#[derive(Debug)]
pub struct Year {
    /// The federal part.
    pub federal: Federal,
    /// The states.
    pub states: States,
    /// States whose rules are dated for later years, with the tax year from which they hold.
    later: BTreeMap<String, (u16, State)>,
    /// By state, the parameters that are projected and not yet law.
    pub projected: BTreeMap<String, Vec<String>>,
}

impl Year {
    /// The rules of the state with these letters that are taken for the tax year `year`.
    pub fn state(&self, code: &str, year: u16) -> Option<&State> {
        let later = self.later.get(code).filter(|(from, _)| *from <= year).map(|(_, state)| state);
        later.or_else(|| self.states.state.get(code))
    }
}

static YEARS: LazyLock<Vec<Year>> = LazyLock::new(|| {
    [
        (
            include_str!("../../parameters/tax/us-federal-2025.toml"),
            include_str!("../../parameters/tax/us-states-2025.toml"),
        ),
        (
            include_str!("../../parameters/tax/us-federal-2026.toml"),
            include_str!("../../parameters/tax/us-states-2026.toml"),
        ),
    ]
    .into_iter()
    .map(|(federal, states)| {
        // A file that cannot be read is a fault of the build: a test reads them all.
        let states: toml::Table = toml::from_str(states).expect("the parameter file of the states is TOML");
        Year {
            federal: toml::from_str(federal).expect("the federal parameter file is well formed"),
            later: later(&states),
            projected: projected(&states),
            states: states.try_into().expect("the parameter file of the states is well formed"),
        }
    })
    .collect()
});

/// The states of a year's file with what is dated for later years laid over it, and the first of these years.
fn later(file: &toml::Table) -> BTreeMap<String, (u16, State)> {
    const AHEAD: &str = include_str!("../../parameters/tax/us-states-ahead.toml");
    let mut ahead: toml::Table = toml::from_str(AHEAD).expect("the file of states' rules dated ahead is TOML");
    ahead.remove("as_of").expect("a tax parameter file says when it was read");
    let from = ahead.remove("from").and_then(|year| year.as_integer()).and_then(|year| u16::try_from(year).ok());
    let from = from.expect("rules dated ahead have a first year");
    let table = |of: &toml::Table, code: Option<&str>| {
        let states = of.get("state").and_then(toml::Value::as_table)?;
        code.map_or(Some(states), |code| states.get(code)?.as_table()).cloned()
    };
    let changed = table(&ahead, None).expect("rules dated ahead are of states");
    changed
        .into_iter()
        .map(|(code, values)| {
            let mut whole = table(file, Some(&code)).expect("a state with rules dated ahead is in every file");
            whole.extend(values.as_table().expect("a state's rules are a table").clone());
            (code, (from, whole.try_into().expect("a state's rules dated ahead are well formed")))
        })
        .collect()
}

static AHEAD: LazyLock<Ahead> = LazyLock::new(|| {
    toml::from_str(include_str!("../../parameters/tax/us-federal-ahead.toml"))
        .expect("the file of amounts dated ahead is well formed")
});

/// Federal amounts dated for years beyond the last file.
pub fn ahead() -> &'static Ahead {
    &AHEAD
}

/// The names of the parameters in the states' file that stand as projected, by state.
fn projected(file: &toml::Table) -> BTreeMap<String, Vec<String>> {
    fn walk(value: &toml::Value, name: &str, found: &mut Vec<String>) {
        let Some(table) = value.as_table() else { return };
        if table.get("standing").and_then(toml::Value::as_str) == Some("projected") {
            found.push(name.to_owned());
            return;
        }
        for (key, value) in table {
            walk(value, &if name.is_empty() { key.clone() } else { format!("{name}.{key}") }, found);
        }
    }
    let states = file.get("state").and_then(toml::Value::as_table);
    states
        .into_iter()
        .flatten()
        .map(|(state, value)| {
            let mut found = Vec::new();
            walk(value, "", &mut found);
            (state.clone(), found)
        })
        .collect()
}

/// The parameters of `year`; `None` where there is no file for it.
pub fn of(year: u16) -> Option<&'static Year> {
    YEARS.iter().find(|parameters| parameters.federal.year == year)
}

/// The years there are files for, in rising order.
pub fn years() -> impl Iterator<Item = u16> {
    YEARS.iter().map(|parameters| parameters.federal.year)
}
