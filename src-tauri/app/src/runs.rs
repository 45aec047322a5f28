//! Runs of futures that are under way: a newer run of the same name stops the one before it.

use crate::error::{Code, ErrorBody};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The newest run of each name.
#[derive(Debug, Default)]
pub struct Runs(Mutex<HashMap<String, Arc<AtomicBool>>>);

/// One run, which goes on until a newer one of its name begins.
#[derive(Debug, Default)]
pub struct Run(Arc<AtomicBool>);

/// Names that are kept at most; a window has a few.
const MOST_NAMES: usize = 64;

impl Runs {
    /// Begins a run and stops the one of the same name, if any is under way. Without a name nothing can stop it.
    pub fn begin(&self, name: Option<&str>) -> Run {
        let run = Run::default();
        let Some(name) = name else { return run };
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if runs.len() >= MOST_NAMES {
            runs.retain(|_, stopped| Arc::strong_count(stopped) > 1);
        }
        if let Some(overtaken) = runs.insert(name.to_owned(), Arc::clone(&run.0)) {
            overtaken.store(true, Ordering::Relaxed);
        }
        run
    }

    /// Stops the run of this name, if any is under way.
    pub fn stop(&self, name: &str) {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stopped) = runs.remove(name) {
            stopped.store(true, Ordering::Relaxed);
        }
    }
}

impl Run {
    /// False once a newer run of the same name has begun.
    pub fn goes_on(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
    }

    /// What is told to whoever asked for a run that was stopped.
    pub fn overtaken() -> ErrorBody {
        ErrorBody {
            code: Code::Overtaken,
            message: "A newer question has taken the place of this one.".to_owned(),
            field: None,
            hint: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_run_stops_the_one_of_its_name_and_no_other() {
        let runs = Runs::default();
        let (first, other, unnamed) = (runs.begin(Some("compare")), runs.begin(Some("fan")), runs.begin(None));
        assert!(first.goes_on() && other.goes_on());
        let second = runs.begin(Some("compare"));
        assert!(!first.goes_on(), "overtaken");
        assert!(second.goes_on() && other.goes_on() && unnamed.goes_on());
        runs.stop("compare");
        assert!(!second.goes_on() && other.goes_on(), "stopped by name");
    }

    #[test]
    fn names_of_runs_that_ended_are_forgotten() {
        let runs = Runs::default();
        for n in 0..1_000 {
            runs.begin(Some(&n.to_string()));
        }
        assert!(runs.0.lock().expect("not poisoned").len() <= MOST_NAMES);
    }
}
