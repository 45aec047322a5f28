//! Value by year: grouped bars, one per offer, stacked by how certain the money is.

use super::axis::{End, grid, level, place, scale, tick_room};
use super::sketch::{Anchor, Face, Field, Sketch};
use super::text::{fit, list, width};
use super::theme::{Rgb, Style, mix, palette};
use super::{BODY, SMALL, Series, bounded, not_drawn, nothing, series, span, tax_basis};
use crate::format::{grouped, half_even, money, unit, whole, years};
use crate::scene::{Canvas, Mark, Plot, Scene, Table};
use counterweight_domain::Currency;
use counterweight_engine::comparison::Comparison;
use rust_decimal::Decimal;

/// Said once in place of the unit when figures do not fit over the bars.
const NO_ROOM: &str = "left to right; table for amounts";
const TIERS: [&str; 3] = ["guaranteed", "likely", "speculative"];

/// Bars by year, one per offer in its colour: guaranteed solid, likely tinted, speculative hatched.
///
/// Each mark stands at its bar's total. The axis always starts at zero and goes below it only for negative years.
pub fn total_value(comparison: &Comparison, canvas: Canvas) -> Scene {
    let canvas = bounded(canvas);
    let currency = comparison.currency;
    let palette = palette(canvas.theme);
    let (series, missing) = series(comparison, palette);
    let year_count = series.iter().map(|s| s.offer.years.len()).max().unwrap_or(0);
    if year_count == 0 {
        return nothing(canvas, &format!("There is no offer to draw yet.{}", not_drawn(&missing)));
    }
    let alt = sentence(comparison, &series) + &not_drawn(&missing);
    let sketch = Sketch::new(canvas, &alt);

    let (full_width, full_height) = (f64::from(canvas.width), f64::from(canvas.height));
    let figures = Figures::new(comparison.currency, &series);
    let beside = full_width >= 480.0;
    let legend_room = if beside { legend_width(&series, &figures.unit, year_count, full_width) } else { 0.0 };
    let above = if beside || full_height < 170.0 { 0.0 } else { 36.0 };
    let top = 20.0 + above;
    let height = (full_height - top - 28.0).max(40.0);
    let ends = series.iter().flat_map(|s| &s.offer.years).flat_map(|y| {
        let (up, down) = stack(&y.tiers);
        [up, down, y.total]
    });
    let mut scale = scale(ends, height, End::OnTick);
    if scale.low < 0.0 {
        // Room for a label under the lowest bar.
        scale.low -= (scale.high - scale.low) * 18.0 / height;
    }
    let left = tick_room(&scale, currency);
    let plot = Plot { x: left, y: top, width: (full_width - left - legend_room - 4.0).max(40.0), height };
    let field = sketch.field(plot, 0.0..year_count as f64, scale.low..scale.high);
    grid(&sketch, &field, &scale, currency);

    let layout = Bars::new(field.plot().width / year_count as f64, series.len());
    let label_size = layout.label_size(&series, &figures);
    let mut marks = Vec::new();
    for year in 0..year_count {
        let (middle, _) = field.at(year as f64 + 0.5, 0.0);
        for (index, s) in series.iter().enumerate() {
            let Some(value) = s.offer.years.get(year) else { continue };
            let (x0, x1) = layout.bar(middle, index);
            let (high, low) = bar(&sketch, &field, (x0, x1), &value.tiers, &s.style);
            let centre = (x0 + x1) / 2.0;
            let (_, py) = field.at(0.0, place(value.total));
            if low > field.at(0.0, 0.0).1 && x1 - x0 >= 3.0 {
                sketch.line(&[(x0, py), (x1, py)], palette.ink, 1.5, &[]);
            }
            if let Some(size) = label_size {
                let face = Face { size, strong: false, colour: palette.ink };
                let only_below = stack(&value.tiers).0.is_zero() && value.total < Decimal::ZERO;
                let y = if only_below { low + 10.0 } else { high - 10.0 };
                sketch.text(&figures.say(value.total), (centre, y), Anchor::Middle, face);
            }
            marks.push(Mark {
                series: s.name.clone(),
                label: format!("Year {}", value.year),
                value: money(value.total, currency),
                px: centre,
                py,
                index: year as u32,
            });
        }
    }
    level(&sketch, &field, &year_labels(&series, year_count, field.plot().width), 15.0);
    let head = if label_size.is_some() { figures.unit.clone() } else { NO_ROOM.to_owned() };
    if beside {
        legend_beside(&sketch, &series, &head, (full_width - legend_room + 16.0, 10.0), full_width, full_height);
    } else if above > 0.0 {
        legend_above(&sketch, &series, &head, full_width);
    }
    Scene {
        svg: sketch.finish(),
        width: canvas.width,
        height: canvas.height,
        plot: field.plot(),
        marks,
        alt,
        table: table(comparison, &series),
    }
}

