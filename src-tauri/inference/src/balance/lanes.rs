//! One budget in several futures at once, side by side: what sampling asks ten thousand times, in loops without a
//! branch that differs between futures.
//!
//! The rules are those of [`super::run_until`]; a law holds the two to the same amounts. Written twice for speed: the
//! balance of one future decides at each step, and a processor cannot do that for four futures in one instruction.

use super::split::OverageRule;
use super::{Carry, Leaving, Step, Terms};

/// Futures side by side.
pub const LANES: usize = 32;

/// A number in each of several futures.
pub type Lanes = [f64; LANES];

/// What a month needs in each future, at list price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Needs {
    /// For the employer's work.
    pub work: Lanes,
    /// For own work.
    pub own: Lanes,
}

/// What of a month counts as pay, in each future.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// Spent on own work that would have been bought anyway.
    pub perk: Lanes,
    /// Spent on other own work.
    pub own: Lanes,
    /// Work beyond the budget that the person pays.
    pub out_of_pocket: Lanes,
}

/// The futures that a budget is run in. A trait, so that its methods can be marked to become part of the loop that asks
/// them, which a closure cannot.
pub trait Futures {
    /// Writes the need of a whole month.
    fn needs(&self, month: u32, needs: &mut Needs);
    /// Multiplies a grant by the month's list price against the first month's; asked only where the grant follows it.
    fn follow_price(&self, month: u32, grant: &mut Lanes);
    /// Takes what a month counts as it closes.
    fn count(&mut self, month: u32, counted: &Counted);
}

const ZERO: Lanes = [0.0; LANES];
const NOTHING: Counted = Counted { perk: ZERO, own: ZERO, out_of_pocket: ZERO };

/// Whether a budget can be run so: no part of it expires on a day of its own, and its use is metered.
pub fn run_side_by_side(terms: &Terms) -> bool {
    terms.expiry_months.is_none() && !terms.flat
}

/// Runs the balance over `steps` in all futures, and returns what is cashed on leaving. The person would have bought
/// `would_buy` a month anyway; `ends` is the first month without the budget.
#[inline(always)]
pub fn run(
    terms: &Terms,
    steps: &[Step],
    ends: Option<&[u32; LANES]>,
    would_buy: f64,
    futures: &mut impl Futures,
) -> Lanes {
    let (mut free, mut own_room, mut month) = (ZERO, ZERO, NOTHING);
    let mut need = Needs { work: ZERO, own: ZERO };
    let self_paid = if terms.overage == OverageRule::SelfPaid { 1.0 } else { 0.0 };
    let mut turned = false;
    for (i, step) in steps.iter().enumerate() {
        if i == 0 || steps[i - 1].month != step.month {
            month = NOTHING;
            if let Some(ends) = ends {
                for lane in 0..LANES {
                    free[lane] = if step.month >= ends[lane] { 0.0 } else { free[lane] };
                }
            }
        }
        if step.resets && !turned {
            turn(terms, &mut free, &mut own_room);
        }
        turned = false;
        if step.grant > 0.0 {
            let mut grant = [step.grant; LANES];
            if terms.follows_price {
                futures.follow_price(step.month, &mut grant);
            }
            if let Some(ends) = ends {
                for lane in 0..LANES {
                    grant[lane] = if step.month < ends[lane] { grant[lane] } else { 0.0 };
                }
            }
            for lane in 0..LANES {
                free[lane] += grant[lane];
                own_room[lane] += grant[lane] * terms.personal_cap;
            }
        }
        futures.needs(step.month, &mut need);
        let could_buy = would_buy * step.share;
        for lane in 0..LANES {
            let (work, own) = (need.work[lane] * step.share, need.own[lane] * step.share);
            let on_work = least(work, free[lane]);
            let on_own = most(least(least(own, free[lane] - on_work), own_room[lane]), 0.0);
            own_room[lane] -= on_own;
            let perk = least(on_own, could_buy);
            free[lane] = most(free[lane] - (on_work + on_own), 0.0);
            month.perk[lane] += perk;
            month.own[lane] += on_own - perk;
            month.out_of_pocket[lane] += (work - on_work) * self_paid;
        }
        let next = steps.get(i + 1);
        if next.is_none_or(|next| next.month != step.month) {
            if next.is_some_and(|next| next.resets) {
                turn(terms, &mut free, &mut own_room);
                turned = true;
            }
            futures.count(step.month, &month);
        }
    }
    let most_of_use = match terms.leaving {
        Leaving::Forfeited => 0.0,
        Leaving::UsableFor(months) => would_buy * f64::from(months),
        Leaving::PaidOut => f64::INFINITY,
    };
    for left in &mut free {
        *left = least(*left, most_of_use);
    }
    free
}

