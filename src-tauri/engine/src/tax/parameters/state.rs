//! The states' part of a year's file: every rule a state may have, each absent where a state does not have it.

use super::Parameter;
use crate::tax::facts::Filing;
use crate::tax::schedule::{ByFiling, PhaseOut, Rows};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The income a state starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// The state taxes no wages.
    NoIncomeTax,
    /// Federal adjusted gross income.
    FederalAdjustedGrossIncome,
    /// Federal taxable income, the federal deduction being taken.
    FederalTaxableIncome,
    /// Wages and gains before the 401(k) deferral.
    IncomeBeforeDeferral,
    /// Long-term gains alone.
    LongTermGains,
}

/// A deduction, exemption or credit that may shrink with income.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// The whole amount, USD.
    pub amount: ByFiling<Decimal>,
    /// What it does not shrink below, USD.
    pub minimum: Option<ByFiling<Decimal>>,
    /// How it shrinks.
    pub phase_out: Option<PhaseOut>,
}

impl Allowance {
    /// What is left of it at `income` (USD).
    pub fn at(&self, income: Decimal, filing: Filing) -> Decimal {
        let whole = *self.amount.of(filing);
        let left = self.phase_out.as_ref().map_or(whole, |phase_out| phase_out.left(whole, income, filing));
        self.minimum.as_ref().map_or(left, |minimum| left.max(*minimum.of(filing)))
    }
}

/// A tax on pay that the employee owes to the state.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayrollTax {
    /// What the state calls it.
    pub name: String,
    /// Share of wages.
    pub rate: Decimal,
    /// Wages above this are free, USD per earner.
    pub wage_base: Option<Decimal>,
    /// No more than this is taken in a year, USD per earner.
    pub maximum: Option<Decimal>,
    /// True where the 401(k) deferral is not counted as wages.
    #[serde(default)]
    pub after_deferral: bool,
}

/// A credit for each filer and dependent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExemptionCredit {
    /// For each, USD.
    pub amount: Decimal,
    /// Taxable income below which there is one, USD.
    pub below: Decimal,
}

/// A share of the lower earner's wages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowerEarner {
    /// The share.
    pub rate: Decimal,
    /// Wages above this do not count, USD.
    pub wages_up_to: Decimal,
}

/// A share of the tax for two earners on one return.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JointFiling {
    /// The share by taxable income, a row's bound belonging to the row before it.
    pub share_by_income: Rows,
    /// The most that is credited, USD.
    pub maximum: Decimal,
    /// What each must earn at least, USD.
    pub least_wages: Decimal,
    /// Adjusted gross income from which there is none, USD.
    pub income_below: Decimal,
}

/// How two earners on one return are taxed apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxedApart {
    /// Taxable income is divided as their incomes are.
    ByIncome,
    /// Deductions and exemptions are divided as is best.
    DeductionsDivided,
    /// Each takes the deduction of a single person.
    OwnDeduction,
}

/// The deduction of federal income tax on a state return.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FederalTaxDeduction {
    /// Share of the federal tax by adjusted gross income.
    pub share_by_income: Rows,
    /// The most that is deducted, by adjusted gross income, USD.
    pub cap_by_income: Option<ByFiling<Rows>>,
    /// True where the row begins above its bound, false where it begins at it.
    #[serde(default)]
    pub bound_belongs_below: bool,
}

