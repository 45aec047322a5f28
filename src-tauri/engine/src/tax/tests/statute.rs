//! Against published tables and sums written out by hand.

use super::assessed;
use crate::tax::facts::{Deduction, Filing};
use crate::tax::{PersonYear, parameters, withholding};
use counterweight_domain::{Findings, Path};
use rust_decimal::{Decimal, dec};

fn federal_brackets(year: u16, filing: Filing, taxable: Decimal) -> Decimal {
    parameters::of(year).unwrap().federal.brackets.of(filing).tax(taxable)
}

#[test]
fn brackets_of_2025_as_offer_compare_tests_them() {
    // offer-compare's own test, single, 2025.
    assert_eq!(federal_brackets(2025, Filing::Single, dec!(100000)), dec!(16914));
    assert_eq!(federal_brackets(2025, Filing::Single, dec!(11925)), dec!(1192.50));
}

#[test]
fn wages_of_2026_as_ignidash_tests_them() {
    // Ignidash's tests, 2026: wages less the standard deduction, and the tax on the rest.
    for (wages, taxable, tax) in [(dec!(66500), dec!(50400), dec!(5800)), (dec!(115000), dec!(98900), dec!(16470))] {
        let federal = assessed(&PersonYear::wages_only(2026, "TX", wages)).federal;
        assert_eq!((federal.taxable_income, federal.income_tax), (taxable, tax));
    }
    let joint = PersonYear { filing: Filing::Joint, ..PersonYear::wages_only(2026, "TX", dec!(57000)) };
    let federal = assessed(&joint).federal;
    assert_eq!((federal.taxable_income, federal.income_tax), (dec!(24800), dec!(2480)));
}

#[test]
fn top_bracket_of_2026_as_the_revenue_procedure_prints_it() {
    // Rev. Proc. 2025-32, table 3: over 640,600, the tax is 192,979.25 plus 37 % of the excess.
    assert_eq!(federal_brackets(2026, Filing::Single, dec!(640600)), dec!(192979.25));
    assert_eq!(federal_brackets(2026, Filing::Single, dec!(740600)), dec!(229979.25));
}

#[test]
fn payroll_tax_by_hand() {
    // 2026, single, 300,000: 184,500 x 6.2 % = 11,439; 300,000 x 1.45 % = 4,350; 100,000 x 0.9 % = 900.
    let federal = assessed(&PersonYear::wages_only(2026, "TX", dec!(300000))).federal;
    assert_eq!(
        (federal.social_security, federal.medicare, federal.additional_medicare),
        (dec!(11439), dec!(4350), dec!(900))
    );
    // Two earners have a wage base each: 2 x 184,500 x 6.2 % = 22,878; 150,000 over 250,000 at 0.9 % = 1,350.
    let both = PersonYear {
        filing: Filing::Joint,
        spouse_wages: dec!(200000),
        ..PersonYear::wages_only(2026, "TX", dec!(200000))
    };
    let federal = assessed(&both).federal;
    assert_eq!((federal.social_security, federal.additional_medicare), (dec!(22878), dec!(1350)));
}

#[test]
fn an_earned_income_credit_that_gains_limit_by_hand() {
    // 26 USC 32(a)(2), 2025 figures of Rev. Proc. 2024-40, head of household, wages 12,730 and gains 11,950, two
    // children: phased in 40 % x 12,730 = 5,092; limit 7,152 - 21.06 % x (24,680 - 23,350) = 6,871.90: 5,092 is paid.
    let limited = PersonYear {
        filing: Filing::HeadOfHousehold,
        long_term_gains: dec!(11950),
        dependents: 2,
        ..PersonYear::wages_only(2025, "TX", dec!(12730))
    };
    assert_eq!(assessed(&limited).federal.earned_income_credit, dec!(5092));
    // With 25,000 of wages the limit binds: 7,152 - 21.06 % x (36,950 - 23,350) = 7,152 - 2,864.16 = 4,287.84.
    let above = PersonYear { wages: dec!(25000), ..limited };
    assert_eq!(assessed(&above).federal.earned_income_credit, dec!(4287.84));
}

