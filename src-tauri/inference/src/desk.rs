//! The machine desk: every machine of the catalogue for one workload, ranked by what a useful token costs on it over its
//! life, with the ones that nothing beats and the ones that were left out, and why.

use crate::catalogue;
use crate::energy;
use crate::machine::{Machine, MachineKind};
use crate::ownership;
use crate::problem::PredictionProblem;
use crate::quant::Quant;
use crate::routing::{Policy, started_in_time};
use crate::setup::Setup;
use crate::throughput::{self, CallEstimate, CallShape};
use crate::workload::Work;
use crate::workload::classes::WorkClass;
use rust_decimal::prelude::ToPrimitive;

pub mod matrix;

/// What the desk is asked. Money is in US dollars.
#[derive(Debug, Clone, PartialEq)]
pub struct DeskRequest {
    /// The work, with the model to run, what keeping a machine takes, the owner's own machine and own runs.
    pub work: Work,
    /// Its calls by class and size of prompt, see [`asked`].
    pub asked: Vec<Asked>,
    /// Quantisations that will do, best first; the first that fits is taken.
    pub quants: Vec<String>,
    /// Calls of a month that a large model would need.
    pub calls_per_month: f64,
    /// Most to spend on the machine; none is no limit.
    pub most_dollars: Option<f64>,
    /// Most watts at the plug; none is no limit.
    pub most_watts: Option<f64>,
    /// Loudest it may be, decibels; none is no limit. No maker's figure is in the catalogue, so it bars nothing and each
    /// machine says that its noise is unknown.
    pub most_decibels: Option<f64>,
    /// Longest a call may take at the median, seconds; none is no limit.
    pub slowest_seconds: Option<f64>,
    /// Most equal cards in one computer: 1, 2, 4 and 8 are tried up to this, fewest first.
    pub most_cards: u32,
}

/// Calls of one class with one size of prompt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// How many of them a machine is asked for in the first month; against the others of a list.
    pub calls: f64,
    /// The tokens of one.
    pub shape: CallShape,
    /// Calls under way at once, at least 1.
    pub at_once: f64,
    /// Longest one may wait before it starts, seconds; none is any time.
    pub patience_seconds: Option<f64>,
}

/// What a machine is asked of these classes, each with its policy: their easy calls, prompt by prompt. Classes that may not
/// run on a machine are left out.
pub fn asked<'a>(classes: impl IntoIterator<Item = (&'a WorkClass, Policy)>) -> Vec<Asked> {
    let mut found = Vec::new();
    for (class, policy) in classes.into_iter().filter(|(_, policy)| policy.local_allowed) {
        let shares: f64 = class.prompts.iter().map(|size| size.share).sum();
        for size in class.prompts.iter().filter(|size| size.share > 0.0) {
            found.push(Asked {
                calls: class.calls_in_month(1, 1.0) * class.easy_share * size.share / shares,
                shape: CallShape::of(&class.call_of(size.tokens)),
                at_once: class.concurrency.max(1.0),
                patience_seconds: policy.patience_seconds,
            });
        }
    }
    // Where nothing is easy, what a machine could do with a call is still of interest.
    if found.iter().all(|one| one.calls <= 0.0) {
        found.iter_mut().for_each(|one| one.calls = 1.0);
    }
    found
}

/// Calls of several sizes on one machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixed {
    /// The call that takes the most of its time.
    pub call: CallEstimate,
    /// Seconds of a call at the median, the mean over those that it can hold.
    pub seconds: f64,
    /// Seconds of the longest of them.
    pub slowest: f64,
    /// Joules of a call, the mean over them; none when its watts are unknown.
    pub joules: Option<f64>,
    /// Tokens of a call, sent and received, the mean over them.
    pub tokens: f64,
    /// Share of the calls that it can hold, 0 to 1.
    pub holds: f64,
    /// Share of those that start in time when so many come in at once, 0 to 1.
    pub in_time: f64,
}

