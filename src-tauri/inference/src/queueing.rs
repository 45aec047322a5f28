//! Waiting for a machine of one's own: calls come in at random through the working hours of a day, the machine serves
//! one after the other, and a call that would wait too long goes elsewhere.
//!
//! **The model.** Within a day calls are Poisson at that day's rate, and days differ by a lognormal (see
//! [`crate::workload::lognormal`]). One server with service time `S` of mean `s` and squared coefficient of variation
//! `c²`; with `r = s (1 + c²) / 2`, the mean of what is left of a service in progress, and load `ρ = λ s`, the density
//! of the work in front of a call is taken as `P₀ ρ / r · exp(−(1 − ρ) x / r)` up to the patience `T`, beyond which a
//! call does not join, and as falling with `exp(−x / r)` above it. Then
//!
//! - with no limit to patience, `P₀ = 1 − ρ` and the mean wait is Pollaczek and Khinchine's `ρ r / (1 − ρ)`, exactly;
//! - for exponential service times (`c² = 1`) it is exact for every `T`;
//! - with no patience the share that goes elsewhere is Erlang's `ρ / (1 + ρ)`, exact for every service time.
//!
//! In between it is an approximation. It also holds for `ρ ≥ 1` as long as patience has a limit. Without one such a day
//! has no steady state: its queue grows, and the waiting is that of a fluid over the day's hours.

use crate::workload::lognormal::Lognormal;
use serde::Serialize;
use ts_rs::TS;

/// Days that stand for all days.
const DAYS: u32 = 64;
/// Loads this near to 1 are taken as 1, where the formulas have a removable gap.
const NEAR_ONE: f64 = 1e-7;

/// A machine that serves one call at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Server {
    /// Mean time of a call, seconds.
    pub service_seconds: f64,
    /// Variance of that time over the square of its mean: 0 when all calls are alike, 1 when exponential.
    pub variation: f64,
}

impl Server {
    /// A server for a mix of kinds of calls: each with its weight and its seconds. The variation is that of the mix.
    /// None without calls.
    pub fn of_mix(kinds: &[(f64, f64)]) -> Option<Self> {
        let weight: f64 = kinds.iter().map(|kind| kind.0).sum();
        let mean = kinds.iter().map(|kind| kind.0 * kind.1).sum::<f64>() / weight;
        let square = kinds.iter().map(|kind| kind.0 * kind.1 * kind.1).sum::<f64>() / weight;
        let usable = weight > 0.0 && mean > 0.0 && mean.is_finite();
        usable.then(|| Self { service_seconds: mean, variation: (square / (mean * mean) - 1.0).max(0.0) })
    }

    /// Mean of what is left of a service in progress, seconds.
    fn residual(&self) -> f64 {
        self.service_seconds * (1.0 + self.variation) / 2.0
    }
}

/// How calls wait on one day, or over all days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Waiting {
    /// Share of the hours in which the machine works, 0 to 1.
    pub utilisation: f64,
    /// Mean wait of the calls it serves before they start, seconds.
    pub mean_seconds: f64,
    /// Wait that 90 of 100 of them stay below, seconds.
    pub p90_seconds: f64,
    /// Share of the calls that would wait longer than they may and go elsewhere, 0 to 1.
    pub spill: f64,
    /// Share of the days on which more comes in than the machine can do.
    pub overloaded_days: f64,
}

/// A day with its own rate.
#[derive(Debug, Clone, Copy)]
struct Day {
    load: f64,
    residual: f64,
    patience: f64,
    /// Length of the working day, for a day without a steady state.
    seconds: f64,
}

impl Day {
    /// A day on which the queue grows all day, because nothing limits patience.
    fn grows(&self) -> bool {
        self.patience.is_infinite() && self.load >= 1.0 - NEAR_ONE
    }

    /// Share of the time in which nothing is in progress.
    fn idle(&self) -> f64 {
        if self.grows() {
            return 0.0;
        }
        let spare = 1.0 - self.load;
        if spare.abs() < NEAR_ONE {
            return 1.0 / (2.0 + self.patience / self.residual);
        }
        let left = libm::exp(-spare * self.patience / self.residual);
        if left.is_infinite() { 0.0 } else { spare / (1.0 - self.load * self.load * left) }
    }

    /// Share of the calls that do not join.
    fn spill(&self) -> f64 {
        if self.load == 0.0 || self.patience.is_infinite() {
            return 0.0;
        }
        // What is served is what keeps the machine busy: ρ (1 − spill) = 1 − idle. For small loads that difference
        // cancels, so it is written out.
        let spare = 1.0 - self.load;
        if spare.abs() < NEAR_ONE {
            return self.idle();
        }
        let left = libm::exp(-spare * self.patience / self.residual);
        if left.is_infinite() {
            return 1.0 - 1.0 / self.load;
        }
        (self.load * spare * left / (1.0 - self.load * self.load * left)).clamp(0.0, 1.0)
    }

