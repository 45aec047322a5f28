//! Terms worked by hand, a closed form without chance, and laws over any terms.

use super::future::{self, Budget, FutureDraws, Plan, Room};
use super::pool::{self, Others, PooledMonth};
use super::revocation::Revocation;
use super::run_out::{self, RunOut};
use super::split::{OverageRule, Split};
use super::*;
use proptest::prelude::*;

fn terms() -> Terms {
    Terms {
        grant: 100.0,
        period_months: Some(1),
        reset_day: None,
        reset_month: None,
        growth: 0.0,
        carry: Carry::Nothing,
        expiry_months: None,
        personal_cap: 1.0,
        overage: OverageRule::HardStop,
        follows_price: false,
        flat: false,
        leaving: Leaving::Forfeited,
    }
}

fn day(year: i16, month: i8, day: i8) -> CivilDate {
    CivilDate::new(year, month, day).expect("a date")
}

fn months(terms: &Terms, start: CivilDate, work: &[f64], own: f64, ends: u32) -> (Vec<MonthOutcome>, Final) {
    let count = u32::try_from(work.len()).expect("short");
    let mut out = Vec::new();
    let need = |m: u32| Demand { work: work[m as usize - 1], own, would_buy: 10.0 };
    let last =
        run_until(terms, &steps(terms, start, count), &mut Lots::default(), ends, need, |_| 1.0, |_, m| out.push(*m));
    (out, last)
}

