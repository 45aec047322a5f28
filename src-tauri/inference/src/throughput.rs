//! One call of a model on a machine: seconds, joules, and how many such calls an hour or a day can hold.

use crate::energy::{self, WallPower};
use crate::fit::{self, Fit};
use crate::price::RequestTokens;
use crate::problem::PredictionProblem;
use crate::setup::Setup;
use crate::speed::{self, Caution, Speed};
use serde::Serialize;
use ts_rs::TS;

/// The tokens of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallShape {
    /// New prompt tokens that have to be read.
    pub uncached_prompt_tokens: u64,
    /// Prompt tokens already in the cache from earlier calls.
    pub cached_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
}

impl CallShape {
    /// The tokens of a request on a machine: what the provider's cache holds lies in the machine's own cache too.
    pub fn of(call: &RequestTokens) -> Self {
        Self {
            uncached_prompt_tokens: call.prompt() - call.cache_read,
            cached_tokens: call.cache_read,
            output_tokens: call.output,
        }
    }

    /// Tokens in the context when the call ends.
    pub fn context_tokens(&self) -> u64 {
        self.cached_tokens.saturating_add(self.uncached_prompt_tokens).saturating_add(self.output_tokens)
    }
}

/// A figure as a range, in rising order: `p10` is the small end, which for seconds is the fast one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Range {
    /// Small end.
    pub p10: f64,
    /// Middle.
    pub p50: f64,
    /// Large end.
    pub p90: f64,
}

impl Range {
    fn map(self, by: impl Fn(f64) -> f64) -> Self {
        Self { p10: by(self.p10), p50: by(self.p50), p90: by(self.p90) }
    }

    fn reversed(self, by: impl Fn(f64) -> f64) -> Self {
        Self { p10: by(self.p90), p50: by(self.p50), p90: by(self.p10) }
    }
}

/// What one call takes on a machine that serves one call at a time.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct CallEstimate {
    /// Seconds from request to last token.
    pub seconds: Range,
    /// Seconds from request to first token.
    pub first_token_seconds: Range,
    /// Calls an hour, back to back.
    pub calls_per_hour: Range,
    /// Joules at the plug; `None` when the watts are unknown.
    pub joules: Option<Range>,
    /// Reading speed; `None` when there is nothing to read.
    pub prefill: Option<Speed>,
    /// Writing speed at the middle depth of the answer.
    pub decode: Speed,
    /// Memory with the whole context.
    pub fit: Fit,
    /// Watts; `None` when unknown.
    pub power: Option<WallPower>,
    /// What makes the ranges less certain than stated.
    pub cautions: Vec<Caution>,
}

impl CallEstimate {
    /// Calls a day when the machine may work `hours_per_day` hours.
    pub fn calls_per_day(&self, hours_per_day: f64) -> Range {
        self.calls_per_hour.map(|calls| calls * hours_per_day)
    }

    /// Electricity of `calls` calls on a machine switched on for `hours_on` hours, kWh at the middle of the range: busy
    /// hours at load, the rest idle. `None` when the watts under load or at idle are unknown.
    pub fn kwh(&self, calls: f64, hours_on: f64) -> Option<f64> {
        let busy_hours = calls * self.seconds.p50 / 3600.0;
        let idle_joules = self.power?.idle_w? * (hours_on - busy_hours).max(0.0) * 3600.0;
        Some(energy::kwh(calls * self.joules?.p50 + idle_joules))
    }
}

/// Seconds, joules and calls an hour of one call: new prompt tokens are read after the cached ones, then the answer is
/// written at its mean depth.
///
/// # Errors
/// When the context is beyond the model's window, when the model does not fit, or when bandwidth, compute or power needed for a
/// speed is unknown.
#[allow(clippy::cast_precision_loss, reason = "a context is far below 2^53 tokens")]
pub fn call(setup: &Setup, shape: &CallShape) -> Result<CallEstimate, PredictionProblem> {
    let fit = fit::fit(setup, shape.context_tokens())?;
    if !fit.fits {
        return Err(PredictionProblem::DoesNotFit {
            machine: setup.machine.name.clone(),
            model: setup.model.name.clone(),
            needed_gib: fit.needed_gib,
            usable_gib: fit.usable_gib,
        });
    }
    let new = shape.uncached_prompt_tokens;
    let prompt = shape.cached_tokens + new;
    let prefill = if new == 0 { None } else { Some(speed::prefill(setup, new, shape.cached_tokens)?) };
    let first_step = speed::decode(setup, prompt)?;
    let decode = speed::decode(setup, prompt + shape.output_tokens / 2)?;

    let reading = prefill.map_or(Range { p10: 0.0, p50: 0.0, p90: 0.0 }, |speed| duration(speed, new as f64));
    let writing = duration(decode, shape.output_tokens as f64);
    let seconds = add(reading, writing);
    let first_token_seconds = add(reading, duration(first_step, 1.0));
    let power = energy::capped_power(setup.machine, setup.devices, setup.power_limit_w).ok();
    let joules = power.map(|watts| {
        add(reading.map(|seconds| seconds * watts.prefill_w), writing.map(|seconds| seconds * watts.decode_w))
    });
    if seconds.p50 <= 0.0 {
        let what = "The tokens of a call".to_owned();
        return Err(PredictionProblem::BadFigure { what, rule: "more than none".to_owned() });
    }
    Ok(CallEstimate {
        seconds,
        first_token_seconds,
        calls_per_hour: seconds.reversed(|seconds| 3600.0 / seconds),
        joules,
        prefill,
        decode,
        fit,
        power,
        cautions: speed::cautions(setup),
    })
}

