//! Years after the last parameter file: the last file with every dollar amount indexed by a stated rate.

use super::carry::Carry;
use super::facts::PersonYear;
use super::state::StateTax;
use super::{Assessment, assess, assess_carried, parameters};
use counterweight_domain::{Findings, Path, Problem};
use rust_decimal::Decimal;

/// The tax of `facts`, where a year after the last file is computed by that file with every dollar amount grown by
/// `indexation` (a share, 0.025 for 2.5 %) a year, and said to be so. A year with a file is computed by its own.
///
/// Indexing every bound by a factor f makes the tax of x equal f times the last year's tax of x / f, and that is how
/// it is computed. Bounds the law does not index, and those dated ahead, keep their own amounts: see [`Carry`].
pub fn assess_indexed(
    facts: &PersonYear,
    indexation: Decimal,
    path: &Path,
    findings: &mut Findings,
) -> Option<Assessment> {
    let last = parameters::years().last()?;
    if facts.year <= last {
        return assess(facts, path, findings);
    }
    let mut faults = Findings::default();
    facts.check(path, &mut faults);
    let refused = !faults.as_slice().is_empty();
    findings.extend(faults);
    let Some(factor) = growth(indexation, facts.year - last) else {
        findings.error(
            &path.join("indexation"),
            Problem::new(
                "tax.indexation.impossible",
                format!("The tax rules of {last} cannot be carried to {} at this growth of their amounts.", facts.year),
                "Choose a rate between -5 % and 20 % a year, and a year within 60 years of the last tax file.",
            ),
            "the tax of this year: its pay stays before tax",
        );
        return None;
    };
    if refused {
        return None;
    }
    let deflated = |amount: Decimal| (amount / factor).round_dp(8);
    let of_last = PersonYear {
        year: last,
        wages: deflated(facts.wages),
        spouse_wages: deflated(facts.spouse_wages),
        other_income: deflated(facts.other_income),
        long_term_gains: deflated(facts.long_term_gains),
        iso_bargain: deflated(facts.iso_bargain),
        deferral_401k: deflated(facts.deferral_401k),
        health_savings: deflated(facts.health_savings),
        ..facts.clone()
    };
    let carry = Carry::new(last, facts.year, factor, indexation);
    let assessment = assess_carried(&of_last, &carry, path, findings)?;
    let said = carried("United States", facts.year, last, indexation, None);
    findings.note(&path.join("year"), said);
    Some(grown(&assessment, factor))
}

/// [`super::marginal_rate`] of facts of any year, by [`assess_indexed`].
pub fn marginal_indexed(facts: &PersonYear, indexation: Decimal, step: Decimal) -> Option<Decimal> {
    let known =
        |facts: &PersonYear| Some(assess_indexed(facts, indexation, &Path::root(), &mut Findings::default())?.known());
    let more = PersonYear { wages: facts.wages.saturating_add(step), ..facts.clone() };
    known(&more)?.checked_sub(known(facts)?)?.checked_div(step)
}

/// (1 + `indexation`) to the power of `years`; `None` outside what a tax table can be grown by.
pub(super) fn growth(indexation: Decimal, years: u16) -> Option<Decimal> {
    let (lowest, highest, longest) = (Decimal::new(-5, 2), Decimal::new(20, 2), 60);
    if indexation < lowest || indexation > highest || years > longest {
        return None;
    }
    (0..years).try_fold(Decimal::ONE, |factor, _| {
        // Twelve digits after the point keep the sixtieth year exact to the cent.
        factor.checked_mul(Decimal::ONE + indexation).map(|factor| factor.round_dp(12))
    })
}

/// Every amount of `assessment` times `factor`.
fn grown(assessment: &Assessment, factor: Decimal) -> Assessment {
    Assessment {
        federal: assessment.federal.times(factor),
        state: assessment.state.map(|state| StateTax {
            income_tax: state.income_tax * factor,
            taxable_income: state.taxable_income * factor,
        }),
        state_payroll: assessment.state_payroll.map(|paid| paid * factor),
        local: assessment.local.map(|paid| paid * factor),
        projected: vec!["every value of the year".to_owned()],
    }
}

/// That the tax of `year` in `country` is computed by `rules` of another year, and how.
pub(super) fn carried(country: &str, year: u16, rules: u16, indexation: Decimal, fixed_until: Option<u16>) -> Problem {
    let country = match country {
        "United States" | "United Kingdom" | "Netherlands" => format!("the {country}"),
        other => other.to_owned(),
    };
    let percent = (indexation * Decimal::ONE_HUNDRED).normalize();
    let later = year > rules;
    let fixed = fixed_until.filter(|_| later);
    let how = match fixed {
        Some(until) if year <= until => "whose amounts the law leaves as they are".to_owned(),
        Some(until) => {
            format!("whose amounts the law leaves as they are to {until}, grown by {percent} % for each year after")
        }
        None if later => format!("every amount that the law indexes grown by {percent} % a year"),
        None => format!("every amount shrunk by {percent} % a year"),
    };
    let fix = match fixed {
        Some(until) if year <= until => "Look at it again when that year's rules are published.",
        _ => {
            "The growth is an assumption of the case; blank is 2.5 %, between the 2.7 % of 2025 and the 2.3 % of 2026 in the United States (Rev. Proc. 2024-40, 2025-32)."
        }
    };
    let id = if later { "tax.year.indexed" } else { "tax.year.earlier" };
    Problem::new(id, format!("The tax of {year} in {country} is projected: the rules of {rules}, {how}."), fix)
}
