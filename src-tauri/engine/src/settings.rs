//! What is in force for a case: every blank assumption filled, every currency with its rate. The one effective
//! configuration that each computation uses.

use crate::tax::situation::Situation;
use counterweight_domain::assumptions::{MoneyBasis, TaxBasis};
use counterweight_domain::{Case, CivilDate, Currency, Entry, Findings, Path, Problem};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Years counted when nothing is said.
pub const HORIZON_YEARS: u32 = 4;
/// Standard deviation of a share's yearly log return when nothing is said: a single large public company.
pub const SHARE_VOLATILITY: f64 = 0.45;
/// Share of a company's movement that is the market's when nothing is said.
pub const MARKET_SHARE: f64 = 0.30;
/// Standard deviation of a year's log bonus payout when nothing is said.
pub const PAYOUT_SPREAD: f64 = 0.20;
/// Futures sampled when nothing is said.
pub const PATHS: u32 = 10_000;
/// Seed when nothing is said.
pub const SEED: u64 = 1;

/// Inflation a year when nothing is said.
pub const INFLATION: f64 = 0.025;
/// The yearly rate at which money to come is discounted when nothing is said.
pub const DISCOUNT: f64 = 0.05;
/// Months without pay after being let go when nothing is said.
pub const MONTHS_BETWEEN_JOBS: u32 = 6;

/// The effective configuration of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The currency of every result.
    pub currency: Currency,
    /// Whether the case's own currency could be read; offers that take it are left out when not.
    pub currency_known: bool,
    /// The day from which years are counted, when it can be read.
    pub start: Option<CivilDate>,
    /// Years counted, 1 to 10.
    pub horizon_years: u32,
    /// Months the person stays, 1 to 12 × years.
    pub stay_months: u32,
    /// Expected change of share prices a year, as a fraction.
    pub share_growth: f64,
    /// Standard deviation of a share's yearly log return.
    pub share_volatility: f64,
    /// Share of a company's variance that is the market's, 0 to 1.
    pub market_share: f64,
    /// Payout of every bonus as a fraction of target, when one is set for all.
    pub bonus_payout: Option<Decimal>,
    /// Standard deviation of a year's log payout.
    pub payout_spread: f64,
    /// Before or after tax.
    pub tax: TaxBasis,
    /// In which money.
    pub money: MoneyBasis,
    /// Whether amounts are brought to one cost of living.
    pub place_adjusted: bool,
    /// Inflation a year, as a fraction.
    pub inflation: f64,
    /// Discount a year, as a fraction.
    pub discount: f64,
    /// Growth of indexed tax amounts a year beyond the tax files, as a fraction.
    pub tax_indexation: Decimal,
    /// Chance of being let go in a year, 0 to 1, where an offer says nothing else.
    pub layoff_risk: f64,
    /// Months without pay after that.
    pub months_between_jobs: u32,
    /// Chance of leaving in a year, 0 to 1.
    pub leave_risk: f64,
    /// Standard deviation of a year's raise.
    pub raise_spread: f64,
    /// Jumps of a share price a year.
    pub jumps: f64,
    /// Mean size of a jump, as a fraction of the price.
    pub jump_size: f64,
    /// Futures sampled.
    pub paths: u32,
    /// Their seed.
    pub seed: u64,
    /// Whether the arithmetic of every line is kept, for a trace.
    pub traced: bool,
}

