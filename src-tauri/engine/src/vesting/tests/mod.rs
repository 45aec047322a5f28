//! The whole of a schedule, from terms to dated shares.

mod examples;
mod hostile;
mod properties;

use counterweight_domain::CivilDate;
use counterweight_domain::entry::FromText;

fn day(text: &str) -> CivilDate {
    CivilDate::from_text(text).expect("a date")
}
