//! What money buys at a place: dated regional price parities.

use crate::settings::Settings;
use counterweight_domain::{Findings, Offer, Path, Problem};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Prices of all that people buy, against the average of the country = 100, by key of the place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parities {
    #[serde(rename = "as_of")]
    _as_of: String,
    #[serde(rename = "reference")]
    _reference: String,
    place: BTreeMap<String, Decimal>,
}

fn parities() -> &'static Parities {
    static PARITIES: OnceLock<Parities> = OnceLock::new();
    PARITIES.get_or_init(|| {
        toml::from_str(include_str!("../parameters/price_parities.toml")).expect("the parities are read by a test")
    })
}

/// What one unit of money counts at the offer's place; one unless the case asks for one cost of living. A place without
/// a parity keeps its money, and says so.
pub(crate) fn factor(offer: &Offer, settings: &Settings, path: &Path, findings: &mut Findings) -> Decimal {
    if !settings.place_adjusted {
        return Decimal::ONE;
    }
    let key = offer.place.trim().to_ascii_uppercase();
    match parities().place.get(&key) {
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
}
