//! The command table, called as a host calls it: with names and JSON, over a library of its own.

use counterweight_app::{App, Code, ErrorBody, Host, commands, dispatch};
use serde_json::{Value, json};
use std::path::PathBuf;
use tempfile::TempDir;

struct Here(PathBuf);

impl Host for Here {
    fn data_dir(&self) -> Result<PathBuf, ErrorBody> {
        Ok(self.0.clone())
    }
}

fn open(folder: &TempDir) -> App {
    App::open(Here(folder.path().join("library"))).expect("a new library opens")
}

fn call(app: &App, name: &str, request: Value) -> Value {
    dispatch(app, name, request).unwrap_or_else(|e| panic!("{name}: {e:?}"))
}

fn canvas() -> Value {
    json!({ "width": 800, "height": 300, "theme": "light" })
}

/// The longest run there is, stopped while it is under way, ends as overtaken.
#[test]
fn a_comparison_is_stopped_by_its_name() {
    let folder = TempDir::new().expect("a folder");
    let app = std::sync::Arc::new(open(&folder));
    let mut case = call(&app, "case_create", json!({ "template": "sample" }))["case"].clone();
    case["assumptions"]["paths"] = json!("100000");
    case["assumptions"]["horizonYears"] = json!("10");
    let request = json!({ "case": case, "chart": "totalValue", "canvas": canvas(), "run": "compare" });
    let run = {
        let app = app.clone();
        std::thread::spawn(move || dispatch(&app, "compare", request))
    };
    while !run.is_finished() {
        call(&app, "stop", json!({ "run": "compare" }));
        std::thread::yield_now();
    }
    let ended = run.join().expect("no panic").expect_err("it was stopped");
    assert_eq!(ended.code, Code::Overtaken);
}

#[test]
fn two_offers_are_entered_compared_and_still_there_after_a_restart() {
    let folder = TempDir::new().expect("a folder");
    let app = open(&folder);
    let record = call(&app, "case_create", json!({ "template": "twoOffers" }));
    let id = record["id"].as_str().expect("an id").to_owned();
    let mut case = record["case"].clone();
    for (place, company, base) in [(0, "Acme", "180k"), (1, "Globex", "195,000")] {
        case["offers"][place]["company"] = json!(company);
        case["offers"][place]["base"] = json!(base);
    }
    let saved =
        call(&app, "case_save", json!({ "id": id, "revision": record["revision"], "label": "Offers", "case": case }));
    assert_eq!(saved["findings"], json!([]));
    drop(app);

    let app = open(&folder);
    let state = call(&app, "library_state", json!({}));
    assert_eq!(state["cases"][0]["offers"], json!(["Acme", "Globex"]));
    let case = call(&app, "case_open", json!({ "id": id }))["case"].clone();
    assert_eq!(case["offers"][0]["base"], "180k", "the text is kept as typed");
    let answer = call(&app, "compare", json!({ "case": case, "chart": "totalValue", "canvas": canvas() }));
    // By hand: (195,000 − 180,000) × 4 years; nothing is uncertain, so in all futures.
    assert_eq!(answer["comparison"]["lead"]["amount"], "60000");
    assert_eq!(answer["comparison"]["lead"]["probability"], 1.0);
    let words: String = answer["headline"]["segments"]
        .as_array()
        .expect("segments")
        .iter()
        .filter_map(|s| s["text"].as_str())
        .collect();
    assert!(words.contains("Globex") && words.contains("$60,000"), "{words}");
    assert!(answer["scene"]["svg"].as_str().expect("a picture").starts_with("<svg"));
}

#[test]
fn money_is_never_a_float_on_the_wire() {
    let folder = TempDir::new().expect("a folder");
    let app = open(&folder);
    let record = call(&app, "case_create", json!({ "template": "sample" }));
    let answer = call(&app, "compare", json!({ "case": record["case"], "chart": "range", "canvas": canvas() }));
    let lead = &answer["comparison"]["lead"];
    for (name, value) in [
        ("amount", &lead["amount"]),
        ("p10", &lead["difference"]["p10"]),
        ("total", &answer["comparison"]["offers"][0]["total"]),
    ] {
        assert!(value.is_string(), "{name} is {value}");
    }
    let negotiation = call(&app, "negotiate", json!({ "case": record["case"], "offer": null }));
    assert!(negotiation["negotiation"]["gap"].is_string());
    for ask in negotiation["negotiation"]["asks"].as_array().expect("asks") {
        assert!(ask["from"].is_string(), "{ask}");
    }
}

