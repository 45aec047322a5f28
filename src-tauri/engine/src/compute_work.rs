//! The work behind a token budget: read and checked, class by class, with what it costs under a subscription plan and
//! whether it runs in the hours of its day at all.

use crate::compute_plan::amount;
use crate::settings::Settings;
use counterweight_domain::{Currency, Findings, Path, Problem, Workload};
use counterweight_inference::plan::{self, DAYS_PER_MONTH, Plan, PlanOverage, under};
use counterweight_inference::price::{Service, UnitPrices};
use counterweight_inference::price_scenario;
use counterweight_inference::workload::Work;
use counterweight_inference::workload::classes::{Profile, WorkClass, profile};
use counterweight_inference::workload::lognormal::Lognormal;
use counterweight_inference::workload::rate_limit::{RateLimits, allowed, fits_the_day};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use ts_rs::TS;

/// Days over which a plan is weighed: whole weeks, about a year.
const PLAN_DAYS: u32 = 364;

/// One class of work in figures, in a month at the start.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClassFigures {
    /// Its name.
    pub label: String,
    /// What it is, class by class, with everything filled in.
    pub class: WorkClass,
    /// Calls in a month.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub calls: Decimal,
    /// Tokens in a month, sent and received.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub tokens: Decimal,
    /// The cheapest way in which it may be served, and so is priced; none without a price.
    pub served: Option<Service>,
    /// Its rates at the mean prompt, US dollars per million tokens; none without a price.
    pub rates: Option<UnitPrices>,
    /// What it costs in a month, in the case's currency; none without a price.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub cost: Option<Decimal>,
}

/// A subscription plan beside paying by the token, in an average month of the first year, in the case's currency.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlanFigures {
    /// Name for people.
    pub label: String,
    /// Whether it sells the models of the provider whose model does the work.
    pub same_provider: bool,
    /// The fee.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub fee: Decimal,
    /// Charged beyond what it includes.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub overage: Decimal,
    /// The same use by the token.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub list_price: Decimal,
    /// Share of the use it does not serve, 0 to 1; at least so much where a window is not known.
    pub not_served: f64,
    /// Whether it is known what each of its windows holds.
    pub windows_known: bool,
    /// Day of the figures.
    pub as_of: String,
    /// Where they were published.
    pub source: String,
    /// What to know before relying on them.
    pub notes: Vec<String>,
}

/// The work of a case, checked. None, with a finding, when it cannot be read; a class that cannot be is left out, with a
/// finding, and when no class is left there is no work.
pub(crate) fn checked(workload: &Workload, dollar: f64, findings: &mut Findings) -> Option<Work> {
    let path = Path::root().join("workload");
    if !workload.profile.is_empty() && profile(&workload.profile).is_none() {
        findings.error(
            &path.join("profile"),
            Problem::new(
                "work.profile",
                format!("There is no profile of work called “{}”.", workload.profile),
                "Choose one from the list.",
            ),
            "everything that follows from your use of tokens",
        );
        return None;
    }
    if !workload.price_scenario.is_empty() && price_scenario::scenario(&workload.price_scenario).is_none() {
        findings.error(
            &path.join("priceScenario"),
            Problem::new(
                "price.scenario",
                format!("There is no path of prices called “{}”.", workload.price_scenario),
                "Choose one from the list.",
            ),
            "the change of prices; list prices are used instead",
        );
    }
    let work = Work::of(workload, dollar)?;
    if work.classes.is_empty() {
        // A case without use or hours is said elsewhere; here only what cannot be is refused.
        let tokens = work.class().tokens_per_day();
        let few = tokens.is_finite() && tokens <= counterweight_inference::workload::classes::MOST_TOKENS_PER_DAY;
        return if few {
            Some(work)
        } else {
            work.class().check(&path, findings);
            None
        };
    }
    let profile = Profile {
        key: String::new(),
        label: String::new(),
        as_of: String::new(),
        source: String::new(),
        classes: work.classes.clone(),
    };
    let kept = profile.checked(&path, findings).classes;
    if kept.is_empty() {
        return None;
    }
    Some(if kept.len() == work.classes.len() { work } else { work.of_classes(kept) })
}

