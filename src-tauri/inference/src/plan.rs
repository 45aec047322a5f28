//! Subscription plans as an alternative to paying by the token: a fee, windows that hold so much, and what happens beyond.

use crate::workload::rate_limit::RateLimits;
use counterweight_domain::{Findings, Path, Problem};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use ts_rs::TS;

/// Hours in a week.
const WEEK: f64 = 168.0;
/// Days in a month, on average.
pub const DAYS_PER_MONTH: f64 = 365.25 / 12.0;

/// What happens beyond a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum PlanOverage {
    /// Work stops until the window is over.
    Stops,
    /// It is charged at list price.
    Metered,
}

/// A window of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Window {
    /// Length, hours; a week is 168.
    pub hours: f64,
    /// What a full window is worth at list price, US dollars; unknown when nobody measured it.
    pub worth_usd: Option<f64>,
    /// Month of the measurement, ISO 8601.
    pub as_of: Option<String>,
}

/// A subscription plan. A missing figure is unknown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Plan {
    /// Short name.
    pub key: String,
    /// Name for people.
    pub label: String,
    /// Whose models it covers.
    pub provider: String,
    /// The fee, US dollars a month.
    pub usd_per_month: Option<f64>,
    /// Use at list price that the fee includes in a month, US dollars, for plans without windows.
    pub included_usd: Option<f64>,
    /// What is included is shared by a team.
    #[serde(default)]
    pub pooled: bool,
    /// Months in which bought credits are good.
    pub credits_valid_months: Option<u32>,
    /// What happens beyond it.
    pub overage: PlanOverage,
    /// Its windows.
    pub windows: Vec<Window>,
    /// Day of the figures, ISO 8601.
    pub as_of: String,
    /// Where they were published.
    pub source: String,
    /// What to know before relying on them.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// An account that pays by the token, and what it is capped at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Account {
    /// Short name.
    pub key: String,
    /// Name for people.
    pub label: String,
    /// US dollars a month at which calls stop.
    pub usd_per_month_cap: f64,
    /// Day of the figure, ISO 8601.
    pub as_of: String,
    /// Where it was published.
    pub source: String,
}

impl Account {
    /// Its cap as limits to check a workload against.
    pub fn limits(&self) -> RateLimits {
        RateLimits { dollars_per_month: Some(self.usd_per_month_cap), ..RateLimits::default() }
    }
}

/// What a workload costs under a plan, in a month.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct UnderPlan {
    /// The fee, US dollars.
    pub fee: f64,
    /// Charged at list price beyond what the plan includes, US dollars.
    pub overage: f64,
    /// Use that the plan served, at list price, US dollars.
    pub served: f64,
    /// Share of the use that it did not serve, 0 to 1.
    pub not_served: f64,
    /// The same use at list price without a plan, US dollars.
    pub list_price: f64,
}

