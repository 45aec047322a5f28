//! What a way costs, part by part, and which figures move it most.

use super::{LeverFigures, RoutePart};
use crate::compute_plan::amount;
use counterweight_domain::Currency;
use counterweight_inference::breakeven::levers;
use counterweight_inference::breakeven::{Case as Plan, Own, Purchase, Way};

/// What a route costs at planned use, part by part, and the share of the work that is done on a machine.
pub(super) fn parts(way: Way, plan: &Plan, currency: Currency) -> (Vec<RoutePart>, f64) {
    let part = |label: &str, figure: f64, how: String| RoutePart {
        label: label.to_owned(),
        how,
        amount: amount(figure, currency),
    };
    let calls: f64 = plan.calls.iter().sum();
    let months = plan.calls.len();
    let all = |cost: &dyn Fn(f64) -> f64| plan.calls.iter().map(|calls| cost(*calls)).sum::<f64>();
    match (way, plan.own, plan.rented) {
        (Way::Cloud, ..) => {
            let sent = |month: u32, calls: f64| plan.shares.of(way, month).of(calls, 0.0).1;
            let (mut sum, mut count) = (0.0, 0.0);
            for (month, (calls, price)) in (1..).zip(plan.calls.iter().zip(&plan.cloud_per_call)) {
                sum += sent(month, *calls) * price;
                count += sent(month, *calls);
            }
            (vec![part("Tokens in the cloud", sum, format!("{count:.0} calls at list price"))], 0.0)
        }
        (Way::Rent, _, Some(rent)) => {
            let hours = all(&|calls| (calls * rent.speed.seconds() / 3600.0).max(rent.least_hours));
            let how = format!("{hours:.0} hours at {:.2}", rent.per_hour);
            (vec![part("Rented hours", hours * rent.per_hour, how)], 1.0)
        }
        (Way::Buy | Way::Hybrid, Some(own), _) => {
            let parted: Vec<(f64, f64)> = (1..)
                .zip(&plan.calls)
                .map(|(month, calls)| plan.shares.of(way, month).of(*calls, own.capacity()))
                .collect();
            let bare = Own { purchase: Purchase { upkeep_hours: 0.0, failure_per_year: 0.0, ..own.purchase }, ..own };
            let power = parted.iter().map(|(local, _)| bare.running(*local)).sum();
            let bought = &own.purchase;
            #[allow(clippy::cast_precision_loss, reason = "months are few")]
            let count = months as f64;
            let upkeep = count * bought.upkeep_hours * bought.upkeep_hourly;
            let repairs = count / 12.0 * bought.failure_per_year * bought.repair_share * bought.price;
            let cloud: f64 = parted.iter().zip(&plan.cloud_per_call).map(|((_, cloud), price)| cloud * price).sum();
            let life = bought.life_months.max(1);
            #[allow(clippy::cast_possible_truncation, reason = "at most 120 months")]
            let again = (months.saturating_sub(1) as u32) / life;
            let mut found = vec![
                part("Machine", bought.price, "bought at the start".to_owned()),
                part(
                    "Electricity",
                    power,
                    format!(
                        "{:.0} W at work, {:.0} W waiting, on {:.0} hours a month, {:.3} per kWh{}",
                        own.electricity.busy_w,
                        own.electricity.idle_w,
                        own.hours_on.max(own.hours_per_month),
                        own.electricity.per_kwh,
                        if own.electricity.pue > 1.0 {
                            format!(", the room draws {:.2} times that", own.electricity.pue)
                        } else {
                            String::new()
                        }
                    ),
                ),
                part("Upkeep", upkeep, format!("{} hours a month at {:.0}", bought.upkeep_hours, bought.upkeep_hourly)),
                part(
                    "Repairs",
                    repairs,
                    format!(
                        "{:.0} % fail in a year, at {:.0} % of the price",
                        bought.failure_per_year * 100.0,
                        bought.repair_share * 100.0
                    ),
                ),
                part("Cloud for the rest", cloud, "calls that are not its share, or beyond its hours".to_owned()),
            ];
            if again > 0 {
                let cost = f64::from(again) * (bought.price - own.resale(life));
                found.insert(1, part("Bought again", cost, format!("every {life} months, the old one sold")));
            }
            let done: f64 = parted.iter().map(|(local, _)| local).sum();
            (found, if calls > 0.0 { done / calls } else { 0.0 })
        }
        _ => (Vec::new(), 0.0),
    }
}

pub(super) fn lever_figures(plan: &Plan, currency: Currency) -> Vec<LeverFigures> {
    let ranges = levers::ranges();
    levers::swings(plan, Way::Hybrid, ranges)
        .into_iter()
        .filter_map(|swing| {
            let range = ranges.iter().find(|range| range.lever == swing.lever)?;
            Some(LeverFigures {
                lever: swing.lever,
                label: range.label.clone(),
                low: range.low,
                high: range.high,
                at_low: amount(swing.at_low, currency),
                at_high: amount(swing.at_high, currency),
                swing: amount(swing.swing, currency),
                source: range.source.clone(),
            })
        })
        .collect()
}
