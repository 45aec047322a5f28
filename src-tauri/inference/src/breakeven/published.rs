//! Break-even cases that others published, with their inputs as they must be read to give the published answer.

use super::crossing;
use serde::Deserialize;
use std::sync::OnceLock;

/// A machine that runs at full speed for so many hours a month and sells against an API's price.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FullCapacity {
    /// Model that runs on it.
    pub model: String,
    /// Its cards.
    pub cards: u32,
    /// Tokens a second, all cards together.
    pub tokens_per_second: f64,
    /// Price of the cards, US dollars.
    pub hardware_usd: f64,
    /// Watts of a card.
    pub card_watts: f64,
    /// Price of a kWh, US dollars.
    pub usd_per_kwh: f64,
    /// Hours of a month in which it works.
    pub hours_per_month: f64,
}

/// An API's list price.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiPrice {
    /// Name of the model.
    pub name: String,
    /// US dollars per million tokens sent.
    pub input: f64,
    /// US dollars per million tokens received.
    pub output: f64,
}

impl FullCapacity {
    /// Tokens of a month.
    pub fn tokens_per_month(&self) -> f64 {
        self.tokens_per_second * self.hours_per_month * 3600.0
    }

    /// Electricity of a month, US dollars.
    pub fn electricity(&self) -> f64 {
        f64::from(self.cards) * self.card_watts / 1000.0 * self.hours_per_month * self.usd_per_kwh
    }

    /// Months until the cards cost no more than the API, `input_share` of the tokens being sent. None when they never do.
    pub fn break_even_months(&self, api: &ApiPrice, input_share: f64) -> Option<f64> {
        let per_million = input_share * api.input + (1.0 - input_share) * api.output;
        crossing(self.hardware_usd, self.electricity(), self.tokens_per_month() / 1e6 * per_million)
    }
}

/// A published case and its answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PublishedCase {
    /// The machine.
    #[serde(flatten)]
    pub machine: FullCapacity,
    /// Published months against each API of the file, in its order.
    pub months: Vec<f64>,
}

/// A publication.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Publication {
    /// Where it was published.
    pub source: String,
    /// What has to be read otherwise than it is written, for its own numbers to come out.
    pub corrections: Vec<String>,
    /// Share of the tokens that are sent.
    pub input_share: f64,
    /// The APIs compared with.
    pub api: Vec<ApiPrice>,
    /// The cases.
    pub case: Vec<PublishedCase>,
}

/// Pan and others, arXiv 2509.18101v3.
pub fn pan() -> &'static Publication {
    static FILE: OnceLock<Publication> = OnceLock::new();
    FILE.get_or_init(|| {
        toml::from_str(include_str!("../../data/breakeven_cases.toml")).expect("the cases are read by a test")
    })
}
