//! Base pay by month, with raises at each anniversary and changes promised for a day.

use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::settings::words;
use counterweight_domain::{CivilDate, Offer, Percent, money};
use rust_decimal::Decimal;

/// Base pay over the horizon, in the offer's currency.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Base {
    /// What each year of work pays, from the first.
    pub yearly: Vec<Decimal>,
    /// What each month of work pays, from the first: twelve a year, summing to it.
    pub monthly: Vec<Decimal>,
}

/// The yearly base in force from a day on.
struct Step {
    on: CivilDate,
    base: Decimal,
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
            let whole = build.round(at_start.base);
            let how = format!("{}{} ÷ 12", words(whole, build.currency), at_start.how);
            (money::split(whole, &[Decimal::ONE; 12], build.currency), how)
        } else {
            prorated(&steps, from, to, build)
        };
        found.yearly.push(amounts.iter().sum());
        let converted: Vec<Decimal> = {
            let whole = money::round(amounts.iter().sum::<Decimal>() * build.rate, build.settings.currency);
            if whole.is_zero() {
                vec![Decimal::ZERO; 12]
            } else {
                money::split(whole, &amounts, build.settings.currency)
            }
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
        Some(base) => base.decimal(),
        None if offer.base.is_blank() => Decimal::ZERO,
        None => return None,
    };
    let raise = offer.raise.or_if_blank(Percent::ZERO)?;
    /// A raise of this many percent, or a change by a letter's promise.
    enum Change {
        To(Decimal),
        By(Decimal, bool),
    }
    let mut changes: Vec<(CivilDate, Change)> = Vec::new();
    if !raise.percent().is_zero() {
        for year in 1..build.settings.horizon_years {
            changes.push((build.start.plus_months(year * 12), Change::By(raise.fraction(), true)));
        }
    }
    for change in &offer.base_changes {
        if change.on.is_blank() && change.to.is_blank() && change.by.is_blank() {
            continue;
        }
        let (Some(on), None, None) = (change.on.value(), change.to.problem(), change.by.problem()) else { continue };
        match (change.to.value(), change.by.value()) {
            (Some(to), _) => changes.push((*on, Change::To(to.decimal()))),
            (None, Some(by)) => changes.push((*on, Change::By(by.fraction(), false))),
            (None, None) => {}
        }
    }
    changes.sort_by_key(|(on, _)| *on);
    let mut steps = vec![Step { on: build.start, base, how: String::new() }];
    let mut now = base;
    for (on, change) in changes {
        let how = match change {
            Change::To(to) => {
                now = to;
                format!(" from {on}")
            }
            Change::By(by, raise) => {
                now = build.round(now * (Decimal::ONE + by));
                let percent = (by * Decimal::ONE_HUNDRED).normalize();
                if raise {
                    format!(" raised by {percent} % at each anniversary")
                } else {
                    format!(" after {percent} % from {on}")
                }
            }
        };
        if on <= build.start {
            steps[0] = Step { on: build.start, base: now, how };
        } else {
            steps.push(Step { on, base: now, how });
        }
    }
    Some(steps)
}

/// A year in which the base changes: each day counts for itself, of the days that the year has.
fn prorated(steps: &[Step], from: CivilDate, to: CivilDate, build: &Build) -> (Vec<Decimal>, String) {
    let days = Decimal::from(from.days_until(to));
    let mut exact = vec![Decimal::ZERO; 12];
    let mut said = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        let ends = steps.get(i + 1).map_or(to, |next| next.on.min(to));
        let begins = if i == 0 { from } else { step.on.max(from) };
        if begins >= ends || (i == 0 && steps.len() > 1 && steps[1].on <= from) {
            continue;
        }
        said.push(format!("{} × {} of {days} days", words(step.base, build.currency), begins.days_until(ends)));
        for (month, amount) in (0u32..).zip(exact.iter_mut()) {
            let first = from.plus_months(month).max(begins);
            let last = from.plus_months(month + 1).min(ends);
            if first < last {
                *amount += step.base * Decimal::from(first.days_until(last)) / days;
            }
        }
    }
    // The running total is rounded, so that the year is right to the smallest unit.
    let mut running = Decimal::ZERO;
    let mut given = Decimal::ZERO;
    let amounts = exact
        .into_iter()
        .map(|amount| {
            running += amount;
            let up_to = money::round(running, build.currency);
            let part = up_to - given;
            given = up_to;
            part
        })
        .collect();
    (amounts, said.join(" + "))
}
