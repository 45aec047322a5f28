//! The machine of a break-even: what it costs, what it does of the work, and why it cannot.

use super::MachineFigures;
use crate::compute_plan::amount;
use crate::routing::shares::Sharing;
use crate::settings::Settings;
use counterweight_domain::{Findings, Path, Problem};
use counterweight_inference::catalogue;
use counterweight_inference::desk::price_of;
use counterweight_inference::machine::{Machine, MachineKind};
use counterweight_inference::ownership::Owned;
use counterweight_inference::problem::PredictionProblem;
use counterweight_inference::setup::Setup;
use counterweight_inference::speed::Caution;
use counterweight_inference::workload::Work;

/// Says why the machine cannot do the work, at the field that could change it.
pub(crate) fn cannot_run(problem: &PredictionProblem, work: &Work, findings: &mut Findings) {
    let workload = Path::root().join("workload");
    let local = workload.join("local");
    let own = work.own.as_ref().is_some_and(|own| own.key == work.machine);
    let (path, id, fix) = match problem {
        PredictionProblem::UnknownModel { .. } => (local.join("model"), "model.unknown", "Pick a model from the list."),
        PredictionProblem::UnknownQuant { .. } => (local.join("quant"), "quant.unknown", "Pick one from the list."),
        PredictionProblem::ContextTooLong { .. } => (
            workload.join("inputTokens"),
            "context.tooLong",
            "Send fewer tokens in a call, or pick another open model.",
        ),
        PredictionProblem::UnknownBandwidth { .. } if own => {
            (local.join("own").join("bandwidth"), "machine.noBandwidth", "Enter the bandwidth of its memory.")
        }
        PredictionProblem::UnknownCompute { .. } if own => {
            (local.join("own").join("compute"), "machine.noCompute", "Enter its 16-bit compute.")
        }
        PredictionProblem::UnknownPower { .. } if own => {
            (local.join("own").join("watts"), "machine.noWatts", "Enter its watts under load.")
        }
        _ => (local.join("machine"), "machine.cannotRun", "Pick another machine or a smaller model."),
    };
    findings.error(
        &path,
        Problem::new(id, problem.to_string(), fix),
        "the machine of your own: buying it and the hybrid",
    );
}

/// What the machine costs in the case's currency, with the day and source of that price.
pub(super) fn priced(work: &Work, runs: bool, dollar: f64, findings: &mut Findings) -> Option<(f64, String)> {
    let path = Path::root().join("workload").join("local").join("price");
    let none = |findings: &mut Findings, id, message: &str| {
        findings.error(&path, Problem::new(id, message, "Enter what it costs."), "buying the machine and the hybrid");
    };
    if let Some(price) = work.machine_price {
        if price > 0.0 {
            return Some((price, "entered by you".to_owned()));
        }
        none(
            findings,
            "machine.priceZero",
            "A price of zero is taken for unknown: a machine you have already costs what it would sell for.",
        );
        return None;
    }
    let dated = work.machine_facts(&work.machine).ok().and_then(|machine| price_of(machine, cards_of(work, machine)));
    if dated.is_none() && runs {
        none(findings, "machine.noPrice", "No price is known for this machine.");
    }
    dated.map(|(usd, as_of, source)| (usd * dollar, format!("{source}, {as_of}")))
}

/// Cards of the plan; a whole machine is one.
fn cards_of(work: &Work, machine: &Machine) -> u32 {
    if machine.kind == MachineKind::Gpu { work.running.cards } else { 1 }
}