impl Mixed {
    /// The calls on a setup, one after the other.
    ///
    /// # Errors
    /// Why it can hold none of them, or their speed is unknown.
    pub fn on(setup: &Setup, asked: &[Asked]) -> Result<Self, PredictionProblem> {
        let mut found: Option<Self> = None;
        let (mut all, mut held, mut most, mut problem) = (0.0, 0.0, 0.0, None);
        for one in asked {
            all += one.calls;
            let call = match throughput::call(setup, &one.shape) {
                Ok(call) => call,
                Err(refused) => {
                    problem = problem.or(Some(refused));
                    continue;
                }
            };
            held += one.calls;
            let seconds = call.seconds.p50;
            let started = started_in_time(seconds, one.patience_seconds).min(one.at_once) / one.at_once;
            #[allow(clippy::cast_precision_loss, reason = "a call is far below 2^53 tokens")]
            let tokens = one.shape.context_tokens() as f64;
            let joules = call.joules.map(|joules| joules.p50);
            let sum = found.get_or_insert_with(|| Self {
                call: call.clone(),
                seconds: 0.0,
                slowest: 0.0,
                joules: Some(0.0),
                tokens: 0.0,
                holds: 0.0,
                in_time: 0.0,
            });
            sum.seconds += one.calls * seconds;
            sum.slowest = sum.slowest.max(seconds);
            sum.joules = sum.joules.zip(joules).map(|(sum, joules)| sum + one.calls * joules);
            sum.tokens += one.calls * tokens;
            sum.in_time += one.calls * started;
            if one.calls * seconds > most {
                most = one.calls * seconds;
                sum.call = call;
            }
        }
        let unknown = || PredictionProblem::BadFigure {
            what: "The calls of a day".to_owned(),
            rule: "more than none".to_owned(),
        };
        let Some(mut found) = found.filter(|_| held > 0.0) else { return Err(problem.unwrap_or_else(unknown)) };
        found.seconds /= held;
        found.tokens /= held;
        found.in_time /= held;
        found.joules = found.joules.map(|joules| joules / held);
        found.holds = held / all;
        Ok(found)
    }

    /// Electricity of so many of these calls on a machine switched on for `hours_on` hours, kWh: busy at load, the rest
    /// idle. None when the watts under load or at idle are unknown.
    pub fn kwh(&self, calls: f64, hours_on: f64) -> Option<f64> {
        let busy_hours = calls * self.seconds / 3600.0;
        let idle_joules = self.call.power?.idle_w? * (hours_on - busy_hours).max(0.0) * 3600.0;
        Some(energy::kwh(calls * self.joules? + idle_joules))
    }
}

/// What a machine costs over its life, part by part, US dollars. The parts sum to the total.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CostParts {
    /// What it is bought for.
    pub purchase: f64,
    /// What it is sold for at the end.
    pub resale: f64,
    /// Electricity, busy and idle.
    pub electricity: f64,
    /// Expected repairs.
    pub repairs: f64,
    /// Hours of upkeep.
    pub upkeep: f64,
    /// Kilowatt-hours of a month.
    pub kwh_per_month: f64,
    /// Months it is kept.
    pub months: u32,
    /// Tokens of useful calls over those months.
    pub useful_tokens: f64,
}

impl CostParts {
    /// The sum of the parts.
    pub fn total(&self) -> f64 {
        self.purchase - self.resale + self.electricity + self.repairs + self.upkeep
    }
}

/// A machine at the workload.
#[derive(Debug, Clone, PartialEq)]
pub struct DeskRow {
    /// The machine, by key.
    pub machine: String,
    /// Its name.
    pub name: String,
    /// How many.
    pub devices: u32,
    /// The quantisation that was taken.
    pub quant: String,
    /// The call that takes the most of its time: fit, speed ranges, watts.
    pub call: CallEstimate,
    /// All of its calls.
    pub mixed: Mixed,
    /// Price of all of it, with the computer around a card, US dollars; none when no price is known.
    pub price: Option<f64>,
    /// Day, month or year of that price.
    pub price_as_of: Option<String>,
    /// Where the price comes from.
    pub price_source: String,
    /// Share of the calls that it does in its hours, at its median speed.
    pub served: f64,
    /// Hours a working day that the calls take at the median, retries counted.
    pub hours_a_day: f64,
    /// Cost over its life; none when price or watts are unknown.
    pub cost: Option<CostParts>,
    /// The total over the tokens it sent and received for calls that were of use, US dollars per million.
    pub per_million_useful: Option<f64>,
    /// No other machine is as cheap, as fast and as large, and better in one of them.
    pub pareto: bool,
    /// What to know.
    pub remarks: Vec<String>,
}

/// A machine that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The machine, by key.
    pub machine: String,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// The answer of the desk.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Desk {
    /// Machines that run the work, the cheapest useful token first; those without a known cost last.
    pub rows: Vec<DeskRow>,
    /// Machines that were left out.
    pub left_out: Vec<LeftOut>,
}

