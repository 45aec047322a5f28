//! The facts the program carries, parsed once, looked up by key.
//!
//! Each file is under `data/`; `data/SOURCES.md` says where the rows come from.

use crate::cloud::CloudModel;
use crate::energy::Host;
use crate::machine::Machine;
use crate::model::Model;
use crate::problem::PredictionProblem;
use crate::quant::Quant;
use crate::tariff::{Rental, Tariff, TariffUse};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;
use ts_rs::TS;

/// Where a figure was published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Source {
    /// Name of the publication.
    pub text: String,
    /// Its address, when it was kept.
    pub url: Option<String>,
    /// Whether somebody compared the figures with the publication.
    pub verified: bool,
}

/// Which release of the price data is embedded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct PriceCatalogue {
    /// Name of the data.
    pub name: String,
    /// Release.
    pub version: String,
    /// Address of the project.
    pub url: String,
    /// Licence.
    pub licence: String,
    /// The newest dated price already in force on the day of review, ISO 8601.
    pub newest_dated_price: String,
    /// Day of review, ISO 8601.
    pub reviewed: String,
    /// Service-tier prices are known from this day on, ISO 8601.
    pub service_tiers_from: String,
    /// Batch prices are known from this day on, ISO 8601.
    pub batch_from: String,
}

#[derive(Deserialize)]
struct Tables {
    #[serde(default)]
    machine: Vec<Machine>,
    #[serde(default)]
    model: Vec<Model>,
    #[serde(default)]
    quant: Vec<Quant>,
    #[serde(default)]
    tariff: Vec<Tariff>,
    #[serde(default)]
    rental: Vec<Rental>,
    #[serde(default)]
    cloud: Vec<CloudModel>,
}

struct Table<T> {
    rows: Vec<T>,
    by_key: HashMap<String, usize>,
}

impl<T> Table<T> {
    fn new(rows: Vec<T>, key: impl Fn(&T) -> &str) -> Self {
        let by_key = rows.iter().enumerate().map(|(index, row)| (key(row).to_ascii_lowercase(), index)).collect();
        Self { rows, by_key }
    }

    fn get(&self, key: &str) -> Option<&T> {
        let index = self.by_key.get(key).or_else(|| self.by_key.get(&key.to_ascii_lowercase()))?;
        self.rows.get(*index)
    }
}

/// Reads an embedded file. The files are part of the program and a test reads each, so a failure here is a broken build.
fn parse<T: DeserializeOwned>(file: &str, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("the embedded file {file} cannot be read: {error}"))
}

static MACHINES: LazyLock<Table<Machine>> = LazyLock::new(|| {
    Table::new(parse::<Tables>("machines.toml", include_str!("../data/machines.toml")).machine, |row| &row.key)
});
static MODELS: LazyLock<Table<Model>> = LazyLock::new(|| {
    Table::new(parse::<Tables>("models.toml", include_str!("../data/models.toml")).model, |row| &row.key)
});
static QUANTS: LazyLock<Table<Quant>> = LazyLock::new(|| {
    Table::new(parse::<Tables>("quants.toml", include_str!("../data/quants.toml")).quant, |row| &row.key)
});
static TARIFFS: LazyLock<Table<Tariff>> = LazyLock::new(|| {
    Table::new(parse::<Tables>("electricity.toml", include_str!("../data/electricity.toml")).tariff, |row| &row.key)
});
static RENTALS: LazyLock<Table<Rental>> = LazyLock::new(|| {
    Table::new(parse::<Tables>("gpu_rental.toml", include_str!("../data/gpu_rental.toml")).rental, |row| &row.key)
});
static CLOUD: LazyLock<Table<CloudModel>> = LazyLock::new(|| {
    Table::new(parse::<Tables>("cloud_models.toml", include_str!("../data/cloud_models.toml")).cloud, |row| &row.key)
});
static SOURCES: LazyLock<BTreeMap<String, Source>> =
    LazyLock::new(|| parse("sources.toml", include_str!("../data/sources.toml")));
static HOST: LazyLock<Host> = LazyLock::new(|| parse("host.toml", include_str!("../data/host.toml")));
static PRICES: LazyLock<PriceCatalogue> =
    LazyLock::new(|| parse("price_catalogue.toml", include_str!("../data/price_catalogue.toml")));

/// Every machine, in the order of the file.
pub fn machines() -> &'static [Machine] {
    &MACHINES.rows
}

/// The machine with this key, in any case.
///
/// # Errors
/// [`PredictionProblem::UnknownMachine`].
pub fn machine(key: &str) -> Result<&'static Machine, PredictionProblem> {
    MACHINES.get(key).ok_or_else(|| PredictionProblem::UnknownMachine { key: key.to_owned() })
}

/// Every open model, in the order of the file.
pub fn models() -> &'static [Model] {
    &MODELS.rows
}

/// The open model with this key, in any case.
///
/// # Errors
/// [`PredictionProblem::UnknownModel`].
pub fn model(key: &str) -> Result<&'static Model, PredictionProblem> {
    MODELS.get(key).ok_or_else(|| PredictionProblem::UnknownModel { key: key.to_owned() })
}

/// Every quantisation, in the order of the file.
pub fn quants() -> &'static [Quant] {
    &QUANTS.rows
}

/// The quantisation with this key, in any case.
///
/// # Errors
/// [`PredictionProblem::UnknownQuant`].
pub fn quant(key: &str) -> Result<&'static Quant, PredictionProblem> {
    QUANTS.get(key).ok_or_else(|| PredictionProblem::UnknownQuant { key: key.to_owned() })
}

/// Every electricity price, in the order of the file.
pub fn tariffs() -> &'static [Tariff] {
    &TARIFFS.rows
}

/// The electricity price with this key, or the best row of a region: a household average before a single bill or a
/// fallback, an industrial average last. `None` when the place is unknown.
pub fn tariff(key_or_region: &str) -> Option<&'static Tariff> {
    TARIFFS.get(key_or_region).or_else(|| {
        let rank = |row: &&Tariff| match (row.payer, row.key.ends_with("/household")) {
            (TariffUse::Household, true) => 0,
            (TariffUse::Household, false) => 1,
            (TariffUse::Industrial, _) => 2,
        };
        TARIFFS.rows.iter().filter(|row| row.region.eq_ignore_ascii_case(key_or_region)).min_by_key(rank)
    })
}

/// Every rented card, in the order of the file.
pub fn rentals() -> &'static [Rental] {
    &RENTALS.rows
}

/// The short list of cloud models, in the order of the file.
pub fn cloud_models() -> &'static [CloudModel] {
    &CLOUD.rows
}

/// The cloud model of the short list with this key, in any case.
pub fn cloud_model(key: &str) -> Option<&'static CloudModel> {
    CLOUD.get(key)
}

/// The source with this key.
pub fn source(key: &str) -> Option<&'static Source> {
    SOURCES.get(key)
}

/// The computer assumed around a card.
pub fn host() -> &'static Host {
    &HOST
}

/// Which release of the price data is embedded.
pub fn price_catalogue() -> &'static PriceCatalogue {
    &PRICES
}

#[cfg(test)]
mod tests;
