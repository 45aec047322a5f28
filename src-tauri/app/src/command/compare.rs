//! Offers side by side, in figures, in words and as a picture.

use crate::App;
use crate::error::{Code, ErrorBody};
use crate::runs::Run;
use crate::wire::{
    CaseRequest, CompareChart, CompareRequest, CompareResponse, ExplainRequest, Flip, FlipsResponse, Nothing, Sentence,
    StopRequest, WatchNote,
};
use crate::words::{name, sentence};
use counterweight_domain::Case;
use counterweight_domain::budget::{Attached, CashRelation, LockIn, Owner, Rollover};
use counterweight_domain::offer::{Clawback, OfferKind};
use counterweight_engine::comparison::{self, Comparison, OfferValue};
use counterweight_engine::explanation::{self, Explanation};
use counterweight_engine::ledger::Component;
use counterweight_engine::questions;
use counterweight_engine::sensitivity::{self, Assumption};
use counterweight_engine::settings::Settings;
use counterweight_report::scene::{Canvas, Scene};
use counterweight_report::{chart, format};

/// Compares the offers of a case.
///
/// # Errors
/// When a newer comparison has taken its place. What cannot be computed is a finding.
pub fn compare(app: &App, request: CompareRequest) -> Result<CompareResponse, ErrorBody> {
    let run = app.runs.begin(request.run.as_deref());
    let found = comparison::compare_while(&request.case, &|| run.goes_on()).ok_or_else(Run::overtaken)?;
    Ok(told(&request.case, found, request.chart, request.canvas))
}

/// Stops the run of this name, if any is under way; its request then ends as overtaken.
///
/// # Errors
/// None.
pub fn stop(app: &App, request: StopRequest) -> Result<Nothing, ErrorBody> {
    app.runs.stop(&request.run);
    Ok(Nothing {})
}

/// The comparison with its words and its picture.
pub fn compared(case: &Case, kind: CompareChart, canvas: Canvas) -> CompareResponse {
    told(case, comparison::compare(case), kind, canvas)
}

fn told(case: &Case, comparison: Comparison, kind: CompareChart, canvas: Canvas) -> CompareResponse {
    CompareResponse {
        headline: headline(&comparison),
        summary: summary(&comparison),
        scene: draw(&comparison, kind, canvas),
        watch: watch(case, &comparison),
        comparison,
    }
}

/// A chart of a comparison.
pub fn draw(comparison: &Comparison, kind: CompareChart, canvas: Canvas) -> Scene {
    match kind {
        CompareChart::TotalValue => chart::total_value(comparison, canvas),
        CompareChart::Range => chart::range(comparison, canvas),
    }
}

fn find<'a>(comparison: &'a Comparison, id: Option<&String>) -> Option<&'a OfferValue> {
    comparison.offers.iter().find(|o| Some(&o.id) == id)
}

fn headline(comparison: &Comparison) -> Sentence {
    let years = format::years(comparison.horizon_years);
    let (Some(best), Some(lead)) = (find(comparison, comparison.best.as_ref()), &comparison.lead) else {
        return match find(comparison, comparison.best.as_ref()) {
            Some(only) => sentence(&format!(
                "**{}** is worth **{}** over {years}.",
                name(&only.name),
                format::whole(only.total, comparison.currency)
            )),
            None => sentence("Enter an offer to see what it is worth."),
        };
    };
    let second = find(comparison, comparison.runner_up.as_ref()).map_or("the next", |o| &o.name);
    if best.total.is_zero() {
        return sentence("Enter what the offers pay to see which is worth more.");
    }
    if lead.amount.is_zero() {
        return sentence(&format!(
            "**{}** and **{}** are worth the same over {years}.",
            name(&best.name),
            name(second)
        ));
    }
    sentence(&format!(
        "**{}** is worth **{}** more than {} over {years}, in **{}** futures.",
        name(&best.name),
        format::whole(lead.amount, comparison.currency),
        name(second),
        format::of_hundred(lead.probability)
    ))
}

