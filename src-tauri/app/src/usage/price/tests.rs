//! Costs of single requests against the price engine's own answers, on both sides of tiers, on days before and after
//! changes, by the hour, and for each way of being served.

use crate::usage::{By, Request, scan};
use genai_prices::{PriceRequest, Usage, UsageKey};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

/// What the engine is told of the way a request was served.
type Context = &'static [(&'static str, &'static str)];

/// A request: provider, model, when, how it is served, and tokens: input, read, written for minutes, for an hour, output.
struct Asked {
    provider: &'static str,
    model: &'static str,
    at: &'static str,
    context: Context,
    tokens: [u64; 5],
}

/// The price engine's own answer.
#[allow(clippy::cast_precision_loss)]
fn engine(asked: &Asked) -> f64 {
    let [input, read, write, hour, output] = asked.tokens;
    let usage = Usage::from([
        (UsageKey::INPUT_TOKENS, (input + read + write + hour) as f64),
        (UsageKey::CACHE_READ_TOKENS, read as f64),
        (UsageKey::CACHE_WRITE_TOKENS, (write + hour) as f64),
        (UsageKey::CACHE_WRITE_1H_TOKENS, hour as f64),
        (UsageKey::OUTPUT_TOKENS, output as f64),
    ]);
    let at: Timestamp = asked.at.parse().unwrap();
    let mut request = PriceRequest::new(asked.model, &usage)
        .with_provider_id(asked.provider)
        .with_timestamp(std::time::SystemTime::try_from(at).unwrap());
    for (key, value) in asked.context {
        request = request.with_price_context(key, value);
    }
    counterweight_inference::price::list().calculate(&request).unwrap().total_price
}

/// Costs by session of what is in a folder.
fn costs(folder: &std::path::Path) -> BTreeMap<String, f64> {
    let request = Request { roots: vec![folder.to_owned()], by: By::Session, ..Request::default() };
    let report = scan(&request, &|_| (), &AtomicBool::new(false)).unwrap();
    assert_eq!(report.totals.unpriced_tokens, 0, "{:?}", report.unpriced);
    report.groups.into_iter().map(|group| (group.key, group.sums.cost_usd.parse().unwrap())).collect()
}

fn compare(asked: &[Asked], lines: String, name: &str) {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join(name), lines).unwrap();
    let found = costs(home.path());
    assert_eq!(found.len(), asked.len());
    let mut sum = 0.0;
    for (at, asked) in asked.iter().enumerate() {
        let (found, expected) = (found[&format!("s{at}")], engine(asked));
        assert!(
            (found - expected).abs() < 1e-6,
            "{} {} {} {:?}: {found} is not {expected}",
            asked.model,
            asked.at,
            asked.provider,
            asked.tokens
        );
        sum += expected;
    }
    assert!(sum > 0.0);
}

const STANDARD: Context = &[];
const FAST: Context = &[("service_tier", "fast"), ("speed", "fast")];

#[test]
fn answers_of_claude_code_cost_what_the_engine_says() {
    let mut asked = Vec::new();
    for model in ["claude-opus-5-5", "claude-opus-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-sonnet-4-5"] {
        for at in ["2026-06-30T23:59:59Z", "2026-09-01T00:00:00Z", "2026-11-23T08:15:00Z"] {
            for tokens in [
                [1000, 0, 0, 0, 500],
                [3, 99_990, 7, 0, 1234],
                [4, 99_990, 7, 0, 1234],
                [10, 150_000, 5000, 7000, 2000],
                [1, 200_000, 0, 3, 77],
            ] {
                asked.push(Asked { provider: "anthropic", model, at, context: STANDARD, tokens });
            }
        }
        asked.push(Asked {
            provider: "anthropic",
            model,
            at: "2026-11-01T10:00:00Z",
            context: FAST,
            tokens: [9, 8, 7, 6, 5000],
        });
    }
    let mut lines = String::new();
    for (at, asked) in asked.iter().enumerate() {
        let [input, read, write, hour, output] = asked.tokens;
        let speed = if asked.context.is_empty() { "standard" } else { "fast" };
        let _ = writeln!(
            lines,
            r#"{{"type":"assistant","sessionId":"s{at}","timestamp":"{}","message":{{"id":"m{at}","model":"{}","usage":{{"input_tokens":{input},"cache_read_input_tokens":{read},"cache_creation":{{"ephemeral_5m_input_tokens":{write},"ephemeral_1h_input_tokens":{hour}}},"output_tokens":{output},"speed":"{speed}","service_tier":"standard"}}}}}}"#,
            asked.at, asked.model
        );
    }
    compare(&asked, lines, "x.jsonl");
}

