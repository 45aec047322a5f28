//! Tables in the three forms, written after the documented format of llama-bench, and rubbish.

use super::*;
use crate::catalogue;
use proptest::prelude::*;

const MARKDOWN: &str = "\
ggml_cuda_init: found 1 CUDA devices:
  Device 0: NVIDIA GeForce RTX 4090, compute capability 8.9, VMM: yes
| model                          |       size |     params | backend    | ngl | fa |            test |                  t/s |
| ------------------------------ | ---------: | ---------: | ---------- | --: | -: | --------------: | -------------------: |
| llama 8B Q4_K - Medium         |   4.58 GiB |     8.03 B | CUDA       |  99 |  1 |           pp512 |     12000.00 ± 33.10 |
| llama 8B Q4_K - Medium         |   4.58 GiB |     8.03 B | CUDA       |  99 |  1 |           tg128 |        150.00 ± 0.20 |
| llama 8B Q4_K - Medium         |   4.58 GiB |     8.03 B | CUDA       |  99 |  1 |   tg128 @ d4096 |        140.00 ± 0.10 |

build: 8e672efe (6550)
";

const CSV: &str = "\
build_commit,build_number,cpu_info,gpu_info,backends,model_filename,model_type,model_size,model_n_params,n_batch,n_ubatch,n_threads,type_k,type_v,n_gpu_layers,split_mode,main_gpu,flash_attn,n_prompt,n_gen,n_depth,test_time,avg_ns,stddev_ns,avg_ts,stddev_ts
\"8e672efe\",\"6550\",\"AMD Ryzen\",\"NVIDIA GeForce RTX 4090\",\"CUDA\",\"llama.gguf\",\"llama 8B Q4_K - Medium\",\"4912898048\",\"8030261248\",\"2048\",\"512\",\"8\",\"f16\",\"f16\",\"99\",\"layer\",\"0\",\"1\",\"512\",\"0\",\"0\",\"2025-09-01T10:00:00Z\",\"42666666\",\"1000\",\"12000.0\",\"33.1\"
\"8e672efe\",\"6550\",\"AMD Ryzen\",\"NVIDIA GeForce RTX 4090\",\"CUDA\",\"llama.gguf\",\"llama 8B Q4_K - Medium\",\"4912898048\",\"8030261248\",\"2048\",\"512\",\"8\",\"f16\",\"f16\",\"99\",\"layer\",\"0\",\"1\",\"0\",\"128\",\"0\",\"2025-09-01T10:00:00Z\",\"853333333\",\"1000\",\"150.0\",\"0.2\"
";

const JSON: &str = r#"[
  {
    "build_commit": "8e672efe", "build_number": 6550, "backends": "CUDA",
    "model_filename": "llama.gguf", "model_type": "llama 8B Q4_K - Medium",
    "model_size": 4912898048, "model_n_params": 8030261248,
    "n_batch": 2048, "n_ubatch": 512, "type_k": "f16", "type_v": "f16", "n_gpu_layers": 99, "flash_attn": true,
    "n_prompt": 512, "n_gen": 0, "n_depth": 0, "avg_ts": 12000.0, "stddev_ts": 33.1, "samples_ts": [ 11990.0, 12010.0 ]
  },
  {
    "build_commit": "8e672efe", "build_number": 6550, "backends": "CUDA",
    "model_filename": "a {odd} name.gguf", "model_type": "llama 8B Q4_K - Medium",
    "model_size": 4912898048, "model_n_params": 8030261248,
    "n_batch": 2048, "n_ubatch": 512, "type_k": "f16", "type_v": "f16", "n_gpu_layers": 99, "flash_attn": true,
    "n_prompt": 0, "n_gen": 128, "n_depth": 0, "avg_ts": 150.0, "stddev_ts": 0.2, "samples_ts": [ 149.0, 151.0 ]
  }
]"#;

fn learn(text: &str, machine: &str) -> Result<Calibrated, Findings> {
    calibrate(text, catalogue::machine(machine).unwrap())
}

