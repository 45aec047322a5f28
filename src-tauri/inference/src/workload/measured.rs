//! From what was really used to a profile: sums of calls and tokens by day, taken from logs or a provider's export.

use super::classes::{Profile, PromptSize, WorkClass, WorkKind};
use super::lognormal::Lognormal;
use counterweight_domain::{Findings, Path, Problem};

/// Below this many active days the spread of a person's days is not read off them.
const DAYS_FOR_SPREAD: usize = 10;

/// What was used, as an import sums it. Days are local days; tokens of a kind are disjoint.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MeasuredUse {
    /// Tokens of each active day, sent and received.
    pub tokens_by_day: Vec<f64>,
    /// Calls over all of the days.
    pub calls: u64,
    /// Days from the first to the last, active or not.
    pub calendar_days: u32,
    /// Prompt tokens neither read from nor written to the cache.
    pub input: u64,
    /// Prompt tokens read from the cache.
    pub cache_read: u64,
    /// Prompt tokens written to the cache.
    pub cache_write: u64,
    /// Tokens received.
    pub output: u64,
    /// Sizes of prompt with the share of calls that had them, when calls are known one by one.
    pub prompts: Vec<PromptSize>,
    /// What was read and when, for the profile's source.
    pub source: String,
    /// Last day, ISO 8601.
    pub as_of: String,
}

/// A profile of one class from what was used. What no log says (difficulty, retries, growth) is taken from `like`, the
/// class that comes nearest. None, with a finding, when there is nothing to go by.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn profile(used: &MeasuredUse, like: &WorkClass, path: &Path, findings: &mut Findings) -> Option<Profile> {
    let active = used.tokens_by_day.iter().filter(|day| day.is_finite() && **day > 0.0).count();
    let prompt = [used.input, used.cache_read, used.cache_write].into_iter().fold(0u64, u64::saturating_add);
    if active == 0 || used.calls == 0 || prompt == 0 {
        findings.error(
            path,
            Problem::new(
                "measured.empty",
                "The import holds no calls with tokens, so there is nothing to measure.",
                "Import logs of some days, or pick a preset.",
            ),
            "the measured profile",
        );
        return None;
    }
    let calls = used.calls as f64;
    let spread = if active >= DAYS_FOR_SPREAD {
        Lognormal::of_days(&used.tokens_by_day).map_or(like.spread, |days| days.sigma)
    } else {
        findings.warn(
            path,
            Problem::new(
                "measured.fewDays",
                format!(
                    "Only {active} active days were imported, so the spread from day to day is taken from the preset, {:.2}.",
                    like.spread
                ),
                format!("Import {DAYS_FOR_SPREAD} active days or more."),
            ),
        );
        like.spread
    };
    let mean_prompt = prompt as f64 / calls;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let rounded = |tokens: f64| tokens.round() as u64;
    let prompts = if used.prompts.iter().any(|size| size.share > 0.0) {
        used.prompts.clone()
    } else {
        findings.note(
            path,
            Problem::new(
                "measured.meanPrompt",
                "The import has no size of each call, so calls are priced at their mean size and the tier of long prompts is unknown.",
                "Import logs that hold single calls.",
            ),
        );
        vec![PromptSize { tokens: rounded(mean_prompt), share: 1.0 }]
    };
    let days = f64::from(used.calendar_days.max(u32::try_from(active).unwrap_or(u32::MAX)));
    let class = WorkClass {
        kind: WorkKind::Agentic,
        label: "Measured use".to_owned(),
        tasks_per_day: calls / active as f64,
        cycles_per_task: 1.0,
        calls_per_cycle: 1.0,
        prompts,
        cache_read_share: used.cache_read as f64 / prompt as f64,
        cache_write_share: used.cache_write as f64 / prompt as f64,
        output_tokens: rounded(used.output as f64 / calls),
        // A month has 365.25 / 12 days, of which this share was active.
        days_per_month: (active as f64 / days * 365.25 / 12.0).min(31.0),
        spread,
        ..like.clone()
    };
    class.check(path, findings).then(|| Profile {
        key: "measured".to_owned(),
        label: "Measured from imported use".to_owned(),
        as_of: used.as_of.clone(),
        source: used.source.clone(),
        classes: vec![class],
    })
}

#[cfg(test)]
mod tests {
    use super::super::classes;
    use super::*;

    fn used() -> MeasuredUse {
        MeasuredUse {
            tokens_by_day: vec![101_000.0, 0.0, 202_000.0],
            calls: 3,
            calendar_days: 4,
            input: 15_000,
            cache_read: 270_000,
            cache_write: 15_000,
            output: 3_000,
            prompts: Vec::new(),
            source: "a log".into(),
            as_of: "2026-11-20".into(),
        }
    }

    /// By hand: 3 calls on 2 active days of 4 are 1.5 calls a day on 15.2 days a month (30.4375 / 2); 300,000 prompt
    /// tokens are 100,000 a call, 90 % read and 5 % written; 1,000 received.
    #[test]
    fn a_profile_by_hand() {
        let like = &classes::profile("daily-coding-agent").unwrap().classes[0];
        let mut findings = Findings::default();
        let profile = profile(&used(), like, &Path::root(), &mut findings).unwrap();
        let class = &profile.classes[0];
        assert!((class.calls_per_day() - 1.5).abs() < 1e-12);
        assert!((class.days_per_month - 15.218_75).abs() < 1e-9);
        assert_eq!(class.prompts, [PromptSize { tokens: 100_000, share: 1.0 }]);
        assert!((class.cache_read_share - 0.9).abs() < 1e-12 && (class.cache_write_share - 0.05).abs() < 1e-12);
        assert_eq!(class.output_tokens, 1_000);
        // Tokens of the profile are the tokens of the log: 303,000 over 2 active days.
        assert!((profile.tokens_per_day() - 151_500.0).abs() < 1e-6);
        assert!((class.spread - like.spread).abs() < 1e-12);
        let ids: Vec<&str> = findings.as_slice().iter().map(|f| f.id.as_str()).collect();
        assert_eq!(ids, ["measured.fewDays", "measured.meanPrompt"]);
    }

    /// The 22 days behind the published log spread of 0.75 are not public; ten days of 1 and e, five each, have a
    /// standard deviation of logarithms of √(10 × 0.25 / 9) = 0.527.
    #[test]
    fn the_spread_is_read_off_enough_days() {
        let days: Vec<f64> = (0..10).map(|day| if day % 2 == 0 { 1.0 } else { std::f64::consts::E }).collect();
        let like = &classes::profile("daily-coding-agent").unwrap().classes[0];
        let used = MeasuredUse { tokens_by_day: days, calendar_days: 10, ..used() };
        let profile = profile(&used, like, &Path::root(), &mut Findings::default()).unwrap();
        assert!((profile.classes[0].spread - 0.527_046).abs() < 1e-6);
    }

    #[test]
    fn nothing_to_go_by_is_a_finding() {
        let like = &classes::profile("chat-user").unwrap().classes[0];
        for empty in [MeasuredUse::default(), MeasuredUse { calls: 0, ..used() }] {
            let mut findings = Findings::default();
            assert_eq!(profile(&empty, like, &Path::root(), &mut findings), None);
            assert_eq!(findings.as_slice()[0].id, "measured.empty");
        }
    }
}