fn summary(comparison: &Comparison) -> Sentence {
    let mut text = String::new();
    if let Some(lead) = comparison.lead.as_ref().filter(|lead| !lead.amount.is_zero()) {
        let (low, high) = (lead.difference.p10, lead.difference.p90);
        text.push_str(&format!(
            "In 8 of 10 futures the difference lies between {} and {}. ",
            format::signed(low.round(), comparison.currency),
            format::signed(high.round(), comparison.currency)
        ));
        // 1.96 standard errors on either side hold 95 of 100 such samples.
        text.push_str(&format!("The share is good to {:.1} points. ", lead.probability_error * 196.0));
    }
    // What is missing from several offers is said once, with their names.
    let mut missing: Vec<(String, Vec<String>)> = Vec::new();
    for offer in comparison.offers.iter().filter(|o| !o.left_out.is_empty()) {
        let what = offer.left_out.join(", ");
        match missing.iter_mut().find(|(said, _)| *said == what) {
            Some((_, names)) => names.push(name(&offer.name)),
            None => missing.push((what, vec![name(&offer.name)])),
        }
    }
    let missing: Vec<String> =
        missing.into_iter().map(|(what, names)| format!("{}: {what}", names.join(", "))).collect();
    if !missing.is_empty() {
        text.push_str(&format!("**Left out:** {}. ", missing.join("; ")));
    }
    sentence(text.trim_end())
}

/// What to watch: budgets that count for little, cash that a budget displaces, money that may have to be paid back,
/// and the first question the letter leaves open.
fn watch(case: &Case, comparison: &Comparison) -> Vec<WatchNote> {
    let settings = Settings::of(case);
    let mut notes = Vec::new();
    for (offer, value) in case.offers.iter().zip(&comparison.offers) {
        if offer.kind == OfferKind::CurrentJob {
            continue;
        }
        let mut add = |title: String, text: String| {
            notes.push(WatchNote { offer: offer.id.clone(), title, text });
        };
        let shown = name(&value.name);
        if let Some(budget) = &offer.token_budget {
            let tokens = value.components.iter().find(|c| c.component == Component::Tokens);
            if let Some((tokens, claimed)) = tokens.and_then(|t| t.claimed.map(|claimed| (t, claimed))) {
                let mut why = Vec::new();
                if matches!(budget.rollover, Rollover::None | Rollover::NotSaid) {
                    why.push("what is not used is lost");
                }
                if budget.owner == Owner::Pooled {
                    why.push("it is shared");
                }
                if budget.lock_in == LockIn::OneProvider || budget.lock_in == LockIn::OneStack {
                    why.push("it is tied to one provider");
                }
                let why = if why.is_empty() { String::new() } else { format!(" Mind that {}.", why.join(", and ")) };
                add(
                    format!("{shown}: tokens"),
                    format!(
                        "Claimed {}, counted {}: work for the job is a tool, not pay.{why}",
                        format::whole(claimed, comparison.currency),
                        format::whole(tokens.amount, comparison.currency)
                    ),
                );
            }
            if budget.output_uplift == Attached::Yes {
                let shown_too = if budget.usage_in_reviews == Attached::Yes {
                    " Its use is shown in reviews, so it can be held against you either way."
                } else {
                    ""
                };
                add(
                    format!("{shown} expects more output"),
                    format!(
                        "The token budget comes with more output expected: what it saves you in time is then the employer's, and the budget is a target more than a perk. Ask how output is measured, by how much it has to rise, and what follows if it does not.{shown_too}"
                    ),
                );
            }
            if budget.cash_relation == CashRelation::Instead {
                add(
                    format!("{shown} displaces cash"),
                    "The token budget comes instead of cash or equity. Ask for the base without it.".into(),
                );
            }
        }
        if offer.sign_on.amount.value().is_some_and(|a| !a.decimal().is_zero()) {
            let text = match (offer.sign_on.clawback, offer.sign_on.clawback_months.value()) {
                (Clawback::ProRata, Some(months)) => {
                    Some(format!("It is repaid pro rata if you leave within {}.", format::months(months.get())))
                }
                (Clawback::Cliff, Some(months)) => {
                    Some(format!("All of it is repaid if you leave within {}.", format::months(months.get())))
                }
                _ => None,
            };
            if let Some(text) = text {
                add(format!("{shown}: sign-on"), text);
            }
        }
        let questions = questions::unweighed(case, value.position as usize, &settings);
        if !questions.is_empty() {
            let first: Vec<&str> = questions.iter().take(2).map(|q| q.text.as_str()).collect();
            add(format!("Ask {shown}"), first.join(" "));
        }
    }
    notes
}

