//! The discount for lack of marketability (DLOM): how much less a share is worth that cannot be sold for years.
//!
//! Two models make a band, never one number. Chaffe (1993) prices the put that would guard against a fall while one
//! must hold: the high end. Finnerty (2012) prices the loss of choosing when to sell, as a put struck at the average
//! price, and never exceeds 2·N(√(ln 2)/2) − 1 = 32.3 %: the low end. Floats, good to about 1e-12.

use super::reference_price::{EuropeanOption, normal};
use serde::Serialize;

/// A discount as a band, each end a fraction of the price of a share that can be sold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketabilityBand {
    /// The smaller discount.
    pub low: f64,
    /// The larger discount.
    pub high: f64,
}

/// Chaffe's discount: an at-the-money European put over the years one must hold, as a fraction of the share price.
/// `None` where the figures are impossible.
pub fn chaffe(volatility: f64, years: f64, rate: f64) -> Option<f64> {
    let option = EuropeanOption { spot: 1.0, strike: 1.0, years, rate, dividend_yield: 0.0, volatility };
    option.prices().map(|prices| prices.put)
}

/// Finnerty's discount of 2012: N(v/2) − N(−v/2) with v² = σ²T + ln(2(e^{σ²T} − σ²T − 1)) − 2·ln(e^{σ²T} − 1), times
/// e^{−qT} for the dividends received meanwhile. `None` where the figures are impossible.
pub fn finnerty(volatility: f64, years: f64, dividend_yield: f64) -> Option<f64> {
    let variance = volatility * volatility * years;
    let possible = volatility >= 0.0 && years >= 0.0 && variance.is_finite() && dividend_yield.is_finite();
    if !possible {
        return None;
    }
    let width = averaged_variance(variance).max(0.0).sqrt();
    Some((normal(width / 2.0) - normal(-width / 2.0)) * libm::exp(-dividend_yield * years))
}

/// Finnerty's v² from σ²T, in forms that lose no digits where the printed one would: it runs from σ²T/3 near zero to
/// ln 2 at the end.
fn averaged_variance(variance: f64) -> f64 {
    if variance == 0.0 {
        return 0.0;
    }
    if variance < 1.0 {
        // 2(eᵘ − u − 1)/u² − 1 and (eᵘ − 1)/u − 1 as their series, because the subtractions would cancel.
        let (mut first, mut second) = (0.0, 0.0);
        let (mut a, mut b) = (1.0, 1.0);
        for k in 1..40 {
            a *= variance / f64::from(k + 2);
            b *= variance / f64::from(k + 1);
            first += a;
            second += b;
        }
        return variance + libm::log1p(first) - 2.0 * libm::log1p(second);
    }
    let fade = libm::exp(-variance);
    std::f64::consts::LN_2 + libm::log1p(-(variance + 1.0) * fade) - 2.0 * libm::log1p(-fade)
}

/// The band between both models, without dividends.
pub fn band(volatility: f64, years: f64, rate: f64) -> Option<MarketabilityBand> {
    let (a, b) = (finnerty(volatility, years, 0.0)?, chaffe(volatility, years, rate)?);
    Some(MarketabilityBand { low: a.min(b), high: a.max(b) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked from the formulas as printed (Finnerty 2012; Chaffe 1993) at σ = 0.9, three years and 4 %:
    /// σ²T = 2.43, e^2.43 = 11.3589, v² = 2.43 + ln(15.8577) − 2·ln(10.3589) = 0.5179, so 28.1 %; and a put of 47.7 %.
    #[test]
    fn the_band_of_a_volatile_share() {
        let band = band(0.9, 3.0, 0.04).unwrap();
        assert!((band.low - 0.281).abs() <= 0.0005, "{}", band.low);
        assert!((band.high - 0.477).abs() <= 0.0005, "{}", band.high);
    }

    /// The published bound of Finnerty's model, 32.3 %, and that a share sold at once has no discount.
    #[test]
    fn finnerty_is_bounded() {
        assert!((finnerty(5.0, 10.0, 0.0).unwrap() - 0.323).abs() <= 0.0005);
        assert!(finnerty(1e6, 100.0, 0.0).unwrap() <= 0.3231);
        assert_eq!(finnerty(0.5, 0.0, 0.0), Some(0.0));
        assert_eq!(chaffe(0.5, 0.0, 0.04), Some(0.0));
        assert_eq!((finnerty(-0.1, 1.0, 0.0), chaffe(0.5, f64::NAN, 0.0)), (None, None));
    }

    /// The two forms meet where one hands over to the other, and the limit near zero is σ²T/3.
    #[test]
    fn the_two_forms_agree() {
        let printed = |u: f64| u + (2.0 * (u.exp() - u - 1.0)).ln() - 2.0 * (u.exp() - 1.0).ln();
        for variance in [0.2, 0.5, 0.9, 0.999_999, 1.0, 1.5, 4.0, 20.0] {
            let difference = averaged_variance(variance) - printed(variance);
            assert!(difference.abs() <= 1e-12, "{variance}: {difference}");
        }
        assert!((averaged_variance(1e-8) - 1e-8 / 3.0).abs() <= 1e-16);
    }

    /// Longer waiting and more volatility never shrink the discount.
    #[test]
    fn both_grow_with_time_and_volatility() {
        let mut before = (0.0, 0.0);
        for step in 1..200 {
            let volatility = f64::from(step) * 0.01;
            let now = (finnerty(volatility, 3.0, 0.0).unwrap(), chaffe(volatility, 3.0, 0.0).unwrap());
            assert!(now.0 >= before.0 && now.1 >= before.1, "at {volatility}");
            before = now;
        }
    }
}
