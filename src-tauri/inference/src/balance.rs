//! A token budget's balance, step by step: what is granted, spent, carried, expired, and what of the spending
//! was the person's own.
//!
//! All amounts are money at list price in one currency, as `f64`: this runs inside sampling. The caller turns
//! results into money. Work is served before own use. What is carried longest is spent first.

use counterweight_domain::CivilDate;
use split::OverageRule;

pub mod future;
pub mod lanes;
pub mod pool;
pub mod revocation;
pub mod run_out;
pub mod split;

/// The terms of a budget with every amount in money and the person's share taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// Granted at the start of a period, before growth.
    pub grant: f64,
    /// Months between grants; none when there is only one.
    pub period_months: Option<u32>,
    /// Day of the month on which a new period begins; none is the day of the start.
    pub reset_day: Option<u32>,
    /// Month of the year, 1 to 12, in which a period of several months begins: 1 is a calendar year or quarter. None
    /// counts periods from the start.
    pub reset_month: Option<u32>,
    /// Change of the grant a year, as a fraction, taken once a full year has passed.
    pub growth: f64,
    /// What happens to the rest of a period.
    pub carry: Carry,
    /// Months after which carried budget expires; none never.
    pub expiry_months: Option<u32>,
    /// The share of the budget that own work may take, 0 to 1.
    pub personal_cap: f64,
    /// Who pays for work beyond the budget.
    pub overage: OverageRule,
    /// The grant is a number of tokens, so its money follows the price.
    pub follows_price: bool,
    /// What happens to the rest on leaving.
    pub leaving: Leaving,
    /// A fee for use that nobody meters, as for a seat: what is asked beyond it is served as well. Own use that would have
    /// been bought comes first, as it is what the fee saves the person.
    pub flat: bool,
}

/// What happens to the rest of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Carry {
    /// It is lost.
    Nothing,
    /// It is carried forward.
    Everything,
    /// It is carried forward up to this much.
    UpTo(f64),
}

/// What happens to the rest on leaving.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Leaving {
    /// It is lost.
    Forfeited,
    /// It can be spent on what the person would buy anyway, for this many months.
    UsableFor(u32),
    /// It is paid in cash.
    PaidOut,
}

/// A stretch of time in which nothing resets: a month, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The month it lies in, from 1.
    pub month: u32,
    /// How much of the month it is, 0 to 1.
    pub share: f64,
    /// A new period begins with it.
    pub resets: bool,
    /// What is granted as it begins, before the price index.
    pub grant: f64,
}

/// What a person needs in one whole month, at list price.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Demand {
    /// For the employer's work.
    pub work: f64,
    /// For own work.
    pub own: f64,
    /// What the person would have bought anyway.
    pub would_buy: f64,
}

/// What happened in one month.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MonthOutcome {
    /// Carried into the month and granted in it.
    pub available: f64,
    /// Granted in it.
    pub granted: f64,
    /// Spent on the employer's work.
    pub work: f64,
    /// Spent on own work that would have been bought anyway.
    pub perk: f64,
    /// Spent on other own work.
    pub own: f64,
    /// Expired in it.
    pub expired: f64,
    /// Left at its end.
    pub left: f64,
    /// Work that the budget did not cover.
    pub unmet: f64,
    /// Unmet work that the person pays.
    pub out_of_pocket: f64,
    /// Unmet work that the employer pays on approval, beyond the budget.
    pub employer_paid: f64,
    /// The budget ran out in it while work was left.
    pub ran_out: bool,
    /// How much of the month had passed when it first did, 0 to 1, with use even between two resets.
    pub dry_at: f64,
}

/// What is left on the day of leaving.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Final {
    /// Lost.
    pub forfeited: f64,
    /// Of use after leaving: paid out, or spent in the months of grace.
    pub cashed: f64,
}

/// The steps of `months` months from `start` under these terms: one a month, and one more in a month that a
/// reset cuts in two. A reset day that a month does not have falls on its last day.
pub fn steps(terms: &Terms, start: CivilDate, months: u32) -> Vec<Step> {
    let resets = reset_days(terms, start, months);
    let mut steps = Vec::with_capacity(months as usize + resets.len());
    let mut next = 0;
    let granted_years = |date: CivilDate, first: bool| {
        let years = start.months_until(date).max(0) / 12;
        let periodic = terms.period_months.is_some();
        if first || periodic { terms.grant * (1.0 + terms.growth).powi(years) } else { 0.0 }
    };
    for month in 1..=months {
        let (from, to) = (start.plus_months(month - 1), start.plus_months(month));
        let days = f64::from(from.days_until(to).max(1));
        let mut at = from;
        let mut step = Step { month, share: 0.0, resets: false, grant: 0.0 };
        if month == 1 {
            step.grant = granted_years(start, true);
        }
        while let Some(&reset) = resets.get(next).filter(|&&reset| reset < to) {
            next += 1;
            if reset > at {
                step.share = f64::from(at.days_until(reset)) / days;
                steps.push(step);
                at = reset;
            }
            step = Step { month, share: 0.0, resets: true, grant: granted_years(reset, false) };
        }
        step.share = f64::from(at.days_until(to)) / days;
        steps.push(step);
    }
    steps
}

