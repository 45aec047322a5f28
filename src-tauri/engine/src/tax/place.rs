//! The places there are tax rules for, by a key for programs and a name for people.

use super::canada::Province;
use super::parameters;
use counterweight_domain::{Currency, Findings, Path, Problem};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;
use ts_rs::TS;

/// A place there are tax rules for. Parsed from its key: `US-CA`, `US-NY-NYC`, `UK-SCT`, `CA-ON`, `DE`, `NL-30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place(usize);

/// A place as a person chooses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlaceName {
    /// The key that names it to programs.
    pub key: String,
    /// Its name: "California, United States".
    pub name: String,
    /// The country's name.
    pub country: String,
    /// The currency its tax is in.
    pub currency: Currency,
}

/// Whose rules hold in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Jurisdiction {
    /// A state of the United States, and a city with an income tax of its own.
    UnitedStates { state: &'static str, city: Option<&'static str> },
    /// The United Kingdom.
    UnitedKingdom { scotland: bool },
    /// A province of Canada.
    Canada(Province),
    /// Germany.
    Germany,
    /// India, new regime.
    India,
    /// The Netherlands, with or without the 30 % ruling.
    Netherlands { ruling: bool },
}

static PLACES: LazyLock<(Vec<PlaceName>, Vec<Jurisdiction>)> = LazyLock::new(|| {
    let mut places: Vec<(PlaceName, Jurisdiction)> = Vec::new();
    let mut add = |key: String, name: String, country: &str, currency: &str, jurisdiction| {
        // A test asks for every place: a code that is no currency would fail it.
        let currency = Currency::from_code(currency).expect("the currency of a place is in ISO 4217");
        places.push((PlaceName { key, name, country: country.to_owned(), currency }, jurisdiction));
    };
    let states = parameters::years().last().and_then(parameters::of).map(|year| &year.states.state);
    for (code, state) in states.into_iter().flatten() {
        let country = "United States";
        let name = format!("{}, {country}", state.name);
        add(format!("US-{code}"), name, country, "USD", Jurisdiction::UnitedStates { state: code, city: None });
        for (key, city) in &state.city {
            let name = format!("{}, {}, {country}", city.name, state.name);
            let jurisdiction = Jurisdiction::UnitedStates { state: code, city: Some(key) };
            add(format!("US-{code}-{key}"), name, country, "USD", jurisdiction);
        }
    }
    for (key, name, country, currency, jurisdiction) in [
        (
            "UK",
            "United Kingdom, outside Scotland",
            "United Kingdom",
            "GBP",
            Jurisdiction::UnitedKingdom { scotland: false },
        ),
        ("UK-SCT", "Scotland, United Kingdom", "United Kingdom", "GBP", Jurisdiction::UnitedKingdom { scotland: true }),
        ("CA-ON", "Ontario, Canada", "Canada", "CAD", Jurisdiction::Canada(Province::Ontario)),
        ("CA-BC", "British Columbia, Canada", "Canada", "CAD", Jurisdiction::Canada(Province::BritishColumbia)),
        ("CA-QC", "Quebec, Canada", "Canada", "CAD", Jurisdiction::Canada(Province::Quebec)),
        ("DE", "Germany", "Germany", "EUR", Jurisdiction::Germany),
        ("IN", "India (new regime)", "India", "INR", Jurisdiction::India),
        ("NL", "Netherlands", "Netherlands", "EUR", Jurisdiction::Netherlands { ruling: false }),
        (
            "NL-30",
            "Netherlands, with the 30 % ruling",
            "Netherlands",
            "EUR",
            Jurisdiction::Netherlands { ruling: true },
        ),
    ] {
        add(key.to_owned(), name.to_owned(), country, currency, jurisdiction);
    }
    places.sort_by(|a, b| a.0.name.cmp(&b.0.name));
    places.into_iter().unzip()
});

/// Every place there are rules for, sorted by name.
pub fn places() -> &'static [PlaceName] {
    &PLACES.0
}

impl Place {
    /// The place `key` names; where there is none, a finding at `path` says that its pay stays before tax.
    pub fn read(key: &str, path: &Path, findings: &mut Findings) -> Option<Self> {
        key.parse()
            .map_err(|problem| findings.error(path, problem, "the tax of this place: its pay stays before tax"))
            .ok()
    }

    /// Every place, in the order of [`places`].
    pub fn all() -> impl Iterator<Item = Self> {
        (0..places().len()).map(Self)
    }

    /// Its key, name and currency.
    pub fn name(self) -> &'static PlaceName {
        &places()[self.0]
    }

    /// Whose rules hold there.
    pub(crate) fn jurisdiction(self) -> Jurisdiction {
        PLACES.1[self.0]
    }
}

impl FromStr for Place {
    type Err = Problem;

    fn from_str(key: &str) -> Result<Self, Problem> {
        let wanted = key.trim();
        places().iter().position(|place| place.key.eq_ignore_ascii_case(wanted)).map(Self).ok_or_else(|| {
            let shown: String = wanted.chars().take(24).collect();
            Problem::new(
                "tax.place.unknown",
                format!("There are no tax rules for the place “{shown}”."),
                "Choose a place from the list, or count this pay as before tax.",
            )
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name().key)
    }
}
