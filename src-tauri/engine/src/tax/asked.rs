//! A person-year as people write it: places by key or name, amounts as on the form, and a finding for what cannot be read.

use super::facts::{Deduction, Filing};
use super::parameters;
use super::place::Place;
use super::situation::Situation;
use counterweight_domain::entry::FromText;
use counterweight_domain::{Amount, Findings, Path, Problem};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// One person-year in words: each field as it was typed, empty where nothing was.
#[derive(Debug, Clone, Default)]
pub struct Asked<'a> {
    /// Where the year is taxed: a key such as `US-CA` or `UK`, a state's letters or a name.
    pub place: &'a str,
    /// The tax year; empty is the last one with published rules.
    pub year: &'a str,
    /// How the return is filed; empty is alone.
    pub filing: &'a str,
    /// Wages of the first earner.
    pub wages: &'a str,
    /// Wages of the spouse.
    pub spouse_wages: &'a str,
    /// Long-term gains.
    pub gains: &'a str,
    /// What incentive options were worth above their strike on exercise.
    pub options: &'a str,
    /// What the first earner puts aside before tax.
    pub deferral: &'a str,
    /// Children under 17.
    pub dependents: &'a str,
    /// The deduction taken in the United States.
    pub deduction: &'a str,
}

impl Asked<'_> {
    /// The place and the facts; `None` where one of them cannot be read, each said in `findings` by its field.
    pub fn read(&self, findings: &mut Findings) -> Option<(Place, Situation)> {
        let at = |field: &str| Path::root().join(field);
        let place = kept(place_named(self.place), "place", findings);
        let last = parameters::years().last().unwrap_or_default();
        let year =
            if self.year.trim().is_empty() { Some(u32::from(last)) } else { whole(self.year, &at("year"), findings) };
        let filing = match self.filing.trim() {
            "" => Some(Filing::Single),
            filing => kept(filing.parse(), "status", findings),
        };
        let wages = needed_amount(self.wages, &at("wages"), findings);
        let spouse_wages = amount(self.spouse_wages, &at("spouse"), findings);
        let long_term_gains = amount(self.gains, &at("gains"), findings);
        let iso_bargain = amount(self.options, &at("options"), findings);
        let deferral = amount(self.deferral, &at("deferral"), findings);
        let dependents = match self.dependents.trim() {
            "" => Some(0),
            dependents => whole(dependents, &at("dependents"), findings),
        };
        let deduction = kept(self.deduction.parse::<Deduction>(), "deduction", findings);
        let situation = Situation {
            filing: filing?,
            spouse_wages: spouse_wages?,
            long_term_gains: long_term_gains?,
            iso_bargain: iso_bargain?,
            deferral: deferral?,
            dependents: dependents?,
            deduction: deduction?,
            ..Situation::wages_only(u16::try_from(year?).unwrap_or(u16::MAX), wages?)
        };
        Some((place?, situation))
    }
}

/// The place that `text` names: by key (`US-CA`, `UK-SCT`), by a state's letters or a city's (`ca`, `nyc`), or by name, in
/// any case of letters. Letters that are both a country's key and a state's (`DE`, `IN`) are the country's.
pub fn place_named(text: &str) -> Result<Place, Problem> {
    let wanted = text.trim().to_lowercase();
    if wanted.is_empty() {
        return Err(Problem::new(
            "tax.place.missing",
            "There is no place to tax this in.",
            "Name a place, such as US-CA, California or UK.",
        ));
    }
    if let Ok(place) = wanted.parse() {
        return Ok(place);
    }
    // The most telling name first: the whole one, then its first part, its letters, its country.
    let states = |place: &Place| place.name().country == "United States";
    let named = [
        Place::all().find(|place| place.name().name.to_lowercase() == wanted),
        Place::all().find(|place| first_part(*place) == wanted),
        Place::all().filter(states).find(|place| last_letters(*place) == wanted),
        Place::all().find(|place| place.name().country.to_lowercase() == wanted && !states(place)),
    ];
    named.into_iter().flatten().next().ok_or_else(|| {
        text.parse::<Place>().err().unwrap_or_else(|| {
            Problem::new("tax.place.unknown", "There are no tax rules for this place.", "Choose a place from the list.")
        })
    })
}

