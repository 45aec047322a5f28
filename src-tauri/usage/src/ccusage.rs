//! What `ccusage --json` printed: sums by day, week, month or session, of logs that may be gone by now.
//!
//! Its days are local days of the machine it ran on; they are kept as days. Its sums may repeat logs that
//! are read too, which only the person can know: completeness says that they are second-hand.

use crate::batch::{Batch, Context};
use crate::csv::{dollars, moment};
use crate::document::each;
use crate::hash::Hash;
use crate::json::{self, Float, Number, Text};
use crate::record::{Client, PromptSize, Record, Tokens};
use crate::refused::Reason;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess};
use std::io::Read;

json::objects! {
    Sum {
        date: Text<'de> = "date" | "month" | "week" | "lastActivity" | "period" | "startTime",
        session: Text<'de> = "sessionId" | "session",
        gap: json::Flag = "isGap",
        model: Text<'de> = "modelName" | "model",
        input: Number = "inputTokens",
        output: Number = "outputTokens",
        cache_write: Number = "cacheCreationTokens" | "cacheCreationInputTokens",
        cache_read: Number = "cacheReadTokens" | "cacheReadInputTokens",
        cached: Number = "cachedInputTokens",
        counts: Counts<'de> = "tokenCounts",
        cost: Float = "cost" | "totalCost" | "costUSD",
        parts: Parts = "modelBreakdowns",
        models: Models = "modelsUsed" | "models",
    }
    Part {
        input: Number = "inputTokens",
        cached: Number = "cachedInputTokens",
        output: Number = "outputTokens",
    }
    Counts {
        input: Number = "inputTokens",
        output: Number = "outputTokens",
        cache_write: Number = "cacheCreationTokens" | "cacheCreationInputTokens",
        cache_read: Number = "cacheReadTokens" | "cacheReadInputTokens",
    }
}

impl Sum<'_> {
    fn tokens(&self) -> Tokens {
        let counts = &self.counts;
        let of = |own: Number, nested: Number| own.0.or(nested.0).unwrap_or(0);
        // The report of Codex counts what was cached in the input, as Codex does.
        let input = of(self.input, counts.input);
        let cached = self.cached.or_zero().min(input);
        Tokens {
            input: input - cached,
            cache_read: of(self.cache_read, counts.cache_read).saturating_add(cached),
            cache_write_5m: of(self.cache_write, counts.cache_write),
            cache_write_1h: 0,
            output: of(self.output, counts.output),
        }
    }
}

impl Part<'_> {
    fn tokens(&self) -> Tokens {
        let input = self.input.or_zero();
        let cache_read = self.cached.or_zero().min(input);
        Tokens { input: input - cache_read, cache_read, output: self.output.or_zero(), ..Tokens::default() }
    }
}

/// The sums of one row by model.
#[derive(Debug, Default)]
struct Parts(Vec<(Box<str>, Tokens, Option<i64>)>);

impl<'de> serde::Deserialize<'de> for Parts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut parts = Vec::new();
        each(|part: Sum| parts.push((part.model.as_str().into(), part.tokens(), part.cost.0.and_then(dollars))))
            .deserialize(deserializer)?;
        Ok(Parts(parts))
    }
}

/// The models of one row: a list of their names, or in the report of Codex their sums by name.
#[derive(Debug, Default)]
struct Models {
    names: Vec<Box<str>>,
    parts: Parts,
}

impl<'de> serde::Deserialize<'de> for Models {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ModelsVisitor)
    }
}

struct ModelsVisitor;

