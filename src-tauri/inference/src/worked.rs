//! Worked examples of this crate as they stand in data: what is asked, and the figures that answer it.
//!
//! An example names an answer from outside; nothing here knows it. The kinds are those of [`Ask`].

use crate::balance::revocation::Revocation;
use crate::balance::split::{OverageRule, Split};
use crate::balance::{self, Carry, Demand, Leaving, Lots, MonthOutcome, Step, Terms};
use crate::breakeven::published::{ApiPrice, FullCapacity};
use crate::breakeven::{self, Case, Electricity, Own, Purchase, Rented, Speed, Way, WayShares};
use crate::queueing::{self, Server};
use crate::workload::lognormal::Lognormal;
use counterweight_domain::CivilDate;
use serde::Deserialize;

/// A question that this crate answers with figures.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ask {
    /// A figure of each month of a budget.
    BudgetMonths {
        /// Terms of the budget.
        terms: WorkedTerms,
        /// First day.
        start: String,
        /// Work wanted in each month, at list price.
        work: Vec<f64>,
        /// Own use wanted in each month.
        #[serde(default)]
        own: f64,
        /// What the person would buy anyway, a month.
        #[serde(default)]
        would_buy: f64,
        /// First month in which the budget has been taken back.
        ends: Option<u32>,
        /// Which figure: `available`, `granted`, `work`, `perk`, `own`, `expired`, `left`, `unmet`, `out-of-pocket` or
        /// `employer-paid`.
        figure: String,
    },
    /// The parts of a budget over its months: granted, perk, enabler, other own use, breakage, cashed.
    BudgetSplit {
        /// Terms of the budget.
        terms: WorkedTerms,
        /// First day.
        start: String,
        /// Work wanted in each month.
        work: Vec<f64>,
        /// Own use wanted in each month.
        #[serde(default)]
        own: f64,
        /// What the person would buy anyway, a month.
        #[serde(default)]
        would_buy: f64,
    },
    /// What a person gets from a pool in its first month: work served, unmet, taken from the others.
    BudgetPool {
        /// Terms of the whole pool.
        terms: WorkedTerms,
        /// First day.
        start: String,
        /// People who share it.
        people: u32,
        /// Work that the person wants.
        mine: f64,
        /// Work that all the others want.
        others: f64,
    },
    /// The days on which periods begin, as year × 10,000 + month × 100 + day.
    ResetDays {
        /// Day of the month.
        reset_day: u32,
        /// Months of a period.
        #[serde(default = "one")]
        period_months: u32,
        /// Month of the year in which a period of several months begins.
        reset_month: Option<u32>,
        /// First day.
        start: String,
        /// Months.
        months: u32,
    },
    /// The chance in percent that a budget still runs in each of the months asked for.
    BudgetSurvives {
        /// Chance of an end in a month, 0 to 1.
        monthly_hazard: f64,
        /// Months in which it cannot end.
        firm_months: u32,
        /// Months of notice.
        notice_months: u32,
        /// The months.
        months: Vec<u32>,
    },
    /// Months until a machine at full capacity has paid for itself against an API.
    BreakEvenCapacity {
        /// The machine.
        machine: FullCapacity,
        /// The API.
        api: ApiPrice,
        /// Share of the tokens that are sent.
        input_share: f64,
    },
    /// Units after which a fixed price has paid for itself.
    Crossing {
        /// The fixed price.
        fixed: f64,
        /// Cost of a unit with it.
        own_per_unit: f64,
        /// Cost of a unit without it.
        other_per_unit: f64,
    },
    /// Month in which a way of working has cost no more than the cloud; −1 is never within the months.
    Payback {
        /// `buy`, `rent` or `hybrid`.
        way: Way,
        /// Calls a month.
        calls_per_month: f64,
        /// The cloud's price of a call.
        cloud_per_call: f64,
        /// Share of a hybrid's machine, 0 to 1.
        #[serde(default)]
        local_share: f64,
        /// Months of the horizon, which is also the machine's life.
        months: u32,
        /// Price of the machine.
        price: f64,
        /// Seconds of a call on it.
        seconds_per_call: f64,
        /// Watts while it works.
        busy_w: f64,
        /// Watts while it waits.
        idle_w: f64,
        /// Price of a kWh.
        per_kwh: f64,
        /// Hours of a month in which it is on.
        hours_per_month: f64,
        /// Price of a rented hour.
        #[serde(default)]
        rent_per_hour: f64,
    },
    /// Mean wait and 90th percentile in seconds, and the share in percent that goes elsewhere.
    Waiting {
        /// Calls of a day.
        calls_per_day: f64,
        /// Standard deviation of the logarithm of a day's calls.
        #[serde(default)]
        spread: f64,
        /// Hours in which they come in.
        hours_per_day: f64,
        /// Mean seconds of a call.
        service_seconds: f64,
        /// Variance over the square of the mean.
        variation: f64,
        /// Longest wait, seconds; none for ever.
        patience_seconds: Option<f64>,
    },
}

