//! The curve for futures against the exact tax.

use super::assessed;
use crate::tax::curve::Curve;
use crate::tax::{Assessment, PersonYear};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

#[test]
fn gives_the_exact_tax_at_any_cent() {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    // No tax, credits that shrink in steps, recapture, steps with a credit share, a deduction of federal tax.
    for state in ["TX", "CA", "NY", "CT", "AL"] {
        let facts = PersonYear::wages_only(2026, state, Decimal::ZERO);
        let curve = Curve::of(&facts, 20_000.0, 600_000.0, Assessment::known).unwrap();
        for case in 0..2_000 {
            // Round amounts are where rules jump.
            let cents = if case % 2 == 0 {
                random.random_range(40..=1_200) * 50_000
            } else {
                random.random_range(2_000_000..=60_000_000)
            };
            let wages = Decimal::new(cents, 2);
            let exact = assessed(&PersonYear { wages, ..facts.clone() }).known().to_f64().unwrap();
            let read = curve.at(wages.to_f64().unwrap());
            assert!((read - exact).abs() < 0.005, "{state} at {wages}: {read} and not {exact}");
        }
    }
}

#[test]
fn a_place_without_its_own_tax_has_one_piece_for_each_bend() {
    // 2026, Texas, single, from 20,000 to 600,000. Bends: brackets at 28,500, 66,500, 121,800, 217,875 and 272,325, the
    // wage base at 184,500, additional Medicare at 200,000: seven, so eight pieces.
    let facts = PersonYear::wages_only(2026, "TX", Decimal::ZERO);
    assert_eq!(Curve::of(&facts, 20_000.0, 600_000.0, Assessment::known).unwrap().pieces(), 8);
    assert_eq!(Curve::of(&facts, 5.0, 5.0, Assessment::known), None);
    assert_eq!(Curve::of(&facts, 0.0, f64::NAN, Assessment::known), None);
    assert_eq!(Curve::of(&facts, 0.0, 1e30, Assessment::known), None);
}
