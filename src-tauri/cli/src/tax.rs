//! `cw tax`: the taxes of one person-year, or of a table of them.

use crate::{Failure, outcome, print, show};
use counterweight_domain::{Findings, Path as Field};
use counterweight_engine::tax::{self, LineKind, assess_at, marginal_at};
use rust_decimal::Decimal;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is to be taxed: one person-year, or a table of them.
#[derive(clap::Args)]
pub struct Asked {
    /// A CSV file with a person-year in the United States on each row; `-` reads standard input. The answer is CSV too.
    #[arg(long, exclusive = true)]
    batch: Option<PathBuf>,
    /// Where it is taxed: a key such as US-CA, UK or NL-30, a state's letters, or a name.
    #[arg(long, required_unless_present = "batch")]
    place: Option<String>,
    /// The tax year; the last one with published rules when missing.
    #[arg(long)]
    year: Option<String>,
    /// How the return is filed: single, joint or hoh.
    #[arg(long, default_value = "single")]
    status: String,
    /// Wages, in the currency of the place.
    #[arg(long, required_unless_present = "batch")]
    wages: Option<String>,
    /// Wages of the spouse, when filing jointly.
    #[arg(long)]
    spouse: Option<String>,
    /// Long-term gains.
    #[arg(long)]
    gains: Option<String>,
    /// What incentive options were worth above their strike on exercise, for shares that are kept.
    #[arg(long)]
    options: Option<String>,
    /// What is put aside before tax, such as into a 401(k).
    #[arg(long)]
    deferral: Option<String>,
    /// Children under 17.
    #[arg(long)]
    dependents: Option<String>,
    /// The deduction in the United States: standard, or auto for the larger of it and state tax.
    #[arg(long, default_value = "standard")]
    deduction: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Over how much more pay the marginal rate is taken.
const STEP: Decimal = Decimal::ONE_HUNDRED;

/// Prints the taxes.
pub fn run(asked: &Asked) -> Result<ExitCode, Failure> {
    if let Some(table) = &asked.batch {
        return crate::batch::tax(table);
    }
    let mut findings = Findings::default();
    let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
    let words = tax::asked::Asked {
        place: &text(&asked.place),
        year: &text(&asked.year),
        filing: &asked.status,
        wages: &text(&asked.wages),
        spouse_wages: &text(&asked.spouse),
        gains: &text(&asked.gains),
        options: &text(&asked.options),
        deferral: &text(&asked.deferral),
        dependents: &text(&asked.dependents),
        deduction: &asked.deduction,
    };
    let read = words.read(&mut findings);
    let bill = read.and_then(|(place, year)| {
        let bill = assess_at(place, &year, &Field::root(), &mut findings)?;
        Some((place.name(), year, bill, marginal_at(place, &year, STEP)))
    });
    let findings = findings.into_vec();
    let cents = |amount: Decimal| format!("{:.2}", amount.round_dp(2));
    if asked.json {
        let answer = bill.as_ref().map(|(place, year, bill, marginal)| {
            let lines = bill.lines.iter().map(|line| {
                let kind = match line.kind {
                    LineKind::Income => "income",
                    LineKind::Payroll => "payroll",
                    LineKind::Local => "local",
                };
                serde_json::json!({ "label": line.label, "kind": kind, "amount": cents(line.amount), "source": line.source })
            });
            serde_json::json!({
                "place": place.key, "name": place.name, "currency": place.currency, "year": year.year,
                "lines": lines.collect::<Vec<_>>(), "total": cents(bill.known_total),
                "marginalRate": marginal.map(|rate| rate.round_dp(4).to_string()),
                "complete": !bill.unknown, "projected": bill.projected, "notes": bill.notes,
            })
        });
        show(&print::json(&serde_json::json!({ "tax": answer, "findings": findings })))?;
    } else if let Some((place, year, bill, marginal)) = &bill {
        let mut said = format!("{}, {}, in {}\n\n", place.name, year.year, place.currency);
        let widest = bill.lines.iter().map(|line| line.label.chars().count()).max().unwrap_or_default().max(16);
        let mut row = |label: &str, amount: String| said.push_str(&format!("{label:<widest$}  {amount:>14}\n"));
        for line in &bill.lines {
            row(&line.label, cents(line.amount));
        }
        row("Together", cents(bill.known_total));
        if let Some(rate) = marginal {
            row("Of the next 100", cents(rate * STEP));
        }
        for note in bill.projected.iter().chain(&bill.notes) {
            said.push_str(&format!("\n{note}\n"));
        }
        show(&said)?;
    }
    Ok(outcome(&findings))
}