/// Seconds for so many tokens: the fast end of the speed is the small end of the time.
fn duration(speed: Speed, tokens: f64) -> Range {
    Range { p10: tokens / speed.p90, p50: tokens / speed.p50, p90: tokens / speed.p10 }
}

/// Slow reading is taken to come with slow writing, which keeps the range honest.
fn add(a: Range, b: Range) -> Range {
    Range { p10: a.p10 + b.p10, p50: a.p50 + b.p50, p90: a.p90 + b.p90 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(actual: f64, expected: f64, within: f64) {
        assert!((actual - expected).abs() <= within, "{actual} is not {expected} within {within}");
    }

    /// By hand: 512 tokens at the reading speed, then one token at the writing speed of depth 512; 530 W while reading
    /// (450 W card and 80 W around it) and 462.5 W while writing (0.85 of 450, and 80).
    #[test]
    fn a_short_question() {
        let setup = Setup::by_key("rtx4090", "llama3-8b", "Q4_K_M").unwrap();
        let shape = CallShape { uncached_prompt_tokens: 512, cached_tokens: 0, output_tokens: 1 };
        let estimate = call(&setup, &shape).unwrap();
        let reading = 512.0 / speed::prefill(&setup, 512, 0).unwrap().p50;
        let writing = 1.0 / speed::decode(&setup, 512).unwrap().p50;
        close(estimate.seconds.p50, reading + writing, 1e-12);
        close(estimate.seconds.p50, estimate.first_token_seconds.p50, 1e-12);
        close(estimate.calls_per_hour.p50, 3600.0 / estimate.seconds.p50, 1e-9);
        close(estimate.joules.unwrap().p50, reading * 530.0 + writing * 462.5, 1e-9);
        // Measured by XiongjieDai: 7,139 read and 119 to 131 written a second, which is 0.080 s in all.
        close(estimate.seconds.p50, 0.080, 0.016);
    }

    /// 1,000 calls in 10 hours on: busy at the joules of a call, and 78 W (18 W card, 60 W around it) for the rest.
    #[test]
    fn a_day_of_calls_and_waiting() {
        let setup = Setup::by_key("rtx4090", "llama3-8b", "Q4_K_M").unwrap();
        let shape = CallShape { uncached_prompt_tokens: 512, cached_tokens: 0, output_tokens: 1 };
        let estimate = call(&setup, &shape).unwrap();
        let waiting = 36_000.0 - 1000.0 * estimate.seconds.p50;
        let joules = 1000.0 * estimate.joules.unwrap().p50 + waiting * 78.0;
        close(estimate.kwh(1000.0, 10.0).unwrap(), joules / 3.6e6, 1e-9);
        close(estimate.calls_per_day(10.0).p50, estimate.calls_per_hour.p50 * 10.0, 1e-6);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let setup = Setup::by_key("rtx4090", "llama3-70b", "Q4_K_M").unwrap();
        let shape = CallShape { uncached_prompt_tokens: 512, cached_tokens: 0, output_tokens: 64 };
        let problem = call(&setup, &shape).unwrap_err();
        assert!(matches!(problem, PredictionProblem::DoesNotFit { .. }), "{problem}");
    }

    #[test]
    fn a_call_without_tokens_is_refused() {
        let setup = Setup::by_key("rtx4090", "llama3-8b", "Q4_K_M").unwrap();
        let shape = CallShape { uncached_prompt_tokens: 0, cached_tokens: 100, output_tokens: 0 };
        assert!(matches!(call(&setup, &shape), Err(PredictionProblem::BadFigure { .. })));
    }

    proptest! {
        #[test]
        fn caching_never_makes_a_call_slower(prompt in 2u64..8000, cached_share in 0.0f64..1.0, output in 1u64..2000) {
            let setup = Setup::by_key("dgx-spark", "gpt-oss-120b", "MXFP4").unwrap();
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let cached = (prompt as f64 * cached_share) as u64;
            let cold = CallShape { uncached_prompt_tokens: prompt, cached_tokens: 0, output_tokens: output };
            let warm = CallShape { uncached_prompt_tokens: prompt - cached, cached_tokens: cached, output_tokens: output };
            let (cold, warm) = (call(&setup, &cold).unwrap(), call(&setup, &warm).unwrap());
            prop_assert!(warm.seconds.p50 <= cold.seconds.p50);
            prop_assert!(warm.seconds.p10 <= warm.seconds.p50 && warm.seconds.p50 <= warm.seconds.p90);
            prop_assert!(warm.calls_per_hour.p10 <= warm.calls_per_hour.p90);
        }
    }
}
