//! The binary: everything is in the library beside it, so that tests can use it too.

// Without it, Windows opens a console beside the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    counterweight::run()
}
