//! Germany: income tax as it is withheld from wages, solidarity surcharge and social insurance, in EUR, for one person
//! (wage tax class I, class II with a child) or a couple taxed together (the splitting tariff).
//!
//! Statutory health and pension insurance are assumed. Church tax, the choice between child benefit and child
//! allowance, Saxony's care insurance and the lower contributions below 2,000 a month are left out.

use super::bends::Bends;
use super::facts::Filing;
use super::parameters::{DatedFiles, Parameter};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::sync::LazyLock;

/// The rules of one calendar year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Income that is free of tax.
    pub basic_allowance: Parameter<Decimal>,
    /// Where the first rising zone ends.
    pub second_zone_end: Parameter<Decimal>,
    /// Where the second rising zone ends.
    pub third_zone_end: Parameter<Decimal>,
    /// Where the highest rate begins.
    pub fourth_zone_end: Parameter<Decimal>,
    /// Coefficients of the first rising zone.
    pub second_zone: Parameter<[Decimal; 2]>,
    /// Coefficients of the second rising zone.
    pub third_zone: Parameter<[Decimal; 3]>,
    /// Rate and amount taken off.
    pub fourth_zone: Parameter<[Decimal; 2]>,
    /// Rate and amount taken off.
    pub fifth_zone: Parameter<[Decimal; 2]>,
    /// The solidarity surcharge.
    pub solidarity_rate: Parameter<Decimal>,
    /// The most it is of the income tax above the limit.
    pub solidarity_relief_rate: Parameter<Decimal>,
    /// Income tax up to which there is none, single and joint.
    pub solidarity_limit: Parameter<[Decimal; 2]>,
    /// What every employee takes off.
    pub employee_allowance: Parameter<Decimal>,
    /// What every person takes off.
    pub special_expenses_allowance: Parameter<Decimal>,
    /// What a lone parent takes off, and more for each further child.
    pub lone_parent_relief: Parameter<[Decimal; 2]>,
    /// Earnings up to which pension and unemployment insurance are paid.
    pub pension_ceiling: Parameter<Decimal>,
    /// Earnings up to which health and care insurance are paid.
    pub health_ceiling: Parameter<Decimal>,
    /// Pension insurance.
    pub pension_rate: Parameter<Decimal>,
    /// Unemployment insurance.
    pub unemployment_rate: Parameter<Decimal>,
    /// Health insurance.
    pub health_rate: Parameter<Decimal>,
    /// The part of it that is taken from income.
    pub health_rate_deducted: Parameter<Decimal>,
    /// The funds' average supplement, of which half is the employee's.
    pub health_supplement: Parameter<Decimal>,
    /// Care insurance.
    pub care_rate: Parameter<Decimal>,
    /// More of it without a child.
    pub care_childless: Parameter<Decimal>,
    /// Less of it for each child from the second to the fifth.
    pub care_per_child: Parameter<Decimal>,
    /// What is taken from income for health, care and other insurance at least.
    pub least_provision: Parameter<Decimal>,
    /// A share of wages that least provision is, up to its amount; absent from 2026 on.
    pub least_provision_rate: Option<Parameter<Decimal>>,
}

/// The files there are.
pub static FILES: DatedFiles<Rules> = LazyLock::new(|| {
    super::parameters::read_dated(&[
        include_str!("../../parameters/tax/germany-2025.toml"),
        include_str!("../../parameters/tax/germany-2026.toml"),
    ])
});

/// What is owed, in EUR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tax {
    /// Income tax.
    pub income_tax: Decimal,
    /// Solidarity surcharge.
    pub solidarity: Decimal,
    /// Pension insurance.
    pub pension: Decimal,
    /// Unemployment insurance.
    pub unemployment: Decimal,
    /// Health insurance with half of the supplement.
    pub health: Decimal,
    /// Care insurance.
    pub care: Decimal,
}

/// The most children that lower care insurance.
const CHILDREN_COUNTED: u32 = 5;

/// The tax on the `wages` of both earners (EUR a year, the second one 0 unless `filing` is joint).
pub fn tax(rules: &Rules, filing: Filing, wages: [Decimal; 2], children: u32) -> Tax {
    let ceiling = |limit: Decimal| wages.map(|wages| wages.min(limit)).iter().sum::<Decimal>();
    let (pensionable, insured) = (ceiling(rules.pension_ceiling.value), ceiling(rules.health_ceiling.value));
    let supplement = rules.health_supplement.value / Decimal::TWO;
    let income_tax = income_tax(rules, filing, taxable_income(rules, filing, wages, children));
    Tax {
        income_tax,
        solidarity: solidarity(rules, filing, income_tax),
        pension: pensionable * rules.pension_rate.value,
        unemployment: pensionable * rules.unemployment_rate.value,
        health: insured * (rules.health_rate.value + supplement),
        care: insured * care_rate(rules, children),
    }
}

/// Care insurance of an employee with `children`.
fn care_rate(rules: &Rules, children: u32) -> Decimal {
    match children {
        0 => rules.care_rate.value + rules.care_childless.value,
        _ => rules.care_rate.value - rules.care_per_child.value * Decimal::from(children.min(CHILDREN_COUNTED) - 1),
    }
}

