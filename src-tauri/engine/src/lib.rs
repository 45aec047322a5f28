//! What an offer is worth: every offer as a ledger of dated lines, its value by year and component, the futures it
//! may meet, what would flip the answer, and what to ask for.
//!
//! Exact where it is money, sampled where it is chance: ledger amounts are decimals, and only
//! [`simulation`] and the use of tokens run in floats. Every function here is pure: the same case gives the same
//! answer, to the bit. It must never know of SQL, of drawing, of the clock or of the window.
//!
//! Start reading at [`comparison::compare`], then [`offer_value::value`], which builds one offer's ledger from
//! `pay`, `equity` and `compute`. [`settings::Settings`] is the one effective configuration.
//! The time value of money is in [`finance`]; shares nobody can sell yet, options and purchase plans, each without a
//! ledger or a tax of its own, are in [`private`], [`options`] and [`purchase_plan`].

pub mod break_even;
pub mod comparison;
mod compute;
pub mod compute_plan;
pub mod compute_work;
pub mod compute_worth;
mod equity;
pub mod explanation;
pub mod finance;
pub mod ledger;
pub mod machine_desk;
pub mod machine_why;
pub mod negotiation;
pub mod offer_value;
pub mod options;
pub mod outlook;
mod pay;
mod place;
mod price_book;
pub mod private;
pub mod purchase_plan;
pub mod questions;
pub mod routing;
pub mod sensitivity;
pub mod settings;
pub mod simulation;
pub mod tax;
pub mod taxation;
pub mod trace;
pub mod vesting;
mod worked;

pub use equity::{
    GrantSchedule, PrivateOutcome, PrivateReferences, PrivateView, Vested, face_value, private_view,
    schedule as grant_schedule,
};
pub use place::{Area, areas};
