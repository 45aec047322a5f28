//! The time value of money: present and future value, payments, equivalent annual value and real rates.
//!
//! Conventions are those of numpy-financial and of spreadsheets. Money received is positive, money paid is negative,
//! and every answer solves `fv + pv·(1+r)ⁿ + pmt·(1 + r·when)·((1+r)ⁿ − 1)/r = 0`. A rate is a fraction for one
//! period (0.07 is 7 %). In [`npv`] the first flow is now and is not discounted.
//!
//! Amounts are decimals. A power with a whole exponent is exact to about 27 digits; only a fraction of a year in
//! [`discount_factor`] and the logarithm in [`nper`] pass through floats, and say so.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use thiserror::Error;

/// Why a figure has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FinanceError {
    /// 1 + rate is zero or less.
    #[error("A rate of −100 % or below cannot discount anything. Enter a higher rate.")]
    Rate,
    /// No period to spread something over.
    #[error("There is no period to spread this over. Enter at least one.")]
    Periods,
    /// Beyond what a decimal holds (about 7.9 × 10²⁸).
    #[error("The figure is too large to be held. Enter a lower rate or fewer periods.")]
    TooLarge,
    /// No number of payments gets there.
    #[error("No number of payments reaches that amount. Check the signs of the amounts.")]
    Never,
}

/// When in its period a payment falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum When {
    /// At its end: an ordinary annuity.
    #[default]
    End,
    /// At its beginning: an annuity due.
    Begin,
}

type Answer = Result<Decimal, FinanceError>;

fn fits(value: Option<Decimal>) -> Answer {
    value.ok_or(FinanceError::TooLarge)
}

/// (1 + `rate`) to the power of `periods`, by squaring.
pub fn growth(rate: Decimal, periods: u32) -> Answer {
    let mut base = fits(Decimal::ONE.checked_add(rate))?;
    if base <= Decimal::ZERO {
        return Err(FinanceError::Rate);
    }
    let mut power = Decimal::ONE;
    let mut left = periods;
    while left > 0 {
        if left & 1 == 1 {
            power = fits(power.checked_mul(base))?;
        }
        left >>= 1;
        if left > 0 {
            base = fits(base.checked_mul(base))?;
        }
    }
    Ok(power)
}

/// What 1 received after `periods` is worth now: 1 ÷ (1 + `rate`)ⁿ.
pub fn discount(rate: Decimal, periods: u32) -> Answer {
    if rate < Decimal::ZERO {
        // The reciprocal of a rate below zero grows, so no digits are lost to a power that runs to zero.
        let base = fits(Decimal::ONE.checked_add(rate))?;
        if base <= Decimal::ZERO {
            return Err(FinanceError::Rate);
        }
        return growth(fits(Decimal::ONE.checked_div(base))? - Decimal::ONE, periods);
    }
    fits(Decimal::ONE.checked_div(growth(rate, periods)?))
}

/// What 1 received after `months` is worth now at a yearly `rate`: 1 ÷ (1 + rate)^(months ÷ 12). Whole years are exact;
/// the months beyond them come from a float with 15 digits.
pub fn discount_factor(rate: Decimal, months: u32) -> Answer {
    let years = discount(rate, months / 12)?;
    if months.is_multiple_of(12) {
        return Ok(years);
    }
    let base = 1.0 + rate.to_f64().ok_or(FinanceError::TooLarge)?;
    let part = libm::pow(base, -f64::from(months % 12) / 12.0);
    fits(Decimal::from_f64_retain(part).and_then(|part| years.checked_mul(part.round_dp(15))))
}

/// The worth of 1 a period for `periods` periods: (1 − (1+r)⁻ⁿ) ÷ r, times 1 + r when paid at the beginning.
fn annuity(rate: Decimal, periods: u32, when: When) -> Answer {
    if rate.is_zero() {
        return Ok(Decimal::from(periods));
    }
    let worth = fits((Decimal::ONE - discount(rate, periods)?).checked_div(rate))?;
    match when {
        When::End => Ok(worth),
        When::Begin => fits(worth.checked_mul(Decimal::ONE + rate)),
    }
}

/// Present value of `periods` payments of `pmt` and of `fv` at their end.
pub fn pv(rate: Decimal, periods: u32, pmt: Decimal, fv: Decimal, when: When) -> Answer {
    let last = fits(fv.checked_mul(discount(rate, periods)?))?;
    let payments = fits(pmt.checked_mul(annuity(rate, periods, when)?))?;
    fits(last.checked_add(payments)).map(|sum| -sum)
}

/// Future value of `pv` now and `periods` payments of `pmt`.
pub fn fv(rate: Decimal, periods: u32, pmt: Decimal, pv: Decimal, when: When) -> Answer {
    let factor = growth(rate, periods)?;
    let first = fits(pv.checked_mul(factor))?;
    let payments = fits(annuity(rate, periods, when)?.checked_mul(factor).and_then(|worth| worth.checked_mul(pmt)))?;
    fits(first.checked_add(payments)).map(|sum| -sum)
}

