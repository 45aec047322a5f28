//! The program a model runs in: engine, backend, age and whether attention is fused.

use crate::machine::{Machine, MachineKind};
use crate::setup::Split;
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
    /// ds4, an engine for DeepSeek V4 alone.
    Ds4,
    /// Anything else, and what no benchmark names: nothing is known of its speed.
    Other,
}

/// Parts of engine names as benchmarks word them, without case, spaces, points and dashes; the first that is contained decides.
/// `ollama` stands before `llama` and `vllm-mlx` is MLX.
const ENGINES: [(&str, Engine); 34] = [
    ("mlx", Engine::Mlx),
    ("ollama", Engine::Wrapped),
    ("lmstudio", Engine::Wrapped),
    ("lms", Engine::Wrapped),
    ("llamafile", Engine::Wrapped),
    ("localscore", Engine::Wrapped),
    ("gpt4all", Engine::Wrapped),
    ("jan", Engine::Wrapped),
    ("msty", Engine::Wrapped),
    ("openwebui", Engine::Wrapped),
    ("vllm", Engine::Serving),
    ("sglang", Engine::Serving),
    ("trtllm", Engine::Serving),
    ("tensorrt", Engine::Serving),
    ("trt", Engine::Serving),
    ("tgi", Engine::Serving),
    ("textgenerationinference", Engine::Serving),
    ("lmdeploy", Engine::Serving),
    ("aphrodite", Engine::Serving),
    ("nim", Engine::Serving),
    ("exllama", Engine::Exllama),
    ("exl2", Engine::Exllama),
    ("exl3", Engine::Exllama),
    ("tabby", Engine::Exllama),
    ("ds4", Engine::Ds4),
    ("dwarfstar", Engine::Ds4),
    ("llamacpp", Engine::LlamaCpp),
    ("llamabench", Engine::LlamaCpp),
    ("llamaserver", Engine::LlamaCpp),
    ("llamacli", Engine::LlamaCpp),
    ("llamaswap", Engine::LlamaCpp),
    ("lemonade", Engine::LlamaCpp),
    ("kobold", Engine::LlamaCpp),
    ("ggml", Engine::LlamaCpp),
];

/// Names so short that they only count at the beginning: `trt 1.0`, but not `start`.
const SHORT: usize = 4;

impl Engine {
    /// The engine a benchmark names, in any case and with any release or option beside it (`llama-server b6500`,
    /// `vLLM 0.11`); blank and unknown names are [`Engine::Other`].
    pub fn named(text: &str) -> Self {
        let bare: String =
            text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
        let known = |part: &str| match part.len() {
            ..SHORT if part != "mlx" => bare.starts_with(part),
            _ => bare.contains(part),
        };
        ENGINES.iter().find(|(part, _)| known(part)).map_or(Self::Other, |(_, engine)| *engine)
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::LlamaCpp => "llama.cpp",
            Self::Wrapped => "wrapped",
            Self::Mlx => "mlx",
            Self::Serving => "serving",
            Self::Exllama => "exllama",
            Self::Ds4 => "ds4",
            Self::Other => "unknown",
        }
    }

    /// How this engine shares a model between cards when nobody says: serving engines slice every layer, the others give
    /// each card some of the layers.
    pub fn usual_split(self) -> Split {
        if self == Self::Serving { Split::Tensor } else { Split::Layer }
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
        } else if (has("cpu") && !has("gpu")) || text == "blas" {
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
    /// Whether attention keeps its scores in memory: said so, or a build of a time when fusing had to be asked for.
    pub(crate) fn plain_attention(&self) -> bool {
        self.flash
            .map_or(self.old_build && matches!(self.engine, Engine::LlamaCpp | Engine::Wrapped | Engine::Other), |on| {
                !on
            })
    }

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
        let text: String = quant.to_ascii_lowercase().chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        let bare = text.trim_start_matches("gguf").trim_start_matches("ud").trim_start_matches("i1");
        let has = |parts: &[&str]| parts.iter().any(|part| bare.contains(part));
        if has(&["mxfp4", "nvfp4"]) || bare == "fp4" {
            Self::Float4
        } else if has(&["bf16", "bfloat16"]) {
            Self::Brain
        } else if ["f16", "fp16", "float16", "half", "f32", "fp32"].iter().any(|part| bare.starts_with(part)) {
            Self::Half
        } else if bare.starts_with("iq") {
            Self::Codebook
        } else if has(&["fp8", "f8", "e4m3"]) {
            Self::Float8
        } else if has(&["awq", "gptq", "int4", "w4a16", "w4a8", "nf4", "bnb", "exl", "autoround"])
            && !has(&["8bit", "int8"])
        {
            Self::Int4
        } else if has(&["q8", "int8", "8bit", "w8a"]) {
            Self::Bytes
        } else if ["q4_0", "q4_1", "q5_0", "q5_1"].contains(&bare) {
            Self::Legacy
        } else if has(&["2bit", "3bit", "4bit", "5bit", "6bit"]) {
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
