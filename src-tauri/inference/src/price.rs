//! What a cloud provider charges for tokens, on a day, for a size of prompt.
//!
//! The price data is embedded in the `genai-prices` crate. It shows no price list, only the price of a request, so a
//! model's rates are found by asking for the price of requests of one kind of token, once, and kept. Prices are dated,
//! some change by the hour of the day, and a prompt beyond a threshold moves *every* token of the request to a higher
//! rate. What has no price is [`PriceProblem::Unpriced`], never free.

use crate::catalogue;
use crate::wire;
use genai_prices::{Calculator, ErrorKind, PriceRequest, Usage, UsageKey};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use ts_rs::TS;

/// Hour of the day, UTC, that stands for a day when only the date is known: the middle of the American working day.
const HOUR_OF_DAY: i8 = 16;
/// Largest prompt asked about, tokens: beyond every context window on sale.
const LARGEST_PROMPT: u64 = 1 << 24;
/// A rate above this is taken for a mistake in the data, dollars per million tokens; the highest on sale is 600.
const ABSURD_RATE: f64 = 10_000.0;
/// Schedules kept before the memory of them is emptied.
const KEPT: usize = 20_000;

/// Why a model has no price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[ts(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PriceProblem {
    /// The catalogue has no such provider.
    #[error(
        "The price catalogue has no provider \"{provider}\". The tokens stay unpriced. Pick a provider from the list."
    )]
    UnknownProvider {
        /// As it was asked for.
        provider: String,
    },
    /// The provider has no such model.
    #[error(
        "The price catalogue has no model \"{model}\" at {provider}. Its tokens stay unpriced. Enter a price or pick a model from the list."
    )]
    UnknownModel {
        /// As it was asked for.
        provider: String,
        /// As it was asked for.
        model: String,
    },
    /// The model is listed without a usable price.
    #[error("{model} at {provider} is unpriced: {reason}. Its tokens are left out of the cost, not counted as free.")]
    Unpriced {
        /// The provider.
        provider: String,
        /// The model.
        model: String,
        /// What is missing.
        reason: String,
    },
    /// The catalogue could not answer.
    #[error("The price catalogue could not price {model} at {provider}: {reason}. Its tokens stay unpriced.")]
    Catalogue {
        /// The provider.
        provider: String,
        /// The model.
        model: String,
        /// What it said.
        reason: String,
    },
}

/// Where a price comes from.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Provenance {
    /// Provider the catalogue matched.
    pub provider_id: String,
    /// Model the catalogue matched, which may be a family's entry.
    pub model_id: String,
    /// Name and release of the catalogue.
    pub catalogue: String,
    /// The instant priced, ISO 8601, UTC.
    pub priced_at: String,
    /// What to know before relying on the price.
    pub warnings: Vec<String>,
}

/// How a price moves within a day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct WithinDay {
    /// Lowest rate of the day over the rate shown.
    pub lowest: f64,
    /// Highest rate of the day over the rate shown.
    pub highest: f64,
    /// Hours of the day at the highest rate.
    pub hours_at_highest: f64,
    /// The rate of each half hour of the day, UTC, over the rate shown.
    #[serde(skip)]
    #[ts(skip)]
    pub half_hours: [f64; 48],
}

/// How a provider serves a request, where that changes its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Service {
    /// At once, at list price.
    #[default]
    Standard,
    /// Within a day, for half as a rule.
    Batch,
    /// When there is room, for less.
    Flex,
    /// Before others, for more.
    Priority,
    /// Written faster, for more.
    Fast,
}

impl Service {
    /// What the price catalogue calls it; nothing for the standard.
    pub(crate) fn contexts(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Standard => &[],
            Self::Batch => &[("processing", "batch")],
            Self::Flex => &[("service_tier", "flex")],
            Self::Priority => &[("service_tier", "priority")],
            Self::Fast => &[("service_tier", "fast"), ("speed", "fast")],
        }
    }

    /// Name for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Batch => "batch",
            Self::Flex => "flex",
            Self::Priority => "priority",
            Self::Fast => "fast",
        }
    }
}

