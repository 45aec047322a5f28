//! Sales that others worked out, and published sales that are wrong and are not reproduced.

use super::*;
use crate::private::cap_table::CapTableError;
use crate::private::waterfall::{PayoutPath, Turn};
use counterweight_domain::Currency;

const CENT: Decimal = dec!(0.005);

fn usd() -> Currency {
    Currency::from_code("USD").unwrap()
}

/// Chris Dixon's rule for employees (cdixon.org, "The one number you should know about your equity grant"), numbers by
/// hand: preferences of 50M, investors 60 %, a holder of 1 %. A sale for 60M leaves 10M to the 40 % that are common, so
/// 0.25M to the holder; investors convert at 50 ÷ 0.6 = 83.33M.
#[test]
fn dixons_rule() {
    let waterfall = Waterfall::new(&CapTable::of_parts(m(dec!(50)), dec!(0.6))).unwrap();
    let holder = |exit| waterfall.per_common_share(exit).unwrap() * dec!(0.01);
    assert_eq!(holder(m(dec!(60))), m(dec!(0.25)));
    assert_eq!(holder(m(dec!(50))), Decimal::ZERO);
    assert_eq!(holder(m(dec!(100))).round_dp(2), m(dec!(1)));
    assert_eq!(waterfall.common_is_paid_above(), m(dec!(50)));
    let conversion = waterfall.breakpoints().iter().find(|b| b.turn == Turn::Converts { name: "Investors".into() });
    assert!((conversion.unwrap().exit - m(dec!(83.33))).abs() <= dec!(5000));
}

/// liqpref-waterfall-py, tests/test_waterfall_algorithm.py: A with 100,000 shares and 1M once, not participating;
/// common 900,000.
#[test]
fn one_class_that_does_not_participate() {
    let table = table(vec![preferred("A", dec!(100000), m(dec!(1)), 0, Participation::None), common(dec!(900000))]);
    for (exit, a, rest) in [
        (dec!(0.5), dec!(0.5), dec!(0)),
        (dec!(1), dec!(1), dec!(0)),
        (dec!(3), dec!(1), dec!(2)),
        (dec!(5), dec!(1), dec!(4)),
        (dec!(11), dec!(1.1), dec!(9.9)),
        (dec!(15), dec!(1.5), dec!(13.5)),
    ] {
        pays(&table, m(exit), &[m(a), m(rest)], CENT);
    }
    let just_below = sell(&table, dec!(9999999));
    assert_eq!((just_below.payouts[0].amount, just_below.payouts[0].path), (m(dec!(1)), PayoutPath::Preference));
}

/// The same project, tests/test_participation_caps.py, "iterative cap application", worked to the thousand.
#[test]
fn caps_reached_one_after_the_other() {
    let table = table(vec![
        preferred("Early", dec!(100000), m(dec!(1)), 0, Participation::Capped { total: m(dec!(1.5)) }),
        preferred("Late", dec!(200000), m(dec!(2)), 0, Participation::Capped { total: m(dec!(6)) }),
        common(dec!(700000)),
    ]);
    pays(&table, m(dec!(10)), &[m(dec!(1.5)), m(dec!(3.444)), m(dec!(5.056))], dec!(500));
}

/// The same file: two caps at a sale of 20M, where neither gains by converting.
#[test]
fn two_caps_that_hold() {
    let table = table(vec![
        preferred("A", dec!(200000), m(dec!(2)), 0, Participation::Capped { total: m(dec!(4)) }),
        preferred("B", dec!(200000), m(dec!(3)), 1, Participation::Capped { total: m(dec!(4.5)) }),
        common(dec!(600000)),
    ]);
    pays(&table, m(dec!(20)), &[m(dec!(4)), m(dec!(4.5)), m(dec!(11.5))], CENT);
}

