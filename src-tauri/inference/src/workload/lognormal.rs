//! The spread of use from day to day: many ordinary days and a few large ones, as a lognormal.

use std::f64::consts::SQRT_2;

/// Quantile of the standard normal that 90 % lie below.
pub const Z90: f64 = 1.281_551_565_544_600_4;

/// A positive figure whose logarithm is normal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lognormal {
    /// Mean, in the unit of the figure.
    pub mean: f64,
    /// Standard deviation of the logarithm; 0 is a figure that never moves.
    pub sigma: f64,
}

impl Lognormal {
    /// From a median and a 90th percentile. None unless `0 < median <= p90`.
    pub fn of_median_and_p90(median: f64, p90: f64) -> Option<Self> {
        if !(median > 0.0 && p90 >= median && p90.is_finite()) {
            return None;
        }
        let sigma = libm::log(p90 / median) / Z90;
        Some(Self { mean: median * libm::exp(sigma * sigma / 2.0), sigma })
    }

    /// From a mean and a 90th percentile. `ln(P90 / mean) = z σ − σ² / 2` has two roots, and the smaller is taken; a
    /// 90th percentile further out than any lognormal with this mean has puts σ at its bound, [`Z90`]. None unless
    /// `0 < mean <= p90`.
    pub fn of_mean_and_p90(mean: f64, p90: f64) -> Option<Self> {
        if !(mean > 0.0 && p90 >= mean && p90.is_finite()) {
            return None;
        }
        let root = (Z90 * Z90 - 2.0 * libm::log(p90 / mean)).max(0.0).sqrt();
        Some(Self { mean, sigma: Z90 - root })
    }

    /// From observed days: mean of the days, and the standard deviation of their logarithms. Days without use are
    /// no active days and are skipped. None with fewer than two active days.
    #[allow(clippy::cast_precision_loss, reason = "days are few")]
    pub fn of_days(days: &[f64]) -> Option<Self> {
        let active: Vec<f64> = days.iter().copied().filter(|day| day.is_finite() && *day > 0.0).collect();
        if active.len() < 2 {
            return None;
        }
        let count = active.len() as f64;
        let mean = active.iter().sum::<f64>() / count;
        let logs: Vec<f64> = active.iter().map(|day| libm::log(*day)).collect();
        let middle = logs.iter().sum::<f64>() / count;
        let variance = logs.iter().map(|log| (log - middle) * (log - middle)).sum::<f64>() / (count - 1.0);
        Some(Self { mean, sigma: variance.sqrt() })
    }

    /// The figure that half of the days lie below.
    pub fn median(&self) -> f64 {
        self.mean * libm::exp(-self.sigma * self.sigma / 2.0)
    }

    /// The figure that a share `p` of the days, 0 to 1, lies below.
    pub fn quantile(&self, p: f64) -> f64 {
        if self.sigma == 0.0 { self.mean } else { self.median() * libm::exp(self.sigma * normal_quantile(p)) }
    }

    /// The figure of a day on which a standard normal draw was `z`.
    pub fn draw(&self, z: f64) -> f64 {
        self.median() * libm::exp(self.sigma * z)
    }

    /// `count` days that stand for all days, each the middle of an equal share of them, scaled so that their mean is
    /// the mean. With no spread each is the mean.
    pub fn days(&self, count: u32) -> Vec<f64> {
        let count = count.max(1);
        let raw: Vec<f64> = (0..count).map(|day| self.quantile((f64::from(day) + 0.5) / f64::from(count))).collect();
        let mean = raw.iter().sum::<f64>() / f64::from(count);
        if mean > 0.0 { raw.into_iter().map(|day| day * self.mean / mean).collect() } else { raw }
    }
}

/// Standard deviation of the logarithm of a month that is the sum of independent days of the classes, each given as its
/// share of the month's use, the deviation `sigma` of the logarithm of a day, and its active days a month. The variance of
/// a sum is the sum of the variances, and the sum is taken for a lognormal again (Fenton, 1960):
/// σ² = ln(1 + Σ share² × (exp(sigma²) − 1) ÷ days).
pub fn month_sigma(classes: impl IntoIterator<Item = (f64, f64, f64)>) -> f64 {
    let variance: f64 = classes
        .into_iter()
        .filter(|(_, _, days)| *days > 0.0)
        .map(|(share, sigma, days)| share * share * libm::expm1(sigma * sigma) / days)
        .sum();
    libm::log1p(variance).sqrt()
}

