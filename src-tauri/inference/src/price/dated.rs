//! The days on which a model's listed price changes, found once per stretch of days and kept.

use super::{Date, HOUR_OF_DAY, KEPT, Service, instant, probe};
use jiff::Span;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// Days of a stretch: a change that is undone within one is not found.
const STRETCH: i32 = 28;

/// The days after `from` and up to `to` on which the standard price list of a model begins to differ from that of the
/// day before; a list that ends, or begins, counts too.
///
/// The embedded list never changes while the program runs, so each stretch of days is asked about once.
pub(super) fn changes(provider: &str, model: &str, from: Date, to: Date) -> Vec<Date> {
    let stretch = |day: Date| (EPOCH.until(day).map_or(0, |span| span.get_days())).div_euclid(STRETCH);
    let mut found = Vec::new();
    for index in stretch(from)..=stretch(to) {
        found.extend(in_stretch(provider, model, index).into_iter().filter(|day| *day > from && *day <= to));
    }
    found
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// The changes after the first day of a stretch, up to the first day of the next.
fn in_stretch(provider: &str, model: &str, index: i32) -> Vec<Date> {
    type Kept = HashMap<(String, String), HashMap<i32, Vec<Date>>>;
    static FOUND: RwLock<Option<Kept>> = RwLock::new(None);
    let key = (provider.to_owned(), model.to_owned());
    let known = FOUND.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(days) = known.as_ref().and_then(|kept| kept.get(&key)?.get(&index)) {
        return days.clone();
    }
    drop(known);
    let first = |index: i32| EPOCH.saturating_add(Span::new().days(index.saturating_mul(STRETCH)));
    let rates = |day: Date| {
        let at = instant(day, HOUR_OF_DAY, 0);
        probe::fingerprint(&probe::Subject { provider, model, at, service: Service::Standard }).ok()
    };
    let (mut from, to) = (first(index), first(index + 1));
    let mut days = Vec::new();
    let (mut here, there) = (rates(from), rates(to));
    while here != there {
        // The last day known to be old and the first known to be new close in on the change.
        let (mut old, mut new) = (from, to);
        while let Some(middle) = halfway(old, new) {
            if rates(middle) == here { old = middle } else { new = middle }
        }
        days.push(new);
        (from, here) = (new, rates(new));
    }
    let mut kept = FOUND.write().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_with(HashMap::new);
    // A name is at most some hundred stretches, so that a full memory stays small.
    if kept.len() >= KEPT / STRETCH as usize {
        kept.clear();
    }
    kept.entry(key).or_default().insert(index, days.clone());
    days
}

/// The day in the middle, `None` when the two are neighbours.
fn halfway(old: Date, new: Date) -> Option<Date> {
    let days = old.until(new).map_or(0, |span| span.get_days());
    (days > 1).then(|| old.saturating_add(Span::new().days(days / 2)))
}
