//! Civil dates: a day on the calendar, with no clock and no zone.

use crate::entry::FromText;
use crate::finding::Problem;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use ts_rs::TS;

/// A day on the calendar. On the wire `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(type = "string")]
pub struct CivilDate(Date);

impl CivilDate {
    /// The day with this year, month and day of month, if the calendar has it.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self)
    }

    /// This many months later; a day the month does not have becomes the month's last, and what lies beyond the calendar its
    /// last day.
    pub fn plus_months(self, months: u32) -> Self {
        // Counted here and not by a span of the library: every line of a ledger asks for a day.
        let since_zero = i64::from(self.year()) * 12 + i64::from(self.month()) - 1 + i64::from(months);
        let (year, month) = (since_zero.div_euclid(12), since_zero.rem_euclid(12) + 1);
        let first = i16::try_from(year).ok().zip(i8::try_from(month).ok());
        let first = first.and_then(|(year, month)| Date::new(year, month, 1).ok());
        let Some(first) = first else { return Self(Date::MAX) };
        let day = self.day().min(first.days_in_month());
        Self(Date::new(first.year(), first.month(), day).unwrap_or(Date::MAX))
    }

    /// Whole months from `self` to `other`, counting a month as complete on the same day of the month (or
    /// the last day of a month that is too short); negative when `other` is earlier.
    pub fn months_until(self, other: CivilDate) -> i32 {
        let mut months = (i32::from(other.year()) - i32::from(self.year())) * 12 + i32::from(other.month())
            - i32::from(self.month());
        if months > 0 && self.plus_months(months.unsigned_abs()) > other {
            months -= 1;
        }
        if months < 0 && other.plus_months(months.unsigned_abs()) < self {
            months += 1;
        }
        months
    }

    /// Days from `self` to `other`; negative when `other` is earlier.
    pub fn days_until(self, other: CivilDate) -> i32 {
        self.0.until(other.0).map_or(0, |span| span.get_days())
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The same day for calendar arithmetic.
    pub fn jiff(self) -> Date {
        self.0
    }
}

impl fmt::Display for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl FromText for CivilDate {
    const FORM: &'static str = "a date as year-month-day, such as 2027-01-15";
    fn from_text(text: &str) -> Result<Self, Problem> {
        let unreadable = || {
            let shown: String = text.chars().take(20).collect();
            Problem::new(
                "date.unreadable",
                format!("“{shown}” is not a date in the form year-month-day."),
                "Write it like 2027-01-15.",
            )
        };
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else { return Err(unreadable()) };
        let digits = |s: &str, n: usize| s.len() <= n && !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
            return Err(unreadable());
        }
        let (Ok(y), Ok(m), Ok(d)) = (year.parse::<i16>(), month.parse::<i8>(), day.parse::<i8>()) else {
            return Err(unreadable());
        };
        if !(1900..=2200).contains(&y) {
            return Err(Problem::new(
                "date.range",
                format!("The year {year} is outside 1900 to 2200."),
                "Check the year.",
            ));
        }
        Self::new(y, m, d).ok_or_else(|| {
            let last = Date::new(y, m, 1).map(|first| first.days_in_month());
            let fix = match last {
                Ok(last) => format!("That month ends on {y:04}-{m:02}-{last:02}."),
                Err(_) => "Write a month from 01 to 12.".to_owned(),
            };
            Problem::new("date.doesNotExist", format!("There is no {text} on the calendar."), fix)
        })
    }
}

impl Serialize for CivilDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CivilDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_text(&text).map_err(|p| serde::de::Error::custom(p.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        /// The library's own arithmetic says the same of any day and any number of months.
        #[test]
        fn months_are_added_as_the_calendar_library_does(
            year in 1i16..=9999, month in 1i8..=12, day in 1i8..=31, months in prop_oneof![0u32..600, 0u32..200_000],
        ) {
            let Some(date) = CivilDate::new(year, month, day) else { return Ok(()) };
            let months_of_span = i32::try_from(months).expect("small");
            prop_assert_eq!(date.plus_months(months).jiff(), date.jiff().saturating_add(months_of_span.months()));
        }
    }
}