/// The days after the start on which a period begins, within `months` months. A day that a month does not have is its last.
///
/// A month begins anew on each reset day. A period of several months begins in the stated month, and every so many months
/// from it; a day that is not stated is then the first. Without a stated month the first reset is one period after the
/// month of the start, so that a reset day later in that month grants nothing twice.
pub fn reset_days(terms: &Terms, start: CivilDate, months: u32) -> Vec<CivilDate> {
    let Some(period) = terms.period_months.filter(|period| *period > 0) else { return Vec::new() };
    let end = start.plus_months(months);
    let opening = CivilDate::new(start.year(), start.month(), 1).unwrap_or(start);
    let stated = terms.reset_month.filter(|_| period > 1);
    // Months from the month of the start to the first in which a period may begin.
    let skipped = match stated {
        // The month of the start itself has its grant.
        Some(month) => match (12 + month.clamp(1, 12) - u32::try_from(start.month()).unwrap_or(1)) % period {
            0 => period,
            ahead => ahead,
        },
        None if period > 1 => period,
        None => 0,
    };
    let mut days = Vec::new();
    for k in 0..=months.div_ceil(period) + 1 {
        let day = match (terms.reset_day, stated) {
            (None, None) => start.plus_months(k * period),
            (day, _) => on_day(opening.plus_months(skipped + k * period), day.unwrap_or(1)),
        };
        if day > start && day < end {
            days.push(day);
        }
    }
    days
}

/// The given day of the month that `first` opens, or the month's last day.
fn on_day(first: CivilDate, day: u32) -> CivilDate {
    (1..=day.min(31))
        .rev()
        .find_map(|d| CivilDate::new(first.year(), first.month(), i8::try_from(d).ok()?))
        .unwrap_or(first)
}

/// A balance in parts that expire on different days. Kept between runs, so that a run in a loop allocates nothing.
#[derive(Debug, Clone, Default)]
pub struct Lots {
    /// What has no last month yet: all of it, unless what is carried expires.
    free: f64,
    /// Amount, and the last month in which it can be spent; oldest first.
    dated: Vec<(f64, u32)>,
}

impl Lots {
    fn total(&self) -> f64 {
        self.free + self.dated.iter().map(|lot| lot.0).sum::<f64>()
    }

    fn spend(&mut self, mut amount: f64) {
        // Most budgets have no part that expires, and this runs a million times.
        if self.dated.is_empty() {
            self.free = (self.free - amount).max(0.0);
            return;
        }
        for lot in &mut self.dated {
            let taken = amount.min(lot.0);
            lot.0 -= taken;
            amount -= taken;
        }
        self.dated.retain(|lot| lot.0 > 0.0);
        self.free = (self.free - amount).max(0.0);
    }

    fn expire(&mut self, month: u32) -> f64 {
        if self.dated.is_empty() {
            return 0.0;
        }
        let before = self.total();
        self.dated.retain(|lot| lot.1 >= month);
        before - self.total()
    }

    fn empty(&mut self) -> f64 {
        let all = self.total();
        self.free = 0.0;
        self.dated.clear();
        all
    }

    /// Carries what is left into a new period; the rest is returned as expired.
    fn turn(&mut self, month: u32, terms: &Terms) -> f64 {
        let before = self.total();
        match terms.carry {
            Carry::Nothing => {
                self.free = 0.0;
                self.dated.clear();
            }
            Carry::Everything => {}
            Carry::UpTo(cap) => {
                // Newest parts are kept, because they can be used longest.
                self.free = self.free.min(cap);
                let mut room = cap - self.free;
                for lot in self.dated.iter_mut().rev() {
                    lot.0 = lot.0.min(room);
                    room -= lot.0;
                }
                self.dated.retain(|lot| lot.0 > 0.0);
            }
        }
        if let Some(expiry) = terms.expiry_months
            && self.free > 0.0
        {
            self.dated.push((self.free, month.saturating_add(expiry).saturating_sub(1)));
            self.free = 0.0;
        }
        before - self.total()
    }

