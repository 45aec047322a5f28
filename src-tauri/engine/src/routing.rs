//! Where each class of work runs: on the machine if it fits, is fast enough and is allowed; else in the cloud; else it
//! waits.

use crate::break_even::cannot_run;
use crate::compute;
use crate::offer_value;
use crate::settings::Settings;
use counterweight_domain::local_plan::{RoutingRule, WorkPace};
use counterweight_domain::{Case, Findings, Path};
use counterweight_inference::routing::{LocalOption, Policy, Reason, Routable, Routed, route};
use counterweight_inference::workload::classes::{self, WorkClass, WorkKind};
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use ts_rs::TS;

pub(crate) mod shares;

/// All classes, and the machine under them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoutingFigures {
    /// Whose work it is: a preset's name with its source, or empty for the case's own.
    pub preset: String,
    /// Each class.
    pub classes: Vec<RoutedClass>,
    /// Hours a working day in which the machine works.
    pub busy_hours: f64,
    /// Hours a working day in which it may.
    pub hours_given: f64,
    /// The one over the other, 0 to 1.
    pub utilisation: f64,
    /// The same work in each month of the stay, as use grows.
    pub by_month: Vec<RoutedMonth>,
}

/// Where the calls of a month go, over its quiet and its busy days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoutedMonth {
    /// The month, from 1.
    pub month: u32,
    /// Calls of a working day.
    pub calls: f64,
    /// Share done on the machine, 0 to 1.
    pub local: f64,
    /// Share sent to the cloud.
    pub cloud: f64,
    /// Share that no way takes.
    pub waits: f64,
    /// Share of its hours in which the machine works.
    pub utilisation: f64,
    /// Mean wait before a call starts, seconds, over the calls that queue; none when none does.
    pub mean_wait: Option<f64>,
    /// The longest wait of the classes that 90 of 100 calls stay below, seconds.
    pub p90_wait: Option<f64>,
}

/// Where the calls of a class go on a mean day.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoutedClass {
    /// What the work is called.
    pub label: String,
    /// What kind it is, which decides its rule.
    pub pace: WorkPace,
    /// Calls of a day.
    pub calls: f64,
    /// Calls done on the machine.
    pub local: f64,
    /// Calls sent to the cloud.
    pub cloud: f64,
    /// Calls that no way takes.
    pub waits: f64,
    /// Seconds of a call on the machine at the median; none when it cannot run it.
    pub seconds: Option<f64>,
    /// Mean wait before a call starts, seconds; none when the class does not queue.
    pub mean_wait: Option<f64>,
    /// Wait that 90 of 100 calls stay below, seconds.
    pub p90_wait: Option<f64>,
    /// The rule in force.
    pub rule: RuleFigures,
    /// Why not all of it runs on the machine.
    pub reasons: Vec<String>,
}

/// A rule with its blanks filled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RuleFigures {
    /// It may run on the machine.
    pub local_allowed: bool,
    /// It may leave for the cloud.
    pub cloud_allowed: bool,
    /// Longest a call may take, seconds; none is any time.
    pub slowest_seconds: Option<f64>,
    /// Longest a call may wait, seconds; none is any time.
    pub patience_seconds: Option<f64>,
}

/// Routes the work of a case, or that of a preset of the catalogue on the case's machine.
pub fn figures(case: &Case, preset: Option<&str>, settings: &Settings, findings: &mut Findings) -> RoutingFigures {
    let Some((work, _)) = offer_value::work(case, settings, findings) else { return RoutingFigures::default() };
    let profile = preset.and_then(classes::profile);
    let all = profile.map_or_else(|| work.profile(), |profile| profile.classes.clone());
    let path = Path::root().join("workload");
    let all: Vec<WorkClass> = all.into_iter().filter(|class| class.check(&path, findings)).collect();
    // What a price cannot be is said where it is entered.
    let priced = settings
        .start
        .and_then(|start| compute::priced(case, settings, start, settings.stay_months, &mut Findings::default()));
    let index = priced.as_ref().map_or(&[][..], |priced| &priced.index);
    let setup = match work.setup_on(&work.machine) {
        Ok(setup) => Some(setup),
        Err(problem) => {
            cannot_run(&problem, &work, findings);
            None
        }
    };
    let mut problems: Vec<Option<String>> = Vec::new();
    let works: Vec<Routable> = all
        .iter()
        .map(|class| {
            let (local, problem) = setup.as_ref().map_or((None, None), |setup| {
                let (local, problem) = LocalOption::of(setup, class);
                (Some(local), problem)
            });
            problems.push(problem.map(|problem| problem.to_string()));
            Routable { class, policy: policy(class.kind, &case.workload.local.rules), local, cloud: priced.is_some() }
        })
        .collect();
    let routed = route(&works, work.hours_per_day);
    let by_month = (1..=settings.stay_months).map(|month| month_of(&works, work.hours_per_day, month, index)).collect();
    let classes = works
        .iter()
        .zip(&routed.classes)
        .zip(problems)
        .map(|((work, to), problem)| RoutedClass {
            label: work.class.label.clone(),
            pace: pace(work.class.kind),
            calls: work.class.calls_per_day(),
            local: to.local,
            cloud: to.cloud,
            waits: to.waits,
            seconds: work.local.map(|local| local.seconds_per_call).filter(|seconds| seconds.is_finite()),
            mean_wait: to.waiting.map(|waiting| waiting.mean_seconds),
            p90_wait: to.waiting.map(|waiting| waiting.p90_seconds),
            rule: RuleFigures {
                local_allowed: work.policy.local_allowed,
                cloud_allowed: work.policy.cloud_allowed,
                slowest_seconds: work.policy.slowest_seconds,
                patience_seconds: work.policy.patience_seconds,
            },
            reasons: to
                .reasons
                .iter()
                .map(|reason| match (reason, &problem) {
                    (Reason::DoesNotFit, Some(problem)) => problem.clone(),
                    _ => words(*reason, work).to_owned(),
                })
                .collect(),
        })
        .collect();
    RoutingFigures {
        preset: profile.map_or_else(String::new, |profile| format!("{} ({})", profile.label, profile.source)),
        classes,
        busy_hours: routed.busy_hours,
        hours_given: work.hours_per_day,
        utilisation: routed.utilisation,
        by_month,
    }
}

