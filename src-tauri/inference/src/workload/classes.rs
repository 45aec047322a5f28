//! Classes of work: what a person, or what runs for them, asks of a model on a day, call by call.
//!
//! Tasks become agent cycles, cycles become calls, and each call sends a prompt of which a part is read from the
//! provider's cache and a part is written to it. A [`Profile`] is a set of classes; presets are dated data, and a
//! measured one (see [`super::measured`]) replaces any of them.

use crate::price::{RequestTokens, Schedule};
use counterweight_domain::{Findings, Path, Problem};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use ts_rs::TS;

/// More tokens a day than this are taken for a mistake: the whole of OpenRouter served 25 T tokens a week in May 2026,
/// 3.6 T a day for all of its users.
pub const MOST_TOKENS_PER_DAY: f64 = 1e12;

/// What kind of work a class is, which decides how long it may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum WorkKind {
    /// A person waits for each answer.
    Interactive,
    /// An agent works while a person looks on now and then.
    Agentic,
    /// Checks that run by the clock.
    Heartbeat,
    /// Work that is done when it is done.
    Batch,
}

/// A size of prompt and the share of the calls that have it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct PromptSize {
    /// Tokens sent in a call, cached ones included. It decides the price tier of the call.
    pub tokens: u64,
    /// Share of the calls; shares count against their sum.
    pub share: f64,
}

/// One class of work. Shares are 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct WorkClass {
    /// What kind of work it is.
    pub kind: WorkKind,
    /// Name for people.
    pub label: String,
    /// Tasks on an active day, mean.
    pub tasks_per_day: f64,
    /// Cycles that a task triggers.
    pub cycles_per_task: f64,
    /// Calls to a model in a cycle.
    pub calls_per_cycle: f64,
    /// Sizes of prompt, at least one.
    pub prompts: Vec<PromptSize>,
    /// Share of the prompt that is read from the cache.
    pub cache_read_share: f64,
    /// Share of the prompt that is written to the cache. The two together are at most 1.
    pub cache_write_share: f64,
    /// Tokens received in a call.
    pub output_tokens: u64,
    /// Share of the calls that a small model can do.
    pub easy_share: f64,
    /// Further calls that a small model takes for each call a large one would need: 0.2 is one retry in five.
    pub retry_tax: f64,
    /// Calls under way at once.
    pub concurrency: f64,
    /// Hours of an active day in which the work comes in.
    pub hours_per_day: f64,
    /// Active days in a month.
    pub days_per_month: f64,
    /// Growth of the tasks a year, as a fraction.
    pub growth: f64,
    /// How much use grows as the price falls: use is multiplied by (price now / price at the start)^−elasticity.
    pub elasticity: f64,
    /// Share of the tokens of a call that is saved for the same result.
    pub efficiency: f64,
    /// Standard deviation of the logarithm of a day's use.
    pub spread: f64,
}

/// A set of classes of work, with where its figures come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Profile {
    /// Short name.
    pub key: String,
    /// Name for people.
    pub label: String,
    /// Day of the figures, ISO 8601.
    pub as_of: String,
    /// Where the figures come from.
    pub source: String,
    /// Its classes.
    pub classes: Vec<WorkClass>,
}

impl WorkClass {
    /// Calls on an active day, mean.
    pub fn calls_per_day(&self) -> f64 {
        self.tasks_per_day * self.cycles_per_task * self.calls_per_cycle
    }

    /// Calls an hour in the hours in which the work comes in; 0 without hours.
    pub fn calls_per_hour(&self) -> f64 {
        if self.hours_per_day > 0.0 { self.calls_per_day() / self.hours_per_day } else { 0.0 }
    }

    /// Calls in month `month` (from 1), with growth, and with what the price does to use. `price_ratio` is the price
    /// now over the price at the start; it changes nothing unless it is positive.
    pub fn calls_in_month(&self, month: u32, price_ratio: f64) -> f64 {
        let grown = libm::pow(1.0 + self.growth, f64::from(month.saturating_sub(1)) / 12.0);
        let moved =
            if price_ratio > 0.0 && self.elasticity != 0.0 { libm::pow(price_ratio, -self.elasticity) } else { 1.0 };
        self.calls_per_day() * self.days_per_month * grown * moved
    }

