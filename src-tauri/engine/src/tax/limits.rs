//! How much a United States employee and employer may put aside or give before tax in a year: dated data.

use super::parameters::{Dated, DatedFiles, Parameter, read_dated};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::sync::LazyLock;

/// The limits of one calendar year, in USD.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// 401(k) deferral, 402(g).
    pub elective_deferral: Parameter<Decimal>,
    /// More of it from age 50, 414(v).
    pub catch_up_from_50: Parameter<Decimal>,
    /// More of it at ages 60 to 63.
    pub catch_up_60_to_63: Parameter<Decimal>,
    /// Wages of the year before above which catch-up goes in after tax; absent before 2026.
    pub roth_catch_up_above: Option<Parameter<Decimal>>,
    /// Employee's and employer's contributions together, 415(c).
    pub annual_additions: Parameter<Decimal>,
    /// Pay on which a match may be based, 401(a)(17).
    pub compensation_counted: Parameter<Decimal>,
    /// Pay that makes an employee highly compensated, 414(q).
    pub highly_compensated: Parameter<Decimal>,
    /// Health savings account, self-only.
    pub health_savings_self: Parameter<Decimal>,
    /// Health savings account, family.
    pub health_savings_family: Parameter<Decimal>,
    /// More of it from age 55.
    pub health_savings_catch_up: Parameter<Decimal>,
    /// Health flexible spending, 125(i).
    pub health_spending: Parameter<Decimal>,
    /// What of it may be carried into the next year.
    pub health_spending_carried: Parameter<Decimal>,
    /// Dependent care, 129.
    pub dependent_care: Parameter<Decimal>,
    /// Transit and parking, each, a month, 132(f).
    pub commuting_each_month: Parameter<Decimal>,
    /// Educational assistance, 127.
    pub education: Parameter<Decimal>,
    /// Employee stock purchase plan, 423(b)(8).
    pub purchase_plan: Parameter<Decimal>,
    /// Incentive options first exercisable, 422(d).
    pub incentive_options: Parameter<Decimal>,
}

static FILES: DatedFiles<Limits> = LazyLock::new(|| {
    read_dated(&[
        include_str!("../../parameters/tax/us-limits-2025.toml"),
        include_str!("../../parameters/tax/us-limits-2026.toml"),
    ])
});

/// The limits of the file nearest to `year`: [`Dated::year`] says which year they are of.
pub fn nearest(year: u16) -> &'static Dated<Limits> {
    FILES.iter().min_by_key(|file| file.year.abs_diff(year)).unwrap_or(&FILES[0])
}
