//! Canada: federal and provincial income tax (Ontario, British Columbia, Quebec), pension, employment and parental
//! insurance of one earner's year, in CAD.
//!
//! Each earner is taxed alone. The base part of pension contributions is a credit, the additional part a deduction.
//! Quebec gives no credit of its own for contributions: its basic amount holds them.

use super::bends::Bends;
use super::parameters::{DatedFiles, Parameter};
use super::schedule::{Rows, share_of_range};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::sync::LazyLock;

/// The provinces there are rules for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Province {
    /// Ontario.
    Ontario,
    /// British Columbia.
    BritishColumbia,
    /// Quebec.
    Quebec,
}

/// The rules of one calendar year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Federal rates.
    pub federal_brackets: Parameter<Rows>,
    /// The share of an amount that is credited.
    pub federal_credit_rate: Parameter<Decimal>,
    /// The basic personal amount.
    pub federal_basic_amount: Parameter<Decimal>,
    /// What it does not fall below.
    pub federal_basic_amount_least: Parameter<Decimal>,
    /// The income over which it falls.
    pub federal_basic_amount_phase_out: Parameter<[Decimal; 2]>,
    /// The amount every employee has.
    pub employment_amount: Parameter<Decimal>,
    /// The share of federal tax that Quebec residents do not pay.
    pub quebec_abatement: Parameter<Decimal>,
    /// Earnings free of pension contributions.
    pub pension_exemption: Parameter<Decimal>,
    /// Earnings up to which the first rate is paid.
    pub pension_ceiling: Parameter<Decimal>,
    /// Earnings up to which the second rate is paid.
    pub pension_second_ceiling: Parameter<Decimal>,
    /// The Canada Pension Plan's rate.
    pub pension_rate: Parameter<Decimal>,
    /// The part of it that is credited.
    pub pension_base_rate: Parameter<Decimal>,
    /// The rate between the two ceilings, in Quebec as well.
    pub pension_second_rate: Parameter<Decimal>,
    /// Earnings up to which employment insurance is paid.
    pub insurance_ceiling: Parameter<Decimal>,
    /// Its rate outside Quebec.
    pub insurance_rate: Parameter<Decimal>,
    /// Ontario's rates.
    pub ontario_brackets: Parameter<Rows>,
    /// The share of an amount Ontario credits.
    pub ontario_credit_rate: Parameter<Decimal>,
    /// Ontario's basic personal amount.
    pub ontario_basic_amount: Parameter<Decimal>,
    /// Ontario's surtax on its tax.
    pub ontario_surtax: Parameter<Rows>,
    /// Ontario's tax reduction: twice this less the tax.
    pub ontario_reduction: Parameter<Decimal>,
    /// Ontario's health premium.
    pub ontario_health_premium: Parameter<Rows>,
    /// British Columbia's rates; its lowest one credits amounts.
    pub british_columbia_brackets: Parameter<Rows>,
    /// British Columbia's basic personal amount.
    pub british_columbia_basic_amount: Parameter<Decimal>,
    /// British Columbia's tax reduction.
    pub british_columbia_reduction: Parameter<Decimal>,
    /// Income above which it shrinks.
    pub british_columbia_reduction_start: Parameter<Decimal>,
    /// How fast it shrinks.
    pub british_columbia_reduction_rate: Parameter<Decimal>,
    /// Quebec's rates; its lowest one credits amounts.
    pub quebec_brackets: Parameter<Rows>,
    /// Quebec's basic personal amount.
    pub quebec_basic_amount: Parameter<Decimal>,
    /// Quebec's deduction for workers, as a share of earnings.
    pub quebec_worker_deduction_rate: Parameter<Decimal>,
    /// The most it is.
    pub quebec_worker_deduction_largest: Parameter<Decimal>,
    /// The Quebec Pension Plan's rate.
    pub quebec_pension_rate: Parameter<Decimal>,
    /// The part of it that is credited federally.
    pub quebec_pension_base_rate: Parameter<Decimal>,
    /// Earnings up to which parental insurance is paid.
    pub quebec_parental_ceiling: Parameter<Decimal>,
    /// The rate of parental insurance.
    pub quebec_parental_rate: Parameter<Decimal>,
    /// The rate of employment insurance in Quebec.
    pub quebec_insurance_rate: Parameter<Decimal>,
}

