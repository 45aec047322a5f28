//! Compute as pay: what a token budget and a hardware stipend add to an offer.
//!
//! Of every budget only three things count: what the person would have bought anyway, a stated part of other own
//! use, and what is cashed on leaving; work that the person has to pay counts against it. What the budget spends
//! on the employer's work is a tool of the job and is never added to pay, and what expires is worth nothing.

use crate::ledger::{Character, Component, Tier};
use crate::offer_value::{Build, work};
use crate::price_book;
use crate::routing::shares::Sharing;
use crate::settings::{Settings, words};
use crate::simulation::model::{BudgetModel, ComputeModel, OwnMachine};
use crate::tax::fringe::{Use, rule_of};
use crate::tax::place::Place;
use counterweight_domain::budget::{OnLeaving, Ownership, PersonalUse, Revocable, TaxTreatment};
use counterweight_domain::{Case, CivilDate, Findings, HardwareStipend, Offer, Path, Problem, money};
use counterweight_inference::balance::future::FutureDraws;
use counterweight_inference::balance::{self, Lots};
use counterweight_inference::ownership::{self, Owned};
use counterweight_inference::workload::{Priced, Work, silences};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

mod terms;

/// The workload at an offer: its figures, and by month its calls, the price of a call in the case's currency, and the
/// price of the same tokens against the first month.
#[derive(Debug, Clone)]
pub(crate) struct PricedWork {
    pub work: Work,
    pub calls: Vec<f64>,
    pub per_call: Vec<f64>,
    pub index: Vec<f64>,
    /// One US dollar in the case's currency.
    pub dollar: f64,
}

/// The priced workload over `months` from `start`. None, with a finding, when it cannot be read or priced.
pub(crate) fn priced(
    case: &Case,
    settings: &Settings,
    start: CivilDate,
    months: u32,
    findings: &mut Findings,
) -> Option<PricedWork> {
    let (work, dollar) = work(case, settings, findings)?;
    match work.priced(&price_book::book(case, findings), start, months) {
        Ok(Priced { calls, per_call, index, by_hour }) => {
            if let Some(within) = by_hour.filter(|_| work.runs_from.is_none()) {
                findings.note(
                    &Path::root().join("workload").join("runsFrom"),
                    Problem::new(
                        "price.byHour",
                        format!(
                            "The price of {} depends on the hour: for {} hours of the day it is {} times its lowest. When your work runs is not said, so the mean of the whole day is used.",
                            work.cloud_model,
                            within.hours_at_highest,
                            within.highest / within.lowest
                        ),
                        "Say at which hour your work begins.",
                    ),
                );
            }
            Some(PricedWork {
                work,
                calls,
                per_call: per_call.into_iter().map(|d| d * dollar).collect(),
                index,
                dollar,
            })
        }
        Err(problem) => {
            findings.error(
                &Path::root().join("workload").join("cloudModel"),
                Problem::new("price.unknown", problem.to_string(), "Pick a model with a price."),
                "what tokens are worth and cost",
            );
            None
        }
    }
}

/// Adds what the token budget and the hardware of an offer are worth.
pub(crate) fn add(case: &Case, offer: &Offer, build: &mut Build, findings: &mut Findings) {
    if offer.token_budget.is_none() && offer.hardware.is_none() {
        return;
    }
    let months = build.settings.stay_months;
    let priced = priced(case, build.settings, build.start, months, findings);
    let terms = offer.token_budget.as_ref().and_then(|budget| {
        let terms = terms::terms(budget, build, priced.as_ref(), findings)?;
        let people = terms::people(budget);
        build.claimed_tokens = Some({
            let index = priced.as_ref().map(|priced| terms::index(budget, priced));
            terms::claimed(&terms, people, build, index.as_deref(), months)
        });
        Some(BudgetModel {
            steps: balance::steps(&terms, build.start, months),
            terms,
            people,
            others: terms::others(case),
            revocation: terms::revocation(case, budget),
        })
    });
    if let Some(stipend) = &offer.hardware {
        resale(stipend, priced.as_ref(), build);
    }
    let Some(mut priced) = priced else { return };
    let machine = offer.hardware.as_ref().and_then(|stipend| own_machine(stipend, &priced.work, build, findings));
    if terms.is_none() && machine.is_none() {
        return;
    }
    let machine = share_out(case, offer, &mut priced, machine, build, findings);
    let mut model = model(&priced, terms, machine, months);
    if let Some(budget) = &offer.token_budget {
        model.index = terms::index(budget, &priced);
    }
    if build.weight(1) != Decimal::ONE || build.weight(months) != Decimal::ONE {
        model.weights = (1..=months).map(|month| build.weight(month).to_f64().unwrap_or(1.0)).collect();
    }
    taxed(&model, offer, build);
    lines(&model, offer, build);
    build.model.compute = Some(model);
}

