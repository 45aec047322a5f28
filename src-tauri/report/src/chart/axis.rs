//! Axes: where the grid lines go, how they are labelled, and how labels at line ends make room for each other.

use super::sketch::{Anchor, Face, Field, Point, Sketch};
use super::text::{fit, width};
use super::theme::{Rgb, mix};
use super::{BODY, SMALL};
use crate::format::compact;
use counterweight_domain::Currency;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// The upright axis: its ends and its grid lines. It always contains zero.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    /// Lower end; zero unless something is negative.
    pub(super) low: f64,
    /// Upper end; zero only when everything is negative.
    pub(super) high: f64,
    /// Amounts with a grid line.
    pub(super) ticks: Vec<Decimal>,
}

/// Whether an axis ends on a grid line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// On the next grid line, when it is not far.
    OnTick,
    /// At the largest figure.
    AtData,
}

/// An amount as a place on an axis; never used for a figure that is shown.
pub(super) fn place(amount: Decimal) -> f64 {
    amount.to_f64().unwrap_or(0.0)
}

/// The axis for these amounts in a field of `room` px.
pub(super) fn scale(amounts: impl IntoIterator<Item = Decimal>, room: f64, end: End) -> Scale {
    let (mut low, mut high) = (0.0_f64, 0.0_f64);
    for amount in amounts {
        low = low.min(place(amount));
        high = high.max(place(amount));
    }
    if low == 0.0 && high == 0.0 {
        return Scale { low: 0.0, high: 1.0, ticks: vec![Decimal::ZERO] };
    }
    let wanted = (room / 58.0).floor().clamp(1.0, 5.0);
    let Some((step, exact)) = step((high - low) / wanted) else {
        return Scale { low, high, ticks: vec![Decimal::ZERO] };
    };
    if end == End::OnTick {
        let up = (high / step).ceil() * step;
        high = if up - high <= 0.5 * step { up } else { high };
        let down = (low / step).floor() * step;
        low = if low - down <= 0.25 * step { down } else { low };
    }
    // A grid line a hair beyond the end by rounding still belongs.
    let slack = step * 1e-9;
    let first = ((low - slack) / step).ceil() as i64;
    let last = ((high + slack) / step).floor() as i64;
    let ticks = (first..=last).filter_map(|n| exact.checked_mul(Decimal::from(n))).collect();
    Scale { low, high, ticks }
}

/// The smallest round step of at least `raw`: 1, 2, 2.5 or 5 times a power of ten.
fn step(raw: f64) -> Option<(f64, Decimal)> {
    let power = raw.log10().floor() as i32;
    let base = 10_f64.powi(power);
    let mantissa: i64 =
        [10, 20, 25, 50].into_iter().find(|m| *m as f64 / 10.0 * base >= raw * (1.0 - 1e-9)).unwrap_or(100);
    let shift = power - 1;
    let exact = if shift < 0 {
        Decimal::try_new(mantissa, shift.unsigned_abs()).ok()?
    } else {
        let whole = 10_i128.checked_pow(shift.unsigned_abs())?.checked_mul(mantissa.into())?;
        Decimal::try_from_i128_with_scale(whole, 0).ok()?
    };
    Some((place(exact), exact))
}

/// The labels of the grid lines; zero carries no unit.
pub(super) fn tick_labels(scale: &Scale, currency: Currency) -> Vec<String> {
    scale.ticks.iter().map(|t| if t.is_zero() { "0".to_owned() } else { compact(*t, currency) }).collect()
}

/// The room that the labels of the grid lines need at the left, px.
pub(super) fn tick_room(scale: &Scale, currency: Currency) -> f64 {
    tick_labels(scale, currency).iter().map(|t| width(t, SMALL)).fold(0.0, f64::max).ceil() + 12.0
}

/// Draws the grid lines with their labels at the left.
pub(super) fn grid(sketch: &Sketch, field: &Field, scale: &Scale, currency: Currency) {
    let plot = field.plot();
    let p = sketch.palette;
    for (tick, label) in scale.ticks.iter().zip(tick_labels(scale, currency)) {
        let (_, y) = field.at(0.0, place(*tick));
        let colour = if tick.is_zero() { mix(p.faint, p.paper, 0.55) } else { p.hairline };
        // On the half pixel a line of one pixel is sharp.
        let crisp = y.floor() + 0.5;
        sketch.line(&[(plot.x, crisp), (plot.x + plot.width, crisp)], colour, 1.0, &[]);
        sketch.note(&label, (plot.x - 9.0, y), Anchor::End);
    }
}

