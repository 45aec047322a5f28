//! Copies of the library: made by SQLite, reopened and checked before they count, thinned by age.
//!
//! A copy is called `0012_2026-11-23T16-55-12Z_r431.sqlite`: its number, when it was made, and the revision of the
//! library in it. The number orders copies even when the clock was set back. A copy made before a migration ends in
//! `_before-v2` and is never thinned.

use crate::error::{Cause, StoreError};
use crate::migrate::Migration;
use crate::{connection, open, private, table};
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::limits::Limit;
use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The folder for copies, beside the library.
pub(crate) const FOLDER: &str = "backups";
/// Ending of a copy that is not checked yet.
const UNFINISHED: &str = ".part";
/// The newest copies, which stay whatever their day.
const NEWEST: usize = 3;
/// How many copies stay at most.
const MOST: usize = 10;

/// What the name of a copy says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copy {
    number: u64,
    /// `2026-11-23`, in UTC.
    day: String,
    revision: i64,
    /// Made by the rotation, and so thinned by it.
    regular: bool,
    name: String,
}

impl Copy {
    fn parse(name: &str) -> Option<Self> {
        let mut parts = name.strip_suffix(".sqlite")?.splitn(4, '_');
        let number = parts.next()?.parse().ok()?;
        let (day, _) = parts.next()?.split_once('T')?;
        let revision = parts.next()?.strip_prefix('r')?.parse().ok()?;
        Some(Self { number, day: day.to_owned(), revision, regular: parts.next().is_none(), name: name.to_owned() })
    }
}

/// The copies that rotation removes: all but the three newest and the newest of each day, and at most ten in all.
pub(crate) fn superfluous(copies: &[Copy]) -> Vec<&Copy> {
    let mut regular: Vec<&Copy> = copies.iter().filter(|c| c.regular).collect();
    regular.sort_by_key(|c| std::cmp::Reverse(c.number));
    let mut days = HashSet::new();
    let mut kept = 0;
    let mut gone = Vec::new();
    for (i, copy) in regular.into_iter().enumerate() {
        let first_of_its_day = days.insert(copy.day.as_str());
        if kept < MOST && (i < NEWEST || first_of_its_day) {
            kept += 1;
        } else {
            gone.push(copy);
        }
    }
    gone
}

/// The copies in the folder of a library.
pub(crate) fn list(folder: &Path) -> Result<Vec<Copy>, StoreError> {
    let backups = folder.join(FOLDER);
    let entries = match fs::read_dir(&backups) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::file(backups, "read")(error)),
    };
    let mut copies = Vec::new();
    for entry in entries {
        let entry = entry.map_err(StoreError::file(&backups, "read"))?;
        copies.extend(entry.file_name().to_str().and_then(Copy::parse));
    }
    Ok(copies)
}

/// The revision in the newest copy.
pub(crate) fn newest_revision(folder: &Path) -> Result<Option<i64>, StoreError> {
    Ok(list(folder)?.into_iter().max_by_key(|c| c.number).map(|c| c.revision))
}

/// Makes a copy, checks it, gives it its name, and returns its path.
pub(crate) fn make(
    connection: &Connection,
    folder: &Path,
    now: Timestamp,
    named: Option<&str>,
    migrations: &[Migration],
) -> Result<PathBuf, StoreError> {
    let backups = folder.join(FOLDER);
    private::folder(&backups)?;
    private::close_folder(&backups, |_| true)?;
    let revision = table::sequence::value(connection).map_err(StoreError::read)?;
    let number = list(folder)?.iter().map(|c| c.number).max().unwrap_or(0) + 1;
    let ending = named.map(|n| format!("_{n}")).unwrap_or_default();
    let name = format!("{number:04}_{}_r{revision}{ending}.sqlite", now.strftime("%Y-%m-%dT%H-%M-%SZ"));
    let path = backups.join(&name);
    let part = backups.join(format!("copy{UNFINISHED}"));
    let result = write(connection, &part, revision, migrations).and_then(|()| {
        fs::rename(&part, &path)?;
        Ok(private::sync_folder(&backups)?)
    });
    if let Err(source) = result {
        // What is left of a failed copy is removed by the next one if it cannot be removed now.
        let _ = private::remove(&part);
        return Err(StoreError::NotBackedUp { source });
    }
    Ok(path)
}

