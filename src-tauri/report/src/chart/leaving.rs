//! What each offer has come to by the month of leaving.

use super::axis::{End, EndLabel, end_labels, end_room, grid, level, month_labels, place, scale, tick_room};
use super::sketch::{Anchor, Point, Sketch};
use super::text::{fit, list, width};
use super::theme::{Style, palette};
use super::{SMALL, bounded, nothing, offer_names, style_of};
use crate::format::{compact, money, months, whole};
use crate::scene::{Canvas, Mark, Plot, Scene, Table};
use counterweight_domain::Currency;
use counterweight_engine::outlook::{Leaving, LeavingOffer};
use rust_decimal::Decimal;
use std::cmp::Reverse;

/// An offer that is drawn.
struct Drawn<'a> {
    offer: &'a LeavingOffer,
    last: Decimal,
    name: String,
    style: Style,
}

/// A line for each offer: what it has come to when the person leaves at the end of each month. Cliffs and what is
/// paid back stand as steps.
pub fn leaving(leaving: &Leaving, currency: Currency, canvas: Canvas) -> Scene {
    let canvas = bounded(canvas);
    let palette = palette(canvas.theme);
    let names = offer_names(leaving.offers.iter().map(|o| (o.name.as_str(), o.position)));
    let drawn: Vec<Drawn<'_>> = leaving
        .offers
        .iter()
        .zip(names)
        .filter_map(|(offer, name)| {
            let style = style_of(palette, offer.kind, offer.position);
            offer.months.last().map(|last| Drawn { offer, last: *last, name, style })
        })
        .collect();
    let count = drawn.iter().map(|d| d.offer.months.len()).max().unwrap_or(0) as u32;
    if count == 0 {
        return nothing(canvas, "There is no offer to draw by month of leaving yet.");
    }
    let alt = sentence(&drawn, count, currency);
    let sketch = Sketch::new(canvas, &alt);
    let p = sketch.palette;
    let (full_width, full_height) = (f64::from(canvas.width), f64::from(canvas.height));
    let top = 30.0;
    let height = (full_height - top - 28.0).max(40.0);
    let scale = scale(drawn.iter().flat_map(|d| d.offer.months.iter().copied()), height, End::AtData);
    let left = tick_room(&scale, currency);
    let right = end_room(drawn.iter().map(|d| (d.name.clone(), compact(d.last, currency))), full_width * 0.38);
    let plot = Plot { x: left, y: top, width: (full_width - left - right - 4.0).max(40.0), height };
    let field = sketch.field(plot, 0.0..f64::from(count), scale.low..scale.high);
    let plot = field.plot();
    // Whole years are ruled, so that a cliff is seen to lie on one.
    if plot.width * 12.0 / f64::from(count) >= 16.0 {
        for year in 1..=count / 12 {
            let crisp = field.at(f64::from(year * 12), 0.0).0.floor() + 0.5;
            sketch.line(&[(crisp, plot.y), (crisp, plot.y + plot.height)], p.hairline, 1.0, &[]);
        }
    }
    grid(&sketch, &field, &scale, currency);

    let line = |offer: &LeavingOffer| -> Vec<Point> {
        offer.months.iter().zip(1..).map(|(amount, month)| field.at(f64::from(month), place(*amount))).collect()
    };
    let mut ends = Vec::new();
    for d in &drawn {
        let points = line(d.offer);
        if points.len() > 1 {
            sketch.line(&points, d.style.colour, 2.0, d.style.dash);
        }
        ends.push(EndLabel {
            at: points[points.len() - 1],
            name: d.name.clone(),
            figure: compact(d.last, currency),
            colour: d.style.text,
        });
    }
    for (d, end) in drawn.iter().zip(&ends) {
        sketch.shape(end.at, &d.style, 3.6);
    }
    end_labels(&sketch, &field, ends, full_width - plot.x - plot.width - 4.0);

    let notes =
        ["What each offer has come to when you leave at the end of a month.", "Worth when you leave, by month."];
    let note = notes.into_iter().find(|n| width(n, SMALL) <= full_width - 8.0).unwrap_or(notes[1]);
    sketch.note(&fit(note, SMALL, full_width - 8.0), (4.0, 9.0), Anchor::Start);
    level(&sketch, &field, &ticks(count, plot.width), 15.0);

    let mut marks = Vec::new();
    for month in 0..count as usize {
        for d in &drawn {
            let Some(amount) = d.offer.months.get(month) else { continue };
            let (px, py) = field.at(month as f64 + 1.0, place(*amount));
            marks.push(Mark {
                series: d.name.clone(),
                label: format!("Leaving after {}", months(month as u32 + 1)),
                value: money(*amount, currency),
                px,
                py,
                index: month as u32,
            });
        }
    }
    let table = table(&drawn, count, currency);
    Scene { svg: sketch.finish(), width: canvas.width, height: canvas.height, plot, marks, alt, table }
}

