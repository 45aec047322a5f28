//! Equity grants and how they vest.

use crate::date::CivilDate;
use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::number::{Amount, Count, Months, Percent, PercentSplit, Portion, SharePrice, Shares};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A grant of shares, or of options on them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Grant {
    /// What the person calls it; may be empty.
    pub label: String,
    /// What is granted.
    pub instrument: Instrument,
    /// How large it is.
    pub size: GrantSize,
    /// Price of one share on the day of the offer, in the offer's currency. Needed when the grant is a
    /// number of shares; with a grant in money it only turns money into shares for reading.
    pub share_price: Entry<SharePrice>,
    /// Which day's price turns money into shares.
    pub price_rule: PriceRule,
    /// What a share costs when an option is exercised, in the offer's currency.
    pub strike: Entry<SharePrice>,
    /// What is done with options.
    pub exercise: Exercise,
    /// Months after leaving in which vested options can be exercised; blank is three.
    pub window_months: Entry<Months>,
    /// When it vests.
    pub vesting: Vesting,
    /// The day the grant is made; blank is the first day. What vests before it vests on it.
    pub granted: Entry<CivilDate>,
    /// The day from which vesting is counted; blank is the first day of work.
    pub commencement: Entry<CivilDate>,
    /// How vests are rounded to whole shares.
    pub allocation: Allocation,
    /// What vests early when the company is sold.
    pub acceleration: Acceleration,
    /// How far the share price can move in a year, as a standard deviation in percent of log price; blank
    /// takes the case's figure.
    pub volatility: Entry<Portion>,
    /// Expected change of the share price in a year, in percent; blank takes the case's figure.
    pub growth: Entry<Percent>,
}

/// What is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Instrument {
    /// Restricted stock units of a company whose shares are traded.
    #[default]
    Rsu,
    /// Restricted stock units that settle only when a private company is sold or listed.
    PrivateRsu,
    /// Options without the privileges of incentive options.
    Nso,
    /// Incentive stock options (United States).
    Iso,
}

impl Instrument {
    /// Whether it is an option.
    pub fn is_option(self) -> bool {
        matches!(self, Instrument::Nso | Instrument::Iso)
    }
}

/// Which day's price turns a grant in money into shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PriceRule {
    /// The letter does not say.
    #[default]
    NotSaid,
    /// The price on the grant date.
    GrantDay,
    /// The average of thirty days.
    Average30,
    /// The price in the letter.
    Letter,
}

/// What is done with options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Exercise {
    /// Exercised and sold on the day they vest, or on the exit of a private company.
    #[default]
    SameDaySale,
    /// Exercised as they vest, and held for a year or to the exit.
    Hold,
    /// Exercised at the grant, before they vest.
    Early,
}

/// How vests are rounded to whole shares, by the names of Open Cap Format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Allocation {
    /// The running total is rounded.
    #[default]
    CumulativeRounding,
    /// The running total is rounded down.
    CumulativeRoundDown,
    /// Whole shares more in the first tranches.
    FrontLoaded,
    /// Whole shares more in the last tranches.
    BackLoaded,
    /// All of the remainder in the first tranche.
    FrontLoadedToSingleTranche,
    /// All of the remainder in the last tranche.
    BackLoadedToSingleTranche,
    /// Fractions of shares vest.
    Fractional,
}

/// What vests early when the company is sold.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Acceleration {
    /// What must happen.
    pub trigger: Trigger,
    /// Percent of what is unvested; blank is all of it.
    pub percent: Entry<Portion>,
    /// Months after the start at which the company is taken to be sold; blank is never.
    pub sale_month: Entry<Count>,
}

/// What must happen for vesting to come early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Trigger {
    /// The letter does not say: nothing vests early.
    #[default]
    NotSaid,
    /// Nothing vests early.
    None,
    /// A sale of the company.
    Single,
    /// A sale and being let go.
    Double,
}

/// Grants that follow in later years.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Refreshers {
    /// Size of one grant, in the offer's currency, at the price of its day.
    pub amount: Entry<Amount>,
    /// Months after the start of the first; blank is 12.
    pub first_month: Entry<Months>,
    /// Months between them; blank is 12.
    pub every_months: Entry<Months>,
    /// How likely each is, in percent; blank is 100.
    pub probability: Entry<Portion>,
    /// Growth of the size from one to the next, in percent a year; blank is none.
    pub growth: Entry<Percent>,
    /// How each vests.
    pub vesting: Vesting,
    /// Whether the letter promises them.
    pub promised: bool,
}

