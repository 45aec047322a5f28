//! How fast a model is served: decode (writing tokens) and prefill (reading the prompt), each as a range.
//!
//! A prediction is a published physical formula ([`published`]) whose terms are corrected by traits of the run: maker,
//! silicon family, driver, engine, age of the build, packing of the weights, shape of the model. The corrections are
//! fitted on public measurements ([`measured`]), drawn towards zero, and shipped as dated data (`data/speed_fit.toml`).
//! What they are worth on a machine nobody measured is in [`report`], which fits them again without each machine in turn.
//! The owner's own runs ([`crate::calibration`]) correct one machine and narrow its ranges.

use crate::machine::Machine;
use crate::model::Attention;
use crate::problem::PredictionProblem;
use crate::setup::{Setup, Split};
use crate::weights::ByteShares;
use coefficients::Predicted;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

mod coefficients;
mod effects;
mod fitting;
mod many;
pub mod measured;
pub mod published;
pub mod report;
pub mod runtime;
mod terms;
pub mod told;

/// Tokens a second, as a range: 80 of 100 unmeasured devices lie between `p10` and `p90`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Speed {
    /// Slow end, tokens a second.
    pub p10: f64,
    /// Middle, tokens a second.
    pub p50: f64,
    /// Fast end, tokens a second.
    pub p90: f64,
}

impl Speed {
    fn around(p50: f64, variance: f64) -> Self {
        let (low, high) = coefficients::range(variance);
        Self { p10: p50 * low, p50, p90: p50 * high }
    }

    /// The range without what lies beyond a limit.
    fn at_most(self, most: f64) -> Self {
        Self { p10: self.p10.min(most), p50: self.p50.min(most), p90: self.p90.min(most) }
    }
}

/// What the owner's runs said about one machine. Made by [`crate::calibration::calibrate`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Calibration {
    /// About writing; `None` when no run wrote.
    pub decode: Option<Learned>,
    /// About reading; `None` when no run read.
    pub prefill: Option<Learned>,
}

/// A correction learned from the owner's runs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Learned {
    /// Factor on the predicted speed, already drawn towards 1.
    pub factor: f64,
    /// Variance left of its natural logarithm.
    pub variance: f64,
    /// Runs behind it.
    pub runs: u32,
}

/// Why a range may be too narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Caution {
    /// Pascal, Turing and Intel cards missed by 40 % and more.
    FamilyMissesWidely,
    /// No published run of this family was used.
    FamilyUnmeasured,
    /// Models below 1.5 billion parameters are bound by overhead.
    SmallModel,
    /// Compressed-latent attention is slower or faster by engine.
    LatentAttention,
    /// Strix Halo reads at 0.4 to 1.05 of the prediction, by driver.
    DriverDecides,
    /// Several cards that share every layer were measured on few machines.
    TensorSplit,
}

/// What makes the range of this setup less certain than stated.
pub fn cautions(setup: &Setup) -> Vec<Caution> {
    let family = setup.machine.family.as_str();
    let measured = |term: &str| coefficients::shipped().decode.corrections.contains_key(&format!("{term}.{family}"));
    let mut found = Vec::new();
    if strangeness(&Setup { calibration: None, ..*setup }) > 0.0 {
        found.push(Caution::FamilyMissesWidely);
    } else if !measured("weights.family") && family != "cpu" {
        found.push(Caution::FamilyUnmeasured);
    }
    if family == "amd-apu" {
        found.push(Caution::DriverDecides);
    }
    if setup.model.params_total_b < 1.5 {
        found.push(Caution::SmallModel);
    }
    if setup.model.attention != Attention::Gqa {
        found.push(Caution::LatentAttention);
    }
    if setup.devices > 1 && setup.split == Split::Tensor {
        found.push(Caution::TensorSplit);
    }
    found
}

/// Scatter that several cards sharing every layer add, natural logarithm: 54 rows of three machines.
const TENSOR_SPLIT_SD: f64 = 0.30;

/// Scatter that families add on which the formula misses widely (Pascal, Turing, Intel: one machine each, off by 1.5 to
/// 2.7 times).
const STRANGE_FAMILY_SD: f64 = 0.45;

/// Variance of the logarithm that a strange family adds.
fn strangeness(setup: &Setup) -> f64 {
    let strange = matches!(setup.machine.family.as_str(), "nvidia-pascal" | "nvidia-turing" | "intel-xe2");
    if strange && setup.calibration.is_none() { STRANGE_FAMILY_SD * STRANGE_FAMILY_SD } else { 0.0 }
}

