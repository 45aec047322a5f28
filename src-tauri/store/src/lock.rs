//! One program at a time: a lock file that the system lets go of when the program ends, however it ends.

use crate::error::StoreError;
use crate::private;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// The name of the lock file. It is never removed: removing it would let two programs lock two files of one name.
pub(crate) const NAME: &str = "library.lock";

/// The lock, held as long as this value lives.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the library in `folder`.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another holder is alive.
    pub(crate) fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(NAME);
        let mut file = private::open_or_create(&path).map_err(StoreError::file(&path, "opened"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // On Windows a locked file cannot be read; then the holder stays unknown.
                let _ = Read::by_ref(&mut file).take(20).read_to_string(&mut text);
                return Err(StoreError::InUse { folder: folder.to_owned(), holder: text.trim().parse().ok() });
            }
            Err(TryLockError::Error(source)) => {
                return Err(StoreError::File { path, action: "locked", source });
            }
        }
        let note = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            write!(file, "{}", std::process::id())
        };
        note(&mut file).map_err(StoreError::file(&path, "written"))?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_holder_is_refused_and_told_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        match Lock::take(folder.path()) {
            Err(StoreError::InUse { holder, .. }) => assert_eq!(holder, Some(std::process::id())),
            other => panic!("expected InUse, got {other:?}"),
        }
        drop(first);
        Lock::take(folder.path()).unwrap();
    }

    #[test]
    fn a_lock_file_left_by_a_dead_program_is_no_lock() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(NAME), "4294967295").unwrap();
        Lock::take(folder.path()).unwrap();
    }
}
