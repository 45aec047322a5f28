//! Figures to draw, written by hand: the size and shape of real ones, with no engine behind them.
//!
//! Bands and routes follow integer formulas given beside them, so that a test can compute a place on its own.

use counterweight_domain::Currency;
use counterweight_domain::offer::OfferKind;
use counterweight_engine::break_even::{Route, RouteFigures};
use counterweight_engine::comparison::{Band, Comparison, Conventions, Futures, OfferFutures, OfferValue, YearValue};
use counterweight_engine::compute_plan::{BalanceMonth, BudgetFigures, ComputePlan, RunOutDates, WorkFigures};
use rust_decimal::Decimal;

pub fn d(amount: i64) -> Decimal {
    Decimal::from(amount)
}

fn band(p10: i64, p50: i64, p90: i64) -> Band {
    Band { p10: d(p10), p50: d(p50), p90: d(p90) }
}

/// An offer from its years: guaranteed, likely and speculative.
pub fn offer(name: &str, kind: OfferKind, position: u32, years: &[[i64; 3]]) -> OfferValue {
    let mut so_far = Decimal::ZERO;
    let years: Vec<YearValue> = years
        .iter()
        .zip(1..)
        .map(|(tiers, year)| {
            let tiers = tiers.map(d);
            let total: Decimal = tiers.iter().sum();
            so_far += total;
            YearValue { year, tiers, total, cumulative: so_far, components: Vec::new() }
        })
        .collect();
    OfferValue {
        id: format!("o{position}"),
        name: name.to_owned(),
        role: String::new(),
        kind,
        position,
        years,
        components: Vec::new(),
        total: so_far,
        against_baseline: Decimal::ZERO,
        conventions: Conventions {
            first_year: Decimal::ZERO,
            average_year: Decimal::ZERO,
            last_year: Decimal::ZERO,
            present: Decimal::ZERO,
            equivalent_annual: Decimal::ZERO,
        },
        taxes: Vec::new(),
        private: None,
        left_out: Vec::new(),
        valued: true,
    }
}

/// A comparison of these offers. The median is the planned value; P10 is `spread` percent of it below, P90 twice as
/// much above.
pub fn comparison(currency: Currency, offers: Vec<OfferValue>, spread: &[i64]) -> Comparison {
    let futures = offers
        .iter()
        .zip(spread.iter().cycle())
        .map(|(offer, spread)| OfferFutures {
            id: offer.id.clone(),
            cumulative: offer
                .years
                .iter()
                .map(|y| {
                    let step = y.cumulative * d(*spread) / d(100);
                    Band { p10: y.cumulative - step, p50: y.cumulative, p90: y.cumulative + step * d(2) }
                })
                .collect(),
        })
        .collect();
    let years = offers.iter().map(|o| o.years.len()).max().unwrap_or(0) as u32;
    Comparison {
        currency,
        horizon_years: years,
        stay_months: years * 12,
        offers,
        best: None,
        runner_up: None,
        baseline: None,
        lead: None,
        futures: Futures { paths: 10_000, seed: 1, model: 1, offers: futures, better: Vec::new() },
        findings: Vec::new(),
    }
}

/// Three offers over four years.
pub fn three() -> Comparison {
    let offers = vec![
        offer(
            "Current job",
            OfferKind::CurrentJob,
            0,
            &[[124_000, 22_000, 0], [131_000, 22_000, 0], [139_000, 24_000, 0], [148_000, 26_000, 0]],
        ),
        offer(
            "Northwind",
            OfferKind::Offer,
            1,
            &[[150_000, 96_500, 4_500], [159_000, 70_000, 3_000], [165_000, 58_000, 3_000], [171_000, 43_000, 3_000]],
        ),
        offer(
            "Fjord",
            OfferKind::Offer,
            2,
            &[
                [186_000, 52_000, 16_000],
                [173_000, 52_000, 11_000],
                [182_000, 50_000, 12_000],
                [189_000, 50_000, 15_000],
            ],
        ),
    ];
    comparison(Currency::USD, offers, &[2, 14, 9])
}

/// Twelve offers over ten years, one of them with long names and one that costs money at first.
pub fn twelve() -> Comparison {
    let offers = (0..12_i64)
        .map(|n| {
            let name = match n {
                0 => "Current job".to_owned(),
                3 => "Norddeutsche Landesbank Girozentrale".to_owned(),
                _ => format!("Offer {n}"),
            };
            let kind = if n == 0 { OfferKind::CurrentJob } else { OfferKind::Offer };
            let years: Vec<[i64; 3]> = (0..10_i64)
                .map(|y| [120_000 + 6_000 * n + 3_000 * y, 20_000 + 4_000 * n, (n % 3) * 9_000 + 800 * y])
                .collect();
            offer(&name, kind, n as u32, &years)
        })
        .collect();
    comparison(Currency::USD, offers, &[2, 14, 9, 6])
}

