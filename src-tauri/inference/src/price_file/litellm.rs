//! LiteLLM's list: one object by model, dollars per token, tiers and ways of being served as suffixes of the field names.

use super::{above, number, provider};
use crate::price::Service;
use crate::price::book::{GivenPrice, GivenRates, GivenTier, PriceTable, tiers};
use serde_json::{Map, Value};

/// Dollars per token to dollars per million, at nine places.
fn per_million(rate: f64) -> f64 {
    (rate * 1e6 * 1e9).round() / 1e9
}

/// The rates that stand under these suffixes: `middle` is the way of being served, `end` the tier.
fn rates(row: &Map<String, Value>, middle: &str, end: &str) -> GivenRates {
    let field = |stem: &str| row.get(&format!("{stem}{end}{middle}")).and_then(number).map(per_million);
    GivenRates {
        input: field("input_cost_per_token"),
        cache_read: field("cache_read_input_token_cost"),
        cache_write: field("cache_creation_input_token_cost"),
        cache_write_hour: field("cache_creation_input_token_cost_above_1hr"),
        output: field("output_cost_per_token"),
    }
}

/// The sizes of prompt that fields like `input_cost_per_token_above_200k_tokens` name.
fn thresholds(row: &Map<String, Value>) -> Vec<u64> {
    let mut found: Vec<u64> = row
        .keys()
        .filter_map(|field| {
            let rest = field.strip_prefix("input_cost_per_token_above_")?;
            rest.strip_suffix("k_tokens")?.parse::<u64>().ok().map(|size| size.saturating_mul(1000))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Tiers written as a list of ranges.
fn listed(rows: &[Value]) -> Vec<GivenTier> {
    rows.iter()
        .filter_map(|row| {
            let row = row.as_object()?;
            let from = row.get("range")?.as_array()?.first().and_then(number)?;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            Some(GivenTier { above_tokens: from.max(0.0) as u64, rates: rates(row, "", "") })
        })
        .collect()
}

/// Reads every row of a chat or text model; pictures, sound and embeddings are priced otherwise and are left out.
pub(super) fn read(rows: &Map<String, Value>, table: &mut PriceTable) {
    for (name, row) in rows {
        let Some(row) = row.as_object().filter(|_| name != "sample_spec") else { continue };
        let mode = row.get("mode").and_then(Value::as_str).unwrap_or("chat");
        if !matches!(mode, "chat" | "completion" | "responses") {
            continue;
        }
        let Some(source) = row.get("litellm_provider").and_then(Value::as_str) else { continue };
        let seller = provider(source);
        // "xai/grok-4.7" of provider "xai" is that provider's "grok-4.7"; "openrouter/openai/gpt-6" keeps its maker.
        let model = name.strip_prefix(source).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
        match price(row, seller, model) {
            Ok(price) => table.add(price),
            Err(reason) => table.refuse(seller, model, &reason),
        }
    }
}

fn price(row: &Map<String, Value>, seller: &str, model: &str) -> Result<GivenPrice, String> {
    let of = |middle: &str| {
        let mut given = vec![GivenTier { above_tokens: 0, rates: rates(row, middle, "") }];
        for size in thresholds(row) {
            let rates = rates(row, middle, &format!("_above_{}k_tokens", size / 1000));
            given.push(GivenTier { above_tokens: above(seller, size), rates });
        }
        given
    };
    let list = row.get("tiered_pricing").and_then(Value::as_array).map(|rows| listed(rows)).unwrap_or_default();
    let mut price = GivenPrice::of(seller, model, if list.is_empty() { of("") } else { list }.as_slice())?;
    price.context_tokens = row.get("max_input_tokens").and_then(number).and_then(|tokens| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        (tokens >= 1.0).then_some(tokens as u64)
    });
    for (service, middle) in [(Service::Batch, "_batches"), (Service::Flex, "_flex"), (Service::Priority, "_priority")]
    {
        let own = of(middle);
        // Both sides must be there; what else is left out costs what it does otherwise.
        if own[0].rates.input.is_none() || own[0].rates.output.is_none() {
            continue;
        }
        let join =
            |(own, standard): (&GivenTier, &GivenTier)| GivenTier { rates: own.rates.or(&standard.rates), ..*own };
        let given: Vec<GivenTier> = own.iter().zip(&of("")).map(join).collect();
        if let Ok(tiers) = tiers(&given) {
            price.services.insert(service.words(), tiers);
        }
    }
    Ok(price)
}
