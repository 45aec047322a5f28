//! United States federal income tax and payroll tax of one year, as pure functions of parameters and facts.

use super::carry::Carry;
use super::facts::PersonYear;
use super::parameters::{self, EarnedIncomeCredit, Federal};
use super::schedule::Rows;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// What is owed to the federal government, in USD, each part at least 0 except `income_tax`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FederalTax {
    /// Income tax after credits, with the alternative minimum and the net investment income tax, without payroll tax;
    /// negative where credits are paid out.
    pub income_tax: Decimal,
    /// Part of it: the alternative minimum tax.
    pub alternative_minimum: Decimal,
    /// Part of it: the net investment income tax.
    pub net_investment: Decimal,
    /// The child tax credit after its phase-out, before it is limited by the tax and by earnings.
    pub child_credit: Decimal,
    /// Part of it: the earned income credit.
    pub earned_income_credit: Decimal,
    /// Social Security of both earners, the employees' share.
    pub social_security: Decimal,
    /// Medicare of both earners, the employees' share.
    pub medicare: Decimal,
    /// Social Security and Medicare of each earner, without additional Medicare.
    pub payroll_by_earner: [Decimal; 2],
    /// Additional Medicare on the return.
    pub additional_medicare: Decimal,
    /// Income after the deduction.
    pub taxable_income: Decimal,
    /// The deduction taken.
    pub deduction: Decimal,
    /// The standard deduction, taken or not.
    pub standard_deduction: Decimal,
    /// True where state and local tax was itemised.
    pub itemised: bool,
    /// The exemption of the alternative minimum tax.
    pub alternative_minimum_exemption: Decimal,
    /// How much of the minimum tax of earlier years may be taken off in this one: what the regular tax after the child
    /// credit is above the tentative minimum tax (26 USC 53(c)).
    pub minimum_credit_room: Decimal,
}

impl FederalTax {
    /// Income tax and payroll tax together.
    pub fn total(&self) -> Decimal {
        self.income_tax + self.social_security + self.medicare + self.additional_medicare
    }

    /// Every amount times `factor`.
    pub(crate) fn times(&self, factor: Decimal) -> Self {
        Self {
            income_tax: self.income_tax * factor,
            alternative_minimum: self.alternative_minimum * factor,
            net_investment: self.net_investment * factor,
            child_credit: self.child_credit * factor,
            earned_income_credit: self.earned_income_credit * factor,
            social_security: self.social_security * factor,
            medicare: self.medicare * factor,
            payroll_by_earner: self.payroll_by_earner.map(|paid| paid * factor),
            additional_medicare: self.additional_medicare * factor,
            taxable_income: self.taxable_income * factor,
            deduction: self.deduction * factor,
            standard_deduction: self.standard_deduction * factor,
            itemised: self.itemised,
            alternative_minimum_exemption: self.alternative_minimum_exemption * factor,
            minimum_credit_room: self.minimum_credit_room * factor,
        }
    }
}

/// The federal tax of a year, with `state_tax` (USD) as the state and local income tax that may be itemised; `None`
/// takes the standard deduction. In the money of the rules' year, where `carry` takes them to another.
pub fn tax(parameters: &Federal, facts: &PersonYear, state_tax: Option<Decimal>, carry: &Carry) -> FederalTax {
    let filing = facts.filing;
    let gross = facts.adjusted_gross_income();
    let standard = *parameters.standard_deduction.of(filing);
    let itemised = state_tax.map(|paid| itemised(parameters, facts, paid, carry)).filter(|amount| *amount > standard);
    let deduction = itemised.unwrap_or(standard);
    let taxable = (gross - deduction).max(Decimal::ZERO);
    let gains = facts.long_term_gains.min(taxable);
    let gains_rates = parameters.long_term_gains.of(filing);
    let below = taxable - gains;
    let regular = with_gains(parameters.brackets.of(filing), gains_rates, taxable, below, gains);

    // Form 6251 adds the standard deduction, or the state tax itemised, back to income.
    let minimum_income = (gross + facts.iso_bargain).max(Decimal::ZERO);
    let exemption = (parameters.amt_exemption.of(filing)
        - parameters.amt_phase_out_rate.value
            * (minimum_income - parameters.amt_phase_out_start.of(filing)).max(Decimal::ZERO))
    .max(Decimal::ZERO);
    let minimum_base = (minimum_income - exemption).max(Decimal::ZERO);
    // What was counted on exercise is no gain again on sale: the gain of the minimum tax is smaller by it.
    let minimum_gains = (gains + facts.iso_bargain.min(Decimal::ZERO)).clamp(Decimal::ZERO, minimum_base);
    let tentative = with_gains(&parameters.amt_rates, gains_rates, minimum_base, below, minimum_gains);
    let alternative_minimum = (tentative - regular).max(Decimal::ZERO);
    let before_credits = regular + alternative_minimum;

    let child_credit = child_credit(parameters, facts, carry);
    let child_credit_used = child_credit_used(parameters, facts, child_credit, before_credits, carry);
    let earned_income_credit = earned_income_credit(parameters, facts);
    let net_investment = if facts.long_term_gains.is_zero() {
        Decimal::ZERO
    } else {
        let threshold = &parameters.net_investment_threshold;
        let above = gross - carry.amount(threshold, *threshold.of(filing));
        parameters.net_investment_rate.value * facts.long_term_gains.min(above.max(Decimal::ZERO))
    };

    let wage_base = carry.dated(&parameters.social_security_wage_base, &parameters::ahead().social_security_wage_base);
    let social_security = facts.earners().map(|wages| wages.min(wage_base) * parameters.social_security_rate.value);
    let additional = &parameters.additional_medicare_threshold;
    let additional_above = carry.amount(additional, *additional.of(filing));
    let medicare = facts.earners().map(|wages| wages * parameters.medicare_rate.value);
    FederalTax {
        income_tax: before_credits - child_credit_used - earned_income_credit + net_investment,
        alternative_minimum,
        net_investment,
        child_credit,
        earned_income_credit,
        social_security: social_security[0] + social_security[1],
        medicare: medicare[0] + medicare[1],
        payroll_by_earner: [social_security[0] + medicare[0], social_security[1] + medicare[1]],
        additional_medicare: parameters.additional_medicare_rate.value
            * (facts.all_wages() - additional_above).max(Decimal::ZERO),
        taxable_income: taxable,
        deduction,
        standard_deduction: standard,
        itemised: itemised.is_some(),
        alternative_minimum_exemption: exemption,
        minimum_credit_room: (regular - child_credit.min(regular) - tentative).max(Decimal::ZERO),
    }
}

