//! Cloud against a machine: what the same work has cost by the end of each month in the cloud, on a machine that is
//! bought, on one that is rented, and shared between the two; when a machine has paid for itself; and what decides it.
//!
//! In each future use and the cloud's price differ from plan by the month, as they do for a budget, and the machine is as
//! fast as the prediction's range allows.

use crate::comparison::{Band, band};
use crate::compute::PricedWork;
use crate::compute_plan::amount;
use crate::routing::shares::Sharing;
use crate::settings::{self, Settings};
use crate::simulation;
use crate::simulation::model::{ComputeModel, OfferModel};
use counterweight_domain::local_plan::RoutingRule;
use counterweight_domain::{Case, Currency, Findings, Offer, Path, Problem};
use counterweight_inference::breakeven::levers::{self, LeverKind};
use counterweight_inference::breakeven::machine::rented;
use counterweight_inference::breakeven::{
    self, BreakEvenUse, Case as Plan, Own, Paybacks, Purchase, Rented, Shares, Speed, Way, WayShares, break_even_use,
    curve,
};
use counterweight_inference::catalogue;
use counterweight_inference::desk::price_of;
use counterweight_inference::machine::{Machine, MachineKind};
use counterweight_inference::ownership::{self, Owned};
use counterweight_inference::problem::PredictionProblem;
use counterweight_inference::setup::Setup;
use counterweight_inference::speed::Caution;
use counterweight_inference::workload::Work;
use counterweight_inference::workload::classes::MOST_TOKENS_PER_DAY;
use counterweight_inference::workload::lognormal::normal_quantile;
use rust_decimal::Decimal;
use serde::Serialize;
use ts_rs::TS;

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
    let machine = owned.as_ref().map(|owned| machine_figures(work, owned, asked, price.as_ref(), settings));
    let own = owned.as_ref().zip(price.as_ref()).map(|(owned, price)| owned.bought(work, price.0));
    let rental = rental(work, dollar);
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

/// Says why the machine cannot do the work, at the field that could change it.
pub(crate) fn cannot_run(problem: &PredictionProblem, work: &Work, findings: &mut Findings) {
    let workload = Path::root().join("workload");
    let local = workload.join("local");
    let own = work.own.as_ref().is_some_and(|own| own.key == work.machine);
    let (path, id, fix) = match problem {
        PredictionProblem::UnknownModel { .. } => (local.join("model"), "model.unknown", "Pick a model from the list."),
        PredictionProblem::UnknownQuant { .. } => (local.join("quant"), "quant.unknown", "Pick one from the list."),
        PredictionProblem::ContextTooLong { .. } => (
            workload.join("inputTokens"),
            "context.tooLong",
            "Send fewer tokens in a call, or pick another open model.",
        ),
        PredictionProblem::UnknownBandwidth { .. } if own => {
            (local.join("own").join("bandwidth"), "machine.noBandwidth", "Enter the bandwidth of its memory.")
        }
        PredictionProblem::UnknownCompute { .. } if own => {
            (local.join("own").join("compute"), "machine.noCompute", "Enter its 16-bit compute.")
        }
        PredictionProblem::UnknownPower { .. } if own => {
            (local.join("own").join("watts"), "machine.noWatts", "Enter its watts under load.")
        }
        _ => (local.join("machine"), "machine.cannotRun", "Pick another machine or a smaller model."),
    };
    findings.error(
        &path,
        Problem::new(id, problem.to_string(), fix),
        "the machine of your own: buying it and the hybrid",
    );
}

