//! One future, opened: what moved in it, and what each offer came to.

use crate::comparison::ledgers;
use crate::settings::Settings;
use crate::simulation;
use counterweight_domain::{Case, money};
use rust_decimal::Decimal;
use serde::Serialize;
use ts_rs::TS;

/// One future.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Future {
    /// Its number.
    pub path: u32,
    /// The person's use of tokens against plan, on average over the months.
    pub use_of_plan: f64,
    /// Every offer that can be valued.
    pub offers: Vec<FutureOffer>,
}

/// One offer in one future.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FutureOffer {
    /// The offer's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Value by year.
    #[serde(serialize_with = "crate::ledger::amounts")]
    #[ts(type = "string[]")]
    pub years: Vec<Decimal>,
    /// Value over the horizon.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub total: Decimal,
    /// The share price at the end of each year against its expected path; empty when no shares move.
    pub prices: Vec<f64>,
    /// Bonus payout of each year against plan.
    pub payouts: Vec<f64>,
    /// The month after which the person is let go, when that happens.
    pub let_go: Option<u32>,
}

/// Opens future `path`. None when the case has fewer.
pub fn future(case: &Case, path: u32) -> Option<Future> {
    let settings = Settings::of(case);
    if path >= settings.paths {
        return None;
    }
    let ledgers = ledgers(case, &settings).0;
    let models: Vec<_> = ledgers.iter().map(|l| l.model.clone()).collect();
    let opened = simulation::open(&models, &settings, path);
    let money_of = |value: f64| money::from_sample(value, settings.currency).unwrap_or_default();
    let offers = ledgers
        .iter()
        .zip(&opened.offers)
        .enumerate()
        .filter(|(_, (ledger, _))| ledger.valued)
        .map(|(i, (_, run))| FutureOffer {
            id: case.offers[i].id.clone(),
            name: case.offers[i].name().to_owned(),
            years: run.years.iter().copied().map(money_of).collect(),
            total: money_of(run.years.iter().sum()),
            prices: run.prices.clone(),
            payouts: run.payouts.clone(),
            let_go: run.let_go,
        })
        .collect();
    Some(Future { path, use_of_plan: opened.use_of_plan, offers })
}