/// The income tax of one state in one year, as data. What a state does not have is absent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Its name.
    pub name: String,
    /// The income it starts from.
    pub base: Parameter<Base>,
    /// True where an employer's payments into a health savings account are income.
    pub health_savings_taxed: Option<Parameter<bool>>,
    /// True where the law leaves the amounts of the income tax, and of its cities', as they are from year to year.
    pub amounts_fixed: Option<Parameter<bool>>,
    /// Brackets on taxable income; a flat tax has one row.
    pub brackets: Option<Parameter<ByFiling<Rows>>>,
    /// Standard deduction.
    pub standard_deduction: Option<Parameter<Allowance>>,
    /// Exemption of the filers, taken from income.
    pub exemption: Option<Parameter<Allowance>>,
    /// Exemption of each dependent, taken from income.
    pub dependent_exemption: Option<Parameter<Allowance>>,
    /// Share of long-term gains that is not taxed.
    pub gains_excluded: Option<Parameter<Decimal>>,
    /// Federal income tax taken from income.
    pub federal_tax_deduction: Option<Parameter<FederalTaxDeduction>>,
    /// Social Security and Medicare taken from income, up to this amount an earner.
    pub payroll_tax_deduction_cap: Option<Parameter<Decimal>>,
    /// Extra rates on taxable income beside the brackets.
    pub surtax: Option<Parameter<ByFiling<Rows>>>,
    /// Credit of the filers, against the tax.
    pub credit: Option<Parameter<Allowance>>,
    /// Credit of each dependent, against the tax.
    pub dependent_credit: Option<Parameter<Allowance>>,
    /// Income at or below which no tax is owed.
    pub no_tax_up_to: Option<Parameter<ByFiling<Decimal>>>,
    /// An amount added to the tax, by taxable income, a row's bound belonging to the row before it.
    pub added_amount: Option<Parameter<Rows>>,
    /// True where Social Security and Medicare may be itemised instead of the standard deduction.
    pub payroll_tax_itemised: Option<Parameter<bool>>,
    /// A tax on long-term gains beside the brackets.
    pub gains_tax: Option<Parameter<GainsTax>>,
    /// City, county or school district income taxes that are not computed, in plain words.
    pub local_taxes_left_out: Option<Parameter<String>>,
    /// The least tax, as rates on adjusted gross income once it is above a bound.
    pub minimum_tax: Option<Parameter<MinimumTax>>,
    /// True where who itemises on the federal return must itemise here, where state tax is not deducted.
    pub itemises_with_federal: Option<Parameter<bool>>,
    /// True where state tax itemised on the federal return, beyond the standard deduction, is added back.
    pub state_tax_add_back: Option<Parameter<bool>>,
    /// Part of the federal deduction added back above an income.
    pub federal_deduction_add_back: Option<Parameter<AddBack>>,
    /// A credit that is a share of deductions and shrinks with income.
    pub taxpayer_credit: Option<Parameter<TaxpayerCredit>>,
    /// A credit for each filer and dependent where little is taxed.
    pub exemption_credit: Option<Parameter<ExemptionCredit>>,
    /// A share of the lower earner's wages, credited to two earners on one return.
    pub lower_earner_credit: Option<Parameter<LowerEarner>>,
    /// What two earners on one return take from income: the lower one's wages up to this, USD.
    pub lower_earner_subtraction: Option<Parameter<Decimal>>,
    /// A share of the tax, credited to two earners on one return.
    pub joint_filing_credit: Option<Parameter<JointFiling>>,
    /// How two earners may be taxed apart on one return; they are where that is less.
    pub taxed_apart: Option<Parameter<TaxedApart>>,
    /// What two earners on one return are owed and is not computed, in plain words.
    pub two_earners_left_out: Option<Parameter<String>>,
    /// The most that two earners on one return are credited.
    pub spouse_adjustment_cap: Option<Parameter<Decimal>>,
    /// Minnesota's cut of the standard deduction.
    pub deduction_cut: Option<Parameter<DeductionCut>>,
    /// Alternative minimum tax on the federal preference items.
    pub alternative_minimum: Option<AlternativeMinimum>,
    /// New York's taking back of lower brackets.
    pub recapture: Option<Recapture>,
    /// Connecticut's taking back of lower brackets and its credit by income.
    pub stepped: Option<Stepped>,
    /// Arkansas's tables.
    pub table: Option<BandedTable>,
    /// Relief for small incomes.
    pub low_income: Option<LowIncome>,
    /// Taxes on pay that the employee owes.
    pub payroll: Option<Parameter<Vec<PayrollTax>>>,
    /// Cities with an income tax of their own.
    #[serde(default)]
    pub city: BTreeMap<String, City>,
}

impl State {
    /// True where wages are not taxed.
    pub fn taxes_no_wages(&self) -> bool {
        matches!(self.base.value, Base::NoIncomeTax | Base::LongTermGains)
    }
}

/// The least tax, once adjusted gross income is above a bound.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinimumTax {
    /// Adjusted gross income above which it holds, USD.
    pub above: Decimal,
    /// Share of adjusted gross income.
    pub rate: Decimal,
}

/// Federal deductions added back to income.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddBack {
    /// Adjusted gross income from which it holds, USD.
    pub from: Decimal,
    /// The part of the federal deduction that stays, USD.
    pub kept: ByFiling<Decimal>,
}

/// A credit that is a share of deductions and shrinks with income.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxpayerCredit {
    /// Credit as a share of the federal deduction and the exemptions.
    pub rate: Decimal,
    /// Exemption of each dependent, USD.
    pub per_dependent: Decimal,
    /// Income above which it shrinks, USD.
    pub start: ByFiling<Decimal>,
    /// How fast it shrinks.
    pub phase_out_rate: Decimal,
}

/// A cut of the standard deduction at two rates, up to a share of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeductionCut {
    /// Lower bounds and rates of the cut, by adjusted gross income.
    pub rates: ByFiling<Rows>,
    /// The largest share of the deduction that is cut.
    pub largest_share: Decimal,
    /// Adjusted gross income above which the largest share is cut, USD.
    pub full_above: Decimal,
}

