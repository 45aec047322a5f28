//! Answers that others published, or that follow from what they published by the arithmetic beside them.

use super::day;
use crate::vesting::*;
use counterweight_domain::{Findings, Path};
use rust_decimal::{Decimal, dec};

/// Terms from conditions in Open Cap Format.
pub(super) fn ocf(conditions: &str) -> Terms {
    let text = format!(
        r#"{{ "object_type": "VESTING_TERMS", "id": "terms", "name": "Terms", "description": "",
             "allocation_type": "CUMULATIVE_ROUND_DOWN", "vesting_conditions": [{conditions}] }}"#
    );
    let mut findings = Findings::default();
    let terms = ocf::read(&text, None, &Path::root(), &mut findings);
    terms.unwrap_or_else(|| panic!("{:?}", findings.as_slice()))
}

/// `samples/VestingTerms.example2.ocf.json`: an event, or nothing after three years or from 2025-01-01.
const WITH_EXPIRY: &str = r#"
    { "id": "vesting-start", "quantity": "0", "trigger": { "type": "VESTING_START_DATE" },
      "next_condition_ids": ["relative-expiration", "absolute-expiration", "qualifying-sale"] },
    { "id": "relative-expiration", "portion": { "numerator": "0", "denominator": "1" },
      "trigger": { "type": "VESTING_SCHEDULE_RELATIVE", "relative_to_condition_id": "vesting-start",
        "period": { "length": 36, "type": "MONTHS", "occurrences": 1,
                    "day_of_month": "VESTING_START_DAY_OR_LAST_DAY_OF_MONTH" } },
      "next_condition_ids": [] },
    { "id": "absolute-expiration", "quantity": "0",
      "trigger": { "type": "VESTING_SCHEDULE_ABSOLUTE", "date": "2025-01-01" }, "next_condition_ids": [] },
    { "id": "qualifying-sale", "portion": { "numerator": "1", "denominator": "1" },
      "trigger": { "type": "VESTING_EVENT" }, "next_condition_ids": [] }"#;

/// A condition relative to `to`: `over`/`under` of the grant, `times` times, every `length` months.
fn relative(id: &str, to: &str, length: u32, times: u32, over: u32, under: u32, next: &str) -> String {
    format!(
        r#"{{ "id": "{id}", "portion": {{ "numerator": "{over}", "denominator": "{under}" }},
             "trigger": {{ "type": "VESTING_SCHEDULE_RELATIVE", "relative_to_condition_id": "{to}",
               "period": {{ "length": {length}, "type": "MONTHS", "occurrences": {times},
                            "day_of_month": "VESTING_START_DAY_OR_LAST_DAY_OF_MONTH" }} }},
             "next_condition_ids": [{next}] }}"#
    )
}

fn start(next: &str) -> String {
    format!(
        r#"{{ "id": "start", "quantity": "0", "trigger": {{ "type": "VESTING_START_DATE" }},
             "next_condition_ids": [{next}] }}"#
    )
}

