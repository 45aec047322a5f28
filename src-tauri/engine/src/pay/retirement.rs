//! The employer's contribution to retirement saving: tiers, caps, paychecks, and when it belongs to the person.

use super::base::Base;
use crate::ledger::{Component, Tier};
use crate::offer_value::Build;
use crate::settings::words;
use crate::tax::limits::{self, Limits};
use crate::tax::parameters::Parameter;
use crate::worked::Worked;
use counterweight_domain::offer::{MatchPaid, MatchVesting};
use counterweight_domain::{Currency, Offer, Path, Person};
use rust_decimal::Decimal;

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
    (1u32..)
        .zip(&base.yearly)
        .map(|(year, base)| {
            if !american(offer, build) {
                return base.value * share;
            }
            let limits = limits_of(year, build);
            // Who is taken to put in what is matched puts in no more than the pay that counts for it asks for.
            let counted = base.value.min(limits.compensation_counted.value);
            let wanted = if person.deferral.is_blank() { counted * share } else { base.value * share };
            wanted.min(limits.elective_deferral.value)
        })
        .collect()
}

/// The law's limits of a year of work (from 1); years beyond the dated ones take the nearest.
fn limits_of(year: u32, build: &Build) -> &'static Limits {
    &limits::nearest(u16::try_from(build.tax_year(year)).unwrap_or(0)).rules
}

/// Whether the saving rules of the United States hold: by the place, or without one by the currency.
fn american(offer: &Offer, build: &Build) -> bool {
    match offer.place.trim() {
        "" => build.currency == Currency::USD,
        place => place.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("US-")),
    }
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
    let mut steps: Vec<(Worked, Worked)> = Vec::new();
    if let (Some(rate), Some(up_to)) = (m.rate.value(), m.up_to.value()) {
        let rate = build.input("match/rate", rate.fraction().max(Decimal::ZERO));
        steps.push((build.input("match/upTo", up_to.fraction()), rate));
    }
    for (i, tier) in m.tiers.iter().enumerate() {
        if tier.rate.is_blank() && tier.up_to.is_blank() {
            continue;
        }
        let (Some(rate), Some(up_to)) = (tier.rate.value(), tier.up_to.value()) else { return };
        let rate = build.input(&format!("match/tiers/{i}/rate"), rate.fraction().max(Decimal::ZERO));
        steps.push((build.input(&format!("match/tiers/{i}/upTo"), up_to.fraction()), rate));
    }
    let fixed = build.input("match/fixed", m.fixed.value().map(|f| f.fraction()).unwrap_or_default());
    if steps.is_empty() && fixed.value.is_zero() {
        return;
    }
    steps.sort_by_key(|s| s.0.value);
    let cap = m.cap.value().map(|c| build.input("match/cap", c.decimal()));
    let full = steps.last().map(|s| s.0.clone()).unwrap_or_default();
    let at = Path::root().join("person").join("deferral");
    let saved = person.deferral.value().map_or(full, |d| build.input_at(&at, d.fraction()));
    let path = build.path.join("match").join(if steps.is_empty() { "fixed" } else { "rate" });
    let mut yearly = Vec::new();
    for (year, pay) in (1u32..).zip(&base.yearly) {
        let law = american(offer, build).then(|| limits_of(year, build));
        let constant = |key, found: &Parameter<Decimal>| build.constant_of(key, found.value, &found.reference, "");
        let most = law.map(|law| constant("electiveDeferral", &law.elective_deferral));
        let counts = law.map(|law| constant("compensationCounted", &law.compensation_counted));
        let stated = !person.deferral.is_blank();
        let months = base.monthly.iter().skip((year as usize - 1) * 12).take(12);
        let (mut matched, mut put_in) = (Vec::new(), Worked::default());
        if m.paid == MatchPaid::TrueUp {
            let counted = counts.as_ref().map_or(pay.clone(), |most| pay.min(most));
            let wanted = if stated { pay } else { &counted } * &saved;
            put_in = most.as_ref().map_or(wanted.clone(), |most| wanted.min(most));
            matched.push(on_pay(&steps, &put_in, &counted));
        } else {
            let mut so_far = Worked::default();
            for month in months {
                let counted = counts.as_ref().map_or(month.clone(), |most| month.min(&(most - &so_far)));
                so_far = &so_far + &counted;
                let wanted = if stated { month } else { &counted } * &saved;
                let wanted = most.as_ref().map_or(wanted.clone(), |most| wanted.min(&(most - &put_in)));
                put_in = &put_in + &wanted;
                matched.push(on_pay(&steps, &wanted, &counted));
            }
        }
        let counted = counts.as_ref().map_or(pay.clone(), |most| pay.min(most));
        let mut amount = Worked::sum(&matched) + &(&counted * &fixed);
        for most in cap.iter().chain(law.map(|law| constant("annualAdditions", &law.annual_additions) - &put_in).iter())
        {
            amount = amount.min(most);
        }
        let amount = amount.max(&Worked::default()).round(build.currency);
        let mut how = said(&steps, build, pay.value);
        if !fixed.value.is_zero() {
            how.push_str(&format!(" and {} % whatever you do", (fixed.value * Decimal::ONE_HUNDRED).normalize()));
        }
        if let Some(cap) = &cap {
            how.push_str(&format!(", at most {}", words(cap.value, build.currency)));
        }
        if counted.value < pay.value {
            how.push_str(&format!(", of which the law counts {}", words(counted.value, build.currency)));
        }
        if put_in.value < build.round(if stated { pay.value } else { counted.value } * saved.value) {
            how.push_str(&format!(", you putting in {} up to the law's limit", words(put_in.value, build.currency)));
        }
        how.push_str(", ÷ 12");
        build.monthly(year, amount.clone(), Component::Match, Tier::Likely, &path, &how);
        yearly.push(amount);
    }
    unvested(m.vesting.clone(), &yearly, build);
}

