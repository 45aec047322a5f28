//! A corpus of Claude Code transcripts whose true use is known.
//!
//! It has what makes real transcripts hard: an answer in several lines with partial output at first, answers copied
//! into resumed sessions, replays on a side line with other cache counts, subagents told twice, a gateway with one id
//! for all answers, answers without an id, stubs of failed requests, and lines of other kinds that are most of the
//! bytes. Sizes of files follow a lognormal with median 105 KB and 90th percentile 654 KB (ccusage's published
//! profile), scaled to the size asked for.

use counterweight_usage::Totals;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

type Failure = Box<dyn std::error::Error>;

/// What a corpus or a reader says of itself, as JSON, so that two texts can be compared.
pub fn said(totals: &Totals, days: BTreeMap<String, Totals>) -> String {
    serde_json::json!({ "totals": totals, "days": days }).to_string()
}

/// SplitMix64, so that a seed makes the same corpus everywhere. (<https://prng.di.unimi.it/splitmix64.c>)
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// About normal: twelve uniform numbers less six have mean 0 and variance 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.next() as f64 / u64::MAX as f64).sum::<f64>() - 6.0
    }
}

#[derive(Clone)]
struct Answer {
    id: String,
    model: &'static str,
    minute: u64,
    input: u64,
    read: u64,
    write_5m: u64,
    write_1h: u64,
    output: u64,
}

/// A corpus as it is written, and its truth.
pub struct Corpus {
    folder: PathBuf,
    chance: Chance,
    totals: Totals,
    days: BTreeMap<String, Totals>,
    answers: u64,
    earlier: Vec<Answer>,
    text: String,
}

/// First minute of the corpus: 2026-09-01 00:00 UTC, and the minutes it spans.
const START: &str = "2026-09-01T00:00:00Z";
const MINUTES: u64 = 80 * 24 * 60;

impl Corpus {
    /// An empty corpus in a folder.
    pub fn new(folder: &Path, seed: u64) -> Corpus {
        let text = "Lorem ipsum dolor sit amet, \\\"usage\\\":{\\\"input_tokens\\\":7} consectetur adipiscing elit.\\n";
        Corpus {
            folder: folder.to_path_buf(),
            chance: Chance(seed),
            totals: Totals::default(),
            days: BTreeMap::new(),
            answers: 0,
            earlier: Vec::new(),
            text: text.repeat(400),
        }
    }

    /// What was truly used.
    pub fn truth(&self) -> String {
        said(&self.totals, self.days.clone())
    }

    /// Writes `files` files of so many bytes and lines in all.
    pub fn write(&mut self, bytes: u64, files: u64, lines: u64) -> Result<(), Failure> {
        // 1.28 is the normal quantile of 0.9: sigma = ln(654 / 105) / 1.28.
        let sigma = (654.0f64 / 105.0).ln() / 1.2816;
        let weights: Vec<f64> = (0..files).map(|_| (sigma * self.chance.normal()).exp()).collect();
        let all: f64 = weights.iter().sum();
        for (at, weight) in weights.into_iter().enumerate() {
            let share = weight / all;
            let size = (bytes as f64 * share) as u64;
            let count = ((lines as f64 * share) as u64).max(4);
            self.file(at as u64, size, count)?;
        }
        Ok(())
    }

    /// Writes one file of so many bytes in which every line is an answer of its own: the most that a reader has to
    /// remember for its size.
    pub fn write_dense(&mut self, bytes: u64) -> Result<(), Failure> {
        let session = "dense000-0000-4000-8000-000000000000";
        let folder = self.folder.join("projects/-home-me-dense");
        std::fs::create_dir_all(&folder)?;
        let mut out = BufWriter::with_capacity(1 << 20, File::create(folder.join(format!("{session}.jsonl")))?);
        let mut written = 0;
        while written < bytes {
            self.answers += 1;
            let answer = Answer {
                id: format!("msg_{:024x}", self.answers),
                model: "claude-opus-5",
                minute: self.answers % MINUTES,
                input: 3 + self.answers,
                read: self.chance.below(150_000),
                write_5m: self.chance.below(20_000),
                write_1h: 0,
                output: 10 + self.chance.below(1500),
            };
            self.count(&answer, 0);
            let line = self.line(&answer, session, false, 0, answer.output);
            writeln!(out, "{line}")?;
            written += line.len() as u64 + 1;
        }
        Ok(out.flush()?)
    }

