//! How figures travel: money as decimal text, dates as ISO text.

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use serde::Serializer;

/// Decimal places kept of a price held as `f64`: a billionth of a dollar, far below any listed price.
const PLACES: u32 = 9;

/// The exact decimal nearest to a price held as `f64`, to nine places.
pub(crate) fn decimal(price: f64) -> Decimal {
    Decimal::from_f64(price).map_or(Decimal::ZERO, |value| value.round_dp(PLACES).normalize())
}

/// Writes a price held as `f64` as decimal text, because money never travels as a float.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
pub(crate) fn price<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&decimal(*value).to_string())
}

/// Whether a text is an ISO date of a year, a month or a day: `2026`, `2026-02`, `2026-02-28`.
#[cfg(test)]
pub(crate) fn is_dated(text: &str) -> bool {
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    full.parse::<jiff::civil::Date>().is_ok()
}
