//! What a token budget is worth, and what the same work costs by other routes.

use crate::App;
use crate::command::{machines, token_why};
use crate::error::ErrorBody;
use crate::wire::{
    Nothing, PriceFileRequest, PriceFileResponse, Sentence, TokenChoices, TokensRequest, TokensResponse,
};
use crate::words::{name, sentence};
use counterweight_domain::budget::{PersonalUse, TokenBudget};
use counterweight_domain::{Case, CivilDate, Currency, PriceFile};
use counterweight_engine::compute_plan::{self, BudgetFigures, ComputePlan};
use counterweight_engine::settings::Settings;
use counterweight_inference::catalogue;
use counterweight_inference::workload::classes;
use counterweight_inference::{price_file as list, price_scenario};
use counterweight_report::scene::Canvas;
use counterweight_report::{chart, format};

/// What a token budget is worth, and what the work costs by other routes.
///
/// # Errors
/// None: what cannot be computed is a finding.
pub fn tokens(_: &App, request: TokensRequest) -> Result<TokensResponse, ErrorBody> {
    Ok(planned(&request.case, request.offer.as_deref(), request.canvas))
}

/// The plan with its words and its pictures.
pub fn planned(case: &Case, offer: Option<&str>, canvas: Canvas) -> TokensResponse {
    let settings = Settings::of(case);
    let mut findings = case.check();
    let place = match offer {
        Some(id) => case.offers.iter().position(|o| o.id == id),
        None => case.offers.iter().position(|o| o.token_budget.is_some()),
    };
    let plan = compute_plan::plan(case, &settings, place, &mut findings);
    TokensResponse {
        headline: headline(&plan, place.and_then(|i| case.offers.get(i)).and_then(|o| o.token_budget.as_ref())),
        summary: summary(&plan),
        worth: plan.budget.is_some().then(|| chart::budget_worth(&plan, canvas)),
        balance: plan.budget.is_some().then(|| chart::budget_balance(&plan, canvas)),
        balance_text: plan.budget.as_ref().map_or_else(String::new, |b| balance_text(b, plan.currency)),
        routes: (plan.routes.cloud.is_some() || plan.routes.rent.is_some()).then(|| chart::routes(&plan, canvas)),
        routes_text: routes_text(&plan),
        why: token_why::why(case, &plan),
        plan,
        findings: findings.into_vec(),
    }
}

fn headline(plan: &ComputePlan, terms: Option<&TokenBudget>) -> Sentence {
    let years = format::years(plan.months / 12);
    match (&plan.budget, plan.work.list_cost_per_month) {
        (Some(budget), _) => sentence(&format!(
            "Of **{}** over {years}, **{}** counts as pay{}.",
            format::whole(budget.claimed, plan.currency),
            format::whole(budget.counted, plan.currency),
            terms.map_or("", no_own_use)
        )),
        (None, Some(cost)) => {
            sentence(&format!("Your work costs **{}** a month at list price.", format::whole(cost, plan.currency)))
        }
        (None, None) if plan.work.calls_per_month.is_zero() => {
            sentence("Your use of tokens cannot be read. The marked fields say why.")
        }
        (None, None) => sentence("Pick a model with a price to see what your work costs."),
    }
}

/// Why nothing of a budget serves the person, as the end of a sentence; empty where own use is allowed.
fn no_own_use(terms: &TokenBudget) -> &'static str {
    match terms.personal_use {
        PersonalUse::NotAllowed => ": the letter does not allow own use",
        PersonalUse::NotSaid => ": the letter does not say that own use is allowed",
        PersonalUse::Share | PersonalUse::Allowed => "",
    }
}

