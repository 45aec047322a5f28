//! Numbers as people write them: `182k`, `$210,000`, `15 %`, `40/30/20/10`.
//!
//! A text with two readings is never guessed at: `185.000` may be one hundred and eighty-five or a thousand
//! times as much, so it is a problem that names both.

use crate::entry::FromText;
use crate::finding::Problem;
use rust_decimal::{Decimal, dec};
use std::fmt;
use std::str::FromStr;

/// The largest amount taken: a hundred thousand million. More is a slip of the keyboard, and would overflow sums.
const LARGEST: Decimal = dec!(100_000_000_000);

/// Reads a number with an optional currency sign, grouping, `k`/`m` suffix and percent sign.
fn read(text: &str) -> Result<Decimal, Problem> {
    let unreadable = || {
        Problem::new(
            "number.unreadable",
            format!("“{}” is not a number.", shortened(text)),
            "Write digits, such as 182000 or 182k.",
        )
    };
    let mut s: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '\u{200e}' | '\u{200f}' | '\'' | '’'))
        .map(|c| if c == '\u{2212}' { '-' } else { c })
        .collect();
    let negative = s.starts_with('-');
    s = s.trim_start_matches(['-', '+']).to_owned();
    for sign in ["US$", "$", "€", "£", "₹", "¥"] {
        s = s.strip_prefix(sign).or_else(|| s.strip_suffix(sign)).map(str::to_owned).unwrap_or(s);
    }
    if s.len() > 3 && s.is_char_boundary(3) {
        let (code, rest) = s.split_at(3);
        if code.bytes().all(|b| b.is_ascii_uppercase()) && crate::currency::is_code(code) {
            s = rest.to_owned();
        } else if s.is_char_boundary(s.len() - 3) {
            let (rest, code) = s.split_at(s.len() - 3);
            if code.bytes().all(|b| b.is_ascii_uppercase()) && crate::currency::is_code(code) {
                s = rest.to_owned();
            }
        }
    }
    let scale = match s.chars().last() {
        Some('k' | 'K') => dec!(1_000),
        Some('m' | 'M') => dec!(1_000_000),
        _ => Decimal::ONE,
    };
    if scale != Decimal::ONE {
        s.pop();
    }
    if s.is_empty() || !s.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.') {
        return Err(unreadable());
    }
    let plain = ungrouped(&s, text, scale != Decimal::ONE)?;
    let value = Decimal::from_str(&plain).map_err(|_| too_large(text))?;
    let value = value.checked_mul(scale).ok_or_else(|| too_large(text))?;
    Ok(if negative { -value } else { value })
}

