//! One answer of a model as a record of fixed size, and the sums of many.
//!
//! A record has no text: names of sessions, models and providers are kept once, in [`Names`], and a record
//! holds their [`Name`]. Nothing that was said is in either.

use crate::hash::HashedMap;
use crate::json::Number;
use counterweight_domain::CivilDate;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// A program that writes logs this crate can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Client {
    /// Claude Code, line-delimited session transcripts.
    ClaudeCode,
    /// Codex, on the command line or the desktop: rollout files, and what `codex exec --json` prints.
    Codex,
    /// Gemini CLI: chat files in both forms, and the statistics of a run without a screen.
    Gemini,
    /// OpenCode: one JSON file a message in its older form, a SQLite file in the newer.
    OpenCode,
    /// OpenClaw, which was clawdbot and moltbot.
    OpenClaw,
    /// The pi coding agent.
    Pi,
    /// Qwen Code.
    Qwen,
    /// GitHub Copilot on the command line, if its export of telemetry to a file was on.
    Copilot,
    /// Amp.
    Amp,
    /// Kimi on the command line.
    Kimi,
    /// Droid, by Factory: one sum for each session.
    Droid,
    /// Kilo: a SQLite file in OpenCode's form.
    Kilo,
    /// Goose: a SQLite file with one sum for each session.
    Goose,
    /// Hermes: a SQLite file with one sum for each session.
    Hermes,
    /// Usage CSV of Anthropic's console: sums by day.
    AnthropicUsage,
    /// Cost CSV of Anthropic's console: dollars by day, without tokens.
    AnthropicCost,
    /// Usage CSV of OpenAI's platform: sums by minute, hour or day.
    OpenAiUsage,
    /// OpenRouter's activity: one row a request, or sums by day.
    OpenRouter,
    /// Cursor's usage CSV.
    Cursor,
    /// Spend logs of a LiteLLM gateway, one row a request or sums by day.
    LiteLlm,
    /// DeepSeek's export: a ZIP, or the CSV files in it.
    DeepSeek,
    /// What `ccusage --json` printed: sums by day, month or session.
    Ccusage,
}

impl Client {
    /// Every client, in the order in which people are shown them.
    pub const ALL: [Client; 22] = [
        Client::ClaudeCode,
        Client::Codex,
        Client::Gemini,
        Client::OpenCode,
        Client::OpenClaw,
        Client::Pi,
        Client::Qwen,
        Client::Copilot,
        Client::Amp,
        Client::Kimi,
        Client::Droid,
        Client::Kilo,
        Client::Goose,
        Client::Hermes,
        Client::AnthropicUsage,
        Client::AnthropicCost,
        Client::OpenAiUsage,
        Client::OpenRouter,
        Client::Cursor,
        Client::LiteLlm,
        Client::DeepSeek,
        Client::Ccusage,
    ];

    /// The name for the command line and for stored rows: `claude-code`.
    pub fn key(self) -> &'static str {
        match self {
            Client::ClaudeCode => "claude-code",
            Client::Codex => "codex",
            Client::Gemini => "gemini",
            Client::OpenCode => "opencode",
            Client::OpenClaw => "openclaw",
            Client::Pi => "pi",
            Client::Qwen => "qwen",
            Client::Copilot => "copilot",
            Client::Amp => "amp",
            Client::Kimi => "kimi",
            Client::Droid => "droid",
            Client::Kilo => "kilo",
            Client::Goose => "goose",
            Client::Hermes => "hermes",
            Client::AnthropicUsage => "anthropic-usage",
            Client::AnthropicCost => "anthropic-cost",
            Client::OpenAiUsage => "openai-usage",
            Client::OpenRouter => "openrouter",
            Client::Cursor => "cursor",
            Client::LiteLlm => "litellm",
            Client::DeepSeek => "deepseek",
            Client::Ccusage => "ccusage",
        }
    }

    /// The client with this [`key`](Self::key).
    pub fn from_key(key: &str) -> Option<Client> {
        Client::ALL.into_iter().find(|client| client.key() == key)
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Client::ClaudeCode => "Claude Code",
            Client::Codex => "Codex",
            Client::Gemini => "Gemini CLI",
            Client::OpenCode => "OpenCode",
            Client::OpenClaw => "OpenClaw",
            Client::Pi => "pi",
            Client::Qwen => "Qwen Code",
            Client::Copilot => "GitHub Copilot",
            Client::Amp => "Amp",
            Client::Kimi => "Kimi",
            Client::Droid => "Droid",
            Client::Kilo => "Kilo",
            Client::Goose => "Goose",
            Client::Hermes => "Hermes",
            Client::AnthropicUsage => "Anthropic usage export",
            Client::AnthropicCost => "Anthropic cost export",
            Client::OpenAiUsage => "OpenAI usage export",
            Client::OpenRouter => "OpenRouter activity",
            Client::Cursor => "Cursor",
            Client::LiteLlm => "LiteLLM",
            Client::DeepSeek => "DeepSeek export",
            Client::Ccusage => "ccusage",
        })
    }
}

