//! `cw compare`: what the window shows in *Compare*, in one answer.

use counterweight_app::command::compare;
use counterweight_app::wire::{CompareChart, CompareResponse};
use counterweight_domain::assumptions::{Assumptions, MoneyBasis, TaxBasis};
use counterweight_domain::{Case, Severity};
use counterweight_engine::comparison;
use counterweight_engine::outlook::{self, Difference, Fan, Leaving, Swing};
use counterweight_engine::settings::Settings;
use counterweight_report::format;
use counterweight_report::scene::Canvas;
use serde::Serialize;
use std::fmt::Write as _;

/// A comparison with how sure it is and what it hangs on.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The comparison as the window has it.
    #[serde(flatten)]
    pub comparison: CompareResponse,
    /// The two offers whose difference is looked into, the one that is worth more first; empty with fewer than two.
    pub between: Vec<Between>,
    /// Cumulative value by year of each offer in the futures.
    pub fan: Vec<Fan>,
    /// The difference of the two in the futures, with fifty equally likely ones.
    pub difference: Option<Difference>,
    /// How far each assumption moves the difference, and where it flips.
    pub swings: Vec<Swing>,
    /// Value by month of leaving.
    pub leaving: Leaving,
}

/// An offer that is looked into.
#[derive(Serialize)]
pub struct Between {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Compares the offers of a case.
pub fn of(case: &Case, canvas: Canvas) -> Answer {
    let ledgers = comparison::ledgers(case, &Settings::of(case)).0;
    let pair = comparison::pair(case, &ledgers);
    let named =
        |place: usize| Between { id: case.offers[place].id.clone(), name: case.offers[place].name().to_owned() };
    Answer {
        comparison: compare::compared(case, CompareChart::TotalValue, canvas),
        between: pair.into_iter().flat_map(|(a, b)| [named(a), named(b)]).collect(),
        fan: outlook::fans(case),
        difference: pair.map(|(a, b)| outlook::difference(case, a, b)),
        swings: pair.map_or_else(Vec::new, |(a, b)| outlook::swings(case, a, b)),
        leaving: outlook::leaving(case),
    }
}

/// What kind of money the figures of a comparison are in.
fn basis(asked: &Assumptions) -> String {
    let tax = match asked.tax {
        TaxBasis::BeforeTax => "Before tax",
        TaxBasis::AfterTax => "After tax",
    };
    let money = match asked.money {
        MoneyBasis::Nominal => "in money of the day",
        MoneyBasis::Real => "in the purchasing power of the start",
        MoneyBasis::Present => "discounted to the start",
    };
    let prices = if asked.place_adjusted { ", adjusted to the prices of each place" } else { "" };
    format!("{tax}, {money}{prices}")
}

/// A comparison: the sentence, then offers by year and by component, what the answer hangs on, and what to know of it.
pub fn text(answer: &Answer, asked: &Assumptions) -> String {
    let mut text = String::new();
    let outlook = answer;
    let answer = &answer.comparison;
    let c = &answer.comparison;
    let _ = writeln!(text, "{}\n{}\n", answer.headline.plain(), answer.summary.plain());
    let _ =
        writeln!(text, "{}; {} futures from seed {}.\n", basis(asked), format::count(c.futures.paths), c.futures.seed);
    for (offer, futures) in c.offers.iter().zip(&c.futures.offers) {
        let _ = writeln!(text, "{} ({})", offer.name, offer.id);
        for year in &offer.years {
            let parts: Vec<String> = year
                .components
                .iter()
                .map(|p| format!("{} {}", p.component.label(), format::money(p.amount, c.currency)))
                .collect();
            let _ = writeln!(
                text,
                "  year {:<2} {:>14}   {}",
                year.year,
                format::money(year.total, c.currency),
                parts.join(", ")
            );
        }
        for part in &offer.components {
            let claimed =
                part.claimed.map_or(String::new(), |c2| format!("   claimed {}", format::money(c2, c.currency)));
            let _ = writeln!(
                text,
                "  {:<8} {:>14}{claimed}",
                part.component.label(),
                format::money(part.amount, c.currency)
            );
        }
        let _ = writeln!(text, "  total    {:>14}", format::money(offer.total, c.currency));
        if let Some(band) = futures.cumulative.last() {
            let _ = writeln!(
                text,
                "  in 8 of 10 futures {} to {}\n",
                format::money(band.p10, c.currency),
                format::money(band.p90, c.currency)
            );
        }
    }
    if !outlook.swings.is_empty() {
        let names: Vec<&str> = outlook.between.iter().map(|offer| offer.name.as_str()).collect();
        let _ = writeln!(text, "How much more {} is worth than {}, with one thing changed", names[0], names[1]);
    }
    for swing in &outlook.swings {
        let [low, high] = swing.tried.map(|value| format!("{:.0} {}", value, swing.unit));
        let [at_low, at_high] = swing.difference.map(|amount| format::money(amount, c.currency));
        let flips = match &swing.flips[..] {
            [] => "never the same within range".to_owned(),
            at => {
                let at: Vec<String> = at.iter().map(|value| format!("{value:.1} {}", swing.unit)).collect();
                format!("the same at {}", at.join(" and at "))
            }
        };
        let _ = writeln!(text, "  {:<34} {at_low:>14} at {low:<12} {at_high:>14} at {high:<12} {flips}", swing.label);
    }
    text.push('\n');
    for note in &answer.watch {
        let _ = writeln!(text, "{}: {}", note.title, note.text);
    }
    for note in c.findings.iter().filter(|finding| finding.severity == Severity::Note) {
        let _ = writeln!(text, "{}: {} {}", note.path, note.message, note.fix);
    }
    text
}
