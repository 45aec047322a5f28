//! What a person prefers: colours and keys.

use crate::App;
use crate::error::ErrorBody;
use crate::wire::{Nothing, Preferences, ThemeChoice};

/// The setting that holds them, as JSON.
const KEY: &str = "preferences";

/// What the person prefers; the usual when nothing was chosen or an older app wrote what this one cannot read.
///
/// # Errors
/// When the library cannot be read.
pub fn get(app: &App, _: Nothing) -> Result<Preferences, ErrorBody> {
    let kept = app.store().setting(KEY)?;
    let usual = Preferences { theme: ThemeChoice::System, single_keys: true };
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(usual))
}

/// Keeps what the person prefers.
///
/// # Errors
/// When it cannot be saved; the last saved state stands.
pub fn set(app: &App, request: Preferences) -> Result<Preferences, ErrorBody> {
    let text = serde_json::to_string(&request).map_err(ErrorBody::internal)?;
    app.store().set_setting(KEY, &text)?;
    Ok(request)
}