/// Leaves the calls that wait out of the work, and gives the machine of the offer the share that routing gives it: the mean
/// over the months, as what its hours cannot hold is the budget's anyway.
fn share_out(
    case: &Case,
    offer: &Offer,
    priced: &mut PricedWork,
    machine: Option<OwnMachine>,
    build: &Build,
    findings: &mut Findings,
) -> Option<OwnMachine> {
    let months = u32::try_from(priced.calls.len()).unwrap_or(0);
    let sharing = Sharing { work: &priced.work, rules: &case.workload.local.rules, index: &priced.index, months };
    let key = offer.hardware.as_ref().map_or("", |stipend| stipend.machine.as_str());
    let shares = match priced.work.setup_on(key) {
        Ok(setup) if machine.is_some() => sharing.on_machine(&setup),
        _ => sharing.in_cloud(),
    };
    let all: f64 = priced.calls.iter().sum();
    let mut local = 0.0;
    for (calls, to) in priced.calls.iter_mut().zip(&shares) {
        local += *calls * to.local;
        *calls *= (to.local + to.cloud).min(1.0);
    }
    if terms::locked_out(offer, &priced.work, build, findings) {
        // The budget pays for none of it; the machine still does its part.
        for (calls, to) in priced.calls.iter_mut().zip(&shares) {
            let done = to.local + to.cloud;
            *calls *= if done > 0.0 { to.local / done } else { 0.0 };
        }
        return machine.map(|machine| OwnMachine { share: 1.0, ..machine });
    }
    let done: f64 = priced.calls.iter().sum();
    if done < all * 0.995 {
        findings.note(
            &build.path.join("tokenBudget"),
            Problem::new(
                "budget.workWaits",
                format!(
                    "{:.0} % of your work may not leave for the cloud and no machine of this offer does it: it waits, and the budget pays nothing for it.",
                    (1.0 - done / all) * 100.0
                ),
                "Let this work leave for the cloud, or ask for a machine.",
            ),
        );
    }
    machine.map(|machine| OwnMachine { share: if done > 0.0 { local / done } else { 0.0 }, ..machine })
}

/// The model of a budget and a machine at a priced workload.
fn model(priced: &PricedWork, budget: Option<BudgetModel>, machine: Option<OwnMachine>, months: u32) -> ComputeModel {
    let work = &priced.work;
    ComputeModel {
        budget,
        calls: priced.calls[..months as usize].to_vec(),
        per_call: priced.per_call.clone(),
        index: priced.index.clone(),
        elasticity: work.elasticity(),
        scenario: work.scenario,
        spread: work.spread,
        personal_share: work.personal_share,
        would_buy: work.would_buy,
        option_value: work.option_value,
        machine,
        weights: Vec::new(),
    }
}

/// The machine that an offer brings, at the workload. None when it is not settled or cannot run the model.
fn own_machine(stipend: &HardwareStipend, work: &Work, build: &Build, findings: &mut Findings) -> Option<OwnMachine> {
    if stipend.machine.is_empty() {
        return None;
    }
    match Owned::on(&stipend.machine, work) {
        Ok(owned) => {
            let mine = matches!(stipend.ownership, Ownership::Mine | Ownership::MineAfter);
            Some(OwnMachine {
                owned,
                share: work.local_share,
                electricity: if mine { work.electricity } else { 0.0 },
                own_use: stipend.ownership == Ownership::Mine || stipend.personal_use == PersonalUse::Allowed,
            })
        }
        Err(problem) => {
            findings.warn(
                &build.path.join("hardware").join("machine"),
                Problem::new(
                    "machine.cannotRun",
                    problem.to_string(),
                    "Pick another machine or a smaller model; until then only its resale is counted.",
                ),
            );
            None
        }
    }
}

/// Adds what the machine can be sold for at the end of the months counted, when it is the person's by then.
fn resale(stipend: &HardwareStipend, priced: Option<&PricedWork>, build: &mut Build) {
    let Some(amount) = stipend.amount.value().map(|a| a.decimal()) else { return };
    build.claimed_hardware = Some(money::round(amount * build.rate, build.settings.currency));
    let stay = build.settings.stay_months;
    let mine = match stipend.ownership {
        Ownership::Mine => true,
        Ownership::MineAfter => stipend.ownership_months.value().is_some_and(|months| months.get() <= stay),
        Ownership::NotSaid | Ownership::Employers => false,
    };
    let kept = match stipend.resale.value() {
        Some(kept) => kept.fraction().to_f64(),
        None if stipend.resale.is_blank() => {
            Some(priced.map_or_else(|| silences().resale_percent.value / 100.0, |p| p.work.resale))
        }
        None => None,
    };
    let (true, Some(kept)) = (mine, kept) else { return };
    let value = ownership::resale((amount * build.rate).to_f64().unwrap_or(0.0), kept, stay);
    let Some(value) = money::from_sample(value, build.settings.currency) else { return };
    let how = format!(
        "sold after {stay} months for what is left of {}, keeping {:.0} % of its value each year",
        words(amount, build.currency),
        kept * 100.0
    );
    let path = build.path.join("hardware").join("amount");
    if let Some(amount) =
        build.case_line(stay, value, Component::Hardware, Tier::Speculative, Character::Untaxed, &path, how)
    {
        build.constant(stay, amount);
    }
}

