//! What an offer is worth: every offer as a ledger of dated lines, its value by year and component, the futures it
//! may meet, what would flip the answer, and what to ask for.
//!
//! Exact where it is money, sampled where it is chance: ledger amounts are decimals, and only
//! [`simulation`] and the use of tokens run in floats. Every function here is pure: the same case gives the same
//! answer, to the bit. It must never know of SQL, of drawing, of the clock or of the window.
//!
//! Start reading at [`comparison::compare`], then [`offer_value::value`], which builds one offer's ledger from
//! `pay`, `equity` and `compute`. [`settings::Settings`] is the one effective configuration.

pub mod comparison;
mod compute;
pub mod compute_plan;
mod equity;
pub mod explanation;
pub mod ledger;
pub mod negotiation;
pub mod offer_value;
mod pay;
pub mod questions;
pub mod routes;
pub mod sensitivity;
pub mod settings;
pub mod simulation;
pub mod tax;
pub mod vesting;

pub use equity::face_value;
