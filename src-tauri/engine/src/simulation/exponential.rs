//! The exponential of the inner loop.
//!
//! A path takes more than a hundred exponentials. The portable library's costs as much as everything else together,
//! and the system's differs between systems. This one is plain arithmetic, so that it has the same bits everywhere,
//! and stays within 4 units of the last place of the true value.

/// e to the power of `x`; within 4 units of the last place for -700 < x < 700, and 0 or infinity beyond.
pub(super) fn exp(x: f64) -> f64 {
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    // Adding and taking away 1.5 × 2^52 rounds to the nearest whole number.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    if x.is_nan() {
        return x;
    }
    if x.abs() >= 700.0 {
        return if x > 0.0 { f64::INFINITY } else { 0.0 };
    }
    let k = (x * std::f64::consts::LOG2_E + ROUND) - ROUND;
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    // The series to the thirteenth power, in pairs, so that the steps do not wait for each other. For |r| below half
    // of ln 2 the next term is below 5e-18.
    let (r2, c) = (r * r, &SERIES);
    let (r4, r8) = (r2 * r2, r2 * r2 * r2 * r2);
    let low = (1.0 + r) + r2 * (c[2] + r * c[3]);
    let middle = (c[4] + r * c[5]) + r2 * (c[6] + r * c[7]);
    let high = (c[8] + r * c[9]) + r2 * (c[10] + r * c[11]) + r4 * (c[12] + r * c[13]);
    let mantissa = low + r4 * middle + r8 * high;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let power = f64::from_bits(((k as i64 + 1023) as u64) << 52);
    mantissa * power
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
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp(1e9), f64::INFINITY);
        assert!(exp(f64::NAN).is_nan());
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
