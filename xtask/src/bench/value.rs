//! `cargo xtask bench value`: exact valuation after tax, and futures after tax, in a release build; the futures beside the
//! same model vectorised with numpy (`tests/bench/value`).
//!
//! The measuring is done by the examples `bench_value` and `bench_numpy` of the engine.

use crate::process::{Outcome, cargo, finish, root, target_dir};
use crate::system;

/// The distribution's own Python: numpy comes as its package.
const PYTHON: &str = "/usr/bin/python3";

/// Runs the engine's benches.
///
/// # Errors
/// A sentence, when it does not build, or numpy comes to other values.
pub fn value() -> Outcome {
    system::provide(&[system::NUMPY])?;
    let example = |name: &str| {
        let mut run = cargo(["run", "--release", "--package", "counterweight-engine", "--example"]);
        run.arg(name);
        run
    };
    finish("The bench of valuation", &mut example("bench_value"))?;
    let folder = target_dir().join("bench-value");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{} could not be made: {error}.", folder.display()))?;
    let script = root().join("tests/bench/value/futures.py");
    finish("The bench beside numpy", example("bench_numpy").args(["--", PYTHON]).arg(script).arg(folder))
}
