//! Backups: made, checked, found changed or not, thinned.
#![allow(missing_docs)]

mod common;

use common::{Clock, case};
use std::fs;
use std::path::Path;

fn copies(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder.join("backups")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn made_when_something_changed_and_thinned_by_day() {
    let folder = common::folder();
    let clock = Clock::new();
    let mut store = clock.open(folder.path()).unwrap();
    assert!(!store.changed_since_backup().unwrap(), "a new library has nothing to back up");
    let made = store.create(&case(), "New case", "main").unwrap();
    let mut revision = made.revision;
    let mut changed = made.case;
    for i in 0..5 {
        assert!(store.changed_since_backup().unwrap());
        let path = store.back_up().unwrap();
        assert!(path.is_file());
        assert!(!store.changed_since_backup().unwrap());
        changed.notes = i.to_string();
        revision = store.save(&made.id, revision, &changed, "Notes", "main").unwrap().revision;
        clock.forward(60_000);
    }
    let names = copies(folder.path());
    assert_eq!(names.iter().map(|n| &n[..4]).collect::<Vec<_>>(), ["0003", "0004", "0005"]);
    assert!(names[0].starts_with("0003_2026-11-23T16-02-00Z_r3"), "{names:?}");

    store.set_setting("theme", "dark").unwrap();
    drop(store);
    let mut store = clock.open(folder.path()).unwrap();
    assert!(store.changed_since_backup().unwrap(), "a changed setting counts");
    for _ in 0..15 {
        clock.forward(86_400_000);
        store.back_up().unwrap();
    }
    let names = copies(folder.path());
    assert_eq!(names.len(), 10, "{names:?}");
    assert_eq!(&names[9][..4], "0020");
}

#[test]
fn a_copy_that_was_cut_off_is_cleared_away_and_no_copy_is_lost_when_one_fails() {
    let folder = common::folder();
    let clock = Clock::new();
    let mut store = clock.open(folder.path()).unwrap();
    store.create(&case(), "New case", "main").unwrap();
    store.back_up().unwrap();
    fs::write(folder.path().join("backups/copy.part"), "half a copy").unwrap();
    store.back_up().unwrap();
    assert_eq!(copies(folder.path()).len(), 2);

    // A folder in the way of the copy cannot be removed like a file: the backup fails, and says so.
    fs::create_dir(folder.path().join("backups/copy.part")).unwrap();
    let refused = store.back_up().unwrap_err();
    assert!(matches!(refused, counterweight_store::StoreError::NotBackedUp { .. }), "{refused:?}");
    assert_eq!(copies(folder.path()).len(), 3);
    store.create(&case(), "New case", "main").unwrap();
}
