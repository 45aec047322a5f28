//! Requests about runs of futures.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A run of futures that is not wanted any more.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StopRequest {
    /// The name that its request gave.
    pub run: String,
}
