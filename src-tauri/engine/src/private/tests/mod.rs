//! Worked sales from outside, every combination of choices as an oracle, and what must hold of any cap table.

mod examples;
mod exits;
mod oracle;
mod properties;

use super::cap_table::{CapTable, OptionPool, Participation, Preference, ShareClass};
use super::waterfall::{Distribution, Waterfall};
use rust_decimal::{Decimal, dec};

/// Millions.
fn m(amount: Decimal) -> Decimal {
    amount * dec!(1_000_000)
}

fn common(shares: Decimal) -> ShareClass {
    ShareClass { name: "Common".into(), shares, preference: None }
}

fn preferred(name: &str, shares: Decimal, amount: Decimal, seniority: u32, participation: Participation) -> ShareClass {
    ShareClass { name: name.into(), shares, preference: Some(Preference { amount, seniority, participation }) }
}

fn table(classes: Vec<ShareClass>) -> CapTable {
    CapTable { classes, options: Vec::new() }
}

fn pool(name: &str, count: Decimal, strike: Decimal) -> OptionPool {
    OptionPool { name: name.into(), count, strike }
}

fn sell(table: &CapTable, exit: Decimal) -> Distribution {
    Waterfall::new(table).expect("can be worked out").distribute(exit).expect("a sale that is accepted")
}

/// What each class gets, within half of the last digit printed.
fn pays(table: &CapTable, exit: Decimal, expected: &[Decimal], half_a_digit: Decimal) {
    let sold = sell(table, exit);
    assert_eq!(sold.payouts.len(), expected.len());
    for (payout, expected) in sold.payouts.iter().zip(expected) {
        assert!(
            (payout.amount - expected).abs() <= half_a_digit,
            "{} of {exit}: {payout:?}, not {expected}",
            payout.name
        );
    }
}
