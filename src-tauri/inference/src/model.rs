//! The shape of an open-weight model: what its weights weigh and what its cache grows by.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether every weight is read for every token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum ModelKind {
    /// Every weight is read for every token.
    Dense,
    /// A mixture of experts: each token reads a few experts of many.
    Moe,
}

/// How the growing layers keep past tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Attention {
    /// Keys and values of each key-value head (grouped-query or multi-head attention).
    Gqa,
    /// One compressed latent per layer (multi-head latent attention).
    Mla,
    /// A design of its own whose bytes per token were measured.
    Measured,
}

/// A published weight file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct WeightFile {
    /// Key of the quantisation.
    pub quant: String,
    /// Size, GiB.
    pub gib: f64,
    /// Address where the size was reported.
    pub source: String,
    /// Whether the reporter rounded or derived it.
    #[serde(default)]
    pub approximate: bool,
}

/// An open-weight model. Parameters are in 10^9. `None` means unknown or that the model has no such part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Model {
    /// Short name used in cases and on the command line.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// Where the weights are published, owner and name.
    pub repository: String,
    /// Model family.
    pub family: String,
    /// Dense or mixture of experts.
    pub kind: ModelKind,
    /// All parameters, 10^9.
    pub params_total_b: f64,
    /// Parameters read for one token, 10^9.
    pub params_active_b: f64,
    /// Parameters read for one token outside the routed experts, 10^9 (mixtures only).
    pub nonexpert_active_b: Option<f64>,
    /// Layers.
    pub layers: u32,
    /// Width of a token's state.
    pub hidden: u32,
    /// Query heads.
    pub heads: u32,
    /// Key-value heads.
    pub kv_heads: u32,
    /// Numbers per head.
    pub head_dim: u32,
    /// Width of the dense feed-forward part.
    pub dense_inter: Option<u32>,
    /// Width of one expert.
    pub moe_inter: Option<u32>,
    /// Routed experts per layer.
    pub experts: Option<u32>,
    /// Routed experts read for one token.
    pub experts_per_token: Option<u32>,
    /// Experts read for every token.
    pub shared_experts: Option<u32>,
    /// Size of the vocabulary, tokens.
    pub vocab: u32,
    /// Whether input and output share one embedding table.
    pub tied_embeddings: bool,
    /// How the growing layers keep past tokens.
    pub attention: Attention,
    /// The same in words.
    pub attention_note: String,
    /// Layers whose cache grows with every token.
    pub full_layers: u32,
    /// Layers that keep only the last `sliding_window` tokens.
    pub sliding_layers: Option<u32>,
    /// Tokens a sliding layer keeps.
    pub sliding_window: Option<u32>,
    /// Layers with a state of constant size.
    pub linear_layers: Option<u32>,
    /// Key-value heads of the full layers, where they differ.
    pub global_kv_heads: Option<u32>,
    /// Numbers per head of the full layers, where they differ.
    pub global_head_dim: Option<u32>,
    /// Numbers in the compressed latent.
    pub kv_lora_rank: Option<u32>,
    /// Numbers for the position beside the latent.
    pub rope_dim: Option<u32>,
    /// Measured bytes of cache per token at 16 bits.
    pub kv_bytes_per_token: Option<u32>,
    /// Tokens the model can hold.
    pub context_tokens: u64,
    /// Licence as published.
    pub licence: String,
    /// Source keys, see [`crate::catalogue::source`].
    pub sources: Vec<String>,
    /// What to know before relying on the row.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Published weight files.
    #[serde(default)]
    pub files: Vec<WeightFile>,
}

/// How the cache of past tokens is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum KvCache {
    /// 16 bits a number, the default everywhere.
    #[default]
    F16,
    /// 8 bits and a scale: 0.53 of F16.
    Q8,
    /// 4 bits and a scale: 0.28 of F16.
    Q4,
}

impl KvCache {
    /// Bytes for one number of the cache.
    pub fn bytes(self) -> f64 {
        match self {
            Self::F16 => 2.0,
            Self::Q8 => 2.0 * 0.53,
            Self::Q4 => 2.0 * 0.28,
        }
    }
}

impl Model {
    /// Whether tokens are routed to experts.
    pub fn is_moe(&self) -> bool {
        self.kind == ModelKind::Moe
    }

    /// Parameters of the embedding table, 10^9: vocabulary times width.
    pub fn embedding_b(&self) -> f64 {
        f64::from(self.vocab) * f64::from(self.hidden) / 1e9
    }

    /// Parameters of the input table that decoding never reads through, 10^9: the table when it is not shared with
    /// the output, otherwise none.
    pub fn untied_embedding_b(&self) -> f64 {
        if self.tied_embeddings { 0.0 } else { self.embedding_b() }
    }

    /// Share of the routed experts that one token reads, `None` for a dense model.
    pub fn routed_share(&self) -> Option<f64> {
        Some(f64::from(self.experts_per_token?) / f64::from(self.experts?))
    }

    /// Bytes the cache grows by with each token beyond every window.
    pub fn kv_bytes_per_token(&self, cache: KvCache) -> f64 {
        let numbers = match self.attention {
            Attention::Gqa => {
                let heads = self.global_kv_heads.unwrap_or(self.kv_heads);
                let width = self.global_head_dim.unwrap_or(self.head_dim);
                f64::from(self.full_layers) * 2.0 * f64::from(heads) * f64::from(width)
            }
            Attention::Mla => {
                let latent = self.kv_lora_rank.unwrap_or(0) + self.rope_dim.unwrap_or(0);
                f64::from(self.full_layers) * f64::from(latent)
            }
            Attention::Measured => f64::from(self.kv_bytes_per_token.unwrap_or(0)) / 2.0,
        };
        numbers * cache.bytes()
    }

    /// Bytes of the cache after `tokens`: the growing layers, and the sliding layers up to their window. The constant
    /// state of linear layers is left out, because it is small beside the rest.
    #[allow(clippy::cast_precision_loss, reason = "a context is far below 2^53 tokens")]
    pub fn kv_bytes(&self, tokens: u64, cache: KvCache) -> f64 {
        let growing = self.kv_bytes_per_token(cache) * tokens as f64;
        let sliding = match (self.sliding_layers, self.sliding_window) {
            (Some(layers), Some(window)) => {
                let kept = tokens.min(u64::from(window)) as f64;
                f64::from(layers) * 2.0 * f64::from(self.kv_heads) * f64::from(self.head_dim) * cache.bytes() * kept
            }
            _ => 0.0,
        };
        growing + sliding
    }
}
