//! Exports of providers and gateways: tables with one row a request, or sums by minute or day.
//!
//! A sum has no prompt size of a request, so its price tier is unknown unless the export has a column for
//! it. A row that only gives a day keeps it as a day in UTC ([`Record::whole_day`]). The same row in two
//! exports is counted once: a row is known by the columns that are no counts, and by how many such rows came
//! before it in its file, because some exports have several of one kind that are to be added.

mod table;

pub(crate) use table::Table;

use crate::batch::{Batch, Context};
use crate::csv::{Columns, Row, Rows};
use crate::hash::{Hash, HashedMap};
use crate::record::{Client, PromptSize, Record, Tier, Tokens};
use crate::refused::Reason;

/// Kinds of rows remembered to number rows of one kind. Exports are in order of time, and rows of one kind
/// lie close together, so that forgetting at this size does not part them.
const KINDS: usize = 1 << 16;

/// Reads the rows of one file.
#[derive(Debug)]
pub(crate) struct Reader {
    table: Table,
    rows: Rows,
    kinds: HashedMap<u32>,
}

impl Reader {
    pub(crate) fn new(table: Table) -> Reader {
        Reader { table, rows: Rows::default(), kinds: HashedMap::default() }
    }

    /// Reads one line; the first is the header.
    pub(crate) fn read(&mut self, line: &[u8], context: &Context<'_>, batch: &mut Batch) -> Result<(), Reason> {
        if self.rows.columns.len() == 0 {
            self.rows = Rows::new(Columns::of(&String::from_utf8_lossy(line)));
            return match self.table.fits(&self.rows.columns) {
                true => Ok(()),
                false => Err(Reason::NoColumns),
            };
        }
        let (table, kinds) = (self.table, &mut self.kinds);
        self.rows.line(line, |row| take(table, kinds, row, context, batch))
    }

    /// `Err` if the file ended within a row.
    pub(crate) fn end(&self) -> Result<(), Reason> {
        self.rows.end()
    }
}

fn take(
    table: Table,
    kinds: &mut HashedMap<u32>,
    row: &Row<'_>,
    context: &Context<'_>,
    batch: &mut Batch,
) -> Result<(), Reason> {
    let (instant, whole_day) = row.moment(table.moments()).ok_or(Reason::NoTime)?;
    let mut record = Record::new(table.client(), instant);
    record.whole_day = whole_day;
    record.prompt_size = PromptSize::Unknown;
    record.requests = 0;
    let model = row.text(&["model_version", "model", "model_permaslug", "slug"]).unwrap_or("");
    record.model = batch.names.keep(model);
    if context.projects {
        let project = row.text(&["workspace", "project_id", "project_name", "team_id", "app_name"]);
        record.project = batch.names.keep(project.unwrap_or(""));
    }
    record.session = batch.names.keep(row.text(&["session_id", "cloud_agent_id"]).unwrap_or(""));
    record.provider = batch.names.keep(table.provider());
    fill(table, row, batch, &mut record);
    if record.tokens.total() == 0 && record.billed_nanodollars.is_none() && record.requests == 0 {
        return Ok(());
    }
    let kind = table
        .kind()
        .iter()
        .filter_map(|name| row.text(&[name]).map(|text| (name, text)))
        .fold(Hash::new().bytes(table.client().key().as_bytes()), |hash, (name, text)| {
            hash.bytes(name.as_bytes()).number(crate::hash::text(text))
        })
        .end();
    if kinds.len() >= KINDS && !kinds.contains_key(&kind) {
        kinds.clear();
    }
    let before = kinds.entry(kind).or_default();
    record.key = match table.has_ids() && row.text(&["generation_id", "request_id"]).is_some() {
        true => kind,
        false => Hash::new().number(kind).number(u64::from(*before)).end(),
    };
    *before = before.saturating_add(1);
    batch.records.push(record);
    Ok(())
}

