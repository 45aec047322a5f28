//! A picture under way: plotters elements placed in pixels, and the field that maps figures to pixels.

use super::ink::{Ink, UNITS};
use super::theme::{Palette, Rgb, Shape, Style, mix, palette};
use crate::scene::{Canvas, Plot};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Polygon, Rectangle, Text};
use plotters::prelude::{Cartesian2d, ChartBuilder, DrawingArea, FontStyle, IntoDrawingArea, RGBColor};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, ShapeStyle};
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

/// A place in the picture, px from its top left corner.
pub(super) type Point = (f64, f64);

/// Drawing goes to memory; a failure could only be a fault in this crate.
const DRAWN: &str = "drawing into memory does not fail";

/// Where text hangs from its point.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// The point is at its left.
    Start,
    /// The point is in its middle.
    Middle,
    /// The point is at its right.
    End,
}

/// How text looks.
#[derive(Clone, Copy)]
pub(super) struct Face {
    /// Font size, px.
    pub(super) size: f64,
    /// Semibold.
    pub(super) strong: bool,
    /// Colour.
    pub(super) colour: Rgb,
}

/// A picture under way.
pub(super) struct Sketch {
    root: DrawingArea<Ink, Shift>,
    out: Rc<RefCell<String>>,
    /// Its colours.
    pub(super) palette: &'static Palette,
}

/// The part of a picture that holds the data, and the mapping of figures onto it.
pub(super) struct Field {
    area: DrawingArea<Ink, Cartesian2d<RangedCoordf64, RangedCoordf64>>,
}

impl Field {
    /// Where the figures `x`, `y` lie in the picture.
    pub(super) fn at(&self, x: f64, y: f64) -> Point {
        let (px, py) = self.area.map_coordinate(&(x, y));
        (f64::from(px) / UNITS, f64::from(py) / UNITS)
    }

    /// The field itself, px.
    pub(super) fn plot(&self) -> Plot {
        let (x, y) = self.area.get_pixel_range();
        Plot {
            x: f64::from(x.start) / UNITS,
            y: f64::from(y.start) / UNITS,
            width: f64::from(x.end - x.start) / UNITS,
            height: f64::from(y.end - y.start) / UNITS,
        }
    }
}

impl Sketch {
    /// An empty sheet of the canvas's size, read out as `alt`.
    pub(super) fn new(canvas: Canvas, alt: &str) -> Self {
        let ink = Ink::new(canvas.width, canvas.height, alt);
        let out = ink.output();
        let sketch = Self { root: ink.into_drawing_area(), out, palette: palette(canvas.theme) };
        let (width, height) = (f64::from(canvas.width), f64::from(canvas.height));
        sketch.rect((0.0, 0.0), (width, height), sketch.palette.paper, 1.0);
        sketch
    }

    /// The document. Nothing can be drawn after it.
    pub(super) fn finish(self) -> String {
        self.root.present().expect(DRAWN);
        drop(self.root);
        self.out.take()
    }

    /// A field at `plot` for figures within `x` and `y`.
    pub(super) fn field(&self, plot: Plot, x: Range<f64>, y: Range<f64>) -> Field {
        let place = (units(plot.x), units(plot.y));
        let size = (units(plot.width).max(1), units(plot.height).max(1));
        let part = self.root.clone().shrink(place, size);
        let chart = ChartBuilder::on(&part).build_cartesian_2d(x, y).expect(DRAWN);
        Field { area: chart.plotting_area().clone() }
    }

