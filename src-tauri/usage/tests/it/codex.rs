//! Codex's rollouts: totals that rise, repeat, fall, and are replayed.

use crate::{Home, counts};
use counterweight_usage::{Client, Scan};

fn meta(id: &str, parent: Option<(&str, &str)>) -> String {
    let parent = parent.map(|(key, id)| format!(r#","{key}":"{id}""#)).unwrap_or_default();
    format!(
        r#"{{"timestamp":"2026-03-01T10:00:00Z","type":"session_meta","payload":{{"id":"{id}"{parent},"cwd":"/x"}}}}"#
    )
}

fn model(name: &str) -> String {
    format!(r#"{{"timestamp":"2026-03-01T10:00:00Z","type":"turn_context","payload":{{"model":"{name}"}}}}"#)
}

/// `total` is input with cache, cached, output with reasoning.
fn total(second: u32, [input, cached, output]: [u64; 3]) -> String {
    format!(
        r#"{{"timestamp":"2026-03-01T10:00:{second:02}Z","type":"event_msg","payload":{{"type":"token_count","info":{{"total_token_usage":{{"input_tokens":{input},"cached_input_tokens":{cached},"output_tokens":{output},"reasoning_output_tokens":1,"total_tokens":{}}},"last_token_usage":{{"input_tokens":999,"output_tokens":999}}}},"rate_limits":null}}}}"#,
        input + output
    )
}

const NO_INFO: &str =
    r#"{"timestamp":"2026-03-01T10:00:00Z","type":"event_msg","payload":{"type":"token_count","info":null}}"#;

fn scan(home: &Home) -> Scan {
    home.scan(Client::Codex)
}

#[test]
fn rises_of_the_total_count_and_repeats_do_not() {
    let home = Home::new();
    home.lines(
        "sessions/2026/03/01/rollout-a.jsonl",
        &[
            meta("a", None),
            NO_INFO.into(),
            model("gpt-6.1-sol"),
            total(1, [100, 40, 10]),
            total(2, [100, 40, 10]),
            total(3, [300, 200, 25]),
            total(4, [300, 200, 25]),
        ],
    );
    let scan = scan(&home);
    // Input without cache: 300 - 200; two rises.
    assert_eq!(counts(&scan.totals()), (2, 100, 200, 0, 0, 25));
    assert_eq!(scan.names.get(scan.records[0].model), Some("gpt-6.1-sol"));
    // The first rise: 100 - 40 uncached; the second: 200 - 160 uncached.
    assert_eq!(scan.records.iter().map(|record| record.tokens.input).collect::<Vec<_>>(), [60, 40]);
}

#[test]
fn a_fall_is_a_new_start() {
    let home = Home::new();
    home.lines(
        "sessions/rollout-a.jsonl",
        &[meta("a", None), total(1, [1000, 0, 100]), total(2, [50, 0, 5]), total(3, [80, 0, 7])],
    );
    let scan = scan(&home);
    // 1000 + 50 + 30; 100 + 5 + 2
    assert_eq!(counts(&scan.totals()), (3, 1080, 0, 0, 0, 107));
    // No line named a model.
    assert!(scan.records.iter().all(|record| record.model_assumed));
    assert_eq!(scan.names.get(scan.records[0].model), Some("gpt-5"));
}

#[test]
fn forks_and_subagents_do_not_count_what_they_replay() {
    let home = Home::new();
    let history = [[100, 0, 10], [200, 0, 20], [300, 0, 30]];
    let replay = |second: u32, steps: usize| history[..steps].iter().map(move |step| total(second, *step));
    let file = |name: &str, head: Vec<String>, body: Vec<String>| {
        home.lines(&format!("sessions/{name}"), &[head, body].concat());
    };
    file("a.jsonl", vec![meta("a", None)], replay(1, 3).chain([total(2, [400, 0, 40])]).collect());
    // A fork after three steps, re-stamped over several seconds, and its parent's head inside.
    file(
        "b.jsonl",
        vec![meta("b", Some(("forked_from_id", "a"))), meta("a", None)],
        replay(30, 2).chain([total(31, history[2]), total(32, [350, 0, 31])]).collect(),
    );
    // A subagent after two steps.
    file(
        "c.jsonl",
        vec![meta("c", Some(("parent_thread_id", "a")))],
        replay(40, 2).chain([total(41, [260, 0, 26])]).collect(),
    );
    // A fork of the fork.
    file(
        "d.jsonl",
        vec![meta("d", Some(("forked_from_id", "b")))],
        replay(50, 3).chain([total(51, [350, 0, 31]), total(52, [351, 0, 32])]).collect(),
    );
    // A subagent that starts afresh.
    file("e.jsonl", vec![meta("e", Some(("parent_thread_id", "a")))], vec![total(55, [7, 0, 3])]);
    // a 400 + b 50 + c 60 + d 1 + e 7 = 518; a 40 + b 1 + c 6 + d 1 + e 3 = 51
    assert_eq!(counts(&scan(&home).totals()), (8, 518, 0, 0, 0, 51));
    // Without the parent, what its forks share is counted once, in the oldest of them: b, then c beside it.
    std::fs::remove_file(home.path().join("sessions/a.jsonl")).unwrap();
    // b 350 + c 60 + d 1 + e 7 = 418; b 31 + c 6 + d 1 + e 3 = 41
    let totals = scan(&home).totals();
    assert_eq!((totals.input, totals.output), (418, 41));
}

#[test]
fn an_archived_copy_does_not_count_again() {
    let home = Home::new();
    let lines = [meta("a", None), total(1, [10, 0, 1]), total(2, [20, 0, 2])];
    home.lines("sessions/2026/03/01/rollout-a.jsonl", &lines);
    home.lines("archived_sessions/rollout-a.jsonl", &lines[..2]);
    let scan = scan(&home);
    assert_eq!(counts(&scan.totals()), (2, 20, 0, 0, 0, 2));
    assert_eq!(scan.files, 2);
}

#[test]
fn a_circle_of_parents_loses_nothing() {
    let home = Home::new();
    home.lines("sessions/a.jsonl", &[meta("a", Some(("forked_from_id", "b"))), total(1, [10, 0, 1])]);
    home.lines("sessions/b.jsonl", &[meta("b", Some(("forked_from_id", "a"))), total(1, [20, 0, 2])]);
    assert_eq!(scan(&home).totals().input, 30);
}

#[test]
fn printed_turns_are_counted_where_no_total_is() {
    let home = Home::new();
    home.lines(
        "run.jsonl",
        &[
            r#"{"type":"thread.started","thread_id":"t"}"#.into(),
            r#"{"type":"turn.completed","usage":{"input_tokens":100,"cached_input_tokens":60,"output_tokens":5}}"#
                .into(),
            r#"{"type":"turn.completed","usage":{"input_tokens":100,"cached_input_tokens":60,"output_tokens":5}}"#
                .into(),
            r#"{"created_at":1767323045,"data":{"usage":{"prompt_tokens":7,"completion_tokens":3}}}"#.into(),
        ],
    );
    let scan = scan(&home);
    // 40 + 40 + 7; 60 + 60; 5 + 5 + 3
    assert_eq!(counts(&scan.totals()), (3, 87, 120, 0, 0, 13));
    assert_eq!(scan.records.iter().filter(|record| record.instant_assumed).count(), 2);
    assert_eq!(scan.records[0].instant, "2026-01-02T03:04:05Z".parse().unwrap());
}

#[test]
fn last_usage_alone_adds_to_the_total() {
    let home = Home::new();
    let last = |second: u32, input: u64| {
        format!(
            r#"{{"timestamp":"2026-03-01T10:00:{second:02}Z","type":"event_msg","payload":{{"type":"token_count","info":{{"last_token_usage":{{"input_tokens":{input},"output_tokens":1}}}}}}}}"#
        )
    };
    home.lines("sessions/a.jsonl", &[meta("a", None), last(1, 10), last(2, 30)]);
    assert_eq!(counts(&scan(&home).totals()), (2, 40, 0, 0, 0, 2));
}
