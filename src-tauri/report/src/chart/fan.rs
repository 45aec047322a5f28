//! The fan: cumulative value over the years as nested bands, with a few single futures.

use super::axis::{End, EndLabel, end_labels, end_room, grid, level, place, scale, tick_room};
use super::sketch::{Anchor, Point, Sketch};
use super::text::{fit, list, width};
use super::theme::{Style, mix, palette};
use super::{SMALL, bounded, nothing, offer_names, style_of, with_range};
use crate::format::{compact, money, whole, years};
use crate::scene::{Canvas, Mark, Plot, Scene, Table};
use counterweight_domain::Currency;
use counterweight_engine::comparison::Band;
use counterweight_engine::outlook::{Fan, FanYear};
use rust_decimal::Decimal;
use std::cmp::Reverse;

/// One figure of a year.
type Quantile = fn(&FanYear) -> Decimal;

/// An offer that is drawn.
struct Drawn<'a> {
    fan: &'a Fan,
    last: FanYear,
    name: String,
    style: Style,
}

/// Cumulative value over the years: for each offer a median line, the band of half of all futures inside the band of
/// 8 of 10, and thin lines for single futures, fewer of them the more offers there are.
///
/// Every line starts at zero before the first year. Marks stand on the medians at the end of each year.
pub fn fan(fans: &[Fan], currency: Currency, canvas: Canvas) -> Scene {
    let canvas = bounded(canvas);
    let palette = palette(canvas.theme);
    let names = offer_names(fans.iter().map(|f| (f.name.as_str(), f.position)));
    let drawn: Vec<Drawn<'_>> = fans
        .iter()
        .zip(names)
        .filter_map(|(fan, name)| {
            let style = style_of(palette, fan.kind, fan.position);
            fan.years.last().map(|last| Drawn { fan, last: *last, name, style })
        })
        .collect();
    let year_count = drawn.iter().map(|d| d.fan.years.len()).max().unwrap_or(0);
    if year_count == 0 {
        return nothing(canvas, "There is no range of outcomes to draw yet.");
    }
    let single = match drawn.len() {
        0..=2 => 5,
        3 => 3,
        4 => 1,
        _ => 0,
    };
    let alt = sentence(&drawn, year_count as u32, currency);
    let sketch = Sketch::new(canvas, &alt);
    let (full_width, full_height) = (f64::from(canvas.width), f64::from(canvas.height));
    let top = 30.0;
    let height = (full_height - top - 28.0).max(40.0);
    let amounts = drawn.iter().flat_map(|d| {
        let bands = d.fan.years.iter().flat_map(|y| [y.p10, y.p25, y.p50, y.p75, y.p90]);
        bands.chain(d.fan.paths.iter().take(single).flat_map(|path| path.iter().take(year_count).copied()))
    });
    let scale = scale(amounts, height, End::AtData);
    let left = tick_room(&scale, currency);
    let right = end_room(drawn.iter().map(|d| (d.name.clone(), compact(d.last.p50, currency))), full_width * 0.38);
    let plot = Plot { x: left, y: top, width: (full_width - left - right - 4.0).max(40.0), height };
    let field = sketch.field(plot, 0.0..year_count as f64, scale.low..scale.high);
    let plot = field.plot();
    grid(&sketch, &field, &scale, currency);

    let through = |amounts: &mut dyn Iterator<Item = Decimal>| -> Vec<Point> {
        std::iter::once(field.at(0.0, 0.0))
            .chain(amounts.zip(1..).map(|(amount, year)| field.at(f64::from(year), place(amount))))
            .collect()
    };
    let line = |fan: &Fan, of: Quantile| through(&mut fan.years.iter().map(of));
    let alpha = match drawn.len() {
        0..=2 => 0.16,
        3 => 0.13,
        4..=6 => 0.08,
        _ => 0.045,
    };
    for d in &drawn {
        let bands: [[Quantile; 2]; 2] = [[|y| y.p10, |y| y.p90], [|y| y.p25, |y| y.p75]];
        for (of, share) in bands.into_iter().zip([0.45, 0.3]) {
            let [low, high] = of.map(|of| line(d.fan, of));
            let around: Vec<Point> = low.iter().copied().chain(high.iter().rev().copied()).collect();
            sketch.polygon(&around, d.style.colour, alpha);
            // The edges keep a band visible where bands lie on each other and in grey print.
            for edge in [low, high] {
                sketch.line(&edge, mix(d.style.colour, palette.paper, share), 0.8, &[]);
            }
        }
    }
    for d in &drawn {
        for path in d.fan.paths.iter().take(single) {
            let points = through(&mut path.iter().take(year_count).copied());
            sketch.line(&points, mix(d.style.colour, palette.paper, 0.75), 0.7, &[]);
        }
    }
    for d in &drawn {
        sketch.line(&line(d.fan, |y| y.p50), d.style.colour, 2.0, d.style.dash);
    }
    let mut ends = Vec::new();
    for d in &drawn {
        let points = line(d.fan, |y| y.p50);
        // With many lines the shapes would cover them; each then stands at the end of its line only.
        let marked = if drawn.len() > 6 { points.len() - 1 } else { 1 };
        for point in &points[marked..] {
            sketch.shape(*point, &d.style, 3.6);
        }
        ends.push(EndLabel {
            at: points[points.len() - 1],
            name: d.name.clone(),
            figure: compact(d.last.p50, currency),
            colour: d.style.text,
        });
    }
    end_labels(&sketch, &field, ends, full_width - plot.x - plot.width - 4.0);

    let notes = [
        "Worth so far. Thick line: the middle. Dark band: half of all futures; light band: 8 of 10.",
        "Thick line: the middle. Dark band: half of all futures; light: 8 of 10.",
        "Dark band: half of all futures; light: 8 of 10.",
        "Bands: half and 8 of 10 futures.",
    ];
    let thin = if single > 0 && drawn.iter().any(|d| !d.fan.paths.is_empty()) { " Thin: single futures." } else { "" };
    let caption = [(notes[0], thin), (notes[0], ""), (notes[1], ""), (notes[2], "")]
        .map(|(note, more)| format!("{note}{more}"))
        .into_iter()
        .find(|n| width(n, SMALL) <= full_width - 8.0)
        .unwrap_or_else(|| notes[3].to_owned());
    sketch.note(&fit(&caption, SMALL, full_width - 8.0), (4.0, 9.0), Anchor::Start);
    let worded = width("Year 10", SMALL) + 8.0 <= plot.width / year_count as f64;
    let ticks: Vec<(f64, String)> = std::iter::once((0.0, if worded { "start" } else { "0" }.to_owned()))
        .chain((1..=year_count).map(|y| (y as f64, if worded { format!("Year {y}") } else { y.to_string() })))
        .collect();
    level(&sketch, &field, &ticks, 15.0);

    let mut marks = Vec::new();
    for year in 0..year_count {
        for d in &drawn {
            let Some(y) = d.fan.years.get(year) else { continue };
            let (px, py) = field.at(year as f64 + 1.0, place(y.p50));
            marks.push(Mark {
                series: d.name.clone(),
                label: format!("Year {}", y.year),
                value: with_range(Band { p10: y.p10, p50: y.p50, p90: y.p90 }, currency),
                px,
                py,
                index: year as u32,
            });
        }
    }
    let table = table(&drawn, currency);
    Scene { svg: sketch.finish(), width: canvas.width, height: canvas.height, plot, marks, alt, table }
}

