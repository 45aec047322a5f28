//! A company whose shares have no market: who is paid before common shares, and what exits are thought possible.

use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::number::{Count, Factor, Months, PercentSplit, Portion, Proceeds, SharePrice, Shares};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is known of a private company's shares. Amounts are in the offer's currency.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PrivateCompany {
    /// All shares, options and promises of shares, counted as common: the base of a percentage.
    pub fully_diluted: Entry<Shares>,
    /// Price of a preferred share in the last round.
    pub preferred_price: Entry<SharePrice>,
    /// Percent given away in each round to come whose day is unknown, so that each comes before any exit: `20/15/10`.
    pub dilution: Entry<PercentSplit>,
    /// Rounds to come of which more is known.
    pub rounds: Vec<FutureRound>,
    /// Classes that are paid before common shares.
    pub preferences: Vec<Preference>,
    /// Exits thought possible. What is missing to 100 % is an exit worth nothing.
    pub exits: Vec<Exit>,
    /// Percent taken off because the shares cannot be sold until then; blank is none.
    pub illiquidity: Entry<Portion>,
    /// Whether an expected value is counted.
    pub stance: Stance,
    /// What becomes of vested stock units of who leaves before the exit.
    pub units_on_leaving: UnitsOnLeaving,
}

/// A round of financing to come.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FutureRound {
    /// What it is called.
    pub label: String,
    /// Percent of the company, fully diluted, that its shares are afterwards.
    pub dilution: Entry<Portion>,
    /// Months after the start; blank is before any exit. A round dilutes only exits after it.
    pub after_months: Entry<Months>,
    /// What it raises, paid back once ahead of common shares unless it converts; blank is no preference.
    pub invested: Entry<Proceeds>,
}

/// What becomes of stock units that vested by service when the person leaves before the company is sold or listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum UnitsOnLeaving {
    /// The letter does not say: counted as lost.
    #[default]
    NotSaid,
    /// They are lost.
    Lost,
    /// They are kept, and settle at the exit.
    Kept,
}

/// Whether the shares of a private company are given a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Stance {
    /// Count the probability-weighted exits.
    #[default]
    Expected,
    /// Count nothing, and say what the shares would have to be worth.
    Refuse,
}

/// A class of preferred shares.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Preference {
    /// Its name, such as Series A.
    pub label: String,
    /// What was paid for it.
    pub invested: Entry<Proceeds>,
    /// Times the investment that is paid back first; blank is 1.
    pub multiple: Entry<Factor>,
    /// The shares it converts to.
    pub shares: Entry<Shares>,
    /// Whether it shares in the rest as well.
    pub participation: Participation,
    /// The most it takes in all when it participates up to a cap, in times the investment.
    pub cap: Entry<Factor>,
    /// Rank: the highest is paid first, equal ranks together; blank is 1.
    pub rank: Entry<Count>,
}

/// Whether a preferred class takes part in what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Participation {
    /// It takes its preference or converts, whichever is more.
    #[default]
    None,
    /// It takes its preference and its part of the rest.
    Full,
    /// The same, up to a cap.
    Capped,
}

/// One exit that is thought possible.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Exit {
    /// What it is called.
    pub label: String,
    /// Proceeds to all holders.
    pub value: Entry<Proceeds>,
    /// How likely, in percent.
    pub probability: Entry<Portion>,
    /// Months after the start; blank is the end of the horizon.
    pub after_months: Entry<Months>,
}

impl PrivateCompany {
    /// Reports what cannot be read or cannot be true.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = "shares of this company";
        self.fully_diluted.check(&path.join("fullyDiluted"), whole, findings);
        self.preferred_price.check(&path.join("preferredPrice"), whole, findings);
        self.dilution.check(&path.join("dilution"), whole, findings);
        self.illiquidity.check(&path.join("illiquidity"), whole, findings);
        if self.dilution.value().is_some_and(|d| d.parts().iter().any(|p| *p >= Decimal::ONE_HUNDRED)) {
            findings.error(
                &path.join("dilution"),
                Problem::new(
                    "dilution.range",
                    "No round gives all of the company away.",
                    "Write less than 100 for each.",
                ),
                whole,
            );
        }
        for (i, round) in self.rounds.iter().enumerate() {
            round.check(&path.join("rounds").join(i), whole, findings);
        }
        if self.dilution.value().is_some() {
            findings.note(
                &path.join("dilution"),
                Problem::new(
                    "dilution.undated",
                    "No day and no preference is known for these rounds: each counts before any exit, and is paid like common shares.",
                    "Enter them as rounds, with their month and what they raise, to count them as they come.",
                ),
            );
        }
        for (i, class) in self.preferences.iter().enumerate() {
            class.check(&path.join("preferences").join(i), whole, findings);
            if !class.invested.is_blank() && class.shares.is_blank() && self.converts_to(i).is_none() {
                findings.warn(
                    &path.join("preferences").join(i).join("shares"),
                    Problem::new(
                        "preference.neverConverts",
                        "Without a number of shares this class never converts: it takes its preference and no more.",
                        "Ask for the shares it converts to, and enter them.",
                    ),
                );
            }
        }
        let mut sum = Decimal::ZERO;
        for (i, exit) in self.exits.iter().enumerate() {
            exit.check(&path.join("exits").join(i), findings);
            sum += exit.probability.value().map_or(Decimal::ZERO, |p| p.percent());
        }
        if sum > Decimal::ONE_HUNDRED {
            findings.error(
                &path.join("exits"),
                Problem::new(
                    "exits.sum",
                    format!("These exits are {} % likely together.", sum.normalize()),
                    "Bring them to 100 % or less; what is missing counts as nothing.",
                ),
                whole,
            );
        }
    }

    /// The shares a class converts to: as entered, or for the last class what it raised at the price of the last round.
    pub fn converts_to(&self, class: usize) -> Option<Decimal> {
        let terms = self.preferences.get(class)?;
        if !terms.shares.is_blank() {
            return terms.shares.value().map(|shares| shares.decimal());
        }
        let last = class + 1 == self.preferences.len();
        let price = self.preferred_price.value().filter(|_| last)?.decimal();
        // Whole shares, and room for what they are multiplied with later.
        terms.invested.value()?.decimal().checked_div(price).map(|shares| shares.round())
    }
}

