//! The $100,000 limit: which part of a grant stays an incentive option (26 USC 422(d), 26 CFR 1.422-4).
//!
//! For each calendar year the shares that become exercisable for the first time are taken in the order of their
//! *grants*, at the share's value on the day of each grant, under all plans of the employer. What exceeds $100,000 is
//! nonstatutory. Options that may be exercised early are first exercisable at once, as a whole. Acceleration counts in
//! the year in which it happens, and does not reach back to what was exercised before it (§ 1.422-4(b)(4)).
//!
//! The limit has stood in the statute since 1986 without indexation, so it is a constant here.

use super::{Lot, OptionGrant};
use counterweight_domain::CivilDate;
use rust_decimal::{Decimal, dec};
use serde::{Deserialize, Serialize};

/// The limit for a calendar year, in dollars of value at grant.
pub const YEARLY_LIMIT: Decimal = dec!(100_000);

/// A grant that would be incentive options but for the limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LimitedGrant {
    /// Day of the grant.
    pub granted: CivilDate,
    /// Value of one share on that day.
    pub fair_value: Decimal,
    /// When its options become exercisable for the first time.
    pub exercisable: Vec<FirstExercisable>,
}

/// Options that become exercisable for the first time on one day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FirstExercisable {
    /// The day.
    pub date: CivilDate,
    /// How many.
    pub shares: Decimal,
    /// Whether an acceleration made them exercisable on that day.
    #[serde(default)]
    pub accelerated: bool,
    /// The day they were exercised, if they were.
    #[serde(default)]
    pub exercised: Option<CivilDate>,
}

/// What the limit makes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Treatment {
    /// Shares that stay incentive options.
    pub incentive: Decimal,
    /// Shares that are nonstatutory.
    pub nonstatutory: Decimal,
}

/// Splits every entry of every grant, in their order. A share that straddles the limit is nonstatutory. Grants of the
/// same day count in the order given.
pub fn split(grants: &[LimitedGrant]) -> Vec<Vec<Treatment>> {
    let mut treatments: Vec<Vec<Treatment>> =
        grants.iter().map(|grant| vec![Treatment::default(); grant.exercisable.len()]).collect();
    let mut entries: Vec<Entry> = grants
        .iter()
        .enumerate()
        .flat_map(|(grant, terms)| {
            terms.exercisable.iter().enumerate().map(move |(index, entry)| Entry {
                year: entry.date.year(),
                granted: terms.granted,
                grant,
                index,
                fair_value: terms.fair_value,
                entry: *entry,
            })
        })
        .collect();
    entries.sort_by_key(|e| (e.year, e.granted, e.grant, e.entry.date, e.index));
    for year in entries.chunk_by(|a, b| a.year == b.year) {
        let triggered = year.iter().filter(|e| e.entry.accelerated).map(|e| e.entry.date).min();
        let settled = |e: &&Entry| {
            !e.entry.accelerated
                && triggered.is_some_and(|day| e.entry.exercised.is_some_and(|exercised| exercised < day))
        };
        let mut room = YEARLY_LIMIT;
        // First the year as it stood before an acceleration: what was exercised by then keeps its treatment.
        for e in year.iter().filter(|e| triggered.is_some() && !e.entry.accelerated) {
            let treatment = e.take(&mut room);
            if settled(&e) {
                treatments[e.grant][e.index] = treatment;
            }
        }
        room = YEARLY_LIMIT;
        for e in year.iter().filter(settled) {
            room -= treatments[e.grant][e.index].incentive * e.fair_value;
        }
        for e in year.iter().filter(|e| !settled(e)) {
            treatments[e.grant][e.index] = e.take(&mut room);
        }
    }
    treatments
}

struct Entry {
    year: i16,
    granted: CivilDate,
    grant: usize,
    index: usize,
    fair_value: Decimal,
    entry: FirstExercisable,
}

impl Entry {
    fn take(&self, room: &mut Decimal) -> Treatment {
        let shares = self.entry.shares;
        let incentive = if self.fair_value <= Decimal::ZERO {
            shares
        } else {
            let whole = room.checked_div(self.fair_value).map_or(shares, |fit| fit.floor());
            // A fraction of a share in the grant fits where the whole entry does.
            if shares <= whole { shares } else { whole.max(Decimal::ZERO) }
        };
        *room -= incentive.checked_mul(self.fair_value.max(Decimal::ZERO)).unwrap_or(*room).min(*room);
        Treatment { incentive, nonstatutory: shares - incentive }
    }
}

/// What becomes exercisable when a sale on `on` accelerates all that is not yet.
pub fn accelerate(exercisable: &[FirstExercisable], on: CivilDate) -> Vec<FirstExercisable> {
    exercisable
        .iter()
        .map(|entry| if entry.date > on { FirstExercisable { date: on, accelerated: true, ..*entry } } else { *entry })
        .collect()
}

