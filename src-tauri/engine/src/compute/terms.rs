//! The terms of an offer's token budget as its balance needs them: money by step, the person's share, who pays beyond it.

use super::PricedWork;
use crate::offer_value::Build;
use counterweight_domain::budget::{
    BudgetUnit, LockIn, OnLeaving, Overage, Owner, PersonalUse, PriceClause, Revocable, Rollover,
};
use counterweight_domain::{Case, Findings, Offer, Path, Problem, TokenBudget, money};
use counterweight_inference::balance::revocation::Revocation;
use counterweight_inference::balance::split::OverageRule;
use counterweight_inference::balance::{self, Carry, Leaving, Terms};
use counterweight_inference::workload::{Work, silences};
use counterweight_inference::{catalogue, plan};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Months in which credits that are carried out are taken to be of use.
const CARRIED_MONTHS: u32 = 12;

/// People who share a budget, the person included; one where it is theirs alone.
pub(super) fn people(budget: &TokenBudget) -> u32 {
    match budget.owner {
        Owner::Pooled => budget.people.value().map_or(1, |people| u32::try_from(people.get()).unwrap_or(u32::MAX)),
        Owner::NotSaid | Owner::Personal => 1,
    }
}

/// What each of the others uses of a pool against what the person does; as much, unless the case says so.
pub(super) fn others(case: &Case) -> f64 {
    let percent = case.workload.team_use.value().and_then(|percent| percent.decimal().to_f64());
    percent.unwrap_or(silences().team_percent.value) / 100.0
}

/// How a budget may be taken back. A guarantee without a term holds to the end, and without a stated risk none ends.
pub(super) fn revocation(case: &Case, budget: &TokenBudget) -> Revocation {
    let yearly = case.workload.revocation_risk.value().and_then(|risk| risk.percent().to_f64());
    let yearly = yearly.unwrap_or(silences().revocation_percent.value) / 100.0;
    let months = budget.firm_months.value().map(|months| months.get());
    let (firm_months, notice_months) = match budget.revocable {
        Revocable::NotSaid | Revocable::AtWill => (0, 0),
        Revocable::WithNotice => (0, months.unwrap_or(0)),
        Revocable::Guaranteed => (months.unwrap_or(u32::MAX), 0),
    };
    Revocation { monthly_hazard: Revocation::monthly(yearly), firm_months, notice_months }
}