impl<'de> serde::de::Visitor<'de> for ModelsVisitor {
    type Value = Models;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any value")
    }
    fn visit_u64<E>(self, _: u64) -> Result<Models, E> {
        Ok(Models::default())
    }
    fn visit_i64<E>(self, _: i64) -> Result<Models, E> {
        Ok(Models::default())
    }
    fn visit_f64<E>(self, _: f64) -> Result<Models, E> {
        Ok(Models::default())
    }
    fn visit_bool<E>(self, _: bool) -> Result<Models, E> {
        Ok(Models::default())
    }
    fn visit_unit<E>(self) -> Result<Models, E> {
        Ok(Models::default())
    }
    fn visit_str<E>(self, _: &str) -> Result<Models, E> {
        Ok(Models::default())
    }
    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Models, A::Error> {
        let mut models = Models::default();
        while let Some(name) = seq.next_element::<Text>()? {
            models.names.push(name.as_str().into());
        }
        Ok(models)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Models, A::Error> {
        let mut models = Models::default();
        while let Some(key) = map.next_key::<json::Key>()? {
            let part: Part = map.next_value()?;
            models.parts.0.push((key.0.as_ref().into(), part.tokens(), None));
        }
        Ok(models)
    }
}

/// Names of the lists of a report.
pub(crate) const LISTS: [&str; 6] = ["daily", "weekly", "monthly", "session", "sessions", "blocks"];

/// Reads a report.
pub(crate) fn read_document(
    from: impl Read,
    context: &Context<'_>,
    batch: &mut Batch,
    refuse: &mut dyn FnMut(Reason),
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_reader(from);
    let report = Report { context, batch, refuse };
    crate::document::object(&mut deserializer, report)?;
    deserializer.end()
}

struct Report<'a, 'c> {
    context: &'a Context<'c>,
    batch: &'a mut Batch,
    refuse: &'a mut dyn FnMut(Reason),
}

impl<'de> crate::document::Fields<'de> for Report<'_, '_> {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let list = key.to_owned();
        if LISTS.contains(&key) {
            return map.next_value_seed(each(|sum: Sum| self.take(&list, &sum)));
        }
        if key == "projects" {
            // By project: each has a list of days.
            return map.next_value_seed(Projects(self));
        }
        map.next_value::<IgnoredAny>().map(|_| ())
    }
}

struct Projects<'r, 'a, 'c>(&'r mut Report<'a, 'c>);

impl<'de> DeserializeSeed<'de> for Projects<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        struct OfProject<'r, 'a, 'c>(&'r mut Report<'a, 'c>);
        impl<'de> crate::document::Fields<'de> for OfProject<'_, '_, '_> {
            fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
                let project = key.to_owned();
                map.next_value_seed(each(|sum: Sum| self.0.take(&project, &sum)))
            }
        }
        crate::document::object(deserializer, OfProject(self.0))
    }
}

impl Report<'_, '_> {
    fn take(&mut self, list: &str, sum: &Sum<'_>) {
        if sum.gap.0 {
            return;
        }
        let Some((instant, whole_day)) = sum.date.some().and_then(moment) else {
            return (self.refuse)(Reason::NoTime);
        };
        let whole = [(
            match sum.models.names.as_slice() {
                [model] => model.clone(),
                _ => sum.model.as_str().into(),
            },
            sum.tokens(),
            sum.cost.0.and_then(dollars),
        )];
        let parts = [&sum.parts, &sum.models.parts].into_iter().find(|parts| !parts.0.is_empty());
        let parts = parts.map_or(&whole[..], |parts| &parts.0[..]);
        for (model, tokens, billed) in parts {
            if tokens.total() == 0 {
                continue;
            }
            let mut record = Record::new(Client::Ccusage, instant);
            record.whole_day = whole_day;
            record.requests = 0;
            record.prompt_size = PromptSize::Unknown;
            record.tokens = *tokens;
            record.billed_nanodollars = *billed;
            record.model = self.batch.names.keep(model);
            record.session = self.batch.names.keep(sum.session.as_str());
            if self.context.projects && !LISTS.contains(&list) {
                record.project = self.batch.names.keep(list);
            }
            record.key = Hash::new()
                .bytes(b"ccusage")
                .bytes(list.as_bytes())
                .number(instant.as_nanosecond() as u64)
                .number(record.session.number())
                .number(record.model.number())
                .end();
            self.batch.records.push(record);
        }
    }
}
