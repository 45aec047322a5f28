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

use crate::catalogue;
use crate::energy;
use crate::fit;
use crate::setup::{Offload, Setup, Split, Weights};
use crate::speed::runtime::{Backend, Engine, Packing, Runtime};
use crate::speed::{self, Calibration};
use csv::{ByteRecord, ReaderBuilder, Trim, WriterBuilder};
use std::collections::HashMap;
use std::io;

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
    let mut reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(reader);
    let mut writer = WriterBuilder::new().from_writer(writer);
    writer.write_record(ANSWER)?;
    let names: HashMap<String, usize> = reader
        .byte_headers()
        .map_err(readable)?
        .iter()
        .enumerate()
        .map(|(at, name)| (text(name).trim_start_matches('\u{feff}').to_ascii_lowercase(), at))
        .collect();
    let mut summary = BatchSummary::default();
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(readable)? {
        let cells = |name: &str| {
            let cell = names.get(name).and_then(|at| record.get(*at)).map(text).unwrap_or_default();
            cell.trim().to_owned()
        };
        let answer = answer(&cells, own);
        summary.rows += 1;
        summary.answered += usize::from(answer.prefill.is_some() || answer.decode.is_some());
        summary.with_findings += usize::from(!answer.findings.is_empty());
        writer.write_record(answer.cells(&cells("id")))?;
    }
    writer.flush()?;
    Ok(summary)
}

fn readable(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}")),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
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

/// A whole number from 1 (or 0) up to a limit; blank is `None`. What is no such number is a finding and refuses the row.
fn whole(answer: &mut Answer, cell: &str, name: &str, least: u64, most: u64) -> Result<Option<u64>, Refused> {
    if cell.is_empty() {
        return Ok(None);
    }
    let parsed = cell.parse::<u64>().ok().or_else(|| {
        // Spreadsheets write 512 as 512.0.
        let value = cell.parse::<f64>().ok().filter(|value| value.fract() == 0.0 && (0.0..1e15).contains(value))?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 0 to 10^15")]
        Some(value as u64)
    });
    match parsed {
        Some(value) if (least..=most).contains(&value) => Ok(Some(value)),
        _ => {
            answer.find(format!("{name} is \"{}\", which is not a whole number from {least} to {most}.", quoted(cell)));
            Err(Refused)
        }
    }
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

    let devices = whole(answer, &cells("n_dev"), "n_dev", 1, 4096)?.unwrap_or(1);
    let prompt = whole(answer, &cells("n_prompt"), "n_prompt", 0, 1 << 40)?;
    let generated = whole(answer, &cells("n_gen"), "n_gen", 0, 1 << 40)?;
    let depth = whole(answer, &cells("depth"), "depth", 0, 1 << 40)?.unwrap_or(0);
    let step = whole(answer, &cells("ubatch"), "ubatch", 1, 1 << 20)?;
    let users = whole(answer, &cells("concurrency"), "concurrency", 1, 65_536)?.unwrap_or(1);
    let engine = Engine::named(&cells("engine"));
    let weights = weights(answer, model, engine, &cells("quant"), &cells("size_gib"))?;
    let split = match cells("split").to_ascii_lowercase().as_str() {
        "" | "layer" | "none" | "pipeline" => Split::Layer,
        "tensor" | "row" => Split::Tensor,
        other => {
            answer.find(format!("split is \"{}\"; layer was used.", quoted(other)));
            Split::Layer
        }
    };
    let narrow = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    let mut setup = Setup::with_weights(machine, model, weights)
        .on(narrow(devices), split)
        .for_users(narrow(users))
        .running(runtime(answer, cells));
    if let Some(step) = step {
        setup = setup.with_ubatch(narrow(step));
    }
    setup.speculative =
        !matches!(cells("spec_decode").to_ascii_lowercase().as_str(), "" | "none" | "off" | "no" | "0" | "false");
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
    match fit::fit(&setup, context) {
        Ok(found) => {
            answer.fits = Some(found.fits);
            answer.memory_gib = Some(found.needed_gib);
            if !found.fits {
                let rest = if found.needed_gib > found.usable_gib * NEARLY {
                    " No speed is predicted."
                } else {
                    " The speeds are those if it did."
                };
                answer.find(format!("It needs {:.1} GiB of {:.1} GiB.{rest}", found.needed_gib, found.usable_gib));
                if found.needed_gib > found.usable_gib * NEARLY {
                    return Err(Refused);
                }
            }
        }
        Err(problem) => {
            answer.find(problem.to_string());
            return Err(Refused);
        }
    }
    let new = match prompt {
        None => {
            let room = USUAL_PROMPT.min(model.context_tokens.saturating_sub(before));
            answer.find(format!("n_prompt is blank; reading is for {room} tokens."));
            room
        }
        Some(new) => new,
    };
    if new > 0 {
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

fn weights(
    answer: &mut Answer,
    model: &crate::model::Model,
    engine: Engine,
    quant: &str,
    size: &str,
) -> Result<Weights, Refused> {
    let gib = match size.parse::<f64>() {
        _ if size.is_empty() => None,
        Ok(gib) if gib.is_finite() && gib > 0.0 && gib < 1e5 => Some(gib),
        _ => {
            answer.find(format!("size_gib is \"{}\", which is not a size.", quoted(size)));
            return Err(Refused);
        }
    };
    if let Some(gib) = gib {
        let bits = gib * crate::setup::GIB * 8.0 / (model.params_total_b * 1e9);
        if !(0.5..=40.0).contains(&bits) {
            answer
                .find(format!("{gib} GiB are {bits:.1} bits for each parameter of {}, which no file has.", model.name));
            return Err(Refused);
        }
    }
    // Serving engines run a model in the 16 bits it is published in unless told otherwise; the others in four.
    let assumed = match engine {
        Engine::Serving if model.files.iter().all(|file| !file.quant.eq_ignore_ascii_case("MXFP4")) => "F16",
        _ if model.files.iter().any(|file| file.quant.eq_ignore_ascii_case("MXFP4")) => "MXFP4",
        _ => "Q4_K_M",
    };
    if quant.is_empty() && gib.is_none() {
        answer.find(format!("The row names neither a quantisation nor a size; {assumed} was assumed."));
    }
    let named = if quant.is_empty() && gib.is_none() { assumed } else { quant };
    let Some(mut weights) = Weights::named(model, named, gib) else {
        answer.find(format!(
            "No quantisation called \"{}\" is in the catalogue, and the row has no size_gib.",
            quoted(named)
        ));
        return Err(Refused);
    };
    if quant.is_empty() && gib.is_some() {
        // Without a name the width tells the packing.
        let bits = weights.bytes * 8.0 / (model.params_total_b * 1e9);
        weights.packing = match bits {
            bits if bits > 14.0 => Packing::Half,
            bits if bits > 7.5 => Packing::Bytes,
            _ => Packing::Blocks,
        };
    }
    Ok(weights)
}

fn runtime(answer: &mut Answer, cells: &dyn Fn(&str) -> String) -> Runtime {
    let flash = match cells("flash_attn").to_ascii_lowercase().as_str() {
        "1" | "on" | "true" | "yes" | "1.0" => Some(true),
        "0" | "off" | "false" | "no" | "0.0" => Some(false),
        _ => None,
    };
    let date = cells("date");
    let year = year(&date);
    if !date.is_empty() && year.is_none() {
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
