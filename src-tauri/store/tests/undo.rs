//! Undo and redo, steps that belong together, revisions, and deletion.
#![allow(missing_docs)]

mod common;

use common::{Clock, case, offer, open};
use counterweight_domain::{Case, Entry};
use counterweight_store::{Loaded, Store, StoreError};
use proptest::collection::vec;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Act {
    Notes(u8),
    Rename(u8),
    Base(usize, u8),
    Add(usize, u8),
    Remove(usize),
    Swap(usize, usize),
    Twin(usize),
    Replace(u8),
    Undo,
    Redo,
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        any::<u8>().prop_map(Act::Notes),
        any::<u8>().prop_map(Act::Rename),
        (any::<usize>(), any::<u8>()).prop_map(|(i, n)| Act::Base(i, n)),
        (any::<usize>(), any::<u8>()).prop_map(|(i, n)| Act::Add(i, n)),
        any::<usize>().prop_map(Act::Remove),
        (any::<usize>(), any::<usize>()).prop_map(|(i, j)| Act::Swap(i, j)),
        any::<usize>().prop_map(Act::Twin),
        any::<u8>().prop_map(Act::Replace),
        Just(Act::Undo),
        Just(Act::Undo),
        Just(Act::Redo),
        Just(Act::Restart),
    ]
}

fn edit(case: &mut Case, act: &Act) {
    let count = case.offers.len();
    match *act {
        Act::Notes(n) => case.notes = format!("note {n}"),
        Act::Rename(n) => case.name = format!("name {n}"),
        Act::Add(i, n) => case.offers.insert(i % (count + 1), offer(&format!("o{n}"), "New", "1k")),
        Act::Replace(n) => case.offers = vec![offer(&format!("r{n}"), "Only", "2k")],
        _ if count == 0 => {}
        Act::Base(i, n) => case.offers[i % count].base = Entry::typed(format!("{n}k")),
        Act::Remove(i) => drop(case.offers.remove(i % count)),
        Act::Swap(i, j) => case.offers.swap(i % count, j % count),
        // Two offers with one id are a mistake of the owner, and kept as such.
        Act::Twin(i) => case.offers.push(case.offers[i % count].clone()),
        Act::Undo | Act::Redo | Act::Restart => {}
    }
}

fn rewind(store: &mut Store, id: &str) -> usize {
    let mut steps = 0;
    while store.undo(id).unwrap().is_some() {
        steps += 1;
    }
    steps
}