/// The digits with grouping taken out and a point before the fraction.
fn ungrouped(s: &str, text: &str, scaled: bool) -> Result<String, Problem> {
    let unreadable = || {
        Problem::new(
            "number.grouping",
            format!("The commas and points in “{}” do not make a number.", shortened(text)),
            "Write the digits without grouping, with a point before cents.",
        )
    };
    let ambiguous = |a: String, b: String| {
        Problem::new(
            "number.ambiguous",
            format!("“{}” can be read in two ways.", shortened(text)),
            format!("Write {a} or {b}."),
        )
    };
    let grouped = |part: &str, mark: char| {
        let mut groups = part.split(mark);
        groups.next().is_some_and(|g| (1..=3).contains(&g.len())) && groups.all(|g| g.len() == 3)
    };
    let commas = s.matches(',').count();
    let points = s.matches('.').count();
    match (commas, points) {
        (0, 0) => Ok(s.to_owned()),
        (0, 1) => {
            let (whole, fraction) = s.split_once('.').unwrap_or((s, ""));
            if whole.is_empty() && fraction.is_empty() {
                return Err(unreadable());
            }
            if fraction.len() == 3 && (1..=3).contains(&whole.len()) && whole != "0" && !scaled {
                return Err(ambiguous(format!("{whole}{fraction}"), format!("{whole}.{}", trimmed(fraction))));
            }
            let whole = if whole.is_empty() { "0" } else { whole };
            Ok(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
        }
        (_, 0) if grouped(s, ',') => Ok(s.replace(',', "")),
        (1, 0) => {
            let (whole, fraction) = s.split_once(',').unwrap_or((s, ""));
            if whole.is_empty() || fraction.is_empty() {
                return Err(unreadable());
            }
            Err(ambiguous(format!("{whole}.{fraction}"), format!("{whole}{fraction}")))
        }
        (0, _) if grouped(s, '.') => Ok(s.replace('.', "")),
        (_, 1) => {
            let (whole, fraction) = s.split_once('.').unwrap_or((s, ""));
            if grouped(whole, ',') && !fraction.contains(',') {
                return Ok(format!("{}.{}", whole.replace(',', ""), if fraction.is_empty() { "0" } else { fraction }));
            }
            // One point before one comma is the continental form: 1.234,56.
            let (left, right) = s.split_once(',').unwrap_or((s, ""));
            if commas == 1 && grouped(left, '.') && !right.contains('.') && !right.is_empty() {
                return Ok(format!("{}.{right}", left.replace('.', "")));
            }
            Err(unreadable())
        }
        (1, _) => {
            let (whole, fraction) = s.split_once(',').unwrap_or((s, ""));
            if grouped(whole, '.') && !fraction.contains('.') && !fraction.is_empty() {
                return Ok(format!("{}.{fraction}", whole.replace('.', "")));
            }
            Err(unreadable())
        }
        _ => Err(unreadable()),
    }
}

fn trimmed(fraction: &str) -> &str {
    let t = fraction.trim_end_matches('0');
    if t.is_empty() { "0" } else { t }
}

fn shortened(text: &str) -> String {
    let mut t: String = text.chars().take(40).collect();
    if text.chars().count() > 40 {
        t.push('…');
    }
    t
}

fn too_large(text: &str) -> Problem {
    Problem::new(
        "number.tooLarge",
        format!("“{}” is larger than any amount this can count with.", shortened(text)),
        "Check the number of zeros.",
    )
}

fn not_negative(value: Decimal, what: &str) -> Result<Decimal, Problem> {
    let value = not_below_zero(value, what)?;
    if value > LARGEST {
        return Err(too_large(&value.to_string()));
    }
    Ok(value)
}

fn not_below_zero(value: Decimal, what: &str) -> Result<Decimal, Problem> {
    if value < Decimal::ZERO {
        return Err(Problem::new(
            "number.negative",
            format!("{what} cannot be below zero."),
            format!("Write {} if the minus sign was a slip, or leave the field empty.", value.abs().normalize()),
        ));
    }
    Ok(value)
}

macro_rules! decimal_type {
    ($(#[$doc:meta])* $name:ident, $form:literal, $read:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(Decimal);

        impl $name {
            /// Takes a value that obeys the type's rule.
            ///
            /// # Errors
            /// The same problem a person would be shown.
            pub fn new(value: Decimal) -> Result<Self, Problem> {
                #[allow(clippy::redundant_closure_call)]
                ($read)(value).map(Self)
            }

            /// The figure.
            pub fn decimal(self) -> Decimal {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0.normalize())
            }
        }

        impl FromText for $name {
            const FORM: &'static str = $form;
            fn from_text(text: &str) -> Result<Self, Problem> {
                Self::new(read(text)?)
            }
        }
    };
}

decimal_type!(
    /// An amount of money or of things, zero or more, in the unit its field names.
    Amount,
    "an amount of zero or more, such as 182000, 182,000 or 182k",
    |v| not_negative(v, "This amount")
);
decimal_type!(
    /// What is paid for a company, or into it, in the unit its field names; zero to a million billions, which is room
    /// for the largest in any currency.
    Proceeds,
    "an amount of zero or more, such as 60m or 60,000,000",
    |v: Decimal| if v > dec!(1_000_000_000_000_000) { Err(too_large(&v.to_string())) } else { not_below_zero(v, "This amount") }
);
decimal_type!(
    /// A price of one share, above zero.
    SharePrice,
    "a price above zero, such as 41.50",
    |v: Decimal| if v.is_zero() {
        Err(Problem::new(
            "price.zero",
            "A price of zero is an unknown price.",
            "Write the price per share, or leave the field empty.",
        ))
    } else {
        not_negative(v, "A price")
    }
);
decimal_type!(
    /// A rate between two currencies, above zero, at most a million.
    ExchangeFactor,
    "what one unit is in the other currency, above zero",
    |v: Decimal| if v <= Decimal::ZERO || v > dec!(1_000_000) {
        Err(Problem::new(
            "rate.range",
            "A rate between two currencies lies above zero and below a million.",
            "Write what one unit of the other currency is in the case's.",
        ))
    } else {
        Ok(v)
    }
);
decimal_type!(
    /// How many times, such as a liquidation preference of 1.5; zero to a thousand.
    Factor,
    "how many times, such as 1 or 1.5",
    |v: Decimal| if v < Decimal::ZERO || v > dec!(1_000) {
        Err(Problem::new(
            "factor.range",
            "This lies between zero and a thousand times.",
            "Write 1 for once, 1.5 for one and a half times.",
        ))
    } else {
        Ok(v)
    }
);
decimal_type!(
    /// A quantity of days, hours or the like in the unit its field names; zero to ten thousand.
    Quantity,
    "a number of zero or more, such as 5 or 7.5",
    |v: Decimal| if v > dec!(10_000) {
        Err(Problem::new("quantity.range", "This is more than there can be.", "Check the unit beside the field."))
    } else {
        not_negative(v, "This number")
    }
);
decimal_type!(
    /// A number of shares, zero or more; fractions are allowed.
    Shares,
    "a number of shares of zero or more",
    |v| not_negative(v, "A number of shares")
);

/// A percentage: 15 means fifteen in a hundred. From -100 to 500.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Percent(Decimal);

impl Percent {
    /// Nothing.
    pub const ZERO: Percent = Percent(Decimal::ZERO);
    /// All of it.
    pub const HUNDRED: Percent = Percent(Decimal::ONE_HUNDRED);

    /// Takes a figure in percent.
    ///
    /// # Errors
    /// Below -100 or above 500.
    pub fn new(value: Decimal) -> Result<Self, Problem> {
        if value < dec!(-100) {
            return Err(Problem::new(
                "percent.tooLow",
                "Nothing can fall by more than 100 %.",
                "Write a percentage of -100 or more.",
            ));
        }
        if value > dec!(500) {
            return Err(Problem::new(
                "percent.tooHigh",
                "This percentage is beyond anything this can count with.",
                "Write a percentage of 500 or less.",
            ));
        }
        Ok(Self(value))
    }

    /// The figure in percent.
    pub fn percent(self) -> Decimal {
        self.0
    }

    /// The figure as a share of one: 15 % is 0.15.
    pub fn fraction(self) -> Decimal {
        self.0 / Decimal::ONE_HUNDRED
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.normalize())
    }
}

