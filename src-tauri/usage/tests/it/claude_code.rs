//! Claude Code's transcripts: parts, copies, side lines, subagents, gateways.

use crate::{Home, counts, refused};
use counterweight_usage::{Client, Grade, Options, Reason, Shortfall, group};

/// A line of an answer. `counts` is input, output, cache write, cache read.
pub(crate) struct Answer<'a> {
    pub(crate) session: &'a str,
    pub(crate) id: &'a str,
    pub(crate) second: u32,
    pub(crate) counts: [u64; 4],
    pub(crate) side: bool,
    pub(crate) stop: bool,
}

impl Answer<'_> {
    pub(crate) fn message(&self) -> String {
        let [input, output, write, read] = self.counts;
        let stop = if self.stop { "\"end_turn\"" } else { "null" };
        let id = if self.id.is_empty() { "null".to_owned() } else { format!("{:?}", self.id) };
        format!(
            r#"{{"id":{id},"role":"assistant","model":"claude-opus-5","content":[{{"type":"text","text":"secret \"usage\""}}],"stop_reason":{stop},"usage":{{"input_tokens":{input},"output_tokens":{output},"cache_creation_input_tokens":{write},"cache_read_input_tokens":{read},"service_tier":"standard"}}}}"#
        )
    }

    pub(crate) fn line(&self) -> String {
        format!(
            r#"{{"type":"assistant","timestamp":"{}","sessionId":"{}","cwd":"/home/me/hidden","isSidechain":{},"message":{}}}"#,
            self.time(),
            self.session,
            self.side,
            self.message()
        )
    }

    pub(crate) fn wrapped(&self) -> String {
        format!(
            r#"{{"type":"progress","sessionId":"{}","isSidechain":false,"data":{{"type":"agent_progress","message":{{"timestamp":"{}","message":{}}}}}}}"#,
            self.session,
            self.time(),
            self.message()
        )
    }

    pub(crate) fn time(&self) -> String {
        format!("2026-03-01T10:{:02}:{:02}.000Z", self.second / 60, self.second % 60)
    }
}

fn main_line<'a>(session: &'a str, id: &'a str, second: u32, counts: [u64; 4]) -> Answer<'a> {
    Answer { session, id, second, counts, side: false, stop: true }
}

fn side_line<'a>(session: &'a str, id: &'a str, second: u32, counts: [u64; 4]) -> Answer<'a> {
    Answer { side: true, ..main_line(session, id, second, counts) }
}

#[test]
fn parts_of_an_answer_count_once_with_the_last_output() {
    let home = Home::new();
    home.lines(
        "projects/p/s.jsonl",
        &[
            main_line("s", "a", 1, [10, 1, 100, 1000]).line(),
            main_line("s", "a", 2, [10, 8, 100, 1000]).line(),
            main_line("s", "a", 3, [10, 57, 100, 1000]).line(),
            main_line("s", "b", 4, [20, 5, 0, 1100]).line(),
        ],
    );
    // 10+20, 1000+1100, 100, 57+5
    assert_eq!(counts(&home.scan(Client::ClaudeCode).totals()), (2, 30, 2100, 100, 0, 62));
}

#[test]
fn copies_in_resumed_sessions_and_replays_count_once() {
    let home = Home::new();
    home.lines("projects/p/s.jsonl", &[main_line("s", "a", 1, [10, 57, 100, 1000]).line()]);
    home.lines(
        "projects/p/t.jsonl",
        &[
            main_line("t", "a", 1, [10, 57, 100, 1000]).line(),
            main_line("t", "b", 5, [1, 2, 3, 4]).line(),
            // The same answer, told again on a side line with other cache counts, as a side question does.
            side_line("t", "b", 6, [1, 2, 0, 7]).line(),
        ],
    );
    // a: 10, 57, 100, 1000; b: 1, 2, 3, 4
    assert_eq!(counts(&home.scan(Client::ClaudeCode).totals()), (2, 11, 1004, 103, 0, 59));
}

#[test]
fn the_main_line_wins_over_a_side_line_with_more_output() {
    let home = Home::new();
    home.lines("projects/p/s.jsonl", &[side_line("s", "a", 1, [10, 99, 1, 1]).line()]);
    home.lines("projects/p/t.jsonl", &[main_line("s", "a", 1, [10, 50, 1, 1]).line()]);
    let scan = home.scan(Client::ClaudeCode);
    assert_eq!(counts(&scan.totals()), (1, 10, 1, 1, 0, 50));
    assert!(!scan.records[0].sidechain);
}

#[test]
fn work_of_subagents_counts_once_in_its_file_and_in_the_wrapper() {
    let home = Home::new();
    home.lines(
        "projects/p/s.jsonl",
        &[
            main_line("s", "a", 1, [1, 1, 1, 1]).line(),
            side_line("s", "sub1", 2, [100, 3, 0, 0]).wrapped(),
            side_line("s", "sub2", 3, [200, 30, 0, 0]).wrapped(),
        ],
    );
    home.lines("projects/p/s/subagents/agent-1.jsonl", &[side_line("s", "sub1", 2, [100, 40, 0, 0]).line()]);
    // 1 + 100 + 200; the whole output of sub1 is in its own file: 1 + 40 + 30
    assert_eq!(counts(&home.scan(Client::ClaudeCode).totals()), (3, 301, 1, 1, 0, 71));
}

