//! The sampled curve for futures against the exact tax, and its speed.

use crate::tax::curve::Curve;
use crate::tax::facts::Filing;
use crate::tax::{Place, Situation, total_at};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The largest distance between curve and exact tax at `cases` random wages, and where it is.
fn worst(place: Place, situation: &Situation, high: f64, cases: usize, seed: u64) -> (f64, f64) {
    let curve = Curve::sampled(place, situation, 0.0, high, 183_456.78).unwrap();
    assert!(curve.pieces() < Curve::POINTS, "{place}: {}", curve.pieces());
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut worst = (0.0, 0.0);
    for _ in 0..cases {
        // Half of the draws where most pay lies.
        let top = if random.random_bool(0.5) { 400_000 } else { high.to_i64().unwrap() };
        let wages = Decimal::new(random.random_range(0..=top * 100), 2);
        let exact = total_at(place, &situation.with_wages(wages)).unwrap().to_f64().unwrap();
        let apart = (curve.at(wages.to_f64().unwrap()) - exact).abs();
        if apart > worst.0 {
            worst = (apart, wages.to_f64().unwrap());
        }
    }
    worst
}

/// Places whose rules have more jumps than a curve has points, or rules no bound names, and how far off a curve may be
/// there: Alabama's shrinking deduction, Arkansas's tables and steps, Connecticut's steps (`docs/tax.md`).
const FURTHER: [(&str, f64); 3] = [("US-AL", 40.0), ("US-AR", 25.0), ("US-CT", 110.0)];

#[test]
fn is_within_five_of_the_exact_tax() {
    for place in Place::all() {
        let key = place.name().key.as_str();
        let most = FURTHER.iter().find(|(further, _)| *further == key).map_or(5.0, |(_, most)| *most);
        for year in [2026, 2029] {
            let (apart, at) = worst(place, &Situation::wages_only(year, Decimal::ZERO), 2e6, 1_500, 21);
            assert!(apart <= most, "{key} {year}: {apart} at {at}");
        }
    }
}

#[test]
fn is_within_half_a_step_of_the_child_credit_for_a_family() {
    // The child credit falls by 50 dollars for each 1,000: a straight line through the steps is off by 25.
    let family = Situation {
        filing: Filing::Joint,
        dependents: 2,
        spouse_wages: Decimal::from(90_000),
        ..Situation::wages_only(2026, Decimal::ZERO)
    };
    for key in ["US-CA", "US-NY", "US-NY-NYC", "US-WA", "US-TX", "US-MA", "UK", "CA-ON", "DE", "IN", "NL"] {
        let most = if key.starts_with("US") { 26.0 } else { 6.0 };
        let (apart, at) = worst(key.parse().unwrap(), &family, 2e6, 3_000, 22);
        assert!(apart <= most, "{key}: {apart} at {at}");
    }
}

#[test]
fn passes_through_its_points() {
    let situation = Situation::wages_only(2026, Decimal::ZERO);
    let place: Place = "US-NY-NYC".parse().unwrap();
    let exact = |wages: f64| {
        total_at(place, &situation.with_wages(Decimal::from_f64_retain(wages).unwrap().round_dp(6)))
            .unwrap()
            .to_f64()
            .unwrap()
    };
    let nodes = [300_000.0, 50_000.0, 123_456.78, 50_000.0];
    let curve = Curve::through(place, &situation, &nodes).unwrap();
    assert_eq!(curve.pieces(), 2);
    for node in nodes {
        assert_eq!(curve.at(node), exact(node));
    }
    let given = 187_654.32;
    let sampled = Curve::sampled(place, &situation, 40_000.0, 900_000.0, given).unwrap();
    assert_eq!(sampled.at(given), exact(given));
    assert_eq!(Curve::through(place, &situation, &[1.0, 1.0]), None);
    assert_eq!(Curve::through(place, &situation, &[1.0, f64::NAN]), None);
    assert_eq!(Curve::through(place, &situation, &[-1.0, 1.0]), None);
    assert_eq!(Curve::sampled(place, &situation, 5.0, 5.0, 5.0), None);
    assert_eq!(Curve::sampled(place, &situation, 0.0, f64::INFINITY, 5.0), None);
    assert_eq!(Curve::sampled(place, &situation, 0.0, 1e30, 5.0), None);
}

/// What it costs and how far it is off, in every place: `cargo test --release -- --ignored --nocapture measured`.
#[test]
#[ignore = "measures; run it in release"]
fn measured() {
    use std::time::Instant;
    for place in Place::all() {
        let single = Situation::wages_only(2026, Decimal::from(180_000));
        let family = Situation { filing: Filing::Joint, dependents: 2, spouse_wages: Decimal::from(90_000), ..single };
        let options =
            Situation { iso_bargain: Decimal::from(150_000), long_term_gains: Decimal::from(40_000), ..single };
        let later = Situation { year: 2029, ..single };
        let rounds = 2_000;
        let mut line = format!("{place:10}");
        for situation in [single, later, family] {
            let began = Instant::now();
            let mut sum = Decimal::ZERO;
            for round in 0..rounds {
                sum += total_at(place, &situation.with_wages(Decimal::from(150_000 + 13 * round))).unwrap();
            }
            assert!(sum >= Decimal::ZERO);
            line += &format!(" {:5.2} us", began.elapsed().as_secs_f64() * 1e6 / f64::from(rounds));
        }
        let began = Instant::now();
        let mut pieces = 0;
        for round in 0..20 {
            let curve = Curve::sampled(place, &single, 0.0, 2e6, 180_000.0 + f64::from(round)).unwrap();
            pieces = curve.pieces();
        }
        line += &format!(" curve {:5.0} us {pieces:2} pieces", began.elapsed().as_secs_f64() * 1e6 / 20.0);
        let (high, cases) = (2e6, 20_000);
        for situation in [single, later, family, options] {
            let (apart, at) = worst(place, &situation, high, cases, 5);
            line += &format!("  {apart:6.2} at {at:9.0}");
        }
        println!("{line}");
    }
}
