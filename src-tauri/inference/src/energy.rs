//! Watts at the plug, joules of a token, and what they cost.

use crate::catalogue;
use crate::machine::{Machine, MachineKind, PowerKind};
use crate::problem::PredictionProblem;
use crate::tariff::Tariff;
use crate::wire;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Joules in one kWh.
const JOULES_PER_KWH: f64 = 3.6e6;
/// Share of a card's power limit that decoding draws, fitted to wall power of desktops.
const CARD_DECODE_SHARE: f64 = 0.85;
/// Measured load over the maker's maximum: 0.46 on a small Mac, up to 0.97 on a large one. The middle on a log scale.
const STATED_MAXIMUM_SHARE: f64 = 0.67;
/// Idle watts of a small machine nobody measured: the middle of the 4 to 11 W of those that were.
const SMALL_MACHINE_IDLE_W: f64 = 7.5;

/// The computer assumed around a card. Assumptions with their sources; the owner's figures replace them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all(serialize = "camelCase"), deny_unknown_fields)]
#[ts(rename_all = "camelCase")]
pub struct Host {
    /// Added to the card under load, W.
    pub load_w: f64,
    /// Where that comes from.
    pub load_source: String,
    /// Added to the card when idle, W.
    pub idle_w: f64,
    /// Low end, W.
    pub idle_low_w: f64,
    /// High end, W.
    pub idle_high_w: f64,
    /// Where that comes from.
    pub idle_source: String,
    /// Idle watts of a card nobody measured.
    pub card_idle_w: f64,
    /// Low end, W.
    pub card_idle_low_w: f64,
    /// High end, W.
    pub card_idle_high_w: f64,
    /// Where that comes from.
    pub card_idle_source: String,
    /// Price of the computer without the card, US dollars.
    #[serde(serialize_with = "wire::price")]
    #[ts(type = "string")]
    pub price_usd: f64,
    /// Month of the price, ISO 8601.
    pub price_as_of: String,
    /// Where that comes from.
    pub price_source: String,
}

/// How a figure was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Basis {
    /// Somebody measured this machine at the plug.
    Measured,
    /// A rule fitted to other machines.
    Rule,
}

/// Watts at the plug.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename_all = "camelCase")]
pub struct WallPower {
    /// While writing tokens, W.
    pub decode_w: f64,
    /// While reading the prompt, W.
    pub prefill_w: f64,
    /// Where the load figures come from.
    pub load_basis: Basis,
    /// While waiting, W; `None` when neither a measurement nor a rule covers the machine.
    pub idle_w: Option<f64>,
    /// Where the idle figure comes from.
    pub idle_basis: Basis,
}

/// Watts at the plug of `devices` equal machines, or of one computer with `devices` cards.
///
/// A card decodes at 0.85 of its limit and reads at its limit, and the computer adds its own watts. A machine measured at
/// the plug keeps its measurement. A maker's maximum is not a load: 0.67 of it is.
///
/// # Errors
/// [`PredictionProblem::UnknownPower`] when no figure is known.
pub fn wall_power(machine: &Machine, devices: u32) -> Result<WallPower, PredictionProblem> {
    capped_power(machine, devices, None)
}

