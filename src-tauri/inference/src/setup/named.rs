//! Weights by the name that a benchmark gives their quantisation.

use super::Weights;
use crate::catalogue;
use crate::model::Model;
use crate::quant::Layout;
use crate::speed::runtime::Packing;

/// Names outside the catalogue and the quantisation whose size they have, exactly or nearly. K-quants with a larger output
/// layer (`_L`, `_XL`) go by the next larger usual one.
const ALIASES: [(&str, &str); 29] = [
    ("q2_k_l", "Q2_K"),
    ("q2_k_xl", "Q2_K"),
    ("q3_k", "Q3_K_M"),
    ("q3_k_xl", "Q3_K_L"),
    ("q4_k", "Q4_K_M"),
    ("q4_k_l", "Q4_K_M"),
    ("q4_k_xl", "UD-Q4_K_XL"),
    ("q5_k", "Q5_K_M"),
    ("q5_k_l", "Q5_K_M"),
    ("q5_k_xl", "UD-Q5_K_XL"),
    ("q6_k_l", "Q6_K"),
    ("q6_k_xl", "Q6_K"),
    ("q8_k_xl", "UD-Q8_K_XL"),
    ("q2", "Q2_K"),
    ("q3", "Q3_K_M"),
    ("q4", "Q4_K_M"),
    ("q5", "Q5_K_M"),
    ("q6", "Q6_K"),
    ("q8", "Q8_0"),
    ("fp4", "NVFP4"),
    ("awq", "INT4-g128"),
    ("gptq", "INT4-g128"),
    ("autoround", "INT4-g128"),
    ("int4", "INT4-g128"),
    ("w4a16", "INT4-g128"),
    ("w4a8", "INT4-g128"),
    ("bnb", "INT4-g128"),
    ("exl2", "INT4-g128"),
    ("exl3", "INT4-g128"),
];

/// Bits per weight of formats that no file of the catalogue has, from their blocks: 32 values of n bits with one 16-bit
/// scale (`_0`) or two (`_1`), ternary ones of llama.cpp, 4-bit NF4 with a 32-bit scale for 64, MXFP6 and MXFP8 with an 8-bit
/// scale for 32.
const BLOCKS: [(&str, f64); 11] = [
    ("q4_1", 5.0),
    ("q5_0", 5.5),
    ("q5_1", 6.0),
    ("tq1_0", 1.69),
    ("tq2_0", 2.06),
    ("nf4", 4.5),
    ("mxfp6", 6.25),
    ("mxfp8", 8.25),
    ("f32", 32.0),
    ("fp32", 32.0),
    ("q8_1", 9.0),
];

/// Narrowest and widest weights of any file, bits.
const BITS: std::ops::RangeInclusive<f64> = 1.0..=32.0;

impl Weights {
    /// The weights behind a quantisation as a benchmark words it: `gguf-q8_0`, `UD-Q4_K_XL`, `awq-int4`, `4bit`, `6-bit`,
    /// `W8A8`, `Q4_K - Medium`, `exl3-4.0bpw`. A stated size wins over the catalogue's. `None` when neither size nor width is
    /// known.
    pub fn named(model: &Model, quant: &str, gib: Option<f64>) -> Option<Self> {
        let bare = tidy(quant);
        let packing = Packing::named(&bare);
        let dynamic = bare.starts_with("ud-");
        let layout = if bare.contains("experts") {
            Layout::Mixed
        } else if dynamic {
            Layout::Dynamic
        } else {
            Layout::Plain
        };
        if let Some(gib) = gib {
            return Some(Self { packing, ..Self::from_gib(gib, layout) });
        }
        let plain = bare.trim_start_matches("ud-");
        let in_catalogue = catalogue::quant(&bare).or_else(|_| catalogue::quant(plain)).ok();
        let known = in_catalogue.or_else(|| catalogue::quant(alias(plain)?).ok());
        if let Some(known) = known {
            return Some(Self { packing, layout, ..Self::of(model, known) });
        }
        let bits = width(plain)?;
        let bytes = model.params_total_b * 1e9 * bits / 8.0;
        Some(Self { bytes, layout, known_file: false, packing })
    }
}

/// A name in small letters, without the vendor's prefix, the ending of a file and llama.cpp's long words.
fn tidy(quant: &str) -> String {
    let lower = quant.trim().to_ascii_lowercase();
    let bare = lower.trim_end_matches(".gguf").trim_start_matches("gguf-").trim_start_matches("i1-");
    let mut bare = bare.replace(" - medium", "_m").replace(" - small", "_s").replace(" - large", "_l");
    if let Some(first) = bare.split([' ', '(', ',']).next().filter(|first| first.len() > 1 && !bare.contains("experts"))
    {
        // What follows a name explains it, unless it says the width: `IQ4_XS - 4.25 bpw`.
        if catalogue::quant(first).is_ok() || alias(first).is_some() && !bare.contains("bpw") {
            bare = first.to_owned();
        }
    }
    bare
}

