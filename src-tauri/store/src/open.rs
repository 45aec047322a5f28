//! Opening a library: lock, look, and only then touch.
//!
//! A library that cannot be used is left as it is, byte for byte, with no file added beside it but the lock. That is
//! why it is first judged from its raw header, then by an SQLite that cannot write. When a log lies beside it, as
//! after a crash, SQLite can only look by writing; so it looks at a copy, and the original is opened when the copy
//! was found whole.

use crate::error::StoreError;
use crate::header::{self, APPLICATION_ID, Header, damaged};
use crate::lock::{self, Lock};
use crate::migrate::{self, MIGRATIONS, Migration};
use crate::{Clock, Store, backup, connection, private, table};
use rusqlite::{Connection, ErrorCode};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The name of the library inside its folder.
pub(crate) const NAME: &str = "library.sqlite";
/// The name of a library that is being made; it gets its own name once it is whole.
const UNFINISHED: &str = "library.sqlite.new";
/// The folder for the copy that is looked at after a crash.
const LOOK: &str = "library.sqlite.look";
/// What SQLite puts beside a library.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];
/// The first SQLite without the WAL-reset bug, <https://www.sqlite.org/wal.html#walresetbug>.
const SAFE: i32 = 3_051_003;

pub(crate) fn open(folder: &Path, clock: Clock, migrations: &[Migration]) -> Result<Store, StoreError> {
    if rusqlite::version_number() < SAFE {
        return Err(StoreError::UnsafeBuild { found: rusqlite::version_number() });
    }
    private::folder(folder)?;
    let folder = folder.canonicalize().map_err(StoreError::file(folder, "found"))?;
    let lock = Lock::take(&folder)?;
    private::close_folder(&folder, is_ours)?;
    let look = folder.join(LOOK);
    if look.exists() {
        fs::remove_dir_all(&look).map_err(StoreError::file(&look, "removed"))?;
    }

    let path = folder.join(NAME);
    let known = migrate::newest(migrations);
    let version = match header::read(&path, known)? {
        Some(header) => judge(&folder, &path, header, migrations)?,
        None => {
            make(&folder, &path, migrations, &clock)?;
            known
        }
    };
    for file in [path.clone(), beside(&path, "-wal"), beside(&path, "-shm")] {
        private::close_file(&file).map_err(StoreError::file(&file, "closed to other users"))?;
    }
    let mut connection = connection::open(&path).map_err(|e| refusal(&path, e))?;
    if version < known {
        let named = format!("before-v{known}");
        let backup = backup::make(&connection, &folder, clock(), Some(&named), migrations)?;
        migrate::apply(&mut connection, migrations, version).map_err(|source| StoreError::NotMigrated {
            from: version,
            to: known,
            backup,
            source: source.into(),
        })?;
    }
    Ok(Store { connection, folder, path, clock, lock })
}

/// Opens the library with the steps this build knows.
pub(crate) fn open_current(folder: &Path, clock: Clock) -> Result<Store, StoreError> {
    open(folder, clock, MIGRATIONS)
}

fn is_ours(name: &str) -> bool {
    name == lock::NAME || name == backup::FOLDER || name.starts_with(NAME)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes a new library under another name and renames it when it is whole, so that an unfinished one is never met.
fn make(folder: &Path, path: &Path, migrations: &[Migration], clock: &Clock) -> Result<(), StoreError> {
    if BESIDE.iter().any(|suffix| beside(path, suffix).exists()) {
        return Err(damaged(path, "its log is there, but the file itself is missing"));
    }
    let unfinished = folder.join(UNFINISHED);
    for file in BESIDE.iter().map(|s| beside(&unfinished, s)).chain([unfinished.clone()]) {
        private::remove(&file).map_err(StoreError::file(&file, "removed"))?;
    }
    private::create(&unfinished).map_err(StoreError::file(&unfinished, "created"))?;
    let fill = || -> rusqlite::Result<()> {
        let mut connection = connection::open(&unfinished)?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        migrate::apply(&mut connection, migrations, 0)?;
        table::client::insert(&connection, &crate::new_id(clock()), table::client::ME)?;
        connection.close().map_err(|(_, error)| error)
    };
    fill().map_err(StoreError::write)?;
    fs::File::open(&unfinished)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(&unfinished, path))
        .and_then(|()| private::sync_folder(folder))
        .map_err(StoreError::file(path, "created"))
}