/// What the machine costs in the case's currency, with the day and source of that price.
fn priced(work: &Work, runs: bool, dollar: f64, findings: &mut Findings) -> Option<(f64, String)> {
    let path = Path::root().join("workload").join("local").join("price");
    let none = |findings: &mut Findings, id, message: &str| {
        findings.error(&path, Problem::new(id, message, "Enter what it costs."), "buying the machine and the hybrid");
    };
    if let Some(price) = work.machine_price {
        if price > 0.0 {
            return Some((price, "entered by you".to_owned()));
        }
        none(
            findings,
            "machine.priceZero",
            "A price of zero is taken for unknown: a machine you have already costs what it would sell for.",
        );
        return None;
    }
    let dated = work.machine_facts(&work.machine).ok().and_then(|machine| price_of(machine, cards_of(work, machine)));
    if dated.is_none() && runs {
        none(findings, "machine.noPrice", "No price is known for this machine.");
    }
    dated.map(|(usd, as_of, source)| (usd * dollar, format!("{source}, {as_of}")))
}

/// Cards of the plan; a whole machine is one.
fn cards_of(work: &Work, machine: &Machine) -> u32 {
    if machine.kind == MachineKind::Gpu { work.running.cards } else { 1 }
}

/// `wanted` is the share of the calls that a machine could be given, and `given` what routing gives it.
fn machine_figures(
    work: &Work,
    owned: &Owned,
    (wanted, given): (f64, f64),
    price: Option<&(f64, String)>,
    settings: &Settings,
) -> MachineFigures {
    let call = &owned.call;
    let wanted = work.calls_per_month * wanted;
    let served = owned.served(work.calls_per_month * given);
    let mut remarks: Vec<String> = call.cautions.iter().map(|c| caution(*c).to_owned()).collect();
    let hours_needed = wanted * owned.speed(work).seconds() / 3600.0 / work.days_per_month.max(1e-9);
    if let Ok(setup) = work.setup_on(&work.machine) {
        remarks.extend(work.running.remarks(&setup));
    }
    if served < wanted * (1.0 - 1e-9) {
        remarks.push(format!(
            "The machine does {:.0} % of the work that it could be given: the rest would be too long, too slow or wait too long, or is beyond its hours.",
            100.0 * served / wanted
        ));
    }
    let kwh = owned.kwh(served);
    if kwh.is_none() {
        remarks.push("Its watts are unknown, so electricity is left out.".to_owned());
    }
    if kwh.is_some() && call.power.is_some_and(|power| power.idle_w.is_none()) {
        remarks.push(
            "Its watts at idle are unknown, so only what it draws at work is counted: electricity is more than shown."
                .to_owned(),
        );
    }
    MachineFigures {
        name: work.machine_facts(&work.machine).map_or_else(
            |_| work.machine.clone(),
            |machine| match cards_of(work, machine) {
                1 => machine.name.clone(),
                cards => format!("{cards} × {}", machine.name),
            },
        ),
        model: format!(
            "{} {}",
            catalogue::model(&work.local_model).map_or(work.local_model.as_str(), |m| m.name.as_str()),
            work.quant
        ),
        fits: call.fit.fits,
        needed_gib: call.fit.needed_gib,
        usable_gib: call.fit.usable_gib,
        decode: [call.decode.p10, call.decode.p50, call.decode.p90],
        prefill: call.prefill.map(|p| [p.p10, p.p50, p.p90]),
        seconds_per_call: [call.seconds.p10, call.seconds.p50, call.seconds.p90],
        hours_needed,
        hours_given: work.hours_per_day,
        watts: call.power.map(|p| p.decode_w),
        price: price.map(|p| amount(p.0, settings.currency)),
        price_source: price.map_or_else(|| "no price is known".to_owned(), |p| p.1.clone()),
        electricity_per_month: kwh.map(|kwh| amount(kwh * work.electricity, settings.currency)),
        calibrated: work.calibration.as_ref().is_some_and(|(machine, _)| *machine == work.machine),
        remarks,
    }
}

