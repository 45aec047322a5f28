//! Wrong input to the token screen: a finding with a place and a way out each, and never a silent zero.

use super::*;
use counterweight_domain::Finding;
use counterweight_report::scene::Theme;

/// A budget of 50 a month and 2,000 calls of 100,000 tokens, with `workload` laid over the work.
fn asked(workload: &str, place: &str) -> TokensResponse {
    let mut case: serde_json::Value = serde_json::from_str(
        r#"{"format":"counterweight-case","version":1,"currency":"USD","start":"2027-01-01",
        "assumptions":{"horizonYears":"1"},
        "workload":{"tasksPerDay":"10","cyclesPerTask":"10","inputTokens":"100000","outputTokens":"1000","cacheShare":"90",
            "daysPerMonth":"20","personalShare":"50","wouldBuyPerMonth":"20","optionValue":"25",
            "cloudModel":"claude-sonnet-5.5"},
        "offers":[{"id":"a","tokenBudget":{"amount":"50","period":"month","personalUse":"allowed"}}]}"#,
    )
    .expect("a case");
    let over: serde_json::Value = serde_json::from_str(workload).expect("a workload");
    for (key, value) in over.as_object().expect("an object") {
        case["workload"][key] = value.clone();
    }
    if !place.is_empty() {
        case["offers"][0]["place"] = place.into();
        case["offers"][0]["base"] = "100000".into();
        case["offers"][0]["tokenBudget"]["tax"] = "imputedIncome".into();
    }
    let case = crate::files::read_case(&case.to_string()).unwrap_or_else(|e| panic!("{}", e.message));
    planned(&case, None, Canvas { width: 800, height: 300, theme: Theme::Light })
}

fn found<'a>(findings: &'a [Finding], path: &str) -> &'a Finding {
    let finding = findings.iter().find(|f| f.path.to_string().starts_with(path));
    let finding = finding.unwrap_or_else(|| panic!("nothing at {path}: {findings:#?}"));
    assert!(!finding.message.is_empty() && !finding.fix.is_empty(), "{finding:?}");
    finding
}

/// By hand: 2,000 calls of 0.039 dollars are 78 a month.
#[test]
fn sound_input_has_a_price_and_no_finding_on_it() {
    let plan = asked("{}", "");
    assert_eq!(plan.plan.work.list_cost_per_month.map(|c| c.normalize().to_string()).as_deref(), Some("78"));
    assert!(!plan.findings.iter().any(|f| f.path.to_string().starts_with("workload")), "{:#?}", plan.findings);
}