impl LimitedGrant {
    /// A grant of options that vest by `vests`; with early exercise the whole of it is exercisable on the day of the
    /// grant.
    pub fn new(granted: CivilDate, fair_value: Decimal, vests: &[(CivilDate, Decimal)], early_exercise: bool) -> Self {
        let entry = |(date, shares)| FirstExercisable { date, shares, accelerated: false, exercised: None };
        let exercisable = if early_exercise {
            vec![entry((granted, vests.iter().map(|vest| vest.1).sum()))]
        } else {
            vests.iter().copied().map(entry).collect()
        };
        Self { granted, fair_value, exercisable }
    }
}

/// The lots of the grant at `place` of a person's `grants` of one employer, which vests by `vests`, split by the limit
/// that they all share. With early exercise the whole grant is exercisable at once and each lot holds its pro-rata part
/// of both kinds, in whole shares.
pub fn lots(grants: &[LimitedGrant], place: usize, vests: &[(CivilDate, Decimal)], early_exercise: bool) -> Vec<Lot> {
    let total: Decimal = vests.iter().map(|vest| vest.1).sum();
    let treated = split(grants).into_iter().nth(place).unwrap_or_default();
    if !early_exercise {
        return vests
            .iter()
            .zip(treated)
            .map(|(vest, t)| Lot { vests: vest.0, incentive: t.incentive, nonstatutory: t.nonstatutory })
            .collect();
    }
    let incentive = treated.first().map_or(Decimal::ZERO, |t| t.incentive);
    let (mut running, mut given) = (Decimal::ZERO, Decimal::ZERO);
    vests
        .iter()
        .map(|&(vests, shares)| {
            running += shares;
            let up_to = if running == total { incentive } else { (incentive * (running / total)).floor() };
            let part = up_to - given;
            given = up_to;
            Lot { vests, incentive: part, nonstatutory: shares - part }
        })
        .collect()
}

impl OptionGrant {
    /// Every option of the grant.
    pub fn shares(&self) -> Decimal {
        self.lots.iter().map(|lot| lot.incentive + lot.nonstatutory).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i16, month: i8, day: i8) -> CivilDate {
        CivilDate::new(year, month, day).unwrap()
    }

    fn entry(date: CivilDate, shares: Decimal) -> FirstExercisable {
        FirstExercisable { date, shares, accelerated: false, exercised: None }
    }

    fn each_year(shares: Decimal, first: i16, years: i16) -> Vec<FirstExercisable> {
        (first..first + years).map(|year| entry(day(year, 3, 1), shares)).collect()
    }

    fn kinds(incentive: Decimal, nonstatutory: Decimal) -> Treatment {
        Treatment { incentive, nonstatutory }
    }

    /// fairmark.com, "$100,000 Limit for ISOs": options on stock worth $160,000 that become exercisable over four
    /// years are $40,000 a year, within the limit; "… and Early Exercise": the same grant, exercisable at once, exceeds
    /// it by $60,000.
    #[test]
    fn fairmark_over_four_years_and_at_once() {
        let grant = |exercisable| LimitedGrant { granted: day(2025, 3, 1), fair_value: dec!(10), exercisable };
        let yearly = split(&[grant(each_year(dec!(4000), 2026, 4))]);
        assert_eq!(yearly, [vec![kinds(dec!(4000), dec!(0)); 4]]);
        let at_once = split(&[grant(vec![entry(day(2025, 3, 1), dec!(16000))])]);
        assert_eq!(at_once, [vec![kinds(dec!(10000), dec!(6000))]]);
    }

    /// stockoptionadvisors.com, "How does the $100,000 per year limit work": 100,000 at $0.50 and 200,000 at $1, each
    /// 25 % a year, are $62,500 in the year both vest, within the limit.
    #[test]
    fn two_grants_within_the_limit() {
        let grants = [
            LimitedGrant {
                granted: day(2025, 1, 1),
                fair_value: dec!(0.5),
                exercisable: each_year(dec!(25000), 2026, 4),
            },
            LimitedGrant {
                granted: day(2026, 1, 1),
                fair_value: dec!(1),
                exercisable: each_year(dec!(50000), 2027, 4),
            },
        ];
        assert!(split(&grants).iter().flatten().all(|treatment| treatment.nonstatutory.is_zero()));
    }

    /// 26 CFR 1.422-4(b)(3), by hand: 75,000 first exercisable under the older grant leave 25,000 of the newer one's
    /// 50,000, whichever is listed or vests first.
    #[test]
    fn the_order_is_that_of_the_grants() {
        let older = LimitedGrant {
            granted: day(2025, 1, 1),
            fair_value: dec!(1),
            exercisable: vec![entry(day(2027, 11, 1), dec!(75000))],
        };
        let newer = LimitedGrant {
            granted: day(2026, 1, 1),
            fair_value: dec!(2),
            exercisable: vec![entry(day(2027, 2, 1), dec!(25000))],
        };
        let expected = [vec![kinds(dec!(75000), dec!(0))], vec![kinds(dec!(12500), dec!(12500))]];
        assert_eq!(split(&[older.clone(), newer.clone()]), expected);
        assert_eq!(split(&[newer, older]), [expected[1].clone(), expected[0].clone()]);
    }

