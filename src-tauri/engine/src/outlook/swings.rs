//! Which assumption moves the difference between two offers most, and where it flips.

use super::only;
use crate::comparison::ledgers;
use crate::sensitivity::{Assumption, flips};
use crate::settings::Settings;
use counterweight_domain::Case;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use ts_rs::TS;

/// Standard deviations from the middle to the tenth and the ninetieth percentile of a normal distribution.
const TENTH: f64 = 1.281_551_565_544_6;

/// How far one assumption moves the difference.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Swing {
    /// The field of the case: `assumptions/shareGrowth`.
    pub path: String,
    /// What it is called.
    pub label: String,
    /// Its unit: `%` or `months`.
    pub unit: String,
    /// The low and the high value that are tried, in the unit of the field.
    pub tried: [f64; 2],
    /// How much more the first offer is worth at each.
    #[serde(serialize_with = "crate::ledger::amounts")]
    #[ts(type = "[string, string]")]
    pub difference: [Decimal; 2],
    /// The differences at five points from low to high, which show a response that turns.
    #[serde(serialize_with = "crate::ledger::amounts")]
    #[ts(type = "string[]")]
    pub points: Vec<Decimal>,
    /// Where in its whole range the two offers are worth the same; empty when nowhere.
    pub flips: Vec<f64>,
    /// The whole range.
    pub range: [f64; 2],
}

impl Assumption {
    /// What it is called in a case.
    pub fn label(self, case: &Case) -> String {
        let at = |what: &str, offer: usize| {
            let name = case.offers.get(offer).map_or("", |offer| offer.name());
            format!("{what}, {}", if name.is_empty() { "unnamed offer" } else { name })
        };
        match self {
            Assumption::ShareGrowth => "Share price change a year".to_owned(),
            Assumption::StayMonths => "Months you stay".to_owned(),
            Assumption::BonusPayout => "Bonus payout".to_owned(),
            Assumption::TokenPrice => "Token price change a year".to_owned(),
            Assumption::PersonalShare => "Own share of token use".to_owned(),
            Assumption::UseGrowth => "Growth of token use a year".to_owned(),
            Assumption::Inflation => "Inflation a year".to_owned(),
            Assumption::Discount => "Discount a year".to_owned(),
            Assumption::Raise(offer) => at("Raise a year", offer),
            Assumption::ExitChance(offer) => at("Chance of any exit", offer),
            Assumption::ExitValue(offer) => at("Size of exits against plan", offer),
        }
    }

    /// Its unit.
    pub fn unit(self) -> &'static str {
        if self == Assumption::StayMonths { "months" } else { "%" }
    }

    /// A low and a high value that one in ten futures lies beyond on either side, where the case states a spread; else
    /// a stated range: staying for one year at the least, token prices halving or rising by a fifth a year, none to half
    /// of the use being one's own, use falling by a fifth or doubling a year, inflation and discount two points less or
    /// more, no raise to three points more, an exit that never comes or comes twice as often, for a quarter or twice the
    /// money.
    fn tenths(self, case: &Case, settings: &Settings) -> [f64; 2] {
        let middle = self.value(case, settings);
        let [low, high] = self.range(settings);
        let ends = match self {
            Assumption::ShareGrowth => {
                let [low, high] = tenths_of_mean_one(settings.share_volatility, f64::from(settings.horizon_years));
                [low, high].map(|factor| ((1.0 + middle / 100.0) * factor - 1.0) * 100.0)
            }
            Assumption::BonusPayout => tenths_of_mean_one(settings.payout_spread, 1.0).map(|factor| middle * factor),
            Assumption::StayMonths => [12.0, high],
            Assumption::TokenPrice => [-50.0, 20.0],
            Assumption::PersonalShare => [0.0, 50.0],
            Assumption::UseGrowth => [-20.0, 100.0],
            Assumption::Inflation | Assumption::Discount => [middle - 2.0, middle + 2.0],
            Assumption::Raise(_) if settings.raise_spread > 0.0 => {
                let spread = TENTH * settings.raise_spread * 100.0 / f64::from(settings.horizon_years).sqrt();
                [middle - spread, middle + spread]
            }
            Assumption::Raise(_) => [middle.min(0.0), middle + 3.0],
            Assumption::ExitChance(_) => [0.0, middle * 2.0],
            Assumption::ExitValue(_) => [25.0, 200.0],
        };
        ends.map(|end| end.clamp(low, high))
    }
}

/// The tenth and ninetieth percentile of a year's growth factor over `years` years, as the futures draw it: the factor over
/// all years is lognormal with mean one, so its logarithm is centred at −σ² ÷ 2 a year.
fn tenths_of_mean_one(sigma: f64, years: f64) -> [f64; 2] {
    [-TENTH, TENTH].map(|z| libm::exp(z * sigma / years.sqrt() - 0.5 * sigma * sigma))
}

