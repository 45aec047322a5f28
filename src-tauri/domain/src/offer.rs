//! An offer, or the job a person already has.

use crate::budget::{HardwareStipend, TokenBudget};
use crate::currency::Currency;
use crate::date::CivilDate;
use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::grant::Grant;
use crate::number::{Amount, Months, Percent, Portion};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One offer. Nothing is required but a name, a base and a currency; silence means none, or the usual.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Offer {
    /// Stable name of the offer inside its case.
    pub id: String,
    /// The current job, or an offer on the table.
    pub kind: OfferKind,
    /// Who offers.
    pub company: String,
    /// The job.
    pub role: String,
    /// The currency of every amount in this offer; blank takes the case's.
    pub currency: Entry<Currency>,
    /// First day of work; blank takes the case's start.
    pub start: Entry<CivilDate>,
    /// Base pay a year.
    pub base: Entry<Amount>,
    /// Raise at each anniversary, in percent; blank is none.
    pub raise: Entry<Percent>,
    /// The yearly bonus.
    pub bonus: Bonus,
    /// A one-time payment for joining.
    pub sign_on: SignOn,
    /// Equity grants.
    pub grants: Vec<Grant>,
    /// The employer's contribution to retirement saving.
    #[serde(rename = "match")]
    pub retirement_match: Match,
    /// Everything else with a yearly worth.
    pub benefits: Vec<Benefit>,
    /// AI tokens as pay.
    pub token_budget: Option<TokenBudget>,
    /// A machine as pay.
    pub hardware: Option<HardwareStipend>,
    /// Free notes.
    pub notes: String,
}

/// Whether an offer is the current job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum OfferKind {
    /// An offer on the table.
    #[default]
    Offer,
    /// The job the person has, and the usual baseline.
    CurrentJob,
}

/// A yearly bonus: base × target × payout.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Bonus {
    /// Percent of base at full payout.
    pub target: Entry<Percent>,
    /// Percent of the target that is paid in an average year; blank is 100.
    pub payout: Entry<Percent>,
}

/// A one-time payment on the first day.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SignOn {
    /// How much.
    pub amount: Entry<Amount>,
    /// How it is paid back on leaving early.
    pub clawback: Clawback,
    /// Months in which leaving means paying back; blank is none.
    pub clawback_months: Entry<Months>,
}

/// How a payment is paid back on leaving early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Clawback {
    /// The letter does not say: the whole sum is taken as at risk.
    #[default]
    NotSaid,
    /// Nothing is paid back.
    None,
    /// In proportion to the days that are left.
    ProRata,
    /// All of it until the last day.
    Cliff,
}

/// An employer's match: `rate` percent of what the person puts in, up to `up_to` percent of base.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Match {
    /// Percent of the person's own contribution that the employer adds.
    pub rate: Entry<Percent>,
    /// The most of base that is matched, in percent. The person is taken to put in that much.
    pub up_to: Entry<Portion>,
    /// The most the employer adds in a year; blank is no cap.
    pub cap: Entry<Amount>,
}

/// A benefit with the person's own value a year.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Benefit {
    /// What it is.
    pub label: String,
    /// What it is worth to the person in a year, in the offer's currency.
    pub amount: Entry<Amount>,
}

impl Offer {
    /// The name shown for it: the company, or what it is when the company is not written yet.
    pub fn name(&self) -> &str {
        let company = self.company.trim();
        match (company.is_empty(), self.kind) {
            (false, _) => company,
            (true, OfferKind::CurrentJob) => "Current job",
            (true, OfferKind::Offer) => "Unnamed offer",
        }
    }

    /// Reports what cannot be read or cannot be true in this offer.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        self.currency.check(&path.join("currency"), "every amount of this offer", findings);
        self.start.check(&path.join("start"), "this offer", findings);
        self.base.check(&path.join("base"), "base pay, and the bonus and match that follow from it", findings);
        self.raise.check(&path.join("raise"), "base pay, and the bonus and match that follow from it", findings);
        let bonus = path.join("bonus");
        self.bonus.target.check(&bonus.join("target"), "the bonus", findings);
        self.bonus.payout.check(&bonus.join("payout"), "the bonus", findings);
        for (entry, field) in [(&self.bonus.target, "target"), (&self.bonus.payout, "payout")] {
            if entry.value().is_some_and(|p| p.percent().is_sign_negative() && !p.percent().is_zero()) {
                findings.error(
                    &bonus.join(field),
                    Problem::new(
                        "bonus.negative",
                        "A bonus cannot be below zero.",
                        "Write a percentage of zero or more.",
                    ),
                    "the bonus",
                );
            }
        }
        let sign_on = path.join("signOn");
        self.sign_on.amount.check(&sign_on.join("amount"), "the sign-on", findings);
        self.sign_on.clawback_months.check(&sign_on.join("clawbackMonths"), "the sign-on", findings);
        for (i, grant) in self.grants.iter().enumerate() {
            grant.check(&path.join("grants").join(i), findings);
        }
        let matched = path.join("match");
        self.retirement_match.rate.check(&matched.join("rate"), "the match", findings);
        self.retirement_match.up_to.check(&matched.join("upTo"), "the match", findings);
        self.retirement_match.cap.check(&matched.join("cap"), "the match", findings);
        if self.retirement_match.rate.value().is_some_and(|p| p.percent().is_sign_negative() && !p.percent().is_zero())
        {
            findings.error(
                &matched.join("rate"),
                Problem::new("match.negative", "A match cannot be below zero.", "Write a percentage of zero or more."),
                "the match",
            );
        }
        for (i, benefit) in self.benefits.iter().enumerate() {
            let name = if benefit.label.is_empty() { "this benefit" } else { benefit.label.as_str() };
            benefit.amount.check(&path.join("benefits").join(i).join("amount"), name, findings);
        }
        if let Some(budget) = &self.token_budget {
            budget.check(&path.join("tokenBudget"), findings);
        }
        if let Some(hardware) = &self.hardware {
            hardware.check(&path.join("hardware"), findings);
        }
        if self.base.is_blank() {
            findings.warn(
                &path.join("base"),
                Problem::new("base.blank", "No base pay is entered, so none is counted.", "Enter the yearly base pay."),
            );
        }
    }
}
