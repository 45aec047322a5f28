//! Cases as files: the exchange document, read with the place of the first mistake.

use crate::error::{Code, ErrorBody};
use counterweight_domain::Case;
use counterweight_domain::case::{FORMAT, VERSION};

/// The largest document that is read: a case of a dozen offers is a few kilobytes.
pub const LARGEST: usize = 16 << 20;

/// Reads a case from the text of its document.
///
/// # Errors
/// When the text is too long, is not JSON, is not a case, or is one of a newer version; with line and column where
/// there is one.
pub fn read_case(text: &str) -> Result<Case, ErrorBody> {
    let refused = |message: String, hint: &str| ErrorBody {
        code: Code::Unreadable,
        message,
        field: None,
        hint: Some(hint.to_owned()),
    };
    if text.len() > LARGEST {
        return Err(refused("This document is larger than any case.".to_owned(), "Check that it is the right file."));
    }
    #[derive(serde::Deserialize)]
    struct Head {
        format: Option<String>,
        version: Option<u32>,
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // The head first: a newer document should be called newer, and not wrong because of a field we do not know.
    if let Ok(head) = serde_json::from_str::<Head>(text) {
        if head.format.as_deref() != Some(FORMAT) {
            return Err(refused(
                format!("This document does not say that it is a case: its “format” is not “{FORMAT}”."),
                "Check that it is the right file.",
            ));
        }
        if head.version.is_some_and(|version| version > VERSION) {
            return Err(refused(
                format!(
                    "This document is of version {}, and this app reads up to {VERSION}.",
                    head.version.unwrap_or(0)
                ),
                "Install the newer version of the app to read it.",
            ));
        }
    }
    serde_json::from_str(text).map_err(|error| {
        refused(
            format!("This document is not a case: {error}."),
            "Nothing was read. The schema is what “cw schema” prints.",
        )
    })
}

/// The JSON Schema of a case.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Case);
    schema.insert("title".to_owned(), "Counterweight case, version 1".into());
    schema.to_value()
}
