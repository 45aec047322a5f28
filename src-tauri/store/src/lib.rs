//! The library on disk: cases and their offers in SQLite, with undo, backups and migrations, and the history of use.
//!
//! A [`Store`] is one open library. Whatever [`Case`] is saved comes out equal, text by text as it was typed. When a
//! call that writes returns, the change is on disk. Every change is one transaction and one step of undo.
//!
//! **Never here:** what a case means or is worth, rendering, Tauri, the system's clock (it is passed in).
//! No other crate knows SQL.
//!
//! Start reading at [`Store`], then `open`, `mutation` and `migrations/0001_initial.sql`.

mod backup;
mod connection;
mod content;
mod error;
mod header;
mod lock;
mod migrate;
mod mutation;
mod open;
mod private;
mod table;
mod undo;
mod usage;

pub use content::LARGEST_BODY;
pub use error::{Cause, StoreError};
pub use jiff::Timestamp;
pub use usage::{UsageImport, UsageKey, UsageRow, UsageSums};

use content::Content;
use counterweight_domain::Case;
use lock::Lock;
use mutation::{Kind, Mutation};
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};
use table::Table;
use table::offer::OfferRow;
use undo::{Direction, Labels};

/// The largest text of a setting, in bytes.
pub const LARGEST_SETTING: usize = 1 << 20;

/// What the step of a deletion is called in the log. It is never shown: there is no case left to show it in.
const DELETION: &str = "Deletion";

/// Tells the time.
pub(crate) type Clock = Box<dyn Fn() -> Timestamp + Send>;

/// An open library. No other program can open it while this value lives.
pub struct Store {
    // Dropped in this order: the connection tidies up while the lock is still held.
    connection: Connection,
    folder: PathBuf,
    path: PathBuf,
    clock: Clock,
    #[expect(dead_code, reason = "held for its drop")]
    lock: Lock,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Its id, a UUIDv7.
    pub id: String,
    /// Its name, as typed.
    pub name: String,
    /// The names of its offers, in order.
    pub offers: Vec<String>,
    /// When it was last changed: RFC 3339, UTC, milliseconds.
    pub changed_at: String,
}

/// A case from the library.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// Its id.
    pub id: String,
    /// Grows with every change of the case. It is not a count: other changes of the library lie between.
    pub revision: u64,
    /// The case.
    pub case: Case,
    /// What undo would take back, in words.
    pub undo: Option<String>,
    /// What redo would bring back, in words.
    pub redo: Option<String>,
}

/// What a save came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The revision now; the same as before when nothing was different.
    pub revision: u64,
    /// What undo would take back, in words.
    pub undo: Option<String>,
    /// What redo would bring back, in words.
    pub redo: Option<String>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Statistics for later queries; without them the library works as well.
        let _ = self.connection.execute_batch("PRAGMA optimize");
    }
}

impl Store {
    /// Opens the library in `folder`, and makes both when they are missing.
    ///
    /// The folder gets mode 0700 if nothing but the library is in it, and each file 0600.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Foreign`], [`StoreError::Newer`], [`StoreError::Damaged`] and
    /// [`StoreError::File`], each with the library untouched; [`StoreError::NotBackedUp`] and
    /// [`StoreError::NotMigrated`] when an older library could not be brought to this version.
    pub fn open(folder: &Path, clock: impl Fn() -> Timestamp + Send + 'static) -> Result<Self, StoreError> {
        open::open_current(folder, Box::new(clock))
    }

