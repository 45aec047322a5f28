//! Predictions in bulk: a table of runs in, a table of fit, memory, speeds and watts out. One bad row never stops the rest.
//!
//! Columns in, in any order, any of them blank or absent, others ignored: `id`, `hw` and `model` (keys of the catalogue;
//! `rtx2080+ddr4` is a card with part of the weights in the computer's memory), `n_dev`, `split`, `quant`, `size_gib`,
//! `engine`, `backend`, `n_prompt`, `n_gen`, `depth`, `ubatch`, `flash_attn`, `concurrency`, `spec_decode`, `date`.
//!
//! `depth` is the number of tokens in the cache: before the prompt when reading, at the middle of the answer when writing. A row
//! whose `n_gen` equals its `n_prompt` and whose `depth` is half of that is a run over its own growing context, as some
//! published tables have it: its prompt begins at 0. With a serving engine a `depth` of at least `n_prompt` counts the prompt
//! in, as their benchmarks do. A blank `n_prompt` is taken as 512, with a finding.
//!
//! Numbers may have separators and units (`1,024`, `1e3`, `4.58 GiB`), words such as `n/a` are blanks. A cell that cannot be
//! read is a finding, and what the row would be without it is answered; only a row without a known machine and model, or
//! one that cannot run, has no speeds.

use crate::catalogue;
use crate::energy;
use crate::fit;
use crate::setup::{Offload, Setup, Split, Weights};
use crate::speed::runtime::{Backend, Engine, Packing, Runtime};
use crate::speed::{self, Calibration};
use csv::WriterBuilder;
use rows::Rows;
use std::collections::HashMap;
use std::io::{self, BufReader};

mod cells;
mod rows;

/// The columns of the answer.
pub const ANSWER: [&str; 11] = [
    "id",
    "fits",
    "memory_gib",
    "pp_tps_p10",
    "pp_tps_p50",
    "pp_tps_p90",
    "tg_tps_p10",
    "tg_tps_p50",
    "tg_tps_p90",
    "watts",
    "finding",
];

/// Prompt of a row that names none: the default of llama-bench.
const USUAL_PROMPT: u64 = 512;
/// How far over the memory a setup may be and still get speeds, because the memory is known to a tenth.
const NEARLY: f64 = 1.1;
/// Bandwidth assumed for the computer's memory when a row only says which kind: two channels of DDR4-3200 and DDR5-5600.
const RAM_GBS: [(&str, f64); 2] = [("ddr4", 51.2), ("ddr5", 89.6)];
/// Memory assumed beside a card when an engine spills into it and nobody says which: two channels of DDR5-5600.
const USUAL_RAM: &str = "ddr5";
/// Largest memory of a variant beside the one the catalogue has, as a multiple: Apple sells most chips with up to 2.7 times
/// as much (M5 Pro, 24 and 64 GB).
const LARGEST_VARIANT: f64 = 2.7;
/// Share of an Apple machine's memory that its owner can let graphics wire; the rest is left to the system.
const APPLE_RAISED: f64 = 0.95;
/// Longest text of a cell repeated in a finding.
const QUOTED: usize = 40;

/// How a batch went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BatchSummary {
    /// Rows read.
    pub rows: usize,
    /// Rows with at least one speed.
    pub answered: usize,
    /// Rows with a finding.
    pub with_findings: usize,
}

/// Answers every row of a table with the shipped corrections.
///
/// # Errors
/// Only when reading or writing fails; what is wrong with a row stands in its `finding`.
pub fn batch(reader: impl io::Read, writer: impl io::Write) -> io::Result<BatchSummary> {
    calibrated_batch(reader, writer, None)
}

