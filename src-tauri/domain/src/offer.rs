//! An offer, or the job a person already has.

use crate::budget::{HardwareStipend, TokenBudget};
use crate::currency::Currency;
use crate::date::CivilDate;
use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::grant::{Grant, Refreshers};
use crate::number::{Amount, Count, Months, Percent, PercentSplit, Portion, Quantity};
use crate::payment::{BaseChange, Commission, Payment, Repayment};
use crate::private_company::PrivateCompany;
use crate::purchase_plan::PurchasePlan;
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
    /// Key of the place where tax is paid, such as `US-CA`; empty leaves this offer before tax.
    pub place: String,
    /// Code of the metropolitan area one lives in, such as `41860`, for the cost of living; empty takes the prices of the
    /// place.
    pub area: String,
    /// A move to another place while in this job.
    #[serde(rename = "move")]
    pub moving: Option<Move>,
    /// First day of work; blank takes the case's start.
    pub start: Entry<CivilDate>,
    /// Base pay a year.
    pub base: Entry<Amount>,
    /// Raise at each anniversary, in percent; blank is none.
    pub raise: Entry<Percent>,
    /// Changes of base promised for a day.
    pub base_changes: Vec<BaseChange>,
    /// The yearly bonus.
    pub bonus: Bonus,
    /// Pay that follows sales.
    pub commission: Option<Commission>,
    /// A one-time payment for joining.
    pub sign_on: SignOn,
    /// Other one-time payments: later tranches, relocation, retention.
    pub payments: Vec<Payment>,
    /// Equity grants.
    pub grants: Vec<Grant>,
    /// Grants that follow in later years.
    pub refreshers: Option<Refreshers>,
    /// What is known of a private company's shares.
    pub private_company: Option<PrivateCompany>,
    /// A plan to buy shares below their price.
    pub purchase_plan: Option<PurchasePlan>,
    /// The employer's contribution to retirement saving.
    #[serde(rename = "match")]
    pub retirement_match: Match,
    /// Everything else with a yearly worth.
    pub benefits: Vec<Benefit>,
    /// AI tokens as pay.
    pub token_budget: Option<TokenBudget>,
    /// A machine as pay.
    pub hardware: Option<HardwareStipend>,
    /// How likely it is to be let go in a year, in percent; blank takes the case's figure.
    pub layoff_risk: Entry<Portion>,
    /// Free notes.
    pub notes: String,
}

/// A move to another place while in a job.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Move {
    /// Key of the place where tax is paid from then on, such as `US-WA`.
    pub place: String,
    /// Code of the metropolitan area one lives in from then on; empty takes the prices of the place.
    pub area: String,
    /// The day from which it is.
    pub on: Entry<CivilDate>,
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
    /// The yearly bonus at full payout as a sum; it comes before the percentage.
    pub fixed: Entry<Amount>,
    /// Percent of the target that is paid in an average year; blank is 100.
    pub payout: Entry<Percent>,
    /// What the first year pays.
    pub first_year: FirstBonus,
    /// The month of the calendar in which the bonus of the year before is paid, 1 to 12; blank pays each full year of
    /// work at its end.
    pub paid_in_month: Entry<Count>,
}

/// What the first year of a bonus pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum FirstBonus {
    /// Like every other year; a part of a calendar year pays its part.
    #[default]
    Usual,
    /// At least the full target of a whole year, promised; more where the usual payout is more.
    Guaranteed,
    /// Nothing.
    None,
}

/// A one-time payment on the first day.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SignOn {
    /// How much.
    pub amount: Entry<Amount>,
    /// How it is paid back on leaving early.
    pub clawback: Clawback,
    /// Months in which leaving means paying back; blank is a year where `clawback` says how, else none.
    pub clawback_months: Entry<Months>,
    /// Whether what was withheld as tax is paid back as well.
    pub repayment: Repayment,
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
    /// In proportion to the months that are left, a begun month counting as left.
    ProRataMonths,
    /// All of it until the last day.
    Cliff,
}

