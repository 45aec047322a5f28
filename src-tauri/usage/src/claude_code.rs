//! Claude Code's session transcripts.
//!
//! A transcript has one line for each block of an answer, with the same id and, at first, only part of the
//! output; resumed and forked sessions hold copies of earlier lines; the work of subagents stands in files
//! of its own and again in the main session. Counting lines would count answers two and a half times.
//!
//! An answer is therefore known by its id and the three counts of its prompt, over all files and sessions:
//! these do not change between the parts and copies of an answer, and they do change between two answers of
//! a gateway that gives every answer the same id. Of two copies the one on the main line is kept, then the
//! one with more output. Last, an answer on a side line whose id has exactly one answer on the main line is
//! a replay of that answer and is dropped ([`drop_replays`]).

use crate::batch::{Batch, Context};
use crate::hash::{Hash, HashedMap};
use crate::json::{self, Flag, Moment, Number, Text};
use crate::record::{Client, Record, Tier, Tokens};
use crate::refused::Reason;

json::objects! {
    Line {
        timestamp: Moment = "timestamp",
        session: Text<'de> = "sessionId",
        folder: Text<'de> = "cwd",
        sidechain: Flag = "isSidechain",
        is_error: Flag = "isApiErrorMessage",
        message: Message<'de> = "message",
        data: Data<'de> = "data",
    }
    Data { message: Wrapped<'de> = "message", }
    Wrapped { timestamp: Moment = "timestamp", message: Message<'de> = "message", }
    Message {
        id: Text<'de> = "id",
        model: Text<'de> = "model",
        stop_reason: Text<'de> = "stop_reason",
        usage: Usage<'de> = "usage",
    }
    Usage {
        input: Number = "input_tokens",
        output: Number = "output_tokens",
        cache_read: Number = "cache_read_input_tokens",
        cache_write: Number = "cache_creation_input_tokens",
        cache_writes: CacheWrites<'de> = "cache_creation",
        tier: Text<'de> = "service_tier",
        speed: Text<'de> = "speed",
        geography: Text<'de> = "inference_geo",
        tools: Tools<'de> = "server_tool_use",
    }
    CacheWrites { five_minutes: Number = "ephemeral_5m_input_tokens", one_hour: Number = "ephemeral_1h_input_tokens", }
    Tools { searches: Number = "web_search_requests", }
    ErrorLine { message: ErrorMessage<'de> = "message", }
    ErrorMessage { content: ErrorContent = "content", }
}

/// Output of a line that was written when an answer had only begun: below this count and without a reason
/// for its end. (Reported for versions 2.1.2x to 2.1.5x, anthropics/claude-code issues 22671 and 27361.)
const BEGUN: u64 = 10;

/// Reads one line.
pub(crate) fn read(line: &[u8], context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    json::line(line, |bytes| {
        let line: Line = serde_json::from_slice(bytes)?;
        Ok(take(&line, bytes, context, batch))
    })
    .map_err(|_| Reason::NotJson)?
}

fn take(line: &Line<'_>, bytes: &[u8], context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    let wrapped = &line.data.message;
    // What a subagent used is also told in the main session, in a wrapper; it stays the subagent's.
    let (message, instant, sidechain) = if line.message.usage.present {
        (&line.message, line.timestamp, line.sidechain.0)
    } else if wrapped.message.usage.present {
        (&wrapped.message, Moment(wrapped.timestamp.0.or(line.timestamp.0)), true)
    } else {
        if line.is_error.0 {
            take_error(bytes, batch);
        }
        return Ok(());
    };
    let usage = &message.usage;
    let tokens = tokens(usage);
    if tokens.total() == 0 && (line.is_error.0 || message.model.as_str() == "<synthetic>") {
        take_error(bytes, batch);
        return Ok(());
    }
    let instant = instant.0.ok_or(Reason::NoTime)?;
    let mut record = Record::new(Client::ClaudeCode, instant);
    record.session = batch.names.keep(line.session.some().unwrap_or(context.stem));
    record.model = batch.names.keep(message.model.as_str());
    // Claude Code can be pointed at any gateway; only Anthropic's own names tell who answered.
    if message.model.as_str().starts_with("claude-") && !message.model.as_str().contains('@') {
        record.provider = batch.names.keep("anthropic");
    }
    if context.projects {
        record.project = batch.names.keep(line.folder.as_str());
    }
    record.tokens = tokens;
    record.web_searches = u32::try_from(usage.tools.searches.or_zero()).unwrap_or(u32::MAX);
    record.tier = Tier::read(usage.tier.as_str());
    record.fast = usage.speed.as_str() == "fast";
    record.us_only = usage.geography.as_str() == "us";
    record.sidechain = sidechain;
    record.unfinished = message.stop_reason.some().is_none() && tokens.output < BEGUN;
    record.id = message.id.some().map(crate::hash::text).unwrap_or(0);
    record.key = key(&record);
    batch.records.push(record);
    Ok(())
}

fn tokens(usage: &Usage<'_>) -> Tokens {
    let writes = &usage.cache_writes;
    let (cache_write_5m, cache_write_1h) = match (writes.five_minutes.0, writes.one_hour.0) {
        (None, None) => (usage.cache_write.or_zero(), 0),
        (five_minutes, one_hour) => (five_minutes.unwrap_or(0), one_hour.unwrap_or(0)),
    };
    Tokens {
        input: usage.input.or_zero(),
        cache_read: usage.cache_read.or_zero(),
        cache_write_5m,
        cache_write_1h,
        output: usage.output.or_zero(),
    }
}

fn key(record: &Record) -> u64 {
    let tokens = &record.tokens;
    let hash = Hash::new()
        .bytes(b"claude-code")
        .number(record.id)
        .number(tokens.input)
        .number(tokens.cache_write())
        .number(tokens.cache_read);
    let nanosecond = record.instant.as_nanosecond() as u64;
    if record.id == 0 {
        hash.number(record.session.0).number(nanosecond).number(tokens.output).end()
    } else if tokens.prompt() == 0 {
        // Without counts of a prompt only the time tells two answers of a gateway with one id apart.
        hash.number(nanosecond).end()
    } else {
        hash.end()
    }
}

/// Counts a failed request, and keeps the time at which a limit would be lifted.
fn take_error(bytes: &[u8], batch: &mut Batch) {
    batch.stubs += 1;
    let Ok(line) = serde_json::from_slice::<ErrorLine>(bytes) else { return };
    if let Some(instant) = line.message.content.0 {
        batch.limits.push(instant);
    }
}

/// The time in a text such as `Claude AI usage limit reached|1767323045`; the text itself is not kept.
#[derive(Debug, Default)]
struct ErrorContent(Option<jiff::Timestamp>);

impl ErrorContent {
    fn of(text: &str) -> ErrorContent {
        let seconds = text.split_once("usage limit reached|").map(|(_, rest)| {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest[..digits].parse::<i64>()
        });
        match seconds {
            Some(Ok(seconds)) => ErrorContent(jiff::Timestamp::from_second(seconds).ok()),
            _ => ErrorContent(None),
        }
    }
}

impl<'de> serde::Deserialize<'de> for ErrorContent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Content is a text, or a list of blocks that have one.
        let value = serde_json::Value::deserialize(deserializer)?;
        let of_block = |block: &serde_json::Value| block["text"].as_str().and_then(|text| ErrorContent::of(text).0);
        Ok(match &value {
            serde_json::Value::String(text) => ErrorContent::of(text),
            serde_json::Value::Array(blocks) => ErrorContent(blocks.iter().find_map(of_block)),
            _ => ErrorContent(None),
        })
    }
}

/// Drops each answer on a side line whose id has exactly one answer on the main line: it repeats that one
/// with other cache counts. An id with several on the main line is a gateway's, and one with none is real
/// work of a subagent: both stay.
pub(crate) fn drop_replays(records: &mut Vec<Record>) {
    let subject = |record: &Record| record.client == Client::ClaudeCode && record.id != 0;
    let mut main_lines: HashedMap<u32> = HashedMap::default();
    for record in records.iter().filter(|record| subject(record) && record.sidechain) {
        main_lines.insert(record.id, 0);
    }
    if main_lines.is_empty() {
        return;
    }
    for record in records.iter().filter(|record| subject(record) && !record.sidechain) {
        if let Some(count) = main_lines.get_mut(&record.id) {
            *count += 1;
        }
    }
    records.retain(|record| !(subject(record) && record.sidechain && main_lines[&record.id] == 1));
}

/// The share of a session's answers above which its outputs count as undercounted.
const UNDERCOUNTED_SHARE: f64 = 0.5;

/// Fewer answers than this say nothing about a session.
const FEWEST: u64 = 5;

/// Finds the sessions in which half of the answers or more were only written down when they had begun.
#[derive(Debug, Default)]
pub(crate) struct Undercount(HashedMap<(u32, u32)>);

impl Undercount {
    pub(crate) fn add(&mut self, record: &Record) {
        if record.client == Client::ClaudeCode {
            let (all, begun) = self.0.entry(record.session.0).or_default();
            *all = all.saturating_add(1);
            *begun = begun.saturating_add(u32::from(record.unfinished));
        }
    }

    /// How many sessions, and their answers with missing output.
    pub(crate) fn end(&self) -> (u64, u64) {
        self.0
            .values()
            .map(|(all, begun)| (u64::from(*all), u64::from(*begun)))
            .filter(|(all, begun)| *all >= FEWEST && *begun as f64 >= UNDERCOUNTED_SHARE * *all as f64)
            .fold((0, 0), |(count, answers), (_, begun)| (count + 1, answers + begun))
    }
}
