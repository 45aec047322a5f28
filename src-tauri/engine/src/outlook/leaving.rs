//! What an offer has come to when the person leaves in a given month: what has vested, what is paid back, what of the
//! match is kept and which tokens are lost.

use super::place_of_kind;
use crate::comparison::ledgers;
use crate::settings::Settings;
use counterweight_domain::offer::OfferKind;
use counterweight_domain::{Case, Entry};
use rust_decimal::Decimal;
use serde::Serialize;
use ts_rs::TS;

/// Every offer by month of leaving.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Leaving {
    /// The offers that can be valued, in the order of the case.
    pub offers: Vec<LeavingOffer>,
}

/// One offer by month of leaving.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LeavingOffer {
    /// The offer's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The current job, or an offer.
    pub kind: OfferKind,
    /// Its place among those of its kind, from 0; also the place of its colour.
    pub position: u32,
    /// Value when leaving at the end of month 1, 2 and so on to the horizon.
    #[serde(serialize_with = "crate::ledger::amounts")]
    #[ts(type = "string[]")]
    pub months: Vec<Decimal>,
    /// The mean of it when each month carries the case's chance of leaving and who has not left by the horizon stays;
    /// none when no chance is stated.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub expected: Option<Decimal>,
}

/// Every offer of a case by month of leaving.
pub fn leaving(case: &Case) -> Leaving {
    let settings = Settings::of(case);
    let months = settings.horizon_years * 12;
    let mut tried = case.clone();
    let mut series: Vec<Vec<Decimal>> = vec![Vec::new(); case.offers.len()];
    let mut valued = vec![false; case.offers.len()];
    for month in 1..=months {
        tried.assumptions.stay_months = Entry::typed(month.to_string());
        let ledgers = ledgers(&tried, &Settings::of(&tried)).0;
        for (i, ledger) in ledgers.iter().enumerate() {
            series[i].push(ledger.total());
            valued[i] = ledger.valued;
        }
    }
    let offers = case
        .offers
        .iter()
        .zip(series)
        .enumerate()
        .filter(|(i, _)| valued[*i])
        .map(|(i, (offer, months))| LeavingOffer {
            id: offer.id.clone(),
            name: offer.name().to_owned(),
            kind: offer.kind,
            position: place_of_kind(case, i),
            expected: expected(&months, settings.leave_risk),
            months,
        })
        .collect();
    Leaving { offers }
}

/// The mean over a constant chance of leaving in each month.
fn expected(months: &[Decimal], yearly: f64) -> Option<Decimal> {
    if yearly <= 0.0 {
        return None;
    }
    let monthly = 1.0 - libm::pow(1.0 - yearly.min(1.0), 1.0 / 12.0);
    let leaves = Decimal::try_from(monthly).ok()?.round_dp(12);
    let mut here = Decimal::ONE;
    let mut sum = Decimal::ZERO;
    for amount in months {
        sum += amount * here * leaves;
        here = (here * (Decimal::ONE - leaves)).round_dp(16);
    }
    Some((sum + months.last()? * here).round_dp(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    /// Two months at 50 % a month (75 % over two months is not the year's figure, so the yearly chance is
    /// 1 − 0.5¹²): half leave with 100, a quarter with 300, a quarter stays to 300: 50 + 75 + 75.
    #[test]
    fn the_mean_weighs_each_month_by_who_leaves_in_it() {
        let yearly = 1.0 - libm::pow(0.5, 12.0);
        assert_eq!(expected(&[dec!(100), dec!(300)], yearly), Some(dec!(200.00)));
        assert_eq!(expected(&[dec!(100)], 0.0), None);
    }
}
