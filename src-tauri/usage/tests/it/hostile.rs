//! Damaged and odd input: never fatal, never silently skipped; and what must not change the result.

use crate::claude_code::Answer;
use crate::{Home, counts, refused};
use counterweight_usage::{Cancelled, Client, Options, Reason, Root, Scan, scan};
use proptest::prelude::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// One line of each kind that some reader reads.
fn samples() -> Vec<String> {
    let answer = Answer { session: "s", id: "a", second: 1, counts: [10, 20, 30, 40], side: false, stop: true };
    let mut samples = vec![answer.line(), answer.wrapped()];
    samples.extend(
        [
            r#"{"timestamp":"2026-03-01T10:00:00Z","type":"session_meta","payload":{"id":"a","forked_from_id":"b"}}"#,
            r#"{"timestamp":"2026-03-01T10:00:00Z","type":"turn_context","payload":{"model":"m"}}"#,
            r#"{"timestamp":"2026-03-01T10:00:01Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":9,"cached_input_tokens":3,"output_tokens":2,"total_tokens":11}}}}"#,
            r#"{"usage":{"input_tokens":5,"cached_input_tokens":1,"output_tokens":2}}"#,
            r#"{"sessionId":"g","startTime":"t","messages":[{"type":"gemini","id":"1","timestamp":"2026-03-01T10:00:01Z","tokens":{"input":9,"output":1,"cached":3,"total":10}}],"stats":{"models":{"m":{"tokens":{"prompt":3}}}}}"#,
            r#"{"type":"gemini","id":"1","timestamp":"2026-03-01T10:00:01Z","model":"m","tokens":{"input":9,"output":1}}"#,
            r#"{"id":"m","sessionID":"s","role":"assistant","modelID":"m","providerID":"p","time":{"created":1767323045000},"tokens":{"input":1,"output":2,"cache":{"read":3}}}"#,
            r#"{"type":"message","id":"1","timestamp":"2026-03-01T10:00:01Z","message":{"role":"assistant","usage":{"input":3,"output":4}}}"#,
            r#"{"uuid":"1","sessionId":"q","timestamp":"2026-03-01T10:00:01Z","type":"assistant","usageMetadata":{"promptTokenCount":1}}"#,
            r#"{"type":"span","name":"chat m","traceId":"t","spanId":"s","endTime":[1767323045,5],"attributes":{"gen_ai.usage.input_tokens":9,"gen_ai.usage.output_tokens":2}}"#,
            r#"{"id":"T-1","messages":[{"role":"assistant","messageId":7,"usage":{"cacheReadInputTokens":3}}],"usageLedger":{"events":[{"timestamp":"2026-03-01T10:00:01Z","toMessageId":7,"tokens":{"input":1,"output":2}}]}}"#,
            r#"{"timestamp":1767323045.2,"message":{"type":"StatusUpdate","payload":{"token_usage":{"input_other":1,"output":2}}}}"#,
            r#"{"model":"m","providerLockTimestamp":"2026-03-01T10:00:01Z","tokenUsage":{"inputTokens":5,"outputTokens":6}}"#,
            r#"[{"request_id":"a","spend":0.5,"prompt_tokens":10,"completion_tokens":2,"startTime":"2026-03-01T10:00:00Z","metadata":{"usage_object":{"cache_read_input_tokens":7}}}]"#,
            r#"{"request_id":"a","spend":0.5,"prompt_tokens":10,"completion_tokens":2,"startTime":"2026-03-01T10:00:00Z","metadata":"{}"}"#,
            r#"{"daily":[{"date":"2026-03-01","inputTokens":1,"modelsUsed":["a"],"modelBreakdowns":[{"modelName":"a","inputTokens":1,"cost":0.2}]}]}"#,
            "usage_date_utc,model_version,context_window,usage_input_tokens_no_cache,usage_output_tokens\n2026-03-01,m,\"> 200k\",1,2",
            "usage_date_utc,model,token_type,cost_usd\n2026-03-01,m,output,1.5",
            "start_time,end_time,start_time_iso,end_time_iso,num_model_requests,model,batch,input_tokens,output_tokens,input_cached_tokens\n1767323040,1767323100,,,3.0,m,true,10,2,5",
            "generation_id,created_at,cost_total,tokens_prompt,tokens_completion,tokens_cached,model_permaslug,variant\ng,2026-06-28 03:46:57.713,0.1,10,2,5,a/b,free",
            "Date,Slug,Usage,BYOK Usage,Requests,Prompt Tokens,Completion Tokens\n2026-06-28,a/b,1,2,3,4,5",
            "Date,Kind,Model,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Cost\n2026-10-01T10:00:00Z,\"Errored, No Charge\",m,5,4,3,2,1,$1",
            "request_id,spend,prompt_tokens,completion_tokens,startTime,model,metadata\na,1,10,2,2026-03-01T10:00:00Z,m,\"{\"\"a\"\":1}\"",
            "date,model,prompt_tokens,completion_tokens,spend\n2026-03-01,m,1,2,3",
            "start_time_iso,model,type,amount\n2026-03-01T00:00:00Z,m,output_tokens,3",
            "wallet_type,currency,cost,date\nx,USD,1.5,2026-03-01",
        ]
        .map(str::to_owned),
    );
    samples
}