/// `wanted` is the share of the calls that a machine could be given, and `given` what routing gives it.
pub(super) fn machine_figures(
    work: &Work,
    owned: &Owned,
    (wanted, given): (f64, f64),
    price: Option<&(f64, String)>,
    settings: &Settings,
) -> MachineFigures {
    let call = &owned.call;
    let wanted = work.calls_per_month * wanted;
    let served = owned.served(work.calls_per_month * given);
    let mut remarks: Vec<String> = call.cautions.iter().map(|c| caution(*c).to_owned()).collect();
    let hours_needed = wanted * owned.speed(work).seconds() / 3600.0 / work.days_per_month.max(1e-9);
    if let Ok(setup) = work.setup_on(&work.machine) {
        remarks.extend(work.running.remarks(&setup));
    }
    if served < wanted * (1.0 - 1e-9) {
        remarks.push(format!(
            "The machine does {:.0} % of the work that it could be given: the rest would be too long, too slow or wait too long, or is beyond its hours.",
            100.0 * served / wanted
        ));
    }
    let kwh = owned.kwh(served);
    if kwh.is_none() {
        remarks.push("Its watts are unknown, so electricity is left out.".to_owned());
    }
    if kwh.is_some() && call.power.is_some_and(|power| power.idle_w.is_none()) {
        remarks.push(
            "Its watts at idle are unknown, so only what it draws at work is counted: electricity is more than shown."
                .to_owned(),
        );
    }
    MachineFigures {
        name: work.machine_facts(&work.machine).map_or_else(
            |_| work.machine.clone(),
            |machine| match cards_of(work, machine) {
                1 => machine.name.clone(),
                cards => format!("{cards} × {}", machine.name),
            },
        ),
        model: format!(
            "{} {}",
            catalogue::model(&work.local_model).map_or(work.local_model.as_str(), |m| m.name.as_str()),
            work.quant
        ),
        fits: call.fit.fits,
        needed_gib: call.fit.needed_gib,
        usable_gib: call.fit.usable_gib,
        decode: [call.decode.p10, call.decode.p50, call.decode.p90],
        prefill: call.prefill.map(|p| [p.p10, p.p50, p.p90]),
        seconds_per_call: [call.seconds.p10, call.seconds.p50, call.seconds.p90],
        hours_needed,
        hours_given: work.hours_per_day,
        watts: call.power.map(|p| p.decode_w),
        price: price.map(|p| amount(p.0, settings.currency)),
        price_source: price.map_or_else(|| "no price is known".to_owned(), |p| p.1.clone()),
        electricity_per_month: kwh.map(|kwh| amount(kwh * work.electricity, settings.currency)),
        calibrated: work.calibration.as_ref().is_some_and(|(machine, _)| *machine == work.machine),
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

/// Says where the machine cannot do its share in the hours of the day, or starts fewer of the calls that come in at once than
/// a class has.
pub(super) fn beyond_the_day(machine: &MachineFigures, sharing: &Sharing, setup: &Setup, findings: &mut Findings) {
    let workload = Path::root().join("workload");
    let (needed, given) = (machine.hours_needed, machine.hours_given);
    if needed > given {
        findings.note(
            &workload.join("local").join("hoursPerDay"),
            Problem::new(
                "machine.dayTooShort",
                format!(
                    "Its share of the work takes {needed:.1} hours a day on {}, which has {given:.0}: it cannot run in the hours of the day. The rest goes to the cloud, or waits.",
                    machine.name
                ),
                format!("Give it more hours or a smaller share, or take {:.0} of them.", (needed / given.max(1e-9)).ceil()),
            ),
        );
    }
    for (place, class, started) in sharing.more_than_start(setup) {
        let path = if sharing.work.classes.is_empty() {
            workload.join("tasksPerDay")
        } else {
            workload.join("classes").join(place).join("concurrency")
        };
        findings.note(
            &path,
            Problem::new(
                "machine.atOnce",
                format!(
                    "“{}” has {:.0} calls under way at once, and {} starts {started:.0} of them in time, one after the other. The others go to the cloud, or wait.",
                    class.label, class.concurrency, machine.name
                ),
                format!(
                    "Let fewer run at once, let them wait longer, or take {:.0} machines.",
                    (class.concurrency / started).ceil()
                ),
            ),
        );
    }
}
