//! `cw trace`: figures with everything they are made of, as JSON.

use crate::{Failure, print, read, show};
use counterweight_engine::ledger::Component;
use counterweight_engine::trace::{FigureKind, trace};
use serde::de::DeserializeOwned;
use std::path::PathBuf;
use std::process::ExitCode;

/// Which figures to trace.
#[derive(clap::Args)]
pub struct Asked {
    /// The case document; `-` reads standard input.
    case: PathBuf,
    /// The offer, by id or by its number from 1; all when missing.
    #[arg(long)]
    offer: Option<String>,
    /// The kind of figure: total, year, component, yearComponent, averageYear or line; all when missing.
    #[arg(long)]
    figure: Option<String>,
    /// The year, from 1.
    #[arg(long)]
    year: Option<u32>,
    /// The part of pay: base, bonus, commission, signOn, oneTime, equity, match, benefits, tokens or hardware.
    #[arg(long)]
    component: Option<String>,
}

/// Writes the trace.
pub fn run(asked: &Asked) -> Result<ExitCode, Failure> {
    let case = read(&asked.case)?;
    let offer = match &asked.offer {
        None => None,
        Some(name) => {
            let numbered = || name.parse::<usize>().ok()?.checked_sub(1).filter(|place| *place < case.offers.len());
            let place = case.offers.iter().position(|offer| offer.id == *name).or_else(numbered);
            Some(place.ok_or_else(|| Failure::Invalid(format!("There is no offer {name} in this case.")))?)
        }
    };
    let kind: Option<FigureKind> = named(asked.figure.as_deref(), "kind of figure")?;
    let component: Option<Component> = named(asked.component.as_deref(), "part of pay")?;
    let found = trace(&case, offer).ok_or_else(|| Failure::Invalid("There is no such offer in this case.".into()))?;
    let found = found.keep(|figure| {
        kind.is_none_or(|kind| figure.kind == kind)
            && asked.year.is_none_or(|year| figure.year == Some(year))
            && component.is_none_or(|component| figure.component == Some(component))
    });
    if found.figures.is_empty() {
        return Err(Failure::No("The case has no such figure.".into()));
    }
    show(&print::json(&found))?;
    Ok(ExitCode::SUCCESS)
}

/// The value that a word of the trace's own language names.
fn named<T: DeserializeOwned>(word: Option<&str>, what: &str) -> Result<Option<T>, Failure> {
    word.map(|word| {
        serde_json::from_value(word.into())
            .map_err(|_| Failure::Invalid(format!("{word} is no {what}. `cw trace --help` lists them.")))
    })
    .transpose()
}