/// Counts what of a budget is taxed as pay, as the letter says: all of a stipend, the personal share of imputed income,
/// nothing of a tool of work; what the employer grosses up costs the person nothing. A stipend that the letter calls
/// none of these is a tool of work.
fn taxed(model: &ComputeModel, offer: &Offer, build: &mut Build) {
    let Some(budget) = &offer.token_budget else { return };
    let tier = Tier::Speculative;
    let currency = build.settings.currency;
    let place = Place::read(&offer.place, &build.path.join("place"), &mut Findings::default());
    let rule = place.and_then(|place| rule_of(place, Use::Personal)).map_or(Decimal::ONE, |rule| rule.value);
    match budget.tax {
        TaxTreatment::NotSaid | TaxTreatment::WorkingCondition | TaxTreatment::GrossedUp => {}
        TaxTreatment::TaxableStipend => {
            // Wages of the month in which it is granted; running totals are rounded, so that no cent is lost on the way.
            let mut granted = Vec::new();
            model.run(&mut Lots::default(), &FutureDraws::PLANNED, |month, value| {
                granted.push((month, value.budget.granted));
            });
            let mut running = Running::default();
            for (month, amount) in granted {
                let part = running.next(amount, currency);
                tax_on(month, part, tier, build);
            }
        }
        TaxTreatment::ImputedIncome => {
            let mut own = Vec::new();
            model.run(&mut Lots::default(), &FutureDraws::PLANNED, |month, value| {
                own.push((month, value.budget.perk + value.budget.own));
            });
            for (month, amount) in own {
                let amount = money::from_sample(amount, currency).unwrap_or_default() * rule;
                tax_on(month, money::round(amount, currency), tier, build);
            }
        }
    }
    // What is paid out in cash on leaving is wages; a stipend has been taxed already.
    if budget.on_leaving == OnLeaving::PaidOut && budget.tax != TaxTreatment::TaxableStipend {
        let cashed = model.run(&mut Lots::default(), &FutureDraws::PLANNED, |_, _| {});
        let cashed = money::from_sample(cashed, currency).unwrap_or_default();
        tax_on(u32::try_from(model.calls.len()).unwrap_or(1).max(1), cashed, tier, build);
    }
}

/// Counts `amount` as taxed pay that is not paid out.
fn tax_on(month: u32, amount: Decimal, tier: Tier, build: &mut Build) {
    build.taxed.add(month, Component::Tokens, tier, Character::Wages, amount);
    build.model.fixed[month as usize].wages += amount.to_f64().unwrap_or(0.0);
}

/// Adds the months of the model at planned use. Running totals are rounded, so that no cent is lost on the way.
fn lines(model: &ComputeModel, offer: &Offer, build: &mut Build) {
    let firm = offer.token_budget.as_ref().is_some_and(|b| b.revocable == Revocable::Guaranteed);
    let tier = if firm { Tier::Likely } else { Tier::Speculative };
    let (budget_path, machine_path) =
        (build.path.join("tokenBudget").join("amount"), build.path.join("hardware").join("machine"));
    let currency = build.settings.currency;
    let mut tokens = Running::default();
    let mut hardware = Running::default();
    let mut found: Vec<(u32, Component, Decimal, String)> = Vec::new();
    let last = model.run(&mut Lots::default(), &FutureDraws::PLANNED, |month, value| {
        let b = &value.budget;
        let how = format!(
            "{:.2} you would have bought anyway + {:.2} other own use × {:.0} % − {:.2} paid yourself; {:.2} of work is the job's cost and not counted",
            b.perk, b.own, model.option_value * 100.0, b.out_of_pocket, b.work + b.employer_paid
        );
        found.push((month, Component::Tokens, tokens.next(value.tokens() * model.weight(month), currency), how));
        let how = format!(
            "{:.2} you would have bought anyway + {:.2} for other own work − {:.2} electricity",
            value.machine_perk, value.machine_option, value.electricity
        );
        found.push((month, Component::Hardware, hardware.next(value.hardware() * model.weight(month), currency), how));
    });
    let months = u32::try_from(model.calls.len()).unwrap_or(0);
    found.push((
        months,
        Component::Tokens,
        tokens.next(last * model.weight(months.max(1)), currency),
        "what is left on leaving".to_owned(),
    ));
    for (month, component, amount, how) in found {
        let (path, tier) = match component {
            Component::Tokens => (&budget_path, tier),
            _ => (&machine_path, Tier::Speculative),
        };
        build.counted_line(month, amount, component, tier, path, how);
    }
}

/// A running total whose rounded steps sum to its rounded total.
#[derive(Debug, Default)]
struct Running {
    exact: f64,
    given: Decimal,
}

impl Running {
    fn next(&mut self, step: f64, currency: counterweight_domain::Currency) -> Decimal {
        self.exact += step;
        let up_to = money::from_sample(self.exact, currency).unwrap_or(self.given);
        let part = up_to - self.given;
        self.given = up_to;
        part
    }
}
