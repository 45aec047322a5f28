//! `cargo xtask test`: everything CI runs, cheapest first, stopping at the first failure.
//!
//! The libraries come before the shell, because they need no window toolkit and fail in a minute; the shell is built
//! once, in the development profile with the features its own tests need, and the desktop lane drives that binary.

use crate::process::{Outcome, answer, cargo, finish, is_ci, program};
use crate::screen::{Bus, Screen};
use crate::{system, ui};
use std::time::{Duration, Instant};

/// The one feature set the shell is built with here; a second one would build the web view bindings twice.
const DESKTOP: &str = "desktop-lane";

/// Runs every step and prints what each one took.
///
/// # Errors
/// The first step that failed, by name.
pub fn test() -> Outcome {
    let mut steps = Steps::default();
    steps.run("system packages", || {
        system::provide(&[system::BUILD, system::NODE, system::BROWSER, system::SCREEN, system::DRIVER])
    })?;
    steps.run("format", || finish("cargo fmt", &mut cargo(["fmt", "--all", "--check"])))?;
    steps.run("lints of the libraries", || {
        finish(
            "cargo clippy",
            cargo(["clippy", "--workspace", "--exclude", "counterweight", "--all-targets"])
                .args(["--", "-D", "warnings"]),
        )
    })?;
    steps.run("tests of the libraries", library_tests)?;
    steps.run("interface: packages", ui::install)?;
    steps.run("interface: types and rules", || finish("npm run check", &mut ui::npm(&["run", "check"])))?;
    steps.run("interface: unit tests", || finish("npm test", &mut ui::npm(&["test"])))?;
    steps.run("interface: build", ui::build)?;
    steps.run("browser lane", browser_lane)?;
    steps.run("lints of the shell", || {
        finish(
            "cargo clippy",
            cargo(["clippy", "--package", "counterweight", "--all-targets", "--features", DESKTOP])
                .args(["--", "-D", "warnings"]),
        )
    })?;
    steps.run("shell: build", || {
        finish(
            "cargo test --no-run",
            &mut cargo(["test", "--package", "counterweight", "--features", DESKTOP, "--no-run"]),
        )
    })?;
    steps.run("shell: tests", || {
        finish(
            "cargo test",
            &mut cargo([
                "test",
                "--package",
                "counterweight",
                "--features",
                DESKTOP,
                "--lib",
                "--bins",
                "--test",
                "it",
            ]),
        )
    })?;
    steps.run("desktop lane", desktop_lane)?;
    steps.report();
    println!("\nAll {} steps passed.", steps.done.len());
    Ok(())
}

#[derive(Default)]
struct Steps {
    done: Vec<(&'static str, Duration)>,
}

impl Steps {
    fn run(&mut self, name: &'static str, step: impl FnOnce() -> Outcome) -> Outcome {
        println!("\n== {name}");
        let begin = Instant::now();
        let outcome = step();
        let took = begin.elapsed();
        match outcome {
            Ok(()) => {
                println!("== {name}: passed in {}", seconds(took));
                self.done.push((name, took));
                Ok(())
            }
            Err(reason) => {
                self.report();
                Err(format!("\nFAILED at \"{name}\" after {}: {reason}", seconds(took)))
            }
        }
    }

    fn report(&self) {
        println!();
        for (name, took) in &self.done {
            println!("  {name:<28} {:>9}", seconds(*took));
        }
        let total = self.done.iter().map(|(_, took)| *took).sum();
        println!("  {:<28} {:>9}", "in all", seconds(total));
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

fn library_tests() -> Outcome {
    let libraries = ["--workspace", "--exclude", "counterweight"];
    if answer(program("cargo").args(["nextest", "--version"])).is_none() {
        return finish("cargo test", cargo(["test"]).args(libraries));
    }
    // The runner prints one line per test that passes; a terminal of a thousand lines hides the one that matters.
    let quiet = if is_ci() { "all" } else { "fail" };
    finish(
        "cargo nextest run",
        cargo(["nextest", "run"]).args(libraries).args(["--status-level", quiet, "--no-tests", "warn"]),
    )?;
    finish("cargo test --doc", cargo(["test", "--doc"]).args(libraries))
}

fn browser_lane() -> Outcome {
    finish(
        "cargo build of the web host",
        &mut cargo(["build", "--package", "counterweight-app", "--example", "webhost"]),
    )?;
    let browser = ui::browser()?;
    finish("npm run test:browser", ui::npm(&["run", "test:browser"]).env("COUNTERWEIGHT_BROWSER", browser))
}

fn desktop_lane() -> Outcome {
    let screen = Screen::open()?;
    let tests = cargo(["test", "--package", "counterweight", "--features", DESKTOP, "--test", "desktop"]);
    finish(
        "cargo test --test desktop",
        screen.program(Bus::Bare, tests.get_program()).args(tests.get_args()).args([
            "--",
            "--test-threads",
            "1",
            "--nocapture",
        ]),
    )
}
