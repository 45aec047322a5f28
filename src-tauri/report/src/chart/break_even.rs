//! Where two assumptions together make two offers equal: a map of which is worth more.
//!
//! Between the values that were computed the map is taken as straight on triangles, so that the fill and the line of
//! equal worth agree and the line passes through every crossing that the engine names.

use super::axis::place;
use super::plain::{figure, round_steps, with_unit};
use super::sketch::{Anchor, Face, Field, Point, Sketch};
use super::text::{fit, name, width};
use super::theme::mix;
use super::{BODY, SMALL, both_names, bounded, nothing};
use crate::format::signed;
use crate::scene::{Canvas, Mark, Plot, Scene, Table};
use counterweight_domain::Currency;
use counterweight_engine::outlook::BreakEvenMap;
use rust_decimal::Decimal;

/// Which of two offers is worth more over two assumptions: a plain tint where the first is, a ruled one where the
/// second is, and the line on which both are worth the same.
///
/// Marks stand on the values that were computed, by the assumption along the bottom and then by the other.
pub fn break_even(map: &BreakEvenMap, names: [&str; 2], currency: Currency, canvas: Canvas) -> Scene {
    let canvas = bounded(canvas);
    let names = both_names(names);
    let Some(ground) = Ground::of(map) else {
        return nothing(canvas, "There is no map of two assumptions to draw yet.");
    };
    let (across, up) = (name(&map.across), name(&map.up));
    let alt = sentence(map, [&across, &up], &names);
    let sketch = Sketch::new(canvas, &alt);
    let p = sketch.palette;
    let (full_width, full_height) = (f64::from(canvas.width), f64::from(canvas.height));
    let top = 22.0;
    let height = (full_height - top - 44.0).max(40.0);
    let (xs, ys) = (&ground.xs, &ground.ys);
    let ([low_x, high_x], [low_y, high_y]) = ([xs[0], xs[xs.len() - 1]], [ys[0], ys[ys.len() - 1]]);
    let up_ticks = round_steps(low_y, high_y, (height / 40.0).clamp(1.0, 6.0), &map.up_unit);
    let left = up_ticks.iter().map(|t| width(&figure(*t), SMALL)).fold(0.0, f64::max).ceil() + 14.0;
    let plot = Plot { x: left, y: top, width: (full_width - left - 16.0).max(40.0), height };
    let field = sketch.field(plot, low_x..high_x, low_y..high_y);
    let plot = field.plot();

    let strips = Strips::of(&ground, &field);
    let first = mix(p.accent, p.paper, 0.26);
    let second = mix(p.muted, p.paper, 0.2);
    strips.paint(&sketch, 1, first);
    strips.paint(&sketch, -1, second);
    strips.rule(&sketch, -1, mix(p.muted, p.paper, 0.5));
    for (from, to) in ground.contour() {
        sketch.line(&[field.at(from.0, from.1), field.at(to.0, to.1)], p.ink, 2.0, &[]);
    }
    let mut marks = Vec::new();
    for (i, x) in map.xs.iter().enumerate() {
        for (j, y) in map.ys.iter().enumerate() {
            let (px, py) = field.at(*x, *y);
            sketch.disc((px, py), 1.0, p.muted);
            marks.push(Mark {
                series: format!("{up}: {}", with_unit(*y, &map.up_unit)),
                label: format!("{across}: {}", with_unit(*x, &map.across_unit)),
                value: verdict(map.ahead[j][i], &names, currency),
                px,
                py,
                index: i as u32,
            });
        }
    }
    let frame = [
        (plot.x, plot.y),
        (plot.x + plot.width, plot.y),
        (plot.x + plot.width, plot.y + plot.height),
        (plot.x, plot.y + plot.height),
        (plot.x, plot.y),
    ];
    sketch.line(&frame, mix(p.faint, p.paper, 0.55), 1.0, &[]);

    for tick in &up_ticks {
        let (_, y) = field.at(low_x, *tick);
        sketch.line(&[(plot.x - 4.0, y), (plot.x, y)], p.faint, 1.0, &[]);
        sketch.note(&figure(*tick), (plot.x - 8.0, y), Anchor::End);
    }
    let mut free = f64::NEG_INFINITY;
    for tick in round_steps(low_x, high_x, (plot.width / 60.0).clamp(1.0, 8.0), &map.across_unit) {
        let (x, _) = field.at(tick, low_y);
        let text = figure(tick);
        let half = width(&text, SMALL) / 2.0;
        if x - half >= free && x + half <= full_width {
            sketch.line(&[(x, plot.y + plot.height), (x, plot.y + plot.height + 4.0)], p.faint, 1.0, &[]);
            sketch.note(&text, (x, plot.y + plot.height + 13.0), Anchor::Middle);
            free = x + half + 8.0;
        }
    }
    // Names of the axes with their units, above the upright one and at the end of the level one.
    let up_name = with_axis_unit(&up, &map.up_unit);
    let up_name = fit(&up_name, SMALL, full_width - 8.0);
    sketch.note(&up_name, (4.0, 9.0), Anchor::Start);
    let same = "On the line: worth the same";
    if !map.line.is_empty() && width(&up_name, SMALL) + width(same, SMALL) + 28.0 <= full_width {
        sketch.note(same, (plot.x + plot.width, 9.0), Anchor::End);
    }
    let foot = plot.y + plot.height + 31.0;
    let across_name = fit(&with_axis_unit(&across, &map.across_unit), SMALL, full_width * 0.45);
    sketch.note(&across_name, (plot.x + plot.width, foot), Anchor::End);

    // Each side is named in its middle, or in the foot where it is too small for words.
    let mut x = 4.0;
    for (sign, who, ground_colour) in [(1, &names[0], first), (-1, &names[1], second)] {
        let face = Face { size: BODY, strong: true, colour: p.ink };
        match strips.widest(sign) {
            None => {}
            Some((from, to, y)) if to - from >= width(" better", BODY) + 56.0 => {
                let said = format!("{} better", fit(who, BODY, to - from - width(" better", BODY) - 16.0));
                let half = width(&said, BODY) / 2.0 + 6.0;
                let middle = (from + to) / 2.0;
                sketch.rect((middle - half, y - 9.0), (middle + half, y + 9.0), ground_colour, 1.0);
                sketch.text(said.trim_start(), (middle, y), Anchor::Middle, face);
            }
            Some(_) => {
                let room = plot.x + plot.width - width(&across_name, SMALL) - 12.0 - x - 16.0;
                let said = format!("{} better", fit(who, SMALL, (room - width(" better", SMALL)).min(160.0)));
                if width(&said, SMALL) <= room {
                    let (from, to) = ((x, foot - 5.0), (x + 10.0, foot + 5.0));
                    sketch.rect(from, to, ground_colour, 1.0);
                    if sign < 0 {
                        sketch.line(&[(x, foot - 2.0), (x + 10.0, foot - 2.0)], p.muted, 1.0, &[]);
                        sketch.line(&[(x, foot + 2.0), (x + 10.0, foot + 2.0)], p.muted, 1.0, &[]);
                    }
                    sketch.note(said.trim_start(), (x + 15.0, foot), Anchor::Start);
                    x += width(&said, SMALL) + 30.0;
                }
            }
        }
    }
    let table = table(map, [&across, &up], &names, currency);
    Scene { svg: sketch.finish(), width: canvas.width, height: canvas.height, plot, marks, alt, table }
}

