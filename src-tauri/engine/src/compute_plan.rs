//! What a token budget is worth and what the same work would cost by other routes: the figures of the
//! *Tokens* screen.

use crate::break_even::{RouteFigures, routes};
use crate::comparison::{Band, band};
use crate::compute;
use crate::offer_value;
use crate::settings::Settings;
use crate::simulation::{self, quantile};
use counterweight_domain::{Case, CivilDate, Currency, Findings, money};
use counterweight_inference::balance::Lots;
use counterweight_inference::price;
use counterweight_inference::workload::Work;
use rust_decimal::Decimal;
use serde::Serialize;
use ts_rs::TS;

/// One offer's token budget and hardware, month by month, and the routes the work could take instead.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ComputePlan {
    /// The offer; none when only the routes are asked for.
    pub offer: Option<String>,
    /// Its name.
    pub name: String,
    /// Currency of every amount.
    pub currency: Currency,
    /// Months simulated.
    pub months: u32,
    /// What the work is, in a month at the start.
    pub work: WorkFigures,
    /// What the budget claims and what of it counts; none when the offer has no budget that can be read.
    pub budget: Option<BudgetFigures>,
    /// Cloud, bought, rented and hybrid, paid from the person's own pocket.
    pub routes: RouteFigures,
}

/// The work in figures.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkFigures {
    /// Calls to the model in a month.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub calls_per_month: Decimal,
    /// Tokens in a month: sent and received.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub tokens_per_month: Decimal,
    /// What a month costs at list price, in the case's currency; none when the model has no price.
    #[serde(with = "rust_decimal::serde::str_option")]
    #[ts(type = "string | null")]
    pub list_cost_per_month: Option<Decimal>,
    /// Where the price comes from: catalogue, version, model as matched, day.
    pub price_source: String,
}

/// What the budget claims and what counts.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BudgetFigures {
    /// Everything granted over the months, the person's share of it.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub claimed: Decimal,
    /// Expires unused.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub breakage: Decimal,
    /// Spent on the employer's work: a tool of the job, never added to pay.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub enabler: Decimal,
    /// Spent on what the person would have bought anyway.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub perk: Decimal,
    /// Spent on other own work, at list price.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub option_use: Decimal,
    /// What that own work is counted at.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub option_value: Decimal,
    /// Paid out or carried out on leaving.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub cashed: Decimal,
    /// Work beyond the budget that the person pays.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub out_of_pocket: Decimal,
    /// What counts as pay: perk + option value + cashed − out of pocket.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub counted: Decimal,
    /// The balance at the end of each month, before the next grant.
    pub balance: Vec<BalanceMonth>,
    /// The share of futures in which the budget runs out before the end of at least one period.
    pub runs_out: f64,
    /// The first month in which it runs out: tenth, fiftieth and ninetieth percentile among those futures.
    pub run_out_month: Option<[u32; 3]>,
}

/// One month of a budget.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BalanceMonth {
    /// The month, from 1.
    pub month: u32,
    /// Available in the month: carried over and granted, at planned use.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub available: Decimal,
    /// Spent in the month, at planned use.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub spent: Decimal,
    /// Expired at the end of the month, at planned use.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub expired: Decimal,
    /// Left at the end of the month before anything expires, at planned use.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub left: Decimal,
    /// Left at the end of the month in the futures.
    pub left_band: Band,
}

/// The plan for one offer's budget, or for the routes alone. `offer` is the offer's place in the case.
///
/// What cannot be read or priced is left out, with a finding.
pub fn plan(case: &Case, settings: &Settings, offer: Option<usize>, findings: &mut Findings) -> ComputePlan {
    let chosen = offer.and_then(|i| case.offers.get(i).map(|o| (i, o)));
    let ledger = chosen.map(|(i, o)| offer_value::value(case, o, i, settings, findings));
    let start = ledger.as_ref().map(|l| l.start).or(settings.start);
    let months = settings.horizon_years * 12;
    let priced = start.and_then(|start| compute::priced(case, settings, start, months, findings));
    let work = offer_value::work(case, settings, findings);
    let routes = match (&work, start) {
        (Some((work, dollar)), Some(_)) => {
            routes(work, *dollar, priced.as_ref().map(|p| p.per_call.as_slice()), months, settings, findings)
        }
        _ => RouteFigures::default(),
    };
    ComputePlan {
        offer: chosen.map(|(_, o)| o.id.clone()),
        name: chosen.map_or_else(String::new, |(_, o)| o.name().to_owned()),
        currency: settings.currency,
        months,
        work: work_figures(
            work.as_ref().map(|w| &w.0),
            priced.as_ref().map(|p| p.per_call.as_slice()),
            start,
            settings,
        ),
        budget: ledger.and_then(|l| budget(&l, settings)),
        routes,
    }
}

