//! The program a model runs in: engine, backend, age and whether attention is fused.

use crate::machine::{Machine, MachineKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The program that runs the model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Engine {
    /// llama.cpp itself, `llama-bench` or `llama-server`.
    #[default]
    LlamaCpp,
    /// Ollama or LM Studio: llama.cpp inside another program, with its defaults.
    Wrapped,
    /// Apple's MLX and the servers built on it.
    Mlx,
    /// Serving engines for many users: vLLM, SGLang, TensorRT-LLM.
    Serving,
    /// ExLlama.
    Exllama,
    /// Anything else.
    Other,
}

impl Engine {
    /// The engine a benchmark names, in any case; blank means llama.cpp, an unknown name is [`Engine::Other`].
    pub fn named(text: &str) -> Self {
        match text.trim().to_ascii_lowercase().as_str() {
            "" | "llama.cpp" | "llamacpp" | "llama-cpp" | "llama-bench" | "ik_llama.cpp" | "koboldcpp" => {
                Self::LlamaCpp
            }
            "ollama" | "lm studio" | "lmstudio" | "lm-studio" | "llamafile" | "localscore" => Self::Wrapped,
            "mlx" | "mlx-lm" | "mlx_lm" | "rapid-mlx" | "omlx" | "vllm-mlx" => Self::Mlx,
            "vllm" | "sglang" | "trtllm" | "tensorrt-llm" | "trt-llm" | "tgi" => Self::Serving,
            "exllama" | "exllamav2" | "exllamav3" | "tabbyapi" => Self::Exllama,
            _ => Self::Other,
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::LlamaCpp => "llama.cpp",
            Self::Wrapped => "wrapped",
            Self::Mlx => "mlx",
            Self::Serving => "serving",
            Self::Exllama => "exllama",
            Self::Other => "other",
        }
    }
}

/// What the engine drives the machine with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Backend {
    /// The maker's own: CUDA, Metal, ROCm on AMD's cards, Vulkan on Intel's; nobody said which.
    #[default]
    Native,
    /// NVIDIA's.
    Cuda,
    /// Apple's, MLX included.
    Metal,
    /// AMD's.
    Rocm,
    /// Vulkan with the usual driver.
    Vulkan,
    /// Vulkan with AMD's own driver.
    VulkanAmdvlk,
    /// Intel's.
    Sycl,
    /// The processor, whatever else is in the machine.
    Cpu,
}

impl Backend {
    /// The backend a benchmark names, in any case and with any driver release behind it; blank, `GPU` and unknown names
    /// are [`Backend::Native`].
    pub fn named(text: &str) -> Self {
        let text = text.trim().to_ascii_lowercase();
        let has = |part: &str| text.contains(part);
        if has("amdvlk") {
            Self::VulkanAmdvlk
        } else if has("vulkan") || has("radv") {
            Self::Vulkan
        } else if has("rocm") || has("hip") {
            Self::Rocm
        } else if has("cuda") {
            Self::Cuda
        } else if has("metal") || has("mtl") || has("mlx") {
            Self::Metal
        } else if has("sycl") {
            Self::Sycl
        } else if text == "cpu" || text == "blas" {
            Self::Cpu
        } else {
            Self::Native
        }
    }
}

/// How a model is run. The default is a current llama.cpp with the maker's backend and fused attention where it helps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Runtime {
    /// The program.
    pub engine: Engine,
    /// What it drives the machine with.
    pub backend: Backend,
    /// Fused ("flash") attention: on, off, or `None` when nobody said.
    pub flash: Option<bool>,
    /// Built before 2025, when each layer took longer.
    pub old_build: bool,
}

impl Runtime {
    /// Whether the weights are read by the processor.
    pub(crate) fn on_processor(&self, machine: &Machine) -> bool {
        machine.kind == MachineKind::Cpu || self.backend == Backend::Cpu
    }

    /// The driver as a trait, where it is another than the maker's own.
    pub(crate) fn driver(&self, machine: &Machine) -> Option<&'static str> {
        let amd = machine.family.starts_with("amd");
        match self.backend {
            Backend::VulkanAmdvlk => Some("amdvlk"),
            Backend::Vulkan if machine.family.starts_with("intel") => None,
            Backend::Vulkan => Some("vulkan"),
            Backend::Rocm if amd => Some("rocm"),
            Backend::Sycl => Some("sycl"),
            _ => None,
        }
    }
}

/// How the numbers of a weight file are packed, as far as it changes the speed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Packing {
    /// Blocks of 2 to 6 bits with shared scales (K-quants), the bulk of all measurements.
    #[default]
    Blocks,
    /// 16 bits as they are.
    Half,
    /// 16 bits with eight of exponent, which some drivers have to convert.
    Brain,
    /// 8 bits.
    Bytes,
    /// The oldest 4-bit blocks.
    Legacy,
    /// Codebooks (IQ), which cost compute.
    Codebook,
    /// 4-bit floating point (MXFP4, NVFP4).
    Float4,
    /// 4-bit integers of the serving engines (AWQ, GPTQ, MLX).
    Int4,
    /// 8-bit floating point.
    Float8,
}

impl Packing {
    /// The packing behind the name of a quantisation, in any case, with or without a vendor's prefix.
    pub fn named(quant: &str) -> Self {
        let text = quant.to_ascii_lowercase();
        let bare = text.trim_start_matches("gguf-").trim_start_matches("ud-").trim_start_matches("i1-");
        let has = |part: &str| bare.contains(part);
        if has("mxfp4") || has("nvfp4") || bare == "fp4" {
            Self::Float4
        } else if has("bf16") {
            Self::Brain
        } else if bare.starts_with("f16") || bare.starts_with("fp16") || bare == "f32" {
            Self::Half
        } else if bare.starts_with("iq") {
            Self::Codebook
        } else if has("fp8") || has("f8") {
            Self::Float8
        } else if has("q8") || has("int8") || has("8bit") || has("8-bit") {
            Self::Bytes
        } else if bare == "q4_0" || bare == "q4_1" || bare == "q5_0" || bare == "q5_1" {
            Self::Legacy
        } else if has("awq") || has("int4") || has("4bit") || has("gptq") || has("exl") {
            Self::Int4
        } else {
            Self::Blocks
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Half => "f16",
            Self::Brain => "bf16",
            Self::Bytes => "q8",
            Self::Legacy => "q4_0",
            Self::Codebook => "iq",
            Self::Float4 => "fp4",
            Self::Int4 => "int4",
            Self::Float8 => "fp8",
        }
    }
}
