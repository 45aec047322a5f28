//! The model of the futures and its normals, told to another program: what a second implementation needs to come to the
//! same values on the same draws. `tests/bench/value` holds such a one.

use super::draw::Draws;
use super::model::{OfferModel, Prepared, Told};
use super::{BlockRoom, Outcomes};
use crate::settings::Settings;
use counterweight_inference::balance::lanes::{LANES, Lanes};
use serde::Serialize;

/// A run of futures in figures.
#[derive(Debug, Clone, Serialize)]
pub struct ToldRun {
    /// Years over which values are counted.
    pub years: u32,
    /// Months that the person stays.
    pub months: u32,
    /// Weight of the market's normal in a month's shock, and of the company's own; their squares sum to one.
    pub weights: [f64; 2],
    /// Standard deviation of the log of a payout against plan.
    pub payout_spread: f64,
    /// Standard deviation of log use against plan, the share of its variance that is one level for the whole time, and
    /// whether it is drawn at all.
    pub use_spread: f64,
    /// See `use_spread`.
    pub level_share: f64,
    /// Normals of one path, in this order: the market's by month, if any share price moves; for each company ten payouts,
    /// then its own by month, if its price moves; the level of use and use by month, if use spreads.
    pub normals: usize,
    /// Whether the market is drawn.
    pub market: bool,
    /// For each company, whether its price is drawn. A company without price or payout draws nothing.
    pub companies: Vec<ToldCompany>,
    /// For each offer, its company.
    pub company_of: Vec<usize>,
    /// The offers.
    pub offers: Vec<Told>,
}

/// What a company draws.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ToldCompany {
    /// Its share price moves.
    pub price: bool,
    /// Its payout moves.
    pub payout: bool,
}

/// Tells the run; the error names what of the model is not told: exits, layoffs, jumps, raises that spread, stated paths
/// of token prices, machines, budgets that are shared, taken back or expire.
pub fn tell(offers: &[OfferModel], settings: &Settings) -> Result<ToldRun, &'static str> {
    let told = offers.iter().map(|offer| offer.prepare(settings).told()).collect::<Result<_, _>>()?;
    Draws::new(settings, offers).told(settings, told)
}

/// The standard normals of all paths: [`ToldRun::normals`] rows, each with one normal of every path.
pub fn normals(offers: &[OfferModel], settings: &Settings) -> Vec<f64> {
    let mut draws = Draws::new(settings, offers);
    let paths = settings.paths as usize;
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for path in 0..paths {
        let of_path = draws.normals(path as u64);
        rows.resize_with(of_path.len(), || Vec::with_capacity(paths));
        rows.iter_mut().zip(of_path).for_each(|(row, normal)| row.push(normal));
    }
    rows.concat()
}

/// The model made ready to value given normals, for another program's measure: what that program is given as well, each in
/// the layout that suits it.
pub struct Replay<'a> {
    settings: &'a Settings,
    offers: &'a [OfferModel],
    prepared: Vec<Prepared<'a>>,
    /// The normals block by block, each with one normal of its paths after the other.
    normals: Vec<Lanes>,
}

impl<'a> Replay<'a> {
    /// Makes it ready: sums by year, each year's tax as a curve, and `normals` (of [`normals`]) laid out in blocks.
    pub fn new(offers: &'a [OfferModel], settings: &'a Settings, normals: &[f64]) -> Self {
        let paths = settings.paths as usize;
        let mut blocks = Vec::with_capacity(normals.len() / LANES + normals.len() / paths.max(1));
        for first in (0..paths).step_by(LANES) {
            let count = LANES.min(paths - first);
            blocks.extend(normals.chunks_exact(paths).map(|row| {
                let mut lanes = [0.0; LANES];
                lanes[..count].copy_from_slice(&row[first..first + count]);
                lanes
            }));
        }
        let prepared = offers.iter().map(|offer| offer.prepare(settings)).collect();
        Self { settings, offers, prepared, normals: blocks }
    }

    /// The values of [`super::run`] on these normals, by the thread that asks.
    pub fn value(&self) -> Outcomes {
        let (paths, years) = (self.settings.paths as usize, self.settings.horizon_years as usize);
        let width = self.offers.len() * years;
        let mut values = vec![0.0; paths * width];
        let mut draws = Draws::new(self.settings, self.offers);
        let mut room = BlockRoom::new(years);
        let each = self.normals.len() / paths.div_ceil(LANES);
        for (rows, normals) in values.chunks_mut(LANES * width).zip(self.normals.chunks_exact(each)) {
            draws.take(normals);
            room.fill(&self.prepared, &draws, rows);
        }
        Outcomes { values, offers: self.offers.len(), years }
    }
}
