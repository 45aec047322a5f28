//! Worked checks of the published fit, and laws that hold for every machine and model.

use super::*;
use crate::catalogue;
use crate::quant::Layout;
use crate::setup::Weights;
use crate::weights::ByteShares;
use proptest::prelude::*;

fn setup(machine: &str, model: &str, gib: f64) -> Setup<'static> {
    let weights = Weights::from_gib(gib, Layout::Plain);
    Setup::with_weights(catalogue::machine(machine).unwrap(), catalogue::model(model).unwrap(), weights)
}

fn rounds_to(actual: f64, printed: f64, step: f64) {
    assert!((actual - printed).abs() <= step / 2.0 + 1e-9, "{actual} does not round to {printed}");
}

/// Worked checks of the fit: RTX 4090 with Llama 3 8B at 4.58 GiB (130.6 measured), DGX Spark with gpt-oss-120b at
/// 59.02 GiB (59.0 measured), H100 PCIe with Llama 3 70B at 39.59 GiB (25.0 measured).
#[test]
fn decode_worked_checks() {
    rounds_to(published::decode(&setup("rtx4090", "llama3-8b", 4.58), 0).unwrap(), 103.6, 0.1);
    rounds_to(published::decode(&setup("dgx-spark", "gpt-oss-120b", 59.02), 0).unwrap(), 45.2, 0.1);
    rounds_to(published::decode(&setup("h100pcie", "llama3-70b", 39.59), 0).unwrap(), 28.3, 0.1);
}

/// Bytes read for one token in the same checks: 4.596, 3.660 and 41.876 GB.
#[test]
fn bytes_for_one_token() {
    for (machine, model, gib, gigabytes) in [
        ("rtx4090", "llama3-8b", 4.58, 4.596),
        ("dgx-spark", "gpt-oss-120b", 59.02, 3.660),
        ("h100pcie", "llama3-70b", 39.59, 41.876),
    ] {
        let setup = setup(machine, model, gib);
        rounds_to(ByteShares::of(setup.model, &setup.weights).for_one_token() / 1e9, gigabytes, 0.001);
    }
}

/// Worked checks of the fit: 7,139, 1,938 and 1,013 tokens a second measured.
#[test]
fn prefill_worked_checks() {
    rounds_to(published::prefill(&setup("rtx4090", "llama3-8b", 4.58), 512, 0).unwrap(), 6_389.0, 1.0);
    let spark = setup("dgx-spark", "gpt-oss-120b", 59.02).with_ubatch(2048);
    rounds_to(published::prefill(&spark, 2048, 0).unwrap(), 1_771.0, 1.0);
    rounds_to(published::prefill(&setup("h100pcie", "llama3-70b", 39.59), 512, 0).unwrap(), 1_058.0, 1.0);
}

#[test]
fn a_layer_split_adds_no_decode_speed_and_a_tensor_split_does() {
    let one = setup("rtx3090", "llama3-8b", 4.58);
    let single = decode(&one, 0).unwrap();
    assert_eq!(decode(&one.on(4, Split::Layer), 0).unwrap(), single);
    assert!(decode(&one.on(4, Split::Tensor), 0).unwrap().p50 > single.p50);
}

#[test]
fn unknown_figures_are_refused() {
    let mut machine = catalogue::machine("rtx4090").unwrap().clone();
    machine.bandwidth_gbs = None;
    let model = catalogue::model("llama3-8b").unwrap();
    let setup = Setup::with_weights(&machine, model, Weights::from_gib(4.58, Layout::Plain));
    assert!(matches!(decode(&setup, 0), Err(PredictionProblem::UnknownBandwidth { .. })));
    assert!(matches!(prefill(&setup, 512, 0), Err(PredictionProblem::UnknownBandwidth { .. })));
    let mining = Setup::by_key("cmp170hx", "llama3-8b", "Q4_K_M").unwrap();
    assert!(decode(&mining, 0).is_ok());
    assert!(matches!(prefill(&mining, 512, 0), Err(PredictionProblem::UnknownCompute { .. })));
}

