//! The one way rows are changed: one mutation, one transaction, one entry in the undo log.

use crate::error::StoreError;
use crate::table::{Table, case_file, sequence, to_image, undo_entry};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde::Serialize;

/// How many steps of a case can be undone.
pub(crate) const STEPS: i64 = 500;
/// Within this time after a step, one with the same label from the same window is taken as part of it.
const TOGETHER: SignedDuration = SignedDuration::from_secs(3);
/// The longest label or window name that is kept, in characters.
const LONGEST_LABEL: usize = 300;

/// What kind of entry a mutation leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The case was made. Undo ends here: a case is never lost by one undo too many.
    Creation,
    /// The case was changed.
    Edit,
    /// The case was deleted.
    Deletion,
}

/// A change to one case, being made. Dropped without [`Mutation::commit`], it leaves nothing behind.
pub(crate) struct Mutation<'c> {
    transaction: Transaction<'c>,
    case_id: String,
    at: Timestamp,
    images: Vec<undo_entry::Images>,
}

impl<'c> Mutation<'c> {
    /// Begins to change the case `case_id`.
    pub(crate) fn begin(connection: &'c mut Connection, case_id: &str, at: Timestamp) -> Result<Self, StoreError> {
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::write)?;
        // Rows may be written in any order; what they refer to is checked when the transaction ends.
        transaction.pragma_update(None, "defer_foreign_keys", true).map_err(StoreError::write)?;
        Ok(Self { transaction, case_id: case_id.to_owned(), at, images: Vec::new() })
    }

    /// The library as it is inside this mutation.
    pub(crate) fn connection(&self) -> &Connection {
        &self.transaction
    }

    /// Makes a row what it should be, or removes it, and notes what it was. A row that is so already is left alone.
    pub(crate) fn change<R: Serialize>(&mut self, table: Table, pk: &str, row: Option<&R>) -> Result<(), StoreError> {
        let mut change = || -> rusqlite::Result<()> {
            let before = table.image(&self.transaction, pk)?;
            let after = row.map(to_image).transpose()?;
            if before != after {
                table.restore(&self.transaction, pk, after.as_deref())?;
                let table_name = table.name().to_owned();
                self.images.push(undo_entry::Images { table_name, pk: pk.to_owned(), before, after });
            }
            Ok(())
        };
        change().map_err(StoreError::write)
    }

    /// Ends the mutation and returns the new revision of the case; nothing when no row was changed.
    pub(crate) fn commit(self, kind: Kind, label: &str, source: &str) -> Result<Option<i64>, StoreError> {
        if self.images.is_empty() {
            return Ok(None);
        }
        let write = || -> rusqlite::Result<i64> {
            let connection = &self.transaction;
            let before = case_file::revision(connection, &self.case_id)?;
            let revision = sequence::next(connection)?;
            let at = timestamp(self.at);
            let (label, source) = (shortened(label), shortened(source));
            if kind != Kind::Edit || !self.merge(&label, &source, before, revision)? {
                undo_entry::forget_undone(connection, &self.case_id)?;
                let entry = undo_entry::insert(connection, &self.case_id, &label, &at, &source, revision)?;
                if kind != Kind::Creation {
                    self.images.iter().try_for_each(|i| undo_entry::put_row(connection, entry, i))?;
                }
                undo_entry::keep(connection, &self.case_id, STEPS)?;
            }
            case_file::touch(connection, &self.case_id, revision, &at)?;
            Ok(revision)
        };
        let revision = write().map_err(StoreError::write)?;
        self.transaction.commit().map_err(StoreError::write)?;
        Ok(Some(revision))
    }

    /// Takes the change into the last entry, if it belongs there.
    fn merge(&self, label: &str, source: &str, before: Option<i64>, revision: i64) -> rusqlite::Result<bool> {
        let connection = &self.transaction;
        let Some(last) = undo_entry::last_done(connection, &self.case_id)? else { return Ok(false) };
        // An undo or redo in between moves the revision on, and the clock may have been set back.
        let consecutive = before == Some(last.revision);
        let soon = last.at.parse::<Timestamp>().is_ok_and(|then| {
            let passed = self.at.duration_since(then);
            !passed.is_negative() && passed <= TOGETHER
        });
        if !(consecutive && soon && last.label == label && last.source == source) {
            return Ok(false);
        }
        let old = undo_entry::rows(connection, last.id)?;
        for images in &self.images {
            let first = old.iter().find(|o| o.table_name == images.table_name && o.pk == images.pk);
            if first.is_some_and(|f| f.before == images.after) {
                undo_entry::remove_row(connection, last.id, &images.table_name, &images.pk)?;
            } else {
                undo_entry::put_row(connection, last.id, images)?;
            }
        }
        if undo_entry::is_empty(connection, last.id)? {
            // Typed and taken back by hand: there is nothing left to undo.
            undo_entry::remove(connection, last.id)?;
        } else {
            undo_entry::renew(connection, last.id, &timestamp(self.at), revision)?;
        }
        Ok(true)
    }
}

/// A moment as it is written in the library: RFC 3339, UTC, milliseconds.
pub(crate) fn timestamp(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_LABEL) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_with_milliseconds() {
        let at: Timestamp = "2026-11-23T16:55:12.0409Z".parse().unwrap();
        assert_eq!(timestamp(at), "2026-11-23T16:55:12.040Z");
    }

    #[test]
    fn long_labels_are_cut_between_characters() {
        assert_eq!(shortened("Base pay"), "Base pay");
        let long = "é".repeat(301);
        assert_eq!(shortened(&long), format!("{}…", "é".repeat(300)));
        assert_eq!(shortened(&"é".repeat(300)), "é".repeat(300));
    }
}