    fn file(&mut self, at: u64, size: u64, lines: u64) -> Result<(), Failure> {
        let session = format!("{at:08x}-0000-4000-8000-000000000000");
        let project = self.folder.join(format!("projects/-home-me-project-{}", at % 37));
        let subagent = self.chance.percent(20);
        let path = match subagent {
            true => project.join(&session).join("subagents/agent-1.jsonl"),
            false => project.join(format!("{session}.jsonl")),
        };
        std::fs::create_dir_all(path.parent().ok_or("no folder")?)?;
        let mut out = BufWriter::new(File::create(path)?);
        let mut minute = self.chance.below(MINUTES - 600);
        // The same for each file: what usage lines do not fill, other lines fill.
        let mut left = lines;
        let mut written = 0u64;
        while left > 0 {
            let room = size.saturating_sub(written) / left;
            let line = if self.chance.percent(39) {
                minute += u64::from(self.chance.percent(30));
                self.answer(&session, minute.min(MINUTES - 1), subagent, left)
            } else {
                vec![self.other(&session, minute, room)]
            };
            for line in line.iter().take(left as usize) {
                writeln!(out, "{line}")?;
                written += line.len() as u64 + 1;
                left -= 1;
            }
        }
        Ok(out.flush()?)
    }

    /// A line without usage, of about this size.
    fn other(&mut self, session: &str, minute: u64, room: u64) -> String {
        // Around the text stand some 250 bytes; a line with no room for them is of the shortest kind.
        let kind = if room < 300 { 1 } else { self.chance.below(10) };
        let room = (room as usize).saturating_sub(250) * self.chance.below(20) as usize / 10;
        let mut end = room.clamp(10, self.text.len() - 2);
        // Not between a backslash and what it stands before.
        while self.text.as_bytes()[end - 1] == b'\\' {
            end += 1;
        }
        let text = &self.text[..end];
        match kind {
            0 => format!(r#"{{"type":"file-history-snapshot","messageId":"{minute}","snapshot":{{"text":"{text}"}}}}"#),
            1 => format!(r#"{{"type":"summary","summary":"{}","leafUuid":"{minute}"}}"#, &text[..10]),
            _ => format!(
                r#"{{"parentUuid":null,"isSidechain":false,"userType":"external","cwd":"/home/me/project","sessionId":"{session}","version":"2.1.90","type":"user","message":{{"role":"user","content":"{text}"}},"uuid":"{minute}","timestamp":"{}"}}"#,
                self.time(minute, 0)
            ),
        }
    }

    fn time(&self, minute: u64, part: u64) -> String {
        let start: jiff::Timestamp = START.parse().unwrap_or_default();
        format!("{:.3}", start + jiff::SignedDuration::from_millis((minute * 60_000 + part * 10) as i64))
    }

    fn count(&mut self, answer: &Answer, part: u64) {
        let day = self.time(answer.minute, part)[..10].to_owned();
        for totals in [&mut self.totals, self.days.entry(day).or_default()] {
            totals.responses += 1;
            totals.input += answer.input;
            totals.cache_read += answer.read;
            totals.cache_write_5m += answer.write_5m;
            totals.cache_write_1h += answer.write_1h;
            totals.output += answer.output;
        }
    }

    /// The lines of an answer, at most `most`; counted into the truth unless they repeat one.
    fn answer(&mut self, session: &str, minute: u64, subagent: bool, most: u64) -> Vec<String> {
        let kind = self.chance.below(100);
        if kind < 8 && !self.earlier.is_empty() {
            // A resumed or forked session: an earlier answer as it was, at its own time.
            let at = self.chance.below(self.earlier.len() as u64) as usize;
            let copy = self.earlier[at].clone();
            return vec![self.line(&copy, session, false, 9, copy.output)];
        }
        if kind < 10 && !self.earlier.is_empty() {
            // A side question replays a main-line answer with other cache counts.
            let at = self.chance.below(self.earlier.len() as u64) as usize;
            let mut replay = self.earlier[at].clone();
            replay.read += 17;
            return vec![self.line(&replay, session, true, 9, replay.output)];
        }
        if kind == 10 {
            return vec![format!(
                r#"{{"type":"assistant","isApiErrorMessage":true,"sessionId":"{session}","timestamp":"{}","message":{{"id":"e{minute}","model":"<synthetic>","role":"assistant","content":[{{"type":"text","text":"API Error"}}],"usage":{{"input_tokens":0,"output_tokens":0}}}}}}"#,
                self.time(minute, 0)
            )];
        }
        self.answers += 1;
        let gateway = kind == 11;
        let hour = self.chance.percent(20);
        let write = self.chance.below(20_000);
        let models = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-5"];
        let answer = Answer {
            id: match kind {
                11 => "ocgo".to_owned(),
                12 => String::new(),
                _ => format!("msg_{:024x}", self.answers),
            },
            model: models[self.chance.below(4) as usize],
            minute,
            // Different for each answer, as the prompt of a conversation that grows is.
            input: 3 + self.answers,
            read: self.chance.below(150_000),
            write_5m: if hour { 0 } else { write },
            write_1h: if hour { write } else { 0 },
            output: 10 + self.chance.below(1500),
        };
        // Without an id the parts cannot be told from answers, and such logs have none.
        let parts = if kind == 12 { 1 } else { (1 + self.chance.below(3)).min(most) };
        self.count(&answer, parts - 1);
        let mut lines = Vec::new();
        for part in 0..parts {
            let output = if part + 1 == parts { answer.output } else { 1 + part };
            lines.push(self.line(&answer, session, subagent, part, output));
        }
        if subagent && !gateway && kind != 12 && parts < most {
            // The main session tells it again, in a wrapper and with part of the output.
            let time = self.time(minute, 0);
            let message = self.message(&answer, 1);
            lines.push(format!(
                r#"{{"type":"progress","sessionId":"{session}","timestamp":"{time}","data":{{"type":"agent_progress","message":{{"type":"assistant","timestamp":"{time}","message":{message}}}}}}}"#
            ));
        }
        if !subagent && !gateway && kind != 12 && self.chance.percent(20) {
            // Copies are made of the final line, at its own time.
            self.earlier.push(answer);
        }
        lines
    }

    fn message(&mut self, answer: &Answer, output: u64) -> String {
        let Answer { id, model, input, read, write_5m, write_1h, .. } = answer;
        let id = if id.is_empty() { "null".to_owned() } else { format!("\"{id}\"") };
        let stop = if output == answer.output { "\"end_turn\"" } else { "null" };
        let words = 10 + self.chance.below(60) as usize;
        // Cut where no backslash is.
        let text = self.text[..words].replace('\\', "");
        let text = text.replace('"', "'");
        format!(
            r#"{{"id":{id},"type":"message","role":"assistant","model":"{model}","content":[{{"type":"text","text":"{text}"}}],"stop_reason":{stop},"usage":{{"input_tokens":{input},"cache_creation_input_tokens":{},"cache_read_input_tokens":{read},"cache_creation":{{"ephemeral_5m_input_tokens":{write_5m},"ephemeral_1h_input_tokens":{write_1h}}},"output_tokens":{output},"service_tier":"standard"}}}}"#,
            write_5m + write_1h
        )
    }

    fn line(&mut self, answer: &Answer, session: &str, side: bool, part: u64, output: u64) -> String {
        let message = self.message(answer, output);
        // A copy (part 9) is dated with the answer's first part: of equal lines the earliest is kept, and a
        // copy must not move the answer to another day, so both lie in one minute.
        let time = self.time(answer.minute, part);
        format!(
            r#"{{"parentUuid":"{}","isSidechain":{side},"userType":"external","cwd":"/home/me/project","sessionId":"{session}","version":"2.1.90","message":{message},"requestId":"req_{}","type":"assistant","uuid":"{}","timestamp":"{time}"}}"#,
            answer.minute, answer.minute, answer.input
        )
    }
}