/// What a caution means for a reader.
pub fn caution(caution: Caution) -> &'static str {
    match caution {
        Caution::FamilyMissesWidely => "Predictions for this family of cards have missed by 40 % and more.",
        Caution::FamilyUnmeasured => "No published run of this family stands behind the speed.",
        Caution::SmallModel => "Very small models are bound by overhead, so the speed is less certain.",
        Caution::LatentAttention => "This model's attention is faster or slower by engine than predicted.",
        Caution::DriverDecides => "On this chip the driver decides: it may read at less than half of the speed shown.",
        Caution::TensorSplit => "Several cards that share every layer were measured on few machines.",
    }
}

/// Rented cards at the work.
struct Rental {
    rented: Rented,
    owned: Owned,
    words: String,
}

/// The rental that does the planned work of the first month for the least. It is paid for all hours in which work comes
/// in, as calls come through the day, and for further ones when these do not do.
fn rental(work: &Work, dollar: f64) -> Option<Rental> {
    let monthly = |rented: &Rented| {
        (work.calls_per_month * rented.speed.seconds() / 3600.0).max(rented.least_hours) * rented.per_hour
    };
    let mut best: Option<(f64, Rental)> = None;
    for row in catalogue::rentals().iter().filter(|row| row.kind == "on-demand" && row.usd_per_gpu_hour > 0.0) {
        for cards in [1u32, 2, 4, 8] {
            let Ok(setup) = work.setup_on(&row.machine) else { break };
            // What the person set on the own computer says nothing of a rented one.
            let setup = Setup { power_limit_w: None, offload: None, ..setup.on(cards, work.running.split) };
            let Ok(owned) = Owned::running(&setup, work) else { continue };
            let hours = work.hours_per_day * work.days_per_month;
            let rented = Rented { least_hours: hours, ..rented(row, cards, owned.speed(work), dollar) };
            let cost = monthly(&rented);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                let count = if cards == 1 { String::new() } else { format!("{cards} × ") };
                let words = format!(
                    "{count}{} at {} for ${:.2} an hour each ({}, {}), paid for {hours:.0} hours a month, as calls come through the day",
                    row.gpu, row.provider, row.usd_per_gpu_hour, row.as_of, row.source
                );
                best = Some((cost, Rental { rented, owned, words }));
            }
            break;
        }
    }
    best.map(|(_, rental)| rental)
}

/// Spread of the logarithm of a call's seconds below and above the middle.
fn scatter([p10, p50, p90]: [f64; 3]) -> [f64; 2] {
    let z = normal_quantile(0.9);
    let spread = |ratio: f64| if ratio.is_finite() && ratio > 1.0 { libm::log(ratio) / z } else { 0.0 };
    [spread(p50 / p10), spread(p90 / p50)]
}

/// One route in all futures.
#[derive(Default)]
struct Cells {
    /// Spent up to the end of each month, from month 0, by path.
    spent: Vec<Vec<f64>>,
    /// The month in which it has cost no more than the cloud.
    pays_back: Vec<Option<f64>>,
}

/// A step of the golden ratio spreads the machines of the futures evenly over their range.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

