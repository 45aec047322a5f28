//! The shell: one window, one `rpc` command, and nothing of the domain.
//!
//! It opens the library while the web view starts, shows the window once the page has painted its first view, and
//! hands each call of the page to the command table of `counterweight_app`. It is the only Rust code that names
//! Tauri. It must never compute a figure, read a case, or know what an offer is: a rule found here is in the wrong
//! place. Start reading at [`run`], then [`ipc`].

mod host;
pub mod ipc;
pub mod library;
mod probe;
mod webkit;
mod window;

use library::Library;
use std::process::ExitCode;
use std::sync::Arc;
use tauri::{Builder, Context, Runtime};

/// Opens the application; returns when its window is closed.
pub fn run() -> ExitCode {
    if !host::has_display() {
        eprintln!(
            "There is no display here, so Counterweight cannot open its window. Nothing in the library was changed."
        );
        return ExitCode::FAILURE;
    }
    webkit::prepare();
    let library = Library::opening(host::open);

    let app = assemble(Builder::default(), Arc::clone(&library))
        .plugin(window::remembered())
        .plugin(tauri_plugin_opener::init())
        .setup(|app| {
            window::defer_to_running(app.handle());
            Ok(window::open(app.handle())?)
        })
        .build(context());
    let app = match app {
        Ok(app) => app,
        Err(error) => {
            eprintln!("Counterweight could not open its window: {error}. Nothing in the library was changed.");
            return ExitCode::FAILURE;
        }
    };
    let code = app.run_return(|_, _| {});
    library.close();
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// The parts that do not need a real window: the state, and the one command. Tests put them on a mock runtime.
pub fn assemble<R: Runtime>(builder: Builder<R>, library: Arc<Library>) -> Builder<R> {
    builder.manage(library).manage(window::Life::default()).invoke_handler(tauri::generate_handler![ipc::rpc])
}

/// The configuration, the embedded pages and the permissions, as they were at build time.
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}
