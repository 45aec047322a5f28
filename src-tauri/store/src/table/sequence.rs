//! The one counter of changes.

use rusqlite::{Connection, Result};

/// Its value: the revision of the library.
pub(crate) fn value(connection: &Connection) -> Result<i64> {
    connection.prepare_cached("SELECT value FROM sequence")?.query_row([], |r| r.get(0))
}

/// Counts one change, and returns the new value.
pub(crate) fn next(connection: &Connection) -> Result<i64> {
    connection.prepare_cached("UPDATE sequence SET value = value + 1 RETURNING value")?.query_row([], |r| r.get(0))
}

/// Whether the counter is there.
pub(crate) fn is_whole(connection: &Connection) -> Result<bool> {
    connection.query_row("SELECT count(*) = 1 FROM sequence", [], |r| r.get(0))
}