/// Where the sliders of the tray flip the answer.
///
/// # Errors
/// None.
pub fn flips(_: &App, request: CaseRequest) -> Result<FlipsResponse, ErrorBody> {
    let case = &request.case;
    let settings = Settings::of(case);
    let (ledgers, _) = comparison::ledgers(case, &settings);
    let pair = comparison::pair(case, &ledgers);
    let flips = Assumption::ALL
        .into_iter()
        .map(|assumption| {
            let at = pair.map_or_else(Vec::new, |(a, b)| sensitivity::flips(case, assumption, a, b));
            let now = assumption.value(case, &settings);
            let nearest = at.iter().copied().min_by(|a, b| (a - now).abs().total_cmp(&(b - now).abs()));
            let text = match (pair, nearest) {
                (None, _) => String::new(),
                (Some(_), None) => "never flips".to_owned(),
                (Some(_), Some(nearest)) => format!("flips at {}", flip_value(assumption, nearest)),
            };
            Flip {
                path: assumption.path(),
                value: format!("{}", (assumption.value(case, &settings) * 100.0).round() / 100.0),
                range: assumption.range(&settings),
                at,
                text,
            }
        })
        .collect();
    Ok(FlipsResponse { flips })
}

fn flip_value(assumption: Assumption, value: f64) -> String {
    match assumption {
        Assumption::StayMonths => format!("month {value:.0}"),
        Assumption::ShareGrowth
        | Assumption::TokenPrice
        | Assumption::UseGrowth
        | Assumption::Inflation
        | Assumption::Discount
        | Assumption::Raise(_) => {
            let sign = if value < 0.0 { "− " } else { "+ " };
            format!("{sign}{:.1} % a year", value.abs())
        }
        Assumption::BonusPayout | Assumption::PersonalShare | Assumption::ExitChance(_) | Assumption::ExitValue(_) => {
            format!("{value:.0} %")
        }
    }
}

/// Takes a figure apart.
///
/// # Errors
/// When the case has no such offer.
pub fn explain(_: &App, request: ExplainRequest) -> Result<Explanation, ErrorBody> {
    explanation::explain(&request.case, &request.offer, request.year, request.component).ok_or_else(|| ErrorBody {
        code: Code::NotFound,
        message: "This offer is not in the case any more.".to_owned(),
        field: Some("offers".to_owned()),
        hint: Some("Pick another figure.".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_report::scene::Theme;

    /// A budget that comes with more output expected is a note at its offer, and one that does not is none; where use is shown
    /// in reviews the note says so as well.
    #[test]
    fn more_output_expected_is_a_note() {
        let notes = |uplift, reviews| {
            let start = counterweight_domain::CivilDate::new(2027, 1, 4).expect("a date");
            let mut case = crate::sample::sample(start);
            let offered = |offer: &counterweight_domain::Offer| offer.kind != OfferKind::CurrentJob;
            let budgeted = |offer: &counterweight_domain::Offer| offered(offer) && offer.token_budget.is_some();
            let place = case.offers.iter().position(budgeted).expect("a budget");
            let budget = case.offers[place].token_budget.as_mut().expect("a budget");
            (budget.output_uplift, budget.usage_in_reviews) = (uplift, reviews);
            let canvas = Canvas { width: 240, height: 120, theme: Theme::Light };
            let found = compared(&case, CompareChart::TotalValue, canvas).watch;
            let at = case.offers[place].id.clone();
            found.into_iter().find(|note| note.offer == at && note.title.contains("expects more output"))
        };
        let asked = notes(Attached::Yes, Attached::No).expect("a note");
        assert!(
            asked.text.contains("target more than a perk") && !asked.text.contains("shown in reviews"),
            "{asked:?}"
        );
        assert!(notes(Attached::Yes, Attached::Yes).expect("a note").text.contains("shown in reviews"));
        assert!(notes(Attached::No, Attached::Yes).is_none() && notes(Attached::NotSaid, Attached::No).is_none());
    }
}
