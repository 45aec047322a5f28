//! The model of the futures and its normals, told to another program: what a second implementation needs to come to the
//! same values on the same draws. `tests/bench/value` holds such a one.

use super::draw::Draws;
use super::model::{OfferModel, Told};
use crate::settings::Settings;
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

/// The standard normals of one path after the other, each [`ToldRun::normals`] long.
pub fn normals(offers: &[OfferModel], settings: &Settings) -> Vec<f64> {
    let mut draws = Draws::new(settings, offers);
    let mut all = Vec::new();
    for path in 0..settings.paths {
        draws.normals(u64::from(path), &mut all);
    }
    all
}