/// The size of a grant: money at the grant-date price, shares, or a part of the company.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum GrantSize {
    /// Worth this much, in the offer's currency, at the price of the grant date.
    Value {
        /// The whole grant.
        #[serde(default)]
        amount: Entry<Amount>,
    },
    /// This many shares.
    Shares {
        /// The whole grant.
        #[serde(default)]
        count: Entry<Shares>,
    },
    /// This part of the company; needs the company's fully diluted count.
    Percent {
        /// The whole grant.
        #[serde(default)]
        percent: Entry<Portion>,
        /// All shares, counted as common.
        #[serde(default)]
        fully_diluted: Entry<Shares>,
    },
}

impl Default for GrantSize {
    fn default() -> Self {
        GrantSize::Value { amount: Entry::default() }
    }
}

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

impl Grant {
    /// Reports what cannot be read or cannot be true in this grant.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let whole =
            if self.label.is_empty() { "this grant".to_owned() } else { format!("the grant “{}”", self.label) };
        match &self.size {
            GrantSize::Value { amount } => amount.check(&path.join("size").join("amount"), &whole, findings),
            GrantSize::Percent { percent, fully_diluted } => {
                let at = path.join("size");
                percent.check(&at.join("percent"), &whole, findings);
                fully_diluted.check(&at.join("fullyDiluted"), &whole, findings);
                if !percent.is_blank() && fully_diluted.value().is_none_or(|n| n.decimal().is_zero()) {
                    findings.error(
                        &at.join("fullyDiluted"),
                        Problem::new(
                            "grant.noCount",
                            "A part of a company is no number of shares without the fully diluted count.",
                            "Ask for the number of all shares, options and promises counted as common, and enter it.",
                        ),
                        whole.clone(),
                    );
                }
            }
            GrantSize::Shares { count } => {
                count.check(&path.join("size").join("count"), &whole, findings);
                if !count.is_blank() && self.share_price.is_blank() && self.instrument == Instrument::Rsu {
                    findings.error(
                        &path.join("sharePrice"),
                        Problem::new(
                            "grant.noPrice",
                            "A number of shares has no value without a price per share.",
                            "Ask for the share price on the grant date, and enter it here.",
                        ),
                        whole.clone(),
                    );
                }
            }
        }
        self.share_price.check(&path.join("sharePrice"), &whole, findings);
        self.strike.check(&path.join("strike"), &whole, findings);
        self.window_months.check(&path.join("windowMonths"), &whole, findings);
        self.granted.check(&path.join("granted"), &whole, findings);
        self.commencement.check(&path.join("commencement"), &whole, findings);
        let early = path.join("acceleration");
        self.acceleration.percent.check(&early.join("percent"), &whole, findings);
        self.acceleration.sale_month.check(&early.join("saleMonth"), &whole, findings);
        if self.instrument.is_option() {
            if matches!(self.size, GrantSize::Value { .. }) {
                findings.error(
                    &path.join("size"),
                    Problem::new(
                        "grant.optionsInMoney",
                        "Options are a number, not a sum of money.",
                        "Ask how many options these are and at what strike price.",
                    ),
                    whole.clone(),
                );
            }
            if self.strike.is_blank() {
                findings.error(
                    &path.join("strike"),
                    Problem::new(
                        "grant.noStrike",
                        "Options have no value without their strike price.",
                        "Ask what a share costs on exercise, and enter it here.",
                    ),
                    whole.clone(),
                );
            }
        }
        self.volatility.check(&path.join("volatility"), &whole, findings);
        self.growth.check(&path.join("growth"), &whole, findings);
        self.vesting.check(&path.join("vesting"), &whole, findings);
    }
}

impl Refreshers {
    /// Reports what cannot be read.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = "refreshers";
        self.amount.check(&path.join("amount"), whole, findings);
        self.first_month.check(&path.join("firstMonth"), whole, findings);
        self.every_months.check(&path.join("everyMonths"), whole, findings);
        self.probability.check(&path.join("probability"), whole, findings);
        self.growth.check(&path.join("growth"), whole, findings);
        self.vesting.check(&path.join("vesting"), whole, findings);
        if self.every_months.value().is_some_and(|m| m.get() == 0) {
            findings.error(
                &path.join("everyMonths"),
                Problem::new("refreshers.never", "Refreshers cannot be no months apart.", "Write 12 for once a year."),
                whole,
            );
        }
    }
}

impl Vesting {
    fn check(&self, path: &Path, whole: &str, findings: &mut Findings) {
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
