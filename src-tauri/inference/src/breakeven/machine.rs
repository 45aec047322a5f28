//! From a prediction to a machine in a break-even case, and from the rental list to an hour's price.

use super::{Electricity, Own, Purchase, Rented, Speed};
use crate::tariff::Rental;
use crate::throughput::{CallEstimate, Range};

/// Which end of a range a case is built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The fast end of the speed, 10 of 100.
    Fast,
    /// The middle.
    Middle,
    /// The slow end, 90 of 100.
    Slow,
}

fn at(range: &Range, end: End) -> f64 {
    match end {
        End::Fast => range.p10,
        End::Middle => range.p50,
        End::Slow => range.p90,
    }
}

/// The time of a call, split into reading and writing. `retry_tax` is the further calls its model takes.
pub fn speed(call: &CallEstimate, output_tokens: u64, retry_tax: f64, end: End) -> Speed {
    let seconds = at(&call.seconds, end);
    // The speed that belongs to the slow end of the time is the low end of the range, and the other way round.
    let rate = match end {
        End::Fast => call.decode.p90,
        End::Middle => call.decode.p50,
        End::Slow => call.decode.p10,
    };
    #[allow(clippy::cast_precision_loss, reason = "a call is far below 2^53 tokens")]
    let decode_seconds = (output_tokens as f64 / rate).min(seconds);
    Speed { prefill_seconds: seconds - decode_seconds, decode_seconds, retry_tax }
}

/// The machine of a prediction as one that is bought. None when its watts under load are unknown; unknown watts at idle
/// are left out, which the caller says.
pub fn own(
    call: &CallEstimate,
    speed: Speed,
    purchase: Purchase,
    hours_per_month: f64,
    (pue, per_kwh): (f64, f64),
) -> Option<Own> {
    let power = call.power?;
    let busy_w = call.joules?.p50 / call.seconds.p50;
    let electricity = Electricity { idle_w: power.idle_w.unwrap_or(0.0), busy_w, pue, per_kwh };
    Some(Own { purchase, electricity, speed, hours_per_month, hours_on: hours_per_month })
}

/// Cards of a rental as a machine that is paid by the hour. `rate` is one US dollar in the currency of the case.
pub fn rented(rental: &Rental, cards: u32, speed: Speed, rate: f64) -> Rented {
    Rented { per_hour: rental.usd_per_gpu_hour * f64::from(cards.max(1)) * rate, least_hours: 0.0, speed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::energy::WallPower;
    use crate::setup::Setup;
    use crate::throughput::{self, CallShape};

    fn call() -> CallEstimate {
        let setup = Setup::by_key("rtx4090", "llama3-8b", "Q4_K_M").unwrap();
        let shape = CallShape { uncached_prompt_tokens: 512, cached_tokens: 0, output_tokens: 256 };
        throughput::call(&setup, &shape).unwrap()
    }

    /// The parts of a call sum to it at each end, and slow is slower than fast in both.
    #[test]
    fn a_call_splits_into_reading_and_writing() {
        let call = call();
        let [fast, middle, slow] = [End::Fast, End::Middle, End::Slow].map(|end| speed(&call, 256, 0.0, end));
        assert!((middle.seconds() - call.seconds.p50).abs() < 1e-12);
        assert!((slow.seconds() - call.seconds.p90).abs() < 1e-12);
        assert!((middle.decode_seconds - 256.0 / call.decode.p50).abs() < 1e-12);
        assert!(fast.prefill_seconds < slow.prefill_seconds && fast.decode_seconds < slow.decode_seconds);
    }

    /// Electricity of a month is what the prediction itself says: busy calls and idle hours.
    #[test]
    fn a_machine_draws_what_its_prediction_says() {
        let call = call();
        let purchase = Purchase {
            price: 5_000.0,
            life_months: 48,
            resale_per_year: 0.75,
            failure_per_year: 0.0,
            repair_share: 0.0,
            upkeep_hours: 0.0,
            upkeep_hourly: 0.0,
        };
        let own = own(&call, speed(&call, 256, 0.0, End::Middle), purchase, 200.0, (1.0, 0.17)).unwrap();
        let expected = call.kwh(1_000.0, 200.0).unwrap() * 0.17;
        assert!((own.running(1_000.0) - expected).abs() < 1e-9, "{} {expected}", own.running(1_000.0));
        // Without watts at idle what it draws at work still counts: kWh of the calls alone.
        let blind = CallEstimate { power: call.power.map(|power| WallPower { idle_w: None, ..power }), ..call.clone() };
        let busy = super::own(&blind, own.speed, purchase, 200.0, (1.0, 0.17)).unwrap();
        let alone = 1_000.0 * call.joules.unwrap().p50 / 3.6e6 * 0.17;
        assert!((busy.running(1_000.0) - alone).abs() < 1e-9, "{} {alone}", busy.running(1_000.0));
        let none = CallEstimate { power: None, ..call };
        assert_eq!(super::own(&none, own.speed, purchase, 200.0, (1.0, 0.17)), None);
    }

    /// Two cards of the list cost twice as much an hour as one.
    #[test]
    fn cards_are_paid_each() {
        let list = crate::catalogue::rentals();
        assert!(list.iter().filter(|row| row.machine == "h100sxm" && row.usd_per_gpu_hour > 0.0).count() >= 5);
        let speed = speed(&call(), 256, 0.0, End::Middle);
        let two = rented(&list[0], 2, speed, 1.0);
        assert!((two.per_hour - 2.0 * list[0].usd_per_gpu_hour).abs() < 1e-12);
    }
}
