//! Droid: one sum for each session, in the session's settings. A day split within a session is impossible.

use crate::batch::{Batch, Context};
use crate::hash::Hash;
use crate::json::{self, Moment, Number, Text};
use crate::record::{Client, PromptSize, Record, Tokens};
use crate::refused::Reason;

json::objects! {
    Settings {
        model: Text<'de> = "model",
        provider: Text<'de> = "providerLock",
        since: Moment = "providerLockTimestamp",
        usage: Usage<'de> = "tokenUsage",
    }
    Usage {
        input: Number = "inputTokens",
        output: Number = "outputTokens",
        cache_write: Number = "cacheCreationTokens",
        cache_read: Number = "cacheReadTokens",
        thinking: Number = "thinkingTokens",
    }
}

/// Reads a session's settings.
pub(crate) fn read(document: &[u8], context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    json::line(document, |bytes| {
        let settings: Settings = serde_json::from_slice(bytes)?;
        Ok(take(&settings, context, batch))
    })
    .map_err(|_| Reason::NotJson)?
}

fn take(settings: &Settings<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    let usage = &settings.usage;
    let tokens = Tokens {
        input: usage.input.or_zero(),
        cache_read: usage.cache_read.or_zero(),
        cache_write_5m: usage.cache_write.or_zero(),
        cache_write_1h: 0,
        output: usage.output.or_zero().saturating_add(usage.thinking.or_zero()),
    };
    if tokens.total() == 0 {
        return Ok(());
    }
    let instant = settings.since.0.or(context.changed).ok_or(Reason::NoTime)?;
    let mut record = Record::new(Client::Droid, instant);
    record.instant_assumed = settings.since.0.is_none();
    record.requests = 0;
    record.prompt_size = PromptSize::Unknown;
    record.session = batch.names.keep(context.stem.trim_end_matches(".settings"));
    // A model of one's own is written "custom:Name [Provider]".
    let model = settings.model.as_str().trim_start_matches("custom:");
    record.model = batch.names.keep(model.split('[').next().unwrap_or(model).trim().trim_end_matches('-'));
    record.provider = batch.names.keep(settings.provider.as_str());
    record.tokens = tokens;
    // The sum of a session grows: the greater one replaces the smaller.
    record.key = Hash::new().bytes(b"droid").number(record.session.number()).end();
    batch.records.push(record);
    Ok(())
}