/// A sampled or planned figure as money; nothing is zero.
pub(crate) fn amount(figure: f64, currency: Currency) -> Decimal {
    money::from_sample(figure, currency).unwrap_or_default()
}

fn work_figures(
    work: Option<&Work>,
    per_call: Option<&[f64]>,
    start: Option<CivilDate>,
    settings: &Settings,
) -> WorkFigures {
    let Some(work) = work else {
        return WorkFigures {
            calls_per_month: Decimal::ZERO,
            tokens_per_month: Decimal::ZERO,
            list_cost_per_month: None,
            price_source: String::new(),
        };
    };
    let source = work
        .cloud()
        .zip(start)
        .and_then(|((provider, model), day)| price::schedule_on(provider, model, day.jiff()).ok())
        .map_or_else(String::new, |s| {
            let p = &s.provenance;
            format!(
                "{}, {} at {}, price of {}",
                p.catalogue,
                p.model_id,
                p.provider_id,
                &p.priced_at[..p.priced_at.len().min(10)]
            )
        });
    WorkFigures {
        calls_per_month: Decimal::try_from(work.calls_per_month).unwrap_or_default().round_dp(0),
        tokens_per_month: Decimal::try_from(work.tokens_per_month()).unwrap_or_default().round_dp(0),
        list_cost_per_month: per_call
            .and_then(|p| p.first())
            .and_then(|p| money::from_sample(work.calls_per_month * p, settings.currency)),
        price_source: source,
    }
}

fn budget(ledger: &offer_value::OfferLedger, settings: &Settings) -> Option<BudgetFigures> {
    let model = ledger.model.compute.as_ref()?;
    model.budget.as_ref()?;
    let currency = settings.currency;
    let mut months: Vec<BalanceMonth> = Vec::new();
    let (mut claimed, mut enabler, mut perk, mut own, mut pocket) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut lots = Lots::default();
    let zero = Band { p10: Decimal::ZERO, p50: Decimal::ZERO, p90: Decimal::ZERO };
    let cashed = model.run(
        &mut lots,
        |_| 1.0,
        |month, value| {
            let b = &value.budget;
            claimed += b.granted;
            enabler += b.work;
            perk += b.perk;
            own += b.own;
            pocket += b.out_of_pocket;
            months.push(BalanceMonth {
                month,
                available: amount(b.available, currency),
                spent: amount(b.work + b.perk + b.own, currency),
                expired: amount(b.expired, currency),
                left: amount(b.left, currency),
                left_band: zero,
            });
        },
    );
    let count = months.len();
    let paths = settings.paths as usize;
    let mut left = vec![vec![0.0; paths]; count];
    let mut first_dry: Vec<f64> = Vec::new();
    simulation::uses(settings, model.spread, |path, used| {
        let mut dry = None;
        model.run(
            &mut lots,
            |month| used[month as usize - 1],
            |month, value| {
                left[month as usize - 1][path] = value.budget.left;
                if value.budget.ran_out && dry.is_none() {
                    dry = Some(month);
                }
            },
        );
        first_dry.extend(dry.map(f64::from));
    });
    for (month, values) in months.iter_mut().zip(&mut left) {
        month.left_band = band(values, currency);
    }
    #[allow(clippy::cast_precision_loss)]
    let runs_out = first_dry.len() as f64 / paths.max(1) as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let run_out_month = (!first_dry.is_empty())
        .then(|| [0.1, 0.5, 0.9].map(|p| quantile(&mut first_dry, p).unwrap_or(0.0).round() as u32));
    let round = |figure: f64| amount(figure, currency);
    let (claimed, enabler, perk, option_use, cashed) =
        (round(claimed), round(enabler), round(perk), round(own), round(cashed));
    let (option_value, out_of_pocket) = (round(own * model.option_value), round(pocket));
    Some(BudgetFigures {
        claimed,
        // The rest of what was granted, so that the four parts sum to the claim to the cent.
        breakage: claimed - enabler - perk - option_use - cashed,
        enabler,
        perk,
        option_use,
        option_value,
        cashed,
        out_of_pocket,
        counted: perk + option_value + cashed - out_of_pocket,
        balance: months,
        runs_out,
        run_out_month,
    })
}
