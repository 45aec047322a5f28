//! Benefits at the person's own valuation: money, days of leave, the way to work, hours.

use super::base::Base;
use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::settings::words;
use crate::worked::Worked;
use counterweight_domain::offer::{Benefit, BenefitKind};
use counterweight_domain::{Offer, Percent};
use rust_decimal::{Decimal, dec};

/// Days of work in a year: 52 weeks of five.
const WORK_DAYS: Decimal = dec!(260);
/// Hours of work in a year: 52 weeks of forty.
const WORK_HOURS: Decimal = dec!(2080);
/// Weeks in which one goes to work: 52 less holidays and leave.
const COMMUTE_WEEKS: Decimal = dec!(48);

/// Adds benefits by month.
pub(crate) fn benefits(offer: &Offer, base: Option<&Base>, build: &mut Build) {
    for (i, benefit) in offer.benefits.iter().enumerate() {
        let path = build.path.join("benefits").join(i).join("amount");
        for year in 1..=build.settings.horizon_years {
            let pay = base.map(|b| &b.yearly[year as usize - 1]);
            let Some((amount, how)) = worth(benefit, i, pay, build) else { break };
            if benefit.kind == BenefitKind::HealthSavings
                && !benefit.taxed
                && let Some(paid) = benefit.amount.value()
            {
                let months = build.settings.stay_months.saturating_sub((year - 1) * 12).min(12);
                build.taxed.health_savings(year, paid.decimal(), months);
            }
            if benefit.taxed {
                build.monthly_wages(year, amount, Component::Benefits, Tier::Likely, &path, &how);
            } else {
                build.monthly(year, amount, Component::Benefits, Tier::Likely, &path, &how);
            }
        }
    }
}

/// What a benefit counts in a year with this base, in the offer's currency, and why.
fn worth(benefit: &Benefit, place: usize, pay: Option<&Worked>, build: &Build) -> Option<(Worked, String)> {
    let label = match (benefit.label.trim(), benefit.kind) {
        ("", BenefitKind::Other) => "benefit",
        ("", BenefitKind::HealthSavings) => "health savings account",
        ("", BenefitKind::Premium) => "health premium",
        ("", BenefitKind::Stipend) => "stipend",
        ("", BenefitKind::PaidLeave) => "paid leave",
        ("", BenefitKind::Commute) => "commute",
        ("", BenefitKind::Hours) => "extra hours",
        (label, _) => label,
    };
    let input = |step: &str, value: Decimal| build.input(&format!("benefits/{place}/{step}"), value);
    let days_of_work = || build.constant_of("workDays", WORK_DAYS, "52 weeks of five days", "");
    let hours_of_work = || build.constant_of("workHours", WORK_HOURS, "52 weeks of forty hours", "");
    let amount =
        if benefit.amount.is_blank() { None } else { Some(input("amount", benefit.amount.value()?.decimal())) };
    let quantity =
        if benefit.quantity.is_blank() { None } else { Some(input("quantity", benefit.quantity.value()?.decimal())) };
    let share = input("valuedAt", benefit.valued_at.or_if_blank(Percent::HUNDRED)?.fraction());
    let (exact, mut how) = match benefit.kind {
        BenefitKind::Other | BenefitKind::HealthSavings | BenefitKind::Premium | BenefitKind::Stipend => {
            let amount = amount?;
            let said = words(amount.value, build.currency);
            (amount, format!("{label}: {said} a year at your own value"))
        }
        BenefitKind::PaidLeave => {
            let (days, pay) = (quantity?, pay?);
            let day = words(pay.value / WORK_DAYS, build.currency);
            let said = format!("{label}: {} days at {day}, a day of base", days.value.normalize());
            (days * pay / &days_of_work(), said)
        }
        BenefitKind::Hours => {
            let (hours, pay) = (quantity?, pay?);
            let hour = words(pay.value / WORK_HOURS, build.currency);
            let said = format!("{label}: {} a week × 52 at {hour}, an hour of base", hours.value.normalize());
            (hours * dec!(52) * pay / &hours_of_work(), said)
        }
        BenefitKind::Commute => {
            if amount.is_none() && quantity.is_none() {
                return None;
            }
            let hours = quantity.unwrap_or_default();
            let weeks = build.constant_of("commuteWeeks", COMMUTE_WEEKS, "52 weeks less holidays and leave", "");
            let time = &hours * &weeks * &pay.cloned().unwrap_or_default() / &hours_of_work();
            let money = amount.unwrap_or_default();
            (
                &money + &time,
                format!(
                    "{label}: {} a year and {} hours a week × {COMMUTE_WEEKS} at an hour of base",
                    words(money.value, build.currency),
                    hours.value.normalize()
                ),
            )
        }
    };
    if share.value != Decimal::ONE {
        how.push_str(&format!(" × {} % counted", (share.value * Decimal::ONE_HUNDRED).normalize()));
    }
    how.push_str(", ÷ 12");
    let counted = exact * &share;
    let signed = if benefit.kind.is_cost() { counted.negative() } else { counted };
    Some((signed.round(build.currency), how))
}
