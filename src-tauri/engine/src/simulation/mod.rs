//! Sampled futures: share prices, bonus payouts and use of tokens, drawn once and shared by all offers.
//!
//! The same case and seed give the same bits on any number of threads: each path has a stream of its own, each
//! subject its own place in that stream, and sums run in a fixed order. Offers of one company share its share
//! price, and all share the market and the person's use, so a difference between two offers is paired.
//! Permuting offers permutes results; a longer horizon keeps the draws of the years before it.
//!
//! `f64` lives here and in what token use is made of; one function turns a sample into money.

mod draw;
mod exponential;
pub mod model;
mod summary;
pub mod told;

pub use summary::{Outcomes, better, quantile};

use crate::settings::Settings;
use counterweight_inference::balance::future::FutureDraws;
use draw::Draws;
use model::{OfferModel, Scratch};
use rayon::prelude::*;

/// Version of the model: figures of another version need not agree.
pub const MODEL: u32 = 2;

/// Paths that one task works through; small enough to balance, large enough to keep overhead away.
const CHUNK: usize = 250;

/// Runs the futures. The result holds, for each path, each offer's cumulative value at the end of each year.
pub fn run(offers: &[OfferModel], settings: &Settings) -> Outcomes {
    run_while(offers, settings, &|| true).expect("nobody stops this run")
}

/// Asked before each block of paths whether the run still goes on; may be asked from several threads at once.
pub type GoesOn<'a> = &'a (dyn Fn() -> bool + Sync);

/// Runs the futures for as long as `goes_on` says so; none when it was stopped. A block of paths that has begun is
/// finished: on one core that is a few milliseconds.
pub fn run_while(offers: &[OfferModel], settings: &Settings, goes_on: GoesOn) -> Option<Outcomes> {
    let years = settings.horizon_years as usize;
    let paths = settings.paths as usize;
    let width = offers.len() * years;
    let mut values = vec![0.0; paths * width];
    let prepared: Vec<_> = offers.iter().map(|offer| offer.prepare(settings)).collect();
    let mut whole = true;
    if width > 0 {
        whole = values
            .par_chunks_mut(CHUNK * width)
            .enumerate()
            .try_for_each(|(chunk, rows)| {
                if !goes_on() {
                    return None;
                }
                let mut draws = Draws::new(settings, offers);
                let mut scratch = Scratch::default();
                for (i, row) in rows.chunks_exact_mut(width).enumerate() {
                    draws.sample((chunk * CHUNK + i) as u64);
                    for ((index, offer), out) in prepared.iter().enumerate().zip(row.chunks_exact_mut(years)) {
                        offer.value(index, &draws, &mut scratch, out);
                        let mut running = 0.0;
                        for year in out {
                            running += *year;
                            *year = running;
                        }
                    }
                }
                Some(())
            })
            .is_some();
    }
    whole.then_some(Outcomes { values, offers: offers.len(), years })
}

/// One path, opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The person's use against plan, on average over the months.
    pub use_of_plan: f64,
    /// The offers, in their order.
    pub offers: Vec<OpenedOffer>,
}

/// One offer in one path.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenedOffer {
    /// Value by year.
    pub years: Vec<f64>,
    /// The share price at each year's end against its expected path; empty when no shares move.
    pub prices: Vec<f64>,
    /// Bonus payout against plan, by year.
    pub payouts: Vec<f64>,
    /// The month after which the person is let go, when that happens.
    pub let_go: Option<u32>,
}

/// Opens one path: the same draws and the same sums as in [`run`].
pub fn open(offers: &[OfferModel], settings: &Settings, path: u32) -> Opened {
    let years = settings.horizon_years as usize;
    let mut draws = Draws::new(settings, offers);
    let mut scratch = Scratch::default();
    draws.sample(u64::from(path));
    #[allow(clippy::cast_precision_loss)]
    let use_of_plan = draws.uses().iter().sum::<f64>() / draws.uses().len().max(1) as f64;
    let offers = offers
        .iter()
        .enumerate()
        .map(|(index, offer)| {
            let mut values = vec![0.0; years];
            offer.prepare(settings).value(index, &draws, &mut scratch, &mut values);
            let mut prices = Vec::new();
            if let Some(vest) = offer.vests.first() {
                let ends: Vec<_> = (1..=settings.horizon_years)
                    .map(|year| year * 12)
                    .filter(|month| *month <= settings.stay_months)
                    .map(|month| model::ShareVest { month, from: 0, ..*vest })
                    .collect();
                draws.prices(index, &ends, &mut prices);
            }
            let payouts = (0..years).map(|year| draws.payout(index, year)).collect();
            OpenedOffer { years: values, prices, payouts, let_go: draws.let_go(index) }
        })
        .collect();
    Opened { use_of_plan, offers }
}

/// The person's use against plan in each path, by month: the same draws as in [`run`].
pub fn uses(settings: &Settings, spread: f64, mut visit: impl FnMut(usize, &[f64])) {
    let mut draws = Draws::of_use(settings, spread);
    for path in 0..settings.paths {
        draws.sample(u64::from(path));
        visit(path as usize, draws.uses());
    }
}

/// The futures of one offer's token budget: the person's use, prices and whether it is taken back, the same draws as in
/// [`run`].
pub fn token_futures(settings: &Settings, offer: &OfferModel, mut visit: impl FnMut(usize, &FutureDraws)) {
    let mut draws = Draws::of_tokens(settings, offer);
    for path in 0..settings.paths {
        draws.sample(u64::from(path));
        visit(path as usize, &draws.tokens(0));
    }
}