/// What differs from table to table.
fn fill(table: Table, row: &Row<'_>, batch: &mut Batch, record: &mut Record) {
    let is = |names: &[&str], value: &str| row.text(names).is_some_and(|text| text.eq_ignore_ascii_case(value));
    let requests = |names: &[&str]| u32::try_from(row.count(names)).unwrap_or(u32::MAX);
    match table {
        Table::AnthropicUsage => {
            record.tokens = Tokens {
                input: row.count(&["usage_input_tokens_no_cache"]),
                cache_read: row.count(&["usage_input_tokens_cache_read"]),
                cache_write_5m: row.count(&["usage_input_tokens_cache_write_5m", "usage_input_tokens_cache_write"]),
                cache_write_1h: row.count(&["usage_input_tokens_cache_write_1h"]),
                output: row.count(&["usage_output_tokens"]),
            };
            record.web_searches = requests(&["web_search_count"]);
            record.tier = Tier::read(row.text(&["usage_type"]).unwrap_or(""));
            record.fast = is(&["speed"], "fast");
            record.us_only = is(&["inference_geo"], "us");
            // Written "≤ 200k" or "0-200k", and "> 200k" or "200k-1M".
            let window = row.text(&["context_window"]).unwrap_or("").to_lowercase();
            record.prompt_size = match window.contains("200k") {
                true if window.starts_with(['>', '≥']) || window.starts_with("200k") => PromptSize::Above200k,
                true => PromptSize::UpTo200k,
                false => PromptSize::Unknown,
            };
        }
        Table::AnthropicCost => record.billed_nanodollars = row.nanodollars(&["cost_usd"]),
        Table::OpenAiUsage => {
            record.tokens = Tokens::within(
                row.count(&["input_tokens"]),
                row.count(&["input_cached_tokens"]),
                row.count(&["input_cache_write_tokens"]),
                row.count(&["output_tokens"]),
            );
            record.requests = requests(&["num_model_requests", "num_requests"]);
            record.tier = match is(&["batch"], "true") {
                true => Tier::Batch,
                false => Tier::read(row.text(&["service_tier"]).unwrap_or("")),
            };
        }
        Table::OpenRouter => {
            let cached = row.count(&["tokens_cached"]);
            record.tokens = Tokens::within(row.count(&["tokens_prompt"]), cached, 0, row.count(&["tokens_completion"]));
            record.requests = 1;
            record.free = is(&["variant"], "free");
            // With a key of one's own the provider bills too, and OpenRouter tells it apart.
            let own = row.nanodollars(&["byok_usage_inference"]).unwrap_or(0);
            record.billed_nanodollars = row.nanodollars(&["cost_total"]).map(|cost| cost.saturating_add(own));
        }
        Table::OpenRouterDays => {
            record.tokens = Tokens {
                input: row.count(&["prompt_tokens"]),
                output: row.count(&["completion_tokens"]),
                ..Tokens::default()
            };
            record.requests = requests(&["requests"]);
            let own = row.nanodollars(&["byok_usage"]).unwrap_or(0);
            record.billed_nanodollars = row.nanodollars(&["usage"]).map(|cost| cost.saturating_add(own));
            record.free = row.text(&["slug"]).is_some_and(|slug| slug.ends_with(":free"));
        }
        Table::Cursor => {
            let (with, without) = (row.count(&["input_(w/_cache_write)"]), row.count(&["input_(w/o_cache_write)"]));
            let (cache_read, output) = (row.count(&["cache_read"]), row.count(&["output_tokens"]));
            // Some exports count the first input column with the second in it: the total tells.
            let nested = with >= without && row.count(&["total_tokens"]) == with + cache_read + output;
            let cache_write_5m = if nested { with - without } else { with };
            record.tokens = Tokens { input: without, cache_read, cache_write_5m, cache_write_1h: 0, output };
            record.billed_nanodollars = row.nanodollars(&["cost"]);
            record.requests = requests(&["requests"]);
            let kind = row.text(&["kind"]).unwrap_or("").to_lowercase();
            record.free = kind == "free" || kind.contains("no charge") || kind.contains("not charged");
        }
        Table::LiteLlm | Table::LiteLlmDays => super::litellm::row(row, table == Table::LiteLlm, batch, record),
        Table::DeepSeekAmount => {
            let amount = row.count(&["amount"]);
            match row.text(&["type"]).unwrap_or("") {
                "input_cache_hit_tokens" => record.tokens.cache_read = amount,
                "input_cache_miss_tokens" | "input_tokens" => record.tokens.input = amount,
                "output_tokens" => record.tokens.output = amount,
                "request_count" => record.requests = u32::try_from(amount).unwrap_or(u32::MAX),
                _ => {}
            }
        }
        Table::DeepSeekCost => {
            if is(&["currency"], "usd") {
                record.billed_nanodollars = row.nanodollars(&["cost", "amount"]);
            }
        }
    }
    let billed_only = matches!(table, Table::AnthropicCost | Table::DeepSeekCost);
    // A row of Cursor sums requests, and what it calls requests are units of its plans.
    let single = record.requests == 1 && !record.whole_day && table != Table::Cursor;
    if single && !billed_only {
        record.prompt_size = PromptSize::Own;
    }
    if table == Table::Cursor {
        record.provider = batch.names.keep("");
    }
    if table.client() == Client::LiteLlm && record.provider.is_none() {
        record.provider = batch.names.keep(row.text(&["custom_llm_provider"]).unwrap_or(""));
    }
}