#[test]
fn a_context_beyond_the_window_is_refused() {
    let setup = setup("rtx4090", "llama3-8b", 4.58);
    assert!(matches!(decode(&setup, 131_073), Err(PredictionProblem::ContextTooLong { .. })));
    assert!(matches!(prefill(&setup, 131_072, 1), Err(PredictionProblem::ContextTooLong { .. })));
    assert!(matches!(prefill(&setup, u64::MAX, 1), Err(PredictionProblem::ContextTooLong { .. })));
    assert!(matches!(prefill(&setup, 0, 0), Err(PredictionProblem::BadFigure { .. })));
}

#[test]
fn doubtful_families_are_named() {
    let on = |machine: &str| cautions(&setup(machine, "llama3-8b", 4.58));
    assert_eq!(on("rtx4090"), vec![]);
    assert_eq!(on("p40"), vec![Caution::FamilyMissesWidely]);
    assert_eq!(on("mi300x"), vec![Caution::FamilyUnmeasured]);
    assert_eq!(on("cpu-n150"), vec![]);
    assert_eq!(on("strix-halo"), vec![Caution::DriverDecides]);
}

/// Every machine with bandwidth, compute and power, with every model that can be loaded at four bits.
fn any_setup() -> impl Strategy<Value = Setup<'static>> {
    let machines: Vec<&'static str> = catalogue::machines()
        .iter()
        .filter(|row| row.bandwidth_gbs.is_some() && row.fp16_tflops.is_some() && row.power_w.is_some())
        .map(|row| row.key.as_str())
        .collect();
    (0..machines.len(), 0..catalogue::models().len()).prop_map(move |(machine, model)| {
        Setup::by_key(machines[machine], &catalogue::models()[model].key, "Q4_K_M").unwrap()
    })
}

proptest! {
    #[test]
    fn more_bandwidth_is_never_slower(setup in any_setup(), factor in 1.0f64..4.0, depth in 0u64..1900) {
        let mut faster = setup.machine.clone();
        faster.bandwidth_gbs = faster.bandwidth_gbs.map(|figure| figure * factor);
        let other = Setup { machine: &faster, ..setup };
        prop_assert!(decode(&other, depth).unwrap().p50 >= decode(&setup, depth).unwrap().p50);
        prop_assert!(prefill(&other, 64, depth).unwrap().p50 >= prefill(&setup, 64, depth).unwrap().p50);
    }

    #[test]
    fn deeper_is_never_faster(setup in any_setup(), a in 0u64..1500, b in 0u64..1500) {
        let (near, far) = (a.min(b), a.max(b));
        prop_assert!(decode(&setup, far).unwrap().p50 <= decode(&setup, near).unwrap().p50);
        prop_assert!(prefill(&setup, 512, far).unwrap().p50 <= prefill(&setup, 512, near).unwrap().p50);
    }

    #[test]
    fn larger_weights_are_never_faster(setup in any_setup(), factor in 1.0f64..4.0) {
        let mut larger = setup;
        larger.weights.bytes *= factor;
        prop_assert!(decode(&larger, 0).unwrap().p50 <= decode(&setup, 0).unwrap().p50 * (1.0 + 1e-12));
    }

    #[test]
    fn speeds_are_positive_and_ordered(setup in any_setup(), prompt in 1u64..2000) {
        for speed in [decode(&setup, prompt).unwrap(), prefill(&setup, prompt, 0).unwrap()] {
            prop_assert!(speed.p10 > 0.0 && speed.p10 < speed.p50 && speed.p50 < speed.p90 && speed.p90.is_finite());
        }
    }
}

/// The file the program carries is what the fit gives on the rows it carries.
#[test]
fn the_shipped_corrections_are_the_fit() {
    let fitted = report::shipped_text(&coefficients::shipped().as_of);
    let shipped = include_str!("../../data/speed_fit.toml");
    assert!(fitted == shipped, "data/speed_fit.toml is stale: write it again with the example fit_speed");
}

