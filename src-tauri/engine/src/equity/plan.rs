//! A purchase plan: what buying the employer's shares below their price brings, each purchase sold on its day.

use super::index;
use crate::ledger::{Character, Component, Tier};
use crate::offer_value::Build;
use crate::pay::Base;
use crate::purchase_plan::{PurchasePlan as Plan, YEARLY_LIMIT};
use crate::settings::{self, words};
use crate::vesting::closing_month;
use counterweight_domain::{Case, CivilDate, Currency, Findings, Path, Problem, PurchasePlan};
use rust_decimal::{Decimal, dec};

/// The discount when nothing is said: the most the law allows.
const DISCOUNT: Decimal = dec!(0.15);

/// Adds the bargain of each purchase.
pub(super) fn add(case: &Case, terms: &PurchasePlan, base: &Base, build: &mut Build, findings: &mut Findings) {
    let path = build.path.join("purchasePlan");
    let Some(contribution) = terms.contribution.value().map(|c| c.fraction()) else { return };
    let discount = match terms.discount.value() {
        Some(discount) => discount.fraction(),
        None if terms.discount.is_blank() => DISCOUNT,
        None => return,
    };
    let Some(months) = (if terms.months.is_blank() {
        Some(6)
    } else {
        terms.months.value().and_then(|m| u32::try_from(m.get()).ok())
    }) else {
        return;
    };
    // Without look-back the price itself does not matter, only the discount does.
    let price = match terms.share_price.value() {
        Some(price) => price.decimal(),
        None if terms.share_price.is_blank() => Decimal::ONE_HUNDRED,
        None => return,
    };
    if terms.cap.problem().is_some() {
        return;
    }
    let yearly_limit = limit(case, &path, build, findings);
    // What the plan itself allows in a year is spread over its purchases.
    let period_value = terms.cap.value().map(|cap| cap.decimal() * Decimal::from(months) / Decimal::from(12));
    let plan = Plan {
        discount,
        look_back: terms.look_back,
        contribution,
        period_cap: None,
        period_value,
        yearly_limit,
        offering_months: months,
        purchase_months: months,
        resets: false,
        whole_shares: false,
    };
    let start = build.start;
    let growth = build.settings.share_growth;
    let month_of = |day: CivilDate| u32::try_from(start.months_until(day)).unwrap_or(0);
    let pay = |day: CivilDate| base.monthly.get(month_of(day) as usize).map(|pay| pay.value).unwrap_or_default();
    let horizon = build.settings.stay_months;
    let purchases = plan.purchases(start, horizon, pay, |day| price * index(growth, month_of(day)));
    match purchases {
        Ok(purchases) => {
            for bought in purchases {
                let how = format!(
                    "{} put in buy shares worth {}",
                    words(bought.contributed - bought.refunded, build.currency),
                    words(bought.shares * bought.purchase_price, build.currency)
                );
                let month = closing_month(start, bought.date);
                let pays: Vec<&_> = base.monthly.iter().take(month as usize).collect();
                let amount = build.modelled(
                    bought.bargain(),
                    "purchase plan: shares bought below their price, less what was put in",
                    "26 USC 423; docs/trace.md",
                    &pays,
                    &["purchasePlan"],
                );
                // Sold on the day it is bought, the bargain is income but no wages for payroll tax.
                let amount = build.converted(&amount);
                let (at, character) = (path.join("contribution"), Character::OrdinaryIncome);
                let line = build.case_line(month, amount, Component::Equity, Tier::Likely, character, &at, how);
                if let Some(added) = line {
                    build.constant(month, added);
                }
            }
        }
        Err(error) => findings.error(
            &path,
            Problem::new("purchase.terms", error.to_string(), "Check the plan's terms."),
            "the purchase plan",
        ),
    }
}

/// The law's yearly limit in the offer's currency, by the case's rate; without a rate no limit, with a finding.
fn limit(case: &Case, path: &Path, build: &Build, findings: &mut Findings) -> Decimal {
    if build.currency == Currency::USD {
        return YEARLY_LIMIT;
    }
    let dollar = settings::rate(case, build.settings, Currency::USD, path, &mut Findings::default());
    match dollar.and_then(|dollar| (YEARLY_LIMIT * dollar).checked_div(build.rate)) {
        Some(limit) => limit.round_dp(2),
        None => {
            findings.note(
                path,
                Problem::new(
                    "purchase.limitUnknown",
                    format!(
                        "The $25,000 a year of a United States plan are not held against these purchases: the case has no rate from dollars to {}.",
                        build.settings.currency
                    ),
                    "Enter what one dollar is, if the plan is one of the United States.",
                ),
            );
            Decimal::MAX
        }
    }
}
