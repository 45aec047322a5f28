//! Machines through the command table: the claims by hand, and inputs that cannot be.

use counterweight_app::{App, ErrorBody, Host, dispatch};
use counterweight_domain::CivilDate;
use serde_json::{Value, json};
use std::path::PathBuf;
use tempfile::TempDir;

struct Here(PathBuf);

impl Host for Here {
    fn data_dir(&self) -> Result<PathBuf, ErrorBody> {
        Ok(self.0.clone())
    }

    fn today(&self) -> CivilDate {
        CivilDate::new(2026, 11, 23).expect("a date")
    }
}

fn open(folder: &TempDir) -> App {
    App::open(Here(folder.path().join("library"))).expect("a new library opens")
}

fn call(app: &App, name: &str, request: Value) -> Value {
    dispatch(app, name, request).unwrap_or_else(|e| panic!("{name}: {e:?}"))
}

fn break_even(app: &App, case: &Value) -> Value {
    call(app, "break_even", json!({ "case": case, "canvas": { "width": 800, "height": 300, "theme": "light" } }))
}

fn said(sentence: &Value) -> String {
    let segments = sentence["segments"].as_array().expect("segments");
    segments.iter().map(|segment| segment["text"].as_str().expect("text")).collect()
}

fn part(route: &Value, label: &str) -> f64 {
    let parts = route["parts"].as_array().expect("parts");
    let found = parts.iter().find(|part| part["label"] == label).unwrap_or_else(|| panic!("{label}: {parts:?}"));
    found["amount"].as_str().expect("an amount").parse().expect("a number")
}

/// The standard normal below which a share `p` lies: the area under its density, Simpson's rule, by halving.
fn normal_below(p: f64) -> f64 {
    let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let area = |x: f64| {
        let step = x / 400.0;
        let inner: f64 = (1..400).map(|k| density(f64::from(k) * step) * if k % 2 == 1 { 4.0 } else { 2.0 }).sum();
        0.5 + step / 3.0 * (density(0.0) + inner + density(x))
    };
    let (mut low, mut high) = (-6.0, 6.0);
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if area(middle) < p { low = middle } else { high = middle }
    }
    high
}

/// The share of the calls that would wait longer than `patience` seconds for one machine, by hand. Calls come at random, all
/// take `s` seconds, and `calls` come on a mean day of `open` seconds. With ρ = calls × s ÷ open, r = s ÷ 2 the mean rest of a
/// call in progress and e = exp(−(1 − ρ) T ÷ r), the work in front of a call has the density P₀ ρ ÷ r × exp(−(1 − ρ) x ÷ r) up
/// to T and falls with exp(−x ÷ r) beyond, which sums to one with P₀ = (1 − ρ) ÷ (1 − ρ² e): a share P₀ ρ e lies beyond T. Days
/// differ by a lognormal; 64 days, the middles of equal shares of it and scaled to the mean, stand for all, and a call falls
/// on a day as often as the day has calls.
fn turned_away(calls: f64, s: f64, open: f64, patience: f64, sigma: f64) -> f64 {
    let raw: Vec<f64> = (0..64).map(|day| (sigma * normal_below((f64::from(day) + 0.5) / 64.0)).exp()).collect();
    let mean = raw.iter().sum::<f64>() / 64.0;
    let of_day = |size: &f64| {
        let load = calls * size / mean * s / open;
        let e = (-(1.0 - load) * patience / (s / 2.0)).exp();
        size / mean / 64.0 * (1.0 - load) / (1.0 - load * load * e) * load * e
    };
    raw.iter().map(of_day).sum()
}

