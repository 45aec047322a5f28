//! Which assumption moves the difference between two offers most: a bar for each.

use super::axis::{End, place, scale, uprights};
use super::plain::{brief, with_unit};
use super::sketch::{Anchor, Face, Sketch};
use super::text::{fit, list, width};
use super::theme::mix;
use super::{BODY, SMALL, both_names, bounded, nothing};
use crate::format::signed;
use crate::scene::{Canvas, Mark, Plot, Scene, Table};
use counterweight_domain::Currency;
use counterweight_engine::outlook::Swing;
use rust_decimal::Decimal;

/// A bar for each assumption from the difference at its low value to the difference at its high value, in the order
/// given. Bars over zero, where the answer turns, are strong; a thin line shows where a response goes beyond its ends.
///
/// Each bar has two marks, its low and its high value. Bars without room are left to the table.
pub fn swings(swings: &[Swing], names: [&str; 2], currency: Currency, canvas: Canvas) -> Scene {
    let canvas = bounded(canvas);
    let [one, other] = both_names(names);
    if swings.is_empty() {
        return nothing(canvas, "There is no assumption to try yet.");
    }
    let alt = sentence(swings, [&one, &other], currency);
    let sketch = Sketch::new(canvas, &alt);
    let p = sketch.palette;
    let (full_width, full_height) = (f64::from(canvas.width), f64::from(canvas.height));
    let captioned = full_height >= 170.0;
    let top = if captioned { 42.0 } else { 20.0 };
    let height = (full_height - top - 28.0).max(40.0);

    // A row is left for the words that say how many are missing.
    let fits = (height / 17.0).floor().max(1.0) as usize;
    let shown = if swings.len() > fits { (fits - 1).max(1) } else { swings.len() };
    let rows = if shown < swings.len() { shown + 1 } else { shown };
    let pitch = (height / rows as f64).min(46.0);
    let drawn = &swings[..shown];

    let widest =
        |texts: &mut dyn Iterator<Item = String>, size: f64| texts.map(|t| width(&t, size)).fold(0.0, f64::max).ceil();
    let label_share = if full_width < 480.0 { 0.36 } else { 0.28 };
    let left = (widest(&mut drawn.iter().map(|s| s.label.clone()), BODY) + 14.0).min(full_width * label_share);
    let flips_room = widest(&mut drawn.iter().map(flips_text), SMALL) + 16.0;
    let flips_shown = full_width >= 560.0;
    let right = if flips_shown { flips_room.min(full_width * 0.24) } else { 4.0 };
    let ends_room = widest(&mut drawn.iter().flat_map(end_texts), SMALL) + 8.0;
    let ends_shown = full_width >= 400.0 && 2.0 * ends_room <= (full_width - left - right) * 0.5;
    // Half a label of the axis must stay on the sheet.
    let margin = if ends_shown { ends_room.max(22.0) } else { 22.0 };

    let plot = Plot { x: left, y: top, width: (full_width - left - right).max(40.0), height: pitch * rows as f64 };
    let inner = Plot { x: plot.x + margin, width: plot.width - 2.0 * margin, ..plot };
    let scale = scale(drawn.iter().flat_map(reach), inner.width * 0.8, End::AtData);
    let field = sketch.field(inner, scale.low..scale.high, 0.0..1.0);
    uprights(&sketch, &field, &scale, currency);
    let across = |amount: Decimal| field.at(place(amount), 0.0).0;
    let zero = field.at(0.0, 0.0).0;

    if captioned {
        let notes = [
            format!("How much more {one} is worth than {other}, at a low and a high value of each assumption"),
            format!("How much more {one} is worth, low and high"),
            "The difference, low and high".to_owned(),
        ];
        let note = notes.iter().find(|n| width(n, SMALL) <= full_width - 8.0).unwrap_or(&notes[2]);
        sketch.note(&fit(note, SMALL, full_width - 8.0), (4.0, 9.0), Anchor::Start);
    }
    let side = |name: &str, room: f64| {
        let name = fit(name, SMALL, room - width(" better", SMALL));
        if name.is_empty() { name } else { format!("{name} better") }
    };
    let face = Face { size: SMALL, strong: true, colour: p.muted };
    let y = top - 10.0;
    sketch.text(&side(&other, zero - 8.0 - 4.0), (zero - 8.0, y), Anchor::End, face);
    sketch.text(
        &side(&one, full_width - zero - 12.0),
        (zero + 8.0, y),
        Anchor::Start,
        Face { colour: p.accent, ..face },
    );

    let thick = (pitch * 0.5).clamp(4.0, 16.0).round();
    let mut marks = Vec::new();
    for (row, s) in drawn.iter().enumerate() {
        let middle = (top + pitch * (row as f64 + 0.5)).round();
        let crosses = crosses(s);
        let [low, high] = s.difference.map(across);
        let reach = || reach(s).into_iter().map(across);
        let (first, last) = (reach().fold(low, f64::min), reach().fold(low, f64::max));
        if first < low.min(high) - 0.5 || last > low.max(high) + 0.5 {
            sketch.line(&[(first, middle), (last, middle)], p.muted, 1.0, &[]);
            for end in [first, last] {
                sketch.line(&[(end, middle - 3.0), (end, middle + 3.0)], p.muted, 1.0, &[]);
            }
        }
        let colour = if crosses { p.accent } else { mix(p.muted, p.paper, 0.4) };
        // An assumption that moves nothing is still seen as a stroke.
        let (from, to) = (low.min(high) - 0.5, low.max(high) + 0.5);
        sketch.rect((from, middle - thick / 2.0), (to, middle + thick / 2.0), colour, 1.0);
        let strong = Face { size: BODY, strong: crosses, colour: if crosses { p.ink } else { p.muted } };
        sketch.text(&fit(&s.label, BODY, left - 12.0), (4.0, middle), Anchor::Start, strong);
        if ends_shown {
            let [low_text, high_text] = end_texts(s);
            let (at_left, at_right) = if low <= high { (low_text, high_text) } else { (high_text, low_text) };
            for (text, x, anchor) in
                [(at_left, first.min(from) - 5.0, Anchor::End), (at_right, last.max(to) + 5.0, Anchor::Start)]
            {
                // Lines of the axis stop at the words.
                let far = width(&text, SMALL) + 1.0;
                let other = if anchor == Anchor::End { x - far } else { x + far };
                sketch.rect((x.min(other), middle - 7.0), (x.max(other), middle + 7.0), p.paper, 1.0);
                sketch.note(&text, (x, middle), anchor);
            }
        }
        if flips_shown {
            let text = fit(&flips_text(s), SMALL, right - 12.0);
            let colour = if s.flips.is_empty() { p.faint } else { p.ink };
            sketch.text(&text, (full_width - 4.0, middle), Anchor::End, Face { size: SMALL, strong: false, colour });
        }
        for (n, (tried, difference)) in s.tried.iter().zip(s.difference).enumerate() {
            marks.push(Mark {
                series: s.label.clone(),
                label: with_unit(*tried, &s.unit),
                value: signed(difference, currency),
                px: [low, high][n],
                py: middle,
                index: row as u32,
            });
        }
    }
    if shown < swings.len() {
        let y = top + pitch * (shown as f64 + 0.5);
        let more = format!("and {} more", swings.len() - shown);
        sketch.note(&fit(&more, SMALL, left - 12.0), (4.0, y), Anchor::Start);
    }
    let table = table(swings, [&one, &other], currency);
    Scene { svg: sketch.finish(), width: canvas.width, height: canvas.height, plot, marks, alt, table }
}