    /// Share of the calls that join and wait no longer than `x`.
    fn joined_within(&self, x: f64) -> f64 {
        if self.grows() {
            // A fluid: a call at time t waits (ρ − 1) t.
            let last = (self.load - 1.0).max(0.0) * self.seconds;
            return if x >= last { 1.0 } else { x / last };
        }
        let x = x.min(self.patience);
        let spare = 1.0 - self.load;
        let idle = self.idle();
        if spare.abs() < NEAR_ONE {
            return (idle + idle * self.load * x / self.residual).min(1.0);
        }
        let decay = -spare * x / self.residual;
        if idle == 0.0 || decay > 700.0 {
            // The queue stays near the limit of patience: what joins waits that long.
            return if x >= self.patience { 1.0 - self.spill() } else { 0.0 };
        }
        (idle + idle * self.load * -libm::expm1(decay) / spare).clamp(0.0, 1.0)
    }

    /// Mean wait of the calls that join, times their share.
    fn joined_wait(&self) -> f64 {
        if self.grows() {
            return (self.load - 1.0).max(0.0) * self.seconds / 2.0;
        }
        let spare = 1.0 - self.load;
        let idle = self.idle();
        if self.patience.is_infinite() {
            return self.load * self.residual / spare;
        }
        if spare.abs() < NEAR_ONE {
            return idle * self.load * self.patience * self.patience / (2.0 * self.residual);
        }
        // ∫ x a e^(−b x) dx from 0 to T, with a = P₀ ρ / r and b = (1 − ρ) / r.
        let b = spare / self.residual;
        let decay = -b * self.patience;
        if decay > 700.0 {
            return self.patience * (1.0 - self.spill());
        }
        let part = 1.0 - libm::exp(decay) * (1.0 + b * self.patience);
        idle * self.load / self.residual * part / (b * b)
    }
}

/// Waiting over days that differ. `calls_per_day` is the calls of an active day and how they spread, `hours_per_day` how
/// long they come in, and `patience_seconds` the longest wait a call accepts; infinite when it waits for ever.
///
/// None when a figure is not positive and finite (patience may be zero or infinite).
pub fn waiting(
    server: &Server,
    calls_per_day: &Lognormal,
    hours_per_day: f64,
    patience_seconds: f64,
) -> Option<Waiting> {
    let days = days(server, calls_per_day, hours_per_day, patience_seconds)?;
    if days.is_empty() {
        let still = Waiting { utilisation: 0.0, mean_seconds: 0.0, p90_seconds: 0.0, spill: 0.0, overloaded_days: 0.0 };
        return Some(still);
    }
    let joined = joined(&days);
    let wait: f64 = days.iter().map(|(weight, day)| weight * day.joined_wait()).sum();
    let within = |x: f64| days.iter().map(|(weight, day)| weight * day.joined_within(x)).sum::<f64>();
    let overloaded = days.iter().filter(|(_, day)| day.load >= 1.0).count();
    #[allow(clippy::cast_precision_loss, reason = "there are 64 days")]
    let count = days.len() as f64;
    let busy = days.iter().map(|(_, day)| 1.0 - day.idle()).sum::<f64>() / count;
    #[allow(clippy::cast_precision_loss, reason = "there are 64 days")]
    Some(Waiting {
        utilisation: busy.clamp(0.0, 1.0),
        mean_seconds: if joined > 0.0 { wait / joined } else { 0.0 },
        p90_seconds: quantile(within, 0.9 * joined, patience_seconds),
        spill: (1.0 - joined).clamp(0.0, 1.0),
        overloaded_days: overloaded as f64 / count,
    })
}

/// [`Waiting::spill`] alone, which takes a hundredth of the work: the months of a plan ask for nothing else.
pub fn spill(server: &Server, calls_per_day: &Lognormal, hours_per_day: f64, patience_seconds: f64) -> Option<f64> {
    let days = days(server, calls_per_day, hours_per_day, patience_seconds)?;
    Some(if days.is_empty() { 0.0 } else { (1.0 - joined(&days)).clamp(0.0, 1.0) })
}

/// Share of all calls that join the queue.
fn joined(days: &[(f64, Day)]) -> f64 {
    days.iter().map(|(weight, day)| weight * (1.0 - day.spill())).sum()
}

