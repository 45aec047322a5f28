//! A state's income tax of one year, and a city's where it has one, as pure functions of parameters and facts.
//!
//! Every state is the same chain: income, deductions and exemptions, brackets, what is added, credits. What a state
//! does not have is absent from its parameters and adds nothing.

use super::facts::{Filing, PersonYear};
use super::federal::FederalTax;
use super::parameters::{Base, City, Federal, Recapture, State, TaxedApart};
use super::schedule::{Rows, started_steps};
use rust_decimal::Decimal;

/// What is owed to the state, in USD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateTax {
    /// Income tax after credits that are not paid out.
    pub income_tax: Decimal,
    /// Income after deductions and exemptions.
    pub taxable_income: Decimal,
}

/// The income tax of `state`, given the federal return.
pub fn tax(state: &State, facts: &PersonYear, federal: &FederalTax) -> StateTax {
    let gross = facts.adjusted_gross_income();
    if state.base.value == Base::NoIncomeTax {
        return StateTax::default();
    }
    let taxable = taxable_income(state, facts, federal);
    let together = tax_of_brackets(state, facts.filing, taxable);
    let brackets = taxed_apart(state, facts, taxable).map_or(together, |apart| apart.min(together));
    let surtax = state.surtax.as_ref().map_or(Decimal::ZERO, |surtax| surtax.of(facts.filing).tax(taxable));
    let mut tax = brackets + surtax;
    if let Some(added) = &state.added_amount {
        tax += added.above(taxable);
    }
    if let Some(gains) = &state.gains_tax
        && gross > gains.above
    {
        tax += gains.rates.tax(facts.long_term_gains);
    }
    if let Some(recapture) = &state.recapture {
        tax = with_recapture(recapture, state, facts, taxable, tax);
    }
    if let Some(stepped) = &state.stepped {
        tax += stepped
            .additions
            .iter()
            .map(|addition| {
                let filing = facts.filing;
                (started_steps(gross, *addition.start.of(filing), *addition.step.of(filing))
                    * addition.amount.of(filing))
                .min(*addition.maximum.of(filing))
            })
            .sum::<Decimal>();
        tax -= tax * stepped.credit_share.of(facts.filing).above(gross);
    }
    tax += alternative_minimum(state, facts, federal, tax);
    if let Some(minimum) = &state.minimum_tax
        && gross > minimum.above
    {
        tax = tax.max(minimum.rate * gross);
    }
    tax = (tax - credits(state, facts, federal, taxable)).max(Decimal::ZERO);
    if let Some(credit) = &state.joint_filing_credit
        && lower_wages(facts).is_some_and(|wages| wages >= credit.least_wages)
        && gross < credit.income_below
    {
        tax -= (tax * credit.share_by_income.above(taxable)).min(credit.maximum);
    }
    if let Some(limited) = state.low_income.as_ref().and_then(|low| low.limited.as_ref()) {
        let dependents =
            if facts.filing == Filing::Single { Decimal::ZERO } else { limited.per_dependent * facts.dependents() };
        let free = limited.no_tax_up_to.of(facts.filing) + dependents;
        if gross <= free {
            tax = Decimal::ZERO;
        } else if gross <= free * limited.multiple {
            tax = tax.min((gross - free) * limited.share);
        }
    }
    if let Some(limit) = &state.no_tax_up_to
        && gross <= *limit.of(facts.filing)
    {
        tax = Decimal::ZERO;
    }
    StateTax { income_tax: tax, taxable_income: taxable }
}

