//! Terms from anywhere: whatever the text, an answer or a finding, never a panic.

use super::day;
use super::examples::ocf;
use crate::vesting::*;
use counterweight_domain::{Findings, Path};
use proptest::prelude::*;
use rust_decimal::dec;
use serde_json::{Value, json};

/// A valid object with every kind of trigger and amount.
fn sample() -> Value {
    json!({
        "object_type": "VESTING_TERMS", "id": "terms", "name": "Sample", "description": "",
        "allocation_type": "FRONT_LOADED",
        "vesting_conditions": [
            { "id": "start", "quantity": "10", "trigger": { "type": "VESTING_START_DATE" },
              "next_condition_ids": ["lapsed", "sale", "cliff"] },
            { "id": "lapsed", "portion": { "numerator": "0", "denominator": "1" },
              "trigger": { "type": "VESTING_SCHEDULE_ABSOLUTE", "date": "2031-01-01" }, "next_condition_ids": [] },
            { "id": "sale", "portion": { "numerator": "1", "denominator": "1", "remainder": true },
              "trigger": { "type": "VESTING_EVENT" }, "next_condition_ids": [] },
            { "id": "cliff", "portion": { "numerator": "1", "denominator": "16" },
              "trigger": { "type": "VESTING_SCHEDULE_RELATIVE", "relative_to_condition_id": "start",
                "period": { "type": "MONTHS", "length": 3, "occurrences": 8, "cliff_installment": 4,
                            "day_of_month": "31_OR_LAST_DAY_OF_MONTH" } },
              "next_condition_ids": ["sale", "daily"] },
            { "id": "daily", "portion": { "numerator": "0.0125", "denominator": "2" },
              "trigger": { "type": "VESTING_SCHEDULE_RELATIVE", "relative_to_condition_id": "cliff",
                "period": { "type": "DAYS", "length": 7, "occurrences": 50 } },
              "next_condition_ids": [] }
        ]
    })
}

/// Reads a text, follows it when it can be read, and holds it to a finding when it cannot.
fn survives(text: &str) -> Result<(), TestCaseError> {
    let mut findings = Findings::default();
    let at = Path::root().join("terms");
    match ocf::read(text, None, &at, &mut findings) {
        None => {
            let findings = findings.as_slice();
            prop_assert!(!findings.is_empty(), "refused without a finding: {text}");
            for finding in findings {
                prop_assert!(finding.path.is_within(&at) && !finding.message.is_empty() && !finding.fix.is_empty());
            }
        }
        Some(terms) => {
            let events: Events = terms.events().map(|id| (id.to_owned(), day("2026-05-31"))).collect();
            for (total, events) in [(dec!(0), &Events::new()), (dec!(1_000.5), &events)] {
                let award =
                    Award { grant_date: Some(day("2025-09-30")), ..Award::new(total, day("2025-01-31"), events) };
                if let Ok(schedule) = schedule(&terms, &award) {
                    let vested: rust_decimal::Decimal = schedule.tranches.iter().map(|t| t.shares).sum();
                    prop_assert_eq!(vested + schedule.unvested, total);
                    prop_assert!(schedule.unvested >= dec!(0));
                }
            }
        }
    }
    let _ = ocf::choices(text);
    Ok(())
}

