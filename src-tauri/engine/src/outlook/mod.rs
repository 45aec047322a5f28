//! How sure an answer is and what it hangs on: the spread of the difference, single futures, leaving early, and which
//! assumption moves it most.
//!
//! Everything here compares two offers, or shows each of several, on the same ledgers and the same futures as
//! [`crate::comparison`]. Start reading at [`difference`], then [`swings`].

mod difference;
mod future;
mod leaving;
mod swings;

pub use difference::{DOTS, Difference, Dot, Fan, FanYear, difference, difference_while, fans, fans_while};
pub use future::{Future, FutureOffer, future};
pub use leaving::{Leaving, LeavingOffer, leaving};
pub use swings::{BreakEvenMap, Swing, break_even, swings};

use counterweight_domain::{Case, Offer};

/// The case with every offer but `kept` emptied. Offers keep their places, so that their paths stay true.
fn only(case: &Case, kept: &[usize]) -> Case {
    let mut case = case.clone();
    for (i, offer) in case.offers.iter_mut().enumerate() {
        if !kept.contains(&i) {
            *offer = Offer { id: offer.id.clone(), ..Offer::default() };
        }
    }
    case
}

/// The place of offer `index` among those of its kind, from 0.
fn place_of_kind(case: &Case, index: usize) -> u32 {
    let kind = case.offers[index].kind;
    u32::try_from(case.offers[..index].iter().filter(|o| o.kind == kind).count()).unwrap_or(u32::MAX)
}
