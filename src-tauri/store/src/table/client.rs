//! The people whose cases these are. A candidate has one, "Me", and never sees the word.

use rusqlite::{Connection, Result, params};

/// The one client of a candidate.
pub(crate) const ME: &str = "Me";

pub(crate) fn insert(connection: &Connection, id: &str, name: &str) -> Result<()> {
    connection.execute("INSERT INTO client (id, name) VALUES (?1, ?2)", params![id, name]).map(|_| ())
}

/// The id of the first client.
pub(crate) fn first(connection: &Connection) -> Result<String> {
    connection.query_row("SELECT id FROM client ORDER BY id LIMIT 1", [], |r| r.get(0))
}

/// Whether there is a client at all.
pub(crate) fn any(connection: &Connection) -> Result<bool> {
    connection.query_row("SELECT EXISTS (SELECT 1 FROM client)", [], |r| r.get(0))
}
