//! Use cases: what the window, the command line and the tests ask for, as one table of commands.
//!
//! A command is a plain function of the [`App`] and its request. It loads or is given a case, calls the libraries
//! that know the rules, and puts their answer into words. Errors are one type with a code and a plain message.
//!
//! **Never here:** a rule of what an offer is worth, SQL, Tauri. Where the library lies and what time it is are the
//! [`Host`]'s to say, so that tests can say otherwise.
//!
//! Start reading at [`commands`], then one file of `command/`. To add a command: its types in [`wire`], its function
//! in `command/`, its line in [`commands`], then `cargo bindings`.

pub mod bindings;
pub mod command;
pub mod commands;
pub mod error;
pub mod files;
pub mod host;
pub mod paths;
pub mod runs;
pub mod sample;
pub mod speed_report;
pub mod usage;
pub mod verify;
pub mod wire;
mod words;

pub use commands::dispatch;
pub use error::{Code, ErrorBody};
pub use host::Host;

use counterweight_store::Store;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The running app: an open library and the machine it runs on.
pub struct App {
    /// Dropped first: an import under way is cancelled while the library is still open.
    import: Mutex<Option<command::usage::Import>>,
    store: Arc<Mutex<Store>>,
    host: Arc<dyn Host>,
    runs: runs::Runs,
}

impl App {
    /// Opens the library in the host's folder, makes it when there is none, and backs it up when it changed since
    /// the last backup.
    ///
    /// # Errors
    /// When the library is held by another program, is not one, is damaged, or is of a newer version. Nothing in
    /// it is touched then.
    pub fn open(host: impl Host) -> Result<Self, ErrorBody> {
        let host: Arc<dyn Host> = Arc::new(host);
        let clock = Arc::clone(&host);
        let mut store = Store::open(&host.data_dir()?, move || clock.now())?;
        // A backup that fails is no reason to keep a person from their work; the next start tries again.
        if store.changed_since_backup().unwrap_or(false) {
            let _ = store.back_up();
        }
        Ok(Self { import: Mutex::new(None), store: Arc::new(Mutex::new(store)), host, runs: runs::Runs::default() })
    }

    /// The library. Held only while reading or writing, never while computing.
    fn store(&self) -> MutexGuard<'_, Store> {
        // A panic while it was held left a transaction that was rolled back: the library is as it was.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
