//! Where things lie on disk, in one place, overridable for tests and second libraries.

use crate::error::{Code, ErrorBody};
use std::path::PathBuf;

/// Names another folder for the library.
pub const DATA_DIR: &str = "COUNTERWEIGHT_DATA_DIR";

/// The folder of the library: `COUNTERWEIGHT_DATA_DIR`, or the system's place for a person's data.
///
/// # Errors
/// When the system names no home for the person.
pub fn data_dir() -> Result<PathBuf, ErrorBody> {
    if let Some(folder) = std::env::var_os(DATA_DIR).filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder));
    }
    directories::ProjectDirs::from("", "", "counterweight").map(|dirs| dirs.data_dir().to_owned()).ok_or_else(|| {
        ErrorBody {
            code: Code::LibraryRefused,
            message: "This system names no folder for your data, so there is nowhere to keep the library.".to_owned(),
            field: None,
            hint: Some(format!("Set {DATA_DIR} to a folder of your own.")),
        }
    })
}