impl FromText for Percent {
    const FORM: &'static str = "a percentage, such as 15 or 15 %";
    fn from_text(text: &str) -> Result<Self, Problem> {
        let bare = text.strip_suffix('%').unwrap_or(text).trim_end();
        Self::new(read(bare)?)
    }
}

/// A share of a whole: a percentage from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Portion(Decimal);

impl Portion {
    /// All of it.
    pub const WHOLE: Portion = Portion(Decimal::ONE_HUNDRED);

    /// Takes a figure in percent, 0 to 100.
    ///
    /// # Errors
    /// Outside that range.
    pub fn new(value: Decimal) -> Result<Self, Problem> {
        if value < Decimal::ZERO || value > Decimal::ONE_HUNDRED {
            return Err(Problem::new(
                "portion.range",
                "A share of a whole lies between 0 % and 100 %.",
                "Write a percentage from 0 to 100.",
            ));
        }
        Ok(Self(value))
    }

    /// The figure in percent.
    pub fn percent(self) -> Decimal {
        self.0
    }

    /// The figure as a share of one.
    pub fn fraction(self) -> Decimal {
        self.0 / Decimal::ONE_HUNDRED
    }
}

impl fmt::Display for Portion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.normalize())
    }
}

impl FromText for Portion {
    const FORM: &'static str = "a percentage from 0 to 100";
    fn from_text(text: &str) -> Result<Self, Problem> {
        let bare = text.strip_suffix('%').unwrap_or(text).trim_end();
        Self::new(read(bare)?)
    }
}

