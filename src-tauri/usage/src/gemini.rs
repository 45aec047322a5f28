//! Gemini CLI: chats as one document, chats as lines, and the statistics of a run without a screen.
//!
//! In a chat of lines a later line with the same id replaces the earlier. What was sent may be told with or
//! without what came from the cache; the total tells which. Thoughts are billed as output, and what tools
//! put into the prompt as input.

use crate::batch::{Batch, Context};
use crate::document::each;
use crate::hash::{Hash, HashedMap};
use crate::json::{self, Key, Moment, Number, Object, ObjectVisitor, Text};
use crate::record::{Client, PromptSize, Record, Tokens};
use crate::refused::Reason;
use serde::de::{IgnoredAny, MapAccess};
use std::io::Read;
use std::marker::PhantomData;

json::objects! {
    Message {
        kind: Text<'de> = "type",
        session: Text<'de> = "sessionId",
        id: Text<'de> = "id",
        timestamp: Moment = "timestamp",
        model: Text<'de> = "model",
        tokens: Used<'de> = "tokens",
    }
    Used {
        input: Number = "input" | "prompt",
        output: Number = "output" | "candidates",
        cached: Number = "cached",
        thoughts: Number = "thoughts",
        tool: Number = "tool",
        total: Number = "total",
    }
    ModelStatistics { tokens: Used<'de> = "tokens", api: Calls<'de> = "api", }
    Calls { requests: Number = "totalRequests", }
}

impl Used<'_> {
    fn tokens(&self) -> Tokens {
        let (input, cached) = (self.input.or_zero(), self.cached.or_zero());
        let output = self.output.or_zero() + self.thoughts.or_zero();
        let tool = self.tool.or_zero();
        // The provider's own count of the prompt includes the cache: so it is unless the total says otherwise.
        let apart = self.total.0 == Some(input + output + tool + cached) && cached > 0;
        let uncached = if apart || cached > input { input } else { input - cached };
        Tokens { input: uncached + tool, cache_read: cached, output, ..Tokens::default() }
    }
}

/// Reads one file in either form.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// Named by the first line or by the document.
    session: Option<Box<str>>,
    /// The answers so far, and their order: a later one with the same id replaces the earlier.
    answers: Vec<Record>,
    by_id: HashedMap<usize>,
}

impl Reader {
    /// Reads one line.
    pub(crate) fn read(&mut self, line: &[u8], context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        json::line(line, |bytes| {
            let message: Message = serde_json::from_slice(bytes)?;
            Ok(self.take(&message, context, batch))
        })
        .map_err(|_| Reason::NotJson)?
    }

    fn take(&mut self, message: &Message<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        if let Some(session) = message.session.some() {
            self.session = Some(session.into());
        }
        if message.kind.as_str() != "gemini" || !message.tokens.present {
            return Ok(());
        }
        let session = batch.names.keep(self.session.as_deref().unwrap_or(context.stem));
        let mut record = Record::new(Client::Gemini, message.timestamp.0.ok_or(Reason::NoTime)?);
        record.session = session;
        record.model = batch.names.keep(message.model.as_str());
        record.provider = batch.names.keep("google");
        record.tokens = message.tokens.tokens();
        let hash = Hash::new().bytes(b"gemini").number(session.0);
        match message.id.some() {
            Some(id) => {
                record.id = crate::hash::text(id);
                record.key = hash.number(record.id).end();
                if let Some(at) = self.by_id.get(&record.id) {
                    self.answers[*at] = record;
                    return Ok(());
                }
                self.by_id.insert(record.id, self.answers.len());
            }
            None => {
                let tokens = &record.tokens;
                record.key = hash
                    .number(record.instant.as_nanosecond() as u64)
                    .number(tokens.prompt())
                    .number(tokens.output)
                    .end();
            }
        }
        self.answers.push(record);
        Ok(())
    }

    /// Reads a whole document, one message at a time.
    pub(crate) fn read_document(
        &mut self,
        from: impl Read,
        context: &Context<'_>,
        batch: &mut Batch,
        refuse: &mut dyn FnMut(Reason),
    ) -> Result<(), serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_reader(from);
        let reading = Reading { reader: self, context, batch, refuse };
        crate::document::object(&mut deserializer, reading)?;
        deserializer.end()
    }

    /// Hands over the answers.
    pub(crate) fn end(self, batch: &mut Batch) {
        batch.records.extend(self.answers);
    }
}

struct Reading<'a, 'c> {
    reader: &'a mut Reader,
    context: &'a Context<'c>,
    batch: &'a mut Batch,
    refuse: &'a mut dyn FnMut(Reason),
}

impl<'de> crate::document::Fields<'de> for Reading<'_, '_> {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "sessionId" | "session_id" => {
                let session: Text = map.next_value()?;
                self.reader.session = session.some().map(Into::into);
            }
            "messages" => map.next_value_seed(each(|message: Message| {
                if let Err(reason) = self.reader.take(&message, self.context, self.batch) {
                    (self.refuse)(reason);
                }
            }))?,
            "stats" => {
                let statistics: Statistics = map.next_value()?;
                self.statistics(statistics);
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl Reading<'_, '_> {
    /// A run without a screen tells only its sums and no time.
    fn statistics(&mut self, statistics: Statistics) {
        for (model, tokens, requests) in statistics.0.0 {
            if tokens.total() == 0 {
                continue;
            }
            let Some(changed) = self.context.changed else {
                (self.refuse)(Reason::NoTime);
                continue;
            };
            let mut record = Record::new(Client::Gemini, changed);
            record.instant_assumed = true;
            // The sum of all requests of the run, whose own sizes it does not tell.
            record.requests = requests.map_or(0, |count| u32::try_from(count).unwrap_or(u32::MAX));
            record.prompt_size = if requests == Some(1) { PromptSize::Own } else { PromptSize::Unknown };
            record.session = self.batch.names.keep(self.reader.session.as_deref().unwrap_or(self.context.stem));
            record.model = self.batch.names.keep(&model);
            record.provider = self.batch.names.keep("google");
            record.tokens = tokens;
            record.key = Hash::new()
                .bytes(b"gemini run")
                .number(record.session.0)
                .number(record.model.0)
                .number(tokens.prompt())
                .number(tokens.output)
                .end();
            self.reader.answers.push(record);
        }
    }
}

#[derive(Default)]
struct Statistics(Models);

impl<'de> Object<'de> for Statistics {
    fn fill<A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key>()? {
            if key.0 == "models" {
                self.0 = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Models(Vec<(Box<str>, Tokens, Option<u64>)>);

impl<'de> Object<'de> for Models {
    fn fill<A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key>()? {
            let statistics: ModelStatistics = map.next_value()?;
            self.0.push((key.0.as_ref().into(), statistics.tokens.tokens(), statistics.api.requests.0));
        }
        Ok(())
    }
}

impl<'de> serde::Deserialize<'de> for Statistics {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

impl<'de> serde::Deserialize<'de> for Models {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}
