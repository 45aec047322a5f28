//! Every machine against every model: does it fit, how fast, at how many watts.

use crate::catalogue;
use crate::energy;
use crate::fit::{self, Fit};
use crate::problem::PredictionProblem;
use crate::quant::Quant;
use crate::setup::Setup;
use crate::speed::Speed;
use crate::throughput::{self, CallShape};
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
    /// Tokens a second read at this call; none when unknown.
    pub prefill: Option<Speed>,
    /// Tokens a second written at this call; none when unknown.
    pub decode: Option<Speed>,
    /// Seconds of the call at the median; none when unknown.
    pub seconds: Option<f64>,
    /// Watts at the plug while writing; none when unknown.
    pub watts: Option<f64>,
    /// Why a figure is missing.
    pub problem: Option<PredictionProblem>,
}

/// One device of each machine against each model, at a call of this shape. `quants` are the quantisations that
/// will do, best first. Rows follow the machines, columns the models.
///
/// # Errors
/// When a key is unknown, or there is no quantisation.
pub fn matrix(
    machines: &[&str],
    models: &[&str],
    quants: &[&str],
    shape: &CallShape,
) -> Result<Vec<Cell>, PredictionProblem> {
    let quants: Vec<&Quant> = quants.iter().map(|key| catalogue::quant(key)).collect::<Result<_, _>>()?;
    let Some(smallest) = quants.last() else {
        let what = "The list of quantisations".to_owned();
        return Err(PredictionProblem::BadFigure { what, rule: "at least one".to_owned() });
    };
    let mut cells = Vec::with_capacity(machines.len() * models.len());
    for machine in machines {
        let machine = catalogue::machine(machine)?;
        for key in models {
            let model = catalogue::model(key)?;
            let fits = |quant: &&&Quant| {
                fit::fit(&Setup::new(machine, model, quant), shape.context_tokens()).is_ok_and(|found| found.fits)
            };
            let quant = quants.iter().find(fits).unwrap_or(smallest);
            cells.push(cell(&Setup::new(machine, model, quant), quant, shape));
        }
    }
    Ok(cells)
}

fn cell(setup: &Setup, quant: &Quant, shape: &CallShape) -> Cell {
    let mut cell = Cell {
        machine: setup.machine.key.clone(),
        model: setup.model.key.clone(),
        quant: quant.key.clone(),
        fit: None,
        prefill: None,
        decode: None,
        seconds: None,
        watts: energy::wall_power(setup.machine, setup.devices).ok().map(|power| power.decode_w),
        problem: None,
    };
    match fit::fit(setup, shape.context_tokens()) {
        Ok(fit) => cell.fit = Some(fit),
        Err(problem) => {
            cell.problem = Some(problem);
            return cell;
        }
    }
    if !cell.fit.is_some_and(|fit| fit.fits) {
        return cell;
    }
    match throughput::call(setup, shape) {
        Ok(call) => {
            cell.decode = Some(call.decode);
            cell.prefill = call.prefill;
            cell.seconds = Some(call.seconds.p50);
        }
        Err(problem) => cell.problem = Some(problem),
    }
    cell
}