fn replay(store: &mut Store, id: &str) -> usize {
    let mut steps = 0;
    while store.redo(id).unwrap().is_some() {
        steps += 1;
    }
    steps
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Against a model: a list of states and a place in it.
    #[test]
    fn programs_of_edits_undo_and_redo(acts in vec(act(), 1..40)) {
        let folder = common::folder();
        let clock = Clock::new();
        let mut store = clock.open(folder.path()).unwrap();
        let original = case();
        let Loaded { id, mut revision, .. } = store.create(&original, "New case", "main").unwrap();
        let mut states = vec![original.clone()];
        let mut place = 0;
        for act in &acts {
            clock.forward(10_000);
            match act {
                Act::Undo => {
                    let loaded = store.undo(&id).unwrap();
                    prop_assert_eq!(loaded.is_some(), place > 0);
                    place -= usize::from(place > 0);
                }
                Act::Redo => {
                    let loaded = store.redo(&id).unwrap();
                    prop_assert_eq!(loaded.is_some(), place + 1 < states.len());
                    place += usize::from(place + 1 < states.len());
                }
                Act::Restart => {
                    drop(store);
                    store = clock.open(folder.path()).unwrap();
                }
                edit_act => {
                    let mut next = states[place].clone();
                    edit(&mut next, edit_act);
                    let saved = store.save(&id, revision, &next, "Edit", "main").unwrap();
                    if next == states[place] {
                        prop_assert_eq!(saved.revision, revision);
                    } else {
                        prop_assert!(saved.revision > revision);
                        states.truncate(place + 1);
                        states.push(next);
                        place += 1;
                    }
                }
            }
            let loaded = store.load(&id).unwrap().unwrap();
            prop_assert_eq!(&loaded.case, &states[place]);
            prop_assert_eq!(loaded.undo.is_some(), place > 0);
            prop_assert_eq!(loaded.redo.is_some(), place + 1 < states.len());
            prop_assert!(loaded.revision >= revision);
            revision = loaded.revision;
        }
        prop_assert_eq!(rewind(&mut store, &id), place);
        prop_assert_eq!(&store.load(&id).unwrap().unwrap().case, &original);
        prop_assert_eq!(replay(&mut store, &id), states.len() - 1);
        prop_assert_eq!(&store.load(&id).unwrap().unwrap().case, states.last().unwrap());
    }

    /// With steps that run together: however they do, all undone is the original and all redone is the last state.
    #[test]
    fn steps_that_run_together_still_lead_back(acts in vec((act(), 0_i64..6_000, 0..2_usize, 0..2_usize), 1..40)) {
        let folder = common::folder();
        let clock = Clock::new();
        let mut store = clock.open(folder.path()).unwrap();
        let original = case();
        let Loaded { id, mut revision, .. } = store.create(&original, "Notes", "main").unwrap();
        let mut last = original.clone();
        for (act, pause, label, window) in &acts {
            clock.forward(*pause);
            match act {
                Act::Undo => {
                    store.undo(&id).unwrap();
                }
                Act::Redo => {
                    store.redo(&id).unwrap();
                }
                Act::Restart => {}
                edit_act => {
                    edit(&mut last, edit_act);
                    store.save(&id, revision, &last, ["Notes", "Base"][*label], ["main", "second"][*window]).unwrap();
                }
            }
            let loaded = store.load(&id).unwrap().unwrap();
            if !matches!(act, Act::Undo | Act::Redo) {
                prop_assert_eq!(&loaded.case, &last);
            }
            (last, revision) = (loaded.case, loaded.revision);
        }
        replay(&mut store, &id);
        let end = store.load(&id).unwrap().unwrap().case;
        let steps = rewind(&mut store, &id);
        prop_assert_eq!(&store.load(&id).unwrap().unwrap().case, &original);
        prop_assert_eq!(replay(&mut store, &id), steps);
        prop_assert_eq!(&store.load(&id).unwrap().unwrap().case, &end);
    }
}

/// A case with its revision, changed one note at a time.
struct Desk {
    _folder: tempfile::TempDir,
    clock: Clock,
    store: Store,
    id: String,
    revision: u64,
    case: Case,
}

impl Desk {
    fn new() -> Self {
        let folder = common::folder();
        let clock = Clock::new();
        let mut store = clock.open(folder.path()).unwrap();
        let made = store.create(&case(), "New case", "main").unwrap();
        clock.forward(60_000);
        Self { _folder: folder, clock, store, id: made.id, revision: made.revision, case: made.case }
    }

    fn note(&mut self, text: &str, label: &str, window: &str) {
        self.case.notes = text.into();
        self.revision = self.store.save(&self.id, self.revision, &self.case, label, window).unwrap().revision;
    }

    fn back(&mut self) -> Option<String> {
        let loaded = self.store.undo(&self.id).unwrap()?;
        self.revision = loaded.revision;
        self.case = loaded.case;
        Some(self.case.notes.clone())
    }
}

#[test]
fn typing_is_one_step() {
    let mut desk = Desk::new();
    for text in ["h", "he", "hel", "hell", "hello"] {
        desk.note(text, "Notes", "main");
        // Each within three seconds of the one before, and all together longer than that.
        desk.clock.forward(3_000);
    }
    assert_eq!(desk.back().as_deref(), Some(""));
    assert_eq!(desk.back(), None);
    assert_eq!(desk.store.redo(&desk.id).unwrap().unwrap().case.notes, "hello");
}

