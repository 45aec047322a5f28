//! Laws that hold for any case: sums, symmetry, monotonicity, and that an ask, when granted, closes the gap.

mod any;
mod futures;
mod sums;

use counterweight_domain::{Case, Findings};
use counterweight_engine::comparison;
use counterweight_engine::offer_value::{self, OfferLedger};
use counterweight_engine::settings::Settings;
use counterweight_engine::simulation::{self, Outcomes};
use rust_decimal::Decimal;

/// Cases of each law.
const CASES: u32 = 10_000;
/// Cases of laws that go through all that a screen asks for: each costs many milliseconds.
const CASES_THROUGH_ALL: u32 = 300;

/// What the offer at `place` is worth over the horizon.
fn total(case: &Case, place: usize) -> Decimal {
    let settings = Settings::of(case);
    offer_value::value(case, &case.offers[place], place, &settings, &mut Findings::default()).total()
}

/// The ledgers of a case and `paths` futures of them: fewer than a case may ask for, and as good for laws that hold for
/// each of them.
fn run(case: &Case, paths: u32) -> (Vec<OfferLedger>, Outcomes) {
    let settings = Settings { paths, ..Settings::of(case) };
    let (ledgers, _) = comparison::ledgers(case, &settings);
    let models: Vec<_> = ledgers.iter().map(|ledger| ledger.model.clone()).collect();
    let outcomes = simulation::run(&models, &settings);
    (ledgers, outcomes)
}