/// The bars of the speed report, on machines left out: the plain formula misses by 13.1 % and 29.2 %.
#[test]
fn machines_left_out_are_predicted_within_the_bars() {
    let report = report::leave_one_device_out();
    let (writing, reading) = (&report.decode[0], &report.prefill[0]);
    assert!(writing.rows >= 390 && reading.rows >= 295, "{} and {} rows", writing.rows, reading.rows);
    assert!(writing.median_percent <= 12.5, "{writing:?}");
    assert!(reading.median_percent <= 28.0, "{reading:?}");
    for score in [writing, reading] {
        let inside = score.inside_percent.unwrap();
        assert!((75.0..=88.0).contains(&inside), "{score:?}");
    }
    assert!(report.memory.fits_percent >= 97.0 && report.memory.median_percent <= 6.0, "{:?}", report.memory);
}

/// Every row names a known source, and every figure is above zero.
#[test]
fn measured_rows_are_sound() {
    assert!(measured::rows().len() > 2000);
    for row in measured::rows() {
        assert!(measured::address(&row.source).is_some(), "{row:?}");
        assert!(row.decode_tps.or(row.prefill_tps).is_some_and(|tps| tps > 0.0), "{row:?}");
        assert!(row.gib.is_none_or(|gib| gib > 0.0) && row.users > 0 && row.devices > 0, "{row:?}");
    }
}

#[test]
fn names_of_benchmarks_are_understood() {
    use runtime::{Backend, Engine, Packing};
    for (text, packing) in [
        ("Q4_K_M", Packing::Blocks),
        ("UD-Q4_K_XL", Packing::Blocks),
        ("gguf-q8_0", Packing::Bytes),
        ("F16/MXFP4", Packing::Float4),
        ("BF16", Packing::Brain),
        ("bf16", Packing::Brain),
        ("F16", Packing::Half),
        ("fp8-dynamic", Packing::Float8),
        ("awq-int4", Packing::Int4),
        ("IQ4_XS", Packing::Codebook),
        ("Q4_0", Packing::Legacy),
        ("", Packing::Blocks),
    ] {
        assert_eq!(Packing::named(text), packing, "{text}");
    }
    assert_eq!(Backend::named("ROCm-7.2.3"), Backend::Rocm);
    assert_eq!(Backend::named("Vulkan-AMDVLK"), Backend::VulkanAmdvlk);
    assert_eq!(Backend::named("GPU"), Backend::Native);
    assert_eq!(Engine::named("LM Studio"), Engine::Wrapped);
    for (text, engine) in [
        ("llama-server", Engine::LlamaCpp),
        ("llama.cpp b6500", Engine::LlamaCpp),
        ("ik_llama.cpp", Engine::LlamaCpp),
        ("KoboldCpp 1.9", Engine::LlamaCpp),
        ("ollama 0.9", Engine::Wrapped),
        ("Ollama v0.12.3", Engine::Wrapped),
        ("lmstudio", Engine::Wrapped),
        ("LM-Studio 0.3", Engine::Wrapped),
        ("vLLM 0.11", Engine::Serving),
        ("SGLang", Engine::Serving),
        ("TensorRT-LLM 1.0", Engine::Serving),
        ("TGI", Engine::Serving),
        ("MLX", Engine::Mlx),
        ("mlx_lm.server", Engine::Mlx),
        ("vllm-mlx", Engine::Mlx),
        ("ExLlamaV2", Engine::Exllama),
        ("ds4", Engine::Ds4),
        ("", Engine::Other),
        ("my own server", Engine::Other),
    ] {
        assert_eq!(Engine::named(text), engine, "{text}");
    }
    let model = catalogue::model("qwen3.6-27b").unwrap();
    let exl = Weights::named(model, "exl3-4.0bpw-mul1", None).unwrap();
    assert!((exl.bytes - 27.781e9 / 2.0).abs() < 1e6, "{}", exl.bytes); // 4 of 8 bits
    assert!(Weights::named(model, "mystery", None).is_none());
}

