//! `cargo run --release -p counterweight-usage --example bench_usage -- --cw PROGRAM [--ccusage PROGRAM] [--folder DIR]`
//!
//! Writes the corpus of 200 MB, 500,000 lines and 1,800 files and the single dense file of 1 GB below DIR, unless they
//! are there; runs `cw usage scan` on them, in turn with ccusage on the first; checks the sums against the truth to
//! the token; and prints a table in Markdown. It fails when a sum is wrong, and says which bars are missed.
//!
//! Each program runs once unmeasured, which warms the disk cache. Peak memory is what Linux calls VmHWM, of the
//! program and its children, read every two milliseconds until it ends. ccusage's program is the native one of its npm
//! package (`npm install ccusage@20.0.24`, then `node_modules/@ccusage/ccusage-linux-x64/bin/ccusage`).

mod corpus;

use corpus::Corpus;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error>;

const RUNS: usize = 7;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).map(PathBuf::from)
    };
    let cw = after("--cw").ok_or("give the release build of cw: --cw target/release/cw")?;
    let peer = after("--ccusage");
    let folder = after("--folder").unwrap_or_else(|| std::env::temp_dir().join("counterweight-bench-usage"));
    let many = corpus(&folder.join("many"), |corpus| corpus.write(200_000_000, 1800, 500_000))?;
    let one = corpus(&folder.join("one"), |corpus| corpus.write_dense(1_000_000_000))?;
    println!("load average {}\n", load());
    println!("| corpus | reader | sums | wall s, median (least to most) | CPU s, median | peak MB |");
    println!("|---|---|---|---|---|---|");
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for run in 0..=RUNS {
        let mine = run_cw(&cw, &many, &folder.join("many"))?;
        let other = peer.as_deref().map(|peer| run_ccusage(peer, &many, &folder.join("many"))).transpose()?;
        if run > 0 {
            ours.push(mine);
            theirs.extend(other);
        }
    }
    row("200 MB, 500,000 lines, 1,800 files", "cw usage scan", &ours);
    if !theirs.is_empty() {
        row("the same", "ccusage, offline", &theirs);
    }
    let mut dense = Vec::new();
    for run in 0..=2 {
        let mine = run_cw(&cw, &one, &folder.join("one"))?;
        if run > 0 {
            dense.push(mine);
        }
    }
    row("one file of 1 GB, every line an answer", "cw usage scan", &dense);
    println!("\nload average at the end {}", load());
    for (what, figure, bar) in [
        ("median wall time of the corpus, s", median(&ours, |run| run.wall), 0.8),
        ("peak memory of the corpus, MB", most(&ours), 40.0),
        ("peak memory of the single file, MB", most(&dense), 45.0),
    ] {
        println!("{what}: {figure:.2}, bar {bar}: {}", if figure <= bar { "met" } else { "MISSED" });
    }
    if ours.iter().chain(&dense).any(|run| !run.exact) {
        return Err("the sums of cw are not those of the corpus".into());
    }
    Ok(())
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').next().unwrap_or("unknown").to_owned()
}

/// Input, output, cache read and cache write, in tokens.
type Truth = [u64; 4];

fn corpus(folder: &Path, write: impl FnOnce(&mut Corpus) -> Result<(), Failure>) -> Result<Truth, Failure> {
    let kept = folder.join("truth.json");
    if !kept.exists() {
        let mut corpus = Corpus::new(folder, 1);
        write(&mut corpus)?;
        std::fs::write(&kept, corpus.truth())?;
    }
    let said: serde_json::Value = serde_json::from_slice(&std::fs::read(kept)?)?;
    let count = |name: &str| said["totals"][name].as_u64().unwrap_or(0);
    let written = count("cacheWrite5m") + count("cacheWrite1h");
    Ok([count("input"), count("output"), count("cacheRead"), written])
}

struct Run {
    wall: f64,
    cpu: f64,
    peak_mb: f64,
    exact: bool,
    /// How far each sum is from the truth, as a share of it.
    off: [f64; 4],
}

