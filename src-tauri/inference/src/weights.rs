//! How the bytes of a weight file divide between what every token reads and the routed experts.

use crate::model::Model;
use crate::quant::Layout;
use crate::setup::Weights;

/// Bytes of weights by how they are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByteShares {
    /// Read for every token.
    always: f64,
    /// All routed experts together; 0 for a dense model.
    experts: f64,
    /// Share of the expert bytes that one token reads.
    routed: f64,
    /// Chance that one token picks a given expert.
    picked: f64,
}

/// Bits per value of MXFP4, in which gpt-oss keeps its experts.
const MXFP4_BITS: f64 = 4.25;

impl ByteShares {
    /// Divides a file. The rules are fitted on published runs: a plain file has one width, a dynamic file below 7 bits
    /// keeps what every token reads at 7, a mixed file keeps it at 8.5, and gpt-oss has MXFP4 experts in any file.
    pub(crate) fn of(model: &Model, weights: &Weights) -> Self {
        let size = weights.bytes;
        let total = model.params_total_b * 1e9;
        let untied = model.untied_embedding_b() * 1e9;
        let (Some(shared), Some(picked)) = (model.nonexpert_active_b, model.routed_share()) else {
            return Self { always: size * (total - untied) / total, experts: 0.0, routed: 0.0, picked: 0.0 };
        };
        let shared = shared * 1e9;
        let active = model.params_active_b * 1e9;
        let routed_active = (active - shared).max(0.05 * active);
        let routed_total = total - shared - untied;
        let (always, experts) = if model.family == "gpt-oss" {
            let experts = routed_total * MXFP4_BITS / 8.0;
            ((size - experts).max(0.5e9) * shared / (shared + untied), experts)
        } else {
            let average = size / total;
            let width = match weights.layout {
                Layout::Dynamic if average < 7.0 / 8.0 => 7.0 / 8.0,
                Layout::Plain | Layout::Dynamic => average,
                Layout::Mixed => 8.5 / 8.0,
            };
            (shared * width, (size - (shared + untied) * width).max(0.3 * size))
        };
        Self { always, experts, routed: routed_active / routed_total, picked }
    }

    /// Bytes read for one token.
    pub(crate) fn for_one_token(&self) -> f64 {
        self.always + self.experts * self.routed
    }

    /// Bytes of routed experts among them.
    pub(crate) fn experts_for_one_token(&self) -> f64 {
        self.experts * self.routed
    }

    /// Bytes of all routed experts.
    pub(crate) fn all_experts(&self) -> f64 {
        self.experts
    }

    /// Bytes read when `tokens` go through together: each expert is read once if any of them picks it.
    pub(crate) fn touched_by(&self, tokens: f64) -> f64 {
        self.always + self.experts * (1.0 - libm::pow(1.0 - self.picked, tokens))
    }
}