/// Each class in figures. `call` says how a call of a class is served and what it costs in the case's currency.
pub(crate) fn classes(
    work: &Work,
    call: impl Fn(&WorkClass) -> Option<(Service, f64, UnitPrices)>,
    currency: Currency,
) -> Vec<ClassFigures> {
    let whole = |figure: f64| Decimal::try_from(figure).unwrap_or_default().round_dp(0);
    work.profile()
        .into_iter()
        .map(|class| {
            let calls = class.calls_in_month(1, 1.0);
            ClassFigures {
                label: class.label.clone(),
                calls: whole(calls),
                tokens: whole(class.tokens_per_day() * class.days_per_month),
                served: call(&class).map(|(service, ..)| service),
                rates: call(&class).map(|(_, _, rates)| rates),
                cost: call(&class).map(|(_, each, _)| amount(calls * each, currency)),
                class,
            }
        })
        .collect()
}

/// The use of each of a year's days at list price, US dollars: active days spread evenly over the weeks, and days of
/// every size among them in a fixed order.
fn days(work: &Work, dollars: &dyn Fn(&WorkClass) -> f64) -> Vec<f64> {
    let mut days = vec![0.0; PLAN_DAYS as usize];
    for class in work.profile() {
        let active =
            (class.days_per_month / DAYS_PER_MONTH * f64::from(PLAN_DAYS)).round().clamp(0.0, f64::from(PLAN_DAYS));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let active = active as u32;
        if active == 0 {
            continue;
        }
        let sizes = Lognormal { mean: class.calls_per_day() * dollars(&class), sigma: class.spread }.days(active);
        // A stride that shares no factor with the number of days visits each once.
        let stride = (active * 5 / 13 + 1..).find(|stride| gcd(*stride, active) == 1).unwrap_or(1);
        let mut next = 0u32;
        for (day, use_of_day) in (0u32..).zip(days.iter_mut()) {
            if (day + 1) * active / PLAN_DAYS > day * active / PLAN_DAYS {
                *use_of_day += sizes[(next % active) as usize];
                next = (next + stride) % active;
            }
        }
    }
    days
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Every plan at this work. `dollars` prices one call of a class in US dollars, and `dollar` is one in the case's currency.
pub(crate) fn plans(
    work: &Work,
    dollars: &dyn Fn(&WorkClass) -> f64,
    dollar: f64,
    workload: &Workload,
    settings: &Settings,
) -> Vec<PlanFigures> {
    let days = days(work, dollars);
    let hours = work.profile().iter().map(|class| class.hours_per_day).fold(0.0, f64::max);
    let provider = work.cloud().map(|cloud| cloud.0);
    let money = |figure: f64| amount(figure * dollar, settings.currency);
    plan::plans()
        .iter()
        .filter_map(|plan| {
            let plan = &with_week(plan, workload);
            let mut unknown = Findings::default();
            let found = under(plan, &days, hours, &Path::root(), &mut unknown)?;
            let windows_known = unknown.as_slice().is_empty();
            let said = unknown.into_vec().into_iter().map(|finding| finding.message);
            let beyond = (plan.overage == PlanOverage::Stops && found.not_served > 0.0)
                .then(|| format!("{:.0} % of the use waits for the next window.", 100.0 * found.not_served));
            Some(PlanFigures {
                label: plan.label.clone(),
                same_provider: provider == Some(plan.provider.as_str()),
                fee: money(found.fee),
                overage: money(found.overage),
                list_price: money(found.list_price),
                not_served: found.not_served,
                windows_known,
                as_of: plan.as_of.clone(),
                source: plan.source.clone(),
                notes: beyond.into_iter().chain(said).chain(plan.notes.iter().cloned()).collect(),
            })
        })
        .collect()
}

/// Whether the person's plan is this one.
fn is_of(workload: &Workload, plan: &Plan) -> bool {
    let said = workload.plan.trim();
    !said.is_empty() && (said.eq_ignore_ascii_case(&plan.key) || said.eq_ignore_ascii_case(&plan.label))
}

/// A plan with what its owner says a full week is worth.
fn with_week(plan: &Plan, workload: &Workload) -> Plan {
    let mut plan = plan.clone();
    let said = workload.plan_week.value().and_then(|worth| worth.decimal().to_f64()).filter(|worth| *worth > 0.0);
    if let Some(worth) = said.filter(|_| is_of(workload, &plan)) {
        for week in plan.windows.iter_mut().filter(|window| window.hours >= 168.0) {
            (week.worth_usd, week.as_of) = (Some(worth), None);
        }
        plan.notes.insert(0, format!("A full week is worth ${worth:.0} at list price, as you say."));
    }
    plan
}

/// Says where the week that the person entered is of no plan, or of one that has none.
pub(crate) fn plan_week(workload: &Workload, findings: &mut Findings) {
    if workload.plan_week.is_blank() && workload.plan.trim().is_empty() {
        return;
    }
    let path = Path::root().join("workload");
    let week = |plan: &&Plan| plan.windows.iter().any(|window| window.hours >= 168.0);
    let names: Vec<&str> = plan::plans().iter().filter(week).map(|plan| plan.label.as_str()).collect();
    let found = plan::plans().iter().find(|plan| is_of(workload, plan));
    if found.filter(week).is_none() {
        findings.warn(
            &path.join("plan"),
            Problem::new(
                "plan.noWeek",
                format!(
                    "“{}” is no plan with a weekly window, so what a week is worth is not used.",
                    workload.plan.trim()
                ),
                format!("Choose one of these: {}.", names.join(", ")),
            ),
        );
    }
    if workload.plan_week.value().is_some_and(|worth| worth.decimal().is_zero()) {
        findings.warn(
            &path.join("planWeek"),
            Problem::new(
                "plan.zeroWeek",
                "A week worth nothing is taken for unknown; what was published is used.",
                "Enter what a full week is worth at list price, or leave it blank.",
            ),
        );
    }
}

/// Says which calls are longer than the `window` tokens that the cloud model can hold.
pub(crate) fn window(workload: &Workload, work: &Work, window: u64, findings: &mut Findings) {
    let path = Path::root().join("workload");
    for (place, class) in work.profile().into_iter().enumerate() {
        let longest = class.prompts.iter().filter(|size| size.share > 0.0).map(|size| size.tokens).max();
        let tokens = longest.unwrap_or(0).saturating_add(class.output_tokens);
        if tokens <= window {
            continue;
        }
        let field = if work.classes.is_empty() {
            path.join("inputTokens")
        } else {
            path.join("classes").join(place).join("promptTokens")
        };
        findings.warn(
            &field,
            Problem::new(
                "price.window",
                format!(
                    "A call of {tokens} tokens is more than the {window} that {} can hold; its cost is counted as if it fitted.",
                    workload.cloud_model
                ),
                "Send fewer tokens in a call, or pick a model that holds more.",
            ),
        );
    }
}

/// Says where the work cannot run at the account's limits or in the hours of its day.
///
/// `dollars` is what a month of the work costs, in US dollars; none without a price.
pub(crate) fn limits(workload: &Workload, work: &Work, dollars: Option<f64>, findings: &mut Findings) {
    let path = Path::root().join("workload");
    let read = |entry: &counterweight_domain::Entry<counterweight_domain::Amount>| {
        entry.value().and_then(|limit| limit.decimal().to_f64())
    };
    let limits = RateLimits {
        requests_per_minute: read(&workload.requests_per_minute),
        input_tokens_per_minute: read(&workload.input_tokens_per_minute),
        output_tokens_per_minute: read(&workload.output_tokens_per_minute),
        dollars_per_month: read(&workload.dollars_per_month),
    };
    let classes = work.profile();
    let profile = Profile {
        key: String::new(),
        label: String::new(),
        as_of: String::new(),
        source: String::new(),
        classes: classes.clone(),
    };
    for (field, limits) in [
        ("requestsPerMinute", RateLimits { requests_per_minute: limits.requests_per_minute, ..RateLimits::default() }),
        (
            "inputTokensPerMinute",
            RateLimits { input_tokens_per_minute: limits.input_tokens_per_minute, ..RateLimits::default() },
        ),
        (
            "outputTokensPerMinute",
            RateLimits { output_tokens_per_minute: limits.output_tokens_per_minute, ..RateLimits::default() },
        ),
        ("dollarsPerMonth", RateLimits { dollars_per_month: limits.dollars_per_month, ..RateLimits::default() }),
    ] {
        allowed(&profile, &limits, dollars, &path.join(field), findings);
    }
    if let Some(seconds) = workload.seconds_per_call.value().and_then(|seconds| seconds.decimal().to_f64()) {
        for (place, class) in classes.iter().enumerate() {
            let path = if work.classes.is_empty() {
                path.join("secondsPerCall")
            } else {
                path.join("classes").join(place).join("hoursPerDay")
            };
            fits_the_day(class, seconds, &path, findings);
        }
    }
}