/// "california" of "California, United States".
fn first_part(place: Place) -> String {
    place.name().name.split([',', '(']).next().unwrap_or_default().trim().to_lowercase()
}

/// "ca" of "US-CA", "nyc" of "US-NY-NYC".
fn last_letters(place: Place) -> String {
    place.name().key.rsplit('-').next().unwrap_or_default().to_lowercase()
}

/// The letters of the state that `text` names by letters or name, in any case of letters.
pub(super) fn state_named(text: &str) -> Option<&'static str> {
    let wanted = text.trim();
    let wanted = wanted.get(3..).filter(|_| wanted[..3].eq_ignore_ascii_case("US-")).unwrap_or(wanted);
    let states = &parameters::of(parameters::years().last()?)?.states.state;
    let found = states
        .iter()
        .find(|(code, state)| code.eq_ignore_ascii_case(wanted) || state.name.eq_ignore_ascii_case(wanted));
    found.map(|(code, _)| code.as_str())
}

/// The key of the city of `state` that `text` names by key or name, in any case of letters.
pub(super) fn city_named(state: &str, text: &str) -> Option<&'static str> {
    let wanted = text.trim();
    let state = parameters::of(parameters::years().last()?)?.states.state.get(state)?;
    let found = state.city.iter().find(|(key, city)| {
        key.eq_ignore_ascii_case(wanted)
            || city.name.eq_ignore_ascii_case(wanted)
            || city.name.strip_suffix(" City").is_some_and(|short| short.eq_ignore_ascii_case(wanted))
    });
    found.map(|(key, _)| key.as_str())
}

/// An amount; nothing typed is 0.
pub(super) fn amount(text: &str, path: &Path, findings: &mut Findings) -> Option<Decimal> {
    if text.trim().is_empty() { Some(Decimal::ZERO) } else { needed_amount(text, path, findings) }
}

/// An amount that must be there: nothing typed is unknown and no zero.
pub(super) fn needed_amount(text: &str, path: &Path, findings: &mut Findings) -> Option<Decimal> {
    let text = text.trim();
    let number = Decimal::from_str_exact(text)
        .or_else(|_| Decimal::from_scientific(text))
        .ok()
        .or_else(|| Amount::from_text(text).ok().map(Amount::decimal));
    if number.is_none() {
        let problem = if text.is_empty() {
            Problem::new("tax.amount.missing", "There is no amount here.", "Write a number; 0 if there is none.")
        } else {
            Problem::new(
                "tax.amount.unreadable",
                format!("\"{text}\" is not an amount that can be computed with."),
                "Write a number such as 180000, 180,000 or 180k.",
            )
        };
        findings.error(path, problem, "the tax of this year");
    }
    number
}

/// A whole number of zero or more, `2` or `2.0`.
pub(super) fn whole(text: &str, path: &Path, findings: &mut Findings) -> Option<u32> {
    let number = Decimal::from_str_exact(text.trim()).ok().filter(|number| number.fract().is_zero());
    let number = number.and_then(|number| number.to_u32());
    if number.is_none() {
        findings.error(
            path,
            Problem::new(
                "tax.number.unreadable",
                format!("\"{text}\" is not a whole number."),
                "Write a whole number of zero or more.",
            ),
            "the tax of this year",
        );
    }
    number
}

/// What was read; what cannot be is a finding about `field`.
pub(super) fn kept<T>(read: Result<T, Problem>, field: &str, findings: &mut Findings) -> Option<T> {
    read.map_err(|problem| findings.error(&Path::root().join(field), problem, "the tax of this year")).ok()
}
