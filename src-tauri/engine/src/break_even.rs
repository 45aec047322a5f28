//! Cloud against a machine: what the same work has cost by the end of each month in the cloud, on a machine that is
//! bought, on one that is rented, and shared between the two; when a machine has paid for itself; and what decides it.
//!
//! In each future use and the cloud's price differ from plan by the month, as they do for a budget, and the machine is as
//! fast as the prediction's range allows.

use crate::comparison::Band;
use crate::compute::PricedWork;
use crate::routing::shares::Sharing;
use crate::settings::{self, Settings};
use counterweight_domain::local_plan::RoutingRule;
use counterweight_domain::{Case, Currency, Findings, Path, Problem};
use counterweight_inference::breakeven::levers::LeverKind;
use counterweight_inference::breakeven::{BreakEvenUse, Case as Plan, Shares, Way, WayShares, break_even_use};
use counterweight_inference::catalogue;
use counterweight_inference::ownership::{self, Owned};
use counterweight_inference::workload::Work;
use counterweight_inference::workload::classes::MOST_TOKENS_PER_DAY;
use futures::{sample, scatter};
use parts::lever_figures;
use rental::rental;
use rust_decimal::Decimal;
use serde::Serialize;
use ts_rs::TS;

mod futures;
mod machine;
mod parts;
mod rental;

pub(crate) use machine::cannot_run;
pub use machine::caution;
use machine::{beyond_the_day, machine_figures, priced};

/// Four routes for the same work.
#[derive(Debug, Clone, PartialEq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RouteFigures {
    /// Everything in the cloud at list price; none when the model has no price.
    pub cloud: Option<Route>,
    /// All that it can do on a machine that is bought, the rest in the cloud; none when the machine or model is
    /// unknown or does not fit.
    pub buy: Option<Route>,
    /// Everything on rented cards; none when no card of the rental list runs the model.
    pub rent: Option<Route>,
    /// The given share on the machine, the rest in the cloud.
    pub hybrid: Option<Route>,
    /// The machine at this work; none when machine or model is unknown.
    pub machine: Option<MachineFigures>,
    /// What is rented, in words with price, day and source.
    pub rental: String,
    /// What decides between the cloud and the hybrid, the largest effect first.
    pub levers: Vec<LeverFigures>,
    /// How much has to be done for the machine to cost no more than the cloud over its life.
    pub use_needed: Option<BreakEvenUse>,
    /// Tokens a day at the start, over all days.
    pub tokens_per_day: f64,
}

/// What one route costs.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// Spent up to the end of each month, from month 0, in the futures.
    pub spent: Vec<Band>,
    /// Spent over all months at planned use.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub total: Decimal,
    /// What the total is made of; the amounts sum to it.
    pub parts: Vec<RoutePart>,
    /// What the machine could be sold for at the end; zero without one.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub resale: Decimal,
    /// The first month in which this route has cost no more than the cloud: tenth, fiftieth and ninetieth
    /// percentile over all futures; an entry is none where that many futures never get there.
    pub pays_back: [Option<u32>; 3],
    /// The share of futures that have paid back by the end of each month, from month 0; empty for the cloud.
    pub paid_back_by: Vec<f64>,
    /// The share of futures in which it never does.
    pub never: f64,
    /// The share of the work that is done on the machine, 0 to 1, at planned use over all months.
    pub on_machine: f64,
}

/// A part of what a route costs.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoutePart {
    /// What it is.
    pub label: String,
    /// How it was worked out.
    pub how: String,
    /// The amount.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub amount: Decimal,
}

