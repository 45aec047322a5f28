//! Later years, moves and gross-ups.

use super::assessed;
use crate::tax::gross_up::gross_up;
use crate::tax::later::assess_indexed;
use crate::tax::moving::Residence;
use crate::tax::{Deduction, Filing, PersonYear, Place, Situation, total_at};
use counterweight_domain::{Findings, Path};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, dec};

#[test]
fn a_later_year_is_the_last_one_grown_and_says_so() {
    let mut findings = Findings::default();
    // 2028 at 2.5 %: bounds are 1.050625 times those of 2026, so 115,000 x 1.050625 pays 16,470 x 1.050625.
    let facts = PersonYear::wages_only(2028, "TX", dec!(115000) * dec!(1.050625));
    let later = assess_indexed(&facts, dec!(0.025), &Path::root(), &mut findings).unwrap();
    assert_eq!(later.federal.income_tax.round_dp(6), dec!(16470) * dec!(1.050625));
    assert!(findings.as_slice().iter().any(|finding| finding.id == "tax.year.indexed"));
    // Without growth a later year is the last one; a year with a file is its own.
    let still = PersonYear { year: 2030, ..PersonYear::wages_only(2026, "CA", dec!(200000)) };
    let last = PersonYear { year: 2026, ..still.clone() };
    let mut none = Findings::default();
    // But for the wage base, which is announced: 7,800 more of the 200,000 bear 6.2 %.
    let more = assessed(&last).total().map(|total| total + dec!(483.60));
    assert_eq!(assess_indexed(&still, dec!(0), &Path::root(), &mut none).unwrap().total(), more);
    let of_2025 = PersonYear { year: 2025, ..still };
    assert_eq!(assess_indexed(&of_2025, dec!(0.5), &Path::root(), &mut none), Some(assessed(&of_2025)));
}

/// 2027 at 2.5 %, single, Texas, 250,000. Income tax: 250,000 less 16,502.50 is 233,497.50; 1,271 + 4,674 + 12,470.15 +
/// 23,634.45 on the grown bounds to 206,819.375, and 32 % of 26,678.125: 50,586.60. Social Security: 6.2 % of the 192,300
/// that are announced, not of the 189,112.50 that 184,500 would grow to. Additional Medicare: 0.9 % of 50,000.
#[test]
fn what_is_dated_for_a_later_year_is_taken_and_what_is_frozen_stays() {
    let mut findings = Findings::default();
    let mut later = |facts: &PersonYear, rate| assess_indexed(facts, rate, &Path::root(), &mut findings).unwrap();
    let of_2027 = later(&PersonYear::wages_only(2027, "TX", dec!(250000)), dec!(0.025)).federal;
    assert_eq!(of_2027.income_tax.round_dp(4), dec!(50586.60));
    assert_eq!(of_2027.social_security.round_dp(4), dec!(11922.60));
    assert_eq!(of_2027.additional_medicare.round_dp(4), dec!(450));
    // The announced base grows from its own year: 192,300 x 1.05 in 2028.
    let of_2028 = later(&PersonYear::wages_only(2028, "TX", dec!(250000)), dec!(0.05)).federal;
    assert_eq!(of_2028.social_security.round_dp(4), dec!(12518.73));
    // 26 USC 164(b)(7): a cap of 40,804 in 2027, less 30 % of what is above 510,050: 34,819 at 530,000; 10,000 from 2030.
    let itemised = |year, wages| PersonYear {
        city: Some("NYC".to_owned()),
        deduction: Deduction::LargerOfStandardAndStateTax,
        ..PersonYear::wages_only(year, "NY", wages)
    };
    assert_eq!(later(&itemised(2027, dec!(500000)), dec!(0.025)).federal.deduction.round_dp(4), dec!(40804));
    assert_eq!(later(&itemised(2027, dec!(530000)), dec!(0.025)).federal.deduction.round_dp(4), dec!(34819));
    let of_2030 = later(&itemised(2030, dec!(500000)), dec!(0.025)).federal;
    assert!(!of_2030.itemised && of_2030.deduction > dec!(17700), "{}", of_2030.deduction);
    // 26 USC 1411(b): 3.8 % of what 180,000 and gains of 50,000 are above 200,000, in any year.
    let gains = PersonYear { long_term_gains: dec!(50000), ..PersonYear::wages_only(2030, "TX", dec!(180000)) };
    assert_eq!(later(&gains, dec!(0.04)).federal.net_investment.round_dp(4), dec!(1140));
    // 26 USC 24(h)(3): the credit has grown to 2,200 x 1.1025 and loses 50 for each 1,000 above 200,000.
    let child = PersonYear {
        filing: Filing::HeadOfHousehold,
        dependents: 1,
        ..PersonYear::wages_only(2028, "TX", dec!(220000))
    };
    assert_eq!(later(&child, dec!(0.05)).federal.child_credit.round_dp(4), dec!(1425.50));
    // Georgia's deduction is an amount of its statute: 85,000 at 4.99 % in any year. New Jersey's brackets as well: of 99,000
    // 280 + 262.50 + 175 + 1,933.75 up to 75,000, and 6.37 % of 24,000.
    for (state, tax) in [("GA", dec!(4241.50)), ("NJ", dec!(4180.05))] {
        let owed = later(&PersonYear::wages_only(2030, state, dec!(100000)), dec!(0.03)).state.unwrap();
        assert_eq!(owed.income_tax.round_dp(4), tax, "{state}");
    }
}

