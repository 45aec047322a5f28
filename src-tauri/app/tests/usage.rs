//! Importing what was really used into the library, and what the window makes of it.
#![allow(missing_docs)]

use counterweight_app::usage::history::{self, ImportRequest};
use counterweight_app::{App, Code, ErrorBody, Host, dispatch};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use tempfile::TempDir;

struct Here(PathBuf);

impl Host for Here {
    fn data_dir(&self) -> Result<PathBuf, ErrorBody> {
        Ok(self.0.clone())
    }
}

fn open(folder: &TempDir) -> App {
    App::open(Here(folder.path().to_path_buf())).expect("a new library opens")
}

fn call(app: &App, name: &str, request: Value) -> Value {
    dispatch(app, name, request).unwrap_or_else(|error| panic!("{name}: {error}"))
}

const MARKER: &str = "MARKER-of-what-was-said";
const FOLDER: &str = "hidden-client-project";

/// One answer: 10 new, 900 from the cache, 90 to the cache, and what is given received.
fn answer(session: &str, at: &str, output: u64) -> String {
    format!(
        r#"{{"type":"assistant","sessionId":"{session}","cwd":"/home/me/{FOLDER}","timestamp":"{at}","message":{{"id":"{session}{at}","model":"claude-opus-5-5","content":[{{"type":"text","text":"{MARKER}"}}],"usage":{{"input_tokens":10,"cache_read_input_tokens":900,"cache_creation_input_tokens":90,"output_tokens":{output}}}}}}}"#
    ) + "\n"
}

/// Twelve active days in October 2026, two sessions of two answers on each, and a line that is no JSON.
fn logs(home: &Path, days: u32) {
    let folder = home.join("projects").join(FOLDER);
    std::fs::create_dir_all(&folder).unwrap();
    let mut text = String::new();
    for day in 1..=days {
        for (session, hour) in [("a", 9), ("b", 15)] {
            for minute in [1, 40] {
                text += &answer(
                    &format!("{session}{day}"),
                    &format!("2026-10-{day:02}T{hour:02}:{minute:02}:00Z"),
                    100 * u64::from(day),
                );
            }
        }
    }
    let _ = writeln!(text, "{{\"{MARKER}");
    std::fs::write(folder.join("one.jsonl"), text).unwrap();
}

