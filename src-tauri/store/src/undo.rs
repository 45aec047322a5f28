//! Taking a step back, and bringing it forth again.

use crate::error::StoreError;
use crate::mutation::timestamp;
use crate::table::{Table, case_file, sequence, undo_entry};
use jiff::Timestamp;
use rusqlite::{Connection, Error, TransactionBehavior};

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Undo: the images before.
    Back,
    /// Redo: the images after.
    Forth,
}

/// What undo and redo would do, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Labels {
    pub(crate) undo: Option<String>,
    pub(crate) redo: Option<String>,
}

/// The labels of the next steps back and forth.
pub(crate) fn labels(connection: &Connection, case_id: &str) -> rusqlite::Result<Labels> {
    Ok(Labels {
        undo: undo_entry::last_done(connection, case_id)?.map(|e| e.label),
        redo: undo_entry::first_undone(connection, case_id)?.map(|e| e.label),
    })
}

/// Goes one step; false when there is none.
pub(crate) fn step(
    connection: &mut Connection,
    case_id: &str,
    at: Timestamp,
    direction: Direction,
) -> Result<bool, StoreError> {
    let mut go = || -> rusqlite::Result<bool> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.pragma_update(None, "defer_foreign_keys", true)?;
        let entry = match direction {
            Direction::Back => undo_entry::last_done(&transaction, case_id)?,
            Direction::Forth => undo_entry::first_undone(&transaction, case_id)?,
        };
        let Some(entry) = entry else { return Ok(false) };
        let was_deleted = case_file::revision(&transaction, case_id)?.is_none();
        for row in undo_entry::rows(&transaction, entry.id)? {
            let table = Table::named(&row.table_name).ok_or(Error::InvalidQuery)?;
            let image = if direction == Direction::Back { row.before } else { row.after };
            table.restore(&transaction, &row.pk, image.as_deref())?;
        }
        if was_deleted {
            // A case that was brought back is as if it had never been deleted. Were the deletion kept for redo, one
            // key press too many would take the case away again.
            undo_entry::remove(&transaction, entry.id)?;
        } else {
            undo_entry::mark(&transaction, entry.id, direction == Direction::Back)?;
        }
        let revision = sequence::next(&transaction)?;
        case_file::touch(&transaction, case_id, revision, &timestamp(at))?;
        transaction.commit()?;
        Ok(true)
    };
    go().map_err(StoreError::write)
}
