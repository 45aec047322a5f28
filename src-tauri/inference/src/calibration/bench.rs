//! Reads what `llama-bench` prints: a markdown table, CSV, a JSON array or JSON lines, with whatever log lines are around.

use super::BenchFinding;
use crate::model::KvCache;
use std::collections::HashMap;
use std::fmt;

/// Text longer than this is not a benchmark table.
const LONGEST: usize = 4 << 20;
/// Rows beyond this are not read.
const MOST_ROWS: usize = 10_000;

/// One test of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bench {
    pub line: usize,
    /// The model as llama-bench words it, without the quantisation where that is told apart.
    pub model: String,
    pub quant: String,
    pub bytes: f64,
    pub params: f64,
    pub backend: Option<String>,
    pub build: Option<u64>,
    pub ubatch: Option<u32>,
    pub flash: Option<bool>,
    pub cache: KvCache,
    pub layers_on_card: Option<i64>,
    pub experts_in_ram: bool,
    pub test: Test,
    pub tps: f64,
}

/// What a test did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    Reads { prompt: u64, depth: u64 },
    Writes { generated: u64, depth: u64 },
}

impl Test {
    pub(super) fn reads(&self) -> bool {
        matches!(self, Self::Reads { .. })
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, tokens, depth) = match self {
            Self::Reads { prompt, depth } => ("pp", prompt, depth),
            Self::Writes { generated, depth } => ("tg", generated, depth),
        };
        if *depth == 0 { write!(f, "{name}{tokens}") } else { write!(f, "{name}{tokens} @ d{depth}") }
    }
}

/// The cells of a row by the name of the column, in lower case.
type Cells = HashMap<String, String>;

/// Every test of the text; what could not be read goes to `findings`.
pub(super) fn read(text: &str, findings: &mut Vec<BenchFinding>) -> Vec<Bench> {
    if text.len() > LONGEST {
        let text = "The text is longer than 4 MB, which is no llama-bench table. Nothing was read.".to_owned();
        findings.push(BenchFinding { line: 0, text });
        return Vec::new();
    }
    let text = text.trim_start_matches('\u{feff}');
    let rows = if let Some(rows) = json(text, findings) {
        rows
    } else if text.lines().any(|line| line.trim_start().starts_with('|')) {
        markdown(text, findings)
    } else {
        comma_separated(text, findings)
    };
    let mut found = Vec::new();
    for (line, cells) in rows.into_iter().take(MOST_ROWS) {
        match bench(line, &cells) {
            Ok(one) => found.push(one),
            Err(text) => findings.push(BenchFinding { line, text }),
        }
    }
    found
}

/// A table of a JSON array or of one object a line; `None` when the text is neither.
fn json(text: &str, findings: &mut Vec<BenchFinding>) -> Option<Vec<(usize, Cells)>> {
    let start = text.find(|c: char| !c.is_whitespace())?;
    let opening = text[start..].chars().next()?;
    // A log line may stand before the array; a bracket inside such a line is not the array.
    let begins = |c: char| text.lines().any(|line| line.trim() == c.to_string() || line.trim_start().starts_with("[{"));
    if opening != '{' && opening != '[' && !begins('[') && !begins('{') {
        return None;
    }
    let mut rows = Vec::new();
    for (line, object) in objects(text) {
        match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(object) {
            Ok(map) => rows.push((
                line,
                map.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), plain(&value))).collect(),
            )),
            Err(error) => findings.push(BenchFinding {
                line: line + error.line().saturating_sub(1),
                text: format!("This is not valid JSON ({error}). The run was left out."),
            }),
        }
    }
    Some(rows)
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The outermost `{...}` of a text with the line each begins on. A brace inside a string is not one; an object that never
/// ends reaches to the end of the text.
fn objects(text: &str) -> Vec<(usize, &str)> {
    let (mut found, mut line, mut depth, mut start) = (Vec::new(), 1usize, 0usize, (0usize, 1usize));
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' => {
                line += 1;
                escaped = false;
                // A string never spans lines in JSON, so a stray quote ends with its line.
                quoted = false;
            }
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' if depth > 0 => quoted = !quoted,
            b'{' if !quoted => {
                if depth == 0 {
                    start = (at, line);
                }
                depth += 1;
            }
            b'}' if !quoted && depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    found.push((start.1, &text[start.0..=at]));
                }
            }
            _ => {}
        }
    }
    if depth > 0 {
        found.push((start.1, &text[start.0..]));
    }
    found
}

