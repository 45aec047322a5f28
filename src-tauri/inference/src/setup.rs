//! What is to be run on what: machine, model, weights and how they are split.

use crate::catalogue;
use crate::machine::Machine;
use crate::model::{KvCache, Model};
use crate::problem::PredictionProblem;
use crate::quant::{Layout, Quant};
use crate::speed::Calibration;
use crate::speed::runtime::{Packing, Runtime};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

mod named;

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
    /// How its numbers are packed, as far as it changes the speed.
    pub packing: Packing,
}

/// Weights kept in the computer's own memory, beside the card: routed experts first, or layers of a dense model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offload {
    /// Share of the routed experts (of a dense model: of all weights) that lies in the computer's memory, 0 to 1.
    pub share: f64,
    /// Bandwidth of that memory, 10^9 bytes a second.
    pub ram_gbs: f64,
}

impl Weights {
    /// The published file of a model at a quantisation, or else its size from the bits per weight.
    pub fn of(model: &Model, quant: &Quant) -> Self {
        let file = model.files.iter().find(|file| file.quant.eq_ignore_ascii_case(&quant.key));
        let bytes =
            file.map_or_else(|| model.params_total_b * 1e9 * quant.bits_per_weight / 8.0, |file| file.gib * GIB);
        Self { bytes, layout: quant.layout, known_file: file.is_some(), packing: Packing::named(&quant.key) }
    }

    /// A file whose size the caller knows, GiB.
    pub fn from_gib(gib: f64, layout: Layout) -> Self {
        Self { bytes: gib * GIB, layout, known_file: true, packing: Packing::default() }
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
    /// The program it runs in.
    pub runtime: Runtime,
    /// Users served at once, at least one.
    pub users: u32,
    /// Whether a draft model or extra heads propose tokens ahead.
    pub speculative: bool,
    /// A power limit the owner set on each card, W.
    pub power_limit_w: Option<f64>,
    /// What lies in the computer's own memory.
    pub offload: Option<Offload>,
    /// What the owner's own runs said about this machine.
    pub calibration: Option<Calibration>,
}

impl<'a> Setup<'a> {
    /// One device, a 16-bit cache and 512 tokens a step.
    pub fn new(machine: &'a Machine, model: &'a Model, quant: &Quant) -> Self {
        Self::with_weights(machine, model, Weights::of(model, quant))
    }

    /// As [`Setup::new`], for weights the caller knows.
    pub fn with_weights(machine: &'a Machine, model: &'a Model, weights: Weights) -> Self {
        Self {
            machine,
            model,
            weights,
            devices: 1,
            split: Split::Layer,
            cache: KvCache::F16,
            ubatch: 512,
            runtime: Runtime::default(),
            users: 1,
            speculative: false,
            power_limit_w: None,
            offload: None,
            calibration: None,
        }
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

    /// Another engine, backend or build.
    #[must_use]
    pub fn running(self, runtime: Runtime) -> Self {
        Self { runtime, ..self }
    }

    /// Several users at once.
    #[must_use]
    pub fn for_users(self, users: u32) -> Self {
        Self { users, ..self }
    }

    /// With the owner's own runs on this machine.
    #[must_use]
    pub fn with_calibration(self, calibration: Calibration) -> Self {
        Self { calibration: Some(calibration), ..self }
    }

    /// With part of the weights in the computer's own memory.
    #[must_use]
    pub fn with_offload(self, offload: Offload) -> Self {
        Self { offload: Some(offload), ..self }
    }

    /// With the least share of its weights in the computer's own memory, in steps of a twentieth, so that the rest fits the
    /// cards; all that can go there when even that does not do.
    #[must_use]
    pub fn beside_memory(self, ram_gbs: f64, context_tokens: u64) -> Self {
        let fits = |setup: &Self| crate::fit::fit(setup, context_tokens).is_ok_and(|found| found.fits);
        if fits(&self) {
            return self;
        }
        (1..=20)
            .map(|part| self.with_offload(Offload { share: f64::from(part) / 20.0, ram_gbs }))
            .find(fits)
            .unwrap_or_else(|| self.with_offload(Offload { share: 1.0, ram_gbs }))
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
        if self.users == 0 {
            return bad("The number of users", "at least 1");
        }
        if self.power_limit_w.is_some_and(|watts| !(watts.is_finite() && watts > 0.0)) {
            return bad("The power limit", "a positive number of watts");
        }
        if let Some(offload) = self.offload {
            if !(0.0..=1.0).contains(&offload.share) {
                return bad("The share of the weights in the computer's memory", "between 0 and 1");
            }
            if !(offload.ram_gbs.is_finite() && offload.ram_gbs > 0.0) {
                return bad("The bandwidth of the computer's memory", "a positive number");
            }
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
