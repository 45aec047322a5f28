//! Budget left, month by month.

use super::axis::{End, grid, level, month_labels, place, scale, tick_room};
use super::sketch::{Anchor, Point, Sketch};
use super::text::{fit, name, width};
use super::theme::mix;
use super::{SMALL, bounded, nothing, with_range};
use crate::format::{money, months, of_hundred, whole};
use crate::scene::{Canvas, Mark, Plot, Scene, Table};
use counterweight_engine::comparison::Band;
use counterweight_engine::compute_plan::{BalanceMonth, BudgetFigures, ComputePlan};
use rust_decimal::Decimal;

/// What is left of a token budget through each month: a median line and the band that holds 8 of 10 futures, with
/// a tooth wherever the budget is filled up or expires.
///
/// Marks stand on the medians at the end of each month, before anything expires.
pub fn budget_balance(plan: &ComputePlan, canvas: Canvas) -> Scene {
    let canvas = bounded(canvas);
    let who = name(&plan.name);
    let budget = match &plan.budget {
        Some(budget) if !budget.balance.is_empty() => budget,
        _ => {
            let who = if who.is_empty() { "this offer" } else { &who };
            return nothing(canvas, &super::sentence(&format!("{who} has no token budget that can be read.")));
        }
    };
    let currency = plan.currency;
    let alt = sentence(plan, budget, &who);
    let sketch = Sketch::new(canvas, &alt);
    let p = sketch.palette;
    let (full_width, full_height) = (f64::from(canvas.width), f64::from(canvas.height));
    let (top, height) = (28.0, (full_height - 56.0).max(40.0));
    let runs = runs(&budget.balance);
    let scale = scale(runs.iter().flatten().flat_map(|(_, b)| [b.p10, b.p50, b.p90]), height, End::AtData);
    let left = tick_room(&scale, currency);
    let plot = Plot { x: left, y: top, width: (full_width - left - 22.0).max(40.0), height };
    let last_month = budget.balance.iter().map(|m| m.month).max().unwrap_or(1).max(1);
    let field = sketch.field(plot, 0.0..f64::from(last_month), scale.low..scale.high);
    let plot = field.plot();
    grid(&sketch, &field, &scale, currency);

    let blue = p.offers[0];
    let line = |run: &[(u32, Band)], of: fn(&Band) -> Decimal| -> Vec<Point> {
        run.iter().map(|(month, band)| field.at(f64::from(*month), place(of(band)))).collect()
    };
    for run in &runs {
        let (low, high) = (line(run, |b| b.p10), line(run, |b| b.p90));
        let around: Vec<Point> = low.iter().copied().chain(high.iter().rev().copied()).collect();
        sketch.polygon(&around, blue, 0.2);
        for edge in [low, high] {
            sketch.line(&edge, mix(blue, p.paper, 0.4), 0.8, &[]);
        }
    }
    for run in &runs {
        sketch.line(&line(run, |b| b.p50), blue, 2.0, &[]);
    }
    let note = [
        "Line: the middle of all futures. Band: 8 of 10 futures lie inside it.",
        "Line: the middle. Band: 8 of 10 futures.",
        "Band: 8 of 10 futures.",
    ];
    let caption = note.into_iter().find(|n| width(n, SMALL) <= full_width - 8.0).unwrap_or(note[2]);
    sketch.note(&fit(caption, SMALL, full_width - 8.0), (4.0, 9.0), Anchor::Start);
    level(&sketch, &field, &month_labels(last_month, plot.width), 15.0);

    let marks = budget
        .balance
        .iter()
        .enumerate()
        .map(|(index, m)| {
            let (px, py) = field.at(f64::from(m.month), place(m.left_band.p50));
            Mark {
                series: "Budget left".to_owned(),
                label: format!("Month {}", m.month),
                value: with_range(m.left_band, currency),
                px,
                py,
                index: index as u32,
            }
        })
        .collect();
    let code = currency.code();
    let heads = [
        "Available in the month, planned",
        "Spent in the month, planned",
        "Left at its end, planned",
        "Expires at its end, planned",
        "Left: 1 in 10 futures below",
        "Left: median",
        "Left: 1 in 10 futures above",
    ];
    let table = Table {
        columns: ["Month".to_owned()].into_iter().chain(heads.map(|h| format!("{h}, {code}"))).collect(),
        rows: budget
            .balance
            .iter()
            .map(|m| {
                let b = m.left_band;
                let amounts = [m.available, m.spent, m.left, m.expired, b.p10, b.p50, b.p90];
                [format!("Month {}", m.month)].into_iter().chain(amounts.map(|a| money(a, currency))).collect()
            })
            .collect(),
    };
    Scene { svg: sketch.finish(), width: canvas.width, height: canvas.height, plot, marks, alt, table }
}

