//! Prices against published anchors, and against the price engine on both sides of every threshold.

use super::*;
use jiff::civil::date;

const DAY: Date = date(2026, 11, 23);

/// Published list prices on 2026-11-23, US dollars per million tokens: input, cache read, cache write, output.
#[test]
fn anchor_prices() {
    for (provider, model, prompt, input, read, write, output) in [
        ("anthropic", "claude-opus-5-5", 1, 4.0, 0.20, 5.0, 20.0),
        ("anthropic", "claude-opus-5", 1, 5.0, 0.50, 6.25, 25.0),
        ("anthropic", "claude-sonnet-5-5", 1, 2.0, 0.10, 2.5, 10.0),
        ("anthropic", "claude-sonnet-5", 1, 2.0, 0.20, 2.5, 10.0),
        ("anthropic", "claude-haiku-5-5", 100_000, 0.10, 0.01, 0.125, 0.5),
        ("anthropic", "claude-haiku-5-5", 100_001, 0.50, 0.05, 0.625, 2.5),
        ("openai", "gpt-6-astra", 272_000, 10.0, 1.0, 12.5, 50.0),
        ("openai", "gpt-6-astra", 272_001, 20.0, 2.0, 25.0, 75.0),
        ("openai", "gpt-6.1-sol", 1, 2.0, 0.1, 2.5, 10.0),
        ("openai", "gpt-6.1-terra", 1, 1.0, 0.05, 1.25, 5.0),
        ("openai", "gpt-6-luna", 272_001, 0.2, 0.02, 0.25, 0.75),
        ("moonshotai", "kimi-k3.1-pro", 1, 2.0, 0.2, 2.0, 10.0),
    ] {
        let prices = resolve(provider, model, DAY, prompt).unwrap();
        let found = [prices.input, prices.cache_read, prices.cache_write, prices.output];
        for (found, listed) in found.iter().zip([input, read, write, output]) {
            assert!((found - listed).abs() < 1e-9, "{model} at {prompt}: {found} is not {listed}");
        }
    }
}

/// Providers that list no cache-write price bill it as input; one row each of the published anchors.
#[test]
fn anchor_prices_without_a_cache_write() {
    for (provider, model, input, read, output) in [
        ("google", "gemini-4-argon", 2.0, 0.1, 10.0),
        ("google", "gemini-3.8-flash", 0.75, 0.075, 3.75),
        ("deepseek", "deepseek-v4-pro", 0.66, 0.022, 1.98),
        ("deepseek", "deepseek-v4-flash", 0.15, 0.003, 0.6),
        ("zai", "glm-5.3", 1.4, 0.26, 4.4),
        ("minimax", "minimax-m3", 0.3, 0.06, 1.2),
    ] {
        let prices = resolve(provider, model, DAY, 1).unwrap();
        let found = [prices.input, prices.cache_read, prices.cache_write, prices.output];
        for (found, listed) in found.iter().zip([input, read, input, output]) {
            assert!((found - listed).abs() < 1e-9, "{model}: {found} is not {listed}");
        }
    }
}

/// Announced: Gemini 4 Argon doubles on 2026-12-01, Gemini 3.8 Flash on 2027-01-01.
#[test]
fn announced_changes_come_on_their_day() {
    let argon = |day| resolve("google", "gemini-4-argon", day, 1).unwrap();
    assert!((argon(date(2026, 11, 30)).output - 10.0).abs() < 1e-9);
    assert!((argon(date(2026, 12, 1)).output - 20.0).abs() < 1e-9);

    let periods = timeline("google", "gemini-3.8-flash", DAY, date(2030, 11, 23)).unwrap();
    let days: Vec<Date> = periods.iter().map(|period| period.from).collect();
    assert_eq!(days, [DAY, date(2027, 1, 1)]);
    assert!((periods[1].schedule.for_prompt(1).input - 1.5).abs() < 1e-9);
    assert_eq!(timeline("anthropic", "claude-opus-5-5", DAY, date(2030, 11, 23)).unwrap().len(), 1);
    assert_eq!(timeline("google", "gemini-4-argon", DAY, DAY).unwrap().len(), 1);
}

