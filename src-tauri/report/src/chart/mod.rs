//! The charts: pure functions from figures to a [`Scene`].
//!
//! Each chart lays out its labels first, hands the rest of the sheet to plotters as a field, and draws through
//! the field's mapping. The marks of a scene come from the same mapping, so what is read out lies where it is drawn.

mod axis;
mod break_even;
mod budget_balance;
mod budget_worth;
mod dots;
mod fan;
mod ink;
mod leaving;
#[cfg(test)]
mod overlap;
mod plain;
mod range;
mod routes;
mod sketch;
mod swings;
mod text;
pub mod theme;
mod tokens_by_day;
mod total_value;

pub use break_even::break_even;
pub use budget_balance::budget_balance;
pub use budget_worth::budget_worth;
pub use dots::dots;
pub use fan::fan;
pub use leaving::leaving;
pub use range::range;
pub use routes::routes;
pub use swings::swings;
pub use tokens_by_day::tokens_by_day;
pub use total_value::total_value;

use crate::format;
use crate::scene::{Canvas, Plot, Scene, Table};
use counterweight_domain::Currency;
use counterweight_domain::offer::OfferKind;
use counterweight_engine::comparison::{Band, Comparison, OfferValue};
use sketch::{Anchor, Face, Sketch};
use theme::{Palette, Style};

/// Font size of labels, px.
const BODY: f64 = 12.0;
/// Font size of axes and notes, px.
const SMALL: f64 = 11.0;

/// The canvas within its bounds: 240 to 4000 px wide, 120 to 3000 px high.
fn bounded(canvas: Canvas) -> Canvas {
    Canvas { width: canvas.width.clamp(240, 4000), height: canvas.height.clamp(120, 3000), ..canvas }
}

/// A sheet that says, in place of a chart, why there is none.
fn nothing(canvas: Canvas, why: &str) -> Scene {
    let canvas = bounded(canvas);
    let (width, height) = (f64::from(canvas.width), f64::from(canvas.height));
    let sketch = Sketch::new(canvas, why);
    let lines = text::wrap(why, BODY, width - 32.0, 3);
    let face = Face { size: BODY, strong: false, colour: sketch.palette.muted };
    let first = height / 2.0 - (lines.len() as f64 - 1.0) * 8.5;
    for (row, line) in lines.iter().enumerate() {
        sketch.text(line, (width / 2.0, first + row as f64 * 17.0), Anchor::Middle, face);
    }
    Scene {
        svg: sketch.finish(),
        width: canvas.width,
        height: canvas.height,
        plot: Plot { x: 0.0, y: 0.0, width, height },
        marks: Vec::new(),
        alt: why.to_owned(),
        table: Table::default(),
    }
}

/// An offer as a series.
struct Series<'a> {
    offer: &'a OfferValue,
    name: String,
    style: Style,
}

/// The offers of a comparison as series, in its order. Names are made safe and told apart. The current job is
/// grey; other offers take their colours by their place in the case, current jobs not counted.
///
/// The second list names the offers that could not be valued: they are not drawn, but keep their colours.
fn series<'a>(comparison: &'a Comparison, palette: &Palette) -> (Vec<Series<'a>>, Vec<String>) {
    let offers = &comparison.offers;
    let place = |index: usize| (offers[index].position, index);
    let mut taken: Vec<String> = Vec::new();
    let all = (0..offers.len())
        .map(|index| {
            let kind = offers[index].kind;
            let nth = (0..offers.len()).filter(|o| offers[*o].kind == kind && place(*o) < place(index)).count();
            let style = style_of(palette, kind, u32::try_from(nth).unwrap_or(u32::MAX));
            let plain = match (text::name(&offers[index].name), kind) {
                (name, _) if !name.is_empty() => name,
                (_, OfferKind::CurrentJob) => "Current job".to_owned(),
                (_, OfferKind::Offer) => format!("Offer {}", index + 1),
            };
            let name = told_apart(plain, &mut taken);
            Series { offer: &offers[index], name, style }
        })
        .partition::<Vec<_>, _>(|s| s.offer.valued);
    (all.0, all.1.into_iter().map(|s| s.name).collect())
}

/// The colour and the manner of the `nth` offer of its kind.
fn style_of(palette: &Palette, kind: OfferKind, nth: u32) -> Style {
    match kind {
        OfferKind::CurrentJob => palette.current_job(nth as usize),
        OfferKind::Offer => palette.offer(nth as usize),
    }
}

/// A name as it is, or with a number when it is taken already.
fn told_apart(plain: String, taken: &mut Vec<String>) -> String {
    let mut name = plain.clone();
    let mut copies = 1;
    while taken.contains(&name) {
        copies += 1;
        name = format!("{plain} ({copies})");
    }
    taken.push(name.clone());
    name
}

/// The names of offers by their places in the case, made safe and told apart.
fn offer_names<'a>(offers: impl Iterator<Item = (&'a str, u32)>) -> Vec<String> {
    let mut taken = Vec::new();
    for (raw, position) in offers {
        let plain = text::name(raw);
        let plain = if plain.is_empty() { format!("Offer {}", u64::from(position) + 1) } else { plain };
        told_apart(plain, &mut taken);
    }
    taken
}

/// The names of two offers that are compared, made safe and told apart.
fn both_names(names: [&str; 2]) -> [String; 2] {
    let mut taken = Vec::new();
    let [one, other] = names.map(text::name);
    let named = |name: String, blank: &str| if name.is_empty() { blank.to_owned() } else { name };
    [told_apart(named(one, "First offer"), &mut taken), told_apart(named(other, "Second offer"), &mut taken)]
}

/// `before tax` or `after tax`; nothing said when some offers are taxed and others are not.
fn tax_basis(series: &[&Series<'_>]) -> &'static str {
    if series.iter().all(|s| s.offer.taxes.is_empty()) {
        " before tax"
    } else if series.iter().all(|s| !s.offer.taxes.is_empty()) {
        " after tax"
    } else {
        ""
    }
}

/// The time a comparison counts, and when the person leaves before its end: `4 years (leaving after 30 months)`.
fn span(comparison: &Comparison) -> String {
    let years = format::years(comparison.horizon_years);
    if comparison.stay_months < comparison.horizon_years.saturating_mul(12) {
        format!("{years} (leaving after {})", format::months(comparison.stay_months))
    } else {
        years
    }
}

/// What is missing from a chart and why, as a sentence after the first; nothing when all are there.
fn not_drawn(names: &[String]) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!(" Not drawn, because it cannot be valued: {}.", text::list(names))
    }
}

/// `$926,500 (8 of 10 futures: $801,000 to $1,050,000)`.
fn with_range(band: Band, currency: Currency) -> String {
    format!(
        "{} (8 of 10 futures: {} to {})",
        format::money(band.p50, currency),
        format::money(band.p10, currency),
        format::money(band.p90, currency)
    )
}

/// The first letter in capitals, for the start of a sentence.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
