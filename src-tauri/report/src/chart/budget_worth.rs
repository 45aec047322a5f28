//! From claimed to counted: what a token budget loses on its way to being pay.

use super::axis::place;
use super::sketch::{Anchor, Face, Sketch};
use super::text::{list, name, wrap};
use super::{bounded, nothing};
use crate::format::{compact, money, months, whole};
use crate::scene::{Canvas, Mark, Plot, Scene, Table};
use counterweight_engine::compute_plan::{BudgetFigures, ComputePlan};
use rust_decimal::Decimal;

/// One step of the way.
struct Step {
    label: &'static str,
    /// Its part of the sentence, after the amount.
    said: &'static str,
    /// What it adds; negative when it takes away. For the first and the last step, the level itself.
    amount: Decimal,
    /// Level before and after, in money.
    from: Decimal,
    to: Decimal,
}

/// The way from what a token budget claims to what of it counts as pay, step by step.
///
/// Steps add up exactly. What the figures hold beyond the named steps is its own step, never dropped.
/// Each mark stands at the level after its step.
pub fn budget_worth(plan: &ComputePlan, canvas: Canvas) -> Scene {
    let canvas = bounded(canvas);
    let who = name(&plan.name);
    let Some(budget) = &plan.budget else {
        return nothing(canvas, &super::sentence(&format!("{} has no token budget that can be read.", or_this(&who))));
    };
    let steps = steps(budget);
    let alt = sentence(plan, budget, &steps, &who);
    let sketch = Sketch::new(canvas, &alt);
    let p = sketch.palette;
    let (full_width, full_height) = (f64::from(canvas.width), f64::from(canvas.height));
    let pitch = ((full_width - 8.0) / steps.len() as f64).min(220.0);
    let size = if pitch < 90.0 { 11.0 } else { 12.5 };
    let rows = if full_height < 160.0 { 2 } else { 3 };
    let labels: Vec<Vec<String>> = steps.iter().map(|s| wrap(s.label, size, pitch - 8.0, rows)).collect();
    let deepest = labels.iter().map(Vec::len).max().unwrap_or(1) as f64;
    let line = size + 3.0;
    let below = 14.0 + deepest * line + 18.0;
    let plot =
        Plot { x: 4.0, y: 8.0, width: pitch * steps.len() as f64, height: (full_height - 8.0 - below).max(24.0) };
    let levels = || steps.iter().flat_map(|s| [s.from, s.to]).map(place);
    let (low, high) = (levels().fold(0.0, f64::min), levels().fold(0.0, f64::max));
    let field = sketch.field(plot, 0.0..steps.len() as f64, low..if high > low { high } else { 1.0 });
    let plot = field.plot();
    let zero = field.at(0.0, 0.0).1;
    sketch.line(&[(plot.x, zero.floor() + 0.5), (plot.x + plot.width, zero.floor() + 0.5)], p.hairline, 1.0, &[]);

    let blue = p.offers[0];
    let bar = (pitch * 0.66).round();
    let last = steps.len() - 1;
    let mut marks = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let (x0, to) = field.at(index as f64, place(step.to));
        let from = field.at(0.0, place(step.from)).1;
        let (x0, x1) = (x0.round(), x0.round() + bar);
        // What is nearly nothing still shows as a line of one pixel.
        let far = if (to - from).abs() < 1.0 { from - 1.0 } else { to };
        match index {
            0 => sketch.rect((x0, from), (x1, far), blue, 1.0),
            n if n == last => sketch.rect((x0, from), (x1, far), p.accent, 1.0),
            _ => {
                sketch.hatched((x0, from), (x1, far), blue, 6.0);
                sketch.outline((x0, from), (x1, far), blue);
            }
        }
        if index < last {
            let next = field.at(index as f64 + 1.0, 0.0).0.round();
            sketch.line(&[(x1 + 2.0, to), (next - 2.0, to)], p.faint, 1.0, &[2.0, 2.0]);
        }
        let mut y = full_height - below + 14.0;
        for text in &labels[index] {
            sketch.text(text, (x0, y), Anchor::Start, Face { size, strong: false, colour: p.muted });
            y += line;
        }
        let y = full_height - below + 14.0 + deepest * line + 2.0;
        let colour = if index == last { p.accent } else { p.ink };
        let figure = compact(step.amount, plan.currency);
        sketch.text(&figure, (x0, y), Anchor::Start, Face { size: size + 2.0, strong: true, colour });
        marks.push(Mark {
            series: "Token budget".to_owned(),
            label: step.label.to_owned(),
            value: money(step.amount, plan.currency),
            px: (x0 + x1) / 2.0,
            py: to,
            index: index as u32,
        });
    }
    let code = plan.currency.code();
    let span = months(plan.months);
    let table = Table {
        columns: vec!["Step".to_owned(), format!("Amount over {span}, {code}"), format!("Left after it, {code}")],
        rows: steps
            .iter()
            .map(|s| vec![s.label.to_owned(), money(s.amount, plan.currency), money(s.to, plan.currency)])
            .collect(),
    };
    Scene { svg: sketch.finish(), width: canvas.width, height: canvas.height, plot, marks, alt, table }
}

fn or_this(who: &str) -> &str {
    if who.is_empty() { "this offer" } else { who }
}

fn steps(budget: &BudgetFigures) -> Vec<Step> {
    let mut level = budget.claimed;
    let mut steps = vec![Step { label: "Claimed", said: "is claimed", amount: level, from: Decimal::ZERO, to: level }];
    let mut take = |label: &'static str, said: &'static str, amount: Decimal, always: bool| {
        if always || !amount.is_zero() {
            let to = level.saturating_sub(amount);
            steps.push(Step { label, said, amount: -amount, from: level, to });
            level = to;
        }
    };
    take("Expires unused", "expires unused", budget.breakage, true);
    take("Their cost of your work", "is their cost of your work", budget.enabler, true);
    take("Own use not counted", "is own use not counted", budget.option_use.saturating_sub(budget.option_value), true);
    take("Work you pay yourself", "is work you pay yourself", budget.out_of_pocket, false);
    let rest = level.saturating_sub(budget.counted);
    if !rest.is_zero() {
        let to = budget.counted;
        let (label, said) = if rest > Decimal::ZERO {
            ("Otherwise not counted", "is otherwise not counted")
        } else {
            ("Otherwise counted", "is counted besides")
        };
        steps.push(Step { label, said, amount: -rest, from: level, to });
    }
    steps.push(Step {
        label: "Counted",
        said: "counts as pay",
        amount: budget.counted,
        from: Decimal::ZERO,
        to: budget.counted,
    });
    steps
}

fn sentence(plan: &ComputePlan, budget: &BudgetFigures, steps: &[Step], who: &str) -> String {
    let whole = |a: Decimal| whole(a, plan.currency);
    let lost: Vec<String> = steps[1..steps.len() - 1]
        .iter()
        .filter(|s| !s.amount.is_zero())
        .map(|s| format!("{} {}", whole(s.amount.abs()), s.said))
        .collect();
    let why = if lost.is_empty() { String::new() } else { format!(": {}", list(&lost)) };
    format!(
        "Of {} that {}’s token budget claims over {}, {} counts as pay{why}.",
        whole(budget.claimed),
        if who.is_empty() { "the offer" } else { who },
        months(plan.months),
        whole(budget.counted)
    )
}
