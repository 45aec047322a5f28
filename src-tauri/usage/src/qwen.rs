//! Qwen Code: sessions as lines, with counts in the form of Google's API.

use crate::batch::{Batch, Context};
use crate::hash::Hash;
use crate::json::{self, Moment, Number, Text};
use crate::record::{Client, Record, Tokens};
use crate::refused::Reason;

json::objects! {
    Line {
        id: Text<'de> = "uuid",
        session: Text<'de> = "sessionId",
        timestamp: Moment = "timestamp",
        folder: Text<'de> = "cwd",
        model: Text<'de> = "model",
        usage: Usage<'de> = "usageMetadata",
    }
    Usage {
        prompt: Number = "promptTokenCount",
        candidates: Number = "candidatesTokenCount",
        cached: Number = "cachedContentTokenCount",
        thoughts: Number = "thoughtsTokenCount",
        total: Number = "totalTokenCount",
    }
}

impl Usage<'_> {
    fn tokens(&self) -> Tokens {
        let prompt = self.prompt.or_zero();
        let cache_read = self.cached.or_zero().min(prompt);
        let (candidates, thoughts) = (self.candidates.or_zero(), self.thoughts.or_zero());
        // Thoughts stand beside the answer, unless the total adds up without them.
        let included = thoughts <= candidates && self.total.0 == Some(prompt + candidates);
        let output = if included { candidates } else { candidates + thoughts };
        Tokens { input: prompt - cache_read, cache_read, output, ..Tokens::default() }
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
    let tokens = line.usage.tokens();
    if tokens.total() == 0 {
        return Ok(());
    }
    let mut record = Record::new(Client::Qwen, line.timestamp.0.ok_or(Reason::NoTime)?);
    record.session = batch.names.keep(line.session.some().unwrap_or(context.stem));
    record.model = batch.names.keep(line.model.as_str());
    if context.projects {
        record.project = batch.names.keep(line.folder.as_str());
    }
    record.tokens = tokens;
    record.id = line.id.some().map(crate::hash::text).unwrap_or(record.session.0);
    record.key = Hash::new()
        .bytes(b"qwen")
        .number(record.id)
        .number(record.instant.as_nanosecond() as u64)
        .number(tokens.prompt())
        .number(tokens.output)
        .end();
    batch.records.push(record);
    Ok(())
}
