//! Answers as many mutated case documents as it is told, on all cores, and says how many and how long the longest took.
//!
//! `cargo run --release -p counterweight-app --example fuzz_case -- 1000000`

#[path = "../tests/fuzz/mod.rs"]
mod fuzz;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

fn main() {
    let documents: u64 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let whole = fuzz::whole();
    let (next, cases) = (AtomicU64::new(0), AtomicU64::new(0));
    let longest = Mutex::new((Duration::ZERO, 0));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= documents {
                        return;
                    }
                    let (is_case, took) = fuzz::answer(&fuzz::document(&whole, number));
                    cases.fetch_add(u64::from(is_case), Ordering::Relaxed);
                    let mut longest = longest.lock().expect("no thread panicked");
                    if took > longest.0 {
                        *longest = (took, number);
                    }
                }
            });
        }
    });
    let (took, number) = *longest.lock().expect("no thread panicked");
    println!(
        "{documents} documents answered, {} of them cases; the longest took {:.0} ms (number {number})",
        cases.load(Ordering::Relaxed),
        took.as_secs_f64() * 1000.0
    );
    assert!(took <= fuzz::LONGEST, "document {number} took {took:?}");
}