/// The same project, tests/test_priority_groups.py: preferences of 20, 7.5 and 6.25M side by side.
#[test]
fn preferences_side_by_side() {
    let side_by_side = |name: &str, shares, amount| preferred(name, shares, m(amount), 0, Participation::None);
    let table = table(vec![
        side_by_side("1", dec!(1000000), dec!(20)),
        side_by_side("2", dec!(500000), dec!(7.5)),
        side_by_side("3", dec!(500000), dec!(6.25)),
        common(dec!(1000000)),
    ]);
    pays(&table, m(dec!(20)), &[m(dec!(11.85)), m(dec!(4.44)), m(dec!(3.70)), dec!(0)], dec!(5000));
    pays(&table, m(dec!(40)), &[m(dec!(20)), m(dec!(7.5)), m(dec!(6.25)), m(dec!(6.25))], CENT);
    assert_eq!(sell(&table, m(dec!(20))).payouts[0].path, PayoutPath::PartOfPreference);
}

/// The same project: 3M cover the senior 2M and a part of the junior 3M; and at 10M one class converts beside another
/// that keeps its preference.
#[test]
fn seniority_and_conversion_beside_a_preference() {
    let tiers = table(vec![
        preferred("High", dec!(100000), m(dec!(2)), 0, Participation::None),
        preferred("Low", dec!(100000), m(dec!(3)), 1, Participation::None),
        common(dec!(800000)),
    ]);
    pays(&tiers, m(dec!(3)), &[m(dec!(2)), m(dec!(1)), dec!(0)], CENT);
    let mixed = table(vec![
        preferred("A", dec!(100000), m(dec!(5)), 0, Participation::None),
        preferred("B", dec!(400000), m(dec!(1)), 1, Participation::None),
        common(dec!(500000)),
    ]);
    pays(&mixed, m(dec!(10)), &[m(dec!(5)), m(dec!(2.22)), m(dec!(2.78))], dec!(5000));
}

/// Feld and Mendelson, "Venture Deals", ch. 4: 50M raised for 60 %, sold for 100M: 60/40 without participation, 80/20
/// with it. The printed third case, a cap of three times "the same as Case 1", is a mistake (onstartups.com, question
/// 34194): the cap of 150M is not reached and has no effect.
#[test]
fn a_published_mistake_a_cap_that_is_not_reached() {
    let sold = |participation| {
        let table = table(vec![preferred("Investors", dec!(0.6), m(dec!(50)), 0, participation), common(dec!(0.4))]);
        sell(&table, m(dec!(100))).in_cents(usd())
    };
    assert_eq!(sold(Participation::None), [m(dec!(60)), m(dec!(40))]);
    assert_eq!(sold(Participation::Full), [m(dec!(80)), m(dec!(20))]);
    let capped = sold(Participation::Capped { total: m(dec!(150)) });
    assert_eq!(capped, [m(dec!(80)), m(dec!(20))]);
    assert_ne!(capped, [m(dec!(60)), m(dec!(40))]);
}

/// liqpref-waterfall-py holds that "participating never converts", capped or not: 300,000 of 1M shares with a cap of
/// 2.5M get 2.5M of 20M there, and caps of 1.2 and 3M bind at 50M. Who may convert takes 30 % of 20M, and 20 % of 50M
/// each.
#[test]
fn a_published_mistake_a_cap_that_a_holder_would_not_accept() {
    let one = table(vec![
        preferred("Capped", dec!(300000), m(dec!(2)), 0, Participation::Capped { total: m(dec!(2.5)) }),
        common(dec!(700000)),
    ]);
    let sold = sell(&one, m(dec!(20))).in_cents(usd());
    assert_eq!(sold, [m(dec!(6)), m(dec!(14))]);
    assert_ne!(sold, [m(dec!(2.5)), m(dec!(17.5))]);
    let two = table(vec![
        preferred("P1", dec!(200000), m(dec!(1)), 0, Participation::Capped { total: m(dec!(1.2)) }),
        preferred("P2", dec!(200000), m(dec!(2)), 0, Participation::Capped { total: m(dec!(3)) }),
        common(dec!(600000)),
    ]);
    let sold = sell(&two, m(dec!(50))).in_cents(usd());
    assert_eq!(sold, [m(dec!(10)), m(dec!(10)), m(dec!(30))]);
    assert_ne!(sold, [m(dec!(1.2)), m(dec!(3)), m(dec!(45.8))]);
}