/// Decides whether the library in `path` is whole, without touching it, and returns its version.
fn judge(folder: &Path, path: &Path, header: Header, migrations: &[Migration]) -> Result<i64, StoreError> {
    let logs: Vec<&str> = ["-wal", "-journal"]
        .into_iter()
        .filter(|suffix| fs::metadata(beside(path, suffix)).is_ok_and(|m| m.len() > 0))
        .collect();
    if logs.is_empty() {
        // SQLite reads what is missing of a last page as zeros, which may well be what was there.
        if fs::metadata(path).map_err(StoreError::file(path, "read"))?.len() < header.length {
            return Err(damaged(path, "its end is missing"));
        }
        let connection = connection::open_untouched(path).map_err(|e| refusal(path, e))?;
        return inspect(&connection, path, migrations);
    }
    let look = folder.join(LOOK);
    let found = judge_copy(&look, path, &logs, migrations);
    let removed = fs::remove_dir_all(&look);
    let version = found?;
    removed.map_err(StoreError::file(&look, "removed"))?;
    Ok(version)
}

fn judge_copy(look: &Path, path: &Path, logs: &[&str], migrations: &[Migration]) -> Result<i64, StoreError> {
    private::folder(look)?;
    let copy = look.join(NAME);
    for suffix in logs.iter().chain(&[""]) {
        let from = beside(path, suffix);
        let to = beside(&copy, suffix);
        private::create(&to)
            .and_then(|mut file| std::io::copy(&mut fs::File::open(&from)?, &mut file))
            .map_err(StoreError::file(&from, "copied to be looked at"))?;
    }
    let connection = connection::open(&copy).map_err(|e| refusal(path, e))?;
    inspect(&connection, path, migrations)
}

/// Asks an open library whether it is whole, and returns its version. `path` is the name to blame.
pub(crate) fn inspect(connection: &Connection, path: &Path, migrations: &[Migration]) -> Result<i64, StoreError> {
    let refuse = |error| refusal(path, error);
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |r| r.get::<_, i64>(0)).map_err(refuse);
    // The log may hold a newer header than the file.
    if number("application_id")? != i64::from(APPLICATION_ID) {
        return Err(header::foreign(path, "it belongs to another program"));
    }
    let version = header::version(path, number("user_version")?, migrate::newest(migrations))?;
    let expected = migrate::expected_shape(migrations, version).map_err(refuse)?;
    if migrate::shape(connection).map_err(refuse)? != expected {
        return Err(damaged(path, "its tables are not those of a Counterweight library"));
    }
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |r| r.get(0)).map_err(refuse)?;
    if verdict != "ok" {
        return Err(StoreError::Damaged {
            path: path.to_owned(),
            reason: "its pages do not fit together".to_owned(),
            source: Some(verdict.into()),
        });
    }
    migrate::foreign_keys_hold(connection).map_err(refuse)?;
    if !table::sequence::is_whole(connection).map_err(refuse)? || !table::client::any(connection).map_err(refuse)? {
        return Err(damaged(path, "rows that every library has are missing"));
    }
    Ok(version)
}

