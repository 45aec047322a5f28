//! Files and folders that only their owner can read, whatever the umask says.

use crate::error::StoreError;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes the folder, and those above it that are missing, with mode 0700.
pub(crate) fn folder(path: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(StoreError::file(path, "created"))
}

/// Closes an existing folder to others, if nothing but the library is in it.
///
/// A folder that holds other things, such as a person's Documents, keeps its mode: the files of the library are
/// closed one by one in any case.
pub(crate) fn close_folder(path: &Path, ours: impl Fn(&str) -> bool) -> Result<(), StoreError> {
    let wrap = || StoreError::file(path, "read");
    for entry in fs::read_dir(path).map_err(wrap())? {
        if !entry.map_err(wrap())?.file_name().to_str().is_some_and(&ours) {
            return Ok(());
        }
    }
    set_mode(path, 0o700).map_err(StoreError::file(path, "closed to other users"))
}

/// Opens `path` for reading and writing; makes it with mode 0600 when it is missing.
pub(crate) fn open_or_create(path: &Path) -> io::Result<File> {
    let file = options().create(true).truncate(false).open(path)?;
    set_mode(path, 0o600)?;
    Ok(file)
}

/// Makes a new empty file with mode 0600.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let file = options().create_new(true).open(path)?;
    set_mode(path, 0o600)?;
    Ok(file)
}

/// Closes an existing file to others; a missing one is fine.
pub(crate) fn close_file(path: &Path) -> io::Result<()> {
    match set_mode(path, 0o600) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Removes a file; a missing one is fine.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Makes the names in a folder survive a power cut.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    // Windows cannot open a folder as a file, and its file system orders names by itself.
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = fs::metadata(path)?.permissions();
    if permissions.mode() & 0o7777 == mode {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(path: &Path, _: u32) -> io::Result<()> {
    // On Windows the folder of a user profile is already closed to other users.
    fs::metadata(path).map(|_| ())
}
