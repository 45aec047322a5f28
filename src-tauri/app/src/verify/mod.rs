//! The worked examples: cases with answers from outside, run by the app itself.
//!
//! They lie as data in `tests/examples/`, each with the source of its answer and a tolerance that follows from how
//! the source rounds. Nothing here computes an expected value.

use crate::files;
use crate::wire::Check;
use counterweight_domain::Case;
use counterweight_engine::comparison;
use counterweight_engine::ledger::{Component, Line};
use counterweight_engine::settings::Settings;
use counterweight_engine::vesting::{self, Vest};
use counterweight_inference::price::{self, RequestTokens};
use counterweight_inference::setup::Setup;
use counterweight_inference::speed;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;

/// The files of examples, by name.
pub const FILES: &[(&str, &str)] = &[
    ("pay.toml", include_str!("../../../tests/examples/pay.toml")),
    ("vesting.toml", include_str!("../../../tests/examples/vesting.toml")),
    ("local_inference.toml", include_str!("../../../tests/examples/local_inference.toml")),
    ("cloud_prices.toml", include_str!("../../../tests/examples/cloud_prices.toml")),
    ("token_budget.toml", include_str!("../../../tests/examples/token_budget.toml")),
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

/// What an example asks the app.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum Question {
    /// Amounts of one component of the first offer, one for each year.
    ByYear { component: Component, case: toml::Table },
    /// Amounts of one component of the first offer, one for each line.
    ByLine { component: Component, case: toml::Table },
    /// Whole shares on each vesting day.
    Shares { shares: Decimal, percents: Vec<Decimal> },
    /// Tokens a second written.
    Decode { machine: String, model: String, quant: String, size_gib: f64, depth: u64 },
    /// Tokens a second read.
    Prefill { machine: String, model: String, quant: String, size_gib: f64, prompt: u64, depth: u64, ubatch: u32 },
    /// Dollars of one request.
    Request {
        provider: String,
        model: String,
        date: String,
        input: u64,
        #[serde(default)]
        cache_read: u64,
        #[serde(default)]
        cache_write: u64,
        output: u64,
    },
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
    let answer = answer(&example.ask);
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

fn answer(question: &Question) -> Result<Vec<Decimal>, String> {
    let figure = |value: f64| Decimal::try_from(value).map(|v| vec![v.round_dp(6)]).map_err(|e| e.to_string());
    match question {
        Question::ByYear { component, case } => {
            let (lines, years) = lines(case, *component)?;
            Ok((1..=years).map(|year| lines.iter().filter(|l| l.year() == year).map(|l| l.amount).sum()).collect())
        }
        Question::ByLine { component, case } => Ok(lines(case, *component)?.0.iter().map(|l| l.amount).collect()),
        Question::Shares { shares, percents } => {
            let vests: Vec<Vest> =
                (1..).zip(percents).map(|(month, percent)| Vest { month, percent: *percent }).collect();
            Ok(vesting::shares(*shares, &vests))
        }
        Question::Decode { machine, model, quant, size_gib, depth } => {
            let setup = setup(machine, model, quant, *size_gib)?;
            figure(speed::decode(&setup, *depth).map_err(|e| e.to_string())?.p50)
        }
        Question::Prefill { machine, model, quant, size_gib, prompt, depth, ubatch } => {
            let setup = setup(machine, model, quant, *size_gib)?.with_ubatch(*ubatch);
            figure(speed::prefill(&setup, *prompt, *depth).map_err(|e| e.to_string())?.p50)
        }
        Question::Request { provider, model, date, input, cache_read, cache_write, output } => {
            let date = date.parse().map_err(|e: jiff::Error| e.to_string())?;
            let tokens = RequestTokens {
                input: *input,
                cache_read: *cache_read,
                cache_write: *cache_write,
                output: *output,
                ..RequestTokens::default()
            };
            let prices = price::resolve(provider, model, date, tokens.prompt()).map_err(|e| e.to_string())?;
            Ok(vec![prices.exact_dollars(&tokens)])
        }
    }
}

fn setup(machine: &str, model: &str, quant: &str, size_gib: f64) -> Result<Setup<'static>, String> {
    use counterweight_inference::{catalogue, setup::Weights};
    let problem = |e: counterweight_inference::problem::PredictionProblem| e.to_string();
    let quant = catalogue::quant(quant).map_err(problem)?;
    Ok(Setup::with_weights(
        catalogue::machine(machine).map_err(problem)?,
        catalogue::model(model).map_err(problem)?,
        Weights::from_gib(size_gib.to_f64().unwrap_or(0.0), quant.layout),
    ))
}

/// The lines of a component of the first offer, and the years counted.
fn lines(case: &toml::Table, component: Component) -> Result<(Vec<Line>, u32), String> {
    let text = serde_json::to_string(case).map_err(|e| e.to_string())?;
    let case: Case = files::read_case(&text).map_err(|e| e.message)?;
    let settings = Settings::of(&case);
    let (mut ledgers, findings) = comparison::ledgers(&case, &settings);
    if let Some(error) = findings.as_slice().iter().find(|f| !f.left_out.is_empty()) {
        return Err(format!("{}: {}", error.path, error.message));
    }
    if ledgers.is_empty() {
        return Err("the example has no offer".to_owned());
    }
    let lines = ledgers.swap_remove(0).lines.into_iter().filter(|l| l.component == component).collect();
    Ok((lines, settings.horizon_years))
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
