//! What a token budget is worth and what the same work would cost by other routes: the figures of the
//! *Tokens* screen.

use crate::break_even::{RouteFigures, routes};
use crate::comparison::{Band, band};
use crate::compute::{self, PricedWork};
use crate::compute_work::{self, ClassFigures, PlanFigures};
use crate::compute_worth::{CashWorth, YearOfBudget, worth};
use crate::offer_value;
use crate::price_book;
use crate::settings::Settings;
use crate::simulation::{self, quantile};
use counterweight_domain::{Case, CivilDate, Currency, Findings, money};
use counterweight_inference::balance::Lots;
use counterweight_inference::balance::future::FutureDraws;
use counterweight_inference::balance::run_out::{self, RunOut};
use counterweight_inference::price::Schedule;
use counterweight_inference::workload::classes::WorkClass;
use counterweight_inference::workload::lognormal::normal_quantile;
use counterweight_inference::workload::{Lists, Work};
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
    /// The classes of that work.
    pub classes: Vec<ClassFigures>,
    /// Subscription plans beside paying by the token.
    pub plans: Vec<PlanFigures>,
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
    /// A quiet and a busy month against the middle one: what 1 month in 10 stays below and 1 in 10 goes beyond, times.
    pub months_differ: [f64; 2],
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
    /// Work beyond the budget that the employer pays on approval: a tool of the job, never added to pay.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub employer_paid: Decimal,
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
    /// Taken beyond the person's equal part of a pool; negative when the others took from the person. Zero for a
    /// budget of one's own.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub from_others: Decimal,
    /// When it first runs out, over all futures.
    pub run_out: RunOutDates,
    /// What it is worth in cash; none without an offer.
    pub worth: Option<CashWorth>,
}

/// The day on which a budget first runs out before its period ends, over all futures.
#[derive(Debug, Clone, PartialEq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunOutDates {
    /// The day by which 10, 50 and 90 of 100 futures have run out; none where that many never do.
    pub by: [Option<String>; 3],
    /// Share of the futures in which it never does, 0 to 1.
    pub never: f64,
    /// Share of the futures that have run out by the end of each month, from month 1.
    pub cumulative: Vec<f64>,
    /// Share of the futures in which the employer takes the budget back.
    pub taken_back: f64,
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
    let lists = work.as_ref().zip(start).and_then(|((work, _), day)| {
        Lists::on(&price_book::book(case, findings), work.cloud()?, day.jiff(), work).ok()
    });
    let schedule = lists.as_ref().map(|lists| &lists.standard);
    // What a stated path or a change does to the price starts with the second month, so the list price is today's.
    let (classes, plans) = match &work {
        Some((work, dollar)) => {
            let month = priced.as_ref().and_then(|priced| Some(priced.calls.first()? * priced.per_call.first()?));
            compute_work::limits(&case.workload, work, month.map(|month| month / dollar), findings);
            compute_work::plan_week(&case.workload, findings);
            if let Some(window) = schedule.and_then(|list| list.context_tokens) {
                compute_work::window(&case.workload, work, window, findings);
            }
            let call = |class: &WorkClass| {
                let lists = lists.as_ref()?;
                let (service, _, list) = lists.served(class);
                let rates = list.for_prompt(class.mean_call().prompt());
                Some((service, of_class(work, class, lists) * dollar, rates))
            };
            let plans = lists.as_ref().map(|lists| {
                compute_work::plans(work, &|class| of_class(work, class, lists), *dollar, &case.workload, settings)
            });
            (compute_work::classes(work, call, settings.currency), plans.unwrap_or_default())
        }
        None => (Vec::new(), Vec::new()),
    };
    let routes = match (&work, start) {
        (Some((work, dollar)), Some(_)) => {
            routes((work, &case.workload.local.rules), *dollar, priced.as_ref(), months, settings, findings)
        }
        _ => RouteFigures::default(),
    };
    ComputePlan {
        offer: chosen.map(|(_, o)| o.id.clone()),
        name: chosen.map_or_else(String::new, |(_, o)| o.name().to_owned()),
        currency: settings.currency,
        months,
        work: work_figures(work.as_ref().map(|w| &w.0), priced.as_ref(), schedule.map(AsRef::as_ref), settings),
        classes,
        plans,
        budget: ledger.zip(offer).and_then(|(ledger, index)| {
            let (mut figures, years) = budget(&ledger, settings)?;
            figures.worth = worth(case, settings, index, &years);
            Some(figures)
        }),
        routes,
    }
}

/// US dollars of a call of a class. Work in one class is priced by its own call.
fn of_class(work: &Work, class: &WorkClass, lists: &Lists) -> f64 {
    if work.classes.is_empty() { lists.standard.dollars(&work.call()) } else { lists.dollars_per_call(class) }
}

/// A sampled or planned figure as money; nothing is zero.
pub(crate) fn amount(figure: f64, currency: Currency) -> Decimal {
    money::from_sample(figure, currency).unwrap_or_default()
}