/// By hand: resets on the 30th from 10 January 2027. February has no 30th, so the second falls on 28 February; the days
/// are 30 January, 28 February, 30 March. On the 29th of 2028, a leap year, they are 29 January, 29 February, 29 March.
#[test]
fn resets_on_29_and_30() {
    for (reset, start, expected) in [
        (30, day(2027, 1, 10), ["2027-01-30", "2027-02-28", "2027-03-30"]),
        (29, day(2028, 1, 10), ["2028-01-29", "2028-02-29", "2028-03-29"]),
        (29, day(2027, 1, 10), ["2027-01-29", "2027-02-28", "2027-03-29"]),
    ] {
        let days = reset_days(&Terms { reset_day: Some(reset), ..terms() }, start, 3);
        assert_eq!(days.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }
    // A start on the 31st: periods from the start end on the last day of shorter months.
    let days = reset_days(&terms(), day(2027, 1, 31), 4);
    assert_eq!(days.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2027-02-28", "2027-03-31", "2027-04-30"]);
}

/// By hand: 1,200 a year on 1 January, use of 70 a month from 1 October 2027: 1,200 granted, three months take 210, and
/// 990 expires on 1 January 2028, when 1,200 more come.
#[test]
fn a_year_that_resets_in_january() {
    let yearly = Terms { grant: 1200.0, period_months: Some(12), reset_day: Some(1), ..terms() };
    // The reset day alone does not say which month: periods are counted from the month of the start.
    let (found, _) = months(&yearly, day(2027, 1, 1), &[70.0; 14], 0.0, u32::MAX);
    assert_eq!(found[11].expired, 1200.0 - 12.0 * 70.0);
    assert_eq!((found[12].granted, found[12].left), (1200.0, 1130.0));
}

/// By hand: 100 a month, capped at 150, carried for two months, nothing used. Month 1 leaves 100, good to month 3. Month
/// 2 leaves 200: 150 is carried, 50 lost (the oldest). Month 3 has 250; of the 50 left from month 1 none outlives month
/// 3, so as month 4 begins, 150 of 250 is carried first by the cap (100 lost), which takes the oldest.
#[test]
fn cap_and_expiry_together() {
    let both = Terms { carry: Carry::UpTo(150.0), expiry_months: Some(2), ..terms() };
    let (found, last) = months(&both, day(2027, 1, 1), &[0.0; 4], 0.0, u32::MAX);
    assert_eq!(found.iter().map(|m| m.left).collect::<Vec<_>>(), [100.0, 200.0, 250.0, 250.0]);
    assert_eq!(found.iter().map(|m| m.expired).collect::<Vec<_>>(), [0.0, 50.0, 100.0, 0.0]);
    assert_eq!(last.forfeited, 250.0);
}

/// By hand: 100 a month with full rollover, 40 used a month, taken back at the start of month 3: 60 + 60 = 120 is lost,
/// and 40 a month is unmet from then on.
#[test]
fn a_budget_that_is_taken_back() {
    let rolling = Terms { carry: Carry::Everything, ..terms() };
    let (found, last) = months(&rolling, day(2027, 1, 1), &[40.0; 4], 0.0, 3);
    assert_eq!(found.iter().map(|m| m.left).collect::<Vec<_>>(), [60.0, 120.0, 0.0, 0.0]);
    assert_eq!((found[2].expired, found[2].granted, found[2].unmet), (120.0, 0.0, 40.0));
    assert_eq!(found[3].unmet, 40.0);
    assert_eq!(last, Final::default());
}

/// By hand: 5 people share 500. I need 200 and the others 240: all is served, and I took 200 − 88 = 112 beyond an equal
/// part of what was spent. When the others need 800, 500 of 1,000 is served: I get 100 and lack 100.
#[test]
fn a_pool_by_hand() {
    let shared = Terms { grant: 500.0, ..terms() };
    let ask = |others: f64| {
        let mut out: Vec<PooledMonth> = Vec::new();
        let mine = |_| Demand { work: 200.0, own: 0.0, would_buy: 0.0 };
        let steps = steps(&shared, day(2027, 1, 1), 1);
        let visit = |_, m: &PooledMonth| out.push(*m);
        pool::run(
            &shared,
            5,
            &steps,
            &mut Lots::default(),
            u32::MAX,
            mine,
            Others { work: |_| others, own: 0.0 },
            |_| 1.0,
            visit,
        );
        out[0]
    };
    let easy = ask(240.0);
    assert_eq!((easy.mine.work, easy.mine.unmet, easy.from_others), (200.0, 0.0, 112.0));
    let tight = ask(800.0);
    assert_eq!((tight.mine.work, tight.mine.unmet, tight.from_others), (100.0, 100.0, 0.0));
    assert_eq!(tight.granted, 100.0);
}

/// By hand: ten share 500 and each needs 39 for work and 39 for own use. Work takes 390, the 110 left are 11 for each.
#[test]
fn all_of_a_pool_use_it_for_themselves_too() {
    let shared = Terms { grant: 500.0, personal_cap: 1.0, ..terms() };
    let steps = steps(&shared, day(2027, 1, 1), 1);
    let mine = |_| Demand { work: 39.0, own: 39.0, would_buy: 5.0 };
    let others = Others { work: |_| 351.0, own: 9.0 };
    pool::run(
        &shared,
        10,
        &steps,
        &mut Lots::default(),
        u32::MAX,
        mine,
        others,
        |_| 1.0,
        |_, m| {
            assert!((m.mine.work - 39.0).abs() < 1e-9, "{m:?}");
            assert!((m.mine.perk - 5.0).abs() < 1e-9 && (m.mine.own - 6.0).abs() < 1e-9, "{m:?}");
        },
    );
}

/// By hand: 4 of 10 unmet dollars approved at 40 %: 4 paid by the employer, 6 undone.
#[test]
fn overage_by_hand() {
    let approved = OverageRule::EmployerPays(0.4).settle(10.0);
    assert!((approved.employer_paid - 4.0).abs() < 1e-12 && (approved.undone - 6.0).abs() < 1e-12);
    assert_eq!(OverageRule::SelfPaid.settle(10.0).self_paid, 10.0);
    assert_eq!(OverageRule::HardStop.settle(10.0).undone, 10.0);
}

/// By hand: 100 a month, needs of 60, 120 and 160: 0, 20 and 60 are beyond the budget. With half approved the employer
/// pays 10 and 30 and as much is left undone; taken back from month 3 on, all 160 of it are undone. The budget itself
/// serves the same in each case.
#[test]
fn overage_reaches_each_month_by_hand() {
    let needs = [60.0, 120.0, 160.0];
    let ask = |overage, ends| {
        let terms = Terms { overage, ..terms() };
        months(&terms, day(2027, 1, 1), &needs, 0.0, ends).0
    };
    let of = |found: &[MonthOutcome], figure: fn(&MonthOutcome) -> f64| found.iter().map(figure).collect::<Vec<_>>();
    let half = ask(OverageRule::EmployerPays(0.5), u32::MAX);
    assert_eq!(of(&half, |m| m.employer_paid), [0.0, 10.0, 30.0]);
    assert_eq!(of(&half, |m| m.out_of_pocket), [0.0; 3]);
    assert_eq!(of(&half, |m| m.work), [60.0, 100.0, 100.0]);
    assert_eq!(of(&half, |m| m.unmet), [0.0, 20.0, 60.0]);
    assert_eq!(of(&ask(OverageRule::EmployerPays(0.5), 3), |m| m.employer_paid), [0.0, 10.0, 0.0]);
    let mine = ask(OverageRule::SelfPaid, u32::MAX);
    assert_eq!(of(&mine, |m| m.out_of_pocket), [0.0, 20.0, 60.0]);
    let stop = ask(OverageRule::HardStop, u32::MAX);
    assert_eq!(of(&stop, |m| m.out_of_pocket + m.employer_paid), [0.0; 3]);
    assert_eq!(of(&stop, |m| m.work), of(&half, |m| m.work));
}

/// By hand: a chance of 50 % a month, firm for 2, one month of notice. A draw of 0.4 ends it in the first month it may
/// (1 − 0.4 > 0.5), month 3, and after notice month 5 is the first without; 0.6 ends it a month later. It still runs in
/// month 4 surely, in month 5 with 50 %, in month 6 with 25 %.
#[test]
fn taking_back_by_hand() {
    let fragile = Revocation { monthly_hazard: 0.5, firm_months: 2, notice_months: 1 };
    assert_eq!((fragile.ends(0.4), fragile.ends(0.6), fragile.ends(1.0)), (5, 6, u32::MAX));
    assert_eq!((fragile.survives(4), fragile.survives(5), fragile.survives(6)), (1.0, 0.5, 0.25));
    assert_eq!(Revocation::default().ends(0.999_999), u32::MAX);
    // 1 − 0.5^(1/12) = 5.6126 % a month is 50 % a year.
    assert!((Revocation::monthly(0.5) - 0.056_125_687).abs() < 1e-9);
}

/// The share of even draws that end a budget by each month is what the closed form says.
#[test]
fn taking_back_is_the_closed_form() {
    let some = Revocation { monthly_hazard: 0.07, firm_months: 3, notice_months: 2 };
    let draws = 100_000u32;
    for month in [1, 5, 6, 7, 12, 30] {
        let running = (0..draws).filter(|d| some.ends((f64::from(*d) + 0.5) / f64::from(draws)) > month).count();
        #[allow(clippy::cast_precision_loss)]
        let share = running as f64 / f64::from(draws);
        assert!((share - some.survives(month)).abs() < 1e-4, "month {month}: {share}");
    }
}

/// By hand: of ten futures, 1 runs out in month 2, 5 in month 3, 4 never: 10 of 100 by month 2, 50 by month 3, 90 never.
#[test]
fn run_out_by_hand() {
    let mut first = vec![Some(2), Some(3), Some(3), Some(3), Some(3), Some(3)];
    first.extend([None; 4]);
    let found = RunOut::of(&first, 4).unwrap();
    assert_eq!(found.by, [Some(2), Some(3), None]);
    assert!((found.never - 0.4).abs() < 1e-12);
    assert_eq!(found.cumulative, [0.0, 0.1, 0.6, 0.6]);
    assert_eq!(RunOut::of(&[], 4), None);
    // Three quarters of February 2028, which has 29 days: 21.75 days in, on the 22nd.
    let date = run_out::day(day(2028, 1, 1), 2, 0.75).unwrap();
    assert_eq!(date.to_string(), "2028-02-22");
    assert_eq!(run_out::day(day(2028, 1, 1), 2, f64::NAN), None);
}

/// By hand: 100 a month from 15 January 2027, reset on the 1st, use of 200 a month. To 1 February 17 of 31 days need
/// 109.68, so 100 lasts 17 × 100 ÷ 109.68 = 15.5 days, into 30 January; the new 100 of 1 February lasts the 14 days to the
/// 15th, which need 90.32. With 400 a month it is 17 × 100 ÷ 219.35 = 7.75 days, 22 January. Where nothing resets within
/// the month, 100 of 200 is half of 31 days: 15.5 days again, and of 120 in February 28 × 100 ÷ 120 = 23.3 days.
#[test]
fn a_reset_within_the_month_moves_the_day_it_runs_out() {
    let start = day(2027, 1, 15);
    let found = |terms: &Terms, use_of_month: f64| {
        let (found, _) = months(terms, start, &[use_of_month; 2], 0.0, u32::MAX);
        found.iter().map(|m| m.ran_out.then(|| run_out::day(start, 1, m.dry_at).unwrap().to_string())).next().unwrap()
    };
    let cut = Terms { reset_day: Some(1), ..terms() };
    assert_eq!(found(&cut, 200.0).as_deref(), Some("2027-01-30"));
    assert_eq!(found(&cut, 400.0).as_deref(), Some("2027-01-22"));
    assert_eq!(found(&terms(), 200.0).as_deref(), Some("2027-01-30"));
    assert_eq!(found(&terms(), 124.0).as_deref(), Some("2027-02-09"));
    assert_eq!(found(&cut, 100.0), None);
}

/// By hand: $50,000 a year from 15 January 2027. With a reset on the 20th the first year's grant is that of the start, and
/// the next is on 20 January 2028: four grants in four years, $200,000. A quarter from the same day resets on 20 April.
/// A calendar year resets on 1 January, a calendar quarter on 1 April; a year that begins on 1 July does so first in 2027.
#[test]
fn a_period_of_several_months_is_granted_once() {
    let start = day(2027, 1, 15);
    let granted = |terms: &Terms| steps(terms, start, 48).iter().map(|step| step.grant).sum::<f64>();
    let first = |terms: &Terms| reset_days(terms, start, 48)[0].to_string();
    let yearly = Terms { grant: 50_000.0, period_months: Some(12), reset_day: Some(20), ..terms() };
    assert_eq!((granted(&yearly), first(&yearly).as_str()), (200_000.0, "2028-01-20"));
    let quarterly = Terms { period_months: Some(3), ..yearly.clone() };
    assert_eq!((granted(&quarterly), first(&quarterly).as_str()), (800_000.0, "2027-04-20"));
    let in_month = |period, month, reset_day| Terms {
        period_months: Some(period),
        reset_month: Some(month),
        reset_day,
        ..yearly.clone()
    };
    assert_eq!(first(&in_month(12, 1, None)), "2028-01-01");
    assert_eq!(first(&in_month(12, 1, Some(20))), "2028-01-20");
    assert_eq!(first(&in_month(3, 1, None)), "2027-04-01");
    assert_eq!(first(&in_month(3, 11, Some(31))), "2027-02-28");
    assert_eq!(first(&in_month(12, 7, None)), "2027-07-01");
    // A month has no month of the year.
    assert_eq!(first(&in_month(1, 7, Some(20))), "2027-01-20");
}

fn plan(calls: f64, per_call: f64, personal: f64, count: usize) -> Plan {
    Plan {
        calls: vec![calls; count],
        per_call: vec![per_call; count],
        elasticity: 0.0,
        personal_share: personal,
        would_buy: 10.0,
    }
}

/// With every spread at 0 the future is a closed form. A yearly grant G and even use d run out in month ⌊G/d⌋ + 1, and
/// the year leaves max(0, G − 12 d); over 48 months, monthly grants g serve min(g, d) each and leave n (g − d) after n
/// months with full rollover, g − d in each without.
#[test]
fn no_spread_is_the_closed_form() {
    let start = day(2027, 1, 1);
    for (grant, use_) in [(1000.0, 130.0), (1000.0, 90.0), (1000.0, 83.0), (1000.0, 1000.0), (5.0, 7.0)] {
        let yearly = Terms { grant, period_months: Some(12), ..terms() };
        let budget = Budget::new(yearly, start, 12, Revocation::default());
        let mut room = Room::default();
        let draws = FutureDraws { used: &[], price: &[], revoked: 1.0 };
        future::prepare(&plan(use_, 1.0, 0.0, 12), &draws, &mut room);
        let found = future::run(&budget, &draws, &mut room);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let dry = (12.0 * use_ > grant).then(|| (grant / use_).floor() as u32 + 1);
        assert_eq!(found.first_run_out, dry, "{grant} at {use_}");
        assert!((found.split.enabler - grant.min(12.0 * use_)).abs() < 1e-9);
        assert!((found.split.breakage - (grant - 12.0 * use_).max(0.0)).abs() < 1e-9);
        assert!((found.split.unmet - (12.0 * use_ - grant).max(0.0)).abs() < 1e-9);
    }
    for (carry, grant, use_) in [
        (Carry::Nothing, 100.0, 37.0),
        (Carry::Nothing, 100.0, 140.0),
        (Carry::Everything, 100.0, 37.0),
        (Carry::Everything, 100.0, 140.0),
    ] {
        let monthly = Terms { grant, carry, ..terms() };
        let budget = Budget::new(monthly.clone(), start, 48, Revocation::default());
        let (mut room, draws) = (Room::default(), FutureDraws { used: &[], price: &[], revoked: 1.0 });
        future::prepare(&plan(use_, 1.0, 0.0, 48), &draws, &mut room);
        let split = future::run(&budget, &draws, &mut room).split;
        // Even use: each month serves the smaller of the two, and all that is over is lost by the last day.
        let (served, lacking) = (grant.min(use_), (use_ - grant).max(0.0));
        assert!((split.granted - 48.0 * grant).abs() < 1e-9);
        assert!((split.enabler - 48.0 * served).abs() < 1e-9);
        assert!((split.breakage - 48.0 * (grant - served)).abs() < 1e-9);
        assert!((split.unmet - 48.0 * lacking).abs() < 1e-9);
        let (found, _) = months(&monthly, start, &[use_; 48], 0.0, u32::MAX);
        for (n, month) in (1u32..).zip(&found) {
            let kept = if carry == Carry::Everything { f64::from(n) } else { 1.0 };
            assert!((month.left - kept * (grant - served)).abs() < 1e-9);
        }
    }
}

/// By hand: 100 calls of $1 with half of them own; 100 granted: 50 for the job, 10 would be bought, 40 other own use;
/// counted at a quarter: 10 + 10 = 20. A price of half makes it 25, 10, 15 and 50 of breakage.
#[test]
fn the_four_parts_by_hand() {
    let budget = Budget::new(terms(), day(2027, 1, 1), 1, Revocation::default());
    let ask = |price: &[f64]| {
        let (mut room, draws) = (Room::default(), FutureDraws { used: &[], price, revoked: 1.0 });
        future::prepare(&plan(100.0, 1.0, 0.5, 1), &draws, &mut room);
        future::run(&budget, &draws, &mut room).split
    };
    let found = ask(&[]);
    assert_eq!((found.enabler, found.perk, found.option_use, found.breakage), (50.0, 10.0, 40.0, 0.0));
    assert!((found.counted(0.25, 0.0) - 20.0).abs() < 1e-12);
    let cheap = ask(&[0.5]);
    assert_eq!((cheap.enabler, cheap.perk, cheap.option_use, cheap.breakage), (25.0, 10.0, 15.0, 50.0));
}

pub(super) fn any_terms() -> impl Strategy<Value = Terms> {
    let carry = prop_oneof![Just(Carry::Nothing), Just(Carry::Everything), (0.0..500.0).prop_map(Carry::UpTo)];
    let leaving = prop_oneof![Just(Leaving::Forfeited), Just(Leaving::PaidOut), (0u32..6).prop_map(Leaving::UsableFor)];
    (
        (
            0.0..1e4f64,
            prop::option::of(prop::sample::select(vec![1u32, 3, 12])),
            prop::option::of(1u32..=31),
            prop::option::of(1u32..=12),
        ),
        (carry, prop::option::of(0u32..30), 0.0..=1.0f64, leaving, 0.0..0.5f64),
    )
        .prop_map(
            |(
                (grant, period_months, reset_day, reset_month),
                (carry, expiry_months, personal_cap, leaving, growth),
            )| {
                Terms {
                    grant,
                    period_months,
                    reset_day,
                    reset_month,
                    growth,
                    carry,
                    expiry_months,
                    personal_cap,
                    overage: OverageRule::HardStop,
                    follows_price: false,
                    flat: false,
                    leaving,
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// The parts sum to what was granted, for any terms, any use and any end.
    #[test]
    fn the_split_conserves(terms in any_terms(), ends in 1u32..40,
        use_ in prop::collection::vec((0.0..1e3f64, 0.0..1e3f64), 1..30)) {
        let count = u32::try_from(use_.len()).expect("short");
        let mut split = Split::default();
        let need = |m: u32| Demand { work: use_[m as usize - 1].0, own: use_[m as usize - 1].1, would_buy: 50.0 };
        let last = run_until(&terms, &steps(&terms, day(2027, 1, 31), count), &mut Lots::default(), ends, need, |_| 1.0,
            |_, m| split.add(m));
        split.close(&last);
        prop_assert!(split.residue().abs() <= 1e-7 * split.granted.max(1.0), "{:?}", split);
        let wanted: f64 = use_.iter().map(|u| u.0).sum();
        prop_assert!((split.enabler + split.unmet - wanted).abs() <= 1e-7 * wanted.max(1.0));
    }

    /// A larger budget never serves less work.
    #[test]
    fn more_budget_serves_no_less(terms in any_terms(), more in 0.0..1e3f64,
        work in prop::collection::vec(0.0..1e3f64, 1..30)) {
        let larger = Terms { grant: terms.grant + more, ..terms.clone() };
        let served = |terms: &Terms| months(terms, day(2027, 3, 15), &work, 0.0, u32::MAX).0.iter().map(|m| m.work).sum::<f64>();
        prop_assert!(served(&larger) >= served(&terms) - 1e-6);
    }

    /// Rollover never serves less work than none, a cap never more than no cap, and expiry never more than none.
    #[test]
    fn rollover_is_never_worse(terms in any_terms(), cap in 0.0..500.0f64, expiry in 0u32..12,
        work in prop::collection::vec(0.0..1e3f64, 1..30)) {
        let served = |carry, expiry_months| {
            let terms = Terms { carry, expiry_months, period_months: Some(terms.period_months.unwrap_or(1)), ..terms.clone() };
            months(&terms, day(2027, 3, 15), &work, 0.0, u32::MAX).0.iter().map(|m| m.work).sum::<f64>()
        };
        let (none, capped, full) = (served(Carry::Nothing, None), served(Carry::UpTo(cap), None), served(Carry::Everything, None));
        prop_assert!(none <= capped + 1e-6 && capped <= full + 1e-6, "{} {} {}", none, capped, full);
        prop_assert!(served(Carry::Everything, Some(expiry)) <= full + 1e-6);
    }

    /// In a pool, the parts of all sum to the pool, and a person whom nobody shares with has it all.
    #[test]
    fn a_pool_conserves(people in 1u32..20, mine in 0.0..1e3f64, others in 0.0..1e4f64, own in 0.0..20.0f64, grant in 0.0..1e4f64) {
        let others = Others { work: |_| others, own };
        let terms = Terms { grant, carry: Carry::Everything, ..terms() };
        let steps = steps(&terms, day(2027, 1, 1), 12);
        let mut carried = 0.0;
        let need = |_| Demand { work: mine, own: 5.0, would_buy: 5.0 };
        let mut sound = true;
        pool::run(&terms, people, &steps, &mut Lots::default(), u32::MAX, need, others, |_| 1.0, |_, m| {
            let spent = m.mine.work + m.mine.perk + m.mine.own;
            let left = m.mine.left - carried;
            carried = m.mine.left;
            sound &= (m.granted + m.from_others - spent - m.mine.expired - left).abs() <= 1e-6 * grant.max(1.0);
            sound &= m.mine.work <= m.pool.work + 1e-9 && m.mine.work + m.mine.unmet <= mine + 1e-6;
        });
        prop_assert!(sound);
    }
}
