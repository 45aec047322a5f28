//! Why a figure is what it is: the lines it sums, each with its arithmetic and the input that made it.

use crate::comparison;
use crate::ledger::{Character, Component, Line};
use crate::settings::Settings;
use counterweight_domain::assumptions::MoneyBasis;
use counterweight_domain::{Case, Currency};
use counterweight_inference::workload;
use rust_decimal::Decimal;
use serde::Serialize;
use ts_rs::TS;

/// A figure taken apart.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// What the figure is: `Fjord, year 2, equity`.
    pub title: String,
    /// Its currency.
    pub currency: Currency,
    /// The figure: the sum of the lines.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub total: Decimal,
    /// The lines it sums, by date.
    pub lines: Vec<Line>,
    /// What it rests on: assumptions and facts in use, each in a sentence with its source.
    pub rests_on: Vec<Assumed>,
}

/// An assumption or a fact behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Assumed {
    /// What it is about.
    pub label: String,
    /// Its value with its unit.
    pub value: String,
    /// Where it comes from: the letter, a catalogue with its date, the usual.
    pub source: String,
}

/// Takes a figure of an offer apart: of one year or of all, of one component or of all. None when the case has no
/// such offer.
pub fn explain(case: &Case, offer: &str, year: Option<u32>, component: Option<Component>) -> Option<Explanation> {
    let settings = Settings::of(case);
    let place = case.offers.iter().position(|o| o.id == offer)?;
    let (ledgers, _) = comparison::ledgers(case, &settings);
    let lines: Vec<Line> = ledgers
        .into_iter()
        .nth(place)?
        .lines
        .into_iter()
        .filter(|l| year.is_none_or(|year| l.year() == year) && component.is_none_or(|c| l.component == c))
        .collect();
    let mut title = case.offers[place].name().to_owned();
    match year {
        Some(year) => title.push_str(&format!(", year {year}")),
        None => title.push_str(&format!(", {} years", settings.horizon_years)),
    }
    if let Some(component) = component {
        title.push_str(&format!(", {}", component.label().to_lowercase()));
    }
    Some(Explanation {
        title,
        currency: settings.currency,
        total: lines.iter().map(|l| l.amount).sum(),
        rests_on: rests_on(case, &settings, &lines),
        lines,
    })
}

/// The assumptions that the lines rest on.
fn rests_on(case: &Case, settings: &Settings, lines: &[Line]) -> Vec<Assumed> {
    let has = |component: Component| lines.iter().any(|l| l.component == component);
    let said =
        |blank: bool| if blank { "the usual, change it under What if".to_owned() } else { "set by you".to_owned() };
    let a = &case.assumptions;
    let mut found = vec![Assumed {
        label: "Time counted".into(),
        value: format!("{} months of {} years", settings.stay_months, settings.horizon_years),
        source: said(a.horizon_years.is_blank() && a.stay_months.is_blank()),
    }];
    let mut add =
        |label: &str, value: String, source: String| found.push(Assumed { label: label.into(), value, source });
    let money = match settings.money {
        MoneyBasis::Nominal => None,
        MoneyBasis::Real => Some(("In the purchasing power of the start", settings.inflation, a.inflation.is_blank())),
        MoneyBasis::Present => Some(("Discounted to the start", settings.discount, a.discount.is_blank())),
    };
    if let Some((label, rate, blank)) = money {
        add(label, format!("{:.1} % a year", rate * 100.0), said(blank));
    }
    if lines.iter().any(|l| l.character == Character::Tax) {
        let value = "what this pay adds to the year's tax, borne by its parts in proportion".to_owned();
        add("Tax", value, "the rules of the place, on the tax bill".to_owned());
    }
    if has(Component::Bonus) {
        let value = settings.bonus_payout.map_or_else(
            || "as each offer says".to_owned(),
            |p| format!("{} % of target", (p * Decimal::ONE_HUNDRED).normalize()),
        );
        add("Bonus paid at", value, said(a.bonus_payout.is_blank()));
    }
    if has(Component::Equity) {
        add(
            "Share price change",
            format!("{:.1} % a year", settings.share_growth * 100.0),
            said(a.share_growth.is_blank()),
        );
    }
    if has(Component::Tokens) || has(Component::Hardware) {
        let silences = workload::silences();
        let w = &case.workload;
        let model = if w.cloud_model.is_empty() { &silences.cloud_model.value } else { &w.cloud_model };
        add("Cloud model", model.clone(), said(w.cloud_model.is_empty()));
        add(
            "Own share of use",
            format!(
                "{} %",
                if w.personal_share.is_blank() {
                    silences.personal_percent.value.to_string()
                } else {
                    w.personal_share.text().to_owned()
                }
            ),
            if w.personal_share.is_blank() { silences.personal_percent.source.clone() } else { said(false) },
        );
        add(
            "Other own use is worth",
            format!(
                "{} % of list price",
                if w.option_value.is_blank() {
                    silences.option_percent.value.to_string()
                } else {
                    w.option_value.text().to_owned()
                }
            ),
            if w.option_value.is_blank() { silences.option_percent.source.clone() } else { said(false) },
        );
    }
    found
}
