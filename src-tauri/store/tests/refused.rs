//! A library that cannot be used is refused and left as it is, byte for byte; one left by a crash is not refused.
#![allow(missing_docs)]

mod common;

use common::{Chance, Clock, case, filled, open, picture};
use counterweight_store::{Store, StoreError};
use rusqlite::Connection;
use std::fs;
use std::path::Path;

const PAGE: usize = 4096;

/// Opens a library that must be refused, and checks that not a byte changed.
fn refused(folder: &Path) -> StoreError {
    let before = picture(folder);
    let error = open(folder).expect_err("this library must be refused");
    assert!(picture(folder) == before, "a refused library was changed, or something was left beside it: {error:?}");
    let words = error.to_string();
    assert!(words.contains("left as it is"), "the sentence says what was kept safe: {words}");
    for forbidden in ["SELECT", "PRAGMA", "SQLITE_", "!"] {
        assert!(!words.contains(forbidden), "plain words: {words}");
    }
    error
}

fn is_damaged(folder: &Path) {
    let error = refused(folder);
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
}

fn is_foreign(folder: &Path) {
    let error = refused(folder);
    assert!(matches!(error, StoreError::Foreign { .. }), "{error:?}");
}

/// A folder with a filled library whose bytes were changed.
fn spoiled(spoil: impl FnOnce(&mut Vec<u8>)) -> tempfile::TempDir {
    let folder = common::folder();
    let path = filled(folder.path());
    let mut bytes = fs::read(&path).unwrap();
    assert!(bytes.len() > 4 * PAGE, "there must be pages to spoil");
    spoil(&mut bytes);
    fs::write(&path, bytes).unwrap();
    folder
}

#[test]
fn newer() {
    for version in [3_i32, 51, i32::MAX] {
        let folder = spoiled(|b| b[60..64].copy_from_slice(&version.to_be_bytes()));
        match refused(folder.path()) {
            StoreError::Newer { found, known, .. } => assert_eq!((found, known), (i64::from(version), 2)),
            other => panic!("expected Newer, got {other:?}"),
        }
    }
}

#[test]
fn foreign() {
    is_foreign(spoiled(|b| b[68..72].copy_from_slice(b"GPKG")).path());
    is_foreign(spoiled(|b| *b = b"PK\x03\x04 not a database".to_vec()).path());
    let folder = common::folder();
    Connection::open(folder.path().join("library.sqlite"))
        .unwrap()
        .execute_batch("CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('soup');")
        .unwrap();
    is_foreign(folder.path());
}

#[test]
fn empty_truncated_and_zero_filled() {
    is_damaged(spoiled(Vec::clear).path());
    is_damaged(spoiled(|b| b.fill(0)).path());
    for end in [1, 15, 16, 99, 100, 101, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE] {
        is_damaged(spoiled(|b| b.truncate(end)).path());
    }
    is_damaged(spoiled(|b| b.truncate(b.len() - PAGE)).path());
    is_damaged(spoiled(|b| b.truncate(b.len() - 1)).path());
}

#[test]
fn each_page_zeroed_in_turn() {
    let pages = fs::metadata(filled(common::folder().path())).map_or(8, |m| m.len() as usize / PAGE);
    for page in 0..pages {
        // The header stays, so that the check has to find the rest by itself.
        let start = if page == 0 { 100 } else { page * PAGE };
        is_damaged(spoiled(|b| b[start..(page + 1) * PAGE].fill(0)).path());
    }
}

/// The first byte of a page says what kind of page it is: no flip of it may go unseen.
#[test]
fn each_kind_of_page_flipped() {
    let folder = common::folder();
    let path = filled(folder.path());
    let bytes = fs::read(&path).unwrap();
    for page in 0..bytes.len() / PAGE {
        let at = if page == 0 { 100 } else { page * PAGE };
        for bit in 0..8 {
            let mut spoiled = bytes.clone();
            spoiled[at] ^= 1 << bit;
            fs::write(&path, spoiled).unwrap();
            is_damaged(folder.path());
        }
    }
}

#[test]
fn malformed_header_fields() {
    for (at, bytes) in [(16, [0, 3]), (18, [3, 3]), (18, [0, 0]), (21, [1, 1])] {
        is_damaged(spoiled(|b| b[at..at + 2].copy_from_slice(&bytes)).path());
    }
}

#[test]
fn tables_that_are_not_ours() {
    for sql in [
        "DROP TABLE undo_row",
        "CREATE TABLE extra (x)",
        "CREATE VIEW offers AS SELECT * FROM offer",
        "CREATE TRIGGER t AFTER UPDATE ON offer BEGIN DELETE FROM case_file; END",
        "DELETE FROM sequence",
        "PRAGMA foreign_keys = OFF; DELETE FROM client",
        "PRAGMA foreign_keys = OFF; DELETE FROM case_file",
    ] {
        let folder = common::folder();
        let path = filled(folder.path());
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        is_damaged(folder.path());
    }
}

#[test]
fn a_log_without_its_library() {
    let folder = common::folder();
    fs::write(folder.path().join("library.sqlite-wal"), "what is left").unwrap();
    is_damaged(folder.path());
}

