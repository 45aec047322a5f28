//! A company whose shares have no market: who is paid before common shares, and what exits are thought possible.

use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::number::{Amount, Count, Factor, Months, PercentSplit, Portion, SharePrice, Shares};
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
    /// Percent given away in each round to come: `20/15/10`.
    pub dilution: Entry<PercentSplit>,
    /// Classes that are paid before common shares.
    pub preferences: Vec<Preference>,
    /// Exits thought possible. What is missing to 100 % is an exit worth nothing.
    pub exits: Vec<Exit>,
    /// Percent taken off because the shares cannot be sold until then; blank is none.
    pub illiquidity: Entry<Portion>,
    /// Whether an expected value is counted.
    pub stance: Stance,
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
    pub invested: Entry<Amount>,
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
    pub value: Entry<Amount>,
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
        for (i, class) in self.preferences.iter().enumerate() {
            let at = path.join("preferences").join(i);
            class.invested.check(&at.join("invested"), whole, findings);
            class.multiple.check(&at.join("multiple"), whole, findings);
            class.shares.check(&at.join("shares"), whole, findings);
            class.cap.check(&at.join("cap"), whole, findings);
            class.rank.check(&at.join("rank"), whole, findings);
        }
        let mut sum = Decimal::ZERO;
        for (i, exit) in self.exits.iter().enumerate() {
            let at = path.join("exits").join(i);
            exit.value.check(&at.join("value"), whole, findings);
            exit.probability.check(&at.join("probability"), whole, findings);
            exit.after_months.check(&at.join("afterMonths"), whole, findings);
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
}
