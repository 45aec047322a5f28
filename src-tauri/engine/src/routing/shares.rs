//! Where the calls of each month go, as shares of them: what the cost of the ways, the demand on a budget and the desk
//! take from routing.

use super::policy;
use counterweight_domain::local_plan::RoutingRule;
use counterweight_inference::breakeven::Shares;
use counterweight_inference::routing::{LocalOption, Policy, Routable, share_out, started_in_time};
use counterweight_inference::setup::Setup;
use counterweight_inference::workload::Work;
use counterweight_inference::workload::classes::WorkClass;

/// A class in month `month`, from 1: with the calls it has grown to, and with what the price does to use. `index` is the
/// price of the same tokens by month against the first.
pub(crate) fn grown(class: &WorkClass, month: u32, index: &[f64]) -> WorkClass {
    let ratio = index.get(month as usize - 1).copied().unwrap_or(1.0);
    let (first, now) = (class.calls_in_month(1, 1.0), class.calls_in_month(month, ratio));
    let factor = if first > 0.0 { now / first } else { 1.0 };
    WorkClass { tasks_per_day: class.tasks_per_day * factor, ..class.clone() }
}

/// The work whose calls are shared out, with the rules of its owner and the price by month against the first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sharing<'a> {
    pub work: &'a Work,
    pub rules: &'a [RoutingRule],
    pub index: &'a [f64],
    pub months: u32,
}

