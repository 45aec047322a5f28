//! The machine desk: all machines for the work of a case, ranked by what a useful token costs, with the limits of the
//! person; and every machine against every model.

use crate::break_even::{RoutePart, cannot_run, caution};
use crate::compute_plan::amount;
use crate::offer_value;
use crate::routing::policy;
use crate::routing::shares::Sharing;
use crate::settings::Settings;
use counterweight_domain::{Amount, Case, Currency, Entry, Findings, Path, Problem};
use counterweight_inference::catalogue;
use counterweight_inference::desk::matrix::{Cell, column};
use counterweight_inference::desk::{Asked, CostParts, DeskRequest, DeskRow, asked, desk};
use counterweight_inference::machine::Machine;
use counterweight_inference::model::Model;
use counterweight_inference::problem::PredictionProblem;
use counterweight_inference::speed::Speed;
use counterweight_inference::workload::Work;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use ts_rs::TS;

/// The answer of the desk.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeskFigures {
    /// Currency of every amount.
    pub currency: Currency,
    /// The model that is run, with its quantisation.
    pub model: String,
    /// Tokens of a call, sent and received.
    pub tokens_per_call: f64,
    /// Calls of a month that the machine is to do.
    pub calls_per_month: f64,
    /// The machines that can and may, the cheapest useful token first; those without a known cost last.
    pub machines: Vec<DeskMachine>,
    /// Those that were left out, and why.
    pub left_out: Vec<LeftOutMachine>,
}

/// A machine at the work.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeskMachine {
    /// Key in the catalogue, or `own`.
    pub key: String,
    /// Its name.
    pub name: String,
    /// How many cards or machines.
    pub devices: u32,
    /// Memory needed, GiB.
    pub needed_gib: f64,
    /// Memory usable, GiB.
    pub usable_gib: f64,
    /// Tokens a second written: P10, P50, P90.
    pub decode: [f64; 3],
    /// Tokens a second read; none when unknown.
    pub prefill: Option<[f64; 3]>,
    /// Seconds of a call.
    pub seconds: [f64; 3],
    /// Watts at the plug while writing; none when unknown.
    pub watts: Option<f64>,
    /// Hours a working day for the work, at the median.
    pub hours: f64,
    /// Whether it does the work in the hours given.
    pub in_time: bool,
    /// What all of it costs; none when no price is known.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub price: Option<Decimal>,
    /// Day, month or year of the price; empty for one entered.
    pub price_as_of: String,
    /// Where the price comes from.
    pub price_source: String,
    /// Cost over its life; none when price or watts are unknown.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub total: Option<Decimal>,
    /// The parts of that cost; they sum to it.
    pub parts: Vec<RoutePart>,
    /// Months it is kept.
    pub months: u32,
    /// Tokens of useful calls over those months.
    pub useful_tokens: f64,
    /// The cost over the useful tokens, a million of them.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub per_million: Option<Decimal>,
    /// No other machine is as cheap, as fast and as large, and better in one of them.
    pub unbeaten: bool,
    /// The owner's own runs stand behind its speed.
    pub calibrated: bool,
    /// What to know.
    pub remarks: Vec<String>,
}

/// A machine that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LeftOutMachine {
    /// Key in the catalogue.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Every machine against every model, at the calls of the case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MatrixFigures {
    /// The models, the columns.
    pub models: Vec<MatrixModel>,
    /// The machines, the rows.
    pub machines: Vec<MatrixMachine>,
}

/// A column of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MatrixModel {
    /// Key of the model.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The quantisation that is taken.
    pub quant: String,
}

/// A row of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MatrixMachine {
    /// Key of the machine.
    pub key: String,
    /// Its name.
    pub name: String,
    /// One for each model, in the order of the models.
    pub cells: Vec<MatrixCell>,
}

/// A machine and a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MatrixCell {
    /// What can be said.
    pub verdict: Verdict,
    /// Tokens a second written, median; none without a prediction.
    pub decode: Option<u32>,
    /// Tokens a second read, median; none without a prediction.
    pub prefill: Option<u32>,
    /// Watts at the plug while writing; none when unknown.
    pub watts: Option<u32>,
    /// In a sentence: ranges, memory, watts, hours, or why not.
    pub why: String,
}