/// Scatter of reading on Strix Halo, natural logarithm: it reads at 0.4 to 1.05 of the prediction, by driver and packing.
const DRIVER_SD: f64 = 0.5;

/// Variance of the logarithm of reading that the choice of driver adds on the machine whose speed depends on it.
fn driver_doubt(setup: &Setup) -> f64 {
    let decides = setup.machine.family == "amd-apu" && setup.calibration.is_none();
    if decides { DRIVER_SD * DRIVER_SD } else { 0.0 }
}

fn bandwidth_bytes(machine: &Machine) -> Result<f64, PredictionProblem> {
    let known = machine.bandwidth_gbs.filter(|figure| figure.is_finite() && *figure > 0.0);
    known
        .map(|figure| figure * 1e9)
        .ok_or_else(|| PredictionProblem::UnknownBandwidth { machine: machine.name.clone() })
}

fn check_prompt(setup: &Setup, prompt_tokens: u64, depth_tokens: u64) -> Result<(), PredictionProblem> {
    setup.check()?;
    setup.check_context(prompt_tokens.saturating_add(depth_tokens))?;
    if prompt_tokens == 0 {
        let what = "The number of new prompt tokens".to_owned();
        return Err(PredictionProblem::BadFigure { what, rule: "at least 1".to_owned() });
    }
    Ok(())
}

/// The middle and the variance of a speed, with what the owner's runs taught about the machine.
fn learned(predicted: Predicted, tokens: f64, learned: Option<Learned>) -> (f64, f64) {
    let middle = tokens / predicted.seconds;
    match learned {
        Some(run) => (middle * run.factor, predicted.shared.min(run.variance) + predicted.own),
        None => (middle, predicted.shared + predicted.own),
    }
}

/// Seconds of one token for one user, and how unsure.
fn decode_one(setup: &Setup, depth_tokens: u64, fitted: &coefficients::Fitted) -> Result<Predicted, PredictionProblem> {
    Ok(fitted.predict(&terms::decode(setup, bandwidth_bytes(setup.machine)?, depth_tokens)))
}

/// Tokens a second written with `depth_tokens` already in the cache (the middle of the answer), all users together.
///
/// For one user: weights read, cache read and an overhead per layer, each corrected by the traits of the run. For several
/// users: the batch formula, and never less than one user alone. Drafts and a power limit act on top.
///
/// # Errors
/// When the bandwidth (or, for several users, the compute) is unknown or the depth is beyond the model's window.
pub fn decode(setup: &Setup, depth_tokens: u64) -> Result<Speed, PredictionProblem> {
    decode_by(setup, depth_tokens, coefficients::shipped())
}

fn decode_by(setup: &Setup, depth_tokens: u64, by: &coefficients::Shipped) -> Result<Speed, PredictionProblem> {
    setup.check()?;
    setup.check_context(depth_tokens)?;
    let predicted = decode_one(setup, depth_tokens, &by.decode)?;
    let (mut middle, mut variance) = learned(predicted, 1.0, setup.calibration.and_then(|one| one.decode));
    if setup.users > 1 {
        let bandwidth = bandwidth_bytes(setup.machine)?;
        let users = f64::from(setup.users);
        let step = by.users.predict(&many::terms(setup, bandwidth, depth_tokens, users)?);
        let (together, unsure) = learned(step, users, setup.calibration.and_then(|one| one.decode));
        // Many users together are never slower than one of them alone.
        if together > middle {
            (middle, variance) = (together, unsure);
        }
    }
    if setup.devices > 1 && setup.split == Split::Tensor {
        variance += TENSOR_SPLIT_SD * TENSOR_SPLIT_SD;
    }
    variance += strangeness(setup);
    for effect in [effects::drafts(setup), effects::limit_on_writing(setup)] {
        middle *= effect.factor;
        variance += effect.variance;
    }
    Ok(Speed::around(middle, variance).at_most(fastest_writing(setup, bandwidth_bytes(setup.machine)?)))
}

/// Tokens a second that nothing writes beyond, all users together: each reads its active weights at the bandwidth stated,
/// drafts counted at the most that was published. What the owner measured has no such limit, as the facts may be of another
/// variant.
fn fastest_writing(setup: &Setup, bandwidth: f64) -> f64 {
    if setup.calibration.is_some_and(|own| own.decode.is_some()) {
        return f64::INFINITY;
    }
    let shares = ByteShares::of(setup.model, &setup.weights);
    let bytes = shares.for_one_token();
    let in_ram = setup.offload.map_or(0.0, |offload| {
        offload.share * if setup.model.is_moe() { shares.experts_for_one_token() } else { bytes }
    });
    let cards = if setup.users > 1 || setup.split == Split::Tensor { f64::from(setup.devices) } else { 1.0 };
    let beside = setup.offload.map_or(0.0, |offload| in_ram / (offload.ram_gbs * 1e9));
    let drafts = if setup.speculative { effects::LARGEST_DRAFT_GAIN } else { 1.0 };
    f64::from(setup.users) * drafts / ((bytes - in_ram) / (bandwidth * cards) + beside)
}