fn markdown(text: &str, findings: &mut Vec<BenchFinding>) -> Vec<(usize, Cells)> {
    let mut header: Vec<String> = Vec::new();
    let mut build = None;
    let mut rows = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if let Some(rest) = trimmed.strip_prefix("build:") {
            // The build stands below its table: `build: 8e672efe (1550)`.
            build = rest.split(['(', ')']).nth(1).map(|number| number.trim().to_owned());
            continue;
        }
        let Some(inner) = trimmed.strip_prefix('|') else {
            continue;
        };
        let cells: Vec<String> =
            inner.strip_suffix('|').unwrap_or(inner).split('|').map(|c| c.trim().to_owned()).collect();
        if cells.iter().all(|cell| !cell.is_empty() && cell.bytes().all(|b| matches!(b, b'-' | b':' | b' '))) {
            continue;
        }
        if cells.iter().any(|cell| cell == "test") && cells.iter().any(|cell| cell == "t/s") {
            header = cells.iter().map(|cell| cell.to_ascii_lowercase()).collect();
            continue;
        }
        if header.is_empty() {
            let text = "This row stands before any header with \"test\" and \"t/s\". It was left out.".to_owned();
            findings.push(BenchFinding { line: at + 1, text });
        } else if cells.len() != header.len() {
            let text = format!("This row has {} cells and its header {}. It was left out.", cells.len(), header.len());
            findings.push(BenchFinding { line: at + 1, text });
        } else {
            rows.push((at + 1, header.iter().cloned().zip(cells).collect::<Cells>()));
        }
    }
    if let Some(build) = build {
        for (_, cells) in &mut rows {
            cells.entry("build_number".to_owned()).or_insert_with(|| build.clone());
        }
    }
    rows
}

fn comma_separated(text: &str, findings: &mut Vec<BenchFinding>) -> Vec<(usize, Cells)> {
    // Log lines may stand before the header, which is the first line that names the speed.
    let Some((skipped, _)) = text.lines().enumerate().find(|(_, line)| line.contains("avg_ts")) else {
        return Vec::new();
    };
    let offset: usize = text.split_inclusive('\n').take(skipped).map(str::len).sum();
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(&text.as_bytes()[offset..]);
    let Ok(header) = reader.headers().cloned() else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = skipped + record.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(usize::MAX));
                if record.len() == header.len() {
                    let named = header.iter().map(str::to_ascii_lowercase).zip(record.iter().map(str::to_owned));
                    rows.push((line, named.collect()));
                } else if record.len() > 1 {
                    let text = format!(
                        "This row has {} cells and its header {}. It was left out.",
                        record.len(),
                        header.len()
                    );
                    findings.push(BenchFinding { line, text });
                }
            }
            Err(error) => {
                let at = error.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(0));
                findings.push(BenchFinding { line: skipped + at, text: format!("{error}. The row was left out.") });
            }
        }
    }
    rows
}

/// One row by the names of its columns, which markdown shortens.
fn bench(line: usize, cells: &Cells) -> Result<Bench, String> {
    let cell = |names: &[&str]| {
        names.iter().find_map(|name| cells.get(*name)).map(|text| text.trim()).filter(|t| !t.is_empty() && *t != "null")
    };
    let missing = |what: &str| format!("There is no {what} in this row. It was left out.");
    let named = cell(&["model_type", "model"]).ok_or_else(|| missing("model"))?;
    let (model, quant) = told_apart(named);
    let bytes =
        cell(&["model_size", "size"]).and_then(bytes_of).ok_or_else(|| missing("readable size of the model"))?;
    let params = cell(&["model_n_params", "params"])
        .and_then(count_of)
        .ok_or_else(|| missing("readable number of parameters"))?;
    let number = |names: &[&str]| cell(names).and_then(|text| text.parse::<i64>().ok());
    let test = match cell(&["test"]) {
        Some(text) => test_of(text)?,
        None => {
            let count = |names: &[&str]| number(names).and_then(|value| u64::try_from(value).ok()).unwrap_or(0);
            kind_of(count(&["n_prompt"]), count(&["n_gen"]), count(&["n_depth"]))?
        }
    };
    let speed = cell(&["avg_ts", "t/s"]).ok_or_else(|| missing("speed"))?;
    let tps = speed.split(['±', '+']).next().and_then(|text| text.trim().parse::<f64>().ok()).ok_or_else(|| {
        format!("\"{}\" is not a speed. The row was left out.", speed.chars().take(40).collect::<String>())
    })?;
    Ok(Bench {
        line,
        model,
        quant,
        bytes,
        params,
        backend: cell(&["backends", "backend"]).map(str::to_owned),
        build: number(&["build_number"]).and_then(|value| u64::try_from(value).ok()),
        ubatch: number(&["n_ubatch"]).and_then(|value| u32::try_from(value).ok()).filter(|step| *step > 0),
        flash: cell(&["flash_attn", "fa"]).and_then(|text| match text {
            "1" | "true" | "on" => Some(true),
            "0" | "false" | "off" => Some(false),
            _ => None,
        }),
        cache: cache_of(cell(&["type_k"]), cell(&["type_v"])),
        layers_on_card: number(&["n_gpu_layers", "ngl"]),
        experts_in_ram: number(&["n_cpu_moe", "ncmoe"]).is_some_and(|layers| layers > 0),
        test,
        tps,
    })
}

