//! Figures in words: money, shares and spans of time, as they stand in sentences, tables and labels.
//!
//! Money stays a decimal from end to end. Rounding is half to even everywhere. A minus is U+2212, and the
//! spaces inside a figure do not break.

use counterweight_domain::Currency;
use rust_decimal::{Decimal, RoundingStrategy};

/// The minus sign, U+2212: as wide as the plus, unlike the hyphen.
pub const MINUS: char = '\u{2212}';
/// The space that does not break a line.
const NBSP: char = '\u{a0}';

/// What amounts of a currency are counted in, as a word: `dollars`; the code when the word would be unclear.
pub fn unit(currency: Currency) -> &'static str {
    match currency.code() {
        "USD" => "dollars",
        "EUR" => "euros",
        "GBP" => "pounds",
        "INR" => "rupees",
        "JPY" => "yen",
        code => code,
    }
}

/// An amount to its currency's smallest unit: `$61,900`, `−$12.50`, `¥1,200`, `CHF 90`.
///
/// The fraction is left away when it is zero, and complete when it is not.
pub fn money(amount: Decimal, currency: Currency) -> String {
    let rounded = half_even(amount, currency.decimals());
    let digits = if rounded.fract().is_zero() { 0 } else { currency.decimals() };
    with_sign(rounded, currency, &grouped(rounded.abs(), digits))
}

/// An amount to the nearest whole unit, for sentences: `$61,900`.
pub fn whole(amount: Decimal, currency: Currency) -> String {
    let rounded = half_even(amount, 0);
    with_sign(rounded, currency, &grouped(rounded.abs(), 0))
}

/// An amount with its sign always said, for differences: `+$61,900`, `−$42,300`, `$0`.
pub fn signed(amount: Decimal, currency: Currency) -> String {
    let text = money(amount, currency);
    if half_even(amount, currency.decimals()) > Decimal::ZERO { format!("+{text}") } else { text }
}

/// An amount in the room of a label: `$950`, `$4.6k`, `$251k`, `$1.2M`, `−$3B`.
///
/// One decimal below 100 of a unit, none above, and none when it is zero.
pub fn compact(amount: Decimal, currency: Currency) -> String {
    let (rounded, text) = shortened(amount, currency);
    with_sign(rounded, currency, &text)
}

/// Like [`compact`], with no currency, where the unit has been said: `251k`.
pub fn short(amount: Decimal, currency: Currency) -> String {
    let (rounded, text) = shortened(amount, currency);
    if rounded < Decimal::ZERO { format!("{MINUS}{text}") } else { text }
}

/// A number of tokens in the room of a label: `950`, `12 k`, `4.5 M`, `3.2 bn`.
pub fn tokens(number: u64) -> String {
    let exact = Decimal::from(number);
    let units = [(1_000_000_000_u64, "bn"), (1_000_000, "M"), (1_000, "k")];
    for (unit, name) in units {
        // What rounds up to the unit is said in it: 999,960 is 1.0 M and not 1,000 k.
        if number >= unit - unit / 2000 {
            let part = exact / Decimal::from(unit);
            let digits = u32::from(part < Decimal::TEN);
            return format!("{}{NBSP}{name}", grouped(half_even(part, digits), digits));
        }
    }
    grouped(exact, 0)
}

/// A share from 0 to 1 as percent: `12 %`. Never `0 %` or `100 %` for a share that is not exactly that.
///
/// A share that is not a number is `unknown`.
pub fn percent(share: f64) -> String {
    match rounded_hundred(share) {
        None => "unknown".to_owned(),
        Some(Hundred::Under) => format!("under 1{NBSP}%"),
        Some(Hundred::Over) => format!("over 99{NBSP}%"),
        Some(Hundred::Exactly(n)) => format!("{n}{NBSP}%"),
    }
}

/// A share of futures, from 0 to 1: `72 of 100`. Never `0` or `100 of 100` for a share that is not exactly that.
///
/// A share that is not a number is `an unknown share`.
pub fn of_hundred(share: f64) -> String {
    match rounded_hundred(share) {
        None => "an unknown share".to_owned(),
        Some(Hundred::Under) => "fewer than 1 of 100".to_owned(),
        Some(Hundred::Over) => "more than 99 of 100".to_owned(),
        Some(Hundred::Exactly(n)) => format!("{n} of 100"),
    }
}

/// A number of months: `1 month`, `48 months`.
pub fn months(count: u32) -> String {
    plural(count, "month")
}

/// A number of years: `1 year`, `4 years`.
pub fn years(count: u32) -> String {
    plural(count, "year")
}

/// A whole number with its digits in groups of three: `10,000`.
pub fn count(number: u32) -> String {
    grouped(Decimal::from(number), 0)
}

fn plural(number: u32, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

enum Hundred {
    Under,
    Over,
    Exactly(i64),
}

fn rounded_hundred(share: f64) -> Option<Hundred> {
    if !share.is_finite() {
        return None;
    }
    let rounded = (share * 100.0).round_ties_even();
    Some(if share > 0.0 && rounded < 1.0 {
        Hundred::Under
    } else if share < 1.0 && rounded > 99.0 {
        Hundred::Over
    } else {
        Hundred::Exactly(rounded as i64)
    })
}

pub(crate) fn half_even(amount: Decimal, digits: u32) -> Decimal {
    amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointNearestEven)
}

fn with_sign(rounded: Decimal, currency: Currency, figure: &str) -> String {
    let minus = if rounded < Decimal::ZERO { MINUS.to_string() } else { String::new() };
    let sign = currency.sign();
    // A code is a word and takes a space; a sign stands at its figure.
    let gap = if sign == currency.code() { NBSP.to_string() } else { String::new() };
    format!("{minus}{sign}{gap}{figure}")
}

