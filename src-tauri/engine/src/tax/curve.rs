//! A year's tax as straight pieces over the first earner's wages, in floats: for futures, where one year is taxed at
//! thousands of incomes that differ in nothing else.
//!
//! Two ways to it. [`Curve::of`] finds every piece from the exact tax and ends them on whole cents: a bend where two
//! lines meet, a jump closed in to one cent; at any wages in whole cents it gives the exact tax, to float precision, and
//! takes milliseconds. [`Curve::sampled`] asks for the exact tax at most [`Curve::POINTS`] times, at the bends the rules
//! name, and takes a fraction of one millisecond; `docs/tax.md` says how far from the exact tax it may be between.

use super::bends::Bends;
use super::bill::total_at;
use super::facts::PersonYear;
use super::place::Place;
use super::situation::Situation;
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

/// A sampled curve has at least so many points, so that what no rule names is seen.
const LEAST_POINTS: usize = 16;
/// Pieces shorter than this are not looked into.
const WORTH_A_LOOK: f64 = 100.0;
/// How often the exact tax is asked for between the points at most.
const LOOKS: usize = 64;
/// Pieces wider than this are looked into twice.
const WIDE: f64 = 20_000.0;
/// A point is added where the exact tax is further than this from the straight piece.
const WORTH_A_POINT: f64 = 0.5;