impl FutureRound {
    /// Whether nothing is entered.
    pub fn is_blank(&self) -> bool {
        self.dilution.is_blank() && self.after_months.is_blank() && self.invested.is_blank()
    }

    fn check(&self, path: &Path, whole: &str, findings: &mut Findings) {
        self.dilution.check(&path.join("dilution"), whole, findings);
        self.after_months.check(&path.join("afterMonths"), whole, findings);
        self.invested.check(&path.join("invested"), whole, findings);
        let at = path.join("dilution");
        if self.dilution.is_blank() && !self.is_blank() {
            findings.error(
                &at,
                Problem::new(
                    "round.noDilution",
                    "This round does not say what part of the company it takes.",
                    "Enter the percent its shares will be, or remove the round.",
                ),
                whole,
            );
        }
        if self.dilution.value().is_some_and(|part| part.percent() >= Decimal::ONE_HUNDRED) {
            findings.error(
                &at,
                Problem::new("dilution.range", "No round gives all of the company away.", "Write less than 100."),
                whole,
            );
        }
    }
}

impl Preference {
    /// Whether nothing is entered.
    pub fn is_blank(&self) -> bool {
        self.invested.is_blank() && self.shares.is_blank()
    }

    fn check(&self, path: &Path, whole: &str, findings: &mut Findings) {
        self.invested.check(&path.join("invested"), whole, findings);
        self.multiple.check(&path.join("multiple"), whole, findings);
        self.shares.check(&path.join("shares"), whole, findings);
        self.cap.check(&path.join("cap"), whole, findings);
        self.rank.check(&path.join("rank"), whole, findings);
        if self.is_blank() {
            return;
        }
        if self.invested.is_blank() {
            findings.error(
                &path.join("invested"),
                Problem::new(
                    "preference.noInvestment",
                    "This class has shares but no investment, so what it is paid first is unknown.",
                    "Ask what was paid for it, and enter it; write 0 if it has no preference.",
                ),
                whole,
            );
        }
        if self.participation == Participation::Capped && self.cap.is_blank() {
            findings.error(
                &path.join("cap"),
                Problem::new(
                    "preference.noCap",
                    "This class shares in the rest up to a cap, and no cap is entered.",
                    "Enter the most it takes in all, in times its investment.",
                ),
                whole,
            );
        }
    }
}

impl Exit {
    /// Whether nothing is entered.
    pub fn is_blank(&self) -> bool {
        self.value.is_blank() && self.probability.is_blank()
    }

    fn check(&self, path: &Path, findings: &mut Findings) {
        let this = if self.label.trim().is_empty() {
            "this exit".to_owned()
        } else {
            format!("the exit “{}”", self.label)
        };
        self.value.check(&path.join("value"), &this, findings);
        self.probability.check(&path.join("probability"), &this, findings);
        self.after_months.check(&path.join("afterMonths"), &this, findings);
        if self.is_blank() {
            return;
        }
        if self.probability.is_blank() {
            findings.error(
                &path.join("probability"),
                Problem::new(
                    "exit.noProbability",
                    "How likely this exit is, is not said.",
                    "Enter a percentage; your own guess will do.",
                ),
                this.clone(),
            );
        }
        if self.value.is_blank() {
            findings.error(
                &path.join("value"),
                Problem::new(
                    "exit.noValue",
                    "What this exit pays to all holders is not said.",
                    "Enter the amount; write 0 for an exit that pays nothing.",
                ),
                this,
            );
        }
    }
}
