//! What it would take and what to ask, in figures and in words.

use crate::App;
use crate::error::{Code, ErrorBody};
use crate::wire::{AskText, NegotiateRequest, NegotiateResponse, Sentence};
use crate::words::{name, sentence};
use counterweight_domain::offer::OfferKind;
use counterweight_domain::{Case, Currency, money};
use counterweight_engine::comparison;
use counterweight_engine::negotiation::{self, Ask, AskOutcome, AskUnit, Lever, Negotiation};
use counterweight_engine::settings::Settings;
use counterweight_report::format;
use rust_decimal::Decimal;

/// What an offer needs to equal the best other one, and what its letter leaves open.
///
/// # Errors
/// When the case has no such offer.
pub fn negotiate(_: &App, request: NegotiateRequest) -> Result<NegotiateResponse, ErrorBody> {
    negotiated(&request.case, request.offer.as_deref())
}

/// The same, for any host.
///
/// # Errors
/// When the case has no such offer, or none at all.
pub fn negotiated(case: &Case, offer: Option<&str>) -> Result<NegotiateResponse, ErrorBody> {
    let id = offer.map(str::to_owned).or_else(|| usual(case));
    let negotiation = id.and_then(|id| negotiation::negotiate(case, &id)).ok_or_else(|| ErrorBody {
        code: Code::NotFound,
        message: "There is no such offer in the case.".to_owned(),
        field: Some("offers".to_owned()),
        hint: Some("Enter an offer first.".to_owned()),
    })?;
    Ok(NegotiateResponse {
        headline: headline(&negotiation),
        asks: negotiation.asks.iter().map(|ask| ask_text(ask, &negotiation)).collect(),
        negotiation,
        findings: case.check().into_vec(),
    })
}

/// The offer that is negotiated when none is named: the best one that does not lead; of a single one, that one.
fn usual(case: &Case) -> Option<String> {
    let settings = Settings::of(case);
    let (ledgers, _) = comparison::ledgers(case, &settings);
    let mut places: Vec<usize> = (0..ledgers.len()).filter(|&i| ledgers[i].ranked).collect();
    places.sort_by_key(|&i| std::cmp::Reverse(ledgers[i].total()));
    let open = |i: &&usize| case.offers[**i].kind == OfferKind::Offer;
    places.iter().skip(1).find(open).or_else(|| places.iter().find(open)).map(|&i| case.offers[i].id.clone())
}

fn headline(n: &Negotiation) -> Sentence {
    let Some(against) = &n.against_name else {
        return sentence("Enter a second offer to see what it would take.");
    };
    let (gap, own, against) = (format::whole(n.gap.abs(), n.currency), name(&n.name), name(against));
    if n.gap.is_zero() {
        sentence(&format!("**{own}** and **{against}** are worth the same."))
    } else if n.gap > Decimal::ZERO {
        sentence(&format!("**{own}** needs **{gap}** more to equal {against}."))
    } else {
        sentence(&format!("**{own}** leads {against} by **{gap}**."))
    }
}

fn ask_text(ask: &Ask, n: &Negotiation) -> AskText {
    let figure = |amount: Decimal| figure(amount, ask.unit, n.offer_currency);
    let gap = |amount: Decimal| format::money(amount.abs(), n.currency);
    let (change, detail) = match &ask.outcome {
        AskOutcome::Reached { to, change, gap: left, whole_shares } => {
            let sign = if *change < Decimal::ZERO { "\u{2212}" } else { "+" };
            let mut detail =
                format!("From {} to {}. Applied, the two differ by {}.", figure(ask.from), figure(*to), gap(*left));
            if let Some(whole) = whole_shares {
                detail.push_str(&format!(" In whole shares: {}, {} ahead.", figure(whole.to), gap(whole.gap)));
            }
            if ask.lever == Lever::Hardware {
                detail.push_str(" Of a machine counts what it can be sold for in the end, and own work it does.");
            }
            (format!("{sign} {}{}", figure(change.abs()), per(ask.unit)), detail)
        }
        AskOutcome::NotReachable { closes, reason } => {
            let closed = if closes.is_zero() {
                "It closes nothing of the gap.".to_owned()
            } else {
                format!("At most it closes {} of {}.", gap(*closes), gap(n.gap))
            };
            ("not reachable".to_owned(), format!("{reason} {closed}"))
        }
    };
    AskText { lever: ask.lever, label: label(ask.lever, ask.unit).to_owned(), change, detail }
}

fn figure(amount: Decimal, unit: AskUnit, currency: Currency) -> String {
    match unit {
        AskUnit::Shares => format!("{} shares", money::grouped(amount.round_dp(4))),
        AskUnit::PercentOfCompany => format!("{} %", amount.round_dp(6).normalize()),
        AskUnit::BudgetUnits => money::grouped(amount.round_dp(4)),
        _ => format::money(amount, currency),
    }
}

fn per(unit: AskUnit) -> &'static str {
    match unit {
        AskUnit::MoneyPerYear => " a year",
        AskUnit::MoneyPerMonth => " a month",
        AskUnit::MoneyPerQuarter => " a quarter",
        AskUnit::BudgetUnits => " units a period",
        AskUnit::MoneyOnce => " once",
        AskUnit::GrantValue => " in the grant",
        AskUnit::Shares => "",
        AskUnit::PercentOfCompany => " of the company",
    }
}

fn label(lever: Lever, unit: AskUnit) -> &'static str {
    match (lever, unit) {
        (Lever::Base, _) => "Base pay",
        (Lever::SignOn, _) => "Sign-on",
        (Lever::Shares, AskUnit::Shares) => "Shares in the grant",
        (Lever::Shares, AskUnit::PercentOfCompany) => "Part of the company",
        (Lever::Shares, _) => "Value of the grant",
        (Lever::TokenBudget, _) => "Token budget",
        (Lever::Hardware, _) => "Hardware stipend",
    }
}
