//! Tokens used day by day.

use super::plain::round_steps;
use super::sketch::{Anchor, Sketch};
use super::text::{fit, width};
use super::theme::mix;
use super::{SMALL, bounded, nothing};
use crate::format::{count, tokens};
use crate::scene::{Canvas, Mark, Plot, Scene, Table};
use counterweight_domain::CivilDate;

/// Days of a bar, the least that leaves each bar its room.
const STEPS: [i32; 4] = [1, 7, 28, 364];

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A bar for each day from the first to the last, or for as many days together as leave it 3 px; a day without use has
/// none. `days` are in order, with their tokens sent and received. A dashed line stands at the median of the days given.
pub fn tokens_by_day(days: &[(CivilDate, u64)], canvas: Canvas) -> Scene {
    let canvas = bounded(canvas);
    let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) else {
        return nothing(canvas, "No use has been imported yet.");
    };
    let (full_width, full_height) = (f64::from(canvas.width), f64::from(canvas.height));
    let calendar = first.days_until(*last) + 1;
    let room = (full_width - 60.0).max(40.0);
    let step = STEPS.into_iter().find(|step| f64::from(calendar / step) * 3.0 <= room).unwrap_or(STEPS[3]);
    let bars = (calendar + step - 1) / step;
    let mut sums: Vec<(CivilDate, u64)> = Vec::new();
    let mut places: Vec<i32> = Vec::new();
    for (day, used) in days {
        let place = first.days_until(*day) / step;
        if places.last() == Some(&place) {
            let sum = &mut sums.last_mut().expect("it was pushed with its place").1;
            *sum = sum.saturating_add(*used);
        } else {
            places.push(place);
            sums.push((*day, *used));
        }
    }
    let mut sorted: Vec<u64> = days.iter().map(|(_, used)| *used).collect();
    sorted.sort_unstable();
    let middle = (sorted[(sorted.len() - 1) / 2] / 2).saturating_add(sorted[sorted.len() / 2] / 2);
    let total = days.iter().fold(0_u64, |sum, (_, used)| sum.saturating_add(*used));
    let (peak_day, peak) = days.iter().max_by_key(|(_, used)| *used).copied().unwrap_or((*first, 0));
    let alt = format!(
        "{} tokens on {} active {} from {} to {}: half of these days have fewer than {}, and the most was {} on {}.",
        tokens(total),
        count(u32::try_from(days.len()).unwrap_or(u32::MAX)),
        if days.len() == 1 { "day" } else { "days" },
        said(*first),
        said(*last),
        tokens(middle),
        tokens(peak),
        said(peak_day)
    );
    let top = sums.iter().map(|(_, used)| *used).max().unwrap_or(1).max(1) as f64;
    let sketch = Sketch::new(canvas, &alt);
    let p = sketch.palette;
    let (above, height) = (26.0, (full_height - 50.0).max(40.0));
    let ticks = round_steps(0.0, top, (height / 44.0).clamp(1.0, 5.0), "");
    let label = |tick: f64| tokens(tick as u64);
    let left = ticks.iter().map(|t| width(&label(*t), SMALL)).fold(0.0, f64::max).ceil() + 12.0;
    let plot = Plot { x: left, y: above, width: (full_width - left - 8.0).max(40.0), height };
    let field = sketch.field(plot, 0.0..f64::from(bars), 0.0..top);
    let plot = field.plot();
    for tick in &ticks {
        let crisp = field.at(0.0, *tick).1.floor() + 0.5;
        let colour = if *tick == 0.0 { mix(p.faint, p.paper, 0.55) } else { p.hairline };
        sketch.line(&[(plot.x, crisp), (plot.x + plot.width, crisp)], colour, 1.0, &[]);
        sketch.note(&label(*tick), (plot.x - 9.0, crisp), Anchor::End);
    }
    let wide = plot.width / f64::from(bars);
    let gap = if wide >= 6.0 { wide * 0.2 } else { 0.5 };
    let mut marks = Vec::new();
    for ((day, used), place) in sums.iter().zip(&places) {
        let (x, y) = field.at(f64::from(*place), *used as f64);
        let half = wide.min(28.0 + gap) / 2.0;
        let middle = x + wide / 2.0;
        sketch.rect((middle - half + gap / 2.0, y), (middle + half - gap / 2.0, plot.y + plot.height), p.accent, 1.0);
        marks.push(Mark {
            series: "Tokens".to_owned(),
            label: if step == 1 {
                said(*day)
            } else {
                format!("{step} days from {}", said(begun(*first, *place, step)))
            },
            value: format!("{} tokens", tokens(*used)),
            px: middle,
            py: y,
            index: u32::try_from(*place).unwrap_or(0),
        });
    }
    let note = if step == 1 {
        let y = field.at(0.0, middle as f64).1;
        sketch.line(&[(plot.x, y), (plot.x + plot.width, y)], p.ink, 1.0, &[4.0, 3.0]);
        "Tokens sent and received by day. Dashed: half of the active days lie below.".to_owned()
    } else {
        format!("Tokens sent and received, {step} days in a bar.")
    };
    sketch.note(&fit(&note, SMALL, full_width - 8.0), (4.0, 9.0), Anchor::Start);
    let mut free = f64::NEG_INFINITY;
    for place in 0..bars {
        let date = begun(*first, place, step);
        let text = if step > 28 || calendar > 300 {
            format!("{} {}", MONTHS[usize::from(date.month().unsigned_abs() - 1) % 12], date.year())
        } else {
            format!("{} {}", date.day(), MONTHS[usize::from(date.month().unsigned_abs() - 1) % 12])
        };
        let x = field.at(f64::from(place), 0.0).0 + wide / 2.0;
        let half = width(&text, SMALL) / 2.0;
        if x - half >= free && x + half <= full_width {
            sketch.note(&text, (x, plot.y + plot.height + 15.0), Anchor::Middle);
            free = x + half + 28.0;
        }
    }
    let table = Table {
        columns: vec!["Day".to_owned(), "Tokens".to_owned()],
        rows: days.iter().map(|(day, used)| vec![said(*day), grouped(*used)]).collect(),
    };
    Scene { svg: sketch.finish(), width: canvas.width, height: canvas.height, plot, marks, alt, table }
}

