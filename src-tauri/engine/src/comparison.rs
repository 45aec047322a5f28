//! Offers side by side: value by year and component, what the futures say, and which is worth more.

use crate::finance;
use crate::ledger::{Component, Line, Tier};
use crate::offer_value::{self, OfferLedger};
use crate::settings::Settings;
use crate::simulation::{self, GoesOn, MODEL, Outcomes, better, quantile};
use crate::taxation::YearOfTax;
use crate::{PrivateView, private_view};
use counterweight_domain::assumptions::MoneyBasis;
use counterweight_domain::offer::OfferKind;
use counterweight_domain::{Case, Currency, Finding, Findings, Path, money};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// Offers side by side over the horizon, in the case's currency: before or after tax and in the money that the case's
/// assumptions ask for.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Currency of every amount.
    pub currency: Currency,
    /// Years counted.
    pub horizon_years: u32,
    /// Months the person stays; at most 12 × `horizon_years`.
    pub stay_months: u32,
    /// The offers, in the order of the case.
    pub offers: Vec<OfferValue>,
    /// The offer that is worth most, when any can be valued.
    pub best: Option<String>,
    /// The next best, when there is one.
    pub runner_up: Option<String>,
    /// The offer that the others are measured against: the one asked for, or the current job, or else the first.
    pub baseline: Option<String>,
    /// The best against the runner-up.
    pub lead: Option<Lead>,
    /// What the sampled futures say.
    pub futures: Futures,
    /// What is wrong, missing or worth watching.
    pub findings: Vec<Finding>,
}

/// What one offer is worth.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OfferValue {
    /// The offer's id.
    pub id: String,
    /// Its name on screen.
    pub name: String,
    /// The job.
    pub role: String,
    /// The current job, or an offer.
    pub kind: OfferKind,
    /// Its place in the case, from 0; also the place of its colour.
    pub position: u32,
    /// Value year by year.
    pub years: Vec<YearValue>,
    /// Value by component over the horizon; only components that are there.
    pub components: Vec<ComponentValue>,
    /// Value over the horizon.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub total: Decimal,
    /// Value over the horizon less the baseline's.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub against_baseline: Decimal,
    /// The same total by other conventions.
    pub conventions: Conventions,
    /// The tax of each year of work; empty before tax.
    pub taxes: Vec<YearOfTax>,
    /// What its private shares may come to, when it has any.
    pub private: Option<PrivateView>,
    /// What was left out because it could not be read, in plain words.
    pub left_out: Vec<String>,
    /// False when the offer could not be valued at all; it is then not ranked.
    pub valued: bool,
}

/// What people call "total compensation", each by its name.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Conventions {
    /// The first year.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub first_year: Decimal,
    /// The average year of the time counted.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub average_year: Decimal,
    /// The last whole year, when what was paid for joining is over.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub last_year: Decimal,
    /// Discounted to the start at the case's rate: net present value, the same in whatever money is asked for; in
    /// present money it is the total.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub present: Decimal,
    /// The same sum each year that has this present value: equivalent annual value. In real money it buys the same
    /// each year, at the real rate.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub equivalent_annual: Decimal,
}

/// The value of one year.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct YearValue {
    /// The year, from 1.
    pub year: u32,
    /// Amounts by tier: guaranteed, likely, speculative.
    #[serde(serialize_with = "crate::ledger::amounts")]
    #[ts(type = "[string, string, string]")]
    pub tiers: [Decimal; 3],
    /// All of it.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub total: Decimal,
    /// This year and all before it.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub cumulative: Decimal,
    /// Amounts by component; only components that are there.
    pub components: Vec<ComponentAmount>,
}

/// An amount of one component.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComponentAmount {
    /// Which.
    pub component: Component,
    /// How much.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub amount: Decimal,
}

/// The value of one component over the horizon.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComponentValue {
    /// Which.
    pub component: Component,
    /// Its least certain tier.
    pub tier: Tier,
    /// What it is counted at.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub amount: Decimal,
    /// What the letter claims for it, where that differs: tokens and hardware.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub claimed: Option<Decimal>,
}

