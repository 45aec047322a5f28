//! Every machine with every model under input that cannot be: each answers with a finding or a finite figure that physics
//! allows, and none with a silent zero.

use crate::breakeven::machine::End;
use crate::catalogue;
use crate::desk::{DeskRequest, asked, desk};
use crate::fit;
use crate::machine::Machine;
use crate::model::Model;
use crate::ownership::Owned;
use crate::predict;
use crate::problem::PredictionProblem;
use crate::routing::Policy;
use crate::setup::{GIB, Setup, Split};
use crate::speed::{self, Speed};
use crate::throughput::{self, CallShape};
use crate::weights::ByteShares;
use crate::workload::Work;
use counterweight_domain::{Entry, Workload};

/// 10^15 tokens, far beyond any window.
const ABSURD: u64 = 1_000_000_000_000_000;

fn quant(model: &Model) -> &'static str {
    if model.files.iter().any(|file| file.quant.eq_ignore_ascii_case("MXFP4")) { "MXFP4" } else { "Q4_K_M" }
}

fn setup<'a>(machine: &'a Machine, model: &'a Model) -> Setup<'a> {
    Setup::new(machine, model, catalogue::quant(quant(model)).expect("in the catalogue"))
}

fn ordered(speed: &Speed, what: &str) {
    let rising = 0.0 < speed.p10 && speed.p10 <= speed.p50 && speed.p50 <= speed.p90;
    assert!(rising && speed.p90.is_finite(), "{what}: {speed:?}");
}

/// Writing reads each active weight once a token, so no card writes faster than its memory is read; and reading takes two
/// operations a weight, so none reads faster than its fastest units compute.
fn possible(setup: &Setup, call: &throughput::CallEstimate, what: &str) {
    let gain = if setup.split == Split::Tensor { f64::from(setup.devices) } else { 1.0 };
    ordered(&call.decode, what);
    if let Some(bandwidth) = setup.machine.bandwidth_gbs {
        let bytes = ByteShares::of(setup.model, &setup.weights).for_one_token();
        let most = bandwidth * 1e9 * gain / bytes;
        assert!(call.decode.p90 <= most * 1.000_001, "{what}: writes {:?}, memory allows {most}", call.decode);
    }
    if let Some(prefill) = &call.prefill {
        ordered(prefill, what);
        let machine = setup.machine;
        let units = [machine.fp16_tflops, machine.fp8_tflops, machine.int8_tops, machine.fp4_tflops];
        let fastest = units.into_iter().flatten().fold(0.0, f64::max) * 1e12 * gain;
        let active = (setup.model.params_active_b - setup.model.untied_embedding_b()).max(0.0) * 1e9;
        let most = fastest / (2.0 * active).max(2e6);
        assert!(prefill.p90 <= most * 1.000_001, "{what}: reads {prefill:?}, compute allows {most}");
    }
    for range in [call.seconds, call.first_token_seconds, call.calls_per_hour].into_iter().chain(call.joules) {
        assert!(range.p10 > 0.0 && range.p10 <= range.p90 && range.p90.is_finite(), "{what}: {range:?}");
    }
}

fn fits_its_memory(setup: &Setup, context: u64, what: &str) {
    if let Ok(found) = fit::fit(setup, context) {
        let memory = setup.machine.memory_gib * f64::from(setup.devices);
        assert!(found.needed_gib.is_finite() && found.needed_gib > 0.0, "{what}: {found:?}");
        assert!(found.usable_gib <= memory * 1.000_001, "{what}: {found:?} of {memory}");
        assert!(!found.fits || found.needed_gib <= memory, "{what}: {found:?} of {memory}");
        assert!(!found.fits || setup.weights.bytes / GIB < memory, "{what}: {found:?}");
    }
}