    /// The tokens of a call with a prompt of this size, after what efficiency saves.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn call_of(&self, prompt_tokens: u64) -> RequestTokens {
        let kept = 1.0 - self.efficiency;
        let prompt = (prompt_tokens as f64 * kept).round();
        let read = (prompt * self.cache_read_share).round();
        let write = (prompt * self.cache_write_share).round().min(prompt - read);
        RequestTokens {
            input: (prompt - read - write) as u64,
            cache_read: read as u64,
            cache_write: write as u64,
            output: (self.output_tokens as f64 * kept).round() as u64,
            ..RequestTokens::default()
        }
    }

    /// Mean tokens sent in a call, before what efficiency saves.
    #[allow(clippy::cast_precision_loss, reason = "a prompt is far below 2^53 tokens")]
    pub fn mean_prompt(&self) -> f64 {
        let shares: f64 = self.prompts.iter().map(|prompt| prompt.share).sum();
        if shares <= 0.0 {
            return 0.0;
        }
        self.prompts.iter().map(|prompt| prompt.tokens as f64 * prompt.share).sum::<f64>() / shares
    }

    /// The tokens of a call with the mean prompt.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn mean_call(&self) -> RequestTokens {
        self.call_of(self.mean_prompt().round() as u64)
    }

    /// Tokens of an active day, sent and received, after what efficiency saves.
    #[allow(clippy::cast_precision_loss, reason = "a call is far below 2^53 tokens")]
    pub fn tokens_per_day(&self) -> f64 {
        self.calls_per_day() * (self.mean_prompt() + self.output_tokens as f64) * (1.0 - self.efficiency)
    }

    /// US dollars of a call, the mean over the sizes of prompt, each at the tier its own size falls in.
    pub fn dollars_per_call(&self, schedule: &Schedule) -> f64 {
        let shares: f64 = self.prompts.iter().map(|prompt| prompt.share).sum();
        let sum: f64 =
            self.prompts.iter().map(|prompt| prompt.share * schedule.dollars(&self.call_of(prompt.tokens))).sum();
        if shares > 0.0 { sum / shares } else { 0.0 }
    }

    /// Calls that a small model makes for `calls` calls of a large one.
    pub fn with_retries(&self, calls: f64) -> f64 {
        calls * (1.0 + self.retry_tax)
    }

    /// Reports figures that cannot be. What cannot be is left out of every figure, which is what `true` allows.
    pub fn check(&self, path: &Path, findings: &mut Findings) -> bool {
        let before = findings.as_slice().len();
        let whole = format!("the work “{}”", self.label);
        let mut refuse = |field: &str, id: &'static str, message: String, fix: &str| {
            findings.error(&path.join(field), Problem::new(id, message, fix), whole.clone());
        };
        for (field, figure) in [
            ("tasksPerDay", self.tasks_per_day),
            ("cyclesPerTask", self.cycles_per_task),
            ("callsPerCycle", self.calls_per_cycle),
            ("retryTax", self.retry_tax),
            ("elasticity", self.elasticity),
            ("spread", self.spread),
        ] {
            if !(figure.is_finite() && figure >= 0.0) {
                let message = format!("{field} of “{}” is not a figure of 0 or more.", self.label);
                refuse(field, "work.figure", message, "Enter a figure of 0 or more.");
            }
        }
        for (field, share) in [
            ("cacheReadShare", self.cache_read_share),
            ("cacheWriteShare", self.cache_write_share),
            ("cacheShares", self.cache_read_share + self.cache_write_share),
            ("easyShare", self.easy_share),
        ] {
            if !(0.0..=1.0 + 1e-9).contains(&share) {
                let message = format!("{field} of “{}” is not a share between 0 and 100 %.", self.label);
                refuse(field, "work.share", message, "Enter a share between 0 and 100 %.");
            }
        }
        if !(0.0..1.0).contains(&self.efficiency) {
            let message = format!("“{}” cannot save {} of its tokens.", self.label, self.efficiency);
            refuse("efficiency", "work.efficiency", message, "Enter a saving below 100 %.");
        }
        if !(self.growth.is_finite() && self.growth > -1.0) {
            let message = format!("“{}” cannot shrink by all of it in a year.", self.label);
            refuse("growth", "work.growth", message, "Enter a growth above −100 %.");
        }
        for (field, figure, most) in
            [("hoursPerDay", self.hours_per_day, 24.0), ("daysPerMonth", self.days_per_month, 31.0)]
        {
            if !(figure > 0.0 && figure <= most) {
                let message = format!("{field} of “{}” is not between 0 and {most}.", self.label);
                refuse(field, "work.time", message, "Enter the hours or days in which the work comes in.");
            }
        }
        if !(self.concurrency.is_finite() && self.concurrency >= 1.0) {
            let message = format!("“{}” needs at least one call at a time.", self.label);
            refuse("concurrency", "work.concurrency", message, "Enter 1 or more.");
        }
        let shares: f64 = self.prompts.iter().map(|prompt| prompt.share).sum();
        let bad = self.prompts.iter().any(|prompt| !(prompt.share.is_finite() && prompt.share >= 0.0));
        if bad || !(shares.is_finite() && shares > 0.0) {
            let message = format!("“{}” has no size of prompt.", self.label);
            refuse("prompts", "work.prompts", message, "Enter how many tokens a call sends.");
        }
        let tokens = self.tokens_per_day();
        if !tokens.is_finite() || tokens > MOST_TOKENS_PER_DAY {
            let message = format!(
                "“{}” would use {tokens:.3e} tokens a day, which is more than {MOST_TOKENS_PER_DAY:.0e}, a quarter of all that a large gateway served in a day of 2026.",
                self.label
            );
            refuse("tasksPerDay", "work.tooMany", message, "Check tasks, cycles and tokens of a call.");
        }
        findings.as_slice().len() == before
    }
}

