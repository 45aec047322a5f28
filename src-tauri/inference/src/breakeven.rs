//! Cloud against buying, renting and a share on each: what the same work has cost by the end of each month, when a
//! machine has paid for itself, and what decides it.
//!
//! All four ways do the same work: what a machine cannot do in its hours goes to the cloud, unless it may not leave; then
//! it waits and costs nothing. Amounts are in one currency as `f64`, as this runs inside sampling; a future is a [`Case`]
//! with that future's calls and prices. [`published`] holds other people's cases with their answers, [`levers`] which
//! figure moves the result most, and [`machine`] makes a case's machine from a prediction.

use crate::balance::run_out::RunOut;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub mod levers;
pub mod machine;
pub mod published;

/// Days in a month, on average.
const DAYS_PER_MONTH: f64 = 365.25 / 12.0;

/// A machine that is bought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Purchase {
    /// Price with everything around it.
    pub price: f64,
    /// Months until it has to be bought again.
    pub life_months: u32,
    /// Share of its value that it keeps a year, 0 to 1.
    pub resale_per_year: f64,
    /// Chance in a year that it fails.
    pub failure_per_year: f64,
    /// What a failure costs, of the price.
    pub repair_share: f64,
    /// Hours of upkeep a month.
    pub upkeep_hours: f64,
    /// What an hour of upkeep costs.
    pub upkeep_hourly: f64,
}

/// Electricity of a machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Electricity {
    /// Watts at the plug while it waits.
    pub idle_w: f64,
    /// Watts at the plug while it works.
    pub busy_w: f64,
    /// Power of the room over power of the machine: 1 at home.
    pub pue: f64,
    /// Price of a kWh.
    pub per_kwh: f64,
}

/// A call on a machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed {
    /// Seconds to read what is new in the prompt.
    pub prefill_seconds: f64,
    /// Seconds to write the answer.
    pub decode_seconds: f64,
    /// Further calls that its model takes for each call of the cloud's, as a fraction.
    pub retry_tax: f64,
}

impl Speed {
    /// Seconds of machine for the work of one call in the cloud.
    pub fn seconds(&self) -> f64 {
        (self.prefill_seconds + self.decode_seconds) * (1.0 + self.retry_tax)
    }
}

/// A machine of one's own at work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Own {
    /// What it costs to have.
    pub purchase: Purchase,
    /// What it draws.
    pub electricity: Electricity,
    /// How fast it is.
    pub speed: Speed,
    /// Hours of a month in which it may work.
    pub hours_per_month: f64,
    /// Hours of a month in which it is switched on, at least those.
    pub hours_on: f64,
}

/// A machine rented by the hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rented {
    /// Price of an hour, all cards together.
    pub per_hour: f64,
    /// Hours of a month that are paid whether used or not.
    pub least_hours: f64,
    /// How fast it is.
    pub speed: Speed,
}

/// The work and the ways to do it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Calls of each month.
    pub calls: Vec<f64>,
    /// The cloud's price of a call in each month.
    pub cloud_per_call: Vec<f64>,
    /// Where the calls go.
    pub shares: WayShares,
    /// A machine to buy.
    pub own: Option<Own>,
    /// A machine to rent.
    pub rented: Option<Rented>,
}

/// Where the calls of a month go, as shares of them, 0 to 1. What is left of them waits: nothing is paid for it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shares {
    /// For the machine, as far as its hours go.
    pub local: f64,
    /// Of those, what may not leave for the cloud when the hours are over, as a share of all calls.
    pub kept: f64,
    /// For the cloud.
    pub cloud: f64,
}

impl Shares {
    /// A share for the machine, the rest for the cloud.
    pub fn between(local: f64) -> Self {
        Self { local, kept: 0.0, cloud: 1.0 - local }
    }

    /// Of `calls`, those on a machine that can do `capacity` of them, and those in the cloud.
    pub fn of(&self, calls: f64, capacity: f64) -> (f64, f64) {
        let wanted = calls * self.local;
        let local = wanted.min(capacity);
        let leaves = if self.local > 0.0 { 1.0 - self.kept / self.local } else { 0.0 };
        (local, calls * self.cloud + (wanted - local) * leaves)
    }
}