#[test]
fn the_three_forms_say_the_same() {
    let (markdown, csv, json) =
        (learn(MARKDOWN, "rtx4090").unwrap(), learn(CSV, "rtx4090").unwrap(), learn(JSON, "rtx4090").unwrap());
    for found in [&markdown, &csv, &json] {
        assert_eq!(found.findings, vec![]);
        assert!(found.runs.iter().all(|run| run.model == "llama3-8b"), "{:?}", found.runs);
    }
    assert_eq!(markdown.runs.iter().map(|run| run.line).collect::<Vec<_>>(), [5, 6, 7]);
    assert_eq!(csv.runs.iter().map(|run| run.line).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(json.runs.iter().map(|run| run.line).collect::<Vec<_>>(), [2, 9]);
    assert_eq!(markdown.runs[2].test, "tg128 @ d4096");
    let (csv, json) = (csv.calibration.prefill.unwrap(), json.calibration.prefill.unwrap());
    assert!((csv.factor - json.factor).abs() < 1e-12);
    // The markdown table rounds the size and the count of parameters.
    assert!((csv.factor / markdown.calibration.prefill.unwrap().factor - 1.0).abs() < 1e-3);
    let lines = JSON.replace('\n', " ").replace("[   {", "{").replace("},   {", "}\n{").replace("} ]", "}");
    assert_eq!(learn(&lines, "rtx4090").unwrap().runs.len(), 2, "{lines}");
}

/// By hand: with prior variance V of the machine and S of one model around it, one model seen `r` off moves the machine
/// by `r * V / (V + S)` and leaves `V * S / (V + S)`.
#[test]
fn one_model_moves_the_machine_part_of_the_way() {
    let found = learn(CSV, "rtx4090").unwrap();
    let machine = catalogue::machine("rtx4090").unwrap();
    let model = catalogue::model("llama3-8b").unwrap();
    let weights = Weights::named(model, "Q4_K_M", Some(4_912_898_048.0 / crate::setup::GIB)).unwrap();
    let runtime = Runtime { backend: Backend::Cuda, flash: Some(true), ..Runtime::default() };
    let setup = Setup::with_weights(machine, model, weights).running(runtime);
    let (speed, scatter) = speed::prefill_scattered(&setup, 512, 0).unwrap();
    let seen = libm::log(12_000.0 / speed.p50);
    let learned = found.calibration.prefill.unwrap();
    let share = scatter.shared / (scatter.shared + scatter.own);
    assert!((libm::log(learned.factor) - seen * share).abs() < 1e-9);
    assert!((learned.variance - scatter.own * share).abs() < 1e-9);
    assert_eq!(learned.runs, 1);

    // The corrected prediction lies between the first one and the measurement, and its range is narrower.
    let own = speed::prefill(&setup.with_calibration(found.calibration), 512, 0).unwrap();
    assert!((own.p50 - speed.p50) * (12_000.0 - own.p50) >= 0.0, "{speed:?} {own:?}");
    assert!(own.p90 / own.p10 < speed.p90 / speed.p10);
}

#[test]
fn lines_that_cannot_be_used_are_named() {
    let table = "\
| model | size | params | backend | ngl | test | t/s |
| --- | ---: | ---: | --- | --: | ---: | ---: |
| llama 8B Q4_K - Medium | 4.58 GiB | 8.03 B | CUDA | 99 | tg128 | 150.00 ± 0.20 |
| llama 8B Q4_K - Medium | 4.58 GiB | 8.03 B | CUDA | 99 | pp512+tg128 | 400.00 ± 0.20 |
| llama 8B Q4_K - Medium | 4.58 GiB | 8.03 B | CUDA | 20 | tg128 | 30.00 ± 0.20 |
| mystery 5B Q4_K - Medium | 2.90 GiB | 5.20 B | CUDA | 99 | tg128 | 150.00 ± 0.20 |
| llama 8B Q4_K - Medium | 4.58 GiB | 8.03 B | CUDA | 99 | tg128 | 9000.00 ± 0.20 |
| llama 8B Q4_K - Medium | 4.58 GiB | 8.03 B | CUDA | 99 | tg128 | fast |
| llama 8B Q4_K - Medium | 4.58 GiB | 8.03 B |
| llama 8B Q4_K - Medium | 4.58 GiB | 8.03 B | CUDA | 99 | tg128 @ d999999999 | 90.00 ± 0.20 |
";
    let found = learn(table, "rtx4090").unwrap();
    assert_eq!(found.runs.len(), 1);
    let lines: Vec<usize> = found.findings.iter().map(|finding| finding.line).collect();
    assert_eq!(lines, [4, 5, 6, 7, 8, 9, 10], "{:?}", found.findings);
    for (at, says) in ["mixes", "20 of 32 layers", "No model", "another machine", "not a speed", "3 cells", "more than"]
        .iter()
        .enumerate()
    {
        assert!(found.findings[at].text.contains(says), "{:?}", found.findings[at]);
    }
    assert!(found.findings[0].to_string().starts_with("Line 4: "));
}

#[test]
fn what_is_no_table_is_refused() {
    for text in ["", "hello", "{", "[1,2]", "| a | b |\n| 1 | 2 |", "avg_ts\n", "test,avg_ts\npp512"] {
        let Findings(findings) = learn(text, "rtx4090").unwrap_err();
        assert!(!findings.is_empty(), "{text:?}");
    }
    assert!(learn(&"x".repeat(5 << 20), "rtx4090").is_err());
}

#[test]
fn models_of_a_table_are_found_in_the_catalogue() {
    let table = |name: &str, gib: f64, params: f64| {
        format!(
            "| model | size | params | backend | test | t/s |\n| --- | --- | --- | --- | --- | --- |\n| {name} | {gib} GiB | {params} B | CUDA | tg128 | 40.0 |\n"
        )
    };
    for (name, gib, params, key) in [
        ("gpt-oss 20B MXFP4 MoE", 11.27, 20.91, "gpt-oss-20b"),
        ("qwen3moe 30B.A3B Q4_K - Medium", 17.28, 30.53, "qwen3-30b-a3b"),
        ("gemma3 27B Q4_K - Medium", 15.4, 27.01, "gemma3-27b"),
        ("qwen3 32B Q8_0", 32.42, 32.76, "qwen3-32b"),
        ("llama 7B Q4_0", 3.56, 6.74, "llama2-7b"),
    ] {
        let found = learn(&table(name, gib, params), "rtx5090").unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(found.runs[0].model, key, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in "[\\PC\n|{}\",]{0,200}") {
        let _ = learn(&text, "rtx4090");
    }

    #[test]
    fn a_torn_table_is_answered(form in 0usize..3, from in 0usize..900, to in 0usize..1800) {
        let text = [MARKDOWN, CSV, JSON][form];
        let cut = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (from, to) = (cut(from), cut(to));
        if from < to && let Ok(found) = learn(&text[from..to], "rtx4090") {
                let learned = [found.calibration.decode, found.calibration.prefill];
                prop_assert!(learned.iter().flatten().all(|one| one.factor.is_finite() && one.factor > 0.0 && one.variance > 0.0));
        }
    }
}
