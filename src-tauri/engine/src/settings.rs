//! What is in force for a case: every blank assumption filled, every currency with its rate. The one effective
//! configuration that each computation uses.

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
    /// Futures sampled.
    pub paths: u32,
    /// Their seed.
    pub seed: u64,
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
            paths: a
                .paths
                .value()
                .and_then(|p| u32::try_from(p.get()).ok())
                .filter(|p| (100..=100_000).contains(p))
                .unwrap_or(PATHS),
            seed: a.seed.value().map_or(SEED, |s| s.get()),
        }
    }

    /// True when the person leaves before the horizon ends.
    pub fn leaves(&self) -> bool {
        self.stay_months < self.horizon_years * 12
    }
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