/// Every assumption with its swing, the largest first.
pub fn swings(case: &Case, a: usize, b: usize) -> Vec<Swing> {
    let mut found: Vec<Swing> = Assumption::between(case, a, b)
        .into_iter()
        .map(|assumption| {
            let settings = Settings::of(case);
            let tried = assumption.tenths(case, &settings);
            let points: Vec<Decimal> = (0..5)
                .map(|i| ahead(case, a, b, &[(assumption, tried[0] + (tried[1] - tried[0]) * f64::from(i) / 4.0)]))
                .collect();
            Swing {
                path: assumption.path(),
                label: assumption.label(case),
                unit: assumption.unit().to_owned(),
                tried,
                difference: [points[0], points[4]],
                points,
                flips: flips(case, assumption, a, b),
                range: assumption.range(&settings),
            }
        })
        .collect();
    let width = |s: &Swing| (s.difference[1] - s.difference[0]).abs();
    found.sort_by_key(|s| std::cmp::Reverse(width(s)));
    found
}

/// How much more `a` is worth than `b` with some assumptions set.
fn ahead(case: &Case, a: usize, b: usize, set: &[(Assumption, f64)]) -> Decimal {
    let mut tried = only(case, &[a, b]);
    for (assumption, value) in set {
        assumption.set(&mut tried, *value);
    }
    let settings = Settings::of(&tried);
    let ledgers = ledgers(&tried, &settings).0;
    ledgers[a].total() - ledgers[b].total()
}

/// Where two assumptions together make two offers equal.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BreakEvenMap {
    /// The assumption along the bottom.
    pub across: String,
    /// Its unit.
    pub across_unit: String,
    /// Its values, rising.
    pub xs: Vec<f64>,
    /// The assumption up the side.
    pub up: String,
    /// Its unit.
    pub up_unit: String,
    /// Its values, rising.
    pub ys: Vec<f64>,
    /// How much more the first offer is worth, by `ys` and then `xs`.
    #[serde(serialize_with = "crate::ledger::rows")]
    #[ts(type = "string[][]")]
    pub ahead: Vec<Vec<Decimal>>,
    /// Points of the line on which the two are worth the same: pairs of x and y.
    pub line: Vec<[f64; 2]>,
}

/// Points of a map along each side.
const SIDE: u32 = 9;

/// The map of the two assumptions `across` and `up`, over their whole ranges.
pub fn break_even(case: &Case, a: usize, b: usize, across: Assumption, up: Assumption) -> BreakEvenMap {
    let settings = Settings::of(case);
    let values = |assumption: Assumption| -> Vec<f64> {
        let [low, high] = assumption.range(&settings);
        (0..SIDE)
            .map(|i| low + (high - low) * f64::from(i) / f64::from(SIDE - 1))
            // A part of a month cannot be stayed.
            .map(|value| if assumption == Assumption::StayMonths { value.round() } else { value })
            .collect()
    };
    let (xs, ys) = (values(across), values(up));
    let ahead: Vec<Vec<Decimal>> =
        ys.iter().map(|y| xs.iter().map(|x| ahead(case, a, b, &[(across, *x), (up, *y)])).collect()).collect();
    let mut line = Vec::new();
    for (row, y) in ahead.iter().zip(&ys) {
        for (pair, x) in row.windows(2).zip(xs.windows(2)) {
            if let Some(x) = crossing(pair, [x[0], x[1]]) {
                line.push([x, *y]);
            }
        }
    }
    for (column, x) in xs.iter().enumerate() {
        for (pair, y) in ahead.windows(2).zip(ys.windows(2)) {
            if let Some(y) = crossing(&[pair[0][column], pair[1][column]], [y[0], y[1]]) {
                line.push([*x, y]);
            }
        }
    }
    line.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    BreakEvenMap {
        across: across.label(case),
        across_unit: across.unit().to_owned(),
        xs,
        up: up.label(case),
        up_unit: up.unit().to_owned(),
        ys,
        ahead,
        line,
    }
}

/// Where a straight line between two values crosses zero.
fn crossing(values: &[Decimal], at: [f64; 2]) -> Option<f64> {
    let (y0, y1) = (values[0].to_f64()?, values[1].to_f64()?);
    if (y0 > 0.0) == (y1 > 0.0) || y0 == y1 {
        return None;
    }
    Some(at[0] + (at[1] - at[0]) * y0 / (y0 - y1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, with z = 1.2816: over 4 years of a volatility of 45 % a year's growth is e^(±1.2816 × 0.225 − 0.10125), which
    /// is 0.6773 and 1.2057.
    #[test]
    fn the_ends_are_the_tenths_of_the_futures() {
        let [low, high] = tenths_of_mean_one(0.45, 4.0);
        assert!((low - 0.6773).abs() < 5e-5 && (high - 1.2057).abs() < 5e-5, "{low} {high}");
    }
}
