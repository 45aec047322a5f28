//! Questions to send, made from the terms that a letter leaves open.

use crate::negotiation::Question;
use crate::offer_value;
use crate::settings::{Settings, words};
use counterweight_domain::budget::{
    Attached, CashRelation, LockIn, OnLeaving, Overage, Owner, Ownership, PersonalUse, Revocable, Rollover,
    TaxTreatment,
};
use counterweight_domain::grant::GrantSize;
use counterweight_domain::offer::{Clawback, OfferKind};
use counterweight_domain::{Case, Findings, Offer, Path};
use rust_decimal::Decimal;

/// The open questions of offer `place`, most valuable terms first, each with what hangs on it.
pub fn of(case: &Case, place: usize, settings: &Settings) -> Vec<Question> {
    questions(case, place, settings, true)
}

/// The same without what hangs on them, which takes the offer to be valued anew for each.
pub fn unweighed(case: &Case, place: usize, settings: &Settings) -> Vec<Question> {
    questions(case, place, settings, false)
}

fn questions(case: &Case, place: usize, settings: &Settings, weighed: bool) -> Vec<Question> {
    let Some(offer) = case.offers.get(place) else { return Vec::new() };
    let asked = Asked { case, place, settings, weighed };
    let mut questions = Vec::new();
    if offer.kind == OfferKind::CurrentJob {
        return questions;
    }
    tokens(offer, &asked, &mut questions);
    hardware(offer, &asked, &mut questions);
    cash(offer, &asked, &mut questions);
    questions
}

struct Asked<'a> {
    case: &'a Case,
    place: usize,
    settings: &'a Settings,
    weighed: bool,
}

impl Asked<'_> {
    fn question(&self, field: &str, id: &str, text: &str, why: String) -> Question {
        let path = Path::root().join("offers").join(self.place);
        let path = field.split('/').fold(path, |path, step| path.join(step));
        Question { path, id: id.to_owned(), text: text.to_owned(), why }
    }

    /// What the offer would gain if a term were answered so.
    fn gain(&self, answer: impl FnOnce(&mut Offer)) -> Decimal {
        if !self.weighed {
            return Decimal::ZERO;
        }
        let value = |offer: &Offer| {
            offer_value::value(self.case, offer, self.place, self.settings, &mut Findings::default()).total()
        };
        let offer = &self.case.offers[self.place];
        let mut answered = offer.clone();
        answer(&mut answered);
        value(&answered) - value(offer)
    }

    fn hangs(&self, counted: &str, if_so: &str, gain: Decimal) -> String {
        if gain.is_zero() {
            return counted.to_owned();
        }
        let (verb, gain) = if gain > Decimal::ZERO { ("adds", gain) } else { ("takes away", -gain) };
        format!(
            "{counted} {if_so} {verb} {} over {} years.",
            words(gain.round(), self.settings.currency),
            self.settings.horizon_years
        )
    }
}

fn tokens(offer: &Offer, asked: &Asked, out: &mut Vec<Question>) {
    let Some(budget) = &offer.token_budget else { return };
    if budget.amount.value().is_none_or(|a| a.decimal().is_zero()) {
        return;
    }
    if budget.personal_use == PersonalUse::NotSaid {
        let gain = asked.gain(|o| set(o, |b| b.personal_use = PersonalUse::Allowed));
        out.push(asked.question(
            "tokenBudget/personalUse",
            "tokens.personalUse",
            "May I use the token budget for my own work, and who owns what I make with it?",
            asked.hangs("Counted as not allowed.", "Being allowed", gain),
        ));
    }
    if budget.owner == Owner::NotSaid {
        out.push(asked.question(
            "tokenBudget/owner",
            "tokens.owner",
            "Is the token budget mine alone, or is it pooled, and over how many people?",
            "Counted as yours alone. In a pool of ten, a tenth of it is yours to plan with.".to_owned(),
        ));
    }
    if budget.rollover == Rollover::NotSaid {
        let gain = asked.gain(|o| set(o, |b| b.rollover = Rollover::Full));
        out.push(asked.question(
            "tokenBudget/rollover",
            "tokens.rollover",
            "Does unused token budget roll over, and does it expire?",
            asked.hangs("Counted as lost at the end of each period.", "Rolling over", gain),
        ));
    }
    if budget.on_leaving == OnLeaving::NotSaid {
        out.push(asked.question(
            "tokenBudget/onLeaving",
            "tokens.onLeaving",
            "What happens to unused token budget when I leave?",
            "Counted as lost on the last day.".to_owned(),
        ));
    }
    if budget.cash_relation == CashRelation::NotSaid {
        out.push(asked.question(
            "tokenBudget/cashRelation",
            "tokens.cash",
            "Is the token budget in addition to cash pay, or instead of some of it? What would the base be without it?",
            "Counted as in addition. A budget that displaces cash costs you the cash and pays you in a tool.".to_owned(),
        ));
    }
    if budget.overage == Overage::NotSaid {
        let gain = asked.gain(|o| set(o, |b| b.overage = Overage::SelfPaid));
        out.push(asked.question(
            "tokenBudget/overage",
            "tokens.overage",
            "What happens when the token budget is used up: does work stop, or who pays?",
            asked.hangs("Counted as a stop that costs you nothing.", "Paying yourself", gain),
        ));
    }
    if budget.revocable == Revocable::NotSaid {
        out.push(asked.question(
            "tokenBudget/revocable",
            "tokens.revocable",
            "Can the token budget be cut or ended, with what notice, or is it guaranteed for a term?",
            "Counted as speculative, because it can end any day.".to_owned(),
        ));
    }
    if budget.lock_in == LockIn::NotSaid {
        out.push(asked.question(
            "tokenBudget/lockIn",
            "tokens.lockIn",
            "Can I spend the token budget at any provider and on any model?",
            "Counted at list price of the model you use. Tied to one provider, it may not fit your work.".to_owned(),
        ));
    }
    if budget.tax == TaxTreatment::NotSaid {
        out.push(asked.question(
            "tokenBudget/tax",
            "tokens.tax",
            "How is the token budget taxed: as a tool of work, or as pay on the part I use for myself?",
            "Counted before tax. A taxed budget costs you tax on money you never see.".to_owned(),
        ));
    }
    if budget.usage_in_reviews == Attached::NotSaid {
        out.push(asked.question(
            "tokenBudget/usageInReviews",
            "tokens.reviews",
            "Is my token use shown in reviews or rankings, and is more output expected in return?",
            "Nothing is counted for it, but it can turn a perk into a target.".to_owned(),
        ));
    }
    if budget.logging == Attached::NotSaid {
        out.push(asked.question(
            "tokenBudget/logging",
            "tokens.logging",
            "Are my prompts and answers logged or read?",
            "Nothing is counted for it. It decides whether own work belongs there at all.".to_owned(),
        ));
    }
}

