//! The answer of a scan, by hand.

use super::*;
use std::path::Path;

fn answer(session: &str, at: &str, model: &str, counts: [u64; 4]) -> String {
    let [input, read, write, output] = counts;
    format!(
        r#"{{"type":"assistant","sessionId":"{session}","cwd":"/home/me/hidden","timestamp":"{at}","message":{{"id":"{session}{at}","model":"{model}","content":"secret","usage":{{"input_tokens":{input},"cache_read_input_tokens":{read},"cache_creation_input_tokens":{write},"output_tokens":{output}}}}}}}"#
    ) + "\n"
}

fn report(folder: &Path, change: impl FnOnce(&mut Request)) -> Report {
    let mut request =
        Request { roots: vec![folder.to_owned()], zone: Some("Europe/Berlin".to_owned()), ..Request::default() };
    change(&mut request);
    scan(&request, &|_| (), &AtomicBool::new(false)).unwrap()
}

/// Opus 5 costs 5, 0.50, 6.25 and 25 dollars per million tokens of input, cache read, cache write and output, and Sonnet 5.5
/// 2, 0.10, 2.50 and 10 (published list prices of 2026-11-23).
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join("projects/p")).unwrap();
    let lines = [
        // 23:30 UTC is 00:30 the next day in Berlin in winter.
        answer("s1", "2026-11-20T23:30:00Z", "claude-opus-5", [1000, 100_000, 2000, 3000]),
        answer("s1", "2026-11-21T09:00:00Z", "claude-sonnet-5-5", [10, 0, 0, 100]),
        answer("s2", "2026-12-01T09:00:00Z", "claude-nothing-9", [5, 6, 7, 8]),
        "{\"broken\n".to_owned(),
    ];
    std::fs::write(home.path().join("projects/p/s1.jsonl"), lines.concat()).unwrap();
    home
}

#[test]
fn days_costs_and_what_is_unpriced_by_hand() {
    let home = home();
    let found = report(home.path(), |_| ());
    let keys: Vec<&str> = found.groups.iter().map(|group| group.key.as_str()).collect();
    assert_eq!(keys, ["2026-11-21", "2026-12-01"]);
    let first = &found.groups[0].sums;
    assert_eq!((first.input, first.cache_read, first.cache_write, first.output), (1010, 100_000, 2000, 3100));
    // (1000 x 5 + 100,000 x 0.5 + 2000 x 6.25 + 3000 x 25 + 10 x 2 + 100 x 10) / 10^6 = 0.1425 + 0.00102
    assert_eq!(first.cost_usd, "0.14352");
    assert_eq!(first.unpriced_tokens, 0);
    assert_eq!(found.groups[1].sums.unpriced_tokens, 26);
    assert_eq!(found.groups[1].sums.cost_usd, "0");
    assert_eq!(
        (found.totals.cost_usd.as_str(), found.totals.unpriced_tokens, found.totals.requests),
        ("0.14352", 26, 3)
    );
    assert_eq!((found.unpriced[0].model.as_str(), found.unpriced[0].tokens), ("claude-nothing-9", 26));
    assert_eq!((found.files, found.lines), (1, 4));
    let refused = &found.refused[0];
    assert_eq!((refused.line, refused.lines, refused.reason.as_str()), (Some(4), 1, "notJson"));
    let kinds: Vec<&str> = found.completeness.shortfalls.iter().map(|shortfall| shortfall.kind.as_str()).collect();
    assert_eq!((found.completeness.grade.as_str(), kinds), ("low", vec!["deleted", "refusedLines"]));
}

#[test]
fn groups_are_what_was_asked_for() {
    let home = home();
    let keys =
        |by: By| report(home.path(), |request| request.by = by).groups.into_iter().map(|g| g.key).collect::<Vec<_>>();
    assert_eq!(keys(By::Month), ["2026-11", "2026-12"]);
    assert_eq!(keys(By::Model), ["claude-nothing-9", "claude-opus-5", "claude-sonnet-5-5"]);
    assert_eq!(keys(By::Session), ["s1", "s2"]);
    assert_eq!(keys(By::Project), ["/home/me/hidden"]);
}

#[test]
fn days_are_counted_from_and_to_in_the_zone() {
    let home = home();
    let tokens = |zone: &str, since: Option<&str>, until: Option<&str>| {
        let found = report(home.path(), |request| {
            request.zone = Some(zone.to_owned());
            request.since = since.map(|day| day.parse().unwrap());
            request.until = until.map(|day| day.parse().unwrap());
        });
        found.totals.output
    };
    assert_eq!(tokens("Europe/Berlin", Some("2026-11-21"), Some("2026-11-21")), 3100);
    assert_eq!(tokens("UTC", Some("2026-11-21"), Some("2026-11-21")), 100);
    assert_eq!(tokens("UTC", None, Some("2026-11-20")), 3000);
    assert_eq!(tokens("UTC", Some("2026-11-22"), None), 8);
}

#[test]
fn words_and_projects_never_come_out_unless_asked_for() {
    let home = home();
    for by in [By::Day, By::Model, By::Session] {
        let text = serde_json::to_string(&report(home.path(), |request| request.by = by)).unwrap();
        assert!(!text.contains("secret") && !text.contains("hidden"), "{text}");
    }
}

#[test]
fn what_cannot_be_asked_is_said() {
    let ask = |change: fn(&mut Request)| {
        let mut request = Request::default();
        change(&mut request);
        scan(&request, &|_| (), &AtomicBool::new(false)).unwrap_err()
    };
    assert!(ask(|request| request.clients = vec!["clippy".to_owned()]).message.contains("clippy"));
    assert!(ask(|request| request.zone = Some("Mars/Olympus".to_owned())).message.contains("Mars/Olympus"));
    let swapped = ask(|request| {
        request.since = Some("2026-03-02".parse().unwrap());
        request.until = Some("2026-03-01".parse().unwrap());
    });
    assert!(swapped.message.contains("after"));
    let cancelled = scan(&Request::default(), &|_| (), &AtomicBool::new(true)).unwrap_err();
    assert!(cancelled.message.contains("cancelled"));
}

#[test]
fn exports_keep_what_was_charged_and_free_is_not_unpriced() {
    let home = tempfile::tempdir().unwrap();
    let rows =
        "generation_id,created_at,cost_total,tokens_prompt,tokens_completion,tokens_cached,model_permaslug,variant
g1,2026-06-28 03:46:57,0.5,10,20,0,nobody/knows,standard
g2,2026-06-28 03:46:58,0,30,40,0,nobody/knows,free
";
    std::fs::write(home.path().join("activity.csv"), rows).unwrap();
    let found = report(home.path(), |_| ());
    assert_eq!(found.totals.billed_usd.as_deref(), Some("0.5"));
    assert_eq!((found.totals.unpriced_tokens, found.totals.cost_usd.as_str()), (30, "0"));
}

/// The JSON that is documented is the JSON that is printed.
#[test]
fn the_schema_names_every_field_of_the_answer() {
    let home = home();
    let answer = serde_json::to_value(report(home.path(), |_| ())).unwrap();
    let schema = Report::schema();
    for field in answer.as_object().unwrap().keys() {
        assert!(schema["properties"].get(field).is_some(), "{field}");
    }
    for field in answer["totals"].as_object().unwrap().keys() {
        assert!(schema["$defs"]["Sums"]["properties"].get(field).is_some(), "{field}");
    }
}
