//! Benefits, stipends and gross-ups, by hand.

use crate::tax::fringe::{Treatment, Use, fringe_at, gross_up_by_marginal, rule_of};
use crate::tax::gross_up::gross_up_at;
use crate::tax::{Place, Situation, limits, total_at};
use counterweight_domain::{Findings, Path};
use rust_decimal::{Decimal, dec};

fn place(key: &str) -> Place {
    key.parse().unwrap()
}

#[test]
fn a_token_budget_in_texas() {
    // 2026, single, 150,000: the next dollars pay 24 % and 7.65 %.
    let situation = Situation::wages_only(2026, dec!(150000));
    let mut findings = Findings::default();
    let mut taxed = |treatment| {
        let fringe =
            fringe_at(place("US-TX"), &situation, dec!(10000), treatment, &Path::root(), &mut findings).unwrap();
        (fringe.taxed, fringe.tax, fringe.employee_pays, fringe.employer_pays)
    };
    assert_eq!(taxed(Treatment::WorkingCondition), (dec!(0), dec!(0), dec!(0), dec!(10000)));
    // A fifth is private: 2,000 x 31.65 % = 633.
    let fifth = Treatment::ImputedIncome { personal_share: dec!(0.2) };
    assert_eq!(taxed(fifth), (dec!(2000), dec!(633), dec!(633), dec!(10000)));
    assert_eq!(taxed(Treatment::TaxableStipend), (dec!(10000), dec!(3165), dec!(3165), dec!(10000)));
    // 10,000 / 0.6835 = 14,630.58 (rounded up).
    let (gross, tax, pays, costs) = taxed(Treatment::GrossedUp);
    assert_eq!((gross, tax, pays, costs), (dec!(14630.58), dec!(4630.58), dec!(0), dec!(14630.58)));
    assert!(findings.as_slice().is_empty());
}

#[test]
fn a_gross_up_by_the_marginal_rate_is_exact_inside_a_bracket() {
    let near = gross_up_by_marginal(dec!(10000), dec!(0.3165)).unwrap();
    assert!((near - dec!(14630.58)).abs() < dec!(0.01));
    assert_eq!(gross_up_by_marginal(dec!(1), dec!(1)), None);
    // In the United Kingdom at 95,000 the allowance begins to fall on the way: 40 % and 2 % up to 100,000 leave 2,900 of
    // 5,000; the other 7,100 are left at 38 pence a pound: 18,684.22. Together 23,684.22 (rounded up).
    let mut findings = Findings::default();
    let situation = Situation::wages_only(2026, dec!(95000));
    let gross = gross_up_at(place("UK"), &situation, dec!(10000), &Path::root(), &mut findings);
    assert_eq!(gross, Some(dec!(23684.22)));
}

#[test]
fn a_gross_up_leaves_what_it_promises_in_every_place() {
    for place in Place::all() {
        let mut findings = Findings::default();
        let situation = Situation::wages_only(2026, dec!(140000));
        let net = dec!(12000);
        let gross = gross_up_at(place, &situation, net, &Path::root(), &mut findings).unwrap();
        let added = total_at(place, &situation.with_wages(situation.wages + gross)).unwrap()
            - total_at(place, &situation).unwrap();
        let left = gross - added;
        assert!(left >= net && left < net + dec!(60), "{place}: {left}");
    }
}

#[test]
fn a_country_without_a_rule_is_said_and_counted_as_untaxed() {
    for key in ["CA-ON", "IN"] {
        let mut findings = Findings::default();
        let situation = Situation::wages_only(2026, dec!(150000));
        let private = Treatment::ImputedIncome { personal_share: dec!(1) };
        let fringe = fringe_at(place(key), &situation, dec!(1000), private, &Path::root(), &mut findings).unwrap();
        assert_eq!((fringe.taxed, fringe.tax, fringe.modelled), (Decimal::ZERO, Decimal::ZERO, false));
        assert_eq!(findings.as_slice()[0].id, "tax.fringe.notModelled");
        // Money is pay everywhere.
        let mut findings = Findings::default();
        let stipend = Treatment::TaxableStipend;
        let fringe = fringe_at(place(key), &situation, dec!(1000), stipend, &Path::root(), &mut findings).unwrap();
        assert!(fringe.modelled && fringe.taxed == dec!(1000));
    }
    // EStG s. 3 Nr. 45: private use of the employer's device and software is free, whatever the share.
    assert_eq!(rule_of(place("DE"), Use::Personal).unwrap().value, Decimal::ZERO);
    assert_eq!(rule_of(place("US-CA"), Use::Personal).unwrap().value, Decimal::ONE);
    assert!(rule_of(place("CA-BC"), Use::Work).is_none());
}

#[test]
fn impossible_benefits_are_refused() {
    let situation = Situation::wages_only(2026, dec!(150000));
    for (value, treatment) in [
        (dec!(-1), Treatment::TaxableStipend),
        (dec!(1), Treatment::ImputedIncome { personal_share: dec!(1.1) }),
        (Decimal::MAX, Treatment::TaxableStipend),
        (Decimal::MAX, Treatment::GrossedUp),
    ] {
        let mut findings = Findings::default();
        let answer = fringe_at(place("US-TX"), &situation, value, treatment, &Path::root(), &mut findings);
        assert!(answer.is_none() && !findings.as_slice().is_empty(), "{value} {treatment:?}");
    }
}

#[test]
fn limits_are_the_notices() {
    // IRS Notice 2025-67: 24,500 and 72,000 for 2026; 23,500 and 70,000 for 2025. A later year takes the last file.
    let limits_2026 = limits::nearest(2026);
    assert_eq!(limits_2026.rules.elective_deferral.value, dec!(24500));
    assert_eq!(limits_2026.rules.annual_additions.value, dec!(72000));
    assert_eq!(limits::nearest(2025).rules.elective_deferral.value, dec!(23500));
    assert_eq!(limits::nearest(2031).year, 2026);
    assert_eq!(limits::nearest(2025).rules.roth_catch_up_above, None);
}