/// The map in numbers, at least two values a side.
struct Ground {
    xs: Vec<f64>,
    ys: Vec<f64>,
    /// By y and then x.
    ahead: Vec<Vec<f64>>,
}

impl Ground {
    /// None when the map is empty, its values do not rise, or rows are missing.
    fn of(map: &BreakEvenMap) -> Option<Self> {
        let rising = |values: &[f64]| {
            values.iter().all(|v| v.is_finite() && v.abs() < 1e15) && values.windows(2).all(|v| v[0] < v[1])
        };
        let whole = map.ahead.len() == map.ys.len() && map.ahead.iter().all(|row| row.len() == map.xs.len());
        if map.xs.is_empty() || map.ys.is_empty() || !rising(&map.xs) || !rising(&map.ys) || !whole {
            return None;
        }
        let mut ahead: Vec<Vec<f64>> =
            map.ahead.iter().map(|row| row.iter().map(|amount| place(*amount)).collect()).collect();
        // A single value is drawn as a strip around itself.
        let spread = |values: &[f64]| match values {
            [one] => {
                let half = (one.abs() * 0.1).max(0.5);
                vec![one - half, one + half]
            }
            many => many.to_vec(),
        };
        let (xs, ys) = (spread(&map.xs), spread(&map.ys));
        if map.xs.len() == 1 {
            ahead.iter_mut().for_each(|row| row.push(row[0]));
        }
        if map.ys.len() == 1 {
            ahead.push(ahead[0].clone());
        }
        Some(Self { xs, ys, ahead })
    }

