//! One future, opened: what moved in it, and what each offer came to.

use crate::comparison::ledgers;
use crate::settings::Settings;
use crate::simulation;
use counterweight_domain::{Case, Offer, money};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
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
    /// The price of tokens against plan at the end of each year; empty where no path of prices is stated.
    pub token_prices: Vec<f64>,
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
    /// Base of each year against plan; empty where raises do not spread.
    pub raised: Vec<f64>,
    /// What becomes of its private company: the name of the exit that comes, or empty when none does. None where no exit
    /// pays.
    pub exit: Option<String>,
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
            raised: run.raised.clone(),
            exit: run.exit.map(|drawn| exit_of(&case.offers[i], drawn)),
            let_go: run.let_go,
        })
        .collect();
    Some(Future { path, use_of_plan: opened.use_of_plan, token_prices: opened.token_prices, offers })
}

/// The name of the exit that a number from 0 to 1 stands for, or its number without one; empty when none comes.
fn exit_of(offer: &Offer, drawn: f64) -> String {
    let exits = offer.private_company.iter().flat_map(|company| &company.exits).enumerate();
    let mut before = Decimal::ZERO;
    // As the ledger counts them: those whose value and chance can be read.
    for (place, exit) in exits.filter(|(_, exit)| exit.value.value().is_some()) {
        let Some(chance) = exit.probability.value() else { continue };
        before += chance.fraction();
        if drawn < before.to_f64().unwrap_or(0.0) {
            let name = exit.label.trim();
            return if name.is_empty() { format!("exit {}", place + 1) } else { name.to_owned() };
        }
    }
    String::new()
}
