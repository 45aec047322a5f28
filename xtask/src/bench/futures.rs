//! `cargo xtask bench futures`: 10,000 futures of four offers over four years, in a release build.
//!
//! The measuring is done by the example `bench_futures` of the engine, which is where the sampling lives.

use crate::process::{Outcome, cargo, finish};

/// Runs the engine's bench.
///
/// # Errors
/// A sentence, when it does not build or misses its bar.
pub fn futures() -> Outcome {
    finish(
        "The bench of the futures",
        &mut cargo(["run", "--release", "--package", "counterweight-engine", "--example", "bench_futures"]),
    )
}