/// What is stacked above zero, and what below.
fn stack(tiers: &[Decimal; 3]) -> (Decimal, Decimal) {
    tiers.iter().fold((Decimal::ZERO, Decimal::ZERO), |(up, down), t| {
        if *t > Decimal::ZERO { (up.saturating_add(*t), down) } else { (up, down.saturating_add(*t)) }
    })
}

/// Where the bars of a year stand.
struct Bars {
    pitch: f64,
    bar: f64,
    count: f64,
}

impl Bars {
    fn new(slot: f64, count: usize) -> Self {
        let count = count as f64;
        let pitch = (slot * 0.84 / count).min(44.0);
        let gap = if pitch >= 10.0 {
            (pitch * 0.2).min(7.0)
        } else if pitch >= 4.0 {
            1.0
        } else {
            0.0
        };
        // Whole pixels keep the sides of the bars sharp.
        let pitch = if pitch >= 3.0 { pitch.floor() } else { pitch };
        Self { pitch, bar: if pitch >= 3.0 { (pitch - gap).round().max(1.0) } else { pitch }, count }
    }

    fn bar(&self, middle: f64, index: usize) -> (f64, f64) {
        let first = middle - (self.pitch * self.count - (self.pitch - self.bar)) / 2.0;
        let first = if self.pitch >= 3.0 { first.round() } else { first };
        let left = first + self.pitch * index as f64;
        (left, left + self.bar)
    }