/// What a machine costs with all around it: the price, its day and where it comes from.
pub fn price_of(machine: &Machine, devices: u32) -> Option<(f64, String, String)> {
    let dated = machine.price()?;
    let each = dated.usd.to_f64().filter(|usd| *usd > 0.0)? * f64::from(devices.max(1));
    let source = dated.source_text().to_owned();
    if !machine.needs_host() {
        return Some((each, dated.as_of.clone(), source));
    }
    let host = catalogue::host();
    let source = format!("{source}; and a computer around it, {} of {}", host.price_source, host.price_as_of);
    Some((each + host.price_usd.to_f64()?, dated.as_of.clone(), source))
}

/// The setups of a machine that are tried, fewest cards first.
fn setups<'a>(
    machine: &'a Machine,
    model: &'a crate::model::Model,
    quants: &[&'a Quant],
    most_cards: u32,
) -> Vec<(&'a Quant, u32, Setup<'a>)> {
    let counts = [1u32, 2, 4, 8]
        .into_iter()
        .filter(|count| *count == 1 || (machine.kind == MachineKind::Gpu && *count <= most_cards));
    counts
        .flat_map(|count| quants.iter().map(move |quant| (*quant, count, Setup::new(machine, model, quant))))
        .collect()
}

/// Every machine for a workload. `Err` says what of the request is unknown.
///
/// # Errors
/// When the model or a quantisation is unknown, or nothing is asked.
pub fn desk(request: &DeskRequest) -> Result<Desk, crate::problem::PredictionProblem> {
    let bad = |what: &str, rule: &str| crate::problem::PredictionProblem::BadFigure {
        what: what.to_owned(),
        rule: rule.to_owned(),
    };
    let work = &request.work;
    let model = catalogue::model(&work.local_model)?;
    let quants: Vec<&Quant> = request.quants.iter().map(|key| catalogue::quant(key)).collect::<Result<_, _>>()?;
    if quants.is_empty() {
        return Err(bad("The list of quantisations", "at least one"));
    }
    for (what, figure) in [
        ("The number of calls in a month", request.calls_per_month),
        ("The hours of a month", work.hours_per_day * work.days_per_month),
        ("The price of a kWh", work.electricity),
    ] {
        if !(figure.is_finite() && figure > 0.0) {
            return Err(bad(what, "above 0"));
        }
    }
    if !(work.keeping.retry_tax.is_finite() && work.keeping.retry_tax >= 0.0) {
        return Err(bad("The share of retries", "0 or more"));
    }
    if !(0.0..=1.0).contains(&work.resale) {
        return Err(bad("The value kept a year", "between 0 and 100 %"));
    }
    let mut found = Desk::default();
    for machine in catalogue::machines().iter().chain(&work.own) {
        match row(machine, model, &quants, request) {
            Ok(row) => found.rows.push(row),
            Err(reason) => {
                found.left_out.push(LeftOut { machine: machine.key.clone(), name: machine.name.clone(), reason });
            }
        }
    }
    found.rows.sort_by(|a, b| {
        let cost = |row: &DeskRow| row.per_million_useful.unwrap_or(f64::INFINITY);
        cost(a).total_cmp(&cost(b)).then_with(|| a.machine.cmp(&b.machine))
    });
    mark_pareto(&mut found.rows);
    Ok(found)
}

