//! Files as other writers may leave them, each with its true use worked out by hand beside it.

use crate::claude_code::Answer;
use crate::{Home, counts, refused};
use counterweight_usage::{Client, Options, PromptSize, Reason, Root, Tier, scan};
use std::sync::atomic::AtomicBool;

fn any(home: &Home) -> counterweight_usage::Scan {
    home.scan_with(None, &Options::default())
}

/// One answer in four parts of which the last is final, its copy in a resumed session with another request id, and the
/// same id with another prompt, which is another answer.
#[test]
fn request_ids_decide_nothing() {
    let home = Home::new();
    let line = |session: &str, request: &str, input: u64, output: u64| {
        format!(
            r#"{{"parentUuid" : null, "isSidechain" : false, "sessionId" : "{session}", "requestId" : {request}, "type" : "assistant", "timestamp" : "2026-03-01T10:00:01.5+02:00", "message" : {{"id" : "msg_1", "model" : "claude-opus-5", "usage" : {{"input_tokens" : {input}, "cache_creation_input_tokens" : 5, "cache_read_input_tokens" : 7, "output_tokens" : {output}}}}}}}"#
        )
    };
    home.lines(
        "projects/p/one.jsonl",
        &[
            line("one", "\"r1\"", 10, 1),
            line("one", "\"r1\"", 10, 3),
            line("one", "null", 10, 8),
            line("one", "\"r1\"", 10, 900),
        ],
    );
    home.lines("projects/q/two.jsonl", &[line("two", "\"r9\"", 10, 900), line("two", "\"r2\"", 11, 40)]);
    // 10 + 11; cache read 7 + 7; cache write 5 + 5; 900 + 40
    assert_eq!(counts(&any(&home).totals()), (2, 21, 14, 10, 0, 940));
}