/// What can be said of a machine and a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Fits, and does the work in the hours given.
    InTime,
    /// Fits, and does not do all of the work in time: too slow, or some calls are too long or too many at once.
    Late,
    /// Does not fit.
    TooLarge,
    /// The calls are longer than the model's window.
    BeyondWindow,
    /// A figure is unknown.
    Unknown,
}

/// All machines for the work of a case. What is unknown is a finding.
pub fn figures(case: &Case, settings: &Settings, findings: &mut Findings) -> DeskFigures {
    let none = DeskFigures {
        currency: settings.currency,
        model: String::new(),
        tokens_per_call: 0.0,
        calls_per_month: 0.0,
        machines: Vec::new(),
        left_out: Vec::new(),
    };
    let Some((work, dollar)) = offer_value::work(case, settings, findings) else { return none };
    let path = Path::root().join("workload").join("local").join("limits");
    let limits = &case.workload.local.limits;
    let at_most = |entry: &Entry<Amount>| entry.value().and_then(|value| value.decimal().to_f64());
    if limits.decibels.value().is_some() {
        findings.note(
            &path.join("decibels"),
            Problem::new(
                "noise.unknown",
                "No maker's noise figure is in the catalogue, so this limit leaves no machine out.",
                "Ask the maker, or a person who owns one.",
            ),
        );
    }
    let wanted = Sharing { work: &work, rules: &case.workload.local.rules, index: &[], months: 1 }.for_a_machine();
    if wanted <= 0.0 && work.local_share > 0.0 {
        findings.note(
            &Path::root().join("workload").join("local").join("rules"),
            Problem::new(
                "desk.nothingAllowed",
                "Your rules let no work run on a machine, so there is nothing to rank machines for.",
                "Let a kind of work run on the machine.",
            ),
        );
        return none;
    }
    let asked = asked_of(&work, case);
    let request = DeskRequest {
        work: in_dollars(&work, dollar),
        asked: asked.clone(),
        quants: vec![work.quant.clone()],
        calls_per_month: work.calls_per_month * wanted,
        most_dollars: at_most(&limits.spend).map(|most| most / dollar),
        most_watts: at_most(&limits.watts),
        most_decibels: at_most(&limits.decibels),
        slowest_seconds: at_most(&limits.seconds).filter(|most| *most > 0.0),
        most_cards: limits.cards.value().map_or(1, |cards| u32::try_from(cards.get()).unwrap_or(u32::MAX).max(1)),
    };
    let found = match desk(&request) {
        Ok(found) => found,
        Err(PredictionProblem::BadFigure { what, rule }) => {
            findings.error(
                &Path::root().join("workload"),
                Problem::new("desk.figure", format!("{what} must be {rule}."), "Enter such a figure."),
                "the ranking of machines",
            );
            return none;
        }
        Err(problem) => {
            cannot_run(&problem, &work, findings);
            return none;
        }
    };
    // A context beyond the window bars every machine, so it is said once, where it can be changed.
    if let Ok(model) = catalogue::model(&work.local_model) {
        let asked = asked.iter().map(|one| one.shape.context_tokens()).min().unwrap_or(0);
        if asked > model.context_tokens {
            let problem = PredictionProblem::ContextTooLong {
                model: model.name.clone(),
                asked_tokens: asked,
                window_tokens: model.context_tokens,
            };
            cannot_run(&problem, &work, findings);
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "a call is far below 2^53 tokens")]
    let (tokens, calls) = request.asked.iter().fold((0.0, 0.0), |(tokens, calls), one| {
        (tokens + one.calls * one.shape.context_tokens() as f64, calls + one.calls)
    });
    let tokens_per_call = if calls > 0.0 { tokens / calls } else { 0.0 };
    let name = catalogue::model(&work.local_model).map_or(work.local_model.as_str(), |model| model.name.as_str());
    DeskFigures {
        currency: settings.currency,
        model: format!("{name} {}", work.quant),
        tokens_per_call,
        calls_per_month: request.calls_per_month,
        machines: found.rows.into_iter().map(|row| machine(row, &work, dollar, settings.currency)).collect(),
        left_out: found
            .left_out
            .into_iter()
            .map(|out| LeftOutMachine { key: out.machine, name: out.name, reason: out.reason })
            .collect(),
    }
}