/// The days with the share of all calls that falls on each, as a call is more likely to fall on a busy day; empty without
/// calls, none when a figure is not sound.
fn days(
    server: &Server,
    calls_per_day: &Lognormal,
    hours_per_day: f64,
    patience_seconds: f64,
) -> Option<Vec<(f64, Day)>> {
    let sound = |figure: f64| figure.is_finite() && figure > 0.0;
    let zero_or_more = |figure: f64| figure.is_finite() && figure >= 0.0;
    let can_be = sound(server.service_seconds)
        && sound(hours_per_day)
        && zero_or_more(server.variation)
        && zero_or_more(calls_per_day.mean)
        && zero_or_more(calls_per_day.sigma)
        && patience_seconds >= 0.0;
    if !can_be {
        return None;
    }
    let seconds = hours_per_day * 3600.0;
    let rates = calls_per_day.days(if calls_per_day.sigma == 0.0 { 1 } else { DAYS });
    let total: f64 = rates.iter().sum();
    if total <= 0.0 {
        return Some(Vec::new());
    }
    let day = |calls: f64| Day {
        load: calls / seconds * server.service_seconds,
        residual: server.residual(),
        patience: patience_seconds,
        seconds,
    };
    Some(rates.iter().map(|calls| (calls / total, day(*calls))).collect())
}