/// PolicyEngine-US 2.68.0, 2025, two earners on one return with 90,000 and 80,000, and by hand where it is short.
#[test]
fn two_earners_on_one_return() {
    for (state, tax) in [
        // Each 85,000 less half of 30,000, from D.C. Code 47-1806.03: 2 x (3,500 + 10,000 x 8.5 %).
        ("DC", dec!(8700)),
        ("DE", dec!(8538)),
        ("AR", dec!(5542)),
        // 10,000 more at 0 % than together: 6,309.60 - 440.
        ("MS", dec!(5869.60)),
        ("MO", dec!(6157.62)),
        // One deduction of 3,270 more at 4 %: 6,669.20 - 130.80.
        ("KY", dec!(6538.40)),
        // 3 % of 16,000: 8,153.88 - 480.
        ("WI", dec!(7673.88)),
        // 0.7 % of 50,000: 7,758.30 - 350.
        ("SC", dec!(7408.30)),
        ("MD", dec!(7517.50)),
    ] {
        let both = PersonYear {
            filing: Filing::Joint,
            spouse_wages: dec!(80000),
            ..PersonYear::wages_only(2025, state, dec!(90000))
        };
        let found = assessed(&both).state.unwrap().income_tax;
        assert!((found - tax).abs() <= dec!(2), "{state}: {found}, not {tax}");
    }
}

/// Ohio R.C. 5747.02(A)(3): no tax up to 26,050 of taxable income; 342 and 2.75 % above it. R.C. 5747.022: 20 for each
/// exemption below 30,000. R.C. 5747.05(E): two earners are credited a part of the tax.
#[test]
fn ohio_by_hand() {
    let tax = |wages| assessed(&PersonYear::wages_only(2025, "OH", wages)).state.unwrap().income_tax;
    assert_eq!(tax(dec!(28400)), dec!(0)); // 28,400 - 2,400 = 26,000
    assert_eq!(tax(dec!(31250)), dec!(399)); // 342 + 2,800 x 2.75 % - 20
    assert_eq!(tax(dec!(40000)), dec!(659.625)); // 342 + 11,550 x 2.75 %, 37,600 being above 30,000
    let both = PersonYear {
        filing: Filing::Joint,
        spouse_wages: dec!(40000),
        ..PersonYear::wages_only(2025, "OH", dec!(40000))
    };
    // 80,000 - 4,300 = 75,700: 342 + 49,650 x 2.75 % = 1,707.375, less 5 % of it.
    assert_eq!(assessed(&both).state.unwrap().income_tax, dec!(1622.00625));
}

/// A.R.S. 43-1073.01: 100 for a child in 2025, 125 in 2026; 5 % of it less for each started 1,000 above 200,000.
#[test]
fn arizona_credits_children_by_hand() {
    let tax = |year, wages, children| {
        let facts = PersonYear {
            filing: Filing::HeadOfHousehold,
            dependents: children,
            ..PersonYear::wages_only(year, "AZ", wages)
        };
        assessed(&facts).state.unwrap().income_tax
    };
    assert_eq!(tax(2025, dec!(60000), 0) - tax(2025, dec!(60000), 1), dec!(100));
    assert_eq!(tax(2026, dec!(60000), 0) - tax(2026, dec!(60000), 2), dec!(250));
    assert_eq!(tax(2025, dec!(203500), 0) - tax(2025, dec!(203500), 1), dec!(80)); // four steps
}

