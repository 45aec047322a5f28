//! A process that imports is killed at moments spread over the import: the history then holds all of it or nothing, and the
//! library opens.
#![allow(missing_docs)]

use counterweight_app::usage::history::{self, ImportRequest};
use counterweight_app::usage::{By, history::HistoryReport};
use counterweight_app::{App, ErrorBody, Host};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const LIBRARY: &str = "COUNTERWEIGHT_TEST_IMPORT_LIBRARY";
const LOGS: &str = "COUNTERWEIGHT_TEST_IMPORT_LOGS";
const TRIALS: u32 = 20;
/// Answers of one import; each is a row of its own.
const ANSWERS: u64 = 3000;

struct Here(PathBuf);

impl Host for Here {
    fn data_dir(&self) -> Result<PathBuf, ErrorBody> {
        Ok(self.0.clone())
    }
}

#[test]
#[ignore = "run by the test below, which kills it"]
fn child_imports_until_it_is_killed() {
    let (Some(library), Some(logs)) = (std::env::var_os(LIBRARY), std::env::var_os(LOGS)) else { return };
    let app = App::open(Here(library.into())).unwrap();
    println!("\nopen");
    let request = ImportRequest { roots: vec![logs.into()], ..ImportRequest::default() };
    history::import(&app, &request, &|_| (), &AtomicBool::new(false)).unwrap();
    println!("\nkept");
}

fn child(library: &Path, logs: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child_imports_until_it_is_killed", "--ignored", "--nocapture"]);
    command.env(LIBRARY, library).env(LOGS, logs).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until the child says this; false if it ended before.
fn says(lines: &mut impl BufRead, word: &str) -> bool {
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap_or(0) > 0 {
        if line.trim() == word {
            return true;
        }
        line.clear();
    }
    false
}

fn logs(folder: &Path, trial: u32) {
    std::fs::create_dir_all(folder).unwrap();
    let line = |n: u64| {
        format!(
            r#"{{"type":"assistant","sessionId":"t{trial}-{n}","timestamp":"2026-10-{:02}T10:00:00Z","message":{{"id":"t{trial}-{n}","model":"claude-opus-5-5","usage":{{"input_tokens":1,"output_tokens":1}}}}}}"#,
            n % 28 + 1
        ) + "\n"
    };
    std::fs::write(folder.join("log.jsonl"), (0..ANSWERS).map(line).collect::<String>()).unwrap();
}

fn kept(library: &Path) -> HistoryReport {
    let app = App::open(Here(library.to_owned())).expect("the library opens after a kill");
    history::history(&app, By::Month, Some("UTC"), None, None).unwrap()
}

#[test]
fn a_kill_leaves_all_of_an_import_or_nothing() {
    let folder = TempDir::new().unwrap();
    let (library, home) = (folder.path().join("library"), folder.path().join("home"));
    std::fs::create_dir_all(&library).unwrap();
    logs(&home, 0);
    let mut whole = child(&library, &home);
    let mut lines = BufReader::new(whole.stdout.take().unwrap());
    assert!(says(&mut lines, "open"));
    let begun = Instant::now();
    assert!(says(&mut lines, "kept"), "an import that nobody kills is kept");
    let whole_time = begun.elapsed();
    whole.wait().unwrap();
    let mut before = kept(&library);
    assert_eq!((before.totals.requests, before.imports.len()), (ANSWERS, 1));
    let mut nothing = 0;
    for trial in 1..=TRIALS {
        logs(&home, trial);
        let mut killed = child(&library, &home);
        let mut lines = BufReader::new(killed.stdout.take().unwrap());
        assert!(says(&mut lines, "open"));
        std::thread::sleep(
            whole_time.mul_f64(1.1 * f64::from(trial - 1) / f64::from(TRIALS)).min(Duration::from_secs(5)),
        );
        killed.kill().unwrap();
        killed.wait().unwrap();
        let acknowledged = says(&mut lines, "kept");
        let after = kept(&library);
        let added = after.totals.requests - before.totals.requests;
        assert!(added == 0 || added == ANSWERS, "trial {trial} left {added} of {ANSWERS}");
        assert!(added == ANSWERS || !acknowledged, "trial {trial} lost what was said to be kept");
        assert_eq!(after.imports.len() - before.imports.len(), usize::from(added > 0), "trial {trial}");
        nothing += u32::from(added == 0);
        before = after;
    }
    assert!(nothing > 0, "no import was killed before its end");
    println!("{TRIALS} kills: {nothing} left nothing, {} left all", TRIALS - nothing);
}
