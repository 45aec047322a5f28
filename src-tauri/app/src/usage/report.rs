//! The answer in the form of its JSON. All sums are exact.

use super::Request;
use super::price::{Cost, DOLLAR};
use counterweight_usage::{Record, Scan, Shortfall};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// Tokens by kind and what they cost.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "UsageSums")]
pub struct Sums {
    /// Requests: answers in logs, and the requests exports say their sums stand for.
    pub requests: u64,
    /// Tokens sent that were neither read from nor written to the provider's cache, for every client.
    pub input: u64,
    /// Tokens received, reasoning included.
    pub output: u64,
    /// Tokens sent that were read from the cache.
    pub cache_read: u64,
    /// Tokens sent that were written to the cache, for whatever time.
    pub cache_write: u64,
    /// Of these, written for an hour.
    #[serde(rename = "cacheWrite1h")]
    pub cache_write_1h: u64,
    /// Searches of the web made by providers. Their fee is not in `costUsd`.
    pub web_searches: u64,
    /// US dollars at the list price of each request's own day. Tokens without a price are not in it.
    #[serde(serialize_with = "as_number")]
    #[schemars(with = "f64")]
    #[ts(type = "number")]
    pub cost_usd: String,
    /// US dollars that exports say were charged; missing if none says.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_number_if_any")]
    #[schemars(with = "Option<f64>")]
    #[ts(optional, type = "number")]
    pub billed_usd: Option<String>,
    /// Tokens without a known price. They are not free, only unknown.
    pub unpriced_tokens: u64,
    /// Tokens priced as if their prompts were short, because the source does not tell their sizes and long prompts of
    /// the model cost more.
    pub tier_unknown_tokens: u64,
}

/// An exact decimal as a number of JSON: programs that read a report compute with it.
fn as_number<S: serde::Serializer>(decimal: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(decimal.parse().map_err(serde::ser::Error::custom)?)
}

fn as_number_if_any<S: serde::Serializer>(decimal: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    match decimal {
        Some(decimal) => as_number(decimal, serializer),
        None => serializer.serialize_none(),
    }
}

impl Sums {
    /// Tokens of all kinds.
    pub fn tokens(&self) -> u64 {
        [self.input, self.output, self.cache_read, self.cache_write].iter().fold(0, |sum, n| sum.saturating_add(*n))
    }
}

/// The sums of one day, month, model, project or session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(rename = "UsageGroup")]
pub struct Group {
    /// The day (`2026-03-01`), the month (`2026-03`) or the name; `unknown` where the source does not say.
    pub key: String,
    /// Its sums.
    #[serde(flatten)]
    pub sums: Sums,
}

/// Tokens of a model that has no known price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(rename = "UsageUnpriced")]
pub struct Unpriced {
    /// The model as the source names it.
    pub model: String,
    /// Whose price list was asked; empty if nobody's.
    pub provider: String,
    /// Tokens.
    pub tokens: u64,
    /// Why.
    pub reason: String,
}

/// How much of what was used the sources can still tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(rename = "UsageCompleteness")]
pub struct Completeness {
    /// `full`: no shortfall is known. `partial`: something is missing or assumed, what was read is right. `low`: the
    /// totals are too low by an unknown amount.
    pub grade: String,
    /// What is missing or may be.
    pub shortfalls: Vec<Shortage>,
}

/// One reason why the totals may be too low, or their days wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(rename = "UsageShortage")]
pub struct Shortage {
    /// Which: `deleted`, `undercounted`, `refusedLines`, `refusedFiles`, `assumedTimes`, `assumedModels`, `utcDays`,
    /// `unknownPromptSizes` or `secondHand`.
    pub kind: String,
    /// In plain words, with its figures.
    pub text: String,
}