/// What a machine is asked of the work: its easy calls, class by class and prompt by prompt, by the rules of the case.
fn asked_of(work: &Work, case: &Case) -> Vec<Asked> {
    let classes = work.profile();
    asked(classes.iter().map(|class| (class, policy(class.kind, &case.workload.local.rules))))
}

/// The work with its amounts in US dollars, as the catalogue's prices are.
fn in_dollars(work: &Work, dollar: f64) -> Work {
    let mut work = work.clone();
    work.electricity /= dollar;
    work.keeping.upkeep_hourly /= dollar;
    work.machine_price = work.machine_price.filter(|price| *price > 0.0).map(|price| price / dollar);
    work
}

fn machine(row: DeskRow, work: &Work, dollar: f64, currency: Currency) -> DeskMachine {
    let call = &row.call;
    let mut remarks = row.remarks;
    remarks.extend(call.cautions.iter().map(|found| caution(*found).to_owned()));
    let money = |dollars: f64| amount(dollars * dollar, currency);
    DeskMachine {
        needed_gib: call.fit.needed_gib,
        usable_gib: call.fit.usable_gib,
        decode: [call.decode.p10, call.decode.p50, call.decode.p90],
        prefill: call.prefill.map(|speed| [speed.p10, speed.p50, speed.p90]),
        seconds: [call.seconds.p10, call.seconds.p50, call.seconds.p90],
        watts: call.power.map(|power| power.decode_w),
        hours: row.hours_a_day,
        in_time: row.served >= 1.0 - 1e-9,
        price: row.price.map(money),
        price_as_of: row.price_as_of.unwrap_or_default(),
        price_source: row.price_source,
        total: row.cost.map(|cost| money(cost.total())),
        parts: row.cost.map_or_else(Vec::new, |cost| parts(&cost, work, dollar, currency)),
        months: row.cost.map_or(0, |cost| cost.months),
        useful_tokens: row.cost.map_or(0.0, |cost| cost.useful_tokens),
        // A fraction of a cent counts here, so it is not rounded to the cent.
        per_million: row
            .per_million_useful
            .and_then(|cost| Decimal::from_f64_retain(cost * dollar))
            .map(|cost| cost.round_dp(4)),
        unbeaten: row.pareto,
        calibrated: work.calibration.as_ref().is_some_and(|(key, _)| *key == row.machine),
        key: row.machine,
        name: row.name,
        devices: row.devices,
        remarks,
    }
}

fn parts(cost: &CostParts, work: &Work, dollar: f64, currency: Currency) -> Vec<RoutePart> {
    let keeping = &work.keeping;
    let part = |label: &str, dollars: f64, how: String| RoutePart {
        label: label.to_owned(),
        how,
        amount: amount(dollars * dollar, currency),
    };
    vec![
        part("Purchase", cost.purchase, "with a computer around a card".to_owned()),
        part(
            "Sold at the end",
            -cost.resale,
            format!("keeps {:.0} % of its value a year, for {} months", work.resale * 100.0, cost.months),
        ),
        part(
            "Electricity",
            cost.electricity,
            format!("{:.0} kWh a month, busy and waiting, at {:.3} per kWh", cost.kwh_per_month, work.electricity),
        ),
        part(
            "Repairs",
            cost.repairs,
            format!(
                "{:.0} % fail in a year, at {:.0} % of the price",
                keeping.failure_per_year * 100.0,
                keeping.repair_share * 100.0
            ),
        ),
        part("Upkeep", cost.upkeep, format!("{} hours a month at {:.2}", keeping.upkeep_hours, keeping.upkeep_hourly)),
    ]
}