/// Draws upright grid lines for amounts on a level axis, with their labels below; zero is drawn last and in ink.
pub(super) fn uprights(sketch: &Sketch, field: &Field, scale: &Scale, currency: Currency) {
    let plot = field.plot();
    let p = sketch.palette;
    let rule = |at: f64, colour: Rgb| {
        let crisp = field.at(at, 0.0).0.floor() + 0.5;
        sketch.line(&[(crisp, plot.y), (crisp, plot.y + plot.height)], colour, 1.0, &[]);
    };
    scale.ticks.iter().filter(|t| !t.is_zero()).for_each(|t| rule(place(*t), p.hairline));
    rule(0.0, mix(p.ink, p.paper, 0.7));
    let labels: Vec<(f64, String)> = scale.ticks.iter().map(|t| place(*t)).zip(tick_labels(scale, currency)).collect();
    level(sketch, field, &labels, 15.0);
}

/// Draws labels `below` px under the field at whole steps of a level axis, as many as have room; the first is kept.
pub(super) fn level(sketch: &Sketch, field: &Field, labels: &[(f64, String)], below: f64) {
    let plot = field.plot();
    let y = plot.y + plot.height + below;
    let mut free = f64::NEG_INFINITY;
    for (x, label) in labels {
        let (px, _) = field.at(*x, 0.0);
        let half = width(label, SMALL) / 2.0;
        if px - half >= free {
            sketch.note(label, (px, y), Anchor::Middle);
            free = px + half + 8.0;
        }
    }
}

/// Labels for an axis of months: `now`, then whole years or a fraction of one, by how many there are and the room.
pub(super) fn month_labels(months: u32, room: f64) -> Vec<(f64, String)> {
    let fits = (room / 64.0).clamp(1.0, 9.0);
    let step =
        [1, 2, 3, 6, 12, 24, 36, 60].into_iter().find(|s| f64::from(months) / f64::from(*s) <= fits).unwrap_or(120);
    let mut labels = vec![(0.0, "now".to_owned())];
    labels.extend((1..=months / step).map(|n| (f64::from(n * step), format!("{} mo", n * step))));
    labels
}

/// A label at the end of a line.
pub(super) struct EndLabel {
    /// Where the line ends.
    pub(super) at: Point,
    /// The series' name.
    pub(super) name: String,
    /// Its figure.
    pub(super) figure: String,
    /// Colour of the name.
    pub(super) colour: Rgb,
}

/// The room that labels at line ends need at the right, px; at most `most`.
pub(super) fn end_room(labels: impl Iterator<Item = (String, String)>, most: f64) -> f64 {
    let widest = labels.map(|(name, figure)| width(&name, BODY) + width(&figure, BODY) + 6.0).fold(0.0, f64::max);
    (widest + 14.0).min(most).ceil()
}

/// Draws labels at line ends without overlap, in the order in which the lines end; those without room are left to
/// the table, and the last line says how many.
pub(super) fn end_labels(sketch: &Sketch, field: &Field, mut labels: Vec<EndLabel>, room: f64) {
    let plot = field.plot();
    let gap = 15.0_f64;
    labels.sort_by(|a, b| a.at.1.total_cmp(&b.at.1));
    let (top, bottom) = (plot.y + 4.0, plot.y + plot.height);
    let fits = ((bottom - top) / gap).floor() as usize + 1;
    let hidden = if labels.len() > fits { labels.len() - (fits - 1) } else { 0 };
    labels.truncate(labels.len() - hidden);
    let mut wanted: Vec<f64> = labels.iter().map(|l| l.at.1).collect();
    if hidden > 0 {
        wanted.push(bottom);
    }
    let places = spread(&wanted, gap, top, bottom);
    let x = plot.x + plot.width + 10.0;
    let p = sketch.palette;
    for (label, y) in labels.iter().zip(&places) {
        if (y - label.at.1).abs() > 3.0 {
            sketch.line(&[(label.at.0 + 4.0, label.at.1), (x - 2.0, *y)], mix(label.colour, p.paper, 0.6), 0.8, &[]);
        }
        let figure = width(&label.figure, BODY);
        let name = fit(&label.name, BODY, (room - 14.0 - figure - 6.0).max(0.0));
        sketch.text(&name, (x, *y), Anchor::Start, Face { size: BODY, strong: true, colour: label.colour });
        let after = if name.is_empty() { 0.0 } else { width(&name, BODY) + 5.0 };
        sketch.text(&label.figure, (x + after, *y), Anchor::Start, Face { size: BODY, strong: false, colour: p.muted });
    }
    if hidden > 0 {
        sketch.note(
            &fit(&format!("and {hidden} more"), SMALL, room - 10.0),
            (x, places[places.len() - 1]),
            Anchor::Start,
        );
    }
}