/// Where the calls go under each way with a part of its own, month by month; the last month stands for those after it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WayShares {
    /// Without a machine.
    pub cloud: Vec<Shares>,
    /// With a machine that does all it may.
    pub buy: Vec<Shares>,
    /// With a machine that does its share.
    pub hybrid: Vec<Shares>,
}

impl WayShares {
    /// All calls may run anywhere, and the machine of a hybrid takes the same share of them in each month.
    pub fn even(local: f64) -> Self {
        Self {
            cloud: vec![Shares::between(0.0)],
            buy: vec![Shares::between(1.0)],
            hybrid: vec![Shares::between(local)],
        }
    }

    /// Those of a way in month `month`, from 1.
    pub fn of(&self, way: Way, month: u32) -> Shares {
        let months = match way {
            Way::Cloud => &self.cloud,
            Way::Buy => &self.buy,
            Way::Hybrid => &self.hybrid,
            Way::Rent => return Shares::between(1.0),
        };
        let place = (month.max(1) as usize - 1).min(months.len().saturating_sub(1));
        months.get(place).copied().unwrap_or_default()
    }
}

/// A way to get the work done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Way {
    /// All of it in the cloud.
    Cloud,
    /// All that it can do on a machine of one's own, the rest in the cloud.
    Buy,
    /// All that it can do on a rented machine, by the hour.
    Rent,
    /// A share on a machine of one's own, the rest in the cloud.
    Hybrid,
}

impl Own {
    /// Calls of a month that it can do.
    pub fn capacity(&self) -> f64 {
        let seconds = self.speed.seconds();
        if seconds > 0.0 { self.hours_per_month * 3600.0 / seconds } else { 0.0 }
    }

    /// Running cost of a month with `calls` calls on it: electricity busy and idle, upkeep, expected repairs.
    pub fn running(&self, calls: f64) -> f64 {
        let busy = calls * self.speed.seconds() / 3600.0;
        let idle = (self.hours_on.max(self.hours_per_month) - busy).max(0.0);
        let power = &self.electricity;
        let kwh = (busy * power.busy_w + idle * power.idle_w) / 1000.0 * power.pue;
        let bought = &self.purchase;
        kwh * power.per_kwh
            + bought.upkeep_hours * bought.upkeep_hourly
            + bought.failure_per_year / 12.0 * bought.repair_share * bought.price
    }

    /// What it sells for after so many months, from the last time it was bought.
    pub fn resale(&self, months: u32) -> f64 {
        let life = self.purchase.life_months.max(1);
        let age = if months == 0 { 0 } else { (months - 1) % life + 1 };
        self.purchase.price * libm::pow(self.purchase.resale_per_year, f64::from(age) / 12.0)
    }
}

/// What a way has cost by the end of each month, from month 0, at which a machine is bought. A machine at the end of its
/// life is sold and bought again. None when the case has no such machine.
pub fn curve(case: &Case, way: Way) -> Option<Vec<f64>> {
    let mut spent = Vec::with_capacity(case.calls.len() + 1);
    let mut sum = match way {
        Way::Buy | Way::Hybrid => case.own?.purchase.price,
        Way::Rent => {
            case.rented?;
            0.0
        }
        Way::Cloud => 0.0,
    };
    spent.push(sum);
    for (month, (calls, per_call)) in (1u32..).zip(case.calls.iter().zip(&case.cloud_per_call)) {
        sum += match way {
            Way::Cloud => case.shares.of(way, month).of(*calls, 0.0).1 * per_call,
            Way::Rent => {
                let rented = case.rented?;
                let hours = calls * rented.speed.seconds() / 3600.0;
                hours.max(rented.least_hours) * rented.per_hour
            }
            Way::Buy | Way::Hybrid => {
                let own = case.own?;
                let (local, cloud) = case.shares.of(way, month).of(*calls, own.capacity());
                let life = own.purchase.life_months.max(1);
                let again = month % life == 0 && (month as usize) < case.calls.len();
                let replaced = if again { own.purchase.price - own.resale(month) } else { 0.0 };
                own.running(local) + cloud * per_call + replaced
            }
        };
        spent.push(sum);
    }
    Some(spent)
}

