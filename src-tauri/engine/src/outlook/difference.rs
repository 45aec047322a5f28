//! The difference between two offers over the futures, as dots that can be counted, and each offer's range over time.

use super::{only, place_of_kind};
use crate::comparison::ledgers;
use crate::settings::Settings;
use crate::simulation::{self, GoesOn, better, quantile};
use counterweight_domain::offer::OfferKind;
use counterweight_domain::{Case, money};
use rust_decimal::Decimal;
use serde::Serialize;
use ts_rs::TS;

/// How many dots stand for all futures: few enough to count, enough for odds of one in fifty.
pub const DOTS: usize = 50;

/// Paths that are drawn beside a fan.
const SHOWN_PATHS: u32 = 5;

/// The difference of two offers over the horizon.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// The dots, by rising difference.
    pub dots: Vec<Dot>,
    /// The share of futures in which the first offer is worth more, 0 to 1; a tie counts half.
    pub probability: f64,
    /// Standard error of that share from the number of futures.
    pub probability_error: f64,
}

/// One of fifty equally likely parts of the futures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Dot {
    /// How much more the first offer is worth, in the middle of the part.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub difference: Decimal,
    /// The future it comes from, which can be opened.
    pub path: u32,
}

/// Offer `a` against offer `b`.
pub fn difference(case: &Case, a: usize, b: usize) -> Difference {
    difference_while(case, a, b, &|| true).expect("nobody stops this run")
}

/// The same for as long as `goes_on` says so; none when it was stopped.
pub fn difference_while(case: &Case, a: usize, b: usize, goes_on: GoesOn) -> Option<Difference> {
    let case = only(case, &[a, b]);
    let settings = Settings::of(&case);
    let models: Vec<_> = ledgers(&case, &settings).0.into_iter().map(|l| l.model).collect();
    let outcomes = simulation::run_while(&models, &settings, goes_on)?;
    let last = settings.horizon_years as usize - 1;
    let (first, second) = (outcomes.column(a, last), outcomes.column(b, last));
    let mut differences: Vec<(f64, u32)> =
        (0u32..).zip(first.iter().zip(&second)).map(|(i, (a, b))| (a - b, i)).collect();
    differences.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
    let count = differences.len();
    let dots = (0..DOTS.min(count))
        .map(|i| {
            let (value, path) = differences[(2 * i + 1) * count / (2 * DOTS.min(count))];
            Dot { difference: money::from_sample(value, settings.currency).unwrap_or_default(), path }
        })
        .collect();
    let probability = better(&first, &second);
    Some(Difference {
        dots,
        probability,
        probability_error: (probability * (1.0 - probability) / f64::from(settings.paths)).sqrt(),
    })
}

/// The range of an offer's cumulative value over the years.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Fan {
    /// The offer's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The current job, or an offer.
    pub kind: OfferKind,
    /// Its place among those of its kind, from 0; also the place of its colour.
    pub position: u32,
    /// By year, from the first.
    pub years: Vec<FanYear>,
    /// A few single futures: cumulative value by year.
    #[serde(serialize_with = "crate::ledger::rows")]
    #[ts(type = "string[][]")]
    pub paths: Vec<Vec<Decimal>>,
}

/// One year of a fan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FanYear {
    /// The year, from 1.
    pub year: u32,
    /// One in ten lies below.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub p10: Decimal,
    /// One in four lies below.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub p25: Decimal,
    /// Half lie below.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub p50: Decimal,
    /// One in four lies above.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub p75: Decimal,
    /// One in ten lies above.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub p90: Decimal,
}

/// The fan of every offer that can be valued.
pub fn fans(case: &Case) -> Vec<Fan> {
    fans_while(case, &|| true).expect("nobody stops this run")
}

/// The same for as long as `goes_on` says so; none when it was stopped.
pub fn fans_while(case: &Case, goes_on: GoesOn) -> Option<Vec<Fan>> {
    let settings = Settings::of(case);
    let ledgers = ledgers(case, &settings).0;
    let models: Vec<_> = ledgers.iter().map(|l| l.model.clone()).collect();
    let outcomes = simulation::run_while(&models, &settings, goes_on)?;
    let money_of = |value: f64| money::from_sample(value, settings.currency).unwrap_or_default();
    let fans = ledgers
        .iter()
        .enumerate()
        .filter(|(_, ledger)| ledger.valued)
        .map(|(i, _)| {
            let columns: Vec<Vec<f64>> =
                (0..settings.horizon_years as usize).map(|year| outcomes.column(i, year)).collect();
            let paths = (0..SHOWN_PATHS.min(settings.paths) as usize)
                .map(|path| columns.iter().map(|column| money_of(column[path])).collect())
                .collect();
            let years = (1u32..)
                .zip(columns)
                .map(|(year, mut column)| {
                    let mut at = |p: f64| money_of(quantile(&mut column, p).unwrap_or_default());
                    FanYear { year, p10: at(0.1), p25: at(0.25), p50: at(0.5), p75: at(0.75), p90: at(0.9) }
                })
                .collect();
            let offer = &case.offers[i];
            Fan {
                id: offer.id.clone(),
                name: offer.name().to_owned(),
                kind: offer.kind,
                position: place_of_kind(case, i),
                years,
                paths,
            }
        })
        .collect();
    Some(fans)
}
