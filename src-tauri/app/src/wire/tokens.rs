//! What the token screen asks for besides its figures.

use counterweight_domain::{Finding, PriceFile};
use counterweight_inference::price_scenario::PriceScenario;
use counterweight_inference::workload::classes::Profile;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What can be picked for the work and its prices.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TokenChoices {
    /// Preset profiles of work, each with its source.
    pub profiles: Vec<Profile>,
    /// Stated paths of prices, each with its source.
    pub scenarios: Vec<PriceScenario>,
}

/// A price list that the person opened or pasted.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PriceFileRequest {
    /// What the file is called.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// What of a price list a case can keep.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PriceFileResponse {
    /// The rows of the models one can pick; none when the list cannot be used.
    pub file: Option<PriceFile>,
    /// How many models of them have a price.
    pub prices: u32,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

/// Why a figure is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TokenWhy {
    /// Which figure: the key of its row.
    pub key: String,
    /// What it is.
    pub title: String,
    /// How it is worked out, in words.
    pub formula: String,
    /// What goes in, with its value.
    pub inputs: Vec<TokenFact>,
    /// Where its rule or its prices come from; empty where it is the letter's and the person's own.
    pub source: String,
}

/// A figure that goes into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TokenFact {
    /// What it is.
    pub label: String,
    /// Its value, in words.
    pub value: String,
}
