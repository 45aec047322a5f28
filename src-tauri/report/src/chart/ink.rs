//! The surface plotters draws on: SVG to a tenth of a pixel, with presentation attributes only.
//!
//! The surface that comes with plotters rounds to whole pixels, which makes slow curves wobble and moves a
//! quantile by up to half a pixel. Here one plotters unit is a tenth of a pixel.

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
    text_anchor::HPos,
};
use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::rc::Rc;

/// Plotters units in a pixel.
pub(super) const UNITS: f64 = 10.0;
/// The families text is set in.
const FAMILY: &str = "Inter, sans-serif";

/// An SVG document being written.
pub(super) struct Ink {
    size: (u32, u32),
    out: Rc<RefCell<String>>,
    /// Attributes of the path that is still open, so that dashes and hatching of one colour share one element.
    open: Option<String>,
}

impl Ink {
    /// A document of `width` × `height` pixels that is read out as `alt`.
    pub(super) fn new(width: u32, height: u32, alt: &str) -> Self {
        let mut out = String::with_capacity(8 * 1024);
        let _ = write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} \
             {height}\" font-family=\"{FAMILY}\" role=\"img\" aria-label=\""
        );
        escape(&mut out, alt);
        out.push_str("\">\n");
        Self { size: (width * UNITS as u32, height * UNITS as u32), out: Rc::new(RefCell::new(out)), open: None }
    }

    /// Where the document is written to.
    pub(super) fn output(&self) -> Rc<RefCell<String>> {
        Rc::clone(&self.out)
    }

    fn element(&mut self, text: &str) {
        self.close_path();
        let mut out = self.out.borrow_mut();
        out.push_str(text);
        out.push('\n');
    }

    fn close_path(&mut self) {
        if let Some(attributes) = self.open.take() {
            let _ = writeln!(self.out.borrow_mut(), "\"{attributes}/>");
        }
    }

    fn stroke(&mut self, style: &impl BackendStyle, points: impl IntoIterator<Item = BackendCoord>) {
        let color = style.color();
        let mut attributes = format!(
            " fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"",
            rgb(color),
            tenths(i64::from(style.stroke_width()))
        );
        if color.alpha < 1.0 {
            let _ = write!(attributes, " stroke-opacity=\"{}\"", round(color.alpha));
        }
        if self.open.as_ref() != Some(&attributes) {
            self.close_path();
            self.out.borrow_mut().push_str("<path d=\"");
            self.open = Some(attributes);
        }
        let mut out = self.out.borrow_mut();
        for (index, (x, y)) in points.into_iter().enumerate() {
            let letter = if index == 0 { 'M' } else { 'L' };
            let _ = write!(out, "{letter}{} {}", tenths(x.into()), tenths(y.into()));
        }
    }
}

impl DrawingBackend for Ink {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Result<(), DrawingErrorKind<Infallible>> {
        Ok(())
    }

    fn present(&mut self) -> Result<(), DrawingErrorKind<Infallible>> {
        self.element("</svg>");
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Result<(), DrawingErrorKind<Infallible>> {
        self.draw_rect(point, (point.0 + 1, point.1 + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        self.stroke(style, [from, to]);
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (x0, y0): BackendCoord,
        (x1, y1): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        if !fill {
            self.stroke(style, [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]);
            return Ok(());
        }
        self.element(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>",
            tenths(x0.min(x1).into()),
            tenths(y0.min(y1).into()),
            tenths((i64::from(x1) - i64::from(x0)).abs()),
            tenths((i64::from(y1) - i64::from(y0)).abs()),
            filled(style.color())
        ));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        self.stroke(style, path);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        self.element(&format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>",
            tenths(center.0.into()),
            tenths(center.1.into()),
            tenths(radius.into()),
            filled(style.color())
        ));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let points: Vec<String> =
            path.into_iter().map(|(x, y)| format!("{},{}", tenths(x.into()), tenths(y.into()))).collect();
        self.element(&format!("<polygon points=\"{}\"{}/>", points.join(" "), filled(style.color())));
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Right => " text-anchor=\"end\"",
            HPos::Center => " text-anchor=\"middle\"",
        };
        let weight = if matches!(style.style(), FontStyle::Bold) { " font-weight=\"600\"" } else { "" };
        let mut element = format!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{anchor}{weight}{}>",
            tenths(x.into()),
            tenths(y.into()),
            round(style.size()),
            filled(style.color())
        );
        escape(&mut element, text);
        element.push_str("</text>");
        self.element(&element);
        Ok(())
    }
}

fn rgb(color: BackendColor) -> String {
    let (r, g, b) = color.rgb;
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn filled(color: BackendColor) -> String {
    let mut out = format!(" fill=\"{}\"", rgb(color));
    if color.alpha < 1.0 {
        let _ = write!(out, " fill-opacity=\"{}\"", round(color.alpha));
    }
    out
}

/// Plotters units as pixels, with one digit after the point when there is one.
fn tenths(units: i64) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let (whole, rest) = (units.unsigned_abs() / 10, units.unsigned_abs() % 10);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// A factor or a font size, to hundredths.
fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Adds `text` with the five characters that XML reserves escaped and those that it forbids left out.
fn escape(out: &mut String, text: &str) {
    for c in text.chars().filter(|c| allowed(*c)) {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
}

/// True for the characters that XML 1.0 allows (section 2.2, `Char`) and that are not controls.
fn allowed(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_what_xml_forbids_is_left_out() {
        let mut out = String::new();
        escape(&mut out, "<a b=\"c\">&'\0\u{1b}\u{fffe}é");
        assert_eq!(out, "&lt;a b=&quot;c&quot;&gt;&amp;&apos;é");
    }

    #[test]
    fn places_are_written_to_a_tenth_of_a_pixel() {
        assert_eq!([tenths(1234), tenths(-5), tenths(-120), tenths(0)], ["123.4", "-0.5", "-12", "0"]);
    }
}
