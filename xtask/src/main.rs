//! `cargo xtask`: what a person types to open, test and measure the application.
//!
//! Each command first brings up what it needs (system packages, npm packages, the built interface) and then does its
//! job, so that a fresh machine with Rust on it needs no list of steps. It uses the standard library alone, because
//! it is compiled before anything else can happen. It must never know a rule of the application: it only starts
//! programs. Start reading at [`run::run`] and [`test::test`].

mod bench;
mod process;
mod run;
mod screen;
mod system;
mod test;
mod ui;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  run [--dev]      install what is missing, build, open the application (--dev: with hot reload)
  test             everything that CI runs, cheapest first
  bench start      time to the first accepted key press, beside a bare Tauri window
  bench slider     time from a moved slider to the repainted answer
  bench futures    time to sample 10,000 futures of four offers
  bench value      time to value offers after tax
  bench tokens     time to simulate three token budgets
  bench usage      time to read a corpus of agent logs, beside ccusage when its path is given";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["run"] => run::run(run::Mode::Release),
        ["run", "--dev"] => run::run(run::Mode::Dev),
        ["test"] => test::test(),
        ["bench", "start"] => bench::start::start(),
        ["bench", "slider"] => bench::slider::slider(),
        ["bench", "futures"] => bench::futures::futures(),
        ["bench", "value"] => bench::value::value(),
        ["bench", "tokens"] => bench::tokens::tokens(),
        ["bench", "usage"] => bench::usage::usage(None),
        ["bench", "usage", ccusage] => bench::usage::usage(Some(ccusage)),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}
