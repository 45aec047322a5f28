//! Laws that hold for any terms, any grant and any dates.

use super::day;
use crate::vesting::acceleration::{Extent, accelerate};
use crate::vesting::*;
use counterweight_domain::{Findings, Path};
use proptest::prelude::*;
use rust_decimal::{Decimal, dec};
use serde_json::json;

/// Any day from 2020 to 2039, with all ends of months.
fn any_day() -> impl Strategy<Value = CivilDate> {
    (0u32..240, 1u8..32).prop_map(|(month, of_month)| {
        let first = day("2020-01-01");
        DayOfMonth::Day(of_month).months_after(first, month, first).expect("in range")
    })
}

fn any_rule() -> impl Strategy<Value = DayOfMonth> {
    prop_oneof![Just(DayOfMonth::VestingStartDay), (1u8..32).prop_map(DayOfMonth::Day)]
}

/// Terms by time alone that make the whole: presets, or up to 60 parts of any weight at any months.
fn any_terms() -> impl Strategy<Value = Terms> {
    let free = prop::collection::vec((0u32..120, 1u64..1_000), 1..60).prop_map(|weights| {
        let whole: u64 = weights.iter().map(|(_, weight)| weight).sum();
        weights.into_iter().map(|(month, weight)| (month, Fraction::new(weight, whole).expect("above zero"))).collect()
    });
    let preset = (0..presets().len()).prop_map(|i| presets()[i].parts().expect("reads"));
    (prop_oneof![free, preset], any_rule())
        .prop_map(|(parts, rule): (Vec<_>, _)| Terms::timed("", &parts, rule).expect("fits"))
}

/// Whole grants, and some with a fraction of a share.
fn any_total() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        4 => (0i64..2_000_000).prop_map(Decimal::from),
        1 => (0i64..2_000_000_000, 1u32..5).prop_map(|(n, scale)| Decimal::new(n, scale)),
    ]
}

fn any_allocation() -> impl Strategy<Value = Allocation> {
    prop::sample::select(Allocation::ALL.to_vec())
}

fn rising(tranches: &[Tranche]) -> bool {
    tranches.is_sorted_by(|a, b| a.date < b.date)
}