/// DeepSeek doubles from 01:00 to 04:00 and from 06:00 to 10:00 UTC: seven hours a day.
#[test]
fn prices_by_the_hour_are_said() {
    let schedule = schedule_on("deepseek", "deepseek-v4-pro", DAY).unwrap();
    let within = schedule.within_day.unwrap();
    assert_eq!((within.lowest, within.highest, within.hours_at_highest), (1.0, 2.0, 7.0));
    let peak = |half_hour: usize| (2..8).contains(&half_hour) || (12..20).contains(&half_hour);
    assert!(within.half_hours.iter().enumerate().all(|(at, rate)| *rate == if peak(at) { 2.0 } else { 1.0 }));
    assert!(!schedule.provenance.warnings.is_empty());
    let peak = schedule_at("deepseek", "deepseek-v4-pro", instant(DAY, 2, 0)).unwrap();
    assert!((peak.for_prompt(1).input - 1.32).abs() < 1e-9);
    assert_eq!(schedule_on("anthropic", "claude-opus-5-5", DAY).unwrap().within_day, None);
}

/// Work of an hour on either side of each edge of DeepSeek's peaks costs what the price engine asks at the half hour. By
/// hand, from 03:30 for an hour: half at each rate; from 00:00 for ten hours: 7 at twice the rate and 3 at it, 1.7 times;
/// hours that are not known: 7 of 24 at twice the rate, 31/24.
#[test]
fn hours_of_work_on_both_sides_of_the_peak() {
    use super::hours::Hours;
    let tokens = RequestTokens { input: 3_000, cache_read: 57_000, output: 1_200, ..RequestTokens::default() };
    let book = book::Book::default();
    let over = |from: Option<f64>, length: f64| {
        let hours = Hours { from, length };
        let id = ("deepseek", "deepseek-v4-pro");
        book.schedule_over(id, DAY, Service::Standard, &hours).unwrap().dollars(&tokens)
    };
    let at = |hour: i8| engine("deepseek", "deepseek-v4-pro", instant(DAY, hour, 30), &tokens);
    for hour in [0i8, 1, 3, 4, 5, 6, 9, 10, 16, 23] {
        let ours = over(Some(f64::from(hour)), 1.0);
        assert!((ours - at(hour)).abs() < 1e-9, "{hour}: {ours} is not {}", at(hour));
    }
    assert!((at(1) / at(0) - 2.0).abs() < 1e-9 && (at(9) / at(10) - 2.0).abs() < 1e-9);
    let low = at(0);
    for (found, times) in [(over(Some(3.5), 1.0), 1.5), (over(Some(0.0), 10.0), 1.7), (over(None, 8.0), 31.0 / 24.0)] {
        assert!((found / low - times).abs() < 1e-9, "{} is not {times}", found / low);
    }
    // A price that does not move within the day is the same at any hour.
    let flat = |from| {
        let hours = Hours { from: Some(from), length: 1.0 };
        book.schedule_over(("anthropic", "claude-opus-5-5"), DAY, Service::Standard, &hours).unwrap()
    };
    assert_eq!(flat(2.0), flat(12.0));
}

/// Published thresholds: 100k for Haiku 5.5, 272k for GPT-6, 512k for MiniMax M3, and xAI from 200,000 tokens on.
#[test]
fn thresholds_are_found_to_the_token() {
    for (provider, model, above) in [
        ("anthropic", "claude-haiku-5-5", 100_000),
        ("openai", "gpt-6-astra", 272_000),
        ("minimax", "minimax-m3", 512_000),
        ("x-ai", "grok-4.7", 199_999),
    ] {
        let schedule = schedule_on(provider, model, DAY).unwrap();
        let found: Vec<u64> = schedule.tiers.iter().map(|tier| tier.above_tokens).collect();
        assert_eq!(found, [0, above], "{model}");
    }
    let three = schedule_on("openrouter", "qwen/qwen3.7-flash", DAY).unwrap();
    let found: Vec<u64> = three.tiers.iter().map(|tier| tier.above_tokens).collect();
    assert_eq!(found, [0, 32_000, 256_000]);
}

/// The price engine's own answer for a request.
#[allow(clippy::cast_precision_loss)]
fn engine(provider: &str, model: &str, at: Timestamp, tokens: &RequestTokens) -> f64 {
    let usage = Usage::from([
        (UsageKey::INPUT_TOKENS, tokens.prompt() as f64),
        (UsageKey::CACHE_READ_TOKENS, tokens.cache_read as f64),
        (UsageKey::CACHE_WRITE_TOKENS, (tokens.cache_write + tokens.cache_write_hour) as f64),
        (UsageKey::CACHE_WRITE_1H_TOKENS, tokens.cache_write_hour as f64),
        (UsageKey::OUTPUT_TOKENS, tokens.output as f64),
    ]);
    let request = PriceRequest::new(model, &usage)
        .with_provider_id(provider)
        .with_timestamp(std::time::SystemTime::try_from(at).unwrap());
    super::list().calculate(&request).unwrap().total_price
}

