//! Both forms, against the providers' published prices, and against what files are known to get wrong.

use super::*;
use crate::price::book::Book;
use crate::price::{RequestTokens, Service};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const DAY: Date = date(2026, 11, 23);

/// Rows as LiteLLM writes them, with the published prices of Claude Sonnet 4.5 (tier above 200k: $6 in, $22.50 out) and
/// of a model of xAI (from 200,000 tokens on, inclusive).
const LITELLM: &str = r#"{
  "sample_spec": {"litellm_provider": "one of https://docs.litellm.ai", "input_cost_per_token": 0.0, "mode": "chat"},
  "claude-sonnet-4-5": {
    "litellm_provider": "anthropic", "mode": "chat", "max_input_tokens": 200000,
    "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05,
    "cache_read_input_token_cost": 3e-07, "cache_creation_input_token_cost": 3.75e-06,
    "cache_creation_input_token_cost_above_1hr": 6e-06,
    "input_cost_per_token_above_200k_tokens": 6e-06, "output_cost_per_token_above_200k_tokens": 2.25e-05,
    "cache_read_input_token_cost_above_200k_tokens": 6e-07,
    "cache_creation_input_token_cost_above_200k_tokens": 7.5e-06,
    "input_cost_per_token_batches": 1.5e-06, "output_cost_per_token_batches": 7.5e-06
  },
  "xai/grok-9": {
    "litellm_provider": "xai", "mode": "chat", "input_cost_per_token": 2e-06, "output_cost_per_token": 6e-06,
    "input_cost_per_token_above_200k_tokens": 4e-06, "output_cost_per_token_above_200k_tokens": 1.2e-05
  },
  "dashscope/qwen-tiers": {
    "litellm_provider": "dashscope", "mode": "chat",
    "tiered_pricing": [
      {"range": [0, 32000], "input_cost_per_token": 1e-06, "output_cost_per_token": 5e-06},
      {"range": [32000, 128000], "input_cost_per_token": 2e-06, "output_cost_per_token": 1e-05}
    ]
  },
  "text-embedding-3-small": {"litellm_provider": "openai", "mode": "embedding", "input_cost_per_token": 2e-08, "output_cost_per_token": 0.0},
  "gemini/free": {"litellm_provider": "gemini", "mode": "chat", "input_cost_per_token": 0, "output_cost_per_token": 0},
  "gemini/half": {"litellm_provider": "gemini", "mode": "chat", "input_cost_per_token": 1e-06},
  "gemini/per-million": {"litellm_provider": "gemini", "mode": "chat", "input_cost_per_token": 3, "output_cost_per_token": 15},
  "broken": 7
}"#;

const MODELS_DEV: &str = r#"{
  "xai": {"id": "xai", "name": "xAI", "models": {
    "grok-9": {"id": "grok-9", "limit": {"context": 500000, "output": 500000},
      "cost": {"input": 2.0, "output": 6.0, "cache_read": 0.5,
        "tiers": [{"input": 4.0, "output": 12.0, "cache_read": 1.0, "tier": {"type": "context", "size": 200000}}],
        "context_over_200k": {"input": 4.0, "output": 12.0, "cache_read": 1.0}}}}},
  "anthropic": {"id": "anthropic", "models": {
    "claude-sonnet-4-5": {"id": "claude-sonnet-4-5", "limit": {"context": 200000},
      "cost": {"input": 3, "output": 15, "cache_read": 0.3, "cache_write": 3.75,
        "context_over_200k": {"input": 6, "output": 22.5, "cache_read": 0.6, "cache_write": 7.5}}},
    "unpriced": {"id": "unpriced"}}},
  "github-copilot": {"id": "github-copilot", "models": {"gpt-6": {"id": "gpt-6", "cost": {"input": 0, "output": 0}}}}
}"#;

fn at(table: &PriceTable, provider: &str, model: &str, prompt: u64) -> (f64, f64, f64, f64) {
    let tiers = &table.get(provider, model, DAY).unwrap().tiers;
    let prices = tiers.iter().rev().find(|tier| prompt > tier.above_tokens).unwrap_or(&tiers[0]).prices;
    (prices.input, prices.cache_read, prices.cache_write, prices.output)
}

#[test]
fn litellm_rows_tiers_and_batch() {
    let table = read("prices.json", LITELLM).unwrap();
    assert_eq!(at(&table, "anthropic", "claude-sonnet-4-5", 200_000), (3.0, 0.3, 3.75, 15.0));
    assert_eq!(at(&table, "anthropic", "claude-sonnet-4-5", 200_001), (6.0, 0.6, 7.5, 22.5));
    assert_eq!(at(&table, "x-ai", "grok-9", 199_999), (2.0, 2.0, 2.0, 6.0));
    assert_eq!(at(&table, "x-ai", "grok-9", 200_000), (4.0, 4.0, 4.0, 12.0));
    assert_eq!(at(&table, "dashscope", "qwen-tiers", 32_000).0, 1.0);
    assert_eq!(at(&table, "dashscope", "qwen-tiers", 32_001).0, 2.0);
    let sonnet = table.get("anthropic", "claude-sonnet-4-5", DAY).unwrap();
    assert_eq!(sonnet.tiers[0].prices.cache_write_hour, 6.0);
    let batch = sonnet.services["batch"][0].prices;
    assert_eq!((batch.input, batch.cache_read, batch.output), (1.5, 0.3, 7.5));
    assert_eq!(sonnet.context_tokens, Some(200_000));
    // Zero, one side only and a unit a million times off are unknown, each with a finding; an embedding is no chat model.
    assert_eq!((table.len(), table.unknown_len()), (3, 3));
    let said: Vec<&str> = table.findings.as_slice().iter().map(|f| f.path.as_str()).collect();
    assert_eq!(said, ["prices/google/free", "prices/google/half", "prices/google/per-million"]);
}