fn set(offer: &mut Offer, change: impl FnOnce(&mut counterweight_domain::TokenBudget)) {
    if let Some(budget) = &mut offer.token_budget {
        change(budget);
    }
}

fn hardware(offer: &Offer, asked: &Asked, out: &mut Vec<Question>) {
    let Some(stipend) = &offer.hardware else { return };
    if stipend.amount.value().is_none_or(|a| a.decimal().is_zero()) {
        return;
    }
    if stipend.ownership == Ownership::NotSaid {
        let gain = asked.gain(|o| {
            if let Some(hardware) = &mut o.hardware {
                hardware.ownership = Ownership::Mine;
            }
        });
        out.push(asked.question(
            "hardware/ownership",
            "hardware.ownership",
            "Who owns the machine, from when, and do I keep it when I leave?",
            asked.hangs("Counted as the employer's.", "Keeping it", gain),
        ));
    }
    if stipend.personal_use == PersonalUse::NotSaid && stipend.ownership != Ownership::Mine {
        out.push(asked.question(
            "hardware/personalUse",
            "hardware.personalUse",
            "May I run my own work on the machine, and who pays for the electricity?",
            "Counted as not allowed.".to_owned(),
        ));
    }
    if stipend.machine.is_empty() {
        out.push(asked.question(
            "hardware/machine",
            "hardware.machine",
            "Which machine is it, or do I choose it?",
            "Until it is settled only its resale is counted, not the work it could do.".to_owned(),
        ));
    }
}

fn cash(offer: &Offer, asked: &Asked, out: &mut Vec<Question>) {
    for (i, grant) in offer.grants.iter().enumerate() {
        if matches!(grant.size, GrantSize::Value { .. }) && grant.reference_price.is_blank() {
            out.push(
                asked.question(
                    &format!("grants/{i}/sharePrice"),
                    "equity.priceRule",
                    "How many shares is the grant, by which price rule and on which day is it set?",
                    "Counted at the value in the letter. A 30-day average can differ from the price on your first day."
                        .to_owned(),
                ),
            );
        }
    }
    let refreshed = offer.refreshers.as_ref().is_some_and(|r| r.amount.value().is_some_and(|a| !a.decimal().is_zero()));
    if !offer.grants.is_empty() && !refreshed {
        out.push(asked.question(
            "grants",
            "equity.refresh",
            "Is there a policy for refresh grants: how large, how often, and who gets them?",
            "No refresh grant is counted.".to_owned(),
        ));
    }
    let sign_on = &offer.sign_on;
    if sign_on.amount.value().is_some_and(|a| !a.decimal().is_zero())
        && (sign_on.clawback == Clawback::NotSaid
            || (sign_on.clawback != Clawback::None && sign_on.clawback_months.is_blank()))
    {
        out.push(asked.question(
            "signOn/clawback",
            "signOn.clawback",
            "When does the sign-on have to be paid back, for how many months, all of it or pro rata, gross or net?",
            match sign_on.clawback {
                Clawback::NotSaid => "Nothing is paid back until the months are entered.".to_owned(),
                _ => format!("Counted for {} months, the shorter of the usual terms.", Clawback::USUAL_MONTHS),
            },
        ));
    }
    if offer.bonus.target.value().is_some_and(|t| !t.percent().is_zero()) && offer.bonus.payout.is_blank() {
        out.push(asked.question(
            "bonus/payout",
            "bonus.history",
            "What was paid of the bonus target in the last three years, and is the first year guaranteed or prorated?",
            "Counted as paid in full.".to_owned(),
        ));
    }
}