/// Whole years from one year on, else months.
fn ticks(count: u32, room: f64) -> Vec<(f64, String)> {
    if count < 12 {
        return month_labels(count, room);
    }
    let fits = (room / 54.0).max(1.0);
    let step = [1, 2, 5, 10].into_iter().find(|s| f64::from(count / 12 / s) <= fits).unwrap_or(20);
    let mut labels = vec![(0.0, "start".to_owned())];
    labels.extend((1..=count / 12 / step).map(|n| (f64::from(n * step * 12), format!("{} mo", n * step * 12))));
    labels
}

fn table(drawn: &[Drawn<'_>], count: u32, currency: Currency) -> Table {
    let row = |head: String, of: &dyn Fn(&LeavingOffer) -> Option<Decimal>| -> Vec<String> {
        let cells = drawn.iter().map(|d| of(d.offer).map_or_else(|| "none".to_owned(), |a| money(a, currency)));
        std::iter::once(head).chain(cells).collect()
    };
    let mut rows: Vec<Vec<String>> = (0..count as usize)
        .map(|month| row(months(month as u32 + 1), &|offer| offer.months.get(month).copied()))
        .collect();
    if drawn.iter().any(|d| d.offer.expected.is_some()) {
        rows.push(row("At your chance of leaving".to_owned(), &|offer| offer.expected));
    }
    let heads = drawn.iter().map(|d| format!("{}, {}", d.name, currency.code()));
    Table { columns: std::iter::once("Leaving after".to_owned()).chain(heads).collect(), rows }
}

/// Who is ahead at the end, and since when.
fn sentence(drawn: &[Drawn<'_>], count: u32, currency: Currency) -> String {
    let mut order: Vec<&Drawn<'_>> = drawn.iter().collect();
    order.sort_by_key(|d| Reverse(d.last));
    let said = |d: &&Drawn<'_>| format!("{} with {}", d.name, whole(d.last, currency));
    let after = format!("Leaving after {}", months(count));
    let (first, rest) = (order[0], &order[1..]);
    if rest.is_empty() {
        return format!("{after}, {} has come to {}.", first.name, whole(first.last, currency));
    }
    let (named, others) = rest.split_at(if rest.len() > 3 { 2 } else { rest.len() });
    let mut parts: Vec<String> = named.iter().map(said).collect();
    if !others.is_empty() {
        parts.push(format!("{} others", others.len()));
    }
    if rest[0].last == first.last {
        let all: Vec<String> = std::iter::once(said(&first)).chain(parts).collect();
        return format!("{after}, no offer has come to most: {}.", list(&all));
    }
    let ahead = |month: usize| {
        let own = first.offer.months.get(month);
        rest.iter().all(|d| d.offer.months.get(month) < own)
    };
    let since = (0..count as usize).rev().take_while(|m| ahead(*m)).last().unwrap_or(0) + 1;
    let since = if since == 1 {
        "it is ahead from the start".to_owned()
    } else {
        format!("it is ahead for good from month {since}")
    };
    format!(
        "{after}, {} has come to most, {}, ahead of {}; {since}.",
        first.name,
        whole(first.last, currency),
        list(&parts)
    )
}