/// A workload under a plan. `days` is the use of each day in a row, at list price in US dollars, a day without use being
/// 0; results are for an average month. `hours_per_day` is how long the work of a day lasts, which decides how many
/// windows of some hours it touches.
///
/// A figure that is unknown is a finding; an unknown window does not bind. None when the fee is unknown, or there is
/// nothing to serve.
#[allow(clippy::cast_precision_loss, reason = "days are few")]
pub fn under(plan: &Plan, days: &[f64], hours_per_day: f64, path: &Path, findings: &mut Findings) -> Option<UnderPlan> {
    let left_out = format!("what {} would cost", plan.label);
    let Some(fee) = plan.usd_per_month.filter(|fee| fee.is_finite() && *fee > 0.0) else {
        let message = format!("The fee of {} is not known.", plan.label);
        findings.error(path, Problem::new("plan.noFee", message, "Enter what it costs a month."), left_out);
        return None;
    };
    if days.is_empty() || days.iter().any(|day| !(day.is_finite() && *day >= 0.0)) {
        let message = "The use of each day is not known, so no plan can be weighed.";
        findings.error(path, Problem::new("plan.noUse", message, "Enter a workload with a price."), left_out);
        return None;
    }
    let known = |window: &Window| window.worth_usd.filter(|worth| worth.is_finite() && *worth > 0.0);
    for window in plan.windows.iter().filter(|window| known(window).is_none()) {
        let message = format!(
            "What a window of {} hours of {} holds is not known; it is taken not to bind.",
            window.hours, plan.label
        );
        findings.warn(
            &path.join("windows").join(window.hours),
            Problem::new("plan.unknownWindow", message, "Enter what a full window is worth to you at list price."),
        );
    }
    // Windows shorter than a day open one after the other while work lasts, and each holds as much.
    let per_day = plan
        .windows
        .iter()
        .filter(|window| window.hours > 0.0 && window.hours < WEEK)
        .filter_map(|window| Some(known(window)? * (hours_per_day / window.hours).ceil().max(1.0)))
        .fold(f64::INFINITY, f64::min);
    let per_week = plan.windows.iter().filter(|w| w.hours >= WEEK).filter_map(known).fold(f64::INFINITY, f64::min);
    let total: f64 = days.iter().sum();
    let months = days.len() as f64 / DAYS_PER_MONTH;
    let mut served = 0.0;
    for week in days.chunks(7) {
        // A week cut short by the end of the days has its share of the cap.
        let mut room = per_week * week.len() as f64 / 7.0;
        for day in week {
            let taken = day.min(per_day).min(room);
            room -= taken;
            served += taken;
        }
    }
    if let Some(included) = plan.included_usd {
        served = served.min(included * months);
    }
    let beyond = total - served;
    let overage = if plan.overage == PlanOverage::Metered { beyond / months } else { 0.0 };
    let not_served = if plan.overage == PlanOverage::Metered || total <= 0.0 { 0.0 } else { beyond / total };
    Some(UnderPlan { fee, overage, served: served / months, not_served, list_price: total / months })
}

/// Use a day at list price, every day, above which a fee is cheaper than paying by the token, US dollars: the fee over
/// 30 days, as the plans' users count it.
pub fn break_even_per_day(plan: &Plan) -> Option<f64> {
    plan.usd_per_month.map(|fee| fee / 30.0)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    plan: Vec<Plan>,
    account: Vec<Account>,
}

fn file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    FILE.get_or_init(|| toml::from_str(include_str!("../data/plans.toml")).expect("the plans are read by a test"))
}

/// The plans on offer.
pub fn plans() -> &'static [Plan] {
    &file().plan
}

/// The plan with this key.
pub fn plan(key: &str) -> Option<&'static Plan> {
    plans().iter().find(|plan| plan.key == key)
}

