//! When a grant vests: presets, yearly splits and tranches, as percent of the grant by month.

use counterweight_domain::grant::{Cadence, Tranche};
use counterweight_domain::{Findings, Path, Problem, Vesting};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Deserialize;
use std::sync::OnceLock;

/// A dated preset.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Short name, as cases use it.
    pub key: String,
    /// Name for people.
    pub label: String,
    /// The month in which it was seen like this, ISO 8601.
    pub as_of: String,
    /// Percent of the grant by year, when a yearly split says it.
    split: Option<String>,
    /// Months between vesting days.
    every: Option<u32>,
    /// Months before the first vesting day.
    cliff: Option<u32>,
    /// Percent at a month, when a split cannot say it.
    tranches: Option<Vec<(u32, Decimal)>>,
    /// Where it was seen.
    pub reference: Reference,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// What it is.
    pub title: String,
    /// Its address.
    pub href: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    preset: Vec<Preset>,
}

/// The presets, in the order in which they are offered.
pub fn presets() -> &'static [Preset] {
    static PRESETS: OnceLock<Vec<Preset>> = OnceLock::new();
    PRESETS.get_or_init(|| {
        let text = include_str!("../parameters/vesting_presets.toml");
        toml::from_str::<File>(text).expect("the presets are read by a test").preset
    })
}

/// A part of a grant that vests on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vest {
    /// Months after the start.
    pub month: u32,
    /// Percent of the grant.
    pub percent: Decimal,
}

/// When a grant vests, by rising month, summing to 100 %. None, with a finding, when the schedule cannot be
/// read or does not sum to the grant.
pub fn vests(vesting: &Vesting, path: &Path, findings: &mut Findings) -> Option<Vec<Vest>> {
    let vests = match vesting {
        Vesting::Preset { preset } => match presets().iter().find(|p| p.key == *preset) {
            Some(preset) => preset_vests(preset),
            None => {
                let shown: String = preset.chars().take(40).collect();
                findings.error(
                    &path.join("preset"),
                    Problem::new(
                        "vesting.unknownPreset",
                        if shown.is_empty() {
                            "No schedule is picked.".into()
                        } else {
                            format!("There is no schedule “{shown}”.")
                        },
                        "Pick one of the list, or enter the yearly percentages.",
                    ),
                    "this grant",
                );
                return None;
            }
        },
        Vesting::Yearly { split, every, cliff_months } => {
            let cliff = if cliff_months.is_blank() { 0 } else { cliff_months.value()?.get() };
            yearly(split.value()?.parts(), every.months(), cliff)
        }
        Vesting::OpenCap { .. } => return None,
        Vesting::Tranches { tranches } => tranches
            .iter()
            .map(|Tranche { after_months, percent }| {
                Some(Vest { month: after_months.value()?.get(), percent: percent.value()?.percent() })
            })
            .collect::<Option<Vec<_>>>()?,
    };
    let mut vests: Vec<Vest> = vests.into_iter().filter(|v| !v.percent.is_zero()).collect();
    vests.sort_by_key(|v| v.month);
    // The sum itself is checked, and reported, by the domain.
    (vests.iter().map(|v| v.percent).sum::<Decimal>() == Decimal::ONE_HUNDRED).then_some(vests)
}

fn preset_vests(preset: &Preset) -> Vec<Vest> {
    if let Some(tranches) = &preset.tranches {
        return tranches.iter().map(|&(month, percent)| Vest { month, percent }).collect();
    }
    let split: Vec<Decimal> =
        preset.split.as_deref().unwrap_or("100").split('/').filter_map(|p| p.parse().ok()).collect();
    yearly(&split, preset.every.unwrap_or(Cadence::Quarter.months()), preset.cliff.unwrap_or(0))
}