/// Places in a JSON value, as pointers.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), all));
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(i, value)| places(value, &format!("{at}/{i}"), all)),
        _ => {}
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0u64..60).prop_map(Value::from),
        prop::sample::select(vec![
            "",
            "0",
            "1",
            "-1",
            "48",
            "1e9",
            "0.0000000001",
            "79228162514264337593543950335",
            "start",
            "sale",
            "daily",
            "cliff",
            "DAYS",
            "MONTHS",
            "15",
            "VESTING_EVENT",
            "VESTING_START_DATE",
            "VESTING_SCHEDULE_ABSOLUTE",
            "VESTING_SCHEDULE_RELATIVE",
            "2200-12-31",
            "9999-12-31",
            "FRACTIONAL",
            "BACK_LOADED",
            "99999999999999999999999999999999",
        ])
        .prop_map(Value::from),
        prop::sample::select(vec![json!([]), json!({}), json!(["sale"]), json!(["start", "cliff"]), json!([1, null])]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Values replaced and fields taken out: mostly single values, sometimes whole branches.
    #[test]
    fn mutated_objects(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0u8..8, prop::option::weighted(0.8, any_value())), 1..4),
    ) {
        let mut value = sample();
        for (place, anywhere, new) in edits {
            let mut all = Vec::new();
            places(&value, "", &mut all);
            if anywhere > 0 {
                all.retain(|at| !matches!(value.pointer(at), Some(Value::Object(_) | Value::Array(_))));
            }
            if all.is_empty() { break; }
            let at = all[place.index(all.len())].clone();
            match (new, at.rsplit_once('/')) {
                (Some(new), _) => *value.pointer_mut(&at).expect("it was just there") = new,
                (None, Some((parent, name))) => match value.pointer_mut(parent) {
                    Some(Value::Object(fields)) => { fields.remove(name); }
                    Some(Value::Array(items)) => { items.remove(name.parse().expect("an index")); }
                    _ => {}
                },
                (None, None) => {}
            }
        }
        survives(&value.to_string())?;
    }

    /// Sizes, dates and events of terms that can be read.
    #[test]
    fn mutated_numbers(
        part in 0u64..40, times in 1u32..60, cliff in 0u32..60, length in 0u32..40, quantity in 0u64..1_200, on in 2020i32..2040,
    ) {
        let mut value = sample();
        value["vesting_conditions"][0]["quantity"] = json!(quantity.to_string());
        value["vesting_conditions"][1]["trigger"]["date"] = json!(format!("{on}-02-28"));
        value["vesting_conditions"][3]["portion"] = json!({ "numerator": part.to_string(), "denominator": "3000" });
        value["vesting_conditions"][3]["trigger"]["period"]["occurrences"] = json!(times);
        value["vesting_conditions"][3]["trigger"]["period"]["cliff_installment"] = json!(cliff);
        value["vesting_conditions"][3]["trigger"]["period"]["length"] = json!(length);
        survives(&value.to_string())?;
    }

    /// Characters of the text replaced, doubled and cut.
    #[test]
    fn mutated_text(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<char>(), 0u8..4), 1..6)) {
        let mut text: Vec<char> = sample().to_string().chars().collect();
        for (place, new, kind) in edits {
            if text.is_empty() { break; }
            let at = place.index(text.len());
            match kind {
                0 => text[at] = new,
                1 => text.insert(at, new),
                2 => { text.remove(at); }
                _ => text.truncate(at),
            }
        }
        survives(&text.into_iter().collect::<String>())?;
    }

    /// Any text at all.
    #[test]
    fn any_text(text in any::<String>()) {
        survives(&text)?;
    }
}

/// The ids of the findings of a text, each with its path.
fn findings(text: &str) -> Vec<(String, String)> {
    let mut findings = Findings::default();
    assert!(ocf::read(text, None, &Path::root(), &mut findings).is_none());
    findings.into_vec().into_iter().map(|f| (f.id, f.path.as_str().to_owned())).collect()
}

/// The sample with the value at a place replaced.
fn with(place: &str, new: Value) -> String {
    let mut value = sample();
    *value.pointer_mut(place).expect(place) = new;
    value.to_string()
}

#[test]
fn the_sample_itself_is_read() {
    survives(&sample().to_string()).expect("survives");
    let mut none = Findings::default();
    let terms = ocf::read(&sample().to_string(), None, &Path::root(), &mut none).expect("valid");
    assert_eq!((terms.name.as_str(), terms.allocation), ("Sample", Allocation::FrontLoaded));
    // By hand: 10 + 1/16 × 8 + 1/160 × 50 of 1,000 = 10 + 500 + 312.5, rounded down.
    let events = Events::new();
    let vests = schedule(&terms, &Award::new(dec!(1_000), day("2025-01-31"), &events)).expect("follows");
    assert_eq!(vests.unvested, dec!(178));
}

