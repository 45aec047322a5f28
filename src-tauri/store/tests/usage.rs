//! The history of use: idempotent, whole or not at all, part of no case, and gone when it is forgotten.
#![allow(missing_docs)]

mod common;

use common::{Clock, case, folder, open};
use counterweight_store::{StoreError, UsageImport, UsageKey, UsageRow, UsageSums};
use std::sync::atomic::{AtomicBool, Ordering};

static GO: AtomicBool = AtomicBool::new(false);

fn row(session: u64, output: u64) -> UsageRow<'static> {
    UsageRow {
        key: UsageKey {
            client: "claude-code",
            session,
            start: 1_795_449_600,
            whole_day: false,
            model: u64::MAX - 7,
            provider: 0,
            tier: "unstated",
            fast: false,
            us_only: true,
            free: false,
            prompt_size: "own",
            size: 3,
        },
        sums: UsageSums { records: 1, requests: 1, output, fingerprint: u64::MAX, ..UsageSums::default() },
    }
}

fn more(known: &UsageSums, new: &UsageSums) -> Option<UsageSums> {
    (new.output > known.output).then_some(*new)
}

const NAMES: [(u64, &str); 1] = [(u64::MAX - 7, "claude-opus-5")];

fn counts(import: Option<UsageImport>) -> (u64, u64, u64) {
    import.map(|import| (import.added, import.updated, import.kept)).unwrap()
}

fn sessions(store: &counterweight_store::Store) -> Vec<(u64, u64)> {
    let mut found = Vec::new();
    store.usage_rows(|row| found.push((row.key.session, row.sums.output))).unwrap();
    found.sort_unstable();
    found
}

#[test]
fn importing_twice_changes_nothing_and_more_updates() {
    let folder = folder();
    let mut store = open(folder.path()).unwrap();
    let note = || UsageImport { files: 2, refused: 1, grade: "partial".to_owned(), ..UsageImport::default() };
    let mut import = |rows: &[UsageRow<'static>]| {
        counts(store.usage_import(NAMES, rows.iter().copied(), more, note(), &GO).unwrap())
    };
    assert_eq!(import(&[row(1, 5), row(u64::MAX, 7)]), (2, 0, 0));
    assert_eq!(import(&[row(1, 5), row(u64::MAX, 7)]), (0, 0, 2));
    assert_eq!(import(&[row(1, 4), row(u64::MAX, 9), row(3, 1)]), (1, 1, 1));
    assert_eq!(sessions(&store), [(1, 5), (3, 1), (u64::MAX, 9)]);
    // The import in the middle changed nothing and is not noted.
    let noted = store.usage_imports().unwrap();
    assert_eq!(noted.len(), 2);
    assert_eq!((noted[0].added, noted[0].updated, noted[0].kept, noted[0].files, noted[0].refused), (1, 1, 1, 2, 1));
    assert_eq!((noted[1].at.as_str(), noted[1].grade.as_str()), ("2026-11-23T16:00:00.000Z", "partial"));
    drop(store);
    let store = open(folder.path()).unwrap();
    let mut whole = Vec::new();
    store.usage_rows(|row| whole.push((row.key.us_only, row.key.size, row.key.model, row.sums))).unwrap();
    assert_eq!(whole.len(), 3);
    assert!(whole.iter().all(|(us_only, size, model, _)| *us_only && *size == 3 && *model == u64::MAX - 7));
    assert!(whole.iter().any(|(.., sums)| *sums == row(u64::MAX, 9).sums));
    let mut names = Vec::new();
    store.usage_names(|id, text| names.push((id, text.to_owned()))).unwrap();
    assert_eq!(names, [(u64::MAX - 7, "claude-opus-5".to_owned())]);
}

#[test]
fn a_cancelled_import_leaves_nothing() {
    let folder = folder();
    let mut store = open(folder.path()).unwrap();
    let cancel = AtomicBool::new(false);
    let rows = (1..1000).map(|session| {
        if session == 500 {
            cancel.store(true, Ordering::Relaxed);
        }
        row(session, 1)
    });
    assert_eq!(store.usage_import(NAMES, rows, more, UsageImport::default(), &cancel).unwrap(), None);
    assert_eq!(sessions(&store), []);
    assert_eq!(store.usage_imports().unwrap(), []);
    let mut names = 0;
    store.usage_names(|_, _| names += 1).unwrap();
    assert_eq!(names, 0);
}

#[test]
fn an_import_with_an_error_leaves_nothing() {
    let folder = folder();
    let mut store = open(folder.path()).unwrap();
    // The second row names a model whose text is not given.
    let mut stray = row(2, 1);
    stray.key.model = 99;
    let refused = store.usage_import(NAMES, [row(1, 1), stray], more, UsageImport::default(), &GO).unwrap_err();
    assert!(matches!(refused, StoreError::NotSaved { .. }), "{refused:?}");
    assert_eq!(sessions(&store), []);
    let long = "x".repeat(2 << 20);
    let refused = store.usage_import([(5, long.as_str())], [row(1, 1)], more, UsageImport::default(), &GO).unwrap_err();
    assert!(matches!(refused, StoreError::TooLarge { .. }), "{refused:?}");
}

#[test]
fn the_history_is_no_part_of_undo_and_goes_when_it_is_forgotten() {
    let folder = folder();
    let clock = Clock::new();
    let mut store = clock.open(folder.path()).unwrap();
    let made = store.create(&case(), "New case", "main").unwrap();
    store.usage_import(NAMES, [row(0x4357_5045_4e47_5549, 5)], more, UsageImport::default(), &GO).unwrap();
    let loaded = store.load(&made.id).unwrap().unwrap();
    assert_eq!((loaded.revision, loaded.undo), (made.revision, made.undo.clone()));
    assert_eq!(store.undo(&made.id).unwrap(), None);
    assert_eq!(sessions(&store).len(), 1);
    let holds = || {
        let bytes = ["library.sqlite", "library.sqlite-wal"]
            .map(|name| std::fs::read(folder.path().join(name)).unwrap_or_default());
        bytes.concat().windows(13).any(|at| at == b"claude-opus-5")
    };
    assert!(holds());
    assert_eq!(store.usage_forget().unwrap(), 1);
    assert!(!holds(), "what is forgotten is overwritten");
    assert_eq!(sessions(&store), []);
    assert_eq!(store.usage_forget().unwrap(), 0);
    assert_eq!(store.load(&made.id).unwrap().unwrap().case, made.case);
    assert!(store.changed_since_backup().unwrap());
}
