//! When a grant vests: by year, tranche by tranche, by a preset, or by terms in the Open Cap Format.

use crate::date::CivilDate;
use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::number::{Months, PercentSplit, Portion};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// When a grant vests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Vesting {
    /// One of the dated presets, by its key.
    Preset {
        /// Key of the preset, such as `even-4y-quarterly-1y-cliff`.
        #[serde(default)]
        preset: String,
    },
    /// A percentage for each year, spread evenly over the year's vesting days.
    Yearly {
        /// Percent of the grant year by year, summing to 100.
        #[serde(default)]
        split: Entry<PercentSplit>,
        /// How often shares vest.
        #[serde(default)]
        every: Cadence,
        /// Months before anything vests; what would have vested by then vests on that day.
        #[serde(default)]
        cliff_months: Entry<Months>,
    },
    /// Tranches one by one.
    Tranches {
        /// The tranches; their percentages sum to 100.
        #[serde(default)]
        tranches: Vec<Tranche>,
    },
    /// Vesting terms in the Open Cap Format, as published: a JSON object of type `VESTING_TERMS`.
    OpenCap {
        /// The object, as pasted.
        #[serde(default)]
        terms: String,
        /// The days on which the events of its conditions are taken to happen.
        #[serde(default)]
        events: Vec<VestingEvent>,
    },
}

/// The day on which an event of a vesting condition is taken to happen.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct VestingEvent {
    /// Id of the condition.
    pub condition: String,
    /// The day.
    pub on: Entry<CivilDate>,
}

impl Default for Vesting {
    fn default() -> Self {
        Vesting::Yearly { split: Entry::typed("25/25/25/25"), every: Cadence::Quarter, cliff_months: Entry::default() }
    }
}

/// One tranche of a custom schedule.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Tranche {
    /// Months after the start.
    pub after_months: Entry<Months>,
    /// Percent of the whole grant.
    pub percent: Entry<Portion>,
}

/// How often something recurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Cadence {
    /// Each month.
    Month,
    /// Every three months.
    #[default]
    Quarter,
    /// Every six months.
    HalfYear,
    /// Every twelve months.
    Year,
}

impl Cadence {
    /// The number of months between two occurrences.
    pub fn months(self) -> u32 {
        match self {
            Cadence::Month => 1,
            Cadence::Quarter => 3,
            Cadence::HalfYear => 6,
            Cadence::Year => 12,
        }
    }
}

impl Vesting {
    pub(super) fn check(&self, path: &Path, whole: &str, findings: &mut Findings) {
        match self {
            Vesting::Preset { .. } => {}
            Vesting::OpenCap { events, .. } => {
                for (i, event) in events.iter().enumerate() {
                    event.on.check(&path.join("events").join(i).join("on"), whole, findings);
                }
            }
            Vesting::Yearly { split, cliff_months, .. } => {
                let at = path.join("split");
                split.check(&at, whole, findings);
                cliff_months.check(&path.join("cliffMonths"), whole, findings);
                if let Some(split) = split.value() {
                    whole_grant(split.sum(), &at, whole, findings);
                    let span = u32::try_from(split.parts().len()).unwrap_or(u32::MAX).saturating_mul(12);
                    if cliff_months.value().is_some_and(|c| c.get() > span) {
                        findings.error(
                            &path.join("cliffMonths"),
                            Problem::new(
                                "vesting.cliffBeyondEnd",
                                format!("The cliff lies after the schedule ends, at {span} months."),
                                format!("Write {span} months or fewer."),
                            ),
                            whole,
                        );
                    }
                }
            }
            Vesting::Tranches { tranches } => {
                let mut sum = Decimal::ZERO;
                let mut readable = true;
                for (i, tranche) in tranches.iter().enumerate() {
                    let at = path.join("tranches").join(i);
                    tranche.after_months.check(&at.join("afterMonths"), whole, findings);
                    tranche.percent.check(&at.join("percent"), whole, findings);
                    for (field, blank) in
                        [("afterMonths", tranche.after_months.is_blank()), ("percent", tranche.percent.is_blank())]
                    {
                        if blank {
                            findings.error(
                                &at.join(field),
                                Problem::new(
                                    "tranche.blank",
                                    "This tranche is half empty.",
                                    "Fill it in, or remove the tranche.",
                                ),
                                whole,
                            );
                        }
                    }
                    match tranche.percent.value() {
                        Some(percent) => sum += percent.percent(),
                        None => readable = false,
                    }
                }
                if readable {
                    whole_grant(sum, &path.join("tranches"), whole, findings);
                }
            }
        }
    }
}

fn whole_grant(sum: Decimal, path: &Path, whole: &str, findings: &mut Findings) {
    if sum == Decimal::ONE_HUNDRED {
        return;
    }
    let gap = Decimal::ONE_HUNDRED - sum;
    let fix = if gap > Decimal::ZERO {
        format!("Find where the other {} % vest.", gap.normalize())
    } else {
        format!("Take {} % away.", gap.abs().normalize())
    };
    findings.error(
        path,
        Problem::new("vesting.sum", format!("This schedule vests {} % of the grant, not 100 %.", sum.normalize()), fix),
        whole,
    );
}