/// Terms of a budget as an example writes them. Money in one currency.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkedTerms {
    grant: f64,
    period_months: Option<u32>,
    reset_day: Option<u32>,
    reset_month: Option<u32>,
    /// `none`, `full` or `capped`.
    rollover: String,
    cap: Option<f64>,
    expiry_months: Option<u32>,
    #[serde(default)]
    growth: f64,
    #[serde(default = "all")]
    personal_cap: f64,
    /// `self`, or the share of the work beyond the budget that the employer approves as a number in text; empty is a hard
    /// stop.
    #[serde(default)]
    overage: String,
    /// `forfeited`, `paid-out`, or months of grace as a number in text.
    #[serde(default)]
    leaving: String,
}

fn all() -> f64 {
    1.0
}

fn one() -> u32 {
    1
}

impl WorkedTerms {
    fn terms(&self) -> Result<Terms, String> {
        let carry = match (self.rollover.as_str(), self.cap) {
            ("none", _) => Carry::Nothing,
            ("full", _) => Carry::Everything,
            ("capped", Some(cap)) => Carry::UpTo(cap),
            (other, _) => return Err(format!("no rollover is called {other}, or its cap is missing")),
        };
        let leaving = match self.leaving.as_str() {
            "" | "forfeited" => Leaving::Forfeited,
            "paid-out" => Leaving::PaidOut,
            months => Leaving::UsableFor(months.parse().map_err(|_| format!("{months} is no way of leaving"))?),
        };
        let overage = match self.overage.as_str() {
            "" => OverageRule::HardStop,
            "self" => OverageRule::SelfPaid,
            share => OverageRule::EmployerPays(share.parse().map_err(|_| format!("{share} is no rule of overage"))?),
        };
        Ok(Terms {
            grant: self.grant,
            period_months: self.period_months,
            reset_day: self.reset_day,
            reset_month: self.reset_month,
            growth: self.growth,
            carry,
            expiry_months: self.expiry_months,
            personal_cap: self.personal_cap,
            overage,
            follows_price: false,
            flat: false,
            leaving,
        })
    }
}

fn day(text: &str) -> Result<CivilDate, String> {
    counterweight_domain::Entry::typed(text).value().copied().ok_or_else(|| format!("{text} is not a date"))
}

/// Months of a budget under these terms.
fn months(
    terms: &Terms,
    start: CivilDate,
    work: &[f64],
    (own, would_buy): (f64, f64),
    ends: Option<u32>,
    visit: impl FnMut(u32, &MonthOutcome),
) -> Result<balance::Final, String> {
    let count = u32::try_from(work.len()).map_err(|_| "too many months".to_owned())?;
    let steps: Vec<Step> = balance::steps(terms, start, count);
    let need = |month: u32| Demand { work: work[month as usize - 1], own, would_buy };
    let (lots, ends) = (&mut Lots::default(), ends.unwrap_or(u32::MAX));
    Ok(balance::run_until(terms, &steps, lots, ends, need, |_| 1.0, visit))
}

