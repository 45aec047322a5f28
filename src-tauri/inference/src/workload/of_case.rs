//! The classes of work of a case: a preset's, with what the person changed, and the person's own.

use super::classes::{PromptSize, WorkClass, WorkKind, profile};
use super::lognormal::month_sigma;
use super::{Work, silences, silent_preset};
use crate::ownership::Keeping;
use counterweight_domain::workload::ClassKind;
use counterweight_domain::{ClassOfWork, Workload};
use rust_decimal::prelude::ToPrimitive;

/// The work with the classes of the case; as it is when the case has none. None when a figure of a class cannot be read,
/// or when the profile is not known.
pub(super) fn with_classes(one: Work, workload: &Workload) -> Option<Work> {
    if workload.profile.is_empty() && workload.classes.is_empty() {
        return Some(one);
    }
    let mut classes = match workload.profile.as_str() {
        "" => Vec::new(),
        key => profile(key)?.classes.clone(),
    };
    let local = &workload.local;
    for class in &mut classes {
        class.growth = one.growth;
        // What the plan says of the local model goes before the profile's figures, and what a class says before both.
        if !local.share.is_blank() {
            class.easy_share = one.local_share;
        }
        if !local.retry_tax.is_blank() {
            class.retry_tax = one.keeping.retry_tax;
        }
    }
    // A class of the person's own starts at the usual figures, of which the fields of one class are no part.
    let preset = silent_preset();
    let usual = || {
        Some(WorkClass {
            tasks_per_day: preset.tasks_per_day,
            cycles_per_task: preset.cycles_per_task,
            growth: one.growth,
            easy_share: one.local_share,
            retry_tax: one.keeping.retry_tax,
            ..Work::of(&Workload::default(), 1.0)?.class()
        })
    };
    for (place, over) in workload.classes.iter().enumerate() {
        match classes.get_mut(place) {
            Some(class) => lay(class, over)?,
            None => {
                let mut own = WorkClass { label: format!("Work {}", place + 1), ..usual()? };
                lay(&mut own, over)?;
                classes.push(own);
            }
        }
    }
    Some(mean(one, classes))
}

/// Lays what the person entered over a class.
fn lay(class: &mut WorkClass, over: &ClassOfWork) -> Option<()> {
    macro_rules! take {
        ($($field:ident : $read:expr),+ $(,)?) => {$(
            match over.$field.value() {
                Some(value) => class.$field = ($read)(value.clone())?,
                None if over.$field.is_blank() => {}
                None => return None,
            }
        )+};
    }
    let percent = |quantity: counterweight_domain::number::Quantity| Some(quantity.decimal().to_f64()? / 100.0);
    let share = |portion: counterweight_domain::number::Portion| portion.fraction().to_f64();
    let amount = |amount: counterweight_domain::Amount| amount.decimal().to_f64();
    let quantity = |quantity: counterweight_domain::number::Quantity| quantity.decimal().to_f64();
    take!(
        tasks_per_day: amount,
        cycles_per_task: amount,
        calls_per_cycle: amount,
        cache_read_share: share,
        cache_write_share: share,
        output_tokens: |count: counterweight_domain::Count| Some(count.get()),
        easy_share: share,
        retry_tax: percent,
        concurrency: amount,
        hours_per_day: quantity,
        days_per_month: quantity,
        growth: |percent: counterweight_domain::Percent| percent.fraction().to_f64(),
        elasticity: quantity,
        efficiency: share,
        spread: percent,
    );
    match over.prompt_tokens.value() {
        Some(tokens) => class.prompts = vec![PromptSize { tokens: tokens.get(), share: 1.0 }],
        None if over.prompt_tokens.is_blank() => {}
        None => return None,
    }
    if !over.label.trim().is_empty() {
        over.label.trim().clone_into(&mut class.label);
    }
    class.kind = match over.kind {
        ClassKind::NotSaid => class.kind,
        ClassKind::Interactive => WorkKind::Interactive,
        ClassKind::Agentic => WorkKind::Agentic,
        ClassKind::Heartbeat => WorkKind::Heartbeat,
        ClassKind::Batch => WorkKind::Batch,
    };
    Some(())
}

