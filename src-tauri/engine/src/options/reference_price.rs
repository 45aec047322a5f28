//! Black–Scholes–Merton: the price of a European option that can be sold, as an upper reference only.
//!
//! An employee option cannot be sold or hedged, is lost soon after leaving and is exercised early, so this is never a
//! headline: it says what a listed option of the same terms would cost at most. Rates and the dividend yield are
//! continuous, per year. Floats: the normal distribution comes from `erfc`, so a price is good to about 1e-14 of the
//! share price.

use serde::{Deserialize, Serialize};

/// The terms of a European option on one share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EuropeanOption {
    /// Price of the share now.
    pub spot: f64,
    /// What exercising costs.
    pub strike: f64,
    /// Years to expiry.
    pub years: f64,
    /// Risk-free rate, continuous, per year as a fraction.
    pub rate: f64,
    /// Dividend yield, continuous, per year as a fraction.
    #[serde(default)]
    pub dividend_yield: f64,
    /// Standard deviation of the yearly log return, as a fraction.
    pub volatility: f64,
}

/// What the right to buy and the right to sell cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OptionPrices {
    /// The right to buy.
    pub call: f64,
    /// The right to sell.
    pub put: f64,
}

impl EuropeanOption {
    /// Both prices. `None` where a figure is not finite, or a price, time or volatility is negative.
    pub fn prices(&self) -> Option<OptionPrices> {
        let Self { spot, strike, years, rate, dividend_yield, volatility } = *self;
        let known = [spot, strike, years, rate, dividend_yield, volatility].iter().all(|figure| figure.is_finite());
        if !known || spot < 0.0 || strike < 0.0 || years < 0.0 || volatility < 0.0 {
            return None;
        }
        let share = spot * libm::exp(-dividend_yield * years);
        let paid = strike * libm::exp(-rate * years);
        if !share.is_finite() || !paid.is_finite() {
            return None;
        }
        let spread = volatility * years.sqrt();
        if spread == 0.0 || spot == 0.0 || strike == 0.0 {
            return Some(OptionPrices { call: (share - paid).max(0.0), put: (paid - share).max(0.0) });
        }
        let d1 = libm::log(share / paid) / spread + spread / 2.0;
        let d2 = d1 - spread;
        Some(OptionPrices {
            call: (share * normal(d1) - paid * normal(d2)).max(0.0),
            put: (paid * normal(-d2) - share * normal(-d1)).max(0.0),
        })
    }
}

