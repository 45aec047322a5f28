//! Clients that keep SQLite files, made here by SQLite itself.

use crate::{Home, counts, refused};
use counterweight_usage::{Client, Options, PromptSize, Reason};
use rusqlite::{Connection, params};

fn message(input: u64, output: u64, reasoning: u64, read: u64, padding: usize) -> String {
    format!(
        r#"{{"role":"assistant","modelID":"glm-5.3","providerID":"zai","path":{{"cwd":"/hidden"}},"summary":"{}","time":{{"created":1767323045000}},"cost":0,"tokens":{{"input":{input},"output":{output},"reasoning":{reasoning},"cache":{{"read":{read},"write":1}}}}}}"#,
        "s".repeat(padding)
    )
}

fn opencode(path: &std::path::Path, page: u32) -> Connection {
    let database = Connection::open(path).unwrap();
    database.pragma_update(None, "page_size", page).unwrap();
    database.pragma_update(None, "foreign_keys", false).unwrap();
    database
        .execute_batch(
            "CREATE TABLE project (id text PRIMARY KEY, worktree text NOT NULL);
             CREATE TABLE `message` (`id` text PRIMARY KEY, `session_id` text NOT NULL, `time_created` integer, `data` text NOT NULL, CONSTRAINT `fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`));
             CREATE INDEX message_session ON message (session_id);",
        )
        .unwrap();
    database
}

fn add(database: &Connection, id: &str, data: &str) {
    database
        .execute("INSERT INTO message VALUES (?1, 's', 1, ?2) ON CONFLICT DO UPDATE SET data = ?2", params![id, data])
        .unwrap();
}

