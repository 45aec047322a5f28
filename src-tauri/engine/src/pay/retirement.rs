//! The employer's contribution to retirement saving: tiers, caps, paychecks, and when it belongs to the person.

use super::base::Base;
use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::settings::words;
use crate::tax::limits;
use counterweight_domain::money;
use counterweight_domain::offer::{MatchPaid, MatchVesting};
use counterweight_domain::{Offer, Person};
use rust_decimal::Decimal;

/// The most that may be put aside in `year` (26 USC 402(g)); years beyond the dated limits take the nearest.
fn limit(year: i16) -> Decimal {
    limits::nearest(u16::try_from(year).unwrap_or(0)).rules.elective_deferral.value
}

/// What the person puts aside before tax in each year of work, in the offer's currency: the percentage of base that is
/// stated, or else what is matched, up to the law's limit in the United States.
pub(crate) fn deferral(offer: &Offer, person: &Person, base: &Base, build: &Build) -> Vec<Decimal> {
    let m = &offer.retirement_match;
    let matched = m
        .tiers
        .iter()
        .filter_map(|t| t.up_to.value())
        .chain(m.up_to.value())
        .map(|p| p.fraction())
        .max()
        .unwrap_or_default();
    let share = match person.deferral.value() {
        Some(share) => share.fraction(),
        None => matched,
    };
    (0u32..)
        .zip(&base.yearly)
        .map(|(year, base)| {
            let wanted = base * share;
            if american(offer) { wanted.min(limit(build.tax_year(year + 1))) } else { wanted }
        })
        .collect()
}

fn american(offer: &Offer) -> bool {
    offer.place.trim().get(..3).is_none_or(|start| start.eq_ignore_ascii_case("US-")) || offer.place.trim().is_empty()
}

/// Adds the match by month. Without a stated saving rate the person is taken to put in as much as is matched.
pub(crate) fn matched(offer: &Offer, person: &Person, base: &Base, build: &mut Build) {
    let m = &offer.retirement_match;
    if m.cap.problem().is_some()
        || m.fixed.problem().is_some()
        || m.rate.problem().is_some()
        || m.up_to.problem().is_some()
    {
        return;
    }
    // Steps of the match: from one part of pay to the next, each at a rate.
    let mut steps: Vec<(Decimal, Decimal)> = Vec::new();
    if let (Some(rate), Some(up_to)) = (m.rate.value(), m.up_to.value()) {
        steps.push((up_to.fraction(), rate.fraction().max(Decimal::ZERO)));
    }
    for tier in &m.tiers {
        if tier.rate.is_blank() && tier.up_to.is_blank() {
            continue;
        }
        let (Some(rate), Some(up_to)) = (tier.rate.value(), tier.up_to.value()) else { return };
        steps.push((up_to.fraction(), rate.fraction().max(Decimal::ZERO)));
    }
    let fixed = m.fixed.value().map(|f| f.fraction()).unwrap_or_default();
    if steps.is_empty() && fixed.is_zero() {
        return;
    }
    steps.sort_by_key(|s| s.0);
    let cap = m.cap.value().map(|c| c.decimal());
    let full = steps.last().map(|s| s.0).unwrap_or_default();
    let saved = person.deferral.value().map_or(full, |d| d.fraction());
    let path = build.path.join("match").join(if steps.is_empty() { "fixed" } else { "rate" });
    let mut yearly = Vec::new();
    for (year, pay) in (1u32..).zip(&base.yearly) {
        let most =
            if american(offer) && !person.deferral.is_blank() { limit(build.tax_year(year)) } else { Decimal::MAX };
        let months = base.monthly.iter().skip((year as usize - 1) * 12).take(12);
        let (mut amount, mut put_in) = (Decimal::ZERO, Decimal::ZERO);
        if m.paid == MatchPaid::TrueUp {
            put_in = (pay * saved).min(most);
            let part = if pay.is_zero() { Decimal::ZERO } else { put_in / pay };
            amount = of_share(&steps, part) * pay;
        } else {
            for month in months {
                let wanted = (month * saved).min(most - put_in);
                put_in += wanted;
                let part = if month.is_zero() { Decimal::ZERO } else { wanted / month };
                amount += of_share(&steps, part) * month;
            }
        }
        let amount = cap.map_or(amount, |cap| amount.min(cap)) + pay * fixed;
        yearly.push(build.round(amount));
        let mut how = said(&steps, build, *pay);
        if !fixed.is_zero() {
            how.push_str(&format!(" and {} % whatever you do", (fixed * Decimal::ONE_HUNDRED).normalize()));
        }
        if let Some(cap) = cap {
            how.push_str(&format!(", at most {}", words(cap, build.currency)));
        }
        if put_in < build.round(pay * saved) {
            how.push_str(&format!(", you putting in {} up to the law's limit", words(put_in, build.currency)));
        }
        how.push_str(", ÷ 12");
        build.monthly(year, build.round(amount), Component::Match, Tier::Likely, &path, &how);
    }
    unvested(m.vesting.clone(), &yearly, build);
}

