//! Times the futures: 10,000 paths of 4 offers over 4 years, on one thread and on two, with fresh draws each time.
//!
//! Prints the median of the runs as a Markdown row, and fails when one and two threads differ in a single bit. The
//! floor beside it is what drawing alone costs: as many normals as one run uses, from the same generator.
//!
//! `cargo run --release -p counterweight-engine --example bench_futures`

use counterweight_domain::budget::{PersonalUse, Rollover};
use counterweight_domain::grant::{Cadence, GrantSize};
use counterweight_domain::{Bonus, Case, CivilDate, Currency, Entry, Grant, Offer, TokenBudget, Vesting, Workload};
use counterweight_engine::comparison;
use counterweight_engine::settings::Settings;
use counterweight_engine::simulation;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::hint::black_box;
use std::time::Instant;

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

fn timed<T>(run: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(run());
    start.elapsed().as_secs_f64() * 1000.0
}

fn row(what: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    println!("| {what} | {:.1} | {:.1} | {:.1} |", times[times.len() / 2], times[0], times[times.len() - 1]);
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

/// Four companies with monthly or quarterly vesting and a bonus; two of them with a token budget.
fn case() -> Case {
    let offer = |name: &str, every: Cadence, budget: Option<&str>| Offer {
        id: name.to_owned(),
        company: name.to_owned(),
        base: Entry::typed("210000"),
        bonus: Bonus { target: Entry::typed("15"), payout: Entry::typed("90") },
        grants: vec![Grant {
            size: GrantSize::Value { amount: Entry::typed("400000") },
            vesting: Vesting::Yearly { split: Entry::typed("40/30/20/10"), every, cliff_months: Entry::default() },
            ..Grant::default()
        }],
        token_budget: budget.map(|amount| TokenBudget {
            amount: Entry::typed(amount),
            rollover: Rollover::Full,
            personal_use: PersonalUse::Allowed,
            ..TokenBudget::default()
        }),
        ..Offer::default()
    };
    Case {
        workload: Workload { personal_share: Entry::typed("20"), ..Workload::default() },
        offers: vec![
            offer("Northwind", Cadence::Quarter, Some("250000")),
            offer("Fjord", Cadence::Month, Some("50000")),
            offer("Acme", Cadence::Quarter, None),
            offer("Globex", Cadence::Month, None),
        ],
        ..Case::new("bench", Currency::USD, CivilDate::new(2027, 1, 4).expect("a date"))
    }
}