/// The best offer against the runner-up.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Lead {
    /// How much more it is worth, expected.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub amount: Decimal,
    /// The share of futures in which it is worth more, 0 to 1; a tie counts half.
    pub probability: f64,
    /// Standard error of that share from the number of futures.
    pub probability_error: f64,
    /// The difference in the futures: the tenth, fiftieth and ninetieth percentile.
    pub difference: Band,
}

/// The futures: what was sampled and what came out.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Futures {
    /// How many.
    pub paths: u32,
    /// From which seed.
    pub seed: u64,
    /// Version of the model that drew them; figures from another version need not agree.
    pub model: u32,
    /// By offer, in the order of the comparison's offers.
    pub offers: Vec<OfferFutures>,
    /// P(row is worth more than column) over the horizon, in the order of the offers.
    pub better: Vec<Vec<f64>>,
}

/// One offer in the futures.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OfferFutures {
    /// The offer's id.
    pub id: String,
    /// Cumulative value at the end of each year.
    pub cumulative: Vec<Band>,
}

/// A range of outcomes, as money rounded to the currency's smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Band {
    /// One in ten lies below.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub p10: Decimal,
    /// Half lie below.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub p50: Decimal,
    /// One in ten lies above.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub p90: Decimal,
}

/// Every offer of a case with its ledger, in the order of the case, and what could not be read.
pub fn ledgers(case: &Case, settings: &Settings) -> (Vec<OfferLedger>, Findings) {
    let mut findings = case.check();
    let mut ledgers: Vec<OfferLedger> = case
        .offers
        .iter()
        .take(counterweight_domain::case::MOST_OFFERS)
        .enumerate()
        .map(|(i, offer)| offer_value::value(case, offer, i, settings, &mut findings))
        .collect();
    // Where tax is taken off some, those it could not be taken off stand on another footing.
    if ledgers.iter().any(|ledger| !ledger.taxes.is_empty()) {
        for ledger in &mut ledgers {
            ledger.ranked = ledger.valued && (!ledger.taxes.is_empty() || ledger.lines.is_empty());
        }
    }
    (ledgers, findings)
}

/// Compares the offers of a case: exact values from the ledgers, ranges from the futures.
pub fn compare(case: &Case) -> Comparison {
    compare_while(case, &|| true).expect("nobody stops this comparison")
}

/// The same for as long as `goes_on` says so; none when it was stopped.
pub fn compare_while(case: &Case, goes_on: GoesOn) -> Option<Comparison> {
    let settings = Settings::of(case);
    let (ledgers, findings) = ledgers(case, &settings);
    let models: Vec<_> = ledgers.iter().map(|l| l.model.clone()).collect();
    let outcomes = simulation::run_while(&models, &settings, goes_on)?;

    let baseline = baseline(case);
    let base_total = baseline.and_then(|i| ledgers.get(i)).map_or(Decimal::ZERO, OfferLedger::total);
    let offers: Vec<OfferValue> = ledgers
        .iter()
        .enumerate()
        .map(|(i, ledger)| {
            let others = ledgers.iter().enumerate().filter(|(other, ledger)| *other != i && ledger.ranked);
            let best_other = others.map(|(_, ledger)| ledger.total()).max();
            offer_figures(case, i, ledger, &settings, base_total, best_other, &findings)
        })
        .collect();
    let ranking = ranking(&ledgers);
    let id = |place: Option<&usize>| place.map(|&i| offers[i].id.clone());
    let lead = match ranking[..] {
        [first, second, ..] => Some(lead(&offers, &outcomes, first, second, &settings)),
        _ => None,
    };
    Some(Comparison {
        currency: settings.currency,
        horizon_years: settings.horizon_years,
        stay_months: settings.stay_months,
        best: id(ranking.first()),
        runner_up: id(ranking.get(1)),
        baseline: baseline.map(|i| offers[i].id.clone()),
        lead,
        futures: futures(&offers, &outcomes, &settings),
        offers,
        findings: findings.into_vec(),
    })
}

