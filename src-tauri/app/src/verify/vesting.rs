//! Questions about vesting: allocation to whole shares, and schedules in the Open Cap Format.

use counterweight_domain::{CivilDate, Findings, Path};
use counterweight_engine::vesting::{self, Allocation, Award, CatchUp, DayOfMonth, Events, Fraction};
use rust_decimal::Decimal;
use serde::Deserialize;

/// What an example asks about vesting.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Question {
    /// Shares of each tranche by one of Open Cap Format's rules.
    Allocation { shares: Decimal, percents: Vec<Decimal>, allocation: Allocation },
    /// What vests under terms in Open Cap Format, or under a preset.
    Vest {
        #[serde(default)]
        terms: Option<String>,
        #[serde(default)]
        preset: Option<String>,
        shares: Decimal,
        commencement: CivilDate,
        #[serde(default)]
        granted: Option<CivilDate>,
        #[serde(default)]
        with_next_tranche: bool,
        #[serde(default)]
        events: Events,
        show: VestShown,
    },
}

/// What of a vesting schedule an example states.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum VestShown {
    /// The day of each condition that is met, as year month day.
    Conditions,
    /// The day of each tranche.
    Days,
    /// The first and the last day, and the number of tranches.
    Ends,
    /// The shares of each tranche.
    Shares,
    /// The shares of each year from commencement.
    Years,
}

impl Question {
    /// The app's answer.
    pub fn answer(&self) -> Result<Vec<Decimal>, String> {
        match self {
            Question::Allocation { shares, percents, allocation } => {
                let parts: Option<Vec<Fraction>> = percents.iter().map(|p| Fraction::percent(*p)).collect();
                parts
                    .and_then(|parts| vesting::allocate(*shares, &parts, *allocation))
                    .ok_or_else(|| "these percentages cannot be allocated".to_owned())
            }
            Question::Vest { terms, preset, shares, commencement, granted, with_next_tranche, events, show } => {
                let mut findings = Findings::default();
                let terms = match (terms, preset) {
                    (Some(text), None) => vesting::ocf::read(text, None, &Path::root(), &mut findings),
                    (None, Some(key)) => {
                        vesting::presets().iter().find(|p| p.key == *key).and_then(|p| p.terms(DayOfMonth::default()))
                    }
                    _ => None,
                };
                let terms = terms.ok_or_else(|| {
                    findings.as_slice().first().map_or_else(|| "no terms".to_owned(), |f| f.message.clone())
                })?;
                let award = Award {
                    grant_date: *granted,
                    catch_up: if *with_next_tranche { CatchUp::WithNextTranche } else { CatchUp::OnGrantDate },
                    ..Award::new(*shares, *commencement, events)
                };
                let vests = vesting::schedule(&terms, &award).map_err(|p| p.message)?;
                let number = |day: CivilDate| {
                    Decimal::from(i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day()))
                };
                let days: Vec<Decimal> = vests.tranches.iter().map(|t| number(t.date)).collect();
                Ok(match show {
                    VestShown::Conditions => vests.met.iter().map(|m| number(m.date)).collect(),
                    VestShown::Ends => match (days.first(), days.last()) {
                        (Some(first), Some(last)) => vec![*first, *last, Decimal::from(days.len())],
                        _ => Vec::new(),
                    },
                    VestShown::Days => days,
                    VestShown::Shares => vests.tranches.iter().map(|t| t.shares).collect(),
                    VestShown::Years => {
                        let months = vesting::by_month(&vests.tranches, *commencement);
                        let years = months.last().map_or(0, |(month, _)| month.max(&1).div_ceil(12));
                        (1..=years)
                            .map(|year| {
                                let of_year = |month: u32| month.max(1).div_ceil(12) == year;
                                months.iter().filter(|(month, _)| of_year(*month)).map(|(_, shares)| *shares).sum()
                            })
                            .collect()
                    }
                })
            }
        }
    }
}