    fn draw<'a, E>(&self, element: &'a E)
    where
        &'a E: PointCollection<'a, (i32, i32)>,
        E: Drawable<Ink>,
    {
        self.root.draw(element).expect(DRAWN);
    }

    /// A filled rectangle between two corners.
    pub(super) fn rect(&self, from: Point, to: Point, colour: Rgb, alpha: f64) {
        self.draw(&Rectangle::new([pixel(from), pixel(to)], fill(colour, alpha)));
    }

    /// A line through points, drawn with a dash pattern in px; an empty pattern is solid.
    pub(super) fn line(&self, points: &[Point], colour: Rgb, width: f64, dash: &[f64]) {
        let style = ShapeStyle { color: rgb(colour).mix(1.0), filled: false, stroke_width: units(width) as u32 };
        if dash.is_empty() {
            self.draw(&PathElement::new(pixels(points), style));
        } else {
            for piece in dashed(points, dash) {
                self.draw(&PathElement::new(pixels(&piece), style));
            }
        }
    }

    /// A filled polygon.
    pub(super) fn polygon(&self, points: &[Point], colour: Rgb, alpha: f64) {
        self.draw(&Polygon::new(pixels(points), fill(colour, alpha)));
    }

    /// A disc.
    pub(super) fn disc(&self, at: Point, radius: f64, colour: Rgb) {
        self.draw(&Circle::new(pixel(at), units(radius), fill(colour, 1.0)));
    }

    /// A series' shape around a point, `radius` px to its corners; with a rim of paper so that it stands on its line.
    pub(super) fn shape(&self, at: Point, style: &Style, radius: f64) {
        let paper = self.palette.paper;
        for (r, colour) in [(radius + 1.2, paper), (radius, style.colour)] {
            let (x, y) = at;
            match style.shape {
                Shape::Disc => self.disc(at, r, colour),
                Shape::Square => self.rect((x - r * 0.88, y - r * 0.88), (x + r * 0.88, y + r * 0.88), colour, 1.0),
                Shape::Triangle => self.polygon(
                    &[(x, y - r * 1.2), (x + r * 1.1, y + r * 0.8), (x - r * 1.1, y + r * 0.8)],
                    colour,
                    1.0,
                ),
                Shape::Wedge => self.polygon(
                    &[(x, y + r * 1.2), (x + r * 1.1, y - r * 0.8), (x - r * 1.1, y - r * 0.8)],
                    colour,
                    1.0,
                ),
                Shape::Diamond => {
                    let d = r * 1.25;
                    self.polygon(&[(x, y - d), (x + d, y), (x, y + d), (x - d, y)], colour, 1.0)
                }
            }
        }
        if style.repeat > 0 {
            self.disc(at, radius * 0.4, paper);
        }
    }

    /// A rectangle tinted and ruled with level lines `spacing` px apart, so that it stays apart from a plain one in grey print.
    pub(super) fn hatched(&self, from: Point, to: Point, colour: Rgb, spacing: f64) {
        let (left, right) = (from.0.min(to.0), from.0.max(to.0));
        let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
        self.rect(from, to, mix(colour, self.palette.paper, 0.22), 1.0);
        // Lines keep to a raster of the whole picture, so that hatching runs level across neighbouring bars.
        let mut y = (top / spacing).ceil() * spacing + 0.5;
        while y < bottom - 0.5 {
            self.line(&[(left, y), (right, y)], colour, 1.3, &[]);
            y += spacing;
        }
    }

    /// The outline of a rectangle, drawn inside it.
    pub(super) fn outline(&self, from: Point, to: Point, colour: Rgb) {
        let (left, right) = (from.0.min(to.0) + 0.5, from.0.max(to.0) - 0.5);
        let (top, bottom) = (from.1.min(to.1) + 0.5, from.1.max(to.1) - 0.5);
        if right > left && bottom > top {
            self.line(&[(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], colour, 1.0, &[]);
        }
    }

    /// Text with its capitals centred on the height of `at`.
    pub(super) fn text(&self, text: &str, at: Point, anchor: Anchor, face: Face) {
        if text.is_empty() {
            return;
        }
        let h = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let style = if face.strong { FontStyle::Bold } else { FontStyle::Normal };
        // Inter's capitals and figures are 0.727 of the size high.
        let baseline = at.1 + face.size * 0.727 / 2.0;
        let style = FontDesc::new(FontFamily::SansSerif, face.size, style)
            .color(&rgb(face.colour))
            .pos(Pos::new(h, VPos::Bottom));
        self.draw(&Text::new(text, pixel((at.0, baseline)), style));
    }

    /// Small muted text.
    pub(super) fn note(&self, text: &str, at: Point, anchor: Anchor) {
        self.text(text, at, anchor, Face { size: super::SMALL, strong: false, colour: self.palette.faint });
    }
}

fn rgb((r, g, b): Rgb) -> RGBColor {
    RGBColor(r, g, b)
}

fn fill(colour: Rgb, alpha: f64) -> ShapeStyle {
    ShapeStyle { color: rgb(colour).mix(alpha), filled: true, stroke_width: 0 }
}

fn units(px: f64) -> i32 {
    (px * UNITS).round() as i32
}

fn pixel((x, y): Point) -> (i32, i32) {
    (units(x), units(y))
}

fn pixels(points: &[Point]) -> Vec<(i32, i32)> {
    points.iter().copied().map(pixel).collect()
}

/// A line cut into the pieces that a dash pattern draws: lengths drawn and left out, in turn.
fn dashed(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<Point> = points.first().copied().into_iter().collect();
    let (mut turn, mut left) = (0, pattern[0]);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            if length <= left {
                left -= length;
                if turn % 2 == 0 {
                    piece.push(to);
                }
                break;
            }
            let share = left / length;
            from = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            if turn % 2 == 0 {
                piece.push(from);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![from];
            }
            turn += 1;
            left = pattern[turn % pattern.len()];
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_follow_their_pattern_round_corners() {
        // 10 px right, then 10 px down; 6 on, 3 off: 0-6, 9-15 (round the corner at 10), 18-20.
        let pieces = dashed(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)], &[6.0, 3.0]);
        assert_eq!(
            pieces,
            [vec![(0.0, 0.0), (6.0, 0.0)], vec![(9.0, 0.0), (10.0, 0.0), (10.0, 5.0)], vec![(10.0, 8.0), (10.0, 10.0)]]
        );
    }
}
