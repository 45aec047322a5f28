//! One future of several budgets at one workload: what sampling asks ten thousand times.
//!
//! A [`Plan`] is the months at plan, and [`Budget`] the terms of a budget with its steps found once. The draws of a
//! future come from the caller: how far use lies above plan, what prices do, when a budget is taken back. All budgets
//! share one future, so that differences between them are differences of their terms.

use super::revocation::Revocation;
use super::split::{Settled, Split};
use super::{Demand, Lots, Step, Terms, run_until, steps};
use counterweight_domain::CivilDate;

/// The workload and the cloud's price at plan, month by month; money in one currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Calls that go to the cloud.
    pub calls: Vec<f64>,
    /// Announced price of a call.
    pub per_call: Vec<f64>,
    /// How much use grows as the price falls against the announced one.
    pub elasticity: f64,
    /// Share of use that is the person's own, 0 to 1.
    pub personal_share: f64,
    /// What the person would buy anyway, a month.
    pub would_buy: f64,
}

/// A budget, ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// Its terms.
    pub terms: Terms,
    /// Its steps.
    pub steps: Vec<Step>,
    /// How firm it is.
    pub revocation: Revocation,
}

impl Budget {
    /// A budget over `months` months from `start`.
    pub fn new(terms: Terms, start: CivilDate, months: u32, revocation: Revocation) -> Self {
        let steps = steps(&terms, start, months);
        Self { terms, steps, revocation }
    }
}

/// The draws of one future, each slice with a factor for each month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FutureDraws<'a> {
    /// Use against plan.
    pub used: &'a [f64],
    /// Price against the announced one, see [`crate::price_scenario::factors`].
    pub price: &'a [f64],
    /// Uniform, 0 to 1: when the budget is taken back; 1 is never.
    pub revoked: f64,
}

impl FutureDraws<'_> {
    /// Everything as planned: use at plan, prices as announced, nothing taken back.
    pub const PLANNED: Self = FutureDraws { used: &[], price: &[], revoked: 1.0 };

    /// Use against plan in month `month`, from 1.
    pub fn used(&self, month: u32) -> f64 {
        self.used.get(month as usize - 1).copied().unwrap_or(1.0)
    }

    /// Price against the announced one in month `month`, from 1.
    pub fn price(&self, month: u32) -> f64 {
        self.price.get(month as usize - 1).copied().unwrap_or(1.0)
    }
}

/// What one budget did in one future.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BudgetFuture {
    /// Where it went.
    pub split: Split,
    /// Who bears the work beyond it.
    pub settled: Settled,
    /// The first month in which it ran out while it still ran.
    pub first_run_out: Option<u32>,
    /// The first month without it, when it was taken back within the months.
    pub ended: Option<u32>,
}

/// Room that futures share: the need and the price of each month.
#[derive(Debug, Clone, Default)]
pub struct Room {
    lots: Lots,
    needs: Vec<Demand>,
    prices: Vec<f64>,
}

/// Finds what each month needs in this future, once for all budgets.
pub fn prepare(plan: &Plan, draws: &FutureDraws, room: &mut Room) {
    room.needs.clear();
    room.prices.clear();
    let first = plan.per_call.first().copied().unwrap_or(0.0);
    for (month, (calls, announced)) in plan.calls.iter().zip(&plan.per_call).enumerate() {
        let (used, factor) =
            (draws.used.get(month).copied().unwrap_or(1.0), draws.price.get(month).copied().unwrap_or(1.0));
        let moved = if plan.elasticity != 0.0 && factor > 0.0 { libm::pow(factor, -plan.elasticity) } else { 1.0 };
        let per_call = announced * factor;
        let cost = calls * used * moved * per_call;
        room.needs.push(Demand {
            work: cost * (1.0 - plan.personal_share),
            own: cost * plan.personal_share,
            would_buy: plan.would_buy,
        });
        room.prices.push(if first > 0.0 { per_call / first } else { 1.0 });
    }
}

/// Runs one budget in the future that `room` was prepared for.
pub fn run(budget: &Budget, draws: &FutureDraws, room: &mut Room) -> BudgetFuture {
    let ends = budget.revocation.ends(draws.revoked);
    let Room { lots, needs, prices } = room;
    let mut out = BudgetFuture::default();
    let last = run_until(
        &budget.terms,
        &budget.steps,
        lots,
        ends,
        |month| needs[month as usize - 1],
        |month| prices[month as usize - 1],
        |month, outcome| {
            out.split.add(outcome);
            out.settled.self_paid += outcome.out_of_pocket;
            out.settled.employer_paid += outcome.employer_paid;
            if outcome.ran_out && month < ends && out.first_run_out.is_none() {
                out.first_run_out = Some(month);
            }
        },
    );
    out.split.close(&last);
    out.settled.undone = out.split.unmet - out.settled.self_paid - out.settled.employer_paid;
    out.ended = (ends as usize <= needs.len()).then_some(ends);
    out
}
