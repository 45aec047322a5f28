//! The one door between the page and Rust.
//!
//! `rpc` takes the name of a command and its request, and answers with its response or with an [`ErrorBody`]. Names
//! are judged by the command table of the application, which refuses unknown ones. Three names are the window's own
//! and never reach it: the page's word that its first view stands, its word that it may be closed, and the report of
//! the start probe.

use crate::library::Library;
use crate::{probe, window};
use counterweight_app::ErrorBody;
use serde_json::Value;
use std::sync::Arc;
use tauri::{AppHandle, Runtime, State};

/// The name by which the page says that its first view stands.
pub const PAINTED: &str = "window_painted";

/// The name by which the page says, when asked before closing, that everything typed is written.
pub const MAY_CLOSE: &str = "window_may_close";

/// Does one command, off the main thread.
///
/// # Errors
/// What the command reports, or that the library could not be opened.
#[tauri::command]
pub async fn rpc<R: Runtime>(
    app: AppHandle<R>,
    library: State<'_, Arc<Library>>,
    name: String,
    request: Value,
) -> Result<Value, ErrorBody> {
    match name.as_str() {
        PAINTED => {
            window::painted(&app);
            return Ok(Value::Null);
        }
        MAY_CLOSE => {
            window::close(&app);
            return Ok(Value::Null);
        }
        probe::KEY if probe::script().is_some() => {
            probe::key(window::is_painted(&app));
            return Ok(Value::Null);
        }
        _ => {}
    }
    let library = Arc::clone(&library);
    tauri::async_runtime::spawn_blocking(move || library.call(&name, request))
        .await
        .unwrap_or_else(|fault| Err(ErrorBody::internal(fault)))
}
