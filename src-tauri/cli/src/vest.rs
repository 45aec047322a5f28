//! `cw vest`: when a grant vests, tranche by tranche.

use crate::{Failure, outcome, print, read_text, show};
use counterweight_app::files;
use counterweight_domain::{Case, CivilDate, Currency, Entry, Findings, Grant, Offer, money};
use counterweight_engine::{GrantSchedule, grant_schedule};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Which grant.
#[derive(clap::Args)]
pub struct Asked {
    /// A grant as a case document has it, or a whole case; `-` reads standard input.
    grant: PathBuf,
    /// Of a case: the offer, by id; the first with a grant when missing.
    #[arg(long)]
    offer: Option<String>,
    /// Of an offer: which of its grants, from 1.
    #[arg(long, default_value_t = 1)]
    number: usize,
    /// Of a grant alone: the day from which it vests, when it does not say so itself.
    #[arg(long)]
    start: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Prints the tranches.
pub fn run(asked: &Asked) -> Result<ExitCode, Failure> {
    let (case, offer, grant) = found(asked)?;
    let mut findings = Findings::default();
    let schedule = grant_schedule(&case, offer, grant, &mut findings);
    let Some(schedule) = schedule else {
        let _ = outcome(findings.as_slice());
        return Err(Failure::Invalid("The schedule of this grant cannot be worked out.".to_owned()));
    };
    show(&if asked.json { print::json(&schedule) } else { text(&schedule) })?;
    Ok(outcome(findings.as_slice()))
}

/// The case, and the places of the offer and the grant in it.
fn found(asked: &Asked) -> Result<(Case, usize, usize), Failure> {
    let text = read_text(&asked.grant)?;
    let name =
        if asked.grant == Path::new("-") { "Standard input".to_owned() } else { asked.grant.display().to_string() };
    let value: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| Failure::Invalid(format!("{name} is not JSON: {error}.")))?;
    if value.get("offers").is_some() {
        let case = files::read_case(&text)?;
        let offer = match &asked.offer {
            Some(id) => case.offers.iter().position(|offer| offer.id == *id),
            None => case.offers.iter().position(|offer| !offer.grants.is_empty()),
        };
        let place = asked.number.checked_sub(1);
        return match offer.zip(place).filter(|(offer, place)| *place < case.offers[*offer].grants.len()) {
            Some((offer, place)) => Ok((case, offer, place)),
            None => Err(Failure::Invalid("The case has no such grant. Say --offer ID and --number N.".to_owned())),
        };
    }
    let grant: Grant =
        serde_json::from_value(value).map_err(|error| Failure::Invalid(format!("{name} is no grant: {error}.")))?;
    let start = match &asked.start {
        Some(text) => {
            let entry = Entry::<CivilDate>::typed(text.clone());
            if let Some(problem) = entry.problem() {
                return Err(Failure::Invalid(format!("{} {}", problem.message, problem.fix)));
            }
            entry.value().copied()
        }
        None => grant.commencement.value().or(grant.granted.value()).copied(),
    };
    let Some(start) = start else {
        return Err(Failure::Invalid("The grant does not say from which day it vests. Say --start DATE.".to_owned()));
    };
    let mut case = Case::new("grant", Currency::USD, start);
    case.offers = vec![Offer { id: "grant".to_owned(), grants: vec![grant], ..Offer::default() }];
    Ok((case, 0, 0))
}

fn text(schedule: &GrantSchedule) -> String {
    let mut text = String::new();
    for vested in &schedule.tranches {
        let (amount, so_far) = (money::grouped(vested.amount), money::grouped(vested.so_far));
        let _ = writeln!(text, "{}  {amount:>16}  {so_far:>16}", vested.date);
    }
    let _ = writeln!(text, "{} tranches of a grant of {}", schedule.tranches.len(), money::grouped(schedule.whole));
    text
}
