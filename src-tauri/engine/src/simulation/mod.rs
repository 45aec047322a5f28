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
use counterweight_inference::balance::lanes::{LANES, Lanes};
use draw::{Draws, TokenRoom};
use model::{OfferModel, Prepared, Scratch};
use rayon::prelude::*;

/// Version of the model: figures of another version need not agree.
pub const MODEL: u32 = 2;

/// Paths that one task works through, in whole blocks; small enough to balance, large enough to keep overhead away.
const CHUNK: usize = 8 * LANES;

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
                let mut room = BlockRoom::new(years);
                for (block, rows) in rows.chunks_mut(LANES * width).enumerate() {
                    draws.sample((chunk * CHUNK + block * LANES) as u64, rows.len() / width);
                    room.fill(&prepared, &draws, rows);
                }
                Some(())
            })
            .is_some();
    }
    whole.then_some(Outcomes { values, offers: offers.len(), years })
}

/// Room for one offer's values in a block of paths.
struct BlockRoom {
    scratch: Scratch,
    values: Vec<Lanes>,
}

impl BlockRoom {
    fn new(years: usize) -> Self {
        Self { scratch: Scratch::default(), values: vec![[0.0; LANES]; years] }
    }

    /// Writes the cumulative value by year of every offer in the paths that `draws` holds, a row a path.
    fn fill(&mut self, offers: &[Prepared], draws: &Draws, rows: &mut [f64]) {
        let years = self.values.len();
        let width = offers.len() * years;
        for (index, offer) in offers.iter().enumerate() {
            offer.value(index, draws, &mut self.scratch, &mut self.values);
            for (lane, row) in rows.chunks_exact_mut(width).enumerate() {
                let mut running = 0.0;
                for (cumulative, year) in row[index * years..][..years].iter_mut().zip(&self.values) {
                    running += year[lane];
                    *cumulative = running;
                }
            }
        }
    }
}

/// One path, opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The person's use against plan, on average over the months.
    pub use_of_plan: f64,
    /// The price of tokens against plan at each year's end; empty where no path of prices is stated.
    pub token_prices: Vec<f64>,
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
    /// Base against plan, by year; empty where raises do not spread.
    pub raised: Vec<f64>,
    /// Which exit of its private company comes, as a number from 0 to 1: the one whose chance, counted from the first exit
    /// on, holds it. None where no exit pays.
    pub exit: Option<f64>,
    /// The month after which the person is let go, when that happens.
    pub let_go: Option<u32>,
}

/// Opens one path: the same draws and the same sums as in [`run`].
pub fn open(offers: &[OfferModel], settings: &Settings, path: u32) -> Opened {
    let years = settings.horizon_years as usize;
    let mut draws = Draws::new(settings, offers);
    let mut room = BlockRoom::new(years);
    draws.sample(u64::from(path), 1);
    #[allow(clippy::cast_precision_loss)]
    let use_of_plan = draws.uses().iter().map(|month| month[0]).sum::<f64>() / draws.uses().len().max(1) as f64;
    let offers = offers
        .iter()
        .enumerate()
        .map(|(index, offer)| {
            offer.prepare(settings).value(index, &draws, &mut room.scratch, &mut room.values);
            let prices = offer.vests.first().map_or_else(Vec::new, |vest| {
                (1..=settings.horizon_years)
                    .map(|year| year * 12)
                    .filter(|month| *month <= settings.stay_months)
                    .map(|month| {
                        let mut price = [0.0; LANES];
                        draws.price(index, &model::ShareVest { month, from: 0, ..*vest }, &mut price);
                        price[0]
                    })
                    .collect()
            });
            let payouts = (0..years).map(|year| draws.payout(index, year).map_or(1.0, |payout| payout[0])).collect();
            let let_go = draws.let_go(index).map(|ends| ends[0]).filter(|end| *end < u32::MAX);
            let raised = (0..years).filter_map(|year| draws.raised(index, year).map(|raised| raised[0])).collect();
            let exit = (!offer.exits.is_empty()).then(|| draws.exit(index)[0]);
            let years = room.values.iter().map(|year| year[0]).collect();
            OpenedOffer { years, prices, payouts, raised, exit, let_go }
        })
        .collect();
    let ends = (1..=settings.horizon_years).map(|year| (year * 12).min(settings.stay_months));
    let token_prices = ends.filter_map(|month| draws.token_price(month).map(|price| price[0])).collect();
    Opened { use_of_plan, token_prices, offers }
}

/// The person's use against plan in each path, by month: the same draws as in [`run`].
pub fn uses(settings: &Settings, spread: f64, mut visit: impl FnMut(usize, &[f64])) {
    let mut draws = Draws::of_use(settings, spread);
    let mut path = Vec::new();
    each_path(settings.paths, &mut draws, |index, draws, lane| {
        path.clear();
        path.extend(draws.uses().iter().map(|month| month[lane]));
        visit(index, &path);
    });
}

/// The futures of one offer's token budget: the person's use, prices and whether it is taken back, the same draws as in
/// [`run`].
pub fn token_futures(settings: &Settings, offer: &OfferModel, mut visit: impl FnMut(usize, &FutureDraws)) {
    let mut draws = Draws::of_tokens(settings, offer);
    let mut room = TokenRoom::default();
    each_path(settings.paths, &mut draws, |index, draws, lane| visit(index, &draws.tokens(0, lane, &mut room)));
}

fn each_path(paths: u32, draws: &mut Draws, mut visit: impl FnMut(usize, &Draws, usize)) {
    for first in (0..paths as usize).step_by(LANES) {
        draws.sample(first as u64, paths as usize - first);
        for lane in 0..draws.count() {
            visit(first + lane, draws, lane);
        }
    }
}