    /// The file of the library.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All cases, the last changed first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub fn cases(&self) -> Result<Vec<CaseRow>, StoreError> {
        let list = || -> rusqlite::Result<Vec<CaseRow>> {
            let mut rows = Vec::new();
            for case in table::case_file::list(&self.connection)? {
                let mut offers = Vec::new();
                for (row_id, company) in table::offer::companies(&self.connection, &case.id)? {
                    let body = || table::offer::read(&self.connection, &row_id).ok().flatten().map(|o| o.body);
                    offers.push(content::offer_name(&company, body));
                }
                rows.push(CaseRow { id: case.id, name: case.name, offers, changed_at: case.changed_at });
            }
            Ok(rows)
        };
        list().map_err(StoreError::read)
    }

    /// Adds a case. `label` says what was done, in words; `source` is the window that did it.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] or [`StoreError::NotSaved`], with nothing changed.
    pub fn create(&mut self, case: &Case, label: &str, source: &str) -> Result<Loaded, StoreError> {
        let content = Content::of(case)?;
        let at = (self.clock)();
        let id = new_id(at);
        let client = table::client::first(&self.connection).map_err(StoreError::read)?;
        let mut mutation = Mutation::begin(&mut self.connection, &id, at)?;
        mutation.change(Table::CaseFile, &id, Some(&content.case_file(client)))?;
        for (row_id, row) in content.offer_rows(&id, &[], || new_id(at)) {
            mutation.change(Table::Offer, &row_id, Some(&row))?;
        }
        mutation.commit(Kind::Creation, label, source)?;
        self.load(&id)?.ok_or(StoreError::NotFound { id })
    }

    /// The case `id`; none when there is no such case.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] or [`StoreError::NotRead`].
    pub fn load(&self, id: &str) -> Result<Option<Loaded>, StoreError> {
        let Some(revision) = table::case_file::revision(&self.connection, id).map_err(StoreError::read)? else {
            return Ok(None);
        };
        let Some(row) = table::case_file::read(&self.connection, id).map_err(StoreError::read)? else {
            return Ok(None);
        };
        let offers = table::offer::of_case(&self.connection, id).map_err(StoreError::read)?;
        let case = content::case(id, &row, &offers)?;
        let Labels { undo, redo } = undo::labels(&self.connection, id).map_err(StoreError::read)?;
        Ok(Some(Loaded { id: id.to_owned(), revision: outward(revision), case, undo, redo }))
    }

    /// Saves a case that was changed from `revision`. Only rows that differ are written; if none does, nothing is.
    ///
    /// A save with the label and source of the one just before it, within three seconds, is part of the same step.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the case is at another revision, [`StoreError::NotFound`],
    /// [`StoreError::TooLarge`] or [`StoreError::NotSaved`]; all with nothing changed.
    pub fn save(
        &mut self,
        id: &str,
        revision: u64,
        case: &Case,
        label: &str,
        source: &str,
    ) -> Result<Saved, StoreError> {
        let content = Content::of(case)?;
        let at = (self.clock)();
        let mut mutation = Mutation::begin(&mut self.connection, id, at)?;
        let now = table::case_file::revision(mutation.connection(), id).map_err(StoreError::read)?;
        let old = table::case_file::read(mutation.connection(), id).map_err(StoreError::read)?;
        let (Some(now), Some(old)) = (now, old) else { return Err(StoreError::NotFound { id: id.to_owned() }) };
        if outward(now) != revision {
            return Err(StoreError::Stale { id: id.to_owned(), from: revision, current: outward(now) });
        }
        let old_offers = table::offer::of_case(mutation.connection(), id).map_err(StoreError::read)?;
        let new_offers = content.offer_rows(id, &old_offers, || new_id(at));
        mutation.change(Table::CaseFile, id, Some(&content.case_file(old.client_id)))?;
        for (row_id, _) in old_offers.iter().filter(|(old, _)| new_offers.iter().all(|(new, _)| new != old)) {
            mutation.change(Table::Offer, row_id, None::<&OfferRow>)?;
        }
        for (row_id, row) in &new_offers {
            mutation.change(Table::Offer, row_id, Some(row))?;
        }
        let saved = mutation.commit(Kind::Edit, label, source)?;
        let Labels { undo, redo } = undo::labels(&self.connection, id).map_err(StoreError::read)?;
        Ok(Saved { revision: saved.map_or(revision, outward), undo, redo })
    }

    /// Deletes a case. [`Store::undo`] with its id brings it back, with its own steps of undo.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] or [`StoreError::NotSaved`].
    pub fn delete(&mut self, id: &str, source: &str) -> Result<(), StoreError> {
        let at = (self.clock)();
        let mut mutation = Mutation::begin(&mut self.connection, id, at)?;
        if table::case_file::revision(mutation.connection(), id).map_err(StoreError::read)?.is_none() {
            return Err(StoreError::NotFound { id: id.to_owned() });
        }
        for (row_id, _) in table::offer::of_case(mutation.connection(), id).map_err(StoreError::read)? {
            mutation.change(Table::Offer, &row_id, None::<&OfferRow>)?;
        }
        mutation.change(Table::CaseFile, id, None::<&table::case_file::CaseFile>)?;
        mutation.commit(Kind::Deletion, DELETION, source)?;
        Ok(())
    }

    /// Takes the last step of a case back, or brings a deleted case back. None when there is nothing to take back.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] or those of [`Store::load`].
    pub fn undo(&mut self, id: &str) -> Result<Option<Loaded>, StoreError> {
        self.step(id, Direction::Back)
    }

    /// Does again what was undone last. None when there is nothing.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] or those of [`Store::load`].
    pub fn redo(&mut self, id: &str) -> Result<Option<Loaded>, StoreError> {
        self.step(id, Direction::Forth)
    }

    /// The setting `key`, if it was ever set.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        table::setting::read(&self.connection, key).map_err(StoreError::read)
    }

    /// Keeps a setting. Settings are no steps of undo.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] or [`StoreError::NotSaved`].
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        let bytes = key.len().max(value.len());
        if bytes > LARGEST_SETTING {
            return Err(StoreError::TooLarge { what: "This setting", bytes, most: LARGEST_SETTING });
        }
        let write = |connection: &mut Connection| -> rusqlite::Result<()> {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if table::setting::read(&transaction, key)?.as_deref() == Some(value) {
                return Ok(());
            }
            table::setting::put(&transaction, key, value)?;
            table::sequence::next(&transaction)?;
            transaction.commit()
        };
        write(&mut self.connection).map_err(StoreError::write)
    }

    /// Whether the library was changed since its newest backup, or ever if there is none.
    ///
    /// # Errors
    /// [`StoreError::NotRead`] or [`StoreError::File`].
    pub fn changed_since_backup(&self) -> Result<bool, StoreError> {
        let now = table::sequence::value(&self.connection).map_err(StoreError::read)?;
        Ok(backup::newest_revision(&self.folder)?.unwrap_or(0) != now)
    }

    /// Copies the library to the folder `backups` beside it, checks the copy, and only then removes older ones: the
    /// three newest stay, the newest of each day, ten in all. Returns the path of the copy.
    ///
    /// # Errors
    /// [`StoreError::NotBackedUp`]; no older copy was removed.
    pub fn back_up(&mut self) -> Result<PathBuf, StoreError> {
        let path = backup::make(&self.connection, &self.folder, (self.clock)(), None, migrate::MIGRATIONS)?;
        backup::thin(&self.folder)?;
        Ok(path)
    }

    fn step(&mut self, id: &str, direction: Direction) -> Result<Option<Loaded>, StoreError> {
        let at = (self.clock)();
        if undo::step(&mut self.connection, id, at, direction)? { self.load(id) } else { Ok(None) }
    }
}

/// A new UUIDv7 for the moment `at`.
pub(crate) fn new_id(at: Timestamp) -> String {
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    let nanoseconds = u32::try_from(at.subsec_nanosecond()).unwrap_or(0);
    uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds)).to_string()
}

/// Revisions are never negative; the library checks that where they are made.
fn outward(revision: i64) -> u64 {
    u64::try_from(revision).unwrap_or(0)
}
