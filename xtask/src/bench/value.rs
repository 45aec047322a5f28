//! `cargo xtask bench value`: exact valuation after tax, and futures after tax, in a release build.
//!
//! The measuring is done by the example `bench_value` of the engine.

use crate::process::{Outcome, cargo, finish};

/// Runs the engine's bench.
///
/// # Errors
/// A sentence, when it does not build.
pub fn value() -> Outcome {
    finish(
        "The bench of valuation",
        &mut cargo(["run", "--release", "--package", "counterweight-engine", "--example", "bench_value"]),
    )
}