/// Income after deductions and exemptions, at least 0.
fn taxable_income(state: &State, facts: &PersonYear, federal: &FederalTax) -> Decimal {
    let filing = facts.filing;
    let gross = facts.adjusted_gross_income();
    let mut income = match state.base.value {
        Base::NoIncomeTax => return Decimal::ZERO,
        Base::FederalAdjustedGrossIncome => gross,
        Base::FederalTaxableIncome => federal.taxable_income,
        Base::IncomeBeforeDeferral => gross + facts.deferral_401k,
        Base::LongTermGains => facts.long_term_gains,
    };
    income += added_back(state, facts, federal);
    if let Some(share) = &state.gains_excluded {
        income -= share.value * facts.long_term_gains;
    }
    let itemises = federal.itemised && state.itemises_with_federal.as_ref().is_some_and(|rule| rule.value);
    if let Some(standard) = state.standard_deduction.as_ref().filter(|_| !itemises) {
        let mut amount = standard.at(gross, filing);
        if let Some(cut) = &state.deduction_cut {
            let largest = amount * cut.largest_share;
            amount -= if gross > cut.full_above { largest } else { cut.rates.of(filing).tax(gross).min(largest) };
        }
        if state.payroll_tax_itemised.as_ref().is_some_and(|rule| rule.value) {
            amount = amount.max(federal.social_security + federal.medicare + federal.additional_medicare);
        }
        income -= amount;
    }
    if let Some(exemption) = &state.exemption {
        income -= exemption.at(gross, filing);
    }
    if let Some(exemption) = &state.dependent_exemption {
        income -= exemption.at(gross, filing) * facts.dependents();
    }
    if let (Some(most), Some(wages)) = (&state.lower_earner_subtraction, lower_wages(facts)) {
        income -= wages.min(most.value);
    }
    if let Some(deduction) = &state.federal_tax_deduction {
        // Credits that are paid out do not make the deduction negative.
        let paid = (federal.income_tax - federal.net_investment).max(Decimal::ZERO);
        let by = |rows: &Rows| if deduction.bound_belongs_below { rows.above(gross) } else { rows.from(gross) };
        let share = paid * by(&deduction.share_by_income);
        income -= deduction.cap_by_income.as_ref().map_or(share, |cap| share.min(by(cap.of(filing))));
    }
    if let Some(cap) = &state.payroll_tax_deduction_cap {
        income -= federal.payroll_by_earner.iter().map(|paid| paid.min(&cap.value)).sum::<Decimal>();
    }
    income.max(Decimal::ZERO)
}

/// What the state adds back of the federal deduction.
fn added_back(state: &State, facts: &PersonYear, federal: &FederalTax) -> Decimal {
    let gross = facts.adjusted_gross_income();
    let mut added = Decimal::ZERO;
    if state.health_savings_taxed.as_ref().is_some_and(|rule| rule.value) {
        added += facts.health_savings;
    }
    if federal.itemised && state.state_tax_add_back.as_ref().is_some_and(|rule| rule.value) {
        added += federal.deduction - federal.standard_deduction;
    }
    if let Some(rule) = &state.federal_deduction_add_back
        && gross >= rule.from
    {
        added += (federal.deduction.min(gross) - rule.kept.of(facts.filing)).max(Decimal::ZERO);
    }
    added
}

/// The tax of the brackets, by the published table where the state has one.
fn tax_of_brackets(state: &State, filing: Filing, taxable: Decimal) -> Decimal {
    let Some(brackets) = &state.brackets else { return Decimal::ZERO };
    let rows = brackets.of(filing);
    let Some(table) = &state.table else { return rows.tax(taxable) };
    let measured = if taxable < table.below.value {
        let width = table.width.value;
        (taxable / width).floor() * width + width / Decimal::TWO
    } else {
        taxable
    };
    let tax = match (&table.high_income, &table.reduction) {
        (Some(high), _) if taxable > high.above.value => high.brackets.tax(measured) - high.adjustment.from(taxable),
        (_, Some(reduction)) => rows.from(measured) * measured - reduction.from(measured),
        (_, None) => rows.tax(measured),
    };
    tax.max(Decimal::ZERO)
}

