//! Cash beside base pay: scheduled changes of base, commission, and one-time payments with their clawback.

use crate::date::CivilDate;
use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::grant::Cadence;
use crate::number::{Amount, Months, Percent};
use crate::offer::Clawback;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A change of base that the letter promises for a day.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BaseChange {
    /// The first day of the new base.
    pub on: Entry<CivilDate>,
    /// The new base a year; when blank, the change is in percent.
    pub to: Entry<Amount>,
    /// The change in percent of the base before it.
    pub by: Entry<Percent>,
}

/// Pay that follows sales: on-target variable pay × attainment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Commission {
    /// Variable pay a year at full quota: on-target earnings less base.
    pub on_target: Entry<Amount>,
    /// Percent of quota that is reached in an average year; blank is 100.
    pub attainment: Entry<Percent>,
    /// Rate above quota, in percent of the rate below it; blank is 100.
    pub accelerator: Entry<Percent>,
    /// The most that is paid, in percent of on-target pay; blank is no cap.
    pub cap: Entry<Percent>,
    /// Months from the start in which on-target pay is paid whatever is sold; blank is none.
    pub guaranteed_months: Entry<Months>,
    /// How often it is paid.
    pub every: Cadence,
}

/// A one-time payment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Payment {
    /// What it is for.
    pub kind: PaymentKind,
    /// What the person calls it; may be empty.
    pub label: String,
    /// How much.
    pub amount: Entry<Amount>,
    /// Months after the start; blank is the first day.
    pub after_months: Entry<Months>,
    /// How it is paid back on leaving early.
    pub clawback: Clawback,
    /// Months from its payment in which leaving means paying back; blank is a year where `clawback` says how, else none.
    pub clawback_months: Entry<Months>,
    /// Whether what was withheld as tax is paid back as well.
    pub repayment: Repayment,
}

/// What a one-time payment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PaymentKind {
    /// A later tranche of the sign-on.
    #[default]
    SignOn,
    /// Moving.
    Relocation,
    /// Staying.
    Retention,
    /// Something else.
    Other,
}

/// Whether a repayment is of the gross sum or of what arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Repayment {
    /// The letter does not say: the gross sum is taken as at risk.
    #[default]
    NotSaid,
    /// The whole sum, tax included.
    Gross,
    /// What arrived after tax.
    Net,
}

impl BaseChange {
    /// Reports what cannot be read or cannot be true.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = "this change of base";
        self.on.check(&path.join("on"), whole, findings);
        self.to.check(&path.join("to"), whole, findings);
        self.by.check(&path.join("by"), whole, findings);
        if self.on.is_blank() && !(self.to.is_blank() && self.by.is_blank()) {
            findings.error(
                &path.join("on"),
                Problem::new("baseChange.noDate", "This change has no date.", "Enter the first day of the new base."),
                whole,
            );
        }
    }
}

impl Commission {
    /// Reports what cannot be read.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = "commission";
        self.on_target.check(&path.join("onTarget"), whole, findings);
        self.guaranteed_months.check(&path.join("guaranteedMonths"), whole, findings);
        for (entry, field) in [(&self.attainment, "attainment"), (&self.accelerator, "accelerator"), (&self.cap, "cap")]
        {
            entry.check(&path.join(field), whole, findings);
            if entry.value().is_some_and(|p| p.percent().is_sign_negative() && !p.percent().is_zero()) {
                findings.error(
                    &path.join(field),
                    Problem::new("commission.negative", "This cannot be below zero.", "Write zero or more."),
                    whole,
                );
            }
        }
    }
}

impl Payment {
    /// Its name for people.
    pub fn name(&self) -> &str {
        match (self.label.trim(), self.kind) {
            ("", PaymentKind::SignOn) => "Sign-on",
            ("", PaymentKind::Relocation) => "Relocation",
            ("", PaymentKind::Retention) => "Retention",
            ("", PaymentKind::Other) => "One-time payment",
            (label, _) => label,
        }
    }

    /// Reports what cannot be read.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = self.name();
        self.amount.check(&path.join("amount"), whole, findings);
        self.after_months.check(&path.join("afterMonths"), whole, findings);
        self.clawback_months.check(&path.join("clawbackMonths"), whole, findings);
        if !self.amount.is_blank() {
            self.clawback.check_months(&self.clawback_months, &path.join("clawbackMonths"), findings);
        }
    }
}