/// The smallest wait below which a share `target` of all calls joined.
fn quantile(within: impl Fn(f64) -> f64, target: f64, patience: f64) -> f64 {
    if within(0.0) >= target {
        return 0.0;
    }
    let mut high = 1.0;
    while high < patience && within(high) < target && high < 1e12 {
        high *= 2.0;
    }
    let (mut low, mut high) = (0.0, high.min(patience));
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if within(middle) >= target { high = middle } else { low = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `per_hour` calls an hour for 10 hours, without spread.
    fn steady(per_hour: f64) -> Lognormal {
        Lognormal { mean: per_hour * 10.0, sigma: 0.0 }
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    /// M/M/1, textbook: 30 calls an hour of 60 s are ρ = 0.5; W = ρ s / (1 − ρ) = 60 s, and the wait that 90 % stay below
    /// is ln(ρ / 0.1) / (μ − λ) = ln 5 × 120 s.
    #[test]
    fn exponential_calls_are_the_textbook() {
        let server = Server { service_seconds: 60.0, variation: 1.0 };
        let found = waiting(&server, &steady(30.0), 10.0, f64::INFINITY).unwrap();
        close(found.utilisation, 0.5);
        close(found.mean_seconds, 60.0);
        close(found.p90_seconds, 5f64.ln() * 120.0);
        assert_eq!((found.spill, found.overloaded_days), (0.0, 0.0));
    }

    /// M/D/1, Pollaczek and Khinchine: half the wait of M/M/1. At ρ = 0.8 and 60 s: 0.8 × 60 / (2 × 0.2) = 120 s.
    #[test]
    fn equal_calls_wait_half_as_long() {
        let server = Server { service_seconds: 60.0, variation: 0.0 };
        close(waiting(&server, &steady(48.0), 10.0, f64::INFINITY).unwrap().mean_seconds, 120.0);
    }

    /// Erlang's loss formula with one server: a call that will not wait is lost at ρ / (1 + ρ), whatever the service
    /// times. At ρ = 2 it is 2/3.
    #[test]
    fn no_patience_is_erlangs_loss() {
        for variation in [0.0, 0.5, 1.0, 4.0] {
            let server = Server { service_seconds: 60.0, variation };
            for (per_hour, lost) in [(30.0, 1.0 / 3.0), (60.0, 0.5), (120.0, 2.0 / 3.0)] {
                let found = waiting(&server, &steady(per_hour), 10.0, 0.0).unwrap();
                close(found.spill, lost);
                close(found.mean_seconds, 0.0);
                close(found.utilisation, per_hour / 60.0 * (1.0 - lost));
            }
        }
    }

    /// Exponential calls with patience T = 2 s' of service at ρ = 1, by hand: P₀ = 1 / (2 + T/s) = 1/4, which is also the
    /// share that goes elsewhere; at ρ = 2 and T = s: P₀ = (1 − 2) / (1 − 4e) and spill = ρ P₀ e.
    #[test]
    fn limited_patience_by_hand() {
        let server = Server { service_seconds: 60.0, variation: 1.0 };
        close(waiting(&server, &steady(60.0), 10.0, 120.0).unwrap().spill, 0.25);
        let e = std::f64::consts::E;
        let idle = 1.0 / (4.0 * e - 1.0);
        let found = waiting(&server, &steady(120.0), 10.0, 60.0).unwrap();
        close(found.spill, 2.0 * idle * e);
        close(found.utilisation, 1.0 - idle);
    }

    /// Exponential calls with patience, against a simulation of the queue written here: the recursion of Lindley with
    /// calls that turn away, 400,000 calls from a fixed stream.
    #[test]
    fn limited_patience_is_what_a_simulation_does() {
        let (load, patience) = (0.9, 3.0);
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut uniform = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            #[allow(clippy::cast_precision_loss)]
            let u = (state >> 11) as f64 / (1u64 << 53) as f64;
            1.0 - u
        };
        let (mut work, mut lost, mut waited) = (0.0f64, 0u32, 0.0);
        let calls = 400_000u32;
        for _ in 0..calls {
            work = (work + uniform().ln() / load).max(0.0);
            if work > patience {
                lost += 1;
            } else {
                waited += work;
                work -= uniform().ln();
            }
        }
        let server = Server { service_seconds: 1.0, variation: 1.0 };
        let found = waiting(&server, &steady(load * 3600.0), 10.0, patience).unwrap();
        assert!((found.spill - f64::from(lost) / f64::from(calls)).abs() < 0.003, "{}", found.spill);
        assert!((found.mean_seconds - waited / f64::from(calls - lost)).abs() < 0.02, "{}", found.mean_seconds);
    }

    /// By hand: a day of 120 calls an hour of 60 s for 10 hours and no limit to patience: the last call waits 10 hours,
    /// the mean is 5, and 90 of 100 wait below 9.
    #[test]
    fn a_day_that_is_too_full_grows() {
        let server = Server { service_seconds: 60.0, variation: 1.0 };
        let found = waiting(&server, &steady(120.0), 10.0, f64::INFINITY).unwrap();
        close(found.mean_seconds, 5.0 * 3600.0);
        assert!((found.p90_seconds - 9.0 * 3600.0).abs() < 1.0);
        assert_eq!((found.utilisation, found.overloaded_days), (1.0, 1.0));
    }

    /// By hand: one call of 10 s and one of 30 s have a mean of 20 and a square of 500: c² = 500/400 − 1 = 0.25.
    #[test]
    fn a_mix_by_hand() {
        let server = Server::of_mix(&[(1.0, 10.0), (1.0, 30.0)]).unwrap();
        close(server.service_seconds, 20.0);
        close(server.variation, 0.25);
        assert_eq!(Server::of_mix(&[]), None);
    }

    #[test]
    fn what_cannot_be_is_none() {
        let server = Server { service_seconds: 60.0, variation: 1.0 };
        assert_eq!(waiting(&Server { service_seconds: 0.0, ..server }, &steady(1.0), 8.0, 1.0), None);
        assert_eq!(waiting(&server, &steady(f64::NAN), 8.0, 1.0), None);
        assert_eq!(waiting(&server, &steady(1.0), 0.0, 1.0), None);
        assert_eq!(waiting(&server, &steady(1.0), 8.0, -1.0), None);
        assert_eq!(waiting(&server, &steady(0.0), 8.0, 1.0).unwrap().utilisation, 0.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        /// What is served keeps the machine busy, shares stay shares, and more patience sends less away.
        #[test]
        fn laws(load in 0.01..3.0f64, variation in 0.0..4.0f64, patience in 0.0..20.0f64) {
            let server = Server { service_seconds: 60.0, variation };
            let ask = |patience: f64| waiting(&server, &steady(load * 60.0), 10.0, patience).unwrap();
            let (less, more) = (ask(patience * 60.0), ask(patience * 60.0 + 60.0));
            prop_assert!((less.utilisation - load * (1.0 - less.spill)).abs() < 1e-6, "{:?}", less);
            prop_assert!((0.0..=1.0).contains(&less.spill) && more.spill <= less.spill + 1e-9);
            prop_assert!(less.mean_seconds <= patience * 60.0 + 1e-6 && less.p90_seconds <= patience * 60.0 + 1e-6);
        }

    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]
        /// Bursty days wait longer than even ones of the same mean.
        #[test]
        fn bursts_wait_longer(load in 0.05..0.6f64, sigma in 0.2..0.8f64) {
            let server = Server { service_seconds: 60.0, variation: 1.0 };
            let even = waiting(&server, &steady(load * 60.0), 10.0, f64::INFINITY).unwrap();
            let days = Lognormal { mean: load * 600.0, sigma };
            let bursty = waiting(&server, &days, 10.0, f64::INFINITY).unwrap();
            prop_assert!(bursty.mean_seconds >= even.mean_seconds);
            prop_assert!(bursty.utilisation <= even.utilisation + 1e-9);
        }
    }
}