#[test]
fn a_pause_another_label_or_another_window_ends_a_step() {
    let mut desk = Desk::new();
    desk.note("1", "Notes", "main");
    desk.clock.forward(3_001);
    desk.note("2", "Notes", "main");
    desk.note("3", "Other notes", "main");
    desk.note("4", "Other notes", "second");
    for expected in ["3", "2", "1", ""] {
        assert_eq!(desk.back().as_deref(), Some(expected));
    }
    assert_eq!(desk.back(), None);
}

#[test]
fn an_undo_ends_a_step_and_a_clock_set_back_does_too() {
    let mut desk = Desk::new();
    desk.note("1", "Notes", "main");
    desk.clock.forward(-3_600_000);
    desk.note("2", "Notes", "main");
    desk.note("3", "Other", "main");
    assert_eq!(desk.back().as_deref(), Some("2"));
    desk.note("4", "Notes", "main");
    assert_eq!(desk.back().as_deref(), Some("2"));
    assert_eq!(desk.back().as_deref(), Some("1"));
}

#[test]
fn typed_and_taken_back_by_hand_leaves_no_step() {
    let mut desk = Desk::new();
    desk.note("first", "Notes", "main");
    desk.clock.forward(60_000);
    desk.note("firs", "Notes", "main");
    desk.note("first", "Notes", "main");
    assert_eq!(desk.back().as_deref(), Some(""));
    assert_eq!(desk.back(), None);
}

#[test]
fn the_first_edit_is_not_swallowed_by_the_making_of_the_case() {
    let folder = common::folder();
    let mut store = open(folder.path()).unwrap();
    let made = store.create(&case(), "Notes", "main").unwrap();
    assert_eq!((made.undo, made.redo), (None, None));
    let mut changed = made.case.clone();
    changed.notes = "x".into();
    let saved = store.save(&made.id, made.revision, &changed, "Notes", "main").unwrap();
    assert_eq!(saved.undo.as_deref(), Some("Notes"));
    assert_eq!(store.undo(&made.id).unwrap().unwrap().case, made.case);
    assert_eq!(store.undo(&made.id).unwrap(), None);
}

#[test]
fn a_stale_save_is_refused_and_changes_nothing() {
    let mut desk = Desk::new();
    let old = desk.revision;
    desk.note("mine", "Notes", "main");
    let mut theirs = desk.case.clone();
    theirs.notes = "theirs".into();
    match desk.store.save(&desk.id, old, &theirs, "Notes", "second") {
        Err(StoreError::Stale { from, current, .. }) => assert_eq!((from, current), (old, desk.revision)),
        other => panic!("expected Stale, got {other:?}"),
    }
    // Undo moves the revision on as well: a window that has not seen it must not write over it.
    desk.store.undo(&desk.id).unwrap();
    let refused = desk.store.save(&desk.id, desk.revision, &theirs, "Notes", "main");
    assert!(matches!(refused, Err(StoreError::Stale { .. })), "{refused:?}");
    assert!(matches!(desk.store.save(&desk.id, u64::MAX, &theirs, "", ""), Err(StoreError::Stale { .. })));
    assert_eq!(desk.store.load(&desk.id).unwrap().unwrap().case.notes, "");
    assert!(matches!(desk.store.save("no such id", 1, &theirs, "", ""), Err(StoreError::NotFound { .. })));
}

#[test]
fn an_unchanged_save_is_no_step_and_keeps_redo() {
    let mut desk = Desk::new();
    desk.note("1", "Notes", "main");
    desk.back();
    let saved = desk.store.save(&desk.id, desk.revision, &desk.case, "Nothing", "main").unwrap();
    assert_eq!(saved.revision, desk.revision);
    assert_eq!((saved.undo, saved.redo.as_deref()), (None, Some("Notes")));
}