/// Every difference that is known of a swing.
fn reach(swing: &Swing) -> Vec<Decimal> {
    swing.difference.iter().chain(&swing.points).copied().collect()
}

fn crosses(swing: &Swing) -> bool {
    let reach = reach(swing);
    reach.iter().any(|d| *d > Decimal::ZERO) && reach.iter().any(|d| *d < Decimal::ZERO)
}

fn end_texts(swing: &Swing) -> [String; 2] {
    let signed = swing.range[0] < 0.0;
    swing.tried.map(|value| brief(value, &swing.unit, signed))
}

/// `flips at 38 %`, or that it never does.
fn flips_text(swing: &Swing) -> String {
    let said: Vec<String> = swing.flips.iter().map(|value| brief(*value, &swing.unit, swing.range[0] < 0.0)).collect();
    match &said[..] {
        [] => "never within range".to_owned(),
        [one] => format!("flips at {one}"),
        [one, two] => format!("flips at {one} and {two}"),
        [one, rest @ ..] => format!("flips at {one} and {} more", rest.len()),
    }
}

fn sentence(swings: &[Swing], [one, other]: [&str; 2], currency: Currency) -> String {
    let s = &swings[0];
    let [low, high] = s.tried.map(|value| with_unit(value, &s.unit));
    let [at_low, at_high] = s.difference.map(|d| signed(d, currency));
    let flips: Vec<String> = s.flips.iter().map(|value| with_unit(*value, &s.unit)).collect();
    let flips = if flips.is_empty() {
        "it never flips the answer within its range".to_owned()
    } else {
        format!("it flips the answer at {}", list(&flips))
    };
    let most = if swings.len() > 1 { " most" } else { "" };
    format!(
        "{} moves the difference between {one} and {other}{most}: from {at_low} at {low} to {at_high} at {high}; {flips}.",
        s.label
    )
}

fn table(swings: &[Swing], [one, other]: [&str; 2], currency: Currency) -> Table {
    let code = currency.code();
    let rows = swings.iter().map(|s| {
        let said = |value: f64| with_unit(value, &s.unit);
        let flips: Vec<String> = s.flips.iter().map(|value| said(*value)).collect();
        vec![
            s.label.clone(),
            said(s.tried[0]),
            signed(s.difference[0], currency),
            said(s.tried[1]),
            signed(s.difference[1], currency),
            if flips.is_empty() { "never".to_owned() } else { list(&flips) },
            format!("{} to {}", said(s.range[0]), said(s.range[1])),
        ]
    });
    Table {
        columns: vec![
            "Assumption".to_owned(),
            "Low value".to_owned(),
            format!("{one} less {other} at the low value, {code}"),
            "High value".to_owned(),
            format!("{one} less {other} at the high value, {code}"),
            "Flips at".to_owned(),
            "Whole range".to_owned(),
        ],
        rows: rows.collect(),
    }
}
