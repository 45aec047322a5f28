//! The routes that the same work could take, paid from the person's own pocket: cloud, a machine at home, or a share
//! on each.

use crate::comparison::band;
use crate::compute_plan::{MachineFigures, Route, RouteFigures, amount};
use crate::settings::Settings;
use crate::simulation::{self, quantile};
use counterweight_domain::{Findings, Path, Problem};
use counterweight_inference::catalogue;
use counterweight_inference::ownership::{self, Owned, Via};
use counterweight_inference::speed::Caution;
use counterweight_inference::workload::Work;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The three routes over `months`. `dollar` is one US dollar in the case's currency, and `per_call` the list price of a
/// call by month; none when the model has no price. What is unknown is left out, with a finding.
pub(crate) fn routes(
    work: &Work,
    dollar: f64,
    per_call: Option<&[f64]>,
    months: u32,
    settings: &Settings,
    findings: &mut Findings,
) -> RouteFigures {
    let local = Path::root().join("workload").join("local");
    let owned = match Owned::of(work) {
        Ok(owned) => Some(owned),
        Err(problem) => {
            findings.warn(
                &local.join("machine"),
                Problem::new("machine.cannotRun", problem.to_string(), "Pick another machine or a smaller model."),
            );
            None
        }
    };
    let price = machine_price(work, dollar);
    if owned.is_some() && price.is_none() {
        findings.warn(
            &local.join("price"),
            Problem::new(
                "machine.noPrice",
                "No price is known for this machine, so its cost is left out.",
                "Enter what it costs.",
            ),
        );
    }
    let machine = owned.as_ref().map(|owned| machine_figures(work, owned, price.as_ref(), settings));
    let buyable = owned.as_ref().zip(price.as_ref().map(|p| p.0));
    let mut sampled = Sampled::default();
    sampled.fill(work, per_call, buyable, months, settings);
    let resale = buyable.map_or(0.0, |(_, price)| ownership::resale(price, work.resale, months));
    let route = |via: Via, cells: &mut Cells| -> Option<Route> {
        if cells.spent.is_empty() {
            return None;
        }
        let (total, served) = planned(via, work, per_call, buyable, months);
        let never = cells.pays_back.iter().filter(|m| m.is_infinite()).count();
        #[allow(clippy::cast_precision_loss)]
        let never = never as f64 / cells.pays_back.len().max(1) as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let at = |p: f64, values: &mut Vec<f64>| quantile(values, p).filter(|m| m.is_finite()).map(|m| m.ceil() as u32);
        let pays_back = [at(0.1, &mut cells.pays_back), at(0.5, &mut cells.pays_back), at(0.9, &mut cells.pays_back)];
        Some(Route {
            spent: cells.spent.iter_mut().map(|values| band(values, settings.currency)).collect(),
            total: amount(total, settings.currency),
            resale: if via == Via::Cloud { Decimal::ZERO } else { amount(resale, settings.currency) },
            pays_back,
            never,
            served,
        })
    };
    RouteFigures {
        cloud: route(Via::Cloud, &mut sampled.cloud),
        local: route(Via::Local, &mut sampled.local),
        hybrid: route(Via::Hybrid, &mut sampled.hybrid),
        machine,
    }
}

/// What the machine of the workload costs in the case's currency, with the day and source of that price. A bare
/// card needs a computer around it, which is added.
fn machine_price(work: &Work, dollar: f64) -> Option<(f64, String)> {
    if let Some(price) = work.machine_price {
        return Some((price, "entered by you".to_owned()));
    }
    let machine = catalogue::machine(&work.machine).ok()?;
    let dated = machine.price()?;
    let card = dated.usd.to_f64()?;
    if machine.needs_host() {
        let host = catalogue::host();
        let source = format!(
            "{} of {}, and a computer around it, {} of {}",
            dated.source_text(),
            dated.as_of,
            host.price_source,
            host.price_as_of
        );
        return Some(((card + host.price_usd.to_f64()?) * dollar, source));
    }
    Some((card * dollar, format!("{}, {}", dated.source_text(), dated.as_of)))
}

fn machine_figures(work: &Work, owned: &Owned, price: Option<&(f64, String)>, settings: &Settings) -> MachineFigures {
    let call = &owned.call;
    let wanted = work.calls_per_month * work.local_share;
    let served = owned.served(wanted);
    let mut remarks: Vec<String> = call.cautions.iter().map(|c| caution(*c).to_owned()).collect();
    let hours_needed = wanted * call.seconds.p50 / 3600.0 / work.days_per_month.max(1e-9);
    if served < wanted {
        remarks.push(format!(
            "The machine can do {:.0} % of its share of the work in its hours; the rest goes to the cloud.",
            100.0 * served / wanted
        ));
    }
    let kwh = owned.kwh(served);
    if kwh.is_none() {
        remarks.push("Its watts are unknown, so electricity is left out.".to_owned());
    }
    MachineFigures {
        name: catalogue::machine(&work.machine).map_or_else(|_| work.machine.clone(), |m| m.name.clone()),
        model: format!(
            "{} {}",
            catalogue::model(&work.local_model).map_or(work.local_model.as_str(), |m| m.name.as_str()),
            work.quant
        ),
        fits: call.fit.fits,
        needed_gib: call.fit.needed_gib,
        usable_gib: call.fit.usable_gib,
        decode: [call.decode.p10, call.decode.p50, call.decode.p90],
        prefill: call.prefill.map_or([0.0; 3], |p| [p.p10, p.p50, p.p90]),
        seconds_per_call: [call.seconds.p10, call.seconds.p50, call.seconds.p90],
        hours_needed,
        hours_given: work.hours_per_day,
        watts: call.power.map_or(0.0, |p| p.decode_w),
        price: price.map_or(Decimal::ZERO, |p| amount(p.0, settings.currency)),
        price_source: price.map_or_else(|| "no price is known".to_owned(), |p| p.1.clone()),
        electricity_per_month: amount(kwh.unwrap_or(0.0) * work.electricity, settings.currency),
        remarks,
    }
}