/// The first day of a bar.
fn begun(first: CivilDate, place: i32, step: i32) -> CivilDate {
    let date = first.jiff().saturating_add(jiff::Span::new().days(i64::from(place) * i64::from(step)));
    CivilDate::new(date.year(), date.month(), date.day()).unwrap_or(first)
}

/// `1 Mar 2026`.
fn said(day: CivilDate) -> String {
    format!("{} {} {}", day.day(), MONTHS[usize::from(day.month().unsigned_abs() - 1) % 12], day.year())
}

fn grouped(number: u64) -> String {
    crate::format::grouped(rust_decimal::Decimal::from(number), 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Theme;

    fn day(month: i8, day: i8) -> CivilDate {
        CivilDate::new(2026, month, day).unwrap()
    }

    fn canvas(width: u32) -> Canvas {
        Canvas { width, height: 240, theme: Theme::Light }
    }

    #[test]
    fn a_bar_stands_for_each_day_and_gaps_stay_empty() {
        let scene = tokens_by_day(&[(day(3, 1), 1000), (day(3, 2), 3_000_000), (day(3, 5), 2_000_000)], canvas(800));
        assert_eq!(scene.marks.iter().map(|mark| mark.index).collect::<Vec<_>>(), [0, 1, 4]);
        assert_eq!(scene.marks[1].label, "2 Mar 2026");
        assert_eq!(
            scene.alt,
            "5.0\u{a0}M tokens on 3 active days from 1 Mar 2026 to 5 Mar 2026: half of these days have fewer than 2.0\u{a0}M, and the most was 3.0\u{a0}M on 2 Mar 2026."
        );
        // The greatest reaches the top, one of two thirds a third below it.
        let [low, high, middle] = [0, 1, 2].map(|place: usize| scene.marks[place].py);
        assert!((high - scene.plot.y).abs() < 0.2 && low > middle, "{low} {middle} {high}");
        assert!((middle - scene.plot.y - scene.plot.height / 3.0).abs() < 0.3);
    }

    #[test]
    fn many_days_share_bars_and_none_is_lost() {
        let days: Vec<(CivilDate, u64)> = (0..700).map(|n| (begun(day(1, 1), n, 1), 10)).collect();
        let scene = tokens_by_day(&days, canvas(400));
        // 700 days at 3 px need 2,100 px; weeks need 300 of the 340 there are.
        assert_eq!(scene.marks.len(), 100);
        assert_eq!(scene.table.rows.len(), 700);
        assert_eq!(tokens_by_day(&[], canvas(400)).marks.len(), 0);
        assert_eq!(tokens_by_day(&[(day(1, 1), u64::MAX), (day(1, 2), u64::MAX)], canvas(400)).marks.len(), 2);
    }
}