impl Settings {
    /// The configuration of a case. An assumption that cannot be read is replaced by the usual one, as its
    /// finding says.
    pub fn of(case: &Case) -> Self {
        let a = &case.assumptions;
        let fraction = |entry: &Entry<counterweight_domain::number::Portion>, silence: f64| {
            entry.value().and_then(|v| v.fraction().to_f64()).unwrap_or(silence)
        };
        let horizon_years = a
            .horizon_years
            .value()
            .and_then(|y| u32::try_from(y.get()).ok())
            .filter(|y| (1..=10).contains(y))
            .unwrap_or(HORIZON_YEARS);
        let months = horizon_years * 12;
        Self {
            currency: case.currency.value().copied().unwrap_or(Currency::USD),
            currency_known: case.currency.problem().is_none(),
            start: case.start.value().copied(),
            horizon_years,
            stay_months: a.stay_months.value().map_or(months, |m| m.get().clamp(1, months)),
            share_growth: a.share_growth.value().and_then(|g| g.fraction().to_f64()).unwrap_or(0.0),
            share_volatility: fraction(&a.share_volatility, SHARE_VOLATILITY),
            market_share: fraction(&a.market_share, MARKET_SHARE),
            bonus_payout: a.bonus_payout.value().map(|p| p.fraction().max(Decimal::ZERO)),
            payout_spread: fraction(&a.payout_spread, PAYOUT_SPREAD),
            tax: a.tax,
            money: a.money,
            place_adjusted: a.place_adjusted,
            inflation: rate_of(&a.inflation, INFLATION),
            discount: rate_of(&a.discount, DISCOUNT),
            tax_indexation: a
                .tax_indexation
                .value()
                .map(|rate| rate.fraction())
                .filter(|rate| (rust_decimal::dec!(-0.05)..=rust_decimal::dec!(0.2)).contains(rate))
                .unwrap_or(Situation::INDEXATION),
            layoff_risk: fraction(&a.layoff_risk, 0.0),
            months_between_jobs: if a.months_between_jobs.is_blank() {
                MONTHS_BETWEEN_JOBS
            } else {
                a.months_between_jobs.value().map_or(MONTHS_BETWEEN_JOBS, |m| m.get())
            },
            leave_risk: fraction(&a.leave_risk, 0.0),
            raise_spread: fraction(&a.raise_spread, 0.0),
            jumps: a.jumps.value().and_then(|j| j.decimal().to_f64()).unwrap_or(0.0).min(52.0),
            jump_size: a.jump_size.value().and_then(|j| j.fraction().to_f64()).unwrap_or(0.0).max(-0.99),
            paths: a
                .paths
                .value()
                .and_then(|p| u32::try_from(p.get()).ok())
                .filter(|p| (100..=100_000).contains(p))
                .unwrap_or(PATHS),
            seed: a.seed.value().map_or(SEED, |s| s.get()),
            traced: false,
        }
    }

    /// What one unit of money in `month` counts in the money asked for; one where figures are nominal.
    pub fn weight(&self, month: u32) -> Decimal {
        let rate = match self.money {
            MoneyBasis::Nominal => return Decimal::ONE,
            MoneyBasis::Real => self.inflation,
            MoneyBasis::Present => self.discount,
        };
        // A power with a fractional exponent comes from a float once, with twelve digits.
        Decimal::try_from(libm::pow(1.0 + rate, -f64::from(month) / 12.0)).unwrap_or(Decimal::ONE).round_dp(12)
    }

    /// True when the person leaves before the horizon ends.
    pub fn leaves(&self) -> bool {
        self.stay_months < self.horizon_years * 12
    }
}

/// A yearly rate as a fraction; outside the range that its finding names, the usual.
fn rate_of(entry: &Entry<counterweight_domain::Percent>, silence: f64) -> f64 {
    entry.value().and_then(|v| v.fraction().to_f64()).filter(|r| *r > -0.5 && *r <= 1.0).unwrap_or(silence)
}

/// What one unit of `currency` is in the case's currency. None, with a finding at `path`, when the case has no
/// rate for it.
pub fn rate(
    case: &Case,
    settings: &Settings,
    currency: Currency,
    path: &Path,
    findings: &mut Findings,
) -> Option<Decimal> {
    if currency == settings.currency && settings.currency_known {
        return Some(Decimal::ONE);
    }
    let known = case
        .exchange
        .iter()
        .find(|rate| rate.currency.value() == Some(&currency))
        .and_then(|rate| rate.rate.value())
        .map(|rate| rate.decimal());
    if known.is_none() {
        findings.error(
            path,
            Problem::new(
                "exchange.missing",
                format!("There is no rate between {currency} and {}.", settings.currency),
                format!("Enter what one {currency} is in {}, with its date.", settings.currency),
            ),
            format!("amounts in {currency}"),
        );
    }
    known
}

/// `amount` as the currency's money, for sentences about arithmetic: `$210,000`, `CHF 1,200`.
pub(crate) fn words(amount: Decimal, currency: Currency) -> String {
    let amount = counterweight_domain::money::round(amount, currency);
    let (minus, sign) = (if amount < Decimal::ZERO { "\u{2212}" } else { "" }, currency.sign());
    let space = if sign.ends_with(|c: char| c.is_ascii_alphabetic()) { "\u{a0}" } else { "" };
    format!("{minus}{sign}{space}{}", counterweight_domain::money::grouped(amount.abs()))
}