/// Two thousand messages of 10 in, 2 out and 3 of reasoning, 100 read and 1 written, from short ones to ones of 30 kB that
/// go on over other pages, in trees of several levels, and the same message as a file: each counts once.
#[test]
fn messages_in_a_database_are_each_counted_once() {
    for page in [512, 4096, 65_536] {
        let home = Home::new();
        let database = opencode(&home.path().join("opencode.db"), page);
        database.execute_batch("BEGIN").unwrap();
        for at in 0..2000 {
            add(&database, &format!("msg_{at}"), &message(10, 2, 3, 100, if at % 50 == 0 { 30_000 } else { at % 700 }));
        }
        add(&database, "msg_user", r#"{"role":"user","time":{"created":1767323045000}}"#);
        database.execute_batch("COMMIT; DELETE FROM message WHERE id = 'msg_7'").unwrap();
        drop(database);
        let file = message(10, 2, 3, 100, 0).replacen('{', r#"{"id":"msg_3","sessionID":"s","#, 1);
        home.file("storage/message/s/msg_3.json", file);
        for client in [None, Some(Client::OpenCode)] {
            let scan = home.scan_with(client, &Options::default());
            assert_eq!(refused(&scan), [], "{page} {client:?}");
            // 1,999 times 10, 100, 1 and 2 + 3
            assert_eq!(counts(&scan.totals()), (1999, 19_990, 199_900, 1999, 0, 9995));
            assert!(scan.records.iter().all(|record| record.client == Client::OpenCode));
            assert!(!format!("{scan:?}").contains("hidden"));
        }
    }
}

/// What is committed and still in the write-ahead log counts; what is not committed does not.
#[test]
fn the_write_ahead_log_is_read_as_far_as_it_is_committed() {
    let home = Home::new();
    let path = home.path().join("kilo.db");
    let mut database = opencode(&path, 4096);
    database.pragma_update(None, "journal_mode", "wal").unwrap();
    database.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    add(&database, "a", &message(1, 1, 0, 0, 9000));
    database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    add(&database, "b", &message(10, 1, 0, 0, 9000));
    add(&database, "a", &message(2, 1, 0, 0, 10));
    let open = database.transaction().unwrap();
    add(&open, "c", &message(100, 1, 0, 0, 9000));
    open.execute_batch("PRAGMA cache_spill = 1").unwrap();
    let scan = home.scan(Client::Kilo);
    // a as it was changed, and b: 2 + 10; written 1 + 1; 1 + 1
    assert_eq!((counts(&scan.totals()), refused(&scan)), ((2, 12, 0, 2, 0, 2), vec![]));
    assert!(scan.records.iter().all(|record| record.client == Client::Kilo));
    drop(open);
    // A frame whose sum is wrong ends the log: what comes after it never was.
    std::fs::copy(&path, home.path().join("copy.db")).unwrap();
    let mut log = std::fs::read(home.path().join("kilo.db-wal")).unwrap();
    let last = log.len() - 1;
    log[last] ^= 1;
    std::fs::write(home.path().join("copy.db-wal"), log).unwrap();
    std::fs::remove_file(home.path().join("kilo.db-wal")).ok();
    std::mem::forget(database);
    std::fs::remove_file(&path).unwrap();
    let scan = home.scan(Client::Kilo);
    // The last commit, of a, is lost: a as it was, and b.
    assert_eq!((counts(&scan.totals()), refused(&scan)), ((2, 11, 0, 2, 0, 2), vec![]));
}

#[test]
fn goose_and_hermes_keep_one_sum_a_session() {
    let home = Home::new();
    std::fs::create_dir_all(home.path().join("sessions")).unwrap();
    let database = Connection::open(home.path().join("sessions/sessions.db")).unwrap();
    database
        .execute_batch(
            r#"CREATE TABLE sessions (id TEXT PRIMARY KEY, description TEXT NOT NULL DEFAULT '', working_dir TEXT NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, input_tokens INTEGER, accumulated_total_tokens INTEGER, accumulated_input_tokens INTEGER, accumulated_output_tokens INTEGER, provider_name TEXT, model_config_json TEXT);
             INSERT INTO sessions VALUES ('a', 'secret', '/hidden', '2026-10-20 10:00:00', 7, 1200, 1000, 200, 'anthropic', '{"model_name":"claude-opus-5-5","context_limit":null}');
             INSERT INTO sessions VALUES ('b', 'secret', '/hidden', '2026-10-21 10:00:00', NULL, NULL, NULL, NULL, NULL, NULL);
             INSERT INTO sessions VALUES ('c', 'secret', '/hidden', 'once', 7, 3, 2, 1, 'x', NULL);"#,
        )
        .unwrap();
    drop(database);
    let scan = home.scan(Client::Goose);
    assert_eq!(counts(&scan.totals()), (0, 1000, 0, 0, 0, 200));
    let record = scan.records[0];
    assert_eq!((record.instant, record.prompt_size), ("2026-10-20T10:00:00Z".parse().unwrap(), PromptSize::Unknown));
    assert_eq!(
        (scan.names.get(record.model), scan.names.get(record.provider)),
        (Some("claude-opus-5-5"), Some("anthropic"))
    );
    assert_eq!(refused(&scan), [("sessions.db".to_owned(), Some(3), Reason::NoTime, 1)]);

    let home = Home::new();
    let database = Connection::open(home.path().join("state.db")).unwrap();
    database
        .execute_batch(
            "CREATE TABLE sessions (id TEXT PRIMARY KEY, model TEXT, billing_provider TEXT, started_at REAL NOT NULL, input_tokens INTEGER DEFAULT 0, output_tokens INTEGER DEFAULT 0, cache_read_tokens INTEGER DEFAULT 0, reasoning_tokens INTEGER DEFAULT 0, estimated_cost_usd REAL, actual_cost_usd REAL);
             INSERT INTO sessions VALUES ('h', 'glm-5.3', 'zai', 1767323045.25, 300, 40, 5000, 10, 0.5, 0.25);
             ALTER TABLE sessions ADD COLUMN cache_write_tokens INTEGER DEFAULT 0;",
        )
        .unwrap();
    drop(database);
    for client in [None, Some(Client::Hermes)] {
        let scan = home.scan_with(client, &Options::default());
        assert_eq!((counts(&scan.totals()), refused(&scan)), ((0, 300, 5000, 0, 0, 40), vec![]));
        assert_eq!(scan.records[0].billed_nanodollars, Some(250_000_000));
        assert_eq!(scan.records[0].instant, "2026-01-02T03:04:05.25Z".parse().unwrap());
    }
}

#[test]
fn other_databases_and_damage_are_named() {
    let home = Home::new();
    home.file("head.db", b"SQLite format 3\0and so on");
    let database = Connection::open(home.path().join("other.db")).unwrap();
    database.execute_batch("CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT)").unwrap();
    drop(database);
    let named = |home: &Home| refused(&home.scan_with(None, &Options::default()));
    assert_eq!(
        named(&home),
        [("head.db".to_owned(), None, Reason::Database, 0), ("other.db".to_owned(), None, Reason::Database, 0)]
    );

    // Any byte turned around: what is read is no more than there was or is named, and it ends.
    let home = Home::new();
    let path = home.path().join("opencode.db");
    let database = opencode(&path, 512);
    (0..40).for_each(|at| add(&database, &format!("m{at}"), &message(10, 2, 3, 100, at * 40)));
    drop(database);
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(37) {
        let mut bytes = whole.clone();
        bytes[at] = !bytes[at];
        std::fs::write(&path, bytes).unwrap();
        assert!(home.scan(Client::OpenCode).records.len() <= 45);
    }
    for length in [0, 50, 100, 512, 1000, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        let scan = home.scan(Client::OpenCode);
        assert!(length == 0 || !scan.refused.is_empty(), "{length}");
    }
    // A tree that leads back into itself.
    let mut bytes = whole;
    for (number, page) in (1u32..).zip(bytes.chunks_exact_mut(512)) {
        if page[0] == 5 {
            page[8..12].copy_from_slice(&number.to_be_bytes());
        }
    }
    std::fs::write(&path, bytes).unwrap();
    assert!(!home.scan(Client::OpenCode).refused.is_empty());
}
