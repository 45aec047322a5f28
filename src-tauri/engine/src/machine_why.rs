//! A machine at the work of a case, taken apart: what its memory, speeds, watts and hours are made of.

use crate::break_even::caution;
use crate::machine_desk::usual_quant;
use crate::offer_value;
use crate::routing::shares::Sharing;
use crate::settings::Settings;
use counterweight_domain::{Case, Findings};
use counterweight_inference::catalogue;
use counterweight_inference::energy::WallPower;
use counterweight_inference::fit::Fit;
use counterweight_inference::machine::Machine;
use counterweight_inference::speed::Speed;
use counterweight_inference::speed::told::{self, TimePart};
use counterweight_inference::throughput::{self, CallShape};

/// A machine and a model at a call of the case's work.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenApart {
    /// The facts of the machine.
    pub machine: Machine,
    /// How many.
    pub devices: u32,
    /// The model and its quantisation.
    pub model: String,
    /// Tokens of a call.
    pub shape: CallShape,
    /// Memory.
    pub fit: Fit,
    /// Speed of writing at the middle of the answer, and the parts of a token before corrections.
    pub decode: (Speed, Vec<TimePart>),
    /// Speed of reading and the parts of the prompt before corrections; none when there is nothing to read.
    pub prefill: Option<(Speed, Vec<TimePart>)>,
    /// Watts; none when unknown.
    pub power: Option<WallPower>,
    /// Seconds of a call at the median.
    pub seconds: f64,
    /// Calls a working day that the machine is to do, those made again counted.
    pub calls_a_day: f64,
    /// Further calls that it takes, as a share.
    pub retries: f64,
    /// Hours a working day in which it may work.
    pub hours_given: f64,
    /// The owner's own runs stand behind the speeds.
    pub calibrated: bool,
    /// What to know.
    pub remarks: Vec<String>,
}

/// Takes `devices` of a machine apart at the work of a case, for the model of the plan or another one.
///
/// # Errors
/// What is unknown or does not fit, in words.
pub fn taken_apart(
    case: &Case,
    settings: &Settings,
    machine: &str,
    devices: u32,
    model: Option<&str>,
) -> Result<TakenApart, String> {
    let (mut work, _) =
        offer_value::work(case, settings, &mut Findings::default()).ok_or("The work of the case cannot be read.")?;
    if let Some(model) = model.filter(|model| *model != work.local_model) {
        usual_quant(catalogue::model(model).map_err(|problem| problem.to_string())?).clone_into(&mut work.quant);
        model.clone_into(&mut work.local_model);
    }
    work.running.cards = devices.max(1);
    let words = |problem: counterweight_inference::problem::PredictionProblem| problem.to_string();
    let setup = work.setup_on(machine).map_err(words)?;
    let shape = work.shape();
    let call = throughput::call(&setup, &shape).map_err(words)?;
    let depth = shape.cached_tokens + shape.uncached_prompt_tokens + shape.output_tokens / 2;
    let prefill = match call.prefill {
        Some(speed) => {
            let parts = told::prefill_parts(&setup, shape.uncached_prompt_tokens, shape.cached_tokens);
            Some((speed, parts.map_err(words)?))
        }
        None => None,
    };
    let retries = work.keeping.retry_tax;
    let sharing = Sharing { work: &work, rules: &case.workload.local.rules, index: &[], months: 1 };
    Ok(TakenApart {
        machine: setup.machine.clone(),
        devices: setup.devices,
        model: format!("{} {}", setup.model.name, work.quant),
        shape,
        fit: call.fit,
        decode: (call.decode, told::decode_parts(&setup, depth).map_err(words)?),
        prefill,
        power: call.power,
        seconds: call.seconds.p50,
        calls_a_day: work.calls_per_month * sharing.for_a_machine() * (1.0 + retries) / work.days_per_month.max(1e-9),
        retries,
        hours_given: work.hours_per_day,
        calibrated: setup.calibration.is_some(),
        remarks: call.cautions.iter().map(|found| caution(*found).to_owned()).collect(),
    })
}
