//! What is to be run on what: machine, model, weights and how they are split.

use crate::catalogue;
use crate::machine::Machine;
use crate::model::{KvCache, Model};
use crate::problem::PredictionProblem;
use crate::quant::{Layout, Quant};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Bytes in one GiB.
pub(crate) const GIB: f64 = 1_073_741_824.0;

/// How several equal cards share a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Split {
    /// Each card holds some layers and works in turn: more memory, no faster decoding.
    #[default]
    Layer,
    /// Each card holds a slice of every layer: more memory and more speed.
    Tensor,
}

/// The weights as they lie in memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Bytes of the file.
    pub bytes: f64,
    /// How its bits are spread.
    pub layout: Layout,
    /// Whether the size is a published file's, and not an estimate from bits per weight.
    pub known_file: bool,
}

impl Weights {
    /// The published file of a model at a quantisation, or else its size from the bits per weight.
    pub fn of(model: &Model, quant: &Quant) -> Self {
        let file = model.files.iter().find(|file| file.quant.eq_ignore_ascii_case(&quant.key));
        let bytes =
            file.map_or_else(|| model.params_total_b * 1e9 * quant.bits_per_weight / 8.0, |file| file.gib * GIB);
        Self { bytes, layout: quant.layout, known_file: file.is_some() }
    }

    /// A file whose size the caller knows, GiB.
    pub fn from_gib(gib: f64, layout: Layout) -> Self {
        Self { bytes: gib * GIB, layout, known_file: true }
    }
}

/// A model on a machine. Cheap to copy; made once and asked often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setup<'a> {
    /// The machine or card.
    pub machine: &'a Machine,
    /// The model.
    pub model: &'a Model,
    /// Its weights.
    pub weights: Weights,
    /// Equal cards or machines, at least one.
    pub devices: u32,
    /// How they share the model.
    pub split: Split,
    /// How past tokens are stored.
    pub cache: KvCache,
    /// Tokens read in one step of prefill; 512 is the default of llama.cpp.
    pub ubatch: u32,
}

impl<'a> Setup<'a> {
    /// One device, a 16-bit cache and 512 tokens a step.
    pub fn new(machine: &'a Machine, model: &'a Model, quant: &Quant) -> Self {
        Self::with_weights(machine, model, Weights::of(model, quant))
    }

    /// As [`Setup::new`], for weights the caller knows.
    pub fn with_weights(machine: &'a Machine, model: &'a Model, weights: Weights) -> Self {
        Self { machine, model, weights, devices: 1, split: Split::Layer, cache: KvCache::F16, ubatch: 512 }
    }

    /// Several equal cards.
    #[must_use]
    pub fn on(self, devices: u32, split: Split) -> Self {
        Self { devices, split, ..self }
    }

    /// Another size of prefill step, tokens.
    #[must_use]
    pub fn with_ubatch(self, ubatch: u32) -> Self {
        Self { ubatch, ..self }
    }

    /// Another storage of past tokens.
    #[must_use]
    pub fn with_cache(self, cache: KvCache) -> Self {
        Self { cache, ..self }
    }

    /// Refuses figures that no formula can take.
    pub(crate) fn check(&self) -> Result<(), PredictionProblem> {
        let bad =
            |what: &str, rule: &str| Err(PredictionProblem::BadFigure { what: what.to_owned(), rule: rule.to_owned() });
        if self.devices == 0 {
            return bad("The number of devices", "at least 1");
        }
        if self.ubatch == 0 {
            return bad("The prefill step", "at least 1 token");
        }
        if !(self.weights.bytes.is_finite() && self.weights.bytes > 0.0) {
            return bad("The size of the weights", "a positive number");
        }
        Ok(())
    }

    /// Refuses a context the model cannot hold.
    pub(crate) fn check_context(&self, tokens: u64) -> Result<(), PredictionProblem> {
        if tokens > self.model.context_tokens {
            return Err(PredictionProblem::ContextTooLong {
                model: self.model.name.clone(),
                asked_tokens: tokens,
                window_tokens: self.model.context_tokens,
            });
        }
        Ok(())
    }
}

impl Setup<'static> {
    /// A setup from three keys of the catalogue.
    ///
    /// # Errors
    /// When a key is unknown.
    pub fn by_key(machine: &str, model: &str, quant: &str) -> Result<Self, PredictionProblem> {
        Ok(Self::new(catalogue::machine(machine)?, catalogue::model(model)?, catalogue::quant(quant)?))
    }
}