/// The payment of each of `periods` periods that settles `pv` now and leaves `fv` at the end.
pub fn pmt(rate: Decimal, periods: u32, pv: Decimal, fv: Decimal, when: When) -> Answer {
    if periods == 0 {
        return Err(FinanceError::Periods);
    }
    let owed = fits(fv.checked_mul(discount(rate, periods)?).and_then(|last| last.checked_add(pv)))?;
    fits(owed.checked_div(annuity(rate, periods, when)?)).map(|payment| -payment)
}

/// How many payments of `pmt` turn `pv` into `fv`; a float, good to about 12 digits.
pub fn nper(rate: f64, pmt: f64, pv: f64, fv: f64, when: When) -> Result<f64, FinanceError> {
    if rate.is_nan() || rate <= -1.0 {
        return Err(FinanceError::Rate);
    }
    let periods = if rate == 0.0 {
        -(fv + pv) / pmt
    } else {
        let due = if when == When::Begin { 1.0 + rate } else { 1.0 };
        let perpetuity = pmt * due / rate;
        libm::log((perpetuity - fv) / (perpetuity + pv)) / libm::log1p(rate)
    };
    if periods.is_finite() { Ok(periods) } else { Err(FinanceError::Never) }
}

/// Net present value of `flows`, one a period; the first is now.
pub fn npv(rate: Decimal, flows: &[Decimal]) -> Answer {
    let base = fits(Decimal::ONE.checked_add(rate))?;
    if base <= Decimal::ZERO {
        return Err(FinanceError::Rate);
    }
    flows.iter().rev().try_fold(Decimal::ZERO, |later, flow| {
        fits(later.checked_div(base).and_then(|discounted| discounted.checked_add(*flow)))
    })
}

/// Net present value, at a yearly `rate`, of flows dated in months from now.
pub fn npv_by_month(rate: Decimal, flows: &[(u32, Decimal)]) -> Answer {
    flows.iter().try_fold(Decimal::ZERO, |sum, (months, flow)| {
        fits(flow.checked_mul(discount_factor(rate, *months)?).and_then(|worth| sum.checked_add(worth)))
    })
}

/// The level amount at the end of each of `years` that is worth `npv` now: npv·r ÷ (1 − (1+r)⁻ⁿ). It compares offers
/// over unequal horizons. At a rate of zero it is the average.
pub fn equivalent_annual(npv: Decimal, rate: Decimal, years: u32) -> Answer {
    pmt(rate, years, -npv, Decimal::ZERO, When::End)
}

/// The same over `months`, which need not be whole years: n = months ÷ 12.
pub fn equivalent_annual_by_month(npv: Decimal, rate: Decimal, months: u32) -> Answer {
    if months.is_multiple_of(12) {
        return equivalent_annual(npv, rate, months / 12);
    }
    if rate.is_zero() {
        return fits(npv.checked_mul(Decimal::from(12)).and_then(|year| year.checked_div(Decimal::from(months))));
    }
    let worth = fits((Decimal::ONE - discount_factor(rate, months)?).checked_div(rate))?;
    fits(npv.checked_div(worth))
}

