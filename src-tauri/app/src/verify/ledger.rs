//! Questions about a ledger, about a machine's speed and about the price of a request.

use crate::files;
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

/// What an example asks the app.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Question {
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

impl Question {
    /// The app's answer.
    pub fn answer(&self) -> Result<Vec<Decimal>, String> {
        let figure = |value: f64| Decimal::try_from(value).map(|v| vec![v.round_dp(6)]).map_err(|e| e.to_string());
        match self {
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
                figure(speed::published::decode(&setup, *depth).map_err(|e| e.to_string())?)
            }
            Question::Prefill { machine, model, quant, size_gib, prompt, depth, ubatch } => {
                let setup = setup(machine, model, quant, *size_gib)?.with_ubatch(*ubatch);
                figure(speed::published::prefill(&setup, *prompt, *depth).map_err(|e| e.to_string())?)
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