#[test]
fn tiers_speeds_and_places_are_read_and_numbers_may_be_texts() {
    let home = Home::new();
    let line = |id: &str, rest: &str| {
        format!(
            r#"{{"type":"assistant","timestamp":"2026-03-01T10:00:00Z","sessionId":"s","isSidechain":false,"message":{{"id":"{id}","model":"claude-opus-5","usage":{{"input_tokens":"3","output_tokens":4.0,{rest}}}}}}}"#
        )
    };
    home.lines(
        "projects/p/s.jsonl",
        &[
            line("a", r#""service_tier":"batch","speed":"standard""#),
            line("b", r#""service_tier":"priority","speed":"fast","inference_geo":"us""#),
            line("c", r#""service_tier":null,"cache_creation_input_tokens":9,"cache_creation":{"ephemeral_5m_input_tokens":"2","ephemeral_1h_input_tokens":7.0}"#),
            line("d", r#""cache_creation_input_tokens":9,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":9}"#),
        ],
    );
    let scan = home.scan(Client::ClaudeCode);
    // 4 x 3; 5 minutes 2; an hour 7 + 9; 4 x 4
    assert_eq!(counts(&scan.totals()), (4, 12, 0, 2, 16, 16));
    let told = |tier: Tier, fast: bool, us: bool| {
        scan.records.iter().filter(|r| (r.tier, r.fast, r.us_only) == (tier, fast, us)).count()
    };
    assert_eq!((told(Tier::Batch, false, false), told(Tier::Priority, true, true)), (1, 1));
    assert_eq!(told(Tier::Unstated, false, false), 2);
}

/// Keys in the order of the alphabet put the message before what tells the client, and 100 kB of text in it reach beyond
/// the first look.
#[test]
fn a_long_first_line_does_not_hide_a_log() {
    let home = Home::new();
    let long = "x".repeat(100_000);
    let line = |id: &str| {
        format!(
            r#"{{"cwd":"/x","message":{{"content":[{{"text":"{long}","type":"text"}}],"id":"{id}","model":"m","usage":{{"input_tokens":2,"output_tokens":3}}}},"sessionId":"s","timestamp":"2026-03-01T10:00:00Z","type":"assistant"}}"#
        )
    };
    home.lines("logs/s.jsonl", &[line("a"), line("b")]);
    let scan = any(&home);
    assert_eq!((counts(&scan.totals()), refused(&scan)), ((2, 4, 0, 0, 0, 6), vec![]));
    // Lines of a kind that tells nothing, 90 kB of them, before the first that does.
    let home = Home::new();
    let mut lines: Vec<String> =
        (0..900).map(|n| format!(r#"{{"type":"queue-operation","n":{n},"content":"{}"}}"#, &long[..80])).collect();
    lines.push(line("a"));
    home.lines("logs/s.jsonl", &lines);
    assert_eq!(counts(&any(&home).totals()), (1, 2, 0, 0, 0, 3));
}

#[test]
fn a_root_may_be_the_folder_of_projects_or_be_given_twice() {
    let home = Home::new();
    let line = Answer { session: "s", id: "a", second: 1, counts: [1, 2, 3, 4], side: false, stop: true }.line();
    home.lines("projects/p/s.jsonl", &[line]);
    let read = |paths: &[&str], client: Option<Client>| {
        let roots: Vec<Root> = paths.iter().map(|path| Root { path: home.path().join(path), client }).collect();
        let scan = scan(&roots, &Options::default(), &|_| (), &AtomicBool::new(false)).unwrap();
        (counts(&scan.totals()), scan.files)
    };
    let once = ((1, 1, 4, 3, 0, 2), 1);
    for client in [None, Some(Client::ClaudeCode)] {
        for paths in [&[""][..], &["projects"], &["projects/p"], &["projects/p/s.jsonl"], &["", ""], &["", "projects"]]
        {
            assert_eq!(read(paths, client), once, "{paths:?} {client:?}");
        }
    }
}

/// A rollout of an old version names no session and no total of its parts; it lies in use and, longer, archived.
#[test]
fn copies_of_a_rollout_without_a_name_count_once() {
    let home = Home::new();
    let line = |second: u32, input: u64, cached: u64, output: u64, reasoning: u64| {
        format!(
            r#"{{"timestamp":"2025-09-01T10:00:{second:02}Z","type":"event_msg","payload":{{"type":"token_count","info":{{"total_token_usage":{{"input_tokens":{input},"cached_input_tokens":{cached},"output_tokens":{output},"reasoning_output_tokens":{reasoning}}}}}}}}}"#
        )
    };
    let used = [line(1, 50, 0, 5, 2), line(2, 80, 20, 9, 4)];
    home.lines("sessions/2025/09/01/rollout-x.jsonl", &used);
    home.lines("archived_sessions/rollout-x.jsonl", &[used[0].clone(), used[1].clone(), line(3, 100, 30, 12, 4)]);
    let scan = home.scan(Client::Codex);
    // The last total is 100 with 30 cached, and 12: reasoning is part of it.
    assert_eq!(counts(&scan.totals()), (3, 70, 30, 0, 0, 12));
    // No line names a model: it is assumed, and said.
    assert!(scan.records.iter().all(|record| record.model_assumed));
}

/// A parent of three totals, a fork that replays two of them half an hour later over many seconds, and a fork of the
/// fork that replays three: what is new is 30, 25 and 7 of input, and 3, 2 and 1 of output.
#[test]
fn forks_of_forks_count_what_is_new() {
    let home = Home::new();
    let meta = |id: &str, parent: &str| {
        format!(
            r#"{{"timestamp":"2026-03-01T09:00:00Z","type":"session_meta","payload":{{"id":"{id}","forked_from_id":{parent}}}}}"#
        )
    };
    let total = |minute: u32, second: u32, input: u64, output: u64| {
        format!(
            r#"{{"timestamp":"2026-03-01T10:{minute:02}:{second:02}Z","type":"event_msg","payload":{{"type":"token_count","info":{{"total_token_usage":{{"input_tokens":{input},"output_tokens":{output},"total_tokens":{}}}}}}}}}"#,
            input + output
        )
    };
    home.lines("sessions/a.jsonl", &[meta("a", "null"), total(0, 1, 10, 1), total(0, 2, 20, 2), total(0, 3, 30, 3)]);
    home.lines(
        "sessions/b.jsonl",
        &[meta("b", "\"a\""), meta("a", "null"), total(30, 1, 10, 1), total(30, 40, 20, 2), total(30, 50, 45, 4)],
    );
    home.lines(
        "sessions/c.jsonl",
        &[
            meta("c", "\"b\""),
            total(50, 1, 10, 1),
            total(50, 9, 20, 2),
            total(51, 9, 45, 4),
            total(51, 9, 45, 4),
            total(52, 0, 52, 5),
        ],
    );
    assert_eq!(counts(&home.scan(Client::Codex).totals()), (5, 62, 0, 0, 0, 6));
}

#[test]
fn a_run_of_gemini_tells_how_many_requests_it_sums() {
    let home = Home::new();
    home.file(
        "tmp/p/run.json",
        r#"{"response":"r","stats":{"models":{"gemini-3.8-flash":{"api":{"totalRequests":4,"totalErrors":0},"tokens":{"prompt":900000,"candidates":50,"total":900062,"cached":500000,"thoughts":10,"tool":2}}}}}"#,
    );
    let scan = home.scan(Client::Gemini);
    // 900,000 - 500,000 + 2; 50 + 10
    assert_eq!(counts(&scan.totals()), (4, 400_002, 500_000, 0, 0, 60));
    assert_eq!(scan.records[0].prompt_size, PromptSize::Unknown);
}

#[test]
fn exports_in_other_hands() {
    let home = Home::new();
    // Anthropic: a mark, CRLF, a window above the threshold, a batch row, a fast row in the United States, and an empty cell.
    home.file(
        "anthropic.csv",
        "\u{feff}usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count,inference_geo,speed\r\n\
         2026-10-20,claude-opus-5-5,k,w,standard,> 200K,100,1,2,30,40,1,,\r\n\
         2026-10-20,claude-opus-5-5,k,w,batch,\u{2264} 200k,200,,,0,50,0,us,fast\r\n",
    );
    let scan = any(&home);
    assert_eq!(counts(&scan.totals()), (0, 300, 30, 1, 2, 90));
    assert_eq!((scan.lines, refused(&scan)), (3, vec![]));
    let of = |tier: Tier| scan.records.iter().find(|record| record.tier == tier).unwrap();
    assert_eq!(of(Tier::Standard).prompt_size, PromptSize::Above200k);
    let batch = of(Tier::Batch);
    assert_eq!((batch.prompt_size, batch.fast, batch.us_only), (PromptSize::UpTo200k, true, true));

    // Cursor: what was not charged is free, what was charged is not, and a row is never one request.
    let home = Home::new();
    home.file(
        "cursor.csv",
        "Date,User,Cloud Agent ID,Automation ID,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Requests\n\
         2026-10-20T10:00:00.000Z,u,,,\"Errored, No Charge\",m,No,10,20,30,40,100,1\n\
         2026-10-20T10:00:01.000Z,u,,,\"Aborted, Not Charged\",m,No,1,2,3,4,10,1\n\
         2026-10-20T10:00:02.000Z,u,,,Free,m,No,1,1,1,1,4,1\n\
         2026-10-20T10:00:03.000Z,u,,,Usage-based (charged),m,Yes,300000,0,0,5,300005,1\n",
    );
    let scan = any(&home);
    // Without cache 20 + 2 + 1; read 30 + 3 + 1; written 10 + 1 + 1 + 300,000; 40 + 4 + 1 + 5
    assert_eq!(counts(&scan.totals()), (4, 23, 34, 300_012, 0, 50));
    assert_eq!(scan.records.iter().filter(|record| record.free).count(), 3);
    assert!(scan.records.iter().all(|record| record.prompt_size == PromptSize::Unknown));

    // OpenAI: columns in another order, a count as 3.0, the cached part of the input, and a tier.
    let home = Home::new();
    home.file(
        "completions_usage.csv",
        "model,start_time,end_time,start_time_iso,end_time_iso,output_tokens,input_cached_tokens,input_tokens,num_model_requests,batch,service_tier\n\
         gpt-6.1-sol,1767323040,1767323100,2026-01-02T03:04:00+00:00,2026-01-02T03:05:00+00:00,7,60,100,3.0,false,priority\n\
         gpt-6.1-sol,1767323040,1767323100,2026-01-02T03:04:00+00:00,2026-01-02T03:05:00+00:00,7,60,100,3.0,false,priority\n\
         gpt-6.1-sol,1767323100,1767323160,2026-01-02T03:05:00+00:00,2026-01-02T03:06:00+00:00,1,0,\"1,000\",1.0,True,\n",
    );
    let scan = any(&home);
    // 40 + 40 + 1000; 60 + 60; 7 + 7 + 1; the rows that are alike are two keys' rows of one minute
    assert_eq!(counts(&scan.totals()), (7, 1080, 120, 0, 0, 15));
    assert_eq!(scan.records.iter().filter(|record| record.tier == Tier::Batch).count(), 1);
}

#[test]
fn the_report_of_codex_by_ccusage_counts_the_cached_in_the_input() {
    let home = Home::new();
    home.file(
        "codex.json",
        r#"{"daily":[{"date":"2026-10-20","inputTokens":1000,"cachedInputTokens":600,"outputTokens":50,"reasoningOutputTokens":20,"totalTokens":1050,"costUSD":0.1,"models":{"gpt-6.1-sol":{"inputTokens":700,"cachedInputTokens":500,"outputTokens":30,"reasoningOutputTokens":20,"totalTokens":730,"isFallback":false},"gpt-6-luna":{"inputTokens":300,"cachedInputTokens":100,"outputTokens":20,"totalTokens":320}}}],"totals":{"inputTokens":1000,"outputTokens":50}}"#,
    );
    let scan = any(&home);
    // Sol 200 and 500, Luna 200 and 100; 30 + 20
    assert_eq!(counts(&scan.totals()), (0, 400, 600, 0, 0, 50));
    assert!(scan.records.iter().all(|record| record.client == Client::Ccusage));
    assert_eq!(scan.records.len(), 2);
}

/// Each of the faults by itself, in one folder with a good file: each is named with its own reason and none costs another.
#[test]
fn every_fault_is_named_beside_what_is_read() {
    let home = Home::new();
    let good =
        |id: &'static str| Answer { session: "s", id, second: 1, counts: [1, 1, 0, 0], side: false, stop: true }.line();
    home.file("projects/good.jsonl", format!("{}\n", good("good")));
    home.file("projects/cut.jsonl", format!("{}\n{}", good("a"), &good("b")[..90]));
    home.file("projects/mark.jsonl", format!("\u{feff}{}\r\n\r\n{}\r\n", good("c"), good("d")));
    home.file(
        "projects/nul.jsonl",
        [b"\0\0\0\0\0\0", good("e").as_bytes(), b"\n\0\0\0\n", good("f").as_bytes()].concat(),
    );
    home.file("projects/utf16.jsonl", good("g").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    home.file("projects/list.json", "[{\"a\":1},{\"usage\":{\"input_tokens\":5}}]");
    home.file("projects/picture.bin", [0x89, b'P', b'N', b'G', 0, 1, 2, 3]);
    let mut broken = good("h").into_bytes();
    broken[20] = 0xfe;
    home.file("projects/bytes.jsonl", [&broken[..], b"\n", good("i").as_bytes()].concat());
    let scan = home.scan(Client::ClaudeCode);
    // good, a, c, d, e, f, i; and h, whose damaged byte lies in a field that is not needed, or costs it
    assert!((7..=8).contains(&scan.totals().responses), "{:?}", scan.totals());
    let named = |file: &str| {
        refused(&scan).into_iter().filter(|entry| entry.0 == file).map(|entry| (entry.1, entry.2)).collect::<Vec<_>>()
    };
    assert_eq!(named("cut.jsonl"), [(Some(2), Reason::Unfinished)]);
    for file in ["list.json", "picture.bin", "utf16.jsonl"] {
        assert_eq!(named(file), [(None, Reason::NotALog)], "{file}");
    }
    for file in ["good.jsonl", "mark.jsonl", "nul.jsonl"] {
        assert_eq!(named(file), [], "{file}");
    }
}
