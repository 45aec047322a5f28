//! Worked sales of options from outside, and what must hold of any plan.

use super::*;
use crate::options::{ExerciseWindow, Lot};
use proptest::prelude::*;
use rust_decimal::dec;

fn day(year: i16, month: i8, day: i8) -> CivilDate {
    CivilDate::new(year, month, day).unwrap()
}

fn grant(granted: CivilDate, strike: Decimal, vests: CivilDate, incentive: bool, shares: Decimal) -> OptionGrant {
    let (incentive, nonstatutory) = if incentive { (shares, dec!(0)) } else { (dec!(0), shares) };
    OptionGrant {
        granted,
        strike,
        lots: vec![Lot { vests, incentive, nonstatutory }],
        expires: granted.plus_months(120),
        early_exercise: false,
        window: ExerciseWindow::Days { days: 90 },
    }
}

/// Date, cash out, cash in, ordinary income, wages, AMT adjustment, long-term and short-term gain.
type Row = (CivilDate, Decimal, Decimal, Decimal, Decimal, Decimal, Decimal, Decimal);

fn rows(events: &[OptionEvent]) -> Vec<Row> {
    events
        .iter()
        .map(|e| {
            let gains = (e.long_term_gain, e.short_term_gain);
            (e.date, e.cash_out, e.cash_in, e.ordinary_income, e.wages, e.iso_bargain, gains.0, gains.1)
        })
        .collect()
}

const ZERO: Decimal = Decimal::ZERO;

/// nonprofitpro.com, "What Are Stock Options and Do You Want Them": 100 options at 10, exercised at 20, sold at 25
/// within two years of the grant: 1,000 of ordinary income, and only 500 of capital gain.
#[test]
fn a_disqualifying_sale() {
    let grant = grant(day(2003, 1, 2), dec!(10), day(2003, 6, 1), true, dec!(100));
    let price = |date: CivilDate| if date < day(2004, 11, 10) { dec!(20) } else { dec!(25) };
    let plan = ExercisePlan::Hold { when: ExerciseDay::On { day: day(2004, 3, 1) }, sold: Some(day(2004, 11, 10)) };
    assert_eq!(
        rows(&events(&grant, plan, None, price).unwrap()),
        [
            (day(2004, 3, 1), dec!(1000), ZERO, ZERO, ZERO, ZERO, ZERO, ZERO),
            (day(2004, 11, 10), ZERO, dec!(2500), dec!(1000), ZERO, ZERO, ZERO, dec!(500)),
        ]
    );
}

/// figuide.com, "Incentive Stock Options and Income Taxes, part two": granted on 1 May 2004 at 10, 1,000 exercised on 1
/// January 2005 at 35, sold on 3 January 2006 at 45: long enough after the exercise, not after the grant, so 25,000 is
/// ordinary and 10,000 long-term. The bargain of 25,000 counts for the AMT of 2005 and comes back in 2006 (by hand).
#[test]
fn held_a_year_but_not_two_from_the_grant() {
    let grant = grant(day(2004, 5, 1), dec!(10), day(2004, 5, 1), true, dec!(1000));
    let price = |date: CivilDate| if date < day(2006, 1, 1) { dec!(35) } else { dec!(45) };
    let hold = |sold| ExercisePlan::Hold { when: ExerciseDay::On { day: day(2005, 1, 1) }, sold: Some(sold) };
    let sold = |on| rows(&events(&grant, hold(on), None, price).unwrap());
    let exercise = (day(2005, 1, 1), dec!(10000), ZERO, ZERO, ZERO, dec!(25000), ZERO, ZERO);
    assert_eq!(
        sold(day(2006, 1, 3)),
        [exercise, (day(2006, 1, 3), ZERO, dec!(45000), dec!(25000), ZERO, dec!(-25000), dec!(10000), ZERO)]
    );
    // 26 USC 422(a)(1), by hand: the second anniversary of the grant is still within two years, the day after is not.
    assert_eq!(sold(day(2006, 5, 1))[1].3, dec!(25000));
    assert_eq!(
        sold(day(2006, 5, 2))[1],
        (day(2006, 5, 2), ZERO, dec!(45000), ZERO, ZERO, dec!(-25000), dec!(35000), ZERO)
    );
    assert_eq!(qualifies_from(day(2004, 5, 1), day(2005, 1, 1)), day(2006, 5, 2));
}

