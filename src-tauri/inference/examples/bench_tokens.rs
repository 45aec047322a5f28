//! Times the futures of token budgets: 10,000 futures × 48 months × 3 budgets on one thread, with fresh draws each time.
//!
//! Use differs by month and by one misjudgement for the whole time, prices fall tenfold a year around their path, and
//! each budget may be taken back. Prints the median of the runs as a Markdown row. The floor beside it is what drawing
//! alone costs: the normals and uniforms of one run, from the same generator.
//!
//! `cargo run --release -p counterweight-inference --example bench_tokens`

use counterweight_domain::CivilDate;
use counterweight_inference::balance::future::{self, Budget, FutureDraws, Plan, Room};
use counterweight_inference::balance::revocation::Revocation;
use counterweight_inference::balance::run_out::RunOut;
use counterweight_inference::balance::split::OverageRule;
use counterweight_inference::balance::{Carry, Leaving, Terms};
use counterweight_inference::price_scenario::{PriceDraws, factors, scenario};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use std::hint::black_box;
use std::time::Instant;

const FUTURES: u64 = 10_000;
const MONTHS: usize = 48;
/// Standard deviation of log use, half of whose variance is one misjudgement for the whole time.
const SPREAD: f64 = 0.75;
/// Runs of each, unless the first argument says otherwise.
const RUNS: usize = 41;

fn main() {
    let (plan, budgets) = (plan(), budgets());
    assert!(run(&plan, &budgets) == run(&plan, &budgets), "the same seed gave two answers");
    let runs = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(RUNS);
    let (mut whole, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        whole.push(timed(|| run(&plan, &budgets)));
        floor.push(timed(draws));
    }
    println!("| what | median ms | least ms | most ms |\n|---|---|---|---|");
    row("futures of three budgets, one thread", &mut whole);
    row("floor: the draws alone, one thread", &mut floor);
    let found = run(&plan, &budgets);
    println!("\n{FUTURES} futures, {MONTHS} months, {} budgets; {runs} runs each", budgets.len());
    for (name, outcome) in
        ["monthly, use it or lose it", "quarterly, capped, with expiry", "yearly, full"].iter().zip(&found)
    {
        println!("{name}: never runs out in {:.1} %, by {:?}", 100.0 * outcome.0.never, outcome.0.by);
    }
}

/// A coding agent: 6,300 calls a month at $0.045.
fn plan() -> Plan {
    Plan {
        calls: vec![6_300.0; MONTHS],
        per_call: vec![0.045; MONTHS],
        elasticity: 0.3,
        personal_share: 0.2,
        would_buy: 20.0,
    }
}

fn budgets() -> Vec<Budget> {
    let start = CivilDate::new(2027, 1, 15).expect("a date");
    let terms = |grant, period, reset_day, carry, expiry_months, follows_price| Terms {
        overage: OverageRule::HardStop,
        grant,
        period_months: Some(period),
        reset_day,
        reset_month: None,
        growth: 0.03,
        carry,
        expiry_months,
        personal_cap: 0.5,
        follows_price,
        flat: false,
        leaving: Leaving::UsableFor(3),
    };
    let firm = Revocation { monthly_hazard: 0.01, firm_months: 12, notice_months: 1 };
    let make = |terms, overage| Budget::new(Terms { overage, ..terms }, start, 48, firm);
    vec![
        make(terms(250.0, 1, Some(31), Carry::Nothing, None, false), OverageRule::SelfPaid),
        make(terms(900.0, 3, Some(1), Carry::UpTo(500.0), Some(6), false), OverageRule::EmployerPays(0.5)),
        make(terms(3_000.0, 12, None, Carry::Everything, None, true), OverageRule::HardStop),
    ]
}

/// One future's draws into `normals`, `when` and `revoked`.
fn draw(rng: &mut ChaCha8Rng, path: u64, normals: &mut [f64]) -> (f64, f64, f64) {
    rng.set_stream(path);
    rng.set_word_pos(0);
    let level: f64 = StandardNormal.sample(rng);
    for normal in normals.iter_mut() {
        *normal = StandardNormal.sample(rng);
    }
    (level, rng.random(), rng.random())
}

fn run(plan: &Plan, budgets: &[Budget]) -> Vec<(RunOut, f64)> {
    let scenario = scenario("falls-10x").expect("in the data");
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut normals = [0.0; 2 * MONTHS];
    let (mut used, mut price) = ([1.0; MONTHS], [1.0; MONTHS]);
    let mut room = Room::default();
    let mut first = vec![Vec::with_capacity(FUTURES as usize); budgets.len()];
    let mut counted = vec![0.0; budgets.len()];
    let each = SPREAD * 0.5f64.sqrt();
    for path in 0..FUTURES {
        let (level, when, revoked) = draw(&mut rng, path, &mut normals);
        let (own, steps) = normals.split_at(MONTHS);
        for (used, normal) in used.iter_mut().zip(own) {
            *used = (each * (level + normal) - SPREAD * SPREAD / 2.0).exp();
        }
        factors(scenario.scenario, scenario.spread, &PriceDraws { when, steps }, &mut price);
        let draws = FutureDraws { used: &used, price: &price, revoked };
        future::prepare(plan, &draws, &mut room);
        for ((budget, first), counted) in budgets.iter().zip(&mut first).zip(&mut counted) {
            let found = future::run(budget, &draws, &mut room);
            first.push(found.first_run_out);
            *counted += found.split.counted(0.25, found.settled.self_paid);
        }
    }
    let months = u32::try_from(MONTHS).expect("few");
    first.iter().zip(counted).map(|(first, sum)| (RunOut::of(first, months).expect("futures"), sum)).collect()
}

fn draws() -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut normals = [0.0; 2 * MONTHS];
    let mut sum = 0.0;
    for path in 0..FUTURES {
        let (level, when, revoked) = draw(&mut rng, path, &mut normals);
        sum += level + when + revoked + normals[7];
    }
    sum
}

fn timed<T>(mut work: impl FnMut() -> T) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64() * 1e3
}

fn row(name: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    println!("| {name} | {:.1} | {:.1} | {:.1} |", times[times.len() / 2], times[0], times[times.len() - 1]);
}
