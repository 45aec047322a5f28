//! What the tests of the library share: a clock that is set by hand, a case with offers, pictures of a folder.
#![allow(dead_code, missing_docs, reason = "each test uses a part of it")]

use counterweight_domain::{Case, Currency, Entry, Offer};
use counterweight_store::{Store, StoreError, Timestamp};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// 2026-11-23T16:00:00Z, in milliseconds since 1970.
const START: i64 = 1_795_449_600_000;

/// A new empty folder, in memory where the system has such a place: these tests are about content, not about disks.
pub fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.or_else(|_| tempfile::tempdir()).unwrap()
}

/// A clock that only moves when it is told to.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }

    pub fn forward(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub fn open(&self, folder: &Path) -> Result<Store, StoreError> {
        let clock = Arc::clone(&self.0);
        Store::open(folder, move || Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap())
    }
}

pub fn open(folder: &Path) -> Result<Store, StoreError> {
    Clock::new().open(folder)
}

pub fn offer(id: &str, company: &str, base: &str) -> Offer {
    Offer { id: id.into(), company: company.into(), base: Entry::typed(base), ..Offer::default() }
}

pub fn case() -> Case {
    let currency: Entry<Currency> = Entry::typed("USD");
    let mut case = Case::new("Two offers", *currency.value().unwrap(), "2027-01-01".parse_date());
    case.offers = vec![offer("a", "Northwind", "210k"), offer("b", "Fjord", "230k")];
    case
}

trait ParseDate {
    fn parse_date(&self) -> counterweight_domain::CivilDate;
}

impl ParseDate for str {
    fn parse_date(&self) -> counterweight_domain::CivilDate {
        *Entry::<counterweight_domain::CivilDate>::typed(self).value().unwrap()
    }
}

/// Every file below a folder with its content; the lock file is left out.
pub fn picture(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files.insert(path.clone(), b"a folder".to_vec());
                folders.push(path);
            } else if !path.ends_with("library.lock") {
                let bytes = fs::read(&path).unwrap();
                files.insert(path, bytes);
            }
        }
    }
    files
}

/// A closed library with a few cases and steps of undo in it.
pub fn filled(folder: &Path) -> PathBuf {
    let clock = Clock::new();
    let mut store = clock.open(folder).unwrap();
    fill(&mut store, &clock);
    store.path().to_owned()
}

pub fn fill(store: &mut Store, clock: &Clock) {
    for i in 0..3 {
        let mut case = case();
        case.notes = format!("Notes of case {i}. ").repeat(40);
        let mut loaded = store.create(&case, "New case", "main").unwrap();
        for step in 0..10 {
            clock.forward(10_000);
            loaded.case.offers[step % 2].base = Entry::typed(format!("{}k", 200 + step));
            let saved = store.save(&loaded.id, loaded.revision, &loaded.case, "Base pay", "main").unwrap();
            loaded.revision = saved.revision;
        }
    }
    store.set_setting("theme", "dark").unwrap();
}

/// A small generator (xorshift64*), so that a failing run can be repeated from its printed seed.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % end
    }
}
