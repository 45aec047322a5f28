//! Benefits at the person's own valuation: money, days of leave, the way to work, hours.

use super::base::Base;
use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::settings::words;
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
            let pay = base.map(|b| b.yearly[year as usize - 1]);
            let Some((amount, how)) = worth(benefit, pay, build) else { break };
            if benefit.taxed {
                build.monthly_wages(year, amount, Component::Benefits, Tier::Likely, &path, &how);
            } else {
                build.monthly(year, amount, Component::Benefits, Tier::Likely, &path, &how);
            }
        }
    }
}

/// What a benefit counts in a year with this base, in the offer's currency, and why.
fn worth(benefit: &Benefit, pay: Option<Decimal>, build: &Build) -> Option<(Decimal, String)> {
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
    let amount = if benefit.amount.is_blank() { None } else { Some(benefit.amount.value()?.decimal()) };
    let quantity = if benefit.quantity.is_blank() { None } else { Some(benefit.quantity.value()?.decimal()) };
    let share = benefit.valued_at.or_if_blank(Percent::HUNDRED)?.fraction();
    let (exact, mut how) = match benefit.kind {
        BenefitKind::Other | BenefitKind::HealthSavings | BenefitKind::Premium | BenefitKind::Stipend => {
            let amount = amount?;
            (amount, format!("{label}: {} a year at your own value", words(amount, build.currency)))
        }
        BenefitKind::PaidLeave => {
            let (days, pay) = (quantity?, pay?);
            let day = words(pay / WORK_DAYS, build.currency);
            (days * pay / WORK_DAYS, format!("{label}: {} days at {day}, a day of base", days.normalize()))
        }
        BenefitKind::Hours => {
            let (hours, pay) = (quantity?, pay?);
            let hour = words(pay / WORK_HOURS, build.currency);
            (
                hours * dec!(52) * pay / WORK_HOURS,
                format!("{label}: {} a week × 52 at {hour}, an hour of base", hours.normalize()),
            )
        }
        BenefitKind::Commute => {
            let hours = quantity.unwrap_or_default();
            let time = hours * COMMUTE_WEEKS * pay.unwrap_or_default() / WORK_HOURS;
            if amount.is_none() && quantity.is_none() {
                return None;
            }
            let money = amount.unwrap_or_default();
            (
                money + time,
                format!(
                    "{label}: {} a year and {} hours a week × {COMMUTE_WEEKS} at an hour of base",
                    words(money, build.currency),
                    hours.normalize()
                ),
            )
        }
    };
    if share != Decimal::ONE {
        how.push_str(&format!(" × {} % counted", (share * Decimal::ONE_HUNDRED).normalize()));
    }
    how.push_str(", ÷ 12");
    let signed = if benefit.kind.is_cost() { -exact * share } else { exact * share };
    Some((build.round(signed), how))
}
