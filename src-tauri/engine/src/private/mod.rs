//! Shares of a company that nobody can sell yet: who is paid what when it is sold, how rounds dilute, what a grant
//! pays over dated exits with their probabilities, and when restricted units settle.
//!
//! Nothing here forecasts a company. A [`cap_table::CapTable`] is what was said of it, and [`exits`] weighs exits that
//! a person names, the chance of nothing first. Where nothing is known, [`exits::needed`] turns the question round:
//! what the company must be sold for, for the grant to be worth an amount.
//!
//! Start reading at [`cap_table`], then [`waterfall`] (exact, in decimals) and [`prepared`] (its twin in floats for
//! futures), then [`exits`] and [`settlement`].

pub mod cap_table;
pub mod exits;
pub mod prepared;
pub mod settlement;
#[cfg(test)]
mod tests;
pub mod waterfall;