/// Rules of states that are dated for 2027. Indiana: 2.90 % of 100,000 less its exemption of 1,000, which has grown to 1,025.
/// Virginia: 100,000 less 9,200 and 930 bear 720 to 17,000 and 5.75 % of 72,870. Colorado and Washington: 0.43 % and
/// 0.8484 % and 0.58 % of wages. In 2026 each has its own: 2.95 %, and 8,750 in Virginia.
#[test]
fn rules_of_states_dated_for_a_later_year_are_taken_from_it_on() {
    let of = |year, state| {
        let facts = PersonYear::wages_only(year, state, dec!(100000));
        assess_indexed(&facts, dec!(0.025), &Path::root(), &mut Findings::default()).unwrap()
    };
    let income_tax = |year, state| of(year, state).state.unwrap().income_tax.round_dp(4);
    assert_eq!(income_tax(2027, "IN"), dec!(2870.275));
    assert_eq!(income_tax(2026, "IN"), dec!(2920.50));
    assert_eq!(income_tax(2027, "VA"), dec!(720) + dec!(4190.025));
    assert_eq!(income_tax(2026, "VA"), dec!(720) + dec!(4215.90));
    assert_eq!(of(2027, "CO").state_payroll.map(|paid| paid.round_dp(4)), Some(dec!(430)));
    assert_eq!(of(2028, "WA").state_payroll.map(|paid| paid.round_dp(4)), Some(dec!(1428.40)));
    // The door of every place takes the same.
    let bill = total_at("US-IN".parse().unwrap(), &Situation::wages_only(2027, dec!(100000))).unwrap();
    assert_eq!(bill.round_dp(4), of(2027, "IN").known().round_dp(4));
}

#[test]
fn an_impossible_indexation_is_a_finding() {
    for (year, rate) in [(2226, dec!(0.02)), (2030, dec!(10000)), (2030, dec!(-0.9)), (u16::MAX, Decimal::MAX)] {
        let mut findings = Findings::default();
        let facts = PersonYear::wages_only(year, "TX", dec!(100000));
        assert_eq!(assess_indexed(&facts, rate, &Path::root(), &mut findings), None);
        assert_eq!(findings.as_slice()[0].id, "tax.indexation.impossible");
    }
    let mut findings = Findings::default();
    let huge = PersonYear::wages_only(2030, "TX", Decimal::MAX);
    assert_eq!(assess_indexed(&huge, dec!(-0.02), &Path::root(), &mut findings), None);
    assert_eq!(findings.as_slice()[0].id, "tax.amount.tooLarge");
}

