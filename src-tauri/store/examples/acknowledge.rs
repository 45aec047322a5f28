//! Saves as fast as it can and prints each change once it is acknowledged, until it is killed.
//!
//! `acknowledge FOLDER` prints `REVISION COUNTER` per line. The counter stands in the notes of the case and of each
//! of its offers, so a change that was applied by halves would show.

use counterweight_domain::{Case, Currency, Entry, Offer};
use counterweight_store::{Loaded, Store, Timestamp};
use std::error::Error;
use std::io::Write;
use std::path::Path;

fn count(case: &mut Case, n: u64) {
    case.notes = n.to_string();
    for offer in &mut case.offers {
        offer.notes = n.to_string();
    }
    // Offers come and go, so that rows are inserted, updated and deleted in one transaction.
    if n.is_multiple_of(7) {
        case.offers.push(Offer { id: format!("extra {n}"), notes: n.to_string(), ..Offer::default() });
    }
    if n.is_multiple_of(11) {
        case.offers.truncate(2);
    }
}

fn first(store: &mut Store) -> Result<Loaded, Box<dyn Error>> {
    if let Some(row) = store.cases()?.first() {
        return Ok(store.load(&row.id)?.ok_or("a listed case is there")?);
    }
    let currency: Entry<Currency> = Entry::typed("USD");
    let mut case = Case { currency, ..serde_json::from_str(r#"{"format":"counterweight-case","version":1}"#)? };
    case.offers = ["a", "b"].map(|id| Offer { id: id.into(), ..Offer::default() }).into();
    count(&mut case, 1);
    Ok(store.create(&case, "New case", "main")?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: acknowledge FOLDER")?;
    save_until_killed(Path::new(&folder))
}

/// The whole of it; the kill test calls it in a process of its own.
pub fn save_until_killed(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut store = Store::open(folder, Timestamp::now)?;
    let mut out = std::io::stdout().lock();
    let mut loaded = first(&mut store)?;
    let mut n: u64 = loaded.case.notes.parse()?;
    let mut acknowledge = |revision: u64, case: &Case| {
        writeln!(out, "{revision} {}", case.notes)?;
        out.flush()
    };
    acknowledge(loaded.revision, &loaded.case)?;
    loop {
        n += 1;
        count(&mut loaded.case, n);
        // One label for three saves, so that entries of the undo log are extended as well as made.
        let label = format!("Step {}", n / 3);
        loaded.revision = store.save(&loaded.id, loaded.revision, &loaded.case, &label, "main")?.revision;
        acknowledge(loaded.revision, &loaded.case)?;
        if n.is_multiple_of(5) {
            for step in [Store::undo, Store::redo] {
                if let Some(now) = step(&mut store, &loaded.id)? {
                    acknowledge(now.revision, &now.case)?;
                    loaded = now;
                }
            }
        }
        if n.is_multiple_of(97) {
            store.back_up()?;
        }
    }
}
