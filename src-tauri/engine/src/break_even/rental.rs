//! The rented cards of a break-even: the rental that does the work for the least.

use crate::routing::shares::Sharing;
use counterweight_inference::breakeven::Rented;
use counterweight_inference::breakeven::machine::rented;
use counterweight_inference::catalogue;
use counterweight_inference::ownership::Owned;
use counterweight_inference::setup::Setup;

/// Rented cards at the work.
pub(super) struct Rental {
    pub rented: Rented,
    pub owned: Owned,
    pub words: String,
}

/// The rental that does the planned work of the first month for the least. It is paid for all hours in which work comes
/// in, as calls come through the day, and for further ones when these do not do.
pub(super) fn rental(sharing: &Sharing, dollar: f64) -> Option<Rental> {
    let work = sharing.work;
    let monthly = |rented: &Rented| {
        (work.calls_per_month * rented.speed.seconds() / 3600.0).max(rented.least_hours) * rented.per_hour
    };
    let mut best: Option<(f64, Rental)> = None;
    for row in catalogue::rentals().iter().filter(|row| row.kind == "on-demand" && row.usd_per_gpu_hour > 0.0) {
        for cards in [1u32, 2, 4, 8] {
            let Ok(setup) = work.setup_on(&row.machine) else { break };
            // What the person set on the own computer says nothing of a rented one.
            let setup = Setup { power_limit_w: None, offload: None, ..setup.on(cards, work.running.split) };
            let Ok(owned) = Owned::running(&setup, work) else { continue };
            let hours = work.hours_per_day * work.days_per_month;
            // So many calls at once take so many of them side by side through all hours.
            let at_once = sharing.machines_at_once(&setup);
            let rented = Rented { least_hours: hours * at_once, ..rented(row, cards, owned.speed(work), dollar) };
            let cost = monthly(&rented);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                let load = work.calls_per_month * rented.speed.seconds() / 3600.0 / hours.max(1e-9);
                let side_by_side = at_once.max(load.ceil()).max(1.0);
                let all = side_by_side * f64::from(cards);
                let count = if all <= 1.0 { String::new() } else { format!("{all:.0} × ") };
                let why = match (load > 1.0, at_once > 1.0) {
                    _ if side_by_side <= 1.0 => String::new(),
                    (true, _) if load.ceil() >= at_once => {
                        format!(
                            ", {side_by_side:.0} side by side, as the work takes {load:.1} times the hours of the day"
                        )
                    }
                    _ => format!(", {side_by_side:.0} side by side, as so many calls come in at once"),
                };
                let words = format!(
                    "{count}{} at {} for ${:.2} an hour each ({}, {}), paid for {hours:.0} hours a month, as calls come through the day{why}",
                    row.gpu, row.provider, row.usd_per_gpu_hour, row.as_of, row.source
                );
                best = Some((cost, Rental { rented, owned, words }));
            }
            break;
        }
    }
    best.map(|(_, rental)| rental)
}