/// A state's alternative minimum tax on wages, gains and what options were worth on exercise.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlternativeMinimum {
    /// Its rate.
    pub rate: Parameter<Decimal>,
    /// Its exemption by alternative minimum income; where absent, the federal exemption.
    pub exemption: Option<Parameter<Allowance>>,
}

/// How lower brackets are taken back from high incomes in New York.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recapture {
    /// Adjusted gross income above which it begins.
    pub above: Parameter<Decimal>,
    /// The income over which each step is phased in.
    pub phase_in: Parameter<Decimal>,
    /// What lower steps took back in full, by taxable income.
    pub base: Parameter<ByFiling<Rows>>,
    /// What this step takes back, by taxable income.
    pub step: Parameter<ByFiling<Rows>>,
    /// Adjusted gross income above which all taxable income is at the top rate.
    pub top_rate_above: Parameter<Decimal>,
}

/// Amounts added in steps of income, and a share of the tax given back at small incomes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stepped {
    /// What is added.
    pub additions: Parameter<Vec<SteppedAddition>>,
    /// The share of the tax that is given back, by adjusted gross income.
    pub credit_share: Parameter<ByFiling<Rows>>,
}

/// An amount added for each started step of income, up to a largest amount.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SteppedAddition {
    /// Where it begins, USD of adjusted gross income.
    pub start: ByFiling<Decimal>,
    /// The length of a step, USD.
    pub step: ByFiling<Decimal>,
    /// What each started step adds, USD.
    pub amount: ByFiling<Decimal>,
    /// The most that is added, USD.
    pub maximum: ByFiling<Decimal>,
}

/// A published table that taxes the middle of an income band.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandedTable {
    /// Taxable income below which the table is used.
    pub below: Parameter<Decimal>,
    /// The width of a band.
    pub width: Parameter<Decimal>,
    /// Where present, the tax is the row's rate on all of the income less this amount, by taxable income.
    pub reduction: Option<Parameter<Rows>>,
    /// Where present, the schedule of high incomes.
    pub high_income: Option<HighIncome>,
}

/// A schedule of its own for all the income of those above a bound.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HighIncome {
    /// Taxable income above which it holds.
    pub above: Parameter<Decimal>,
    /// Its brackets.
    pub brackets: Parameter<Rows>,
    /// What is taken from the tax just above the bound, by taxable income.
    pub adjustment: Parameter<Rows>,
}

/// A tax on long-term gains beside the brackets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GainsTax {
    /// Adjusted gross income above which it holds, USD.
    pub above: Decimal,
    /// Lower bounds of gains and share of each dollar above.
    pub rates: Rows,
}

/// Relief for small incomes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowIncome {
    /// A credit of the household by adjusted gross income, a row's bound belonging to the row before it.
    pub household_credit: Option<Parameter<ByFiling<Rows>>>,
    /// The same for each person beyond one.
    pub household_credit_per_person: Option<Parameter<ByFiling<Rows>>>,
    /// Income at or below which no tax is owed, and above which the tax is at most a share of the excess.
    pub limited: Option<Parameter<LimitedTax>>,
}

/// No tax up to an income; above it, at most a share of the excess, until a multiple of that income.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitedTax {
    /// Income at or below which no tax is owed, USD.
    pub no_tax_up_to: ByFiling<Decimal>,
    /// The same, for each dependent, USD; only where the filers are joint or head of household.
    pub per_dependent: Decimal,
    /// The largest share of the excess.
    pub share: Decimal,
    /// The multiple of the income up to which it holds.
    pub multiple: Decimal,
}

/// A city's income tax, on the state's taxable income.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct City {
    /// Its name.
    pub name: String,
    /// Brackets.
    pub brackets: Parameter<ByFiling<Rows>>,
    /// A credit of the household by adjusted gross income, a row's bound belonging to the row before it; not paid out.
    pub household_credit: Option<Parameter<ByFiling<Rows>>>,
    /// The same for each filer and dependent.
    pub household_credit_per_person: Option<Parameter<ByFiling<Rows>>>,
    /// A fixed credit by adjusted gross income, paid out.
    pub credit: Option<Parameter<Allowance>>,
    /// A credit as rates on taxable income, paid out.
    pub rate_reduction: Option<Parameter<ByFiling<Rows>>>,
    /// Taxable income above which there is no credit as rates.
    pub rate_reduction_limit: Option<Parameter<Decimal>>,
    /// Share of the federal earned income credit that is paid, by adjusted gross income, straight between the rows.
    pub earned_income_credit_share: Option<Parameter<Rows>>,
}

/// The states of one year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct States {
    /// The tax year.
    pub year: u16,
    /// When the file was last read against its sources, ISO date.
    pub as_of: String,
    /// By the post's two letters.
    pub state: BTreeMap<String, State>,
}
