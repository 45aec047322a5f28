//! The pi coding agent, and OpenClaw, which is built on it: sessions as lines.
//!
//! A fork or a kept older version of a session repeats lines as they were, with their times. An answer is
//! therefore known by its id, its time and its counts, over all files.

use crate::batch::{Batch, Context};
use crate::hash::Hash;
use crate::json::{self, Moment, Number, Text};
use crate::record::{Client, Name, Record, Tokens};
use crate::refused::Reason;

json::objects! {
    Line {
        kind: Text<'de> = "type",
        id: Text<'de> = "id",
        timestamp: Moment = "timestamp",
        folder: Text<'de> = "cwd",
        model: Text<'de> = "modelId",
        provider: Text<'de> = "provider",
        custom: Text<'de> = "customType",
        data: Snapshot<'de> = "data",
        message: Message<'de> = "message",
    }
    Snapshot { model: Text<'de> = "modelId", provider: Text<'de> = "provider", }
    Message {
        role: Text<'de> = "role",
        timestamp: Moment = "timestamp",
        model: Text<'de> = "model",
        provider: Text<'de> = "provider",
        usage: Usage<'de> = "usage",
    }
    Usage {
        input: Number = "input",
        output: Number = "output",
        cache_read: Number = "cacheRead",
        cache_write: Number = "cacheWrite",
    }
}

/// Reads the lines of one file.
#[derive(Debug)]
pub(crate) struct Reader {
    client: Client,
    session: Name,
    folder: Name,
    model: Name,
    provider: Name,
}

impl Reader {
    /// For a file of `client`: [`Client::Pi`] or [`Client::OpenClaw`].
    pub(crate) fn new(client: Client) -> Reader {
        Reader { client, session: Name::NONE, folder: Name::NONE, model: Name::NONE, provider: Name::NONE }
    }

    /// Reads one line.
    pub(crate) fn read(&mut self, line: &[u8], context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        json::line(line, |bytes| {
            let line: Line = serde_json::from_slice(bytes)?;
            Ok(self.take(&line, context, batch))
        })
        .map_err(|_| Reason::NotJson)?
    }

    fn take(&mut self, line: &Line<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        let (model, provider) = match line.kind.as_str() {
            "session" => {
                self.session = batch.names.keep(line.id.as_str());
                if context.projects {
                    self.folder = batch.names.keep(line.folder.as_str());
                }
                (&line.model, &line.provider)
            }
            "model_change" => (&line.model, &line.provider),
            "custom" if line.custom.as_str() == "model-snapshot" => (&line.data.model, &line.data.provider),
            "message" => return self.message(line, context, batch),
            _ => return Ok(()),
        };
        if let Some(model) = model.some() {
            self.model = batch.names.keep(model);
            self.provider = batch.names.keep(provider.as_str());
        }
        Ok(())
    }

    fn message(&mut self, line: &Line<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        let message = &line.message;
        if message.role.as_str() != "assistant" || !message.usage.present {
            return Ok(());
        }
        let usage = &message.usage;
        let tokens = Tokens::apart(usage.input, usage.cache_read, usage.cache_write, usage.output);
        if tokens.total() == 0 {
            return Ok(());
        }
        let instant = line.timestamp.0.or(message.timestamp.0).ok_or(Reason::NoTime)?;
        let mut record = Record::new(self.client, instant);
        record.session = match self.session {
            Name::NONE => batch.names.keep(context.stem),
            session => session,
        };
        (record.model, record.provider) = match message.model.some() {
            Some(model) => (batch.names.keep(model), batch.names.keep(message.provider.as_str())),
            None => (self.model, self.provider),
        };
        record.project = self.folder;
        record.tokens = tokens;
        record.id = line.id.some().map(crate::hash::text).unwrap_or(record.session.0);
        record.key = Hash::new()
            .bytes(self.client.key().as_bytes())
            .number(record.id)
            .number(instant.as_nanosecond() as u64)
            .number(tokens.prompt())
            .number(tokens.output)
            .end();
        batch.records.push(record);
        Ok(())
    }
}
