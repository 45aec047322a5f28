//! Questions about equity and about the time value of money.

use counterweight_domain::CivilDate;
use counterweight_engine::finance::{self, When};
use counterweight_engine::options::exercise::{self, ExercisePlan};
use counterweight_engine::options::limit::{self, LimitedGrant};
use counterweight_engine::options::reference_price::EuropeanOption;
use counterweight_engine::options::{OptionGrant, marketability};
use counterweight_engine::private::cap_table::{CapTable, Round};
use counterweight_engine::private::exits::{self, Exit, Holding, Needed};
use counterweight_engine::private::waterfall::{Turn, Waterfall};
use counterweight_engine::purchase_plan::{Purchase, PurchasePlan};
use rust_decimal::Decimal;
use serde::Deserialize;

/// What an example asks about equity or time value.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Question {
    /// A present value, future value or payment.
    TimeValue {
        figure: TimeValue,
        rate: Decimal,
        periods: u32,
        #[serde(default)]
        payment: Decimal,
        #[serde(default)]
        now: Decimal,
        #[serde(default)]
        later: Decimal,
    },
    /// How many payments.
    NumberOfPayments { rate: f64, payment: f64, now: f64, later: f64 },
    /// Net present value, the first flow now.
    NetPresentValue { rate: Decimal, flows: Vec<Decimal> },
    /// Equivalent annual value.
    EquivalentAnnual { value: Decimal, rate: Decimal, years: u32 },
    /// Fisher's real rate.
    RealRate { nominal: Decimal, inflation: Decimal },
    /// What each class, then each pool, gets.
    Waterfall { table: CapTable, exit: Decimal },
    /// What a holder of shares or options gets.
    Holding {
        table: CapTable,
        exit: Decimal,
        shares: Decimal,
        #[serde(default)]
        strike: Decimal,
    },
    /// The sales at which these turns happen first.
    Breakpoints { table: CapTable, turns: Vec<String> },
    /// What the company must be sold for.
    Needed {
        table: CapTable,
        shares: Decimal,
        #[serde(default)]
        strike: Decimal,
        target: Decimal,
        up_to: Decimal,
    },
    /// The chance of nothing, and the expected payout.
    Prospects {
        table: CapTable,
        #[serde(default)]
        rounds: Vec<Round>,
        shares: Decimal,
        #[serde(default)]
        strike: Decimal,
        exits: Vec<Exit>,
    },
    /// Black–Scholes–Merton.
    OptionPrice { right: Right, option: EuropeanOption },
    /// Low and high discount for lack of marketability.
    MarketabilityBand { volatility: f64, years: f64, rate: f64 },
    /// Incentive and nonstatutory shares of each entry of each grant.
    IncentiveLimit { grants: Vec<LimitedGrant> },
    /// Ordinary income, wages, AMT adjustment, long-term and short-term gain over all events.
    OptionEvents {
        grant: OptionGrant,
        plan: ExercisePlan,
        #[serde(default)]
        left: Option<CivilDate>,
        prices: Vec<(CivilDate, Decimal)>,
    },
    /// Ordinary income and gain of a sale.
    PurchasePlanSale { plan: PurchasePlan, purchase: Purchase, sold: CivilDate, price: Decimal },
    /// Least return, once and a year.
    PurchasePlanReturn { plan: PurchasePlan },
}

/// Which figure of an annuity.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum TimeValue {
    PresentValue,
    FutureValue,
    Payment,
}

/// To buy or to sell.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Right {
    Call,
    Put,
}

/// Twelve digits of a float: more than any source prints.
fn float(value: f64) -> Result<Decimal, String> {
    Decimal::try_from(value).map(|v| v.round_dp(12)).map_err(|e| e.to_string())
}