/// The works of one month: each class with the calls it has grown to, and with what the price does to use.
fn month_of(works: &[Routable], hours_per_day: f64, month: u32, index: &[f64]) -> RoutedMonth {
    let grown: Vec<WorkClass> = works.iter().map(|work| shares::grown(work.class, month, index)).collect();
    let works: Vec<Routable> = works.iter().zip(&grown).map(|(work, class)| Routable { class, ..*work }).collect();
    let routed = route(&works, hours_per_day);
    let calls: f64 = grown.iter().map(WorkClass::calls_per_day).sum();
    let part = |of: fn(&Routed) -> f64| {
        let sum: f64 = routed.classes.iter().map(of).sum();
        if calls > 0.0 { sum / calls } else { 0.0 }
    };
    let queued: Vec<(f64, f64, f64)> = routed
        .classes
        .iter()
        .filter_map(|class| class.waiting.map(|waiting| (class.local, waiting.mean_seconds, waiting.p90_seconds)))
        .collect();
    let served: f64 = queued.iter().map(|one| one.0).sum();
    RoutedMonth {
        month,
        calls,
        local: part(|class| class.local),
        cloud: part(|class| class.cloud),
        waits: part(|class| class.waits),
        utilisation: routed.utilisation,
        mean_wait: (served > 0.0).then(|| queued.iter().map(|one| one.0 * one.1).sum::<f64>() / served),
        p90_wait: queued.iter().map(|one| one.2).reduce(f64::max),
    }
}

fn pace(kind: WorkKind) -> WorkPace {
    match kind {
        WorkKind::Interactive => WorkPace::Interactive,
        WorkKind::Agentic => WorkPace::Agentic,
        WorkKind::Heartbeat => WorkPace::Heartbeat,
        WorkKind::Batch => WorkPace::Batch,
    }
}

/// The usual rule of a kind, with what the case says instead.
pub(crate) fn policy(kind: WorkKind, rules: &[RoutingRule]) -> Policy {
    let usual = Policy::of(kind);
    let Some(rule) = rules.iter().find(|rule| rule.pace == pace(kind)) else { return usual };
    let seconds = |entry: &counterweight_domain::Entry<counterweight_domain::Amount>| {
        entry.value().and_then(|seconds| seconds.decimal().to_f64())
    };
    Policy {
        local_allowed: !rule.never_local,
        cloud_allowed: !rule.never_cloud,
        slowest_seconds: match seconds(&rule.slowest_seconds) {
            Some(0.0) => None,
            Some(most) => Some(most),
            None => usual.slowest_seconds,
        },
        patience_seconds: seconds(&rule.patience_seconds).or(usual.patience_seconds),
    }
}

