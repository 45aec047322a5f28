//! The exponential of the inner loop.
//!
//! A path takes more than a hundred exponentials. The portable library's costs as much as everything else together,
//! and the system's differs between systems. This one is plain arithmetic, so that it has the same bits everywhere,
//! and stays within 4 units of the last place of the true value.

use counterweight_inference::balance::lanes::Lanes;

/// e to the power of each number, in place; within 4 units of the last place. Numbers beyond ±700, which no future
/// reaches, are held there. Without a branch, so that several are worked at once.
#[inline(always)]
pub(super) fn exp_lanes(values: &mut Lanes) {
    for value in values {
        *value = exp(*value);
    }
}

#[inline(always)]
fn exp(x: f64) -> f64 {
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    // Adding 1.5 × 2^52 rounds to the nearest whole number and leaves it in the last bits of the sum.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let x = x.clamp(-700.0, 700.0);
    let rounded = x * std::f64::consts::LOG2_E + ROUND;
    let k = rounded - ROUND;
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    // The series to the thirteenth power, in pairs, so that the steps do not wait for each other. For |r| below half
    // of ln 2 the next term is below 5e-18.
    let (r2, c) = (r * r, &SERIES);
    let (r4, r8) = (r2 * r2, r2 * r2 * r2 * r2);
    let low = (1.0 + r) + r2 * (c[2] + r * c[3]);
    let middle = (c[4] + r * c[5]) + r2 * (c[6] + r * c[7]);
    let high = (c[8] + r * c[9]) + r2 * (c[10] + r * c[11]) + r4 * (c[12] + r * c[13]);
    let mantissa = low + r4 * middle + r8 * high;
    // Two to the power of k: k and the bias go into the exponent's bits, all that is above them is shifted out.
    mantissa * f64::from_bits(rounded.to_bits().wrapping_add(1023) << 52)
}

/// One over the factorials.
const SERIES: [f64; 14] = [
    1.0,
    1.0,
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

#[cfg(test)]
mod tests {
    use super::exp;
    use proptest::prelude::*;

    #[test]
    fn ends_are_as_they_should_be() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(f64::NEG_INFINITY), exp(-700.0));
        assert_eq!(exp(1e9), exp(700.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100_000))]
        /// Beside the library's exponential, which is within one unit of the last place.
        #[test]
        fn agrees_with_the_library(x in -690.0..690.0f64) {
            let (ours, theirs) = (exp(x), libm::exp(x));
            prop_assert!((ours - theirs).abs() <= 5.0 * f64::EPSILON * theirs, "{x}: {ours} {theirs}");
        }
    }
}
