//! Quantisations: how many bits a weight takes, and what that costs in quality.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a file spreads its bits between the parts every token reads and the routed experts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Layout {
    /// About the same width everywhere.
    #[default]
    Plain,
    /// Dynamic files, which keep the shared weights near 7 bits when the file as a whole is narrower.
    Dynamic,
    /// Experts at about 2 bits, the rest at 8.
    Mixed,
}

/// A quantisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Quant {
    /// Its usual name, for example `Q4_K_M`.
    pub key: String,
    /// Effective bits per weight over the whole file.
    pub bits_per_weight: f64,
    /// How the bits are spread.
    pub layout: Layout,
    /// Growth of perplexity against 16 bits on Llama 3 70B, percent. Unknown for most newer formats.
    pub perplexity_pct: Option<f64>,
    /// Source key, see [`crate::catalogue::source`].
    pub source: String,
    /// What to know before relying on the row.
    pub note: Option<String>,
}
