//! Which work runs on the machine of one's own and which in the cloud: local if it fits, is fast enough and is allowed;
//! else the cloud; else it waits.
//!
//! Of each class only the share that a small model can do is offered to the machine. Classes that somebody waits for go
//! first and queue (see [`crate::queueing`]): a call that would wait longer than its class accepts goes to the cloud. Calls
//! of a class that are under way at once come in bursts of so many, and the machine serves one after the other.
//! Work that can wait takes the hours that are left.

use crate::problem::PredictionProblem;
use crate::queueing::{self, Server, Waiting};
use crate::setup::Setup;
use crate::throughput::{self, CallShape};
use crate::workload::classes::{WorkClass, WorkKind};
use crate::workload::lognormal::Lognormal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is allowed for a class, and how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Policy {
    /// It may run on the machine of one's own.
    pub local_allowed: bool,
    /// It may leave for the cloud.
    pub cloud_allowed: bool,
    /// Longest a call may take on the machine once it has started, seconds; none is any time.
    pub slowest_seconds: Option<f64>,
    /// Longest a call may wait before it starts, seconds; none is any time, which is work that can wait.
    pub patience_seconds: Option<f64>,
}

impl Policy {
    /// What a kind of work accepts unless its owner says otherwise: own assumptions. A person waits half a minute for an
    /// answer and five seconds for it to start; an agent is given five minutes and two; the rest can wait.
    pub fn of(kind: WorkKind) -> Self {
        let (slowest_seconds, patience_seconds) = match kind {
            WorkKind::Interactive => (Some(30.0), Some(5.0)),
            WorkKind::Agentic => (Some(300.0), Some(120.0)),
            WorkKind::Heartbeat | WorkKind::Batch => (None, None),
        };
        Self { local_allowed: true, cloud_allowed: true, slowest_seconds, patience_seconds }
    }
}

/// A class on the machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalOption {
    /// The model fits with the context of the class.
    pub fits: bool,
    /// Seconds of a call; infinite when unknown.
    pub seconds_per_call: f64,
    /// Share of the calls whose prompt and answer the model and the memory can hold, 0 to 1.
    pub holds: f64,
}

impl LocalOption {
    /// A class on a setup, at the median speed: the mean over the prompts that it can hold, each at its own length and depth,
    /// what the provider's cache holds being held by the machine's own. Calls with longer prompts are not for the machine.
    /// When it can hold none of them, the problem says why, and the option bars the class.
    pub fn of(setup: &Setup, class: &WorkClass) -> (Self, Option<PredictionProblem>) {
        let (mut all, mut held, mut seconds, mut problem) = (0.0, 0.0, 0.0, None);
        for size in class.prompts.iter().filter(|size| size.share > 0.0) {
            all += size.share;
            match throughput::call(setup, &CallShape::of(&class.call_of(size.tokens))) {
                Ok(call) => {
                    held += size.share;
                    seconds += size.share * call.seconds.p50;
                }
                Err(found) => problem = problem.or(Some(found)),
            }
        }
        if held > 0.0 {
            return (Self { fits: true, seconds_per_call: seconds / held, holds: held / all }, None);
        }
        (Self { fits: false, seconds_per_call: f64::INFINITY, holds: 0.0 }, problem)
    }
}

/// How many calls of a burst that comes in at once a machine starts within the patience of their class, when it serves one
/// after the other: the first at once, each other after those before it.
pub fn started_in_time(seconds_per_call: f64, patience_seconds: Option<f64>) -> f64 {
    match patience_seconds {
        Some(patience) if seconds_per_call > 0.0 => (patience.max(0.0) / seconds_per_call).floor() + 1.0,
        _ => f64::INFINITY,
    }
}

/// A class of work with the ways it has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Routable<'a> {
    /// The class.
    pub class: &'a WorkClass,
    /// What is allowed.
    pub policy: Policy,
    /// The machine, when there is one that is known.
    pub local: Option<LocalOption>,
    /// The cloud has the model and its price is known.
    pub cloud: bool,
}

/// Why calls did not take the first way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Reason {
    /// There is no machine, or its figures are unknown.
    NoMachine,
    /// The model does not fit.
    DoesNotFit,
    /// A call takes longer than it may.
    TooSlow,
    /// It may not run on the machine.
    LocalNotAllowed,
    /// A small model cannot do it.
    TooHard,
    /// Some prompts are longer than the model's window or the memory holds.
    TooLong,
    /// It would wait longer than it may.
    TooBusy,
    /// The machine has no hours left.
    NoHoursLeft,
    /// It may not leave for the cloud.
    CloudNotAllowed,
    /// The cloud's price is unknown.
    CloudUnpriced,
}

