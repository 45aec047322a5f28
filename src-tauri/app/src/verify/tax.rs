//! Questions about tax: one line of a place's bill, and what a fringe benefit adds.

use counterweight_domain::{Findings, Path};
use counterweight_engine::tax::bill::assess_at;
use counterweight_engine::tax::facts::{Filing, PersonYear};
use counterweight_engine::tax::fringe::{Treatment, fringe_at};
use counterweight_engine::tax::place::Place;
use counterweight_engine::tax::situation::Situation;
use counterweight_engine::tax::withholding::of_vest;
use rust_decimal::Decimal;
use serde::Deserialize;

/// What an example asks about tax. Numbers are texts, as in a case.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(super) enum Question {
    /// One tax of a place, by its label, or their total.
    TaxPlace {
        place: String,
        year: String,
        wages: Decimal,
        #[serde(default)]
        filing: Option<String>,
        #[serde(default)]
        spouse_wages: Decimal,
        #[serde(default)]
        dependents: u32,
        #[serde(default)]
        gains: Decimal,
        #[serde(default)]
        options: Decimal,
        line: String,
    },
    /// What is short at filing of a vest, where a state of the United States withholds this share of it.
    VestWithholding { state: String, year: String, wages: Decimal, value: Decimal, state_rate: Decimal },
    /// What a benefit adds to the tax.
    TaxFringe {
        place: String,
        year: String,
        wages: Decimal,
        value: Decimal,
        treatment: Kind,
        #[serde(default)]
        personal_share: Decimal,
        figure: Figure,
    },
}

/// How a benefit is taxed.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    WorkingCondition,
    ImputedIncome,
    TaxableStipend,
    GrossedUp,
}

/// Which figure is asked for.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Figure {
    Taxed,
    Tax,
    EmployerPays,
}

fn situation(year: &str, wages: Decimal) -> Result<Situation, String> {
    Ok(Situation::wages_only(year.parse().map_err(|_| format!("{year} is not a year"))?, wages))
}

fn place(key: &str) -> Result<Place, String> {
    key.parse().map_err(|problem: counterweight_domain::Problem| problem.message)
}

fn said(findings: &Findings) -> String {
    findings.as_slice().first().map_or_else(|| "no answer".to_owned(), |f| f.message.clone())
}

impl Question {
    /// The app's answer.
    pub fn answer(&self) -> Result<Vec<Decimal>, String> {
        let mut findings = Findings::default();
        match self {
            Question::TaxPlace { place: key, year, wages, filing, spouse_wages, dependents, gains, options, line } => {
                let filing: Filing = filing
                    .as_deref()
                    .unwrap_or("single")
                    .parse()
                    .map_err(|p: counterweight_domain::Problem| p.message)?;
                let facts = Situation {
                    filing,
                    spouse_wages: *spouse_wages,
                    dependents: *dependents,
                    long_term_gains: *gains,
                    iso_bargain: *options,
                    ..situation(year, *wages)?
                };
                let bill =
                    assess_at(place(key)?, &facts, &Path::root(), &mut findings).ok_or_else(|| said(&findings))?;
                if line == "total" {
                    return Ok(vec![bill.known_total]);
                }
                // A tax that is zero has no line.
                Ok(vec![bill.lines.iter().filter(|l| l.label == *line).map(|l| l.amount).sum()])
            }
            Question::VestWithholding { state, year, wages, value, state_rate } => {
                let year = year.parse().map_err(|_| format!("{year} is not a year"))?;
                let facts = PersonYear::wages_only(year, state, *wages);
                let vest = of_vest(&facts, *value, Decimal::ZERO, *state_rate, &Path::root(), &mut findings);
                Ok(vec![vest.ok_or_else(|| said(&findings))?.gap()])
            }
            Question::TaxFringe { place: key, year, wages, value, treatment, personal_share, figure } => {
                let treatment = match treatment {
                    Kind::WorkingCondition => Treatment::WorkingCondition,
                    Kind::ImputedIncome => Treatment::ImputedIncome { personal_share: *personal_share },
                    Kind::TaxableStipend => Treatment::TaxableStipend,
                    Kind::GrossedUp => Treatment::GrossedUp,
                };
                let facts = situation(year, *wages)?;
                let tax = fringe_at(place(key)?, &facts, *value, treatment, &Path::root(), &mut findings)
                    .ok_or_else(|| said(&findings))?;
                Ok(vec![match figure {
                    Figure::Taxed => tax.taxed,
                    Figure::Tax => tax.tax,
                    Figure::EmployerPays => tax.employer_pays,
                }])
            }
        }
    }
}
