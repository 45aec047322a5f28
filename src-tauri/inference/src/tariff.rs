//! Electricity by place and rented cards by the hour.

use crate::wire;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Who pays this electricity price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum TariffUse {
    /// Homes.
    Household,
    /// Businesses.
    Industrial,
}

/// The price of one kWh in a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Tariff {
    /// Short name, for example `US-CA/household`.
    pub key: String,
    /// Country or state, ISO 3166 style.
    pub region: String,
    /// Household or industrial.
    #[serde(rename = "use")]
    #[ts(rename = "use")]
    pub payer: TariffUse,
    /// Price of one kWh in `currency`.
    #[serde(serialize_with = "wire::price")]
    #[ts(type = "string")]
    pub price: f64,
    /// ISO 4217 code.
    pub currency: String,
    /// Period the average covers.
    pub period: String,
    /// Where it was published.
    pub source: String,
    /// How far it was checked.
    pub verified: String,
}

/// The price of a rented card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Rental {
    /// Short name.
    pub key: String,
    /// Who rents it out.
    pub provider: String,
    /// The card as the provider words it.
    pub gpu: String,
    /// Key of the machine it is.
    pub machine: String,
    /// On demand, spot, marketplace.
    pub kind: String,
    /// US dollars for one card for one hour.
    #[serde(serialize_with = "wire::price")]
    #[ts(type = "string")]
    pub usd_per_gpu_hour: f64,
    /// Day, month or year of the price, ISO 8601.
    pub as_of: String,
    /// Where it was published.
    pub source: String,
}