fn table(drawn: &[Drawn<'_>], currency: Currency) -> Table {
    let code = currency.code();
    let heads =
        ["1 in 10 futures below", "1 in 4 futures below", "Median", "1 in 4 futures above", "1 in 10 futures above"];
    let rows = drawn.iter().flat_map(|d| {
        d.fan.years.iter().map(|y| {
            let amounts = [y.p10, y.p25, y.p50, y.p75, y.p90].map(|a| money(a, currency));
            [format!("{}, year {}", d.name, y.year)].into_iter().chain(amounts).collect()
        })
    });
    Table {
        columns: ["Offer and year".to_owned()]
            .into_iter()
            .chain(heads.map(|h| format!("{h}, since the start, {code}")))
            .collect(),
        rows: rows.collect(),
    }
}

fn sentence(drawn: &[Drawn<'_>], year_count: u32, currency: Currency) -> String {
    let mut order: Vec<&Drawn<'_>> = drawn.iter().collect();
    order.sort_by_key(|d| Reverse(d.last.p50));
    let parts: Vec<String> = order
        .iter()
        .map(|d| {
            let [p10, p50, p90] = [d.last.p10, d.last.p50, d.last.p90].map(|a| whole(a, currency));
            format!("{} {p10} to {p90} (median {p50})", d.name)
        })
        .collect();
    let (named, others) = parts.split_at(if parts.len() > 4 { 3 } else { parts.len() });
    let rest = if others.is_empty() { String::new() } else { format!("; {} others are in the table", others.len()) };
    format!("Worth over {}, in 8 of 10 futures: {}{rest}.", years(year_count), list(named))
}