/// Carries what is left into a new period.
#[inline(always)]
fn turn(terms: &Terms, free: &mut Lanes, own_room: &mut Lanes) {
    match terms.carry {
        Carry::Nothing => (*free, *own_room) = (ZERO, ZERO),
        Carry::Everything => {}
        Carry::UpTo(cap) => {
            for free in free {
                *free = least(*free, cap);
            }
        }
    }
}

/// The lesser of two numbers, as one instruction: neither is ever no number.
#[inline(always)]
fn least(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The greater of two numbers, as one instruction.
#[inline(always)]
fn most(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::super::laws::any_terms;
    use super::super::{CivilDate, Demand, Lots, run_until, steps};
    use super::*;
    use proptest::prelude::*;

    const WOULD_BUY: f64 = 10.0;

    struct Told<W, P> {
        work: W,
        own: f64,
        prices: P,
        found: Vec<Counted>,
    }

    impl<W: Fn(u32, usize) -> f64, P: Fn(u32, usize) -> f64> Futures for Told<W, P> {
        fn needs(&self, month: u32, needs: &mut Needs) {
            *needs = Needs { work: std::array::from_fn(|lane| (self.work)(month, lane)), own: [self.own; LANES] };
        }

        fn follow_price(&self, month: u32, grant: &mut Lanes) {
            grant.iter_mut().enumerate().for_each(|(lane, grant)| *grant *= (self.prices)(month, lane));
        }

        fn count(&mut self, _: u32, counted: &Counted) {
            self.found.push(*counted);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        /// What counts of each month and what is cashed are to the bit those of one balance after the other.
        #[test]
        fn side_by_side_is_one_by_one(
            terms in any_terms(), ends in 1u32..40, months in 1u32..30, day in 1i8..=28,
            work in prop::array::uniform4(0.0..1e3f64), own in 0.0..50.0f64, price in 0.1..3.0f64,
            (self_paid, follows_price) in any::<(bool, bool)>(),
        ) {
            let overage = if self_paid { OverageRule::SelfPaid } else { OverageRule::EmployerPays(0.5) };
            let terms = Terms { expiry_months: None, overage, follows_price, ..terms };
            prop_assert!(run_side_by_side(&terms));
            let steps = steps(&terms, CivilDate::new(2027, 1, day).expect("a date"), months);
            // Futures differ in how much work each month brings and in when the budget is taken back.
            let work = move |month: u32, lane: usize| work[(month as usize + lane) % 4] * (1.0 + lane as f64 / 7.0);
            let prices = move |month: u32, lane: usize| price + f64::from(month % 3) + lane as f64 / 100.0;
            let all_ends: [u32; LANES] = std::array::from_fn(|lane| ends + lane as u32);
            let mut futures = Told { work, own, prices, found: Vec::new() };
            let cashed = run(&terms, &steps, Some(&all_ends), WOULD_BUY, &mut futures);
            let found = futures.found;
            for lane in 0..LANES {
                let mut expected = Vec::new();
                let last = run_until(
                    &terms,
                    &steps,
                    &mut Lots::default(),
                    all_ends[lane],
                    |month| Demand { work: work(month, lane), own, would_buy: WOULD_BUY },
                    |month| prices(month, lane),
                    |_, month| expected.push((month.perk, month.own, month.out_of_pocket)),
                );
                let ours: Vec<_> = found.iter().map(|m| (m.perk[lane], m.own[lane], m.out_of_pocket[lane])).collect();
                prop_assert_eq!(ours, expected);
                prop_assert_eq!(cashed[lane], last.cashed);
            }
        }
    }
}
