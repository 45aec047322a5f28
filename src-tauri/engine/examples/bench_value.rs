//! Times valuation after tax: the exact comparison of 4 offers over 10 years, and futures of 4 offers over 4 years.
//!
//! `cargo run --release -p counterweight-engine --example bench_value`; with a number of runs and `exact` after it, the first
//! alone, for a profile.

mod shared;

use counterweight_domain::Entry;
use counterweight_domain::assumptions::TaxBasis;
use counterweight_engine::comparison;
use counterweight_engine::settings::Settings;
use counterweight_engine::simulation;
use shared::{case, row, timed};

/// Runs of each, unless the first argument says otherwise.
const RUNS: usize = 41;

fn main() {
    let mut case = case();
    case.assumptions.tax = TaxBasis::AfterTax;
    for (offer, place) in case.offers.iter_mut().zip(["US-CA", "US-NY-NYC", "US-WA", "US-TX"]) {
        offer.place = place.to_owned();
    }
    let mut long = case.clone();
    long.assumptions.horizon_years = Entry::typed("10");
    let mut many = case.clone();
    many.assumptions.paths = Entry::typed("100000");
    let models = |case: &counterweight_domain::Case| {
        let settings = Settings::of(case);
        let (ledgers, findings) = comparison::ledgers(case, &settings);
        assert!(findings.as_slice().iter().all(|f| f.left_out.is_empty()), "the case is whole: {findings:?}");
        (ledgers.into_iter().map(|l| l.model).collect::<Vec<_>>(), settings)
    };
    let ((ten, ten_settings), (hundred, hundred_settings)) = (models(&case), models(&many));
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let (one, two) = (pool(1), pool(2));
    let runs = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(RUNS);
    let only_exact = std::env::args().nth(2).is_some_and(|what| what == "exact");
    let (mut exact, mut sampled, mut most) = (Vec::new(), Vec::new(), Vec::new());
    for i in 0..runs {
        let settings = Settings::of(&long);
        exact.push(timed(|| one.install(|| comparison::ledgers(&long, &settings))));
        if only_exact {
            continue;
        }
        sampled.push(timed(|| one.install(|| simulation::run(&ten, &ten_settings))));
        // A tenth of the runs is enough for what takes ten times as long.
        if i % 10 == 0 {
            most.push(timed(|| two.install(|| simulation::run(&hundred, &hundred_settings))));
        }
    }
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("| what | median ms | least ms | most ms |\n|---|---|---|---|");
    row("exact comparison after tax, 4 offers × 10 years, one thread (bar 2)", &mut exact);
    if only_exact {
        return;
    }
    row("10,000 futures after tax, 4 × 4 years, one thread (bar 100)", &mut sampled);
    row("100,000 futures after tax, 4 × 4 years, two threads (bar 1,000)", &mut most);
    println!("\n{runs} runs; load {}", load.split(' ').next().unwrap_or("unknown"));
}