/// A whole number of things, up to 10^15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Count(u64);

impl Count {
    /// Takes a whole number.
    ///
    /// # Errors
    /// Above 10^15.
    pub fn new(value: u64) -> Result<Self, Problem> {
        if value > 1_000_000_000_000_000 { Err(too_large(&value.to_string())) } else { Ok(Self(value)) }
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromText for Count {
    const FORM: &'static str = "a whole number of zero or more";
    fn from_text(text: &str) -> Result<Self, Problem> {
        let value = read(text)?;
        if value < Decimal::ZERO || value != value.trunc() {
            return Err(Problem::new(
                "count.whole",
                "This is a count, so it is a whole number of zero or more.",
                "Write a whole number.",
            ));
        }
        Self::new(u64::try_from(value).map_err(|_| too_large(text))?)
    }
}

/// A number of months, 0 to 600.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Months(u32);

impl Months {
    /// Takes a number of months.
    ///
    /// # Errors
    /// Above 600, which is fifty years.
    pub fn new(value: u32) -> Result<Self, Problem> {
        if value > 600 {
            return Err(Problem::new(
                "months.range",
                "Fifty years is the longest span counted.",
                "Write 600 months or fewer.",
            ));
        }
        Ok(Self(value))
    }

    /// The number of months.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Months {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromText for Months {
    const FORM: &'static str = "a whole number of months, 0 to 600";
    fn from_text(text: &str) -> Result<Self, Problem> {
        let count = Count::from_text(text)?;
        Self::new(u32::try_from(count.get()).unwrap_or(u32::MAX))
    }
}

/// Percentages year by year, as typed with slashes: `40/30/20/10`. They are held as they are; whether they
/// sum to 100 is a question for whoever vests with them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PercentSplit(Vec<Decimal>);

impl PercentSplit {
    /// The percentages, year by year.
    pub fn parts(&self) -> &[Decimal] {
        &self.0
    }

    /// Their sum.
    pub fn sum(&self) -> Decimal {
        self.0.iter().sum()
    }
}

impl fmt::Display for PercentSplit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self.0.iter().map(|p| p.normalize().to_string()).collect();
        f.write_str(&parts.join("/"))
    }
}

impl FromText for PercentSplit {
    const FORM: &'static str = "percentages year by year, such as 40/30/20/10";
    fn from_text(text: &str) -> Result<Self, Problem> {
        let parts = text
            .split('/')
            .map(|part| Percent::from_text(part.trim()).map(Percent::percent))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| {
                Problem::new(
                    "split.unreadable",
                    format!("“{}” is not a list of yearly percentages.", shortened(text)),
                    "Write one percentage a year with slashes between, such as 25/25/25/25.",
                )
            })?;
        if parts.iter().any(|p| *p < Decimal::ZERO) {
            return Err(Problem::new(
                "split.negative",
                "No year can vest less than nothing.",
                "Write percentages of zero or more.",
            ));
        }
        if parts.len() > 20 {
            return Err(Problem::new(
                "split.long",
                "More than twenty years of vesting.",
                "Write at most twenty percentages.",
            ));
        }
        Ok(Self(parts))
    }
}
