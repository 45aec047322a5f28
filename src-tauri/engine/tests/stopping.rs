//! A run of futures that is stopped ends after the blocks that had begun, and says so.

use counterweight_domain::grant::GrantSize;
use counterweight_domain::{Assumptions, Case, CivilDate, Currency, Entry, Grant, Offer};
use counterweight_engine::comparison::{compare, compare_while, ledgers};
use counterweight_engine::settings::Settings;
use counterweight_engine::simulation::{run, run_while};
use std::sync::atomic::{AtomicU32, Ordering};

/// One offer with shares, in 100,000 futures: ⌈100,000 ÷ 256⌉ = 391 tasks.
fn case() -> Case {
    Case {
        offers: vec![Offer {
            id: "a".into(),
            base: Entry::typed("100000"),
            grants: vec![Grant { size: GrantSize::Value { amount: Entry::typed("100000") }, ..Grant::default() }],
            ..Offer::default()
        }],
        assumptions: Assumptions { paths: Entry::typed("100000"), ..Assumptions::default() },
        ..Case::new("stopping", Currency::USD, CivilDate::new(2027, 1, 4).expect("a date"))
    }
}

#[test]
fn a_stopped_run_begins_no_more_blocks() {
    let case = case();
    let settings = Settings::of(&case);
    let models: Vec<_> = ledgers(&case, &settings).0.into_iter().map(|ledger| ledger.model).collect();
    let begun = AtomicU32::new(0);
    // The first three blocks may begin; whoever asks after that is told to stop.
    let stopped = run_while(&models, &settings, &|| {
        begun.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| (n < 3).then_some(n + 1)).is_ok()
    });
    assert!(stopped.is_none(), "a stopped run has no outcomes");
    assert_eq!(begun.load(Ordering::SeqCst), 3, "blocks begun");

    // Left alone it asks once for each of its 391 tasks, and comes to the same as a run that nobody may stop.
    let asked = AtomicU32::new(0);
    let whole = run_while(&models, &settings, &|| {
        asked.fetch_add(1, Ordering::SeqCst);
        true
    });
    assert_eq!(asked.load(Ordering::SeqCst), 391, "tasks asked for");
    assert_eq!(whole.expect("it was not stopped"), run(&models, &settings));
}

#[test]
fn a_stopped_comparison_has_no_answer() {
    let case = case();
    assert_eq!(compare_while(&case, &|| false), None);
    assert_eq!(compare_while(&case, &|| true), Some(compare(&case)));
}
