//! Learns about one machine from its owner's own runs: one pasted `llama-bench` table corrects every prediction for it.
//!
//! Each run is predicted as if nobody had measured the machine. What the runs have in common beyond that is taken for the
//! machine's own, drawn towards 1 as far as the scatter of published runs says; models count once each, however many
//! tests they ran, because tests of one model miss together.

use crate::catalogue;
use crate::machine::Machine;
use crate::model::Model;
use crate::setup::{Setup, Weights};
use crate::speed::runtime::{Backend, Engine, Packing, Runtime};
use crate::speed::{self, Calibration, Learned};
use bench::{Bench, Test};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

mod bench;

/// A run may be this many times faster or slower than predicted before it is taken for another machine's.
const FARTHEST: f64 = 8.0;
/// Largest difference of parameter counts, as a logarithm, at which a run's model is taken for a catalogue's.
const SAME_MODEL: f64 = 0.06;
/// What a model of another name loses against one of the same name, as such a difference.
const OTHER_NAME: f64 = 0.02;

/// Something about one line of the pasted text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct BenchFinding {
    /// Line of the text, from 1; 0 for the text as a whole.
    pub line: usize,
    /// What was found and what was left out.
    pub text: String,
}

impl std::fmt::Display for BenchFinding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line == 0 { f.write_str(&self.text) } else { write!(f, "Line {}: {}", self.line, self.text) }
    }
}

/// Why nothing could be learned: at least one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, thiserror::Error)]
#[error("{}", first(.0))]
pub struct Findings(pub Vec<BenchFinding>);

fn first(findings: &[BenchFinding]) -> String {
    findings.first().map_or_else(|| "Nothing could be read.".to_owned(), ToString::to_string)
}

/// One run of the pasted table beside its prediction.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct CalibrationRun {
    /// Line of the text, from 1.
    pub line: usize,
    /// Key of the model in the catalogue.
    pub model: String,
    /// The test as llama-bench names it, for example `pp512 @ d4096`.
    pub test: String,
    /// Tokens a second measured.
    pub measured_tps: f64,
    /// Tokens a second predicted before this calibration.
    pub predicted_tps: f64,
}

/// What was learned, from what, and what was left out.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Calibrated {
    /// The correction for this machine.
    pub calibration: Calibration,
    /// Runs behind it.
    pub runs: Vec<CalibrationRun>,
    /// Lines left out, and why.
    pub findings: Vec<BenchFinding>,
}

/// Learns from a pasted `llama-bench` table (markdown, CSV, JSON or JSON lines) of one machine.
///
/// # Errors
/// [`Findings`] when no line of the text could be used. Lines that could not be used beside others that could are in
/// [`Calibrated::findings`].
pub fn calibrate(text: &str, machine: &Machine) -> Result<Calibrated, Findings> {
    let mut findings = Vec::new();
    let benches = bench::read(text, &mut findings);
    let mut runs = Vec::new();
    let (mut writing, mut reading) = (Evidence::default(), Evidence::default());
    for bench in &benches {
        match judged(bench, machine) {
            Ok(judged) => {
                let into = if bench.test.reads() { &mut reading } else { &mut writing };
                into.add(judged.model, judged.measured_tps / judged.predicted.p50, &judged.scatter);
                runs.push(CalibrationRun {
                    line: bench.line,
                    model: judged.model.to_owned(),
                    test: bench.test.to_string(),
                    measured_tps: judged.measured_tps,
                    predicted_tps: judged.predicted.p50,
                });
            }
            Err(text) => findings.push(BenchFinding { line: bench.line, text }),
        }
    }
    findings.sort_by_key(|finding| finding.line);
    if runs.is_empty() {
        if findings.is_empty() {
            let text = "No llama-bench table was found. Paste its output as markdown, CSV or JSON.".to_owned();
            findings.push(BenchFinding { line: 0, text });
        }
        return Err(Findings(findings));
    }
    let calibration = Calibration { decode: writing.learned(), prefill: reading.learned() };
    Ok(Calibrated { calibration, runs, findings })
}

struct Judged {
    model: &'static str,
    measured_tps: f64,
    predicted: speed::Speed,
    scatter: speed::Scattering,
}

