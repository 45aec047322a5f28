//! Equity grants and how they vest.

mod vesting;

pub use vesting::{Cadence, Tranche, Vesting, VestingEvent};

use crate::date::CivilDate;
use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::number::{Amount, Count, Months, Percent, Portion, SharePrice, Shares};
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
    /// Price of one share on the day of the offer, in the offer's currency. Needed when the grant is a number of shares;
    /// a grant in money is worth its shares at this price when `reference_price` says how many they are.
    pub share_price: Entry<SharePrice>,
    /// Which day's price turns money into shares.
    pub price_rule: PriceRule,
    /// The price of one share by that rule, in the offer's currency: a grant in money is so many whole shares.
    pub reference_price: Entry<SharePrice>,
    /// What a share costs when an option is exercised, in the offer's currency.
    pub strike: Entry<SharePrice>,
    /// What is done with options.
    pub exercise: Exercise,
    /// Months after leaving in which vested options can be exercised; blank is three.
    pub window_months: Entry<Months>,
    /// When it vests.
    pub vesting: Vesting,
    /// The day the grant is made; blank is the day from which vesting is counted. What vests before it vests on it or
    /// after it, as `catch_up` says.
    pub granted: Entry<CivilDate>,
    /// When what would have vested before the grant was made vests.
    pub catch_up: CatchUp,
    /// The day from which vesting is counted; blank is the first day of work. What vested by the first day of work is
    /// the person's already, and not counted.
    pub commencement: Entry<CivilDate>,
    /// The day of the month on which it vests, 1 to 31; blank is that of the commencement. Terms in the Open Cap Format
    /// have their own.
    pub vest_day: Entry<Count>,
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
    /// Exercised as they vest, and held to the end of the time counted or to the exit.
    Hold,
    /// Exercised as they vest, and sold as soon as the gain is long-term and, of incentive options, the sale qualifies; on
    /// the last day where that comes first, and on the exit of a private company.
    HoldYear,
    /// Exercised at the grant, before they vest.
    Early,
}

/// When what would have vested before the grant was made vests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CatchUp {
    /// On the day of the grant.
    #[default]
    OnGrantDate,
    /// With the first vest after it.
    WithNextTranche,
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
    /// Months of later vesting that come early, instead of a percent; blank takes the percent.
    pub months_forward: Entry<Months>,
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

impl Grant {
    /// How many whole shares a grant in money is: the claimed sum by the reference price, where the price of today is
    /// known as well.
    pub fn shares_of_money(&self) -> Option<Decimal> {
        let GrantSize::Value { amount } = &self.size else { return None };
        if self.instrument.is_option() || self.share_price.value().is_none() {
            return None;
        }
        Some(amount.value()?.decimal().checked_div(self.reference_price.value()?.decimal())?.floor())
    }

    /// Reports which price is missing to turn money into shares.
    fn check_reference(&self, path: &Path, findings: &mut Findings) {
        let known = (self.reference_price.is_blank(), self.share_price.is_blank());
        match known {
            (true, priced) if !priced || self.price_rule != PriceRule::NotSaid => findings.note(
                &path.join("referencePrice"),
                Problem::new(
                    "grant.noReferencePrice",
                    "Without the price that turns this grant into shares, the claimed sum is counted.",
                    "Ask which price sets the number of shares, and enter it.",
                ),
            ),
            (false, true) => findings.note(
                &path.join("sharePrice"),
                Problem::new(
                    "grant.noPriceToday",
                    "Without the price of today, the claimed sum is counted.",
                    "Enter what one share is worth today.",
                ),
            ),
            _ => {}
        }
    }

    /// Reports what cannot be read or cannot be true in this grant.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let whole =
            if self.label.is_empty() { "this grant".to_owned() } else { format!("the grant “{}”", self.label) };
        match &self.size {
            GrantSize::Value { amount } => {
                amount.check(&path.join("size").join("amount"), &whole, findings);
                if !amount.is_blank() && !self.instrument.is_option() {
                    self.check_reference(path, findings);
                }
            }
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
        self.reference_price.check(&path.join("referencePrice"), &whole, findings);
        self.strike.check(&path.join("strike"), &whole, findings);
        self.vest_day.check(&path.join("vestDay"), &whole, findings);
        if self.vest_day.value().is_some_and(|day| !(1..=31).contains(&day.get())) {
            findings.error(
                &path.join("vestDay"),
                Problem::new("grant.vestDay", "A day of the month is 1 to 31.", "Write 15 for the fifteenth."),
                whole.clone(),
            );
        }
        self.window_months.check(&path.join("windowMonths"), &whole, findings);
        self.granted.check(&path.join("granted"), &whole, findings);
        self.commencement.check(&path.join("commencement"), &whole, findings);
        let early = path.join("acceleration");
        self.acceleration.percent.check(&early.join("percent"), &whole, findings);
        self.acceleration.months_forward.check(&early.join("monthsForward"), &whole, findings);
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