/// `samples/VestingTerms.ocf.json`, four years with a cliff of one.
fn four_years_one_year_cliff() -> Terms {
    ocf(&[
        start(r#""cliff""#),
        relative("cliff", "start", 12, 1, 12, 48, r#""monthly""#),
        relative("monthly", "cliff", 1, 36, 1, 48, ""),
    ]
    .join(","))
}

fn preset(key: &str) -> Terms {
    let preset = presets().iter().find(|p| p.key == key).unwrap_or_else(|| panic!("{key}"));
    preset.terms(DayOfMonth::default()).expect("reads")
}

fn rows(schedule: &Schedule) -> Vec<(String, Decimal)> {
    schedule.tranches.iter().map(|t| (t.date.to_string(), t.shares)).collect()
}

/// Open Cap Format, `AllocationType`: 18 shares in 4 tranches.
#[test]
fn eighteen_shares_in_four_tranches() {
    let quarters = [Fraction::new(1, 4).expect("not over zero"); 4];
    for (rule, expected) in [
        ("CUMULATIVE_ROUNDING", [dec!(5), dec!(4), dec!(5), dec!(4)]),
        ("CUMULATIVE_ROUND_DOWN", [dec!(4), dec!(5), dec!(4), dec!(5)]),
        ("FRONT_LOADED", [dec!(5), dec!(5), dec!(4), dec!(4)]),
        ("BACK_LOADED", [dec!(4), dec!(4), dec!(5), dec!(5)]),
        ("FRONT_LOADED_TO_SINGLE_TRANCHE", [dec!(6), dec!(4), dec!(4), dec!(4)]),
        ("BACK_LOADED_TO_SINGLE_TRANCHE", [dec!(4), dec!(4), dec!(4), dec!(6)]),
        ("FRACTIONAL", [dec!(4.5), dec!(4.5), dec!(4.5), dec!(4.5)]),
    ] {
        let rule = Allocation::from_ocf_name(rule).expect(rule);
        assert_eq!(allocate(dec!(18), &quarters, rule).expect("fits"), expected, "{rule:?}");
    }
}

/// By hand, uneven: 10 shares at 50/30/20 % less one (so 9) are 4.5, 2.7, 1.8. Rounded down 4-2-1, two are left over:
/// front 5-3-1, back 4-3-2. A tranche that is whole by itself (6 of 9 shares at 2/3) gets none: 6 and 1.5-1.5.
#[test]
fn uneven_tranches_stay_within_a_share() {
    let parts = |percents: &[Decimal]| -> Vec<Fraction> {
        percents.iter().map(|p| Fraction::percent(*p).expect("a percentage")).collect()
    };
    let uneven = parts(&[dec!(50), dec!(30), dec!(20)]);
    let front = allocate(dec!(9), &uneven, Allocation::FrontLoaded).expect("fits");
    let back = allocate(dec!(9), &uneven, Allocation::BackLoaded).expect("fits");
    assert_eq!(front, [dec!(5), dec!(3), dec!(1)]);
    assert_eq!(back, [dec!(4), dec!(3), dec!(2)]);
    let two_thirds = [(2, 3), (1, 6), (1, 6)].map(|(a, b)| Fraction::new(a, b).expect("not over zero"));
    let front = allocate(dec!(9), &two_thirds, Allocation::FrontLoaded).expect("fits");
    assert_eq!(front, [dec!(6), dec!(2), dec!(1)]);
}

/// OCF-Tools, `vesting_compiler/__tests__/allocate.test.ts`, CUMULATIVE_ROUND_DOWN: after 25,000 of 100,000 the 13th
/// of 48 months vests 2,083; of 1,000 shares with 979 vested the end vests 21; of one share 1/48 vests nothing.
#[test]
fn rounding_down_telescopes() {
    let month = Fraction::new(1, 48).expect("not over zero");
    let down = |total, parts: &[Fraction]| allocate(total, parts, Allocation::CumulativeRoundDown).expect("fits");
    assert_eq!(down(dec!(100_000), &[Fraction::new(1, 4).expect("not over zero"), month])[1], dec!(2_083));
    let months = [month; 48];
    assert_eq!(down(dec!(1_000), &months)[47], dec!(21));
    assert_eq!(down(dec!(1), &months)[..47].iter().sum::<Decimal>(), dec!(0));
}

/// Open Cap Format, explainer on vesting, example 2: from 2021-01-01 the relative expiry comes on 2024-01-01; from
/// 2023-07-01 the absolute one on 2025-01-01 comes before 2026-07-01.
#[test]
fn the_first_expiry_wins() {
    let terms = ocf(WITH_EXPIRY);
    let none = Events::new();
    for (from, id, on) in
        [("2021-01-01", "relative-expiration", "2024-01-01"), ("2023-07-01", "absolute-expiration", "2025-01-01")]
    {
        let lapsed = schedule(&terms, &Award::new(dec!(500), day(from), &none)).expect("follows");
        assert_eq!(lapsed.met.last(), Some(&Met { id: id.to_owned(), date: day(on) }));
        assert!(lapsed.tranches.is_empty());
        assert_eq!(lapsed.unvested, dec!(500));
    }
    // The same terms with the sale of example 1, on 2022-07-14: all 500 vest, and no expiry comes after.
    let sale = Events::from([("qualifying-sale".to_owned(), day("2022-07-14"))]);
    let sold = schedule(&terms, &Award::new(dec!(500), day("2021-01-01"), &sale)).expect("follows");
    assert_eq!(rows(&sold), [("2022-07-14".to_owned(), dec!(500))]);
    assert_eq!(terms.events().collect::<Vec<_>>(), ["qualifying-sale"]);
    // A sale on the day of the expiry comes too late: the expiry stands before it in the list.
    let late = Events::from([("qualifying-sale".to_owned(), day("2024-01-01"))]);
    let late = schedule(&terms, &Award::new(dec!(500), day("2021-01-01"), &late)).expect("follows");
    assert!(late.tranches.is_empty());
}

/// Open Cap Format, explainer, example 3: 480 shares from 2021-01-30 vest 120 on 2022-01-30, then 10 a month: on
/// 2022-02-28 and on the 30th of every other month.
#[test]
fn four_years_with_a_cliff_pass_through_february() {
    let none = Events::new();
    let cliff = schedule(&four_years_one_year_cliff(), &Award::new(dec!(480), day("2021-01-30"), &none));
    let cliff = cliff.expect("follows");
    let rows = rows(&cliff);
    assert_eq!(rows.len(), 37);
    assert_eq!(rows[0], ("2022-01-30".to_owned(), dec!(120)));
    assert_eq!(rows[1], ("2022-02-28".to_owned(), dec!(10)));
    assert_eq!(rows[2], ("2022-03-30".to_owned(), dec!(10)));
    // 2024 is a leap year.
    assert_eq!(rows[25], ("2024-02-29".to_owned(), dec!(10)));
    assert_eq!(rows[36], ("2025-01-30".to_owned(), dec!(10)));
}

/// The same terms with `cliff_installment`: 48 months of 1/48, the cliff at the twelfth. And the same from the preset.
#[test]
fn a_cliff_instalment_and_a_preset_are_the_same_terms() {
    let once = ocf(&[
        start(r#""monthly""#),
        relative("monthly", "start", 1, 48, 1, 48, "")
            .replace(r#""occurrences": 48"#, r#""occurrences": 48, "cliff_installment": 12"#),
    ]
    .join(","));
    let none = Events::new();
    let award = Award::new(dec!(1_000), day("2021-01-30"), &none);
    let award = Award { allocation: Some(Allocation::BackLoaded), ..award };
    let sample = schedule(&four_years_one_year_cliff(), &award).expect("follows");
    assert_eq!(schedule(&once, &award).expect("follows").tranches, sample.tranches);
    let preset = schedule(&preset("even-4y-monthly-1y-cliff"), &award).expect("follows");
    assert_eq!(preset.tranches, sample.tranches);
}

/// Open Cap Format, sample `6-yr-option-back-loaded`, on 4,800 shares: 10 % in the 24th month, then 1.25 %, 1.67 %
/// (1/60), 2.08 % (1/48) and 2.5 % a month for a year each: 480, 60, 80, 100 and 120 shares, ending after 72 months.
#[test]
fn what_follows_a_recurring_condition_counts_from_its_end() {
    let terms = ocf(&[
        start(r#""a""#),
        relative("a", "start", 24, 1, 1, 10, r#""b""#),
        relative("b", "a", 1, 12, 1, 80, r#""c""#),
        relative("c", "b", 1, 12, 1, 60, r#""d""#),
        relative("d", "c", 1, 12, 1, 48, r#""e""#),
        relative("e", "d", 1, 12, 1, 40, ""),
    ]
    .join(","));
    let none = Events::new();
    let from = day("2025-01-01");
    let schedule = schedule(&terms, &Award::new(dec!(4_800), from, &none)).expect("follows");
    let months = by_month(&schedule.tranches, from);
    assert_eq!(months[0], (24, dec!(480)));
    for (i, (month, shares)) in months[1..].iter().enumerate() {
        assert_eq!(*month, u32::try_from(i).expect("few") + 25);
        assert_eq!(*shares, [dec!(60), dec!(80), dec!(100), dec!(120)][i / 12]);
    }
    assert_eq!(schedule.tranches.last().map(|t| t.date), Some(day("2031-01-01")));
    assert_eq!(schedule.unvested, dec!(0));
}

/// Open Cap Format, sample `multi-tranche-event-based`: 20 % with each sale; the acceleration vests the remainder;
/// after 48 months nothing more. By hand on 1,000 shares.
#[test]
fn an_acceleration_vests_the_remainder() {
    let event = |id: &str, portion: &str, next: &str| {
        format!(
            r#"{{ "id": "{id}", "portion": {portion}, "trigger": {{ "type": "VESTING_EVENT" }},
                 "next_condition_ids": [{next}] }}"#
        )
    };
    let fifth = r#"{ "numerator": "20", "denominator": "100" }"#;
    let terms = ocf(&[
        start(r#""expired", "accelerated", "sale-1""#),
        relative("expired", "start", 48, 1, 0, 1, ""),
        event("accelerated", r#"{ "numerator": "1", "denominator": "1", "remainder": true }"#, ""),
        event("sale-1", fifth, r#""expired", "accelerated", "sale-2""#),
        event("sale-2", fifth, r#""expired", "accelerated""#),
    ]
    .join(","));
    let on = |events: &[(&str, &str)]| {
        let events: Events = events.iter().map(|(id, date)| ((*id).to_owned(), day(date))).collect();
        let schedule = schedule(&terms, &Award::new(dec!(1_000), day("2021-01-01"), &events)).expect("follows");
        (rows(&schedule), schedule.unvested)
    };
    let row = |date: &str, shares| (date.to_owned(), shares);
    let (vested, left) = on(&[("sale-1", "2021-06-01"), ("accelerated", "2022-01-01")]);
    assert_eq!(vested, [row("2021-06-01", dec!(200)), row("2022-01-01", dec!(800))]);
    assert_eq!(left, dec!(0));
    let (vested, left) = on(&[("sale-1", "2021-06-01"), ("sale-2", "2025-06-01")]);
    assert_eq!(vested, [row("2021-06-01", dec!(200))], "the second sale comes after the end");
    assert_eq!(left, dec!(800));
}

/// Open Cap Format, `VestingConditionPortion`: of 1,000 shares with 400 vested, 1/5 vests 200, and 1/5 of the
/// remainder 120.
#[test]
fn a_portion_of_the_remainder() {
    for (remainder, expected) in [("", dec!(200)), (r#", "remainder": true"#, dec!(120))] {
        let fifth = relative("fifth", "vested", 12, 1, 1, 5, "")
            .replace(r#""denominator": "5""#, &format!(r#""denominator": "5"{remainder}"#));
        let terms =
            ocf(&[start(r#""vested""#), relative("vested", "start", 12, 1, 400, 1_000, r#""fifth""#), fifth].join(","));
        let none = Events::new();
        let schedule = schedule(&terms, &Award::new(dec!(1_000), day("2024-01-01"), &none)).expect("follows");
        assert_eq!(schedule.tranches[1].shares, expected);
    }
}

/// By hand: monthly vesting of 1/48 that an acceleration of the remainder ends on 2024-07-15, after six of 48 months:
/// 6 × 100 and 4,200 of 4,800 shares.
#[test]
fn an_event_ends_what_recurs() {
    let terms = ocf(&[
        start(r#""monthly""#),
        relative("monthly", "start", 1, 48, 1, 48, r#""sale""#),
        r#"{ "id": "sale", "portion": { "numerator": "1", "denominator": "1", "remainder": true },
             "trigger": { "type": "VESTING_EVENT" }, "next_condition_ids": [] }"#
            .to_owned(),
    ]
    .join(","));
    let sale = Events::from([("sale".to_owned(), day("2024-07-15"))]);
    let sold = schedule(&terms, &Award::new(dec!(4_800), day("2024-01-01"), &sale)).expect("follows");
    assert_eq!(sold.tranches.len(), 7);
    assert_eq!(sold.tranches[6], Tranche { date: day("2024-07-15"), shares: dec!(4_200) });
}

/// OCF-Tools, test `grantDate_after_cliff`: 4,800 shares, commencement 2024-06-01, grant 2025-08-05; nothing before,
/// 4,800 in all, the last on 2028-06-01 (the test's title says 05-01, what it asserts is 06-01). Fourteen months are
/// over at the grant: 14/48 of 4,800 = 1,400 vest on the grant date and 100 on 2025-09-01; or, as that test asserts
/// no vest before 2025-09-01, 15/48 = 1,500 on that day.
#[test]
fn a_grant_after_commencement_catches_up() {
    let none = Events::new();
    let award = Award { grant_date: Some(day("2025-08-05")), ..Award::new(dec!(4_800), day("2024-06-01"), &none) };
    let terms = preset("even-4y-monthly-1y-cliff");
    let on_grant = schedule(&terms, &award).expect("follows");
    assert_eq!(rows(&on_grant)[..2], [("2025-08-05".to_owned(), dec!(1_400)), ("2025-09-01".to_owned(), dec!(100))]);
    let next = Award { catch_up: CatchUp::WithNextTranche, ..award };
    let with_next = schedule(&terms, &next).expect("follows");
    assert_eq!(rows(&with_next)[0], ("2025-09-01".to_owned(), dec!(1_500)));
    for schedule in [on_grant, with_next] {
        assert_eq!(schedule.tranches.last(), Some(&Tranche { date: day("2028-06-01"), shares: dec!(100) }));
        assert_eq!(schedule.tranches.iter().map(|t| t.shares).sum::<Decimal>(), dec!(4_800));
    }
    // Granted after everything is earned, it vests at once under both readings.
    for catch_up in [CatchUp::OnGrantDate, CatchUp::WithNextTranche] {
        let late = Award { grant_date: Some(day("2030-01-01")), catch_up, ..award };
        assert_eq!(rows(&schedule(&terms, &late).expect("follows")), [("2030-01-01".to_owned(), dec!(4_800))]);
    }
}

/// CompCalc's specification: 1,000 options vesting yearly, strike 15, share price 20: the first year is worth
/// 250 × 5 = 1,250.
#[test]
fn a_yearly_vest_closes_the_first_year() {
    let none = Events::new();
    let from = day("2025-01-01");
    let options = schedule(&preset("even-4y-yearly"), &Award::new(dec!(1_000), from, &none)).expect("follows");
    let first_year: Decimal =
        by_month(&options.tranches, from).iter().filter(|(month, _)| *month <= 12).map(|(_, shares)| *shares).sum();
    assert_eq!(first_year * (dec!(20) - dec!(15)), dec!(1_250));
}

/// Levels.fyi on front-loaded grants: 400k at 25 % a year is 100k a year; 250k at 40/30/20/10 is 100, 75, 50, 25k.
/// Amazon's 5/15/40/40 of 200k: 10, 30, 80, 80k.
#[test]
fn yearly_sums_of_the_presets() {
    let none = Events::new();
    let from = day("2027-03-31");
    for (key, total, expected) in [
        ("even-4y-quarterly", dec!(400_000), [dec!(100_000); 4]),
        ("front-40-30-20-10-quarterly", dec!(250_000), [dec!(100_000), dec!(75_000), dec!(50_000), dec!(25_000)]),
        ("back-5-15-40-40-half-yearly", dec!(200_000), [dec!(10_000), dec!(30_000), dec!(80_000), dec!(80_000)]),
        ("back-5-15-40-40-quarterly", dec!(200_000), [dec!(10_000), dec!(30_000), dec!(80_000), dec!(80_000)]),
        ("front-33-33-22-12-monthly", dec!(100_000), [dec!(33_000), dec!(33_000), dec!(22_000), dec!(12_000)]),
    ] {
        let vests = schedule(&preset(key), &Award::new(total, from, &none)).expect("follows");
        let mut years = [Decimal::ZERO; 4];
        for (month, shares) in by_month(&vests.tranches, from) {
            years[(month.div_ceil(12) - 1) as usize] += shares;
        }
        assert_eq!(years, expected, "{key}");
    }
}

/// `worth` (jwz/csm): 10 options with a spread of 342.61 (642.61 − 300) are 3,426.10; after 25 of 48 months 1,784.43
/// have vested, shown as "5 shares", of which five whole ones would be 1,713.05.
#[test]
fn fractions_of_options() {
    let none = Events::new();
    let from = day("2020-01-01");
    let vested = |rule| {
        let award = Award { allocation: Some(rule), ..Award::new(dec!(10), from, &none) };
        let options = schedule(&preset("even-4y-monthly-1y-cliff"), &award).expect("follows");
        (vested_by(&options.tranches, from.plus_months(25)) * dec!(342.61)).round_dp(2)
    };
    assert_eq!(vested(Allocation::Fractional), dec!(1_784.43));
    assert_eq!(vested(Allocation::CumulativeRoundDown), dec!(1_713.05));
}

/// A quantity of more shares than the grant has is refused when the grant is known.
#[test]
fn a_quantity_above_the_grant_is_refused() {
    let terms = ocf(
        r#"{ "id": "all", "quantity": "600", "trigger": { "type": "VESTING_START_DATE" }, "next_condition_ids": [] }"#,
    );
    let none = Events::new();
    let award = Award::new(dec!(500), day("2025-01-01"), &none);
    assert_eq!(schedule(&terms, &award).expect_err("too much").id, "vesting.exceedsGrant");
    let enough = Award { total: dec!(800), ..award };
    let vests = schedule(&terms, &enough).expect("follows");
    assert_eq!((vests.tranches[0].shares, vests.unvested), (dec!(600), dec!(200)));
    let negative = Award { total: dec!(-1), ..award };
    assert_eq!(schedule(&terms, &negative).expect_err("nonsense").id, "vesting.negativeGrant");
}

/// Periods in days, as the explainer asks for terms of 365-day years: from 2024-01-01, 366 days are 2025-01-01 (2024 is
/// a leap year), so 365 days end on 2024-12-31.
#[test]
fn periods_in_days() {
    let terms = ocf(&[
        start(r#""year""#),
        r#"{ "id": "year", "portion": { "numerator": "1", "denominator": "1" },
             "trigger": { "type": "VESTING_SCHEDULE_RELATIVE", "relative_to_condition_id": "start",
               "period": { "length": 365, "type": "DAYS", "occurrences": 1 } }, "next_condition_ids": [] }"#
            .to_owned(),
    ]
    .join(","));
    let none = Events::new();
    let year = schedule(&terms, &Award::new(dec!(7), day("2024-01-01"), &none)).expect("follows");
    assert_eq!(rows(&year), [("2024-12-31".to_owned(), dec!(7))]);
}