#[test]
fn what_is_wrong_is_said_with_path_reason_and_fix_and_the_rest_computes() {
    let folder = TempDir::new().expect("a folder");
    let app = open(&folder);
    let mut case = call(&app, "case_create", json!({ "template": "sample" }))["case"].clone();
    case["offers"][1]["base"] = json!("-5");
    case["offers"][1]["grants"][0]["vesting"] =
        json!({ "kind": "yearly", "split": "40/30/20/11", "every": "quarter", "cliffMonths": "" });
    case["offers"][2]["start"] = json!("2027-02-30");
    case["offers"][0]["currency"] = json!("XXQ");
    case["offers"][0]["grants"][0]["size"] = json!({ "kind": "shares", "count": "100" });
    let answer = call(&app, "compare", json!({ "case": case, "chart": "totalValue", "canvas": canvas() }));
    let findings = answer["comparison"]["findings"].as_array().expect("findings").clone();
    let at = |path: &str| {
        findings.iter().find(|f| f["path"] == path).unwrap_or_else(|| panic!("no finding at {path}: {findings:#?}"))
    };
    for path in [
        "offers/1/base",
        "offers/1/grants/0/vesting/split",
        "offers/2/start",
        "offers/0/currency",
        "offers/0/grants/0/sharePrice",
    ] {
        let finding = at(path);
        for part in ["message", "fix", "leftOut"] {
            assert!(!finding[part].as_str().expect("text").is_empty(), "{path} has no {part}");
        }
    }
    assert_eq!(case["offers"][1]["base"], "-5");
    let offers = answer["comparison"]["offers"].as_array().expect("offers");
    assert!(offers[1]["leftOut"].as_array().is_some_and(|l| !l.is_empty()));
    // By hand, what is left of Northwind: health premium 5,400 × 4; base, bonus and match fall with the base, the
    // grant with its schedule, and the token budget counts nothing.
    assert_eq!(offers[1]["total"], "21600");
    assert_eq!(offers[2]["valued"], false);
}

#[test]
fn a_request_that_is_not_known_changes_nothing() {
    let folder = TempDir::new().expect("a folder");
    let app = open(&folder);
    let refused = |name: &str, request: Value| dispatch(&app, name, request).expect_err("refused").code;
    assert_eq!(refused("library_wipe", json!({})), Code::BadRequest);
    assert_eq!(refused("case_open", json!({ "id": "x", "extra": 1 })), Code::BadRequest);
    assert_eq!(refused("case_open", json!({ "id": "x" })), Code::NotFound);
    assert_eq!(refused("compare", json!(null)), Code::BadRequest);
}

#[test]
fn a_stale_save_is_refused_and_undo_takes_the_last_change_back() {
    let folder = TempDir::new().expect("a folder");
    let app = open(&folder);
    let record = call(&app, "case_create", json!({ "template": "sample" }));
    let save = |revision: &Value, base: &str| {
        let mut case = record["case"].clone();
        case["offers"][1]["base"] = json!(base);
        dispatch(
            &app,
            "case_save",
            json!({ "id": record["id"], "revision": revision, "label": format!("Base {base}"), "case": case }),
        )
    };
    let first = save(&record["revision"], "220000").expect("saved");
    assert_eq!(save(&record["revision"], "230000").expect_err("stale").code, Code::Stale);
    assert_eq!(first["undo"], "Base 220000");
    let undone = call(&app, "case_undo", json!({ "id": record["id"] }));
    assert_eq!(undone["case"]["offers"][1]["base"], "210000");
    assert_eq!(undone["redo"], "Base 220000");
    assert_eq!(call(&app, "case_redo", json!({ "id": record["id"] }))["case"]["offers"][1]["base"], "220000");
}

#[test]
fn every_command_is_named_once() {
    let mut names = commands::NAMES.to_vec();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), commands::NAMES.len());
}
