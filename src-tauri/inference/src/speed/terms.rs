//! The physical terms of decoding and of reading, and which traits of a run correct each.
//!
//! The constants are the published ones of [`super::published`]; a run without any known trait is predicted by them alone.

use super::fitting::{Term, Trait};
use super::published as law;
use super::runtime::{Engine, Packing};
use crate::machine::{MachineKind, PowerKind};
use crate::model::{Attention, Model};
use crate::setup::{Setup, Split};
use crate::weights::ByteShares;

/// Exponent of the gain from `n` cards that share every layer, single-user runs on one to four cards.
pub(crate) const TENSOR_EXPONENT: f64 = 0.75;

/// Slack of the traits: how far from the published formula would be no surprise, natural logarithms.
mod slack {
    // Writing.
    pub const EVERYWHERE: f64 = 0.02;
    pub const KIND: f64 = 0.10;
    pub const STACKED: f64 = 0.25;
    pub const MAKER: f64 = 0.08;
    pub const FAMILY: f64 = 0.12;
    pub const DRIVER: f64 = 0.10;
    pub const PROGRAM: f64 = 0.15;
    pub const PACKING: f64 = 0.10;
    pub const SHAPE: f64 = 0.10;
    pub const OVERHEAD: f64 = 0.20;
    pub const CACHE: f64 = 0.30;
    // Reading.
    pub const READ_EVERYWHERE: f64 = 0.05;
    pub const READ_MAKER: f64 = 0.10;
    pub const READ_FAMILY: f64 = 0.20;
    pub const READ_DRIVER: f64 = 0.10;
    pub const READ_PACKING: f64 = 0.20;
    pub const READ_SHAPE: f64 = 0.20;
    pub const READ_WEIGHTS: f64 = 0.20;
    pub const POWER: f64 = 0.05;
    pub const STATED_POWER: f64 = 0.30;
    pub const ATTENTION_EVERYWHERE: f64 = 0.10;
    pub const ATTENTION_MAKER: f64 = 0.40;
    pub const STEPS: f64 = 0.30;
}

/// Who made the chip: what families of one maker share.
fn maker(family: &str) -> &str {
    family.split('-').next().unwrap_or(family)
}

fn kind(kind: MachineKind) -> &'static str {
    match kind {
        MachineKind::Gpu => "card",
        MachineKind::Unified => "unified",
        MachineKind::Cpu => "processor",
    }
}

/// How much faster several devices are than one: only a tensor split adds speed for one user.
pub(crate) fn gain(setup: &Setup) -> f64 {
    match setup.split {
        Split::Layer => 1.0,
        Split::Tensor => libm::pow(f64::from(setup.devices), TENSOR_EXPONENT),
    }
}

/// The traits of chip and program on one term.
fn chip(term: &str, setup: &Setup, maker_slack: f64, family_slack: f64, driver_slack: f64) -> Vec<Trait> {
    let family = setup.machine.family.as_str();
    let mut traits = Vec::with_capacity(8);
    if setup.runtime.on_processor(setup.machine) {
        traits.push(Trait::new(format!("{term}.maker.cpu"), 1.0, maker_slack));
    } else {
        traits.push(Trait::new(format!("{term}.maker.{}", maker(family)), 1.0, maker_slack));
        traits.push(Trait::new(format!("{term}.family.{family}"), 1.0, family_slack));
        if let Some(driver) = setup.runtime.driver(setup.machine) {
            traits.push(Trait::new(format!("{term}.driver.{driver}"), 1.0, driver_slack));
        }
    }
    if setup.runtime.engine != Engine::LlamaCpp {
        traits.push(Trait::new(format!("{term}.engine.{}", setup.runtime.engine.word()), 1.0, slack::PROGRAM));
    }
    if setup.runtime.old_build {
        traits.push(Trait::new(format!("{term}.old-build"), 1.0, slack::PROGRAM));
    }
    traits
}

/// The traits of the model's shape on one term.
fn shape(term: &str, model: &Model, slack: f64) -> Vec<Trait> {
    let mut traits = Vec::new();
    if model.is_moe() {
        traits.push(Trait::new(format!("{term}.experts"), 1.0, slack));
    }
    if model.attention != Attention::Gqa {
        traits.push(Trait::new(format!("{term}.latent"), 1.0, slack));
    }
    if model.linear_layers.is_some_and(|layers| layers > 0) {
        traits.push(Trait::new(format!("{term}.linear-layers"), 1.0, slack));
    }
    traits
}

