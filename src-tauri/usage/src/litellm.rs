//! Spend logs of a LiteLLM gateway, as a table, as a list, or as one object a line.
//!
//! LiteLLM counts the whole prompt in `prompt_tokens`, what came from and went to the provider's cache
//! included; the parts are in the row's metadata, or in columns of the sums by day.

use crate::batch::{Batch, Context};
use crate::csv::{Row, dollars};
use crate::document::each;
use crate::hash::Hash;
use crate::json::{self, Float, Moment, Number, Text};
use crate::record::{Client, PromptSize, Record, Tokens};
use crate::refused::Reason;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess};
use serde_json::Value;
use std::io::Read;

json::objects! {
    Request {
        id: Text<'de> = "request_id",
        model: Text<'de> = "model",
        group: Text<'de> = "model_group",
        provider: Text<'de> = "custom_llm_provider",
        session: Text<'de> = "session_id",
        team: Text<'de> = "team_id",
        start: Text<'de> = "startTime",
        start_number: Moment = "start_time",
        date: Text<'de> = "date",
        prompt: Number = "prompt_tokens",
        completion: Number = "completion_tokens",
        cache_read: Number = "cache_read_input_tokens",
        cache_write: Number = "cache_creation_input_tokens",
        requests: Number = "api_requests",
        spend: Float = "spend",
        cache_hit: Text<'de> = "cache_hit",
        metadata: Metadata = "metadata",
    }
}

/// What the metadata of a request says of the cache: read, written.
#[derive(Debug, Clone, Copy, Default)]
struct Metadata(u64, u64);

impl Metadata {
    fn of(value: &Value) -> Metadata {
        if let Value::String(text) = value {
            return serde_json::from_str(text).map(|value: Value| Metadata::of_object(&value)).unwrap_or_default();
        }
        Metadata::of_object(value)
    }

    fn of_object(value: &Value) -> Metadata {
        let usage = [&value["usage_object"], &value["additional_usage_values"], value];
        let first = |paths: &[&str]| {
            usage.iter().find_map(|usage| paths.iter().find_map(|path| usage.pointer(path)?.as_u64())).unwrap_or(0)
        };
        Metadata(
            first(&["/cache_read_input_tokens", "/prompt_tokens_details/cached_tokens"]),
            first(&["/cache_creation_input_tokens", "/prompt_tokens_details/cache_creation_tokens"]),
        )
    }
}

impl<'de> serde::Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Metadata::of(&Value::deserialize(deserializer)?))
    }
}

/// Fills in a row of a table.
pub(crate) fn row(row: &Row<'_>, single: bool, batch: &mut Batch, record: &mut Record) {
    let metadata =
        row.text(&["metadata"]).map(|text| Metadata::of(&Value::String(text.to_owned()))).unwrap_or_default();
    record.tokens = Tokens::within(
        row.count(&["prompt_tokens"]),
        row.count(&["cache_read_input_tokens"]).max(metadata.0),
        row.count(&["cache_creation_input_tokens"]).max(metadata.1),
        row.count(&["completion_tokens"]),
    );
    record.provider = batch.names.keep(row.text(&["custom_llm_provider"]).unwrap_or(""));
    record.billed_nanodollars = row.nanodollars(&["spend"]);
    record.requests = match single {
        true => 1,
        false => u32::try_from(row.count(&["api_requests"])).unwrap_or(u32::MAX),
    };
    record.free = row.text(&["cache_hit"]).is_some_and(|hit| hit.eq_ignore_ascii_case("true"));
}

/// Reads one object.
pub(crate) fn read(line: &[u8], context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    json::line(line, |bytes| {
        let request: Request = serde_json::from_slice(bytes)?;
        Ok(take(&request, context, batch))
    })
    .map_err(|_| Reason::NotJson)?
}

fn take(request: &Request<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    let Metadata(read, write) = request.metadata;
    let tokens = Tokens::within(
        request.prompt.or_zero(),
        request.cache_read.or_zero().max(read),
        request.cache_write.or_zero().max(write),
        request.completion.or_zero(),
    );
    if tokens.total() == 0 {
        return Ok(());
    }
    let start = request.start.some().or(request.date.some()).and_then(crate::csv::moment);
    let (instant, whole_day) = start.or(request.start_number.0.map(|at| (at, false))).ok_or(Reason::NoTime)?;
    let mut record = Record::new(Client::LiteLlm, instant);
    record.whole_day = whole_day;
    record.tokens = tokens;
    record.session = batch.names.keep(request.session.as_str());
    record.model = batch.names.keep(request.model.some().or(request.group.some()).unwrap_or(""));
    record.provider = batch.names.keep(request.provider.as_str());
    if context.projects {
        record.project = batch.names.keep(request.team.as_str());
    }
    record.billed_nanodollars = request.spend.0.and_then(dollars);
    record.free = request.cache_hit.as_str().eq_ignore_ascii_case("true");
    let hash = Hash::new().bytes(b"litellm").number(instant.as_nanosecond() as u64).number(record.model.number());
    record.key = match request.id.some() {
        // The same as the row of a table with this id.
        Some(id) => {
            Hash::new().bytes(Client::LiteLlm.key().as_bytes()).bytes(b"request_id").number(crate::hash::text(id)).end()
        }
        None => hash.number(tokens.prompt()).number(tokens.output).number(record.provider.number()).end(),
    };
    if whole_day {
        record.requests = u32::try_from(request.requests.or_zero()).unwrap_or(u32::MAX);
        record.prompt_size = PromptSize::Unknown;
    }
    batch.records.push(record);
    Ok(())
}

/// Reads a list of objects, or an object that has one under `data`.
pub(crate) fn read_document(
    from: impl Read,
    context: &Context<'_>,
    batch: &mut Batch,
    refuse: &mut dyn FnMut(Reason),
) -> Result<(), serde_json::Error> {
    struct Data<'a, 'c>(&'a Context<'c>, &'a mut Batch, &'a mut dyn FnMut(Reason));
    impl<'de> crate::document::Fields<'de> for Data<'_, '_> {
        fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
            if key != "data" {
                return map.next_value::<IgnoredAny>().map(|_| ());
            }
            map.next_value_seed(each(|request: Request| {
                if let Err(reason) = take(&request, self.0, self.1) {
                    (self.2)(reason);
                }
            }))
        }
    }
    let mut from = std::io::BufReader::new(from);
    let is_list = std::io::BufRead::fill_buf(&mut from)
        .map_err(serde_json::Error::io)?
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        == Some(&b'[');
    let mut deserializer = serde_json::Deserializer::from_reader(from);
    if is_list {
        each(|request: Request| {
            if let Err(reason) = take(&request, context, batch) {
                refuse(reason);
            }
        })
        .deserialize(&mut deserializer)?;
    } else {
        crate::document::object(&mut deserializer, Data(context, batch, refuse))?;
    }
    deserializer.end()
}