#[test]
fn every_fault_is_found_at_its_place() {
    let one = |id: &str, path: &str| vec![(id.to_owned(), path.to_owned())];
    let c = "vesting_conditions";
    for (text, id, path) in [
        ("{".to_owned(), "vestingTerms.json", String::new()),
        ("[]".to_owned(), "vestingTerms.form", String::new()),
        ("[".repeat(1_000), "vestingTerms.json", String::new()),
        (" ".repeat(2_000_000), "vestingTerms.tooLong", String::new()),
        (with("/object_type", json!("ISSUER")), "vestingTerms.type", "object_type".into()),
        (with("/allocation_type", json!("ROUND")), "vestingTerms.allocation", "allocation_type".into()),
        (with("/vesting_conditions", json!([])), "vestingTerms.conditions", c.into()),
        (
            with("/vesting_conditions/3/next_condition_ids/0", json!("sail")),
            "vestingTerms.unknownId",
            format!("{c}/3/next_condition_ids/0"),
        ),
        (
            with("/vesting_conditions/2/next_condition_ids", json!(["start"])),
            "vestingTerms.cycle",
            format!("{c}/0/next_condition_ids"),
        ),
        (
            with("/vesting_conditions/2/next_condition_ids", json!(["sale"])),
            "vestingTerms.cycle",
            format!("{c}/2/next_condition_ids/0"),
        ),
        (
            with("/vesting_conditions/3/trigger/relative_to_condition_id", json!("daily")),
            "vestingTerms.notBefore",
            format!("{c}/3/trigger/relative_to_condition_id"),
        ),
        (
            with("/vesting_conditions/3/portion/denominator", json!("0")),
            "vestingTerms.zeroDenominator",
            format!("{c}/3/portion/denominator"),
        ),
        (
            with("/vesting_conditions/3/portion/numerator", json!("-1")),
            "vestingTerms.negative",
            format!("{c}/3/portion/numerator"),
        ),
        (
            with("/vesting_conditions/3/portion/numerator", json!("1e3")),
            "vestingTerms.numeric",
            format!("{c}/3/portion/numerator"),
        ),
        // 8 × 1/16 by the cliff, then 50 × 1/50.
        (
            with("/vesting_conditions/4/portion/numerator", json!("0.04")),
            "vestingTerms.exceedsGrant",
            format!("{c}/4/portion"),
        ),
        (
            with("/vesting_conditions/3/portion", json!({ "numerator": "3", "denominator": "2" })),
            "vestingTerms.exceedsGrant",
            format!("{c}/3/portion"),
        ),
        (
            with("/vesting_conditions/3/trigger/period/cliff_installment", json!(9)),
            "vestingTerms.cliff",
            format!("{c}/3/trigger/period/cliff_installment"),
        ),
        (
            with("/vesting_conditions/3/trigger/period/occurrences", json!(0)),
            "vestingTerms.never",
            format!("{c}/3/trigger/period/occurrences"),
        ),
        (
            with("/vesting_conditions/3/trigger/period/length", json!(u32::MAX)),
            "vestingTerms.tooFar",
            format!("{c}/3/trigger/period"),
        ),
        (
            with("/vesting_conditions/3/trigger/period/day_of_month", json!("29")),
            "vestingTerms.dayOfMonth",
            format!("{c}/3/trigger/period/day_of_month"),
        ),
        (
            with("/vesting_conditions/1/trigger/date", json!("2030-02-30")),
            "date.doesNotExist",
            format!("{c}/1/trigger/date"),
        ),
        (
            with("/vesting_conditions/1/trigger/type", json!("VESTING_MAYBE")),
            "vestingTerms.trigger",
            format!("{c}/1/trigger/type"),
        ),
    ] {
        assert_eq!(findings(&text), one(id, &path));
    }
    // A second condition of one id, which leaves a link without an end.
    let same = findings(&with("/vesting_conditions/1/id", json!("sale")));
    assert_eq!(
        same,
        [
            ("vestingTerms.sameId".to_owned(), format!("{c}/2/id")),
            ("vestingTerms.unknownId".to_owned(), format!("{c}/0/next_condition_ids/0")),
        ]
    );
    // Two faults are found at once.
    let mut two = sample();
    *two.pointer_mut("/vesting_conditions/0/quantity").expect("there") = json!("x");
    *two.pointer_mut("/vesting_conditions/4/trigger/period/type").expect("there") = json!("WEEKS");
    assert_eq!(findings(&two.to_string()).len(), 2);
}

#[test]
fn a_file_of_several_asks_which() {
    let (mut a, mut b) = (sample(), sample());
    a["id"] = json!("a");
    b["id"] = json!("b");
    let file = json!({ "file_type": "OCF_VESTING_TERMS_FILE", "items": [a, b] }).to_string();
    assert_eq!(findings(&file), [("vestingTerms.which".to_owned(), "items".to_owned())]);
    let mut none = Findings::default();
    assert!(ocf::read(&file, Some("b"), &Path::root(), &mut none).is_some());
    assert_eq!(ocf::choices(&file), [("a".into(), "Sample".into()), ("b".into(), "Sample".into())]);
    // Samples of the format before 2022 say repetitions.
    let old = sample().to_string().replace("occurrences", "repetitions");
    assert!(ocf::read(&old, None, &Path::root(), &mut none).is_some());
    let _ = ocf(
        "{ \"id\": \"only\", \"quantity\": 0, \"trigger\": { \"type\": \"VESTING_EVENT\" }, \"next_condition_ids\": [] }",
    );
}