/// Where the calls of a class go on a mean day. The three parts sum to its calls.
#[derive(Debug, Clone, PartialEq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Routed {
    /// Calls done on the machine.
    pub local: f64,
    /// Calls sent to the cloud.
    pub cloud: f64,
    /// Calls that no way takes: they wait.
    pub waits: f64,
    /// How calls wait for the machine; none when the class does not queue for it.
    pub waiting: Option<Waiting>,
    /// Why not all of it is local.
    pub reasons: Vec<Reason>,
}

/// All classes, and the machine under them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct Routing {
    /// Each class, in the order it was given.
    pub classes: Vec<Routed>,
    /// Hours a day in which the machine works.
    pub busy_hours: f64,
    /// Of the hours in which it is on, 0 to 1.
    pub utilisation: f64,
}

/// Why a class may not run on the machine at all.
fn barred(work: &Routable) -> Option<Reason> {
    if !work.policy.local_allowed {
        return Some(Reason::LocalNotAllowed);
    }
    let Some(local) = work.local else { return Some(Reason::NoMachine) };
    if !local.fits {
        return Some(Reason::DoesNotFit);
    }
    let known = local.seconds_per_call.is_finite() && local.seconds_per_call > 0.0;
    if !known || work.policy.slowest_seconds.is_some_and(|most| local.seconds_per_call > most) {
        return Some(Reason::TooSlow);
    }
    None
}

/// Routes classes over a machine that is on `hours_per_day` hours.
///
/// Calls that wait for a cloud that is not allowed count as waiting, never as done.
pub fn route(works: &[Routable], hours_per_day: f64) -> Routing {
    routed(works, hours_per_day, true)
}

/// [`route`] without how long calls wait, for the many months of a plan.
pub fn share_out(works: &[Routable], hours_per_day: f64) -> Routing {
    routed(works, hours_per_day, false)
}

