//! Which export a table is, told by the names of its columns.

use crate::csv::Columns;
use crate::record::Client;

/// A form of table. Columns are in lower case with `_` for spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    AnthropicUsage,
    AnthropicCost,
    OpenAiUsage,
    OpenRouter,
    OpenRouterDays,
    Cursor,
    LiteLlm,
    LiteLlmDays,
    DeepSeekAmount,
    DeepSeekCost,
}

const ALL: [Table; 10] = [
    Table::AnthropicUsage,
    Table::AnthropicCost,
    Table::OpenAiUsage,
    Table::OpenRouter,
    Table::OpenRouterDays,
    Table::Cursor,
    Table::LiteLlm,
    Table::LiteLlmDays,
    Table::DeepSeekAmount,
    Table::DeepSeekCost,
];

impl Table {
    /// The table with this first line.
    pub(crate) fn recognise(header: &str) -> Option<Table> {
        let columns = Columns::of(header);
        ALL.into_iter().find(|table| table.fits(&columns))
    }

    pub(crate) fn fits(self, columns: &Columns) -> bool {
        match self {
            Table::AnthropicUsage => columns.has(&["usage_date_utc", "usage_output_tokens"]),
            Table::AnthropicCost => columns.has(&["usage_date_utc", "token_type", "cost_usd"]),
            // An empty period has only the four columns of its times.
            Table::OpenAiUsage => {
                columns.has(&["start_time", "end_time", "start_time_iso", "end_time_iso"])
                    && (columns.len() == 4 || columns.has(&["input_tokens", "output_tokens"]))
            }
            Table::OpenRouter => columns.has(&["generation_id", "tokens_prompt", "tokens_completion"]),
            Table::OpenRouterDays => columns.has(&["date", "slug", "prompt_tokens", "completion_tokens"]),
            Table::Cursor => columns.has(&["date", "model", "cache_read", "output_tokens", "input_(w/o_cache_write)"]),
            Table::LiteLlm => columns.has(&["starttime", "model", "prompt_tokens", "completion_tokens"]),
            Table::LiteLlmDays => columns.has(&["date", "model", "prompt_tokens", "completion_tokens", "spend"]),
            Table::DeepSeekAmount => columns.has(&["start_time_iso", "model", "type", "amount"]),
            Table::DeepSeekCost => columns.has(&["wallet_type", "currency"]),
        }
    }

    pub(crate) fn client(self) -> Client {
        match self {
            Table::AnthropicUsage => Client::AnthropicUsage,
            Table::AnthropicCost => Client::AnthropicCost,
            Table::OpenAiUsage => Client::OpenAiUsage,
            Table::OpenRouter | Table::OpenRouterDays => Client::OpenRouter,
            Table::Cursor => Client::Cursor,
            Table::LiteLlm | Table::LiteLlmDays => Client::LiteLlm,
            Table::DeepSeekAmount | Table::DeepSeekCost => Client::DeepSeek,
        }
    }

    /// Who answered, where the export is one provider's; empty where its rows have to say.
    pub(crate) fn provider(self) -> &'static str {
        match self {
            Table::AnthropicUsage | Table::AnthropicCost => "anthropic",
            Table::OpenAiUsage => "openai",
            Table::OpenRouter | Table::OpenRouterDays => "openrouter",
            Table::DeepSeekAmount | Table::DeepSeekCost => "deepseek",
            Table::Cursor | Table::LiteLlm | Table::LiteLlmDays => "",
        }
    }

    /// Columns that hold the time, the best first.
    pub(crate) fn moments(self) -> &'static [&'static str] {
        match self {
            Table::AnthropicUsage | Table::AnthropicCost => &["usage_date_utc"],
            Table::OpenAiUsage => &["start_time", "start_time_iso"],
            Table::OpenRouter => &["created_at"],
            Table::OpenRouterDays | Table::Cursor | Table::LiteLlmDays => &["date"],
            Table::LiteLlm => &["starttime"],
            Table::DeepSeekAmount | Table::DeepSeekCost => &["start_time_iso", "start_time", "date", "utc_date"],
        }
    }

    /// Whether a row is one request with an id.
    pub(crate) fn has_ids(self) -> bool {
        matches!(self, Table::OpenRouter | Table::LiteLlm)
    }

    /// Columns that say which row it is.
    pub(crate) fn kind(self) -> &'static [&'static str] {
        match self {
            Table::AnthropicUsage => &[
                "usage_date_utc",
                "model_version",
                "api_key",
                "workspace",
                "usage_type",
                "context_window",
                "inference_geo",
                "speed",
            ],
            Table::AnthropicCost => &[
                "usage_date_utc",
                "model",
                "api_key",
                "api_key_id",
                "workspace",
                "usage_type",
                "context_window",
                "inference_geo",
                "speed",
                "token_type",
                "cost_type",
            ],
            Table::OpenAiUsage => {
                &["start_time", "end_time", "project_id", "user_id", "api_key_id", "model", "batch", "service_tier"]
            }
            Table::OpenRouter => &["generation_id"],
            Table::OpenRouterDays => &["date", "slug"],
            Table::Cursor => &["date", "user", "cloud_agent_id", "automation_id", "kind", "model", "max_mode"],
            Table::LiteLlm => &["request_id"],
            Table::LiteLlmDays => {
                &["date", "model", "model_group", "custom_llm_provider", "api_key", "user_id", "team_id", "endpoint"]
            }
            Table::DeepSeekAmount => {
                &["user_id", "start_time_iso", "end_time_iso", "model", "api_key_name", "api_key", "type", "price"]
            }
            Table::DeepSeekCost => &["user_id", "start_time_iso", "end_time_iso", "model", "wallet_type", "currency"],
        }
    }
}