/// Bytes with some of them changed by others.
fn flip(bytes: &[u8], by: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for pair in by.chunks_exact(2) {
        let at = usize::from(pair[0]) * bytes.len() / 256;
        bytes[at] ^= pair[1];
    }
    bytes
}

fn same(one: &Scan, other: &Scan) {
    assert_eq!(one.records, other.records);
    assert_eq!(one.totals(), other.totals());
    assert_eq!(one.completeness, other.completeness);
}

#[test]
fn every_sample_is_read() {
    for sample in samples() {
        let home = Home::new();
        home.file("x", &sample);
        let scan = home.scan_with(None, &Options::default());
        assert_eq!((scan.files, scan.refused.len()), (1, 0), "{sample}");
    }
}

#[test]
fn cutting_a_file_anywhere_loses_at_most_its_last_line() {
    let whole = samples()[..2].join("\n");
    for cut in 0..=whole.len() {
        let home = Home::new();
        home.file("projects/p/s.jsonl", &whole[..cut]);
        let scan = home.scan(Client::ClaudeCode);
        let complete = cut >= whole.find('\n').unwrap();
        assert_eq!(scan.totals().responses, u64::from(complete), "cut at {cut}");
        assert!(scan.refused.len() <= 1);
    }
}

#[cfg(unix)]
#[test]
fn what_may_not_be_opened_is_named_and_the_rest_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.file("projects/open/s.jsonl", samples()[0].as_str());
    let shut = home.file("projects/shut/s.jsonl", samples()[0].as_str());
    let folder = shut.parent().unwrap();
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o000)).unwrap();
    let may_open = std::fs::read_dir(folder).is_ok();
    let scan = home.scan(Client::ClaudeCode);
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(scan.totals().responses, 1);
    // The administrator may open everything.
    if !may_open {
        assert_eq!(refused(&scan), [("shut".into(), None, Reason::NoPermission, 0)]);
    }
}

#[test]
fn a_root_that_is_not_there_is_named() {
    let home = Home::new();
    let root = Root { path: home.path().join("nothing"), client: Some(Client::Codex) };
    let scan = scan(&[root], &Options::default(), &|_| (), &AtomicBool::new(false)).unwrap();
    assert_eq!(refused(&scan), [("nothing".into(), None, Reason::Missing, 0)]);
}