pub(super) fn terms(
    budget: &TokenBudget,
    build: &Build,
    priced: Option<&PricedWork>,
    findings: &mut Findings,
) -> Option<Terms> {
    let path = build.path.join("tokenBudget");
    let mut bad = Findings::default();
    budget.check(&path, &mut bad);
    if !bad.as_slice().is_empty() {
        return None;
    }
    let amount = budget.amount.value()?.decimal();
    let unit = match budget.unit {
        BudgetUnit::Currency => build.rate.to_f64()?,
        BudgetUnit::Tokens => {
            let priced = priced?;
            #[allow(clippy::cast_precision_loss)]
            let tokens = (priced.work.input_tokens + priced.work.output_tokens).max(1) as f64;
            priced.per_call.first()? / tokens
        }
        BudgetUnit::Requests => request(budget, priced?, &path, findings)?,
        BudgetUnit::Credits => (budget.unit_price.value()?.decimal() * build.rate).to_f64()?,
        BudgetUnit::Seats => seat(budget, build, priced, findings)?,
    };
    let flat = budget.unit == BudgetUnit::Seats;
    let mut amount = amount.to_f64()?;
    if flat && amount > f64::from(people(budget)) {
        findings.note(
            &path.join("amount"),
            Problem::new(
                "budget.moreSeats",
                format!("There are more seats than people to sit on them: {} of {amount} are counted.", people(budget)),
                "Enter the seats that you use.",
            ),
        );
        amount = f64::from(people(budget));
    }
    if budget.owner == Owner::Pooled && budget.people.is_blank() {
        findings.warn(
            &path.join("people"),
            Problem::new(
                "budget.poolSize",
                "The budget is pooled, but not over how many people; it is counted as yours alone.",
                "Ask how many people share it.",
            ),
        );
    }
    let carry = match budget.rollover {
        Rollover::NotSaid | Rollover::None => Carry::Nothing,
        Rollover::Full => Carry::Everything,
        Rollover::Capped => match budget.rollover_cap.value() {
            Some(cap) => Carry::UpTo(cap.decimal().to_f64()? * unit),
            None => {
                findings.warn(
                    &path.join("rolloverCap"),
                    Problem::new(
                        "budget.noCap",
                        "Rollover is capped, but the cap is not entered; nothing is carried.",
                        "Enter the cap.",
                    ),
                );
                Carry::Nothing
            }
        },
    };
    let personal_cap = match budget.personal_use {
        PersonalUse::NotSaid | PersonalUse::NotAllowed => 0.0,
        PersonalUse::Allowed => 1.0,
        PersonalUse::Share => match budget.personal_share.value() {
            Some(share) => share.fraction().to_f64()?,
            None => {
                findings.warn(
                    &path.join("personalShare"),
                    Problem::new(
                        "budget.noShare",
                        "Own use is allowed up to a share that is not entered; none is counted.",
                        "Enter the share.",
                    ),
                );
                0.0
            }
        },
    };
    let leaving = match budget.on_leaving {
        _ if !build.settings.leaves() => Leaving::Forfeited,
        OnLeaving::NotSaid | OnLeaving::Forfeited => Leaving::Forfeited,
        OnLeaving::Grace => Leaving::UsableFor(budget.grace_months.value().map_or(0, |m| m.get())),
        OnLeaving::PaidOut => Leaving::PaidOut,
        OnLeaving::CarriedOut => Leaving::UsableFor(CARRIED_MONTHS),
    };
    Some(Terms {
        grant: amount * unit / if flat { f64::from(budget.period.months().unwrap_or(1)) } else { 1.0 },
        // A seat is there in each month of its period.
        period_months: budget.period.months().map(|months| if flat { 1 } else { months }),
        reset_day: budget.reset_day.value().and_then(|day| u32::try_from(day.get()).ok()),
        reset_month: budget.reset_month.value().and_then(|month| u32::try_from(month.get()).ok()),
        growth: budget.growth.or_if_blank(counterweight_domain::Percent::ZERO)?.fraction().to_f64()?,
        carry: if flat { Carry::Nothing } else { carry },
        expiry_months: budget.rollover_expiry_months.value().map(|m| m.get()),
        personal_cap,
        overage: overage(budget, &path, findings),
        follows_price: match budget.price_clause {
            // So many calls are so many calls at any price; a fee is a fee.
            _ if budget.unit == BudgetUnit::Requests => true,
            _ if flat => false,
            PriceClause::NotSaid => budget.unit == BudgetUnit::Tokens,
            PriceClause::FixedMoney => false,
            PriceClause::FixedTokens => true,
        },
        leaving: if flat { Leaving::Forfeited } else { leaving },
        flat,
    })
}

/// What a request is worth: a call of the work at its list price, in the case's currency. None without a price.
fn request(budget: &TokenBudget, priced: &PricedWork, path: &Path, findings: &mut Findings) -> Option<f64> {
    let each = priced.per_call.first().copied().filter(|price| *price > 0.0)?;
    if !budget.unit_price.is_blank() {
        findings.note(
            &path.join("unitPrice"),
            Problem::new(
                "budget.requestPrice",
                format!("A request pays for one call of your work, which costs {each:.4} at list price; the price entered for a request is not used."),
                "Leave the price of a request blank.",
            ),
        );
    }
    Some(each)
}

/// What a seat costs a period, in the case's currency: what is entered, or the published fee of the plan that the budget
/// names as its provider. None, with a finding, when neither is known.
fn seat(budget: &TokenBudget, build: &Build, priced: Option<&PricedWork>, findings: &mut Findings) -> Option<f64> {
    let path = build.path.join("tokenBudget");
    let named =
        plan::plans().iter().find(|plan| says(&budget.provider, &plan.label) || says(&budget.provider, &plan.key));
    let fee = named.and_then(|plan| plan.usd_per_month).zip(priced);
    let price = match (budget.unit_price.value(), fee) {
        (Some(price), _) => (price.decimal() * build.rate).to_f64()?,
        (None, Some((fee, priced))) if budget.unit_price.is_blank() => {
            fee * priced.dollar * f64::from(budget.period.months().unwrap_or(1))
        }
        _ => {
            let known: Vec<&str> = plan::plans().iter().map(|plan| plan.label.as_str()).collect();
            findings.error(
                &path.join("unitPrice"),
                Problem::new(
                    "budget.noSeatPrice",
                    "What a seat costs is not entered, and the budget names no plan whose fee is known.",
                    format!(
                        "Enter what a seat costs a period, or name its plan as the provider: {}.",
                        known.join(", ")
                    ),
                ),
                "this token budget",
            );
            return None;
        }
    };
    let windows = named.is_some_and(|plan| plan.windows.iter().all(|window| window.worth_usd.is_some()));
    if !windows {
        findings.note(
            &path.join("unit"),
            Problem::new(
                "budget.seatHolds",
                "What a seat holds is not known, so it is counted at its price and taken to serve all of your work.",
                "Ask what a seat holds in a day and in a week.",
            ),
        );
    }
    Some(price)
}

