//! The undo log: entries, and the rows of each.

use rusqlite::{Connection, OptionalExtension, Result, Row, params};

/// One step of a case.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: i64,
    pub(crate) label: String,
    /// RFC 3339.
    pub(crate) at: String,
    pub(crate) source: String,
    /// Of the case after the step.
    pub(crate) revision: i64,
}

/// A row before and after a step; none where it did not exist.
#[derive(Debug, Clone)]
pub(crate) struct Images {
    pub(crate) table_name: String,
    pub(crate) pk: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

fn entry(r: &Row<'_>) -> Result<Entry> {
    Ok(Entry { id: r.get(0)?, label: r.get(1)?, at: r.get(2)?, source: r.get(3)?, revision: r.get(4)? })
}

/// The step that undo takes back. An entry without rows, such as the making of a case, is where undo ends.
pub(crate) fn last_done(connection: &Connection, case_id: &str) -> Result<Option<Entry>> {
    connection
        .prepare_cached(
            "SELECT id, label, at, source, revision FROM undo_entry
             WHERE id = (SELECT max(id) FROM undo_entry WHERE case_id = ?1 AND undone = 0)
               AND EXISTS (SELECT 1 FROM undo_row WHERE entry_id = undo_entry.id)",
        )?
        .query_row([case_id], entry)
        .optional()
}

/// The step that redo brings back.
pub(crate) fn first_undone(connection: &Connection, case_id: &str) -> Result<Option<Entry>> {
    connection
        .prepare_cached(
            "SELECT id, label, at, source, revision FROM undo_entry
             WHERE id = (SELECT min(id) FROM undo_entry WHERE case_id = ?1 AND undone = 1)",
        )?
        .query_row([case_id], entry)
        .optional()
}

pub(crate) fn insert(
    connection: &Connection,
    case_id: &str,
    label: &str,
    at: &str,
    source: &str,
    revision: i64,
) -> Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO undo_entry (case_id, label, at, source, revision, undone) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
        )?
        .execute(params![case_id, label, at, source, revision])?;
    Ok(connection.last_insert_rowid())
}

/// Moves an entry that takes in one more change forward in time.
pub(crate) fn renew(connection: &Connection, id: i64, at: &str, revision: i64) -> Result<()> {
    connection
        .prepare_cached("UPDATE undo_entry SET at = ?2, revision = ?3 WHERE id = ?1")?
        .execute(params![id, at, revision])
        .map(|_| ())
}

pub(crate) fn mark(connection: &Connection, id: i64, undone: bool) -> Result<()> {
    connection
        .prepare_cached("UPDATE undo_entry SET undone = ?2 WHERE id = ?1")?
        .execute(params![id, undone])
        .map(|_| ())
}

pub(crate) fn remove(connection: &Connection, id: i64) -> Result<()> {
    connection.prepare_cached("DELETE FROM undo_entry WHERE id = ?1")?.execute([id]).map(|_| ())
}

/// Forgets what was undone, because something else was done instead.
pub(crate) fn forget_undone(connection: &Connection, case_id: &str) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM undo_entry WHERE case_id = ?1 AND undone = 1")?
        .execute([case_id])
        .map(|_| ())
}

/// Forgets all but the newest `most` steps of a case.
pub(crate) fn keep(connection: &Connection, case_id: &str, most: i64) -> Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM undo_entry WHERE case_id = ?1 AND id <=
                 (SELECT id FROM undo_entry WHERE case_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![case_id, most])
        .map(|_| ())
}

pub(crate) fn rows(connection: &Connection, entry_id: i64) -> Result<Vec<Images>> {
    connection
        .prepare_cached("SELECT table_name, pk, before_json, after_json FROM undo_row WHERE entry_id = ?1")?
        .query_map([entry_id], |r| {
            Ok(Images { table_name: r.get(0)?, pk: r.get(1)?, before: r.get(2)?, after: r.get(3)? })
        })?
        .collect()
}

/// Adds a row to an entry. Of a row that is already there, the first image before stays and the image after is renewed.
pub(crate) fn put_row(connection: &Connection, entry_id: i64, images: &Images) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO undo_row (entry_id, table_name, pk, before_json, after_json) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (entry_id, table_name, pk) DO UPDATE SET after_json = excluded.after_json",
        )?
        .execute(params![entry_id, images.table_name, images.pk, images.before, images.after])
        .map(|_| ())
}

/// Removes a row that ends as it began.
pub(crate) fn remove_row(connection: &Connection, entry_id: i64, table_name: &str, pk: &str) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM undo_row WHERE entry_id = ?1 AND table_name = ?2 AND pk = ?3")?
        .execute(params![entry_id, table_name, pk])
        .map(|_| ())
}

/// Whether an entry has no rows left.
pub(crate) fn is_empty(connection: &Connection, entry_id: i64) -> Result<bool> {
    connection
        .prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM undo_row WHERE entry_id = ?1)")?
        .query_row([entry_id], |r| r.get(0))
}
