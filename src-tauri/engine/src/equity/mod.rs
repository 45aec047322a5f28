//! Equity as pay: grants of shares and options, refreshers, a purchase plan, and the shares of a private company.
//!
//! A public grant vests into wages at the share price of its day; a private one is worth something only at an exit.
//! Start reading at [`add`], then [`grant`].

mod grant;
mod options;
mod plan;
mod private;
mod refreshers;

use crate::offer_value::Build;
use crate::pay::Base;
use crate::settings::Settings;
use counterweight_domain::grant::{GrantSize, Instrument};
use counterweight_domain::{Case, CivilDate, Findings, Grant, Money, Offer, Problem};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

pub use private::{PrivateOutcome, PrivateReferences, PrivateView, view as private_view};

/// Adds everything of an offer that is equity.
pub(crate) fn add(case: &Case, offer: &Offer, base: Option<&Base>, build: &mut Build, findings: &mut Findings) {
    let incentive = options::incentive(offer, build);
    for (i, terms) in offer.grants.iter().enumerate().filter(|(_, terms)| !is_private(offer, terms)) {
        grant::grant(terms, i, &incentive, build, findings);
    }
    let held = all_held(offer, build, findings);
    private::add(offer, &held, build, findings);
    match &offer.refreshers {
        // Later grants of a private company cannot be sold as they vest either.
        Some(terms) if !held.is_empty() && !terms.amount.is_blank() => findings.error(
            &build.path.join("refreshers").join("amount"),
            Problem::new(
                "refreshers.private",
                "Later grants in a private company are shares at a price somebody chose, so a sum of money is not counted.",
                "Enter each as a grant in shares, with the day it is granted; it then follows the exits.",
            ),
            "refreshers",
        ),
        Some(terms) => refreshers::add(terms, build, findings),
        None => {}
    }
    if let (Some(terms), Some(base)) = (&offer.purchase_plan, base) {
        plan::add(case, terms, base, build, findings);
    }
}

/// Whether a grant is of shares without a market.
fn is_private(offer: &Offer, terms: &Grant) -> bool {
    terms.instrument == Instrument::PrivateRsu || (terms.instrument.is_option() && offer.private_company.is_some())
}

/// Everything an offer holds of a private company.
fn all_held(offer: &Offer, build: &Build, findings: &mut Findings) -> Vec<private::Held> {
    let incentive = options::incentive(offer, build);
    let private = offer.grants.iter().enumerate().filter(|(_, terms)| is_private(offer, terms));
    private.filter_map(|(i, _)| private::held(offer, i, &incentive, build, findings)).collect()
}

/// When a grant vests.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantSchedule {
    /// The whole grant, in shares or, where it is a sum of money that no share price divides, in the offer's currency.
    #[serde(with = "rust_decimal::serde::str")]
    pub whole: Decimal,
    /// Whether the figures are money.
    pub is_money: bool,
    /// What vests, by rising day.
    pub tranches: Vec<Vested>,
}

/// What vests on one day.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Vested {
    /// The day.
    pub date: CivilDate,
    /// How much.
    #[serde(with = "rust_decimal::serde::str")]
    pub amount: Decimal,
    /// How much up to and on this day.
    #[serde(with = "rust_decimal::serde::str")]
    pub so_far: Decimal,
}

/// The whole schedule of grant `place` of offer `index`, what vested before the first day included. None, with a finding,
/// when its terms cannot be read.
pub fn schedule(case: &Case, index: usize, place: usize, findings: &mut Findings) -> Option<GrantSchedule> {
    let (settings, offer) = (Settings::of(case), case.offers.get(index)?);
    let build = crate::offer_value::empty(case, offer, index, &settings, findings)?;
    let path = build.path.join("grants").join(place);
    let terms = offer.grants.get(place)?;
    let mut wrong = Findings::default();
    terms.check(&path, &mut wrong);
    // What a share is worth or costs moves no day.
    let prices = ["sharePrice", "strike", "referencePrice"].map(|field| path.join(field));
    findings.extend(wrong.without(&prices));
    let vests = grant::vests(terms, &path, &build, findings)?;
    // A sum of money vests in percent of it.
    let unit = if vests.is_money { vests.whole / Decimal::ONE_HUNDRED } else { Decimal::ONE };
    let mut so_far = Decimal::ZERO;
    let tranches = vests.earlier.iter().chain(&vests.tranches).map(|tranche| {
        so_far += tranche.shares * unit;
        Vested { date: tranche.date, amount: (tranche.shares * unit).normalize(), so_far: so_far.normalize() }
    });
    Some(GrantSchedule { tranches: tranches.collect(), whole: vests.whole, is_money: vests.is_money })
}

/// Growth and volatility of a grant's shares, its own or else the case's. None when what is there cannot be read.
fn moves(grant: &Grant, settings: &Settings) -> Option<(f64, f64)> {
    let growth = match grant.growth.value() {
        Some(growth) => growth.fraction().to_f64(),
        None if grant.growth.is_blank() => Some(settings.share_growth),
        None => None,
    };
    let volatility = match grant.volatility.value() {
        Some(volatility) => volatility.fraction().to_f64(),
        None if grant.volatility.is_blank() => Some(settings.share_volatility),
        None => None,
    };
    growth.zip(volatility)
}

/// What a share is worth after `months`, against the price of the day from which they are counted.
pub(crate) fn index(growth: f64, months: u32) -> Decimal {
    // Growth is a power with a fractional exponent, so it comes from a float once, with twelve digits.
    Decimal::try_from(libm::pow(1.0 + growth, f64::from(months) / 12.0)).unwrap_or(Decimal::ONE).round_dp(12)
}

/// What a grant is said to be worth, in the offer's currency, at the price of the offer's day.
pub fn face_value(grant: &Grant, currency: counterweight_domain::Currency) -> Option<Money> {
    let shares = match &grant.size {
        GrantSize::Value { amount } => return amount.value().map(|a| Money::new(a.decimal(), currency)),
        GrantSize::Shares { count } => count.value()?.decimal(),
        GrantSize::Percent { percent, fully_diluted } => percent.value()?.fraction() * fully_diluted.value()?.decimal(),
    };
    Some(Money::new(shares * grant.share_price.value()?.decimal(), currency).rounded())
}