/// 36 of 48 layers' experts of Qwen3-30B-A3B in quad-channel DDR4 beside a card with 448 GB/s: 36.7 tokens a second
/// measured (llmfit pull request 755); the published formula gives 46.
#[test]
fn experts_in_the_computers_memory_set_the_pace() {
    let card = Machine { memory_gib: 8.0, ..catalogue::machine("rtx3070").unwrap().clone() };
    let model = catalogue::model("qwen3-30b-a3b").unwrap();
    let setup = Setup::with_weights(&card, model, Weights::from_gib(17.28, Layout::Plain));
    let all_on_card = decode(&setup, 0).unwrap().p50;
    let beside = setup.with_offload(crate::setup::Offload { share: 0.75, ram_gbs: 102.0 });
    let speed = decode(&beside, 0).unwrap();
    assert!(speed.p50 < all_on_card && speed.p10 < 46.0 && speed.p90 > 36.7, "{speed:?}");
    assert!(!crate::fit::fit(&setup, 4096).unwrap().fits && crate::fit::fit(&beside, 4096).unwrap().fits);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn more_users_write_more_together_and_less_each(setup in any_setup(), a in 1u32..64, b in 1u32..64, depth in 0u64..1500) {
        let (few, many) = (a.min(b), a.max(b));
        let (fewer, more) = (decode(&setup.for_users(few), depth).unwrap(), decode(&setup.for_users(many), depth).unwrap());
        prop_assert!(more.p50 >= fewer.p50 * (1.0 - 1e-9));
    }

    #[test]
    fn a_power_limit_never_speeds_up(setup in any_setup(), share in 0.3f64..1.0, depth in 0u64..1500) {
        let limited = Setup { power_limit_w: setup.machine.power_w.map(|watts| watts * share), ..setup };
        prop_assert!(decode(&limited, depth).unwrap().p50 <= decode(&setup, depth).unwrap().p50 * (1.0 + 1e-12));
        prop_assert!(prefill(&limited, 512, depth).unwrap().p50 <= prefill(&setup, 512, depth).unwrap().p50 * (1.0 + 1e-12));
    }

    #[test]
    fn more_memory_never_turns_a_fit_away(setup in any_setup(), factor in 1.0f64..4.0, tokens in 0u64..1500) {
        let mut larger = setup.machine.clone();
        larger.memory_gib *= factor;
        larger.usable_gib = larger.usable_gib.map(|gib| gib * factor);
        let other = Setup { machine: &larger, ..setup };
        let before = crate::fit::fit(&setup, tokens).unwrap();
        let after = crate::fit::fit(&other, tokens).unwrap();
        prop_assert!(after.fits || !before.fits, "{} GiB: {before:?}, {} GiB: {after:?}", setup.machine.memory_gib, larger.memory_gib);
    }

    #[test]
    fn a_calibration_narrows_and_moves_within_what_was_seen(setup in any_setup(), factor in 0.3f64..3.0, variance in 0.0f64..0.01) {
        let learned = Learned { factor, variance, runs: 1 };
        let own = setup.with_calibration(Calibration { decode: Some(learned), prefill: Some(learned) });
        let (before, after) = (decode(&setup, 100).unwrap(), decode(&own, 100).unwrap());
        prop_assert!((after.p50 / before.p50 / factor - 1.0).abs() < 1e-9);
        prop_assert!(after.p50 / after.p10 <= before.p50 / before.p10 * (1.0 + 1e-9));
        // What the bandwidth forbids is cut from a range without own runs, which may leave it the narrower one.
        if before.p90 < fastest_writing(&setup, bandwidth_bytes(setup.machine).unwrap()) {
            prop_assert!(after.p90 / after.p10 <= before.p90 / before.p10 * (1.0 + 1e-9));
        }
    }
}
