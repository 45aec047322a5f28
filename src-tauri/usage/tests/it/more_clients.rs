//! Copilot, Amp, Kimi, Droid, and databases that are named and not read.

use crate::{Home, counts, refused};
use counterweight_usage::{Client, Options};

#[test]
fn copilot_tells_a_request_in_several_kinds_of_line_and_the_best_counts() {
    let home = Home::new();
    let usage = r#""gen_ai.usage.input_tokens":1000,"gen_ai.usage.output_tokens":50,"gen_ai.usage.cache_read.input_tokens":800,"gen_ai.usage.cache_creation.input_tokens":100,"gen_ai.response.model":"gpt-6-astra""#;
    let span = |trace: &str, span: &str, operation: &str| {
        format!(
            r#"{{"type":"span","name":"{operation} x","traceId":"{trace}","spanId":"{span}","endTime":[1767323045,500000000],"attributes":{{"gen_ai.operation.name":"{operation}",{usage}}}}}"#
        )
    };
    let log = |trace: &str, span: &str| {
        format!(
            r#"{{"type":"log","traceId":"{trace}","spanId":"{span}","timestamp":"2026-01-02T03:04:05Z","attributes":{{"event.name":"gen_ai.client.inference.operation.details",{usage}}}}}"#
        )
    };
    home.lines(
        ".copilot/otel/a.jsonl",
        &[
            span("t1", "run", "invoke_agent"),
            span("t1", "s1", "chat"),
            span("t1", "s2", "chat"),
            span("t1", "s2", "chat"),
            log("t1", "s1"),
            log("t2", "s9"),
            span("t2", "run", "invoke_agent"),
            span("t3", "tool", "execute_tool"),
        ],
    );
    let scan = home.scan_with(None, &Options::default());
    // Two requests of t1 and the log of t2: each 1000 - 800 - 100 = 100 sent, 100 written, 800 read, 50 received.
    assert_eq!(counts(&scan.totals()), (3, 300, 2400, 300, 0, 150));
    assert!(scan.records.iter().all(|record| record.client == Client::Copilot));
    assert_eq!(scan.records.last().unwrap().instant, "2026-01-02T03:04:05.5Z".parse().unwrap());
}

/// The two forms as in public tests of another reader of this format.
#[test]
fn amp_has_a_ledger_and_its_messages_know_the_cache() {
    let home = Home::new();
    home.file(
        "threads/T-1.json",
        r#"{"v":3,"id":"T-1","messages":[{"role":"user","content":"secret"},{"role":"assistant","messageId":7,"usage":{"model":"m","inputTokens":99,"outputTokens":99,"cacheCreationInputTokens":30,"cacheReadInputTokens":400}}],
"usageLedger":{"events":[{"id":"e","timestamp":"2026-01-02T00:00:00.000Z","model":"claude-opus-5","toMessageId":7,"tokens":{"input":1,"output":2}},{"id":"f","timestamp":"2026-01-02T00:01:00.000Z","model":"claude-opus-5","tokens":{"input":10,"output":20}}]}}"#,
    );
    home.file(
        "threads/T-2.json",
        r#"{"id":"T-2","messages":[{"role":"assistant","usage":{"model":"claude-haiku-4-5-20251001","inputTokens":10,"outputTokens":178,"cacheCreationInputTokens":986,"cacheReadInputTokens":11372,"timestamp":"2026-01-19T11:42:10.652Z"}}]}"#,
    );
    let scan = home.scan(Client::Amp);
    assert_eq!(counts(&scan.totals()), (3, 21, 11_772, 1016, 0, 200));
    assert!(!format!("{scan:?}").contains("secret"));
    assert_eq!(refused(&scan), []);
}

#[test]
fn kimi_names_no_model_and_its_folder_names_the_session() {
    let home = Home::new();
    let line = |id: &str| {
        format!(
            r#"{{"timestamp":1767323045.25,"message":{{"type":"StatusUpdate","payload":{{"context_usage":0.06,"token_usage":{{"input_other":1244,"output":155,"input_cache_read":69376,"input_cache_creation":3}},"message_id":"{id}"}}}}}}"#
        )
    };
    home.lines("sessions/group/one/wire.jsonl", &[line("a"), line("a"), line("b")]);
    let scan = home.scan(Client::Kimi);
    assert_eq!(counts(&scan.totals()), (2, 2488, 138_752, 6, 0, 310));
    assert_eq!(scan.names.get(scan.records[0].session), Some("one"));
    assert!(scan.records.iter().all(|record| record.model_assumed));
}

#[test]
fn droid_keeps_one_sum_a_session() {
    let home = Home::new();
    home.file(
        "sessions/x/s1.settings.json",
        r#"{"model":"custom:Claude-Opus-5 [Anthropic]","providerLock":"anthropic","providerLockTimestamp":"2026-03-01T10:00:00Z","tokenUsage":{"inputTokens":5,"outputTokens":6,"cacheReadTokens":7,"cacheCreationTokens":8,"thinkingTokens":9}}"#,
    );
    home.file("sessions/x/s1.jsonl", "{\"type\":\"message\",\"text\":\"secret\"}\n");
    let scan = home.scan(Client::Droid);
    assert_eq!(counts(&scan.totals()), (0, 5, 7, 8, 0, 15));
    assert_eq!(scan.names.get(scan.records[0].session), Some("s1"));
    assert_eq!(scan.names.get(scan.records[0].model), Some("Claude-Opus-5"));
    assert_eq!(refused(&scan), []);
}
