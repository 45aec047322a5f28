//! Every machine against every model: does it fit, how fast, at how many watts.

use super::{Asked, Mixed};
use crate::energy;
use crate::fit::{self, Fit};
use crate::machine::Machine;
use crate::model::Model;
use crate::problem::PredictionProblem;
use crate::quant::Quant;
use crate::setup::Setup;
use crate::speed::Speed;
use serde::Serialize;
use ts_rs::TS;

/// A machine and a model.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Cell {
    /// The machine, by key.
    pub machine: String,
    /// The model, by key.
    pub model: String,
    /// The best quantisation that fits, or the smallest asked for when none does.
    pub quant: String,
    /// Memory; none when the context is beyond the model's window.
    pub fit: Option<Fit>,
    /// Tokens a second read at the call that takes the most of its time; none when unknown.
    pub prefill: Option<Speed>,
    /// Tokens a second written at that call; none when unknown.
    pub decode: Option<Speed>,
    /// Seconds of a call at the median, the mean over those that it can hold; none when unknown.
    pub seconds: Option<f64>,
    /// Share of the calls that it can hold, 0 to 1.
    pub holds: f64,
    /// Share of those that start in time when so many come in at once, 0 to 1.
    pub in_time: f64,
    /// Watts at the plug while writing; none when unknown.
    pub watts: Option<f64>,
    /// Why a figure is missing.
    pub problem: Option<PredictionProblem>,
}

/// A model on each machine, at these calls, in the first of the quantisations that fits, best first, or else the
/// last. `run` says how a setup is run: cards, drafts, the owner's own runs.
///
/// # Errors
/// When there is no quantisation.
pub fn column<'a>(
    machines: impl IntoIterator<Item = &'a Machine>,
    model: &'a Model,
    quants: &[&Quant],
    asked: &[Asked],
    run: impl Fn(Setup<'a>) -> Setup<'a>,
) -> Result<Vec<Cell>, PredictionProblem> {
    let Some(smallest) = quants.last() else {
        let what = "The list of quantisations".to_owned();
        return Err(PredictionProblem::BadFigure { what, rule: "at least one".to_owned() });
    };
    let cell_of = |machine: &'a Machine| {
        let setup = |quant: &Quant| run(Setup::new(machine, model, quant));
        let longest = asked.iter().map(|one| one.shape.context_tokens()).max().unwrap_or(0);
        let fits = |quant: &&&Quant| fit::fit(&setup(quant), longest).is_ok_and(|found| found.fits);
        let quant = quants.iter().find(fits).unwrap_or(smallest);
        cell(&setup(quant), quant, asked)
    };
    Ok(machines.into_iter().map(cell_of).collect())
}

fn cell(setup: &Setup, quant: &Quant, asked: &[Asked]) -> Cell {
    let mut cell = Cell {
        machine: setup.machine.key.clone(),
        model: setup.model.key.clone(),
        quant: quant.key.clone(),
        fit: None,
        prefill: None,
        decode: None,
        seconds: None,
        holds: 0.0,
        in_time: 0.0,
        watts: energy::capped_power(setup.machine, setup.devices, setup.power_limit_w).ok().map(|power| power.decode_w),
        problem: None,
    };
    // The shortest of the calls decides whether anything fits, the longest that it can hold how much it takes.
    let contexts = || asked.iter().map(|one| one.shape.context_tokens());
    let held = |tokens: &u64| fit::fit(setup, *tokens).is_ok_and(|found| found.fits);
    let context = contexts().filter(held).max().or_else(|| contexts().min()).unwrap_or(0);
    match fit::fit(setup, context) {
        Ok(fit) => cell.fit = Some(fit),
        Err(problem) => {
            cell.problem = Some(problem);
            return cell;
        }
    }
    if !cell.fit.is_some_and(|fit| fit.fits) {
        return cell;
    }
    match Mixed::on(setup, asked) {
        Ok(mixed) => {
            cell.decode = Some(mixed.call.decode);
            cell.prefill = mixed.call.prefill;
            cell.seconds = Some(mixed.seconds);
            cell.holds = mixed.holds;
            cell.in_time = mixed.in_time;
        }
        Err(problem) => cell.problem = Some(problem),
    }
    cell
}