/// A run beside its prediction, or why it is left out.
fn judged(bench: &Bench, machine: &Machine) -> Result<Judged, String> {
    if !(bench.tps.is_finite() && bench.tps > 0.0) {
        return Err(format!("{} tokens a second is not a speed. The run was left out.", bench.tps));
    }
    if bench.experts_in_ram {
        return Err("Part of the experts was in the computer's memory. The run was left out.".to_owned());
    }
    let model = model_of(bench)?;
    let mut runtime = Runtime {
        engine: Engine::LlamaCpp,
        backend: bench.backend.as_deref().map_or(Backend::Native, Backend::named),
        flash: bench.flash,
        old_build: bench.build.is_some_and(|build| build > 0 && build < FIRST_BUILD_OF_2025),
    };
    match bench.layers_on_card {
        Some(0) => runtime.backend = Backend::Cpu,
        Some(layers) if layers > 0 && layers < i64::from(model.layers) && runtime.backend != Backend::Cpu => {
            return Err(format!("Only {layers} of {} layers were on the card. The run was left out.", model.layers));
        }
        _ => {}
    }
    let gib = bench.bytes / crate::setup::GIB;
    let weights = Weights::named(model, &bench.quant, Some(gib))
        .map(|weights| Weights { packing: Packing::named(&bench.quant), ..weights })
        .ok_or_else(|| "The size of the weights is unknown. The run was left out.".to_owned())?;
    let mut setup = Setup::with_weights(machine, model, weights).running(runtime).with_cache(bench.cache);
    if let Some(step) = bench.ubatch {
        setup = setup.with_ubatch(step);
    }
    let (predicted, scatter) = match bench.test {
        Test::Reads { prompt, depth } => speed::prefill_scattered(&setup, prompt, depth),
        Test::Writes { generated, depth } => speed::decode_scattered(&setup, depth.saturating_add(generated / 2)),
    }
    .map_err(|problem| format!("{problem} The run was left out."))?;
    let ratio = bench.tps / predicted.p50;
    if !(1.0 / FARTHEST..=FARTHEST).contains(&ratio) {
        return Err(format!(
            "{:.1} tokens a second were measured and {:.1} are expected of {}. This looks like another machine, or another model; the run was left out.",
            bench.tps, predicted.p50, machine.name
        ));
    }
    Ok(Judged { model: &model.key, measured_tps: bench.tps, predicted, scatter })
}

/// llama.cpp counts its builds; this one is of the first days of January 2025.
const FIRST_BUILD_OF_2025: u64 = 4404;

/// The catalogue's model with about as many parameters, one of the same name first.
fn model_of(bench: &Bench) -> Result<&'static Model, String> {
    let named = letters(&bench.model);
    let experts = {
        let lower = bench.model.to_ascii_lowercase();
        lower.contains("moe") || lower.split(['.', ' ', '-']).any(is_active_count) || lower.contains("gpt-oss")
    };
    let distance = |model: &Model| {
        let size = libm::log(model.params_total_b * 1e9 / bench.params).abs();
        let name = letters(&model.key);
        let same = !name.is_empty() && (named.starts_with(&name) || name.starts_with(&named)) && !named.is_empty();
        let kind = if model.is_moe() == experts { 0.0 } else { OTHER_NAME };
        size + if same { 0.0 } else { OTHER_NAME } + kind
    };
    let nearest = catalogue::models()
        .iter()
        .map(|model| (distance(model), model))
        .filter(|(distance, _)| *distance < SAME_MODEL)
        .min_by(|a, b| a.0.total_cmp(&b.0));
    nearest.map(|(_, model)| model).ok_or_else(|| {
        format!(
            "No model of the catalogue matches \"{}\" with {:.2} billion parameters. The run was left out.",
            bench.model.chars().take(60).collect::<String>(),
            bench.params / 1e9
        )
    })
}

/// Whether a word is a count of active parameters: `a3b`, `a22b`.
fn is_active_count(word: &str) -> bool {
    word.strip_prefix('a')
        .and_then(|rest| rest.strip_suffix('b'))
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The letters a name begins with, without what separates them: `gpt-oss 20B` is `gptoss`, `qwen3moe` is `qwen`.
fn letters(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .take_while(|c| c.is_ascii_alphabetic())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Runs of one kind, by model.
#[derive(Default)]
struct Evidence {
    by_model: BTreeMap<String, (f64, u32)>,
    shared: f64,
    own: f64,
    runs: u32,
}

impl Evidence {
    fn add(&mut self, model: &str, ratio: f64, scatter: &speed::Scattering) {
        let entry = self.by_model.entry(model.to_owned()).or_default();
        entry.0 += libm::log(ratio);
        entry.1 += 1;
        self.shared += scatter.shared;
        self.own += scatter.own;
        self.runs += 1;
    }

    /// The machine's own factor: the mean of the models' means, drawn towards 1 by the prior scatter of machines.
    #[allow(clippy::cast_precision_loss, reason = "a handful of models")]
    fn learned(&self) -> Option<Learned> {
        if self.runs == 0 {
            return None;
        }
        let (runs, models) = (f64::from(self.runs), self.by_model.len() as f64);
        let (shared, own) = (self.shared / runs, self.own / runs);
        let mean = self.by_model.values().map(|(sum, count)| sum / f64::from(*count)).sum::<f64>() / models;
        let (before, seen) = (1.0 / shared, models / own);
        let log = mean * seen / (before + seen);
        Some(Learned { factor: libm::exp(log), variance: 1.0 / (before + seen), runs: self.runs })
    }
}

#[cfg(test)]
mod tests;