/// 26 USC 422(c)(2), by hand: exercised at 35, sold early at 20: income is the gain of 10 and not the spread of 25;
/// sold early at 6 it is none, with a loss of 4 a share.
#[test]
fn a_disqualifying_sale_after_a_fall() {
    let grant = grant(day(2025, 1, 1), dec!(10), day(2025, 1, 1), true, dec!(100));
    let sold_at = |end| {
        let price = move |date: CivilDate| if date < day(2026, 3, 1) { dec!(35) } else { end };
        let plan = ExercisePlan::Hold { when: ExerciseDay::On { day: day(2025, 9, 1) }, sold: Some(day(2026, 3, 1)) };
        rows(&events(&grant, plan, None, price).unwrap())[1]
    };
    assert_eq!(sold_at(dec!(20)), (day(2026, 3, 1), ZERO, dec!(2000), dec!(1000), ZERO, dec!(-2500), ZERO, ZERO));
    assert_eq!(sold_at(dec!(6)), (day(2026, 3, 1), ZERO, dec!(600), ZERO, ZERO, dec!(-2500), ZERO, dec!(-400)));
}

/// By hand: an NSO of 1,000 at 15 with shares at 20 is 5,000 of wages on exercise; sold at once nothing more, sold at
/// 32 after more than a year a long-term gain of 12 a share.
#[test]
fn a_nonstatutory_option() {
    let grant = grant(day(2025, 1, 1), dec!(15), day(2026, 1, 1), false, dec!(1000));
    let price = |date: CivilDate| if date < day(2027, 1, 1) { dec!(20) } else { dec!(32) };
    let exercise = (day(2026, 1, 1), dec!(15000), ZERO, dec!(5000), dec!(5000), ZERO, ZERO, ZERO);
    let at_once = ExercisePlan::SameDaySale { when: ExerciseDay::Vest };
    assert_eq!(
        rows(&events(&grant, at_once, None, price).unwrap()),
        [exercise, (day(2026, 1, 1), ZERO, dec!(20000), ZERO, ZERO, ZERO, ZERO, ZERO)]
    );
    let hold = |sold| ExercisePlan::Hold { when: ExerciseDay::Vest, sold };
    assert_eq!(rows(&events(&grant, hold(None), None, price).unwrap()), [exercise]);
    let sold = |on| rows(&events(&grant, hold(Some(on)), None, price).unwrap())[1];
    assert_eq!(sold(day(2027, 1, 2)), (day(2027, 1, 2), ZERO, dec!(32000), ZERO, ZERO, ZERO, dec!(12000), ZERO));
    assert_eq!(sold(day(2027, 1, 1)), (day(2027, 1, 1), ZERO, dec!(32000), ZERO, ZERO, ZERO, ZERO, dec!(12000)));
}

/// By hand, early exercise at a strike that is the value: with the election nothing is income, and an NSO sold years
/// later is all long-term; without it the spread at vesting is wages.
#[test]
fn early_exercise_with_and_without_the_election() {
    let grant =
        OptionGrant { early_exercise: true, ..grant(day(2025, 1, 1), dec!(1), day(2026, 1, 1), false, dec!(1000)) };
    let price = |date: CivilDate| match date.year() {
        2025 => dec!(1),
        2026 => dec!(5),
        _ => dec!(9),
    };
    let plan = |election| ExercisePlan::Early { on: day(2025, 2, 1), election, sold: Some(day(2028, 1, 1)) };
    let paid = (day(2025, 2, 1), dec!(1000), ZERO, ZERO, ZERO, ZERO, ZERO, ZERO);
    assert_eq!(
        rows(&events(&grant, plan(true), None, price).unwrap()),
        [paid, (day(2028, 1, 1), ZERO, dec!(9000), ZERO, ZERO, ZERO, dec!(8000), ZERO)]
    );
    assert_eq!(
        rows(&events(&grant, plan(false), None, price).unwrap()),
        [
            paid,
            (day(2026, 1, 1), ZERO, ZERO, dec!(4000), dec!(4000), ZERO, ZERO, ZERO),
            (day(2028, 1, 1), ZERO, dec!(9000), ZERO, ZERO, ZERO, dec!(4000), ZERO)
        ]
    );
    // Who leaves before the vesting day gets back the lower of cost and value: here the cost.
    let left = rows(&events(&grant, plan(true), Some(day(2025, 6, 1)), price).unwrap());
    assert_eq!(left, [paid, (day(2025, 6, 1), ZERO, dec!(1000), ZERO, ZERO, ZERO, ZERO, ZERO)]);
    let refused = OptionGrant { early_exercise: false, ..grant };
    assert_eq!(events(&refused, plan(true), None, price), Err(ExerciseError::NoEarlyExercise));
}