    fn grant(&mut self, amount: f64, last_month: Option<u32>) {
        match last_month {
            Some(month) => self.dated.push((amount, month)),
            None => self.free += amount,
        }
    }
}

/// Runs the balance over `steps`. `demand(month)` is the need of a whole month, `price(month)` the list price
/// against the first month's. Each month's outcome goes to `visit` as it closes.
///
/// Conservation: what is granted is spent, expired, left, forfeited or cashed, and nothing else.
pub fn run(
    terms: &Terms,
    steps: &[Step],
    lots: &mut Lots,
    demand: impl Fn(u32) -> Demand,
    price: impl Fn(u32) -> f64,
    visit: impl FnMut(u32, &MonthOutcome),
) -> Final {
    run_until(terms, steps, lots, u32::MAX, demand, price, visit)
}

/// As [`run`], with a budget that is taken back: from month `ends` on nothing is granted, and what was left then is
/// lost. `u32::MAX` is never.
pub fn run_until(
    terms: &Terms,
    steps: &[Step],
    lots: &mut Lots,
    ends: u32,
    demand: impl Fn(u32) -> Demand,
    price: impl Fn(u32) -> f64,
    mut visit: impl FnMut(u32, &MonthOutcome),
) -> Final {
    lots.free = 0.0;
    lots.dated.clear();
    let mut month = MonthOutcome::default();
    let mut last = Demand::default();
    let mut passed = 0.0;
    // Own use is capped as a share of what has been granted so far.
    let mut own_room = 0.0;
    let turn = |lots: &mut Lots, month: u32, own_room: &mut f64| {
        if matches!(terms.carry, Carry::Nothing) {
            *own_room = 0.0;
        }
        lots.turn(month, terms)
    };
    // A period that ends with the month is closed with it, so that what expires is said in the month it is lost.
    let mut turned = false;
    for (i, step) in steps.iter().enumerate() {
        if i == 0 || steps[i - 1].month != step.month {
            month = MonthOutcome { available: lots.total(), ..MonthOutcome::default() };
            passed = 0.0;
            let expired = if step.month >= ends { lots.empty() } else { lots.expire(step.month) };
            month.expired += expired;
            month.available -= expired;
        }
        if step.resets && !turned {
            let expired = turn(lots, step.month, &mut own_room);
            month.expired += expired;
            month.available -= expired;
        }
        turned = false;
        if step.grant > 0.0 && step.month < ends {
            let grant = if terms.follows_price { step.grant * price(step.month) } else { step.grant };
            // A single grant is carried from its first day on.
            let once = terms.period_months.is_none();
            lots.grant(grant, terms.expiry_months.filter(|_| once));
            month.granted += grant;
            month.available += grant;
            own_room += grant * terms.personal_cap;
        }
        let need = demand(step.month);
        last = need;
        let (work, own) = (need.work * step.share, need.own * step.share);
        let available = lots.total();
        let could_buy = need.would_buy * step.share;
        let first = if terms.flat { own.min(could_buy).min(own_room).min(available).max(0.0) } else { 0.0 };
        let on_work = work.min(available - first);
        let on_own = own.min(available - on_work).min(own_room).max(0.0);
        own_room -= on_own;
        let perk = on_own.min(could_buy);
        lots.spend(on_work + on_own);
        month.work += on_work;
        month.perk += perk;
        month.own += on_own - perk;
        let unmet = if terms.flat { 0.0 } else { work - on_work };
        month.unmet += unmet;
        if unmet > 0.0 {
            if !month.ran_out {
                month.dry_at = passed + step.share * on_work / work;
            }
            month.ran_out = true;
            // Nobody is left to approve once the budget has been taken back.
            if step.month < ends || terms.overage == OverageRule::SelfPaid {
                let settled = terms.overage.settle(unmet);
                month.out_of_pocket += settled.self_paid;
                month.employer_paid += settled.employer_paid;
            }
        }
        passed += step.share;
        let next = steps.get(i + 1);
        if next.is_none_or(|next| next.month != step.month) {
            month.left = lots.total();
            if next.is_some_and(|next| next.resets) {
                month.expired += turn(lots, step.month + 1, &mut own_room);
                turned = true;
            }
            visit(step.month, &month);
        }
    }
    let left = lots.total();
    let cashed = match terms.leaving {
        Leaving::Forfeited => 0.0,
        Leaving::UsableFor(months) => left.min(last.would_buy * f64::from(months)),
        Leaving::PaidOut => left,
    };
    Final { forfeited: left - cashed, cashed }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