fn sum(tranches: &[Tranche]) -> Decimal {
    tranches.iter().map(|t| t.shares).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// What vests is the grant; days rise; nothing vests before commencement or grant; shares are whole.
    #[test]
    fn the_sum_of_what_vests_is_the_grant(
        terms in any_terms(),
        total in any_total(),
        rule in any_allocation(),
        from in any_day(),
        granted in prop::option::of(any_day()),
        next in any::<bool>(),
    ) {
        let none = Events::new();
        let award = Award {
            grant_date: granted,
            catch_up: if next { CatchUp::WithNextTranche } else { CatchUp::OnGrantDate },
            allocation: Some(rule),
            ..Award::new(total, from, &none)
        };
        let vests = schedule(&terms, &award).expect("follows");
        prop_assert_eq!(sum(&vests.tranches), total);
        prop_assert_eq!(vests.unvested, dec!(0));
        prop_assert!(rising(&vests.tranches));
        prop_assert!(vests.tranches.iter().all(|t| t.shares > dec!(0)));
        let first = granted.map_or(from, |granted| granted.max(from));
        prop_assert!(vests.tranches.iter().all(|t| t.date >= first));
        if rule != Allocation::Fractional {
            let before_last = vests.tranches.len().saturating_sub(1);
            prop_assert!(vests.tranches[..before_last].iter().all(|t| t.shares.fract().is_zero()));
        }
    }

    /// No rule but those for a single tranche gives a tranche a share more or less than its exact part; the two that
    /// round the running total keep that within a share.
    #[test]
    fn no_tranche_is_a_share_away(
        weights in prop::collection::vec(0u64..1_000, 1..60),
        total in 0i64..5_000_000,
    ) {
        let whole: u64 = weights.iter().sum();
        prop_assume!(whole > 0);
        let total = Decimal::from(total);
        let parts: Vec<Fraction> = weights.iter().map(|w| Fraction::new(*w, whole).expect("above zero")).collect();
        let exact = |weight: u64| total * Decimal::from(weight) / Decimal::from(whole);
        for rule in [Allocation::FrontLoaded, Allocation::BackLoaded] {
            for (shares, weight) in allocate(total, &parts, rule).expect("fits").iter().zip(&weights) {
                prop_assert!((shares - exact(*weight)).abs() < dec!(1), "{:?}", rule);
            }
        }
        for (rule, most) in [(Allocation::CumulativeRounding, dec!(0.5)), (Allocation::CumulativeRoundDown, dec!(1))] {
            let (mut given, mut running) = (dec!(0), 0);
            for (shares, weight) in allocate(total, &parts, rule).expect("fits").iter().zip(&weights) {
                given += shares;
                running += weight;
                // The comparison value is a quotient of 28 digits, so it may lie a hair off.
                prop_assert!((given - exact(running)).abs() <= most + dec!(0.000000001), "{:?}", rule);
            }
        }
    }

    /// Two grants of a part each vest, together, what the one would: to the last digit in fractions, and within one
    /// share at any time in whole ones.
    #[test]
    fn splitting_a_grant_changes_nothing(
        terms in any_terms(),
        a in 0i64..1_000_000,
        b in 0i64..1_000_000,
        from in any_day(),
    ) {
        let none = Events::new();
        let vests = |total: i64, rule| {
            let award = Award { allocation: Some(rule), ..Award::new(Decimal::from(total), from, &none) };
            schedule(&terms, &award).expect("follows").tranches
        };
        for (rule, most) in [
            (Allocation::Fractional, dec!(0.0000000002)),
            (Allocation::CumulativeRounding, dec!(1)),
            (Allocation::CumulativeRoundDown, dec!(1)),
        ] {
            let (one, two, both) = (vests(a, rule), vests(b, rule), vests(a + b, rule));
            for tranche in one.iter().chain(&two).chain(&both) {
                let at = tranche.date;
                let apart = vested_by(&one, at) + vested_by(&two, at) - vested_by(&both, at);
                prop_assert!(apart.abs() <= most, "{:?} {}: {}", rule, at, apart);
            }
        }
    }

    /// An acceleration vests the same in all, later never, and at no time less than before.
    #[test]
    fn acceleration_never_lowers_what_has_vested(
        terms in any_terms(),
        total in any_total(),
        rule in any_allocation(),
        from in any_day(),
        on in any_day(),
        extent in prop_oneof![
            (0i64..=10_000).prop_map(|p| Extent::OfUnvested(Decimal::new(p, 2))),
            (0u32..60).prop_map(Extent::MonthsForward),
        ],
    ) {
        let none = Events::new();
        let award = Award { allocation: Some(rule), ..Award::new(total, from, &none) };
        let before = schedule(&terms, &award).expect("follows").tranches;
        let after = accelerate(&before, on, extent);
        prop_assert_eq!(sum(&after), sum(&before));
        prop_assert!(rising(&after));
        prop_assert!(after.iter().all(|t| t.shares > dec!(0)));
        for tranche in before.iter().chain(&after) {
            prop_assert!(vested_by(&after, tranche.date) >= vested_by(&before, tranche.date));
        }
        if before.iter().all(|t| t.shares.fract().is_zero()) {
            prop_assert!(after.iter().all(|t| t.shares.fract().is_zero()));
        }
    }

    /// A grant date only delays, and waiting for the next tranche delays no less than catching up at once.
    #[test]
    fn a_grant_date_only_delays(terms in any_terms(), total in any_total(), from in any_day(), granted in any_day()) {
        let none = Events::new();
        let plain = Award::new(total, from, &none);
        let at_once = Award { grant_date: Some(granted), ..plain };
        let waiting = Award { catch_up: CatchUp::WithNextTranche, ..at_once };
        let [plain, at_once, waiting] = [plain, at_once, waiting].map(|a| schedule(&terms, &a).expect("follows").tranches);
        for tranche in plain.iter().chain(&at_once).chain(&waiting) {
            let [p, a, w] = [&plain, &at_once, &waiting].map(|t| vested_by(t, tranche.date));
            prop_assert!(w <= a && a <= p);
            if tranche.date >= granted {
                prop_assert_eq!(a, p);
            }
        }
    }

    /// A month is the window from the day after its first to its last, counted from the start.
    #[test]
    fn a_day_lies_in_its_month(start in any_day(), on in any_day()) {
        let month = closing_month(start, on);
        if on <= start {
            prop_assert_eq!(month, 0);
        } else {
            prop_assert!(on <= start.plus_months(month));
            prop_assert!(on > start.plus_months(month - 1));
        }
    }

    /// Any conditions that lead forward, with any events: what vests and what does not make the grant, or the terms are
    /// refused in words.
    #[test]
    fn any_graph_keeps_the_grant(
        nodes in prop::collection::vec((0u8..4, 0u8..3, 0u64..13, 1u32..14, 1u32..6, any::<u16>()), 1..9),
        dates in prop::collection::vec(prop::option::of(any_day()), 9),
        total in any_total(),
        rule in any_allocation(),
        from in any_day(),
    ) {
        let conditions: Vec<_> = nodes.iter().enumerate().map(|(i, (trigger, amount, part, length, times, links))| {
            let next: Vec<String> =
                (i + 1..nodes.len()).filter(|j| *j == i + 1 || links >> (j - i) & 1 == 1).map(|j| j.to_string()).collect();
            let trigger = match (trigger, i) {
                (0, _) | (3, 0) => json!({ "type": "VESTING_START_DATE" }),
                (1, _) => json!({ "type": "VESTING_SCHEDULE_ABSOLUTE", "date": dates[i].unwrap_or(from).to_string() }),
                (2, _) => json!({ "type": "VESTING_EVENT" }),
                _ => json!({
                    "type": "VESTING_SCHEDULE_RELATIVE", "relative_to_condition_id": (links % i as u16).to_string(),
                    "period": { "type": "MONTHS", "length": length, "occurrences": times, "cliff_installment": part % u64::from(*times),
                                "day_of_month": "30_OR_LAST_DAY_OF_MONTH" }
                }),
            };
            let mut condition = json!({ "id": i.to_string(), "trigger": trigger, "next_condition_ids": next });
            match amount {
                0 => condition["quantity"] = json!((part * 10).to_string()),
                n => condition["portion"] = json!({ "numerator": part.to_string(), "denominator": "24", "remainder": *n == 2 }),
            }
            condition
        }).collect();
        let text = json!({ "object_type": "VESTING_TERMS", "allocation_type": rule.ocf_name(), "vesting_conditions": conditions });
        let mut findings = Findings::default();
        let Some(terms) = ocf::read(&text.to_string(), None, &Path::root(), &mut findings) else {
            for finding in findings.as_slice() {
                prop_assert_eq!(finding.id.as_str(), "vestingTerms.exceedsGrant", "{:?}", finding);
            }
            return Ok(());
        };
        let events: Events =
            dates.iter().enumerate().filter_map(|(i, date)| Some((i.to_string(), (*date)?))).collect();
        match schedule(&terms, &Award::new(total, from, &events)) {
            Ok(vests) => {
                prop_assert_eq!(sum(&vests.tranches) + vests.unvested, total);
                prop_assert!(vests.unvested >= dec!(0));
                prop_assert!(rising(&vests.tranches));
                prop_assert!(vests.met.is_sorted_by(|a, b| a.date <= b.date));
            }
            Err(problem) => prop_assert_eq!(problem.id, "vesting.exceedsGrant"),
        }
    }
}

/// The parts of the grant by day do not depend on its size, where no condition counts shares.
#[test]
fn the_path_in_percent_is_the_same_for_any_size() {
    let none = Events::new();
    for preset in presets() {
        let terms = preset.terms(DayOfMonth::Day(31)).expect("reads");
        let path = |total| {
            let award =
                Award { allocation: Some(Allocation::Fractional), ..Award::new(total, day("2027-01-31"), &none) };
            let vests = schedule(&terms, &award).expect("follows").tranches;
            vests.into_iter().map(|t| (t.date, (t.shares / total).round_dp(9))).collect::<Vec<_>>()
        };
        assert_eq!(path(dec!(1)), path(dec!(123_457)), "{}", preset.key);
    }
}