/// Income after allowances and the provision for insurance, in whole EUR, at least 0.
fn taxable_income(rules: &Rules, filing: Filing, wages: [Decimal; 2], children: u32) -> Decimal {
    let persons = if filing == Filing::Joint { Decimal::TWO } else { Decimal::ONE };
    let mut income = -rules.special_expenses_allowance.value * persons;
    for wages in wages {
        income += wages - rules.employee_allowance.value.min(wages) - provision(rules, wages, children);
    }
    if filing == Filing::HeadOfHousehold && children > 0 {
        let [first, further] = rules.lone_parent_relief.value;
        income -= first + further * Decimal::from(children - 1);
    }
    income.max(Decimal::ZERO).floor()
}

/// What is taken from the income of an earner for insurance.
fn provision(rules: &Rules, wages: Decimal, children: u32) -> Decimal {
    let pensionable = wages.min(rules.pension_ceiling.value);
    let insured = wages.min(rules.health_ceiling.value);
    let rate =
        rules.health_rate_deducted.value + rules.health_supplement.value / Decimal::TWO + care_rate(rules, children);
    let health_and_care = insured * rate;
    let least = match &rules.least_provision_rate {
        Some(share) => share.value * wages,
        None => health_and_care + pensionable * rules.unemployment_rate.value,
    };
    pensionable * rules.pension_rate.value + health_and_care.max(least.min(rules.least_provision.value))
}

/// Income tax on `taxable` EUR: twice the tax on half of it for a couple taxed together.
pub fn income_tax(rules: &Rules, filing: Filing, taxable: Decimal) -> Decimal {
    if filing == Filing::Joint {
        Decimal::TWO * tariff(rules, (taxable / Decimal::TWO).floor())
    } else {
        tariff(rules, taxable.floor())
    }
}

/// Section 32a of the income tax act, on whole EUR and in whole EUR.
fn tariff(rules: &Rules, income: Decimal) -> Decimal {
    let unit = Decimal::ONE_THOUSAND * Decimal::TEN;
    let tax = if income <= rules.basic_allowance.value {
        Decimal::ZERO
    } else if income <= rules.second_zone_end.value {
        let y = (income - rules.basic_allowance.value) / unit;
        let [a, b] = rules.second_zone.value;
        (a * y + b) * y
    } else if income <= rules.third_zone_end.value {
        let z = (income - rules.second_zone_end.value) / unit;
        let [a, b, c] = rules.third_zone.value;
        (a * z + b) * z + c
    } else {
        let [rate, off] =
            if income <= rules.fourth_zone_end.value { rules.fourth_zone.value } else { rules.fifth_zone.value };
        rate * income - off
    };
    tax.floor()
}

/// The solidarity surcharge on `income_tax` EUR.
pub fn solidarity(rules: &Rules, filing: Filing, income_tax: Decimal) -> Decimal {
    let [single, joint] = rules.solidarity_limit.value;
    let above = (income_tax - if filing == Filing::Joint { joint } else { single }).max(Decimal::ZERO);
    (rules.solidarity_rate.value * income_tax).min(rules.solidarity_relief_rate.value * above)
}

/// Steps a rising zone of the tariff is cut into: the tariff lies within two EUR of the straight pieces.
const STEPS: [u32; 2] = [8, 26];

/// Where the tax bends as the first earner's wages grow.
pub(super) fn bends(rules: &Rules, filing: Filing, spouse: Decimal, children: u32, bends: &mut Bends) {
    let (pension, health) = (rules.pension_ceiling.value, rules.health_ceiling.value);
    let deducted =
        rules.health_rate_deducted.value + rules.health_supplement.value / Decimal::TWO + care_rate(rules, children);
    let least = rules.least_provision.value;
    let mut knots = vec![
        Decimal::ZERO,
        rules.employee_allowance.value,
        least / (deducted + rules.unemployment_rate.value),
        least / deducted,
        health,
        pension,
    ];
    if let Some(share) = &rules.least_provision_rate {
        knots.push(least / share.value);
    }
    knots.sort_unstable();
    for knot in &knots {
        bends.add(*knot);
    }
    // Above the last ceiling each EUR earned is a EUR of taxable income.
    knots.push(pension + Decimal::ONE_HUNDRED);
    let reached: Vec<(Decimal, Decimal)> =
        knots.iter().map(|wages| (*wages, taxable_income(rules, filing, [*wages, spouse], children))).collect();
    let wages_for = |taxable: Decimal| {
        let next = reached.iter().position(|(_, income)| *income >= taxable).unwrap_or(reached.len() - 1).max(1);
        let ((w0, t0), (w1, t1)) = (reached[next - 1], reached[next]);
        if t1 == t0 { w1 } else { w0 + (w1 - w0) * (taxable - t0) / (t1 - t0) }
    };
    let persons = if filing == Filing::Joint { Decimal::TWO } else { Decimal::ONE };
    let zones = [
        (rules.basic_allowance.value, rules.second_zone_end.value, STEPS[0]),
        (rules.second_zone_end.value, rules.third_zone_end.value, STEPS[1]),
        (rules.fourth_zone_end.value, rules.fourth_zone_end.value, 1),
    ];
    for (from, to, steps) in zones {
        for step in 0..=steps {
            bends.add(wages_for(persons * (from + (to - from) * Decimal::from(step) / Decimal::from(steps))));
        }
    }
    // The surcharge begins, and is whole, at incomes of the fourth zone.
    let [single, joint] = rules.solidarity_limit.value;
    let begins = if filing == Filing::Joint { joint } else { single };
    let relief = rules.solidarity_relief_rate.value;
    let whole = relief * begins / (relief - rules.solidarity_rate.value);
    let [rate, off] = rules.fourth_zone.value;
    for tax in [begins, whole] {
        bends.add(wages_for((tax + off * persons) / rate));
    }
}
