//! A message of OpenCode or Kilo: a JSON file of its own in OpenCode's older form, a row of a SQLite file in the newer.

use crate::batch::{Batch, Context};
use crate::hash::Hash;
use crate::json::{self, Moment, Number, Text};
use crate::record::{Client, Record, Tokens};
use crate::refused::Reason;

json::objects! {
    Message {
        id: Text<'de> = "id",
        session: Text<'de> = "sessionID" | "session_id",
        model: Text<'de> = "modelID",
        provider: Text<'de> = "providerID",
        time: Time<'de> = "time",
        path: Folder<'de> = "path",
        tokens: Used<'de> = "tokens",
    }
    Time { created: Moment = "created", }
    Folder { folder: Text<'de> = "cwd", }
    Used {
        input: Number = "input",
        output: Number = "output",
        reasoning: Number = "reasoning",
        cache: Cache<'de> = "cache",
        total: Number = "total",
    }
    Cache { read: Number = "read", write: Number = "write", }
}

impl Used<'_> {
    fn tokens(&self) -> Tokens {
        let (input, output, reasoning) = (self.input.or_zero(), self.output.or_zero(), self.reasoning.or_zero());
        let (cache_read, cache_write_5m) = (self.cache.read.or_zero(), self.cache.write.or_zero());
        // Reasoning stands beside the output, unless the total adds up without it.
        let included = reasoning <= output && self.total.0 == Some(input + output + cache_read + cache_write_5m);
        let output = if included { output } else { output + reasoning };
        Tokens { input, cache_read, cache_write_5m, cache_write_1h: 0, output }
    }
}

/// Reads a message.
pub(crate) fn read(document: &[u8], context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    json::line(document, |bytes| {
        let message: Message = serde_json::from_slice(bytes)?;
        Ok(take(&message, context, batch))
    })
    .map_err(|_| Reason::NotJson)?
}

/// Reads a row of the table of messages, whose columns name the message and its session.
pub(crate) fn read_row(
    client: Client,
    id: &str,
    session: &str,
    data: &[u8],
    context: &Context<'_>,
    batch: &mut Batch,
) -> Result<(), Reason> {
    json::line(data, |bytes| {
        let message: Message = serde_json::from_slice(bytes)?;
        Ok(keep(client, &message, id, session, context, batch))
    })
    .map_err(|_| Reason::NotJson)?
}

fn take(message: &Message<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    let id = message.id.some().unwrap_or(context.stem);
    keep(Client::OpenCode, message, id, message.session.as_str(), context, batch)
}

fn keep(
    client: Client,
    message: &Message<'_>,
    id: &str,
    session: &str,
    context: &Context<'_>,
    batch: &mut Batch,
) -> Result<(), Reason> {
    let tokens = message.tokens.tokens();
    if tokens.total() == 0 {
        return Ok(());
    }
    let mut record = Record::new(client, message.time.created.0.ok_or(Reason::NoTime)?);
    record.session = batch.names.keep(session);
    record.model = batch.names.keep(message.model.as_str());
    record.provider = batch.names.keep(message.provider.as_str());
    if context.projects {
        record.project = batch.names.keep(message.path.folder.as_str());
    }
    record.tokens = tokens;
    record.id = crate::hash::text(id);
    // A message that is there as a file and as a row is one.
    record.key = Hash::new().bytes(client.key().as_bytes()).number(record.id).end();
    batch.records.push(record);
    Ok(())
}
