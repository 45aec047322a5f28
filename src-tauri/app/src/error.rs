//! What a person is told when a command cannot be done.

use serde::Serialize;
use ts_rs::TS;

/// The only error on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, thiserror::Error)]
#[error("{message}")]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// What kind it is; a code exists only when the window acts on it.
    pub code: Code,
    /// What happened and what was kept safe, in plain words.
    pub message: String,
    /// The field it belongs to, as its path.
    pub field: Option<String>,
    /// What to do, in plain words.
    pub hint: Option<String>,
}

/// Kinds of error that the window tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// The request is not one this app knows.
    BadRequest,
    /// What was asked for is not there.
    NotFound,
    /// A newer request of the same name has taken this one's place; there is nothing to show.
    Overtaken,
    /// Somebody else saved in between; the newer state has to be loaded first.
    Stale,
    /// The library cannot be opened; nothing in it was touched.
    LibraryRefused,
    /// Another program holds the library.
    LibraryInUse,
    /// The disk did not take the change; the last saved state stands.
    NotSaved,
    /// A file cannot be read as what it should be.
    Unreadable,
    /// A fault of this app.
    Internal,
}

impl ErrorBody {
    /// A request that is not in the form its command asks for.
    pub fn bad_request(error: serde_json::Error) -> Self {
        Self {
            code: Code::BadRequest,
            message: format!("This request is not in the form the command asks for: {error}."),
            field: None,
            hint: Some("Nothing was changed.".to_owned()),
        }
    }

    /// A fault of this app.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self {
            code: Code::Internal,
            message: format!("The app made a mistake: {error}."),
            field: None,
            hint: Some("What was saved is safe. Start the app again if it happens twice.".to_owned()),
        }
    }

    /// A command that does not exist.
    pub fn unknown_command(name: &str) -> Self {
        let shown: String = name.chars().take(40).collect();
        Self {
            code: Code::BadRequest,
            message: format!("There is no command “{shown}”."),
            field: None,
            hint: Some("Nothing was changed.".to_owned()),
        }
    }
}

impl From<counterweight_store::StoreError> for ErrorBody {
    fn from(error: counterweight_store::StoreError) -> Self {
        use counterweight_store::StoreError as E;
        let code = match &error {
            E::InUse { .. } => Code::LibraryInUse,
            E::Stale { .. } => Code::Stale,
            E::NotFound { .. } => Code::NotFound,
            E::NotSaved { .. } | E::TooLarge { .. } => Code::NotSaved,
            E::Unreadable { .. } | E::NotRead { .. } => Code::Unreadable,
            _ => Code::LibraryRefused,
        };
        Self { code, message: error.to_string(), field: None, hint: None }
    }
}
