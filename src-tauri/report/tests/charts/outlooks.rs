//! How sure an answer is, in figures to draw: written by hand, each with the formula that a test can compute again.

use counterweight_domain::offer::OfferKind;
use counterweight_engine::outlook::{BreakEvenMap, Difference, Dot, Fan, FanYear, Leaving, LeavingOffer, Swing};
use rust_decimal::Decimal;

fn d(amount: i64) -> Decimal {
    Decimal::from(amount)
}

/// Everything the outlook charts draw.
pub struct Outlook {
    pub fans: Vec<Fan>,
    pub difference: Difference,
    pub leaving: Leaving,
    pub swings: Vec<Swing>,
    pub map: BreakEvenMap,
    pub names: [String; 2],
}

/// The fan of an offer that is worth `yearly` a year in the middle: quartiles `spread` percent around it, tenths twice
/// as far; path k lies (k − 2) × `spread` percent off.
pub fn fan(name: &str, position: u32, yearly: i64, years: u32, spread: i64) -> Fan {
    let at = |year: u32, percent: i64| d(yearly * i64::from(year) * (100 + percent) / 100);
    Fan {
        id: format!("o{position}"),
        name: name.to_owned(),
        kind: OfferKind::Offer,
        position,
        years: (1..=years)
            .map(|year| FanYear {
                year,
                p10: at(year, -2 * spread),
                p25: at(year, -spread),
                p50: at(year, 0),
                p75: at(year, spread),
                p90: at(year, 3 * spread),
            })
            .collect(),
        paths: (0..5)
            .map(|k| (1..=years).map(|year| at(year, (k - 2) * spread + i64::from(year) * k)).collect())
            .collect(),
    }
}

/// Fifty dots: dot i at 4,000 × (i − 16.5) plus a cubic tail, so that 17 are below zero and 33 above.
pub fn difference() -> Difference {
    let dots = (0..50_i64)
        .map(|i| {
            let from_middle = 2 * i - 33;
            Dot { difference: d(900 * from_middle + from_middle.pow(3) * 2), path: ((i * 7919) % 10_000) as u32 }
        })
        .collect();
    Difference { dots, probability: 0.66, probability_error: 0.005 }
}

/// An offer by month of leaving: `monthly` a month, `cliff` at month 12 and a twelfth of it each quarter after.
pub fn leaving_offer(name: &str, position: u32, monthly: i64, cliff: i64, months: i64) -> LeavingOffer {
    LeavingOffer {
        id: format!("o{position}"),
        name: name.to_owned(),
        kind: OfferKind::Offer,
        position,
        months: (1..=months)
            .map(|m| d(monthly * m + if m >= 12 { cliff + (m - 12) / 3 * cliff / 12 } else { 0 }))
            .collect(),
        expected: (position == 1).then(|| d(monthly * months * 3 / 4)),
    }
}

/// A swing that is straight between its ends.
pub fn swing(label: &str, unit: &str, tried: [f64; 2], ends: [i64; 2], flips: &[f64], range: [f64; 2]) -> Swing {
    let points = (0..5).map(|i| d(ends[0] + (ends[1] - ends[0]) * i / 4)).collect();
    Swing {
        path: format!("assumptions/{label}"),
        label: label.to_owned(),
        unit: unit.to_owned(),
        tried,
        difference: ends.map(d),
        points,
        flips: flips.to_vec(),
        range,
    }
}

/// Five swings; the third turns: its middle is higher than both ends.
pub fn five() -> Vec<Swing> {
    let mut swings = vec![
        swing("Share price change a year", "%", [-35.0, 62.0], [-148_000, 262_000], &[38.4], [-50.0, 100.0]),
        swing("Months you stay", "months", [12.0, 48.0], [64_000, -38_000], &[18.0, 31.0], [1.0, 48.0]),
        swing("Bonus payout", "%", [73.0, 137.0], [12_000, 46_000], &[], [0.0, 200.0]),
        swing("Token price change a year", "%", [-50.0, 20.0], [21_000, 29_000], &[], [-90.0, 100.0]),
        swing("Own share of token use", "%", [0.0, 50.0], [25_000, 25_000], &[], [0.0, 100.0]),
    ];
    swings[2].points[2] = d(71_000);
    swings
}

/// The map 5,000 × (x − 24) − 1,600 × (y − 20) over months and share growth: equal worth on a straight line.
pub fn map() -> BreakEvenMap {
    let xs: Vec<f64> = (0..9).map(|i| 1.0 + 47.0 * f64::from(i) / 8.0).collect();
    let ys: Vec<f64> = (0..9).map(|i| -50.0 + 150.0 * f64::from(i) / 8.0).collect();
    let value = |x: f64, y: f64| 5_000.0 * (x - 24.0) - 1_600.0 * (y - 20.0);
    BreakEvenMap {
        across: "Months you stay".to_owned(),
        across_unit: "months".to_owned(),
        up: "Share price change a year".to_owned(),
        up_unit: "%".to_owned(),
        ahead: ys.iter().map(|y| xs.iter().map(|x| d(value(*x, *y).round() as i64)).collect()).collect(),
        // Zero at x = 24 + 0.32 (y − 20).
        line: ys.iter().map(|y| [24.0 + 0.32 * (y - 20.0), *y]).filter(|p| (1.0..=48.0).contains(&p[0])).collect(),
        xs,
        ys,
    }
}

/// Two offers over four years.
pub fn two() -> Outlook {
    Outlook {
        fans: vec![fan("Northwind", 0, 231_500, 4, 9), fan("Fjord", 1, 247_000, 4, 4)],
        difference: difference(),
        leaving: Leaving {
            offers: vec![
                leaving_offer("Northwind", 0, 13_400, 42_000, 48),
                leaving_offer("Fjord", 1, 15_500, 9_000, 48),
            ],
        },
        swings: five(),
        map: map(),
        names: ["Northwind".to_owned(), "Fjord".to_owned()],
    }
}

/// `count` offers over `years` years, one of them with a long name.
pub fn many(count: u32, years: u32) -> Outlook {
    let name = |n: u32| match n {
        3 => "Norddeutsche Landesbank Girozentrale".to_owned(),
        _ => format!("Offer {n}"),
    };
    let swings = (0..count)
        .map(|n| {
            let n = i64::from(n);
            swing(
                &name(n as u32),
                "%",
                [-40.0, 55.0],
                [-90_000 + 9_000 * n, 120_000 - 7_000 * n],
                &[1.5],
                [-50.0, 100.0],
            )
        })
        .collect();
    Outlook {
        fans: (0..count).map(|n| fan(&name(n), n, 180_000 + 9_000 * i64::from(n), years, 8)).collect(),
        leaving: Leaving {
            offers: (0..count)
                .map(|n| {
                    leaving_offer(
                        &name(n),
                        n,
                        11_000 + 700 * i64::from(n % 5),
                        6_000 * i64::from(n),
                        i64::from(years) * 12,
                    )
                })
                .collect(),
        },
        swings,
        names: [name(3), name(4)],
        ..two()
    }
}
