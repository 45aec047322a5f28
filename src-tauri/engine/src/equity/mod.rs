//! Restricted stock units: each vest at the share price of its day.

use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::settings::words;
use crate::simulation::model::ShareVest;
use crate::vesting;
use counterweight_domain::grant::GrantSize;
use counterweight_domain::{Amount, Findings, Grant, Money};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Adds the vests of one grant. A grant that cannot be read, or does not vest as a whole, adds nothing; its
/// finding says so.
pub(crate) fn grant(grant: &Grant, index: usize, build: &mut Build, findings: &mut Findings) {
    let path = build.path.join("grants").join(index);
    let (Some(growth), Some(volatility)) = (
        match grant.growth.value() {
            Some(growth) => growth.fraction().to_f64(),
            None if grant.growth.is_blank() => Some(build.settings.share_growth),
            None => None,
        },
        match grant.volatility.value() {
            Some(volatility) => volatility.fraction().to_f64(),
            None if grant.volatility.is_blank() => Some(build.settings.share_volatility),
            None => None,
        },
    ) else {
        return;
    };
    if grant.share_price.problem().is_some() {
        return;
    }
    let Some(vests) = vesting::vests(&grant.vesting, &path.join("vesting"), findings) else { return };
    let (amounts, path, what): (Vec<Decimal>, _, String) = match &grant.size {
        GrantSize::Value { amount } => {
            let Some(amount) = amount.value().map(|a| a.decimal()) else { return };
            let weights: Vec<Decimal> = vests.iter().map(|v| v.percent).collect();
            let parts = counterweight_domain::money::split(amount, &weights, build.currency);
            (parts, path.join("size").join("amount"), words(amount, build.currency))
        }
        GrantSize::Percent { .. } => return,
        GrantSize::Shares { count } => {
            let (Some(count), Some(price)) = (count.value(), grant.share_price.value()) else { return };
            let parts = vesting::shares(count.decimal(), &vests);
            let price = price.decimal();
            if let Err(problem) = Amount::new(count.decimal().saturating_mul(price)) {
                findings.error(&path.join("size").join("count"), problem, "this grant");
                return;
            }
            (
                parts.into_iter().map(|shares| shares * price).collect(),
                path.join("size").join("count"),
                format!("{count} shares at {}", words(price, build.currency)),
            )
        }
    };
    for (vest, amount) in vests.iter().zip(amounts) {
        if vest.month > build.settings.stay_months {
            continue;
        }
        // Growth is a power with a fractional exponent, so it comes from a float once, with twelve digits.
        let index = libm::pow(1.0 + growth, f64::from(vest.month) / 12.0);
        let grown = Decimal::try_from(index).unwrap_or(Decimal::ONE).round_dp(12);
        let mut how = format!("{} % of {what} vest", vest.percent.normalize());
        if growth != 0.0 {
            how.push_str(&format!(", the share price having moved by {:.1} % a year", growth * 100.0));
        }
        if let Some(exact) = build.line(vest.month, amount * grown, Component::Equity, Tier::Likely, &path, how) {
            build.model.vests.push(ShareVest {
                month: vest.month,
                year: (vest.month.max(1).div_ceil(12) - 1) as usize,
                amount: exact.to_f64().unwrap_or(0.0),
                volatility,
            });
        }
    }
}

/// What a grant is said to be worth, in the offer's currency, at the price of the offer's day.
pub fn face_value(grant: &Grant, currency: counterweight_domain::Currency) -> Option<Money> {
    match &grant.size {
        GrantSize::Value { amount } => amount.value().map(|a| Money::new(a.decimal(), currency)),
        GrantSize::Percent { .. } => None,
        GrantSize::Shares { count } => {
            Some(Money::new(count.value()?.decimal() * grant.share_price.value()?.decimal(), currency).rounded())
        }
    }
}