/// Tokens a second that nothing reads beyond: two operations for each active weight on the fastest units of all cards.
fn fastest_reading(setup: &Setup) -> f64 {
    let (machine, model) = (setup.machine, setup.model);
    if setup.calibration.is_some_and(|own| own.prefill.is_some()) {
        return f64::INFINITY;
    }
    let units = [machine.fp16_tflops, machine.fp8_tflops, machine.int8_tops, machine.fp4_tflops];
    let fastest = units.into_iter().flatten().fold(0.0, f64::max) * 1e12 * f64::from(setup.devices);
    fastest / (2e9 * (model.params_active_b - model.untied_embedding_b()).max(1e-3))
}

/// Tokens a second read, for `prompt_tokens` new tokens after `depth_tokens` already in the cache.
///
/// Matrix products and attention at the compute the power limit sustains, plus the weights read once per step, plus an
/// overhead per layer and step, each corrected by the traits of the run.
///
/// # Errors
/// When bandwidth, compute or power is unknown, when there is nothing to read, or when prompt and depth together are
/// beyond the model's window.
pub fn prefill(setup: &Setup, prompt_tokens: u64, depth_tokens: u64) -> Result<Speed, PredictionProblem> {
    prefill_by(setup, prompt_tokens, depth_tokens, coefficients::shipped())
}

#[allow(clippy::cast_precision_loss, reason = "a context is far below 2^53 tokens")]
fn prefill_by(
    setup: &Setup,
    prompt_tokens: u64,
    depth_tokens: u64,
    by: &coefficients::Shipped,
) -> Result<Speed, PredictionProblem> {
    check_prompt(setup, prompt_tokens, depth_tokens)?;
    let new = prompt_tokens as f64;
    let predicted = prefill_one(setup, prompt_tokens, depth_tokens, &by.prefill)?;
    let (middle, variance) = learned(predicted, new, setup.calibration.and_then(|one| one.prefill));
    let limit = effects::limit_on_reading(setup);
    let speed = Speed::around(
        middle * effects::pipeline(setup, new) * limit.factor,
        variance + limit.variance + strangeness(setup) + driver_doubt(setup),
    );
    Ok(speed.at_most(fastest_reading(setup)))
}

#[allow(clippy::cast_precision_loss, reason = "a context is far below 2^53 tokens")]
fn prefill_one(
    setup: &Setup,
    prompt_tokens: u64,
    depth_tokens: u64,
    fitted: &coefficients::Fitted,
) -> Result<Predicted, PredictionProblem> {
    let chip = published::Chip::of(setup)?;
    Ok(fitted.predict(&terms::prefill(setup, &chip, prompt_tokens as f64, depth_tokens as f64)))
}

/// How unsure a prediction is: variances of its natural logarithm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scattering {
    /// What all runs on the machine share.
    pub shared: f64,
    /// What is left of one run.
    pub own: f64,
}

/// As [`decode`] for one user, without what the owner's runs taught, with the parts of the variance.
pub(crate) fn decode_scattered(setup: &Setup, depth_tokens: u64) -> Result<(Speed, Scattering), PredictionProblem> {
    let bare = Setup { calibration: None, users: 1, speculative: false, ..*setup };
    let speed = decode(&bare, depth_tokens)?;
    let Predicted { shared, own, .. } = decode_one(&bare, depth_tokens, &coefficients::shipped().decode)?;
    Ok((speed, Scattering { shared: shared + strangeness(&bare), own }))
}

/// As [`prefill`], without what the owner's runs taught, with the parts of the variance.
pub(crate) fn prefill_scattered(
    setup: &Setup,
    prompt_tokens: u64,
    depth_tokens: u64,
) -> Result<(Speed, Scattering), PredictionProblem> {
    let bare = Setup { calibration: None, ..*setup };
    let speed = prefill(&bare, prompt_tokens, depth_tokens)?;
    let Predicted { shared, own, .. } =
        prefill_one(&bare, prompt_tokens, depth_tokens, &coefficients::shipped().prefill)?;
    Ok((speed, Scattering { shared: shared + strangeness(&bare) + driver_doubt(&bare), own }))
}

#[cfg(test)]
mod tests;