/// The work with these classes, and their means in the place of its one class. Each mean is over the calls of the first
/// month, so that calls, tokens and hours come out the same; that of retries is over the calls that a small model makes.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn mean(one: Work, classes: Vec<WorkClass>) -> Work {
    let calls: f64 = classes.iter().map(|class| class.calls_in_month(1, 1.0)).sum();
    let over = |of: &dyn Fn(&WorkClass) -> f64| {
        let sum: f64 = classes.iter().map(|class| class.calls_in_month(1, 1.0) * of(class)).sum();
        if calls > 0.0 { sum / calls } else { 0.0 }
    };
    let prompt = over(&|class| class.mean_call().prompt() as f64);
    let read = over(&|class| class.mean_call().cache_read as f64);
    let day: f64 = classes.iter().map(WorkClass::calls_per_day).sum();
    let (easy, retried) = (over(&|class| class.easy_share), over(&|class| class.easy_share * class.retry_tax));
    let next: f64 = classes.iter().map(|class| class.calls_in_month(13, 1.0)).sum();
    Work {
        calls_per_month: calls,
        days_per_month: if day > 0.0 { calls / day } else { one.days_per_month },
        input_tokens: prompt.round() as u64,
        output_tokens: over(&|class| class.mean_call().output as f64).round() as u64,
        cache_share: if prompt > 0.0 { read / prompt } else { 0.0 },
        growth: if calls > 0.0 { next / calls - 1.0 } else { one.growth },
        local_share: easy,
        keeping: Keeping {
            retry_tax: if easy > 0.0 { retried / easy } else { over(&|class| class.retry_tax) },
            ..one.keeping
        },
        spread: one.stated_spread.unwrap_or_else(|| spread(&classes)),
        classes,
        ..one
    }
}

