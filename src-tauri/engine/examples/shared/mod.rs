//! The case of the benchmarks, and their clock.

use counterweight_domain::budget::{PersonalUse, Rollover};
use counterweight_domain::grant::{Cadence, GrantSize};
use counterweight_domain::{Bonus, Case, CivilDate, Currency, Entry, Grant, Offer, TokenBudget, Vesting, Workload};
use std::hint::black_box;
use std::time::Instant;

/// Milliseconds that `run` takes.
pub fn timed<T>(run: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(run());
    start.elapsed().as_secs_f64() * 1000.0
}

/// Prints a row of the table: median, least and most.
pub fn row(what: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    println!("| {what} | {:.1} | {:.1} | {:.1} |", times[times.len() / 2], times[0], times[times.len() - 1]);
}

/// Four companies with monthly or quarterly vesting and a bonus; two of them with a token budget.
pub fn case() -> Case {
    let offer = |name: &str, every: Cadence, budget: Option<&str>| Offer {
        id: name.to_owned(),
        company: name.to_owned(),
        base: Entry::typed("210000"),
        bonus: Bonus { target: Entry::typed("15"), payout: Entry::typed("90"), ..Bonus::default() },
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