/// The digits of an amount that is not negative, in groups of three.
pub(crate) fn grouped(amount: Decimal, digits: u32) -> String {
    let text = format!("{amount:.precision$}", precision = digits as usize);
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut out = String::with_capacity(text.len() + text.len() / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// The amount as rounded, and its figure without sign.
fn shortened(amount: Decimal, currency: Currency) -> (Decimal, String) {
    let size = amount.abs();
    // Rounding may carry into the next unit (999,950 is 1M, not 1,000k), so each unit is tried on the rounded figure.
    let units = [(1_000_u64, "k"), (1_000_000, "M"), (1_000_000_000, "B"), (1_000_000_000_000, "T")];
    let plain_digits = if size < Decimal::TEN { currency.decimals() } else { 0 };
    let plain = half_even(size, plain_digits);
    if plain < Decimal::from(1_000) {
        let digits = if plain.fract().is_zero() { 0 } else { plain_digits };
        return (if amount < Decimal::ZERO { -plain } else { plain }, grouped(plain, digits));
    }
    for (index, (unit, letter)) in units.iter().enumerate() {
        let exact = size / Decimal::from(*unit);
        let one = half_even(exact, 1);
        let figure = if one < Decimal::from(100) { one } else { half_even(exact, 0) };
        if figure < Decimal::from(1_000) || index + 1 == units.len() {
            let digits = if figure.fract().is_zero() { 0 } else { 1 };
            return (
                if amount < Decimal::ZERO { -figure } else { figure },
                format!("{}{letter}", grouped(figure, digits)),
            );
        }
    }
    unreachable!("the last unit always returns")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_fit_a_label() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_500, "1.5 k"),
            (12_345, "12 k"),
            (999_960, "1.0 M"),
            (4_460_000, "4.5 M"),
            (3_190_000_000, "3.2 bn"),
            (u64::MAX, "18,446,744,074 bn"),
        ] {
            assert_eq!(tokens(number).replace(NBSP, " "), text);
        }
    }

    fn d(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }
    fn c(code: &str) -> Currency {
        Currency::from_code(code).expect("a currency")
    }

    #[test]
    fn money_keeps_the_smallest_unit() {
        for (amount, code, said) in [
            ("61900", "USD", "$61,900"),
            ("61900.00", "USD", "$61,900"),
            ("1234567.5", "USD", "$1,234,567.50"),
            ("-12.505", "USD", "−$12.50"), // half to even: 12.50
            ("12.515", "USD", "$12.52"),   // half to even: 12.52
            ("-0.004", "USD", "$0"),       // rounds to nothing: no minus
            ("0", "EUR", "€0"),
            ("1200.4", "JPY", "¥1,200"),
            ("90", "CHF", "CHF\u{a0}90"),
            ("-90", "CHF", "−CHF\u{a0}90"),
            ("1.2345", "KWD", "KWD\u{a0}1.234"), // three digits: 1.2345 is halfway, and 4 is even
            ("79228162514264337593543950335", "USD", "$79,228,162,514,264,337,593,543,950,335"),
        ] {
            assert_eq!(money(d(amount), c(code)), said, "{amount} {code}");
        }
    }

    #[test]
    fn whole_rounds_half_to_even() {
        assert_eq!(whole(d("2.5"), Currency::USD), "$2");
        assert_eq!(whole(d("3.5"), Currency::USD), "$4");
        assert_eq!(whole(d("-1234.51"), Currency::USD), "−$1,235");
    }

    #[test]
    fn signed_says_its_sign() {
        assert_eq!(signed(d("61900"), Currency::USD), "+$61,900");
        assert_eq!(signed(d("-42300"), Currency::USD), "−$42,300");
        assert_eq!(signed(d("0.001"), Currency::USD), "$0");
    }

    #[test]
    fn compact_fits_a_label() {
        for (amount, said) in [
            ("0", "$0"),
            ("0.5", "$0.50"),
            ("9.999", "$10"),
            ("950.4", "$950"),
            ("999.5", "$1k"), // half to even: 1,000, so the next unit
            ("4600", "$4.6k"),
            ("54200", "$54.2k"),
            ("99949", "$99.9k"),
            ("99950", "$100k"), // 99.95 is halfway; 100.0 is the even tenth
            ("250000", "$250k"),
            ("251499", "$251k"),
            ("999499", "$999k"),
            ("999950", "$1M"),
            ("1200000", "$1.2M"),
            ("-3000000000", "−$3B"),
            ("12345678901234567", "$12,346T"),
        ] {
            assert_eq!(compact(d(amount), Currency::USD), said, "{amount}");
        }
        assert_eq!(short(d("-54200"), Currency::USD), "−54.2k");
        assert_eq!(compact(d("54200"), c("SEK")), "SEK\u{a0}54.2k");
    }

    #[test]
    fn shares_never_claim_certainty() {
        for (share, said) in [
            (0.0, "0\u{a0}%"),
            (0.004, "under 1\u{a0}%"),
            (0.125, "12\u{a0}%"), // half to even
            (0.996, "over 99\u{a0}%"),
            (1.0, "100\u{a0}%"),
            (f64::NAN, "unknown"),
        ] {
            assert_eq!(percent(share), said, "{share}");
        }
        assert_eq!(of_hundred(0.72), "72 of 100");
        assert_eq!(of_hundred(0.9999), "more than 99 of 100");
        assert_eq!(of_hundred(0.0001), "fewer than 1 of 100");
    }

    #[test]
    fn time_and_counts() {
        assert_eq!(months(1), "1 month");
        assert_eq!(months(48), "48 months");
        assert_eq!(years(4), "4 years");
        assert_eq!(count(10_000), "10,000");
    }
}