/// By hand: 900,000 common and 100,000 options at 5. A sale for 4M pays common 4.44 a share: not worth 5. At 9.5M the
/// strikes of 0.5M come in, so 10M over 1M shares are 10 a share: common 9M, options 1M less 0.5M.
#[test]
fn options_are_exercised_only_when_worth_it() {
    let table = CapTable {
        classes: vec![common(dec!(900000))],
        options: vec![pool("Pool", dec!(100000), dec!(5)), pool("Dear", dec!(1000000000000000), m(dec!(1000000000)))],
    };
    let low = sell(&table, m(dec!(4)));
    assert_eq!((low.payouts[1].amount, low.payouts[1].path), (dec!(0), PayoutPath::NotExercised));
    let high = sell(&table, m(dec!(9.5)));
    assert_eq!(high.per_common_share, dec!(10));
    assert_eq!(high.in_cents(usd()), [m(dec!(9)), m(dec!(0.5)), dec!(0)]);
    let waterfall = Waterfall::new(&table).unwrap();
    assert_eq!(waterfall.exit_for(dec!(10)), Some(m(dec!(9.5))));
    let exercise = waterfall.breakpoints().iter().find(|b| b.turn == Turn::Exercised { name: "Pool".into() });
    assert_eq!(exercise.unwrap().exit, m(dec!(4.5)));
}

/// By hand, three preferred classes without common: 10M go to the preferences of 4 and 2M first and the rest to whoever
/// converts cheapest, B at 2 a share: 10 − 4 = 6M to B alone, 6 a share; A would convert at 8.
#[test]
fn a_company_without_common() {
    let table = table(vec![
        preferred("A", dec!(500000), m(dec!(4)), 0, Participation::None),
        preferred("B", dec!(1000000), m(dec!(2)), 1, Participation::None),
    ]);
    pays(&table, m(dec!(10)), &[m(dec!(4)), m(dec!(6))], CENT);
    pays(&table, m(dec!(5)), &[m(dec!(4)), m(dec!(1))], CENT);
}

#[test]
fn what_cannot_be_worked_out_says_why() {
    let refused = |classes| Waterfall::new(&table(classes)).unwrap_err();
    assert_eq!(refused(Vec::new()), CapTableError::NobodyTakesTheRest);
    assert_eq!(
        refused(vec![preferred("A", dec!(0), dec!(1), 0, Participation::Full)]),
        CapTableError::NobodyTakesTheRest
    );
    assert!(matches!(refused(vec![common(dec!(-1))]), CapTableError::Negative { .. }));
    assert!(matches!(refused(vec![common(Decimal::MAX)]), CapTableError::OutOfRange { .. }));
    let low_cap = Participation::Capped { total: dec!(1) };
    let low_cap = refused(vec![preferred("A", dec!(1), dec!(2), 0, low_cap), common(dec!(1))]);
    assert_eq!(low_cap, CapTableError::CapBelowPreference { name: "A".into() });
    let waterfall = Waterfall::new(&table(vec![common(dec!(1))])).unwrap();
    assert!(matches!(waterfall.distribute(dec!(-1)), Err(CapTableError::Negative { .. })));
    assert!(matches!(waterfall.distribute(Decimal::MAX), Err(CapTableError::OutOfRange { .. })));
    assert_eq!(waterfall.distribute(dec!(0)).unwrap().payouts[0].amount, Decimal::ZERO);
}

/// Figures at the ends of what is accepted do not overflow.
#[test]
fn the_ends_of_the_range() {
    use crate::private::cap_table::{MAX_MONEY, SHARES};
    let table = CapTable {
        classes: vec![
            preferred("Tiny", SHARES.0, MAX_MONEY, 0, Participation::None),
            preferred("Huge", SHARES.1, MAX_MONEY, 1, Participation::Capped { total: MAX_MONEY }),
            preferred("None", dec!(0), MAX_MONEY, 1, Participation::Full),
            common(SHARES.0),
        ],
        options: vec![pool("Pool", SHARES.1, MAX_MONEY)],
    };
    let waterfall = Waterfall::new(&table).unwrap();
    for exit in [dec!(0), dec!(0.01), MAX_MONEY] {
        let sum: Decimal = waterfall.distribute(exit).unwrap().payouts.iter().map(|payout| payout.amount).sum();
        assert!((sum - exit).abs() <= CENT, "{sum} of {exit}");
    }
    assert_eq!(waterfall.exit_for(MAX_MONEY), None);
}