impl Profile {
    /// Tokens of an active day, sent and received.
    pub fn tokens_per_day(&self) -> f64 {
        self.classes.iter().map(WorkClass::tokens_per_day).sum()
    }

    /// Calls in month `month` over all classes.
    pub fn calls_in_month(&self, month: u32, price_ratio: f64) -> f64 {
        self.classes.iter().map(|class| class.calls_in_month(month, price_ratio)).sum()
    }

    /// The profile without the classes that cannot be; each is a finding.
    #[must_use]
    pub fn checked(&self, path: &Path, findings: &mut Findings) -> Self {
        let keep = |place: usize, class: &WorkClass, findings: &mut Findings| {
            class.check(&path.join("classes").join(place), findings)
        };
        let mut classes = Vec::with_capacity(self.classes.len());
        for (place, class) in self.classes.iter().enumerate() {
            if keep(place, class, findings) {
                classes.push(class.clone());
            }
        }
        Self { classes, ..self.clone() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    profile: Vec<Profile>,
}

/// The presets: chat, a coding agent, an orchestrator, an agent that is always on, a batch pipeline.
pub fn profiles() -> &'static [Profile] {
    static FILE: OnceLock<File> = OnceLock::new();
    let read =
        || toml::from_str(include_str!("../../data/workload_profiles.toml")).expect("the profiles are read by a test");
    &FILE.get_or_init(read).profile
}

/// The preset with this key.
pub fn profile(key: &str) -> Option<&'static Profile> {
    profiles().iter().find(|profile| profile.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn class() -> WorkClass {
        WorkClass {
            kind: WorkKind::Agentic,
            label: "agent".into(),
            tasks_per_day: 2.0,
            cycles_per_task: 15.0,
            calls_per_cycle: 2.0,
            prompts: vec![PromptSize { tokens: 100_000, share: 1.0 }],
            cache_read_share: 0.9,
            cache_write_share: 0.05,
            output_tokens: 1_000,
            easy_share: 0.5,
            retry_tax: 0.2,
            concurrency: 1.0,
            hours_per_day: 10.0,
            days_per_month: 20.0,
            growth: 0.0,
            elasticity: 0.0,
            efficiency: 0.0,
            spread: 0.0,
        }
    }

    /// By hand: 2 tasks × 15 cycles × 2 calls = 60 calls a day, 6 an hour, 1,200 a month; 101,000 tokens each are
    /// 6.06 M a day. At Sonnet 5.5's list price of November 2026 ($2 in, $0.10 cached, $2.50 written, $10 out) a call
    /// is 5,000 × 2 + 90,000 × 0.10 + 5,000 × 2.5 + 1,000 × 10 = 41,500 millionths.
    #[test]
    fn calls_tokens_and_dollars_by_hand() {
        let class = class();
        assert_eq!((class.calls_per_day(), class.calls_per_hour(), class.calls_in_month(1, 1.0)), (60.0, 6.0, 1200.0));
        assert!((class.tokens_per_day() - 6.06e6).abs() < 1e-6);
        let schedule = price::schedule_on("anthropic", "claude-sonnet-5-5", date(2026, 11, 23)).unwrap();
        assert!((class.dollars_per_call(&schedule) - 0.0415).abs() < 1e-9);
    }

    /// By hand: growth of 21 % a year is 10 % in six months (1.21^0.5 = 1.1): month 7 has 1,320 calls. At an
    /// elasticity of 1 a price cut to half doubles use: 2,640.
    #[test]
    fn growth_and_elasticity_by_hand() {
        let growing = WorkClass { growth: 0.21, elasticity: 1.0, ..class() };
        assert!((growing.calls_in_month(7, 1.0) - 1320.0).abs() < 1e-9);
        assert!((growing.calls_in_month(7, 0.5) - 2640.0).abs() < 1e-9);
    }

    /// By hand: "the same result with 30 % fewer tokens" is 70,000 sent and 700 received.
    #[test]
    fn efficiency_takes_tokens_off_each_call() {
        let lean = WorkClass { efficiency: 0.3, ..class() };
        let call = lean.mean_call();
        assert_eq!((call.prompt(), call.cache_read, call.cache_write, call.output), (70_000, 63_000, 3_500, 700));
    }

    /// By hand, Haiku 5.5 (November 2026: five times as much above 100,000 tokens): half of the calls send 50,000 plain
    /// tokens at $0.10 = $0.005, half 150,000 at $0.50 = $0.075; no output: the mean is $0.04, not the $0.01 that the
    /// mean prompt of 100,000 would cost.
    #[test]
    fn each_size_of_prompt_has_its_own_tier() {
        let mixed = WorkClass {
            prompts: vec![PromptSize { tokens: 50_000, share: 1.0 }, PromptSize { tokens: 150_000, share: 1.0 }],
            cache_read_share: 0.0,
            cache_write_share: 0.0,
            output_tokens: 0,
            ..class()
        };
        let schedule = price::schedule_on("anthropic", "claude-haiku-5-5", date(2026, 11, 23)).unwrap();
        assert!((mixed.dollars_per_call(&schedule) - 0.04).abs() < 1e-9);
    }

    #[test]
    fn figures_that_cannot_be_are_findings() {
        let path = Path::root();
        for (bad, id) in [
            (WorkClass { tasks_per_day: 1e15, ..class() }, "work.tooMany"),
            (WorkClass { tasks_per_day: f64::NAN, ..class() }, "work.figure"),
            (WorkClass { cache_read_share: 1.2, ..class() }, "work.share"),
            (WorkClass { efficiency: 1.0, ..class() }, "work.efficiency"),
            (WorkClass { growth: -1.0, ..class() }, "work.growth"),
            (WorkClass { hours_per_day: 0.0, ..class() }, "work.time"),
            (WorkClass { concurrency: 0.0, ..class() }, "work.concurrency"),
            (WorkClass { prompts: Vec::new(), ..class() }, "work.prompts"),
        ] {
            let mut findings = Findings::default();
            assert!(!bad.check(&path, &mut findings), "{id}");
            assert!(findings.as_slice().iter().any(|f| f.id == id && !f.left_out.is_empty()), "{id}");
        }
        // 10^15 tokens a day: the class is left out, and the rest of the profile stays.
        let many = WorkClass { prompts: vec![PromptSize { tokens: 1_000_000_000_000_000, share: 1.0 }], ..class() };
        let profile = Profile {
            key: "p".into(),
            label: "p".into(),
            as_of: "2026-11-23".into(),
            source: "test".into(),
            classes: vec![many, class()],
        };
        let mut findings = Findings::default();
        assert_eq!(profile.checked(&path, &mut findings).classes, [class()]);
        assert_eq!(findings.as_slice()[0].path.as_str(), "classes/0/tasksPerDay");
    }

    /// The five presets are read, are dated, have sources and pass their own check. The always-on agent triggers 15
    /// cycles with one command; OpenClaw's heartbeat is every 30 minutes, 48 a day.
    #[test]
    fn presets_are_dated_and_sound() {
        let keys: Vec<&str> = profiles().iter().map(|profile| profile.key.as_str()).collect();
        assert_eq!(
            keys,
            ["chat-user", "daily-coding-agent", "heavy-orchestrator", "always-on-agent", "batch-pipeline"]
        );
        for profile in profiles() {
            let mut findings = Findings::default();
            assert_eq!(&profile.checked(&Path::root(), &mut findings), profile, "{findings:?}");
            assert!(crate::wire::is_dated(&profile.as_of) && profile.source.len() > 40, "{}", profile.key);
        }
        let always = profile("always-on-agent").unwrap();
        let of = |kind| always.classes.iter().find(|class| class.kind == kind).unwrap();
        assert_eq!(of(WorkKind::Agentic).cycles_per_task, 15.0);
        assert_eq!(of(WorkKind::Heartbeat).tasks_per_day, 48.0);
        // Anthropic, April 2026: about $13 per developer per active day. The preset at Opus 5.5 and Sonnet 5.5 prices
        // should lie around it: within a factor of two.
        let coding = profile("daily-coding-agent").unwrap();
        let schedule = price::schedule_on("anthropic", "claude-opus-5-5", date(2026, 11, 23)).unwrap();
        let day: f64 = coding.classes.iter().map(|c| c.calls_per_day() * c.dollars_per_call(&schedule)).sum();
        assert!(day > 6.5 && day < 26.0, "{day}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn a_call_loses_no_token(prompt in 0u64..10_000_000, read in 0.0..=1.0f64, write in 0.0..=1.0f64,
            efficiency in 0.0..0.99f64) {
            let class = WorkClass { cache_read_share: read, cache_write_share: write * (1.0 - read), efficiency, ..class() };
            let call = class.call_of(prompt);
            #[allow(clippy::cast_precision_loss)]
            let kept = (prompt as f64 * (1.0 - efficiency)).round();
            #[allow(clippy::cast_precision_loss)]
            let whole = call.prompt() as f64;
            prop_assert_eq!(whole, kept);
        }
    }
}
