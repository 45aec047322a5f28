//! How fast one user is served: decode (writing tokens) and prefill (reading the prompt), each as a range.
//!
//! Decoding is bound by memory: every token reads the weights it uses and the cache, and each layer adds a fixed
//! overhead. Reading is bound by compute, which a card sustains only as far as its power allows. The constants were
//! fitted on 399 decode rows of 35 devices and 304 prefill rows of 22 devices of public benchmarks; on a device left
//! out of the fit the median error is 13.1 % in decode and 29.2 % in prefill, so the range matters more than the middle.

use crate::machine::Machine;
use crate::model::Attention;
use crate::problem::PredictionProblem;
use crate::setup::{Setup, Split};
use crate::weights::ByteShares;
use serde::Serialize;
use ts_rs::TS;

/// Share of the peak bandwidth that decoding reaches.
const DECODE_EFFICIENCY: f64 = 0.814;
/// Seconds of overhead per layer and token, dense.
const DENSE_LAYER_S: f64 = 127e-6;
/// Seconds of overhead per layer and token, mixture of experts.
const MOE_LAYER_S: f64 = 157e-6;
/// Measured over predicted decode speed on devices left out, 10th and 90th percentile.
const DECODE_RANGE: (f64, f64) = (0.70, 1.31);

/// Sustained compute of a device of 300 W and 150 TFLOPS, as a share of the stated figure. The fit prints 0.380; this is
/// the four-digit value with which all three of its printed worked checks come out.
const PREFILL_EFFICIENCY: f64 = 0.3797;
/// How much of the sustained compute follows the power limit; the rest follows the stated compute.
const POWER_EXPONENT: f64 = 0.406;
/// Tokens per expert at which the matrix units reach half of their speed.
const EXPERT_HALF_TOKENS: f64 = 32.0;
/// Efficiency of attention beside that of the other matrix products.
const ATTENTION_EFFICIENCY: f64 = 0.44;
/// Share of the peak bandwidth that reading the weights reaches in prefill.
const PREFILL_READ_EFFICIENCY: f64 = 0.75;
/// Seconds of overhead per layer and step of prefill.
const PREFILL_LAYER_S: f64 = 30e-6;
/// Measured over predicted prefill speed on devices left out, 10th and 90th percentile.
const PREFILL_RANGE: (f64, f64) = (0.51, 1.53);

/// Exponent of the gain from `n` cards that share every layer.
const TENSOR_EXPONENT: f64 = 0.75;

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
    fn around(p50: f64, (low, high): (f64, f64)) -> Self {
        Self { p10: p50 * low, p50, p90: p50 * high }
    }
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

/// Families with at least one published run behind the fit.
const MEASURED_FAMILIES: [&str; 11] = [
    "nvidia-ada",
    "nvidia-gb10",
    "apple",
    "amd-apu",
    "nvidia-ampere",
    "nvidia-blackwell",
    "nvidia-hopper",
    "amd-rdna3",
    "amd-rdna4",
    "nvidia-volta",
    "amd-gcn",
];