fn alias(plain: &str) -> Option<&'static str> {
    let found = |name: &str| ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, key)| *key);
    let first = plain.split(['-', ' ', '_']).next().unwrap_or(plain);
    found(plain).or_else(|| {
        let says_bits = plain.contains("bit") || plain.contains("bpw") || plain.contains("8");
        // `awq-marlin`, `nvfp4-lukealonso`, `fp8-dynamic`: the format, then who made it or how.
        match Packing::named(plain) {
            _ if plain.contains("bpw") => None,
            Packing::Float4 if plain.contains("nv") => Some("NVFP4"),
            Packing::Float4 => Some("MXFP4"),
            Packing::Float8 if !plain.starts_with("mx") => Some("FP8"),
            Packing::Brain => Some("BF16"),
            Packing::Half if !plain.contains("32") => Some("F16"),
            Packing::Int4 if plain.contains("int4") || plain.contains("w4a") => Some("INT4-g128"),
            Packing::Int4 if !says_bits => found(first),
            Packing::Bytes if plain.contains("q8") => Some("Q8_0"),
            Packing::Bytes if plain.contains("int8") || plain.contains("w8a") => Some("FP8"),
            _ => None,
        }
    })
}

/// Bits per weight that a name outside the catalogue says: `exl3-4.0bpw`, `6-bit`, `IQ3_KS`, `q5_0`.
fn width(plain: &str) -> Option<f64> {
    if let Some((_, bits)) = BLOCKS.iter().find(|(name, _)| plain.starts_with(name)) {
        return Some(*bits);
    }
    let before = |unit: &str| -> Option<f64> {
        let said = plain.split_once(unit)?.0.trim_end_matches(['-', ' ']);
        let digits = said.rsplit(|c: char| !c.is_ascii_digit() && c != '.').next()?;
        digits.parse().ok().filter(|bits| BITS.contains(bits))
    };
    // A stated width is that of the file; whole bits leave out the scales: two of 16 bits for 64 values.
    if let Some(bits) = before("bpw") {
        return Some(bits);
    }
    if let Some(bits) = before("bit") {
        return Some(if bits.fract() == 0.0 && bits < 16.0 { bits + 0.5 } else { bits });
    }
    // K and IQ names begin with whole bits and take about half a bit more.
    let digits = plain.strip_prefix("iq").or_else(|| plain.strip_prefix('q'))?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse::<f64>().ok().filter(|bits| (1.0..=8.0).contains(bits)).map(|bits| bits + 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits per weight by hand: a block of 32 values of 5 bits and a 16-bit scale is 5.5; MLX keeps two 16-bit scales for 64
    /// values, half a bit; AWQ, GPTQ and W4A16 in groups of 128 take 4.25; the K-quants are those of the catalogue, from
    /// published files.
    #[test]
    fn names_say_their_width() {
        let model = catalogue::model("qwen2.5-72b").unwrap();
        for (name, bits, layout) in [
            ("4-bit", 4.5, Layout::Plain),
            ("6bit", 6.5, Layout::Plain),
            ("MLX-5bit", 5.5, Layout::Plain),
            ("8bit", 8.5, Layout::Plain),
            ("w4a16", 4.25, Layout::Plain),
            ("W8A8", 8.0, Layout::Plain),
            ("int8-w8a8", 8.0, Layout::Plain),
            ("UD-Q2_K_XL", 2.99, Layout::Dynamic),
            ("UD-IQ2_M", 2.735, Layout::Dynamic),
            ("UD-Q6_K_XL", 6.564, Layout::Dynamic),
            ("Q5_0", 5.5, Layout::Plain),
            ("Q4_1", 5.0, Layout::Plain),
            ("Q2_K_L", 2.99, Layout::Plain),
            ("Q4", 4.821, Layout::Plain),
            ("Q4_K - Medium", 4.821, Layout::Plain),
            ("q4_k_m.gguf", 4.821, Layout::Plain),
            ("int4", 4.25, Layout::Plain),
            ("nf4", 4.5, Layout::Plain),
            ("GPTQ", 4.25, Layout::Plain),
            ("gptq-8bit", 8.5, Layout::Plain),
            ("AWQ", 4.25, Layout::Plain),
            ("mxfp4", 4.25, Layout::Plain),
            ("nvfp4", 4.5, Layout::Plain),
            ("NVFP4-lukealonso", 4.5, Layout::Plain),
            ("fp8", 8.0, Layout::Plain),
            ("fp8-dynamic", 8.0, Layout::Plain),
            ("bf16", 16.0, Layout::Plain),
            ("float16", 16.002, Layout::Plain),
            ("fp32", 32.0, Layout::Plain),
            ("exl3-4.0bpw-mul1", 4.0, Layout::Plain),
            ("EXL2 3.5 bpw", 3.5, Layout::Plain),
            ("IQ4_XS - 4.25 bpw", 4.298, Layout::Plain),
            ("IQ3_KS", 3.5, Layout::Plain),
        ] {
            let found = Weights::named(model, name, None).unwrap_or_else(|| panic!("{name} is not understood"));
            let actual = found.bytes * 8.0 / (model.params_total_b * 1e9);
            let file = model.files.iter().any(|file| name.eq_ignore_ascii_case(&file.quant));
            assert!(file || (actual - bits).abs() < 1e-9, "{name}: {actual} bits are not {bits}");
            assert_eq!(found.layout, layout, "{name}");
        }
        for name in ["mystery", "Q99", "", "-", "latest"] {
            assert!(Weights::named(model, name, None).is_none(), "{name}");
        }
    }
}