#[test]
fn requests_equal_the_price_engine_on_both_sides_of_every_threshold() {
    let at = instant(DAY, HOUR_OF_DAY, 0);
    let mut compared = 0;
    for row in catalogue::cloud_models() {
        let schedule = schedule_on(&row.provider, &row.model, DAY).unwrap();
        for tier in &schedule.tiers {
            for prompt in [tier.above_tokens.max(8), tier.above_tokens + 1, tier.above_tokens + 77_777] {
                for (read, write, hour) in [(0, 0, 0), (9, 0, 0), (0, 3, 0), (9, 3, 2), (0, 0, 5)] {
                    let share = |tenths: u64| prompt * tenths / 20;
                    let tokens = RequestTokens {
                        input: prompt - share(read) - share(write) - share(hour),
                        cache_read: share(read),
                        cache_write: share(write),
                        cache_write_hour: share(hour),
                        output: 12_345,
                    };
                    assert_eq!(tokens.prompt(), prompt);
                    let (ours, theirs) = (schedule.dollars(&tokens), engine(&row.provider, &row.model, at, &tokens));
                    assert!((ours - theirs).abs() < 1e-6, "{} at {prompt}: {ours} is not {theirs}", row.key);
                    let exact = schedule.for_prompt(prompt).exact_dollars(&tokens);
                    let exact: f64 = exact.to_string().parse().unwrap();
                    assert!((exact - theirs).abs() < 1e-6, "{} at {prompt}: {exact} is not {theirs}", row.key);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared >= 26 * 15, "{compared}");
}

/// By hand: GPT-6 Astra over 272k: 200,000 plain at 20, 100,000 cached at 2 and 4,000 written at 75 dollars a million
/// = 4 + 0.2 + 0.3 = 4.5 dollars.
#[test]
fn a_request_by_hand() {
    let schedule = schedule_on("openai", "gpt-6-astra", DAY).unwrap();
    let tokens = RequestTokens { input: 200_000, cache_read: 100_000, output: 4_000, ..RequestTokens::default() };
    assert!((schedule.dollars(&tokens) - 4.5).abs() < 1e-9);
    assert_eq!(schedule.for_prompt(tokens.prompt()).exact_dollars(&tokens), Decimal::new(45, 1));
}

#[test]
fn what_has_no_price_is_never_free() {
    let empty = resolve("openrouter", "openai/gpt-oss-120b:free", DAY, 1).unwrap_err();
    assert!(matches!(&empty, PriceProblem::Unpriced { reason, .. } if reason.contains("without a price")), "{empty}");
    let unknown = resolve("anthropic", "abacus-1", DAY, 1).unwrap_err();
    assert!(matches!(unknown, PriceProblem::UnknownModel { .. }), "{unknown}");
    let nobody = resolve("abacus", "claude-opus-5-5", DAY, 1).unwrap_err();
    assert!(matches!(nobody, PriceProblem::UnknownProvider { .. }), "{nobody}");
    // An embedding model has a price for reading and none for writing.
    let embedding = resolve("openai", "text-embedding-3-small", DAY, 1).unwrap_err();
    assert!(matches!(embedding, PriceProblem::Unpriced { .. }), "{embedding}");
}

/// No model of the whole catalogue comes out at zero: it has a price for input and output, or it is refused.
#[test]
fn no_model_of_the_catalogue_is_free() {
    let at = instant(DAY, HOUR_OF_DAY, 0);
    let (mut priced, mut refused) = (0, 0);
    for provider in super::list().providers().filter(|row| row.id() != "openrouter") {
        for model in provider.models() {
            match probe::schedule(&probe::Subject {
                provider: provider.id(),
                model: model.id(),
                at,
                service: Service::Standard,
            }) {
                Ok(schedule) => {
                    priced += 1;
                    assert!(schedule.tiers.iter().all(|tier| tier.prices.input > 0.0 && tier.prices.output > 0.0));
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(priced > 900 && refused > 50, "{priced} priced, {refused} refused");
}

#[test]
fn provenance_names_the_release_and_the_instant() {
    let provenance = &schedule_on("anthropic", "claude-opus-5-5", DAY).unwrap().provenance;
    assert_eq!(provenance.catalogue, "genai-prices 0.2.3");
    assert_eq!(provenance.priced_at, "2026-11-23T16:00:00Z");
    assert_eq!((provenance.provider_id.as_str(), provenance.model_id.as_str()), ("anthropic", "claude-opus-5-5"));
}

#[test]
fn money_travels_as_text() {
    let prices = resolve("anthropic", "claude-opus-5-5", DAY, 1).unwrap();
    let wire = serde_json::to_value(prices).unwrap();
    assert_eq!(wire["cacheRead"], serde_json::json!("0.2"));
    assert_eq!(wire["perRequest"], serde_json::json!("0"));
}

/// The price engine's own answer for a way of being served.
#[allow(clippy::cast_precision_loss)]
fn engine_for(provider: &str, model: &str, service: Service, prompt: u64, read: u64, output: u64) -> f64 {
    let usage = Usage::from([
        (UsageKey::INPUT_TOKENS, prompt as f64),
        (UsageKey::CACHE_READ_TOKENS, read as f64),
        (UsageKey::OUTPUT_TOKENS, output as f64),
    ]);
    let at = std::time::SystemTime::try_from(instant(DAY, HOUR_OF_DAY, 0)).unwrap();
    let mut request = PriceRequest::new(model, &usage).with_provider_id(provider).with_timestamp(at);
    for (key, value) in service.contexts() {
        request = request.with_price_context(key, value);
    }
    super::list().calculate(&request).unwrap().total_price
}

#[test]
fn every_way_of_being_served_equals_the_price_engine() {
    let at = instant(DAY, HOUR_OF_DAY, 0);
    let mut own_rates = 0;
    for row in catalogue::cloud_models() {
        let standard = schedule_on(&row.provider, &row.model, DAY).unwrap();
        for service in [Service::Batch, Service::Flex, Service::Priority, Service::Fast] {
            let schedule = schedule_by(&row.provider, &row.model, at, service).unwrap();
            let same = schedule.tiers == standard.tiers;
            let warned = schedule.provenance.warnings.iter().any(|text| text.contains("standard price is used"));
            assert_eq!(same, warned, "{} {service:?}", row.key);
            own_rates += u32::from(!same);
            for tier in &schedule.tiers {
                for prompt in [tier.above_tokens.max(8), tier.above_tokens + 1] {
                    let (read, output) = (prompt / 2, 4_321);
                    let tokens =
                        RequestTokens { input: prompt - read, cache_read: read, output, ..RequestTokens::default() };
                    let theirs = engine_for(&row.provider, &row.model, service, prompt, read, output);
                    assert!((schedule.dollars(&tokens) - theirs).abs() < 1e-6, "{} {service:?} at {prompt}", row.key);
                }
            }
        }
    }
    assert!(own_rates >= 8, "{own_rates} prices of their own");
}

/// Published: a batch halves everything, cache included (Anthropic); Opus 5.5 in a batch is $2, $0.10, $2.50 and $10.
/// GPT-6 Astra on flex is $5 in and $25 out, and $10 and $37.50 above 272,000 tokens of prompt (OpenAI).
#[test]
fn published_batch_and_flex_prices() {
    let at = instant(DAY, HOUR_OF_DAY, 0);
    let batch = schedule_by("anthropic", "claude-opus-5-5", at, Service::Batch).unwrap().for_prompt(1);
    assert_eq!((batch.input, batch.cache_read, batch.cache_write, batch.output), (2.0, 0.1, 2.5, 10.0));
    let flex = schedule_by("openai", "gpt-6-astra", at, Service::Flex).unwrap();
    let (short, long) = (flex.for_prompt(272_000), flex.for_prompt(272_001));
    assert_eq!((short.input, short.output, long.input, long.output), (5.0, 25.0, 10.0, 37.5));
    // Before batch prices were listed, a batch is priced as standard, and the price says so.
    let early = schedule_by("anthropic", "claude-opus-5-5", instant(date(2026, 10, 1), 16, 0), Service::Batch);
    assert!(early.unwrap().provenance.warnings.iter().any(|text| text.contains("standard price is used")));
}

/// Prices of 23 November 2026 as Anthropic publishes them, by hand: 1,000 tokens of input, 100 written to and 100 read from
/// the cache and 1,000 written, at 8, 10, 0.20 and 40 dollars a million; and 1,000 and 1,000 at twice 4 and 20, written
/// fast.
#[test]
fn what_is_newer_than_the_crate_is_priced() {
    let at = "2026-11-23T12:00:00Z".parse().unwrap();
    let price = |model: &str, service: Service, tokens: [f64; 4]| {
        let schedule = schedule_by("anthropic", model, at, service).unwrap();
        let rates = schedule.tiers[0].prices;
        let [input, write, read, output] = tokens;
        (input * rates.input + write * rates.cache_write + read * rates.cache_read + output * rates.output) / 1e6
    };
    let fable = price("claude-fable-5-2", Service::Standard, [1_000.0, 100.0, 100.0, 1_000.0]);
    assert!((fable - 0.04902).abs() < 1e-9, "{fable}");
    let fast = price("claude-opus-5-5", Service::Fast, [1_000.0, 0.0, 0.0, 1_000.0]);
    assert!((fast - 0.048).abs() < 1e-9, "{fast}");
}