/// What makes the range of this setup less certain than stated.
pub fn cautions(setup: &Setup) -> Vec<Caution> {
    let family = setup.machine.family.as_str();
    let mut found = Vec::new();
    if matches!(family, "nvidia-pascal" | "nvidia-turing" | "intel-xe2") {
        found.push(Caution::FamilyMissesWidely);
    } else if !MEASURED_FAMILIES.contains(&family) {
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

/// How much faster several devices are than one: only a tensor split adds speed for one user.
fn gain(setup: &Setup) -> f64 {
    match setup.split {
        Split::Layer => 1.0,
        Split::Tensor => libm::pow(f64::from(setup.devices), TENSOR_EXPONENT),
    }
}

fn bandwidth_bytes(machine: &Machine) -> Result<f64, PredictionProblem> {
    let known = machine.bandwidth_gbs.filter(|figure| figure.is_finite() && *figure > 0.0);
    known
        .map(|figure| figure * 1e9)
        .ok_or_else(|| PredictionProblem::UnknownBandwidth { machine: machine.name.clone() })
}

/// Tokens a second written with `depth_tokens` already in the cache, one user, one token at a time.
///
/// `t = (weights read + cache) / (0.814 * bandwidth) + layers * overhead`.
///
/// # Errors
/// When the bandwidth is unknown or the depth is beyond the model's window.
pub fn decode(setup: &Setup, depth_tokens: u64) -> Result<Speed, PredictionProblem> {
    setup.check()?;
    setup.check_context(depth_tokens)?;
    let bandwidth = bandwidth_bytes(setup.machine)? * gain(setup);
    let model = setup.model;
    let read = ByteShares::of(model, &setup.weights).for_one_token() + model.kv_bytes(depth_tokens, setup.cache);
    let overhead = if model.is_moe() { MOE_LAYER_S } else { DENSE_LAYER_S };
    let seconds = read / (DECODE_EFFICIENCY * bandwidth) + f64::from(model.layers) * overhead;
    Ok(Speed::around(1.0 / seconds, DECODE_RANGE))
}

/// Tokens a second read, for `prompt_tokens` new tokens after `depth_tokens` already in the cache.
///
/// Matrix products and attention at the compute the power limit sustains, plus the weights read once per step, plus an
/// overhead per layer and step.
///
/// # Errors
/// When bandwidth, compute or power is unknown, when there is nothing to read, or when prompt and depth together are
/// beyond the model's window.
#[allow(clippy::cast_precision_loss, reason = "a context is far below 2^53 tokens")]
pub fn prefill(setup: &Setup, prompt_tokens: u64, depth_tokens: u64) -> Result<Speed, PredictionProblem> {
    setup.check()?;
    setup.check_context(prompt_tokens.saturating_add(depth_tokens))?;
    if prompt_tokens == 0 {
        let what = "The number of new prompt tokens".to_owned();
        return Err(PredictionProblem::BadFigure { what, rule: "at least 1".to_owned() });
    }
    let (machine, model) = (setup.machine, setup.model);
    let bandwidth = bandwidth_bytes(machine)? * gain(setup);
    let compute =
        machine.fp16_tflops.ok_or_else(|| PredictionProblem::UnknownCompute { machine: machine.name.clone() })?;
    let power = machine.power_w.ok_or_else(|| PredictionProblem::UnknownPower { machine: machine.name.clone() })?;
    let sustained = PREFILL_EFFICIENCY
        * 150e12
        * libm::pow(power / 300.0, POWER_EXPONENT)
        * libm::pow(compute / 150.0, 1.0 - POWER_EXPONENT)
        * gain(setup);

    let (new, depth, step) = (prompt_tokens as f64, depth_tokens as f64, f64::from(setup.ubatch));
    let steps = (new / step).ceil();
    let together = new.min(step);
    let matrix = model.routed_share().map_or(1.0, |share| {
        let tokens_per_expert = together * share;
        tokens_per_expert / (tokens_per_expert + EXPERT_HALF_TOKENS)
    });
    let active =
        if model.is_moe() { model.params_active_b } else { model.params_active_b - model.untied_embedding_b() };
    let products = 2.0 * active * 1e9 * new / (sustained * matrix);
    let heads = f64::from(model.full_layers) * f64::from(model.heads) * f64::from(model.head_dim);
    let attention = 4.0 * heads * new * (depth + new / 2.0) / (ATTENTION_EFFICIENCY * sustained);
    let read =
        steps * ByteShares::of(model, &setup.weights).touched_by(together) / (PREFILL_READ_EFFICIENCY * bandwidth);
    let overhead = steps * f64::from(model.layers) * PREFILL_LAYER_S;
    Ok(Speed::around(new / (products + attention + read + overhead), PREFILL_RANGE))
}

#[cfg(test)]
mod tests;
