//! If you paid for it yourself: what the same work costs in the cloud, on a machine that is bought or
//! rented, and shared between them.

use super::axis::{End, EndLabel, end_labels, end_room, grid, level, month_labels, place, scale, tick_room};
use super::sketch::{Anchor, Point, Sketch};
use super::text::{fit, list, width};
use super::theme::{Palette, Shape, Style, mix, palette};
use super::{SMALL, bounded, nothing, with_range};
use crate::format::{compact, money, months, of_hundred, percent, whole};
use crate::scene::{Canvas, Mark, Plot, Scene, Table};
use counterweight_domain::Currency;
use counterweight_engine::break_even::Route;
use counterweight_engine::comparison::Band;
use counterweight_engine::compute_plan::ComputePlan;
use rust_decimal::Decimal;

/// A route as a series.
struct Way<'a> {
    name: &'static str,
    route: &'a Route,
    style: Style,
    /// Whether it is weighed against the cloud.
    weighed: bool,
}

/// Spent so far by route: median lines, bands that hold 8 of 10 futures, the month in which a route has cost no
/// more than the cloud, and the range of that month on the axis.
///
/// Marks stand on the medians at the end of each month, from month 0.
pub fn routes(plan: &ComputePlan, canvas: Canvas) -> Scene {
    let canvas = bounded(canvas);
    let ways = ways(plan, palette(canvas.theme));
    if ways.is_empty() {
        return nothing(canvas, "No route can be priced: choose a model with a price, or a machine that can run it.");
    }
    let currency = plan.currency;
    let alt = sentence(plan, &ways);
    let sketch = Sketch::new(canvas, &alt);
    let p = sketch.palette;
    let (full_width, full_height) = (f64::from(canvas.width), f64::from(canvas.height));
    let (top, height) = (28.0, (full_height - 62.0).max(40.0));
    let bands = ways.iter().flat_map(|w| &w.route.spent);
    let scale = scale(bands.flat_map(|b| [b.p10, b.p50, b.p90]), height, End::AtData);
    let left = tick_room(&scale, currency);
    let labels = ways.iter().map(|w| (w.name.to_owned(), compact(last(w.route).p50, currency)));
    let right = end_room(labels, full_width * 0.38);
    let last_month = ways.iter().map(|w| w.route.spent.len() - 1).max().unwrap_or(1).max(1) as u32;
    let plot = Plot { x: left, y: top, width: (full_width - left - right - 4.0).max(40.0), height };
    let field = sketch.field(plot, 0.0..f64::from(last_month), scale.low..scale.high);
    let plot = field.plot();
    grid(&sketch, &field, &scale, currency);

    let line = |route: &Route, of: fn(&Band) -> Decimal| -> Vec<Point> {
        route.spent.iter().enumerate().map(|(month, b)| field.at(month as f64, place(of(b)))).collect()
    };
    for way in &ways {
        let (low, high) = (line(way.route, |b| b.p10), line(way.route, |b| b.p90));
        let around: Vec<Point> = low.iter().copied().chain(high.iter().rev().copied()).collect();
        sketch.polygon(&around, way.style.colour, 0.15);
        for edge in [low, high] {
            sketch.line(&edge, mix(way.style.colour, p.paper, 0.4), 0.8, &[]);
        }
    }
    let mut ends = Vec::new();
    for way in &ways {
        let points = line(way.route, |b| b.p50);
        sketch.line(&points, way.style.colour, 2.0, way.style.dash);
        let end = points[points.len() - 1];
        sketch.shape(end, &way.style, 3.6);
        ends.push(EndLabel {
            at: end,
            name: way.name.to_owned(),
            figure: compact(last(way.route).p50, currency),
            colour: way.style.text,
        });
    }
    let mut row = 0;
    for way in ways.iter().filter(|w| w.weighed) {
        row += usize::from(pays_back(&sketch, &field, way, plot, last_month, row));
    }
    end_labels(&sketch, &field, ends, full_width - plot.x - plot.width - 4.0);
    let note = if row > 0 {
        [
            "Spent so far. Band: 8 of 10 futures. Dot and bar on the axis: when it has cost no more than the cloud.",
            "Spent so far. Band: 8 of 10 futures. Bar: when it pays back.",
            "Band: 8 of 10 futures. Bar: pays back.",
        ]
    } else {
        [
            "Spent so far. Line: the middle of all futures. Band: 8 of 10 futures lie inside it.",
            "Spent so far. Band: 8 of 10 futures.",
            "Band: 8 of 10 futures.",
        ]
    };
    let caption = note.into_iter().find(|n| width(n, SMALL) <= full_width - 8.0).unwrap_or(note[2]);
    sketch.note(&fit(caption, SMALL, full_width - 8.0), (4.0, 9.0), Anchor::Start);
    level(&sketch, &field, &month_labels(last_month, plot.width), 20.0);

    let mut marks = Vec::new();
    for month in 0..=last_month {
        for way in &ways {
            let Some(band) = way.route.spent.get(month as usize) else { continue };
            let (px, py) = field.at(f64::from(month), place(band.p50));
            marks.push(Mark {
                series: way.name.to_owned(),
                label: format!("Month {month}"),
                value: with_range(*band, currency),
                px,
                py,
                index: month,
            });
        }
    }
    Scene {
        svg: sketch.finish(),
        width: canvas.width,
        height: canvas.height,
        plot,
        marks,
        alt,
        table: table(&ways, last_month, currency),
    }
}