#[test]
fn answers_of_a_gateway_with_one_id_stay_apart() {
    let home = Home::new();
    let mut lines = Vec::new();
    for at in 0..100u64 {
        let second = at as u32 * 2;
        lines.push(main_line("s", "gen-0", second, [1000 + at, 1, 0, 0]).line());
        lines.push(main_line("s", "gen-0", second + 1, [1000 + at, 10, 0, 0]).line());
    }
    // Side lines of such an id are answers of their own.
    lines.push(side_line("s", "gen-0", 300, [5000, 7, 0, 0]).line());
    home.lines("projects/p/s.jsonl", &lines);
    // 100 x 1000 + (0 + ... + 99 = 4950) + 5000; 100 x 10 + 7
    assert_eq!(counts(&home.scan(Client::ClaudeCode).totals()), (101, 109_950, 0, 0, 0, 1007));

    // With no prompt counts either, the time tells them apart; a copy has the same time.
    let home = Home::new();
    let lines: Vec<String> = (0..9).map(|at| main_line("s", "gen-0", at, [0, 11, 0, 0]).line()).collect();
    home.lines("projects/p/s.jsonl", &lines);
    home.lines("projects/p/t.jsonl", &lines);
    assert_eq!(home.scan(Client::ClaudeCode).totals().output, 99);
}

#[test]
fn answers_without_an_id_are_known_by_session_time_and_counts() {
    let home = Home::new();
    let lines = [
        main_line("s", "", 1, [10, 5, 0, 0]).line(),
        main_line("s", "", 2, [10, 5, 0, 0]).line(),
        main_line("s", "", 2, [10, 6, 0, 0]).line(),
    ];
    home.lines("projects/p/s.jsonl", &lines);
    home.lines("projects/p/copy.jsonl", &lines);
    assert_eq!(counts(&home.scan(Client::ClaudeCode).totals()), (3, 30, 0, 0, 0, 16));
}

