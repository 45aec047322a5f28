//! The library as the shell holds it: being opened, open, refused, or closed.
//!
//! Opening happens on a thread of its own while the web view starts. A library that cannot be opened is no reason not
//! to open the window: every command is then answered with the reason, and the page says it in plain words. It is
//! closed by hand when the program ends, because Tauri never drops the state it was given.

use counterweight_app::{App, Code, ErrorBody, dispatch};
use serde_json::Value;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// Opens the library, or says why not.
type Open = dyn Fn() -> Result<App, ErrorBody> + Send + Sync;

/// The library, or the reason why there is none.
pub struct Library {
    open: Box<Open>,
    state: OnceLock<RwLock<Result<App, ErrorBody>>>,
}

impl Library {
    /// Begins to open the library in the background.
    pub fn opening(open: impl Fn() -> Result<App, ErrorBody> + Send + Sync + 'static) -> Arc<Self> {
        let library = Arc::new(Self { open: Box::new(open), state: OnceLock::new() });
        let worker = Arc::clone(&library);
        std::thread::spawn(move || {
            worker.state();
        });
        library
    }

    /// Does one command of the table. Waits while the library is being opened.
    ///
    /// # Errors
    /// What the command reports, or why there is no library; the latter stays the same until the program is started
    /// again.
    pub fn call(&self, name: &str, request: Value) -> Result<Value, ErrorBody> {
        let app = self.state().read().unwrap_or_else(PoisonError::into_inner);
        dispatch(app.as_ref().map_err(Clone::clone)?, name, request)
    }

    /// Closes the library once the commands under way have ended; later ones are refused.
    pub fn close(&self) {
        let closed = ErrorBody {
            code: Code::LibraryRefused,
            message: "The program is closing.".to_owned(),
            field: None,
            hint: Some("What was saved is safe.".to_owned()),
        };
        *self.state().write().unwrap_or_else(PoisonError::into_inner) = Err(closed);
    }

    /// Whoever comes first opens, all others wait; were the opening thread to panic, the next caller would try.
    fn state(&self) -> &RwLock<Result<App, ErrorBody>> {
        self.state.get_or_init(|| RwLock::new((self.open)()))
    }
}