/// Stands for a text of a log, as its 64-bit hash; the same text has the same name in every run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Name(pub(crate) u64);

impl Name {
    /// The log did not say.
    pub const NONE: Name = Name(0);

    /// The name with this [`number`](Self::number).
    pub fn from_number(number: u64) -> Name {
        Name(number)
    }

    /// The number to store in place of the text.
    pub fn number(self) -> u64 {
        self.0
    }

    /// True if the log did not say.
    pub fn is_none(self) -> bool {
        self == Name::NONE
    }
}

/// The texts behind the names of a set of records.
#[derive(Debug, Clone, Default)]
pub struct Names(HashedMap<Box<str>>);

impl Names {
    /// The text; `None` if the log did not say.
    pub fn get(&self, name: Name) -> Option<&str> {
        self.0.get(&name.0).map(AsRef::as_ref)
    }

    /// Keeps the text and gives its name; an empty text has no name.
    pub fn keep(&mut self, text: &str) -> Name {
        if text.is_empty() {
            return Name::NONE;
        }
        let name = Name(crate::hash::text(text));
        self.0.entry(name.0).or_insert_with(|| text.into());
        name
    }

    /// Takes over what another set knows.
    pub(crate) fn extend(&mut self, other: Names) {
        self.0.extend(other.0);
    }
}

/// Tokens by kind, in whole tokens; each kind excludes all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Tokens {
    /// Sent and not in the provider's cache.
    pub input: u64,
    /// Sent and read from the provider's cache.
    pub cache_read: u64,
    /// Written to the cache for five minutes, or for a time the log does not give.
    pub cache_write_5m: u64,
    /// Written to the cache for an hour.
    pub cache_write_1h: u64,
    /// Received, reasoning included.
    pub output: u64,
}

impl Tokens {
    /// Of a source that counts what was read from and written to the cache beside the rest of what was sent.
    pub(crate) fn apart(input: Number, cache_read: Number, cache_write: Number, output: Number) -> Tokens {
        Tokens {
            input: input.or_zero(),
            cache_read: cache_read.or_zero(),
            cache_write_5m: cache_write.or_zero(),
            cache_write_1h: 0,
            output: output.or_zero(),
        }
    }

    /// Of a source that counts the whole prompt, with what was read from and written to the cache in it.
    pub(crate) fn within(prompt: u64, cache_read: u64, cache_write: u64, output: u64) -> Tokens {
        let cache_read = cache_read.min(prompt);
        let cache_write_5m = cache_write.min(prompt - cache_read);
        Tokens { input: prompt - cache_read - cache_write_5m, cache_read, cache_write_5m, cache_write_1h: 0, output }
    }

    /// Everything sent: what decides the price tier of a request.
    pub fn prompt(&self) -> u64 {
        self.input.saturating_add(self.cache_read).saturating_add(self.cache_write())
    }

    /// Written to the cache, for whatever time.
    pub fn cache_write(&self) -> u64 {
        self.cache_write_5m.saturating_add(self.cache_write_1h)
    }

    /// Sent and received.
    pub fn total(&self) -> u64 {
        self.prompt().saturating_add(self.output)
    }
}

/// The service tier a log names for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Tier {
    /// The log does not say, or says something this crate does not know.
    #[default]
    Unstated,
    /// Ordinary service.
    Standard,
    /// Paid for to be served first.
    Priority,
    /// Cheaper, served when there is room.
    Flex,
    /// Sent in a batch.
    Batch,
}

impl Tier {
    /// Every tier.
    pub const ALL: [Tier; 5] = [Tier::Unstated, Tier::Standard, Tier::Priority, Tier::Flex, Tier::Batch];

    /// The name for stored rows.
    pub fn key(self) -> &'static str {
        match self {
            Tier::Unstated => "unstated",
            Tier::Standard => "standard",
            Tier::Priority => "priority",
            Tier::Flex => "flex",
            Tier::Batch => "batch",
        }
    }

    /// The tier with this [`key`](Self::key).
    pub fn from_key(key: &str) -> Option<Tier> {
        Tier::ALL.into_iter().find(|tier| tier.key() == key)
    }

    pub(crate) fn read(text: &str) -> Tier {
        match text {
            "standard" | "default" => Tier::Standard,
            "priority" | "fast" => Tier::Priority,
            "flex" => Tier::Flex,
            "batch" => Tier::Batch,
            _ => Tier::Unstated,
        }
    }
}

