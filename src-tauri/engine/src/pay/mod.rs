//! Cash: base pay, bonus, commission, one-time payments, match and benefits, as dated lines.
//!
//! [`base`] comes first: bonus, match and several benefits follow from the base of each year.

mod base;
mod benefits;
mod bonus;
mod commission;
mod one_time;
mod retirement;

pub(crate) use base::{Base, base};
pub(crate) use benefits::benefits;
pub(crate) use bonus::bonus;
pub(crate) use commission::commission;
pub(crate) use one_time::{payments, sign_on};
pub(crate) use retirement::{deferral, matched};
