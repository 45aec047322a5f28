//! A budget shared by a team: what others use is not there for oneself, and what they leave is.
//!
//! The whole pool runs as one balance under the pool's terms, and what it serves in a month is shared in proportion to
//! what each asked for. Who asks for more than an equal part takes from the others, and the other way round.

use super::{Demand, Final, Leaving, Lots, MonthOutcome, Step, Terms, run_until};

/// A person's part of a pool in one month.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PooledMonth {
    /// The person's equal part of what was granted.
    pub granted: f64,
    /// Taken beyond that equal part from the others; negative when the others took from the person. In the months in
    /// which the pool carries, it is the person's use against an equal part of the pool's.
    pub from_others: f64,
    /// What the person got: own work, own use and what was unmet; `granted`, `expired`, `available` and `left` are the
    /// equal part of the pool's.
    pub mine: MonthOutcome,
    /// The whole pool.
    pub pool: MonthOutcome,
}

/// What the others of a pool ask of it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Others<F> {
    /// Work of all the others together in a whole month, at list price.
    pub work: F,
    /// Own use of all the others together, in multiples of the person's: 9 for nine who do as the person does.
    pub own: f64,
}

/// Runs a pool of `people`, `terms` and `steps` being the whole pool's. `mine(month)` is the person's need of a whole
/// month. All work comes before anyone's own use, and own use is capped by an equal part of the pool for each.
///
/// For the person, equal part + taken from others = spent + expired + left more than before, month by month.
#[allow(clippy::too_many_arguments, reason = "the arguments of a run, and the others'")]
pub fn run(
    terms: &Terms,
    people: u32,
    steps: &[Step],
    lots: &mut Lots,
    ends: u32,
    mine: impl Fn(u32) -> Demand,
    others: Others<impl Fn(u32) -> f64>,
    price: impl Fn(u32) -> f64,
    mut visit: impl FnMut(u32, &PooledMonth),
) -> Final {
    let each = f64::from(people.max(1));
    // The person's own use is one part in so many.
    let owns = 1.0 + others.own.max(0.0);
    let together = |month: u32| {
        let Demand { work, own, would_buy } = mine(month);
        let work = work + (others.work)(month).max(0.0);
        Demand { work, own: own * owns, would_buy: would_buy * owns }
    };
    let terms = &Terms { personal_cap: terms.personal_cap * (owns / each).min(1.0), ..terms.clone() };
    let mut would_buy = 0.0;
    let last = run_until(terms, steps, lots, ends, together, price, |month, pool| {
        let (own, rest) = (mine(month), (others.work)(month).max(0.0));
        would_buy = own.would_buy;
        let asked = own.work + rest;
        let part = if asked > 0.0 { own.work / asked } else { 0.0 };
        let mine = MonthOutcome {
            available: pool.available / each,
            granted: pool.granted / each,
            work: pool.work * part,
            perk: pool.perk / owns,
            own: pool.own / owns,
            expired: pool.expired / each,
            left: pool.left / each,
            unmet: pool.unmet * part,
            out_of_pocket: pool.out_of_pocket * part,
            employer_paid: pool.employer_paid * part,
            ran_out: pool.ran_out,
            dry_at: pool.dry_at,
        };
        let spent = mine.work + mine.perk + mine.own;
        let equal = (pool.work + pool.perk + pool.own) / each;
        visit(month, &PooledMonth { granted: mine.granted, from_others: spent - equal, mine, pool: *pool });
    });
    let left = (last.forfeited + last.cashed) / each;
    let cashed = match terms.leaving {
        Leaving::Forfeited => 0.0,
        Leaving::UsableFor(months) => left.min(would_buy * f64::from(months)),
        Leaving::PaidOut => left,
    };
    Final { forfeited: left - cashed, cashed }
}