/// The exact tax at `wages`, as a float.
fn exact(place: Place, situation: &Situation, wages: f64) -> Option<f64> {
    let cents = wages * 100.0;
    let whole = cents.round();
    // Whole cents below a trillion are integers that a decimal takes at once.
    let wages = match whole.to_i64() {
        Some(whole_cents) if (cents - whole).abs() < 1e-6 => Decimal::new(whole_cents, 2),
        _ => Decimal::from_f64(wages)?.round_dp(6),
    };
    total_at(place, &situation.with_wages(wages))?.to_f64()
}

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

    /// The most points a sampled curve has.
    pub const POINTS: usize = 80;

    /// Every known tax of `situation` in `place` as straight pieces through the exact tax at each of `nodes` (wages of
    /// the first earner, in the place's currency, any order); `None` where fewer than two differ or one cannot be
    /// computed.
    pub fn through(place: Place, situation: &Situation, nodes: &[f64]) -> Option<Self> {
        let mut wages = nodes.to_vec();
        wages.sort_by(f64::total_cmp);
        wages.dedup();
        if wages.len() < 2 {
            return None;
        }
        let tax = wages.iter().map(|wages| exact(place, situation, *wages)).collect::<Option<Vec<f64>>>()?;
        Some(Self { wages, tax })
    }

    /// The same with points chosen between `low` and `high` (at least 0): the bends and jumps the rules name, as many
    /// more as the range needs, and `given`, at which the curve is exact; at most [`Curve::POINTS`].
    pub fn sampled(place: Place, situation: &Situation, low: f64, high: f64, given: f64) -> Option<Self> {
        // Less pay than what is put aside cannot be computed.
        let low = low.max(situation.deferral.to_f64()?).min(given);
        let high = high.max(given);
        if low.partial_cmp(&high) != Some(Ordering::Less) || !high.is_finite() || low < 0.0 {
            return None;
        }
        let mut bends = Bends::of(place, situation, low, high)?;
        let fixed = [low, high, given];
        let mut nodes = std::mem::take(&mut bends.at);
        nodes.sort_by(f64::total_cmp);
        nodes.dedup_by(|a, b| (*a - *b).abs() < 0.5);
        nodes.truncate(Self::POINTS - fixed.len());
        let room = Self::POINTS - fixed.len() - nodes.len();
        for at in nodes.iter().chain([&given]) {
            bends.steady(*at);
        }
        bends.jumps.truncate(room);
        nodes.extend(&bends.jumps);
        nodes.extend(fixed);
        nodes.sort_by(f64::total_cmp);
        nodes.dedup();
        let few = LEAST_POINTS.saturating_sub(nodes.len());
        for _ in 0..few {
            let widest = (1..nodes.len()).max_by(|a, b| {
                let width = |end: usize| nodes[end] - nodes[end - 1];
                width(*a).total_cmp(&width(*b))
            })?;
            nodes.insert(widest, ((nodes[widest - 1] + nodes[widest]) * 50.0).round() / 100.0);
        }
        let mut curve = Self::through(place, situation, &nodes)?;
        if bends.uncertain {
            curve.refine(place, situation, &bends)?;
        }
        Some(curve)
    }

    /// Adds points where the exact tax leaves the straight piece, the widest pieces first, looking where the neighbouring
    /// pieces would meet.
    fn refine(&mut self, place: Place, situation: &Situation, bends: &Bends) -> Option<()> {
        let mut straight = vec![false; self.wages.len()];
        let mut looks = LOOKS;
        while looks > 0 && self.wages.len() < Self::POINTS {
            let width = |piece: usize| self.wages[piece] - self.wages[piece - 1];
            let open = (1..self.wages.len()).filter(|piece| !straight[*piece]);
            let Some(piece) = open.max_by(|a, b| width(*a).total_cmp(&width(*b))) else { break };
            let (x0, x1) = (self.wages[piece - 1], self.wages[piece]);
            if x1 - x0 < WORTH_A_LOOK {
                break;
            }
            straight[piece] = true;
            if bends.on_stair((x0 + x1) / 2.0) {
                continue;
            }
            // A wide piece is looked into twice: its neighbours may meet where nothing happens.
            let meeting = self.meeting(piece).unwrap_or(x0 + 0.382 * (x1 - x0));
            let places = [Some(meeting), (x1 - x0 > WIDE).then_some((x0 + x1) / 2.0)];
            let mut found = None;
            for at in places.into_iter().flatten().map(|at| (at * 100.0).round() / 100.0) {
                if found.is_none() && at > x0 && at < x1 {
                    looks = looks.saturating_sub(1);
                    let tax = exact(place, situation, at)?;
                    found = ((tax - self.at(at)).abs() > WORTH_A_POINT).then_some((at, tax));
                }
            }
            if let Some((at, tax)) = found {
                self.wages.insert(piece, at);
                self.tax.insert(piece, tax);
                straight[piece] = false;
                straight.insert(piece, false);
            }
        }
        Some(())
    }

    /// Where the pieces before and after would meet inside this one, if they do and are not on one line with it.
    fn meeting(&self, piece: usize) -> Option<f64> {
        let (x, y) = (&self.wages, &self.tax);
        let slope = |end: usize| Some((y.get(end)? - y.get(end.checked_sub(1)?)?) / (x[end] - x[end - 1]));
        let (before, after) = (slope(piece.checked_sub(1)?)?, slope(piece + 1)?);
        let (x0, x1) = (x[piece - 1], x[piece]);
        let meeting = x0 + (y[piece] - y[piece - 1] - after * (x1 - x0)) / (before - after);
        let edge = 0.02 * (x1 - x0);
        (meeting.is_finite() && meeting > x0 + edge && meeting < x1 - edge).then_some(meeting)
    }

    /// This curve and `other`, the latter counting for `share` (0 to 1).
    pub(super) fn mixed(&self, other: &Self, share: f64) -> Self {
        let mut wages: Vec<f64> = self.wages.iter().chain(&other.wages).copied().collect();
        wages.sort_by(f64::total_cmp);
        wages.dedup();
        let tax = wages.iter().map(|wages| (1.0 - share) * self.at(*wages) + share * other.at(*wages)).collect();
        Self { wages, tax }
    }

    /// The tax at `wages`; beyond the range, on the line of the nearest piece.
    pub fn at(&self, wages: f64) -> f64 {
        let piece = self.wages.partition_point(|end| *end <= wages).clamp(1, self.wages.len() - 1);
        let (x0, x1) = (self.wages[piece - 1], self.wages[piece]);
        let (y0, y1) = (self.tax[piece - 1], self.tax[piece]);
        y0 + (y1 - y0) * ((wages - x0) / (x1 - x0))
    }

    /// [`Curve::at`] of many wages, each replaced by its tax: the search takes the same steps for each, so that they do not
    /// wait for one another.
    #[inline(always)]
    pub(crate) fn read<const N: usize>(&self, wages: &mut [f64; N]) {
        let (x, y) = (&self.wages[..], &self.tax[..self.wages.len()]);
        let last = x.len() - 1;
        let mut below = [0_usize; N];
        let mut left = x.len();
        while left > 1 {
            let half = left / 2;
            for i in 0..N {
                let middle = below[i] + half;
                below[i] = if x[middle.min(last)] <= wages[i] { middle } else { below[i] };
            }
            left -= half;
        }
        for i in 0..N {
            let piece = (below[i] + 1).min(last);
            let (x0, x1, y0, y1) = (x[piece - 1], x[piece], y[piece - 1], y[piece]);
            wages[i] = y0 + (y1 - y0) * ((wages[i] - x0) / (x1 - x0));
        }
    }

    /// Wages and tax at the ends of the pieces.
    pub(crate) fn ends(&self) -> (&[f64], &[f64]) {
        (&self.wages, &self.tax)
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