/// The files there are.
pub static FILES: DatedFiles<Rules> = LazyLock::new(|| {
    super::parameters::read_dated(&[
        include_str!("../../parameters/tax/canada-2025.toml"),
        include_str!("../../parameters/tax/canada-2026.toml"),
    ])
});

/// What one earner owes, in CAD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tax {
    /// Federal income tax, after Quebec's abatement.
    pub federal: Decimal,
    /// Provincial income tax with surtax and reduction.
    pub provincial: Decimal,
    /// Ontario's health premium.
    pub health_premium: Decimal,
    /// Canada or Quebec Pension Plan, both parts.
    pub pension: Decimal,
    /// Employment insurance.
    pub insurance: Decimal,
    /// Quebec's parental insurance.
    pub parental: Decimal,
}

/// Contributions on pay, and which part of them is credited or deducted.
struct Contributions {
    pension: Decimal,
    insurance: Decimal,
    parental: Decimal,
    credited: Decimal,
    deducted: Decimal,
}

fn contributions(rules: &Rules, province: Province, wages: Decimal) -> Contributions {
    let quebec = province == Province::Quebec;
    let (rate, base, insured) = if quebec {
        (&rules.quebec_pension_rate, &rules.quebec_pension_base_rate, &rules.quebec_insurance_rate)
    } else {
        (&rules.pension_rate, &rules.pension_base_rate, &rules.insurance_rate)
    };
    let ceiling = rules.pension_ceiling.value;
    let first = (wages.min(ceiling) - rules.pension_exemption.value).max(Decimal::ZERO);
    let second = (wages.min(rules.pension_second_ceiling.value) - ceiling).max(Decimal::ZERO);
    let second = second * rules.pension_second_rate.value;
    let insurance = wages.min(rules.insurance_ceiling.value) * insured.value;
    let parental = if quebec {
        wages.min(rules.quebec_parental_ceiling.value) * rules.quebec_parental_rate.value
    } else {
        Decimal::ZERO
    };
    Contributions {
        pension: first * rate.value + second,
        insurance,
        parental,
        credited: first * base.value + insurance + parental,
        deducted: first * (rate.value - base.value) + second,
    }
}

/// The tax on `wages` (CAD a year) of which `saved` goes to a registered pension or retirement savings plan.
pub fn tax(rules: &Rules, province: Province, wages: Decimal, saved: Decimal) -> Tax {
    let paid = contributions(rules, province, wages);
    let income = (wages - paid.deducted - saved).max(Decimal::ZERO);
    let federal = federal(rules, wages, income, paid.credited);
    let (federal, provincial, health_premium) = match province {
        Province::Ontario => (federal, ontario(rules, income, paid.credited), rules.ontario_health_premium.tax(income)),
        Province::BritishColumbia => (federal, british_columbia(rules, income, paid.credited), Decimal::ZERO),
        Province::Quebec => {
            let worker =
                (rules.quebec_worker_deduction_rate.value * wages).min(rules.quebec_worker_deduction_largest.value);
            let taxable = (income - worker).max(Decimal::ZERO);
            let credit = rules.quebec_brackets.0[0].1 * rules.quebec_basic_amount.value;
            let provincial = (rules.quebec_brackets.tax(taxable) - credit).max(Decimal::ZERO);
            (federal * (Decimal::ONE - rules.quebec_abatement.value), provincial, Decimal::ZERO)
        }
    };
    Tax {
        federal,
        provincial,
        health_premium,
        pension: paid.pension,
        insurance: paid.insurance,
        parental: paid.parental,
    }
}

