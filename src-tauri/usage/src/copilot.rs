//! GitHub Copilot's export of telemetry: spans and log records of OpenTelemetry, one a line.
//!
//! The same request is told by up to four kinds of line. Of each trace the best kind is counted: the span of
//! a request, then its log record, then the log record of a turn, then the span of a whole run.

use crate::batch::{Batch, Context};
use crate::hash::{Hash, HashedMap};
use crate::json::{self, Moment, Number, Present, Text};
use crate::record::{Client, Name, Record, Tokens};
use crate::refused::Reason;
use serde::de::Deserializer;

json::objects! {
    Line {
        kind: Text<'de> = "type",
        name: Text<'de> = "name",
        body: Text<'de> = "body" | "_body",
        trace: Text<'de> = "traceId",
        span: Text<'de> = "spanId",
        context: SpanContext<'de> = "spanContext",
        start: Clock = "startTime" | "hrTime" | "timestamp" | "time",
        end: Clock = "endTime",
        duration: Present = "duration",
        attributes: Attributes<'de> = "attributes",
    }
    SpanContext { trace: Text<'de> = "traceId", span: Text<'de> = "spanId", }
    Attributes {
        operation: Text<'de> = "gen_ai.operation.name",
        event: Text<'de> = "event.name",
        model: Text<'de> = "gen_ai.response.model",
        asked: Text<'de> = "gen_ai.request.model",
        response: Text<'de> = "gen_ai.response.id",
        conversation: Text<'de> = "gen_ai.conversation.id" | "session.id" | "copilot_chat.session_id",
        turn: Number = "turn.index" | "copilot_chat.turn.index",
        input: Number = "gen_ai.usage.input_tokens",
        output: Number = "gen_ai.usage.output_tokens",
        cache_read: Number = "gen_ai.usage.cache_read.input_tokens" | "gen_ai.usage.cache_read_input_tokens",
        cache_write: Number = "gen_ai.usage.cache_creation.input_tokens" | "gen_ai.usage.cache_write.input_tokens",
    }
}

/// Seconds and nanoseconds in a list, or a moment.
#[derive(Debug, Clone, Copy, Default)]
struct Clock(Option<jiff::Timestamp>);

impl<'de> serde::Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Array(parts) => {
                let part = |at: usize| parts.get(at).and_then(serde_json::Value::as_i64);
                let nanosecond = part(1).and_then(|part| i32::try_from(part).ok()).unwrap_or(0);
                Clock(part(0).and_then(|second| jiff::Timestamp::new(second, nanosecond).ok()))
            }
            value => Clock(serde_json::from_value::<Moment>(value).ok().and_then(|moment| moment.0)),
        })
    }
}

/// Which kind of line, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Request,
    RequestLog,
    Turn,
    Run,
}

/// Reads the lines of one file.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// The best kind seen of each trace, and of each response.
    best: HashedMap<Kind>,
    /// Lines of lesser kinds, with the hashes of their trace and their response.
    waiting: Vec<(Kind, u64, u64, Record)>,
    /// Lines so far, to tell apart those without an id.
    lines: u64,
}

impl Reader {
    /// Reads one line.
    pub(crate) fn read(&mut self, line: &[u8], context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        self.lines += 1;
        json::line(line, |bytes| {
            let line: Line = serde_json::from_slice(bytes)?;
            Ok(self.take(&line, context, batch))
        })
        .map_err(|_| Reason::NotJson)?
    }

    fn take(&mut self, line: &Line<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        let Some(kind) = kind(line) else { return Ok(()) };
        let attributes = &line.attributes;
        // The convention counts what was read from and written to the cache in the input.
        let tokens = Tokens::within(
            attributes.input.or_zero(),
            attributes.cache_read.or_zero(),
            attributes.cache_write.or_zero(),
            attributes.output.or_zero(),
        );
        if tokens.total() == 0 {
            return Ok(());
        }
        let told = line.end.0.or(line.start.0);
        let instant = told.or(context.changed).ok_or(Reason::NoTime)?;
        let trace = line.trace.some().or(line.context.trace.some());
        let span = line.span.some().or(line.context.span.some());
        let mut record = Record::new(Client::Copilot, instant);
        record.instant_assumed = told.is_none();
        record.session = batch.names.keep(attributes.conversation.some().or(trace).unwrap_or(context.stem));
        record.model = batch.names.keep(attributes.model.some().or(attributes.asked.some()).unwrap_or(""));
        record.provider = Name::NONE;
        record.tokens = tokens;
        let hash = |text: Option<&str>| text.map(crate::hash::text).unwrap_or(0);
        let (trace, response) = (hash(trace), hash(attributes.response.some()));
        let place = if span.is_some() { 0 } else { self.lines };
        record.key = Hash::new()
            .bytes(b"copilot")
            .number(kind as u64)
            .number(trace)
            .number(hash(span))
            .number(attributes.turn.or_zero())
            .number(place)
            .number(if told.is_some() { instant.as_nanosecond() as u64 } else { 0 })
            .end();
        for id in [trace, response].into_iter().filter(|id| *id != 0) {
            let best = self.best.entry(id).or_insert(kind);
            *best = (*best).min(kind);
        }
        match kind {
            Kind::Request => batch.records.push(record),
            _ => self.waiting.push((kind, trace, response, record)),
        }
        Ok(())
    }

    /// Hands over what no better line told.
    pub(crate) fn end(self, batch: &mut Batch) {
        let best = self.best;
        let told = |id: u64, kind: Kind| id != 0 && best.get(&id).is_some_and(|best| *best < kind);
        let left = self
            .waiting
            .into_iter()
            .filter(|(kind, trace, response, _)| !told(*trace, *kind) && !told(*response, *kind));
        batch.records.extend(left.map(|(.., record)| record));
    }
}

fn kind(line: &Line<'_>) -> Option<Kind> {
    let attributes = &line.attributes;
    if !attributes.present {
        return None;
    }
    let is_span = match line.kind.some() {
        Some(kind) => kind == "span",
        None => line.name.some().is_some() && (line.span.some().is_some() || line.end.0.is_some() || line.duration.0),
    };
    let (operation, name) = (attributes.operation.as_str(), line.name.as_str());
    let (event, body) = (attributes.event.as_str(), line.body.as_str());
    match () {
        () if is_span && (operation == "chat" || name.starts_with("chat ")) => Some(Kind::Request),
        () if is_span && (operation == "invoke_agent" || name.starts_with("invoke_agent ")) => Some(Kind::Run),
        () if is_span => None,
        () if event == "gen_ai.client.inference.operation.details" || body.starts_with("GenAI inference:") => {
            Some(Kind::RequestLog)
        }
        () if event == "copilot_chat.agent.turn" || body.starts_with("copilot_chat.agent.turn") => Some(Kind::Turn),
        () => None,
    }
}
