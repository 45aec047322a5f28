//! Does it fit: weights, cache, compute buffer and fixed overhead against the memory a model may take.

use crate::machine::{Machine, MachineKind};
use crate::problem::PredictionProblem;
use crate::setup::{GIB, Setup};
use crate::weights::ByteShares;
use serde::Serialize;
use ts_rs::TS;

/// Bytes a driver and runtime take on each device.
const RUNTIME_BYTES: f64 = 0.5e9;
/// Apple's system lets graphics wire two thirds of a memory up to 36 GB, three quarters above.
const APPLE_SMALL_GIB: f64 = 36.0;
/// Share left to the model on other whole machines, where nobody measured it: an assumption.
const UNMEASURED_SHARE: f64 = 0.9;

/// What takes the memory, GiB.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct FitParts {
    /// The weights, without what lies in the computer's own memory.
    pub weights_gib: f64,
    /// Past tokens of all users.
    pub cache_gib: f64,
    /// Scratch space of one prefill step.
    pub compute_gib: f64,
    /// Driver and runtime.
    pub runtime_gib: f64,
}

/// Whether a model fits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Fit {
    /// The verdict.
    pub fits: bool,
    /// What it takes, GiB.
    pub needed_gib: f64,
    /// What there is for the model, GiB, over all devices.
    pub usable_gib: f64,
    /// What takes it.
    pub parts: FitParts,
    /// Whether the size of the weights is a published file's.
    pub known_file: bool,
}

/// GiB a model may take on one device: measured where somebody measured it, the system's limit on Apple's machines, all
/// of a card (its driver is counted as overhead), nine tenths of other machines (an assumption).
pub fn usable_gib(machine: &Machine) -> f64 {
    match (machine.usable_gib, machine.kind) {
        (Some(measured), _) => measured,
        (None, MachineKind::Gpu) => machine.memory_gib,
        (None, MachineKind::Unified) if machine.is_apple() => {
            let share = if machine.memory_gib <= APPLE_SMALL_GIB { 2.0 / 3.0 } else { 0.75 };
            machine.memory_gib * share
        }
        (None, MachineKind::Unified | MachineKind::Cpu) => machine.memory_gib * UNMEASURED_SHARE,
    }
}

/// Bytes of scratch space on one device: the logits of one step, and its activations (our own estimate: four states,
/// two of the widest feed-forward part and two of all heads, 32 bits each, as flash attention keeps no score matrix).
fn compute_bytes(setup: &Setup, context_tokens: u64) -> f64 {
    let model = setup.model;
    let experts = f64::from(model.moe_inter.unwrap_or(0))
        * f64::from(model.experts_per_token.unwrap_or(0) + model.shared_experts.unwrap_or(0));
    let widest = f64::from(model.dense_inter.unwrap_or(0)).max(experts);
    let heads = f64::from(model.heads) * f64::from(model.head_dim);
    let state = 4.0 * f64::from(model.hidden) + 2.0 * widest + 2.0 * heads;
    // A step is never longer than the context; engines round it up to 256 tokens.
    let step = u64::from(setup.ubatch).min(context_tokens.max(256));
    #[allow(clippy::cast_precision_loss, reason = "at most a step")]
    let step = step as f64;
    step * 4.0 * (f64::from(model.vocab) + state)
}