/// As [`batch`], for one machine its owner has calibrated: the key of the machine, and what was learned.
///
/// # Errors
/// As [`batch`].
pub fn calibrated_batch(
    reader: impl io::Read,
    writer: impl io::Write,
    own: Option<(&str, Calibration)>,
) -> io::Result<BatchSummary> {
    let mut rows = Rows::new(rows::utf8(BufReader::new(reader))?)?;
    let mut writer = WriterBuilder::new().from_writer(writer);
    writer.write_record(ANSWER)?;
    let mut header = Vec::new();
    while header.iter().all(String::is_empty) {
        let Some(row) = rows.next()? else { break };
        header = row.cells;
    }
    let names: HashMap<String, usize> = header
        .iter()
        .enumerate()
        .map(|(at, name)| (name.to_ascii_lowercase().replace([' ', '-'], "_"), at))
        .rev()
        .collect();
    let mut summary = BatchSummary::default();
    while let Some(row) = rows.next()? {
        if row.cells.iter().all(String::is_empty) && row.cells.len() < 2 {
            continue;
        }
        let cells = |name: &str| names.get(name).and_then(|at| row.cells.get(*at)).cloned().unwrap_or_default();
        let mut answer = answer(&cells, own);
        if row.open_quote {
            answer
                .findings
                .insert(0, format!("Line {} has a quote that is not closed; its quotes were left out.", row.line));
        }
        summary.rows += 1;
        summary.answered += usize::from(answer.prefill.is_some() || answer.decode.is_some());
        summary.with_findings += usize::from(!answer.findings.is_empty());
        writer.write_record(answer.cells(&cells("id")))?;
    }
    writer.flush()?;
    Ok(summary)
}

/// What is known of one row.
#[derive(Debug, Clone, Default, PartialEq)]
struct Answer {
    fits: Option<bool>,
    memory_gib: Option<f64>,
    prefill: Option<speed::Speed>,
    decode: Option<speed::Speed>,
    watts: Option<f64>,
    findings: Vec<String>,
}

impl Answer {
    fn cells(&self, id: &str) -> Vec<String> {
        let number = |value: Option<f64>, places: usize| {
            value.filter(|value| value.is_finite()).map_or_else(String::new, |value| format!("{value:.places$}"))
        };
        let range = |speed: Option<speed::Speed>| {
            [speed.map(|one| one.p10), speed.map(|one| one.p50), speed.map(|one| one.p90)].map(|value| number(value, 3))
        };
        let fits = self.fits.map_or("", |fits| if fits { "yes" } else { "no" });
        let mut cells = vec![id.to_owned(), fits.to_owned(), number(self.memory_gib, 3)];
        cells.extend(range(self.prefill));
        cells.extend(range(self.decode));
        cells.push(number(self.watts, 1));
        cells.push(self.findings.join(" "));
        cells
    }

    fn find(&mut self, text: impl Into<String>) {
        self.findings.push(text.into());
    }
}

/// A row that cannot be predicted at all, with what was found.
struct Refused;

/// A whole number from 1 (or 0) on; blank is `None`, and so is, with a finding, what is no such number. Larger ones than
/// any machine or model takes are cut there, and refused by what they are for.
fn whole(answer: &mut Answer, cell: &str, name: &str, least: u64, most: u64, instead: &str) -> Option<u64> {
    if cells::blank(cell) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut to the range before")]
    #[allow(clippy::cast_precision_loss, reason = "limits are below 2^53")]
    let parsed = cells::count(cell).filter(|value| *value >= least as f64).map(|value| value.min(most as f64) as u64);
    if parsed.is_none() {
        answer.find(format!(
            "{name} is \"{}\", which is not a whole number from {least} on; {instead} was assumed.",
            quoted(cell)
        ));
    }
    parsed
}

fn quoted(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control()).take(QUOTED).collect()
}

fn answer(cells: &dyn Fn(&str) -> String, own: Option<(&str, Calibration)>) -> Answer {
    let mut answer = Answer::default();
    let _ = fill(&mut answer, cells, own);
    answer
}