/// The tax after lower brackets have been taken back from high incomes.
fn with_recapture(recapture: &Recapture, state: &State, facts: &PersonYear, taxable: Decimal, tax: Decimal) -> Decimal {
    let gross = facts.adjusted_gross_income();
    if gross <= recapture.above.value {
        return tax;
    }
    if gross > recapture.top_rate_above.value {
        let top = state.brackets.as_ref().and_then(|rows| rows.of(facts.filing).0.last().copied());
        return top.map_or(tax, |(_, rate)| rate * taxable);
    }
    let steps = recapture.step.of(facts.filing);
    let bound = steps.0.iter().take_while(|row| row.0 < taxable).last().map_or(Decimal::ZERO, |row| row.0);
    let from = bound.max(recapture.above.value);
    let share = ((gross - from) / recapture.phase_in.value).clamp(Decimal::ZERO, Decimal::ONE);
    tax + recapture.base.of(facts.filing).above(taxable) + share * steps.above(taxable)
}

/// What the state's alternative minimum tax adds to `tax`.
fn alternative_minimum(state: &State, facts: &PersonYear, federal: &FederalTax, tax: Decimal) -> Decimal {
    let Some(minimum) = &state.alternative_minimum else { return Decimal::ZERO };
    let income = facts.adjusted_gross_income() + facts.iso_bargain + added_back(state, facts, federal);
    let exemption = minimum
        .exemption
        .as_ref()
        .map_or(federal.alternative_minimum_exemption, |exemption| exemption.at(income, facts.filing));
    (minimum.rate.value * (income - exemption).max(Decimal::ZERO) - tax).max(Decimal::ZERO)
}

/// Credits that lower the tax and are not paid out.
fn credits(state: &State, facts: &PersonYear, federal: &FederalTax, taxable: Decimal) -> Decimal {
    let filing = facts.filing;
    let gross = facts.adjusted_gross_income();
    let mut credits = Decimal::ZERO;
    if let Some(credit) = &state.credit {
        credits += credit.at(gross, filing);
    }
    if let Some(credit) = &state.dependent_credit {
        credits += credit.at(gross, filing) * facts.dependents();
    }
    if let Some(credit) = &state.taxpayer_credit {
        let base = federal.deduction + credit.per_dependent * facts.dependents();
        let lost = credit.phase_out_rate * (gross - credit.start.of(filing)).max(Decimal::ZERO);
        credits += (credit.rate * base - lost).max(Decimal::ZERO);
    }
    if let Some(credit) = &state.exemption_credit
        && taxable < credit.below
    {
        credits += credit.amount * (facts.filers() + facts.dependents());
    }
    if let (Some(credit), Some(wages)) = (&state.lower_earner_credit, lower_wages(facts)) {
        credits += credit.rate * wages.min(credit.wages_up_to);
    }
    if let Some(cap) = &state.spouse_adjustment_cap {
        credits += spouse_adjustment(state, facts, taxable).min(cap.value);
    }
    if let Some(low) = &state.low_income {
        if let Some(rows) = &low.household_credit {
            credits += rows.of(filing).above(gross);
        }
        if let Some(rows) = &low.household_credit_per_person {
            credits += rows.of(filing).above(gross) * (facts.filers() + facts.dependents() - Decimal::ONE);
        }
    }
    credits
}

/// The wages of the one who earns less of two earners on one return; none with one earner.
fn lower_wages(facts: &PersonYear) -> Option<Decimal> {
    let lower = (facts.wages - facts.deferral_401k).min(facts.spouse_wages);
    (facts.filing == Filing::Joint && lower > Decimal::ZERO).then_some(lower)
}

/// The tax of the brackets of two earners on one return who are taxed apart; none where the state does not do so.
fn taxed_apart(state: &State, facts: &PersonYear, taxable: Decimal) -> Option<Decimal> {
    let rule = state.taxed_apart.as_ref()?.value;
    let lower = lower_wages(facts)?;
    let higher = facts.adjusted_gross_income() - lower;
    let parts = match rule {
        TaxedApart::ByIncome => {
            let part = taxable * lower.checked_div(lower + higher)?;
            [part, taxable - part]
        }
        TaxedApart::DeductionsDivided => {
            let part = lower.min(taxable / Decimal::TWO);
            [part, taxable - part]
        }
        TaxedApart::OwnDeduction => [lower, higher].map(|income| {
            let own = state.standard_deduction.as_ref().map_or(Decimal::ZERO, |d| d.at(income, Filing::Single));
            (income - own).max(Decimal::ZERO)
        }),
    };
    Some(parts.into_iter().map(|part| tax_of_brackets(state, Filing::Single, part)).sum())
}

