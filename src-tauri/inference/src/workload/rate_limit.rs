//! Whether a workload can run at all in the hours of its day: at the rate a provider allows, and at the time a call takes.

use super::classes::{Profile, WorkClass};
use counterweight_domain::{Findings, Path, Problem};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a provider allows; `None` is not limited or not known.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields, default)]
#[ts(rename_all = "camelCase")]
pub struct RateLimits {
    /// Requests a minute.
    pub requests_per_minute: Option<f64>,
    /// Prompt tokens a minute that are not read from the cache: cache reads do not count towards the limit.
    pub input_tokens_per_minute: Option<f64>,
    /// Tokens received a minute.
    pub output_tokens_per_minute: Option<f64>,
    /// US dollars a month at which calls stop until the first of the next month.
    pub dollars_per_month: Option<f64>,
}

/// The rate a workload needs in its hours.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct NeededRate {
    /// Requests a minute.
    pub requests_per_minute: f64,
    /// Uncached prompt tokens a minute.
    pub input_tokens_per_minute: f64,
    /// Tokens received a minute.
    pub output_tokens_per_minute: f64,
}

/// The rate a profile needs when all classes run at once, on a mean day.
#[allow(clippy::cast_precision_loss, reason = "a call is far below 2^53 tokens")]
pub fn needed(profile: &Profile) -> NeededRate {
    profile.classes.iter().fold(NeededRate::default(), |sum, class| {
        let calls = class.calls_per_hour() / 60.0;
        let call = class.mean_call();
        NeededRate {
            requests_per_minute: sum.requests_per_minute + calls,
            input_tokens_per_minute: sum.input_tokens_per_minute + calls * (call.prompt() - call.cache_read) as f64,
            output_tokens_per_minute: sum.output_tokens_per_minute + calls * call.output as f64,
        }
    })
}

/// The share of the work, 0 to 1, that these limits let through in its hours; 1 when none binds. A limit that binds is a
/// finding with the rate that is needed. `dollars_per_month` is what the work would cost.
pub fn allowed(
    profile: &Profile,
    limits: &RateLimits,
    dollars_per_month: Option<f64>,
    path: &Path,
    findings: &mut Findings,
) -> f64 {
    let needed = needed(profile);
    let mut share: f64 = 1.0;
    for (what, need, limit) in [
        ("requests a minute", needed.requests_per_minute, limits.requests_per_minute),
        ("uncached prompt tokens a minute", needed.input_tokens_per_minute, limits.input_tokens_per_minute),
        ("output tokens a minute", needed.output_tokens_per_minute, limits.output_tokens_per_minute),
    ] {
        let Some(limit) = limit else { continue };
        if !(limit.is_finite() && limit > 0.0) {
            findings.error(
                path,
                Problem::new(
                    "rate.unknown",
                    format!("A limit of {limit} {what} is no limit that anything runs under."),
                    "Enter the limit of your account, or leave it blank.",
                ),
                "this rate limit",
            );
            continue;
        }
        if need > limit {
            share = share.min(limit / need);
            findings.warn(
                path,
                Problem::new(
                    "rate.tooFast",
                    format!(
                        "The work needs {need:.0} {what} in its hours and the account allows {limit:.0}: {:.0} % of it runs.",
                        100.0 * limit / need
                    ),
                    format!("Ask for {need:.0} {what}, spread the work over more hours, or use a second provider."),
                ),
            );
        }
    }
    if let (Some(cap), Some(cost)) = (limits.dollars_per_month.filter(|cap| *cap > 0.0), dollars_per_month)
        && cost > cap
    {
        share = share.min(cap / cost);
        findings.warn(
            path,
            Problem::new(
                "rate.monthlyCap",
                format!("The work costs {cost:.0} dollars a month and the account stops at {cap:.0}, until the first of the next month."),
                format!("Ask for a higher tier. Published caps: {}.", published_caps()),
            ),
        );
    }
    share
}