/// What an error of SQLite while opening says about the library.
fn refusal(path: &Path, error: rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly
            | ErrorCode::DiskFull
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::OutOfMemory,
        ) => StoreError::File { path, action: "opened", source: std::io::Error::other(error) },
        _ => StoreError::Damaged { path, reason: "it cannot be read".to_owned(), source: Some(error.into()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_domain::Case;

    const FIRST: &[Migration] = MIGRATIONS.split_at(1).0;
    const TWO: Migration = Migration {
        version: 2,
        sql: "ALTER TABLE client ADD COLUMN colour TEXT NOT NULL DEFAULT '';
              CREATE TABLE round (id TEXT NOT NULL PRIMARY KEY, case_id TEXT NOT NULL REFERENCES case_file (id)) STRICT;",
    };
    const BROKEN: Migration =
        Migration { version: 3, sql: "CREATE TABLE half (x TEXT) STRICT; INSERT INTO nowhere VALUES (1);" };

    fn open_with(folder: &Path, migrations: &[Migration]) -> Result<Store, StoreError> {
        open(folder, Box::new(|| "2026-11-23T16:00:00Z".parse().unwrap()), migrations)
    }

    fn case() -> Case {
        serde_json::from_str(r#"{"format":"counterweight-case","version":1,"name":"A","offers":[{"company":"B"}]}"#)
            .unwrap()
    }

    fn sql(connection: &Connection) -> Vec<(String, Option<String>)> {
        connection
            .prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name")
            .unwrap()
            .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap()
    }

    fn version(connection: &Connection) -> i64 {
        connection.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap()
    }

    #[test]
    fn an_older_library_is_backed_up_and_brought_forward() {
        let steps = [MIGRATIONS[0], TWO];
        let (old, fresh) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let made = open_with(old.path(), FIRST).unwrap().create(&case(), "New case", "main").unwrap();
        let migrated = open_with(old.path(), &steps).unwrap();
        assert_eq!(version(&migrated.connection), 2);
        assert_eq!(migrated.load(&made.id).unwrap().unwrap(), made);
        let fresh = open_with(fresh.path(), &steps).unwrap();
        assert_eq!(sql(&migrated.connection), sql(&fresh.connection), "fresh and migrated are one schema");

        let backup = old.path().join("backups/0001_2026-11-23T16-00-00Z_r1_before-v2.sqlite");
        let copy = connection::open_untouched(&backup).unwrap();
        assert_eq!(version(&copy), 1);
        drop((migrated, fresh, copy));
        // The older program refuses the newer library, and takes the copy in its place.
        let refused = open_with(old.path(), FIRST).unwrap_err();
        assert!(matches!(refused, StoreError::Newer { found: 2, known: 1, .. }), "{refused:?}");
        fs::copy(backup, old.path().join(NAME)).unwrap();
        assert_eq!(open_with(old.path(), FIRST).unwrap().load(&made.id).unwrap().unwrap(), made);
    }

    #[test]
    fn a_library_of_the_first_version_gets_its_history_of_use() {
        let folder = tempfile::tempdir().unwrap();
        let made = open_with(folder.path(), FIRST).unwrap().create(&case(), "New case", "main").unwrap();
        let store = open_with(folder.path(), MIGRATIONS).unwrap();
        assert_eq!(version(&store.connection), 2);
        assert!(store.usage_imports().unwrap().is_empty());
        assert_eq!(store.load(&made.id).unwrap().unwrap(), made);
        assert!(folder.path().join("backups/0001_2026-11-23T16-00-00Z_r1_before-v2.sqlite").is_file());
    }

    #[test]
    fn a_step_that_fails_leaves_the_library_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let made = open_with(folder.path(), FIRST).unwrap().create(&case(), "New case", "main").unwrap();
        match open_with(folder.path(), &[MIGRATIONS[0], TWO, BROKEN]) {
            Err(StoreError::NotMigrated { from: 1, to: 3, backup, .. }) => assert!(backup.is_file()),
            other => panic!("expected NotMigrated, got {other:?}"),
        }
        // Step 2 was whole and stays; step 3 left nothing.
        let store = open_with(folder.path(), &[MIGRATIONS[0], TWO]).unwrap();
        assert_eq!(version(&store.connection), 2);
        assert!(sql(&store.connection).iter().all(|(name, _)| name != "half"));
        assert_eq!(store.load(&made.id).unwrap().unwrap(), made);
    }

    #[test]
    fn an_unfinished_library_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        for suffix in ["", "-wal", "-shm"] {
            fs::write(folder.path().join(format!("{UNFINISHED}{suffix}")), "half").unwrap();
        }
        assert!(open_with(folder.path(), MIGRATIONS).unwrap().cases().unwrap().is_empty());
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(names.iter().all(|n| !n.to_string_lossy().contains(".new")), "{names:?}");
    }
}
