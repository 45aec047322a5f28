//! Gemini CLI, OpenCode, OpenClaw, pi and Qwen Code.

use crate::{Home, counts, refused};
use counterweight_usage::{Client, Options, Reason, group};

const GEMINI: &str = r#"{
  "sessionId": "g1",
  "startTime": "2026-03-01T10:00:00Z",
  "messages": [
    {"type": "user", "id": "0", "content": "secret"},
    {"type": "gemini", "id": "1", "timestamp": "2026-03-01T10:00:01Z", "model": "gemini-3.8-flash",
     "tokens": {"input": 1000, "output": 10, "cached": 400, "thoughts": 5, "tool": 2, "total": 1017}},
    {"type": "gemini", "id": "2", "timestamp": "2026-03-01T10:00:02Z", "model": "gemini-3.8-flash",
     "tokens": {"input": 600, "output": 20, "cached": 400, "thoughts": 0, "tool": 0, "total": 1020}},
    {"type": "gemini", "id": "3", "timestamp": null, "tokens": {"input": 600, "output": 20}}
  ]
}"#;

#[test]
fn gemini_tells_the_prompt_with_or_without_its_cache() {
    let home = Home::new();
    home.file("tmp/x/chats/session-1.json", GEMINI);
    let scan = home.scan(Client::Gemini);
    // 1: the total 1017 = 1000+10+5+2, so 400 of the 1000 were cached: 600 + 2 of tools; output 10 + 5.
    // 2: the total 1020 = 600+20+400, so the 600 were not cached.
    assert_eq!(counts(&scan.totals()), (2, 1202, 800, 0, 0, 35));
    assert_eq!(refused(&scan), [("session-1.json".into(), Some(1), Reason::NoTime, 1)]);
    assert_eq!(scan.names.get(scan.records[0].session), Some("g1"));
    assert!(!format!("{scan:?}").contains("secret"));
}

#[test]
fn a_later_line_of_gemini_with_the_same_id_replaces_the_earlier() {
    let home = Home::new();
    let line = |id: &str, output: u64| {
        format!(
            r#"{{"type":"gemini","id":"{id}","timestamp":"2026-03-01T10:00:01Z","model":"m","tokens":{{"input":10,"output":{output},"cached":0,"thoughts":0,"tool":0,"total":0}}}}"#
        )
    };
    let head = r#"{"sessionId":"g1","projectHash":"p","startTime":"2026-03-01T10:00:00Z"}"#.to_owned();
    home.lines("tmp/x/chats/a.jsonl", &[head, line("1", 90), line("2", 5), line("1", 7)]);
    assert_eq!(counts(&home.scan(Client::Gemini).totals()), (2, 20, 0, 0, 0, 12));
}