/// Places at least `gap` apart between `top` and `bottom`, each as near as it can be to where it is wanted;
/// `wanted` runs downwards.
fn spread(wanted: &[f64], gap: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut places = wanted.to_vec();
    // Groups that collide are set around their common middle; a few rounds settle any chain.
    let mut groups: Vec<(f64, usize)> = Vec::new(); // middle, members
    for &want in &places {
        groups.push((want.clamp(top, bottom), 1));
        while let [.., (m1, n1), (m2, n2)] = groups[..] {
            if m2 - m1 >= gap * (n1 + n2) as f64 / 2.0 {
                break;
            }
            let members = n1 + n2;
            let half = gap * (members - 1) as f64 / 2.0;
            let middle = ((m1 * n1 as f64 + m2 * n2 as f64) / members as f64).min(bottom - half).max(top + half);
            groups.truncate(groups.len() - 2);
            groups.push((middle, members));
        }
    }
    let mut index = 0;
    for (middle, members) in groups {
        let first = middle - gap * (members - 1) as f64 / 2.0;
        for n in 0..members {
            places[index] = first + gap * n as f64;
            index += 1;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(number: i64) -> Decimal {
        Decimal::from(number)
    }

    #[test]
    fn the_axis_contains_zero_and_its_ticks_are_round() {
        let s = scale([d(146_000), d(254_000)], 240.0, End::OnTick);
        assert_eq!((s.low, s.high), (0.0, 300_000.0));
        assert_eq!(s.ticks, [d(0), d(100_000), d(200_000), d(300_000)]);
        assert_eq!(tick_labels(&s, Currency::USD), ["0", "$100k", "$200k", "$300k"]);
        for amounts in [vec![d(-5), d(-3)], vec![d(7), d(9)], vec![d(0)], vec![], vec![d(i64::MAX), d(-1)]] {
            for end in [End::OnTick, End::AtData] {
                let s = scale(amounts.clone(), 200.0, end);
                assert!(s.low <= 0.0 && s.high >= 0.0 && s.low < s.high, "{amounts:?} {s:?}");
                assert!(s.ticks.contains(&Decimal::ZERO), "{amounts:?} {s:?}");
            }
        }
        assert!(scale([Decimal::MAX], 200.0, End::OnTick).high > 7e28);
    }

    #[test]
    fn labels_keep_apart_and_inside() {
        let places = spread(&[10.0, 12.0, 14.0, 90.0, 99.0], 15.0, 0.0, 100.0);
        assert!(places.windows(2).all(|p| p[1] - p[0] >= 15.0 - 1e-9), "{places:?}");
        assert!(places[0] >= 0.0 && places[4] <= 100.0, "{places:?}");
        assert_eq!(spread(&[20.0, 60.0], 15.0, 0.0, 100.0), [20.0, 60.0]);
        // Seven labels in exactly the room for seven.
        let full = spread(&[95.0; 7], 15.0, 0.0, 90.0);
        assert_eq!(full, [0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0]);
    }

    #[test]
    fn months_are_labelled_in_whole_steps() {
        let labels = month_labels(48, 320.0);
        assert_eq!(
            labels.iter().map(|l| l.1.as_str()).collect::<Vec<_>>(),
            ["now", "12 mo", "24 mo", "36 mo", "48 mo"]
        );
    }
}