/// The match on `put_in` of `pay`.
fn on_pay(steps: &[(Worked, Worked)], put_in: &Worked, pay: &Worked) -> Worked {
    let part = if pay.value.is_zero() { Worked::default() } else { put_in / pay };
    of_share(steps, &part) * pay
}

/// The match on `part` of pay that was put in.
fn of_share(steps: &[(Worked, Worked)], part: &Worked) -> Worked {
    let mut from = Worked::default();
    let mut parts = Vec::new();
    for (up_to, rate) in steps {
        parts.push((part.min(up_to) - &from).max(&Worked::default()) * rate);
        from = up_to.max(&from);
    }
    Worked::sum(&parts)
}

fn said(steps: &[(Worked, Worked)], build: &Build, pay: Decimal) -> String {
    let mut text = String::new();
    for (i, (up_to, rate)) in steps.iter().enumerate() {
        let percent = |share: &Worked| (share.value * Decimal::ONE_HUNDRED).normalize();
        let (rate, up_to) = (percent(rate), percent(up_to));
        if i == 0 {
            text = format!("{rate} % of what you put in, up to {up_to} % of {}", words(pay, build.currency));
        } else {
            text.push_str(&format!(", then {rate} % up to {up_to} %"));
        }
    }
    if text.is_empty() { words(pay, build.currency) } else { text }
}

/// Takes back what does not belong to the person on the day of leaving.
fn unvested(vesting: MatchVesting, yearly: &[Worked], build: &mut Build) {
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
            (Worked::default(), "months", format!("none of it is yours before month {months}"))
        }
        MatchVesting::Graded { split } => {
            let Some(split) = split.value() else { return };
            let years = (stay / 12) as usize;
            let kept: Decimal = split.parts().iter().take(years).sum::<Decimal>().min(Decimal::ONE_HUNDRED);
            if kept >= Decimal::ONE_HUNDRED {
                return;
            }
            (
                build.input("match/vesting/split", kept) / Decimal::ONE_HUNDRED,
                "split",
                format!("{} % of it is yours after {years} full years", kept.normalize()),
            )
        }
    };
    let given: Vec<Worked> = (0u32..)
        .zip(yearly)
        .flat_map(|(year, amount)| {
            let months = stay.saturating_sub(year * 12).min(12) as usize;
            Worked::portions(amount, &[Worked::ONE; 12], build.currency).into_iter().take(months)
        })
        .collect();
    let path = build.path.join("match").join("vesting").join(path);
    let lost = Worked::sum(&given).negative() * &(Worked::ONE - &kept);
    build.fixed(stay, lost, Component::Match, Tier::Likely, &path, format!("on leaving, {said}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    /// IRS Notice 2025-67: 24,500 in 2026; Notice 2024-80: 23,500 in 2025.
    #[test]
    fn limits_are_the_notices() {
        let limit = |year| limits::nearest(year).rules.elective_deferral.value;
        assert_eq!(limit(2025), dec!(23_500));
        assert_eq!(limit(2026), dec!(24_500));
        assert_eq!(limit(2031), dec!(24_500));
    }

    /// 100 % of the first 3 % and 50 % of the next 2 %: who puts in 5 % gets 4 %, who puts in 4 % gets 3.5 % (the safe
    /// harbor match of 26 CFR 1.401(k)-3(c)).
    #[test]
    fn tiers_are_stacked() {
        let steps = [(dec!(0.03).into(), dec!(1).into()), (dec!(0.05).into(), dec!(0.5).into())];
        assert_eq!(of_share(&steps, &dec!(0.05).into()).value, dec!(0.04));
        assert_eq!(of_share(&steps, &dec!(0.04).into()).value, dec!(0.035));
        assert_eq!(of_share(&steps, &dec!(0.10).into()).value, dec!(0.04));
    }
}
