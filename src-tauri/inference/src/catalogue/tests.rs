//! Every row has a source, figures above zero, a key of its own, and names only what exists.

use super::*;
use crate::model::{Attention, KvCache};
use crate::wire::is_dated;
use std::collections::BTreeSet;

fn unique<'a>(keys: impl Iterator<Item = &'a str>) -> usize {
    let mut seen = BTreeSet::new();
    for key in keys {
        assert!(!key.is_empty() && seen.insert(key.to_ascii_lowercase()), "the key {key:?} is empty or used twice");
    }
    seen.len()
}

fn known_source(key: &str, row: &str) {
    assert!(source(key).is_some(), "{row} names the unknown source {key:?}");
}

fn positive(figure: Option<f64>, what: &str, row: &str) {
    if let Some(figure) = figure {
        assert!(figure.is_finite() && figure > 0.0, "{row}: {what} is {figure}");
    }
}

#[test]
fn machines_are_sound() {
    assert!(unique(machines().iter().map(|row| row.key.as_str())) >= 50);
    for row in machines() {
        let key = &row.key;
        known_source(&row.memory_source, key);
        for (figure, what, source) in [
            (row.fp16_tflops, "fp16_tflops", &row.compute_source),
            (row.fp16_fp32acc_tflops, "fp16_fp32acc_tflops", &row.compute_source),
            (row.fp8_tflops, "fp8_tflops", &row.compute_source),
            (row.int8_tops, "int8_tops", &row.compute_source),
            (row.fp4_tflops, "fp4_tflops", &row.compute_source),
            (row.decode_w, "decode_w", &row.decode_source),
            (row.idle_w, "idle_w", &row.idle_source),
        ] {
            positive(figure, what, key);
            if figure.is_some() {
                known_source(source.as_deref().unwrap_or_default(), &format!("{key} {what}"));
            }
        }
        positive(Some(row.memory_gib), "memory", key);
        positive(row.usable_gib, "usable memory", key);
        positive(row.bandwidth_gbs, "bandwidth", key);
        positive(row.power_w, "power", key);
        assert_eq!(row.power_w.is_some(), row.power_kind.is_some(), "{key}: watts without a meaning");
        assert!(row.usable_gib.is_none_or(|usable| usable < row.memory_gib), "{key}");
        assert!(!row.verified.is_empty(), "{key}");
        assert!(row.released.as_deref().is_none_or(is_dated), "{key}");
        for price in &row.prices {
            known_source(&price.source, key);
            assert!(price.usd > rust_decimal::Decimal::ZERO && is_dated(&price.as_of), "{key}: {price:?}");
            assert_eq!(price.low.is_some(), price.high.is_some(), "{key}: half a range");
            assert!(price.low.is_none_or(|low| low <= price.usd), "{key}: {price:?}");
            assert!(price.high.is_none_or(|high| high >= price.usd), "{key}: {price:?}");
        }
    }
}

/// What somebody buys with ten to fifteen thousand dollars, with the price published on the newest day known.
#[test]
fn machines_to_buy_have_the_newest_price() {
    for (key, usd, as_of) in [
        ("dgx-spark", 4699u32, "2026-02"),
        ("strix-halo", 3449, "2026-09"),
        ("m5ultra-80", 10_799, "2026-08"),
        ("m5max-40", 3499, "2026-08"),
        ("rtx5090", 3775, "2026-06"),
        ("rtxpro6000", 8600, "2026-04"),
        ("rtx4090", 1350, "2026-02"),
        ("rtx3090", 900, "2026-02"),
        ("jetson-thor", 3499, "2026-05"),
    ] {
        let price = machine(key).unwrap().price().unwrap();
        assert_eq!((price.usd, price.as_of.as_str()), (usd.into(), as_of), "{key}");
    }
}

#[test]
fn models_are_sound() {
    assert!(unique(models().iter().map(|row| row.key.as_str())) >= 40);
    for row in models() {
        let key = &row.key;
        assert!(!row.sources.is_empty() && !row.licence.is_empty(), "{key}");
        row.sources.iter().for_each(|source| known_source(source, key));
        positive(Some(row.params_total_b), "parameters", key);
        positive(Some(row.params_active_b), "active parameters", key);
        assert!(row.params_active_b <= row.params_total_b, "{key}");
        for count in [row.layers, row.hidden, row.heads, row.kv_heads, row.head_dim, row.vocab, row.full_layers] {
            assert!(count > 0, "{key}");
        }
        assert!(row.context_tokens > 0 && row.full_layers <= row.layers, "{key}");
        assert_eq!(row.sliding_layers.is_some(), row.sliding_window.is_some(), "{key}");
        assert_eq!(row.is_moe(), row.nonexpert_active_b.is_some() && row.routed_share().is_some(), "{key}");
        assert_eq!(row.attention == Attention::Mla, row.kv_lora_rank.is_some() && row.rope_dim.is_some(), "{key}");
        assert_eq!(row.attention == Attention::Measured, row.kv_bytes_per_token.is_some(), "{key}");
        for file in &row.files {
            assert!(quant(&file.quant).is_ok(), "{key}: unknown quantisation {}", file.quant);
            assert!(file.source.starts_with("https://"), "{key}: {}", file.source);
            positive(Some(file.gib), "file", key);
            // A file of b bits weighs about parameters times b over 8; 25 % covers what stays wider.
            let expected =
                row.params_total_b * quant(&file.quant).unwrap().bits_per_weight / 8.0 * 1e9 / 1_073_741_824.0;
            assert!((file.gib / expected - 1.0).abs() < 0.25, "{key} {}: {} against {expected}", file.quant, file.gib);
        }
    }
}