/// Fisher's real rate: (1 + nominal) ÷ (1 + inflation) − 1, both fractions for the same period.
pub fn real_rate(nominal: Decimal, inflation: Decimal) -> Answer {
    let prices = fits(Decimal::ONE.checked_add(inflation))?;
    if prices <= Decimal::ZERO {
        return Err(FinanceError::Rate);
    }
    let money = fits(Decimal::ONE.checked_add(nominal))?;
    fits(money.checked_div(prices)).map(|real| real - Decimal::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::dec;

    fn near(answer: Answer, expected: Decimal, tolerance: Decimal) {
        let answer = answer.expect("has an answer");
        assert!((answer - expected).abs() <= tolerance, "{answer}, not {expected}");
    }

    /// numpy-financial's own tests (tests/test_financial.py): the figures as printed there.
    #[test]
    fn the_figures_of_numpy_financial() {
        near(pv(dec!(0.07), 20, dec!(12000), dec!(0), When::End), dec!(-127128.1709461939), dec!(0.0000000001));
        near(fv(dec!(0.075), 20, dec!(-2000), dec!(0), When::End), dec!(86609.362673), dec!(0.0000005));
        let flows = [dec!(-15000), dec!(1500), dec!(2500), dec!(3500), dec!(4500), dec!(6000)];
        near(npv(dec!(0.05), &flows), dec!(122.89), dec!(0.005));
        let monthly = dec!(0.08) / dec!(12);
        near(pmt(monthly, 60, dec!(15000), dec!(0), When::End), dec!(-304.145914), dec!(0.0000005));
        near(pmt(dec!(0), 60, dec!(15000), dec!(0), When::End), dec!(-250), dec!(0));
        let periods = nper(0.075, -2000.0, 0.0, 100_000.0, When::End).unwrap();
        assert!((periods - 21.544_944_2).abs() <= 5e-8, "{periods}");
    }

    /// By hand: 1,000 paid at the beginning of each of two years at 10 % is worth 1,000 + 1,000 ÷ 1.1.
    #[test]
    fn payments_at_the_beginning() {
        near(pv(dec!(0.1), 2, dec!(1000), dec!(0), When::Begin), dec!(-1909.0909090909), dec!(0.0000000001));
        // 1,000 × 1.21 + 1,000 × 1.1.
        near(fv(dec!(0.1), 2, dec!(-1000), dec!(0), When::Begin), dec!(2310), dec!(0.0000000001));
    }

    /// By hand: 100 at the end of each of three years at 10 % is worth 100 ÷ 1.1 + 100 ÷ 1.21 + 100 ÷ 1.331.
    #[test]
    fn the_equivalent_annual_value_of_a_level_stream_is_the_stream() {
        let worth = npv(dec!(0.1), &[dec!(0), dec!(100), dec!(100), dec!(100)]).unwrap();
        near(equivalent_annual(worth, dec!(0.1), 3), dec!(100), dec!(0.0000000001));
        near(equivalent_annual(dec!(300), dec!(0), 3), dec!(100), dec!(0));
    }

    /// By hand: 1.07 ÷ 1.03 − 1; equal rates leave nothing; a year is 12 months, and half of it the root.
    #[test]
    fn real_rates_and_parts_of_years() {
        near(real_rate(dec!(0.07), dec!(0.03)), dec!(0.0388349514563107), dec!(0.0000000000000001));
        near(real_rate(dec!(0.03), dec!(0.03)), dec!(0), dec!(0));
        near(discount_factor(dec!(0.21), 12), Decimal::ONE / dec!(1.21), dec!(0));
        near(discount_factor(dec!(0.21), 6), Decimal::ONE / dec!(1.1), dec!(0.000000000000002));
        near(discount_factor(dec!(-0.5), 24), dec!(4), dec!(0.0000000001));
    }

    #[test]
    fn what_has_no_answer_says_why() {
        assert_eq!(growth(dec!(-1), 3), Err(FinanceError::Rate));
        assert_eq!(pv(dec!(-2), 3, dec!(1), dec!(1), When::End), Err(FinanceError::Rate));
        assert_eq!(growth(dec!(10000), 200), Err(FinanceError::TooLarge));
        assert_eq!(pmt(dec!(0.1), 0, dec!(1), dec!(0), When::End), Err(FinanceError::Periods));
        assert_eq!(nper(0.05, 0.0, 100.0, 100.0, When::End), Err(FinanceError::Never));
        assert_eq!(nper(0.0, 0.0, 100.0, 100.0, When::End), Err(FinanceError::Never));
        assert_eq!(real_rate(dec!(0.1), dec!(-1)), Err(FinanceError::Rate));
    }

    /// calculatorgalaxy.com grows a whole grant of 100,000 at 10 % to the price of year 4 and says 146,410. Each
    /// quarter of it grows to its own vesting day only: 25,000 × (1.1 + 1.21 + 1.331 + 1.4641) is 127,627.50.
    #[test]
    fn a_published_mistake_a_grant_grown_past_its_vesting_days() {
        let vests: Decimal = (1..=4).map(|years| fv(dec!(0.1), years, dec!(0), dec!(-25000), When::End).unwrap()).sum();
        assert_eq!(vests, dec!(127627.5));
        assert_ne!(vests, dec!(146410));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        /// The five figures solve one equation: any one of them is recovered from the others.
        #[test]
        fn each_figure_is_recovered_from_the_others(
            rate in -2_000i64..50_000, periods in 1u32..60, payment in -1_000_000i64..1_000_000,
            now in -1_000_000i64..1_000_000, begin in any::<bool>(),
        ) {
            let (rate, payment, now) = (Decimal::new(rate, 5), Decimal::new(payment, 2), Decimal::new(now, 2));
            let when = if begin { When::Begin } else { When::End };
            let later = fv(rate, periods, payment, now, when).unwrap();
            let tolerance = dec!(0.0000000001) * (Decimal::ONE + later.abs());
            prop_assert!((pv(rate, periods, payment, later, when).unwrap() - now).abs() <= tolerance);
            prop_assert!((pmt(rate, periods, now, later, when).unwrap() - payment).abs() <= tolerance);
        }

        /// Worth adds up: the value of two streams is the value of their sum.
        #[test]
        fn worth_adds_up(
            rate in 0i64..50_000,
            flows in prop::collection::vec((-1_000_000i64..1_000_000, -1_000_000i64..1_000_000), 1..30),
        ) {
            let rate = Decimal::new(rate, 5);
            let a: Vec<Decimal> = flows.iter().map(|f| Decimal::new(f.0, 2)).collect();
            let b: Vec<Decimal> = flows.iter().map(|f| Decimal::new(f.1, 2)).collect();
            let both: Vec<Decimal> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
            let apart = npv(rate, &a).unwrap() + npv(rate, &b).unwrap();
            prop_assert!((npv(rate, &both).unwrap() - apart).abs() <= dec!(0.0000000001));
            let dated: Vec<(u32, Decimal)> = (0..).step_by(12).zip(a.iter().copied()).collect();
            prop_assert!((npv_by_month(rate, &dated).unwrap() - npv(rate, &a).unwrap()).abs() <= dec!(0.0000000001));
        }
    }
}