fn routed(works: &[Routable], hours_per_day: f64, told: bool) -> Routing {
    let mut found: Vec<Routed> = works.iter().map(|_| Routed::default()).collect();
    // Useful calls that the machine could do, and the calls of its own that they take.
    let offered: Vec<f64> = works
        .iter()
        .zip(&mut found)
        .map(|(work, routed)| match barred(work) {
            Some(reason) => {
                routed.reasons.push(reason);
                0.0
            }
            None => {
                let easy = work.class.easy_share.clamp(0.0, 1.0);
                if easy < 1.0 {
                    routed.reasons.push(Reason::TooHard);
                }
                let holds = work.local.map_or(0.0, |local| local.holds.clamp(0.0, 1.0));
                if holds < 1.0 {
                    routed.reasons.push(Reason::TooLong);
                }
                // Which calls are easy is taken to have nothing to do with how long they are.
                work.class.calls_per_day() * easy * holds
            }
        })
        .collect();
    let seconds = |place: usize| works[place].local.map_or(0.0, |local| local.seconds_per_call);
    let waits = |place: usize| works[place].policy.patience_seconds.is_none();

    // Those that somebody waits for share one queue. Their rates add up as if their hours lay together.
    let queue: Vec<usize> = (0..works.len()).filter(|place| offered[*place] > 0.0 && !waits(*place)).collect();
    // Calls that are under way at once come in at once, and the machine serves one after the other: of such a burst those
    // join that start in time, and it queues as one call as long as all of them.
    let at_once = |place: usize| works[place].class.concurrency.max(1.0);
    let burst =
        |place: usize| at_once(place).min(started_in_time(seconds(place), works[place].policy.patience_seconds));
    let rate = |place: usize| {
        let hours = works[place].class.hours_per_day.min(hours_per_day).max(1e-9);
        works[place].class.with_retries(offered[place] / at_once(place)) / hours
    };
    let total: f64 = queue.iter().map(|place| rate(*place)).sum();
    let mix: Vec<(f64, f64)> = queue.iter().map(|place| (rate(*place), burst(*place) * seconds(*place))).collect();
    let mut busy = 0.0;
    if let Some(server) = Server::of_mix(&mix) {
        let sigma = queue.iter().map(|place| rate(*place) * works[*place].class.spread).sum::<f64>() / total;
        for place in &queue {
            let hours = works[*place].class.hours_per_day.min(hours_per_day);
            let day = Lognormal { mean: total * hours, sigma };
            // A call in the middle of its burst waits for half of the others.
            let inside = (burst(*place) - 1.0) * seconds(*place);
            let patience = works[*place].policy.patience_seconds.unwrap_or(f64::INFINITY);
            let patience = (patience - inside / 2.0).max(0.0);
            let (waiting, spill) = if told {
                let waiting = queueing::waiting(&server, &day, hours, patience);
                (waiting, waiting.map(|waiting| waiting.spill))
            } else {
                (None, queueing::spill(&server, &day, hours, patience))
            };
            let joins = burst(*place) / at_once(*place);
            let spill = 1.0 - joins * (1.0 - spill.unwrap_or(1.0));
            let routed = &mut found[*place];
            routed.local = offered[*place] * (1.0 - spill);
            routed.waiting = waiting.map(|one| Waiting {
                mean_seconds: one.mean_seconds + inside / 2.0,
                p90_seconds: one.p90_seconds + 0.9 * inside,
                spill,
                ..one
            });
            if spill > 1e-9 {
                routed.reasons.push(Reason::TooBusy);
            }
            busy += works[*place].class.with_retries(routed.local) * seconds(*place);
        }
    }
    // The queue may hold a little more than the hours have, as it is a model of the mean; the hours are the limit.
    let hours = hours_per_day.max(0.0) * 3600.0;
    if busy > hours {
        let kept = hours / busy;
        for place in &queue {
            found[*place].local *= kept;
        }
        busy = hours;
    }
    // Work that can wait takes what is left, in the order given.
    for place in (0..works.len()).filter(|place| offered[*place] > 0.0 && waits(*place)) {
        let need = works[place].class.with_retries(offered[place]) * seconds(place);
        let share = if need > 0.0 { ((hours - busy) / need).clamp(0.0, 1.0) } else { 1.0 };
        found[place].local = offered[place] * share;
        busy += need * share;
        if share < 1.0 {
            found[place].reasons.push(Reason::NoHoursLeft);
        }
    }
    for (work, routed) in works.iter().zip(&mut found) {
        let rest = (work.class.calls_per_day() - routed.local).max(0.0);
        if rest == 0.0 {
            continue;
        }
        if !work.policy.cloud_allowed {
            routed.reasons.push(Reason::CloudNotAllowed);
            routed.waits = rest;
        } else if !work.cloud {
            routed.reasons.push(Reason::CloudUnpriced);
            routed.waits = rest;
        } else {
            routed.cloud = rest;
        }
    }
    let utilisation = if hours > 0.0 { busy / hours } else { 0.0 };
    Routing { classes: found, busy_hours: busy / 3600.0, utilisation }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::classes::PromptSize;
    use proptest::prelude::*;

    fn class(kind: WorkKind, calls: f64, easy_share: f64) -> WorkClass {
        WorkClass {
            kind,
            label: "work".into(),
            tasks_per_day: calls,
            cycles_per_task: 1.0,
            calls_per_cycle: 1.0,
            prompts: vec![PromptSize { tokens: 10_000, share: 1.0 }],
            cache_read_share: 0.0,
            cache_write_share: 0.0,
            output_tokens: 500,
            easy_share,
            retry_tax: 0.25,
            concurrency: 1.0,
            hours_per_day: 10.0,
            days_per_month: 21.0,
            growth: 0.0,
            elasticity: 0.0,
            efficiency: 0.0,
            spread: 0.0,
        }
    }

    fn work(class: &WorkClass) -> Routable<'_> {
        let local = Some(LocalOption { fits: true, seconds_per_call: 20.0, holds: 1.0 });
        Routable { class, policy: Policy::of(class.kind), local, cloud: true }
    }

    /// By hand: 1,000 batch calls, 80 % easy, 25 % retries, 20 s: 800 × 1.25 × 20 s = 5.556 h of 10. With half of that,
    /// 2.778 h, 400 are done on the machine and 600 go to the cloud.
    #[test]
    fn work_that_can_wait_by_hand() {
        let batch = class(WorkKind::Batch, 1000.0, 0.8);
        let all = route(&[work(&batch)], 10.0);
        assert_eq!((all.classes[0].local, all.classes[0].cloud), (800.0, 200.0));
        assert!((all.busy_hours - 20_000.0 / 3600.0).abs() < 1e-9);
        let half = route(&[work(&batch)], 10_000.0 / 3600.0);
        assert!((half.classes[0].local - 400.0).abs() < 1e-9 && (half.classes[0].cloud - 600.0).abs() < 1e-9);
        assert_eq!(half.classes[0].reasons, [Reason::TooHard, Reason::NoHoursLeft]);
        assert!((half.utilisation - 1.0).abs() < 1e-9);
    }

    /// Erlang's loss by hand: with no patience and 36 s a call of an even stream of 80 calls × 1.25 in 10 h is ρ = 0.1; a
    /// share of 0.1 / 1.1 goes to the cloud.
    #[test]
    fn work_that_somebody_waits_for_spills() {
        let chat = class(WorkKind::Interactive, 80.0, 1.0);
        let mut asked = work(&chat);
        asked.policy = Policy { slowest_seconds: None, patience_seconds: Some(0.0), ..asked.policy };
        asked.local = Some(LocalOption { fits: true, seconds_per_call: 36.0, holds: 1.0 });
        let found = route(&[asked], 10.0);
        assert!((found.classes[0].cloud - 80.0 * 0.1 / 1.1).abs() < 1e-9);
        assert_eq!(found.classes[0].reasons, [Reason::TooBusy]);
    }

    #[test]
    fn each_bar_has_its_reason() {
        let chat = class(WorkKind::Interactive, 80.0, 1.0);
        let base = work(&chat);
        let policy = base.policy;
        for (asked, reason) in [
            (Routable { local: None, ..base }, Reason::NoMachine),
            (
                Routable { local: Some(LocalOption { fits: false, seconds_per_call: 1.0, holds: 0.0 }), ..base },
                Reason::DoesNotFit,
            ),
            (
                Routable { local: Some(LocalOption { fits: true, seconds_per_call: 31.0, holds: 1.0 }), ..base },
                Reason::TooSlow,
            ),
            (
                Routable {
                    local: Some(LocalOption { fits: true, seconds_per_call: f64::INFINITY, holds: 1.0 }),
                    ..base
                },
                Reason::TooSlow,
            ),
            (Routable { policy: Policy { local_allowed: false, ..policy }, ..base }, Reason::LocalNotAllowed),
        ] {
            let found = route(&[asked], 10.0);
            assert_eq!((found.classes[0].reasons[0], found.classes[0].cloud), (reason, 80.0));
        }
        // Private work that the machine cannot do waits: it is never sent out.
        let private = Routable { policy: Policy { cloud_allowed: false, ..policy }, local: None, ..base };
        let found = route(&[private], 10.0);
        assert_eq!((found.classes[0].waits, found.classes[0].cloud), (80.0, 0.0));
        let unpriced = Routable { cloud: false, local: None, ..base };
        assert_eq!(route(&[unpriced], 10.0).classes[0].reasons, [Reason::NoMachine, Reason::CloudUnpriced]);
    }

    /// The mean call of the class on a machine of the catalogue; 70 billion parameters do not fit on 24 GB.
    #[test]
    fn an_option_is_the_machines_own_prediction() {
        let chat = class(WorkKind::Interactive, 80.0, 1.0);
        let small = Setup::by_key("rtx4090", "gpt-oss-20b", "MXFP4").unwrap();
        let (option, problem) = LocalOption::of(&small, &chat);
        let shape = CallShape { uncached_prompt_tokens: 10_000, cached_tokens: 0, output_tokens: 500 };
        let seconds = throughput::call(&small, &shape).unwrap().seconds.p50;
        assert_eq!((option, problem), (LocalOption { fits: true, seconds_per_call: seconds, holds: 1.0 }, None));
        let large = Setup::by_key("rtx4090", "llama3-70b", "Q4_K_M").unwrap();
        let (option, problem) = LocalOption::of(&large, &chat);
        assert!(!option.fits && problem.is_some());
    }

    /// By hand: Llama 3.1 8B has a window of 131,072 tokens (Meta's model card), so of prompts of 4,000, 6,000 and 200,000 in
    /// shares of 3, 1 and 1 the last, a fifth, is not for the machine: it is asked for 0.8 × 0.5 of the calls, three of
    /// 4,000 tokens to one of 6,000.
    #[test]
    fn calls_that_are_too_long_go_to_the_cloud() {
        let sizes = [(4_000, 3.0), (6_000, 1.0), (200_000, 1.0)];
        let prompts = sizes.map(|(tokens, share)| PromptSize { tokens, share }).to_vec();
        let batch = WorkClass { prompts, ..class(WorkKind::Batch, 100.0, 0.5) };
        let setup = Setup::by_key("rtx4090", "llama3-8b", "Q4_K_M").unwrap();
        let (option, problem) = LocalOption::of(&setup, &batch);
        assert_eq!(problem, None);
        let of = |tokens| CallShape { uncached_prompt_tokens: tokens, cached_tokens: 0, output_tokens: 500 };
        let seconds = |tokens| throughput::call(&setup, &of(tokens)).unwrap().seconds.p50;
        assert!((option.seconds_per_call - (3.0 * seconds(4_000) + seconds(6_000)) / 4.0).abs() < 1e-9);
        assert!((option.holds - 0.8).abs() < 1e-12);
        let found = route(&[Routable { local: Some(option), ..work(&batch) }], 24.0);
        assert!((found.classes[0].local - 40.0).abs() < 1e-9 && (found.classes[0].cloud - 60.0).abs() < 1e-9);
        assert_eq!(found.classes[0].reasons, [Reason::TooHard, Reason::TooLong]);
    }

    /// By hand: an agent that has 8 calls of 20 s under way at once and gives each 120 s to start: the first 7 start in time,
    /// after 0 to 120 s, and the eighth goes to the cloud. 80 calls a day, 70 of them in time, are 70 × 1.25 ÷ 7 = 12.5 bursts in 10 hours of
    /// 140 s each: ρ = 12.5 × 140 ÷ 36,000, r = 70 s, and within a burst a call waits 60 s in the mean, so 60 s of patience are
    /// left for those before it: the share turned away is ρ (1 − ρ) e ÷ (1 − ρ² e), e = exp(−(1 − ρ) 60 ÷ 70). One machine
    /// that has them one at a time keeps nearly all.
    #[test]
    fn calls_under_way_at_once_wait_for_each_other() {
        let agents = WorkClass { concurrency: 8.0, ..class(WorkKind::Agentic, 80.0, 1.0) };
        let found = route(&[work(&agents)], 10.0);
        let load: f64 = 12.5 * 140.0 / 36_000.0;
        let e = (-(1.0 - load) * 60.0 / 70.0).exp();
        let turned = load * (1.0 - load) * e / (1.0 - load * load * e);
        assert!((found.classes[0].local - 70.0 * (1.0 - turned)).abs() < 1e-6, "{found:?} {turned}");
        assert_eq!(found.classes[0].reasons, [Reason::TooBusy]);
        let waiting = found.classes[0].waiting.expect("it queues");
        assert!(waiting.mean_seconds > 60.0 && waiting.mean_seconds < 70.0, "{waiting:?}");
        let alone = class(WorkKind::Agentic, 80.0, 1.0);
        let alone = route(&[work(&alone)], 10.0);
        assert!(alone.classes[0].local > 79.9 && alone.classes[0].waiting.expect("it queues").mean_seconds < 1.0);
        // Work that can wait does so.
        let batch = WorkClass { concurrency: 8.0, ..class(WorkKind::Batch, 80.0, 1.0) };
        assert_eq!(route(&[work(&batch)], 10.0).classes[0].local, 80.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        /// Every call goes somewhere, the machine has no more than its hours, and nothing is sent where it may not go.
        #[test]
        fn calls_are_conserved(calls in prop::collection::vec((0.0..2000.0f64, 0.0..=1.0f64, 0usize..4, any::<bool>(), any::<bool>()), 1..5),
            seconds in 0.5..200.0f64, hours in 0.5..24.0f64) {
            let kinds = [WorkKind::Interactive, WorkKind::Agentic, WorkKind::Heartbeat, WorkKind::Batch];
            let classes: Vec<WorkClass> = calls.iter().map(|(n, easy, kind, ..)| class(kinds[*kind], *n, *easy)).collect();
            let works: Vec<Routable> = classes.iter().zip(&calls).map(|(class, (.., local, cloud))| {
                let mut work = work(class);
                work.policy.local_allowed = *local;
                work.policy.cloud_allowed = *cloud;
                work.local = Some(LocalOption { fits: true, seconds_per_call: seconds, holds: 1.0 });
                work
            }).collect();
            let found = route(&works, hours);
            prop_assert!(found.busy_hours <= hours * (1.0 + 1e-9));
            for (work, routed) in works.iter().zip(&found.classes) {
                let whole = work.class.calls_per_day();
                prop_assert!((routed.local + routed.cloud + routed.waits - whole).abs() <= 1e-9 * whole.max(1.0));
                prop_assert!(routed.cloud == 0.0 || work.policy.cloud_allowed);
                prop_assert!(routed.local == 0.0 || work.policy.local_allowed);
                prop_assert!(routed.local <= whole * work.class.easy_share + 1e-9 * whole);
            }
        }
    }
}
