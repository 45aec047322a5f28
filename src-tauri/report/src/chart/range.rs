//! The range of outcomes: cumulative value over the years, median and eight of ten futures.

use super::axis::{End, EndLabel, end_labels, end_room, grid, level, place, scale, tick_room};
use super::sketch::{Anchor, Point, Sketch};
use super::text::{fit, list, width};
use super::theme::{mix, palette};
use super::{SMALL, Series, bounded, not_drawn, nothing, series, span, tax_basis, with_range};
use crate::format::{compact, money, whole};
use crate::scene::{Canvas, Mark, Plot, Scene, Table};
use counterweight_engine::comparison::{Band, Comparison, OfferFutures};
use rust_decimal::Decimal;
use std::cmp::Reverse;

/// Cumulative value over the years: a median line for each offer and the band that holds 8 of 10 futures.
///
/// Every line starts at zero before the first year. Marks stand on the medians at the end of each year.
pub fn range(comparison: &Comparison, canvas: Canvas) -> Scene {
    let canvas = bounded(canvas);
    let currency = comparison.currency;
    let palette = palette(canvas.theme);
    let (series, missing) = series(comparison, palette);
    // Futures stand in the order of the offers; one that is missing is not drawn.
    let drawn: Vec<(&OfferFutures, &Series<'_>)> = series
        .iter()
        .filter_map(|s| comparison.futures.offers.iter().find(|f| f.id == s.offer.id).map(|f| (f, s)))
        .filter(|(f, _)| !f.cumulative.is_empty())
        .collect();
    let year_count = drawn.iter().map(|(f, _)| f.cumulative.len()).max().unwrap_or(0);
    if year_count == 0 {
        return nothing(canvas, &format!("There is no range of outcomes to draw yet.{}", not_drawn(&missing)));
    }
    let alt = sentence(comparison, &drawn) + &not_drawn(&missing);
    let sketch = Sketch::new(canvas, &alt);
    let (full_width, full_height) = (f64::from(canvas.width), f64::from(canvas.height));
    let top = 30.0;
    let height = (full_height - top - 28.0).max(40.0);
    let scale =
        scale(drawn.iter().flat_map(|(f, _)| &f.cumulative).flat_map(|b| [b.p10, b.p50, b.p90]), height, End::AtData);
    let left = tick_room(&scale, currency);
    let labels = drawn.iter().map(|(f, s)| (s.name.clone(), compact(last(f).p50, currency)));
    let right = end_room(labels, full_width * 0.38);
    let plot = Plot { x: left, y: top, width: (full_width - left - right - 4.0).max(40.0), height };
    let field = sketch.field(plot, 0.0..year_count as f64, scale.low..scale.high);
    let plot = field.plot();
    grid(&sketch, &field, &scale, currency);

    let line = |f: &OfferFutures, of: fn(&Band) -> Decimal| -> Vec<Point> {
        std::iter::once(field.at(0.0, 0.0))
            .chain(f.cumulative.iter().enumerate().map(|(year, band)| field.at(year as f64 + 1.0, place(of(band)))))
            .collect()
    };
    let alpha = match drawn.len() {
        0..=2 => 0.18,
        3 => 0.15,
        4..=6 => 0.09,
        _ => 0.05,
    };
    for (f, s) in &drawn {
        let (low, high) = (line(f, |b| b.p10), line(f, |b| b.p90));
        let around: Vec<Point> = low.iter().copied().chain(high.iter().rev().copied()).collect();
        sketch.polygon(&around, s.style.colour, alpha);
        // The edges keep a band visible where bands lie on each other and in grey print.
        for edge in [low, high] {
            sketch.line(&edge, mix(s.style.colour, palette.paper, 0.45), 0.8, &[]);
        }
    }
    for (f, s) in &drawn {
        sketch.line(&line(f, |b| b.p50), s.style.colour, 2.0, s.style.dash);
    }
    let mut ends = Vec::new();
    for (f, s) in &drawn {
        let points = line(f, |b| b.p50);
        // With many lines the shapes would cover them; each then stands at the end of its line only.
        let marked = if drawn.len() > 6 { points.len() - 1 } else { 1 };
        for point in &points[marked..] {
            sketch.shape(*point, &s.style, 3.6);
        }
        ends.push(EndLabel {
            at: points[points.len() - 1],
            name: s.name.clone(),
            figure: compact(last(f).p50, currency),
            colour: s.style.text,
        });
    }
    end_labels(&sketch, &field, ends, full_width - plot.x - plot.width - 4.0);

    let note = [
        "Worth so far. Line: the middle of all futures. Band: 8 of 10 futures end inside it.",
        "Worth so far. Line: the middle. Band: 8 of 10 futures.",
        "Band: 8 of 10 futures.",
    ];
    let caption = note.into_iter().find(|n| width(n, SMALL) <= full_width - 8.0).unwrap_or(note[2]);
    sketch.note(&fit(caption, SMALL, full_width - 8.0), (4.0, 9.0), Anchor::Start);
    let slot = plot.width / year_count as f64;
    let worded = width("Year 10", SMALL) + 8.0 <= slot;
    let ticks: Vec<(f64, String)> = std::iter::once((0.0, if worded { "start" } else { "0" }.to_owned()))
        .chain((1..=year_count).map(|y| (y as f64, if worded { format!("Year {y}") } else { y.to_string() })))
        .collect();
    level(&sketch, &field, &ticks, 15.0);

    let mut marks = Vec::new();
    for year in 0..year_count {
        for (f, s) in &drawn {
            let Some(band) = f.cumulative.get(year) else { continue };
            let (px, py) = field.at(year as f64 + 1.0, place(band.p50));
            marks.push(Mark {
                series: s.name.clone(),
                label: format!("Year {}", year + 1),
                value: with_range(*band, currency),
                px,
                py,
                index: year as u32,
            });
        }
    }
    let code = currency.code();
    let table = Table {
        columns: ["Offer and year".to_owned()]
            .into_iter()
            .chain(
                ["1 in 10 futures below", "Median", "1 in 10 futures above"]
                    .map(|c| format!("{c}, since the start, {code}")),
            )
            .collect(),
        rows: drawn
            .iter()
            .flat_map(|(f, s)| {
                f.cumulative.iter().enumerate().map(move |(year, b)| {
                    let mut row = vec![format!("{}, year {}", s.name, year + 1)];
                    row.extend([b.p10, b.p50, b.p90].map(|a| money(a, currency)));
                    row
                })
            })
            .collect(),
    };
    Scene { svg: sketch.finish(), width: canvas.width, height: canvas.height, plot, marks, alt, table }
}

fn last(futures: &OfferFutures) -> Band {
    // Series without a single year are filtered before.
    futures.cumulative[futures.cumulative.len() - 1]
}

fn sentence(comparison: &Comparison, drawn: &[(&OfferFutures, &Series<'_>)]) -> String {
    let currency = comparison.currency;
    let mut order: Vec<_> = drawn.iter().collect();
    order.sort_by_key(|(futures, _)| Reverse(last(futures).p50));
    let parts: Vec<String> = order
        .iter()
        .map(|(f, s)| {
            let b = last(f);
            format!(
                "{} {} to {} (median {})",
                s.name,
                whole(b.p10, currency),
                whole(b.p90, currency),
                whole(b.p50, currency)
            )
        })
        .collect();
    let (named, others) = parts.split_at(if parts.len() > 4 { 3 } else { parts.len() });
    let rest = if others.is_empty() { String::new() } else { format!("; {} others are in the table", others.len()) };
    let basis = tax_basis(&drawn.iter().map(|(_, s)| *s).collect::<Vec<_>>());
    format!("Worth{basis} over {}, in 8 of 10 futures: {}{rest}.", span(comparison), list(named))
}
