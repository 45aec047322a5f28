//! `cargo xtask bench usage [ccusage]`: a generated corpus of agent logs read by `cw usage scan`, in a release build.
//!
//! With the path of a `ccusage` program (npm, version 20.0.24) it is run in turn beside it. The measuring is done by
//! the example `bench_usage` of the usage crate.

use crate::process::{Outcome, cargo, finish, target_dir};

/// Builds `cw` and runs the bench.
///
/// # Errors
/// A sentence, when something does not build or a sum differs from the truth.
pub fn usage(ccusage: Option<&str>) -> Outcome {
    finish("The build of cw", &mut cargo(["build", "--release", "--package", "counterweight-cli"]))?;
    let mut bench =
        cargo(["run", "--release", "--package", "counterweight-usage", "--example", "bench_usage", "--", "--cw"]);
    bench.arg(target_dir().join("release/cw")).arg("--folder").arg(target_dir().join("bench-usage"));
    if let Some(program) = ccusage {
        bench.arg("--ccusage").arg(program);
    }
    finish("The bench of usage", &mut bench)
}
