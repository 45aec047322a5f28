//! Kimi on the command line: what its screen was told, as lines. They name no model.

use crate::batch::{Batch, Context};
use crate::hash::Hash;
use crate::json::{self, Moment, Number, Text};
use crate::record::{Client, Record, Tokens};
use crate::refused::Reason;

/// What the client asks for unless told otherwise. It is a name of a plan and has no list price.
const DEFAULT_MODEL: &str = "kimi-for-coding";

json::objects! {
    Line { timestamp: Moment = "timestamp", message: Message<'de> = "message", }
    Message { kind: Text<'de> = "type", payload: Payload<'de> = "payload", }
    Payload { id: Text<'de> = "message_id", model: Text<'de> = "model", usage: Usage<'de> = "token_usage", }
    Usage {
        input: Number = "input_other",
        cache_read: Number = "input_cache_read",
        cache_write: Number = "input_cache_creation",
        output: Number = "output",
    }
}

/// Reads one line.
pub(crate) fn read(line: &[u8], context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    json::line(line, |bytes| {
        let line: Line = serde_json::from_slice(bytes)?;
        Ok(take(&line, context, batch))
    })
    .map_err(|_| Reason::NotJson)?
}

fn take(line: &Line<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    let payload = &line.message.payload;
    if line.message.kind.as_str() != "StatusUpdate" || !payload.usage.present {
        return Ok(());
    }
    let usage = &payload.usage;
    let tokens = Tokens::apart(usage.input, usage.cache_read, usage.cache_write, usage.output);
    if tokens.total() == 0 {
        return Ok(());
    }
    let instant = line.timestamp.0.or(context.changed).ok_or(Reason::NoTime)?;
    let mut record = Record::new(Client::Kimi, instant);
    record.instant_assumed = line.timestamp.0.is_none();
    // Every session's file has the same name, in a folder named by the session.
    record.session = batch.names.keep(if context.folder.is_empty() { context.stem } else { context.folder });
    record.model_assumed = payload.model.some().is_none();
    record.model = batch.names.keep(payload.model.some().unwrap_or(DEFAULT_MODEL));
    record.provider = batch.names.keep("moonshotai");
    record.tokens = tokens;
    record.id = payload.id.some().map(crate::hash::text).unwrap_or(0);
    record.key = Hash::new()
        .bytes(b"kimi")
        .number(record.session.number())
        .number(record.id)
        .number(if record.instant_assumed { 0 } else { instant.as_nanosecond() as u64 })
        .number(tokens.prompt())
        .number(tokens.output)
        .end();
    batch.records.push(record);
    Ok(())
}