/// Fills an answer as far as the row allows.
fn fill(answer: &mut Answer, cells: &dyn Fn(&str) -> String, own: Option<(&str, Calibration)>) -> Result<(), Refused> {
    let (hw, model_key) = (cells("hw"), cells("model"));
    let (machine_key, ram) = match hw.split_once('+') {
        Some((machine, ram)) => (machine.trim(), Some(ram.trim().to_ascii_lowercase())),
        None => (hw.as_str(), None),
    };
    let known = |answer: &mut Answer, what: &str, cell: &str, problem: crate::problem::PredictionProblem| {
        if cell.is_empty() {
            answer.find(format!("The row names no {what}."))
        } else {
            answer.find(problem.to_string())
        }
    };
    let machine =
        catalogue::machine(machine_key).map_err(|problem| known(answer, "machine (hw)", machine_key, problem));
    let model = catalogue::model(&model_key).map_err(|problem| known(answer, "model", &model_key, problem));
    let (Ok(machine), Ok(model)) = (machine, model) else { return Err(Refused) };

    let devices = whole(answer, &cells("n_dev"), "n_dev", 1, 4096, "1").unwrap_or(1);
    let prompt = whole(answer, &cells("n_prompt"), "n_prompt", 0, 1 << 40, "a blank");
    let generated = whole(answer, &cells("n_gen"), "n_gen", 0, 1 << 40, "a blank");
    let depth = whole(answer, &cells("depth"), "depth", 0, 1 << 40, "0").unwrap_or(0);
    let step = whole(answer, &cells("ubatch"), "ubatch", 1, 1 << 20, "the usual 512");
    let users = whole(answer, &cells("concurrency"), "concurrency", 1, 65_536, "1").unwrap_or(1);
    let engine = Engine::named(&cells("engine"));
    let weights = weights(answer, model, engine, &cells("quant"), &cells("size_gib"))?;
    let split = split(answer, engine, devices, cells);
    let narrow = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    let mut setup = Setup::with_weights(machine, model, weights)
        .on(narrow(devices), split)
        .for_users(narrow(users))
        .running(runtime(answer, cells));
    if let Some(step) = step {
        setup = setup.with_ubatch(narrow(step));
    }
    setup.speculative = cells::asks_for_drafts(&cells("spec_decode"));
    setup.calibration = own.filter(|(key, _)| key.eq_ignore_ascii_case(&machine.key)).map(|(_, learned)| learned);
    if let Some(ram) = ram {
        setup = offloaded(answer, setup, &ram, depth + prompt.unwrap_or(0).max(generated.unwrap_or(0)))?;
    }

    match energy::wall_power(machine, narrow(devices)) {
        Ok(power) => answer.watts = Some(power.decode_w),
        Err(problem) => answer.find(problem.to_string()),
    }
    // A run over its own growing context begins at 0 and ends where its prompt does.
    let growing = prompt.is_some() && prompt == generated && prompt.is_some_and(|new| new > 0 && depth == new / 2);
    let (new, after) = (prompt.unwrap_or(0), generated.unwrap_or(0));
    // Benchmarks of servers count the prompt into the depth at which they write; so must a row that else has no room,
    // but for llama.cpp, whose benchmark reads the prompt after the depth.
    let counted = !growing
        && new > 0
        && depth >= new
        && match engine {
            Engine::Serving | Engine::Exllama => true,
            Engine::LlamaCpp => false,
            _ => depth.saturating_add(new) > model.context_tokens,
        };
    let before = if growing || counted { 0 } else { depth };
    let context = match (growing, counted) {
        (true, _) => depth.saturating_mul(2),
        (_, true) => depth.max(new.saturating_add(after)),
        _ => depth.saturating_add(new.max(after)),
    };
    if engine == Engine::Serving {
        setup = at_work(answer, setup, context);
    }
    let spills = match fit::fit(&setup, context) {
        Ok(found) => {
            answer.fits = Some(found.fits);
            answer.memory_gib = Some(found.needed_gib);
            if found.fits { false } else { room(answer, &mut setup, &found, context, &cells("backend"))? }
        }
        Err(problem) => {
            answer.find(problem.to_string());
            return Err(Refused);
        }
    };
    let new = match prompt {
        None => {
            let room = USUAL_PROMPT.min(model.context_tokens.saturating_sub(before));
            answer.find(format!("n_prompt is blank; reading is for {room} tokens."));
            room
        }
        Some(new) => new,
    };
    if new > 0 && !spills {
        match speed::prefill(&setup, new, before) {
            Ok(speed) => answer.prefill = Some(speed),
            Err(problem) => answer.find(problem.to_string()),
        }
    }
    match speed::decode(&setup, depth) {
        Ok(speed) => answer.decode = Some(speed),
        Err(problem) => answer.find(problem.to_string()),
    }
    Ok(())
}