/// Tokens of one request. Each token is counted in one place only: the parts do not overlap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestTokens {
    /// Prompt tokens neither read from nor written to the cache.
    pub input: u64,
    /// Prompt tokens read from the cache.
    pub cache_read: u64,
    /// Prompt tokens written to the cache for minutes.
    pub cache_write: u64,
    /// Prompt tokens written to the cache for an hour.
    pub cache_write_hour: u64,
    /// Tokens written, reasoning included.
    pub output: u64,
}

impl RequestTokens {
    /// The whole prompt, which decides the tier.
    pub fn prompt(&self) -> u64 {
        [self.cache_read, self.cache_write, self.cache_write_hour].into_iter().fold(self.input, u64::saturating_add)
    }
}

/// Rates of one tier, US dollars per million tokens. A kind of token without a rate of its own costs what plain input does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct UnitPrices {
    /// Prompt tokens.
    #[serde(serialize_with = "wire::price")]
    #[ts(type = "string")]
    pub input: f64,
    /// Prompt tokens read from the cache.
    #[serde(serialize_with = "wire::price")]
    #[ts(type = "string")]
    pub cache_read: f64,
    /// Prompt tokens written to the cache for minutes.
    #[serde(serialize_with = "wire::price")]
    #[ts(type = "string")]
    pub cache_write: f64,
    /// Prompt tokens written to the cache for an hour.
    #[serde(serialize_with = "wire::price")]
    #[ts(type = "string")]
    pub cache_write_hour: f64,
    /// Tokens written.
    #[serde(serialize_with = "wire::price")]
    #[ts(type = "string")]
    pub output: f64,
    /// Fee of the request itself, US dollars.
    #[serde(serialize_with = "wire::price")]
    #[ts(type = "string")]
    pub per_request: f64,
}

impl UnitPrices {
    /// US dollars of one request at these rates. The caller picks the tier by the prompt of the request.
    #[allow(clippy::cast_precision_loss, reason = "a request is far below 2^53 tokens")]
    pub fn dollars(&self, tokens: &RequestTokens) -> f64 {
        let parts = [
            (tokens.input, self.input),
            (tokens.cache_read, self.cache_read),
            (tokens.cache_write, self.cache_write),
            (tokens.cache_write_hour, self.cache_write_hour),
            (tokens.output, self.output),
        ];
        parts.iter().map(|(count, rate)| *count as f64 * rate).sum::<f64>() / 1e6 + self.per_request
    }

    /// The same exactly, for a ledger.
    pub fn exact_dollars(&self, tokens: &RequestTokens) -> Decimal {
        let parts = [
            (tokens.input, self.input),
            (tokens.cache_read, self.cache_read),
            (tokens.cache_write, self.cache_write),
            (tokens.cache_write_hour, self.cache_write_hour),
            (tokens.output, self.output),
        ];
        let sum: Decimal = parts.iter().map(|(count, rate)| Decimal::from(*count) * wire::decimal(*rate)).sum();
        sum / Decimal::from(1_000_000) + wire::decimal(self.per_request)
    }
}

/// Rates that hold for prompts above a size.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Tier {
    /// The tier holds for prompts of more tokens than this; 0 for the first.
    pub above_tokens: u64,
    /// Its rates.
    pub prices: UnitPrices,
}

/// The price list of one model at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Schedule {
    /// Tiers by rising prompt, at least one.
    pub tiers: Vec<Tier>,
    /// Tokens the model can hold, when the catalogue knows.
    pub context_tokens: Option<u64>,
    /// How the price moves within this day; `None` when it does not.
    pub within_day: Option<WithinDay>,
    /// Where the prices come from.
    pub provenance: Provenance,
}

impl Schedule {
    /// The rates for a request whose whole prompt has this many tokens. The tier is a cliff: it holds for every token of
    /// the request.
    pub fn for_prompt(&self, prompt_tokens: u64) -> UnitPrices {
        let tier = self.tiers.iter().rev().find(|tier| prompt_tokens > tier.above_tokens);
        tier.unwrap_or(&self.tiers[0]).prices
    }

