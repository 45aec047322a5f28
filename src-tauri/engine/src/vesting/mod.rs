//! When a grant vests: from its terms, its size and its dates to shares on days.
//!
//! Terms are conditions in the manner of Open Cap Format, whether they are [read](ocf::read) from it, taken from a
//! dated [preset](presets::presets) or [made from time alone](Terms::timed). [`schedule`] follows them to dated
//! tranches, [`Allocation`] gives each its shares, [`acceleration`] brings forward what an exit brings forward, and
//! [`refreshers`] stacks the grants of later years. Pure: the same terms and facts give the same tranches. It knows
//! nothing of prices or tax.
//!
//! Start reading at [`schedule`].

pub mod acceleration;
mod allocation;
mod day;
mod fraction;
mod months;
pub mod ocf;
mod presets;
pub mod refreshers;
mod terms;
#[cfg(test)]
mod tests;

pub use allocation::{Allocation, allocate};
pub use day::{DayOfMonth, closing_month};
pub use fraction::Fraction;
pub use months::{Vest, events_of, shares, terms_of};
pub use presets::{Preset, Reference, presets};
pub use terms::{Events, Met, Terms};

use counterweight_domain::{CivilDate, Problem};
use rust_decimal::Decimal;
use terms::Facts;

/// When what was earned before the grant date vests. Nothing vests before there is a grant; letters and tools
/// differ in what happens then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CatchUp {
    /// All of it on the grant date. Vestlang's documentation reads the format so: what was due before the grant
    /// date accrues onto it.
    #[default]
    OnGrantDate,
    /// All of it with the first tranche due on or after the grant date. OCF-Tools' test `grantDate_after_cliff`
    /// reads the format so: no row before 2025-09-01 for a grant of 2025-08-05.
    WithNextTranche,
}

/// What is known of one grant besides its terms.
#[derive(Debug, Clone, Copy)]
pub struct Award<'a> {
    /// Shares of the whole grant.
    pub total: Decimal,
    /// The day from which vesting counts.
    pub commencement: CivilDate,
    /// The day of the grant, when it is not the commencement date.
    pub grant_date: Option<CivilDate>,
    /// What happens with what was earned before the grant date.
    pub catch_up: CatchUp,
    /// How shares are rounded; none takes the terms' rule.
    pub allocation: Option<Allocation>,
    /// The vesting day of a month; none takes the terms' rule.
    pub day: Option<DayOfMonth>,
    /// The days on which events came.
    pub events: &'a Events,
}

impl<'a> Award<'a> {
    /// A grant of `total` shares that counts from `commencement`, with nothing else said.
    pub fn new(total: Decimal, commencement: CivilDate, events: &'a Events) -> Self {
        Self {
            total,
            commencement,
            grant_date: None,
            catch_up: CatchUp::default(),
            allocation: None,
            day: None,
            events,
        }
    }
}

/// Shares that vest on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tranche {
    /// The day.
    pub date: CivilDate,
    /// How many, more than zero.
    pub shares: Decimal,
}

/// A grant's vesting, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// What vests, by rising date.
    pub tranches: Vec<Tranche>,
    /// Shares that no tranche vests: they wait for an event that has not come, or have lapsed.
    pub unvested: Decimal,
    /// The conditions that are met, in the order of the path.
    pub met: Vec<Met>,
}

/// The dated tranches of a grant.
///
/// # Errors
/// When the terms vest more than the grant, reach past the calendar, have more than 40,000 tranches, or are too fine
/// to compute exactly; or when the grant's size is negative.
pub fn schedule(terms: &Terms, award: &Award<'_>) -> Result<Schedule, Problem> {
    if award.total < Decimal::ZERO {
        return Err(Problem::new(
            "vesting.negativeGrant",
            "A grant cannot be less than no shares.",
            "Write the number of shares granted.",
        ));
    }
    let facts = Facts { commencement: award.commencement, day: award.day, events: award.events };
    let taken = terms.follow(award.total, &facts)?;
    let days = dated(taken.vests, award).ok_or_else(terms::too_fine)?;
    let parts: Vec<Fraction> = days.iter().map(|(_, part)| *part).collect();
    let shares =
        allocate(award.total, &parts, award.allocation.unwrap_or(terms.allocation)).ok_or_else(terms::too_fine)?;
    let unvested = award.total - shares.iter().sum::<Decimal>();
    let tranches = days
        .iter()
        .zip(shares)
        .filter(|(_, shares)| !shares.is_zero())
        .map(|((date, _), shares)| Tranche { date: *date, shares })
        .collect();
    Ok(Schedule { tranches, unvested, met: taken.met })
}

/// One part for each day, none before the grant date. None when a sum is too fine to hold.
fn dated(vests: Vec<(CivilDate, Fraction)>, award: &Award<'_>) -> Option<Vec<(CivilDate, Fraction)>> {
    let vests: Vec<_> = vests.into_iter().filter(|(_, part)| !part.is_zero()).collect();
    let first = match (award.grant_date, award.catch_up) {
        (Some(grant), CatchUp::OnGrantDate) => Some(grant),
        (Some(grant), CatchUp::WithNextTranche) => {
            Some(vests.iter().map(|(date, _)| *date).find(|date| *date >= grant).unwrap_or(grant))
        }
        (None, _) => None,
    };
    let mut days: Vec<(CivilDate, Fraction)> = Vec::with_capacity(vests.len());
    for (date, part) in vests {
        let date = first.map_or(date, |first| date.max(first));
        match days.last_mut().filter(|(last, _)| *last == date) {
            Some((_, sum)) => *sum = sum.plus(part)?,
            None => days.push((date, part)),
        }
    }
    Some(days)
}

/// Tranches by month after `start`, as [`closing_month`] counts them: rising months and the shares of each.
pub fn by_month(tranches: &[Tranche], start: CivilDate) -> Vec<(u32, Decimal)> {
    let mut months: Vec<(u32, Decimal)> = Vec::with_capacity(tranches.len());
    for tranche in tranches {
        let month = closing_month(start, tranche.date);
        match months.last_mut().filter(|(last, _)| *last == month) {
            Some((_, sum)) => *sum += tranche.shares,
            None => months.push((month, tranche.shares)),
        }
    }
    months
}

/// What has vested by the end of `day`: what a person who leaves on that day keeps.
pub fn vested_by(tranches: &[Tranche], day: CivilDate) -> Decimal {
    tranches.iter().filter(|t| t.date <= day).map(|t| t.shares).sum()
}