fn sample(work: &Work, plan: &Plan, ways: &[Way], scatter: [[f64; 2]; 2], settings: &Settings) -> Vec<Cells> {
    let months = plan.calls.len();
    let paths = settings.paths as usize;
    let mut cells: Vec<Cells> = ways
        .iter()
        .map(|way| Cells {
            spent: if curve(plan, *way).is_some() { vec![vec![0.0; paths]; months + 1] } else { Vec::new() },
            pays_back: Vec::with_capacity(paths),
        })
        .collect();
    #[allow(clippy::cast_possible_truncation, reason = "at most 120 months")]
    let longer = Settings { stay_months: months as u32, ..settings.clone() };
    let mut future = plan.clone();
    let mut tokens = OfferModel::new(&Offer::default(), &longer);
    tokens.compute = Some(ComputeModel {
        budget: None,
        calls: plan.calls.clone(),
        per_call: plan.cloud_per_call.clone(),
        index: Vec::new(),
        elasticity: work.elasticity(),
        scenario: work.scenario,
        spread: work.spread,
        personal_share: work.personal_share,
        would_buy: work.would_buy,
        option_value: work.option_value,
        machine: None,
        weights: Vec::new(),
    });
    let elasticity = work.elasticity();
    simulation::token_futures(&longer, &tokens, |path, draws| {
        for month in 1..=u32::try_from(months).unwrap_or(0) {
            let (place, price) = (month as usize - 1, draws.price(month));
            let moved = if elasticity != 0.0 && price > 0.0 { libm::pow(price, -elasticity) } else { 1.0 };
            future.calls[place] = plan.calls[place] * draws.used(month) * moved;
            future.cloud_per_call[place] = plan.cloud_per_call[place] * price;
        }
        #[allow(clippy::cast_precision_loss, reason = "paths and seeds are small; a rounded seed is a seed")]
        let place = ((path as f64 + 0.5 + settings.seed as f64 % 1e6) * GOLDEN).fract().clamp(1e-9, 1.0 - 1e-9);
        let z = normal_quantile(place);
        let slower = |spread: [f64; 2]| libm::exp(z * if z < 0.0 { spread[0] } else { spread[1] });
        future.own = plan.own.map(|own| Own { speed: scaled(own.speed, slower(scatter[0])), ..own });
        future.rented = plan.rented.map(|rent| Rented { speed: scaled(rent.speed, slower(scatter[1])), ..rent });
        let mut cloud: Vec<f64> = Vec::new();
        for (way, cells) in ways.iter().zip(&mut cells) {
            let Some(spent) = curve(&future, *way) else { continue };
            for (row, sum) in cells.spent.iter_mut().zip(&spent) {
                row[path] = *sum;
            }
            if *way == Way::Cloud {
                cloud = spent;
            } else if !cloud.is_empty() {
                cells.pays_back.push(breakeven::payback(&cloud, &spent));
            }
        }
    });
    cells
}

fn scaled(speed: Speed, slower: f64) -> Speed {
    Speed { prefill_seconds: speed.prefill_seconds * slower, decode_seconds: speed.decode_seconds * slower, ..speed }
}

impl Cells {
    fn route(&mut self, way: Way, plan: &Plan, months: u32, weighed: bool, currency: Currency) -> Option<Route> {
        let planned = curve(plan, way)?;
        let paybacks = if weighed { Paybacks::of(&self.pays_back, months) } else { None };
        let (parts, on_machine) = parts(way, plan, currency);
        let resale = match (way, plan.own) {
            (Way::Buy | Way::Hybrid, Some(own)) => own.resale(months),
            _ => 0.0,
        };
        Some(Route {
            spent: self.spent.iter_mut().map(|values| band(values, currency)).collect(),
            total: amount(planned.last().copied().unwrap_or(0.0), currency),
            parts,
            resale: amount(resale, currency),
            pays_back: paybacks.as_ref().map_or([None; 3], |found| found.by),
            never: paybacks.as_ref().map_or(0.0, |found| found.never),
            paid_back_by: paybacks.map_or_else(Vec::new, |found| found.by_month),
            on_machine,
        })
    }
}

