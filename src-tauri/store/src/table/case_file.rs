//! Cases, without their offers.

use rusqlite::{Connection, OptionalExtension, Result, params};
use serde::{Deserialize, Serialize};

/// What an undo puts back. Revision and time are not part of it: they only ever go forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CaseFile {
    pub(crate) client_id: String,
    pub(crate) name: String,
    pub(crate) body_version: i64,
    pub(crate) body: String,
}

/// A case in a list.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) changed_at: String,
}

pub(crate) fn read(connection: &Connection, id: &str) -> Result<Option<CaseFile>> {
    connection
        .prepare_cached("SELECT client_id, name, body_version, body FROM case_file WHERE id = ?1")?
        .query_row([id], |r| {
            Ok(CaseFile { client_id: r.get(0)?, name: r.get(1)?, body_version: r.get(2)?, body: r.get(3)? })
        })
        .optional()
}

pub(crate) fn put(connection: &Connection, id: &str, row: &CaseFile) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO case_file (id, client_id, name, revision, changed_at, body_version, body)
             VALUES (?1, ?2, ?3, 0, '', ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET client_id = excluded.client_id, name = excluded.name,
                 body_version = excluded.body_version, body = excluded.body",
        )?
        .execute(params![id, row.client_id, row.name, row.body_version, row.body])
        .map(|_| ())
}

pub(crate) fn remove(connection: &Connection, id: &str) -> Result<()> {
    connection.prepare_cached("DELETE FROM case_file WHERE id = ?1")?.execute([id]).map(|_| ())
}

/// The revision of a case, when there is such a case.
pub(crate) fn revision(connection: &Connection, id: &str) -> Result<Option<i64>> {
    connection.prepare_cached("SELECT revision FROM case_file WHERE id = ?1")?.query_row([id], |r| r.get(0)).optional()
}

/// Notes that a case, or an offer of it, was changed.
pub(crate) fn touch(connection: &Connection, id: &str, revision: i64, at: &str) -> Result<()> {
    connection
        .prepare_cached("UPDATE case_file SET revision = ?2, changed_at = ?3 WHERE id = ?1")?
        .execute(params![id, revision, at])
        .map(|_| ())
}

/// All cases, the last changed first. The order is that of the changes, not of the clock.
pub(crate) fn list(connection: &Connection) -> Result<Vec<Listed>> {
    connection
        .prepare_cached("SELECT id, name, changed_at FROM case_file ORDER BY revision DESC")?
        .query_map([], |r| Ok(Listed { id: r.get(0)?, name: r.get(1)?, changed_at: r.get(2)? }))?
        .collect()
}
