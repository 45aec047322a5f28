//! What the machine gives the app: a folder, the time and the day.

use crate::error::ErrorBody;
use crate::paths;
use counterweight_domain::CivilDate;
use counterweight_store::Timestamp;
use std::path::PathBuf;

/// The machine the app runs on. The defaults are the real one; a test says otherwise.
pub trait Host: Send + Sync + 'static {
    /// The folder of the library.
    ///
    /// # Errors
    /// When the system names no folder for a person's data.
    fn data_dir(&self) -> Result<PathBuf, ErrorBody> {
        paths::data_dir()
    }

    /// This instant.
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// Today where the person is.
    fn today(&self) -> CivilDate {
        let date = jiff::tz::TimeZone::system().to_datetime(self.now()).date();
        CivilDate::new(date.year(), date.month(), date.day()).expect("a date of the calendar is one")
    }
}

/// The machine as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThisMachine;

impl Host for ThisMachine {}