#[test]
fn half_a_year_each_is_half_of_each_tax() {
    let place = |key: &str| key.parse::<Place>().unwrap();
    let (georgia, texas) = (place("US-GA"), place("US-TX"));
    let situation = Situation::wages_only(2026, dec!(100000));
    let half = Residence::moving(georgia, texas, dec!(0.5)).unwrap();
    // Georgia takes 85,000 x 4.99 % = 4,241.50 of a whole year (by hand), Texas nothing.
    let federal = total_at(texas, &situation).unwrap();
    assert_eq!(half.total(&situation), Some(federal + dec!(2120.75)));
    let bill = half.assess(&situation, &Path::root(), &mut Findings::default()).unwrap();
    assert_eq!(bill.known_total, federal + dec!(2120.75));
    let georgian = bill.lines.iter().find(|line| line.label.starts_with("Georgia income tax")).unwrap();
    assert_eq!(
        (georgian.amount, georgian.label.as_str()),
        (dec!(2120.75), "Georgia income tax, for 50 % of the year's pay")
    );
    assert_eq!(bill.lines.iter().filter(|line| line.label == "Federal income tax").count(), 1);
    // The order of the two does not matter, and a whole year in one is that one.
    assert_eq!(Residence::moving(texas, georgia, dec!(0.5)).unwrap().total(&situation), half.total(&situation));
    for (share, one) in [(dec!(0), georgia), (dec!(1), texas), (dec!(-2), georgia), (dec!(7), texas)] {
        assert_eq!(Residence::moving(georgia, texas, share).unwrap(), Residence::at(one));
    }
    assert_eq!(Residence::moving(georgia, georgia, dec!(0.3)).unwrap(), Residence::at(georgia));
    // A curve of a year in two places passes through its tax.
    let curve = half.curve(&situation, 0.0, 300_000.0, 100_000.0).unwrap();
    assert!((curve.at(100_000.0) - half.total(&situation).unwrap().to_f64().unwrap()).abs() < 1e-6);
}

#[test]
fn each_country_says_whose_year_it_is() {
    let place = |key: &str| key.parse::<Place>().unwrap();
    let moving = |a, b, share| Residence::moving(place(a), place(b), share);
    // A province taxes who lives there on 31 December; Scotland who lives there longer.
    assert_eq!(moving("CA-ON", "CA-BC", dec!(0.1)).unwrap(), Residence::at(place("CA-BC")));
    assert_eq!(moving("UK", "UK-SCT", dec!(0.4)).unwrap(), Residence::at(place("UK")));
    assert_eq!(moving("UK", "UK-SCT", dec!(0.6)).unwrap(), Residence::at(place("UK-SCT")));
    assert_eq!(moving("US-CA", "UK", dec!(0.5)).unwrap_err().id, "tax.move.country");
}

#[test]
fn a_gross_up_leaves_what_it_promises() {
    let mut findings = Findings::default();
    // 2026, Texas, single, 150,000: the next dollars pay 24 % and 7.65 %: 10,000 / 0.6835 = 14,630.58 (rounded up).
    let facts = PersonYear::wages_only(2026, "TX", dec!(150000));
    assert_eq!(gross_up(&facts, dec!(10000), &Path::root(), &mut findings), Some(dec!(14630.58)));
    assert_eq!(gross_up(&facts, dec!(0), &Path::root(), &mut findings), Some(dec!(0)));
    for state in ["CA", "NY", "CT", "AL", "UT"] {
        let facts = PersonYear { filing: Filing::Joint, ..PersonYear::wages_only(2026, state, dec!(240000)) };
        let net = dec!(25000);
        let gross = gross_up(&facts, net, &Path::root(), &mut findings).unwrap();
        let with = PersonYear { wages: facts.wages + gross, ..facts.clone() };
        let left = gross - (assessed(&with).known() - assessed(&facts).known());
        assert!(left >= net && left < net + dec!(60), "{state}: {left}");
    }
    assert_eq!(gross_up(&facts, Decimal::MAX, &Path::root(), &mut findings), None);
    assert!(findings.as_slice().iter().any(|finding| finding.id == "tax.grossUp.tooLarge"));
}