    /// § 1.422-4(b)(4), by hand: an older grant of 100,000 a year accelerates by 200,000 in June. A newer grant of
    /// 60,000 exercisable that January was an ISO when exercised in March and stays one; unexercised, it gives way.
    #[test]
    fn acceleration_counts_in_its_year_and_does_not_reach_back() {
        let vests =
            [(2027, 100_000), (2028, 100_000)].map(|(year, shares)| entry(day(year, 7, 1), Decimal::from(shares)));
        let older = LimitedGrant {
            granted: day(2025, 1, 1),
            fair_value: dec!(1),
            exercisable: accelerate(&vests, day(2026, 6, 1)),
        };
        let newer = |exercised| LimitedGrant {
            granted: day(2025, 6, 1),
            fair_value: dec!(1),
            exercisable: vec![FirstExercisable { exercised, ..entry(day(2026, 1, 1), dec!(60000)) }],
        };
        let waiting = split(&[older.clone(), newer(None)]);
        assert_eq!(waiting[0], [kinds(dec!(100000), dec!(0)), kinds(dec!(0), dec!(100000))]);
        assert_eq!(waiting[1], [kinds(dec!(0), dec!(60000))]);
        let exercised = split(&[older, newer(Some(day(2026, 3, 1)))]);
        assert_eq!(exercised[0], [kinds(dec!(40000), dec!(60000)), kinds(dec!(0), dec!(100000))]);
        assert_eq!(exercised[1], [kinds(dec!(60000), dec!(0))]);
    }

    /// 26 CFR 1.422-4(c), by hand: 10,000 of 16,000 are ISO; a quarter of the grant holds a quarter of each kind.
    #[test]
    fn early_exercise_splits_each_lot_pro_rata() {
        let vests: Vec<_> = (2026..2030).map(|year| (day(year, 3, 1), dec!(4000))).collect();
        let grant = LimitedGrant::new(day(2025, 3, 1), dec!(10), &vests, true);
        let lots = lots(&[grant], 0, &vests, true);
        assert!(lots.iter().all(|lot| (lot.incentive, lot.nonstatutory) == (dec!(2500), dec!(1500))), "{lots:?}");
    }

    prop_compose! {
        fn any_grant()(
            granted in 0u32..60, fair_value in 0i64..20_000,
            vests in prop::collection::vec((0u32..72, 0i64..60_000, any::<bool>()), 1..8),
            sold in prop::option::of(0u32..72),
        ) -> LimitedGrant {
            let first = day(2025, 1, 1);
            let exercisable: Vec<FirstExercisable> = vests
                .into_iter()
                .map(|(months, shares, exercised)| {
                    let date = first.plus_months(granted + months);
                    FirstExercisable { exercised: exercised.then_some(date), ..entry(date, Decimal::from(shares)) }
                })
                .collect();
            LimitedGrant {
                granted: first.plus_months(granted),
                fair_value: Decimal::new(fair_value, 2),
                exercisable: match sold {
                    Some(months) => accelerate(&exercisable, first.plus_months(granted + months)),
                    None => exercisable,
                },
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        /// Both kinds sum to the grant, neither is below zero, no year holds more than the limit, and within a year no
        /// option is nonstatutory while a share of it would still have fitted.
        #[test]
        fn the_split_sums_to_the_grant(grants in prop::collection::vec(any_grant(), 1..5)) {
            let treated = split(&grants);
            let mut used = std::collections::BTreeMap::<i16, Decimal>::new();
            for (grant, treated) in grants.iter().zip(&treated) {
                prop_assert_eq!(grant.exercisable.len(), treated.len());
                for (entry, treatment) in grant.exercisable.iter().zip(treated) {
                    prop_assert_eq!(treatment.incentive + treatment.nonstatutory, entry.shares);
                    prop_assert!(treatment.incentive >= Decimal::ZERO && treatment.nonstatutory >= Decimal::ZERO);
                    *used.entry(entry.date.year()).or_default() += treatment.incentive * grant.fair_value;
                }
            }
            prop_assert!(used.values().all(|value| *value <= YEARLY_LIMIT), "{used:?}");
            for (grant, treated) in grants.iter().zip(&treated) {
                let unfixed = grants.iter().all(|g| g.exercisable.iter().all(|e| e.exercised.is_none()));
                for (entry, treatment) in grant.exercisable.iter().zip(treated) {
                    if unfixed && !treatment.nonstatutory.is_zero() {
                        prop_assert!(used[&entry.date.year()] + grant.fair_value > YEARLY_LIMIT);
                    }
                }
            }
        }
    }
}
