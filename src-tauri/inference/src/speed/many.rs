//! Several users at once: all of them share one reading of the weights, and compute begins to matter.

use super::fitting::{Term, Trait};
use super::runtime::Engine;
use crate::problem::PredictionProblem;
use crate::setup::Setup;
use crate::weights::ByteShares;

/// Share of the bandwidth reached.
const READ_EFFICIENCY: f64 = 1.013;
/// Share of the compute (with 32-bit accumulation) reached.
const COMPUTE_EFFICIENCY: f64 = 0.118;
/// Exponent of the gain from several cards.
const CARDS_EXPONENT: f64 = 0.77;
/// Seconds of overhead per layer, dense.
const LAYER_S: f64 = 52e-6;
/// How much more a mixture of experts takes.
const MOE_OVERHEAD: f64 = 1.23;
/// Seconds per layer for cards to exchange results.
const EXCHANGE_S: f64 = 15e-6;

/// One step that writes a token for each of `users`: reading, computing, layers. The published formula for batches, with
/// traits for the engine, because llama.cpp reaches a fifth of the compute efficiency of the serving engines.
pub(crate) fn terms(
    setup: &Setup,
    bandwidth: f64,
    depth_tokens: u64,
    users: f64,
) -> Result<Vec<Term>, PredictionProblem> {
    let (machine, model) = (setup.machine, setup.model);
    let compute = machine
        .fp16_fp32acc_tflops
        .or(machine.fp16_tflops)
        .filter(|figure| figure.is_finite() && *figure > 0.0)
        .ok_or_else(|| PredictionProblem::UnknownCompute { machine: machine.name.clone() })?;
    let cards = match setup.split {
        crate::setup::Split::Tensor => libm::pow(f64::from(setup.devices), CARDS_EXPONENT),
        crate::setup::Split::Layer => 1.0,
    };
    let shares = ByteShares::of(model, &setup.weights);
    let layers = f64::from(model.layers);
    let kind = match setup.runtime.engine {
        Engine::Serving => "serving",
        Engine::Exllama => "exllama",
        _ => "plain",
    };
    let centre = matches!(machine.family.as_str(), "nvidia-hopper" | "nvidia-blackwell-dc" | "amd-cdna")
        || matches!(machine.key.as_str(), "a100pcie80" | "a100sxm80");
    let traits = |term: &str, slack: f64| {
        vec![
            Trait::new(format!("{term}.all"), 1.0, slack),
            Trait::new(format!("{term}.engine.{kind}"), 1.0, slack),
            Trait::new(format!("{term}.data-centre"), f64::from(centre), slack),
            Trait::new(format!("{term}.experts"), f64::from(model.is_moe()), slack / 2.0),
        ]
    };
    let each = if model.is_moe() { LAYER_S * MOE_OVERHEAD } else { LAYER_S };
    let exchange = if setup.devices > 1 { EXCHANGE_S } else { 0.0 };
    Ok(vec![
        Term {
            seconds: (shares.touched_by(users) + users * model.kv_bytes(depth_tokens, setup.cache))
                / (READ_EFFICIENCY * bandwidth * cards),
            traits: traits("read", 0.2),
        },
        Term {
            seconds: 2.0 * users * model.params_active_b * 1e9 / (COMPUTE_EFFICIENCY * compute * 1e12 * cards),
            traits: traits("compute", 0.8),
        },
        Term { seconds: layers * (each + exchange), traits: traits("layers", 0.4) },
    ])
}
