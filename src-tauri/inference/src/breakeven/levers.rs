//! The five figures that decide between cloud and a machine: each moved alone, by how much the result moves.

use super::{Case, Way, curve};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use ts_rs::TS;

/// A figure that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum LeverKind {
    /// How much there is to do.
    Utilisation,
    /// The price of the token that is replaced.
    TokenPrice,
    /// The time it takes to read a prompt.
    PrefillTime,
    /// Watts while waiting.
    IdleWatts,
    /// What the machine sells for.
    Resale,
}

/// How far a figure may reasonably lie from the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct LeverRange {
    /// Which figure.
    pub lever: LeverKind,
    /// Name for people.
    pub label: String,
    /// Low end, as a factor on the plan.
    pub low: f64,
    /// High end, as a factor on the plan.
    pub high: f64,
    /// Where the range comes from.
    pub source: String,
}

/// What a figure does when it alone moves.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Swing {
    /// Which figure.
    pub lever: LeverKind,
    /// What the machine saves over the months at the low end, less than nothing when the cloud is cheaper.
    pub at_low: f64,
    /// The same at the high end.
    pub at_high: f64,
    /// Distance between the two.
    pub swing: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    lever: Vec<LeverRange>,
}

/// The ranges on offer.
pub fn ranges() -> &'static [LeverRange] {
    static FILE: OnceLock<File> = OnceLock::new();
    let read =
        || toml::from_str(include_str!("../../data/breakeven_levers.toml")).expect("the levers are read by a test");
    &FILE.get_or_init(read).lever
}

/// What a way saves against the cloud over the months of the case, with the machine sold at the end. None when the case
/// has no machine.
pub fn saving(case: &Case, way: Way) -> Option<f64> {
    let cloud = *curve(case, Way::Cloud)?.last()?;
    let spent = *curve(case, way)?.last()?;
    let months = u32::try_from(case.calls.len()).ok()?;
    let resale = match way {
        Way::Buy | Way::Hybrid => case.own?.resale(months),
        Way::Cloud | Way::Rent => 0.0,
    };
    Some(cloud - spent + resale)
}

/// The case with one figure at a factor of its plan.
#[must_use]
pub fn moved(case: &Case, lever: LeverKind, factor: f64) -> Case {
    let mut case = case.clone();
    match lever {
        LeverKind::Utilisation => case.calls.iter_mut().for_each(|calls| *calls *= factor),
        LeverKind::TokenPrice => case.cloud_per_call.iter_mut().for_each(|price| *price *= factor),
        LeverKind::PrefillTime => {
            if let Some(own) = &mut case.own {
                own.speed.prefill_seconds *= factor;
            }
        }
        LeverKind::IdleWatts => {
            if let Some(own) = &mut case.own {
                own.electricity.idle_w *= factor;
            }
        }
        LeverKind::Resale => {
            if let Some(own) = &mut case.own {
                own.purchase.resale_per_year = (own.purchase.resale_per_year * factor).clamp(0.0, 1.0);
            }
        }
    }
    case
}

/// Each figure moved alone over its range, the largest swing first. Empty when the case has no machine.
pub fn swings(case: &Case, way: Way, ranges: &[LeverRange]) -> Vec<Swing> {
    let mut found: Vec<Swing> = ranges
        .iter()
        .filter_map(|range| {
            let at_low = saving(&moved(case, range.lever, range.low), way)?;
            let at_high = saving(&moved(case, range.lever, range.high), way)?;
            Some(Swing { lever: range.lever, at_low, at_high, swing: (at_high - at_low).abs() })
        })
        .collect();
    found.sort_by(|a, b| b.swing.total_cmp(&a.swing));
    found
}
