//! The first 100 bytes of a library, read without SQLite, so that a file that is not ours stays untouched.
//!
//! Layout: “Database File Format”, section 1.3, <https://www.sqlite.org/fileformat2.html#the_database_header>.

use crate::error::StoreError;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

/// `CWLB`, in the header's field for the owner of a file.
pub(crate) const APPLICATION_ID: i32 = 0x4357_4C42;

const SIZE: usize = 100;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What a file says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// Version of the schema, 1 or more.
    pub(crate) version: i64,
    /// How long the file must be at least, in bytes, unless a log holds the rest of it.
    pub(crate) length: u64,
}

/// Reads the header of `path`; nothing when there is no such file.
///
/// # Errors
/// [`StoreError::Foreign`], [`StoreError::Newer`] or [`StoreError::Damaged`]; the file is only read.
pub(crate) fn read(path: &Path, known: i64) -> Result<Option<Header>, StoreError> {
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::file(path, "read")(error)),
    };
    if !kind.is_file() {
        // A link would part the library from its log, and a pipe would make the program wait for ever.
        return Err(foreign(path, "it is not a plain file"));
    }
    let mut bytes = Vec::with_capacity(SIZE);
    File::open(path)
        .and_then(|file| file.take(SIZE as u64).read_to_end(&mut bytes))
        .map_err(StoreError::file(path, "read"))?;
    parse(path, &bytes, known).map(Some)
}

fn parse(path: &Path, bytes: &[u8], known: i64) -> Result<Header, StoreError> {
    if bytes.is_empty() {
        return Err(damaged(path, "it is empty"));
    }
    if bytes.iter().all(|b| *b == 0) {
        return Err(damaged(path, "it begins with nothing but zeros"));
    }
    if !bytes.starts_with(&MAGIC[..bytes.len().min(MAGIC.len())]) {
        return Err(foreign(path, "it is not an SQLite file"));
    }
    if bytes.len() < SIZE {
        return Err(damaged(path, "it ends inside its first page"));
    }
    let field = |at: usize| i32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    if field(68) != APPLICATION_ID {
        return Err(foreign(path, "it belongs to another program"));
    }
    // Bytes 18 and 19 are 1 for a rollback journal, as in a backup, and 2 for a write-ahead log.
    if bytes[18] != bytes[19] || !(1..=2).contains(&bytes[18]) {
        return Err(damaged(path, "its header does not make sense"));
    }
    // A page of 65,536 bytes does not fit the field and is written as 1.
    let page = match u16::from_be_bytes([bytes[16], bytes[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let pages = u32::from_be_bytes([bytes[28], bytes[29], bytes[30], bytes[31]]);
    let version = version(path, i64::from(field(60)), known)?;
    Ok(Header { version, length: page * u64::from(pages) })
}

/// Judges the version number of a library.
pub(crate) fn version(path: &Path, found: i64, known: i64) -> Result<i64, StoreError> {
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    if found < 1 {
        return Err(damaged(path, "it has no version"));
    }
    Ok(found)
}

pub(crate) fn foreign(path: &Path, reason: &str) -> StoreError {
    StoreError::Foreign { path: path.to_owned(), reason: reason.to_owned() }
}

pub(crate) fn damaged(path: &Path, reason: &str) -> StoreError {
    StoreError::Damaged { path: path.to_owned(), reason: reason.to_owned(), source: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Vec<u8> {
        let mut bytes = vec![0; SIZE];
        bytes[..16].copy_from_slice(MAGIC);
        bytes[18] = 2;
        bytes[19] = 2;
        bytes[60..64].copy_from_slice(&1_i32.to_be_bytes());
        bytes[68..72].copy_from_slice(b"CWLB");
        bytes
    }

    fn verdict(bytes: &[u8]) -> &'static str {
        match parse(Path::new("x"), bytes, 3) {
            Ok(_) => "ours",
            Err(StoreError::Foreign { .. }) => "foreign",
            Err(StoreError::Newer { .. }) => "newer",
            Err(StoreError::Damaged { .. }) => "damaged",
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn verdicts() {
        let with = |at: usize, bytes: &[u8]| {
            let mut header = ours();
            header[at..at + bytes.len()].copy_from_slice(bytes);
            header
        };
        assert_eq!(verdict(&ours()), "ours");
        assert_eq!(verdict(&with(60, &3_i32.to_be_bytes())), "ours");
        assert_eq!(verdict(&with(60, &4_i32.to_be_bytes())), "newer");
        assert_eq!(verdict(&with(60, &i32::MAX.to_be_bytes())), "newer");
        assert_eq!(verdict(&with(60, &0_i32.to_be_bytes())), "damaged");
        assert_eq!(verdict(&with(60, &(-1_i32).to_be_bytes())), "damaged");
        assert_eq!(verdict(&with(68, &[0; 4])), "foreign");
        assert_eq!(verdict(&with(68, b"GPKG")), "foreign");
        assert_eq!(verdict(&with(18, &[3, 3])), "damaged");
        assert_eq!(verdict(&with(18, &[2, 1])), "damaged");
        assert_eq!(verdict(&with(0, b"PK\x03\x04")), "foreign");
        assert_eq!(verdict(b""), "damaged");
        assert_eq!(verdict(b"SQLite"), "damaged");
        assert_eq!(verdict(b"Hello"), "foreign");
        assert_eq!(verdict(&[0; 100]), "damaged");
        assert_eq!(verdict(&ours()[..99]), "damaged");
    }
}
