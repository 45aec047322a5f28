//! What a person is told when the library cannot do something.

use std::error::Error;
use std::io;
use std::path::PathBuf;

/// A cause from below, kept for the log.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Why the library refused, or could not do, something. The text of each is a plain sentence for people.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another program, or another window of this one, holds the library.
    #[error("The library in {} is open in another program{}. Nothing was changed. Close it there, then try again.",
        .folder.display(), .holder.map(|p| format!(" (process {p})")).unwrap_or_default())]
    InUse {
        /// The folder of the library.
        folder: PathBuf,
        /// The process that holds it, when that is known.
        holder: Option<u32>,
    },
    /// The file is something else: not SQLite, or the database of another program.
    #[error("{} is not a Counterweight library: {reason}. The file was left as it is. Move it elsewhere and start again; a new library is made then.",
        .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Why, as the end of a sentence.
        reason: String,
    },
    /// The library was written by a newer version of the program.
    #[error("{} was written by a newer Counterweight (library version {found}, this one knows up to {known}). It was left as it is. Install the newer version to open it.",
        .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Version of the library.
        found: i64,
        /// The newest version this build knows.
        known: i64,
    },
    /// The library is broken.
    #[error("The library {} is damaged: {reason}. It was left as it is. Copies are in the folder “backups” beside it; move the damaged file away and put the newest copy in its place.",
        .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Why, as the end of a sentence.
        reason: String,
        /// What SQLite said, when it was SQLite that found it.
        #[source]
        source: Option<Cause>,
    },
    /// A file or folder could not be used.
    #[error("{} could not be {action}: {source}. What was saved before is safe. Check that the disk has room and that you may write there.",
        .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What was tried, as a participle: `read`.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A change could not be written.
    #[error(
        "The change could not be saved. The library still holds the last saved state. Check that the disk has room, then try again."
    )]
    NotSaved {
        /// What SQLite said.
        #[source]
        source: Cause,
    },
    /// Something could not be read from the open library.
    #[error(
        "The library could not be read. Nothing was changed. Start the program again; if it happens twice, use a copy from the folder “backups”."
    )]
    NotRead {
        /// What SQLite said.
        #[source]
        source: Cause,
    },
    /// A case in the library cannot be understood.
    #[error(
        "This case could not be read from the library. It was left as it is, and all other cases work. A copy from the folder “backups” may still hold it."
    )]
    Unreadable {
        /// The case.
        id: String,
        /// What is wrong with it.
        #[source]
        source: Cause,
    },
    /// The case was changed by somebody else since it was loaded.
    #[error(
        "This case was changed elsewhere since it was opened here. The newer state is kept and your change was not saved. Load the case again, then repeat the change."
    )]
    Stale {
        /// The case.
        id: String,
        /// The revision the change started from.
        from: u64,
        /// The revision in the library.
        current: u64,
    },
    /// There is no such case.
    #[error("This case is not in the library any more. Nothing was changed. If it was deleted, undo brings it back.")]
    NotFound {
        /// The case that was asked for.
        id: String,
    },
    /// A text is larger than the library keeps.
    #[error(
        "{what} is too large to be saved: {bytes} bytes, and the most is {most}. The last saved state is kept. Shorten the longest text in it."
    )]
    TooLarge {
        /// What is too large, as the start of a sentence.
        what: &'static str,
        /// Its size as JSON, in bytes.
        bytes: usize,
        /// The most that is kept, in bytes.
        most: usize,
    },
    /// A copy of the library could not be made or did not pass its test.
    #[error(
        "No backup could be made. The library itself is safe and no older backup was removed. Check that the disk has room."
    )]
    NotBackedUp {
        /// What went wrong.
        #[source]
        source: Cause,
    },
    /// The library could not be brought to this version.
    #[error("The library could not be brought from version {from} to version {to}. Nothing in it is lost, and a copy of its old form is at {}. Until this is mended, put that copy in its place and use the older program.",
        .backup.display())]
    NotMigrated {
        /// The version it has.
        from: i64,
        /// The version it should get.
        to: i64,
        /// The copy that was made before.
        backup: PathBuf,
        /// What went wrong.
        #[source]
        source: Cause,
    },
    /// This build carries an SQLite that may lose commits.
    #[error(
        "This program was built with SQLite {found}, which can lose data. The library was not opened. Install a proper build."
    )]
    UnsafeBuild {
        /// The version number, as in `3054001`.
        found: i32,
    },
}

impl StoreError {
    /// Reading from the open library failed.
    pub(crate) fn read(source: rusqlite::Error) -> Self {
        Self::NotRead { source: source.into() }
    }

    /// Writing to the open library failed.
    pub(crate) fn write(source: rusqlite::Error) -> Self {
        Self::NotSaved { source: source.into() }
    }

    /// Wraps an input or output error with the file and what was tried.
    pub(crate) fn file(path: impl Into<PathBuf>, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, action, source }
    }
}
