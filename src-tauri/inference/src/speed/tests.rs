//! Worked checks of the published fit, and laws that hold for every machine and model.

use super::*;
use crate::catalogue;
use crate::quant::Layout;
use crate::setup::Weights;
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
    rounds_to(decode(&setup("rtx4090", "llama3-8b", 4.58), 0).unwrap().p50, 103.6, 0.1);
    rounds_to(decode(&setup("dgx-spark", "gpt-oss-120b", 59.02), 0).unwrap().p50, 45.2, 0.1);
    rounds_to(decode(&setup("h100pcie", "llama3-70b", 39.59), 0).unwrap().p50, 28.3, 0.1);
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
    rounds_to(prefill(&setup("rtx4090", "llama3-8b", 4.58), 512, 0).unwrap().p50, 6_389.0, 1.0);
    let spark = setup("dgx-spark", "gpt-oss-120b", 59.02).with_ubatch(2048);
    rounds_to(prefill(&spark, 2048, 0).unwrap().p50, 1_771.0, 1.0);
    rounds_to(prefill(&setup("h100pcie", "llama3-70b", 39.59), 512, 0).unwrap().p50, 1_058.0, 1.0);
}

/// The published spread on devices left out: 0.70 to 1.31 in decode, 0.51 to 1.53 in prefill. By hand on 103.6 and 6,389.
#[test]
fn ranges_are_the_published_spread() {
    let written = decode(&setup("rtx4090", "llama3-8b", 4.58), 0).unwrap();
    rounds_to(written.p10, 72.5, 0.1); // 103.59 * 0.70
    rounds_to(written.p90, 135.7, 0.1); // 103.59 * 1.31
    let read = prefill(&setup("rtx4090", "llama3-8b", 4.58), 512, 0).unwrap();
    rounds_to(read.p10, 3_258.0, 2.0); // 6,389 * 0.51
    rounds_to(read.p90, 9_775.0, 2.0); // 6,389 * 1.53
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
    fn more_bandwidth_is_never_slower(setup in any_setup(), factor in 1.0f64..4.0, depth in 0u64..4000) {
        let mut faster = setup.machine.clone();
        faster.bandwidth_gbs = faster.bandwidth_gbs.map(|figure| figure * factor);
        let other = Setup { machine: &faster, ..setup };
        prop_assert!(decode(&other, depth).unwrap().p50 >= decode(&setup, depth).unwrap().p50);
        prop_assert!(prefill(&other, 64, depth).unwrap().p50 >= prefill(&setup, 64, depth).unwrap().p50);
    }

    #[test]
    fn deeper_is_never_faster(setup in any_setup(), a in 0u64..3500, b in 0u64..3500) {
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
    fn speeds_are_positive_and_ordered(setup in any_setup(), prompt in 1u64..3500) {
        for speed in [decode(&setup, prompt).unwrap(), prefill(&setup, prompt, 0).unwrap()] {
            prop_assert!(speed.p10 > 0.0 && speed.p10 < speed.p50 && speed.p50 < speed.p90 && speed.p90.is_finite());
        }
    }
}