/// The table: rows are the machines and models of the catalogue, columns the input; 82 machines by 59 models, two ways of
/// running them.
#[test]
fn every_machine_and_model_answers() {
    let mut answered = 0;
    for machine in catalogue::machines() {
        for model in catalogue::models() {
            let one = setup(machine, model);
            for setup in [one, one.on(4, Split::Tensor)] {
                let what = format!("{} × {} on {}", setup.devices, model.key, machine.key);
                for (prompt, cached, output) in [(512, 0, 128), (1, 0, 1), (6_000, 24_000, 500), (0, 1_000, 1)] {
                    let shape =
                        CallShape { uncached_prompt_tokens: prompt, cached_tokens: cached, output_tokens: output };
                    fits_its_memory(&setup, shape.context_tokens(), &what);
                    match throughput::call(&setup, &shape) {
                        Ok(call) => {
                            possible(&setup, &call, &what);
                            answered += 1;
                        }
                        Err(problem) => assert!(problem.to_string().len() > 20, "{what}: {problem}"),
                    }
                }
                // A context beyond the window, and 10^15 tokens of it.
                for tokens in [model.context_tokens + 1, ABSURD, u64::MAX] {
                    let shape =
                        CallShape { uncached_prompt_tokens: tokens, cached_tokens: tokens, output_tokens: tokens };
                    for refused in [
                        throughput::call(&setup, &shape).map(|_| ()),
                        fit::fit(&setup, tokens).map(|_| ()),
                        speed::decode(&setup, tokens).map(|_| ()),
                        speed::prefill(&setup, tokens, 0).map(|_| ()),
                    ] {
                        let long = matches!(refused, Err(PredictionProblem::ContextTooLong { .. }));
                        assert!(long, "{what} with {tokens}: {refused:?}");
                    }
                }
            }
            // A machine without bandwidth writes at no speed that anybody knows.
            for bandwidth in [None, Some(0.0), Some(f64::NAN), Some(f64::INFINITY), Some(-1.0)] {
                let blind = Machine { bandwidth_gbs: bandwidth, ..machine.clone() };
                let setup = setup(&blind, model);
                for refused in [speed::decode(&setup, 0), speed::prefill(&setup, 512, 0)] {
                    let unknown = matches!(
                        refused,
                        Err(PredictionProblem::UnknownBandwidth { .. }
                            | PredictionProblem::UnknownCompute { .. }
                            | PredictionProblem::UnknownPower { .. })
                    );
                    assert!(unknown, "{} on {}: {refused:?}", model.key, machine.key);
                }
            }
        }
    }
    assert!(answered > 10_000, "{answered}");
}

/// The desk for each model, with prices of zero, and with an own machine that nobody measured: costs are above zero, parts
/// sum, no machine does more than the work or runs for longer than its hours, and who is not ranked is left out with a reason.
#[test]
fn the_desk_never_says_nonsense() {
    for model in catalogue::models() {
        let mut workload = Workload::default();
        workload.local.model.clone_from(&model.key);
        workload.local.quant = quant(model).to_owned();
        workload.local.machine = "own".into();
        workload.local.own.unified = true;
        workload.local.own.memory = Entry::typed("128");
        workload.local.price = Entry::typed("0");
        let Some(work) = Work::of(&workload, 1.0) else { panic!("{} is not read", model.key) };
        for calls in [1.0, 6_300.0, 1e15] {
            let classes = work.profile();
            let request = DeskRequest {
                work: work.clone(),
                asked: asked(classes.iter().map(|class| (class, Policy::of(class.kind)))),
                quants: vec![work.quant.clone()],
                calls_per_month: calls,
                most_dollars: None,
                most_watts: None,
                most_decibels: None,
                slowest_seconds: None,
                most_cards: 8,
            };
            let found = desk(&request).expect("the request can be answered");
            assert_eq!(found.rows.len() + found.left_out.len(), catalogue::machines().len() + 1, "{}", model.key);
            assert!(found.left_out.iter().all(|out| out.reason.len() > 20), "{:?}", found.left_out);
            assert!(found.rows.iter().all(|row| row.machine != "own"), "its bandwidth is unknown");
            for row in &found.rows {
                let what = format!("{} on {}", model.key, row.machine);
                assert!(row.price.is_none_or(|price| price > 0.0), "{what}");
                assert!((0.0..=1.0).contains(&row.served) && row.served > 0.0 && row.hours_a_day.is_finite(), "{what}");
                assert!(row.call.fit.fits && row.call.fit.needed_gib <= row.call.fit.usable_gib, "{what}");
                match (&row.cost, row.per_million_useful) {
                    (Some(cost), Some(each)) => {
                        assert!(
                            cost.total() > 0.0 && cost.total().is_finite() && each > 0.0 && each.is_finite(),
                            "{what}"
                        );
                        let parts = [cost.purchase, cost.resale, cost.electricity, cost.repairs, cost.upkeep];
                        assert!(
                            parts.iter().all(|part| *part >= 0.0) && cost.resale <= cost.purchase,
                            "{what}: {cost:?}"
                        );
                        let most = work.hours_per_day * work.days_per_month;
                        let watts = row.call.power.map_or(f64::INFINITY, |power| power.prefill_w.max(power.decode_w));
                        assert!(cost.kwh_per_month <= most * watts / 1000.0 * 1.000_001, "{what}: {cost:?}");
                    }
                    (None, None) => {
                        let said =
                            row.remarks.iter().any(|remark| remark.contains("unknown") || remark.contains("known"));
                        assert!(said, "{what}: {:?}", row.remarks);
                    }
                    other => panic!("{what}: {other:?}"),
                }
            }
        }
    }
}