/// Two offers, one with a year that costs more than it pays.
pub fn negative() -> Comparison {
    let offers = vec![
        offer("Haven", OfferKind::Offer, 0, &[[60_000, 5_000, 2_000], [-24_000, 6_000, 0], [62_000, 5_000, 4_000]]),
        offer("Startup", OfferKind::Offer, 1, &[[-8_000, 0, 30_000], [-9_000, -4_000, 0], [40_000, 0, 90_000]]),
    ];
    comparison(Currency::from_code("EUR").expect("the euro"), offers, &[5, 30])
}

/// A yearly budget of $250,000 without rollover over 48 months, and the routes.
pub fn plan() -> ComputePlan {
    let balance = (1..=48_u32)
        .map(|month| {
            let m = i64::from(month);
            let in_year = (m - 1) % 12 + 1;
            // Use grows by $60 each month from $3,000; the year's use is its sum so far.
            let spent = |m: i64| 3_000 + 60 * m;
            let used: i64 = (m - in_year + 1..=m).map(spent).sum();
            let left = 250_000 - used;
            BalanceMonth {
                month,
                available: d(left + spent(m)),
                spent: d(spent(m)),
                expired: d(if in_year == 12 { left } else { 0 }),
                left: d(left),
                left_band: band((left - used).max(0), left, left + used / 3),
            }
        })
        .collect();
    ComputePlan {
        offer: Some("o1".to_owned()),
        name: "Northwind".to_owned(),
        currency: Currency::USD,
        months: 48,
        work: WorkFigures {
            calls_per_month: d(6_600),
            tokens_per_month: d(410_000_000),
            list_cost_per_month: Some(d(3_060)),
            months_differ: [1.0; 2],
            price_source: String::new(),
        },
        budget: Some(BudgetFigures {
            claimed: d(1_000_000),
            breakage: d(756_000),
            enabler: d(216_800),
            perk: d(9_600),
            option_use: d(17_600),
            option_value: d(8_800),
            cashed: Decimal::ZERO,
            out_of_pocket: Decimal::ZERO,
            employer_paid: Decimal::ZERO,
            counted: d(18_400),
            balance,
            runs_out: 0.07,
            run_out_month: Some([9, 11, 12]),
            from_others: Decimal::ZERO,
            run_out: RunOutDates {
                by: [None, None, None],
                never: 0.93,
                cumulative: (1..=48).map(|month| if month < 9 { 0.0 } else { 0.07 }).collect(),
                taken_back: 0.0,
            },
            worth: None,
        }),
        classes: Vec::new(),
        plans: Vec::new(),
        routes: RouteFigures {
            cloud: Some(route(
                |m| [600 * m - 3 * m * m, 780 * m - 4 * m * m, 1_250 * m - 9 * m * m],
                [Some(0); 3],
                0.0,
                0.0,
            )),
            buy: Some(route(
                |m| [9_900 + 45 * m, 10_100 + 55 * m, 10_600 + 70 * m],
                [Some(9), Some(15), Some(26)],
                0.04,
                0.62,
            )),
            hybrid: Some(route(
                |m| [9_900 + 120 * m, 10_100 + 190 * m, 10_600 + 300 * m],
                [Some(11), Some(18), None],
                0.11,
                0.55,
            )),
            rent: Some(route(|m| [870 * m, 880 * m, 1_100 * m], [None; 3], 0.93, 1.0)),
            ..RouteFigures::default()
        },
    }
}

fn route(spent: impl Fn(i64) -> [i64; 3], pays_back: [Option<u32>; 3], never: f64, on_machine: f64) -> Route {
    let spent: Vec<Band> = (0..=48).map(&spent).map(|[a, b, c]| band(a, b, c)).collect();
    Route {
        total: spent[48].p50,
        spent,
        parts: Vec::new(),
        resale: d(2_500),
        pays_back,
        paid_back_by: Vec::new(),
        never,
        on_machine,
    }
}

/// The budget of [`plan`] paid out month by month: $20,833, nothing carried over.
pub fn monthly() -> ComputePlan {
    let mut plan = plan();
    let grant = 20_833;
    if let Some(budget) = &mut plan.budget {
        budget.balance = (1..=12_u32)
            .map(|month| {
                let spent = 4_000 + 280 * i64::from(month);
                let left = grant - spent;
                BalanceMonth {
                    month,
                    available: d(grant),
                    spent: d(spent),
                    expired: d(left),
                    left: d(left),
                    left_band: band((left - spent * 5 / 4).max(0), left, left + spent / 2),
                }
            })
            .collect();
        plan.months = 12;
    }
    plan
}