/// How cards share the model: as the row says, else as its engine does.
fn split(answer: &mut Answer, engine: Engine, devices: u64, cells: &dyn Fn(&str) -> String) -> Split {
    let said = cells("split").to_ascii_lowercase();
    let slices = |text: &str| {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| {
            word.strip_prefix("tp").is_some_and(|cards| cards.bytes().all(|byte| byte.is_ascii_digit()))
                || matches!(word, "tensor" | "tensorparallel" | "row" | "graph")
        })
    };
    if slices(&said) {
        return Split::Tensor;
    }
    if matches!(said.as_str(), "layer" | "layers" | "pipeline" | "pp") {
        return Split::Layer;
    }
    let slices_by_name =
        slices(&cells("engine").to_ascii_lowercase()) || slices(&cells("backend").to_ascii_lowercase());
    let usual = if slices_by_name { Split::Tensor } else { engine.usual_split() };
    let word = if usual == Split::Tensor { "tensor" } else { "layer" };
    if !cells::blank(&said) {
        answer.find(format!("split is \"{}\"; {word} was used.", quoted(&said)));
    } else if devices > 1 && usual == Split::Tensor {
        answer.find("split is blank; tensor was used, as this engine does.");
    }
    usual
}

/// What can be said of a setup that is larger than the memory a model may take. True when part of the weights went into the
/// computer's memory, so that only writing is known.
fn room(
    answer: &mut Answer,
    setup: &mut Setup,
    found: &fit::Fit,
    context: u64,
    backend: &str,
) -> Result<bool, Refused> {
    let needs = format!("It needs {:.1} GiB of {:.1} GiB", found.needed_gib, found.usable_gib);
    let machine = setup.machine;
    let memory = machine.memory_gib * f64::from(setup.devices);
    if machine.is_apple() {
        if found.needed_gib <= memory * APPLE_RAISED {
            answer.fits = Some(true);
            answer.find(format!("{needs} the system gives to graphics unasked; it fits when that limit is raised."));
            return Ok(false);
        }
        if found.needed_gib <= memory * LARGEST_VARIANT {
            answer.find(format!("{needs}. The speeds are those of the same chip with more memory."));
            return Ok(false);
        }
    }
    let backend = backend.to_ascii_lowercase();
    let beside = backend.contains("cpu") && setup.runtime.backend != Backend::Cpu
        || matches!(setup.runtime.engine, Engine::Wrapped);
    if found.needed_gib <= found.usable_gib * NEARLY && !beside {
        answer.find(format!("{needs}. The speeds are those if it did."));
        return Ok(false);
    }
    // Ollama and its like put what does not fit the card into the computer's memory without being asked.
    if machine.kind == crate::machine::MachineKind::Gpu && beside && setup.offload.is_none() {
        answer.find(format!("{needs}."));
        *setup = offloaded(answer, *setup, USUAL_RAM, context)?;
        answer.find("How fast it reads then is not known.");
        return Ok(true);
    }
    if found.needed_gib <= found.usable_gib * NEARLY {
        answer.find(format!("{needs}. The speeds are those if it did."));
        return Ok(false);
    }
    answer.find(format!("{needs}. No speed is predicted."));
    Err(Refused)
}