fn run_cw(cw: &Path, truth: &Truth, folder: &Path) -> Result<Run, Failure> {
    let mut command = Command::new(cw);
    command.args(["usage", "scan", "--json", "--tz", "UTC", "--client", "claude-code", "--root"]).arg(folder);
    measure(&mut command, truth, ["input", "output", "cacheRead", "cacheWrite"])
}

fn run_ccusage(peer: &Path, truth: &Truth, folder: &Path) -> Result<Run, Failure> {
    let mut command = Command::new(peer);
    command.args(["claude", "daily", "--json", "--offline", "--timezone", "UTC"]).env("CLAUDE_CONFIG_DIR", folder);
    measure(&mut command, truth, ["inputTokens", "outputTokens", "cacheReadTokens", "cacheCreationTokens"])
}

fn measure(command: &mut Command, truth: &Truth, names: [&str; 4]) -> Result<Run, Failure> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut stdout = child.stdout.take().ok_or("no output")?;
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut stdout, &mut text).map(|_| text)
    });
    let (mut peak, mut ticks) = (0, 0);
    let status = loop {
        let (now_peak, now_ticks) = watched(child.id());
        peak = peak.max(now_peak);
        ticks = ticks.max(now_ticks);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let wall = start.elapsed().as_secs_f64();
    let text = reader.join().map_err(|_| "the output could not be read")??;
    if !status.success() {
        return Err(format!("{command:?} ended with {status}").into());
    }
    let answer: serde_json::Value = serde_json::from_slice(&text)?;
    let sums = names.map(|name| answer["totals"][name].as_u64().unwrap_or(0));
    let mut off = [0.0; 4];
    for (at, off) in off.iter_mut().enumerate() {
        *off = (sums[at] as f64 - truth[at] as f64) / truth[at].max(1) as f64;
    }
    // A clock tick of the kernel's accounts is a hundredth of a second.
    Ok(Run { wall, cpu: ticks as f64 / 100.0, peak_mb: peak as f64 * 1024.0 / 1e6, exact: sums == *truth, off })
}

/// Peak memory in kilobytes and processor time in ticks, of a process and its children.
fn watched(process: u32) -> (u64, u64) {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/{process}/{name}")).unwrap_or_default();
    let status = read("status");
    let own = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
    // Fields 14 and 15 of `stat`, counted behind the name, which may hold spaces.
    let stat = read("stat");
    let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let tick = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    let children = read(&format!("task/{process}/children"));
    children
        .split_whitespace()
        .filter_map(|child| child.parse().ok())
        .map(watched)
        .fold((own.unwrap_or(0), tick(11) + tick(12)), |(peak, ticks), child| (peak + child.0, ticks + child.1))
}

fn median(runs: &[Run], figure: impl Fn(&Run) -> f64) -> f64 {
    let mut figures: Vec<f64> = runs.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn most(runs: &[Run]) -> f64 {
    runs.iter().map(|run| run.peak_mb).fold(0.0, f64::max)
}

fn row(corpus: &str, reader: &str, runs: &[Run]) {
    let least = runs.iter().map(|run| run.wall).fold(f64::INFINITY, f64::min);
    let longest = runs.iter().map(|run| run.wall).fold(0.0, f64::max);
    let sums = match runs.iter().all(|run| run.exact) {
        true => "exactly the truth".to_owned(),
        false => {
            let [input, output, read, write] = runs[0].off.map(|off| off * 100.0);
            format!("input {input:+.1} %, output {output:+.1} %, cache read {read:+.1} %, cache write {write:+.1} %")
        }
    };
    println!(
        "| {corpus} | {reader} | {sums} | {:.2} ({least:.2} to {longest:.2}) | {:.2} | {:.0} |",
        median(runs, |run| run.wall),
        median(runs, |run| run.cpu),
        most(runs)
    );
}