/// Bytes of cache per token at 16 bits, as published configurations give them: layers times 2 times heads times width
/// times 2, layers times (512 + 64) times 2 for a latent, 13,764 measured for DeepSeek V4 Flash.
#[test]
fn cache_bytes_per_token() {
    for (key, bytes) in [
        ("llama3-8b", 131_072.0),        // 32 * 2 * 8 * 128 * 2
        ("llama3-70b", 327_680.0),       // 80 * 2 * 8 * 128 * 2
        ("gpt-oss-120b", 36_864.0),      // 18 of 36 layers * 2 * 8 * 64 * 2
        ("qwen3.6-27b", 65_536.0),       // 16 of 64 layers * 2 * 4 * 256 * 2
        ("nemotron3-nano-30b", 6_144.0), // 6 layers * 2 * 2 * 128 * 2
        ("gemma4-31b", 81_920.0),        // 10 layers * 2 * 4 * 512 * 2
        ("deepseek-v3", 70_272.0),       // 61 * (512 + 64) * 2
        ("deepseek-v4-flash", 13_764.0), // measured
    ] {
        let actual = model(key).unwrap().kv_bytes_per_token(KvCache::F16);
        assert!((actual - bytes).abs() < 0.5, "{key}: {actual} is not {bytes}");
    }
    // A window of 128 tokens in 18 layers of 8 heads of 64: 18 * 2 * 8 * 64 * 2 * 128 B = 4,718,592 B at most.
    let gpt_oss = model("gpt-oss-120b").unwrap();
    let beyond = gpt_oss.kv_bytes(1000, KvCache::F16) - 1000.0 * 36_864.0;
    assert!((beyond - 4_718_592.0).abs() < 0.5, "{beyond}");
}

#[test]
fn quants_are_sound() {
    unique(quants().iter().map(|row| row.key.as_str()));
    for row in quants() {
        known_source(&row.source, &row.key);
        assert!(row.bits_per_weight > 1.0 && row.bits_per_weight < 17.0, "{}", row.key);
        assert!(row.perplexity_pct.is_none_or(|growth| growth >= 0.0), "{}", row.key);
    }
    // Published effective widths.
    for (key, bits) in [("Q4_K_M", 4.82), ("Q5_K_M", 5.66), ("Q6_K", 6.56), ("Q8_0", 8.50), ("IQ4_XS", 4.30)] {
        assert!((quant(key).unwrap().bits_per_weight - bits).abs() < 0.006, "{key}");
    }
}

#[test]
fn tariffs_and_rentals_are_sound() {
    unique(tariffs().iter().map(|row| row.key.as_str()));
    for row in tariffs() {
        assert!(row.price > 0.01 && row.price < 1.0, "{}: {}", row.key, row.price);
        assert!(matches!(row.currency.as_str(), "USD" | "EUR"), "{}", row.key);
        assert!(!row.source.is_empty() && !row.period.is_empty() && !row.verified.is_empty(), "{}", row.key);
    }
    // Published averages: 0.17 in the US, 0.32 in California, 0.42 in Hawaii.
    for (region, price) in [("US", 0.17), ("US-CA", 0.32), ("us-hi", 0.42)] {
        assert!((tariff(region).unwrap().price - price).abs() < 1e-9, "{region}");
    }
    assert_eq!(tariff("DE").unwrap().key, "DE/household");
    assert_eq!(tariff("DE/industrial").unwrap().payer, TariffUse::Industrial);
    assert!(tariff("XX").is_none());

    unique(rentals().iter().map(|row| row.key.as_str()));
    for row in rentals() {
        assert!(machine(&row.machine).is_ok(), "{} names the unknown machine {}", row.key, row.machine);
        assert!(row.usd_per_gpu_hour > 0.0 && is_dated(&row.as_of) && !row.source.is_empty(), "{}", row.key);
    }
}

#[test]
fn cloud_models_are_sound() {
    unique(cloud_models().iter().map(|row| row.key.as_str()));
    for row in cloud_models() {
        if let Some(local) = &row.local {
            assert!(model(local).is_ok(), "{} names the unknown open model {local}", row.key);
            assert_eq!(row.open_weights, Some(true), "{}", row.key);
        }
    }
}

/// The release named to people is the one that the list is made from.
#[test]
fn the_price_catalogue_is_the_list_that_is_built_in() {
    let made_by = include_str!("../../data/genai_prices/prices.py");
    assert!(made_by.contains(&format!("genai-prices=={}", price_catalogue().version)));
    // The package of 0.2.3 has 47 providers and 2,330 models; the crate of 0.2.1 has 2,267.
    let models = crate::price::list().providers().map(|provider| provider.models().count());
    assert_eq!(models.fold((0, 0), |(providers, all), models| (providers + 1, all + models)), (47, 2_330));
    let dates = [&price_catalogue().newest_dated_price, &price_catalogue().reviewed];
    assert!(dates.into_iter().all(|date| is_dated(date)));
    assert!(is_dated(&host().price_as_of));
}

#[test]
fn unknown_keys_say_what_was_asked() {
    assert_eq!(
        machine("abacus").unwrap_err().to_string(),
        "No machine called \"abacus\" is in the catalogue. Pick one from the list, or enter its figures."
    );
    assert!(matches!(model("abacus"), Err(PredictionProblem::UnknownModel { .. })));
    assert!(matches!(quant("abacus"), Err(PredictionProblem::UnknownQuant { .. })));
    assert!(machine("DGX-Spark").is_ok(), "keys are found in any case");
}