/// A machine at this work.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MachineFigures {
    /// The machine.
    pub name: String,
    /// The model with its quantisation.
    pub model: String,
    /// Whether the model fits in memory at the workload's context.
    pub fits: bool,
    /// Memory needed, GiB.
    pub needed_gib: f64,
    /// Memory usable, GiB.
    pub usable_gib: f64,
    /// Tokens a second written, tenth, fiftieth and ninetieth percentile of what such machines do.
    pub decode: [f64; 3],
    /// Tokens a second read; none when there is nothing to read.
    pub prefill: Option<[f64; 3]>,
    /// Seconds for one call.
    pub seconds_per_call: [f64; 3],
    /// Hours of a working day that the local share of the work would take, at the median speed.
    pub hours_needed: f64,
    /// Hours of a working day in which it may work.
    pub hours_given: f64,
    /// Watts at the wall under load; none when unknown.
    pub watts: Option<f64>,
    /// Price of the machine, in the case's currency; none when unknown.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub price: Option<Decimal>,
    /// Day and source of that price.
    pub price_source: String,
    /// Electricity in a month at planned use, in the case's currency; none when its watts are unknown.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub electricity_per_month: Option<Decimal>,
    /// Whether the owner's own runs stand behind the speed.
    pub calibrated: bool,
    /// What to know about these figures.
    pub remarks: Vec<String>,
}

/// A figure that decides, moved alone.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LeverFigures {
    /// Which figure.
    pub lever: LeverKind,
    /// Its name for people.
    pub label: String,
    /// The low end, as a factor on the plan.
    pub low: f64,
    /// The high end, as a factor on the plan.
    pub high: f64,
    /// What the hybrid saves against the cloud over the months at the low end, the machine sold at the end.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub at_low: Decimal,
    /// The same at the high end.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub at_high: Decimal,
    /// The distance between the two.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub swing: Decimal,
    /// Where the range comes from.
    pub source: String,
}

/// Puts the tariff of the chosen place into a workload whose owner says no price of electricity.
pub(crate) fn tariff(case: &Case, settings: &Settings, work: &mut Work, findings: &mut Findings) {
    let local = &case.workload.local;
    if local.place.is_empty() || !local.electricity.is_blank() {
        return;
    }
    let path = Path::root().join("workload").join("local").join("place");
    let Some(tariff) = catalogue::tariff(&local.place) else {
        findings.warn(
            &path,
            Problem::new(
                "tariff.unknown",
                format!("No electricity tariff called “{}” is known, so the usual price counts.", local.place),
                "Pick a place from the list, or enter a price per kWh.",
            ),
        );
        return;
    };
    let Some(currency) = Currency::from_code(&tariff.currency) else { return };
    if let Some(rate) = settings::rate(case, settings, currency, &path, findings)
        && let Some(rate) = rust_decimal::prelude::ToPrimitive::to_f64(&rate)
    {
        work.electricity = tariff.price * rate;
    }
}

