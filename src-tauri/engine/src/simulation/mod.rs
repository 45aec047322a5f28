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

pub use summary::{Outcomes, better, quantile};

use crate::settings::Settings;
use draw::Draws;
use model::{OfferModel, Scratch};
use rayon::prelude::*;

/// Version of the model: figures of another version need not agree.
pub const MODEL: u32 = 1;

/// Paths that one task works through; small enough to balance, large enough to keep overhead away.
const CHUNK: usize = 250;

/// Runs the futures. The result holds, for each path, each offer's cumulative value at the end of each year.
pub fn run(offers: &[OfferModel], settings: &Settings) -> Outcomes {
    let years = settings.horizon_years as usize;
    let paths = settings.paths as usize;
    let width = offers.len() * years;
    let mut values = vec![0.0; paths * width];
    if width > 0 {
        values.par_chunks_mut(CHUNK * width).enumerate().for_each(|(chunk, rows)| {
            let mut draws = Draws::new(settings, offers);
            let mut scratch = Scratch::default();
            for (i, row) in rows.chunks_exact_mut(width).enumerate() {
                draws.sample((chunk * CHUNK + i) as u64);
                for ((index, offer), out) in offers.iter().enumerate().zip(row.chunks_exact_mut(years)) {
                    offer.value(index, &draws, &mut scratch, out);
                    let mut running = 0.0;
                    for year in out {
                        running += *year;
                        *year = running;
                    }
                }
            }
        });
    }
    Outcomes { values, offers: offers.len(), years }
}

/// The person's use against plan in each path, by month: the same draws as in [`run`].
pub fn uses(settings: &Settings, spread: f64, mut visit: impl FnMut(usize, &[f64])) {
    let mut draws = Draws::of_use(settings, spread);
    for path in 0..settings.paths {
        draws.sample(u64::from(path));
        visit(path as usize, draws.uses());
    }
}
