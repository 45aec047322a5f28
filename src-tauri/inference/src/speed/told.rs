//! What a speed is made of, for a reader: the seconds of each term of the published formula, and what the corrections
//! make of their sum.

use super::{coefficients, published, terms};
use crate::problem::PredictionProblem;
use crate::setup::Setup;

/// A part of the time, before corrections.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimePart {
    /// What takes the time.
    pub label: &'static str,
    /// Milliseconds.
    pub milliseconds: f64,
}

/// Day of the fit of the corrections, ISO 8601.
pub fn fitted_on() -> &'static str {
    &coefficients::shipped().as_of
}

/// The parts of one written token with `depth_tokens` in the cache, for one user.
///
/// # Errors
/// As [`super::decode`].
pub fn decode_parts(setup: &Setup, depth_tokens: u64) -> Result<Vec<TimePart>, PredictionProblem> {
    setup.check()?;
    setup.check_context(depth_tokens)?;
    let found = terms::decode(setup, super::bandwidth_bytes(setup.machine)?, depth_tokens);
    Ok(named(
        &[
            "Reading the weights of a token",
            "Overhead of the layers",
            "Reading the cache",
            "From memory beside the card",
        ],
        found.iter().map(|term| term.seconds),
    ))
}

/// The parts of reading `prompt_tokens` new tokens after `depth_tokens`.
///
/// # Errors
/// As [`super::prefill`].
#[allow(clippy::cast_precision_loss, reason = "a context is far below 2^53 tokens")]
pub fn prefill_parts(setup: &Setup, prompt_tokens: u64, depth_tokens: u64) -> Result<Vec<TimePart>, PredictionProblem> {
    super::check_prompt(setup, prompt_tokens, depth_tokens)?;
    let chip = published::Chip::of(setup)?;
    let found = terms::prefill(setup, &chip, prompt_tokens as f64, depth_tokens as f64);
    Ok(named(
        &["Matrix products", "Attention", "Reading the weights, once a step", "Overhead of the layers"],
        found.iter().map(|term| term.seconds),
    ))
}

fn named(labels: &[&'static str], seconds: impl Iterator<Item = f64>) -> Vec<TimePart> {
    labels.iter().zip(seconds).map(|(label, seconds)| TimePart { label, milliseconds: 1000.0 * seconds }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    /// The parts of a token are the published formula: their sum is one over its speed; so for reading.
    #[test]
    fn the_parts_sum_to_the_published_formula() {
        let (machine, model) = (catalogue::machine("dgx-spark").unwrap(), catalogue::model("gpt-oss-120b").unwrap());
        let setup = Setup::new(machine, model, catalogue::quant("MXFP4").unwrap());
        let sum = |parts: &[TimePart]| parts.iter().map(|part| part.milliseconds).sum::<f64>() / 1000.0;
        let writes = decode_parts(&setup, 60_000).unwrap();
        assert_eq!(writes.len(), 3);
        assert!((1.0 / sum(&writes) - published::decode(&setup, 60_000).unwrap()).abs() < 1e-9);
        let reads = prefill_parts(&setup, 3_000, 57_000).unwrap();
        assert_eq!(reads.len(), 4);
        assert!((3_000.0 / sum(&reads) - published::prefill(&setup, 3_000, 57_000).unwrap()).abs() < 1e-6);
    }
}