/// 26 CFR 1.422-1(b)(3), example 2, its rule with figures by hand: an ISO exercised early at 1 with an election and
/// sold too soon is measured where it vested (5), not where it was exercised.
#[test]
fn an_election_does_not_move_the_income_of_an_incentive_option() {
    let grant =
        OptionGrant { early_exercise: true, ..grant(day(2025, 1, 1), dec!(1), day(2026, 1, 1), true, dec!(1000)) };
    let price = |date: CivilDate| match date.year() {
        2025 => dec!(1),
        _ if date < day(2026, 6, 1) => dec!(5),
        _ => dec!(9),
    };
    let plan = ExercisePlan::Early { on: day(2025, 2, 1), election: true, sold: Some(day(2026, 6, 1)) };
    let sale = rows(&events(&grant, plan, None, price).unwrap())[1];
    assert_eq!(sale, (day(2026, 6, 1), ZERO, dec!(9000), dec!(4000), ZERO, ZERO, ZERO, dec!(4000)));
}

/// 26 USC 422(a)(2): three months after leaving an ISO is exercised as an NSO; a 90-day window may end sooner, and a
/// long one does not help. By hand: from 31 January 2026, 90 days are 1 May and three months 30 April.
#[test]
fn after_leaving() {
    let base = grant(day(2024, 1, 1), dec!(10), day(2025, 1, 1), true, dec!(100));
    let long = OptionGrant { window: ExerciseWindow::Months { months: 120 }, ..base.clone() };
    let left = Some(day(2026, 1, 31));
    let on = |grant: &OptionGrant, date| {
        let plan = ExercisePlan::Hold { when: ExerciseDay::On { day: date }, sold: None };
        let events = events(grant, plan, left, |_| dec!(30)).unwrap();
        (events[0].iso_bargain, events[0].ordinary_income, events[0].cash_out)
    };
    assert_eq!(ExerciseWindow::default().last_day(day(2026, 1, 31)), day(2026, 5, 1));
    assert_eq!(on(&base, day(2026, 4, 30)), (dec!(2000), ZERO, dec!(1000)));
    assert_eq!(on(&base, day(2026, 5, 1)), (ZERO, dec!(2000), dec!(1000)));
    assert_eq!(on(&base, day(2026, 5, 2)), (ZERO, ZERO, ZERO));
    assert_eq!(on(&long, day(2028, 1, 1)), (ZERO, dec!(2000), dec!(1000)));
    // The grant itself ends on 1 January 2034, whatever the window.
    assert_eq!(on(&long, day(2034, 1, 2)), (ZERO, ZERO, ZERO));
    // What had not vested is lost.
    let unvested = grant(day(2024, 1, 1), dec!(10), day(2027, 1, 1), true, dec!(100));
    let plan = ExercisePlan::Hold { when: ExerciseDay::Leaving, sold: None };
    let lost = events(&unvested, plan, left, |_| dec!(30)).unwrap();
    assert_eq!(rows(&lost), [(day(2026, 1, 31), ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO)]);
}

