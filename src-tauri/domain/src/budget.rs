//! Compute as pay: token budgets and hardware stipends, with the terms that decide what they are worth.
//!
//! A term that the letter leaves open is `NotSaid`: it is a question to ask, and never the friendlier guess.

use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::grant::Cadence;
use crate::number::{Amount, Count, Months, Percent, Portion};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! term {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub enum $name {
            /// The letter does not say.
            #[default]
            NotSaid,
            $($(#[$vdoc])* $variant),+
        }
    };
}

term! {
    /// Whether the budget comes on top of cash or in its place.
    CashRelation {
        /// On top of cash pay.
        InAddition,
        /// In place of cash or equity that would otherwise be paid.
        Instead,
    }
}
term! {
    /// Whose budget it is.
    Owner {
        /// One person's.
        Personal,
        /// Shared by a team.
        Pooled,
    }
}
term! {
    /// What happens to what is left at the end of a period.
    Rollover {
        /// Lost: use it or lose it.
        None,
        /// Carried forward whole.
        Full,
        /// Carried forward up to a cap.
        Capped,
    }
}
term! {
    /// What happens to what is left on the day of leaving.
    OnLeaving {
        /// Lost at once.
        Forfeited,
        /// Usable for some months more.
        Grace,
        /// Paid out in cash.
        PaidOut,
        /// Taken along as credits.
        CarriedOut,
    }
}
term! {
    /// Whether the budget may be spent on the person's own work.
    PersonalUse {
        /// Work only.
        NotAllowed,
        /// Up to a share of the budget.
        Share,
        /// Without limit.
        Allowed,
    }
}
term! {
    /// Where the budget can be spent.
    LockIn {
        /// At any provider, on any model.
        AnyModel,
        /// At one provider.
        OneProvider,
        /// On one employer's stack only.
        OneStack,
    }
}
term! {
    /// What happens when the budget is used up.
    Overage {
        /// Work stops until the next period.
        HardStop,
        /// The person pays.
        SelfPaid,
        /// The employer pays, on approval.
        EmployerPays,
    }
}
term! {
    /// How firm the promise is.
    Revocable {
        /// It can end any day.
        AtWill,
        /// It can end after notice.
        WithNotice,
        /// It is promised for a term.
        Guaranteed,
    }
}
term! {
    /// How the budget is taxed, in the letter's own words.
    TaxTreatment {
        /// A tool of work, not pay.
        WorkingCondition,
        /// A stipend taxed as wages.
        TaxableStipend,
        /// The personal share is taxed.
        ImputedIncome,
        /// The employer pays the tax as well.
        GrossedUp,
    }
}
term! {
    /// Whether something is attached to the budget.
    Attached {
        /// It is.
        Yes,
        /// It is not.
        No,
    }
}

/// What the amount of a budget counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum BudgetUnit {
    /// Money in the offer's currency, spent at list price.
    #[default]
    Currency,
    /// Tokens of the workload's mix.
    Tokens,
    /// A provider's credits; needs a price per credit.
    Credits,
    /// Requests: each pays for one call of the workload.
    Requests,
    /// Seats of a plan; needs a price per seat and period, or a plan that is known by name.
    Seats,
}

/// How often a budget is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum BudgetPeriod {
    /// Each month.
    Month,
    /// Every three months.
    Quarter,
    /// Each year.
    #[default]
    Year,
    /// Once, at the start.
    Once,
}

impl BudgetPeriod {
    /// Months between two grants; nothing when there is only one.
    pub fn months(self) -> Option<u32> {
        match self {
            BudgetPeriod::Month => Some(Cadence::Month.months()),
            BudgetPeriod::Quarter => Some(Cadence::Quarter.months()),
            BudgetPeriod::Year => Some(Cadence::Year.months()),
            BudgetPeriod::Once => None,
        }
    }
}

/// What an announced price change does to the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PriceClause {
    /// The letter does not say: taken as written in its own unit.
    #[default]
    NotSaid,
    /// A fixed sum of money: it buys more as prices fall.
    FixedMoney,
    /// A fixed number of tokens: it is worth less as prices fall.
    FixedTokens,
}

