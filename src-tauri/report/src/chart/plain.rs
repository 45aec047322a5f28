//! Figures that are not money: values of an assumption with their unit, and round steps along an axis.

use crate::format::{MINUS, grouped, half_even};
use rust_decimal::Decimal;

/// A value with at most one digit after the point, and none from ten on: `38`, `2.5`, `−50`.
pub(super) fn figure(value: f64) -> String {
    if !value.is_finite() {
        return "unknown".to_owned();
    }
    let Ok(exact) = Decimal::try_from(value) else { return format!("{value:.1e}") };
    let digits = if half_even(exact.abs(), 1) < Decimal::TEN { 1 } else { 0 };
    let rounded = half_even(exact, digits);
    let digits = if rounded.fract().is_zero() { 0 } else { digits };
    let minus = if rounded < Decimal::ZERO { MINUS.to_string() } else { String::new() };
    format!("{minus}{}", grouped(rounded.abs(), digits))
}

/// A value with its unit: `38 %`, `18 months`, `1 month`.
pub(super) fn with_unit(value: f64, unit: &str) -> String {
    let figure = figure(value);
    let unit = if unit == "months" && figure == "1" { "month" } else { unit };
    if unit.is_empty() { figure } else { format!("{figure}\u{a0}{unit}") }
}

/// A value with its unit in the room of a label, and its sign where values may be negative: `+62 %`, `12 mo`.
pub(super) fn brief(value: f64, unit: &str, signed: bool) -> String {
    let plus = if signed && figure(value).chars().any(|c| ('1'..='9').contains(&c)) && value > 0.0 { "+" } else { "" };
    format!("{plus}{}", with_unit(value, if unit == "months" { "mo" } else { unit }))
}

/// Round values from `low` to `high`, at most about `wanted` of them.
pub(super) fn round_steps(low: f64, high: f64, wanted: f64, unit: &str) -> Vec<f64> {
    let raw = (high - low) / wanted.max(1.0);
    if !raw.is_finite() || raw <= 0.0 {
        return vec![low];
    }
    let power = 10_f64.powf(raw.log10().floor());
    let months = [1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 36.0, 60.0, 120.0];
    let of_ten = || [1.0, 2.0, 2.5, 5.0].into_iter().map(|m| m * power).find(|s| *s >= raw).unwrap_or(10.0 * power);
    let step = match months.into_iter().find(|s| *s >= raw) {
        Some(step) if unit == "months" => step,
        _ => of_ten(),
    };
    // Beyond this the steps are finer than the numbers can tell apart.
    if (low.abs().max(high.abs()) / step) > 1e12 {
        return vec![low];
    }
    let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
    (first..=last).map(|n| n as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_said_with_their_unit() {
        assert_eq!(figure(38.4), "38");
        assert_eq!(figure(2.5), "2.5");
        assert_eq!(figure(-0.01), "0");
        assert_eq!(figure(f64::NAN), "unknown");
        assert_eq!(figure(1e300), "1.0e300");
        assert_eq!(with_unit(1.0, "months"), "1\u{a0}month");
        assert_eq!(brief(62.0, "%", true), "+62\u{a0}%");
        assert_eq!(brief(-35.0, "%", true), "−35\u{a0}%");
        assert_eq!(brief(73.0, "%", false), "73\u{a0}%");
        assert_eq!(brief(12.0, "months", false), "12\u{a0}mo");
        assert_eq!(brief(0.0, "%", true), "0\u{a0}%");
    }

    #[test]
    fn steps_are_round() {
        assert_eq!(round_steps(-50.0, 100.0, 5.0, "%"), [-50.0, 0.0, 50.0, 100.0]);
        assert_eq!(round_steps(1.0, 48.0, 5.0, "months"), [12.0, 24.0, 36.0, 48.0]);
        assert_eq!(round_steps(3.0, 3.0, 5.0, "%"), [3.0]);
        assert_eq!(round_steps(1e300, 1e300_f64.next_up(), 5.0, "%").len(), 1);
    }
}