fn import(app: &App, home: &Path, projects: bool) -> Value {
    call(app, "usage_import", json!({ "paths": [home], "clients": [], "projects": projects }));
    let begun = Instant::now();
    loop {
        let job = call(app, "usage_import_state", json!({}));
        if !["reading", "keeping"].contains(&job["step"].as_str().unwrap()) {
            return job;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the import ends: {job}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn history(app: &App, by: &str) -> Value {
    call(app, "usage_history", json!({ "by": by, "canvas": { "width": 800, "height": 280, "theme": "light" } }))
}

/// All bytes of a library, its log and its backups.
fn bytes(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        all.extend(if path.is_dir() { bytes(&path) } else { std::fs::read(&path).unwrap() });
    }
    all
}

fn holds(folder: &TempDir, text: &str) -> bool {
    bytes(folder.path()).windows(text.len()).any(|at| at == text.as_bytes())
}

#[test]
fn importing_twice_changes_nothing_and_more_of_a_session_updates() {
    let (home, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let app = open(&folder);
    logs(home.path(), 12);
    let job = import(&app, home.path(), false);
    assert_eq!(job["step"], "done", "{job}");
    // 12 days of 2 sessions, each in the quarters at :01 and :40.
    let summary = &job["summary"];
    assert_eq!((&summary["added"], &summary["updated"], &summary["kept"]), (&json!(48), &json!(0), &json!(0)));
    assert_eq!((&summary["files"], &summary["lines"]), (&json!(1), &json!(49)));
    assert_eq!(summary["refused"][0]["reason"], "notJson");
    assert_eq!(job["bytes"], job["ofBytes"]);
    // 48 answers with 1,000 sent, and 100 times 78 received four times over.
    assert_eq!(summary["tokens"], json!(48_000 + 4 * 7_800));
    let before = history(&app, "day");
    let again = import(&app, home.path(), false);
    assert_eq!(again["summary"]["kept"], json!(48));
    assert_eq!(history(&app, "day"), before);
    let path = home.path().join("projects").join(FOLDER).join("one.jsonl");
    let more = std::fs::read_to_string(&path).unwrap().replace(&format!("{{\"{MARKER}\n"), "");
    std::fs::write(&path, more + &answer("a1", "2026-10-01T09:02:00Z", 7)).unwrap();
    let later = import(&app, home.path(), false);
    assert_eq!((&later["summary"]["added"], &later["summary"]["updated"]), (&json!(0), &json!(1)));
    assert_eq!(history(&app, "day")["totals"]["requests"], json!(49));
    drop(app);
    assert_eq!(history(&open(&folder), "model")["groups"][0]["key"], "claude-opus-5-5");
}

#[test]
fn nothing_that_was_said_is_kept_and_projects_only_when_asked_for() {
    let (home, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let app = open(&folder);
    logs(home.path(), 3);
    let job = import(&app, home.path(), false);
    assert!(!job.to_string().contains(MARKER) && !history(&app, "day").to_string().contains(MARKER));
    assert!(holds(&folder, "claude-opus-5-5"), "the search finds what is there");
    assert!(!holds(&folder, MARKER) && !holds(&folder, FOLDER));
    // The same again with projects: the rows are the same ones, and now have a project.
    let job = import(&app, home.path(), true);
    assert_eq!((&job["summary"]["added"], &job["summary"]["updated"]), (&json!(0), &json!(12)));
    assert!(holds(&folder, FOLDER) && !holds(&folder, MARKER));
    assert_eq!(history(&app, "project")["groups"].as_array().unwrap().len(), 1);
    // And once more without: what is known stays.
    assert_eq!(import(&app, home.path(), false)["summary"]["kept"], json!(12));
    call(&app, "usage_forget", json!({}));
    assert_eq!(history(&app, "day")["totals"]["requests"], json!(0));
    assert!(!holds(&folder, FOLDER), "what is forgotten is gone from the file");
}

#[test]
fn an_import_stops_within_a_tenth_of_a_second_and_leaves_nothing() {
    let (home, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let app = open(&folder);
    let projects = home.path().join("projects/p");
    std::fs::create_dir_all(&projects).unwrap();
    let day = |n: u64| answer(&format!("s{n}"), &format!("2026-10-{:02}T10:{:02}:00Z", n % 28 + 1, n % 60), 5);
    let text: String = (0..20_000).map(day).collect();
    for file in 0..24 {
        std::fs::write(projects.join(format!("{file}.jsonl")), text.replace("\"s", &format!("\"s{file}-"))).unwrap();
    }
    call(&app, "usage_import", json!({ "paths": [home.path()], "clients": [], "projects": false }));
    let refused = dispatch(&app, "usage_import", json!({ "paths": [], "clients": [], "projects": false }));
    assert_eq!(refused.unwrap_err().code, Code::BadRequest);
    let begun = Instant::now();
    let under_way = loop {
        let job = call(&app, "usage_import_state", json!({}));
        if job["bytes"].as_u64().unwrap() > 0 || begun.elapsed() > Duration::from_secs(20) {
            break job;
        }
    };
    assert_eq!(under_way["step"], "reading");
    assert!(under_way["bytes"].as_u64() < under_way["ofBytes"].as_u64(), "{under_way}");
    let begun = Instant::now();
    let job = call(&app, "usage_import_cancel", json!({}));
    let waited = begun.elapsed();
    assert_eq!(job["step"], "cancelled", "{job}");
    assert!(waited < Duration::from_millis(100), "{waited:?}");
    assert_eq!(history(&app, "day")["totals"]["requests"], json!(0));
    assert_eq!(history(&app, "day")["imports"], json!([]));
}

#[test]
fn a_cancelled_import_of_the_command_line_leaves_nothing() {
    let (home, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let app = open(&folder);
    logs(home.path(), 2);
    let request = ImportRequest { roots: vec![home.path().to_owned()], ..ImportRequest::default() };
    let stopped = history::import(&app, &request, &|_| (), &AtomicBool::new(true)).unwrap_err();
    assert!(stopped.message.contains("cancelled"), "{stopped}");
    assert_eq!(history(&app, "day")["totals"]["requests"], json!(0));
    let unknown = ImportRequest { clients: vec!["clippy".to_owned()], ..request };
    assert!(history::import(&app, &unknown, &|_| (), &AtomicBool::new(false)).is_err());
}

/// Twelve days with two sessions of two answers each: tasks 2, calls 2 a task, 1,000 sent in a call, of them 900 from the cache;
/// received in the mean 100 x 78 / 12 = 650. All on neighbouring days, so 30.4 active days a month. The span of 12 days says
/// nothing of a year's growth.
#[test]
fn the_measured_workload_by_hand() {
    let (home, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let app = open(&folder);
    assert_eq!(history(&app, "day")["profile"], Value::Null);
    logs(home.path(), 12);
    import(&app, home.path(), false);
    let answer = history(&app, "month");
    let workload = &answer["profile"]["workload"];
    for (field, expected) in [
        ("label", "Measured"),
        ("tasksPerDay", "2"),
        ("cyclesPerTask", "2"),
        ("callsPerCycle", "1"),
        ("promptTokens", "1000"),
        ("outputTokens", "650"),
        ("cacheReadShare", "90"),
        ("cacheWriteShare", "9"),
        ("daysPerMonth", "30.4369"),
    ] {
        assert_eq!(workload["class"][field], expected, "{field}");
    }
    assert_eq!(workload["cloudModel"], "claude-opus-5.5");
    assert_eq!(workload["growth"], Value::Null);
    assert!(workload["spread"].is_string());
    assert_eq!((&answer["profile"]["activeDays"], &answer["profile"]["calendarDays"]), (&json!(12), &json!(12)));
    assert_eq!(answer["groups"][0]["key"], "2026-10");
    assert_eq!(answer["days"]["marks"].as_array().unwrap().len(), 12);
}

#[test]
fn each_budget_is_forecast_from_what_was_measured() {
    let (home, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let app = open(&folder);
    let mut case = call(&app, "case_create", json!({ "template": "sample" }))["case"].clone();
    assert_eq!(call(&app, "usage_forecast", json!({ "case": case }))["offers"], json!([]));
    logs(home.path(), 12);
    import(&app, home.path(), false);
    let measured = history(&app, "day")["profile"]["workload"].clone();
    let forecast = call(&app, "usage_forecast", json!({ "case": case }));
    let offer = &forecast["offers"][0];
    assert!(offer["cost"].is_string() && offer["runsOut"].is_string() && offer["claimed"].is_string(), "{forecast}");
    // The same figures come from the case itself once it has taken the measured workload over.
    case["workload"]["profile"] = json!("");
    case["workload"]["classes"] = json!([measured["class"]]);
    case["workload"]["spread"] = measured["spread"].clone();
    case["workload"]["cloudModel"] = measured["cloudModel"].clone();
    let canvas = json!({ "width": 800, "height": 280, "theme": "light" });
    let plan = call(&app, "tokens", json!({ "case": case, "offer": offer["offer"], "canvas": canvas }))["plan"].clone();
    let futures = plan["budget"]["runsOut"].as_f64().unwrap();
    assert_eq!(offer["runsOut"], json!(counterweight_report::format::of_hundred(futures)));
    assert_eq!(offer["months"].is_null(), plan["budget"]["runOutMonth"].is_null());
}

/// By hand: an answer sends 10 new tokens, 900 read from and 90 written to the cache, and receives 650 in the mean. Opus 5.5
/// costs 4, 0.20, 5 and 20 dollars per million (list prices of 2026-11-23): 40 + 180 + 450 + 13,000 = 13,670 millionths. Four a
/// day on 365.2425 / 12 = 30.4369 days are 121.75 answers: $1.6643. A preset that was there before adds nothing.
#[test]
fn a_month_of_the_measured_workload_costs_what_was_used() {
    let (home, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let app = open(&folder);
    let mut case = call(&app, "case_create", json!({ "template": "sample" }))["case"].clone();
    logs(home.path(), 12);
    import(&app, home.path(), false);
    let measured = history(&app, "day")["profile"]["workload"].clone();
    case["workload"]["profile"] = json!("");
    case["workload"]["classes"] = json!([measured["class"]]);
    case["workload"]["cloudModel"] = measured["cloudModel"].clone();
    let canvas = json!({ "width": 800, "height": 280, "theme": "light" });
    let plan = call(&app, "tokens", json!({ "case": case, "offer": null, "canvas": canvas }))["plan"].clone();
    let cost: f64 = plan["work"]["listCostPerMonth"].as_str().unwrap().parse().unwrap();
    assert!((cost - 1.6643).abs() < 0.0051, "{}", plan["work"]);
}