/// `llama 8B Q4_K - Medium` as the model and the usual name of its quantisation, `Q4_K_M`.
fn told_apart(named: &str) -> (String, String) {
    let starts = |word: &str| {
        let upper = word.to_ascii_uppercase();
        let digit = |at: usize| upper.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        (upper.starts_with('Q') && digit(1) && upper.contains('_'))
            || (upper.starts_with("IQ") && digit(2))
            || (upper.starts_with("TQ") && digit(2))
            || matches!(upper.as_str(), "F16" | "BF16" | "F32" | "MXFP4" | "NVFP4" | "ALL")
    };
    let mut at = 0;
    for word in named.split(' ') {
        if at > 0 && starts(word) {
            let quant = named[at..].replace(" - Medium", "_M").replace(" - Small", "_S").replace(" - Large", "_L");
            return (named[..at].trim().to_owned(), quant.replace(" MoE", "").trim().to_owned());
        }
        at += word.len() + 1;
    }
    (named.to_owned(), String::new())
}

/// `4.58 GiB`, `702.14 MiB` or a count of bytes.
fn bytes_of(text: &str) -> Option<f64> {
    let mut words = text.split_whitespace();
    let value: f64 = words.next()?.parse().ok()?;
    let unit = match words.next() {
        None => 1.0,
        Some("KiB") => 1024.0,
        Some("MiB") => 1_048_576.0,
        Some("GiB") => 1_073_741_824.0,
        Some("TiB") => 1_099_511_627_776.0,
        Some(_) => return None,
    };
    (value.is_finite() && value > 0.0).then_some(value * unit)
}

/// `8.03 B`, `751.63 M` or a plain count.
fn count_of(text: &str) -> Option<f64> {
    let mut words = text.split_whitespace();
    let value: f64 = words.next()?.parse().ok()?;
    let unit = match words.next() {
        None => 1.0,
        Some("K") => 1e3,
        Some("M") => 1e6,
        Some("B") => 1e9,
        Some("T") => 1e12,
        Some(_) => return None,
    };
    (value.is_finite() && value > 0.0).then_some(value * unit)
}

/// `pp512`, `tg128`, `pp2048 @ d4096`. A test that reads and writes in one figure is refused.
fn test_of(text: &str) -> Result<Test, String> {
    let unknown =
        || format!("The test \"{}\" is not known. The row was left out.", text.chars().take(40).collect::<String>());
    let (test, depth) = match text.split_once('@') {
        None => (text.trim(), 0),
        Some((test, depth)) => {
            let depth =
                depth.trim().strip_prefix('d').and_then(|digits| digits.trim().parse().ok()).ok_or_else(unknown)?;
            (test.trim(), depth)
        }
    };
    let count = |prefix: &str| test.strip_prefix(prefix).and_then(|digits| digits.trim().parse::<u64>().ok());
    if test.contains('+') {
        return Err("The test mixes reading and writing in one figure. The row was left out.".to_owned());
    }
    match (count("pp"), count("tg")) {
        (Some(prompt), _) => kind_of(prompt, 0, depth),
        (_, Some(generated)) => kind_of(0, generated, depth),
        _ => Err(unknown()),
    }
}

fn kind_of(prompt: u64, generated: u64, depth: u64) -> Result<Test, String> {
    match (prompt, generated) {
        (0, 0) => Err("The test has no tokens. The row was left out.".to_owned()),
        (prompt, 0) => Ok(Test::Reads { prompt, depth }),
        (0, generated) => Ok(Test::Writes { generated, depth }),
        _ => Err("The test mixes reading and writing in one figure. The row was left out.".to_owned()),
    }
}

/// The narrower of keys and values decides; the default is 16 bits.
fn cache_of(keys: Option<&str>, values: Option<&str>) -> KvCache {
    let of = |text: Option<&str>| match text.unwrap_or_default() {
        text if text.starts_with("q4") || text.starts_with("iq4") => KvCache::Q4,
        text if text.starts_with("q8") || text.starts_with("q5") => KvCache::Q8,
        _ => KvCache::F16,
    };
    match (of(keys), of(values)) {
        (KvCache::F16, KvCache::F16) => KvCache::F16,
        (KvCache::Q4, KvCache::Q4) => KvCache::Q4,
        _ => KvCache::Q8,
    }
}
