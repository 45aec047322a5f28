//! Who owns a company: classes of shares with their preferences, options with their strike, and the rounds to come.

use rust_decimal::{Decimal, dec};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Largest amount of money and largest strike, in units of the currency.
pub const MAX_MONEY: Decimal = dec!(1_000_000_000_000_000_000);
/// Largest and smallest count of shares a class may have, zero apart.
pub const SHARES: (Decimal, Decimal) = (dec!(0.000000001), dec!(1_000_000_000_000_000));

/// Who owns the company, as it would stand at a sale.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CapTable {
    /// Classes of shares, common and preferred.
    pub classes: Vec<ShareClass>,
    /// Options and warrants on common shares, one entry for each strike.
    #[serde(default)]
    pub options: Vec<OptionPool>,
}

/// One class of shares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShareClass {
    /// What it is called.
    pub name: String,
    /// Common shares it is or converts into.
    pub shares: Decimal,
    /// What it takes ahead of common; none for common itself.
    #[serde(default)]
    pub preference: Option<Preference>,
}

/// What a preferred class takes ahead of common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preference {
    /// The whole liquidation preference in money: invested × multiple, with dividends due.
    pub amount: Decimal,
    /// Order of payment: 0 is paid first; equal numbers share pro rata by amount.
    #[serde(default)]
    pub seniority: u32,
    /// Whether it also shares in what is left.
    #[serde(default)]
    pub participation: Participation,
}

/// Whether a preferred class that keeps its preference also shares in what is left, as if converted.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Participation {
    /// It does not: preference or conversion.
    #[default]
    None,
    /// It does, without a limit.
    Full,
    /// It does, until preference and participation together reach a total.
    Capped {
        /// The most it takes without converting, in money, the preference included.
        total: Decimal,
    },
}

/// Options or warrants with one strike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OptionPool {
    /// What it is called.
    pub name: String,
    /// Shares it may buy.
    pub count: Decimal,
    /// What one share costs the holder.
    pub strike: Decimal,
}

/// A round of financing to come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Round {
    /// Its name.
    pub name: String,
    /// Months from now.
    pub months: u32,
    /// Part of the company that the new shares are, afterwards, fully diluted: 0 to below 1.
    pub dilution: Decimal,
    /// Its liquidation preference in money, normally what it raises.
    #[serde(default)]
    pub preference: Decimal,
    /// Where it stands.
    #[serde(default)]
    pub standing: Standing,
    /// Whether it shares in what is left.
    #[serde(default)]
    pub participation: Participation,
}

/// Where a new round stands among the preferences before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// With the most senior before it.
    #[default]
    PariPassu,
    /// Ahead of all before it.
    Senior,
}

/// Why a cap table or a sale cannot be worked out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CapTableError {
    /// Below zero.
    #[error("{name} has an amount below zero. Enter zero or more.")]
    Negative {
        /// Which class, pool or round, or the sale.
        name: String,
    },
    /// Beyond what can be worked out exactly.
    #[error("{name} has a figure beyond what can be worked out exactly. Check its shares and amounts.")]
    OutOfRange {
        /// Which class, pool or round, or the sale.
        name: String,
    },
    /// A cap that is less than the preference it includes.
    #[error("The cap of {name} is below its preference. A cap counts the preference in: enter the total.")]
    CapBelowPreference {
        /// Which class.
        name: String,
    },
    /// What is left belongs to nobody.
    #[error("No class takes what is left after the preferences. Enter the common shares.")]
    NobodyTakesTheRest,
    /// A dilution of all or more, or below nothing.
    #[error("The dilution of {name} must be at least 0 % and below 100 %.")]
    Dilution {
        /// Which round.
        name: String,
    },
}

fn money(amount: Decimal, name: &str) -> Result<(), CapTableError> {
    if amount.is_sign_negative() && !amount.is_zero() {
        Err(CapTableError::Negative { name: name.to_owned() })
    } else if amount > MAX_MONEY {
        Err(CapTableError::OutOfRange { name: name.to_owned() })
    } else {
        Ok(())
    }
}

fn shares(count: Decimal, name: &str) -> Result<(), CapTableError> {
    if count.is_sign_negative() && !count.is_zero() {
        Err(CapTableError::Negative { name: name.to_owned() })
    } else if !count.is_zero() && !(SHARES.0..=SHARES.1).contains(&count) {
        Err(CapTableError::OutOfRange { name: name.to_owned() })
    } else {
        Ok(())
    }
}

impl CapTable {
    /// The shortest cap table, Dixon's: investors with one non-participating preference own a part, everybody else
    /// owns the rest. One share is the whole company, so a holder of 1 % holds 0.01 shares.
    pub fn of_parts(preferences: Decimal, investors: Decimal) -> Self {
        let preference = Some(Preference { amount: preferences, seniority: 0, participation: Participation::None });
        Self {
            classes: vec![
                ShareClass { name: "Investors".into(), shares: investors, preference },
                ShareClass { name: "Common".into(), shares: Decimal::ONE - investors, preference: None },
            ],
            options: Vec::new(),
        }
    }

    /// Every share there would be if all converted and all options were exercised.
    pub fn fully_diluted(&self) -> Decimal {
        let held: Decimal = self.classes.iter().map(|class| class.shares).sum();
        held + self.options.iter().map(|pool| pool.count).sum::<Decimal>()
    }

    /// Whether it can be worked out.
    pub fn check(&self) -> Result<(), CapTableError> {
        for ShareClass { name, shares: count, preference } in &self.classes {
            shares(*count, name)?;
            if let Some(preference) = preference {
                money(preference.amount, name)?;
                if let Participation::Capped { total } = preference.participation {
                    money(total, name)?;
                    if total < preference.amount {
                        return Err(CapTableError::CapBelowPreference { name: name.clone() });
                    }
                }
            }
        }
        for OptionPool { name, count, strike } in &self.options {
            shares(*count, name)?;
            money(*strike, name)?;
        }
        if self.classes.iter().all(|class| class.shares.is_zero()) {
            return Err(CapTableError::NobodyTakesTheRest);
        }
        Ok(())
    }

    /// The cap table after a round: new shares that own `dilution` of it all.
    pub fn after(&self, round: &Round) -> Result<Self, CapTableError> {
        if round.dilution.is_sign_negative() && !round.dilution.is_zero() || round.dilution >= Decimal::ONE {
            return Err(CapTableError::Dilution { name: round.name.clone() });
        }
        money(round.preference, &round.name)?;
        // A count is rounded to the twelfth decimal, so that later products keep room.
        let count = self
            .fully_diluted()
            .checked_mul(round.dilution)
            .and_then(|part| part.checked_div(Decimal::ONE - round.dilution))
            .ok_or_else(|| CapTableError::OutOfRange { name: round.name.clone() })?
            .round_dp(12);
        let mut table = self.clone();
        let ranks = || self.classes.iter().filter_map(|class| class.preference.as_ref()).map(|p| p.seniority);
        let seniority = match round.standing {
            Standing::PariPassu => ranks().min().unwrap_or(0),
            Standing::Senior => {
                for preference in table.classes.iter_mut().filter_map(|class| class.preference.as_mut()) {
                    preference.seniority = preference.seniority.saturating_add(1);
                }
                0
            }
        };
        table.classes.push(ShareClass {
            name: round.name.clone(),
            shares: count,
            preference: Some(Preference {
                amount: round.preference,
                seniority,
                participation: round.participation.clone(),
            }),
        });
        Ok(table)
    }
}
