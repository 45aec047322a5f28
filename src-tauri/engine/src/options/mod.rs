//! Options on an employer's shares under United States rules: what they cost, when, and what is taxed as what.
//!
//! A nonstatutory option (NSO) is ordinary income at exercise. An incentive option (ISO) is not, but its bargain counts
//! for the alternative minimum tax, and its gain is long-term only after one year from exercise and two from grant.
//! This module says dates, cash and characters; it computes no tax, draws no prices and forecasts nothing. The exercise
//! of a private company's options is a bet on an exit: what a share is then worth comes from [`crate::private`].
//!
//! Start reading at [`OptionGrant`], then [`limit`] (which part of a grant is an ISO), then [`exercise::events`].
//! [`reference_price`] is Black–Scholes–Merton, an upper reference only, and [`marketability`] the discount for what
//! cannot be sold.

pub mod exercise;
pub mod limit;
pub mod marketability;
pub mod reference_price;

use counterweight_domain::CivilDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A grant of options, already split into what is an ISO and what is not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OptionGrant {
    /// Day of the grant.
    pub granted: CivilDate,
    /// What one share costs.
    pub strike: Decimal,
    /// What vests when.
    pub lots: Vec<Lot>,
    /// Last day to exercise, whatever happens.
    pub expires: CivilDate,
    /// Whether options may be exercised before they vest.
    #[serde(default)]
    pub early_exercise: bool,
    /// How long one may exercise after leaving.
    #[serde(default)]
    pub window: ExerciseWindow,
}

/// Options that vest on one day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lot {
    /// The day.
    pub vests: CivilDate,
    /// How many are incentive options.
    #[serde(default)]
    pub incentive: Decimal,
    /// How many are nonstatutory.
    #[serde(default)]
    pub nonstatutory: Decimal,
}

/// How long one may exercise after leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ExerciseWindow {
    /// Days after the last day of work; 90 is common.
    Days {
        /// How many.
        days: u32,
    },
    /// Months after the last day of work.
    Months {
        /// How many.
        months: u32,
    },
}

impl Default for ExerciseWindow {
    fn default() -> Self {
        ExerciseWindow::Days { days: 90 }
    }
}

impl ExerciseWindow {
    /// The last day to exercise for who leaves on `left`.
    pub fn last_day(self, left: CivilDate) -> CivilDate {
        match self {
            ExerciseWindow::Months { months } => left.plus_months(months),
            ExerciseWindow::Days { days } => {
                let day = left.jiff().saturating_add(jiff::Span::new().days(i64::from(days.min(40_000))));
                CivilDate::new(day.year(), day.month(), day.day()).unwrap_or(left)
            }
        }
    }
}

/// Months after leaving in which an ISO must be exercised to stay one: 26 USC 422(a)(2).
pub const ISO_MONTHS_AFTER_LEAVING: u32 = 3;

/// Whether a gain is long-term: held for more than a year, counted from the day after it was acquired (26 USC 1222).
pub fn long_term(acquired: CivilDate, sold: CivilDate) -> bool {
    sold > acquired.plus_months(12)
}

/// Whether the sale of ISO shares qualifies: more than two years after the grant and one after the exercise
/// (26 USC 422(a)(1)).
pub fn qualifies(granted: CivilDate, exercised: CivilDate, sold: CivilDate) -> bool {
    sold > granted.plus_months(24) && long_term(exercised, sold)
}

/// The first day on which a gain is long-term.
pub fn long_term_from(acquired: CivilDate) -> CivilDate {
    day_after(acquired.plus_months(12))
}

/// The first day on which a sale of ISO shares qualifies.
pub fn qualifies_from(granted: CivilDate, exercised: CivilDate) -> CivilDate {
    day_after(granted.plus_months(24).max(exercised.plus_months(12)))
}

fn day_after(day: CivilDate) -> CivilDate {
    let next = day.jiff().saturating_add(jiff::Span::new().days(1));
    CivilDate::new(next.year(), next.month(), next.day()).unwrap_or(day)
}