/// A file or folder that was not read, or lines of a file that were not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(rename = "UsageRefusal")]
pub struct Refusal {
    /// Where it is; a file in a ZIP is named below the ZIP.
    pub path: String,
    /// The first line refused for this reason, from 1; missing if it is the whole file or folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub line: Option<u64>,
    /// How many lines of the file were refused for this reason; 0 for a whole file or folder.
    pub lines: u64,
    /// Why, as a word that does not change: `notJson`, `unfinished`, `tooLong`, `noTime`, `notARow`, `noColumns`,
    /// `notALog`, `notAFile`, `noPermission`, `missing`, `linkLoop`, `readError`, `database`,
    /// `damaged`, `zipBomb` or `badZip`.
    pub reason: String,
    /// Why, in plain words.
    pub text: String,
}

/// What `cw usage scan --json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Always `counterweight-usage`.
    pub format: String,
    /// Version of this form.
    pub version: u32,
    /// What the groups are: `day`, `month`, `model`, `project` or `session`.
    pub by: String,
    /// The zone whose days are meant. A source that only gives days in UTC keeps them.
    pub zone: String,
    /// First day counted, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Last day counted, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Everything.
    pub totals: Sums,
    /// By day, month, model, project or session, in that order.
    pub groups: Vec<Group>,
    /// Models without a known price.
    pub unpriced: Vec<Unpriced>,
    /// How far the totals can be trusted to be all.
    pub completeness: Completeness,
    /// What was not read.
    pub refused: Vec<Refusal>,
    /// Files read.
    pub files: u64,
    /// Their lines; a document counts as one.
    pub lines: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Lines that stand for a failed request, which used nothing.
    pub failed_requests: u64,
    /// When limits that were hit would be lifted, as the logs say.
    pub limits: Vec<String>,
    /// What to know before relying on the prices.
    pub notes: Vec<String>,
}

/// Sums as numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Total {
    tokens: counterweight_usage::Totals,
    amount: i128,
    billed: Option<i128>,
    unpriced: u64,
    tier_unknown: u64,
}

impl Total {
    pub(super) fn add(&mut self, record: &Record, cost: Cost) {
        self.tokens.add(record);
        self.amount += cost.amount;
        self.unpriced = self.unpriced.saturating_add(cost.unpriced);
        self.tier_unknown = self.tier_unknown.saturating_add(cost.tier_unknown);
        if let Some(billed) = record.billed_nanodollars {
            self.billed = Some(self.billed.unwrap_or(0) + i128::from(billed));
        }
    }

    pub(super) fn sums(&self) -> Sums {
        let tokens = &self.tokens;
        Sums {
            requests: tokens.responses,
            input: tokens.input,
            output: tokens.output,
            cache_read: tokens.cache_read,
            cache_write: tokens.cache_write(),
            cache_write_1h: tokens.cache_write_1h,
            web_searches: tokens.web_searches,
            cost_usd: decimal(self.amount, DOLLAR),
            billed_usd: self.billed.map(|billed| decimal(billed, 1_000_000_000)),
            unpriced_tokens: self.unpriced,
            tier_unknown_tokens: self.tier_unknown,
        }
    }
}

/// A whole number of parts as a decimal: `-1.05`. `unit` is a power of ten.
fn decimal(amount: i128, unit: i128) -> String {
    let (whole, part) = (amount.abs() / unit, amount.abs() % unit);
    let sign = if amount < 0 { "-" } else { "" };
    let places = unit.ilog10() as usize;
    let text = format!("{sign}{whole}.{part:0places$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The name of a value that is a word or has one under `kind`.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(value) => value["kind"].as_str().unwrap_or_default().to_owned(),
        Err(_) => String::new(),
    }
}