/// Tax on `base` of which `gains` are at the gains' own rates where that is less. The gains sit on top of `below`, the
/// ordinary part of the regular taxable income, for both the regular and the alternative minimum tax.
fn with_gains(rates: &Rows, gains_rates: &Rows, base: Decimal, below: Decimal, gains: Decimal) -> Decimal {
    if gains.is_zero() {
        return rates.tax(base);
    }
    let on_gains = gains_rates.tax(below + gains) - gains_rates.tax(below);
    (rates.tax(base - gains) + on_gains).min(rates.tax(base))
}

/// What itemising state and local tax alone deducts: capped, the cap shrinking with income, and cut in the top bracket.
fn itemised(parameters: &Federal, facts: &PersonYear, paid: Decimal, carry: &Carry) -> Decimal {
    let gross = facts.adjusted_gross_income();
    let ahead = parameters::ahead();
    let start = carry.dated(&parameters.state_tax_cap_phase_out_start, &ahead.state_tax_cap_phase_out_start);
    let over = (gross - start).max(Decimal::ZERO);
    let cap = (carry.dated(&parameters.state_tax_cap, &ahead.state_tax_cap)
        - parameters.state_tax_cap_phase_out_rate.value * over)
        .max(carry.amount(&parameters.state_tax_cap_floor, parameters.state_tax_cap_floor.value));
    let amount = paid.min(cap);
    let top = parameters.brackets.of(facts.filing).0.last().map_or(Decimal::MAX, |row| row.0);
    // 26 USC 68 counts the income above the top bracket before itemised deductions are taken.
    let above_top = (gross - top).max(Decimal::ZERO);
    amount - parameters.itemised_top_bracket_cut.value * amount.min(above_top)
}

/// The child tax credit after its phase-out.
fn child_credit(parameters: &Federal, facts: &PersonYear, carry: &Carry) -> Decimal {
    if facts.dependents == 0 {
        return Decimal::ZERO;
    }
    let whole = parameters.child_credit.value * facts.dependents();
    let (phase_out, gross) = (&parameters.child_credit_phase_out, facts.adjusted_gross_income());
    if phase_out.indexed || carry.grown() == Decimal::ONE {
        return phase_out.left(whole, gross, facts.filing);
    }
    // Its bounds and steps are amounts of the year itself, which a whole income meets to a millionth.
    let gross = (gross * carry.grown()).round_dp(6);
    carry.in_rules_money(phase_out.left(whole * carry.grown(), gross, facts.filing))
}

/// How much of `credit` is used: against `tax` first, then paid out up to a share of earnings.
fn child_credit_used(
    parameters: &Federal,
    facts: &PersonYear,
    credit: Decimal,
    tax: Decimal,
    carry: &Carry,
) -> Decimal {
    let against_tax = credit.min(tax);
    let floor = &parameters.child_credit_earnings_floor;
    let earned = (facts.all_wages() - carry.amount(floor, floor.value)).max(Decimal::ZERO);
    let paid_out = (credit - against_tax)
        .min(parameters.child_credit_refundable.value * facts.dependents())
        .min(parameters.child_credit_earnings_rate.value * earned);
    against_tax + paid_out
}

/// The earned income credit, taken up wherever it is due.
fn earned_income_credit(parameters: &Federal, facts: &PersonYear) -> Decimal {
    if facts.long_term_gains > parameters.earned_income_investment_limit.value {
        return Decimal::ZERO;
    }
    let rows = &parameters.earned_income_credit.value;
    let Some(EarnedIncomeCredit { phase_in_rate, maximum, phase_out_start, phase_out_rate }) =
        rows.get((facts.dependents.to_usize().unwrap_or(usize::MAX)).min(rows.len().saturating_sub(1)))
    else {
        return Decimal::ZERO;
    };
    let earned = facts.all_wages() - facts.deferral_401k;
    let measured = earned.max(facts.adjusted_gross_income());
    let lost = phase_out_rate * (measured - phase_out_start.of(facts.filing)).max(Decimal::ZERO);
    // 26 USC 32(a)(2): what is lost limits the credit from above; it is not taken off what was phased in.
    (phase_in_rate * earned).min(*maximum - lost).max(Decimal::ZERO)
}
