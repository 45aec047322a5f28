//! The terms under which a grant vests: conditions that follow one another, and the one path that is taken.

use super::allocation::Allocation;
use super::day::{self, DayOfMonth};
use super::fraction::Fraction;
use counterweight_domain::{CivilDate, Problem};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Tranches that one grant may have: a century of days, with room to spare.
pub(super) const MOST_TRANCHES: usize = 40_000;

/// The days on which events came, by the id of their condition.
pub type Events = BTreeMap<String, CivilDate>;

/// Under which conditions a grant vests: a directed graph without cycles, in the manner of Open Cap Format.
///
/// Made by [`Terms::timed`] or read by [`read`](super::ocf::read), so that every id leads somewhere and no path
/// turns back.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// What the terms are called.
    pub name: String,
    /// How shares are rounded.
    pub allocation: Allocation,
    pub(super) conditions: Vec<Condition>,
}

/// One condition, and what vests when it is met.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    pub id: String,
    /// What vests each time the trigger occurs.
    pub vests: Amount,
    pub trigger: Trigger,
    /// The conditions that can follow, the first having priority, as indices.
    pub next: Vec<usize>,
}

/// How much vests each time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Amount {
    /// A number of shares.
    Quantity(Decimal),
    /// A fraction of the whole grant.
    Portion(Fraction),
    /// A fraction of what has not vested by the time the condition is met.
    Remainder(Fraction),
}

/// What meets a condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Trigger {
    /// The vesting commencement date.
    Start,
    /// A day on the calendar.
    Absolute(CivilDate),
    /// A span of time after another condition, once or several times.
    Relative { to: usize, period: Period },
    /// An event that is recorded when it comes.
    Event,
}

/// A span of time that may recur.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Period {
    pub unit: Unit,
    /// Months or days of one occurrence.
    pub length: u32,
    /// How often it occurs, one or more.
    pub occurrences: u32,
    /// The occurrence, counted from 1, with which vesting begins; what came before vests with it.
    pub cliff: u32,
}

/// What a [`Period`] is counted in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unit {
    Days,
    Months(DayOfMonth),
}

/// A condition that was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// Its id.
    pub id: String,
    /// When, for the first time.
    pub date: CivilDate,
}

/// What is known of one grant besides its terms and its size.
pub(super) struct Facts<'a> {
    pub commencement: CivilDate,
    pub day: Option<DayOfMonth>,
    pub events: &'a Events,
}

/// The path that was taken.
pub(super) struct Taken {
    /// Each occurrence's day and fraction of the grant, by rising date; days may repeat.
    pub vests: Vec<(CivilDate, Fraction)>,
    pub met: Vec<Met>,
}

/// The condition at which the path stands, with all its occurrences.
struct Current {
    index: usize,
    occurrences: Vec<(CivilDate, Fraction)>,
    entered: CivilDate,
}

impl Terms {
    /// Terms by time alone: each part is the months after commencement and the fraction of the grant. Parts of one
    /// month are added; the fractions should make the whole. The days follow `day`.
    ///
    /// None when a sum of parts is too fine to hold.
    pub fn timed(name: impl Into<String>, parts: &[(u32, Fraction)], day: DayOfMonth) -> Option<Self> {
        let mut by_month: BTreeMap<u32, Fraction> = BTreeMap::new();
        for (month, part) in parts.iter().filter(|(_, part)| !part.is_zero()) {
            let sum = by_month.get(month).copied().unwrap_or(Fraction::ZERO).plus(*part)?;
            by_month.insert(*month, sum);
        }
        let at_start = by_month.remove(&0).unwrap_or(Fraction::ZERO);
        let mut conditions = vec![Condition {
            id: "start".to_owned(),
            vests: Amount::Portion(at_start),
            trigger: Trigger::Start,
            next: Vec::new(),
        }];
        // Equal parts at equal distances are one condition that recurs, as the format's own samples write them.
        let mut runs: Vec<(u32, u32, u32, Fraction)> = Vec::new();
        let mut before = 0;
        for (month, part) in by_month {
            let length = month - before;
            match runs.last_mut() {
                Some((last, step, count, same)) if *step == length && *same == part => {
                    *last = month;
                    *count += 1;
                }
                _ => runs.push((month, length, 1, part)),
            }
            before = month;
        }
        for (last, length, occurrences, part) in runs {
            let to = conditions.len() - 1;
            conditions[to].next.push(to + 1);
            conditions.push(Condition {
                id: format!("month-{last}"),
                vests: Amount::Portion(part),
                trigger: Trigger::Relative {
                    to,
                    period: Period { unit: Unit::Months(day), length, occurrences, cliff: 1 },
                },
                next: Vec::new(),
            });
        }
        Some(Self { name: name.into(), allocation: Allocation::default(), conditions })
    }

