//! The tax module held against other engines, against published tables and against itself.

mod batches;
mod countries;
mod curves;
mod doors;
mod engines;
mod files;
mod fringes;
mod properties;
mod sampled;
mod scenarios;
mod statute;

use super::{Assessment, PersonYear, assess};
use counterweight_domain::{Findings, Path};

/// The tax of facts that can be computed.
fn assessed(facts: &PersonYear) -> Assessment {
    let mut findings = Findings::default();
    assess(facts, &Path::root(), &mut findings)
        .unwrap_or_else(|| panic!("{facts:?} cannot be computed: {:?}", findings.as_slice()))
}