/// The standard normal below which a share `p` lies: Acklam's rational approximation (2003) and one step of Halley,
/// right to about 1e-15. Outside 0 to 1 it is infinite.
pub fn normal_quantile(p: f64) -> f64 {
    if p.is_nan() {
        return f64::NAN;
    }
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416];
    let tail = |q: f64| {
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5])
            / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    };
    const LOW: f64 = 0.024_25;
    let x = if p < LOW {
        tail((-2.0 * libm::log(p)).sqrt())
    } else if p > 1.0 - LOW {
        -tail((-2.0 * libm::log(1.0 - p)).sqrt())
    } else {
        let q = p - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    };
    let error = 0.5 * libm::erfc(-x / SQRT_2) - p;
    let step = error * (2.0 * std::f64::consts::PI).sqrt() * libm::exp(x * x / 2.0);
    x - step / (1.0 + x * step / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By hand: a day of 0.75 has a squared variation of exp(0.5625) − 1 = 0.755055; over 21 days 0.035955, whose
    /// ln(1 + x) is 0.035324 and root 0.187946. Two classes of half the use each have half of that variation: 0.0179776,
    /// 0.0178179, 0.133483. Without spread nothing differs.
    #[test]
    fn a_month_differs_less_than_its_days_by_hand() {
        assert!((month_sigma([(1.0, 0.75, 21.0)]) - 0.187_946).abs() < 1e-6);
        assert!((month_sigma([(0.5, 0.75, 21.0), (0.5, 0.75, 21.0)]) - 0.133_483).abs() < 1e-6);
        assert_eq!(month_sigma([(1.0, 0.0, 21.0)]), 0.0);
    }

    /// From a table of the normal distribution: 97.5 % below 1.959964, 99 % below 2.326348, 0.1 % below −3.090232.
    #[test]
    fn quantiles_of_the_normal_are_the_tables() {
        for (p, z) in [(0.5, 0.0), (0.975, 1.959_963_985), (0.99, 2.326_347_874), (0.001, -3.090_232_306)] {
            assert!((normal_quantile(p) - z).abs() < 1e-8, "{p}");
        }
        assert!((normal_quantile(0.9) - Z90).abs() < 1e-12);
    }

    /// Anthropic's "$6 per developer per day, below $12 for 90 %" is σ = 0.78, and "$13, below $30 for 90 %" has σ at
    /// its bound of 1.28: ln(30/13) = 0.836 is above 1.2816²/2 = 0.821.
    #[test]
    fn published_means_and_percentiles() {
        let early = Lognormal::of_mean_and_p90(6.0, 12.0).unwrap();
        assert!((early.sigma - 0.78).abs() < 0.005, "{}", early.sigma);
        assert!((early.quantile(0.9) - 12.0).abs() < 1e-9);
        let late = Lognormal::of_mean_and_p90(13.0, 30.0).unwrap();
        assert!((late.sigma - 1.28).abs() < 0.005, "{}", late.sigma);
    }

    /// By hand: days of 1 and e² have logarithms 0 and 2, a standard deviation of √2 and a mean of (1 + e²) / 2.
    #[test]
    fn two_days_by_hand() {
        let two = Lognormal::of_days(&[1.0, 0.0, std::f64::consts::E.powi(2)]).unwrap();
        assert!((two.sigma - 2f64.sqrt()).abs() < 1e-12);
        assert!((two.mean - 4.194_528).abs() < 1e-6);
        assert_eq!(Lognormal::of_days(&[5.0, 0.0]), None);
    }

    #[test]
    fn figures_that_no_lognormal_has_are_refused() {
        assert_eq!(Lognormal::of_median_and_p90(0.0, 1.0), None);
        assert_eq!(Lognormal::of_median_and_p90(2.0, 1.0), None);
        assert_eq!(Lognormal::of_mean_and_p90(1.0, f64::INFINITY), None);
        assert_eq!(Lognormal::of_mean_and_p90(f64::NAN, 1.0), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn days_keep_the_mean_and_rise(mean in 1e-3..1e9f64, sigma in 0.0..2.0f64, count in 1u32..40) {
            let days = Lognormal { mean, sigma }.days(count);
            let found = days.iter().sum::<f64>() / f64::from(count);
            prop_assert!((found / mean - 1.0).abs() < 1e-9);
            prop_assert!(days.windows(2).all(|pair| pair[0] <= pair[1]));
        }

        #[test]
        fn the_quantile_undoes_the_distribution(p in 1e-6..0.999_999f64) {
            let back = 0.5 * libm::erfc(-normal_quantile(p) / SQRT_2);
            prop_assert!((back - p).abs() < 1e-12);
        }
    }
}
