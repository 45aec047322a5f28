//! How much more one offer is worth than another, as dots that can be counted.

use super::axis::{End, place, scale, uprights};
use super::sketch::{Anchor, Face, Point, Sketch};
use super::text::{fit, width};
use super::{BODY, SMALL, both_names, bounded, nothing};
use crate::format::signed;
use crate::scene::{Canvas, Mark, Plot, Scene, Table};
use counterweight_domain::Currency;
use counterweight_engine::outlook::Difference;
use rust_decimal::Decimal;
use std::collections::HashMap;

/// The largest dot, px across.
const LARGEST: f64 = 20.0;

/// A dot for each equally likely part of the futures, stacked over the axis of the difference: filled where the first
/// offer is worth more, hollow where the second is, small where both are worth the same.
///
/// Marks are the dots in the order given; a dot stands within one column of its exact difference.
pub fn dots(difference: &Difference, names: [&str; 2], currency: Currency, canvas: Canvas) -> Scene {
    let canvas = bounded(canvas);
    let dots = &difference.dots;
    let [one, other] = both_names(names);
    let total = dots.len();
    if total == 0 {
        return nothing(canvas, "There are no futures to draw yet.");
    }
    let ahead = dots.iter().filter(|d| d.difference > Decimal::ZERO).count();
    let behind = dots.iter().filter(|d| d.difference < Decimal::ZERO).count();
    let ties = total - ahead - behind;
    let said = |amount: Decimal| signed(amount, currency);
    let (least, most) = dots.iter().fold((dots[0].difference, dots[0].difference), |(low, high), d| {
        (low.min(d.difference), high.max(d.difference))
    });
    let same = if ties > 0 { format!(", and the same in {ties}") } else { String::new() };
    let alt = format!(
        "{one} is worth more than {other} in {ahead} of {total} equally likely futures{same}; the difference runs from \
         {} to {}.",
        said(least),
        said(most)
    );
    let sketch = Sketch::new(canvas, &alt);
    let p = sketch.palette;
    let (full_width, full_height) = (f64::from(canvas.width), f64::from(canvas.height));

    // The sides are named side by side, or one under the other where that is too narrow.
    let sides = [
        (&other, format!(" better: {behind} of {total}"), Anchor::Start),
        (&one, format!(" better: {ahead} of {total}"), Anchor::End),
    ];
    let narrow = full_width < 420.0;
    let captioned = full_height >= 170.0;
    let mut top = 9.0;
    if captioned {
        let notes = [
            format!("How much more {one} is worth. Each dot is one of {total} equally likely futures."),
            format!("Each dot is one of {total} equally likely futures."),
            format!("{total} equally likely futures"),
        ];
        let note = notes.iter().find(|n| width(n, SMALL) <= full_width - 8.0).unwrap_or(&notes[2]);
        sketch.note(&fit(note, SMALL, full_width - 8.0), (4.0, top), Anchor::Start);
        top += 20.0;
    }
    let room = if narrow { full_width - 8.0 } else { full_width / 2.0 - 16.0 };
    for (name, count, anchor) in sides {
        let name = fit(name, BODY, room - width(&count, BODY));
        let x = if anchor == Anchor::Start { 4.0 } else { full_width - 4.0 };
        let colour = if anchor == Anchor::Start { p.muted } else { p.accent };
        let text = format!("{name}{count}");
        sketch.text(text.trim_start(), (x, top), anchor, Face { size: BODY, strong: true, colour });
        top += if narrow && anchor == Anchor::Start { 16.0 } else { 0.0 };
    }
    top += 13.0;

    let height = (full_height - top - 28.0).max(40.0);
    let scale = scale(dots.iter().map(|d| d.difference), full_width * 0.7, End::AtData);
    // A column may reach beyond its outermost dot's exact place.
    let margin = LARGEST + 2.0;
    let plot = Plot { x: 4.0, y: top, width: (full_width - 8.0).max(40.0), height };
    let inner = Plot { x: plot.x + margin, width: plot.width - 2.0 * margin, ..plot };
    let field = sketch.field(inner, scale.low..scale.high, 0.0..1.0);
    uprights(&sketch, &field, &scale, currency);

    let zero = field.at(0.0, 0.0).0;
    let offsets: Vec<f64> = dots.iter().map(|d| field.at(place(d.difference), 0.0).0 - zero).collect();
    let exact: Vec<(f64, Decimal)> = offsets.into_iter().zip(dots.iter().map(|d| d.difference)).collect();
    let stacks = Stacks::fitting(&exact, field.plot().width, height - 2.0, ties > 0);
    let floor = inner.y + height - 1.0;
    let mut heights: HashMap<i64, u32> = HashMap::new();
    let mut marks = Vec::new();
    for (index, (dot, (offset, value))) in dots.iter().zip(&exact).enumerate() {
        let column = stacks.column(*offset, *value);
        let level = heights.entry(column).or_default();
        let at: Point = (zero + stacks.centre(column), floor - stacks.across / 2.0 - f64::from(*level) * stacks.step);
        *level += 1;
        let radius = (stacks.across / 2.0 - 0.6).max(0.8);
        let series = if *value > Decimal::ZERO {
            sketch.disc(at, radius, p.accent);
            format!("{one} better")
        } else if *value < Decimal::ZERO {
            sketch.disc(at, radius, p.muted);
            sketch.disc(at, (radius - 1.5).max(radius * 0.5), p.paper);
            format!("{other} better")
        } else {
            sketch.disc(at, radius * 0.6, p.muted);
            "Worth the same".to_owned()
        };
        marks.push(Mark {
            series,
            label: format!("Dot {} of {total}", index + 1),
            value: format!("{}, future {}", said(*value), dot.path + 1),
            px: at.0,
            py: at.1,
            index: index as u32,
        });
    }
    let table = Table {
        columns: vec![
            "Part of the futures".to_owned(),
            format!("{one} less {other}, {}", currency.code()),
            "Future".to_owned(),
        ],
        rows: dots
            .iter()
            .zip(1..)
            .map(|(d, n)| vec![format!("{n} of {total}"), said(d.difference), (d.path + 1).to_string()])
            .collect(),
    };
    Scene { svg: sketch.finish(), width: canvas.width, height: canvas.height, plot, marks, alt, table }
}

