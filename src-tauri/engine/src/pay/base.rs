//! Base pay by month, with raises at each anniversary and changes promised for a day.

use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::settings::words;
use crate::worked::Worked;
use counterweight_domain::{CivilDate, Offer, Percent};
use rust_decimal::Decimal;

/// Base pay over the horizon, in the offer's currency.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Base {
    /// What each year of work pays, from the first.
    pub yearly: Vec<Worked>,
    /// What each month of work pays, from the first: twelve a year, summing to it.
    pub monthly: Vec<Worked>,
}

/// The yearly base in force from a day on.
struct Step {
    on: CivilDate,
    base: Worked,
    how: String,
}

/// Adds base pay by month. None, and nothing added, when a figure of it cannot be read.
pub(crate) fn base(offer: &Offer, build: &mut Build) -> Option<Base> {
    let path = build.path.join("base");
    let steps = steps(offer, build)?;
    let mut found = Base { yearly: Vec::new(), monthly: Vec::new() };
    for year in 1..=build.settings.horizon_years {
        let from = build.start.plus_months((year - 1) * 12);
        let to = build.start.plus_months(year * 12);
        let at_start = steps.iter().rev().find(|step| step.on <= from).unwrap_or(&steps[0]);
        let inside: Vec<&Step> = steps.iter().filter(|step| step.on > from && step.on < to).collect();
        let (amounts, how) = if inside.is_empty() {
            let whole = at_start.base.round(build.currency);
            let how = format!("{}{} ÷ 12", words(whole.value, build.currency), at_start.how);
            (Worked::portions(&whole, &[Worked::ONE; 12], build.currency), how)
        } else {
            prorated(&steps, from, to, build)
        };
        let year_sum = Worked::sum(&amounts);
        let whole = build.converted(&year_sum);
        found.yearly.push(year_sum);
        let converted = if whole.value.is_zero() {
            vec![Worked::default(); 12]
        } else if build.rate == Decimal::ONE {
            amounts.clone()
        } else {
            Worked::portions(&whole, &amounts, build.settings.currency)
        };
        for (month, amount) in ((year - 1) * 12 + 1..).zip(converted) {
            build.base_line(month, amount, Component::Base, Tier::Guaranteed, &path, how.clone());
        }
        found.monthly.extend(amounts);
    }
    Some(found)
}

/// Every change of base from the first day on, by date.
fn steps(offer: &Offer, build: &Build) -> Option<Vec<Step>> {
    let base = match offer.base.value() {
        Some(base) => build.input("base", base.decimal()),
        None if offer.base.is_blank() => Worked::default(),
        None => return None,
    };
    let raise = offer.raise.or_if_blank(Percent::ZERO)?;
    /// A raise of this many percent, or a change by a letter's promise.
    enum Change {
        To(Worked),
        By(Worked, bool),
    }
    let mut changes: Vec<(CivilDate, Change)> = Vec::new();
    if !raise.percent().is_zero() {
        for year in 1..build.settings.horizon_years {
            changes
                .push((build.start.plus_months(year * 12), Change::By(build.input("raise", raise.fraction()), true)));
        }
    }
    for (i, change) in offer.base_changes.iter().enumerate() {
        if change.on.is_blank() && change.to.is_blank() && change.by.is_blank() {
            continue;
        }
        let (Some(on), None, None) = (change.on.value(), change.to.problem(), change.by.problem()) else { continue };
        match (change.to.value(), change.by.value()) {
            (Some(to), _) => {
                changes.push((*on, Change::To(build.input(&format!("baseChanges/{i}/to"), to.decimal()))));
            }
            (None, Some(by)) => {
                changes.push((*on, Change::By(build.input(&format!("baseChanges/{i}/by"), by.fraction()), false)));
            }
            (None, None) => {}
        }
    }
    changes.sort_by_key(|(on, _)| *on);
    let mut now = base.clone();
    let mut steps = vec![Step { on: build.start, base, how: String::new() }];
    for (on, change) in changes {
        let how = match change {
            Change::To(to) => {
                now = to;
                format!(" from {on}")
            }
            Change::By(by, raise) => {
                now = (&now * &(&by + Decimal::ONE)).round(build.currency);
                let percent = (by.value * Decimal::ONE_HUNDRED).normalize();
                if raise {
                    format!(" raised by {percent} % at each anniversary")
                } else {
                    format!(" after {percent} % from {on}")
                }
            }
        };
        if on <= build.start {
            steps[0] = Step { on: build.start, base: now.clone(), how };
        } else {
            steps.push(Step { on, base: now.clone(), how });
        }
    }
    Some(steps)
}

/// A year in which the base changes: each day counts for itself, of the days that the year has.
fn prorated(steps: &[Step], from: CivilDate, to: CivilDate, build: &Build) -> (Vec<Worked>, String) {
    let days = build.counted(from.days_until(to), || format!("days from {from} to {to}"));
    let mut exact: Vec<Vec<Worked>> = vec![Vec::new(); 12];
    let mut said = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        let ends = steps.get(i + 1).map_or(to, |next| next.on.min(to));
        let begins = if i == 0 { from } else { step.on.max(from) };
        if begins >= ends || (i == 0 && steps.len() > 1 && steps[1].on <= from) {
            continue;
        }
        said.push(format!(
            "{} × {} of {} days",
            words(step.base.value, build.currency),
            begins.days_until(ends),
            days.value
        ));
        for (month, amount) in (0u32..).zip(exact.iter_mut()) {
            let first = from.plus_months(month).max(begins);
            let last = from.plus_months(month + 1).min(ends);
            if first < last {
                let worked = build.counted(first.days_until(last), || format!("days from {first} to {last}"));
                amount.push(&step.base * &worked / &days);
            }
        }
    }
    // The running total is rounded, so that the year is right to the smallest unit.
    let mut running = Worked::default();
    let mut given = Worked::default();
    let amounts = exact
        .into_iter()
        .map(|parts| {
            running = Worked::sum(std::iter::once(&running).chain(&parts));
            let up_to = running.round(build.currency);
            let part = &up_to - &given;
            given = up_to;
            part
        })
        .collect();
    (amounts, said.join(" + "))
}