/// What is known of the size of the prompts in a record, which decides the price tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PromptSize {
    /// The record is one request, so its own prompt decides.
    #[default]
    Own,
    /// The record sums requests of unknown sizes.
    Unknown,
    /// The record sums requests whose prompts were at most 200,000 tokens.
    UpTo200k,
    /// The record sums requests whose prompts were above 200,000 tokens.
    Above200k,
}

impl PromptSize {
    /// Every one.
    pub const ALL: [PromptSize; 4] =
        [PromptSize::Own, PromptSize::Unknown, PromptSize::UpTo200k, PromptSize::Above200k];

    /// The name for stored rows.
    pub fn key(self) -> &'static str {
        match self {
            PromptSize::Own => "own",
            PromptSize::Unknown => "unknown",
            PromptSize::UpTo200k => "up-to-200k",
            PromptSize::Above200k => "above-200k",
        }
    }

    /// What has this [`key`](Self::key).
    pub fn from_key(key: &str) -> Option<PromptSize> {
        PromptSize::ALL.into_iter().find(|size| size.key() == key)
    }
}

/// One answer of a model, or a provider's sum of several: who asked, when, and how many tokens. Fixed size, no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// The same for the same answer in every run, and different for different answers: the key under which
    /// an own history can keep it.
    pub key: u64,
    /// Hash of the id the client gave the answer; zero if it gave none.
    pub(crate) id: u64,
    /// When the answer was written down.
    pub instant: Timestamp,
    /// The session it belongs to.
    pub session: Name,
    /// The model as the log names it.
    pub model: Name,
    /// The provider, if the log names one or the client has only one.
    pub provider: Name,
    /// The folder worked in; [`Name::NONE`] unless the scan was asked to keep project names.
    pub project: Name,
    /// What was sent and received.
    pub tokens: Tokens,
    /// Searches of the web made by the provider, which are billed one by one.
    pub web_searches: u32,
    /// Requests this stands for: 1 for an answer in a log, 0 if an export's sum does not say.
    pub requests: u32,
    /// What the source says was charged, billionths of a US dollar; `None` if it does not say.
    pub billed_nanodollars: Option<i64>,
    /// What is known of the prompts' sizes.
    pub prompt_size: PromptSize,
    /// Which program wrote the log.
    pub client: Client,
    /// Service tier named by the log.
    pub tier: Tier,
    /// The log says that the fast, dearer mode was used.
    pub fast: bool,
    /// The log says that the request had to stay in the United States, which costs more.
    pub us_only: bool,
    /// Work of a subagent, or of a side question, rather than of the main conversation.
    pub sidechain: bool,
    /// Every copy of this answer looks as if it was written down before it was finished: its output is
    /// likely an undercount.
    pub unfinished: bool,
    /// The log names no model and [`model`](Self::model) is the client's default of that time.
    pub model_assumed: bool,
    /// The log gives no time and [`instant`](Self::instant) is when the file was last changed.
    pub instant_assumed: bool,
    /// The source only gives a day: [`instant`](Self::instant) is its first moment in UTC, and it is that
    /// day in every zone.
    pub whole_day: bool,
    /// The source says that it cost nothing.
    pub free: bool,
}

impl Record {
    /// An empty record of a client at an instant.
    pub(crate) fn new(client: Client, instant: Timestamp) -> Record {
        Record {
            key: 0,
            id: 0,
            instant,
            session: Name::NONE,
            model: Name::NONE,
            provider: Name::NONE,
            project: Name::NONE,
            tokens: Tokens::default(),
            web_searches: 0,
            requests: 1,
            billed_nanodollars: None,
            prompt_size: PromptSize::Own,
            client,
            tier: Tier::Unstated,
            fast: false,
            us_only: false,
            sidechain: false,
            unfinished: false,
            model_assumed: false,
            instant_assumed: false,
            whole_day: false,
            free: false,
        }
    }

    /// The day in a zone on which the answer was written down; the source's own day if it only gives days.
    pub fn day(&self, zone: &TimeZone) -> CivilDate {
        let date = match self.whole_day {
            true => TimeZone::UTC.to_datetime(self.instant).date(),
            false => zone.to_datetime(self.instant).date(),
        };
        CivilDate::new(date.year(), date.month(), date.day()).expect("the calendar has each day a clock shows")
    }
}

