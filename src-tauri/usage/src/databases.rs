//! Clients that keep their sessions in a SQLite file: OpenCode and Kilo a row for each message, Goose and Hermes one sum
//! for each session, which cannot be parted by day.

use crate::batch::{Batch, Context};
use crate::csv::{dollars, moment};
use crate::hash::Hash;
use crate::json::{self, Moment, Text};
use crate::opencode;
use crate::record::{Client, PromptSize, Record, Tokens};
use crate::refused::Reason;
use crate::sqlite::{Database, Table, Value};
use std::io::{Read, Seek};
use std::path::Path;

json::objects! {
    ModelOfGoose { name: Text<'de> = "model_name" | "model", }
}

/// Which client's a database is, by its tables; of OpenCode and Kilo, which are alike, the folder tells.
pub(crate) fn client(tables: &[Table], path: &Path, expected: Option<Client>) -> Option<Client> {
    let has = |name: &str, columns: [&str; 2]| {
        tables.iter().any(|table| table.name == name && table.places(columns).is_some())
    };
    if has("message", ["session_id", "data"]) {
        let in_kilo = || path.components().any(|part| part.as_os_str().eq_ignore_ascii_case("kilo"));
        let kilo = expected == Some(Client::Kilo) || expected.is_none() && in_kilo();
        return Some(if kilo { Client::Kilo } else { Client::OpenCode });
    }
    if has("sessions", ["accumulated_input_tokens", "created_at"]) {
        return Some(Client::Goose);
    }
    has("sessions", ["billing_provider", "input_tokens"]).then_some(Client::Hermes)
}

/// Reads what a client's tables tell; what is wrong with a row goes to `refuse`. Returns how many rows there were.
///
/// # Errors
/// When the file is damaged; what came before is kept.
pub(crate) fn read<R: Read + Seek>(
    database: &mut Database<R>,
    tables: &[Table],
    client: Client,
    context: &Context<'_>,
    batch: &mut Batch,
    refuse: &mut dyn FnMut(u64, Reason),
    full: &mut dyn FnMut(&mut Batch),
) -> (u64, Result<(), Reason>) {
    let name = if matches!(client, Client::OpenCode | Client::Kilo) { "message" } else { "sessions" };
    let Some(table) = tables.iter().find(|table| table.name == name) else { return (0, Err(Reason::Database)) };
    let mut rows = 0u64;
    let mut damaged: Vec<Reason> = Vec::new();
    let read = database.rows(
        table,
        &mut |row| {
            rows += 1;
            let row = Row { table, row };
            let taken = match client {
                Client::Goose => goose(&row, context, batch),
                Client::Hermes => hermes(&row, context, batch),
                _ => message(&row, client, context, batch),
            };
            if let Err(reason) = taken {
                refuse(rows, reason);
            }
            full(batch);
        },
        &mut |reason| damaged.push(reason),
    );
    damaged.into_iter().for_each(|reason| refuse(rows, reason));
    (rows, read)
}

struct Row<'a> {
    table: &'a Table,
    row: &'a [Value],
}

impl Row<'_> {
    fn value(&self, column: &str) -> &Value {
        let place = self.table.columns.iter().position(|name| name == column);
        place.and_then(|place| self.row.get(place)).unwrap_or(&Value::Null)
    }

    fn text(&self, column: &str) -> String {
        self.value(column).text()
    }

    fn count(&self, column: &str) -> u64 {
        match self.value(column) {
            Value::Integer(count) => u64::try_from(*count).unwrap_or(0),
            value => json::Number::of_text(&value.text()).or_zero(),
        }
    }

    /// RFC 3339, a date and time in UTC, or seconds or milliseconds since 1970.
    fn moment(&self, column: &str) -> Option<jiff::Timestamp> {
        let text = self.text(column);
        Moment::of_text(&text).0.or_else(|| moment(&text).map(|(instant, _)| instant))
    }
}

fn message(row: &Row<'_>, client: Client, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    let Value::Bytes(data) = row.value("data") else { return Ok(()) };
    opencode::read_row(client, &row.text("id"), &row.text("session_id"), data, context, batch)
}

fn session(client: Client, row: &Row<'_>, start: &str, tokens: Tokens, batch: &mut Batch) -> Result<Record, Reason> {
    let mut record = Record::new(client, row.moment(start).ok_or(Reason::NoTime)?);
    record.requests = 0;
    record.prompt_size = PromptSize::Unknown;
    record.tokens = tokens;
    record.session = batch.names.keep(&row.text("id"));
    // The sum of a session grows: the greater one replaces the smaller.
    record.key = Hash::new().bytes(client.key().as_bytes()).number(record.session.number()).end();
    Ok(record)
}

fn goose(row: &Row<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    let tokens = Tokens::within(
        row.count("accumulated_input_tokens"),
        row.count("accumulated_cache_read_tokens"),
        row.count("accumulated_cache_write_tokens"),
        row.count("accumulated_output_tokens"),
    );
    if tokens.total() == 0 {
        return Ok(());
    }
    let mut record = session(Client::Goose, row, "created_at", tokens, batch)?;
    let config = row.text("model_config_json");
    let model = serde_json::from_str::<ModelOfGoose>(&config).unwrap_or_default();
    record.model = batch.names.keep(model.name.as_str());
    record.provider = batch.names.keep(&row.text("provider_name"));
    if context.projects {
        record.project = batch.names.keep(&row.text("working_dir"));
    }
    batch.records.push(record);
    Ok(())
}

/// Hermes counts the cache beside the input, and reasoning in the output.
fn hermes(row: &Row<'_>, context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
    let tokens = Tokens {
        input: row.count("input_tokens"),
        cache_read: row.count("cache_read_tokens"),
        cache_write_5m: row.count("cache_write_tokens"),
        cache_write_1h: 0,
        output: row.count("output_tokens"),
    };
    if tokens.total() == 0 {
        return Ok(());
    }
    let mut record = session(Client::Hermes, row, "started_at", tokens, batch)?;
    record.model = batch.names.keep(&row.text("model"));
    record.provider = batch.names.keep(&row.text("billing_provider"));
    record.billed_nanodollars = row.text("actual_cost_usd").parse().ok().and_then(dollars);
    if context.projects {
        record.project = batch.names.keep(&row.text("cwd"));
    }
    batch.records.push(record);
    Ok(())
}
