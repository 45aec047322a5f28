//! Offers of cases.

use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use serde::{Deserialize, Serialize};

/// An offer as it lies in the library. The row has an id of its own, because two cases may hold offers with the same
/// id, and one case may too, until its owner mends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OfferRow {
    pub(crate) case_id: String,
    pub(crate) position: i64,
    pub(crate) company: String,
    pub(crate) body: String,
}

fn row(r: &Row<'_>) -> Result<OfferRow> {
    Ok(OfferRow { case_id: r.get(0)?, position: r.get(1)?, company: r.get(2)?, body: r.get(3)? })
}

pub(crate) fn read(connection: &Connection, id: &str) -> Result<Option<OfferRow>> {
    connection
        .prepare_cached("SELECT case_id, position, company, body FROM offer WHERE id = ?1")?
        .query_row([id], row)
        .optional()
}

pub(crate) fn put(connection: &Connection, id: &str, row: &OfferRow) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO offer (id, case_id, position, company, body) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET case_id = excluded.case_id, position = excluded.position,
                 company = excluded.company, body = excluded.body",
        )?
        .execute(params![id, row.case_id, row.position, row.company, row.body])
        .map(|_| ())
}

pub(crate) fn remove(connection: &Connection, id: &str) -> Result<()> {
    connection.prepare_cached("DELETE FROM offer WHERE id = ?1")?.execute([id]).map(|_| ())
}

/// The offers of a case with the ids of their rows, in order.
pub(crate) fn of_case(connection: &Connection, case_id: &str) -> Result<Vec<(String, OfferRow)>> {
    connection
        .prepare_cached(
            "SELECT case_id, position, company, body, id FROM offer WHERE case_id = ?1 ORDER BY position, id",
        )?
        .query_map([case_id], |r| Ok((r.get(4)?, row(r)?)))?
        .collect()
}

/// Id and company of each offer of a case, in order.
pub(crate) fn companies(connection: &Connection, case_id: &str) -> Result<Vec<(String, String)>> {
    connection
        .prepare_cached("SELECT id, company FROM offer WHERE case_id = ?1 ORDER BY position, id")?
        .query_map([case_id], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect()
}
