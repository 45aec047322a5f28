//! Why a prediction cannot be made, in words for people.

use serde::Serialize;
use ts_rs::TS;

/// A prediction was refused because a figure is unknown or the request is impossible. Nothing was guessed.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[ts(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PredictionProblem {
    /// The key names no machine.
    #[error("No machine called \"{key}\" is in the catalogue. Pick one from the list, or enter its figures.")]
    UnknownMachine {
        /// As it was asked for.
        key: String,
    },
    /// The key names no open model.
    #[error("No open model called \"{key}\" is in the catalogue. Pick one from the list.")]
    UnknownModel {
        /// As it was asked for.
        key: String,
    },
    /// The key names no quantisation.
    #[error("No quantisation called \"{key}\" is in the catalogue. Pick one from the list, for example Q4_K_M.")]
    UnknownQuant {
        /// As it was asked for.
        key: String,
    },
    /// Speed needs the memory bandwidth, and nobody published it.
    #[error("The memory bandwidth of {machine} is not known, so its speed is not predicted. Enter it to go on.")]
    UnknownBandwidth {
        /// Name of the machine.
        machine: String,
    },
    /// Reading speed needs the compute figure, and nobody published it.
    #[error("The 16-bit compute figure of {machine} is not known, so its reading speed is not predicted.")]
    UnknownCompute {
        /// Name of the machine.
        machine: String,
    },
    /// Reading speed and energy need the power limit, and nobody published it.
    #[error("The power of {machine} is not known, so neither reading speed nor electricity is predicted.")]
    UnknownPower {
        /// Name of the machine.
        machine: String,
    },
    /// More tokens than the model can hold.
    #[error("{asked_tokens} tokens are more than the {window_tokens} that {model} can hold. Shorten the context.")]
    ContextTooLong {
        /// Name of the model.
        model: String,
        /// Tokens asked for.
        asked_tokens: u64,
        /// Tokens the model can hold.
        window_tokens: u64,
    },
    /// Weights, cache and buffers are larger than the memory.
    #[error(
        "{model} needs {needed_gib:.1} GiB and {machine} offers {usable_gib:.1} GiB. \
         Choose a smaller model, a smaller quantisation or a shorter context."
    )]
    DoesNotFit {
        /// Name of the machine.
        machine: String,
        /// Name of the model.
        model: String,
        /// What it would take, GiB.
        needed_gib: f64,
        /// What there is, GiB.
        usable_gib: f64,
    },
    /// A figure outside what makes sense.
    #[error("{what} must be {rule}.")]
    BadFigure {
        /// Which figure.
        what: String,
        /// What it must satisfy.
        rule: String,
    },
}