/// The cumulative normal distribution.
pub(super) fn normal(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn prices(spot: f64, strike: f64, years: f64, rate: f64, dividend_yield: f64, volatility: f64) -> OptionPrices {
        EuropeanOption { spot, strike, years, rate, dividend_yield, volatility }.prices().expect("terms are possible")
    }

    /// py_vollib, tests of `black_scholes`: S 100, K 90, half a year, 1 %, volatility 20 %.
    #[test]
    fn the_prices_of_py_vollib() {
        let option = prices(100.0, 90.0, 0.5, 0.01, 0.0, 0.2);
        assert!((option.call - 12.111_581_435).abs() <= 5e-10, "{}", option.call);
        assert!((option.put - 1.662_704_562_31).abs() <= 5e-12, "{}", option.put);
        // The same project's `black_scholes_merton`: a put on S 100, K 95, half a year, 10 %, yield 5 %, volatility 20
        // %.
        let option = prices(100.0, 95.0, 0.5, 0.1, 0.05, 0.2);
        assert!((option.put - 2.464_787_646_76).abs() <= 5e-12, "{}", option.put);
    }

    /// Ellig, The Complete Guide to Executive Compensation (2007), table 8-4: ten years, at the money, rates
    /// continuous.
    #[test]
    fn the_prices_of_ellig() {
        assert!((prices(81.0, 81.0, 10.0, 0.06526, 0.0183, 0.26).call - 32.69).abs() <= 0.005);
        // The yield of 2.7 % is printed to a tenth, and 0.001 of a percent moves this price by 0.004.
        assert!((prices(63.0, 63.0, 10.0, 0.05487, 0.027, 0.31).call - 22.32).abs() <= 0.01);
    }

    /// FAS 123 (1995), illustration of a fixed option: S and K 50, six years, 30 %, yield 2.5 %, 7.5 %: 17.15.
    #[test]
    fn the_price_of_fas_123() {
        assert!((prices(50.0, 50.0, 6.0, 0.075, 0.025, 0.3).call - 17.152).abs() <= 0.0005);
    }

    #[test]
    fn impossible_terms_have_no_price() {
        let option =
            EuropeanOption { spot: 100.0, strike: 90.0, years: 1.0, rate: 0.0, dividend_yield: 0.0, volatility: 0.2 };
        for wrong in [
            EuropeanOption { spot: -1.0, ..option },
            EuropeanOption { strike: f64::NAN, ..option },
            EuropeanOption { years: -1.0, ..option },
            EuropeanOption { volatility: -0.1, ..option },
            EuropeanOption { rate: f64::INFINITY, ..option },
            EuropeanOption { rate: -1e6, ..option },
        ] {
            assert_eq!(wrong.prices(), None, "{wrong:?}");
        }
        // A share worth nothing stays worth nothing, and a free share is worth the share.
        assert_eq!(EuropeanOption { spot: 0.0, ..option }.prices(), Some(OptionPrices { call: 0.0, put: 90.0 }));
        assert_eq!(EuropeanOption { strike: 0.0, ..option }.prices(), Some(OptionPrices { call: 100.0, put: 0.0 }));
    }

    prop_compose! {
        fn terms()(
            spot in 0.01f64..1_000.0, strike in 0.01f64..1_000.0, years in 0.0f64..15.0, rate in -0.05f64..0.2,
            dividend_yield in 0.0f64..0.1, volatility in 0.0f64..1.5,
        ) -> EuropeanOption {
            EuropeanOption { spot, strike, years, rate, dividend_yield, volatility }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        /// Stoll's parity: the right to buy less the right to sell is the share less the strike, both discounted. The
        /// two prices are computed apart, so this can fail.
        #[test]
        fn put_call_parity(option in terms()) {
            let OptionPrices { call, put } = option.prices().unwrap();
            let forward = option.spot * (-option.dividend_yield * option.years).exp()
                - option.strike * (-option.rate * option.years).exp();
            prop_assert!((call - put - forward).abs() <= 1e-12 * (option.spot + option.strike * 3.0), "{option:?}");
        }

        /// A higher strike never makes a call dearer nor a put cheaper, and a call is worth neither more than the
        /// share nor less than exercising at the forward.
        #[test]
        fn monotone_in_the_strike(option in terms(), more in 0.0f64..500.0) {
            let lower = option.prices().unwrap();
            let higher = EuropeanOption { strike: option.strike + more, ..option }.prices().unwrap();
            let slack = 1e-12 * (option.spot + option.strike + more) * 3.0;
            prop_assert!(higher.call <= lower.call + slack && higher.put >= lower.put - slack);
            let share = option.spot * (-option.dividend_yield * option.years).exp();
            let paid = option.strike * (-option.rate * option.years).exp();
            prop_assert!(lower.call <= share + slack && lower.call >= (share - paid).max(0.0) - slack);
        }

        /// With no volatility an option is its discounted intrinsic value, and a hair of it changes next to nothing.
        #[test]
        fn no_volatility_is_discounted_intrinsic_value(option in terms()) {
            let intrinsic = (option.spot * (-option.dividend_yield * option.years).exp()
                - option.strike * (-option.rate * option.years).exp()).max(0.0);
            for volatility in [0.0, 1e-9] {
                let call = EuropeanOption { volatility, ..option }.prices().unwrap().call;
                prop_assert!((call - intrinsic).abs() <= 1e-8 * option.spot.max(option.strike), "{call} {intrinsic}");
            }
        }
    }
}
