//! The worked examples: cases with answers from outside, run by the app itself.
//!
//! They lie as data in `tests/examples/`, each with the source of its answer and a tolerance that follows from how
//! the source rounds. Nothing here computes an expected value.

mod equity;
mod ledger;
mod speed;
mod tax;
mod vesting;

use crate::wire::Check;
use counterweight_inference::worked;
use rust_decimal::Decimal;
use serde::Deserialize;

/// The files of examples, by name.
pub const FILES: &[(&str, &str)] = &[
    ("pay.toml", include_str!("../../../../tests/examples/pay.toml")),
    ("open_cap_vesting.toml", include_str!("../../../../tests/examples/open_cap_vesting.toml")),
    ("equity.toml", include_str!("../../../../tests/examples/equity.toml")),
    ("finance.toml", include_str!("../../../../tests/examples/finance.toml")),
    ("vesting.toml", include_str!("../../../../tests/examples/vesting.toml")),
    ("local_inference.toml", include_str!("../../../../tests/examples/local_inference.toml")),
    ("cloud_prices.toml", include_str!("../../../../tests/examples/cloud_prices.toml")),
    ("tax_places.toml", include_str!("../../../../tests/examples/tax_places.toml")),
    ("speed.toml", include_str!("../../../../tests/examples/speed.toml")),
    ("tokens.toml", include_str!("../../../../tests/examples/tokens.toml")),
    ("breakeven.toml", include_str!("../../../../tests/examples/breakeven.toml")),
    ("token_budget.toml", include_str!("../../../../tests/examples/token_budget.toml")),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    example: Vec<Example>,
}

/// A worked example.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    name: String,
    source: String,
    expected: Vec<Decimal>,
    tolerance: Decimal,
    ask: Question,
}

/// What an example asks the app, by subject.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Question {
    Ledger(ledger::Question),
    Vesting(vesting::Question),
    Equity(equity::Question),
    Tokens(worked::Ask),
    Speed(speed::Question),
    Tax(tax::Question),
}

impl Question {
    fn answer(&self) -> Result<Vec<Decimal>, String> {
        match self {
            Question::Ledger(question) => question.answer(),
            Question::Vesting(question) => question.answer(),
            Question::Equity(question) => question.answer(),
            Question::Speed(question) => question.answer(),
            Question::Tax(question) => question.answer(),
            Question::Tokens(ask) => {
                let figures = ask.answer()?;
                figures.into_iter().map(|f| Decimal::try_from(f).map_err(|e| e.to_string())).collect()
            }
        }
    }
}

/// Runs every worked example.
pub fn run() -> Vec<Check> {
    FILES
        .iter()
        .flat_map(|(name, text)| match toml::from_str::<File>(text) {
            Ok(file) => file.example.iter().map(check).collect(),
            Err(error) => vec![Check {
                name: (*name).to_owned(),
                source: String::new(),
                expected: String::new(),
                answer: format!("the file of examples cannot be read: {error}"),
                passed: false,
            }],
        })
        .collect()
}

fn check(example: &Example) -> Check {
    let answer = example.ask.answer();
    let passed = answer.as_ref().is_ok_and(|answer| {
        answer.len() == example.expected.len()
            && answer.iter().zip(&example.expected).all(|(a, e)| (a - e).abs() <= example.tolerance)
    });
    let text = |values: &[Decimal]| values.iter().map(|v| v.normalize().to_string()).collect::<Vec<_>>().join(", ");
    Check {
        name: example.name.clone(),
        source: example.source.clone(),
        expected: format!("{} ± {}", text(&example.expected), example.tolerance.normalize()),
        answer: answer.map_or_else(|problem| problem, |answer| text(&answer)),
        passed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_worked_example_holds() {
        let checks = run();
        assert!(checks.len() >= 20, "only {} examples ran", checks.len());
        for check in checks {
            assert!(
                check.passed,
                "{} ({}): expected {}, got {}",
                check.name, check.source, check.expected, check.answer
            );
            assert!(!check.source.is_empty(), "{} names no source", check.name);
        }
    }

    #[test]
    fn every_file_of_examples_is_run() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/examples");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder of examples")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".toml"))
            .collect();
        there.sort();
        let mut run: Vec<&str> = FILES.iter().map(|f| f.0).collect();
        run.sort_unstable();
        assert_eq!(there, run);
    }
}
