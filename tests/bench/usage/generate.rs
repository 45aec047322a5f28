//! Writes a corpus of Claude Code transcripts whose true use is known, and prints that truth as JSON.
//!
//! `cargo run --release -p counterweight-usage --example generate_claude_logs -- FOLDER [MEGABYTES] [FILES] [LINES] [SEED]`
//!
//! FOLDER becomes a home with `projects/`. With `dense FOLDER [MEGABYTES]` it is one file in which every line is an
//! answer of its own. With `read FOLDER` it reads such a home, and prints what it read, the seconds it took and the
//! most memory it held.

mod corpus;

use corpus::{Corpus, said};
use counterweight_usage::{Client, Options, Root, Totals, scan_each};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, usual: u64| arguments.get(at).map_or(Ok(usual), |text| text.parse());
    let folder = || arguments.get(1).ok_or("which folder?");
    match arguments.first().map(String::as_str) {
        Some("read") => read(Path::new(folder()?)),
        Some("dense") => {
            let mut corpus = Corpus::new(Path::new(folder()?), 1);
            corpus.write_dense(number(2, 1000)? * 1_000_000)?;
            println!("{}", corpus.truth());
            Ok(())
        }
        Some(folder) => {
            let (bytes, files) = (number(1, 200)? * 1_000_000, number(2, 1800)?);
            let mut corpus = Corpus::new(Path::new(folder), number(4, 1)?);
            corpus.write(bytes, files, number(3, 500_000)?)?;
            println!("{}", corpus.truth());
            Ok(())
        }
        None => Err("give a folder to write to".into()),
    }
}

fn read(folder: &Path) -> Result<(), Failure> {
    let root = Root { path: folder.to_path_buf(), client: Some(Client::ClaudeCode) };
    let start = Instant::now();
    let (mut totals, mut days): (Totals, BTreeMap<String, Totals>) = Default::default();
    let mut day = (i64::MIN, String::new());
    let scan = scan_each(&[root], &Options::default(), &|_| (), &AtomicBool::new(false), &mut |_, record| {
        totals.add(record);
        let number = record.instant.as_second().div_euclid(86_400);
        if number != day.0 {
            day = (number, record.day(&TimeZone::UTC).to_string());
        }
        days.entry(day.1.clone()).or_default().add(record);
    })?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{}", said(&totals, days));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    eprintln!(
        "{seconds:.3} s, {peak}, {} files, {} lines, {} bytes, {} answers, refused {:?}",
        scan.files, scan.lines, scan.bytes, totals.responses, scan.refused
    );
    Ok(())
}
