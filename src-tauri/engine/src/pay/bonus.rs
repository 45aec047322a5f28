//! The yearly bonus: target × payout, at the end of each year of work or in a month of the calendar; a promised first
//! year pays at least the full target.

use super::base::Base;
use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::settings::words;
use crate::worked::Worked;
use counterweight_domain::offer::FirstBonus;
use counterweight_domain::{CivilDate, Offer, Path, Percent};
use rust_decimal::Decimal;

/// Adds the bonus of each year.
pub(crate) fn bonus(offer: &Offer, base: &Base, build: &mut Build) {
    let terms = &offer.bonus;
    if terms.fixed.problem().is_some() || terms.paid_in_month.problem().is_some() {
        return;
    }
    let fixed = terms.fixed.value().map(|f| build.input("bonus/fixed", f.decimal()));
    let target = terms.target.value().map(|t| build.input("bonus/target", t.fraction().max(Decimal::ZERO)));
    if fixed.is_none() && target.is_none() {
        return;
    }
    let Some(own) = terms.payout.or_if_blank(Percent::HUNDRED) else { return };
    let payout = match build.settings.bonus_payout {
        Some(payout) => build.input_at(&Path::root().join("assumptions").join("bonusPayout"), payout),
        None => build.input("bonus/payout", own.fraction().max(Decimal::ZERO)),
    };
    let path = build.path.join("bonus").join(if fixed.is_some() { "fixed" } else { "target" });
    let month = terms.paid_in_month.value().map(|m| m.get()).filter(|m| (1..=12).contains(m));
    let periods = match month {
        Some(month) => by_calendar_year(base, build, month),
        None => (1u32..)
            .zip(&base.yearly)
            .map(|(year, base)| Period {
                month: year * 12,
                base: base.clone(),
                share: Worked::ONE,
                said: String::new(),
            })
            .collect(),
    };
    for (i, period) in periods.into_iter().enumerate() {
        let mut sure = None;
        if i == 0 {
            match terms.first_year {
                FirstBonus::Usual => {}
                // The full target of a whole year, whatever part of the calendar year is worked.
                FirstBonus::Guaranteed => {
                    let whole = base.yearly.first().cloned().unwrap_or_default();
                    sure = Some(Period { month: period.month, base: whole, share: Worked::ONE, said: String::new() });
                }
                FirstBonus::None => continue,
            }
        }
        let target_of = |period: &Period| match (&fixed, &target) {
            (Some(fixed), _) => {
                (fixed * &period.share, format!("{}{}", words(fixed.value, build.currency), period.said))
            }
            (None, target) => {
                let target = target.clone().unwrap_or_default();
                let percent = (target.value * Decimal::ONE_HUNDRED).normalize();
                let base = words(period.base.value, build.currency);
                (&period.base * &target, format!("{base}{} × {percent} % target", period.said))
            }
        };
        let percent = (payout.value * Decimal::ONE_HUNDRED).normalize();
        let (full, how) = target_of(&period);
        let (usual, how) = (full * &payout, format!("{how} × {percent} % paid"));
        let Some(sure) = sure else {
            if let Some(added) = build.line(period.month, usual, Component::Bonus, Tier::Likely, &path, how) {
                build.bonus(period.month, added);
            }
            continue;
        };
        let (promised, said) = target_of(&sure);
        let more = &usual - &promised;
        build.fixed(
            sure.month,
            promised,
            Component::Bonus,
            Tier::Guaranteed,
            &path,
            format!("{said} × 100 % paid, promised"),
        );
        // What is promised is the least that is paid.
        if more.value > Decimal::ZERO {
            let how = format!("{how}, less what is promised");
            if let Some(added) = build.line(period.month, more, Component::Bonus, Tier::Likely, &path, how) {
                build.bonus(period.month, added);
            }
        }
    }
}

/// What a bonus is earned for, and when it is paid.
struct Period {
    /// Months after the start.
    month: u32,
    /// Base of the period, in the offer's currency.
    base: Worked,
    /// The part of a calendar year that was worked.
    share: Worked,
    /// The same in words.
    said: String,
}

/// Calendar years, each paid in `month` of the next; the first and the last by the days worked in them.
fn by_calendar_year(base: &Base, build: &Build, month: u64) -> Vec<Period> {
    let end = build.start.plus_months(build.settings.horizon_years * 12);
    let mut periods = Vec::new();
    for year in build.start.year()..=end.year() {
        let (Some(first), Some(next)) = (CivilDate::new(year, 1, 1), CivilDate::new(year + 1, 1, 1)) else { continue };
        let (from, to) = (build.start.max(first), end.min(next));
        let Some(paid) = i8::try_from(month).ok().and_then(|m| CivilDate::new(year + 1, m, 1)) else { continue };
        if from >= to || paid >= end {
            continue;
        }
        // Months of work that overlap the calendar year, each by its days.
        let mut earned = Vec::new();
        for (i, amount) in (0u32..).zip(&base.monthly) {
            let (begins, ends) = (build.start.plus_months(i), build.start.plus_months(i + 1));
            let (first, last) = (begins.max(from), ends.min(to));
            if first < last {
                let part = build.counted(first.days_until(last), || format!("days from {first} to {last}"));
                let all = build.counted(begins.days_until(ends), || format!("days from {begins} to {ends}"));
                earned.push(amount * &part / &all);
            }
        }
        let (worked, all) = (from.days_until(to), first.days_until(next));
        let share = build.counted(worked, || format!("days from {from} to {to}"))
            / &build.counted(all, || format!("days of {year}"));
        let said = if worked == all { String::new() } else { format!(" for {worked} of {all} days of {year}") };
        let months = u32::try_from(build.start.months_until(paid)).unwrap_or(0);
        // A payment between two anniversaries of the month belongs to the month of work that it falls in.
        let month = if build.start.plus_months(months) == paid { months } else { months + 1 };
        periods.push(Period { month, base: Worked::sum(&earned), share, said });
    }
    periods
}