fn ways<'a>(plan: &'a ComputePlan, p: &Palette) -> Vec<Way<'a>> {
    let style = |colour, dash, shape| Style { colour, text: colour, dash, shape, repeat: 0 };
    let r = &plan.routes;
    [
        ("Cloud", &r.cloud, style(p.offers[0], &[][..], Shape::Disc), false),
        ("Buy", &r.buy, style(p.accent, &[10.0, 3.0, 2.0, 3.0][..], Shape::Square), true),
        ("Rent", &r.rent, style(p.offers[3], &[2.0, 3.0][..], Shape::Diamond), true),
        ("Hybrid", &r.hybrid, style(p.offers[1], &[6.0, 4.0][..], Shape::Triangle), true),
    ]
    .into_iter()
    .filter_map(|(name, route, style, weighed)| {
        // Nothing is weighed against a cloud without a price.
        let weighed = weighed && r.cloud.is_some();
        route.as_ref().filter(|route| !route.spent.is_empty()).map(|route| Way { name, route, style, weighed })
    })
    .collect()
}

/// The month of break-even on a route's line, and its range on the axis; answers whether there was anything to draw.
fn pays_back(
    sketch: &Sketch,
    field: &super::sketch::Field,
    way: &Way<'_>,
    plot: Plot,
    last_month: u32,
    row: usize,
) -> bool {
    let [early, middle, late] = way.route.pays_back;
    let Some(early) = early else { return false };
    let end = f64::from(last_month);
    let colour = way.style.colour;
    // The bar stands on the axis, the second under the first.
    let y = plot.y + plot.height + 3.0 + row as f64 * 4.5;
    let from = field.at(f64::from(early).min(end), 0.0).0;
    let to = late.map_or(plot.x + plot.width, |late| field.at(f64::from(late).min(end), 0.0).0);
    sketch.rect((from, y - 1.5), (to.max(from + 1.0), y + 1.5), colour, 1.0);
    if late.is_none() {
        // Open at the right: in more than one future of ten it never pays back.
        sketch.polygon(&[(to + 6.0, y), (to, y - 3.5), (to, y + 3.5)], colour, 1.0);
    }
    let Some(month) = middle.filter(|m| *m <= last_month) else { return true };
    if let Some(band) = way.route.spent.get(month as usize) {
        let at = field.at(f64::from(month), place(band.p50));
        sketch.line(&[at, (at.0, plot.y + plot.height)], sketch.palette.faint, 1.0, &[2.0, 2.5]);
        sketch.disc(at, 5.2, sketch.palette.paper);
        sketch.disc(at, 4.0, sketch.palette.ink);
    }
    true
}

