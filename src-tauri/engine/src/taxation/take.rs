//! A year's tax, taken off the parts of pay.

use super::{Build, Parts};
use crate::ledger::{Character, Line};
use crate::settings::words;
use crate::worked::Worked;
use counterweight_domain::Path;
use rust_decimal::Decimal;

/// How a tax is taken off.
pub(super) struct Take<'a> {
    pub month: u32,
    pub weight: &'a Worked,
    pub path: &'a Path,
    pub said: &'a str,
    pub of: Decimal,
    pub what: &'a str,
}

/// Takes `tax` off the parts in proportion.
pub(super) fn take(build: &mut Build, parts: &Parts, tax: &Worked, how: &Take) {
    if tax.value.is_zero() {
        return;
    }
    let mut weights: Vec<Worked> = parts.values().map(|amount| amount.max(&Worked::default())).collect();
    // Options that are exercised and held add tax in a year in which they pay nothing.
    if weights.iter().all(|weight| weight.value.is_zero()) {
        weights.fill(Worked::ONE);
    }
    let currency = build.settings.currency;
    // The weighted whole is split, so that the parts sum to it to the smallest unit.
    let whole = if how.weight.value == Decimal::ONE { tax.clone() } else { tax * how.weight }.round(currency);
    let date = build.start.plus_months(how.month);
    for (((component, tier), amount), share) in parts.iter().zip(Worked::portions(&whole, &weights, currency)) {
        if share.value.is_zero() {
            continue;
        }
        let text = format!(
            "{} of {} {} bear their part of the year's tax of {} ({})",
            words(amount.value, currency),
            words(how.of, currency),
            how.what,
            words(tax.value, currency),
            how.said
        );
        build.lines.push(Line {
            date,
            month: how.month,
            amount: -share.value,
            component: *component,
            tier: *tier,
            character: Character::Tax,
            path: how.path.clone(),
            how: text,
            worked: share.negative(),
        });
    }
}