    /// US dollars of one request.
    pub fn dollars(&self, tokens: &RequestTokens) -> f64 {
        self.for_prompt(tokens.prompt()).dollars(tokens)
    }
}

/// A price list and the first day it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// The price list.
    pub schedule: Arc<Schedule>,
}

/// Rates for a day and a size of prompt. The day is priced at 16:00 UTC; see [`Schedule::within_day`].
///
/// # Errors
/// When the provider, the model or a usable price is missing.
pub fn resolve(provider: &str, model: &str, date: Date, prompt_tokens: u64) -> Result<UnitPrices, PriceProblem> {
    Ok(schedule_on(provider, model, date)?.for_prompt(prompt_tokens))
}

/// The price list of a day, at 16:00 UTC. Found once, then kept.
///
/// # Errors
/// As [`resolve`].
pub fn schedule_on(provider: &str, model: &str, date: Date) -> Result<Arc<Schedule>, PriceProblem> {
    schedule_at(provider, model, instant(date, HOUR_OF_DAY, 0))
}

/// The price list of an instant. Found once per minute asked for, then kept.
///
/// # Errors
/// As [`resolve`].
pub fn schedule_at(provider: &str, model: &str, at: Timestamp) -> Result<Arc<Schedule>, PriceProblem> {
    schedule_by(provider, model, at, Service::Standard)
}

/// The price list of an instant for a way of being served. Where the catalogue has no rate of its own for it on that
/// day, the standard rates are returned and a warning in the provenance says so.
///
/// # Errors
/// As [`resolve`].
pub fn schedule_by(
    provider: &str,
    model: &str,
    at: Timestamp,
    service: Service,
) -> Result<Arc<Schedule>, PriceProblem> {
    type Kept = HashMap<(String, String, i64, Service), Result<Arc<Schedule>, PriceProblem>>;
    static FOUND: RwLock<Option<Kept>> = RwLock::new(None);
    let minute = at.as_second().div_euclid(60);
    let key = (provider.to_owned(), model.to_owned(), minute, service);
    if let Some(known) = FOUND.read().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|kept| kept.get(&key)) {
        return known.clone();
    }
    let rounded = Timestamp::from_second(minute * 60).unwrap_or(at);
    let found = probe::schedule(&probe::Subject { provider, model, at: rounded, service }).map(Arc::new);
    let mut kept = FOUND.write().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_with(HashMap::new);
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(key, found.clone());
    found
}

/// The price lists from one day to another, with the day of each announced change. The first starts at `from`.
///
/// A change that is undone within the same month is not found.
///
/// # Errors
/// As [`resolve`], on any of the days.
pub fn timeline(provider: &str, model: &str, from: Date, to: Date) -> Result<Vec<Period>, PriceProblem> {
    // A name without a price now has none to follow.
    let first = Period { from, schedule: schedule_on(provider, model, from)? };
    let later = dated::changes(provider, model, from, to).into_iter();
    let later = later.map(|from| Ok(Period { from, schedule: schedule_on(provider, model, from)? }));
    std::iter::once(Ok(first)).chain(later).collect()
}

/// An hour and minute of a day, UTC.
fn instant(date: Date, hour: i8, minute: i8) -> Timestamp {
    TimeZone::UTC.to_timestamp(date.at(hour, minute, 0, 0)).unwrap_or(Timestamp::MAX)
}

/// The embedded list that every price is calculated from: newer than the one the crate brings along, see
/// `data/genai_prices/prices.py`.
pub fn list() -> &'static Calculator {
    static LIST: LazyLock<Calculator> = LazyLock::new(|| {
        Calculator::from_json(include_bytes!("../data/genai_prices/prices.json")).expect("a test reads the list")
    });
    &LIST
}

/// Reads the embedded list, which takes tens of milliseconds once; call it while the program starts.
pub fn warm_up() {
    let _ = list();
}

pub mod book;
mod dated;
pub mod hours;
mod probe;

#[cfg(test)]
mod tests;