/// The price by month against the first month that a grant in units follows: that of a call where calls are granted, else
/// that of the same tokens.
pub(super) fn index(budget: &TokenBudget, priced: &PricedWork) -> Vec<f64> {
    match (budget.unit, priced.per_call.first()) {
        (BudgetUnit::Requests, Some(first)) if *first > 0.0 => {
            priced.per_call.iter().map(|price| price / first).collect()
        }
        _ => priced.index.clone(),
    }
}

/// Who pays for work beyond the budget. Where the employer pays on approval, all of the work is taken to be approved, and a
/// finding says so; own use beyond the budget never is.
fn overage(budget: &TokenBudget, path: &Path, findings: &mut Findings) -> OverageRule {
    match budget.overage {
        Overage::NotSaid | Overage::HardStop => OverageRule::HardStop,
        Overage::SelfPaid => OverageRule::SelfPaid,
        Overage::EmployerPays => {
            let approved = silences().approved_percent.value;
            let part = if approved >= 100.0 { "all".to_owned() } else { format!("{approved:.0} %") };
            findings.note(
                &path.join("overage"),
                Problem::new(
                    "budget.approval",
                    format!(
                        "The employer pays for work beyond the budget when it approves: {part} of it is taken to be approved. It adds to what the budget costs the employer and nothing to your pay."
                    ),
                    "Ask who approves, how fast, and up to what amount.",
                ),
            );
            OverageRule::EmployerPays(approved / 100.0)
        }
    }
}

/// Everything granted over the months, at planned prices: the person's equal part of it.
pub(super) fn claimed(terms: &Terms, people: u32, build: &Build, index: Option<&[f64]>, months: u32) -> Decimal {
    let price = |month: u32| match index {
        Some(index) if terms.follows_price => index[month as usize - 1],
        _ => 1.0,
    };
    let sum: f64 = balance::steps(terms, build.start, months).iter().map(|s| s.grant * price(s.month)).sum();
    money::from_sample(sum / f64::from(people.max(1)), build.settings.currency).unwrap_or_default()
}

/// Whether a budget is tied to another provider than the one whose model does the work: then it pays for none of it. A
/// house that sells the models of several makers, and one that the price list does not know, decides nothing, which is said.
pub(super) fn locked_out(offer: &Offer, work: &Work, build: &Build, findings: &mut Findings) -> bool {
    let Some(budget) = offer.token_budget.as_ref().filter(|budget| budget.lock_in == LockIn::OneProvider) else {
        return false;
    };
    let Some((ours, model)) = work.cloud() else { return false };
    let sold = catalogue::cloud_models().iter().find(|row| row.provider == ours && row.model == model);
    let names = [Some(ours), sold.map(|row| row.vendor.as_str())];
    if budget.provider.is_empty() || names.into_iter().flatten().any(|name| says(&budget.provider, name)) {
        return false;
    }
    let path = build.path.join("tokenBudget").join("provider");
    let problem = if sells_its_own(&budget.provider) {
        Problem::new(
            "budget.otherProvider",
            format!(
                "The budget is tied to {}, and {} is a model of {ours}: it pays for none of this work.",
                budget.provider, work.cloud_model
            ),
            "Pick a model of that provider for the work, or ask for a budget that pays for any model.",
        )
    } else {
        Problem::new(
            "budget.unknownProvider",
            format!(
                "The budget is tied to {}, and whether that sells {} is not known; it is taken to pay for it.",
                budget.provider, work.cloud_model
            ),
            "Ask which models the budget pays for.",
        )
    };
    let locked = problem.id == "budget.otherProvider";
    findings.warn(&path, problem);
    locked
}

/// Whether a text names a house, as one word or as several in a row: "Open AI" names "openai".
fn says(text: &str, name: &str) -> bool {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let name = plain(name);
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).map(plain).filter(|word| !word.is_empty()).collect();
    (0..words.len()).any(|from| (from + 1..=words.len()).any(|to| words[from..to].concat() == name))
}

/// Whether a text names a house that sells only what it makes or hosts of one maker. The clouds of three houses sell the
/// models of others as well.
fn sells_its_own(text: &str) -> bool {
    if ["bedrock", "azure", "vertex", "cloud", "aws", "amazon"].iter().any(|market| says(text, market)) {
        return false;
    }
    let rows = catalogue::cloud_models();
    rows.iter().filter(|row| says(text, &row.provider)).any(|row| {
        let mut others = rows.iter().filter(|other| other.provider == row.provider);
        others.all(|other| other.vendor == row.vendor)
    })
}