/// The month, with its fraction, in which a way has cost no more than the cloud for the first time; none when it never
/// does. Between the ends of two months both are taken to grow evenly.
pub fn payback(cloud: &[f64], way: &[f64]) -> Option<f64> {
    let ahead = |month: usize| cloud[month] - way[month];
    let last = cloud.len().min(way.len());
    if last == 0 {
        return None;
    }
    if ahead(0) >= 0.0 && way[0] > 0.0 {
        return Some(0.0);
    }
    for month in 1..last {
        let (before, after) = (ahead(month - 1), ahead(month));
        if after >= 0.0 && (before < 0.0 || after > 0.0) {
            #[allow(clippy::cast_precision_loss, reason = "months are few")]
            let whole = (month - 1) as f64;
            return Some(if before < 0.0 { whole + before / (before - after) } else { whole });
        }
    }
    None
}

/// In how many futures a way pays back, and by when.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Paybacks {
    /// Share of all futures that had paid back by the end of each month, from month 0.
    pub by_month: Vec<f64>,
    /// Share in which it never does, within the months.
    pub never: f64,
    /// The month by which 10, 50 and 90 of 100 of all futures have paid back; none where so many never do.
    pub by: [Option<u32>; 3],
}

impl Paybacks {
    /// The distribution of paybacks over `months` months. None without futures.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "months are few")]
    pub fn of(futures: &[Option<f64>], months: u32) -> Option<Self> {
        let first: Vec<Option<u32>> = futures
            .iter()
            .map(|month| month.filter(|month| (0.0..=f64::from(months)).contains(month)))
            // The distribution counts months from 1, a payback at once is month 0.
            .map(|month| month.map(|month| month.ceil() as u32 + 1))
            .collect();
        let found = RunOut::of(&first, months + 1)?;
        Some(Self {
            never: found.never,
            by_month: found.cumulative,
            by: found.by.map(|month| month.map(|month| month - 1)),
        })
    }
}

/// How much has to be done for a machine to cost no more than the cloud over its life.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[ts(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum BreakEvenUse {
    /// At this use.
    At {
        /// Calls a month.
        calls_per_month: f64,
        /// Tokens a day, over all days.
        tokens_per_day: f64,
        /// Of what the machine can do, 0 to 1.
        utilisation: f64,
    },
    /// It would take more than the machine can do: this many times as much.
    BeyondCapacity {
        /// Use needed over capacity, above 1.
        times: f64,
    },
    /// The cloud costs less than the electricity of a call.
    Never,
}

/// The use at which owning over the machine's life costs what the cloud does, at a price of a call that does not move.
/// `tokens_per_call` counts tokens sent and received.
pub fn break_even_use(own: &Own, cloud_per_call: f64, tokens_per_call: f64) -> BreakEvenUse {
    let life = f64::from(own.purchase.life_months.max(1));
    let fixed = (own.purchase.price - own.resale(own.purchase.life_months)) / life + own.running(0.0);
    let each = own.running(1.0) - own.running(0.0);
    let saving = cloud_per_call - each;
    let capacity = own.capacity();
    if saving.is_nan() || saving <= 0.0 || capacity <= 0.0 {
        return BreakEvenUse::Never;
    }
    let calls_per_month = fixed / saving;
    if calls_per_month > capacity {
        return BreakEvenUse::BeyondCapacity { times: calls_per_month / capacity };
    }
    BreakEvenUse::At {
        calls_per_month,
        tokens_per_day: calls_per_month * tokens_per_call / DAYS_PER_MONTH,
        utilisation: calls_per_month / capacity,
    }
}

/// Units after which `fixed + own_per_unit × n` is no more than `other_per_unit × n`; none when it never is.
pub fn crossing(fixed: f64, own_per_unit: f64, other_per_unit: f64) -> Option<f64> {
    let saving = other_per_unit - own_per_unit;
    (saving > 0.0 && saving.is_finite() && fixed.is_finite()).then(|| fixed / saving)
}

#[cfg(test)]
mod tests;
