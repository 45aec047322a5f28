//! What prices may do in the years to come: announced changes first, then a stated scenario on top of them.
//!
//! Two prices have to be kept apart: the list price of one model, which may rise, and the price of the same capability,
//! which has fallen as people moved to newer models. A scenario multiplies the path of announced prices (see
//! [`crate::price::book::Book::monthly`]). It is a pure function of the draws the caller makes, so that the same seed
//! gives the same future; with no spread it needs none.

use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use ts_rs::TS;

/// A stated path of prices, as a factor on announced list prices.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[ts(tag = "kind", rename_all = "kebab-case")]
pub enum Scenario {
    /// Announced prices and nothing else.
    Frozen,
    /// The same capability gets cheaper, down to a floor.
    Falls {
        /// How many times cheaper in a year; 3 is a third of the price after a year.
        per_year: f64,
        /// Share of the first price below which it does not fall.
        floor: f64,
    },
    /// One step upward in some month.
    Shock {
        /// The price after the step over the price before.
        factor: f64,
    },
}

/// A scenario as it is offered, with where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"))]
#[ts(rename_all = "camelCase")]
pub struct PriceScenario {
    /// Short name.
    pub key: String,
    /// Name for people.
    pub label: String,
    /// What it does.
    #[serde(flatten)]
    pub scenario: Scenario,
    /// Standard deviation of the logarithm of the price after a year, around the path.
    pub spread: f64,
    /// Where it was published, and what is assumed.
    pub source: String,
}

/// The draws of one future of prices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriceDraws<'a> {
    /// Uniform, 0 to 1: when a shock comes.
    pub when: f64,
    /// Standard normals, one a month; an empty slice is no spread.
    pub steps: &'a [f64],
}

impl PriceDraws<'static> {
    /// What stands for all futures when nothing is sampled.
    pub const PLANNED: Self = Self { when: 0.5, steps: &[] };
}

/// Fills `path` with the factor on the announced price in each month, the first being month 1.
///
/// The factor of month 1 is the stated one, and the spread grows with the square root of time from there. The floor
/// holds for the path with its spread.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn factors(scenario: Scenario, spread: f64, draws: &PriceDraws, path: &mut [f64]) {
    let months = path.len();
    let shock = (draws.when.clamp(0.0, 1.0) * months as f64) as usize;
    let each = spread / 12f64.sqrt();
    // One factor a month keeps the loop free of powers.
    let step = match scenario {
        Scenario::Falls { per_year, .. } => libm::log(per_year.max(f64::MIN_POSITIVE)) / -12.0,
        Scenario::Frozen | Scenario::Shock { .. } => 0.0,
    };
    let mut log = 0.0;
    let moves = step != 0.0 || (each > 0.0 && !draws.steps.is_empty());
    for (month, factor) in path.iter_mut().enumerate() {
        if month > 0 {
            log += step + draws.steps.get(month).map_or(0.0, |draw| each * draw);
        }
        let drifted = if moves && month > 0 { libm::exp(log) } else { 1.0 };
        *factor = match scenario {
            Scenario::Frozen => drifted,
            Scenario::Falls { floor, .. } => drifted.max(floor),
            Scenario::Shock { factor } => {
                if month >= shock {
                    drifted * factor
                } else {
                    drifted
                }
            }
        };
    }
}

/// The planned path: no spread, and a shock in the middle of the horizon.
pub fn planned(scenario: Scenario, months: u32) -> Vec<f64> {
    let mut path = vec![1.0; months as usize];
    factors(scenario, 0.0, &PriceDraws::PLANNED, &mut path);
    path
}

#[derive(Deserialize)]
struct File {
    as_of: String,
    scenario: Vec<PriceScenario>,
}

fn file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    FILE.get_or_init(|| {
        toml::from_str(include_str!("../data/price_scenarios.toml")).expect("the price scenarios are read by a test")
    })
}

/// The scenarios on offer.
pub fn scenarios() -> &'static [PriceScenario] {
    &file().scenario
}

/// Day of the scenarios, ISO 8601.
pub fn scenarios_as_of() -> &'static str {
    &file().as_of
}

/// The scenario with this key.
pub fn scenario(key: &str) -> Option<&'static PriceScenario> {
    scenarios().iter().find(|scenario| scenario.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scenarios_are_read_dated_and_sourced() {
        let keys: Vec<&str> = scenarios().iter().map(|scenario| scenario.key.as_str()).collect();
        assert_eq!(keys, ["frozen", "falls-3x", "falls-10x", "falls-40x", "shock"]);
        assert!(crate::wire::is_dated(scenarios_as_of()));
        assert!(scenarios().iter().all(|scenario| scenario.source.len() > 40));
        assert_eq!(scenario("falls-10x").unwrap().scenario, Scenario::Falls { per_year: 10.0, floor: 0.01 });
    }

    /// By hand: 10 times a year is a tenth in month 13 and a hundredth in month 25, where the floor of a hundredth holds
    /// for good. a16z: 1,000 times in three years.
    #[test]
    fn a_fall_by_hand() {
        let path = planned(Scenario::Falls { per_year: 10.0, floor: 0.01 }, 48);
        assert_eq!(path[0], 1.0);
        assert!((path[12] - 0.1).abs() < 1e-12 && (path[24] - 0.01).abs() < 1e-12);
        assert_eq!(path[47], 0.01);
        let free = planned(Scenario::Falls { per_year: 10.0, floor: 0.0 }, 37);
        assert!((free[36] - 0.001).abs() < 1e-12);
    }

    /// By hand: half way through 4 months is month 3.
    #[test]
    fn a_shock_by_hand() {
        assert_eq!(planned(Scenario::Shock { factor: 2.0 }, 4), [1.0, 1.0, 2.0, 2.0]);
        assert_eq!(planned(Scenario::Frozen, 3), [1.0, 1.0, 1.0]);
        let mut early = [0.0; 3];
        factors(Scenario::Shock { factor: 2.0 }, 0.0, &PriceDraws { when: 0.0, steps: &[] }, &mut early);
        assert_eq!(early, [2.0; 3]);
        let mut never = [0.0; 3];
        factors(Scenario::Shock { factor: 2.0 }, 0.0, &PriceDraws { when: 1.0, steps: &[] }, &mut never);
        assert_eq!(never, [1.0; 3]);
    }

    /// By hand: a spread of √12 a year is 1 a month; draws of 0, 1 and −2 are logarithms of 0, 1 and −1.
    #[test]
    fn draws_by_hand() {
        let mut path = [0.0; 3];
        factors(Scenario::Frozen, 12f64.sqrt(), &PriceDraws { when: 0.5, steps: &[9.0, 1.0, -2.0] }, &mut path);
        assert!((path[0] - 1.0).abs() < 1e-12);
        assert!((path[1] - std::f64::consts::E).abs() < 1e-12 && (path[2] * std::f64::consts::E - 1.0).abs() < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn no_spread_is_the_planned_path(per_year in 1.0..100.0f64, floor in 0.0..1.0f64,
            steps in prop::collection::vec(-4.0..4.0f64, 36), spread in 0.0..1.0f64) {
            let scenario = Scenario::Falls { per_year, floor };
            let mut path = vec![0.0; 36];
            factors(scenario, 0.0, &PriceDraws { when: 0.5, steps: &steps }, &mut path);
            prop_assert_eq!(&path, &planned(scenario, 36));
            factors(scenario, spread, &PriceDraws { when: 0.5, steps: &steps }, &mut path);
            prop_assert!(path.iter().all(|factor| factor.is_finite() && *factor >= floor && *factor > 0.0));
        }
    }
}