    /// Along the level line at `y`: places with their values, straight between them. Each square is cut in two by the
    /// diagonal from its low corner to its high one.
    fn along(&self, y: f64) -> Vec<(f64, f64)> {
        let row = self.ys[1..self.ys.len() - 1].iter().take_while(|edge| **edge <= y).count();
        let share = ((y - self.ys[row]) / (self.ys[row + 1] - self.ys[row])).clamp(0.0, 1.0);
        let (low, high) = (&self.ahead[row], &self.ahead[row + 1]);
        let between = |a: f64, b: f64| a + (b - a) * share;
        let mut places = vec![(self.xs[0], between(low[0], high[0]))];
        for i in 0..self.xs.len() - 1 {
            places.push((between(self.xs[i], self.xs[i + 1]), between(low[i], high[i + 1])));
            places.push((self.xs[i + 1], between(low[i + 1], high[i + 1])));
        }
        places
    }

    /// The line on which the value is zero, in pieces.
    fn contour(&self) -> Vec<(Point, Point)> {
        let mut pieces = Vec::new();
        for j in 0..self.ys.len() - 1 {
            for i in 0..self.xs.len() - 1 {
                let corner = |di: usize, dj: usize| (self.xs[i + di], self.ys[j + dj], self.ahead[j + dj][i + di]);
                for triangle in [[corner(0, 0), corner(1, 0), corner(1, 1)], [corner(0, 0), corner(0, 1), corner(1, 1)]]
                {
                    let cuts: Vec<Point> = [(0, 1), (1, 2), (0, 2)]
                        .into_iter()
                        .filter_map(|(a, b)| {
                            let (a, b) = (triangle[a], triangle[b]);
                            ((a.2 > 0.0) != (b.2 > 0.0)).then(|| {
                                let share = a.2 / (a.2 - b.2);
                                (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)
                            })
                        })
                        .collect();
                    // Ground that is all zero on one side is an area, not a line.
                    if let [from, to] = cuts[..]
                        && triangle.iter().any(|c| c.2 < 0.0)
                    {
                        pieces.push((from, to));
                    }
                }
            }
        }
        pieces
    }
}

/// Wide enough for the name of a side, px.
const ENOUGH: f64 = 200.0;

/// A stretch of one sign on a level line: its ends, px, and the sign.
type Run = (f64, f64, i8);

/// The field in level strips, each with its runs of one sign.
struct Strips {
    top: f64,
    height: f64,
    rows: Vec<Vec<Run>>,
}

impl Strips {
    fn of(ground: &Ground, field: &Field) -> Self {
        let plot = field.plot();
        let height = (plot.height / 300.0).ceil().max(2.0);
        let count = (plot.height / height).ceil() as usize;
        let (low, high) = (ground.ys[0], ground.ys[ground.ys.len() - 1]);
        let rows = (0..count)
            .map(|n| {
                let middle = ((n as f64 + 0.5) * height).min(plot.height);
                let y = high - (high - low) * middle / plot.height;
                let places: Vec<Point> =
                    ground.along(y).into_iter().map(|(x, value)| (field.at(x, low).0, value)).collect();
                runs(&places)
            })
            .collect();
        Self { top: plot.y, height, rows }
    }

    fn end(&self, row: usize, field_end: f64) -> f64 {
        (self.top + self.height * row as f64).min(field_end)
    }

    /// Fills what has this sign; neighbouring strips that are alike are filled as one.
    fn paint(&self, sketch: &Sketch, sign: i8, colour: super::theme::Rgb) {
        let bottom = self.top + self.height * self.rows.len() as f64;
        let mut start = 0;
        for row in 1..=self.rows.len() {
            if row < self.rows.len() && self.rows[row] == self.rows[start] {
                continue;
            }
            for (from, to, _) in self.rows[start].iter().filter(|r| r.2 == sign) {
                sketch.rect((*from, self.end(start, bottom)), (*to, self.end(row, bottom)), colour, 1.0);
            }
            start = row;
        }
    }

    /// Rules what has this sign with level lines.
    fn rule(&self, sketch: &Sketch, sign: i8, colour: super::theme::Rgb) {
        let every = (8.0 / self.height).round().max(1.0) as usize;
        for row in (every / 2..self.rows.len()).step_by(every) {
            let y = (self.top + self.height * row as f64).floor() + 0.5;
            for (from, to, _) in self.rows[row].iter().filter(|r| r.2 == sign) {
                sketch.line(&[(*from, y), (*to, y)], colour, 1.0, &[]);
            }
        }
    }