fn summary(plan: &ComputePlan) -> Sentence {
    let mut text = String::new();
    if let Some(b) = &plan.budget {
        let at = |amount| format::whole(amount, plan.currency);
        text.push_str(&format!(
            "At {}, {} expires unused and {} is the employer's cost of your work. What you would have bought anyway ({}) counts in full, other own use ({}) at {}. ",
            name(&plan.name),
            at(b.breakage),
            at(b.enabler),
            at(b.perk),
            at(b.option_use),
            at(b.option_value),
        ));
        if !b.employer_paid.is_zero() {
            text.push_str(&format!(
                "The employer would pay {} more for work beyond the budget, if it approves all of it. ",
                at(b.employer_paid)
            ));
        }
        if !b.out_of_pocket.is_zero() {
            text.push_str(&format!("You would pay {} for work beyond the budget. ", at(b.out_of_pocket)));
        }
    }
    if let Some((cash, worth)) =
        plan.budget.as_ref().and_then(|b| b.worth.as_ref()).and_then(|w| Some((w.cash_equivalent?, w)))
    {
        let at = |amount| format::whole(amount, plan.currency);
        text.push_str(&format!("After tax that is {} in hand", at(cash)));
        if let Some(gross) = worth.gross_salary {
            text.push_str(&format!(", as much as {} of salary leaves", at(gross)));
        }
        text.push_str(&format!("; it costs the employer {}. ", at(worth.employer_cost)));
    }
    if let Some(cost) = plan.work.list_cost_per_month.filter(|_| plan.budget.is_some()) {
        text.push_str(&format!("Your work costs {} a month at list price today. ", format::whole(cost, plan.currency)));
    }
    sentence(text.trim_end())
}

fn balance_text(budget: &BudgetFigures, currency: Currency) -> String {
    let dates = &budget.run_out;
    let mut text = if budget.runs_out > 0.0 {
        let by =
            |place: usize, words: &str| dates.by[place].as_deref().map(|day| format!("{words} by {}", in_words(day)));
        let parts: Vec<String> =
            [by(0, "in 10 of 100"), by(1, "in half of them"), by(2, "in 90 of 100")].into_iter().flatten().collect();
        let when = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        format!(
            "It runs out before a period ends in {} futures{when}. In {} it never does.",
            format::of_hundred(budget.runs_out),
            format::of_hundred(dates.never)
        )
    } else {
        format!(
            "It lasts to the end of every period in all futures; {} of {} expires unused.",
            format::whole(budget.breakage, currency),
            format::whole(budget.claimed, currency)
        )
    };
    if dates.taken_back > 0.0 {
        text.push_str(&format!(" The employer takes it back in {} futures.", format::of_hundred(dates.taken_back)));
    }
    text
}

/// A day in words: 15 January 2027.
fn in_words(day: &str) -> String {
    counterweight_domain::Entry::<CivilDate>::typed(day)
        .value()
        .map_or_else(|| day.to_owned(), |date| date.jiff().strftime("%-d %B %Y").to_string())
}

/// What can be picked for the work and its prices.
///
/// # Errors
/// None.
pub fn choices(_: &App, _: Nothing) -> Result<TokenChoices, ErrorBody> {
    Ok(TokenChoices { profiles: classes::profiles().to_vec(), scenarios: price_scenario::scenarios().to_vec() })
}

/// Reads a price list in the form of LiteLLM or models.dev, and keeps the rows of the models one can pick.
///
/// # Errors
/// None: what cannot be used is a finding.
pub fn price_file(_: &App, request: PriceFileRequest) -> Result<PriceFileResponse, ErrorBody> {
    let wanted: Vec<(&str, &str)> =
        catalogue::cloud_models().iter().map(|m| (m.provider.as_str(), m.model.as_str())).collect();
    let name = if request.name.trim().is_empty() { "the pasted list" } else { request.name.trim() };
    Ok(match list::kept(name, &request.text, &wanted) {
        Ok(text) => {
            let prices = list::read(name, &text).map_or(0, |table| table.len());
            PriceFileResponse {
                file: Some(PriceFile { name: name.to_owned(), text }),
                prices: u32::try_from(prices).unwrap_or(u32::MAX),
                findings: Vec::new(),
            }
        }
        Err(findings) => PriceFileResponse { file: None, prices: 0, findings: findings.into_vec() },
    })
}

/// What the routes say, in a sentence or two.
fn routes_text(plan: &ComputePlan) -> String {
    if plan.routes.machine.is_none() && plan.routes.cloud.is_some() {
        return "Pick a machine and a model that fits it to compare owning with the cloud.".to_owned();
    }
    machines::paybacks(&plan.routes, plan.months).unwrap_or_default()
}

#[cfg(test)]
mod tests;
