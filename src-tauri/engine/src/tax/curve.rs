//! A year's tax as straight pieces over the first earner's wages, in floats: for futures, where one year is taxed at
//! thousands of incomes that differ in nothing else.
//!
//! The pieces are found from the exact tax and end on whole cents: a bend where two lines meet, a jump closed in to one
//! cent. At any wages in whole cents the curve gives the exact tax, to float precision.

use super::facts::PersonYear;
use super::{Assessment, assess};
use counterweight_domain::{Findings, Path};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use std::cmp::Ordering;

/// Every known tax of a year over a range of the first earner's wages. USD.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Wages at the ends of the pieces, rising.
    wages: Vec<f64>,
    /// Tax at each of them.
    tax: Vec<f64>,
}

/// Two lines closer than this many USD are one.
const STRAIGHT: f64 = 1e-4;
/// No stretch longer than this, in USD of wages, is taken for straight by looking at a few points inside: two jumps that
/// cancel could hide between them.
const LOOKED_AT: f64 = 5_000.0;

impl Curve {
    /// The tax of `facts` with wages from `low` to `high` (USD, `low` at least the deferral, at most a trillion, whole
    /// cents); `None` where the year cannot be assessed or the range is empty.
    ///
    /// `tax` turns an assessment into the figure wanted: [`Assessment::known`] for every known tax.
    pub fn of(facts: &PersonYear, low: f64, high: f64, tax: impl Fn(&Assessment) -> Decimal) -> Option<Self> {
        if low.partial_cmp(&high) != Some(Ordering::Less) || !high.is_finite() {
            return None;
        }
        let at = |wages: f64| {
            let facts = PersonYear { wages: Decimal::from_f64(wages)?.round_dp(6), ..facts.clone() };
            tax(&assess(&facts, &Path::root(), &mut Findings::default())?).to_f64()
        };
        let first = (low, at(low)?);
        let mut curve = Self { wages: vec![first.0], tax: vec![first.1] };
        curve.extend(first, (high, at(high)?), &at)?;
        Some(curve)
    }

    /// The tax at `wages`; beyond the range, on the line of the nearest piece.
    pub fn at(&self, wages: f64) -> f64 {
        let piece = self.wages.partition_point(|end| *end <= wages).clamp(1, self.wages.len() - 1);
        let (x0, x1) = (self.wages[piece - 1], self.wages[piece]);
        let (y0, y1) = (self.tax[piece - 1], self.tax[piece]);
        y0 + (y1 - y0) * ((wages - x0) / (x1 - x0))
    }

    /// How many straight pieces it has.
    pub fn pieces(&self) -> usize {
        self.wages.len() - 1
    }

    /// Adds the pieces after `from` up to and with `to`.
    fn extend(&mut self, from: (f64, f64), to: (f64, f64), at: &impl Fn(f64) -> Option<f64>) -> Option<()> {
        let width = to.0 - from.0;
        let line = |share: f64| (from.0 + share * width, from.1 + share * (to.1 - from.1));
        // Uneven points, near both ends as well: a bend and a jump together can put all but one of them on one line.
        let mut straight = true;
        for share in [0.5, 0.177, 0.839, 0.031, 0.973] {
            if straight {
                let (wages, tax) = line(share);
                straight = (at(wages)? - tax).abs() < STRAIGHT;
            }
        }
        if straight && width < LOOKED_AT {
            self.push(to);
            return Some(());
        }
        let middle = (from.0 + to.0) / 2.0;
        // Where the line that leaves `from` meets the line that arrives at `to`: the bend, if there is only one.
        let step = (width / 8.0).min(1.0);
        let leaving = (at(from.0 + step)? - from.1) / step;
        let arriving = (to.1 - at(to.0 - step)?) / step;
        let meeting = (to.1 - from.1 - arriving * width) / (leaving - arriving);
        let bend = if meeting.is_finite() && meeting > 0.02 * width && meeting < 0.98 * width {
            from.0 + meeting
        } else {
            middle
        };
        let bend = (bend * 100.0).round() / 100.0;
        if bend <= from.0 || bend >= to.0 {
            // One cent wide: a jump lies inside.
            self.push(to);
            return Some(());
        }
        let between = (bend, at(bend)?);
        self.extend(from, between, at)?;
        self.extend(between, to, at)
    }

    /// Adds a piece that ends at `end`, or lengthens the last one if they are on one line.
    fn push(&mut self, end: (f64, f64)) {
        let last = self.wages.len() - 1;
        if let Some(before) = last.checked_sub(1) {
            let (x0, y0) = (self.wages[before], self.tax[before]);
            let slope = (self.tax[last] - y0) / (self.wages[last] - x0);
            if (y0 + slope * (end.0 - x0) - end.1).abs() < STRAIGHT && self.wages[last] - x0 > 1.0 {
                (self.wages[last], self.tax[last]) = end;
                return;
            }
        }
        self.wages.push(end.0);
        self.tax.push(end.1);
    }
}