/// The offer that the others are measured against: the one asked for, or the current job, or else the first.
fn baseline(case: &Case) -> Option<usize> {
    let asked = &case.assumptions.baseline;
    let asked = case.offers.iter().position(|o| !asked.is_empty() && o.id == *asked);
    asked
        .or_else(|| case.offers.iter().position(|o| o.kind == OfferKind::CurrentJob))
        .or((!case.offers.is_empty()).then_some(0))
}

/// The two offers whose difference is looked into: the most valuable, and the baseline that was asked for, or else the next.
/// None when fewer than two can be set beside each other.
pub fn pair(case: &Case, ledgers: &[OfferLedger]) -> Option<(usize, usize)> {
    let ranking = ranking(ledgers);
    let [best, next, ..] = ranking[..] else { return None };
    let asked = &case.assumptions.baseline;
    let asked = case.offers.iter().position(|offer| !asked.is_empty() && offer.id == *asked);
    Some((best, asked.filter(|place| *place != best && ranking.contains(place)).unwrap_or(next)))
}

/// The places of the offers that can be set beside each other, most valuable first; of equal ones, the earlier.
fn ranking(ledgers: &[OfferLedger]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..ledgers.len()).filter(|&i| ledgers[i].ranked).collect();
    places.sort_by_key(|&i| std::cmp::Reverse(ledgers[i].total()));
    places
}

fn offer_figures(
    case: &Case,
    index: usize,
    ledger: &OfferLedger,
    settings: &Settings,
    base_total: Decimal,
    best_other: Option<Decimal>,
    findings: &Findings,
) -> OfferValue {
    let offer = &case.offers[index];
    let path = Path::root().join("offers").join(index);
    let total = ledger.total();
    let mut cumulative = Decimal::ZERO;
    let years = (1..=settings.horizon_years)
        .map(|year| {
            let lines: Vec<&Line> = ledger.lines.iter().filter(|l| l.year() == year).collect();
            let total = sum(lines.iter().copied());
            cumulative += total;
            YearValue {
                year,
                tiers: Tier::ALL.map(|tier| sum(lines.iter().copied().filter(|l| l.tier == tier))),
                total,
                cumulative,
                components: amounts(&lines),
            }
        })
        .collect();
    let components = Component::ALL
        .into_iter()
        .filter_map(|component| {
            let lines: Vec<&Line> = ledger.lines.iter().filter(|l| l.component == component).collect();
            let claimed = match component {
                Component::Tokens => ledger.claimed_tokens,
                Component::Hardware => ledger.claimed_hardware,
                _ => None,
            };
            if lines.is_empty() && claimed.is_none() {
                return None;
            }
            let tier = lines.iter().map(|l| l.tier).max().unwrap_or(Tier::Speculative);
            Some(ComponentValue { component, tier, amount: sum(lines.into_iter()), claimed })
        })
        .collect();
    // A workload that cannot be read is missing from an offer only when the offer has something to do with it.
    let compute = offer.token_budget.is_some() || offer.hardware.is_some();
    let elsewhere = ["workload", "exchange"].map(|name| Path::root().join(name));
    let mut left_out: Vec<String> = findings
        .as_slice()
        .iter()
        .filter(|f| f.path.is_within(&path) || (compute && elsewhere.iter().any(|at| f.path.is_within(at))))
        .map(|f| f.left_out.clone())
        .filter(|text| !text.is_empty())
        .collect();
    left_out.dedup();
    let private = private_view(case, index, best_other);
    OfferValue {
        conventions: conventions(ledger, settings),
        taxes: ledger.taxes.clone(),
        private,
        id: offer.id.clone(),
        name: offer.name().to_owned(),
        role: offer.role.clone(),
        kind: offer.kind,
        position: u32::try_from(index).unwrap_or(u32::MAX),
        years,
        components,
        total,
        against_baseline: total - base_total,
        left_out,
        valued: ledger.valued,
    }
}

fn conventions(ledger: &OfferLedger, settings: &Settings) -> Conventions {
    let of_year = |year: u32| sum(ledger.lines.iter().filter(|l| l.year() == year));
    let round = |amount: Decimal| money::round(amount, settings.currency);
    let months = settings.stay_months.max(1);
    let whole_years = (settings.stay_months / 12).max(1);
    let total = ledger.total();
    let (present, equivalent) = in_time(&ledger.lines, settings, months).unwrap_or((total, total));
    Conventions {
        first_year: of_year(1),
        average_year: round(total * Decimal::from(12) / Decimal::from(months)),
        last_year: of_year(whole_years),
        present: round(present),
        equivalent_annual: round(equivalent),
    }
}

