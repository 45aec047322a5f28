//! The short list of cloud models a person picks from. Prices are not here, see [`crate::price`].

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a model is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum CloudClass {
    /// The strongest a vendor sells.
    Frontier,
    /// Daily work.
    Standard,
    /// Cheap and fast.
    Small,
}

/// A cloud model of the short list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct CloudModel {
    /// Short name used in cases.
    pub key: String,
    /// Provider in the price catalogue.
    pub provider: String,
    /// Model in the price catalogue.
    pub model: String,
    /// Name for people.
    pub label: String,
    /// Who made the model.
    pub vendor: String,
    /// What it is meant for.
    pub class: CloudClass,
    /// Whether the weights can be downloaded; `None` when nobody checked.
    pub open_weights: Option<bool>,
    /// Key of the same model in [`crate::catalogue::models`], when it can run at home.
    pub local: Option<String>,
}