/// Whether the model fits with `context_tokens` in the cache of each user.
///
/// # Errors
/// [`PredictionProblem::ContextTooLong`] beyond the model's window, [`PredictionProblem::BadFigure`] for an impossible
/// setup.
pub fn fit(setup: &Setup, context_tokens: u64) -> Result<Fit, PredictionProblem> {
    setup.check()?;
    setup.check_context(context_tokens)?;
    let devices = f64::from(setup.devices);
    let in_ram = setup.offload.map_or(0.0, |offload| {
        let shares = ByteShares::of(setup.model, &setup.weights);
        offload.share * if setup.model.is_moe() { shares.all_experts() } else { setup.weights.bytes }
    });
    let parts = FitParts {
        weights_gib: (setup.weights.bytes - in_ram) / GIB,
        cache_gib: f64::from(setup.users) * setup.model.kv_bytes(context_tokens, setup.cache) / GIB,
        compute_gib: devices * compute_bytes(setup, context_tokens) / GIB,
        runtime_gib: devices * RUNTIME_BYTES / GIB,
    };
    let needed_gib = parts.weights_gib + parts.cache_gib + parts.compute_gib + parts.runtime_gib;
    let usable_gib = devices * usable_gib(setup.machine);
    Ok(Fit { fits: needed_gib <= usable_gib, needed_gib, usable_gib, parts, known_file: setup.weights.known_file })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;
    use crate::model::KvCache;
    use crate::setup::{Split, Weights};
    use proptest::prelude::*;

    fn close(actual: f64, expected: f64, within: f64) {
        assert!((actual - expected).abs() <= within, "{actual} is not {expected} within {within}");
    }

    /// By hand: 4.58 GiB of weights; 8,192 tokens of 131,072 bytes = 1.000 GiB; logits 512 * 128,256 * 4 B =
    /// 262,668,288 B and activations 512 * 4 * (4*4,096 + 2*14,336 + 2*4,096) = 109,051,904 B, together 0.3462 GiB;
    /// 0.5e9 B = 0.4657 GiB; in all 6.3919 GiB of 24.
    #[test]
    fn llama_8b_on_a_24_gib_card() {
        let setup = Setup::by_key("rtx4090", "llama3-8b", "Q4_K_M").unwrap();
        let fit = fit(&setup, 8192).unwrap();
        assert!(fit.fits && fit.known_file);
        close(fit.parts.weights_gib, 4.58, 1e-9);
        close(fit.parts.cache_gib, 1.0, 1e-9);
        close(fit.parts.compute_gib, 0.3462, 5e-5);
        close(fit.parts.runtime_gib, 0.4657, 5e-5);
        close(fit.needed_gib, 6.3919, 1e-4);
        close(fit.usable_gib, 24.0, 1e-9);
    }

    /// Runs that are published: 70B at 4 bits (39.59 GiB) does not fit one 24 GB card and does fit two; gpt-oss-120b runs
    /// on a DGX Spark; its 16-bit 70B (131.42 GiB) does not.
    #[test]
    fn published_runs() {
        let one = Setup::by_key("rtx4090", "llama3-70b", "Q4_K_M").unwrap();
        assert!(!fit(&one, 4096).unwrap().fits);
        assert!(fit(&one.on(2, Split::Layer), 4096).unwrap().fits);
        assert!(fit(&Setup::by_key("dgx-spark", "gpt-oss-120b", "MXFP4").unwrap(), 32_768).unwrap().fits);
        assert!(!fit(&Setup::by_key("dgx-spark", "llama3-70b", "F16").unwrap(), 4096).unwrap().fits);
    }

    /// 8,192 tokens of llama3-8b at 8 bits: 0.53 of 1 GiB.
    #[test]
    fn a_smaller_cache_takes_its_share() {
        let setup = Setup::by_key("rtx4090", "llama3-8b", "Q4_K_M").unwrap().with_cache(KvCache::Q8);
        close(fit(&setup, 8192).unwrap().parts.cache_gib, 0.53, 1e-9);
    }

    #[test]
    fn apple_keeps_a_third_or_a_quarter() {
        close(usable_gib(catalogue::machine("m4max-32").unwrap()), 24.0, 1e-9); // two thirds of 36
        close(usable_gib(catalogue::machine("m5ultra-80").unwrap()), 192.0, 1e-9); // three quarters of 256
    }

    #[test]
    fn a_context_beyond_the_window_is_refused() {
        let setup = Setup::by_key("rtx4090", "llama3-8b", "Q4_K_M").unwrap();
        let problem = fit(&setup, 131_073).unwrap_err();
        assert!(matches!(problem, PredictionProblem::ContextTooLong { window_tokens: 131_072, .. }), "{problem}");
    }

    proptest! {
        #[test]
        fn more_bits_never_take_less(model in 0..catalogue::models().len(), a in 0..40usize, b in 0..40usize, tokens in 0u64..2000) {
            let (model, quants) = (&catalogue::models()[model], catalogue::quants());
            let (a, b) = (&quants[a % quants.len()], &quants[b % quants.len()]);
            let machine = catalogue::machine("dgx-spark").unwrap();
            // Estimated sizes only: a published file may be larger or smaller than its quantisation's average.
            let needed = |bits: f64| {
                let weights = Weights { bytes: model.params_total_b * 1e9 * bits / 8.0, layout: a.layout, known_file: false, packing: crate::speed::runtime::Packing::default() };
                fit(&Setup::with_weights(machine, model, weights), tokens).unwrap().needed_gib
            };
            let (low, high) = if a.bits_per_weight < b.bits_per_weight { (a, b) } else { (b, a) };
            prop_assert!(needed(low.bits_per_weight) <= needed(high.bits_per_weight));
        }

        #[test]
        fn deeper_never_takes_less(model in 0..catalogue::models().len(), a in 0u64..2000, b in 0u64..2000) {
            let setup = Setup::by_key("dgx-spark", &catalogue::models()[model].key, "Q4_K_M").unwrap();
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(fit(&setup, low).unwrap().needed_gib <= fit(&setup, high).unwrap().needed_gib);
        }
    }
}