#[test]
fn a_model_that_no_list_knows() {
    let plan = asked(r#"{"cloudModel":"acme/unheard-of"}"#, "");
    found(&plan.findings, "workload/cloudModel");
    assert_eq!(plan.plan.work.list_cost_per_month, None);
}

#[test]
fn a_prompt_beyond_the_window() {
    let plan = asked(r#"{"inputTokens":"90000000"}"#, "");
    // The model picked for the cloud, not only the one on the machine at home.
    let window = plan.findings.iter().find(|f| f.id == "price.window").expect("the window is said");
    assert!(window.path.to_string() == "workload/inputTokens" && window.message.contains("90001000"), "{window:?}");
}

#[test]
fn a_quadrillion_tokens_a_day() {
    let plan = asked(r#"{"tasksPerDay":"1000000000","cyclesPerTask":"10"}"#, "");
    found(&plan.findings, "workload");
    assert_ne!(plan.plan.work.list_cost_per_month, Some(rust_decimal::Decimal::ZERO));
}

#[test]
fn own_prices_that_cannot_be() {
    for (input, output) in [("0", "0"), ("-3", "10"), ("5000000000", "10"), ("cheap", "10")] {
        let own = format!(r#"{{"prices":[{{"model":"claude-sonnet-5.5","input":"{input}","output":"{output}"}}]}}"#);
        let plan = asked(&own, "");
        found(&plan.findings, "workload/prices/0");
        // The list's price is taken in its place, or none: never nothing for something.
        assert_ne!(plan.plan.work.list_cost_per_month, Some(rust_decimal::Decimal::ZERO), "{input}");
    }
}

#[test]
fn price_files_that_are_none() {
    for text in ["", "   ", "hello", "[]", "{}", "{\"claude-sonnet-5.5\":{\"input_cost_per_token\":0}}", "\u{0}\u{1}{"]
    {
        let own = serde_json::json!({ "priceFile": { "name": "mine.json", "text": text } }).to_string();
        let plan = asked(&own, "");
        assert_ne!(plan.plan.work.list_cost_per_month, Some(rust_decimal::Decimal::ZERO), "{text:?}");
        found(&plan.findings, "workload/priceFile");
        let wanted = [("anthropic", "claude-sonnet-5-5")];
        let refused = list::kept("mine.json", text, &wanted).expect_err(text).into_vec();
        assert!(!refused.is_empty() && refused.iter().all(|f| !f.fix.is_empty()), "{text:?}");
    }
}

#[test]
fn the_headline_says_why_nothing_counts() {
    let mut case = crate::files::read_case(
        r#"{"format":"counterweight-case","version":1,"currency":"USD","start":"2027-01-01",
        "offers":[{"id":"a","tokenBudget":{"amount":"50","period":"month","personalUse":"notAllowed"}}],
        "workload":{"tasksPerDay":"1","cyclesPerTask":"1","inputTokens":"1000","outputTokens":"10",
            "cloudModel":"claude-sonnet-5.5"}}"#,
    )
    .unwrap_or_else(|e| panic!("{}", e.message));
    let canvas = Canvas { width: 800, height: 300, theme: Theme::Light };
    let words = |case: &Case| serde_json::to_string(&planned(case, None, canvas).headline).expect("words");
    assert!(words(&case).contains("does not allow own use"));
    if let Some(budget) = case.offers[0].token_budget.as_mut() {
        budget.personal_use = PersonalUse::NotSaid;
    }
    assert!(words(&case).contains("does not say that own use is allowed"));
    if let Some(budget) = case.offers[0].token_budget.as_mut() {
        budget.personal_use = PersonalUse::Allowed;
    }
    assert!(!words(&case).contains("own use is allowed"));
}

/// By hand: in Texas at 100,000 of salary the next dollar bears 22 % income tax, 6.2 % and 1.45 % payroll tax, and no
/// state tax: 29.65 %. Own use is 132 a year (11 a month, see the worked examples): taxed with 39.14, 92.86 is left, and
/// the salary that leaves 92.86 is 92.86 ÷ 0.7035 = 132.00. Each tax is rounded to the cent.
#[test]
fn own_use_taxed_as_imputed_income() {
    let plan = asked("{}", "US-TX");
    let worth = plan.plan.budget.and_then(|b| b.worth).expect("a worth");
    let near = |found: Option<rust_decimal::Decimal>, expected: &str| {
        let expected: rust_decimal::Decimal = expected.parse().expect("a number");
        let found = found.unwrap_or_else(|| panic!("no figure for {expected}: {}", worth.reason));
        assert!((found - expected).abs() <= "0.05".parse().expect("a number"), "{found} is not {expected}");
    };
    near(worth.taxed, "132");
    near(worth.tax, "39.14");
    near(worth.cash_equivalent, "92.86");
    near(worth.gross_salary, "132");
}

/// Every figure that the screens can ask about has an answer with a formula, and no two answers have the same key. By
/// hand: the month costs $78, its 2,000 calls 10 × 10 on 20 days, and the rates are those of the list ($2, $0.10, $10).
#[test]
fn every_figure_says_why() {
    let answer = asked("{}", "US-WA");
    let mut keys: Vec<&str> = answer.why.iter().map(|why| why.key.as_str()).collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), all);
    assert!(answer.why.iter().all(|why| !why.title.is_empty() && !why.formula.is_empty()));
    let why = |key: &str| {
        let found = answer.why.iter().find(|why| why.key == key);
        found.unwrap_or_else(|| panic!("nothing says why {key}"))
    };
    let value = |key: &str, label: &str| {
        let found = why(key).inputs.iter().find(|fact| fact.label == label);
        found.map_or_else(|| panic!("{key} has no {label}"), |fact| fact.value.clone())
    };
    for column in ["available", "spent", "left", "expires", "p10", "p50", "p90", "ran"] {
        why(&format!("balance.{column}"));
    }
    for plan in &answer.plan.plans {
        for column in ["fee", "overage", "whole", "byToken", "unserved"] {
            assert!(!why(&format!("plan.{}.{column}", plan.label)).source.is_empty());
        }
    }
    for column in ["total", "net", "range", "payback", "machine", "resale"] {
        why(&format!("hybrid.{column}"));
    }
    assert_eq!(value("month", "Together, in the first month"), "$78");
    assert_eq!(value("class.0.calls", "Active days a month"), "20");
    assert_eq!(value("class.0.cost", "Calls"), "2,000");
    assert_eq!(value("class.0.cost", "Rate sent, a million"), "$2");
    assert_eq!(value("class.0.cost", "Rate read from the cache"), "$0.1");
    assert_eq!(value("class.0.cost", "Rate received"), "$10");
    assert!(why("class.0.cost").source.contains("genai-prices"));
}

/// The parts of the memory of a machine are the whole, and a machine that nobody knows is said.
#[test]
fn a_machine_says_why() {
    let case = crate::sample::sample(CivilDate::new(2027, 1, 1).expect("a day"));
    let settings = Settings::of(&case);
    let found = counterweight_engine::machine_why::taken_apart(&case, &settings, "dgx-spark", 1, None).expect("fits");
    let parts = found.fit.parts;
    let sum = parts.weights_gib + parts.cache_gib + parts.compute_gib + parts.runtime_gib;
    assert!((sum - found.fit.needed_gib).abs() < 1e-9);
    let desk =
        counterweight_engine::machine_desk::figures(&case, &settings, &mut counterweight_domain::Findings::default());
    let row = desk.machines.iter().find(|row| row.key == "dgx-spark").expect("a row");
    assert!((row.decode[1] - found.decode.0.p50).abs() < 1e-9 && (row.needed_gib - found.fit.needed_gib).abs() < 1e-9);
    assert!((row.hours - found.calls_a_day * found.seconds / 3600.0).abs() < 1e-9);
    assert!(counterweight_engine::machine_why::taken_apart(&case, &settings, "abacus", 1, None).is_err());
}