    /// The size at which every label stands over its own bar; none when they would run together.
    fn label_size(&self, series: &[Series<'_>], figures: &Figures) -> Option<f64> {
        let widest =
            series.iter().flat_map(|s| &s.offer.years).map(|y| width(&figures.say(y.total), 1.0)).fold(0.0, f64::max);
        [BODY, SMALL].into_iter().find(|size| widest * size + 2.0 <= self.pitch)
    }
}

/// Figures over bars, in a unit that is said once.
struct Figures {
    divisor: Decimal,
    digits: u32,
    unit: String,
}

impl Figures {
    fn new(currency: Currency, series: &[Series<'_>]) -> Self {
        let most = series.iter().flat_map(|s| &s.offer.years).map(|y| y.total.abs()).max().unwrap_or_default();
        let (divisor, digits, word) = if most >= Decimal::from(10_000_000_000_u64) {
            (1_000_000_000_u64, 1, "billion ")
        } else if most >= Decimal::from(10_000_000) {
            (1_000_000, 1, "million ")
        } else if most >= Decimal::from(10_000) {
            (1_000, 0, "thousand ")
        } else {
            (1, 0, "")
        };
        let unit = format!("{word}{} a year", unit(currency));
        Self { divisor: Decimal::from(divisor), digits, unit }
    }

    fn say(&self, amount: Decimal) -> String {
        let rounded = half_even(amount / self.divisor, self.digits);
        let minus = if rounded < Decimal::ZERO { "\u{2212}" } else { "" };
        format!("{minus}{}", grouped(rounded.abs(), self.digits))
    }
}

/// Draws one bar and answers its upper and lower end, px.
fn bar(sketch: &Sketch, field: &Field, (x0, x1): (f64, f64), tiers: &[Decimal; 3], style: &Style) -> (f64, f64) {
    let zero = field.at(0.0, 0.0).1;
    let (mut up, mut down) = (Decimal::ZERO, Decimal::ZERO);
    let (mut high, mut low) = (zero, zero);
    for (tier, amount) in tiers.iter().enumerate() {
        if amount.is_zero() {
            continue;
        }
        let end = if *amount > Decimal::ZERO { &mut up } else { &mut down };
        let from = field.at(0.0, place(*end)).1;
        *end = end.saturating_add(*amount);
        let to = field.at(0.0, place(*end)).1;
        segment(sketch, (x0, from), (x1, to), tier, style);
        (high, low) = (high.min(to), low.max(to));
    }
    (high, low)
}

/// A part of a bar, or of the legend.
fn segment(sketch: &Sketch, from: (f64, f64), to: (f64, f64), tier: usize, style: &Style) {
    let paper = sketch.palette.paper;
    match tier {
        0 => sketch.rect(from, to, style.colour, 1.0),
        1 => sketch.rect(from, to, mix(style.colour, paper, 0.5), 1.0),
        _ => sketch.hatched(from, to, style.colour, 4.0),
    }
    let wide = to.0 - from.0;
    if tier > 0 && wide >= 5.0 {
        sketch.outline(from, to, style.colour);
    }
    // A colour that comes again is broken by as many upright dashes, where there is room for them.
    let breaks = if wide >= 5.0 { style.repeat } else { 0 };
    for n in 0..breaks {
        let x = from.0 + wide * (n + 1) as f64 / (breaks + 1) as f64;
        sketch.line(&[(x, from.1), (x, to.1)], paper, (wide * 0.16).clamp(0.8, 3.0), &[3.0, 2.0]);
    }
}

fn year_labels(series: &[Series<'_>], count: usize, room: f64) -> Vec<(f64, String)> {
    let slot = room / count as f64;
    let worded = width("Year 10", SMALL) + 8.0 <= slot;
    let first = width("Year 1", SMALL) / 2.0 + width("2", SMALL) / 2.0 + 8.0 <= slot;
    let number = |year: usize| series.iter().find_map(|s| s.offer.years.get(year)).map_or(year as u32 + 1, |y| y.year);
    (0..count)
        .map(|year| {
            let n = number(year);
            (year as f64 + 0.5, if worded || (first && year == 0) { format!("Year {n}") } else { n.to_string() })
        })
        .collect()
}

fn legend_width(series: &[Series<'_>], unit: &str, years: usize, full: f64) -> f64 {
    let names = series.iter().map(|s| width(&s.name, BODY) + 18.0);
    // With this many bars their figures hardly ever fit.
    let crowded = series.len() * years > 24;
    let unit = width(if crowded { NO_ROOM } else { unit }, SMALL);
    let widest = names.chain([unit, 90.0]).fold(0.0, f64::max);
    (widest + 20.0).min(full * 0.3).ceil()
}

/// The colour that stands for every series in the key to the tiers.
fn key_style(sketch: &Sketch) -> Style {
    Style { colour: sketch.palette.ink, repeat: 0, ..sketch.palette.current_job(0) }
}

fn swatch(sketch: &Sketch, at: (f64, f64), tier: usize, style: &Style) {
    segment(sketch, (at.0, at.1 - 5.0), (at.0 + 10.0, at.1 + 5.0), tier, style);
}

fn legend_beside(sketch: &Sketch, series: &[Series<'_>], head: &str, (x, top): (f64, f64), full: f64, height: f64) {
    let room = full - x - 2.0;
    let p = sketch.palette;
    let face = |colour: Rgb| Face { size: BODY, strong: false, colour };
    sketch.note(&fit(head, SMALL, room), (x, top + 8.0), Anchor::Start);
    let start = top + 30.0;
    let tier_row = 18.0;
    let tiers_height = tier_row * 3.0 + 6.0;
    let for_names = height - start - 4.0;
    // The key to the tiers gives way before names do.
    let tiers = for_names - tiers_height >= series.len() as f64 * 14.0;
    let for_names = if tiers { for_names - tiers_height } else { for_names };
    let row = (for_names / series.len() as f64).clamp(14.0, 21.0);
    let fits = ((for_names / row).floor() as usize).max(1);
    let shown = if series.len() > fits { fits - 1 } else { series.len() };
    let mut y = start;
    for s in &series[..shown] {
        swatch(sketch, (x, y), 0, &s.style);
        sketch.text(&fit(&s.name, BODY, room - 17.0), (x + 17.0, y), Anchor::Start, face(p.ink));
        y += row;
    }
    if shown < series.len() {
        let more = format!("and {} more", series.len() - shown);
        sketch.note(&fit(&more, SMALL, room), (x, y), Anchor::Start);
    }
    if tiers {
        y += 8.0;
        for (tier, name) in TIERS.iter().enumerate() {
            swatch(sketch, (x, y), tier, &key_style(sketch));
            sketch.text(&fit(name, BODY, room - 17.0), (x + 17.0, y), Anchor::Start, face(p.muted));
            y += tier_row;
        }
    }
}

/// Two rows above a narrow chart: the offers, then the tiers.
fn legend_above(sketch: &Sketch, series: &[Series<'_>], head: &str, full: f64) {
    let p = sketch.palette;
    let share = (full - 8.0) / series.len().min(4) as f64;
    let mut x = 4.0;
    for (index, s) in series.iter().enumerate() {
        let rest = series.len() - index;
        let more = format!("and {rest} more");
        let name = fit(&s.name, SMALL, share - 26.0);
        let wide = width(&name, SMALL) + 26.0;
        let reserve = if rest > 1 { width(&more, SMALL) } else { 0.0 };
        if x + wide + reserve > full {
            sketch.note(&more, (x, 9.0), Anchor::Start);
            break;
        }
        swatch(sketch, (x, 9.0), 0, &s.style);
        sketch.text(&name, (x + 14.0, 9.0), Anchor::Start, Face { size: SMALL, strong: false, colour: p.ink });
        x += wide;
    }
    x = 4.0;
    for (tier, name) in TIERS.iter().enumerate() {
        swatch(sketch, (x, 26.0), tier, &key_style(sketch));
        sketch.note(name, (x + 14.0, 26.0), Anchor::Start);
        x += width(name, SMALL) + 24.0;
    }
    if x + width(head, SMALL) < full {
        sketch.note(head, (full - 4.0, 26.0), Anchor::End);
    }
}

/// What the bars say, as one sentence.
fn sentence(comparison: &Comparison, series: &[Series<'_>]) -> String {
    let currency = comparison.currency;
    let span = span(comparison);
    let basis = tax_basis(&series.iter().collect::<Vec<_>>());
    let mut order: Vec<usize> = (0..series.len()).collect();
    order.sort_by(|a, b| series[*b].offer.total.cmp(&series[*a].offer.total));
    let said = |i: &usize| format!("{} with {}", series[*i].name, whole(series[*i].offer.total, currency));
    let others = |order: &[usize]| {
        let (first, last) = (order[0], order[order.len() - 1]);
        format!(
            "{} others with {} down to {}",
            order.len(),
            whole(series[first].offer.total, currency),
            whole(series[last].offer.total, currency)
        )
    };
    match &order[..] {
        [only] => {
            format!(
                "{} is worth {}{basis} over {span}.",
                series[*only].name,
                whole(series[*only].offer.total, currency)
            )
        }
        [first, rest @ ..] if series[rest[0]].offer.total < series[*first].offer.total => format!(
            "{} is worth most{basis} over {span}: {}, ahead of {}.",
            series[*first].name,
            whole(series[*first].offer.total, currency),
            with_others(rest, said, others)
        ),
        all => format!("No offer is worth most{basis} over {span}: {}.", with_others(all, said, others)),
    }
}

/// The first of an order one by one, and the others as a range, so that the sentence stays one.
fn with_others(order: &[usize], said: impl Fn(&usize) -> String, others: impl Fn(&[usize]) -> String) -> String {
    let named = if order.len() > 4 { 3 } else { order.len() };
    let mut parts: Vec<String> = order[..named].iter().map(said).collect();
    if named < order.len() {
        parts.push(others(&order[named..]));
    }
    list(&parts)
}

fn table(comparison: &Comparison, series: &[Series<'_>]) -> Table {
    let currency = comparison.currency;
    let code = currency.code();
    let columns = ["Offer and year".to_owned()]
        .into_iter()
        .chain(["Guaranteed", "Likely", "Speculative", "Total"].map(|c| format!("{c} in the period, {code}")))
        .chain([format!("Total since the start, {code}")])
        .collect();
    let mut rows = Vec::new();
    for s in series {
        let offer = s.offer;
        let mut sums = [Decimal::ZERO; 3];
        for year in &offer.years {
            let mut row = vec![format!("{}, year {}", s.name, year.year)];
            row.extend(year.tiers.iter().chain([&year.total, &year.cumulative]).map(|a| money(*a, currency)));
            rows.push(row);
            for (sum, amount) in sums.iter_mut().zip(year.tiers) {
                *sum = sum.saturating_add(amount);
            }
        }
        let mut row = vec![format!("{}, {}", s.name, years(comparison.horizon_years))];
        row.extend(sums.iter().chain([&offer.total, &offer.total]).map(|a| money(*a, currency)));
        rows.push(row);
    }
    Table { columns, rows }
}