#[test]
fn gains_stack_on_top_of_wages_by_hand() {
    // 2026, single, wages 40,000, gains 100,000: taxable 123,900, of which 23,900 ordinary: 1,240 + 11,500 x 12 % =
    // 2,620. Gains: 49,450 - 23,900 = 25,550 at 0 %, the other 74,450 at 15 % = 11,167.50. Together 13,787.50.
    let facts = PersonYear { long_term_gains: dec!(100000), ..PersonYear::wages_only(2026, "TX", dec!(40000)) };
    assert_eq!(assessed(&facts).federal.income_tax, dec!(13787.50));
    // With wages of 180,000 the return's 280,000 is 80,000 over 200,000: 3.8 % of it is 3,040.
    let more = PersonYear { wages: dec!(180000), ..facts };
    assert_eq!(assessed(&more).federal.net_investment, dec!(3040));
}

#[test]
fn alternative_minimum_by_hand() {
    // 2026, single, wages 180,000, options worth 100,000 above their strike. Income for it 280,000, exemption 90,100,
    // base 189,900 at 26 % = 49,374. Regular: taxable 163,900: 17,966 + 58,200 x 24 % = 31,934. It adds 17,440.
    let facts = PersonYear { iso_bargain: dec!(100000), ..PersonYear::wages_only(2026, "TX", dec!(180000)) };
    assert_eq!(federal_brackets(2026, Filing::Single, dec!(105700)), dec!(17966));
    let federal = assessed(&facts).federal;
    assert_eq!(federal.alternative_minimum, dec!(17440));
    assert_eq!(federal.income_tax, dec!(49374));
    // At 560,000 the exemption has lost half of the 60,000 above 500,000: 60,100 is left.
    let larger = PersonYear { iso_bargain: dec!(380000), ..facts };
    assert_eq!(assessed(&larger).federal.alternative_minimum_exemption, dec!(60100));
}

#[test]
fn what_was_counted_on_exercise_makes_room_in_the_year_of_sale() {
    // 2026, single, wages 180,000 + 20,000, gain 90,000 of which all was counted on exercise. Regular: 36,734 on 183,900
    // and 15 % of 90,000 = 13,500, together 50,234. For the minimum tax there is no gain again: (200,000 - 90,100) x 26 %
    // = 28,574. The room is 21,660.
    let facts = PersonYear {
        long_term_gains: dec!(90000),
        iso_bargain: dec!(-90000),
        ..PersonYear::wages_only(2026, "TX", dec!(200000))
    };
    let federal = assessed(&facts).federal;
    assert_eq!((federal.income_tax, federal.minimum_credit_room), (dec!(53654), dec!(21660)));
}

#[test]
fn the_state_tax_cap_falls_to_its_floor() {
    // 2026, California, single, 600,000: withheld far above 40,400; the cap has lost 30 % of 95,000 = 28,500, which
    // leaves 11,900, less than the standard deduction of 16,100.
    let facts = PersonYear {
        deduction: Deduction::LargerOfStandardAndStateTax,
        ..PersonYear::wages_only(2026, "CA", dec!(600000))
    };
    assert_eq!(assessed(&facts).federal.deduction, dec!(16100));
    // At 450,000 the cap is whole and the tax withheld is above 30,000: it is itemised.
    let lower = PersonYear { wages: dec!(450000), ..facts };
    assert!(assessed(&lower).federal.itemised);
}