/// The match on `part` of pay that was put in.
fn of_share(steps: &[(Decimal, Decimal)], part: Decimal) -> Decimal {
    let mut from = Decimal::ZERO;
    let mut sum = Decimal::ZERO;
    for (up_to, rate) in steps {
        sum += (part.min(*up_to) - from).max(Decimal::ZERO) * rate;
        from = (*up_to).max(from);
    }
    sum
}

fn said(steps: &[(Decimal, Decimal)], build: &Build, pay: Decimal) -> String {
    let mut text = String::new();
    for (i, (up_to, rate)) in steps.iter().enumerate() {
        let (rate, up_to) = ((rate * Decimal::ONE_HUNDRED).normalize(), (up_to * Decimal::ONE_HUNDRED).normalize());
        if i == 0 {
            text = format!("{rate} % of what you put in, up to {up_to} % of {}", words(pay, build.currency));
        } else {
            text.push_str(&format!(", then {rate} % up to {up_to} %"));
        }
    }
    if text.is_empty() { words(pay, build.currency) } else { text }
}

/// Takes back what does not belong to the person on the day of leaving.
fn unvested(vesting: MatchVesting, yearly: &[Decimal], build: &mut Build) {
    if !build.settings.leaves() {
        return;
    }
    let stay = build.settings.stay_months;
    let (kept, path, said) = match vesting {
        MatchVesting::Immediate => return,
        MatchVesting::Cliff { months } => {
            let Some(months) = months.value().map(|m| m.get()) else { return };
            if stay >= months {
                return;
            }
            (Decimal::ZERO, "months", format!("none of it is yours before month {months}"))
        }
        MatchVesting::Graded { split } => {
            let Some(split) = split.value() else { return };
            let years = (stay / 12) as usize;
            let kept: Decimal = split.parts().iter().take(years).sum::<Decimal>().min(Decimal::ONE_HUNDRED);
            if kept >= Decimal::ONE_HUNDRED {
                return;
            }
            (
                kept / Decimal::ONE_HUNDRED,
                "split",
                format!("{} % of it is yours after {years} full years", kept.normalize()),
            )
        }
    };
    let given: Decimal = (0u32..)
        .zip(yearly)
        .map(|(year, amount)| {
            let months = stay.saturating_sub(year * 12).min(12) as usize;
            let parts = money::split(*amount, &[Decimal::ONE; 12], build.currency);
            parts.iter().take(months).sum::<Decimal>()
        })
        .sum();
    let path = build.path.join("match").join("vesting").join(path);
    build.fixed(
        stay,
        -given * (Decimal::ONE - kept),
        Component::Match,
        Tier::Likely,
        &path,
        format!("on leaving, {said}"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    /// IRS Notice 2025-67: 24,500 in 2026; Notice 2024-80: 23,500 in 2025.
    #[test]
    fn limits_are_the_notices() {
        assert_eq!(limit(2025), dec!(23_500));
        assert_eq!(limit(2026), dec!(24_500));
        assert_eq!(limit(2031), dec!(24_500));
    }

    /// 100 % of the first 3 % and 50 % of the next 2 %: who puts in 5 % gets 4 %, who puts in 4 % gets 3.5 % (the safe
    /// harbor match of 26 CFR 1.401(k)-3(c)).
    #[test]
    fn tiers_are_stacked() {
        let steps = [(dec!(0.03), dec!(1)), (dec!(0.05), dec!(0.5))];
        assert_eq!(of_share(&steps, dec!(0.05)), dec!(0.04));
        assert_eq!(of_share(&steps, dec!(0.04)), dec!(0.035));
        assert_eq!(of_share(&steps, dec!(0.10)), dec!(0.04));
    }
}