fn many(n: u64, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

fn shortage(shortfall: &Shortfall) -> Shortage {
    let text = match *shortfall {
        Shortfall::Deleted { after_days } => {
            format!("Claude Code deletes its logs after {after_days} days; what was used before is gone.")
        }
        Shortfall::Undercounted { sessions, answers } => format!(
            "{} in {} written down only when begun, so that output is missing.",
            many(answers, "answer", "answers"),
            many(sessions, "session", "sessions")
        ),
        Shortfall::RefusedLines { lines } => format!("{} could not be read.", many(lines, "line", "lines")),
        Shortfall::RefusedFiles { files } => {
            format!("{} could not be read.", many(files, "file or folder", "files or folders"))
        }
        Shortfall::AssumedTimes { answers } => {
            format!("{} without a time, dated by when the file was last changed.", many(answers, "answer", "answers"))
        }
        Shortfall::AssumedModels { answers } => format!(
            "{} without a model; the program's default of that time is taken.",
            many(answers, "answer", "answers")
        ),
        Shortfall::UtcDays { rows } => {
            format!("{} with a day only, which is a day in UTC.", many(rows, "row", "rows"))
        }
        Shortfall::UnknownPromptSizes { rows } => format!(
            "{} with the sum of requests of unknown sizes, so a higher price for long prompts cannot be seen.",
            many(rows, "row", "rows")
        ),
        Shortfall::SecondHand { rows } => format!(
            "{} summed by another reader; if the logs behind them were read too, their use is counted twice.",
            many(rows, "row", "rows")
        ),
    };
    Shortage { kind: word(shortfall), text }
}

impl Completeness {
    pub(super) fn of(read: &Scan) -> Completeness {
        Completeness {
            grade: word(&read.completeness.grade),
            shortfalls: read.completeness.shortfalls.iter().map(shortage).collect(),
        }
    }
}

pub(super) fn refusals(read: &Scan) -> Vec<Refusal> {
    let refused = read.refused.iter().map(|entry| Refusal {
        path: entry.path.display().to_string(),
        line: entry.line,
        lines: entry.lines,
        reason: word(&entry.reason),
        text: entry.reason.words().to_owned(),
    });
    refused.collect()
}

/// What to know of sums before relying on their cost.
pub(super) fn remarks(totals: &Sums, notes: &mut Vec<String>) {
    if totals.web_searches > 0 {
        notes.push(format!("{} searches of the web were billed apart and are not in the cost.", totals.web_searches));
    }
    if totals.tier_unknown_tokens > 0 {
        notes.push(format!(
            "{} tokens are priced as short prompts, because their source does not tell the sizes of prompts.",
            totals.tier_unknown_tokens
        ));
    }
}

impl Report {
    pub(super) fn new(zone: &TimeZone, request: &Request, summed: super::Summed, read: &Scan) -> Report {
        let super::Summed { by, totals, groups, unpriced, notes } = summed;
        Report {
            format: "counterweight-usage".to_owned(),
            version: 1,
            by: by.to_owned(),
            zone: zone.iana_name().unwrap_or("of this system").to_owned(),
            since: request.since.map(|date| date.to_string()),
            until: request.until.map(|date| date.to_string()),
            totals,
            groups,
            unpriced,
            completeness: Completeness::of(read),
            refused: refusals(read),
            files: read.files,
            lines: read.lines,
            bytes: read.bytes,
            failed_requests: read.failed_requests,
            limits: read.limits.iter().map(ToString::to_string).collect(),
            notes,
        }
    }

    /// The JSON Schema of this answer. What an import and the history answer is among its definitions, as `ImportSummary` and
    /// `HistoryReport`.
    pub fn schema() -> serde_json::Value {
        let mut generator = schemars::SchemaGenerator::default();
        generator.subschema_for::<super::history::ImportSummary>();
        generator.subschema_for::<super::history::HistoryReport>();
        let mut schema = generator.into_root_schema_for::<Report>();
        schema.insert("title".to_owned(), "Counterweight usage, version 1".into());
        schema.to_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_short() {
        assert_eq!(decimal(0, DOLLAR), "0");
        assert_eq!(decimal(DOLLAR * 12, DOLLAR), "12");
        assert_eq!(decimal(DOLLAR / 2 + 1, DOLLAR), "0.500000000000001");
        assert_eq!(decimal(-1_050_000_000, 1_000_000_000), "-1.05");
    }
}