#[test]
fn places_by_hand() {
    let of = |year, state, wages| assessed(&PersonYear::wages_only(year, state, wages));
    // Georgia 2026: (100,000 - 15,000) x 4.99 %. North Carolina 2026: (100,000 - 12,750) x 3.99 %.
    assert_eq!(of(2026, "GA", dec!(100000)).state.unwrap().income_tax, dec!(4241.50));
    assert_eq!(of(2026, "NC", dec!(100000)).state.unwrap().income_tax, dec!(3481.275));
    // Pennsylvania taxes what goes into the 401(k): 100,000 x 3.07 %.
    let saver = PersonYear { deferral_401k: dec!(20000), ..PersonYear::wages_only(2026, "PA", dec!(100000)) };
    assert_eq!(assessed(&saver).state.unwrap().income_tax, dec!(3070));
    // California disability insurance: 1.2 % in 2025, 1.3 % in 2026, on all wages (EDD).
    assert_eq!(of(2025, "CA", dec!(500000)).state_payroll, Some(dec!(6000)));
    assert_eq!(of(2026, "CA", dec!(500000)).state_payroll, Some(dec!(6500)));
    // Washington takes 7 % of long-term gains above 278,000 in 2025, and nothing of wages.
    let gains = PersonYear { long_term_gains: dec!(378000), ..PersonYear::wages_only(2025, "WA", dec!(100000)) };
    assert_eq!(assessed(&gains).state.unwrap().income_tax, dec!(7000));
    // Texas takes nothing, and that is a zero that is known.
    let texas = of(2026, "TX", dec!(100000));
    assert_eq!((texas.state.unwrap().income_tax, texas.state_payroll), (Decimal::ZERO, Some(Decimal::ZERO)));
}

#[test]
fn the_gap_of_a_vest() {
    // Published beside the formula: single, 2026, salary 180,000, vest 150,000; California at 10.23 % is 12,462 short,
    // Texas 13,700. Both are printed to the dollar.
    for (state, rate, gap) in [("CA", dec!(0.1023), dec!(12462)), ("TX", dec!(0), dec!(13700))] {
        let mut findings = Findings::default();
        let salary = PersonYear::wages_only(2026, state, dec!(180000));
        let vest =
            withholding::of_vest(&salary, dec!(150000), Decimal::ZERO, rate, &Path::root(), &mut findings).unwrap();
        assert!((vest.gap() - gap).abs() <= dec!(0.5), "{state}: {}", vest.gap());
        // 22 % of 150,000.
        assert_eq!(vest.federal_withheld, dec!(33000));
    }
    // Above a million of supplemental pay in the year: 22 % of the first 100,000, 37 % of the next 100,000.
    let mut findings = Findings::default();
    let rich = PersonYear::wages_only(2026, "TX", dec!(1200000));
    let vest = withholding::of_vest(&rich, dec!(200000), dec!(900000), dec!(0), &Path::root(), &mut findings).unwrap();
    assert_eq!(vest.federal_withheld, dec!(59000));
    // Amounts that cannot be are findings.
    for (value, earlier, rate) in [(Decimal::MAX, dec!(0), dec!(0)), (dec!(-200000), dec!(0), dec!(0))] {
        let mut findings = Findings::default();
        let salary = PersonYear::wages_only(2026, "CA", dec!(180000));
        assert_eq!(withholding::of_vest(&salary, value, earlier, rate, &Path::root(), &mut findings), None);
        assert!(!findings.as_slice().is_empty());
    }
    let salary = PersonYear::wages_only(2026, "CA", dec!(180000));
    assert!(withholding::of_vest(&salary, dec!(1), Decimal::MAX, Decimal::MAX, &Path::root(), &mut findings).is_some());
}

/// California and New Jersey tax what the employer pays into a health savings account, which is no federal income and none in
/// New York. 4,400 beside 100,000: 9.3 % of it in California (72,724 and more are taxed so in 2025), 6.37 % in New Jersey.
#[test]
fn employers_health_savings_are_income_where_the_federal_rule_is_not_followed() {
    for (state, added) in [("CA", dec!(409.20)), ("NJ", dec!(280.28)), ("NY", dec!(0)), ("TX", dec!(0))] {
        let plain = PersonYear::wages_only(2025, state, dec!(100000));
        let paid = PersonYear { health_savings: dec!(4400), ..plain.clone() };
        let (plain, paid) = (assessed(&plain), assessed(&paid));
        assert_eq!(paid.state.unwrap().income_tax - plain.state.unwrap().income_tax, added, "{state}");
        assert_eq!(paid.federal, plain.federal);
    }
}
