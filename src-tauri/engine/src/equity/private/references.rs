//! What models say of shares that cannot be sold: a band for their discount, and what options would cost if they could be.

use super::held::{Held, TERM_YEARS};
use crate::offer_value::Build;
use crate::options::marketability;
use crate::options::reference_price::EuropeanOption;
use counterweight_domain::money;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use ts_rs::TS;

/// Figures to hold one's own against. None of them is counted.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrivateReferences {
    /// The volatility they take, as a fraction: the grants' own where it is entered, or else the case's.
    pub volatility: f64,
    /// Years until the exits, on average by their chances.
    pub years: f64,
    /// The discount for lack of marketability as a band, each end 0 to 1: Finnerty (2012) and Chaffe (1993).
    pub discount: [f64; 2],
    /// What the exits would count for at the larger discount and at the smaller, each exit at its chance, in the case's
    /// currency.
    #[serde(serialize_with = "crate::ledger::amounts")]
    #[ts(type = "[string, string]")]
    pub expected: [Decimal; 2],
    /// What the options would cost by Black, Scholes and Merton if they could be sold, for the years until they lapse, in
    /// the case's currency: an upper end. None without options whose shares have a valuation.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub options: Option<Decimal>,
}

/// The figures for what `held` pays: `expected` before any discount, in the offer's currency, at exits that come after
/// `months` on average. None where no exit pays.
pub(super) fn references(held: &[Held], expected: Decimal, months: f64, build: &Build) -> Option<PrivateReferences> {
    if expected <= Decimal::ZERO {
        return None;
    }
    let settings = build.settings;
    let rate = libm::log1p(settings.discount);
    let volatility = held.iter().find_map(|grant| grant.volatility).unwrap_or(settings.share_volatility);
    let years = months / 12.0;
    let band = marketability::band(volatility, years, rate)?;
    let to_case = |amount: Decimal| money::round(amount.checked_mul(build.rate).unwrap_or_default(), settings.currency);
    let less = |discount: f64| to_case(expected * (Decimal::ONE - Decimal::try_from(discount).unwrap_or_default()));
    let options: Vec<Decimal> = held.iter().filter_map(|grant| option_price(grant, volatility, rate, build)).collect();
    Some(PrivateReferences {
        volatility,
        years,
        discount: [band.low, band.high],
        expected: [less(band.high), less(band.low)],
        options: (!options.is_empty()).then(|| to_case(options.iter().sum())),
    })
}

/// What a grant of options would cost if it could be sold on the first day, in the offer's currency.
fn option_price(grant: &Held, volatility: f64, rate: f64, build: &Build) -> Option<Decimal> {
    if !grant.instrument.is_option() || !grant.valued {
        return None;
    }
    let lapses = grant.granted.plus_months(TERM_YEARS * 12);
    let option = EuropeanOption {
        spot: grant.fair.to_f64()?,
        strike: grant.strike.to_f64()?,
        years: f64::from(build.start.months_until(lapses).max(0)) / 12.0,
        rate,
        dividend_yield: 0.0,
        volatility: grant.volatility.unwrap_or(volatility),
    };
    Decimal::try_from(option.prices()?.call).ok()?.checked_mul(grant.shares())
}