/// The monthly caps that were published, with where and when.
fn published_caps() -> String {
    let one = |account: &crate::plan::Account| {
        format!("{} ${:.0} ({}, {})", account.label, account.usd_per_month_cap, account.source, account.as_of)
    };
    crate::plan::accounts().iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Hours of work in a day when a call takes this long and as many run at once as the class has.
pub fn hours_needed(class: &WorkClass, seconds_per_call: f64) -> f64 {
    class.calls_per_day() * seconds_per_call / 3600.0 / class.concurrency.max(1.0)
}

/// The share of a class that is done in its hours when a call takes this long. A day that is too short is a finding
/// with the number of calls that would have to run at once.
pub fn fits_the_day(class: &WorkClass, seconds_per_call: f64, path: &Path, findings: &mut Findings) -> f64 {
    let hours = hours_needed(class, seconds_per_call);
    if !hours.is_finite() {
        findings.error(
            path,
            Problem::new("rate.unknownTime", "How long a call takes is not known.", "Enter the seconds of a call."),
            "whether the work fits into the day",
        );
        return 0.0;
    }
    if hours <= class.hours_per_day {
        return 1.0;
    }
    let at_once = (class.calls_per_day() * seconds_per_call / 3600.0 / class.hours_per_day).ceil();
    findings.warn(
        path,
        Problem::new(
            "rate.dayTooShort",
            format!(
                "“{}” takes {hours:.1} hours and has {:.1} a day: {:.0} % of it is done.",
                class.label,
                class.hours_per_day,
                100.0 * class.hours_per_day / hours
            ),
            format!("Run {at_once:.0} calls at once, or give it more hours."),
        ),
    );
    class.hours_per_day / hours
}

#[cfg(test)]
mod tests {
    use super::super::classes;
    use super::*;

    /// By hand, the batch preset: 2,000 calls in 24 hours are 1.389 a minute; each sends 6,000 uncached tokens, 8,333 a
    /// minute, and receives 400, 556 a minute.
    #[test]
    fn the_rate_by_hand() {
        let rate = needed(classes::profile("batch-pipeline").unwrap());
        assert!((rate.requests_per_minute - 1.388_889).abs() < 1e-6);
        assert!((rate.input_tokens_per_minute - 8_333.333).abs() < 1e-3);
        assert!((rate.output_tokens_per_minute - 555.556).abs() < 1e-3);
    }

    /// By hand: at 4,166.67 uncached tokens a minute half of it runs; a monthly cap of a tenth of the cost lets a tenth
    /// through.
    #[test]
    fn the_tightest_limit_binds() {
        let batch = classes::profile("batch-pipeline").unwrap();
        let limits = RateLimits { input_tokens_per_minute: Some(8_333.333_333 / 2.0), ..RateLimits::default() };
        let mut findings = Findings::default();
        assert!((allowed(batch, &limits, None, &Path::root(), &mut findings) - 0.5).abs() < 1e-9);
        assert_eq!(findings.as_slice()[0].id, "rate.tooFast");
        let capped = RateLimits { dollars_per_month: Some(500.0), ..limits };
        assert!((allowed(batch, &capped, Some(5_000.0), &Path::root(), &mut findings) - 0.1).abs() < 1e-9);
        let free = RateLimits::default();
        assert_eq!(allowed(batch, &free, None, &Path::root(), &mut Findings::default()), 1.0);
        let zero = RateLimits { requests_per_minute: Some(0.0), ..free };
        let mut findings = Findings::default();
        assert_eq!(allowed(batch, &zero, None, &Path::root(), &mut findings), 1.0);
        assert_eq!(findings.as_slice()[0].id, "rate.unknown");
    }

    /// By hand: 300 calls of 192 seconds are 16 hours and the day has 8: half is done, and two at once would do.
    #[test]
    fn a_day_too_short_is_said() {
        let class = &classes::profile("daily-coding-agent").unwrap().classes[0];
        let mut findings = Findings::default();
        assert!((fits_the_day(class, 192.0, &Path::root(), &mut findings) - 0.5).abs() < 1e-9);
        assert!(findings.as_slice()[0].fix.contains("2 calls at once"), "{findings:?}");
        assert_eq!(fits_the_day(class, 90.0, &Path::root(), &mut Findings::default()), 1.0);
        let mut unknown = Findings::default();
        assert_eq!(fits_the_day(class, f64::NAN, &Path::root(), &mut unknown), 0.0);
        assert_eq!(unknown.as_slice()[0].id, "rate.unknownTime");
    }
}
