//! The machine desk: every machine of the catalogue for one workload, ranked by what a useful token costs on it over its
//! life, with the ones that nothing beats and the ones that were left out, and why.

use crate::catalogue;
use crate::machine::{Machine, MachineKind};
use crate::quant::Quant;
use crate::setup::{Setup, Split};
use crate::throughput::{self, CallEstimate, CallShape};
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use ts_rs::TS;

pub mod matrix;

/// What the desk is asked. Money is in US dollars.
#[derive(Debug, Clone, PartialEq)]
pub struct DeskRequest {
    /// Model to run, by key.
    pub model: String,
    /// Quantisations that will do, best first; the first that fits is taken.
    pub quants: Vec<String>,
    /// The tokens of a call.
    pub shape: CallShape,
    /// Calls of a month that a large model would need.
    pub calls_per_month: f64,
    /// Further calls that this model takes, as a fraction.
    pub retry_tax: f64,
    /// Hours of a month in which the machine may work.
    pub hours_per_month: f64,
    /// Months it is kept.
    pub life_months: u32,
    /// Share of its value that it keeps a year, 0 to 1.
    pub resale_per_year: f64,
    /// Price of a kWh.
    pub per_kwh: f64,
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

/// A machine at the workload.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct DeskRow {
    /// The machine, by key.
    pub machine: String,
    /// Its name.
    pub name: String,
    /// How many.
    pub devices: u32,
    /// The quantisation that was taken.
    pub quant: String,
    /// One call on it: fit, speed ranges, watts.
    pub call: CallEstimate,
    /// Price of all of it, with the computer around a card, US dollars; none when no price is known.
    pub price: Option<f64>,
    /// Day, month or year of that price.
    pub price_as_of: Option<String>,
    /// Where the price comes from.
    pub price_source: String,
    /// Share of the calls that it does in its hours, at its median speed.
    pub served: f64,
    /// Cost over its life: price less resale, and electricity; none when price or watts are unknown.
    pub total: Option<f64>,
    /// That cost over the tokens it sent and received for calls that were of use, US dollars per million.
    pub per_million_useful: Option<f64>,
    /// No other machine is as cheap, as fast and as large, and better in one of them.
    pub pareto: bool,
    /// What to know.
    pub remarks: Vec<String>,
}

/// A machine that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct LeftOut {
    /// The machine, by key.
    pub machine: String,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// The answer of the desk.
#[derive(Debug, Clone, PartialEq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
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
) -> Vec<(&'a Quant, Setup<'a>)> {
    let counts = [1u32, 2, 4, 8]
        .into_iter()
        .filter(|count| *count == 1 || (machine.kind == MachineKind::Gpu && *count <= most_cards));
    counts
        .flat_map(|count| {
            quants.iter().map(move |quant| (*quant, Setup::new(machine, model, quant).on(count, Split::Layer)))
        })
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
    let model = catalogue::model(&request.model)?;
    let quants: Vec<&Quant> = request.quants.iter().map(|key| catalogue::quant(key)).collect::<Result<_, _>>()?;
    if quants.is_empty() {
        return Err(bad("The list of quantisations", "at least one"));
    }
    for (what, figure) in [
        ("The number of calls in a month", request.calls_per_month),
        ("The hours of a month", request.hours_per_month),
        ("The price of a kWh", request.per_kwh),
    ] {
        if !(figure.is_finite() && figure > 0.0) {
            return Err(bad(what, "above 0"));
        }
    }
    if !(request.retry_tax.is_finite() && request.retry_tax >= 0.0) {
        return Err(bad("The share of retries", "0 or more"));
    }
    if !(0.0..=1.0).contains(&request.resale_per_year) {
        return Err(bad("The value kept a year", "between 0 and 100 %"));
    }
    let mut found = Desk::default();
    for machine in catalogue::machines() {
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
    let mut taken = None;
    for (quant, setup) in setups(machine, model, quants, request.most_cards) {
        match throughput::call(&setup, &request.shape) {
            Ok(call) => {
                taken = Some((quant, setup.devices, call));
                break;
            }
            Err(problem) => first = first.or(Some(problem.to_string())),
        }
    }
    let Some((quant, devices, call)) = taken else { return Err(first.unwrap_or_default()) };
    if let Some(most) = request.slowest_seconds
        && call.seconds.p50 > most
    {
        return Err(format!("A call takes {:.0} seconds at the median, and {most:.0} are allowed.", call.seconds.p50));
    }
    let watts = call.power.map(|power| power.decode_w.max(power.prefill_w));
    match (request.most_watts, watts) {
        (Some(most), Some(watts)) if watts > most => {
            return Err(format!("It draws {watts:.0} W at the plug, and {most:.0} are allowed."));
        }
        (Some(_), None) => return Err("Its watts are unknown, so the limit cannot be checked.".to_owned()),
        _ => {}
    }
    let priced = price_of(machine, devices);
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
    if devices > 1 {
        remarks.push("Several cards hold layers in turn: more memory, no faster writing.".to_owned());
    }
    let wanted = request.calls_per_month * (1.0 + request.retry_tax);
    let capacity = call.calls_per_hour.p50 * request.hours_per_month;
    let made = wanted.min(capacity);
    let served = made / wanted;
    if served < 1.0 {
        remarks.push(format!("It does {:.0} % of the calls in its hours; the rest stays undone.", 100.0 * served));
    }
    let kwh = call.kwh(made, request.hours_per_month);
    if kwh.is_none() {
        remarks.push("Its watts are unknown, so its cost is too.".to_owned());
    }
    if priced.is_none() {
        remarks.push("No price of it is known. Enter one to rank it.".to_owned());
    }
    let months = f64::from(request.life_months.max(1));
    let kept = libm::pow(request.resale_per_year, months / 12.0);
    let total =
        priced.as_ref().zip(kwh).map(|((price, ..), kwh)| price * (1.0 - kept) + months * kwh * request.per_kwh);
    let shape = &request.shape;
    #[allow(clippy::cast_precision_loss, reason = "a call is far below 2^53 tokens")]
    let tokens = shape.context_tokens() as f64;
    let useful = made / (1.0 + request.retry_tax) * tokens * months;
    let (price, price_as_of, price_source) = match priced {
        Some((price, as_of, source)) => (Some(price), Some(as_of), source),
        None => (None, None, "no price is known".to_owned()),
    };
    Ok(DeskRow {
        machine: machine.key.clone(),
        name: machine.name.clone(),
        devices,
        quant: quant.key.clone(),
        call,
        price,
        price_as_of,
        price_source,
        served,
        total,
        per_million_useful: total.filter(|_| useful > 0.0).map(|total| total / useful * 1e6),
        pareto: false,
        remarks,
    })
}

/// Marks the rows that no other beats: cheaper useful token, faster call, more memory. A row without a known cost is
/// never marked.
fn mark_pareto(rows: &mut [DeskRow]) {
    let figures: Vec<Option<[f64; 3]>> = rows
        .iter()
        .map(|row| Some([row.per_million_useful?, row.call.seconds.p50, -row.call.fit.usable_gib]))
        .collect();
    let beats =
        |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).all(|(a, b)| a <= b) && a.iter().zip(b).any(|(a, b)| a < b);
    for (row, own) in rows.iter_mut().zip(&figures) {
        row.pareto = own.as_ref().is_some_and(|own| !figures.iter().flatten().any(|other| beats(other, own)));
    }
}

#[cfg(test)]
mod tests;