#[test]
fn a_document_that_is_cut_off_gives_what_it_has() {
    let home = Home::new();
    let cut = GEMINI.find(r#""id": "2""#).unwrap();
    home.file("tmp/x/chats/a.json", &GEMINI[..cut]);
    let scan = home.scan(Client::Gemini);
    assert_eq!(scan.totals().output, 15);
    assert_eq!(refused(&scan), [("a.json".into(), Some(1), Reason::Unfinished, 1)]);
}

#[test]
fn a_run_of_gemini_without_a_screen_tells_sums_by_model() {
    let home = Home::new();
    home.file(
        "run.json",
        r#"{"session_id":"r","response":"secret","stats":{"models":{"a":{"api":{},"tokens":{"prompt":100,"candidates":8,"cached":60,"thoughts":2,"tool":0,"total":110}},"b":{"tokens":{"prompt":1,"candidates":1,"total":2}}}}}"#,
    );
    let scan = home.scan(Client::Gemini);
    assert_eq!(counts(&scan.totals()), (0, 41, 60, 0, 0, 11));
    assert!(scan.records.iter().all(|record| record.instant_assumed));
}

#[test]
fn opencode_keeps_one_file_a_message() {
    let home = Home::new();
    let message = |id: &str, tokens: &str| {
        format!(
            "{{\n\"id\":\"{id}\",\"sessionID\":\"s\",\"role\":\"assistant\",\"modelID\":\"glm-5.3\",\"providerID\":\"zai\",\"cost\":0,\n\"time\":{{\"created\":1767323045000}},\"tokens\":{tokens}}}"
        )
    };
    let one = message("1", r#"{"input":10,"output":20,"reasoning":5,"cache":{"read":100,"write":7}}"#);
    home.file("storage/message/s/msg_1.json", &one);
    home.file("storage/message/t/msg_1.json", &one);
    // The total adds up without the reasoning: it is in the output.
    home.file(
        "storage/message/s/msg_2.json",
        message("2", r#"{"input":10,"output":20,"reasoning":5,"cache":{"read":0,"write":0},"total":30}"#),
    );
    home.file("storage/message/s/msg_0.json", "{\n\"id\":\"0\",\"sessionID\":\"s\",\"role\":\"user\"}");
    let scan = home.scan(Client::OpenCode);
    assert_eq!(counts(&scan.totals()), (2, 20, 100, 7, 0, 45));
    assert_eq!(scan.names.get(scan.records[0].provider), Some("zai"));
    assert_eq!(scan.records[0].instant, "2026-01-02T03:04:05Z".parse().unwrap());
    assert_eq!(refused(&scan), []);
}

#[test]
fn openclaw_and_pi_keep_older_versions_beside_a_session() {
    let home = Home::new();
    let answer = |id: &str, model: &str| {
        format!(
            r#"{{"type":"message","id":"{id}","timestamp":"2026-03-01T10:00:01Z","message":{{"role":"assistant",{model}"usage":{{"input":3,"output":4,"cacheRead":50,"cacheWrite":6,"totalTokens":63,"cost":{{"total":0.1}}}}}}}}"#
        )
    };
    let head = r#"{"type":"session","id":"s","cwd":"/x"}"#.to_owned();
    let change = r#"{"type":"model_change","id":"c","provider":"moonshot","modelId":"kimi-k3"}"#.to_owned();
    let snapshot =
        r#"{"type":"custom","customType":"model-snapshot","data":{"provider":"p","modelId":"m2"}}"#.to_owned();
    let lines = [head, change, answer("1", ""), snapshot, answer("2", ""), answer("3", r#""model":"m3","#)];
    home.lines(".openclaw/agents/a/sessions/s.jsonl", &lines);
    home.lines(".openclaw/agents/a/sessions/s.jsonl.reset.2026", &lines[..4]);
    let scan = home.scan_with(None, &Options::default());
    assert_eq!(counts(&scan.totals()), (3, 9, 150, 18, 0, 12));
    let models = group(&scan.records, |record| scan.names.get(record.model).unwrap().to_owned());
    assert_eq!(models.keys().collect::<Vec<_>>(), ["kimi-k3", "m2", "m3"]);
    assert!(scan.records.iter().all(|record| record.client == Client::OpenClaw));
    assert_eq!(scan.names.get(scan.records[0].session), Some("s"));

    let home = Home::new();
    home.lines("sessions/s.jsonl", &lines);
    let scan = home.scan(Client::Pi);
    assert_eq!(counts(&scan.totals()), (3, 9, 150, 18, 0, 12));
    assert!(scan.records.iter().all(|record| record.client == Client::Pi));
}

#[test]
fn qwen_counts_in_the_form_of_google() {
    let home = Home::new();
    let line = |id: &str, usage: &str| {
        format!(
            r#"{{"uuid":"{id}","sessionId":"q","timestamp":"2026-03-01T10:00:01Z","type":"assistant","model":"qwen4","cwd":"/x","message":{{"role":"model","parts":[]}},"usageMetadata":{usage}}}"#
        )
    };
    let one =
        r#"{"promptTokenCount":100,"candidatesTokenCount":10,"cachedContentTokenCount":80,"thoughtsTokenCount":3}"#;
    // The total adds up without the thoughts: they are in the answer.
    let two = r#"{"promptTokenCount":100,"candidatesTokenCount":10,"thoughtsTokenCount":3,"totalTokenCount":110}"#;
    home.lines("projects/p/chats/q.jsonl", &[line("1", one), line("1", one), line("2", two)]);
    assert_eq!(counts(&home.scan(Client::Qwen).totals()), (2, 120, 80, 0, 0, 23));
}

#[test]
fn content_and_not_the_folder_decides_who_wrote_a_file() {
    let home = Home::new();
    home.file("projects/p/log.txt", GEMINI);
    home.file("projects/p/readme.jsonl", "no log at all");
    home.file("projects/p/index.json", "{\n \"version\": 1,\n \"entries\": []\n}");
    home.file("projects/p/empty.jsonl", "");
    let scan = home.scan_with(None, &Options::default());
    assert!(scan.records.iter().all(|record| record.client == Client::Gemini) && scan.records.len() == 2);
    let not_logs: Vec<String> =
        refused(&scan).into_iter().filter(|entry| entry.2 == Reason::NotALog).map(|entry| entry.0).collect();
    assert_eq!(not_logs, ["index.json", "readme.jsonl"]);
    let options = Options { clients: vec![Client::Codex], ..Options::default() };
    assert_eq!(home.scan_with(None, &options).files, 0);
}