fn work_figures(
    work: Option<&Work>,
    priced: Option<&PricedWork>,
    schedule: Option<&Schedule>,
    settings: &Settings,
) -> WorkFigures {
    let Some(work) = work else {
        return WorkFigures {
            calls_per_month: Decimal::ZERO,
            tokens_per_month: Decimal::ZERO,
            list_cost_per_month: None,
            months_differ: [1.0; 2],
            price_source: String::new(),
        };
    };
    let source = schedule.map_or_else(String::new, |s| {
        let p = &s.provenance;
        let day = &p.priced_at[..p.priced_at.len().min(10)];
        let warnings =
            p.warnings.iter().fold(String::new(), |all, warning| format!("{all}. {}", warning.trim_end_matches('.')));
        format!("{}, {} at {}, price of {day}{warnings}", p.catalogue, p.model_id, p.provider_id)
    });
    WorkFigures {
        calls_per_month: Decimal::try_from(work.calls_per_month).unwrap_or_default().round_dp(0),
        tokens_per_month: Decimal::try_from(work.tokens_per_month()).unwrap_or_default().round_dp(0),
        months_differ: [0.1, 0.9].map(|p| libm::exp(work.spread * normal_quantile(p))),
        list_cost_per_month: priced
            .and_then(|p| Some(p.calls.first()? * p.per_call.first()?))
            .and_then(|cost| money::from_sample(cost, settings.currency)),
        price_source: source,
    }
}

fn budget(ledger: &offer_value::OfferLedger, settings: &Settings) -> Option<(BudgetFigures, Vec<YearOfBudget>)> {
    let model = ledger.model.compute.as_ref()?;
    let terms = model.budget.as_ref()?;
    let currency = settings.currency;
    let mut months: Vec<BalanceMonth> = Vec::new();
    let mut years = vec![YearOfBudget::default(); model.calls.len().div_ceil(12)];
    let mut from_others = 0.0;
    let mut lots = Lots::default();
    let zero = Band { p10: Decimal::ZERO, p50: Decimal::ZERO, p90: Decimal::ZERO };
    let cashed = model.run(&mut lots, &FutureDraws::PLANNED, |month, value| {
        let b = &value.budget;
        let year = &mut years[(month as usize - 1) / 12];
        year.granted += b.granted;
        year.work += b.work;
        year.perk += b.perk;
        year.own += b.own;
        year.option_value += value.option_value;
        year.out_of_pocket += b.out_of_pocket;
        year.employer_paid += b.employer_paid;
        from_others += value.from_others;
        months.push(BalanceMonth {
            month,
            available: amount(b.available, currency),
            spent: amount(b.work + b.perk + b.own, currency),
            expired: amount(b.expired, currency),
            left: amount(b.left, currency),
            left_band: zero,
        });
    });
    if let Some(last) = years.last_mut() {
        last.cashed = cashed;
    }
    let sum = |of: fn(&YearOfBudget) -> f64| years.iter().map(of).sum::<f64>();
    let (claimed, enabler, perk, own, pocket) =
        (sum(|y| y.granted), sum(|y| y.work), sum(|y| y.perk), sum(|y| y.own), sum(|y| y.out_of_pocket));
    let count = months.len();
    let paths = settings.paths as usize;
    let mut left = vec![vec![0.0; paths]; count];
    let mut first: Vec<Option<u32>> = Vec::with_capacity(paths);
    let mut days: Vec<CivilDate> = Vec::new();
    let mut taken_back = 0usize;
    let last_month = u32::try_from(count).unwrap_or(0);
    simulation::token_futures(settings, &ledger.model, |path, draws| {
        let ends = terms.revocation.ends(draws.revoked);
        taken_back += usize::from(ends <= last_month);
        let mut dry = None;
        model.run(&mut lots, draws, |month, value| {
            let b = &value.budget;
            left[month as usize - 1][path] = b.left;
            if b.ran_out && month < ends && dry.is_none() {
                dry = Some((month, b.dry_at));
            }
        });
        days.extend(dry.and_then(|(month, dry_at)| run_out::day(ledger.start, month, dry_at)));
        first.push(dry.map(|dry| dry.0));
    });
    for (month, values) in months.iter_mut().zip(&mut left) {
        month.left_band = band(values, currency);
    }
    days.sort_unstable();
    let mut dry: Vec<f64> = first.iter().flatten().map(|month| f64::from(*month)).collect();
    #[allow(clippy::cast_precision_loss)]
    let share = |count: usize| count as f64 / paths.max(1) as f64;
    let runs_out = share(dry.len());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let run_out_month =
        (!dry.is_empty()).then(|| [0.1, 0.5, 0.9].map(|p| quantile(&mut dry, p).unwrap_or(0.0).round() as u32));
    let all = RunOut::of(&first, last_month);
    let run_out = RunOutDates {
        by: [10, 50, 90].map(|percent| days.get((paths * percent).div_ceil(100).max(1) - 1).map(ToString::to_string)),
        never: all.as_ref().map_or(1.0, |all| all.never),
        cumulative: all.map_or_else(Vec::new, |all| all.cumulative),
        taken_back: share(taken_back),
    };
    let round = |figure: f64| amount(figure, currency);
    let (claimed, enabler, perk, option_use, cashed, from_others) =
        (round(claimed), round(enabler), round(perk), round(own), round(cashed), round(from_others));
    let (option_value, out_of_pocket) = (round(own * model.option_value), round(pocket));
    let employer_paid = round(sum(|y| y.employer_paid));
    let figures = BudgetFigures {
        claimed,
        // The rest of what was granted and taken, so that the parts sum to it to the cent.
        breakage: claimed + from_others - enabler - perk - option_use - cashed,
        enabler,
        perk,
        option_use,
        option_value,
        cashed,
        out_of_pocket,
        employer_paid,
        counted: perk + option_value + cashed - out_of_pocket,
        balance: months,
        runs_out,
        run_out_month,
        from_others,
        run_out,
        worth: None,
    };
    Some((figures, years))
}