/// Every machine against every model, the owner's own machine first, the largest model first. Each model is taken in the
/// quantisation of the plan when it is the plan's model, in the four bits it is published in, or else in `Q4_K_M`; cards,
/// drafts and own runs are those of the plan.
pub fn all_models(case: &Case, settings: &Settings, findings: &mut Findings) -> MatrixFigures {
    let Some((work, _)) = offer_value::work(case, settings, findings) else { return MatrixFigures::default() };
    let sharing = Sharing { work: &work, rules: &case.workload.local.rules, index: &[], months: 1 };
    let calls = work.calls_per_month * sharing.for_a_machine() * (1.0 + work.keeping.retry_tax);
    let asked = asked_of(&work, case);
    let machines: Vec<&Machine> = work.own.iter().chain(catalogue::machines()).collect();
    let mut found = MatrixFigures {
        models: Vec::new(),
        machines: machines
            .iter()
            .map(|machine| MatrixMachine { key: machine.key.clone(), name: machine.name.clone(), cells: Vec::new() })
            .collect(),
    };
    let mut models: Vec<&Model> = catalogue::models().iter().collect();
    models.sort_by(|a, b| b.params_total_b.total_cmp(&a.params_total_b).then_with(|| a.key.cmp(&b.key)));
    for model in models {
        let quant = if model.key == work.local_model { work.quant.as_str() } else { usual_quant(model) };
        let Ok(facts) = catalogue::quant(quant) else { continue };
        let run = |setup| work.run(setup, work.running.cards);
        let Ok(cells) = column(machines.iter().copied(), model, &[facts], &asked, run) else { continue };
        found.models.push(MatrixModel { key: model.key.clone(), name: model.name.clone(), quant: quant.to_owned() });
        for (row, cell) in found.machines.iter_mut().zip(cells) {
            let days = work.days_per_month.max(1e-9);
            let hours = cell.seconds.map(|seconds| calls * cell.holds * seconds / 3600.0 / days);
            row.cells.push(matrix_cell(&cell, hours, work.hours_per_day));
        }
    }
    found
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rates and watts are small and positive")]
fn matrix_cell(cell: &Cell, hours: Option<f64>, hours_given: f64) -> MatrixCell {
    let memory = cell.fit.map(|fit| format!("{:.0} of {:.0} GiB", fit.needed_gib, fit.usable_gib)).unwrap_or_default();
    let range = |verb: &str, speed: Option<Speed>| {
        speed.map(|speed| format!("{verb} {:.0} to {:.0} tokens a second", speed.p10, speed.p90))
    };
    let watts = cell.watts.map(|watts| format!("{watts:.0} W"));
    let (verdict, why) = match (&cell.problem, cell.fit, hours) {
        (Some(problem @ PredictionProblem::ContextTooLong { .. }), ..) => (Verdict::BeyondWindow, problem.to_string()),
        (Some(problem), ..) => (Verdict::Unknown, problem.to_string()),
        (None, Some(fit), _) if !fit.fits => (Verdict::TooLarge, format!("needs {memory}")),
        (None, Some(_), Some(hours)) => {
            let parts = [
                range("writes", cell.decode),
                range("reads", cell.prefill),
                Some(memory),
                watts,
                Some(format!("{hours:.1} of {hours_given:.0} hours a day")),
                (cell.holds < 1.0 - 1e-9).then(|| format!("holds {:.0} % of the calls", cell.holds * 100.0)),
                (cell.in_time < 1.0 - 1e-9)
                    .then(|| format!("starts {:.0} % of those that come at once in time", cell.in_time * 100.0)),
            ];
            let whole = cell.holds >= 1.0 - 1e-9 && cell.in_time >= 1.0 - 1e-9;
            let verdict = if hours <= hours_given && whole { Verdict::InTime } else { Verdict::Late };
            (verdict, parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
        }
        _ => (Verdict::Unknown, "Its speed is not known.".to_owned()),
    };
    let rounded = |speed: Option<Speed>| speed.map(|speed| speed.p50.round() as u32);
    MatrixCell {
        verdict,
        decode: rounded(cell.decode),
        prefill: rounded(cell.prefill),
        watts: cell.watts.map(|watts| watts.round() as u32),
        why,
    }
}

pub(crate) fn usual_quant(model: &Model) -> &'static str {
    if model.files.iter().any(|file| file.quant.eq_ignore_ascii_case("MXFP4")) { "MXFP4" } else { "Q4_K_M" }
}