#[test]
fn models_dev_rows_and_tiers() {
    let table = read("api.json", MODELS_DEV).unwrap();
    assert_eq!(at(&table, "x-ai", "grok-9", 199_999), (2.0, 0.5, 2.0, 6.0));
    assert_eq!(at(&table, "x-ai", "grok-9", 200_000), (4.0, 1.0, 4.0, 12.0));
    assert_eq!(at(&table, "anthropic", "claude-sonnet-4-5", 200_000), (3.0, 0.3, 3.75, 15.0));
    assert_eq!(at(&table, "anthropic", "claude-sonnet-4-5", 200_001), (6.0, 0.6, 7.5, 22.5));
    assert_eq!((table.len(), table.unknown_len()), (2, 2));
}

/// Both forms of the same price give the same dollars, to a millionth, on both sides of the tier: by hand, at 200,001
/// tokens plain and 1,000 out, 200,001 × 6 + 1,000 × 22.5 = 1.222506 dollars; at 200,000, 0.615.
#[test]
fn both_forms_price_alike() {
    for text in [LITELLM, MODELS_DEV] {
        let book = Book { file: Some(read("file", text).unwrap()), ..Book::default() };
        let schedule = book.schedule_on("anthropic", "claude-sonnet-4-5", DAY, Service::Standard).unwrap();
        for (input, dollars) in [(200_000, 0.615), (200_001, 1.222_506)] {
            let tokens = RequestTokens { input, output: 1_000, ..RequestTokens::default() };
            assert!((schedule.dollars(&tokens) - dollars).abs() < 1e-6, "{input}");
        }
    }
}

#[test]
fn what_is_no_price_list_is_refused() {
    for (text, id) in [
        ("", "priceFile.json"),
        ("not json", "priceFile.json"),
        ("[1, 2]", "priceFile.form"),
        ("{}", "priceFile.form"),
        (r#"{"a": {"b": 1}}"#, "priceFile.form"),
        (
            r#"{"a": {"litellm_provider": "x", "input_cost_per_token": 0, "output_cost_per_token": 0}}"#,
            "priceFile.empty",
        ),
        (r#"{"x": {"models": {}}}"#, "priceFile.empty"),
    ] {
        let findings = read("file", text).unwrap_err();
        assert!(findings.as_slice().iter().any(|f| f.id == id && !f.left_out.is_empty()), "{text}: {findings:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]
    /// Whatever numbers a file holds, a price that is used is positive and finite on every tier.
    #[test]
    fn no_file_makes_anything_free(
        input in prop_oneof![Just(0.0), Just(-1.0), 1e-12..1.0f64], output in prop_oneof![Just(0.0), 1e-12..10.0f64],
        read_rate in prop::option::of(prop_oneof![Just(0.0), 1e-12..1.0f64]), long in prop::option::of(0.0..1e-3f64)) {
        let mut row = serde_json::json!({"litellm_provider": "anthropic", "mode": "chat",
            "input_cost_per_token": input, "output_cost_per_token": output});
        if let Some(rate) = read_rate { row["cache_read_input_token_cost"] = rate.into(); }
        if let Some(rate) = long { row["input_cost_per_token_above_200k_tokens"] = rate.into(); }
        let text = serde_json::json!({"m": row}).to_string();
        match read("file", &text) {
            Ok(table) => for tier in &table.get("anthropic", "m", DAY).unwrap().tiers {
                let p = tier.prices;
                for rate in [p.input, p.cache_read, p.cache_write, p.cache_write_hour, p.output] {
                    prop_assert!(rate.is_finite() && rate > 0.0);
                }
            },
            Err(findings) => prop_assert!(!findings.as_slice().is_empty()),
        }
    }
}

/// A case keeps the rows of the models asked for, and reads the same prices from them.
#[test]
fn what_a_case_keeps_reads_the_same() {
    let lite = r#"{
        "xai/grok-4.7": {"litellm_provider": "xai", "mode": "chat", "input_cost_per_token": 2e-6, "output_cost_per_token": 8e-6},
        "other": {"litellm_provider": "xai", "mode": "chat", "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}
    }"#;
    let dev = r#"{"xai": {"id": "xai", "models": {
        "grok-4.7": {"id": "grok-4.7", "cost": {"input": 2, "output": 8}},
        "other": {"id": "other", "cost": {"input": 1, "output": 2}}
    }}}"#;
    let day = jiff::civil::date(2026, 11, 23);
    for text in [lite, dev] {
        let few = kept("list", text, &[("x-ai", "grok-4.7")]).expect("it is there");
        assert!(!few.contains("other"), "{few}");
        let table = read("list", &few).expect("still a list");
        let whole = read("list", text).expect("a list");
        assert_eq!(table.len(), 1);
        let rates =
            |table: &crate::price::book::PriceTable| table.get("x-ai", "grok-4.7", day).expect("priced").tiers.clone();
        assert_eq!(rates(&table), rates(&whole));
        // By hand: 2e-6 dollars a token is $2 a million, 8e-6 is $8.
        assert_eq!((rates(&table)[0].prices.input, rates(&table)[0].prices.output), (2.0, 8.0));
        let none = kept("list", text, &[("anthropic", "nothing")]).expect_err("not listed");
        assert_eq!(none.as_slice()[0].id, "priceFile.others");
    }
}
