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
    webkit::prepare();
    let library = Library::opening(host::open);

    let mut builder = Builder::default();
    // First of all plugins: a second start ends here and brings the running window forward. With a folder of its own
    // a start is meant to stand beside the others. It is a courtesy, not the lock: the library guards itself.
    if !host::has_own_folder() {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| window::bring_forward(app)));
    }
    let app = assemble(builder, Arc::clone(&library))
        .plugin(window::remembered())
        .plugin(tauri_plugin_opener::init())
        .setup(|app| Ok(window::open(app.handle())?))
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