/// What two earners on one return save when each is taxed alone, at most where their incomes are equal.
fn spouse_adjustment(state: &State, facts: &PersonYear, taxable: Decimal) -> Decimal {
    let (Some(brackets), Some(exemption)) = (&state.brackets, &state.exemption) else { return Decimal::ZERO };
    if facts.filing != Filing::Joint {
        return Decimal::ZERO;
    }
    let smaller = (facts.wages - facts.deferral_401k).min(facts.spouse_wages);
    let own = exemption.at(facts.adjusted_gross_income(), facts.filing) / Decimal::TWO;
    let lower = (smaller - own).clamp(Decimal::ZERO, taxable / Decimal::TWO);
    let rows = brackets.of(facts.filing);
    rows.tax(taxable) - rows.tax(lower) - rows.tax(taxable - lower)
}

/// The income tax of `city` on the state's taxable income, in USD; negative where credits are paid out.
pub fn city_tax(city: &City, facts: &PersonYear, federal: &FederalTax, state: &StateTax) -> Decimal {
    let filing = facts.filing;
    let gross = facts.adjusted_gross_income();
    let taxable = state.taxable_income;
    let mut tax = city.brackets.of(filing).tax(taxable);
    if let Some(rows) = &city.household_credit {
        tax -= rows.of(filing).above(gross);
    }
    if let Some(rows) = &city.household_credit_per_person {
        tax -= rows.of(filing).above(gross) * (facts.filers() + facts.dependents());
    }
    tax = tax.max(Decimal::ZERO);
    if let Some(credit) = &city.credit {
        tax -= credit.at(gross, filing);
    }
    if let Some(reduction) = &city.rate_reduction
        && city.rate_reduction_limit.as_ref().is_none_or(|limit| taxable <= limit.value)
    {
        tax -= reduction.of(filing).tax(taxable);
    }
    if let Some(share) = &city.earned_income_credit_share {
        tax -= federal.earned_income_credit * share.between(gross);
    }
    tax
}

/// What employers withhold for the state in a year, in USD: each knows its own wages alone, and takes the schedule of
/// a single person on them, less the standard deduction, or the exemption where there is no standard deduction.
pub fn withheld(state: &State, parameters: &Federal, facts: &PersonYear) -> Decimal {
    let Some(brackets) = state.brackets.as_ref().filter(|_| !state.taxes_no_wages()) else { return Decimal::ZERO };
    let single = Filing::Single;
    let free = match (&state.standard_deduction, &state.exemption) {
        _ if state.base.value == Base::FederalTaxableIncome => *parameters.standard_deduction.of(single),
        (Some(allowance), _) | (None, Some(allowance)) => *allowance.amount.of(single),
        (None, None) => Decimal::ZERO,
    };
    facts.earners().into_iter().map(|wages| brackets.of(single).tax((wages - free).max(Decimal::ZERO))).sum()
}

/// The taxes on pay that the employee owes to the state, each rounded as its whole year's sum, in USD.
pub fn payroll(state: &State, facts: &PersonYear) -> Decimal {
    let Some(taxes) = &state.payroll else { return Decimal::ZERO };
    let deferrals = [facts.deferral_401k, Decimal::ZERO];
    taxes
        .iter()
        .flat_map(|tax| {
            facts.earners().into_iter().zip(deferrals).map(move |(wages, deferral)| {
                let counted = if tax.after_deferral { wages - deferral } else { wages };
                let counted = tax.wage_base.map_or(counted, |base| counted.min(base));
                let owed = tax.rate * counted;
                tax.maximum.map_or(owed, |maximum| owed.min(maximum))
            })
        })
        .sum()
}