impl Clawback {
    /// The months that are taken where the letter says how a payment is paid back but not for how long: a year, the
    /// shorter of the two usual terms.
    pub const USUAL_MONTHS: u32 = 12;

    /// Whether the letter says that leaving early means paying back.
    pub fn has_months(self) -> bool {
        matches!(self, Clawback::ProRata | Clawback::ProRataMonths | Clawback::Cliff)
    }

    /// Reports that the letter does not say for how long.
    pub(crate) fn check_months(self, months: &Entry<Months>, path: &Path, findings: &mut Findings) {
        if self.has_months() && months.is_blank() {
            findings.warn(
                path,
                Problem::new(
                    "clawback.noMonths",
                    format!(
                        "The months in which this is paid back on leaving are not entered: {} are counted.",
                        Self::USUAL_MONTHS
                    ),
                    "Ask for how long it has to be paid back, and enter the months.",
                ),
            );
        }
    }
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
    /// Further steps above `up_to`: the next part of pay is matched at another rate.
    pub tiers: Vec<MatchTier>,
    /// Percent of base that the employer adds whatever the person does.
    pub fixed: Entry<Portion>,
    /// Whether a year's match is settled at its end.
    pub paid: MatchPaid,
    /// When the match belongs to the person.
    pub vesting: MatchVesting,
}

/// A further step of a match.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MatchTier {
    /// Percent of the person's own contribution that the employer adds.
    pub rate: Entry<Percent>,
    /// Percent of base on which this step ends.
    pub up_to: Entry<Portion>,
}

/// Whether a year's match is settled at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MatchPaid {
    /// The letter does not say: each paycheck by itself.
    #[default]
    NotSaid,
    /// Each paycheck by itself: who reaches the law's limit early misses the match of the rest of the year.
    PerPaycheck,
    /// Settled at the year's end as if contributions were even.
    TrueUp,
}

/// When the employer's contributions belong to the person.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum MatchVesting {
    /// At once.
    #[default]
    Immediate,
    /// All on one day; before it nothing.
    Cliff {
        /// Months after the start.
        #[serde(default)]
        months: Entry<Months>,
    },
    /// By year of service.
    Graded {
        /// Percent that each full year adds, such as `0/20/20/20/20/20`.
        #[serde(default)]
        split: Entry<PercentSplit>,
    },
}

/// A benefit with the person's own value a year.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Benefit {
    /// What it is.
    pub label: String,
    /// What kind it is; it decides the unit and the sign.
    pub kind: BenefitKind,
    /// What it is worth to the person in a year, in the offer's currency; for what the person pays, what it costs.
    pub amount: Entry<Amount>,
    /// Days of leave a year, or hours a week, for the kinds that count them.
    pub quantity: Entry<Quantity>,
    /// What the person counts of it, in percent; blank is 100.
    pub valued_at: Entry<Percent>,
    /// Whether it is paid in cash and taxed as pay.
    pub taxed: bool,
}

/// What kind a benefit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum BenefitKind {
    /// Anything with a yearly worth.
    #[default]
    Other,
    /// The employer's contribution to a health savings account.
    HealthSavings,
    /// What the person pays for health cover.
    Premium,
    /// A stipend.
    Stipend,
    /// Days of paid leave, each worth a day of base.
    PaidLeave,
    /// The way to work: what it costs, and hours a week at the hourly base.
    Commute,
    /// Hours a week beyond forty, at the hourly base.
    Hours,
}

impl BenefitKind {
    /// Whether the person pays or gives it.
    pub fn is_cost(self) -> bool {
        matches!(self, BenefitKind::Premium | BenefitKind::Commute | BenefitKind::Hours)
    }
}

