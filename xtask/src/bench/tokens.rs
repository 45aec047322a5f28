//! `cargo xtask bench tokens`: 10,000 futures of three token budgets over 48 months, in a release build.
//!
//! The measuring is done by the example `bench_tokens` of the inference crate, beside the draws alone.

use crate::process::{Outcome, cargo, finish};

/// Runs the bench.
///
/// # Errors
/// A sentence, when it does not build.
pub fn tokens() -> Outcome {
    finish(
        "The bench of token budgets",
        &mut cargo(["run", "--release", "--package", "counterweight-inference", "--example", "bench_tokens"]),
    )
}
