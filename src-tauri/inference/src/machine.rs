//! What is known of a machine: memory, bandwidth, compute, power, prices, each with its source.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// How a machine holds the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum MachineKind {
    /// A graphics card with memory of its own, inside another computer.
    Gpu,
    /// A whole computer whose processor and graphics share one memory.
    Unified,
    /// A whole computer that computes on its processor.
    Cpu,
}

/// What the figure of [`Machine::power_w`] means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum PowerKind {
    /// The power limit of a card (TDP), without the computer around it.
    BoardLimit,
    /// The maker's maximum of a whole machine: never a load.
    StatedMaximum,
    /// Measured at the plug under load.
    WallMeasured,
}

/// What kind of price a price is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum PriceKind {
    /// The maker's price on the day of release.
    Launch,
    /// The maker's price on a later day.
    List,
    /// What new units sold for.
    Street,
    /// What used units sold for.
    Used,
}

/// One price of a machine, US dollars without tax, on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct DatedPrice {
    /// US dollars, without tax. The middle when the source gives a range.
    #[serde(deserialize_with = "whole_dollars", serialize_with = "rust_decimal::serde::str::serialize")]
    #[ts(type = "string")]
    pub usd: Decimal,
    /// The low end of the range, US dollars.
    #[serde(
        default,
        deserialize_with = "maybe_dollars",
        serialize_with = "rust_decimal::serde::str_option::serialize"
    )]
    #[ts(type = "string | null")]
    pub low: Option<Decimal>,
    /// The high end of the range, US dollars.
    #[serde(
        default,
        deserialize_with = "maybe_dollars",
        serialize_with = "rust_decimal::serde::str_option::serialize"
    )]
    #[ts(type = "string | null")]
    pub high: Option<Decimal>,
    /// The day, month or year of the price, ISO 8601.
    pub as_of: String,
    /// Launch, list, street or used.
    pub kind: PriceKind,
    /// Key of the source, see [`crate::catalogue::source`].
    pub source: String,
    /// What contradicts it, or which variant it is for.
    pub note: Option<String>,
}

/// A machine, or a card that goes into one. `None` means unknown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Machine {
    /// Short name used in cases and on the command line.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// Silicon family, for example `nvidia-ada`.
    pub family: String,
    /// Card, unified machine or processor.
    pub kind: MachineKind,
    /// GiB the maker states (for one card).
    pub memory_gib: f64,
    /// GiB a model may take, when measured; otherwise see [`crate::fit::usable_gib`].
    pub usable_gib: Option<f64>,
    /// Peak memory bandwidth, 10^9 bytes a second.
    pub bandwidth_gbs: Option<f64>,
    /// Whether the memory is HBM2e or later: many channels, which one user's reading does not fill.
    #[serde(default, skip_serializing)]
    #[ts(skip)]
    pub stacked_memory: bool,
    /// 16-bit compute of the matrix units, dense, 10^12 operations a second.
    pub fp16_tflops: Option<f64>,
    /// The same with 32-bit accumulation.
    pub fp16_fp32acc_tflops: Option<f64>,
    /// 8-bit floating-point compute, dense, 10^12 operations a second.
    pub fp8_tflops: Option<f64>,
    /// 8-bit integer compute, dense, 10^12 operations a second.
    pub int8_tops: Option<f64>,
    /// 4-bit floating-point compute, dense, 10^12 operations a second.
    pub fp4_tflops: Option<f64>,
    /// Power, W; what it means is in `power_kind`.
    pub power_w: Option<f64>,
    /// What `power_w` means.
    pub power_kind: Option<PowerKind>,
    /// Measured at the plug while decoding, W.
    pub decode_w: Option<f64>,
    /// Source key of `decode_w`.
    pub decode_source: Option<String>,
    /// Idle power of the card or machine, W.
    pub idle_w: Option<f64>,
    /// Source key of `idle_w`.
    pub idle_source: Option<String>,
    /// Day or month of release, ISO 8601.
    pub released: Option<String>,
    /// Source key of memory, bandwidth and power.
    pub memory_source: String,
    /// Source key of the compute figures.
    pub compute_source: Option<String>,
    /// Page of the row.
    pub link: Option<String>,
    /// How far the row was checked.
    pub verified: String,
    /// What to know before relying on the row.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Known prices, oldest first.
    #[serde(default)]
    pub prices: Vec<DatedPrice>,
}

impl DatedPrice {
    /// Where the price comes from, by the name of the publication.
    pub fn source_text(&self) -> &str {
        crate::catalogue::source(&self.source).map_or(self.source.as_str(), |source| source.text.as_str())
    }
}

impl Machine {
    /// The newest known price, or `None` when no price is known. For a card it is the card alone, see
    /// [`Machine::needs_host`].
    pub fn price(&self) -> Option<&DatedPrice> {
        self.prices.iter().max_by(|a, b| a.as_of.cmp(&b.as_of))
    }

    /// Whether a computer has to be bought around it.
    pub fn needs_host(&self) -> bool {
        self.kind == MachineKind::Gpu
    }

    /// Whether it is one of Apple's, which reserve part of the memory for the system.
    pub fn is_apple(&self) -> bool {
        self.family.starts_with("apple")
    }
}

/// Prices stand in the file as whole dollars.
fn whole_dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    u32::deserialize(deserializer).map(Decimal::from)
}

fn maybe_dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    Option::<u32>::deserialize(deserializer).map(|dollars| dollars.map(Decimal::from))
}