impl Move {
    /// Reports what is missing or cannot be read.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let left_out = "the move: the first place counts all the time";
        self.on.check(&path.join("on"), left_out, findings);
        if self.on.is_blank() {
            findings.error(
                &path.join("on"),
                Problem::new("move.noDate", "The move has no date.", "Enter the day of the move."),
                left_out,
            );
        }
        if self.place.trim().is_empty() {
            findings.error(
                &path.join("place"),
                Problem::new("move.noPlace", "The move does not say where to.", "Pick the place."),
                left_out,
            );
        }
    }
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
        if let Some(moving) = &self.moving {
            moving.check(&path.join("move"), findings);
        }
        self.base.check(&path.join("base"), "base pay, and the bonus and match that follow from it", findings);
        self.raise.check(&path.join("raise"), "base pay, and the bonus and match that follow from it", findings);
        for (i, change) in self.base_changes.iter().enumerate() {
            change.check(&path.join("baseChanges").join(i), findings);
        }
        if let Some(commission) = &self.commission {
            commission.check(&path.join("commission"), findings);
        }
        for (i, payment) in self.payments.iter().enumerate() {
            payment.check(&path.join("payments").join(i), findings);
        }
        if let Some(refreshers) = &self.refreshers {
            refreshers.check(&path.join("refreshers"), findings);
        }
        if let Some(company) = &self.private_company {
            company.check(&path.join("privateCompany"), findings);
        }
        if let Some(plan) = &self.purchase_plan {
            plan.check(&path.join("purchasePlan"), findings);
        }
        self.layoff_risk.check(&path.join("layoffRisk"), "the risk of being let go", findings);
        let bonus = path.join("bonus");
        self.bonus.fixed.check(&bonus.join("fixed"), "the bonus", findings);
        self.bonus.paid_in_month.check(&bonus.join("paidInMonth"), "the bonus", findings);
        if self.bonus.paid_in_month.value().is_some_and(|m| !(1..=12).contains(&m.get())) {
            findings.error(
                &bonus.join("paidInMonth"),
                Problem::new("bonus.month", "A month of the calendar is 1 to 12.", "Write 3 for March."),
                "the bonus",
            );
        }
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
        if !self.sign_on.amount.is_blank() {
            self.sign_on.clawback.check_months(
                &self.sign_on.clawback_months,
                &sign_on.join("clawbackMonths"),
                findings,
            );
        }
        for (i, grant) in self.grants.iter().enumerate() {
            grant.check(&path.join("grants").join(i), findings);
        }
        let matched = path.join("match");
        self.retirement_match.rate.check(&matched.join("rate"), "the match", findings);
        self.retirement_match.up_to.check(&matched.join("upTo"), "the match", findings);
        self.retirement_match.cap.check(&matched.join("cap"), "the match", findings);
        self.retirement_match.fixed.check(&matched.join("fixed"), "the match", findings);
        for (i, tier) in self.retirement_match.tiers.iter().enumerate() {
            let at = matched.join("tiers").join(i);
            tier.rate.check(&at.join("rate"), "the match", findings);
            tier.up_to.check(&at.join("upTo"), "the match", findings);
        }
        match &self.retirement_match.vesting {
            MatchVesting::Immediate => {}
            MatchVesting::Cliff { months } => months.check(&matched.join("vesting/months"), "the match", findings),
            MatchVesting::Graded { split } => {
                split.check(&matched.join("vesting/split"), "the match", findings);
                if split.value().is_some_and(|s| s.sum() > rust_decimal::Decimal::ONE_HUNDRED) {
                    findings.error(
                        &matched.join("vesting/split"),
                        Problem::new(
                            "match.vesting",
                            "These years make more than the whole match.",
                            "Write what each year adds, 100 in all.",
                        ),
                        "the match",
                    );
                }
            }
        }
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
            let at = path.join("benefits").join(i);
            benefit.amount.check(&at.join("amount"), name, findings);
            benefit.quantity.check(&at.join("quantity"), name, findings);
            benefit.valued_at.check(&at.join("valuedAt"), name, findings);
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
