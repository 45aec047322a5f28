//! What could not be read, by file, with a reason: nothing is skipped in silence.

use serde::Serialize;
use std::path::PathBuf;

/// Why a file, or a line of it, gave no usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// The folder or file may not be opened by this user.
    NoPermission,
    /// The folder or file is not there, or its link leads nowhere.
    Missing,
    /// A link leads back to itself.
    LinkLoop,
    /// A pipe, a socket or a device.
    NotAFile,
    /// The disk or the system reported an error.
    ReadError,
    /// The file holds no log of a client known here.
    NotALog,
    /// The line is not JSON.
    NotJson,
    /// The last line stops in the middle: the file was cut off, or its program is still writing.
    Unfinished,
    /// The line is longer than 8 MiB, which no answer is.
    TooLong,
    /// The usage has no time, so it belongs to no day.
    NoTime,
    /// A SQLite database without the tables of a known client, or in a form that is not read here.
    Database,
    /// Pages or rows of a database do not fit together: it is damaged, or was changed while it was read.
    Damaged,
    /// The file inside the ZIP says it unpacks to more than any export holds: it may be built to fill memory or disk.
    ZipBomb,
    /// The ZIP, or a file in it, is damaged, locked by a password, or packed in a way not known here.
    BadZip,
    /// The table has no columns of a known export.
    NoColumns,
    /// The row has other cells than the table has columns.
    NotARow,
}

impl Reason {
    /// Why, as a clause: "the line is not JSON".
    pub fn words(self) -> &'static str {
        match self {
            Reason::NoPermission => "you may not open it",
            Reason::Missing => "it is not there, or its link leads nowhere",
            Reason::LinkLoop => "its link leads back to itself",
            Reason::NotAFile => "it is a pipe, a socket or a device",
            Reason::ReadError => "the disk or the system reported an error",
            Reason::NotALog => "it holds no log of a known program",
            Reason::NotJson => "the line is not JSON",
            Reason::Unfinished => "the last line stops in the middle",
            Reason::TooLong => "the line is longer than 8 MiB",
            Reason::NoTime => "the usage has no time",
            Reason::Database => "it is a SQLite database without the tables of a known program",
            Reason::Damaged => "the database is damaged there, or was changed while it was read",
            Reason::ZipBomb => "it unpacks to far more than any export holds",
            Reason::BadZip => "the ZIP is damaged, locked, or packed in an unknown way",
            Reason::NotARow => "the row does not fit the columns",
            Reason::NoColumns => "its columns are not those of a known export",
        }
    }

    /// True if usage may be lost by it. A file that is no log takes nothing away.
    pub fn loses_usage(self) -> bool {
        !matches!(self, Reason::NotALog | Reason::NotAFile)
    }

    pub(crate) fn of(error: &std::io::Error) -> Reason {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::PermissionDenied => Reason::NoPermission,
            ErrorKind::NotFound => Reason::Missing,
            // The kind for a loop of links is not stable yet; these are its numbers on Linux and macOS.
            _ if cfg!(unix) && matches!(error.raw_os_error(), Some(40 | 62)) => Reason::LinkLoop,
            _ => Reason::ReadError,
        }
    }
}

/// A file or folder that was refused, or the lines of a file that were refused for one reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refused {
    /// Where it is.
    pub path: PathBuf,
    /// The first line refused for this reason, from 1; `None` if it is the whole file or folder.
    pub line: Option<u64>,
    /// Why.
    pub reason: Reason,
    /// How many lines of this file were refused for this reason; 0 for a whole file or folder.
    pub lines: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    /// What the system says where this user may not read; the administrator, who may run the tests, is never told so.
    #[test]
    fn errors_of_the_system_have_reasons() {
        assert_eq!(Reason::of(&Error::from(ErrorKind::PermissionDenied)), Reason::NoPermission);
        assert_eq!(Reason::of(&Error::from(ErrorKind::NotFound)), Reason::Missing);
        assert_eq!(Reason::of(&Error::from(ErrorKind::UnexpectedEof)), Reason::ReadError);
    }
}
