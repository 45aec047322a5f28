//! A balance month by month, by hand.

use super::*;

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

fn day(text: &str) -> CivilDate {
    counterweight_domain::Entry::typed(text).value().copied().expect("a date")
}

fn run_with(terms: &Terms, start: &str, months: u32, work: &[f64], own: f64) -> (Vec<MonthOutcome>, Final) {
    let steps = steps(terms, day(start), months);
    let mut out = Vec::new();
    let last = run(
        terms,
        &steps,
        &mut Lots::default(),
        |m| Demand { work: work[m as usize - 1], own, would_buy: 10.0 },
        |_| 1.0,
        |_, month| out.push(*month),
    );
    (out, last)
}

/// By hand: 100 a month, use 60, 120, 60. Month 1 leaves 40, lost as it ends; month 2 lacks 20; month 3 leaves
/// 40, lost on leaving. Each month has 100 to begin with.
#[test]
fn use_it_or_lose_it_by_hand() {
    let (months, last) = run_with(&terms(), "2027-01-15", 3, &[60.0, 120.0, 60.0], 0.0);
    assert_eq!(months.iter().map(|m| m.left).collect::<Vec<_>>(), [40.0, 0.0, 40.0]);
    assert_eq!(months.iter().map(|m| m.expired).collect::<Vec<_>>(), [40.0, 0.0, 0.0]);
    assert_eq!(months.iter().map(|m| m.available).collect::<Vec<_>>(), [100.0, 100.0, 100.0]);
    assert_eq!(months[1].unmet, 20.0);
    assert_eq!(last.forfeited, 40.0);
}

/// By hand: full rollover, same use. 100-60 = 40; 140-120 = 20; 120-60 = 60.
#[test]
fn full_rollover_by_hand() {
    let rolling = Terms { carry: Carry::Everything, ..terms() };
    let (months, _) = run_with(&rolling, "2027-01-15", 3, &[60.0, 120.0, 60.0], 0.0);
    assert_eq!(months.iter().map(|m| m.left).collect::<Vec<_>>(), [40.0, 20.0, 60.0]);
}

/// By hand: cap 30. Month 1 leaves 40, 30 carried, 10 lost; 130-120 = 10, carried; 110-60 = 50.
#[test]
fn capped_rollover_by_hand() {
    let capped = Terms { carry: Carry::UpTo(30.0), ..terms() };
    let (months, _) = run_with(&capped, "2027-01-15", 3, &[60.0, 120.0, 60.0], 0.0);
    assert_eq!(months.iter().map(|m| m.left).collect::<Vec<_>>(), [40.0, 10.0, 50.0]);
    assert_eq!(months[0].expired, 10.0);
}

/// By hand: carried budget lives one month more. Nothing is used: month 1 leaves 100; month 2 has 200 and
/// leaves 200; at the start of month 3 the first 100 has lived its month and is lost: 200 left again.
#[test]
fn carried_budget_expires_by_hand() {
    let expiring = Terms { carry: Carry::Everything, expiry_months: Some(1), ..terms() };
    let (months, _) = run_with(&expiring, "2027-01-15", 3, &[0.0, 0.0, 0.0], 0.0);
    assert_eq!(months.iter().map(|m| m.left).collect::<Vec<_>>(), [100.0, 200.0, 200.0]);
    assert_eq!(months[2].expired, 100.0);
}

/// By hand: a budget that resets on the 31st, from 15 January 2028, a leap year. Resets fall on 31 January,
/// 29 February and 31 March; each month from the 15th to the 15th is cut once.
#[test]
fn a_reset_on_the_31st_falls_on_the_last_day() {
    let late = Terms { reset_day: Some(31), ..terms() };
    let days = reset_days(&late, day("2028-01-15"), 3);
    let text: Vec<_> = days.iter().map(ToString::to_string).collect();
    assert_eq!(text, ["2028-01-31", "2028-02-29", "2028-03-31"]);
    let steps = steps(&late, day("2028-01-15"), 3);
    assert_eq!(steps.len(), 6);
    // 15 to 31 January is 16 of the 31 days to 15 February.
    assert!((steps[0].share - 16.0 / 31.0).abs() < 1e-12);
    assert!(!steps[0].resets && steps[1].resets);
}

/// By hand: own use is capped at 20 % of 100 a month; 30 wanted, 20 served, of which 10 would be bought.
#[test]
fn own_use_is_capped_and_split_by_hand() {
    let some = Terms { personal_cap: 0.2, ..terms() };
    let (months, _) = run_with(&some, "2027-01-15", 1, &[50.0], 30.0);
    assert_eq!((months[0].work, months[0].perk, months[0].own), (50.0, 10.0, 10.0));
    assert_eq!(months[0].left, 30.0);
}
