//! Answers as text for a terminal, and as JSON for programs.
//!
//! Each function returns the whole text; [`out`] prints it, so that a reader who has seen enough may close the pipe.

use counterweight_app::wire::{Check, CompareResponse, NegotiateResponse};
use counterweight_domain::assumptions::{Assumptions, MoneyBasis, TaxBasis};
use counterweight_report::format;
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

/// What kind of money the figures of a comparison are in.
fn basis(asked: &Assumptions) -> String {
    let tax = match asked.tax {
        TaxBasis::BeforeTax => "Before tax",
        TaxBasis::AfterTax => "After tax",
    };
    let money = match asked.money {
        MoneyBasis::Nominal => "in money of the day",
        MoneyBasis::Real => "in the purchasing power of the start",
        MoneyBasis::Present => "discounted to the start",
    };
    let prices = if asked.place_adjusted { ", adjusted to the prices of each place" } else { "" };
    format!("{tax}, {money}{prices}")
}

/// A comparison: the sentence, then offers by year and by component.
pub fn comparison(answer: &CompareResponse, asked: &Assumptions) -> String {
    let mut text = String::new();
    let c = &answer.comparison;
    let _ = writeln!(text, "{}\n{}\n", answer.headline.plain(), answer.summary.plain());
    let _ =
        writeln!(text, "{}; {} futures from seed {}.\n", basis(asked), format::count(c.futures.paths), c.futures.seed);
    for (offer, futures) in c.offers.iter().zip(&c.futures.offers) {
        let _ = writeln!(text, "{} ({})", offer.name, offer.id);
        for year in &offer.years {
            let parts: Vec<String> = year
                .components
                .iter()
                .map(|p| format!("{} {}", p.component.label(), format::money(p.amount, c.currency)))
                .collect();
            let _ = writeln!(
                text,
                "  year {:<2} {:>14}   {}",
                year.year,
                format::money(year.total, c.currency),
                parts.join(", ")
            );
        }
        for part in &offer.components {
            let claimed =
                part.claimed.map_or(String::new(), |c2| format!("   claimed {}", format::money(c2, c.currency)));
            let _ = writeln!(
                text,
                "  {:<8} {:>14}{claimed}",
                part.component.label(),
                format::money(part.amount, c.currency)
            );
        }
        let _ = writeln!(text, "  total    {:>14}", format::money(offer.total, c.currency));
        if let Some(band) = futures.cumulative.last() {
            let _ = writeln!(
                text,
                "  in 8 of 10 futures {} to {}\n",
                format::money(band.p10, c.currency),
                format::money(band.p90, c.currency)
            );
        }
    }
    for note in &answer.watch {
        let _ = writeln!(text, "{}: {}", note.title, note.text);
    }
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