#[test]
fn options_under_water_lapse() {
    let grant = grant(day(2025, 1, 1), dec!(10), day(2026, 1, 1), false, dec!(100));
    for plan in [
        ExercisePlan::SameDaySale { when: ExerciseDay::Vest },
        ExercisePlan::Hold { when: ExerciseDay::Leaving, sold: None },
    ] {
        let lapsed = events(&grant, plan, None, |_| dec!(9)).unwrap();
        assert_eq!((lapsed.len(), lapsed[0].cash_out), (1, ZERO));
        assert!(lapsed[0].how.contains("lapse"), "{}", lapsed[0].how);
    }
    let too_large = events(
        &OptionGrant { strike: Decimal::MAX, ..grant },
        ExercisePlan::Hold { when: ExerciseDay::Vest, sold: None },
        None,
        |_| Decimal::MAX,
    );
    assert_eq!(too_large, Err(ExerciseError::TooLarge));
}

prop_compose! {
    fn any_case()(
        strike in 0i64..5_000, prices in prop::collection::vec(1i64..20_000, 12),
        lots in prop::collection::vec((0u32..60, 0i64..10_000, 0i64..10_000), 1..6),
        plan in 0usize..4, when in 0usize..3, on in 0u32..80, sold in 0u32..140, left in prop::option::of(0u32..72),
        election in any::<bool>(), window in 0u32..130,
    ) -> (OptionGrant, ExercisePlan, Option<CivilDate>, Vec<Decimal>) {
        let granted = day(2025, 3, 15);
        let at = |months: u32| granted.plus_months(months);
        let when = [ExerciseDay::Vest, ExerciseDay::On { day: at(on) }, ExerciseDay::Leaving][when];
        let plan = match plan {
            0 => ExercisePlan::Early { on: at(on), election, sold: Some(at(sold)) },
            1 => ExercisePlan::SameDaySale { when },
            _ => ExercisePlan::Hold { when, sold: Some(at(sold)) },
        };
        let grant = OptionGrant {
            granted,
            strike: Decimal::new(strike, 2),
            lots: lots.into_iter().map(|(months, incentive, nonstatutory)| Lot {
                vests: at(months),
                incentive: Decimal::from(incentive),
                nonstatutory: Decimal::from(nonstatutory),
            }).collect(),
            expires: at(120),
            early_exercise: true,
            window: ExerciseWindow::Months { months: window },
        };
        (grant, plan, left.map(at), prices.into_iter().map(|price| Decimal::new(price, 2)).collect())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Whatever the plan: once all is sold, cash in less cash out is exactly what was taxed as income and gain, save
    /// the income of an election on shares that were then bought back; the AMT adjustments of ISO shares come to
    /// nothing over the years; wages never exceed ordinary income; each option is exercised or lapses, once.
    #[test]
    fn cash_is_what_is_taxed((grant, plan, left, prices) in any_case()) {
        let price = |date: CivilDate| prices[date.year().unsigned_abs() as usize % prices.len()];
        let events = events(&grant, plan, left, price).unwrap();
        let sum = |of: fn(&OptionEvent) -> Decimal| events.iter().map(of).sum::<Decimal>();
        let taxed = sum(|e| e.ordinary_income + e.long_term_gain + e.short_term_gain);
        let cash = sum(|e| e.cash_in - e.cash_out);
        let forfeited: Decimal = match (plan, left) {
            (ExercisePlan::Early { on, election: true, .. }, Some(left)) if on <= left && on <= grant.expires => {
                let spread = (price(on) - grant.strike).max(Decimal::ZERO);
                let lost = |lot: &&Lot| lot.vests > left && on < lot.vests;
                grant.lots.iter().filter(lost).map(|lot| lot.nonstatutory * spread).sum()
            }
            _ => Decimal::ZERO,
        };
        prop_assert_eq!(cash, taxed - forfeited, "{:?}", events);
        prop_assert_eq!(sum(|e| e.iso_bargain), Decimal::ZERO, "{:?}", events);
        prop_assert!(events.iter().all(|e| e.wages <= e.ordinary_income && e.wages >= Decimal::ZERO));
        prop_assert!(events.is_sorted_by_key(|e| e.date));
        let begun: Decimal = events.iter().filter(|e| e.how.contains("options")).map(|e| e.shares).sum();
        prop_assert_eq!(begun, grant.shares());
    }
}