#[cfg(unix)]
#[test]
fn links_and_folders() {
    let elsewhere = common::folder();
    let path = filled(elsewhere.path());
    let folder = common::folder();
    std::os::unix::fs::symlink(path, folder.path().join("library.sqlite")).unwrap();
    is_foreign(folder.path());
    let folder = common::folder();
    fs::create_dir(folder.path().join("library.sqlite")).unwrap();
    is_foreign(folder.path());
}

/// The files of a library as a power cut or a kill would leave them: copied while it is open.
fn crashed(to: &Path, change: impl FnOnce(&mut Store, &Clock)) {
    let folder = common::folder();
    let clock = Clock::new();
    let mut store = clock.open(folder.path()).unwrap();
    common::fill(&mut store, &clock);
    change(&mut store, &clock);
    for name in ["library.sqlite", "library.sqlite-wal"] {
        fs::copy(folder.path().join(name), to.join(name)).unwrap();
    }
    assert!(fs::metadata(to.join("library.sqlite-wal")).unwrap().len() > 0, "there must be a log to recover");
}

#[test]
fn what_lies_in_the_log_after_a_crash_is_recovered() {
    let folder = common::folder();
    let mut id = String::new();
    crashed(folder.path(), |store, _| id = store.create(&case(), "New case", "main").unwrap().id);
    let store = open(folder.path()).unwrap();
    assert_eq!(store.load(&id).unwrap().unwrap().case, case());
    assert_eq!(store.cases().unwrap().len(), 4);
}

#[test]
fn an_empty_log_after_a_crash_is_no_reason_to_refuse() {
    let folder = common::folder();
    filled(folder.path());
    fs::write(folder.path().join("library.sqlite-wal"), "").unwrap();
    fs::write(folder.path().join("library.sqlite-shm"), vec![0; 32_768]).unwrap();
    assert_eq!(open(folder.path()).unwrap().cases().unwrap().len(), 3);
}

#[test]
fn a_newer_version_that_is_only_in_the_log_is_refused_untouched() {
    let folder = common::folder();
    let work = common::folder();
    let path = filled(work.path());
    let newer = Connection::open(&path).unwrap();
    newer.execute_batch("PRAGMA wal_autocheckpoint = 0; CREATE TABLE later (x); PRAGMA user_version = 7").unwrap();
    for name in ["library.sqlite", "library.sqlite-wal"] {
        fs::copy(work.path().join(name), folder.path().join(name)).unwrap();
    }
    let error = refused(folder.path());
    assert!(matches!(error, StoreError::Newer { found: 7, .. }), "{error:?}");
}

#[test]
fn a_damaged_library_with_a_log_is_refused_untouched() {
    let folder = common::folder();
    crashed(folder.path(), |_, _| {});
    let path = folder.path().join("library.sqlite");
    let mut bytes = fs::read(&path).unwrap();
    bytes[100..].fill(0xA5);
    fs::write(&path, &bytes).unwrap();
    // Pages that the log holds are whole; without the log's help the rest is not.
    let wal = folder.path().join("library.sqlite-wal");
    fs::write(&wal, vec![7; fs::metadata(&wal).unwrap().len() as usize]).unwrap();
    is_damaged(folder.path());
}

/// One flipped bit: refused and untouched, or opened; never a panic, and what is read is a case or a plain error.
#[test]
fn flipped_bits() {
    let seed = std::env::var("COUNTERWEIGHT_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_123);
    println!("COUNTERWEIGHT_SEED={seed}");
    let mut chance = Chance::new(seed);
    let original = common::folder();
    let clean = filled(original.path());
    let crash = common::folder();
    crashed(crash.path(), |_, _| {});
    let (mut refusals, mut opened) = (0, 0);
    for trial in 0..240 {
        let folder = common::folder();
        let target = folder.path().join("library.sqlite");
        if trial % 3 == 0 {
            for name in ["library.sqlite", "library.sqlite-wal"] {
                fs::copy(crash.path().join(name), folder.path().join(name)).unwrap();
            }
        } else {
            fs::copy(&clean, &target).unwrap();
        }
        let spoil = if trial % 6 == 0 { folder.path().join("library.sqlite-wal") } else { target };
        let mut bytes = fs::read(&spoil).unwrap();
        // Every other one hits the header or the heads of pages, where it matters most.
        let at = if trial % 2 == 0 {
            chance.below(bytes.len() as u64) as usize
        } else {
            let page = chance.below((bytes.len() / PAGE) as u64) as usize;
            (page * PAGE + chance.below(128) as usize).min(bytes.len() - 1)
        };
        bytes[at] ^= 1 << chance.below(8);
        fs::write(&spoil, bytes).unwrap();

        let before = picture(folder.path());
        match open(folder.path()) {
            Err(error @ (StoreError::Damaged { .. } | StoreError::Foreign { .. } | StoreError::Newer { .. })) => {
                refusals += 1;
                assert!(picture(folder.path()) == before, "changed although refused, byte {at}: {error:?}");
            }
            Err(error) => panic!("byte {at}: {error:?}"),
            Ok(store) => {
                opened += 1;
                for row in store.cases().unwrap_or_default() {
                    let _ = store.load(&row.id);
                }
            }
        }
    }
    // Most bits are text, where only the person can tell a wrong letter.
    println!("{refusals} refused, {opened} opened");
    assert!(refusals > 0 && opened > 0, "both ways must have been tried");
}
