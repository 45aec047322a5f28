//! What private shares may come to, for the person: each exit as it is, the chance of nothing, and what would be needed.

use super::company::Company;
use super::held::{Flow, Held};
use super::needed::Wanted;
use super::references::{PrivateReferences, references};
use super::{Way, ways};
use crate::offer_value::Build;
use crate::settings::Settings;
use counterweight_domain::{Case, Findings, money};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use ts_rs::TS;

/// What an offer's private shares may come to.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrivateView {
    /// The chance that they are worth nothing, 0 to 1; what the exits leave open counts as nothing.
    pub probability_of_zero: f64,
    /// The sale above which a common share gets anything, at the end of the time stayed, in the offer's currency; none
    /// where the company cannot be read.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub common_above: Option<Decimal>,
    /// The exits that count, by rising payout.
    pub outcomes: Vec<PrivateOutcome>,
    /// What is paid to exercise options when no exit comes, in the case's currency.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub paid_before: Decimal,
    /// The sale at which this offer would be worth as much as the other, when one is asked for and there is one, in the
    /// offer's currency. Where no count of shares is known, what all shares together would have to be worth.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub sale_needed: Option<Decimal>,
    /// What a common share would then get, in the offer's currency; none where only a percentage is known.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub price_needed: Option<Decimal>,
    /// Whether the offer is behind, so that something is needed.
    pub behind: bool,
    /// What models say of it; none where no exit pays.
    pub references: Option<PrivateReferences>,
}

/// One exit of a private company, for the person.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrivateOutcome {
    /// What it is called.
    pub label: String,
    /// How likely, 0 to 1.
    pub probability: f64,
    /// What the person gets at it and after it, less the discount for what cannot be sold, in the case's currency.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub payout: Decimal,
}

/// The private shares of offer `index`, and what the company would have to be sold for, at the end of the time stayed,
/// for the offer to come to `best_other`, in the money and with the tax that the case asks for. None when it has none.
pub fn view(case: &Case, index: usize, best_other: Option<Decimal>) -> Option<PrivateView> {
    let settings = Settings::of(case);
    let offer = case.offers.get(index)?;
    let mut findings = Findings::default();
    let build = crate::offer_value::empty(case, offer, index, &settings, &mut findings)?;
    let held = super::super::all_held(offer, &build, &mut findings);
    if held.is_empty() && offer.private_company.is_none() {
        return None;
    }
    let path = build.path.join("privateCompany");
    let shares: Decimal = held.iter().map(Held::shares).sum();
    let terms = offer.private_company.as_ref();
    let company =
        terms.and_then(|terms| Company::read(terms, shares, settings.horizon_years * 12, &path, &mut findings));
    let ways = company.as_ref().and_then(|company| ways(company, &path, &mut findings)).unwrap_or_default();
    let kept = Decimal::ONE
        - terms.and_then(|terms| terms.illiquidity.value()).map(|discount| discount.fraction()).unwrap_or_default();
    let to_case = |amount: Decimal| money::round(amount.checked_mul(build.rate).unwrap_or_default(), settings.currency);
    let mut outcomes = Vec::new();
    let mut nothing = Decimal::ONE;
    let (mut expected, mut months) = (Decimal::ZERO, Decimal::ZERO);
    for way in &ways {
        let (Some(place), Some(sale)) = (way.place, way.sale) else { continue };
        let whole = of_way(&held, way, true, &build);
        let payout = whole * kept;
        if !payout.is_zero() {
            nothing -= way.chance();
            expected += whole * way.chance();
            months += Decimal::from(sale.month) * way.chance();
        }
        outcomes.push(PrivateOutcome {
            label: terms.and_then(|terms| terms.exits.get(place)).map(|exit| exit.label.clone()).unwrap_or_default(),
            probability: way.chance().to_f64().unwrap_or(0.0),
            payout: to_case(payout),
        });
    }
    outcomes.sort_by_key(|outcome| outcome.payout);
    let never = Way { place: None, range: (Decimal::ZERO, Decimal::ONE), sale: None };
    let waterfall = company.as_ref().and_then(|company| company.waterfall(settings.stay_months).ok());
    let wanted = Wanted { case, offer, index, settings: &settings, held: &held, waterfall: waterfall.as_ref() };
    let paid = (Decimal::ONE - nothing).max(Decimal::ZERO);
    let months = months.checked_div(paid).and_then(|months| months.to_f64()).unwrap_or(0.0);
    let needed = best_other.map(|target| wanted.for_total(target)).unwrap_or_default();
    Some(PrivateView {
        probability_of_zero: nothing.max(Decimal::ZERO).to_f64().unwrap_or(1.0),
        common_above: waterfall.as_ref().map(|waterfall| waterfall.common_is_paid_above()),
        outcomes,
        paid_before: to_case(-of_way(&held, &never, false, &build)),
        sale_needed: needed.sale,
        price_needed: needed.price,
        behind: needed.behind,
        references: references(&held, expected, months, &build),
    })
}

/// What the grants get in cash at an exit and after it, or have paid before it.
fn of_way(held: &[Held], way: &Way, at_exit: bool, build: &Build) -> Decimal {
    let cash = |flows: Vec<Flow>| flows.iter().filter(|f| f.at_exit == at_exit).map(|f| f.cash).sum::<Decimal>();
    held.iter().map(|grant| grant.flows(way.sale, build).map_or(Decimal::ZERO, cash)).sum()
}