/// How dots gather into columns beside the zero line, so that no column holds both signs.
struct Stacks {
    /// From column to column, px.
    pitch: f64,
    /// Of a dot, px.
    across: f64,
    /// From dot to dot in a column, px; less than a dot where a column would not fit.
    step: f64,
    /// Whether the middle column is kept for dots at exactly zero.
    ties: bool,
}

impl Stacks {
    /// The columns that give the largest dots; among those as large, the most heaped.
    fn fitting(exact: &[(f64, Decimal)], width: f64, height: f64, ties: bool) -> Self {
        let mut best: Option<Self> = None;
        for count in 8..=64_u32 {
            let pitch = (width / f64::from(count)).min(LARGEST * 1.25);
            let mut stacks = Self { pitch, across: pitch, step: pitch, ties };
            let mut heights: HashMap<i64, u32> = HashMap::new();
            for (offset, value) in exact {
                *heights.entry(stacks.column(*offset, *value)).or_default() += 1;
            }
            let tallest = f64::from(heights.values().copied().max().unwrap_or(1));
            stacks.across = pitch.min(LARGEST).min((height / tallest).max(4.0)).min(height);
            stacks.step = if tallest > 1.0 {
                ((height - stacks.across) / (tallest - 1.0)).min(stacks.across)
            } else {
                stacks.across
            };
            if best.as_ref().is_none_or(|b| stacks.across > b.across + 0.25) {
                best = Some(stacks);
            }
        }
        best.unwrap_or(Self { pitch: LARGEST, across: LARGEST, step: LARGEST, ties })
    }

    /// The column of a dot `offset` px from the zero line.
    fn column(&self, offset: f64, value: Decimal) -> i64 {
        let at = offset / self.pitch;
        if value.is_zero() {
            0
        } else if self.ties {
            let near = at.round() as i64;
            if value > Decimal::ZERO { near.max(1) } else { near.min(-1) }
        } else if value > Decimal::ZERO {
            (at.floor() as i64).max(0)
        } else {
            (at.ceil() as i64 - 1).min(-1)
        }
    }

    /// The middle of a column, px from the zero line.
    fn centre(&self, column: i64) -> f64 {
        self.pitch * (column as f64 + if self.ties { 0.0 } else { 0.5 })
    }
}
