//! Answers as text for a terminal, and as JSON for programs.
//!
//! Each function returns the whole text; [`out`] prints it, so that a reader who has seen enough may close the pipe.

use counterweight_app::wire::{Check, NegotiateResponse};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, Write as _};

/// Writes a text to standard output. A closed pipe is the reader's choice, and no error.
///
/// # Errors
/// When the text cannot be written for any other reason.
pub fn out(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// A value as indented JSON.
pub fn json(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("the answers are plain data");
    text.push('\n');
    text
}

/// What it would take, and the questions.
pub fn negotiation(answer: &NegotiateResponse) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}\n", answer.headline.plain());
    for ask in &answer.asks {
        let _ = writeln!(text, "{:<20} {:<24} {}", ask.label, ask.change, ask.detail);
    }
    if !answer.negotiation.questions.is_empty() {
        text.push('\n');
    }
    for question in &answer.negotiation.questions {
        let _ = writeln!(text, "- {}\n  {}", question.text, question.why);
    }
    text
}

/// Each worked example with pass or fail, and how many passed.
pub fn checks(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        let verdict = if check.passed { "pass" } else { "FAIL" };
        let _ = writeln!(
            text,
            "{verdict}  {}\n      expected {}, got {}\n      {}",
            check.name, check.expected, check.answer, check.source
        );
    }
    let passed = checks.iter().filter(|check| check.passed).count();
    let _ = writeln!(text, "{passed} passed, {} failed", checks.len() - passed);
    text
}
