//! The plain formulas as they were published, without corrections: what every prediction starts from.
//!
//! Decoding is bound by memory: every token reads the weights it uses and the cache, and each layer adds a fixed overhead.
//! Reading is bound by compute, which a card sustains only as far as its power allows. The constants were fitted on 399
//! decode rows of 35 devices and 304 prefill rows of 22 devices of public benchmarks; on a device left out of the fit the
//! median error is 13.1 % in decode and 29.2 % in prefill.

use super::terms;
use super::{bandwidth_bytes, check_prompt};
use crate::model::Attention;
use crate::problem::PredictionProblem;
use crate::setup::Setup;
use crate::weights::ByteShares;

/// Share of the peak bandwidth that decoding reaches.
pub(crate) const DECODE_EFFICIENCY: f64 = 0.814;
/// Seconds of overhead per layer and token, dense.
pub(crate) const DENSE_LAYER_S: f64 = 127e-6;
/// Seconds of overhead per layer and token, mixture of experts.
pub(crate) const MOE_LAYER_S: f64 = 157e-6;

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

/// Tokens that a design of its own, such as DeepSeek's sparse attention, picks out of a long context: its published top-k.
const SPARSE_TOKENS: f64 = 2048.0;

/// The figures of a machine that reading needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chip {
    /// Bytes a second.
    pub bandwidth: f64,
    /// 10^12 operations a second.
    pub compute: f64,
    /// Watts.
    pub power: f64,
}

impl Chip {
    /// The figures, with a lower power limit where the owner set one.
    pub(crate) fn of(setup: &Setup) -> Result<Self, PredictionProblem> {
        let machine = setup.machine;
        let known = |figure: Option<f64>| figure.filter(|value| value.is_finite() && *value > 0.0);
        let bandwidth = bandwidth_bytes(machine)?;
        let compute = known(machine.fp16_tflops)
            .ok_or_else(|| PredictionProblem::UnknownCompute { machine: machine.name.clone() })?;
        let power =
            known(machine.power_w).ok_or_else(|| PredictionProblem::UnknownPower { machine: machine.name.clone() })?;
        Ok(Self { bandwidth, compute, power })
    }

    /// Operations a second the machine keeps up.
    pub(crate) fn sustained(&self) -> f64 {
        PREFILL_EFFICIENCY
            * 150e12
            * libm::pow(self.power / 300.0, POWER_EXPONENT)
            * libm::pow(self.compute / 150.0, 1.0 - POWER_EXPONENT)
    }

    /// Logarithm of power over compute, both relative to 300 W and 150 TFLOPS: what the power exponent multiplies.
    pub(crate) fn power_over_compute(&self) -> f64 {
        libm::log(self.power / 300.0) - libm::log(self.compute / 150.0)
    }
}

/// Seconds for matrix products, attention, weights and layers of reading `new` tokens after `depth`.
pub(crate) fn prefill_seconds(setup: &Setup, sustained: f64, bandwidth: f64, new: f64, depth: f64) -> [f64; 4] {
    let model = setup.model;
    let step = f64::from(setup.ubatch);
    let steps = (new / step).ceil();
    let together = new.min(step);
    let matrix = model.routed_share().map_or(1.0, |share| {
        let tokens_per_expert = together * share;
        tokens_per_expert / (tokens_per_expert + EXPERT_HALF_TOKENS)
    });
    let active =
        if model.is_moe() { model.params_active_b } else { model.params_active_b - model.untied_embedding_b() };
    let attended =
        if model.attention == Attention::Measured { (depth + new / 2.0).min(SPARSE_TOKENS) } else { depth + new / 2.0 };
    let heads = f64::from(model.full_layers) * f64::from(model.heads) * f64::from(model.head_dim);
    [
        2.0 * active * 1e9 * new / (sustained * matrix),
        4.0 * heads * new * attended / (ATTENTION_EFFICIENCY * sustained),
        steps * ByteShares::of(model, &setup.weights).touched_by(together) / (PREFILL_READ_EFFICIENCY * bandwidth),
        steps * f64::from(model.layers) * PREFILL_LAYER_S,
    ]
}

/// Tokens a second written: `1 / ((weights read + cache) / (0.814 * bandwidth) + layers * overhead)`.
///
/// # Errors
/// As [`super::decode`].
pub fn decode(setup: &Setup, depth_tokens: u64) -> Result<f64, PredictionProblem> {
    setup.check()?;
    setup.check_context(depth_tokens)?;
    let bandwidth = bandwidth_bytes(setup.machine)?;
    Ok(1.0 / terms::decode(setup, bandwidth, depth_tokens).iter().map(|term| term.seconds).sum::<f64>())
}

/// Tokens a second read, for `prompt_tokens` new tokens after `depth_tokens`: matrix products and attention at the compute
/// the power limit sustains, plus the weights read once per step, plus an overhead per layer and step.
///
/// # Errors
/// As [`super::prefill`].
#[allow(clippy::cast_precision_loss, reason = "a context is far below 2^53 tokens")]
pub fn prefill(setup: &Setup, prompt_tokens: u64, depth_tokens: u64) -> Result<f64, PredictionProblem> {
    check_prompt(setup, prompt_tokens, depth_tokens)?;
    let chip = Chip::of(setup)?;
    let gain = terms::gain(setup);
    let (new, depth) = (prompt_tokens as f64, depth_tokens as f64);
    let seconds = prefill_seconds(setup, chip.sustained() * gain, chip.bandwidth * gain, new, depth);
    Ok(new / seconds.iter().sum::<f64>())
}
