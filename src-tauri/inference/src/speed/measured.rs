//! The published measurements behind the corrections, as rows, and how a row becomes a setup.

use super::runtime::{Backend, Engine, Runtime};
use crate::catalogue;
use crate::setup::{Setup, Split, Weights};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A measured run, as `data/measured.csv` has it. Blank cells are unknown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Measured {
    /// Key of the machine.
    pub machine: String,
    /// Equal cards.
    pub devices: u32,
    /// `layer`, `tensor` or blank.
    pub split: String,
    /// Key of the model.
    pub model: String,
    /// Quantisation as the source words it.
    pub quant: String,
    /// Size of the weight file, GiB.
    pub gib: Option<f64>,
    /// Engine as the source words it.
    pub engine: String,
    /// Backend as the source words it.
    pub backend: String,
    /// Day, month or year of the run, ISO 8601.
    pub date: String,
    /// New prompt tokens of the reading test.
    pub prompt: Option<u64>,
    /// Tokens already in the cache when reading began.
    pub prefill_depth: Option<u64>,
    /// Tokens read in one step, where stated.
    pub step: Option<u32>,
    /// Fused attention, where stated.
    #[serde(deserialize_with = "on_or_off")]
    pub flash: Option<bool>,
    /// Tokens a second read.
    pub prefill_tps: Option<f64>,
    /// Tokens written.
    pub generated: Option<u64>,
    /// Tokens in the cache while writing, at the middle of the run.
    pub depth: Option<u64>,
    /// Tokens a second written, all users together.
    pub decode_tps: Option<f64>,
    /// Users at once.
    pub users: u32,
    /// Draft method, blank when none.
    pub speculation: String,
    /// Power limit the owner set, W.
    pub limit_w: Option<f64>,
    /// Watts.
    pub watts: Option<f64>,
    /// What the watts mean.
    pub watts_kind: String,
    /// A: raw log or table. B: stated or secondary.
    pub quality: String,
    /// What to know, space separated.
    pub flags: String,
    /// Key in `data/measured_sources.csv`.
    pub source: String,
}

fn on_or_off<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match String::deserialize(deserializer)?.as_str() {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    })
}

static ROWS: LazyLock<Vec<Measured>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("../../data/measured.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .unwrap_or_else(|error| panic!("the embedded measurements cannot be read: {error}"))
});

static SOURCES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("../../data/measured_sources.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .unwrap_or_else(|error| panic!("the embedded addresses cannot be read: {error}"))
});

/// Every measured run, in the order of the file.
pub fn rows() -> &'static [Measured] {
    &ROWS
}

/// The address behind a source key.
pub fn address(source: &str) -> Option<&'static str> {
    SOURCES.get(source).map(String::as_str)
}

/// Whether a date of the form 2024, 2024-05 or 2024-05-17 is before 2025.
pub fn is_old(date: &str) -> bool {
    date.get(..4).and_then(|year| year.parse::<u32>().ok()).is_some_and(|year| year < 2025)
}

impl Measured {
    /// Whether a flag is set.
    pub fn has(&self, flag: &str) -> bool {
        self.flags.split(' ').any(|one| one == flag)
    }

    /// The setup of the row, or `None` when the catalogue knows its machine, model or size too little.
    pub fn setup(&self) -> Option<Setup<'static>> {
        let machine = catalogue::machine(&self.machine).ok()?;
        let model = catalogue::model(&self.model).ok()?;
        let weights = Weights::named(model, &self.quant, self.gib)?;
        let split = if self.split == "tensor" { Split::Tensor } else { Split::Layer };
        let runtime = Runtime {
            engine: Engine::named(&self.engine),
            backend: Backend::named(&self.backend),
            flash: self.flash,
            old_build: is_old(&self.date),
        };
        let mut setup = Setup::with_weights(machine, model, weights).on(self.devices, split).running(runtime);
        if let Some(step) = self.step {
            setup = setup.with_ubatch(step);
        }
        setup.users = self.users;
        setup.speculative = !self.speculation.is_empty();
        setup.power_limit_w = self.limit_w;
        Some(setup)
    }
}
