//! Commission: on-target pay × attainment, with an accelerator above quota, a cap, and months that are promised.

use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::settings::words;
use crate::worked::Worked;
use counterweight_domain::{Offer, Percent};
use rust_decimal::Decimal;

/// Adds commission at each of its paydays.
pub(crate) fn commission(offer: &Offer, build: &mut Build) {
    let Some(terms) = &offer.commission else { return };
    let Some(on_target) = terms.on_target.value().map(|a| a.decimal()) else { return };
    let (Some(attained), Some(accelerator)) =
        (terms.attainment.or_if_blank(Percent::HUNDRED), terms.accelerator.or_if_blank(Percent::HUNDRED))
    else {
        return;
    };
    if terms.cap.problem().is_some() || terms.guaranteed_months.problem().is_some() {
        return;
    }
    let attained = build.input("commission/attainment", attained.fraction().max(Decimal::ZERO));
    let accelerator = build.input("commission/accelerator", accelerator.fraction().max(Decimal::ZERO));
    let over = (&attained - Decimal::ONE).max(&Worked::default());
    let uncapped = attained.min(&Worked::ONE) + &(over * &accelerator);
    let cap = terms.cap.value().map(|c| build.input("commission/cap", c.fraction().max(Decimal::ZERO)));
    let rate = cap.map_or_else(|| uncapped.clone(), |cap| uncapped.min(&cap));
    let promised = terms.guaranteed_months.value().map_or(0, |m| m.get());
    let every = terms.every.months();
    let path = build.path.join("commission").join("onTarget");
    let part = build.input("commission/onTarget", on_target) * Decimal::from(every) / Decimal::from(12);
    let said = words(on_target, build.currency);
    for month in (every..=build.settings.horizon_years * 12).step_by(every as usize) {
        // A payday covers its months one by one: some may be promised and the rest not.
        let sure = promised.saturating_sub(month - every).min(every);
        let of = |months: u32| &part * Decimal::from(months) / Decimal::from(every);
        if sure > 0 {
            let how = format!("{said} a year on target × {sure} of 12 months, promised");
            build.fixed(month, of(sure), Component::Commission, Tier::Guaranteed, &path, how);
            // What is promised is the least that is paid.
            if rate.value > Decimal::ONE {
                let more = &rate - Decimal::ONE;
                let percent = (more.value * Decimal::ONE_HUNDRED).normalize();
                let how = format!("{said} a year on target × {sure} of 12 months × {percent} % above what is promised");
                build.fixed(month, of(sure) * &more, Component::Commission, Tier::Likely, &path, how);
            }
        }
        let rest = every - sure;
        if rest > 0 {
            let percent = (rate.value * Decimal::ONE_HUNDRED).normalize();
            let how = format!("{said} a year on target × {rest} of 12 months × {percent} % paid");
            build.fixed(month, of(rest) * &rate, Component::Commission, Tier::Likely, &path, how);
        }
    }
}
