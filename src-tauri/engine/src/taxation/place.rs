//! Where an offer is taxed, and after a move.

use super::Build;
use crate::settings::{self, Settings};
use crate::tax::moving::Residence;
use crate::tax::place::Place;
use counterweight_domain::{Case, Findings, Offer, Path, Problem};
use rust_decimal::Decimal;

/// Where an offer is taxed, and what one unit of the place's currency is in the case's.
pub(super) fn place_of(
    case: &Case,
    offer: &Offer,
    settings: &Settings,
    path: &Path,
    findings: &mut Findings,
) -> Option<(Place, Decimal)> {
    let left_out = "tax: this offer's figures are before tax";
    if offer.place.trim().is_empty() {
        findings.error(
            path,
            Problem::new(
                "tax.noPlace",
                "This offer does not say where its tax is paid.",
                "Pick the place of work, or count all offers before tax.",
            ),
            left_out,
        );
        return None;
    }
    let place = Place::read(&offer.place, path, findings)?;
    let rate = settings::rate(case, settings, place.name().currency, path, findings)?;
    Some((place, rate))
}

/// Where the offer's tax is paid after its move; none without one that counts, with the reason as a finding.
pub(super) fn move_of(offer: &Offer, first: Place, build: &Build, findings: &mut Findings) -> Option<Place> {
    let moving = offer.moving.as_ref()?;
    let moved = build.taxed.moved?;
    let path = build.path.join("move");
    let at = path.join("place");
    let then: Result<Place, Problem> = moving.place.parse();
    let checked = then.and_then(|then| Residence::moving(first, then, Decimal::ZERO).map(|_| then));
    match checked {
        Err(problem) => {
            findings.error(&at, problem, format!("the move: tax is that of {} all the time", first.name().name));
            None
        }
        Ok(then) if then == first => {
            findings.note(
                &at,
                Problem::new(
                    "move.samePlace",
                    "This is the place the job is in already.",
                    "Pick another, or take the move away.",
                ),
            );
            None
        }
        Ok(then) => {
            let (id, said) = match moved {
                0 => (
                    "move.early",
                    format!("The move is not after the first day: tax is that of {} all the time.", then.name().name),
                ),
                month if month >= build.settings.stay_months => {
                    ("move.late", "The move is after the time that is counted, so it changes nothing.".to_owned())
                }
                _ => return Some(then),
            };
            findings.note(&path.join("on"), Problem::new(id, said, "Check the day of the move."));
            Some(then)
        }
    }
}
