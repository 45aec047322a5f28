//! Tables in, tables out: a CSV file with a question on each row, answered row by row.

use crate::{Failure, show};
use counterweight_engine::tax;
use counterweight_inference::speed::Calibration;
use counterweight_inference::{calibration, catalogue, predict};
use std::fmt::Display;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Tax of each person-year.
pub fn tax(path: &Path) -> Result<ExitCode, Failure> {
    let mut answer = Vec::new();
    let summary = tax::batch::batch(open(path)?, &mut answer).map_err(invalid)?;
    show(&String::from_utf8_lossy(&answer))?;
    eprintln!("{} rows answered, {} of them with a finding.", summary.rows, summary.rows_with_findings);
    // A row that is answered in full, if by projected rules, is no fault of the table's.
    Ok(ExitCode::from(if summary.rows_in_error > 0 { 3 } else { 0 }))
}

/// What is to be predicted: a table of runs, or one run.
#[derive(clap::Args)]
pub struct Predict {
    /// A CSV file with a machine, a model and a run on each row; `-` reads standard input. The answer is CSV too.
    #[arg(long, required_unless_present = "hw", conflicts_with = "hw")]
    batch: Option<PathBuf>,
    /// One machine, by key.
    #[arg(long, requires = "model")]
    hw: Option<String>,
    /// Its open model, by key.
    #[arg(long, requires = "hw")]
    model: Option<String>,
    /// Quantisation of the weights, such as Q4_K_M.
    #[arg(long, requires = "hw")]
    quant: Option<String>,
    /// Equal cards or machines.
    #[arg(long, requires = "hw")]
    n_dev: Option<String>,
    /// How they share the model: layer or tensor.
    #[arg(long, requires = "hw")]
    split: Option<String>,
    /// Tokens of the prompt.
    #[arg(long, requires = "hw")]
    n_prompt: Option<String>,
    /// Tokens in the cache.
    #[arg(long, requires = "hw")]
    depth: Option<String>,
    /// Users at once.
    #[arg(long, requires = "hw")]
    concurrency: Option<String>,
    /// A draft model proposes tokens ahead.
    #[arg(long, requires = "hw")]
    spec_decode: bool,
    /// A table that llama-bench printed, which corrects the machine named by --bench-hw; `-` reads standard input.
    #[arg(long, requires = "bench_hw")]
    bench: Option<PathBuf>,
    /// The machine the table was run on, by key.
    #[arg(long, requires = "bench")]
    bench_hw: Option<String>,
    /// Print JSON, for one run.
    #[arg(long, requires = "hw")]
    json: bool,
}

/// Fit and speed of each run.
pub fn predict(asked: &Predict) -> Result<ExitCode, Failure> {
    let own = match (&asked.bench, &asked.bench_hw) {
        (Some(table), Some(machine)) => Some((machine.as_str(), calibrated(table, machine)?)),
        _ => None,
    };
    let Some(path) = &asked.batch else { return one(asked, own) };
    let mut answer = Vec::new();
    let summary = predict::calibrated_batch(open(path)?, &mut answer, own).map_err(invalid)?;
    show(&String::from_utf8_lossy(&answer))?;
    eprintln!(
        "{} rows read, {} answered with a speed, {} with a finding.",
        summary.rows, summary.answered, summary.with_findings
    );
    Ok(ExitCode::SUCCESS)
}

/// One run, for a person or as JSON.
fn one(asked: &Predict, own: Option<(&str, Calibration)>) -> Result<ExitCode, Failure> {
    let text = |cell: &Option<String>| format!("\"{}\"", cell.as_deref().unwrap_or_default().replace('"', "\"\""));
    let cells = [
        &asked.hw,
        &asked.model,
        &asked.quant,
        &asked.n_dev,
        &asked.split,
        &asked.n_prompt,
        &asked.depth,
        &asked.concurrency,
    ];
    let table = format!(
        "hw,model,quant,n_dev,split,n_prompt,depth,concurrency,spec_decode\n{},{}\n",
        cells.map(text).join(","),
        if asked.spec_decode { "draft" } else { "" }
    );
    let mut answer = Vec::new();
    predict::calibrated_batch(table.as_bytes(), &mut answer, own).map_err(invalid)?;
    let mut rows = csv::Reader::from_reader(answer.as_slice());
    let row = rows.records().next().transpose().map_err(invalid)?.unwrap_or_default();
    let cell = |name: &str| {
        predict::ANSWER.iter().position(|column| *column == name).and_then(|at| row.get(at)).unwrap_or_default()
    };
    if asked.json {
        let number = |name: &str| cell(name).parse::<f64>().map_or(serde_json::Value::Null, Into::into);
        let range = |verb: &str| serde_json::json!({ "p10": number(&format!("{verb}_tps_p10")), "p50": number(&format!("{verb}_tps_p50")), "p90": number(&format!("{verb}_tps_p90")) });
        let fits = match cell("fits") {
            "" => serde_json::Value::Null,
            verdict => (verdict == "yes").into(),
        };
        let answer = serde_json::json!({
            "fits": fits, "memoryGib": number("memory_gib"), "prefill": range("pp"), "decode": range("tg"),
            "watts": number("watts"), "finding": cell("finding"),
        });
        show(&format!("{answer:#}\n"))?;
    } else {
        let speed = |verb: &str| match cell(&format!("{verb}_tps_p50")) {
            "" => "not known".to_owned(),
            middle => format!(
                "{middle} tokens a second ({} to {})",
                cell(&format!("{verb}_tps_p10")),
                cell(&format!("{verb}_tps_p90"))
            ),
        };
        let known = |name: &str, unit: &str| {
            if cell(name).is_empty() { "not known".to_owned() } else { format!("{} {unit}", cell(name)) }
        };
        let memory = match (cell("fits"), cell("memory_gib")) {
            ("", _) | (_, "") => "not known".to_owned(),
            (fits, needed) => format!("{fits}, needs {needed} GiB"),
        };
        let mut said = format!(
            "Fits     {memory}\nReads    {}\nWrites   {}\nDraws    {}\n",
            speed("pp"),
            speed("tg"),
            known("watts", "W")
        );
        if !cell("finding").is_empty() {
            said.push_str(&format!("Finding  {}\n", cell("finding")));
        }
        show(&said)?;
    }
    // The answer is no when the model does not fit, and the input is invalid when nothing could be said.
    Ok(match cell("fits") {
        "yes" => ExitCode::SUCCESS,
        "no" => ExitCode::from(1),
        _ => ExitCode::from(3),
    })
}

/// What a pasted table says of a machine.
fn calibrated(table: &Path, machine: &str) -> Result<Calibration, Failure> {
    let machine = catalogue::machine(machine).map_err(invalid)?;
    let mut text = String::new();
    open(table)?.read_to_string(&mut text).map_err(invalid)?;
    let found = calibration::calibrate(&text, machine).map_err(invalid)?;
    for finding in &found.findings {
        eprintln!("{finding}");
    }
    Ok(found.calibration)
}

fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let file = std::fs::File::open(path)
        .map_err(|error| Failure::Invalid(format!("{} could not be read: {error}.", path.display())))?;
    Ok(Box::new(BufReader::new(file)))
}

fn invalid(error: impl Display) -> Failure {
    Failure::Invalid(error.to_string())
}