/// An owned machine at each model: it serves what its hours hold, and draws no less the more it does.
#[test]
fn an_owned_machine_stays_within_its_hours() {
    for machine in catalogue::machines() {
        for model in catalogue::models() {
            let mut workload = Workload::default();
            workload.local.model.clone_from(&model.key);
            workload.local.quant = quant(model).to_owned();
            let work = Work::of(&workload, 1.0).expect("readable");
            let what = format!("{} on {}", model.key, machine.key);
            match Owned::on(&machine.key, &work) {
                Ok(owned) => {
                    assert!(owned.calls_per_month > 0.0 && owned.calls_per_month.is_finite(), "{what}");
                    assert_eq!(owned.served(1e15), owned.calls_per_month, "{what}");
                    let busy = owned.calls_per_month * owned.speed(&work).seconds() / 3600.0;
                    assert!(busy <= owned.hours_per_month * 1.000_001, "{what}: {busy}");
                    if let (Some(none), Some(all)) = (owned.kwh(0.0), owned.kwh(owned.calls_per_month)) {
                        assert!(0.0 <= none && none < all && all.is_finite(), "{what}: {none} {all}");
                    }
                    let slow = crate::breakeven::machine::speed(&owned.call, work.output_tokens, 0.0, End::Slow);
                    assert!(slow.prefill_seconds >= 0.0 && slow.decode_seconds > 0.0, "{what}: {slow:?}");
                }
                Err(problem) => assert!(problem.to_string().len() > 20, "{what}"),
            }
        }
    }
}

/// The batch for each pair: a speed or a finding in each row, and a model or machine that no catalogue knows is named.
#[test]
fn the_batch_leaves_no_row_silent() {
    let mut table = String::from("id,hw,model,n_prompt,n_gen,depth,concurrency\n");
    let mut rows = 0;
    for machine in catalogue::machines().iter().map(|one| one.key.as_str()).chain(["abacus", ""]) {
        for (model, window) in catalogue::models()
            .iter()
            .map(|one| (one.key.as_str(), one.context_tokens))
            .chain([("clippy-1b", 0), ("", 0)])
        {
            for call in [
                "512,128,0,1".to_owned(),
                format!("{},1,0,1", window + 1),
                format!("{ABSURD},{ABSURD},{ABSURD},{ABSURD}"),
                "-1,nan,1e999,0".to_owned(),
            ] {
                table.push_str(&format!("{rows},{machine},{model},{call}\n"));
                rows += 1;
            }
        }
    }
    let mut out = Vec::new();
    predict::batch(table.as_bytes(), &mut out).expect("rows are answered");
    let mut read = csv::Reader::from_reader(out.as_slice());
    let mut seen = 0;
    for record in read.records() {
        let record = record.expect("a row");
        let silent = record[10].is_empty() && (record[4].is_empty() || record[7].is_empty());
        assert!(!silent, "{record:?}");
        for cell in (2..10).filter_map(|at| record.get(at)).filter(|cell| !cell.is_empty()) {
            let figure: f64 = cell.parse().expect("a number");
            assert!(figure > 0.0 && figure.is_finite(), "{record:?}");
        }
        seen += 1;
    }
    assert_eq!(seen, rows);
}