/// How far a month lies from plan, as the standard deviation of its logarithm, where the person does not say: how far the
/// level of use is misjudged, and what the days of the classes leave in the sum of a month, as two independent parts.
pub(super) fn spread(classes: &[WorkClass]) -> f64 {
    let tokens = |class: &WorkClass| class.tokens_per_day() * class.days_per_month;
    let all: f64 = classes.iter().map(tokens).sum();
    let share = |class: &WorkClass| if all > 0.0 { tokens(class) / all } else { 0.0 };
    let noise = month_sigma(classes.iter().map(|class| (share(class), class.spread, class.days_per_month)));
    libm::hypot(silences().level_percent.value / 100.0, noise)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::book::Book;
    use counterweight_domain::{CivilDate, Entry};

    fn start() -> CivilDate {
        CivilDate::new(2026, 11, 23).expect("a date")
    }

    /// By hand, the always-on preset: 48 heartbeats and 10 × 15 = 150 calls a day, 30 days: 5,940 calls a month. A
    /// heartbeat sends 20,000 new tokens and receives 200: at Sonnet 5.5's list price ($2 in, $10 out, $0.10 cached,
    /// $2.50 written) $0.042. A command's call sends 40,000, of which 36,000 read and 2,000 written, and receives 600:
    /// 2,000 × 2 + 36,000 × 0.10 + 2,000 × 2.5 + 600 × 10 = 18,600 millionths. A day is 48 × 0.042 + 150 × 0.0186 =
    /// 2.016 + 2.79 = $4.806, a month $144.18.
    #[test]
    fn a_profile_is_priced_by_hand() {
        let case = Workload { profile: "always-on-agent".into(), ..Workload::default() };
        let work = Work::of(&case, 1.0).expect("reads");
        let priced = work.priced(&Book::default(), start(), 1).expect("priced");
        assert!((priced.calls[0] - 5_940.0).abs() < 1e-9);
        assert!((priced.calls[0] * priced.per_call[0] - 144.18).abs() < 1e-6, "{priced:?}");
        assert_eq!(priced.index, [1.0]);
    }

    /// By hand, the batch preset: 2,000 calls a day on 21 days. Opus 5.5 in a batch is $2 in, $0.10 cached and $10 out
    /// (Anthropic's list, half of the standard price): a call of 6,000 new and 2,000 cached tokens and 400 received is
    /// 12,000 + 200 + 4,000 = 16,200 millionths, a month 42,000 × $0.0162 = $680.40.
    #[test]
    fn work_that_can_wait_is_priced_as_a_batch() {
        let case = Workload {
            profile: "batch-pipeline".into(),
            cloud_model: "anthropic/claude-opus-5-5".into(),
            ..Workload::default()
        };
        let work = Work::of(&case, 1.0).expect("reads");
        let priced = work.priced(&Book::default(), start(), 1).expect("priced");
        assert!((priced.calls[0] * priced.per_call[0] - 680.40).abs() < 1e-6, "{priced:?}");
    }

    /// By hand: half of the commands, 75 calls a day, is 48 × 0.042 + 75 × 0.0186 = $3.411 a day; an own class of one
    /// call a day with 1,000 sent, nothing cached, and 100 received adds 0.002 + 0.001 = $0.003 on 21 days.
    #[test]
    fn what_the_person_changes_lies_over_the_profile() {
        let class = |tasks: &str| ClassOfWork { tasks_per_day: Entry::typed(tasks), ..ClassOfWork::default() };
        let own = ClassOfWork {
            label: "Letters".into(),
            cycles_per_task: Entry::typed("1"),
            prompt_tokens: Entry::typed("1000"),
            output_tokens: Entry::typed("100"),
            cache_read_share: Entry::typed("0"),
            ..class("1")
        };
        let case = Workload {
            profile: "always-on-agent".into(),
            classes: vec![ClassOfWork::default(), class("5"), own],
            ..Workload::default()
        };
        let work = Work::of(&case, 1.0).expect("reads");
        assert_eq!(work.classes[2].label, "Letters");
        let priced = work.priced(&Book::default(), start(), 1).expect("priced");
        let month = priced.calls[0] * priced.per_call[0];
        assert!((month - (3.411 * 30.0 + 0.003 * 21.0)).abs() < 1e-6, "{month}");
    }

    /// By hand: at an elasticity of 1 and prices that fall to a tenth in a year, month 13 has ten times the calls at a
    /// tenth of the price: it costs what month 1 does.
    #[test]
    fn elasticity_follows_the_stated_path() {
        let case = Workload {
            profile: "batch-pipeline".into(),
            classes: vec![ClassOfWork { elasticity: Entry::typed("1"), ..ClassOfWork::default() }],
            price_scenario: "falls-10x".into(),
            ..Workload::default()
        };
        let priced = Work::of(&case, 1.0).expect("reads").priced(&Book::default(), start(), 13).expect("priced");
        assert!((priced.calls[12] / priced.calls[0] - 10.0).abs() < 1e-9);
        assert!((priced.index[12] - 0.1).abs() < 1e-12);
        let cost = |month: usize| priced.calls[month] * priced.per_call[month];
        assert!((cost(12) / cost(0) - 1.0).abs() < 1e-9);
    }

    /// By hand: 100 calls a day of which 40 % are easy at 10 % retries, and 60 of which 80 % are easy at 25 %, on the same
    /// days: 40 and 48 easy calls, so 88 of 160 are, and they take (40 × 0.1 + 48 × 0.25) ÷ 88 = 2/11 further calls. What
    /// the plan itself says of both goes before what the profile says.
    #[test]
    fn retries_are_the_mean_over_what_a_small_model_does() {
        let class = |tasks: &str, easy: &str, retry: &str| ClassOfWork {
            tasks_per_day: Entry::typed(tasks),
            cycles_per_task: Entry::typed("1"),
            easy_share: Entry::typed(easy),
            retry_tax: Entry::typed(retry),
            ..ClassOfWork::default()
        };
        let case = Workload { classes: vec![class("100", "40", "10"), class("60", "80", "25")], ..Workload::default() };
        let work = Work::of(&case, 1.0).expect("reads");
        assert!((work.keeping.retry_tax - 2.0 / 11.0).abs() < 1e-12, "{:?}", work.keeping);
        assert!((work.local_share - 0.55).abs() < 1e-12);
        // The preset's own 20 % reach what a machine is asked to do.
        let coding = || Workload { profile: "daily-coding-agent".into(), ..Workload::default() };
        let preset = Work::of(&coding(), 1.0).expect("reads");
        assert!((preset.keeping.retry_tax - 0.2).abs() < 1e-12, "{:?}", preset.keeping);
        let mut said = coding();
        (said.local.retry_tax, said.local.share) = (Entry::typed("50"), Entry::typed("30"));
        let said = Work::of(&said, 1.0).expect("reads");
        assert!((said.keeping.retry_tax - 0.5).abs() < 1e-12 && (said.local_share - 0.3).abs() < 1e-12);
        assert!(said.classes.iter().all(|class| class.retry_tax == 0.5 && class.easy_share == 0.3));
    }

    /// By hand: 21 days of 0.75 leave 0.187946 in a month (see the spread of a month), and a level misjudged by 0.77 makes
    /// √(0.77² + 0.187946²) = 0.792606. Days of 1.3 leave √ln(1 + (e^1.69 − 1) ÷ 21) = √ln(1.210451) = 0.437028, and
    /// √(0.77² + 0.437028²) = 0.885378. What the person says of months goes before both.
    #[test]
    fn the_spread_of_a_month_follows_its_days() {
        let of = |case: &Workload| Work::of(case, 1.0).expect("reads").spread;
        assert!((of(&Workload::default()) - 0.792_606).abs() < 1e-6, "{}", of(&Workload::default()));
        let class = ClassOfWork { spread: Entry::typed("130"), ..ClassOfWork::default() };
        let wide = Workload { classes: vec![class], ..Workload::default() };
        assert!((of(&wide) - 0.885_378).abs() < 1e-6, "{}", of(&wide));
        assert_eq!(of(&Workload { spread: Entry::typed("30"), ..wide }), 0.3);
    }

    /// One own class with the usual figures is the usual work.
    #[test]
    fn a_blank_class_is_the_usual_work() {
        let case = Workload { classes: vec![ClassOfWork::default()], ..Workload::default() };
        let (by_class, one) =
            (Work::of(&case, 1.0).expect("reads"), Work::of(&Workload::default(), 1.0).expect("reads"));
        let of = |work: &Work| work.priced(&Book::default(), start(), 3).expect("priced");
        for (a, b) in of(&by_class).per_call.iter().zip(of(&one).per_call) {
            assert!((a - b).abs() < 1e-12);
        }
        assert!((by_class.calls_per_month - one.calls_per_month).abs() < 1e-9);
        assert_eq!(Work::of(&Workload { profile: "nobody".into(), ..Workload::default() }, 1.0), None);
    }
}