/// Why calls did not take the first way, for a reader.
fn words(reason: Reason, work: &Routable) -> &'static str {
    match reason {
        Reason::NoMachine => "There is no machine that is known.",
        Reason::DoesNotFit => "The model does not fit with this context.",
        Reason::TooSlow if work.local.is_some_and(|local| local.seconds_per_call.is_infinite()) => {
            "Its speed is not known."
        }
        Reason::TooSlow => "A call takes longer than it may.",
        Reason::LocalNotAllowed => "It may not run on the machine.",
        Reason::TooHard => "Part of it is too hard for the local model.",
        Reason::TooLong => "Some calls are longer than the local model or the memory can hold.",
        Reason::TooBusy => "Some calls would wait longer than they may.",
        Reason::NoHoursLeft => "The machine has no hours left.",
        Reason::CloudNotAllowed => "It may not leave for the cloud, so the rest waits.",
        Reason::CloudUnpriced => "The cloud has no price, so the rest waits.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_domain::{CivilDate, Entry};

    fn case() -> Case {
        Case::new("Routing", counterweight_domain::Currency::USD, CivilDate::new(2026, 11, 23).expect("a date"))
    }

    /// Every call goes somewhere; with the machine and the cloud barred, all of it waits and says why.
    #[test]
    fn calls_are_conserved_and_what_waits_is_said() {
        let mut case = case();
        let settings = Settings::of(&case);
        let mut findings = Findings::default();
        let open = figures(&case, None, &settings, &mut findings);
        let class = &open.classes[0];
        assert!((class.calls - (class.local + class.cloud + class.waits)).abs() < 1e-6 && class.calls > 0.0);
        case.workload.local.rules = vec![RoutingRule {
            pace: WorkPace::Agentic,
            never_local: true,
            never_cloud: true,
            ..RoutingRule::default()
        }];
        let barred = figures(&case, None, &settings, &mut findings);
        let class = &barred.classes[0];
        assert!((class.waits - class.calls).abs() < 1e-9 && class.reasons.len() == 2, "{:?}", class.reasons);
    }

    /// A rule replaces what it names and nothing else; 0 seconds to run is any time.
    #[test]
    fn a_rule_replaces_what_it_names() {
        let rule =
            RoutingRule { pace: WorkPace::Agentic, slowest_seconds: Entry::typed("0"), ..RoutingRule::default() };
        let found = policy(WorkKind::Agentic, &[rule]);
        assert_eq!((found.slowest_seconds, found.patience_seconds), (None, Some(120.0)));
        assert_eq!(policy(WorkKind::Batch, &[]), Policy::of(WorkKind::Batch));
    }

    /// Month by month: the first is the mean day; with use growing, the machine is busier, calls wait longer, and once
    /// its hours are full less of the work runs on it. Parts sum to the whole.
    #[test]
    fn a_growing_workload_fills_the_machine() {
        let mut case = case();
        case.workload.growth = Entry::typed("200");
        let settings = Settings::of(&case);
        let found = figures(&case, None, &settings, &mut Findings::default());
        assert_eq!(found.by_month.len(), settings.stay_months as usize);
        let (first, last) = (found.by_month[0], found.by_month[found.by_month.len() - 1]);
        assert!((first.utilisation - found.utilisation).abs() < 1e-12);
        assert!((first.local * first.calls - found.classes[0].local).abs() < 1e-9);
        // By hand: calls triple in each year, so month 13 has three times those of month 1.
        assert!((found.by_month[12].calls / first.calls - 3.0).abs() < 1e-9);
        assert!(last.utilisation > first.utilisation && last.local < first.local && last.mean_wait > first.mean_wait);
        assert!(
            found.by_month.iter().all(|m| (m.local + m.cloud + m.waits - 1.0).abs() < 1e-9 && m.utilisation <= 1.0)
        );
    }

    /// By hand: at an elasticity of 1 and prices that fall to a tenth in a year, month 13 has ten times the calls.
    #[test]
    fn a_falling_price_fills_the_machine_as_it_does_the_plan() {
        let mut case = case();
        let class = counterweight_domain::ClassOfWork { elasticity: Entry::typed("1"), ..Default::default() };
        case.workload.classes = vec![class];
        case.workload.price_scenario = "falls-10x".into();
        let found = figures(&case, None, &Settings::of(&case), &mut Findings::default());
        assert!((found.by_month[12].calls / found.by_month[0].calls - 10.0).abs() < 1e-6, "{:?}", found.by_month[12]);
    }

    /// A model that only the person has priced can be sent to the cloud.
    #[test]
    fn an_own_price_opens_the_cloud() {
        let mut case = case();
        case.workload.cloud_model = "house/private-model".into();
        let waits = |case: &Case| {
            let found = figures(case, None, &Settings::of(case), &mut Findings::default());
            (found.classes[0].waits, found.classes[0].cloud)
        };
        assert!(waits(&case).0 > 0.0);
        case.workload.prices = vec![counterweight_domain::OwnPrice {
            model: "house/private-model".into(),
            input: Entry::typed("2"),
            output: Entry::typed("10"),
            ..Default::default()
        }];
        let (waits, cloud) = waits(&case);
        assert!(waits == 0.0 && cloud > 0.0);
    }

    #[test]
    fn a_preset_has_its_own_classes() {
        let case = case();
        let mut findings = Findings::default();
        let found = figures(&case, Some("always-on-agent"), &Settings::of(&case), &mut findings);
        assert_eq!(found.classes.len(), 2);
        assert!(!found.preset.is_empty());
    }
}