#[test]
fn cache_writes_are_split_by_their_time_to_live() {
    let home = Home::new();
    let line = |id: &str, writes: &str| {
        format!(
            r#"{{"type":"assistant","timestamp":"2026-03-01T10:00:00Z","sessionId":null,"requestId":null,"version":null,"costUSD":null,
"message":{{"id":"{id}","model":null,"usage" : {{"input_tokens":"1","output_tokens":2.0,"cache_read_input_tokens":null,
"cache_creation_input_tokens":50,{writes},"speed":null,"server_tool_use":{{"web_search_requests":3}}}}}}}}"#
        )
        .replace('\n', "")
    };
    home.lines(
        "projects/p/s.jsonl",
        &[
            line("a", r#""cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":30}"#),
            line("b", r#""cache_creation":null"#),
            line("c", r#""cache_creation":{"ephemeral_5m_input_tokens":null,"ephemeral_1h_input_tokens":7}"#),
        ],
    );
    let scan = home.scan(Client::ClaudeCode);
    // 5 minutes: 20 + 50 + 0; an hour: 30 + 0 + 7
    assert_eq!(counts(&scan.totals()), (3, 3, 0, 70, 37, 6));
    assert_eq!(scan.totals().web_searches, 9);
    // Without an id of the session, the file names it.
    assert_eq!(scan.names.get(scan.records[0].session), Some("s"));
    assert_eq!(scan.names.get(scan.records[0].model), None);
    assert_eq!(refused(&scan), []);
}

#[test]
fn failed_requests_use_nothing_and_tell_when_a_limit_is_lifted() {
    let home = Home::new();
    let stub = |text: &str| {
        format!(
            r#"{{"type":"assistant","timestamp":"2026-03-01T10:00:00Z","isApiErrorMessage":true,"sessionId":"s","message":{{"id":"x","model":"<synthetic>","content":[{{"type":"text","text":"{text}"}}],"usage":{{"input_tokens":0,"output_tokens":0}}}}}}"#
        )
    };
    home.lines(
        "projects/p/s.jsonl",
        &[
            stub("Claude AI usage limit reached|1767323045"),
            stub("API Error"),
            main_line("s", "a", 1, [1, 2, 3, 4]).line(),
        ],
    );
    let scan = home.scan(Client::ClaudeCode);
    assert_eq!((scan.records.len(), scan.failed_requests), (1, 2));
    assert_eq!(scan.limits, ["2026-01-02T03:04:05Z".parse().unwrap()]);
}

#[test]
fn names_of_projects_are_kept_only_when_asked_for_and_words_never() {
    let home = Home::new();
    home.lines("projects/p/s.jsonl", &[main_line("s", "a", 1, [1, 2, 3, 4]).line()]);
    let scan = home.scan(Client::ClaudeCode);
    let all = format!("{scan:?}");
    assert!(!all.contains("hidden") && !all.contains("secret"), "{all}");
    let scan = home.scan_with(Some(Client::ClaudeCode), &Options { projects: true, ..Options::default() });
    assert_eq!(scan.names.get(scan.records[0].project), Some("/home/me/hidden"));
    assert!(!format!("{scan:?}").contains("secret"));
}

#[test]
fn sessions_with_outputs_of_begun_answers_are_graded_low() {
    let home = Home::new();
    home.file("settings.json", r#"{"env":{"KEY":"secret"},"cleanupPeriodDays":90}"#);
    let begun = |at: u32| Answer { stop: false, ..main_line("bad", "", at, [10, 3, 0, 0]) }.line();
    home.lines("projects/p/bad.jsonl", &(0..6).map(begun).collect::<Vec<_>>());
    let good = |at: u32| main_line("good", "", at, [10, 3, 0, 0]).line();
    home.lines("projects/p/good.jsonl", &(0..6).map(good).collect::<Vec<_>>());
    let completeness = home.scan(Client::ClaudeCode).completeness;
    assert_eq!(completeness.grade, Grade::Low);
    assert_eq!(
        completeness.shortfalls,
        [Shortfall::Deleted { after_days: 90 }, Shortfall::Undercounted { sessions: 1, answers: 6 }]
    );
    std::fs::remove_file(home.path().join("projects/p/bad.jsonl")).unwrap();
    assert_eq!(home.scan(Client::ClaudeCode).completeness.grade, Grade::Partial);
}

#[test]
fn an_answer_that_was_finished_in_any_part_is_not_undercounted() {
    let home = Home::new();
    let begun = |at: u32, id: &'static str| Answer { stop: false, ..main_line("s", id, at, [10, 3, 0, 0]) };
    let ids = ["a", "b", "c", "d", "e"];
    let mut lines: Vec<String> = ids.iter().map(|id| begun(1, id).line()).collect();
    lines.extend(ids.iter().map(|id| Answer { stop: true, ..begun(2, id) }.line()));
    home.lines("projects/p/s.jsonl", &lines);
    let scan = home.scan(Client::ClaudeCode);
    assert_eq!(scan.totals().responses, 5);
    assert!(scan.records.iter().all(|record| !record.unfinished));
}

#[test]
fn a_bad_line_costs_only_itself_and_is_named() {
    let home = Home::new();
    let good = |id: &'static str| main_line("s", id, 1, [1, 1, 0, 0]).line();
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(format!("{}\r\n\r\n{{\"type\":\r\nnot json\n", good("a")).bytes());
    bytes.extend(b"\0\0\0\0");
    bytes.extend(format!("{}\n", good("b")).bytes());
    bytes.extend(good("c").replace("secret", "se\u{1}cret").bytes());
    bytes.extend(b"\n");
    let mut broken = good("d").into_bytes();
    let at = broken.windows(6).position(|window| window == b"secret").unwrap();
    broken[at] = 0xff;
    bytes.extend(&broken);
    bytes.extend(b"\n");
    let mut broken = good("e").replace("claude-opus-5", "claude-opus-X").into_bytes();
    let at = broken.iter().position(|byte| *byte == b'X').unwrap();
    broken[at] = 0xff;
    bytes.extend(&broken);
    bytes.extend(format!("\n{}\n", good("f").replace("timestamp", "time")).bytes());
    bytes.extend(&good("g").as_bytes()[..80]);
    home.file("projects/p/s.jsonl", bytes);
    let scan = home.scan(Client::ClaudeCode);
    // a, b after padding, d with a broken text, e with a broken model; c has a raw control character.
    assert_eq!(scan.totals().responses, 4);
    assert_eq!(
        refused(&scan),
        [
            ("s.jsonl".into(), Some(3), Reason::NotJson, 3),
            ("s.jsonl".into(), Some(9), Reason::NoTime, 1),
            ("s.jsonl".into(), Some(10), Reason::Unfinished, 1),
        ]
        .map(|(name, line, reason, lines): (String, _, _, _)| (name, line, reason, lines))
        .into_iter()
        .collect::<Vec<_>>()
    );
    assert_eq!((scan.files, scan.lines), (1, 10));
}

#[test]
fn models_are_kept_apart() {
    let home = Home::new();
    let lines = [
        main_line("s", "a", 1, [1, 1, 0, 0]).line(),
        main_line("s", "b", 1, [1, 2, 0, 0]).line().replace("claude-opus-5", "glm-5.3"),
    ];
    home.lines("projects/p/s.jsonl", &lines);
    let scan = home.scan(Client::ClaudeCode);
    let by_model = group(&scan.records, |record| {
        (scan.names.get(record.model).unwrap_or("").to_owned(), scan.names.get(record.provider).map(str::to_owned))
    });
    let by_model: Vec<_> = by_model.into_iter().map(|(key, totals)| (key, totals.output)).collect();
    assert_eq!(by_model, [(("claude-opus-5".into(), Some("anthropic".into())), 1), (("glm-5.3".into(), None), 2)]);
}
