//! What inference costs: the price of tokens in the cloud, and what a machine of one's own can do, at what speed, on
//! how much electricity.
//!
//! This crate holds dated facts (machines, open models, quantisations, electricity, rented cards, cloud prices) and
//! the formulas over them: does a model fit, how fast does it read and write, what does one call cost. It must never
//! know of an offer, of tax or of SQL, and it reads no clock: the caller says which day it is.
//!
//! Start reading at [`catalogue`] for the facts, then [`throughput::call`], which joins memory ([`fit`]), speed
//! ([`speed`]) and watts ([`energy`]) into one estimate, and [`price::resolve`] for the cloud. Where the figures come
//! from is in `data/SOURCES.md`. What a person's work is lies in [`workload::classes`], where it runs in [`routing`], what
//! an employer's budget does with it in [`balance::future`], and cloud against a machine in [`breakeven`] and [`desk`]. An
//! unknown figure is an error or `None`, never zero.

#[cfg(test)]
mod bad_input;
pub mod balance;
pub mod breakeven;
pub mod calibration;
pub mod catalogue;
pub mod cloud;
pub mod desk;
pub mod energy;
pub mod fit;
pub mod machine;
pub mod model;
pub mod ownership;
pub mod plan;
pub mod predict;
pub mod price;
pub mod price_file;
pub mod price_scenario;
pub mod problem;
pub mod quant;
pub mod queueing;
pub mod routing;
pub mod setup;
pub mod speed;
pub mod tariff;
pub mod throughput;
mod weights;
mod wire;
pub mod worked;
pub mod workload;