/// What a route costs at planned use, part by part, and the share of the work that is done on a machine.
fn parts(way: Way, plan: &Plan, currency: Currency) -> (Vec<RoutePart>, f64) {
    let part = |label: &str, figure: f64, how: String| RoutePart {
        label: label.to_owned(),
        how,
        amount: amount(figure, currency),
    };
    let calls: f64 = plan.calls.iter().sum();
    let months = plan.calls.len();
    let all = |cost: &dyn Fn(f64) -> f64| plan.calls.iter().map(|calls| cost(*calls)).sum::<f64>();
    match (way, plan.own, plan.rented) {
        (Way::Cloud, ..) => {
            let sent = |month: u32, calls: f64| plan.shares.of(way, month).of(calls, 0.0).1;
            let (mut sum, mut count) = (0.0, 0.0);
            for (month, (calls, price)) in (1..).zip(plan.calls.iter().zip(&plan.cloud_per_call)) {
                sum += sent(month, *calls) * price;
                count += sent(month, *calls);
            }
            (vec![part("Tokens in the cloud", sum, format!("{count:.0} calls at list price"))], 0.0)
        }
        (Way::Rent, _, Some(rent)) => {
            let hours = all(&|calls| (calls * rent.speed.seconds() / 3600.0).max(rent.least_hours));
            let how = format!("{hours:.0} hours at {:.2}", rent.per_hour);
            (vec![part("Rented hours", hours * rent.per_hour, how)], 1.0)
        }
        (Way::Buy | Way::Hybrid, Some(own), _) => {
            let parted: Vec<(f64, f64)> = (1..)
                .zip(&plan.calls)
                .map(|(month, calls)| plan.shares.of(way, month).of(*calls, own.capacity()))
                .collect();
            let bare = Own { purchase: Purchase { upkeep_hours: 0.0, failure_per_year: 0.0, ..own.purchase }, ..own };
            let power = parted.iter().map(|(local, _)| bare.running(*local)).sum();
            let bought = &own.purchase;
            #[allow(clippy::cast_precision_loss, reason = "months are few")]
            let count = months as f64;
            let upkeep = count * bought.upkeep_hours * bought.upkeep_hourly;
            let repairs = count / 12.0 * bought.failure_per_year * bought.repair_share * bought.price;
            let cloud: f64 = parted.iter().zip(&plan.cloud_per_call).map(|((_, cloud), price)| cloud * price).sum();
            let life = bought.life_months.max(1);
            #[allow(clippy::cast_possible_truncation, reason = "at most 120 months")]
            let again = (months.saturating_sub(1) as u32) / life;
            let mut found = vec![
                part("Machine", bought.price, "bought at the start".to_owned()),
                part(
                    "Electricity",
                    power,
                    format!(
                        "{:.0} W at work, {:.0} W waiting, {:.3} per kWh",
                        own.electricity.busy_w, own.electricity.idle_w, own.electricity.per_kwh
                    ),
                ),
                part("Upkeep", upkeep, format!("{} hours a month at {:.0}", bought.upkeep_hours, bought.upkeep_hourly)),
                part(
                    "Repairs",
                    repairs,
                    format!(
                        "{:.0} % fail in a year, at {:.0} % of the price",
                        bought.failure_per_year * 100.0,
                        bought.repair_share * 100.0
                    ),
                ),
                part("Cloud for the rest", cloud, "calls that are not its share, or beyond its hours".to_owned()),
            ];
            if again > 0 {
                let cost = f64::from(again) * (bought.price - own.resale(life));
                found.insert(1, part("Bought again", cost, format!("every {life} months, the old one sold")));
            }
            let done: f64 = parted.iter().map(|(local, _)| local).sum();
            (found, if calls > 0.0 { done / calls } else { 0.0 })
        }
        _ => (Vec::new(), 0.0),
    }
}

fn lever_figures(plan: &Plan, currency: Currency) -> Vec<LeverFigures> {
    let ranges = levers::ranges();
    levers::swings(plan, Way::Hybrid, ranges)
        .into_iter()
        .filter_map(|swing| {
            let range = ranges.iter().find(|range| range.lever == swing.lever)?;
            Some(LeverFigures {
                lever: swing.lever,
                label: range.label.clone(),
                low: range.low,
                high: range.high,
                at_low: amount(swing.at_low, currency),
                at_high: amount(swing.at_high, currency),
                swing: amount(swing.swing, currency),
                source: range.source.clone(),
            })
        })
        .collect()
}

/// What a plan says of keeping a machine where it says nothing, for the hints of the fields.
pub fn keeping() -> &'static ownership::KeepingSilences {
    ownership::silences()
}

#[cfg(test)]
mod tests;