/// Removes the copies that rotation does not keep.
pub(crate) fn thin(folder: &Path) -> Result<(), StoreError> {
    for copy in superfluous(&list(folder)?) {
        let path = folder.join(FOLDER).join(&copy.name);
        private::remove(&path).map_err(StoreError::file(&path, "removed"))?;
    }
    Ok(())
}

fn write(connection: &Connection, part: &Path, revision: i64, migrations: &[Migration]) -> Result<(), Cause> {
    private::remove(part)?;
    // VACUUM INTO takes an empty file, and so the copy is closed to others before there is anything in it.
    let file = private::create(part)?;
    let target = part.to_str().ok_or("the name of the folder is not readable text")?;
    // VACUUM INTO attaches its target, which is otherwise forbidden.
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
    let copied = connection.execute("VACUUM INTO ?1", [target]);
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    copied?;
    file.sync_all()?;
    let copy = connection::open_untouched(part)?;
    open::inspect(&copy, part, migrations)?;
    if table::sequence::value(&copy)? != revision {
        return Err("the copy is not of the same revision".into());
    }
    for table in ["case_file", "offer", "undo_entry", "undo_row", "setting", "client"] {
        let count = |c: &Connection| c.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get::<_, i64>(0));
        if count(connection)? != count(&copy)? {
            return Err(format!("the copy lacks rows of {table}").into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(names: &[&str]) -> Vec<u64> {
        let copies: Vec<Copy> = names.iter().map(|n| Copy::parse(n).unwrap()).collect();
        let gone = superfluous(&copies);
        let mut kept: Vec<u64> = copies.iter().filter(|c| !gone.contains(c)).map(|c| c.number).collect();
        kept.sort_unstable();
        kept
    }

    fn on(days: &[u32]) -> Vec<String> {
        days.iter().enumerate().map(|(i, d)| format!("{:04}_2026-01-{d:02}T10-00-00Z_r{i}.sqlite", i + 1)).collect()
    }

    fn kept_on(days: &[u32]) -> Vec<u64> {
        let names = on(days);
        kept(&names.iter().map(String::as_str).collect::<Vec<_>>())
    }

    #[test]
    fn rotation_keeps_three_newest_one_a_day_and_ten_in_all() {
        assert_eq!(kept_on(&[]), Vec::<u64>::new());
        assert_eq!(kept_on(&[5, 5, 5]), [1, 2, 3]);
        // Four on one day: the oldest goes.
        assert_eq!(kept_on(&[5, 5, 5, 5]), [2, 3, 4]);
        // Two earlier days with two each: the later of each stays, beside the three newest.
        assert_eq!(kept_on(&[1, 1, 2, 2, 5, 5, 5]), [2, 4, 5, 6, 7]);
        // Twelve days: the ten newest.
        assert_eq!(kept_on(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        // Three on the last day use up two of the ten places.
        assert_eq!(kept_on(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    }

    #[test]
    fn a_clock_set_back_does_not_cost_the_newest_copy() {
        assert_eq!(kept_on(&[20, 20, 20, 1]), [2, 3, 4]);
    }

    #[test]
    fn copies_made_before_a_migration_and_other_files_stay() {
        assert!(Copy::parse("notes.txt").is_none());
        assert!(Copy::parse("holiday.sqlite").is_none());
        let names = [
            "0001_2026-01-05T10-00-00Z_r1_before-v2.sqlite",
            "0002_2026-01-05T11-00-00Z_r2.sqlite",
            "0003_2026-01-05T12-00-00Z_r3.sqlite",
            "0004_2026-01-05T13-00-00Z_r4.sqlite",
            "0005_2026-01-05T14-00-00Z_r5.sqlite",
        ];
        assert_eq!(kept(&names), [1, 3, 4, 5]);
    }
}
