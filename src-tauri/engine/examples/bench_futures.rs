//! Times the futures: 10,000 paths of 4 offers over 4 years, on one thread and on two, with fresh draws each time.
//!
//! Prints the median of the runs as a Markdown row, and fails when one and two threads differ in a single bit. The
//! floor beside it is what drawing alone costs: as many normals as one run uses, from the same generator.
//!
//! `cargo run --release -p counterweight-engine --example bench_futures`

mod shared;

use counterweight_engine::comparison;
use counterweight_engine::settings::Settings;
use counterweight_engine::simulation;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use shared::{case, row, timed};

/// Runs of each, unless the first argument says otherwise.
const RUNS: usize = 41;

fn main() {
    let case = case();
    let settings = Settings::of(&case);
    let (ledgers, findings) = comparison::ledgers(&case, &settings);
    assert!(findings.as_slice().is_empty(), "the case of the benchmark is whole: {findings:?}");
    let models: Vec<_> = ledgers.into_iter().map(|l| l.model).collect();
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let (one, two) = (pool(1), pool(2));

    let first = one.install(|| simulation::run(&models, &settings));
    let second = two.install(|| simulation::run(&models, &settings));
    let same = first.values().iter().zip(second.values()).all(|(a, b)| a.to_bits() == b.to_bits());
    assert!(same && first.values().len() == second.values().len(), "one and two threads differ");

    // Turn and turn about, so that whatever else the machine does falls on all alike.
    let (mut alone, mut paired, mut whole, mut floor) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let runs = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(RUNS);
    for _ in 0..runs {
        alone.push(timed(|| one.install(|| simulation::run(&models, &settings))));
        paired.push(timed(|| two.install(|| simulation::run(&models, &settings))));
        whole.push(timed(|| one.install(|| comparison::compare(&case))));
        floor.push(timed(|| normals(&settings, models.len())));
    }
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("| what | median ms | least ms | most ms |\n|---|---|---|---|");
    row("futures, one thread", &mut alone);
    row("futures, two threads", &mut paired);
    row("whole comparison, one thread", &mut whole);
    row("floor: the normals alone, one thread", &mut floor);
    println!(
        "\n{} paths, {} offers, {} years, two of them with a token budget; {runs} runs each; identical bits on 1 and 2 threads; load {}",
        settings.paths,
        models.len(),
        settings.horizon_years,
        load.split(' ').next().unwrap_or("unknown"),
    );
}

/// As many normals as one run draws: market, each company, its payouts, and use.
fn normals(settings: &Settings, companies: usize) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
    let each = settings.stay_months as usize * (companies + 2) + companies * 10 + 1;
    let mut sum = 0.0;
    for path in 0..settings.paths {
        rng.set_stream(u64::from(path));
        for _ in 0..each {
            let z: f64 = StandardNormal.sample(&mut rng);
            sum += z;
        }
    }
    sum
}