impl Question {
    /// The app's answer.
    pub fn answer(&self) -> Result<Vec<Decimal>, String> {
        match self {
            Question::TimeValue { figure, rate, periods, payment, now, later } => match figure {
                TimeValue::PresentValue => finance::pv(*rate, *periods, *payment, *later, When::End),
                TimeValue::FutureValue => finance::fv(*rate, *periods, *payment, *now, When::End),
                TimeValue::Payment => finance::pmt(*rate, *periods, *now, *later, When::End),
            }
            .map(|figure| vec![figure])
            .map_err(|e| e.to_string()),
            Question::NumberOfPayments { rate, payment, now, later } => {
                let count = finance::nper(*rate, *payment, *now, *later, When::End).map_err(|e| e.to_string())?;
                Ok(vec![float(count)?])
            }
            Question::NetPresentValue { rate, flows } => {
                finance::npv(*rate, flows).map(|value| vec![value]).map_err(|e| e.to_string())
            }
            Question::EquivalentAnnual { value, rate, years } => {
                finance::equivalent_annual(*value, *rate, *years).map(|value| vec![value]).map_err(|e| e.to_string())
            }
            Question::RealRate { nominal, inflation } => {
                finance::real_rate(*nominal, *inflation).map(|rate| vec![rate]).map_err(|e| e.to_string())
            }
            Question::Waterfall { table, exit } => {
                let sold = Waterfall::new(table).and_then(|waterfall| waterfall.distribute(*exit));
                sold.map(|sold| sold.payouts.iter().map(|payout| payout.amount).collect()).map_err(|e| e.to_string())
            }
            Question::Holding { table, exit, shares, strike } => {
                let waterfall = Waterfall::new(table).map_err(|e| e.to_string())?;
                let per_share = waterfall.per_common_share(*exit).map_err(|e| e.to_string())?;
                let holding = Holding { shares: *shares, strike: *strike };
                holding.pays(per_share).map(|payout| vec![payout]).ok_or_else(|| "too large".to_owned())
            }
            Question::Breakpoints { table, turns } => {
                let waterfall = Waterfall::new(table).map_err(|e| e.to_string())?;
                let named = |turn: &Turn| match turn {
                    Turn::PreferencesPaid { .. } => "preferencesPaid",
                    Turn::CommonIsPaid => "commonIsPaid",
                    Turn::CapReached { .. } => "capReached",
                    Turn::Converts { .. } => "converts",
                    Turn::Exercised { .. } => "exercised",
                };
                let at =
                    |turn: &String| waterfall.breakpoints().iter().find(|b| named(&b.turn) == turn).map(|b| b.exit);
                turns.iter().map(|turn| at(turn).ok_or_else(|| format!("never {turn}"))).collect()
            }
            Question::Needed { table, shares, strike, target, up_to } => {
                let waterfall = Waterfall::new(table).map_err(|e| e.to_string())?;
                match exits::needed(&waterfall, &Holding { shares: *shares, strike: *strike }, *target, *up_to) {
                    Needed::At { exit, .. } => Ok(vec![exit]),
                    Needed::NeverWithinRange { up_to } => Err(format!("never within {up_to}")),
                }
            }
            Question::Prospects { table, rounds, shares, strike, exits } => {
                let holding = Holding { shares: *shares, strike: *strike };
                exits::prospects(table, rounds, &holding, exits)
                    .map(|prospects| vec![prospects.probability_of_zero, prospects.expected])
                    .map_err(|e| e.to_string())
            }
            Question::OptionPrice { right, option } => {
                let prices = option.prices().ok_or_else(|| "impossible terms".to_owned())?;
                Ok(vec![float(match right {
                    Right::Call => prices.call,
                    Right::Put => prices.put,
                })?])
            }
            Question::MarketabilityBand { volatility, years, rate } => {
                let band =
                    marketability::band(*volatility, *years, *rate).ok_or_else(|| "impossible terms".to_owned())?;
                Ok(vec![float(band.low)?, float(band.high)?])
            }
            Question::IncentiveLimit { grants } => {
                Ok(limit::split(grants).iter().flatten().flat_map(|t| [t.incentive, t.nonstatutory]).collect())
            }
            Question::OptionEvents { grant, plan, left, prices } => {
                let price = |on: CivilDate| {
                    prices.iter().rev().find(|(from, _)| *from <= on).map_or(Decimal::ZERO, |(_, price)| *price)
                };
                let events = exercise::events(grant, *plan, *left, price).map_err(|e| e.to_string())?;
                let sum = |of: fn(&exercise::OptionEvent) -> Decimal| events.iter().map(of).sum::<Decimal>();
                Ok(vec![
                    sum(|e| e.ordinary_income),
                    sum(|e| e.wages),
                    sum(|e| e.iso_bargain),
                    sum(|e| e.long_term_gain),
                    sum(|e| e.short_term_gain),
                ])
            }
            Question::PurchasePlanSale { plan, purchase, sold, price } => {
                let sale = purchase.sell(plan, *sold, *price);
                Ok(vec![sale.ordinary_income, sale.gain])
            }
            Question::PurchasePlanReturn { plan } => Ok(vec![plan.least_return(), float(plan.least_yearly_return())?]),
        }
    }
}
