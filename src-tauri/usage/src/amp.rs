//! Amp: one JSON document for each thread.
//!
//! A thread has a ledger of usage, which tells input and output, and its messages tell what came from and
//! went to the cache; the two are joined by the message's number. Without a ledger the messages tell all.

use crate::batch::{Batch, Context};
use crate::csv::dollars;
use crate::document::each;
use crate::hash::{Hash, HashedMap};
use crate::json::{self, Float, Moment, Number, Text};
use crate::record::{Client, Record, Tokens};
use crate::refused::Reason;
use serde::de::{IgnoredAny, MapAccess};
use std::io::Read;

json::objects! {
    Ledger { events: Events = "events", }
    Event {
        id: Text<'de> = "id",
        to: Number = "toMessageId",
        timestamp: Moment = "timestamp",
        model: Text<'de> = "model",
        tokens: Counts<'de> = "tokens",
    }
    Counts { input: Number = "input", output: Number = "output", }
    Message {
        role: Text<'de> = "role",
        number: Number = "messageId",
        timestamp: Moment = "timestamp",
        usage: Usage<'de> = "usage",
    }
    Usage {
        timestamp: Moment = "timestamp",
        model: Text<'de> = "model",
        input: Number = "inputTokens",
        output: Number = "outputTokens",
        cache_write: Number = "cacheCreationInputTokens",
        cache_read: Number = "cacheReadInputTokens",
        cost: Float = "costUSD",
    }
}

/// Usage without text: a model's name, a time, counts.
#[derive(Debug)]
struct Used {
    id: u64,
    number: Option<u64>,
    instant: Option<jiff::Timestamp>,
    model: Box<str>,
    tokens: Tokens,
    billed: Option<i64>,
}

#[derive(Debug, Default)]
struct Events(Vec<Used>);

impl<'de> serde::Deserialize<'de> for Events {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut events = Vec::new();
        serde::de::DeserializeSeed::deserialize(
            each(|event: Event| {
                events.push(Used {
                    id: event.id.some().map(crate::hash::text).unwrap_or(0),
                    number: event.to.0,
                    instant: event.timestamp.0,
                    model: event.model.as_str().into(),
                    tokens: Tokens {
                        input: event.tokens.input.or_zero(),
                        output: event.tokens.output.or_zero(),
                        ..Tokens::default()
                    },
                    billed: None,
                });
            }),
            deserializer,
        )?;
        Ok(Events(events))
    }
}

#[derive(Debug, Default)]
struct Thread {
    id: Option<Box<str>>,
    has_ledger: bool,
    events: Vec<Used>,
    messages: Vec<Used>,
}

impl<'de> crate::document::Fields<'de> for &mut Thread {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "id" => self.id = map.next_value::<Text>()?.some().map(Into::into),
            "usageLedger" => {
                let ledger: Ledger = map.next_value()?;
                self.has_ledger = !ledger.events.0.is_empty();
                self.events = ledger.events.0;
            }
            "messages" => map.next_value_seed(each(|message: Message| {
                let usage = &message.usage;
                if message.role.as_str() != "assistant" || !usage.present {
                    return;
                }
                self.messages.push(Used {
                    id: 0,
                    number: message.number.0,
                    instant: usage.timestamp.0.or(message.timestamp.0),
                    model: usage.model.as_str().into(),
                    tokens: Tokens::apart(usage.input, usage.cache_read, usage.cache_write, usage.output),
                    billed: usage.cost.0.and_then(dollars),
                });
            }))?,
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Reads a thread.
pub(crate) fn read_document(
    from: impl Read,
    context: &Context<'_>,
    batch: &mut Batch,
    refuse: &mut dyn FnMut(Reason),
) -> Result<(), serde_json::Error> {
    let mut thread = Thread::default();
    let mut deserializer = serde_json::Deserializer::from_reader(from);
    let read = crate::document::object(&mut deserializer, &mut thread).and_then(|()| deserializer.end());
    let session = batch.names.keep(thread.id.as_deref().unwrap_or(context.stem));
    if thread.has_ledger {
        let cached: HashedMap<(u64, u64)> = thread
            .messages
            .iter()
            .filter_map(|message| Some((message.number?, message.tokens)))
            .map(|(number, tokens)| (number, (tokens.cache_read, tokens.cache_write_5m)))
            .collect();
        for event in &mut thread.events {
            if let Some((read, write)) = event.number.and_then(|number| cached.get(&number)) {
                (event.tokens.cache_read, event.tokens.cache_write_5m) = (*read, *write);
            }
        }
    }
    for used in if thread.has_ledger { &thread.events } else { &thread.messages } {
        if used.tokens.total() == 0 {
            continue;
        }
        let Some(instant) = used.instant else {
            refuse(Reason::NoTime);
            continue;
        };
        let mut record = Record::new(Client::Amp, instant);
        record.session = session;
        record.model = batch.names.keep(&used.model);
        record.tokens = used.tokens;
        record.billed_nanodollars = used.billed;
        record.key = Hash::new()
            .bytes(b"amp")
            .number(session.number())
            .number(used.id)
            .number(used.number.unwrap_or(0))
            .number(instant.as_nanosecond() as u64)
            .end();
        batch.records.push(record);
    }
    read
}