/// What the lines are worth at the start, and the sum each year of `months` that is worth as much.
///
/// Discounted is discounted once, whatever money the lines are in: nominal money at the rate of discount, real money at
/// the real rate that is left of it above inflation, present money not at all. The level sum is in the money asked for:
/// the same figure each year, or in real money the same purchasing power.
fn in_time(lines: &[Line], settings: &Settings, months: u32) -> Option<(Decimal, Decimal)> {
    let rate = Decimal::try_from(settings.discount).ok()?.round_dp(12);
    let inflation = Decimal::try_from(settings.inflation).ok()?.round_dp(12);
    let rate = if settings.money == MoneyBasis::Real { finance::real_rate(rate, inflation).ok()? } else { rate };
    let flows: Vec<(u32, Decimal)> = lines.iter().map(|line| (line.month, line.amount)).collect();
    let present = match settings.money {
        MoneyBasis::Present => flows.iter().map(|flow| flow.1).sum(),
        MoneyBasis::Nominal | MoneyBasis::Real => finance::npv_by_month(rate, &by_month(&flows)).ok()?,
    };
    Some((present, finance::equivalent_annual_by_month(present, rate, months).ok()?))
}

/// Flows of one month as one.
fn by_month(flows: &[(u32, Decimal)]) -> Vec<(u32, Decimal)> {
    let mut months: BTreeMap<u32, Decimal> = BTreeMap::new();
    for (month, amount) in flows {
        *months.entry(*month).or_default() += amount;
    }
    months.into_iter().collect()
}

fn sum<'a>(lines: impl Iterator<Item = &'a Line>) -> Decimal {
    lines.map(|line| line.amount).sum()
}

fn amounts(lines: &[&Line]) -> Vec<ComponentAmount> {
    Component::ALL
        .into_iter()
        .filter(|component| lines.iter().any(|l| l.component == *component))
        .map(|component| ComponentAmount {
            component,
            amount: sum(lines.iter().copied().filter(|l| l.component == component)),
        })
        .collect()
}

fn futures(offers: &[OfferValue], outcomes: &Outcomes, settings: &Settings) -> Futures {
    let years = settings.horizon_years as usize;
    let finals: Vec<Vec<f64>> = (0..offers.len()).map(|i| outcomes.column(i, years - 1)).collect();
    Futures {
        paths: settings.paths,
        seed: settings.seed,
        model: MODEL,
        offers: offers
            .iter()
            .enumerate()
            .map(|(i, offer)| OfferFutures {
                id: offer.id.clone(),
                cumulative: (0..years).map(|y| band(&mut outcomes.column(i, y), settings.currency)).collect(),
            })
            .collect(),
        better: finals.iter().map(|a| finals.iter().map(|b| better(a, b)).collect()).collect(),
    }
}

fn lead(offers: &[OfferValue], outcomes: &Outcomes, first: usize, second: usize, settings: &Settings) -> Lead {
    let last = settings.horizon_years as usize - 1;
    let (a, b) = (outcomes.column(first, last), outcomes.column(second, last));
    let probability = better(&a, &b);
    let mut differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a - b).collect();
    Lead {
        amount: offers[first].total - offers[second].total,
        probability,
        // The standard error of a share from independent trials.
        probability_error: (probability * (1.0 - probability) / f64::from(settings.paths)).sqrt(),
        difference: band(&mut differences, settings.currency),
    }
}

/// The tenth, fiftieth and ninetieth percentile of a sample, as money. `values` is reordered.
pub(crate) fn band(values: &mut [f64], currency: Currency) -> Band {
    let mut at = |p: f64| quantile(values, p).and_then(|v| money::from_sample(v, currency)).unwrap_or_default();
    Band { p10: at(0.1), p50: at(0.5), p90: at(0.9) }
}
