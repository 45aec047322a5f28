//! The ways in many futures: use and price move by the month, and the machine is as fast as its range allows.

use super::Route;
use super::parts::parts;
use crate::comparison::band;
use crate::compute_plan::amount;
use crate::settings::Settings;
use crate::simulation;
use crate::simulation::model::{ComputeModel, OfferModel};
use counterweight_domain::{Currency, Offer};
use counterweight_inference::breakeven::{self, Case as Plan, Own, Paybacks, Rented, Speed, Way, curve};
use counterweight_inference::workload::Work;
use counterweight_inference::workload::lognormal::normal_quantile;

/// Spread of the logarithm of a call's seconds below and above the middle.
pub(super) fn scatter([p10, p50, p90]: [f64; 3]) -> [f64; 2] {
    let z = normal_quantile(0.9);
    let spread = |ratio: f64| if ratio.is_finite() && ratio > 1.0 { libm::log(ratio) / z } else { 0.0 };
    [spread(p50 / p10), spread(p90 / p50)]
}

/// One route in all futures.
#[derive(Default)]
pub(super) struct Cells {
    /// Spent up to the end of each month, from month 0, by path.
    spent: Vec<Vec<f64>>,
    /// The month in which it has cost no more than the cloud.
    pays_back: Vec<Option<f64>>,
}

/// A step of the golden ratio spreads the machines of the futures evenly over their range.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

pub(super) fn sample(
    work: &Work,
    plan: &Plan,
    ways: &[Way],
    scatter: [[f64; 2]; 2],
    settings: &Settings,
) -> Vec<Cells> {
    let months = plan.calls.len();
    let paths = settings.paths as usize;
    let mut cells: Vec<Cells> = ways
        .iter()
        .map(|way| Cells {
            spent: if curve(plan, *way).is_some() { vec![vec![0.0; paths]; months + 1] } else { Vec::new() },
            pays_back: Vec::with_capacity(paths),
        })
        .collect();
    #[allow(clippy::cast_possible_truncation, reason = "at most 120 months")]
    let longer = Settings { stay_months: months as u32, ..settings.clone() };
    let mut future = plan.clone();
    let mut tokens = OfferModel::new(&Offer::default(), &longer);
    tokens.compute = Some(ComputeModel {
        budget: None,
        calls: plan.calls.clone(),
        per_call: plan.cloud_per_call.clone(),
        index: Vec::new(),
        elasticity: work.elasticity(),
        scenario: work.scenario,
        spread: work.spread,
        personal_share: work.personal_share,
        would_buy: work.would_buy,
        option_value: work.option_value,
        machine: None,
        weights: Vec::new(),
    });
    let elasticity = work.elasticity();
    simulation::token_futures(&longer, &tokens, |path, draws| {
        for month in 1..=u32::try_from(months).unwrap_or(0) {
            let (place, price) = (month as usize - 1, draws.price(month));
            let moved = if elasticity != 0.0 && price > 0.0 { libm::pow(price, -elasticity) } else { 1.0 };
            future.calls[place] = plan.calls[place] * draws.used(month) * moved;
            future.cloud_per_call[place] = plan.cloud_per_call[place] * price;
        }
        #[allow(clippy::cast_precision_loss, reason = "paths and seeds are small; a rounded seed is a seed")]
        let place = ((path as f64 + 0.5 + settings.seed as f64 % 1e6) * GOLDEN).fract().clamp(1e-9, 1.0 - 1e-9);
        let z = normal_quantile(place);
        let slower = |spread: [f64; 2]| libm::exp(z * if z < 0.0 { spread[0] } else { spread[1] });
        future.own = plan.own.map(|own| Own { speed: scaled(own.speed, slower(scatter[0])), ..own });
        future.rented = plan.rented.map(|rent| Rented { speed: scaled(rent.speed, slower(scatter[1])), ..rent });
        let mut cloud: Vec<f64> = Vec::new();
        for (way, cells) in ways.iter().zip(&mut cells) {
            let Some(spent) = curve(&future, *way) else { continue };
            for (row, sum) in cells.spent.iter_mut().zip(&spent) {
                row[path] = *sum;
            }
            if *way == Way::Cloud {
                cloud = spent;
            } else if !cloud.is_empty() {
                cells.pays_back.push(breakeven::payback(&cloud, &spent));
            }
        }
    });
    cells
}

fn scaled(speed: Speed, slower: f64) -> Speed {
    Speed { prefill_seconds: speed.prefill_seconds * slower, decode_seconds: speed.decode_seconds * slower, ..speed }
}

impl Cells {
    pub fn route(&mut self, way: Way, plan: &Plan, months: u32, weighed: bool, currency: Currency) -> Option<Route> {
        let planned = curve(plan, way)?;
        let paybacks = if weighed { Paybacks::of(&self.pays_back, months) } else { None };
        let (parts, on_machine) = parts(way, plan, currency);
        let resale = match (way, plan.own) {
            (Way::Buy | Way::Hybrid, Some(own)) => own.resale(months),
            _ => 0.0,
        };
        Some(Route {
            spent: self.spent.iter_mut().map(|values| band(values, currency)).collect(),
            total: amount(planned.last().copied().unwrap_or(0.0), currency),
            parts,
            resale: amount(resale, currency),
            pays_back: paybacks.as_ref().map_or([None; 3], |found| found.by),
            never: paybacks.as_ref().map_or(0.0, |found| found.never),
            paid_back_by: paybacks.map_or_else(Vec::new, |found| found.by_month),
            on_machine,
        })
    }
}