    /// A place for a line of words within one sign, its ends and its middle height, px: the nearest to the middle of
    /// those that are wide enough, else the widest.
    fn widest(&self, sign: i8) -> Option<(f64, f64, f64)> {
        let half = (11.0 / self.height).ceil() as usize;
        let mut best: Option<(f64, f64, f64)> = None;
        let middle = self.rows.len() / 2;
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by_key(|row| row.abs_diff(middle));
        let mut any = None;
        for row in order {
            for (from, to, _) in self.rows[row].iter().filter(|r| r.2 == sign) {
                let y = self.top + self.height * (row as f64 + 0.5);
                any = any.or(Some((*from, *from, y)));
                if row < half || row + half >= self.rows.len() {
                    continue;
                }
                // What stays of the run over the height of the words.
                let clear = self.rows[row - half..=row + half].iter().try_fold((*from, *to), |(a, b), other| {
                    other
                        .iter()
                        .filter(|r| r.2 == sign)
                        .map(|r| (r.0.max(a), r.1.min(b)))
                        .filter(|r| r.1 > r.0)
                        .max_by(|x, y| (x.1 - x.0).total_cmp(&(y.1 - y.0)))
                });
                if let Some((a, b)) = clear
                    && best.is_none_or(|(from, to, _)| (b - a).min(ENOUGH) > to - from + 1.0)
                {
                    best = Some((a, b, y));
                }
            }
        }
        best.or(any)
    }
}

/// Runs of one sign along places with values, straight between them.
fn runs(places: &[Point]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut add = |from: f64, to: f64, sign: i8| {
        if to - from < 0.05 {
            return;
        }
        match runs.last_mut() {
            Some(last) if last.2 == sign => last.1 = to,
            _ => runs.push((from, to, sign)),
        }
    };
    let sign = |value: f64| {
        if value > 0.0 {
            1
        } else if value < 0.0 {
            -1
        } else {
            0
        }
    };
    for pair in places.windows(2) {
        let ((x0, v0), (x1, v1)) = (pair[0], pair[1]);
        if sign(v0) * sign(v1) < 0 {
            let cut = x0 + (x1 - x0) * (v0 / (v0 - v1));
            add(x0, cut, sign(v0));
            add(cut, x1, sign(v1));
        } else {
            add(x0, x1, if v0 == 0.0 { sign(v1) } else { sign(v0) });
        }
    }
    runs
}

/// `Share price change a year, %`; nothing added where the name says its unit.
fn with_axis_unit(name: &str, unit: &str) -> String {
    if unit.is_empty() || name.to_lowercase().contains(&unit.to_lowercase()) {
        name.to_owned()
    } else {
        format!("{name}, {unit}")
    }
}

/// `Fjord better by $12,000`.
fn verdict(ahead: Decimal, [one, other]: &[String; 2], currency: Currency) -> String {
    let amount = crate::format::money(ahead.abs(), currency);
    if ahead > Decimal::ZERO {
        format!("{one} better by {amount}")
    } else if ahead < Decimal::ZERO {
        format!("{other} better by {amount}")
    } else {
        "worth the same".to_owned()
    }
}

fn sentence(map: &BreakEvenMap, [across, up]: [&str; 2], [one, other]: &[String; 2]) -> String {
    let amounts = || map.ahead.iter().flatten();
    let count = amounts().count();
    let ahead = amounts().filter(|a| **a > Decimal::ZERO).count();
    let behind = amounts().filter(|a| **a < Decimal::ZERO).count();
    let over = format!("over {across} and {up}");
    if ahead == count {
        return format!("{one} is worth more than {other} everywhere {over}.");
    }
    if behind == count {
        return format!("{other} is worth more than {one} everywhere {over}.");
    }
    if ahead == 0 && behind == 0 {
        return format!("{one} and {other} are worth the same everywhere {over}.");
    }
    let at = |point: &[f64; 2]| {
        format!("{} and {}", with_unit(point[0], &map.across_unit), with_unit(point[1], &map.up_unit))
    };
    let line = match &map.line[..] {
        [] => String::new(),
        [only] => format!("; they are worth the same at {}", at(only)),
        [first, .., last] => format!("; they are worth the same from {} to {}", at(first), at(last)),
    };
    format!("{one} is worth more in {ahead} and {other} in {behind} of {count} pairs tried {over}{line}.")
}

fn table(map: &BreakEvenMap, [across, up]: [&str; 2], names: &[String; 2], currency: Currency) -> Table {
    let head = format!("{up}; {} less {}, {}", names[0], names[1], currency.code());
    let columns = map.xs.iter().map(|x| format!("{across}: {}", with_unit(*x, &map.across_unit)));
    Table {
        columns: std::iter::once(head).chain(columns).collect(),
        rows: map
            .ys
            .iter()
            .zip(&map.ahead)
            .map(|(y, row)| {
                let cells = row.iter().map(|amount| signed(*amount, currency));
                std::iter::once(with_unit(*y, &map.up_unit)).chain(cells).collect()
            })
            .collect(),
    }
}
