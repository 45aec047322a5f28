//! The schema, one numbered step after the other.
//!
//! To change the schema: add `migrations/NNNN_what.sql`, add it to [`MIGRATIONS`], and keep the images in the undo
//! log readable (`table/*.rs`: a new column needs a default). A step that has been released is never edited.

use rusqlite::{Connection, TransactionBehavior};

/// One step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// The version the library has after it.
    pub(crate) version: i64,
    /// What it does.
    pub(crate) sql: &'static str,
}

/// All steps, in order, from version 1.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, sql: include_str!("../migrations/0001_initial.sql") },
    Migration { version: 2, sql: include_str!("../migrations/0002_usage.sql") },
];

/// The newest version in a list of steps.
pub(crate) fn newest(migrations: &[Migration]) -> i64 {
    migrations.last().map_or(0, |m| m.version)
}

/// Applies the steps after `from`, each in a transaction of its own together with its version number.
pub(crate) fn apply(connection: &mut Connection, migrations: &[Migration], from: i64) -> rusqlite::Result<()> {
    // Inside a transaction this switch does nothing, and a step that rebuilds a table needs it off.
    connection.pragma_update(None, "foreign_keys", false)?;
    let result = migrations.iter().filter(|m| m.version > from).try_for_each(|m| step(connection, *m));
    connection.pragma_update(None, "foreign_keys", true)?;
    result
}

fn step(connection: &mut Connection, migration: Migration) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(migration.sql)?;
    transaction.pragma_update(None, "user_version", migration.version)?;
    foreign_keys_hold(&transaction)?;
    transaction.commit()
}

/// Fails when a row refers to one that is not there.
pub(crate) fn foreign_keys_hold(connection: &Connection) -> rusqlite::Result<()> {
    let dangling: i64 = connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |r| r.get(0))?;
    if dangling == 0 {
        return Ok(());
    }
    Err(rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY),
        Some(format!("{dangling} rows refer to rows that are not there")),
    ))
}

/// The shape of the schema: type, name and table of each object. Statistics that SQLite keeps for itself are left out.
pub(crate) fn shape(connection: &Connection) -> rusqlite::Result<Vec<(String, String, String)>> {
    connection
        .prepare("SELECT type, name, tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1, 2")?
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
        .collect()
}

/// The shape that a library of `version` must have.
pub(crate) fn expected_shape(
    migrations: &[Migration],
    version: i64,
) -> rusqlite::Result<Vec<(String, String, String)>> {
    let mut memory = Connection::open_in_memory()?;
    let steps: Vec<Migration> = migrations.iter().copied().filter(|m| m.version <= version).collect();
    apply(&mut memory, &steps, 0)?;
    shape(&memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_count_from_one_without_gaps() {
        for (i, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.version, i64::try_from(i).unwrap() + 1);
        }
    }

    #[test]
    fn every_table_is_strict() {
        let mut memory = Connection::open_in_memory().unwrap();
        apply(&mut memory, MIGRATIONS, 0).unwrap();
        let loose: i64 = memory
            .query_row(
                "SELECT count(*) FROM pragma_table_list WHERE NOT strict AND schema = 'main' AND name NOT LIKE 'sqlite%'",
                [],
                |r| r.get(0),
            )
            .unwrap();
        assert_eq!(loose, 0);
    }

    #[test]
    fn a_step_that_leaves_a_dangling_row_is_rolled_back_whole() {
        let bad = Migration {
            version: 2,
            sql: "CREATE TABLE extra (id TEXT PRIMARY KEY) STRICT;
                  INSERT INTO offer (id, case_id, position, company, body) VALUES ('o', 'no such case', 0, '', '{}');",
        };
        let mut memory = Connection::open_in_memory().unwrap();
        apply(&mut memory, &MIGRATIONS[..1], 0).unwrap();
        let before = shape(&memory).unwrap();
        assert!(apply(&mut memory, &[MIGRATIONS[0], bad], 1).is_err());
        assert_eq!(shape(&memory).unwrap(), before);
        let version: i64 = memory.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap();
        assert_eq!(version, 1);
    }
}