impl Ask {
    /// The figures that answer it.
    ///
    /// # Errors
    /// What of the example cannot be read, in words.
    pub fn answer(&self) -> Result<Vec<f64>, String> {
        match self {
            Self::BudgetMonths { terms, start, work, own, would_buy, ends, figure } => {
                let of: fn(&MonthOutcome) -> f64 = match figure.as_str() {
                    "available" => |m| m.available,
                    "granted" => |m| m.granted,
                    "work" => |m| m.work,
                    "perk" => |m| m.perk,
                    "own" => |m| m.own,
                    "expired" => |m| m.expired,
                    "left" => |m| m.left,
                    "unmet" => |m| m.unmet,
                    "out-of-pocket" => |m| m.out_of_pocket,
                    "employer-paid" => |m| m.employer_paid,
                    other => return Err(format!("a month has no figure {other}")),
                };
                let mut found = Vec::new();
                months(&terms.terms()?, day(start)?, work, (*own, *would_buy), *ends, |_, m| found.push(of(m)))?;
                Ok(found)
            }
            Self::BudgetSplit { terms, start, work, own, would_buy } => {
                let mut split = Split::default();
                let last = months(&terms.terms()?, day(start)?, work, (*own, *would_buy), None, |_, m| split.add(m))?;
                split.close(&last);
                Ok(vec![split.granted, split.perk, split.enabler, split.option_use, split.breakage, split.cashed])
            }
            Self::BudgetPool { terms, start, people, mine, others } => {
                let terms = terms.terms()?;
                let steps = balance::steps(&terms, day(start)?, 1);
                let mut found = Vec::new();
                let need = |_| Demand { work: *mine, own: 0.0, would_buy: 0.0 };
                let mut lots = Lots::default();
                balance::pool::run(
                    &terms,
                    *people,
                    &steps,
                    &mut lots,
                    u32::MAX,
                    need,
                    balance::pool::Others { work: |_| *others, own: 0.0 },
                    |_| 1.0,
                    |_, m| {
                        found = vec![m.mine.work, m.mine.unmet, m.from_others];
                    },
                );
                Ok(found)
            }
            Self::ResetDays { reset_day, period_months, reset_month, start, months } => {
                let days = balance::reset_days(
                    &Terms {
                        grant: 1.0,
                        period_months: Some(*period_months),
                        reset_day: Some(*reset_day),
                        reset_month: *reset_month,
                        growth: 0.0,
                        carry: Carry::Nothing,
                        expiry_months: None,
                        personal_cap: 0.0,
                        overage: OverageRule::HardStop,
                        follows_price: false,
                        flat: false,
                        leaving: Leaving::Forfeited,
                    },
                    day(start)?,
                    *months,
                );
                let number =
                    |d: &CivilDate| f64::from(d.year()) * 1e4 + f64::from(d.month()) * 100.0 + f64::from(d.day());
                Ok(days.iter().map(number).collect())
            }
            Self::BudgetSurvives { monthly_hazard, firm_months, notice_months, months } => {
                let term = Revocation {
                    monthly_hazard: *monthly_hazard,
                    firm_months: *firm_months,
                    notice_months: *notice_months,
                };
                Ok(months.iter().map(|month| 100.0 * term.survives(*month)).collect())
            }
            Self::BreakEvenCapacity { machine, api, input_share } => {
                Ok(vec![machine.break_even_months(api, *input_share).ok_or("it never pays back")?])
            }
            Self::Crossing { fixed, own_per_unit, other_per_unit } => {
                Ok(vec![breakeven::crossing(*fixed, *own_per_unit, *other_per_unit).ok_or("it never pays back")?])
            }
            Self::Payback {
                way,
                calls_per_month,
                cloud_per_call,
                local_share,
                months,
                price,
                seconds_per_call,
                busy_w,
                idle_w,
                per_kwh,
                hours_per_month,
                rent_per_hour,
            } => {
                let speed = Speed { prefill_seconds: 0.0, decode_seconds: *seconds_per_call, retry_tax: 0.0 };
                let case = Case {
                    calls: vec![*calls_per_month; *months as usize],
                    cloud_per_call: vec![*cloud_per_call; *months as usize],
                    shares: WayShares::even(*local_share),
                    own: Some(Own {
                        purchase: Purchase {
                            price: *price,
                            life_months: *months,
                            resale_per_year: 0.0,
                            failure_per_year: 0.0,
                            repair_share: 0.0,
                            upkeep_hours: 0.0,
                            upkeep_hourly: 0.0,
                        },
                        electricity: Electricity { idle_w: *idle_w, busy_w: *busy_w, pue: 1.0, per_kwh: *per_kwh },
                        speed,
                        hours_per_month: *hours_per_month,
                        hours_on: *hours_per_month,
                    }),
                    rented: Some(Rented { per_hour: *rent_per_hour, least_hours: 0.0, speed }),
                };
                let missing = "the case has no such machine";
                let (cloud, spent) = (
                    breakeven::curve(&case, Way::Cloud).ok_or(missing)?,
                    breakeven::curve(&case, *way).ok_or(missing)?,
                );
                Ok(vec![breakeven::payback(&cloud, &spent).unwrap_or(-1.0)])
            }
            Self::Waiting { calls_per_day, spread, hours_per_day, service_seconds, variation, patience_seconds } => {
                let server = Server { service_seconds: *service_seconds, variation: *variation };
                let days = Lognormal { mean: *calls_per_day, sigma: *spread };
                let patience = patience_seconds.unwrap_or(f64::INFINITY);
                let found =
                    queueing::waiting(&server, &days, *hours_per_day, patience).ok_or("no such queue can be")?;
                Ok(vec![found.mean_seconds, found.p90_seconds, 100.0 * found.spill])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An example as data, by hand: 100 a month, capped at 30; use 60, 120, 60 leaves 40, 10, 50.
    #[test]
    fn an_example_is_read_and_answered() {
        let text = r#"
            kind = "budget-months"
            terms = { grant = 100, period_months = 1, rollover = "capped", cap = 30 }
            start = "2027-01-15"
            work = [60, 120, 60]
            figure = "left"
        "#;
        let ask: Ask = toml::from_str(text).unwrap();
        assert_eq!(ask.answer(), Ok(vec![40.0, 10.0, 50.0]));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let ask = Ask::BudgetMonths {
            terms: WorkedTerms {
                grant: 1.0,
                period_months: None,
                reset_day: None,
                reset_month: None,
                rollover: "some".into(),
                cap: None,
                expiry_months: None,
                growth: 0.0,
                personal_cap: 1.0,
                overage: String::new(),
                leaving: String::new(),
            },
            start: "2027-01-01".into(),
            work: vec![1.0],
            own: 0.0,
            would_buy: 0.0,
            ends: None,
            figure: "left".into(),
        };
        assert!(ask.answer().unwrap_err().contains("rollover"));
        assert!(Ask::Crossing { fixed: 1.0, own_per_unit: 2.0, other_per_unit: 1.0 }.answer().is_err());
        assert!(toml::from_str::<Ask>("kind = \"no-such-kind\"").is_err());
    }
}
