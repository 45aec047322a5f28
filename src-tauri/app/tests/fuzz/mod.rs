//! Mutated case documents: a full case, with texts, numbers, keys and bytes swapped at random by a seeded generator.
//!
//! The test runs some thousands; `cargo run --release -p counterweight-app --example fuzz_case -- 1000000` runs a
//! million. Every document must be answered, with a refusal or with a comparison, and within a second.

use counterweight_app::files;
use counterweight_engine::comparison;
use serde_json::Value;
use std::time::{Duration, Instant};

/// The longest an answer may take.
pub const LONGEST: Duration = Duration::from_secs(1);

/// Texts that have broken programs: too large, too small, two readings, no number, other scripts, other types.
const AWKWARD: &[&str] = &[
    "",
    " ",
    "0",
    "-0",
    "-1",
    "1e20",
    "100000000000000000000",
    "99999999999",
    "1000000",
    "1000000%",
    "200",
    "0.0000001",
    "NaN",
    "inf",
    "1,000",
    "1.000",
    "1.000,00",
    "$5k",
    "5m",
    "2027-02-30",
    "2027-01-31",
    "1900-01-01",
    "2200-12-31",
    "9999-99-99",
    "40/30/20/10",
    "100",
    "0/0/100",
    "33.33/33.33/33.34",
    "1/1",
    "USD",
    "XXX",
    "JPY",
    "US-CA",
    "US-NY-NYC",
    "NL-30",
    "nowhere",
    "true",
    "null",
    "\u{0}",
    "\u{202e}12",
    "１２３",
    "٣",
    "😀",
    "'; drop table offer; --",
    "500",
    "12",
    "120",
    "1200",
    "true-up",
    "afterTax",
    "{\"object_type\":\"VESTING_TERMS\"}",
];

/// A small fast generator (SplitMix64): the same seed gives the same documents on any machine.
pub struct Chance(u64);

impl Chance {
    /// A generator of its own for document `number`.
    pub fn of(number: u64) -> Self {
        Self(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5151_5151)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most.max(1) as u64).unwrap_or(0)
    }
}

/// How many values a document holds.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Object(fields) => fields.values().map(count).sum(),
        Value::Array(items) => items.iter().map(count).sum(),
        _ => 0,
    }
}

/// Changes the value at `place`, counted through the document.
fn change(value: &mut Value, place: &mut usize, chance: &mut Chance) -> bool {
    if *place == 0 {
        *value = match (chance.below(8), &*value) {
            (0, _) => Value::Null,
            (1, Value::Array(items)) => items.iter().cloned().cycle().take(items.len() * 3).collect(),
            (2, Value::Object(fields)) => {
                let gone = chance.below(fields.len());
                fields
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| *i != gone)
                    .map(|(_, (k, v))| (k.clone(), v.clone()))
                    .collect()
            }
            (3, Value::Number(_)) => Value::from(chance.next()),
            (4, _) => Value::from(chance.next() % 1_000),
            (_, Value::Object(_) | Value::Array(_)) => return true,
            _ => Value::from(AWKWARD[chance.below(AWKWARD.len())]),
        };
        return true;
    }
    *place -= 1;
    match value {
        Value::Object(fields) => fields.values_mut().any(|v| change(v, place, chance)),
        Value::Array(items) => items.iter_mut().any(|v| change(v, place, chance)),
        _ => false,
    }
}

/// Document `number`, made from `whole`.
pub fn document(whole: &Value, number: u64) -> String {
    let mut chance = Chance::of(number);
    let mut value = whole.clone();
    for _ in 0..=chance.below(12) {
        let mut place = chance.below(count(&value));
        change(&mut value, &mut place, &mut chance);
    }
    let mut text = value.to_string();
    // One in eight is broken as a text too.
    if chance.below(8) == 0 {
        let mut bytes = text.into_bytes();
        let at = chance.below(bytes.len());
        bytes[at] = u8::try_from(chance.below(256)).unwrap_or(0);
        text = String::from_utf8_lossy(&bytes).into_owned();
    }
    text
}

/// Answers one document; says whether it was a case, and how long it took.
pub fn answer(text: &str) -> (bool, Duration) {
    let start = Instant::now();
    let read = files::read_case(text);
    let is_case = read.is_ok();
    if let Ok(mut case) = read {
        // A hundred futures meet the same arithmetic as ten thousand.
        case.assumptions.paths = counterweight_domain::Entry::typed("100");
        std::hint::black_box(comparison::compare(&case));
    }
    (is_case, start.elapsed())
}

/// A case with every part of pay in it.
pub fn whole() -> Value {
    let value: Value = serde_json::from_str(include_str!("whole_case.json")).expect("the document is read");
    assert!(count(&value) > 250, "only {} values in the whole case", count(&value));
    value
}
