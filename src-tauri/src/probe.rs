//! The start probe: when does the window accept its first key press?
//!
//! Off unless `COUNTERWEIGHT_START_PROBE` is set, which only `cargo xtask bench start` does. Then the page gets one
//! listener that reports trusted key presses, and the first one that arrives after the page has said that its first
//! view stands is written to standard output. The bare window of the bench includes this same file, so that both
//! programs are measured by one rule. It never sees which key was pressed.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

/// The name under which the page reports a key press through `rpc`.
pub const KEY: &str = "probe_key";

/// The line written to standard output at the first accepted key press.
pub const ACCEPTED: &str = "first-input-accepted";

/// The script the page gets, or nothing when the probe is off.
pub fn script() -> Option<&'static str> {
    std::env::var_os("COUNTERWEIGHT_START_PROBE").map(|_| {
        "addEventListener('keydown', (event) => {
            if (event.isTrusted) window.__TAURI_INTERNALS__.invoke('rpc', { name: 'probe_key', request: null });
        }, true);"
    })
}

/// Takes a report from the page; `painted` says whether its first view already stands.
pub fn key(painted: bool) {
    static SAID: AtomicBool = AtomicBool::new(false);
    if painted && !SAID.swap(true, Ordering::AcqRel) {
        let mut out = std::io::stdout();
        // Nobody to read it means nobody measures; the application goes on.
        let _ = writeln!(out, "{ACCEPTED}").and_then(|()| out.flush());
    }
}