/// $10,000 workstation against $50,000 a year of cloud, by hand. 40 tasks × 30 calls × 21 days × 36 months = 907,200 calls.
/// A call at the list price of Opus 5.5 ($4 in, $0.20 cached, $20 out per million): 3,000 × 4 + 57,000 × 0.20 + 1,200 × 20 =
/// 47,400 millionths of a dollar; in all 43,001.28. Of the hybrid: the machine 10,000; upkeep 36 × 1 h × 50 = 1,800;
/// repairs 3 × 5 % × 30 % × 10,000 = 450; sold for 10,000 × 0.75³ = 4,218.75; 45 % of the calls in the cloud, 19,350.58, and
/// with them what would wait too long for the machine ([`turned_away`]).
#[test]
fn the_workstation_claim_by_hand() {
    let folder = TempDir::new().expect("a folder");
    let app = open(&folder);
    let case = call(&app, "case_create", json!({ "template": "claimWorkstation" }))["case"].clone();
    let found = break_even(&app, &case);
    let routes = &found["routes"];
    assert_eq!(routes["cloud"]["total"], "43001.28");
    let hybrid = &routes["hybrid"];
    for (label, dollars) in [("Machine", 10_000.0), ("Upkeep", 1_800.0), ("Repairs", 450.0)] {
        assert!((part(hybrid, label) - dollars).abs() < 0.01, "{label}: {}", part(hybrid, label));
    }
    let rest = part(hybrid, "Cloud for the rest");
    let seconds = routes["machine"]["secondsPerCall"][1].as_f64().expect("seconds");
    let by_hand = 43_001.28 * (0.45 + 0.55 * turned_away(40.0 * 30.0 * 0.55 * 1.2, seconds, 36_000.0, 120.0, 0.75));
    assert!(by_hand > 19_350.58 && (rest - by_hand).abs() < 0.01, "{rest} {by_hand}");
    let resale: f64 = hybrid["resale"].as_str().expect("an amount").parse().expect("a number");
    assert!((resale - 4_218.75).abs() < 0.01, "{resale}");
    let parts: f64 = hybrid["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .map(|part| part["amount"].as_str().expect("an amount").parse::<f64>().expect("a number"))
        .sum();
    let total: f64 = hybrid["total"].as_str().expect("an amount").parse().expect("a number");
    assert!((parts - total).abs() < 0.01, "{parts} {total}");
    // The answer says how often, by when, and how often never.
    let summary = said(&found["summary"]);
    assert!(summary.contains("of 100 futures by month") && summary.contains("never within 36 months in"), "{summary}");
    assert!(summary.contains("tokens a day on it"), "{summary}");
    let levers = routes["levers"].as_array().expect("levers");
    assert_eq!(levers.len(), 5);
}

/// Each claim opens as a case whose own figures are the answer that was given beside it.
#[test]
fn each_claim_opens_as_the_case_it_was_answered_on() {
    let folder = TempDir::new().expect("a folder");
    let app = open(&folder);
    let claims = call(&app, "claims", json!({}));
    let claims = claims["claims"].as_array().expect("claims");
    assert_eq!(claims.len(), 3);
    // Budgets of $50,000 and $250,000 a year over 3 years.
    for (claim, over_three_years) in claims.iter().zip(["$150,000", "$150,000", "$750,000"]) {
        let case = call(&app, "case_create", json!({ "template": claim["template"] }))["case"].clone();
        assert_eq!(case["name"], claim["title"]);
        let answer: Vec<String> = claim["answer"].as_array().expect("answers").iter().map(said).collect();
        let found = break_even(&app, &case);
        assert_eq!(answer[answer.len() - 2..], [said(&found["headline"]), said(&found["summary"])]);
        assert!(answer[0].contains(over_three_years), "{}", answer[0]);
        assert!(!claim["inputs"].as_str().expect("inputs").is_empty());
    }
}

/// What cannot be is a finding at its field, and nothing panics, stands as zero, or stops the other views.
#[test]
fn what_cannot_be_is_a_finding() {
    let folder = TempDir::new().expect("a folder");
    let app = open(&folder);
    let good = call(&app, "case_create", json!({ "template": "claimBox" }))["case"].clone();
    let own = |fields: Value| json!({ "machine": "own", "own": fields });
    for (local, path) in [
        (json!({ "model": "no-such-model" }), "workload/local/model"),
        (json!({ "machine": "abacus" }), "workload/local/machine"),
        (json!({ "quant": "Q99" }), "workload/local/quant"),
        (json!({ "price": "0" }), "workload/local/price"),
        (json!({ "price": "many" }), "workload/local/price"),
        (json!({ "model": "llama2-7b" }), "workload/inputTokens"),
        (json!({ "running": { "cards": "0" } }), "workload/local/running/cards"),
        (json!({ "running": { "cards": "1000000" } }), "workload/local/running/cards"),
        (json!({ "running": { "powerCap": "0" } }), "workload/local/running/powerCap"),
        (json!({ "running": { "memoryBeside": "-5" } }), "workload/local/running/memoryBeside"),
        (own(json!({})), "workload/local/own/memory"),
        (own(json!({ "memory": "128", "unified": true })), "workload/local/own/bandwidth"),
        (own(json!({ "memory": "128", "bandwidth": "0" })), "workload/local/own/bandwidth"),
        (own(json!({ "memory": "128", "bandwidth": "500", "unified": true })), "workload/local/own/compute"),
        (own(json!({ "memory": "-1", "bandwidth": "1e999" })), "workload/local/own/memory"),
        (
            own(
                json!({ "memory": "99999999999", "bandwidth": "99999999999", "compute": "99999999999", "watts": "99999999999" }),
            ),
            "workload/local/own",
        ),
        (json!({ "bench": { "machine": "m5ultra-80", "text": "not a table" } }), "workload/local/bench/text"),
    ] {
        let mut case = good.clone();
        let plan = &mut case["workload"]["local"];
        plan["price"] = json!("15000");
        for (key, value) in local.as_object().expect("fields") {
            match value {
                Value::Object(inner) => inner.iter().for_each(|(name, value)| plan[key][name] = value.clone()),
                _ => plan[key] = value.clone(),
            }
        }
        let ranked = call(&app, "machines", json!({ "case": case }));
        call(&app, "machine_matrix", json!({ "case": case }));
        call(&app, "routing", json!({ "case": case, "preset": null }));
        let found = break_even(&app, &case);
        let paths: Vec<&str> = found["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .chain(ranked["findings"].as_array().expect("findings"))
            .filter_map(|finding| finding["path"].as_str())
            .collect();
        assert!(paths.iter().any(|found| found.starts_with(path)), "{local}: {paths:?}");
        for way in ["cloud", "buy", "rent", "hybrid"] {
            assert_ne!(found["routes"][way]["total"], "0", "{local}");
        }
    }
    let mut much = good.clone();
    much["workload"]["tasksPerDay"] = json!("1000000000");
    let found = break_even(&app, &much);
    assert_eq!(found["findings"][0]["path"], "workload/tasksPerDay");
    assert!(found["routes"]["cloud"].is_null());
}
