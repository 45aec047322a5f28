//! `cargo xtask bench`: the figures this project promises, measured on the machine at hand.

pub mod futures;
pub mod slider;
pub mod start;
pub mod tokens;
pub mod usage;
pub mod value;
