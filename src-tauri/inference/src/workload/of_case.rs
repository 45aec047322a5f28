//! The classes of work of a case: a preset's, with what the person changed, and the person's own.

use super::classes::{PromptSize, WorkClass, WorkKind, profile};
use super::{Work, silent_preset};
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
    for class in &mut classes {
        class.growth = one.growth;
    }
    // A class of the person's own starts at the usual figures, of which the fields of one class are no part.
    let preset = silent_preset();
    let usual = || {
        Some(WorkClass {
            tasks_per_day: preset.tasks_per_day,
            cycles_per_task: preset.cycles_per_task,
            growth: one.growth,
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
    Some(mean(one, classes, workload.local.share.is_blank()))
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
/// month, so that calls, tokens and hours come out the same.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn mean(one: Work, classes: Vec<WorkClass>, easy: bool) -> Work {
    let calls: f64 = classes.iter().map(|class| class.calls_in_month(1, 1.0)).sum();
    let over = |of: &dyn Fn(&WorkClass) -> f64| {
        let sum: f64 = classes.iter().map(|class| class.calls_in_month(1, 1.0) * of(class)).sum();
        if calls > 0.0 { sum / calls } else { 0.0 }
    };
    let prompt = over(&|class| class.mean_call().prompt() as f64);
    let read = over(&|class| class.mean_call().cache_read as f64);
    let day: f64 = classes.iter().map(WorkClass::calls_per_day).sum();
    let next: f64 = classes.iter().map(|class| class.calls_in_month(13, 1.0)).sum();
    Work {
        calls_per_month: calls,
        days_per_month: if day > 0.0 { calls / day } else { one.days_per_month },
        input_tokens: prompt.round() as u64,
        output_tokens: over(&|class| class.mean_call().output as f64).round() as u64,
        cache_share: if prompt > 0.0 { read / prompt } else { 0.0 },
        growth: if calls > 0.0 { next / calls - 1.0 } else { one.growth },
        local_share: if easy { over(&|class| class.easy_share) } else { one.local_share },
        classes,
        ..one
    }
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
