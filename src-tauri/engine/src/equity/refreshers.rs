//! Refreshers: grants that follow in later years, each with its chance and its own schedule.

use super::grant::{SCHEDULE, vest};
use crate::ledger::Tier;
use crate::offer_value::Build;
use crate::settings::words;
use crate::vesting::refreshers::{Refreshers as Policy, Size};
use crate::vesting::{self, DayOfMonth, closing_month};
use counterweight_domain::grant::Refreshers;
use counterweight_domain::{Findings, Path, Percent};
use rust_decimal::Decimal;

/// Adds what vests of the refreshers within the horizon, at their chance.
pub(super) fn add(terms: &Refreshers, build: &mut Build, findings: &mut Findings) {
    let path = build.path.join("refreshers");
    let Some(amount) = terms.amount.value().map(|a| a.decimal()) else { return };
    let months = |entry: &counterweight_domain::Entry<counterweight_domain::Months>| {
        if entry.is_blank() { Some(12) } else { entry.value().map(|m| m.get()) }
    };
    let (Some(first_month), Some(every_months)) = (months(&terms.first_month), months(&terms.every_months)) else {
        return;
    };
    let probability_percent = match terms.probability.value() {
        Some(chance) => chance.percent(),
        None if terms.probability.is_blank() => Decimal::ONE_HUNDRED,
        None => return,
    };
    let Some(growth_percent) = terms.growth.or_if_blank(Percent::ZERO).map(|g| g.percent()) else { return };
    let at = path.join("vesting");
    let Some(vesting) = vesting::terms_of(&terms.vesting, DayOfMonth::VestingStartDay, &at, findings) else { return };
    let policy = Policy {
        every_months,
        first_month,
        size: Size::Money(amount),
        growth_percent,
        probability_percent,
        terms: vesting,
    };
    let horizon = build.settings.stay_months.min(build.settings.horizon_years * 12);
    let stack = match policy.stack(build.start, horizon) {
        Ok(stack) => stack,
        Err(problem) => {
            findings.error(&path, problem, "refreshers");
            return;
        }
    };
    let tier = if terms.promised { Tier::Likely } else { Tier::Speculative };
    let growth = build.settings.share_growth;
    let volatility = build.settings.share_volatility;
    for refresher in stack {
        for tranche in &refresher.tranches {
            let month = closing_month(build.start, tranche.date);
            let at = Path::root().join("assumptions").join("shareGrowth");
            let moved = build.grown(growth, month.saturating_sub(refresher.month), &at);
            let mut how = format!(
                "{} of the {} granted after {} months vest",
                words(tranche.shares, build.currency),
                words(refresher.size.figure(), build.currency),
                refresher.month
            );
            if refresher.probability != Decimal::ONE {
                let percent = (refresher.probability * Decimal::ONE_HUNDRED).normalize();
                how.push_str(&format!(" × {percent} % likely"));
            }
            let said = format!("vesting schedule: what of the grant after {} months vests", refresher.month);
            let vested = build.modelled(tranche.shares, &said, SCHEDULE, &[], &["refreshers"]);
            let chance = build.modelled(
                refresher.probability,
                "the chance of this refresher",
                SCHEDULE,
                &[],
                &["refreshers/probability"],
            );
            let amount = vested * &chance * &moved;
            vest(month, refresher.month, amount, volatility, tier, &path.join("amount"), how, build);
        }
    }
}