/// A percentage for each year, spread evenly over the year's vesting days; what falls before the cliff vests on it.
fn yearly(split: &[Decimal], every: u32, cliff: u32) -> Vec<Vest> {
    let days_a_year = 12 / every;
    let mut vests: Vec<Vest> = Vec::new();
    let mut before_cliff = Decimal::ZERO;
    for (year, percent) in (0u32..).zip(split) {
        let mut given = Decimal::ZERO;
        for day in 1..=days_a_year {
            let up_to = if day == days_a_year {
                *percent
            } else {
                (percent * Decimal::from(day) / Decimal::from(days_a_year)).round_dp(12)
            };
            let month = year * 12 + day * every;
            let part = up_to - given;
            given = up_to;
            if month < cliff {
                before_cliff += part;
            } else if before_cliff.is_zero() {
                vests.push(Vest { month, percent: part });
            } else {
                vests.push(Vest { month: cliff, percent: before_cliff });
                before_cliff = Decimal::ZERO;
                match vests.last_mut().filter(|last| last.month == month) {
                    Some(last) => last.percent += part,
                    None => vests.push(Vest { month, percent: part }),
                }
            }
        }
    }
    vests
}

/// Whole shares on each vesting day: the rounded running total less what has vested before, ties away from
/// zero. This is Open Cap Format's `CUMULATIVE_ROUNDING`; a fraction in the grant itself vests last.
pub fn shares(grant: Decimal, vests: &[Vest]) -> Vec<Decimal> {
    let mut running = Decimal::ZERO;
    let mut given = Decimal::ZERO;
    vests
        .iter()
        .enumerate()
        .map(|(i, vest)| {
            running += vest.percent;
            let exact = grant * running / Decimal::ONE_HUNDRED;
            let up_to = if i + 1 == vests.len() {
                grant
            } else {
                exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
            };
            let part = up_to - given;
            given = up_to;
            part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_domain::Entry;
    use rust_decimal::dec;

    fn read(split: &str, every: Cadence, cliff: &str) -> Vec<Vest> {
        let vesting = Vesting::Yearly { split: Entry::typed(split), every, cliff_months: Entry::typed(cliff) };
        vests(&vesting, &Path::root(), &mut Findings::default()).expect("sums to the grant")
    }

    #[test]
    fn presets_are_read_dated_and_sum_to_the_grant() {
        assert!(presets().len() >= 8);
        for preset in presets() {
            let sum: Decimal = preset_vests(preset).iter().map(|v| v.percent).sum();
            assert_eq!(sum, Decimal::ONE_HUNDRED, "{}", preset.key);
            assert!(!preset.as_of.is_empty() && preset.reference.href.starts_with("https://"));
        }
    }

    /// Open Guide: a year's cliff vests 25 %, then 1/48 each month, four years in all.
    #[test]
    fn a_cliff_gathers_what_came_before() {
        let vests = read("25/25/25/25", Cadence::Month, "12");
        assert_eq!((vests[0].month, vests[0].percent), (12, dec!(25)));
        assert_eq!(vests.len(), 37);
        assert_eq!(vests[36].month, 48);
        assert_eq!(vests.iter().map(|v| v.percent).sum::<Decimal>(), Decimal::ONE_HUNDRED);
    }

    /// A cliff between two vesting days has a day of its own: quarterly with a cliff of 8 months vests 12.5 %
    /// (two quarters) in month 8 and 6.25 % in month 9.
    #[test]
    fn a_cliff_between_days_is_a_day() {
        let vests = read("25/25/25/25", Cadence::Quarter, "8");
        assert_eq!((vests[0].month, vests[0].percent), (8, dec!(12.5)));
        assert_eq!((vests[1].month, vests[1].percent), (9, dec!(6.25)));
    }

    /// Open Cap Format, `AllocationType`: 18 shares over 4 tranches with CUMULATIVE_ROUNDING are 5-4-5-4.
    #[test]
    fn shares_round_cumulatively_as_open_cap_format_does() {
        let quarter = |month| Vest { month, percent: dec!(25) };
        let vests = [quarter(3), quarter(6), quarter(9), quarter(12)];
        assert_eq!(shares(dec!(18), &vests), [dec!(5), dec!(4), dec!(5), dec!(4)]);
    }

    #[test]
    fn a_split_that_does_not_sum_vests_nothing() {
        let vesting = Vesting::Yearly {
            split: Entry::typed("33/33/22/11"),
            every: Cadence::Year,
            cliff_months: Entry::default(),
        };
        assert_eq!(vests(&vesting, &Path::root(), &mut Findings::default()), None);
    }
}