fn row(
    machine: &Machine,
    model: &crate::model::Model,
    quants: &[&Quant],
    request: &DeskRequest,
) -> Result<DeskRow, String> {
    let mut first = None;
    let mut taken: Option<(&Quant, Setup, Mixed)> = None;
    let work = &request.work;
    for (quant, cards, setup) in setups(machine, model, quants, request.most_cards.max(work.running.cards)) {
        let setup = work.run(setup, cards);
        match Mixed::on(&setup, &request.asked) {
            // The fewest cards that hold the most of the calls.
            Ok(mixed) if taken.as_ref().is_none_or(|(.., best)| mixed.holds > best.holds + 1e-9) => {
                let all = mixed.holds >= 1.0 - 1e-9;
                taken = Some((quant, setup, mixed));
                if all {
                    break;
                }
            }
            Ok(_) => {}
            Err(problem) => first = first.or(Some(problem.to_string())),
        }
    }
    let Some((quant, setup, mixed)) = taken else { return Err(first.unwrap_or_default()) };
    let call = mixed.call.clone();
    if let Some(most) = request.slowest_seconds
        && mixed.slowest > most
    {
        return Err(format!("A call takes {:.0} seconds at the median, and {most:.0} are allowed.", mixed.slowest));
    }
    let devices = setup.devices;
    let watts = call.power.map(|power| power.decode_w.max(power.prefill_w));
    match (request.most_watts, watts) {
        (Some(most), Some(watts)) if watts > most => {
            return Err(format!("It draws {watts:.0} W at the plug, and {most:.0} are allowed."));
        }
        (Some(_), None) => return Err("Its watts are unknown, so the limit cannot be checked.".to_owned()),
        _ => {}
    }
    // The owner's price is of the machine in the plan, all around it counted.
    let priced = match work.machine_price {
        Some(price) if work.machine == machine.key => Some((price, String::new(), "entered by you".to_owned())),
        _ => price_of(machine, devices),
    };
    match (request.most_dollars, &priced) {
        (Some(most), Some((price, ..))) if *price > most => {
            return Err(format!("It costs {price:.0} dollars, and {most:.0} are to be spent."));
        }
        (Some(_), None) => return Err("No price of it is known, so the budget cannot be checked.".to_owned()),
        _ => {}
    }
    let mut remarks: Vec<String> = Vec::new();
    if request.most_decibels.is_some() {
        remarks.push("Its noise is not known, so the limit was not checked.".to_owned());
    }
    remarks.extend(work.running.remarks(&setup));
    let keeping = &work.keeping;
    let hours_per_month = work.hours_per_day * work.days_per_month;
    let wanted = request.calls_per_month * (1.0 + keeping.retry_tax);
    let made = (wanted * mixed.holds * mixed.in_time).min(3600.0 / mixed.seconds * hours_per_month);
    let served = made / wanted;
    let hours_a_day = wanted * mixed.holds * mixed.seconds / 3600.0 / work.days_per_month;
    if mixed.holds < 1.0 - 1e-9 {
        remarks.push(format!("{:.0} % of the calls are longer than it can hold.", 100.0 * (1.0 - mixed.holds)));
    }
    if mixed.in_time < 1.0 - 1e-9 {
        remarks.push(format!(
            "Several calls come in at once and it does one after the other: {:.0} % of them would wait longer than they may.",
            100.0 * (1.0 - mixed.in_time)
        ));
    }
    if served < 1.0 - 1e-9 {
        remarks.push(format!("It does {:.0} % of the calls in its hours; the rest stays undone.", 100.0 * served));
    }
    let kwh = mixed.kwh(made, work.hours_on()).map(|kwh| kwh * work.running.pue);
    if kwh.is_none() {
        remarks.push("Its watts are unknown, so its cost is too.".to_owned());
    }
    if priced.is_none() {
        remarks.push("No price of it is known. Enter one to rank it.".to_owned());
    }
    let months = f64::from(keeping.life_months.max(1));
    let tokens = mixed.tokens;
    let cost = priced.as_ref().zip(kwh).map(|((price, ..), kwh)| CostParts {
        purchase: *price,
        resale: ownership::resale(*price, work.resale, keeping.life_months.max(1)),
        electricity: months * kwh * work.electricity,
        repairs: months / 12.0 * keeping.failure_per_year * keeping.repair_share * price,
        upkeep: months * keeping.upkeep_hours * keeping.upkeep_hourly,
        kwh_per_month: kwh,
        months: keeping.life_months.max(1),
        useful_tokens: made / (1.0 + keeping.retry_tax) * tokens * months,
    });
    let (price, price_as_of, price_source) = match priced {
        Some((price, as_of, source)) => (Some(price), Some(as_of).filter(|day| !day.is_empty()), source),
        None => (None, None, "no price is known".to_owned()),
    };
    Ok(DeskRow {
        machine: machine.key.clone(),
        name: machine.name.clone(),
        devices,
        quant: quant.key.clone(),
        call,
        mixed,
        price,
        price_as_of,
        price_source,
        served,
        hours_a_day,
        per_million_useful: cost
            .filter(|cost| cost.useful_tokens > 0.0)
            .map(|cost| cost.total() / cost.useful_tokens * 1e6),
        cost,
        pareto: false,
        remarks,
    })
}

/// Marks the rows that no other beats: cheaper useful token, faster call, more memory. A row without a known cost is
/// never marked.
fn mark_pareto(rows: &mut [DeskRow]) {
    let figures: Vec<Option<[f64; 3]>> =
        rows.iter().map(|row| Some([row.per_million_useful?, row.mixed.seconds, -row.call.fit.usable_gib])).collect();
    let beats =
        |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).all(|(a, b)| a <= b) && a.iter().zip(b).any(|(a, b)| a < b);
    for (row, own) in rows.iter_mut().zip(&figures) {
        row.pareto = own.as_ref().is_some_and(|own| !figures.iter().flatten().any(|other| beats(other, own)));
    }
}

#[cfg(test)]
mod tests;