#[test]
fn an_overlong_line_costs_only_itself() {
    let home = Home::new();
    let long = format!(r#"{{"type":"user","message":{{"content":"{}"}}}}"#, "x".repeat(9 << 20));
    home.lines("projects/p/s.jsonl", &[samples()[0].clone(), long, samples()[1].replace("\"a\"", "\"b\"")]);
    let scan = home.scan(Client::ClaudeCode);
    assert_eq!(scan.totals().responses, 2);
    assert_eq!(refused(&scan), [("s.jsonl".into(), Some(2), Reason::TooLong, 1)]);
}

/// The shapes of a file of other JSON that takes hundreds of megabytes: one endless line, and one document over many lines.
#[test]
fn other_json_of_any_size_is_named_and_passed_over() {
    let home = Home::new();
    let deep = format!(r#"{{"entries":["{}"#, "x".repeat(20 << 20));
    home.file("projects/p/line.jsonl", &deep);
    let spread =
        format!("{{\n \"version\": 1,\n \"entries\": [\n{}  0\n ]\n}}\n", "  {\"a\": [1, 2]},\n".repeat(200_000));
    home.file("projects/p/spread.json", &spread);
    let scan = home.scan_with(None, &Options::default());
    assert_eq!((scan.files, scan.totals().responses), (0, 0));
    assert_eq!(
        refused(&scan),
        [("line.jsonl".into(), None, Reason::NotALog, 0), ("spread.json".into(), None, Reason::NotALog, 0)]
    );
    // In a client's own folder lines decide: the endless one is too long, and those that are no JSON are counted.
    let scan = home.scan(Client::ClaudeCode);
    assert_eq!(refused(&scan)[0], ("line.jsonl".into(), Some(1), Reason::TooLong, 1));
    assert_eq!(scan.totals().responses, 0);
}

/// More answers than are held in memory, each first in part and again as a copy in another session, and a replay on a
/// side line of every hundredth: what waits on disk is decided as what is in memory.
#[test]
fn answers_that_wait_on_disk_are_counted_once() {
    const ANSWERS: u64 = 40_000;
    let home = Home::new();
    let line = |at: u64, session: &str, output: u64, side: bool| {
        let id = format!("m{at}");
        let counts = [at + 1, output, u64::from(side), 7];
        let answer = Answer { session, id: &id, second: (at % 3000) as u32, counts, side, stop: true };
        answer.line() + "\n"
    };
    let parts: String = (0..ANSWERS).map(|at| line(at, "s", 1, false)).collect();
    let copies: String = (0..ANSWERS).rev().map(|at| line(at, "t", 9, false)).collect();
    let replays: String = (0..ANSWERS).step_by(100).map(|at| line(at, "u", 9, true)).collect();
    home.file("projects/p/s.jsonl", parts);
    home.file("projects/p/t.jsonl", copies);
    home.file("projects/p/u.jsonl", replays);
    let scan = home.scan(Client::ClaudeCode);
    // 1 + 2 + ... + 40,000 = 40,000 x 40,001 / 2 sent; 7 read and 9 received for each.
    assert_eq!(counts(&scan.totals()), (ANSWERS, 800_020_000, 7 * ANSWERS, 0, 0, 9 * ANSWERS));
    assert!(scan.records.iter().all(|record| !record.sidechain));
}

#[test]
fn a_file_that_grows_while_it_is_read_is_read_as_far_as_it_goes() {
    use std::io::Write;
    let home = Home::new();
    let line = |at: usize| format!("{}\n", samples()[0].replace("\"a\"", &format!("\"{at}\"")));
    let path = home.file("projects/p/s.jsonl", (0..2000).map(line).collect::<String>());
    let grown = AtomicBool::new(false);
    let grow = |_| {
        if !grown.swap(true, Ordering::Relaxed) {
            let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
            // Whole lines, and the beginning of one.
            let more = (2000..2010).map(line).collect::<String>();
            file.write_all(more.as_bytes()).unwrap();
            file.write_all(&line(3000).as_bytes()[..50]).unwrap();
        }
    };
    let root = Root { path: home.path().to_path_buf(), client: Some(Client::ClaudeCode) };
    let scan = scan(&[root], &Options::default(), &grow, &AtomicBool::new(false)).unwrap();
    assert_eq!(scan.totals().responses, 2010);
    assert_eq!(refused(&scan), [("s.jsonl".into(), Some(2011), Reason::Unfinished, 1)]);
}

#[test]
fn progress_reaches_all_bytes_and_a_cancelled_scan_gives_nothing() {
    let home = Home::new();
    let line = format!("{}\n", samples()[0]);
    home.file("projects/p/s.jsonl", line.repeat(5000));
    home.file("projects/p/t.jsonl", line.repeat(5000));
    let root = || [Root { path: home.path().to_path_buf(), client: Some(Client::ClaudeCode) }];
    let told = Mutex::new(Vec::new());
    let all = scan(&root(), &Options::default(), &|at| told.lock().unwrap().push(at), &AtomicBool::new(false)).unwrap();
    let told = told.into_inner().unwrap();
    let bytes = 10_000 * line.len() as u64;
    assert_eq!(told.iter().map(|at| at.bytes).max(), Some(bytes));
    assert!(told.iter().all(|at| at.of_bytes == bytes));
    assert_eq!((all.bytes, all.lines, all.totals().responses), (bytes, 10_000, 1));

    let cancel = AtomicBool::new(false);
    let chunks = std::sync::atomic::AtomicUsize::new(0);
    let stop = |_| {
        chunks.fetch_add(1, Ordering::Relaxed);
        cancel.store(true, Ordering::Relaxed);
    };
    assert_eq!(scan(&root(), &Options::default(), &stop, &cancel).map(|_| ()), Err(Cancelled));
    // At most one more chunk a thread is read.
    assert!(chunks.into_inner() <= std::thread::available_parallelism().unwrap().get());
}

#[test]
fn a_later_scan_gives_the_same_answers_the_same_keys() {
    let home = Home::new();
    let lines: Vec<String> = (0..9)
        .map(|at| Answer { session: "s", id: "", second: at, counts: [1, 2, 3, 4], side: false, stop: true }.line())
        .collect();
    home.lines("projects/p/s.jsonl", &lines[..5]);
    let keys = |scan: Scan| scan.records.iter().map(|record| record.key).collect::<Vec<_>>();
    let first = keys(home.scan(Client::ClaudeCode));
    home.lines("projects/p/s.jsonl", &lines);
    let second = keys(home.scan(Client::ClaudeCode));
    assert_eq!(first, second[..5]);
    assert_eq!(second.len(), 9);
}

/// A line of an answer drawn from few ids, sessions and counts, so that all kinds of collisions happen.
fn any_answer() -> impl Strategy<Value = String> {
    (0usize..4, 0usize..3, 0u32..3, 0u64..3, 0u64..3, any::<(bool, bool)>()).prop_map(
        |(id, session, second, input, output, (side, wrapped))| {
            let answer = Answer {
                session: ["s", "t", "u"][session],
                id: ["", "a", "b", "c"][id],
                second,
                counts: [input, output, 0, 0],
                side,
                stop: output > 1,
            };
            if wrapped { answer.wrapped() } else { answer.line() }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_stop_a_scan(
        start in prop::sample::select(samples()),
        bytes: Vec<u8>,
        end in prop::sample::select(samples()),
    ) {
        let home = Home::new();
        home.file("a", &bytes);
        home.file("b", [start.as_bytes(), b"\n", &bytes, b"\n", end.as_bytes()].concat());
        home.file("d", [b"PK\x03\x04", &bytes[..]].concat());
        home.file("e", flip(&crate::exports::zip(&[("a.csv", start.as_bytes())], true), &bytes));
        home.file("c", [&bytes[..], start.as_bytes()].concat());
        home.scan_with(None, &Options::default());
        for client in Client::ALL {
            home.scan(client);
        }
    }

    #[test]
    fn a_flipped_byte_never_stops_a_scan(line in prop::sample::select(samples()), at: prop::sample::Index, byte: u8) {
        let home = Home::new();
        let mut bytes = line.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        home.file("a", &bytes);
        home.file("b", &bytes[..at]);
        home.file("c", &bytes[at..]);
        home.scan_with(None, &Options::default());
        for client in Client::ALL {
            home.scan(client);
        }
    }

    #[test]
    fn neither_the_order_of_lines_nor_their_files_nor_threads_change_the_answers(
        lines in prop::collection::vec(any_answer(), 1..40),
        keys in prop::collection::vec(any::<u32>(), 40),
        threads in 1usize..4,
    ) {
        let one = Home::new();
        one.lines("projects/p/x.jsonl", &lines);
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_by_key(|at| keys[*at]);
        let other = Home::new();
        for file in 0..3usize {
            let part: Vec<String> =
                order.iter().filter(|at| keys[**at] as usize % 3 == file).map(|at| lines[*at].clone()).collect();
            other.lines(&format!("projects/p/{}.jsonl", ["z", "y", "x"][file]), &part);
        }
        let options = Options { threads, ..Options::default() };
        same(&one.scan(Client::ClaudeCode), &other.scan_with(Some(Client::ClaudeCode), &options));
    }

    #[test]
    fn codex_files_may_come_in_any_order(
        totals in prop::collection::vec(prop::collection::vec((0u64..5, 0u64..3), 1..6), 1..6),
        parents in prop::collection::vec(0usize..7, 6),
        renamed: bool,
    ) {
        let home = Home::new();
        for (at, totals) in totals.iter().enumerate() {
            let mut lines = vec![format!(
                r#"{{"timestamp":"2026-03-01T10:00:00Z","type":"session_meta","payload":{{"id":"s{at}","forked_from_id":"s{}"}}}}"#,
                parents[at]
            )];
            lines.extend(totals.iter().map(|(input, output)| format!(
                r#"{{"timestamp":"2026-03-01T10:00:01Z","type":"event_msg","payload":{{"type":"token_count","info":{{"total_token_usage":{{"input_tokens":{input},"output_tokens":{output}}}}}}}}}"#
            )));
            home.lines(&format!("sessions/{at}.jsonl"), &lines);
        }
        let first = home.scan(Client::Codex);
        if renamed {
            for at in 0..totals.len() {
                std::fs::rename(
                    home.path().join(format!("sessions/{at}.jsonl")),
                    home.path().join(format!("sessions/x{}.jsonl", 9 - at)),
                )
                .unwrap();
            }
        }
        let options = Options { threads: 3, ..Options::default() };
        let second = home.scan_with(Some(Client::Codex), &options);
        prop_assert_eq!(counts(&first.totals()), counts(&second.totals()));
        same(&first, &second);
    }
}
