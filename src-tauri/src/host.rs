//! What the environment of the shell asks for: which library, and where the window keeps what is its own.

use counterweight_app::host::ThisMachine;
use counterweight_app::{App, ErrorBody, paths};
use std::path::PathBuf;

/// Opens the library of this machine's person.
///
/// # Errors
/// Why it cannot be opened.
pub fn open() -> Result<App, ErrorBody> {
    App::open(ThisMachine)
}

/// Whether this start was given a folder of its own, as tests and second libraries are.
pub fn has_own_folder() -> bool {
    std::env::var_os(paths::DATA_DIR).is_some_and(|folder| !folder.is_empty())
}

/// Where the size and place of the window are kept, if not in the usual place: with the library it belongs to.
pub fn window_state_file() -> Option<String> {
    if !has_own_folder() {
        return None;
    }
    paths::data_dir().ok()?.join("window-state.json").into_os_string().into_string().ok()
}

/// Where the web view keeps its storage while a WebDriver steers it; nothing otherwise.
pub fn web_driver_folder() -> Option<PathBuf> {
    let is_driven = std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some_and(|value| value == "true");
    if !is_driven {
        return None;
    }
    Some(paths::data_dir().ok()?.join("webview"))
}

/// Whether a window can be shown at all; without a display GTK would end the program with a panic.
pub fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