/// What a caution means for a reader.
pub fn caution(caution: Caution) -> &'static str {
    match caution {
        Caution::FamilyMissesWidely => "Predictions for this family of cards have missed by 40 % and more.",
        Caution::FamilyUnmeasured => "No published run of this family stands behind the speed.",
        Caution::SmallModel => "Very small models are bound by overhead, so the speed is less certain.",
        Caution::LatentAttention => "This model's attention is faster or slower by engine than predicted.",
        Caution::DriverDecides => "On this chip the driver decides: it may read at less than half of the speed shown.",
        Caution::TensorSplit => "Several cards that share every layer were measured on few machines.",
    }
}

/// What a route costs and serves at planned use, and the share of the calls that it serves.
fn planned(via: Via, work: &Work, per_call: Option<&[f64]>, buyable: Option<(&Owned, f64)>, months: u32) -> (f64, f64) {
    let mut total = if via == Via::Cloud { 0.0 } else { buyable.map_or(0.0, |b| b.1) };
    let (mut served, mut wanted) = (0.0, 0.0);
    for month in 1..=months {
        let calls = work.calls_per_month * work.grown(month);
        let price = per_call.map_or(0.0, |p| p[month as usize - 1]);
        let out = ownership::month(via, calls, work.local_share, price, buyable.map(|b| b.0), work.electricity);
        total += out.spent;
        served += out.served;
        wanted += calls;
    }
    (total, if wanted > 0.0 { served / wanted } else { 1.0 })
}

/// One route in all futures.
#[derive(Default)]
struct Cells {
    /// Spent up to the end of each month, from month 0, by path.
    spent: Vec<Vec<f64>>,
    /// The month in which it has cost no more than the cloud would have for the same calls; infinite when never.
    pays_back: Vec<f64>,
}

#[derive(Default)]
struct Sampled {
    cloud: Cells,
    local: Cells,
    hybrid: Cells,
}

impl Sampled {
    fn fill(
        &mut self,
        work: &Work,
        per_call: Option<&[f64]>,
        buyable: Option<(&Owned, f64)>,
        months: u32,
        settings: &Settings,
    ) {
        let paths = settings.paths as usize;
        let cells = || vec![vec![0.0; paths]; months as usize + 1];
        if per_call.is_some() {
            self.cloud.spent = cells();
            self.cloud.pays_back = vec![0.0; paths];
        }
        if let Some((_, price)) = buyable {
            self.local.spent = cells();
            self.local.spent[0].fill(price);
            self.local.pays_back = vec![f64::INFINITY; paths];
            if per_call.is_some() {
                self.hybrid.spent = cells();
                self.hybrid.spent[0].fill(price);
                self.hybrid.pays_back = vec![f64::INFINITY; paths];
            }
        }
        let planned: Vec<f64> = (1..=months).map(|month| work.calls_per_month * work.grown(month)).collect();
        let longer = Settings { stay_months: months, ..settings.clone() };
        let (electricity, share) = (work.electricity, work.local_share);
        simulation::uses(&longer, work.spread, |path, used| {
            let price_of_machine = buyable.map_or(0.0, |b| b.1);
            let (mut cloud, mut local, mut hybrid) = (0.0, price_of_machine, price_of_machine);
            let mut cloud_for_local = 0.0;
            for (i, (calls, used)) in planned.iter().zip(used).enumerate() {
                let calls = calls * used;
                let price = per_call.map_or(0.0, |p| p[i]);
                let owned = buyable.map(|b| b.0);
                cloud += calls * price;
                if per_call.is_some() {
                    self.cloud.spent[i + 1][path] = cloud;
                }
                if owned.is_none() {
                    continue;
                }
                let month = ownership::month(Via::Local, calls, share, price, owned, electricity);
                local += month.spent;
                cloud_for_local += month.served * price;
                self.local.spent[i + 1][path] = local;
                #[allow(clippy::cast_precision_loss)]
                let this = (i + 1) as f64;
                if per_call.is_some() {
                    if local <= cloud_for_local && self.local.pays_back[path].is_infinite() {
                        self.local.pays_back[path] = this;
                    }
                    hybrid += ownership::month(Via::Hybrid, calls, share, price, owned, electricity).spent;
                    self.hybrid.spent[i + 1][path] = hybrid;
                    if hybrid <= cloud && self.hybrid.pays_back[path].is_infinite() {
                        self.hybrid.pays_back[path] = this;
                    }
                }
            }
        });
    }
}