    /// The ids of the conditions that wait for an event, in the order of the terms.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        self.conditions.iter().filter(|c| c.trigger == Trigger::Event).map(|c| c.id.as_str())
    }

    /// Follows the path: from each condition to the one of its next ones that is met first, and among those met on
    /// one day to the first in the list. Open Cap Format describes it as an evaluation day by day.
    ///
    /// Where the format leaves room, this holds: a condition that lies in the past when the path comes to it is met
    /// on that day. A condition that recurs goes on until it is done or one of its next conditions is met; on that
    /// day itself it still occurs. What is relative to a condition that recurs counts from its last occurrence. A
    /// portion of the remainder is measured once, when its condition is met.
    pub(super) fn follow(&self, total: Decimal, facts: &Facts<'_>) -> Result<Taken, Problem> {
        let mut taken = Taken { vests: Vec::new(), met: Vec::new() };
        let mut vested = Fraction::ZERO;
        let mut occurred: Vec<Option<CivilDate>> = vec![None; self.conditions.len()];
        let mut current: Option<Current> = None;
        let mut candidates = self.roots();
        loop {
            let mut first: Option<(usize, CivilDate)> = None;
            for &i in &candidates {
                let Some(raw) = self.met_on(i, &occurred, facts)? else { continue };
                let date = current.as_ref().map_or(raw, |c| raw.max(c.entered));
                if first.is_none_or(|(_, earliest)| date < earliest) {
                    first = Some((i, date));
                }
            }
            if let Some(current) = current.take() {
                for (date, part) in current.occurrences {
                    if first.is_none_or(|(_, next)| date <= next) {
                        vested = vested.plus(part).ok_or_else(too_fine)?;
                        taken.vests.push((date, part));
                        occurred[current.index] = Some(date);
                    }
                }
            }
            if vested > Fraction::ONE {
                return Err(exceeds());
            }
            let Some((i, entered)) = first else { return Ok(taken) };
            let condition = &self.conditions[i];
            let entering = self.enter(i, entered, vested, total, &occurred, facts)?;
            if taken.vests.len() + entering.occurrences.len() > MOST_TRANCHES {
                return Err(Problem::new(
                    "vesting.tooManyTranches",
                    format!("These terms vest more than {MOST_TRANCHES} times."),
                    "Shorten the terms.",
                ));
            }
            occurred[i] = entering.occurrences.last().map(|(date, _)| *date);
            taken.met.push(Met { id: condition.id.clone(), date: entered });
            candidates.clone_from(&condition.next);
            current = Some(entering);
        }
    }

    /// The conditions that no other one leads to.
    pub(super) fn roots(&self) -> Vec<usize> {
        let mut led_to = vec![false; self.conditions.len()];
        for &next in self.conditions.iter().flat_map(|c| &c.next) {
            led_to[next] = true;
        }
        (0..self.conditions.len()).filter(|&i| !led_to[i]).collect()
    }

    /// When this condition is met, by itself; none when that day has not come.
    fn met_on(
        &self,
        i: usize,
        occurred: &[Option<CivilDate>],
        facts: &Facts<'_>,
    ) -> Result<Option<CivilDate>, Problem> {
        match self.conditions[i].trigger {
            Trigger::Start => Ok(Some(facts.commencement)),
            Trigger::Absolute(date) => Ok(Some(date)),
            Trigger::Event => Ok(facts.events.get(&self.conditions[i].id).copied()),
            Trigger::Relative { to, period } => match occurred[to] {
                Some(base) => period.occurrence(period.cliff.max(1), base, facts).map(Some),
                None => Ok(None),
            },
        }
    }

    /// All that vests by a condition met on `entered`, when `vested` of the grant has vested before.
    fn enter(
        &self,
        i: usize,
        entered: CivilDate,
        vested: Fraction,
        total: Decimal,
        occurred: &[Option<CivilDate>],
        facts: &Facts<'_>,
    ) -> Result<Current, Problem> {
        let part = match self.conditions[i].vests {
            Amount::Portion(part) => part,
            Amount::Remainder(part) => {
                Fraction::ONE.less(vested).and_then(|left| part.times(left)).ok_or_else(too_fine)?
            }
            Amount::Quantity(shares) if shares.is_zero() => Fraction::ZERO,
            Amount::Quantity(shares) if shares > total => return Err(exceeds()),
            Amount::Quantity(shares) => Fraction::of(shares, total).ok_or_else(too_fine)?,
        };
        let mut occurrences = Vec::new();
        match self.conditions[i].trigger {
            Trigger::Relative { to, period } => {
                let base = occurred[to].unwrap_or(entered);
                let cliff = period.cliff.max(1);
                for k in cliff..=period.occurrences.max(cliff) {
                    let date = period.occurrence(k, base, facts)?.max(entered);
                    let part = if k == cliff { part.repeated(cliff).ok_or_else(too_fine)? } else { part };
                    occurrences.push((date, part));
                }
            }
            Trigger::Start | Trigger::Absolute(_) | Trigger::Event => occurrences.push((entered, part)),
        }
        Ok(Current { index: i, occurrences, entered })
    }
}

impl Period {
    /// The day of the `k`th occurrence after `base`.
    fn occurrence(self, k: u32, base: CivilDate, facts: &Facts<'_>) -> Result<CivilDate, Problem> {
        let span = self.length.checked_mul(k);
        let date = match self.unit {
            Unit::Days => span.and_then(|days| day::days_after(base, days)),
            Unit::Months(rule) => {
                span.and_then(|months| facts.day.unwrap_or(rule).months_after(base, months, facts.commencement))
            }
        };
        date.ok_or_else(|| {
            Problem::new(
                "vesting.tooFar",
                "These terms vest after the end of the calendar.",
                "Check the length of the periods and how often they occur.",
            )
        })
    }
}

fn exceeds() -> Problem {
    Problem::new(
        "vesting.exceedsGrant",
        "These terms vest more than the whole grant.",
        "Check the portions and quantities, and whether one should be of the remainder.",
    )
}

pub(super) fn too_fine() -> Problem {
    Problem::new(
        "vesting.tooFine",
        "The portions of these terms are too fine to compute exactly.",
        "Write the portions as simple fractions, such as 1 of 48.",
    )
}