/// Accounts that pay by the token, with their caps.
pub fn accounts() -> &'static [Account] {
    &file().account
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn weekly(worth: f64, overage: PlanOverage) -> Plan {
        Plan {
            windows: vec![Window { hours: WEEK, worth_usd: Some(worth), as_of: None }],
            overage,
            ..plan("claude-max-5x").unwrap().clone()
        }
    }

    #[test]
    fn plans_are_dated_and_sourced() {
        assert!(plans().len() >= 6 && accounts().len() == 3);
        assert!(plans().iter().all(|plan| crate::wire::is_dated(&plan.as_of) && plan.source.len() > 20));
        assert!(plans().iter().all(|plan| plan.usd_per_month != Some(0.0)));
        assert!(accounts().iter().all(|account| account.usd_per_month_cap > 0.0 && !account.source.is_empty()));
    }

    /// Published: break-even of the $100 and $200 plans at $3.33 and $6.67 a day.
    #[test]
    fn published_break_even_per_day() {
        for (key, dollars) in [("claude-max-5x", 3.33), ("claude-max-20x", 6.67)] {
            assert!((break_even_per_day(plan(key).unwrap()).unwrap() - dollars).abs() < 0.005);
        }
    }

    /// By hand: four weeks of 5 days at $150 and 2 at nothing are $750 a week, of which the plan's week holds $523: 227
    /// of 750 do not fit, 30.27 %. With metered overage those 227 a week are charged: 908 in 28 days, 987.0 a month.
    #[test]
    fn a_full_week_by_hand() {
        let days: Vec<f64> = (0..28).map(|day| if day % 7 < 5 { 150.0 } else { 0.0 }).collect();
        let mut findings = Findings::default();
        let stops = under(plan("claude-max-5x").unwrap(), &days, 8.0, &Path::root(), &mut findings).unwrap();
        assert!((stops.not_served - 227.0 / 750.0).abs() < 1e-12);
        assert_eq!((stops.fee, stops.overage), (100.0, 0.0));
        assert_eq!(findings.as_slice()[0].id, "plan.unknownWindow");
        let metered = weekly(523.0, PlanOverage::Metered);
        let charged = under(&metered, &days, 8.0, &Path::root(), &mut Findings::default()).unwrap();
        assert!((charged.overage - 908.0 / 28.0 * 365.25 / 12.0).abs() < 1e-9);
        assert_eq!(charged.not_served, 0.0);
    }

    /// By hand: windows of 5 hours worth $10 each; 8 hours of work touch two: $20 a day. A day of 50 leaves 30.
    #[test]
    fn short_windows_by_hand() {
        let plan = Plan {
            windows: vec![Window { hours: 5.0, worth_usd: Some(10.0), as_of: None }],
            ..weekly(1.0, PlanOverage::Stops)
        };
        let day = under(&plan, &[50.0], 8.0, &Path::root(), &mut Findings::default()).unwrap();
        assert!((day.not_served - 0.6).abs() < 1e-12);
    }

    /// By hand: Copilot Business includes $19 a month; $38 of use leave $19 metered, $38 in all with the seat.
    #[test]
    fn included_use_by_hand() {
        let days = vec![38.0 / DAYS_PER_MONTH; 28];
        let copilot = plan("copilot-business").unwrap();
        let month = under(copilot, &days, 8.0, &Path::root(), &mut Findings::default()).unwrap();
        assert!((month.overage - 19.0).abs() < 1e-9 && (month.fee + month.overage - 38.0).abs() < 1e-9);
    }

    #[test]
    fn unknown_figures_are_findings() {
        for (plan, days, id) in [
            (plan("codex-credits").unwrap().clone(), vec![1.0], "plan.noFee"),
            (Plan { usd_per_month: Some(0.0), ..plan("claude-pro").unwrap().clone() }, vec![1.0], "plan.noFee"),
            (plan("claude-pro").unwrap().clone(), vec![], "plan.noUse"),
            (plan("claude-pro").unwrap().clone(), vec![f64::NAN], "plan.noUse"),
        ] {
            let mut findings = Findings::default();
            assert_eq!(under(&plan, &days, 8.0, &Path::root(), &mut findings), None);
            assert_eq!(findings.as_slice()[0].id, id);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        /// What is served and what is not make the whole, and a larger window never serves less.
        #[test]
        fn served_and_not_served_make_the_whole(days in prop::collection::vec(0.0..1e4f64, 1..40),
            worth in 0.01..1e4f64, more in 1.0..5.0f64, hours in 0.1..24.0f64) {
            let ask = |worth| under(&weekly(worth, PlanOverage::Stops), &days, hours, &Path::root(), &mut Findings::default()).unwrap();
            let (small, large) = (ask(worth), ask(worth * more));
            prop_assert!((small.served + small.not_served * small.list_price - small.list_price).abs() <= 1e-9 * small.list_price.max(1.0));
            prop_assert!(large.served >= small.served - 1e-9 * small.served);
            prop_assert!((0.0..=1.0 + 1e-12).contains(&small.not_served));
        }
    }
}