fn federal(rules: &Rules, wages: Decimal, income: Decimal, credited: Decimal) -> Decimal {
    let (most, least) = (rules.federal_basic_amount.value, rules.federal_basic_amount_least.value);
    let [start, end] = rules.federal_basic_amount_phase_out.value;
    let basic = most - (most - least) * share_of_range(income, start, end - start);
    let amounts = basic + credited + wages.min(rules.employment_amount.value);
    (rules.federal_brackets.tax(income) - rules.federal_credit_rate.value * amounts).max(Decimal::ZERO)
}

fn ontario(rules: &Rules, income: Decimal, credited: Decimal) -> Decimal {
    let amounts = rules.ontario_basic_amount.value + credited;
    let basic = (rules.ontario_brackets.tax(income) - rules.ontario_credit_rate.value * amounts).max(Decimal::ZERO);
    let with_surtax = basic + rules.ontario_surtax.tax(basic);
    let reduction = (Decimal::TWO * rules.ontario_reduction.value - with_surtax).max(Decimal::ZERO);
    (with_surtax - reduction).max(Decimal::ZERO)
}

fn british_columbia(rules: &Rules, income: Decimal, credited: Decimal) -> Decimal {
    let brackets = &rules.british_columbia_brackets;
    let amounts = rules.british_columbia_basic_amount.value + credited;
    let lost = rules.british_columbia_reduction_rate.value
        * (income - rules.british_columbia_reduction_start.value).max(Decimal::ZERO);
    let reduction = (rules.british_columbia_reduction.value - lost).max(Decimal::ZERO);
    (brackets.tax(income) - brackets.0[0].1 * amounts - reduction).max(Decimal::ZERO)
}

/// Where the tax bends as wages grow.
pub(super) fn bends(rules: &Rules, province: Province, saved: Decimal, bends: &mut Bends) {
    for ceiling in [
        rules.pension_exemption.value,
        rules.pension_ceiling.value,
        rules.pension_second_ceiling.value,
        rules.insurance_ceiling.value,
        rules.employment_amount.value,
    ] {
        bends.add(ceiling);
    }
    let worker = if province == Province::Quebec {
        bends.add(rules.quebec_parental_ceiling.value);
        bends.add(rules.quebec_worker_deduction_largest.value / rules.quebec_worker_deduction_rate.value);
        rules.quebec_worker_deduction_largest.value
    } else {
        Decimal::ZERO
    };
    // The wages that leave an income: what is deducted of them changes slowly, so that a few rounds find it.
    let wages_for = |income: Decimal| {
        (0..4).fold(income + saved, |wages, _| income + saved + contributions(rules, province, wages).deducted)
    };
    let [start, end] = rules.federal_basic_amount_phase_out.value;
    for income in rules.federal_brackets.0.iter().map(|row| row.0).chain([start, end]) {
        bends.add(wages_for(income));
    }
    match province {
        Province::Ontario => {
            for (from, _) in rules.ontario_brackets.0.iter().chain(&rules.ontario_health_premium.0) {
                bends.add(wages_for(*from));
            }
            // The income at which Ontario's own tax reaches the surtax, by the bracket it falls in.
            let credited = contributions(rules, province, rules.pension_second_ceiling.value).credited;
            let credit = rules.ontario_credit_rate.value * (rules.ontario_basic_amount.value + credited);
            let brackets = &rules.ontario_brackets;
            for (level, _) in rules.ontario_surtax.0.iter().skip(1) {
                let row = brackets.0.iter().rfind(|row| brackets.tax(row.0) <= level + credit);
                if let Some((from, rate)) = row {
                    bends.add(wages_for(from + (level + credit - brackets.tax(*from)) / rate));
                }
            }
        }
        Province::BritishColumbia => {
            for (from, _) in &rules.british_columbia_brackets.0 {
                bends.add(wages_for(*from));
            }
            let start = rules.british_columbia_reduction_start.value;
            bends.add(wages_for(start));
            bends.add(wages_for(
                start + rules.british_columbia_reduction.value / rules.british_columbia_reduction_rate.value,
            ));
        }
        Province::Quebec => {
            for (from, _) in &rules.quebec_brackets.0 {
                bends.add(wages_for(from + worker));
            }
        }
    }
    // At small incomes credits use up the tax somewhere between.
    bends.hidden();
}