/// A token budget, with the terms in which offers differ.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TokenBudget {
    /// What the amount counts.
    pub unit: BudgetUnit,
    /// How much in each period, in that unit.
    pub amount: Entry<Amount>,
    /// Price of one unit in the offer's currency, for credits and seats.
    pub unit_price: Entry<Amount>,
    /// How often it is granted.
    pub period: BudgetPeriod,
    /// Day of the month on which a period begins; blank is the day of the start.
    pub reset_day: Entry<Count>,
    /// Month of the year, 1 to 12, in which a period of several months begins: 1 is a calendar year or quarter. Blank
    /// counts periods from the start.
    pub reset_month: Entry<Count>,
    /// Change of the amount a year, in percent.
    pub growth: Entry<Percent>,
    /// On top of cash, or in its place.
    pub cash_relation: CashRelation,
    /// One person's or a team's.
    pub owner: Owner,
    /// People who share it, when it is pooled.
    pub people: Entry<Count>,
    /// What happens to the rest at the end of a period.
    pub rollover: Rollover,
    /// The most that is carried forward, in the budget's unit, when rollover is capped.
    pub rollover_cap: Entry<Amount>,
    /// Months after which carried budget expires; blank never.
    pub rollover_expiry_months: Entry<Months>,
    /// What happens to the rest on leaving.
    pub on_leaving: OnLeaving,
    /// Months of grace after leaving.
    pub grace_months: Entry<Months>,
    /// Whether own work may be paid from it.
    pub personal_use: PersonalUse,
    /// The share of the budget that own work may take.
    pub personal_share: Entry<Portion>,
    /// Who owns what personal use makes; free text, empty when the letter does not say.
    pub output_ownership: String,
    /// Where it can be spent.
    pub lock_in: LockIn,
    /// The provider or stack it is tied to.
    pub provider: String,
    /// What happens when it is used up.
    pub overage: Overage,
    /// Money or tokens, when prices change.
    pub price_clause: PriceClause,
    /// How firm it is.
    pub revocable: Revocable,
    /// Months of notice or of guarantee.
    pub firm_months: Entry<Months>,
    /// How it is taxed.
    pub tax: TaxTreatment,
    /// Expected to raise output.
    pub output_uplift: Attached,
    /// Usage is shown in reviews or rankings.
    pub usage_in_reviews: Attached,
    /// Prompts and answers are logged by the employer.
    pub logging: Attached,
}

impl TokenBudget {
    /// Reports what cannot be read or cannot be true in this budget.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = "this token budget";
        self.amount.check(&path.join("amount"), whole, findings);
        self.unit_price.check(&path.join("unitPrice"), whole, findings);
        self.reset_day.check(&path.join("resetDay"), whole, findings);
        self.reset_month.check(&path.join("resetMonth"), whole, findings);
        if self.reset_month.value().is_some_and(|month| !(1..=12).contains(&month.get())) {
            findings.error(
                &path.join("resetMonth"),
                Problem::new("budget.resetMonth", "A year has no such month.", "Write a month from 1 to 12."),
                whole,
            );
        }
        self.growth.check(&path.join("growth"), whole, findings);
        self.people.check(&path.join("people"), whole, findings);
        self.rollover_cap.check(&path.join("rolloverCap"), whole, findings);
        self.rollover_expiry_months.check(&path.join("rolloverExpiryMonths"), whole, findings);
        self.grace_months.check(&path.join("graceMonths"), whole, findings);
        self.personal_share.check(&path.join("personalShare"), whole, findings);
        self.firm_months.check(&path.join("firmMonths"), whole, findings);
        if self.reset_day.value().is_some_and(|d| !(1..=31).contains(&d.get())) {
            findings.error(
                &path.join("resetDay"),
                Problem::new(
                    "budget.resetDay",
                    "A month has no such day.",
                    "Write a day from 1 to 31; a shorter month resets on its last day.",
                ),
                whole,
            );
        }
        if self.people.value().is_some_and(|p| p.get() == 0) {
            findings.error(
                &path.join("people"),
                Problem::new(
                    "budget.nobody",
                    "A pool of no people is no pool.",
                    "Write how many people share the budget, you included.",
                ),
                whole,
            );
        }
        if self.unit == BudgetUnit::Credits && self.unit_price.is_blank() && !self.amount.is_blank() {
            findings.error(
                &path.join("unitPrice"),
                Problem::new(
                    "budget.noUnitPrice",
                    "Credits have no value without a price for one of them.",
                    "Enter what one would cost you, or ask the employer.",
                ),
                whole,
            );
        }
    }
}

term! {
    /// Who owns the machine that a stipend buys.
    Ownership {
        /// The employee, at once.
        Mine,
        /// The employee, after some months.
        MineAfter,
        /// The employer; it goes back on leaving.
        Employers,
    }
}

/// A hardware stipend: money for a machine, or the machine itself.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HardwareStipend {
    /// What the employer pays, in the offer's currency, once.
    pub amount: Entry<Amount>,
    /// Key of the machine in the catalogue; empty when it is not settled.
    pub machine: String,
    /// Who owns it.
    pub ownership: Ownership,
    /// Months until it is the employee's.
    pub ownership_months: Entry<Months>,
    /// Whether own work may run on it.
    pub personal_use: PersonalUse,
    /// What the machine is worth each year as a percentage of the year before, when sold; blank takes the
    /// case's figure.
    pub resale: Entry<Portion>,
}

impl HardwareStipend {
    /// Reports what cannot be read in this stipend.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = "this hardware stipend";
        self.amount.check(&path.join("amount"), whole, findings);
        self.ownership_months.check(&path.join("ownershipMonths"), whole, findings);
        self.resale.check(&path.join("resale"), whole, findings);
    }
}