impl Sharing<'_> {
    /// With no machine: what may not leave for the cloud waits.
    pub fn in_cloud(&self) -> Vec<Shares> {
        self.by_month(|classes| {
            let of = |class: &WorkClass| Shares {
                cloud: f64::from(u8::from(self.policy(class).cloud_allowed)),
                ..Shares::default()
            };
            classes.iter().map(of).collect()
        })
    }

    /// On a machine that does all it may and can hold, as far as its hours go, whoever waits for it.
    pub fn all_on_machine(&self, setup: &Setup) -> Vec<Shares> {
        let options = self.options(setup);
        self.by_month(|classes| {
            let of = |(class, option): (&WorkClass, &LocalOption)| {
                let policy = self.policy(class);
                let local = if policy.local_allowed && option.fits { option.holds } else { 0.0 };
                Shares {
                    local,
                    kept: if policy.cloud_allowed { 0.0 } else { local },
                    cloud: if policy.cloud_allowed { 1.0 - local } else { 0.0 },
                }
            };
            classes.iter().zip(&options).map(of).collect()
        })
    }

    /// On a machine as routing says: what fits, is fast enough, is allowed and does not wait too long.
    pub fn on_machine(&self, setup: &Setup) -> Vec<Shares> {
        let options = self.options(setup);
        self.by_month(|classes| {
            let works: Vec<Routable> = classes
                .iter()
                .zip(&options)
                .map(|(class, local)| Routable { class, policy: self.policy(class), local: Some(*local), cloud: true })
                .collect();
            let routed = share_out(&works, self.work.hours_per_day).classes;
            works
                .iter()
                .zip(routed)
                .map(|(work, to)| {
                    let calls = work.class.calls_per_day();
                    let share = |part: f64| if calls > 0.0 { part / calls } else { 0.0 };
                    let local = share(to.local);
                    Shares { local, kept: if work.policy.cloud_allowed { 0.0 } else { local }, cloud: share(to.cloud) }
                })
                .collect()
        })
    }

    /// Share of the calls of the first month that a small model can do and that may run on a machine.
    pub fn for_a_machine(&self) -> f64 {
        let classes = self.work.profile();
        let may = |class: &&WorkClass| self.policy(class).local_allowed;
        let calls: f64 = classes.iter().map(|class| class.calls_in_month(1, 1.0)).sum();
        let easy: f64 = classes.iter().filter(may).map(|class| class.calls_in_month(1, 1.0) * class.easy_share).sum();
        if calls > 0.0 { easy / calls } else { 0.0 }
    }

    /// Hours of a working day in which a machine would do the easy calls that may run on it and that it can hold, retries
    /// counted, each class at its own prompts.
    pub fn machine_hours(&self, setup: &Setup) -> f64 {
        let (classes, options) = (self.work.profile(), self.options(setup));
        let hours: f64 = classes
            .iter()
            .zip(&options)
            .filter(|(class, option)| self.policy(class).local_allowed && option.fits)
            .map(|(class, option)| {
                let calls = class.with_retries(class.calls_in_month(1, 1.0)) * class.easy_share * option.holds;
                calls * option.seconds_per_call / 3600.0
            })
            .sum();
        hours / self.work.days_per_month.max(1e-9)
    }

    /// How many of a machine it takes side by side so that calls of a class that come in at once start in time.
    pub fn machines_at_once(&self, setup: &Setup) -> f64 {
        let classes = self.work.profile();
        let needed =
            classes.iter().zip(self.options(setup)).filter(|(_, option)| option.fits).map(|(class, option)| {
                let started = started_in_time(option.seconds_per_call, self.policy(class).patience_seconds);
                (class.concurrency / started).ceil()
            });
        needed.fold(1.0, f64::max)
    }

    /// The classes that come in with more calls at once than a machine starts in time: their place, and how many start.
    pub fn more_than_start(&self, setup: &Setup) -> Vec<(usize, WorkClass, f64)> {
        let classes = self.work.profile().into_iter().zip(self.options(setup)).enumerate();
        classes
            .filter(|(_, (class, option))| option.fits && self.policy(class).local_allowed && class.easy_share > 0.0)
            .filter_map(|(place, (class, option))| {
                let started = started_in_time(option.seconds_per_call, self.policy(&class).patience_seconds);
                (started < class.concurrency).then_some((place, class, started))
            })
            .collect()
    }

    fn policy(&self, class: &WorkClass) -> Policy {
        policy(class.kind, self.rules)
    }

    fn options(&self, setup: &Setup) -> Vec<LocalOption> {
        self.work.profile().iter().map(|class| LocalOption::of(setup, class).0).collect()
    }

    /// The shares of the classes of each month, weighed by their calls. A month that is like the one before is not asked
    /// again.
    fn by_month(&self, of: impl Fn(&[WorkClass]) -> Vec<Shares>) -> Vec<Shares> {
        let classes = self.work.profile();
        let mut before: Option<(Vec<f64>, Shares)> = None;
        (1..=self.months)
            .map(|month| {
                let now: Vec<WorkClass> = classes.iter().map(|class| grown(class, month, self.index)).collect();
                let calls: Vec<f64> = now.iter().map(|class| class.calls_in_month(1, 1.0)).collect();
                if let Some((known, shares)) = &before
                    && known.iter().zip(&calls).all(|(a, b)| (a - b).abs() <= 1e-9 * a.abs())
                {
                    return *shares;
                }
                let all: f64 = calls.iter().sum();
                let mut sum = Shares::default();
                for (calls, part) in calls.iter().zip(of(&now)) {
                    let weight = if all > 0.0 { calls / all } else { 0.0 };
                    sum.local += weight * part.local;
                    sum.kept += weight * part.kept;
                    sum.cloud += weight * part.cloud;
                }
                before = Some((calls, sum));
                sum
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_domain::local_plan::WorkPace;
    use counterweight_domain::workload::ClassKind;
    use counterweight_domain::{ClassOfWork, Entry, Workload};

    fn work() -> Work {
        let class = |kind, tasks: &str, easy: &str| ClassOfWork {
            kind,
            tasks_per_day: Entry::typed(tasks),
            cycles_per_task: Entry::typed("1"),
            prompt_tokens: Entry::typed("2000"),
            output_tokens: Entry::typed("100"),
            easy_share: Entry::typed(easy),
            ..ClassOfWork::default()
        };
        let classes = vec![class(ClassKind::Agentic, "30", "60"), class(ClassKind::Batch, "10", "80")];
        Work::of(&Workload { classes, ..Workload::default() }, 1.0).expect("reads")
    }

    /// By hand: 30 agentic and 10 batch calls a day. All may go anywhere: 40 for the cloud without a machine, and 0.6 × 30 +
    /// 0.8 × 10 = 26 of 40 that a machine could do. Agentic work barred from the machine leaves 8 of 40, and a machine that
    /// does all it may has 10. Batch work barred from the cloud leaves 30 for it without a machine, and 2 of its calls wait
    /// with one, as they are too hard.
    #[test]
    fn rules_decide_where_the_calls_go() {
        let work = work();
        let never = |pace, never_local, never_cloud| {
            vec![RoutingRule { pace, never_local, never_cloud, ..RoutingRule::default() }]
        };
        let of = |rules: &[RoutingRule]| {
            let setup = work.setup_on("dgx-spark").expect("known");
            let sharing = Sharing { work: &work, rules, index: &[], months: 2 };
            assert_eq!(sharing.in_cloud().len(), 2);
            let first = |months: Vec<Shares>| months[0];
            let (cloud, buy) = (first(sharing.in_cloud()), first(sharing.all_on_machine(&setup)));
            (cloud.cloud, buy, first(sharing.on_machine(&setup)), sharing.for_a_machine())
        };
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} is not {b}");
        let (cloud, buy, _, wanted) = of(&[]);
        near(cloud, 1.0);
        near(buy.local, 1.0);
        near(wanted, 26.0 / 40.0);
        let (cloud, buy, hybrid, wanted) = of(&never(WorkPace::Agentic, true, false));
        near(cloud, 1.0);
        near(buy.local, 10.0 / 40.0);
        near(buy.cloud, 30.0 / 40.0);
        near(hybrid.local, 8.0 / 40.0);
        near(hybrid.cloud, 32.0 / 40.0);
        near(wanted, 8.0 / 40.0);
        let (cloud, buy, hybrid, _) = of(&never(WorkPace::Batch, false, true));
        near(cloud, 30.0 / 40.0);
        near(buy.kept, 10.0 / 40.0);
        near(hybrid.kept, 8.0 / 40.0);
        near(1.0 - hybrid.local - hybrid.cloud, 2.0 / 40.0);
    }
}