fn last(route: &Route) -> Band {
    // Routes without a month are filtered before.
    route.spent[route.spent.len() - 1]
}

/// `month 14 (9 to 26)`, or what is known when the range is open.
fn when(route: &Route) -> String {
    let never =
        if route.never > 0.0 { format!(", never in {} futures", of_hundred(route.never)) } else { String::new() };
    match route.pays_back {
        [Some(p10), Some(p50), Some(p90)] => format!("from month {p50} ({p10} to {p90} in 8 of 10 futures){never}"),
        [Some(p10), Some(p50), None] => format!("from month {p50} (not before month {p10} in 9 of 10 futures){never}"),
        [Some(p10), _, _] => format!("in fewer than half of the futures (not before month {p10} in 9 of 10){never}"),
        _ => format!("in fewer than 1 of 10 futures{never}"),
    }
}

fn sentence(plan: &ComputePlan, ways: &[Way<'_>]) -> String {
    let costs: Vec<String> = ways
        .iter()
        .map(|w| {
            let band = last(w.route);
            let verb = if w.name == "Cloud" { " costs" } else { "" };
            format!("{}{verb} {}", label(w.name), whole(band.p50, plan.currency))
        })
        .collect();
    let weighed: Vec<String> = ways
        .iter()
        .filter(|w| w.weighed)
        .map(|w| format!("{} has cost no more than the cloud {}", label(w.name), when(w.route)))
        .collect();
    let tail = if weighed.is_empty() { String::new() } else { format!("; {}", weighed.join("; ")) };
    format!("Over {}, at the median, {}{tail}.", months(plan.months), list(&costs))
}

fn label(name: &str) -> &'static str {
    match name {
        "Cloud" => "the cloud",
        "Buy" => "buying",
        "Rent" => "renting",
        _ => "the hybrid",
    }
}

fn table(ways: &[Way<'_>], last_month: u32, currency: Currency) -> Table {
    let code = currency.code();
    let columns = ["Month".to_owned()]
        .into_iter()
        .chain(ways.iter().flat_map(|w| {
            ["1 in 10 futures below", "median", "1 in 10 futures above"]
                .map(|c| format!("{}, spent since the start: {c}, {code}", w.name))
        }))
        .collect();
    let mut rows: Vec<Vec<String>> = (0..=last_month)
        .map(|month| {
            let cells = ways.iter().flat_map(|w| match w.route.spent.get(month as usize) {
                Some(b) => [b.p10, b.p50, b.p90].map(|a| money(a, currency)),
                None => [const { String::new() }; 3],
            });
            [format!("Month {month}")].into_iter().chain(cells).collect()
        })
        .collect();
    if ways.iter().any(|w| w.weighed) {
        let month = |m: Option<u32>| m.map_or_else(|| "not reached".to_owned(), |m| format!("month {m}"));
        let cells = ways
            .iter()
            .flat_map(|w| if w.weighed { w.route.pays_back.map(month) } else { [const { String::new() }; 3] });
        rows.push(["Has cost no more than the cloud from".to_owned()].into_iter().chain(cells).collect());
        let cells = ways.iter().flat_map(|w| {
            let never = if w.weighed { format!("{} futures", of_hundred(w.route.never)) } else { String::new() };
            [never, String::new(), String::new()]
        });
        rows.push(["Never".to_owned()].into_iter().chain(cells).collect());
    }
    let cells = ways.iter().flat_map(|w| [String::new(), percent(w.route.on_machine), String::new()]);
    rows.push(["Share of the work on the machine".to_owned()].into_iter().chain(cells).collect());
    let cells = ways.iter().flat_map(|w| [String::new(), money(w.route.resale, currency), String::new()]);
    rows.push(["Resale at the end".to_owned()].into_iter().chain(cells).collect());
    Table { columns, rows }
}