/// The weights of a row: by its size, else by its quantisation, else assumed and said.
fn weights(
    answer: &mut Answer,
    model: &crate::model::Model,
    engine: Engine,
    quant: &str,
    size: &str,
) -> Result<Weights, Refused> {
    let bits_of = |bytes: f64| bytes * 8.0 / (model.params_total_b * 1e9);
    let gib = if cells::blank(size) { None } else { cells::gib(size).filter(|gib| *gib > 0.0) };
    if gib.is_none() && !cells::blank(size) {
        answer.find(format!("size_gib is \"{}\", which is not a size; it was left out.", quoted(size)));
    }
    let gib = gib.filter(|gib| {
        let bits = bits_of(gib * crate::setup::GIB);
        let possible = (0.5..=40.0).contains(&bits);
        if !possible {
            answer.find(format!(
                "{gib} GiB are {bits:.1} bits for each parameter of {}, which no file has; the size was left out.",
                model.name
            ));
        }
        possible
    });
    // Serving engines run a model in the 16 bits it is published in unless told otherwise; the others in four.
    let floats = model.files.iter().any(|file| file.quant.eq_ignore_ascii_case("MXFP4"));
    let native = match model.family.as_str() {
        _ if floats => "MXFP4",
        "DeepSeek" => "FP8",
        _ => "BF16",
    };
    let assumed = match engine {
        Engine::Serving if !floats => "F16",
        _ if floats => "MXFP4",
        _ => "Q4_K_M",
    };
    let nothing = cells::blank(quant);
    let named = match quant.to_ascii_lowercase().as_str() {
        _ if nothing && gib.is_none() => {
            answer.find(format!("The row names neither a quantisation nor a size; {assumed} was assumed."));
            assumed
        }
        "native" | "original" | "unquantized" | "unquantised" | "full" | "auto" => native,
        _ => quant,
    };
    let mut weights = Weights::named(model, named, gib);
    if weights.is_none() {
        answer.find(format!(
            "No quantisation called \"{}\" is in the catalogue, and the row has no size_gib; {assumed} was assumed.",
            quoted(named)
        ));
        weights = Weights::named(model, assumed, None);
    }
    let Some(mut weights) = weights else { return Err(Refused) };
    if nothing && gib.is_some() {
        // Without a name the width tells the packing.
        weights.packing = match bits_of(weights.bytes) {
            _ if floats => Packing::Float4,
            bits if bits > 14.0 => Packing::Half,
            bits if bits > 7.5 => Packing::Bytes,
            _ => Packing::Blocks,
        };
    } else if gib.is_none() && !nothing && crate::catalogue::quant(quant).is_err() {
        let bits = bits_of(weights.bytes);
        answer.find(format!(
            "{:.1} GiB were assumed for \"{}\", {bits:.2} bits a weight.",
            weights.bytes / crate::setup::GIB,
            quoted(quant)
        ));
    }
    Ok(weights)
}

fn runtime(answer: &mut Answer, cells: &dyn Fn(&str) -> String) -> Runtime {
    let flash = cells::switch(&cells("flash_attn"));
    let date = cells("date");
    let year = year(&date);
    if !cells::blank(&date) && year.is_none() {
        answer.find(format!("date is \"{}\"; a current build was assumed.", quoted(&date)));
    }
    Runtime {
        engine: Engine::named(&cells("engine")),
        backend: Backend::named(&cells("backend")),
        flash,
        old_build: year.is_some_and(|year| year < 2025),
    }
}

/// The last year a date names: 2024-05, May 2024 and 2024-11..2025-12 are 2024, 2024 and 2025.
fn year(date: &str) -> Option<u32> {
    date.split(|c: char| !c.is_ascii_digit())
        .filter(|word| word.len() == 4)
        .filter_map(|word| word.parse().ok())
        .filter(|year| (2020..2100).contains(year))
        .max()
}

/// The users that a server holds at once: it lets the others wait when the cache of all of them has no room.
fn at_work<'a>(answer: &mut Answer, setup: Setup<'a>, context: u64) -> Setup<'a> {
    let fits = |users: u32| fit::fit(&setup.for_users(users), context).is_ok_and(|found| found.fits);
    if setup.users == 1 || fits(setup.users) || !fits(1) {
        return setup;
    }
    let (mut most, mut too_many) = (1, setup.users);
    while too_many - most > 1 {
        let middle = most + (too_many - most) / 2;
        if fits(middle) { most = middle } else { too_many = middle }
    }
    answer.find(format!("There is room for {most} of {} users at once; the others wait.", setup.users));
    setup.for_users(most)
}

/// Puts into the computer's memory what does not fit the card: routed experts first.
fn offloaded<'a>(answer: &mut Answer, setup: Setup<'a>, ram: &str, context: u64) -> Result<Setup<'a>, Refused> {
    let Some((_, ram_gbs)) = RAM_GBS.iter().find(|(kind, _)| *kind == ram) else {
        answer.find(format!("The memory \"{}\" beside the card is not known; ddr4 and ddr5 are.", quoted(ram)));
        return Err(Refused);
    };
    let tried = setup.beside_memory(*ram_gbs, context);
    if let Some(Offload { share, ram_gbs }) = tried.offload {
        let what = if setup.model.is_moe() { "experts" } else { "weights" };
        answer.find(format!(
            "{:.0} % of the {what} lie in the computer's memory at an assumed {ram_gbs} GB/s.",
            share * 100.0
        ));
    }
    Ok(tried)
}

#[cfg(test)]
mod tests;