/// As [`wall_power`], with a power limit set on each card. A limit above the stock one changes nothing, and a whole machine
/// keeps its watts.
///
/// # Errors
/// As [`wall_power`].
pub fn capped_power(machine: &Machine, devices: u32, cap_w: Option<f64>) -> Result<WallPower, PredictionProblem> {
    let count = f64::from(devices.max(1));
    let stated = match (machine.kind, cap_w) {
        (MachineKind::Gpu, Some(cap)) => machine.power_w.map(|stock| stock.min(cap)),
        _ => machine.power_w,
    };
    let unknown = || PredictionProblem::UnknownPower { machine: machine.name.clone() };
    if machine.kind == MachineKind::Gpu {
        let (limit, host) = (stated.ok_or_else(unknown)?, catalogue::host());
        return Ok(WallPower {
            decode_w: CARD_DECODE_SHARE * limit * count + host.load_w,
            prefill_w: limit * count + host.load_w,
            load_basis: Basis::Rule,
            idle_w: Some(machine.idle_w.unwrap_or(host.card_idle_w) * count + host.idle_w),
            idle_basis: Basis::Rule,
        });
    }
    let from_stated = match machine.power_kind {
        Some(PowerKind::StatedMaximum) => stated.map(|watts| (watts * STATED_MAXIMUM_SHARE, Basis::Rule)),
        _ => stated.map(|watts| (watts, Basis::Measured)),
    };
    let (decode_w, load_basis) =
        machine.decode_w.map(|watts| (watts, Basis::Measured)).or(from_stated).ok_or_else(unknown)?;
    // The highest measurement is the better guess for prefill, which draws the most.
    let prefill_w = match (machine.power_kind, stated) {
        (Some(PowerKind::WallMeasured), Some(watts)) => watts.max(decode_w),
        _ => decode_w,
    };
    let small = machine.is_apple() || machine.family == "amd-apu" || machine.family == "nvidia-gb10";
    let (idle_w, idle_basis) = match machine.idle_w {
        Some(watts) => (Some(watts), Basis::Measured),
        None => (small.then_some(SMALL_MACHINE_IDLE_W), Basis::Rule),
    };
    Ok(WallPower {
        decode_w: decode_w * count,
        prefill_w: prefill_w * count,
        load_basis,
        idle_w: idle_w.map(|watts| watts * count),
        idle_basis,
    })
}

/// kWh in so many joules.
pub fn kwh(joules: f64) -> f64 {
    joules / JOULES_PER_KWH
}

/// What so many joules cost, in the tariff's currency.
pub fn cost(joules: f64, tariff: &Tariff) -> f64 {
    kwh(joules) * tariff.price
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power(key: &str, devices: u32) -> WallPower {
        wall_power(catalogue::machine(key).unwrap(), devices).unwrap()
    }

    fn close(actual: f64, expected: f64) {
        assert!((actual - expected).abs() < 1e-9, "{actual} is not {expected}");
    }

    /// 0.85 * 450 + 80 = 462.5 W; 464 to 509 W were measured on an RTX 4090 desktop. 0.85 * 140 + 80 = 199 W; 199 to 269 W
    /// were measured with an RTX A4000.
    #[test]
    fn a_desktop_with_a_card() {
        close(power("rtx4090", 1).decode_w, 462.5);
        close(power("rtx4090", 1).prefill_w, 530.0);
        close(power("rtxa4000", 1).decode_w, 199.0);
        close(power("rtx4090", 2).decode_w, 845.0);
        assert_eq!(power("rtx5090", 1).idle_w, Some(72.0)); // 12 W card and 60 W around it
    }

    /// Published at the plug: DGX Spark 123 to 156 W, Strix Halo 133 to 153 W, Mac mini M4 30 W, M3 Ultra 227 to 262 W.
    #[test]
    fn whole_machines_stay_inside_what_was_measured() {
        for (key, low, high) in [
            ("dgx-spark", 123.0, 156.0),
            ("strix-halo", 133.0, 153.0),
            ("m4-10", 30.0, 30.0),
            ("m3ultra-80", 227.0, 262.0),
        ] {
            let watts = power(key, 1);
            assert!(watts.decode_w >= low && watts.decode_w <= high, "{key}: {}", watts.decode_w);
            assert_eq!(watts.load_basis, Basis::Measured, "{key}");
        }
    }

    #[test]
    fn a_stated_maximum_is_never_the_load() {
        for machine in catalogue::machines().iter().filter(|row| row.power_kind == Some(PowerKind::StatedMaximum)) {
            let watts = wall_power(machine, 1).unwrap();
            assert!(watts.decode_w < machine.power_w.unwrap(), "{}", machine.key);
        }
    }

    /// 462.5 W at 103.6 tokens a second is 4.46 J; a million of them are 1.24 kWh, at 0.32 dollars 0.397 dollars.
    #[test]
    fn a_million_tokens_in_california() {
        let joules = 462.5 / 103.6 * 1e6;
        assert!((kwh(joules) - 1.240).abs() < 0.001, "{}", kwh(joules));
        let tariff = catalogue::tariff("US-CA").unwrap();
        assert!((cost(joules, tariff) - 0.397).abs() < 0.001);
    }

    #[test]
    fn unknown_power_is_refused() {
        let mut machine = catalogue::machine("rtx4090").unwrap().clone();
        machine.power_w = None;
        assert!(matches!(wall_power(&machine, 1), Err(PredictionProblem::UnknownPower { .. })));
    }
}
