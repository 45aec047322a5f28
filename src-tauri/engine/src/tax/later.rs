//! Years after the last parameter file: the last file with every dollar amount indexed by a stated rate.

use super::facts::PersonYear;
use super::federal::FederalTax;
use super::state::StateTax;
use super::{Assessment, assess, parameters};
use counterweight_domain::{Findings, Path, Problem};
use rust_decimal::Decimal;

/// The tax of `facts`, where a year after the last file is computed by that file with every dollar amount grown by
/// `indexation` (a share, 0.025 for 2.5 %) a year, and said to be so. A year with a file is computed by its own.
///
/// Indexing every bound by a factor f makes the tax of x equal f times the last year's tax of x / f, and that is how
/// it is computed. Bounds the law does not index move as well.
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
    let of_last = PersonYear {
        year: last,
        wages: facts.wages / factor,
        spouse_wages: facts.spouse_wages / factor,
        other_income: facts.other_income / factor,
        long_term_gains: facts.long_term_gains / factor,
        iso_bargain: facts.iso_bargain / factor,
        deferral_401k: facts.deferral_401k / factor,
        ..facts.clone()
    };
    let assessment = assess(&of_last, path, findings)?;
    findings.note(
        &path.join("year"),
        Problem::new(
            "tax.year.indexed",
            format!(
                "The tax of {} is projected: the rules of {last}, every amount grown by {} % a year.",
                facts.year,
                (indexation * Decimal::ONE_HUNDRED).normalize()
            ),
            "Look at it again when that year's figures are published.",
        ),
    );
    Some(grown(&assessment, factor))
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
    let f = &assessment.federal;
    Assessment {
        federal: FederalTax {
            income_tax: f.income_tax * factor,
            alternative_minimum: f.alternative_minimum * factor,
            net_investment: f.net_investment * factor,
            child_credit: f.child_credit * factor,
            earned_income_credit: f.earned_income_credit * factor,
            social_security: f.social_security * factor,
            medicare: f.medicare * factor,
            payroll_by_earner: f.payroll_by_earner.map(|paid| paid * factor),
            additional_medicare: f.additional_medicare * factor,
            taxable_income: f.taxable_income * factor,
            deduction: f.deduction * factor,
            standard_deduction: f.standard_deduction * factor,
            itemised: f.itemised,
            alternative_minimum_exemption: f.alternative_minimum_exemption * factor,
            minimum_credit_room: f.minimum_credit_room * factor,
        },
        state: assessment.state.map(|state| StateTax {
            income_tax: state.income_tax * factor,
            taxable_income: state.taxable_income * factor,
        }),
        state_payroll: assessment.state_payroll.map(|paid| paid * factor),
        local: assessment.local.map(|paid| paid * factor),
        projected: vec!["every value of the year".to_owned()],
    }
}
