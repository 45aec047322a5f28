//! Cash: base pay, bonus, sign-on, match and benefits, as dated lines.

use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::settings::words;
use counterweight_domain::offer::Clawback;
use counterweight_domain::{Offer, Percent};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Adds base pay by month, with the raise at each anniversary. The yearly base is returned for what follows
/// from it: one figure a year, in the offer's currency.
pub(crate) fn base(offer: &Offer, build: &mut Build) -> Option<Vec<Decimal>> {
    let path = build.path.join("base");
    let base = match offer.base.value() {
        Some(base) => base.decimal(),
        None if offer.base.is_blank() => Decimal::ZERO,
        None => return None,
    };
    let raise = offer.raise.or_if_blank(Percent::ZERO)?;
    let mut yearly = Vec::new();
    let mut of_year = base;
    for year in 1..=build.settings.horizon_years {
        if year > 1 {
            of_year = build.round(of_year * (Decimal::ONE + raise.fraction()));
        }
        yearly.push(of_year);
        let how = if year == 1 || raise.percent().is_zero() {
            format!("{} ÷ 12", words(of_year, build.currency))
        } else {
            format!("{} raised by {} % at each anniversary, ÷ 12", words(of_year, build.currency), raise)
        };
        build.monthly(year, of_year, Component::Base, Tier::Guaranteed, &path, &how);
    }
    Some(yearly)
}

/// Adds the bonus at the end of each full year.
pub(crate) fn bonus(offer: &Offer, yearly_base: &[Decimal], build: &mut Build) {
    let Some(target) = offer.bonus.target.value().copied() else { return };
    let Some(own) = offer.bonus.payout.or_if_blank(Percent::HUNDRED) else { return };
    let (target, own) = (target.fraction().max(Decimal::ZERO), own.fraction().max(Decimal::ZERO));
    let payout = build.settings.bonus_payout.unwrap_or(own);
    let path = build.path.join("bonus").join("target");
    for (year, base) in (1u32..).zip(yearly_base) {
        let amount = base * target * payout;
        let how = format!(
            "{} × {} % target × {} % paid",
            words(*base, build.currency),
            (target * Decimal::ONE_HUNDRED).normalize(),
            (payout * Decimal::ONE_HUNDRED).normalize()
        );
        if let Some(exact) = build.line(year * 12, amount, Component::Bonus, Tier::Likely, &path, how) {
            build.model.bonus[year as usize - 1] += exact.to_f64().unwrap_or(0.0);
        }
    }
}

/// Adds the sign-on on the first day, and what is paid back when the person leaves inside the clawback.
pub(crate) fn sign_on(offer: &Offer, build: &mut Build) {
    let Some(amount) = offer.sign_on.amount.value().map(|a| a.decimal()) else { return };
    let path = build.path.join("signOn").join("amount");
    let how = format!("{} on the first day", words(amount, build.currency));
    build.fixed(0, amount, Component::SignOn, Tier::Guaranteed, &path, how);
    let stay = build.settings.stay_months;
    let months = match offer.sign_on.clawback_months.value() {
        Some(months) => months.get(),
        None => return,
    };
    if !build.settings.leaves() || stay >= months {
        return;
    }
    let (part, how) = match offer.sign_on.clawback {
        Clawback::None => return,
        Clawback::Cliff => (Decimal::ONE, format!("all of it is paid back on leaving before month {months}")),
        Clawback::NotSaid => (
            Decimal::ONE,
            format!("the letter does not say how much is paid back before month {months}: all is counted"),
        ),
        Clawback::ProRata | Clawback::ProRataMonths => {
            let all = build.start.days_until(build.start.plus_months(months));
            let left = build.start.plus_months(stay).days_until(build.start.plus_months(months));
            let part = Decimal::from(left) / Decimal::from(all.max(1));
            (part, format!("{left} of {all} days are left on leaving: that part is paid back"))
        }
    };
    build.fixed(
        stay,
        -amount * part,
        Component::SignOn,
        Tier::Guaranteed,
        &build.path.join("signOn").join("clawbackMonths"),
        how,
    );
}

/// Adds the match by month: the person is taken to put in as much as is matched.
pub(crate) fn matched(offer: &Offer, yearly_base: &[Decimal], build: &mut Build) {
    let m = &offer.retirement_match;
    let (Some(rate), Some(up_to)) = (m.rate.value(), m.up_to.value()) else { return };
    if m.cap.problem().is_some() {
        return;
    }
    let rate = rate.fraction().max(Decimal::ZERO);
    let cap = m.cap.value().map(|c| c.decimal());
    let path = build.path.join("match").join("rate");
    for (year, base) in (1u32..).zip(yearly_base) {
        let full = base * up_to.fraction() * rate;
        let amount = cap.map_or(full, |cap| full.min(cap));
        let how = format!(
            "{} % of what you put in, up to {up_to} % of {}{}, ÷ 12",
            (rate * Decimal::ONE_HUNDRED).normalize(),
            words(*base, build.currency),
            cap.map_or(String::new(), |cap| format!(", at most {}", words(cap, build.currency)))
        );
        build.monthly(year, amount, Component::Match, Tier::Likely, &path, &how);
    }
}

/// Adds benefits by month at the person's own value.
pub(crate) fn benefits(offer: &Offer, build: &mut Build) {
    for (i, benefit) in offer.benefits.iter().enumerate() {
        let Some(amount) = benefit.amount.value().map(|a| a.decimal()) else { continue };
        let path = build.path.join("benefits").join(i).join("amount");
        let label = if benefit.label.is_empty() { "benefit" } else { benefit.label.as_str() };
        let how = format!("{label}: {} a year at your own value, ÷ 12", words(amount, build.currency));
        for year in 1..=build.settings.horizon_years {
            build.monthly(year, amount, Component::Benefits, Tier::Likely, &path, &how);
        }
    }
}
