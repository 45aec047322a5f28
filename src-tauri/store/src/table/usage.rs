//! The history of what was used: sums of answers, the texts behind their names, and the imports that brought them.

use crate::usage::{UsageImport, UsageKey, UsageRow, UsageSums};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

/// SQLite has no unsigned numbers: a hash keeps its bits, and a count stops at the greatest number.
fn bits(hash: u64) -> i64 {
    i64::from_ne_bytes(hash.to_ne_bytes())
}

fn hash(bits: i64) -> u64 {
    u64::from_ne_bytes(bits.to_ne_bytes())
}

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn counted(row: &Row<'_>, column: usize) -> Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

/// Keeps a text under its hash.
pub(crate) fn put_name(connection: &Connection, id: u64, text: &str) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO usage_name (id, text) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING")?
        .execute(params![bits(id), text])
        .map(|_| ())
}

/// All texts with their hashes.
pub(crate) fn names(connection: &Connection, mut each: impl FnMut(u64, &str)) -> Result<()> {
    let mut statement = connection.prepare("SELECT id, text FROM usage_name WHERE id <> 0 ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(hash(row.get(0)?), row.get_ref(1)?.as_str()?);
    }
    Ok(())
}

fn sums(row: &Row<'_>, first: usize) -> Result<UsageSums> {
    Ok(UsageSums {
        project: hash(row.get(first)?),
        records: counted(row, first + 1)?,
        requests: counted(row, first + 2)?,
        input: counted(row, first + 3)?,
        cache_read: counted(row, first + 4)?,
        cache_write_5m: counted(row, first + 5)?,
        cache_write_1h: counted(row, first + 6)?,
        output: counted(row, first + 7)?,
        web_searches: counted(row, first + 8)?,
        billed_nanodollars: row.get(first + 9)?,
        fingerprint: hash(row.get(first + 10)?),
    })
}

/// The sums of a row, when it is there.
pub(crate) fn read(connection: &Connection, key: &UsageKey<'_>) -> Result<Option<UsageSums>> {
    connection
        .prepare_cached(
            "SELECT project, records, requests, input, cache_read, cache_write_5m, cache_write_1h, output, web_searches,
                    billed_nanodollar, fingerprint
             FROM usage_row
             WHERE client = ?1 AND session = ?2 AND start = ?3 AND whole_day = ?4 AND model = ?5 AND provider = ?6
               AND tier = ?7 AND fast = ?8 AND us_only = ?9 AND free = ?10 AND prompt_size = ?11 AND size = ?12",
        )?
        .query_row(
            params![
                key.client,
                bits(key.session),
                key.start,
                key.whole_day,
                bits(key.model),
                bits(key.provider),
                key.tier,
                key.fast,
                key.us_only,
                key.free,
                key.prompt_size,
                key.size,
            ],
            |row| sums(row, 0),
        )
        .optional()
}

/// Makes a row be what it should be.
pub(crate) fn put(connection: &Connection, row: &UsageRow<'_>) -> Result<()> {
    let UsageRow { key, sums } = row;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO usage_row VALUES
             (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
        )?
        .execute(params![
            key.client,
            bits(key.session),
            key.start,
            key.whole_day,
            bits(key.model),
            bits(key.provider),
            key.tier,
            key.fast,
            key.us_only,
            key.free,
            key.prompt_size,
            key.size,
            bits(sums.project),
            count(sums.records),
            count(sums.requests),
            count(sums.input),
            count(sums.cache_read),
            count(sums.cache_write_5m),
            count(sums.cache_write_1h),
            count(sums.output),
            count(sums.web_searches),
            sums.billed_nanodollars,
            bits(sums.fingerprint),
        ])
        .map(|_| ())
}

/// All rows, in the order of their keys.
pub(crate) fn rows(connection: &Connection, mut each: impl FnMut(&UsageRow<'_>)) -> Result<()> {
    let mut statement = connection.prepare("SELECT * FROM usage_row")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(&UsageRow {
            key: UsageKey {
                client: row.get_ref(0)?.as_str()?,
                session: hash(row.get(1)?),
                start: row.get(2)?,
                whole_day: row.get(3)?,
                model: hash(row.get(4)?),
                provider: hash(row.get(5)?),
                tier: row.get_ref(6)?.as_str()?,
                fast: row.get(7)?,
                us_only: row.get(8)?,
                free: row.get(9)?,
                prompt_size: row.get_ref(10)?.as_str()?,
                size: row.get(11)?,
            },
            sums: sums(row, 12)?,
        });
    }
    Ok(())
}

/// Notes an import.
pub(crate) fn put_import(connection: &Connection, import: &UsageImport) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO usage_import (at, added, updated, kept, files, refused, grade) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            import.at,
            count(import.added),
            count(import.updated),
            count(import.kept),
            count(import.files),
            count(import.refused),
            import.grade,
        ])
        .map(|_| ())
}

/// The imports, the last first.
pub(crate) fn imports(connection: &Connection) -> Result<Vec<UsageImport>> {
    connection
        .prepare(
            "SELECT at, added, updated, kept, files, refused, grade FROM usage_import ORDER BY id DESC LIMIT 1000",
        )?
        .query_map([], |row| {
            Ok(UsageImport {
                at: row.get(0)?,
                added: counted(row, 1)?,
                updated: counted(row, 2)?,
                kept: counted(row, 3)?,
                files: counted(row, 4)?,
                refused: counted(row, 5)?,
                grade: row.get(6)?,
            })
        })?
        .collect()
}

/// Removes everything, and returns how many rows there were.
pub(crate) fn clear(connection: &Connection) -> Result<u64> {
    let gone = connection.execute("DELETE FROM usage_row", [])?;
    connection.execute("DELETE FROM usage_import", [])?;
    connection.execute("DELETE FROM usage_name WHERE id <> 0", [])?;
    Ok(gone as u64)
}
