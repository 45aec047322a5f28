//! What money buys at a place: dated regional price parities.

use crate::settings::Settings;
use counterweight_domain::{CivilDate, Findings, Offer, Path, Problem};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use ts_rs::TS;

/// Prices of all that people buy, against the average of the country = 100, by key of the place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parities {
    #[serde(rename = "as_of")]
    _as_of: String,
    #[serde(rename = "reference")]
    _reference: String,
    place: BTreeMap<String, Decimal>,
    area: Vec<Area>,
}

/// A metropolitan area and its prices.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Its code, which stands in a case.
    pub key: String,
    /// Its name with its states: `New York-Newark-Jersey City, NY-NJ`.
    pub name: String,
    /// Prices of all that people buy, against the average of the country = 100.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub parity: Decimal,
}

/// The metropolitan areas that there are price parities for, by name.
pub fn areas() -> &'static [Area] {
    &parities().area
}

fn parities() -> &'static Parities {
    static PARITIES: OnceLock<Parities> = OnceLock::new();
    PARITIES.get_or_init(|| {
        toml::from_str(include_str!("../parameters/price_parities.toml")).expect("the parities are read by a test")
    })
}

/// What one unit of money counts where the offer is lived on: one unless the case asks for one cost of living.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Living {
    first: Decimal,
    /// The month after which the person lives elsewhere, and what money counts there.
    then: Option<(u32, Decimal)>,
}

impl Living {
    /// What money counts in `month` after the start.
    pub fn at(&self, month: u32) -> Decimal {
        match self.then {
            Some((moved, factor)) if month > moved => factor,
            _ => self.first,
        }
    }

    /// What money counts over a year of which `share` (0 to 1) is lived after the move.
    pub fn over(&self, share: Decimal) -> Decimal {
        match self.then {
            Some((_, factor)) if !share.is_zero() => self.first * (Decimal::ONE - share) + factor * share,
            _ => self.first,
        }
    }
}

/// The months after `start` at the end of which the offer's move lies, to the nearest; none without a move whose day and
/// place are known, or with one that leads nowhere.
pub(crate) fn moved(offer: &Offer, start: CivilDate) -> Option<u32> {
    let moving = offer.moving.as_ref().filter(|moving| !moving.place.trim().is_empty())?;
    let on = *moving.on.value()?;
    let months = u32::try_from(start.months_until(on).max(0)).ok()?;
    let (before, after) = (start.plus_months(months), start.plus_months(months + 1));
    let nearer_to_the_next = before.days_until(on) * 2 > before.days_until(after);
    Some(if on <= start { 0 } else { months + u32::from(nearer_to_the_next) })
}

/// What money counts at the offer's places. A place without a parity keeps its money, and says so.
pub(crate) fn living(
    offer: &Offer,
    settings: &Settings,
    start: CivilDate,
    path: &Path,
    findings: &mut Findings,
) -> Living {
    let first = factor(&offer.place, &offer.area, settings, path, findings);
    let then = moved(offer, start)
        .zip(offer.moving.as_ref())
        .map(|(month, moving)| (month, factor(&moving.place, &moving.area, settings, &path.join("move"), findings)));
    Living { first, then }
}

/// What money counts in an area, or without one at a place; `path` is where both stand.
fn factor(place: &str, area: &str, settings: &Settings, path: &Path, findings: &mut Findings) -> Decimal {
    if !settings.place_adjusted {
        return Decimal::ONE;
    }
    let area = area.trim();
    let known = areas().iter().find(|known| known.key == area);
    if !area.is_empty() && known.is_none() {
        findings.warn(
            &path.join("area"),
            Problem::new(
                "area.unknown",
                "There is no metropolitan area of this code, so the prices of the place are taken.",
                "Pick an area from the list, or leave it empty.",
            ),
        );
    }
    let key = place.trim().to_ascii_uppercase();
    match known.map(|area| &area.parity).or_else(|| parities().place.get(&key)) {
        Some(parity) => (Decimal::ONE_HUNDRED / parity).round_dp(12),
        None => {
            findings.warn(
                &path.join("place"),
                Problem::new(
                    "place.noParity",
                    "There is no price parity for this place, so its money is counted as it is.",
                    "Pick a state of the United States, or compare without the cost of living.",
                ),
            );
            Decimal::ONE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    /// BEA, Regional Price Parities by state, 2023, all items.
    #[test]
    fn every_state_has_its_published_parity() {
        let places = &parities().place;
        assert_eq!(places.len(), 52, "50 states, the District of Columbia and New York City");
        for (key, expected) in [("US-CA", dec!(112.6)), ("US-AR", dec!(86.5))] {
            let found = places[key];
            assert!((found - expected).abs() < dec!(0.2), "{key}: {found}");
        }
    }

    /// BEA, Regional Price Parities by metropolitan area, 2023: 117.551 in and around San Francisco, 88.347 outside all areas.
    /// By hand: 100,000 there buys what 100,000 × 100 ÷ 117.551 = 85,069.46 buys on the average.
    #[test]
    fn an_area_has_its_own_prices() {
        assert_eq!(areas().len(), 387);
        assert!(areas().iter().all(|area| area.parity > dec!(70) && area.parity < dec!(130)));
        let mut case = counterweight_domain::Case::new(
            "a",
            counterweight_domain::Currency::USD,
            CivilDate::new(2027, 1, 4).expect("a date"),
        );
        case.assumptions.place_adjusted = true;
        let settings = Settings::of(&case);
        let of = |area: &str| {
            let mut findings = Findings::default();
            let offer = Offer { place: "US-CA".into(), area: area.into(), ..Offer::default() };
            let living = living(&offer, &settings, settings.start.expect("a start"), &Path::root(), &mut findings);
            (
                counterweight_domain::money::round(living.at(1) * dec!(100000), settings.currency),
                findings.into_vec().len(),
            )
        };
        assert_eq!(of("41860"), (dec!(85069.46), 0));
        // Without one, the state's 112.581; an unknown one says so.
        assert_eq!(of(""), (dec!(88824.93), 0));
        assert_eq!(of("nowhere"), (dec!(88824.93), 1));
    }
}