#[test]
fn five_hundred_steps_and_no_more() {
    let mut desk = Desk::new();
    for i in 1..=520 {
        desk.note(&i.to_string(), "Notes", "main");
        desk.clock.forward(10_000);
    }
    for i in (20..520).rev() {
        assert_eq!(desk.back(), Some(i.to_string()));
    }
    assert_eq!(desk.back(), None);
    assert_eq!(replay(&mut desk.store, &desk.id), 500);
}

#[test]
fn a_deleted_case_comes_back_with_its_steps_after_a_restart() {
    let folder = common::folder();
    let clock = Clock::new();
    let mut store = clock.open(folder.path()).unwrap();
    let made = store.create(&case(), "New case", "main").unwrap();
    let other = store.create(&case(), "New case", "main").unwrap();
    let mut changed = made.case.clone();
    changed.offers.remove(0);
    let saved = store.save(&made.id, made.revision, &changed, "Offer removed", "main").unwrap();
    store.delete(&made.id, "main").unwrap();
    assert_eq!(store.load(&made.id).unwrap(), None);
    assert_eq!(store.cases().unwrap().len(), 1);
    assert!(matches!(store.delete(&made.id, "main"), Err(StoreError::NotFound { .. })));
    assert_eq!(store.redo(&made.id).unwrap(), None);
    drop(store);

    let mut store = clock.open(folder.path()).unwrap();
    let back = store.undo(&made.id).unwrap().unwrap();
    assert_eq!(back.case, changed);
    assert!(back.revision > saved.revision, "a window that saw the case before its deletion is stale");
    assert_eq!((back.undo.as_deref(), back.redo), (Some("Offer removed"), None));
    assert_eq!(store.undo(&made.id).unwrap().unwrap().case, made.case);
    assert_eq!(store.load(&other.id).unwrap().unwrap(), other, "the other case was not touched");
    assert_eq!(store.undo("no such id").unwrap(), None);
}

#[test]
fn cases_are_listed_by_their_last_change_even_when_the_clock_goes_back() {
    let folder = common::folder();
    let clock = Clock::new();
    let mut store = clock.open(folder.path()).unwrap();
    let first = store.create(&case(), "New case", "main").unwrap();
    clock.forward(-86_400_000 * 3_650);
    let second = store.create(&case(), "New case", "main").unwrap();
    let ids = |store: &Store| store.cases().unwrap().into_iter().map(|c| c.id).collect::<Vec<_>>();
    assert_eq!(ids(&store), [second.id.clone(), first.id.clone()]);
    let mut changed = first.case.clone();
    changed.notes = "x".into();
    store.save(&first.id, first.revision, &changed, "Notes", "main").unwrap();
    assert_eq!(ids(&store), [first.id, second.id]);
    let listed = store.cases().unwrap();
    assert_eq!(listed[0].offers, ["Northwind", "Fjord"]);
    // Ten years of 365 days before 2026-11-23T16:00 lie three leap days (2016 is before them, 2020 and 2024 within).
    assert_eq!(listed[0].changed_at, "2016-11-25T16:00:00.000Z");
}

#[test]
fn only_rows_that_changed_are_written() {
    let folder = common::folder();
    let clock = Clock::new();
    let mut store = clock.open(folder.path()).unwrap();
    let made = store.create(&case(), "New case", "main").unwrap();
    let mut changed = made.case.clone();
    changed.offers[1].base = Entry::typed("240k");
    store.save(&made.id, made.revision, &changed, "Base pay of Fjord", "main").unwrap();
    let path = store.path().to_owned();
    drop(store);
    let rows: i64 = rusqlite::Connection::open(path)
        .unwrap()
        .query_row("SELECT count(*) FROM undo_row WHERE table_name = 'offer'", [], |r| r.get(0))
        .unwrap();
    assert_eq!(rows, 1);
}