/// Sums over records, in whole tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Answers, and the requests an export says its sums stand for.
    pub responses: u64,
    /// Sent and not in the provider's cache.
    pub input: u64,
    /// Sent and read from the provider's cache.
    pub cache_read: u64,
    /// Written to the cache for five minutes, or for a time the log does not give.
    #[serde(rename = "cacheWrite5m")]
    pub cache_write_5m: u64,
    /// Written to the cache for an hour.
    #[serde(rename = "cacheWrite1h")]
    pub cache_write_1h: u64,
    /// Received, reasoning included.
    pub output: u64,
    /// Searches of the web made by providers.
    pub web_searches: u64,
}

impl Totals {
    /// Adds a record.
    pub fn add(&mut self, record: &Record) {
        let tokens = &record.tokens;
        self.responses = self.responses.saturating_add(u64::from(record.requests));
        self.input = self.input.saturating_add(tokens.input);
        self.cache_read = self.cache_read.saturating_add(tokens.cache_read);
        self.cache_write_5m = self.cache_write_5m.saturating_add(tokens.cache_write_5m);
        self.cache_write_1h = self.cache_write_1h.saturating_add(tokens.cache_write_1h);
        self.output = self.output.saturating_add(tokens.output);
        self.web_searches = self.web_searches.saturating_add(u64::from(record.web_searches));
    }

    /// Written to the cache, for whatever time.
    pub fn cache_write(&self) -> u64 {
        self.cache_write_5m.saturating_add(self.cache_write_1h)
    }
}

impl<'a> FromIterator<&'a Record> for Totals {
    fn from_iter<I: IntoIterator<Item = &'a Record>>(records: I) -> Totals {
        let mut totals = Totals::default();
        for record in records {
            totals.add(record);
        }
        totals
    }
}

/// Sums the records by what `key` says of each; in the order of the keys.
pub fn group<'a, K: Ord>(
    records: impl IntoIterator<Item = &'a Record>,
    key: impl Fn(&Record) -> K,
) -> BTreeMap<K, Totals> {
    let mut groups: BTreeMap<K, Totals> = BTreeMap::new();
    for record in records {
        groups.entry(key(record)).or_default().add(record);
    }
    groups
}

/// Sums the records by day, and the day is the one that a clock in `zone` showed.
pub fn by_day<'a>(records: impl IntoIterator<Item = &'a Record>, zone: &TimeZone) -> BTreeMap<CivilDate, Totals> {
    group(records, |record| record.day(zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(instant: &str, output: u64) -> Record {
        let mut record = Record::new(Client::ClaudeCode, instant.parse().unwrap());
        record.tokens.output = output;
        record
    }

    #[test]
    fn a_record_is_small() {
        // As many as are held before they go to disk then take below 10 MB.
        assert!(std::mem::size_of::<Record>() <= 152, "{}", std::mem::size_of::<Record>());
    }

    #[test]
    fn one_instant_is_two_days_in_two_zones() {
        // 23:30 UTC on the 31st is 08:30 on the 1st in Tokyo (UTC+9) and 15:30 on the 31st in Los Angeles (UTC-8).
        let records = [at("2026-01-31T23:30:00Z", 7), at("2026-01-31T12:00:00Z", 5)];
        let day = |d: i8, m: i8| CivilDate::new(2026, m, d).unwrap();
        let tokyo = by_day(&records, &TimeZone::get("Asia/Tokyo").unwrap());
        assert_eq!(tokyo.iter().map(|(d, t)| (*d, t.output)).collect::<Vec<_>>(), [(day(31, 1), 5), (day(1, 2), 7)]);
        let angeles = by_day(&records, &TimeZone::get("America/Los_Angeles").unwrap());
        assert_eq!(angeles.iter().map(|(d, t)| (*d, t.output)).collect::<Vec<_>>(), [(day(31, 1), 12)]);
    }

    #[test]
    fn a_day_without_a_midnight_still_has_its_records() {
        // In Beirut clocks went from 2025-03-29 23:59:59 (UTC+2) to 2025-03-30 01:00 (UTC+3): 22:00 UTC is 01:00.
        let records = [at("2025-03-29T21:59:59Z", 1), at("2025-03-29T22:00:00Z", 2)];
        let days = by_day(&records, &TimeZone::get("Asia/Beirut").unwrap());
        assert_eq!(days[&CivilDate::new(2025, 3, 29).unwrap()].output, 1);
        assert_eq!(days[&CivilDate::new(2025, 3, 30).unwrap()].output, 2);
    }

    #[test]
    fn clients_are_found_by_their_keys() {
        for client in Client::ALL {
            assert_eq!(Client::from_key(client.key()), Some(client));
        }
        assert_eq!(Client::from_key("clippy"), None);
        assert!(Tier::ALL.into_iter().all(|tier| Tier::from_key(tier.key()) == Some(tier)));
        assert!(PromptSize::ALL.into_iter().all(|size| PromptSize::from_key(size.key()) == Some(size)));
    }
}