/// The balance as runs without a jump: each starts where the budget is filled and goes on to the next filling.
///
/// The figures hold ranges for the ends of months only. A run starts at what is then available: in every future the
/// same when nothing was carried over; otherwise the range carried plus what was granted, as carrying keeps the order
/// of futures.
fn runs(balance: &[BalanceMonth]) -> Vec<Vec<(u32, Band)>> {
    let mut runs: Vec<Vec<(u32, Band)>> = Vec::new();
    let mut before: Option<&BalanceMonth> = None;
    for month in balance {
        let start = match before {
            None => Some(sure(month.available)),
            Some(last) => {
                let carried = last.left.saturating_sub(last.expired);
                let granted = month.available.saturating_sub(carried);
                if granted.is_zero() && last.expired.is_zero() {
                    None
                } else if carried > Decimal::ZERO && last.expired.is_zero() {
                    let b = last.left_band;
                    let plus = |a: Decimal| a.saturating_add(granted);
                    Some(Band { p10: plus(b.p10), p50: plus(b.p50), p90: plus(b.p90) })
                } else {
                    Some(sure(month.available))
                }
            }
        };
        let end = (month.month, month.left_band);
        match (start, runs.last_mut()) {
            (None, Some(run)) => run.push(end),
            (start, _) => {
                let start = start.unwrap_or_else(|| sure(month.available));
                runs.push(vec![(month.month.saturating_sub(1), start), end]);
            }
        }
        before = Some(month);
    }
    runs
}

fn sure(amount: Decimal) -> Band {
    Band { p10: amount, p50: amount, p90: amount }
}

fn sentence(plan: &ComputePlan, budget: &BudgetFigures, who: &str) -> String {
    let who = if who.is_empty() { "The" } else { &format!("{who}’s") };
    let least = budget.balance.iter().min_by_key(|m| (m.left_band.p50, m.month));
    let least = least.map_or_else(String::new, |m| {
        format!(
            ", and at its lowest {} is left at the end of month {} at the median",
            whole(m.left_band.p50, plan.currency),
            m.month
        )
    });
    let first = match budget.run_out_month {
        Some([p10, p50, p90]) if budget.runs_out > 0.0 => {
            format!(" (first in month {p50}; {p10} to {p90} in 8 of 10 of these)")
        }
        _ => String::new(),
    };
    let how = if budget.runs_out > 0.0 {
        format!("runs out early in {} futures{first}", of_hundred(budget.runs_out))
    } else {
        "does not run out in any future".to_owned()
    };
    format!("{who} token budget over {} {how}{least}.", months(plan.months))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(month: u32, available: i64, left: i64, expired: i64) -> BalanceMonth {
        let d = Decimal::from;
        BalanceMonth {
            month,
            available: d(available),
            spent: d(available - left),
            expired: d(expired),
            left: d(left),
            left_band: Band { p10: d(left - 10), p50: d(left), p90: d(left + 10) },
        }
    }

    #[test]
    fn a_year_without_grants_is_one_run() {
        // $300 granted once, $100 spent each month.
        let runs = runs(&[month(1, 300, 200, 0), month(2, 200, 100, 0)]);
        assert_eq!(runs.len(), 1);
        assert_eq!(
            runs[0].iter().map(|(m, b)| (*m, b.p50)).collect::<Vec<_>>(),
            [(0, 300.into()), (1, 200.into()), (2, 100.into())]
        );
    }

    #[test]
    fn what_expires_and_what_is_carried_make_different_teeth() {
        // Use it or lose it: month 2 starts at its own grant, the same in every future.
        let lost = runs(&[month(1, 100, 40, 40), month(2, 100, 30, 30)]);
        assert_eq!(lost[1][0], (1, sure(100.into())));
        // Carried over: month 2 starts at what was left plus the grant, with the range of what was left.
        let kept = runs(&[month(1, 100, 40, 0), month(2, 140, 80, 0)]);
        assert_eq!(kept[1][0], (1, Band { p10: 130.into(), p50: 140.into(), p90: 150.into() }));
    }
}