/// LiteLLM's rows name any provider. DeepSeek's price moves by the hour; xAI's tier begins at 200,000 and others' above.
#[test]
fn requests_through_a_gateway_cost_what_the_engine_says() {
    let mut asked = Vec::new();
    let mut add = |provider, model, at, tokens| asked.push(Asked { provider, model, at, context: STANDARD, tokens });
    for at in ["2026-09-20T02:00:00Z", "2026-09-20T05:00:00Z", "2026-11-20T06:30:00Z", "2026-11-20T23:59:00Z"] {
        add("deepseek", "deepseek-v4-pro", at, [1000, 50_000, 0, 0, 900]);
        add("deepseek", "deepseek-v4-flash", at, [1000, 50_000, 0, 0, 900]);
    }
    for at in ["2026-08-16T12:00:00Z", "2026-08-17T12:00:00Z", "2026-09-09T12:00:00Z", "2026-09-10T12:00:00Z"] {
        add("deepseek", "deepseek-v4-flash", at, [1_000_000, 0, 0, 0, 1_000_000]);
    }
    for input in [199_999, 200_000, 200_001] {
        add("x-ai", "grok-4.7", "2026-11-20T12:00:00Z", [input, 0, 0, 0, 1000]);
    }
    for input in [272_000, 272_001] {
        add("openai", "gpt-6-astra", "2026-11-20T12:00:00Z", [input - 1000, 1000, 0, 0, 1000]);
    }
    for at in ["2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z"] {
        add("google", "gemini-4-argon", at, [5000, 100_000, 0, 0, 3000]);
    }
    // Two prices that were changed for a single day, and a day before and after.
    for model in ["z-ai/glm-5", "z-ai/glm-5.3-flash"] {
        for at in ["2026-10-18T12:00:00Z", "2026-10-19T12:00:00Z", "2026-10-20T12:00:00Z", "2026-11-20T12:00:00Z"] {
            add("openrouter", model, at, [1_000_000, 0, 0, 0, 1_000_000]);
        }
    }
    let mut lines = String::new();
    for (at, asked) in asked.iter().enumerate() {
        let [input, read, _, _, output] = asked.tokens;
        let _ = writeln!(
            lines,
            r#"{{"request_id":"r{at}","session_id":"s{at}","spend":0,"prompt_tokens":{},"completion_tokens":{output},"startTime":"{}","model":"{}","custom_llm_provider":"{}","metadata":{{"usage_object":{{"cache_read_input_tokens":{read}}}}}}}"#,
            input + read,
            asked.at,
            asked.model,
            asked.provider
        );
    }
    compare(&asked, lines, "x.jsonl");
}

/// OpenAI's export: one request a bucket, in a batch, on the flexible tier or before others. Batch rates begin on
/// 2026-10-14 and tier rates on 2026-10-12; earlier requests are priced as standard by the engine too.
#[test]
fn ways_of_being_served_cost_what_the_engine_says() {
    let ways: [(&str, &str, Context); 4] = [
        ("false", "default", STANDARD),
        ("true", "", &[("processing", "batch")]),
        ("false", "flex", &[("service_tier", "flex")]),
        ("false", "priority", &[("service_tier", "priority")]),
    ];
    let mut dearer = 0;
    for (batch, tier, context) in ways {
        for (day, at) in [("1759752000", "2025-10-06T12:00:00Z"), ("1793534400", "2026-11-01T12:00:00Z")] {
            let asked =
                Asked { provider: "openai", model: "gpt-6-astra", at, context, tokens: [60_000, 40_000, 0, 0, 5000] };
            let home = tempfile::tempdir().unwrap();
            let lines = format!(
                "start_time,end_time,start_time_iso,end_time_iso,num_model_requests,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens\n{day},{day},x,x,1.0,gpt-6-astra,{batch},{tier},100000,5000,40000\n"
            );
            std::fs::write(home.path().join("x.csv"), lines).unwrap();
            let found = costs(home.path())["unknown"];
            let expected = engine(&asked);
            assert!((found - expected).abs() < 1e-6, "{batch} {tier} {at}: {found} is not {expected}");
            let standard = engine(&Asked { context: STANDARD, ..asked });
            dearer += i32::from((expected - standard).abs() > 1e-6);
        }
    }
    assert!(dearer >= 2, "the ways differ in price, or this tests nothing");
}

/// Each model of the catalogue on each day of a quarter of a year, announced changes in it.
#[test]
fn every_day_of_every_model_costs_what_the_engine_says() {
    let first: jiff::civil::Date = "2026-09-15".parse().unwrap();
    let days: Vec<String> = (0..100).map(|day| format!("{}T16:30:00Z", first + jiff::Span::new().days(day))).collect();
    let mut lines = String::new();
    let mut expected = 0.0;
    let models = counterweight_inference::catalogue::cloud_models();
    for (at, row) in models.iter().enumerate() {
        for (day, instant) in days.iter().enumerate() {
            let _ = writeln!(
                lines,
                r#"{{"request_id":"r{at}-{day}","session_id":"{}","spend":0,"prompt_tokens":1000000,"completion_tokens":1000000,"startTime":"{instant}","model":"{}","custom_llm_provider":"{}"}}"#,
                row.key, row.model, row.provider
            );
        }
    }
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("x.jsonl"), lines).unwrap();
    let found = costs(home.path());
    assert_eq!(found.len(), models.len());
    for row in models {
        let sum: f64 = days
            .iter()
            .map(|instant| {
                let at: Timestamp = instant.parse().unwrap();
                let usage = Usage::from([(UsageKey::INPUT_TOKENS, 1e6), (UsageKey::OUTPUT_TOKENS, 1e6)]);
                let request = PriceRequest::new(&row.model, &usage)
                    .with_provider_id(&row.provider)
                    .with_timestamp(std::time::SystemTime::try_from(at).unwrap());
                counterweight_inference::price::list().calculate(&request).unwrap().total_price
            })
            .sum();
        assert!((found[&row.key] - sum).abs() < 1e-4, "{}: {} is not {sum}", row.key, found[&row.key]);
        expected += sum;
    }
    assert!(expected > 0.0);
}