/// One token written with `depth_tokens` in the cache, one user: weights, layers, cache.
pub(crate) fn decode(setup: &Setup, bandwidth: f64, depth_tokens: u64) -> Vec<Term> {
    let model = setup.model;
    let reading = law::DECODE_EFFICIENCY * bandwidth * gain(setup);
    let bytes = ByteShares::of(model, &setup.weights).for_one_token();
    let in_ram = setup.offload.map_or(0.0, |offload| {
        let experts = ByteShares::of(model, &setup.weights).experts_for_one_token();
        offload.share * if model.is_moe() { experts } else { bytes }
    });

    let mut weights = chip("weights", setup, slack::MAKER, slack::FAMILY, slack::DRIVER);
    weights.push(Trait::new("weights.all", 1.0, slack::EVERYWHERE));
    if setup.machine.stacked_memory {
        weights.push(Trait::new("weights.stacked-memory", 1.0, slack::STACKED));
    }
    weights.push(Trait::new(format!("weights.kind.{}", kind(setup.machine.kind)), 1.0, slack::KIND));
    weights.extend(shape("weights", model, slack::SHAPE));
    if setup.weights.packing != Packing::Blocks {
        weights.push(Trait::new(format!("weights.packing.{}", setup.weights.packing.word()), 1.0, slack::PACKING));
    }
    let mut layers = chip("layers", setup, slack::OVERHEAD, slack::OVERHEAD, slack::OVERHEAD);
    layers.push(Trait::new("layers.all", 1.0, slack::OVERHEAD));
    layers.extend(shape("layers", model, slack::OVERHEAD));
    let cache = vec![
        Trait::new("cache.all", 1.0, slack::CACHE),
        Trait::new(format!("cache.maker.{}", maker(&setup.machine.family)), 1.0, slack::CACHE),
        Trait::new("cache.plain-attention", f64::from(setup.runtime.plain_attention()), slack::CACHE),
        Trait::new("cache.latent", f64::from(model.attention != Attention::Gqa), slack::CACHE),
    ];

    let overhead = if model.is_moe() { law::MOE_LAYER_S } else { law::DENSE_LAYER_S };
    let mut terms = vec![
        Term { seconds: (bytes - in_ram) / reading, traits: weights },
        Term { seconds: f64::from(model.layers) * overhead, traits: layers },
        Term { seconds: model.kv_bytes(depth_tokens, setup.cache) / reading, traits: cache },
    ];
    if let Some(offload) = setup.offload {
        let seconds = in_ram / (law::DECODE_EFFICIENCY * offload.ram_gbs * 1e9);
        terms.push(Term { seconds, traits: vec![Trait::new("ram.all", 1.0, slack::OVERHEAD)] });
    }
    terms
}

/// `new` tokens read after `depth` tokens: products, attention, weights, layers.
pub(crate) fn prefill(setup: &Setup, figures: &law::Chip, new: f64, depth: f64) -> Vec<Term> {
    let model = setup.model;
    let sustained = figures.sustained() * gain(setup);
    let seconds = law::prefill_seconds(setup, sustained, figures.bandwidth * gain(setup), new, depth);

    let mut products = chip("products", setup, slack::READ_MAKER, slack::READ_FAMILY, slack::READ_DRIVER);
    products.push(Trait::new("products.all", 1.0, slack::READ_EVERYWHERE));
    products.push(Trait::new("products.power", -figures.power_over_compute(), slack::POWER));
    if setup.machine.power_kind == Some(PowerKind::StatedMaximum) {
        products.push(Trait::new("products.power.stated-maximum", -figures.power_over_compute(), slack::STATED_POWER));
    }
    products.extend(shape("products", model, slack::READ_SHAPE));
    if setup.weights.packing != Packing::Blocks {
        products.push(Trait::new(
            format!("products.packing.{}", setup.weights.packing.word()),
            1.0,
            slack::READ_PACKING,
        ));
    }
    let attention = vec![
        Trait::new("attention.all", 1.0, slack::ATTENTION_EVERYWHERE),
        Trait::new(format!("attention.maker.{}", maker(&setup.machine.family)), 1.0, slack::ATTENTION_MAKER),
        Trait::new("attention.plain-attention", f64::from(setup.runtime.plain_attention()), slack::ATTENTION_MAKER),
        Trait::new("attention.latent", f64::from(model.attention != Attention::Gqa), slack::ATTENTION_MAKER),
        Trait::new("attention.power", -figures.power_over_compute(), slack::POWER),
    ];
    let mut weights = vec![Trait::new("read.all", 1.0, slack::READ_WEIGHTS)];
    if setup.machine.kind != MachineKind::Gpu {
        weights.push(Trait::new("read.shared-memory", 1.0, slack::READ_WEIGHTS));
    }
    let layers = vec![
        Trait::new("steps.all", 1.0, slack::STEPS),
        Trait::new(format!("steps.maker.{}", maker(&setup.machine.family)), 1.0, slack::STEPS),
    ];
    [products, attention, weights, layers]
        .into_iter()
        .zip(seconds)
        .map(|(traits, seconds)| Term { seconds, traits })
        .collect()
}
