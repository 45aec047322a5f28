//! The federal part of a year's file.

use super::Parameter;
use crate::tax::schedule::{ByFiling, PhaseOut, Rows};
use rust_decimal::Decimal;
use serde::Deserialize;

/// The federal parameters of one year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Federal {
    /// The tax year.
    pub year: u16,
    /// When the file was last read against its sources, ISO date.
    pub as_of: String,
    /// Ordinary brackets.
    pub brackets: Parameter<ByFiling<Rows>>,
    /// Standard deduction.
    pub standard_deduction: Parameter<ByFiling<Decimal>>,
    /// Rates on long-term gains by taxable income.
    pub long_term_gains: Parameter<ByFiling<Rows>>,
    /// Alternative minimum tax: exemption.
    pub amt_exemption: Parameter<ByFiling<Decimal>>,
    /// Where the exemption begins to shrink.
    pub amt_phase_out_start: Parameter<ByFiling<Decimal>>,
    /// How fast it shrinks.
    pub amt_phase_out_rate: Parameter<Decimal>,
    /// Rates of the alternative minimum tax.
    pub amt_rates: Parameter<Rows>,
    /// Social Security rate of an employee.
    pub social_security_rate: Parameter<Decimal>,
    /// Social Security wage base.
    pub social_security_wage_base: Parameter<Decimal>,
    /// Medicare rate of an employee.
    pub medicare_rate: Parameter<Decimal>,
    /// Additional Medicare rate.
    pub additional_medicare_rate: Parameter<Decimal>,
    /// Wages above which additional Medicare is owed.
    pub additional_medicare_threshold: Parameter<ByFiling<Decimal>>,
    /// Net investment income tax: rate.
    pub net_investment_rate: Parameter<Decimal>,
    /// Income above which it is owed.
    pub net_investment_threshold: Parameter<ByFiling<Decimal>>,
    /// Cap of the deduction for state and local tax.
    pub state_tax_cap: Parameter<Decimal>,
    /// Income above which the cap shrinks.
    pub state_tax_cap_phase_out_start: Parameter<Decimal>,
    /// How fast it shrinks.
    pub state_tax_cap_phase_out_rate: Parameter<Decimal>,
    /// What the cap does not fall below.
    pub state_tax_cap_floor: Parameter<Decimal>,
    /// Share of itemised deductions lost against income in the top bracket; 0 where the year has no such rule.
    pub itemised_top_bracket_cut: Parameter<Decimal>,
    /// Child tax credit per child under 17.
    pub child_credit: Parameter<Decimal>,
    /// How much of it is paid out beyond the tax, per child.
    pub child_credit_refundable: Parameter<Decimal>,
    /// Share of earnings above `child_credit_earnings_floor` that may be paid out.
    pub child_credit_earnings_rate: Parameter<Decimal>,
    /// Earnings above which the paid-out part begins.
    pub child_credit_earnings_floor: Parameter<Decimal>,
    /// How the child tax credit shrinks.
    pub child_credit_phase_out: Parameter<PhaseOut>,
    /// Earned income credit by number of children: 0, 1, 2, 3 or more.
    pub earned_income_credit: Parameter<Vec<EarnedIncomeCredit>>,
    /// Investment income above which there is no earned income credit.
    pub earned_income_investment_limit: Parameter<Decimal>,
    /// Rate and limit of flat withholding on bonus and stock: from this amount of the year's supplemental pay on.
    pub supplemental_withholding: Parameter<Rows>,
}

/// Federal amounts that are dated for years beyond the last whole file: tax year and USD.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ahead {
    /// When the file was last read against its sources, ISO date.
    pub as_of: String,
    /// Social Security wage base.
    pub social_security_wage_base: Parameter<Vec<(u16, Decimal)>>,
    /// Cap of the deduction for state and local tax.
    pub state_tax_cap: Parameter<Vec<(u16, Decimal)>>,
    /// Income above which the cap shrinks.
    pub state_tax_cap_phase_out_start: Parameter<Vec<(u16, Decimal)>>,
}

/// The earned income credit for one number of children. Amounts in USD.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarnedIncomeCredit {
    /// Credit per dollar earned, until the maximum.
    pub phase_in_rate: Decimal,
    /// The largest credit.
    pub maximum: Decimal,
    /// Income above which the credit shrinks.
    pub phase_out_start: ByFiling<Decimal>,
    /// How fast it shrinks.
    pub phase_out_rate: Decimal,
}
