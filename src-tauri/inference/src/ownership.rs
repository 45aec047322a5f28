//! Owning a machine: what it can serve of a month's work, on how much electricity, and what it sells for.

use crate::problem::PredictionProblem;
use crate::setup::Setup;
use crate::throughput::{self, CallEstimate, CallShape};
use crate::workload::Work;

/// A machine at a workload, found once and asked every month.
#[derive(Debug, Clone, PartialEq)]
pub struct Owned {
    /// One call on it.
    pub call: CallEstimate,
    /// Calls a month it can serve in the hours it may work, at its median speed.
    pub calls_per_month: f64,
    /// Hours a month in which it is switched on.
    pub hours_per_month: f64,
    /// Kilowatt-hours of one call above idling.
    kwh_per_call: Option<f64>,
    /// Kilowatt-hours of a month switched on and idle.
    idle_kwh: f64,
}

impl Owned {
    /// The machine, model and quantisation of a workload, at the size of its calls. What the provider's cache
    /// holds is taken to lie in the machine's own cache too.
    ///
    /// # Errors
    /// When one of them is unknown, does not fit, or has no figure for bandwidth or compute.
    pub fn of(work: &Work) -> Result<Self, PredictionProblem> {
        Self::on(&work.machine, work)
    }

    /// The same on another machine of the catalogue.
    ///
    /// # Errors
    /// As [`Owned::of`].
    pub fn on(machine: &str, work: &Work) -> Result<Self, PredictionProblem> {
        let setup = Setup::by_key(machine, &work.local_model, &work.quant)?;
        let tokens = work.call();
        let shape = CallShape {
            uncached_prompt_tokens: tokens.input,
            cached_tokens: tokens.cache_read,
            output_tokens: tokens.output,
        };
        let call = throughput::call(&setup, &shape)?;
        let hours_per_month = work.hours_per_day * work.days_per_month;
        let calls_per_month = call.calls_per_hour.p50 * hours_per_month;
        let idle_watts = call.power.and_then(|power| power.idle_w);
        let kwh_per_call =
            call.kwh(1.0, 0.0).zip(idle_watts).map(|(busy, idle)| busy - idle * call.seconds.p50 / 3.6e6);
        let idle_kwh = idle_watts.unwrap_or(0.0) * hours_per_month / 1000.0;
        Ok(Self { call, calls_per_month, hours_per_month, kwh_per_call, idle_kwh })
    }

    /// Calls of `wanted` that it serves in a month.
    pub fn served(&self, wanted: f64) -> f64 {
        wanted.min(self.calls_per_month)
    }

    /// Electricity of a month with `calls` calls, kWh: idle through its hours, more for each call. None when
    /// its watts are unknown.
    pub fn kwh(&self, calls: f64) -> Option<f64> {
        self.kwh_per_call.map(|each| self.idle_kwh + calls * each.max(0.0))
    }
}

/// What a machine of `price` sells for after `months`, when it keeps `resale` of its value each year.
pub fn resale(price: f64, resale: f64, months: u32) -> f64 {
    price * libm::pow(resale, f64::from(months) / 12.0)
}

/// A month of one route from the person's own pocket.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RouteMonth {
    /// Spent in the month.
    pub spent: f64,
    /// Calls served.
    pub served: f64,
}

/// A way to get work done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// All of it in the cloud.
    Cloud,
    /// All of it on the machine, up to what it can do; the rest stays undone.
    Local,
    /// A share on the machine, up to what it can do; the rest in the cloud.
    Hybrid,
}

/// What a month with `calls` calls costs by one route. `per_call` is the cloud's price of a call and
/// `electricity` the price of a kWh, in one currency. The machine's own price is not in it.
pub fn month(
    via: Via,
    calls: f64,
    local_share: f64,
    per_call: f64,
    owned: Option<&Owned>,
    electricity: f64,
) -> RouteMonth {
    let local = match (via, owned) {
        (Via::Cloud, _) | (_, None) => 0.0,
        (Via::Local, Some(owned)) => owned.served(calls),
        (Via::Hybrid, Some(owned)) => owned.served(calls * local_share),
    };
    let power = match (via, owned) {
        (Via::Cloud, _) | (_, None) => 0.0,
        (_, Some(owned)) => owned.kwh(local).unwrap_or(0.0) * electricity,
    };
    let cloud = if via == Via::Local { 0.0 } else { calls - local };
    RouteMonth { spent: cloud * per_call + power, served: cloud + local }
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_domain::Workload;

    fn work() -> Work {
        Work::of(&Workload::default(), 1.0).expect("blank is readable")
    }

    /// By hand: 15,000 kept at 75 % a year is 15,000 × 0.75² = 8,437.50 after two years.
    #[test]
    fn resale_by_hand() {
        assert!((resale(15_000.0, 0.75, 24) - 8_437.5).abs() < 1e-9);
    }

    #[test]
    fn a_hybrid_month_is_its_two_parts() {
        let work = work();
        let owned = Owned::of(&work).expect("the silent machine fits its model");
        let (calls, per_call, electricity) = (1000.0, 0.02, 0.17);
        let hybrid = month(Via::Hybrid, calls, 0.5, per_call, Some(&owned), electricity);
        // Half the calls in the cloud, half on the machine, whose cost is electricity alone.
        let by_hand = 500.0 * per_call + owned.kwh(500.0).expect("watts are known") * electricity;
        assert!((hybrid.spent - by_hand).abs() < 1e-9);
        assert!((hybrid.served - calls).abs() < 1e-9);
    }

    #[test]
    fn a_machine_serves_no_more_than_its_hours() {
        let work = work();
        let owned = Owned::of(&work).expect("the silent machine fits its model");
        let calls = owned.calls_per_month * 3.0;
        let local = month(Via::Local, calls, 1.0, 0.02, Some(&owned), 0.17);
        assert!((local.served - owned.calls_per_month).abs() < 1e-6);
        // Hours by hand: calls × seconds of a call ÷ 3600 is the time it is on.
        assert!((owned.calls_per_month * owned.call.seconds.p50 / 3600.0 - owned.hours_per_month).abs() < 1e-6);
    }

    #[test]
    fn a_model_that_does_not_fit_is_an_error() {
        let small = Work { machine: "rtx3060".into(), ..work() };
        assert!(matches!(Owned::of(&small), Err(PredictionProblem::DoesNotFit { .. })));
    }
}
