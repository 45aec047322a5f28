//! The ledger: every offer as dated lines. A total is a sum of lines, and nothing else.

use crate::worked::Worked;
use counterweight_domain::{CivilDate, Path};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A part of pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Component {
    /// Base pay.
    Base,
    /// The yearly bonus.
    Bonus,
    /// Pay that follows sales.
    Commission,
    /// Payments for joining, less what is paid back.
    SignOn,
    /// Other one-time payments, less what is paid back.
    OneTime,
    /// Shares that vest.
    Equity,
    /// The employer's contribution to retirement saving.
    Match,
    /// Other benefits, at the person's own value.
    Benefits,
    /// What a token budget is worth to the person.
    Tokens,
    /// What a hardware stipend is worth to the person.
    Hardware,
}

impl Component {
    /// All components, in the order in which they are shown.
    pub const ALL: [Component; 10] = [
        Component::Base,
        Component::Bonus,
        Component::Commission,
        Component::SignOn,
        Component::OneTime,
        Component::Equity,
        Component::Match,
        Component::Benefits,
        Component::Tokens,
        Component::Hardware,
    ];

    /// Its place in [`Component::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Component::Base => "Base pay",
            Component::Bonus => "Bonus",
            Component::Commission => "Commission",
            Component::SignOn => "Sign-on",
            Component::OneTime => "One-time payments",
            Component::Equity => "Equity",
            Component::Match => "Match",
            Component::Benefits => "Benefits",
            Component::Tokens => "Tokens",
            Component::Hardware => "Hardware",
        }
    }
}

/// How tax sees an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Character {
    /// Pay, taxed as wages in the year it falls in.
    Wages,
    /// Income taxed like pay that is no wages for payroll tax: of incentive options and plan shares sold early, and gains
    /// on shares held for a year or less.
    OrdinaryIncome,
    /// Not taxed: an employer's contribution, a tool of work, the person's own valuation.
    Untaxed,
    /// A gain on shares held for more than a year.
    LongTermGain,
    /// Tax, taken off.
    Tax,
}

/// How certain a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Tier {
    /// Written in the contract and paid in cash.
    Guaranteed,
    /// Expected, at an amount that may differ.
    Likely,
    /// May well be nothing.
    Speculative,
}

impl Tier {
    /// All tiers, most certain first.
    pub const ALL: [Tier; 3] = [Tier::Guaranteed, Tier::Likely, Tier::Speculative];

    /// Its place in [`Tier::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// One dated amount, in the case's currency.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// The day it falls on.
    pub date: CivilDate,
    /// Months after the case's start; 0 is the first day. A line in month 12 belongs to the first year.
    pub month: u32,
    /// How much, in the case's currency, to its smallest unit, in the money asked for; negative when the person pays.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub amount: Decimal,
    /// Which part of pay.
    pub component: Component,
    /// How certain.
    pub tier: Tier,
    /// How tax sees it.
    pub character: Character,
    /// The input that made it.
    pub path: Path,
    /// The arithmetic in words: `$210,000 ÷ 12`.
    pub how: String,
    /// The same arithmetic with every figure in it, where a trace was asked for.
    #[serde(skip)]
    #[ts(skip)]
    pub(crate) worked: Worked,
}

/// Several amounts on the wire: decimal strings.
pub(crate) fn amounts<S, A>(amounts: &A, serializer: S) -> Result<S::Ok, S::Error>
where
    S: serde::Serializer,
    A: AsRef<[Decimal]>,
{
    serializer.collect_seq(amounts.as_ref().iter().map(Decimal::to_string))
}

/// Rows of amounts on the wire.
pub(crate) fn rows<S: serde::Serializer>(rows: &[Vec<Decimal>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rows.iter().map(|row| row.iter().map(Decimal::to_string).collect::<Vec<_>>()))
}

/// The year a month belongs to, from 1: an anniversary closes the year before it.
pub(crate) fn year_of(month: u32) -> u32 {
    month.max(1).div_ceil(12)
}

impl Line {
    /// The year the line belongs to, from 1: a line on an anniversary closes the year before it.
    pub fn year(&self) -> u32 {
        year_of(self.month)
    }
}