/// The four routes over `months`, each month's calls going where `rules` send them. `dollar` is one US dollar in the case's
/// currency, and `priced` the work at its list price by month; none when the model has no price. What is unknown is left
/// out, with a finding.
pub(crate) fn routes(
    (work, rules): (&Work, &[RoutingRule]),
    dollar: f64,
    priced_work: Option<&PricedWork>,
    months: u32,
    settings: &Settings,
    findings: &mut Findings,
) -> RouteFigures {
    let per_call = priced_work.map(|priced| priced.per_call.as_slice());
    let tokens_per_day = work.tokens_per_month() * 12.0 / 365.25;
    if too_much(work, findings) {
        return RouteFigures::default();
    }
    let owned = match Owned::of(work) {
        Ok(owned) => Some(owned),
        Err(problem) => {
            cannot_run(&problem, work, findings);
            None
        }
    };
    let price = priced(work, owned.is_some(), dollar, findings);
    let index = priced_work.map_or(&[][..], |priced| &priced.index);
    let sharing = Sharing { work, rules, index, months };
    let setup = work.setup_on(&work.machine).ok();
    let shares = WayShares {
        cloud: sharing.in_cloud(),
        buy: setup.as_ref().map_or_else(Vec::new, |setup| sharing.all_on_machine(setup)),
        hybrid: setup.as_ref().map_or_else(Vec::new, |setup| sharing.on_machine(setup)),
    };
    waiting(&shares, owned.is_some(), findings);
    let asked = (sharing.for_a_machine(), shares.of(Way::Hybrid, 1).local);
    let mut machine = owned.as_ref().map(|owned| machine_figures(work, owned, asked, price.as_ref(), settings));
    if let (Some(machine), Some(setup)) = (&mut machine, &setup) {
        machine.hours_needed = sharing.machine_hours(setup);
        beyond_the_day(machine, &sharing, setup, findings);
    }
    let own = owned.as_ref().zip(price.as_ref()).map(|(owned, price)| owned.bought(work, price.0));
    let rental = rental(&sharing, dollar);
    let plan = Plan {
        calls: priced_work.map_or_else(
            || (1..=months).map(|month| work.calls_per_month * work.grown(month)).collect(),
            |priced| priced.calls.clone(),
        ),
        cloud_per_call: per_call.map_or_else(|| vec![0.0; months as usize], <[f64]>::to_vec),
        shares,
        own,
        rented: rental.as_ref().map(|found| found.rented),
    };
    // Without the cloud's price, the rest that a machine leaves to it has none either.
    let ways: &[Way] = if per_call.is_some() { &[Way::Cloud, Way::Buy, Way::Rent, Way::Hybrid] } else { &[Way::Rent] };
    let scatter = [owned.as_ref().map(|owned| &owned.call), rental.as_ref().map(|found| &found.owned.call)]
        .map(|call| call.map_or([0.0; 2], |call| scatter([call.seconds.p10, call.seconds.p50, call.seconds.p90])));
    let mut sampled = sample(work, &plan, ways, scatter, settings);
    let mut found = RouteFigures {
        machine,
        rental: rental.as_ref().map_or_else(String::new, |found| found.words.clone()),
        tokens_per_day,
        ..RouteFigures::default()
    };
    for (way, cells) in ways.iter().zip(&mut sampled) {
        let route = cells.route(*way, &plan, months, per_call.is_some(), settings.currency);
        match way {
            Way::Cloud => found.cloud = route,
            Way::Buy => found.buy = route,
            Way::Rent => found.rent = route,
            Way::Hybrid => found.hybrid = route,
        }
    }
    if let (Some(own), Some(first)) = (plan.own, per_call.and_then(<[f64]>::first)) {
        #[allow(clippy::cast_precision_loss, reason = "a call is far below 2^53 tokens")]
        let tokens = (work.input_tokens + work.output_tokens) as f64;
        found.use_needed = Some(break_even_use(&own, *first, tokens));
        found.levers = lever_figures(&plan, settings.currency);
    }
    found
}

/// Whether there is more to do than anybody does, which is taken for a mistake.
fn too_much(work: &Work, findings: &mut Findings) -> bool {
    let a_day = work.tokens_per_month() / work.days_per_month.max(1e-9);
    let too_much = a_day.is_nan() || a_day > MOST_TOKENS_PER_DAY;
    if too_much {
        findings.error(
            &Path::root().join("workload").join("tasksPerDay"),
            Problem::new(
                "work.tooMany",
                format!(
                    "This is {a_day:.1e} tokens a day. More than {MOST_TOKENS_PER_DAY:.0e} is taken for a mistake."
                ),
                "Check tasks, calls and tokens of a call.",
            ),
            "cloud, machine and rented cost",
        );
    }
    too_much
}

/// Says how much of the work no way takes.
fn waiting(shares: &WayShares, machine: bool, findings: &mut Findings) {
    let waits = |months: &[Shares]| months.iter().map(|to| 1.0 - to.local - to.cloud).fold(0.0, f64::max);
    let (without, with) = (waits(&shares.cloud), if machine { waits(&shares.hybrid) } else { 0.0 });
    if without.max(with) > 0.005 {
        let with = if machine { format!(", and {:.0} % with the machine", with * 100.0) } else { String::new() };
        findings.note(
            &Path::root().join("workload").join("local").join("rules"),
            Problem::new(
                "work.waits",
                format!(
                    "Your rules keep work from the cloud, so up to {:.0} % of it waits without a machine{with}. Nothing is paid for work that waits, so the ways do not do the same work.",
                    without * 100.0
                ),
                "Let this work leave for the cloud, or give it a machine that can hold and do it.",
            ),
        );
    }
}

/// What a plan says of keeping a machine where it says nothing, for the hints of the fields.
pub fn keeping() -> &'static ownership::KeepingSilences {
    ownership::silences()
}

#[cfg(test)]
mod tests;
