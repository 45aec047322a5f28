//! The arithmetic every tax shares: brackets, look-up tables and phase-outs, as pure functions of money.

use super::facts::Filing;
use rust_decimal::Decimal;
use serde::Deserialize;

/// One value for each way of filing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByFiling<T> {
    /// Unmarried.
    pub single: T,
    /// Married, filing together.
    pub joint: T,
    /// Unmarried with a household and a dependent.
    pub head_of_household: T,
}

impl<T> ByFiling<T> {
    /// The value that holds for `filing`.
    pub fn of(&self, filing: Filing) -> &T {
        match filing {
            Filing::Single => &self.single,
            Filing::Joint => &self.joint,
            Filing::HeadOfHousehold => &self.head_of_household,
        }
    }
}

/// A row of a schedule: from this amount on (in USD), this rate (a share of one) or this amount.
pub type Row = (Decimal, Decimal);

/// Rows in rising order of their lower bound, and beside them what marginal rates take of everything below each row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<Row>")]
pub struct Rows(pub Vec<Row>, Vec<Decimal>);

impl From<Vec<Row>> for Rows {
    fn from(rows: Vec<Row>) -> Self {
        let mut below = Decimal::ZERO;
        let sums = rows
            .iter()
            .enumerate()
            .map(|(index, (from, _))| {
                if let Some(before) = index.checked_sub(1).map(|before| rows[before]) {
                    below = below.saturating_add((from - before.0).saturating_mul(before.1));
                }
                below
            })
            .collect();
        Self(rows, sums)
    }
}

impl Rows {
    /// The tax on `amount` (USD, at least 0) by marginal rates: each slice of it at the rate of its row.
    pub fn tax(&self, amount: Decimal) -> Decimal {
        match self.0.partition_point(|row| row.0 < amount).checked_sub(1) {
            None => Decimal::ZERO,
            Some(row) => self.1[row] + (amount - self.0[row].0) * self.0[row].1,
        }
    }

    /// The value of the row in which `at` lies, the row's own lower bound included; 0 below the first.
    pub fn from(&self, at: Decimal) -> Decimal {
        self.0.iter().take_while(|row| row.0 <= at).last().map_or(Decimal::ZERO, |row| row.1)
    }

    /// The value of the row in which `at` lies, a row's lower bound still belonging to the row before it.
    pub fn above(&self, at: Decimal) -> Decimal {
        self.0.iter().take_while(|row| row.0 < at).last().map_or(Decimal::ZERO, |row| row.1)
    }

    /// The value at `at` on straight lines between the rows; the first and last rows' values outside them.
    pub fn between(&self, at: Decimal) -> Decimal {
        let Some(next) = self.0.iter().position(|row| row.0 > at) else {
            return self.0.last().map_or(Decimal::ZERO, |row| row.1);
        };
        let after = self.0[next];
        match next.checked_sub(1).map(|before| self.0[before]) {
            None => after.1,
            Some(before) => before.1 + (after.1 - before.1) * (at - before.0) / (after.0 - before.0),
        }
    }
}

/// How a deduction, exemption or credit shrinks as income grows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PhaseOut {
    /// Nothing is left above this income.
    Limit {
        /// The income above which nothing is left, USD.
        above: ByFiling<Decimal>,
    },
    /// Falls to nothing in a straight line over a range of income.
    Range {
        /// Where it begins, USD of income.
        start: ByFiling<Decimal>,
        /// How long the range is, USD of income.
        width: ByFiling<Decimal>,
    },
    /// Falls by marginal rates on income.
    Rates {
        /// Lower bound and share of a dollar lost per dollar of income above it.
        rates: ByFiling<Rows>,
    },
    /// Falls by a fixed amount for each started step of income.
    Amounts {
        /// Where it begins, USD of income.
        start: ByFiling<Decimal>,
        /// The length of a step, USD of income.
        step: ByFiling<Decimal>,
        /// What each started step takes away, USD.
        amount: ByFiling<Decimal>,
    },
    /// What is left is looked up by income.
    Table {
        /// Lower bound of income and what is left from it on, USD.
        left: ByFiling<Rows>,
        /// True where a bound still belongs to the row before it.
        #[serde(default)]
        bound_belongs_below: bool,
    },
    /// Falls by a share of itself for each started step of income.
    Shares {
        /// Where it begins, USD of income.
        start: ByFiling<Decimal>,
        /// The length of a step, USD of income.
        step: ByFiling<Decimal>,
        /// What each started step takes away, as a share of the whole.
        share: Decimal,
    },
}

impl PhaseOut {
    /// What is left of `amount` at `income`: never negative, never more than `amount`.
    pub fn left(&self, amount: Decimal, income: Decimal, filing: Filing) -> Decimal {
        let lost = match self {
            Self::Limit { above } => {
                if income > *above.of(filing) {
                    amount
                } else {
                    Decimal::ZERO
                }
            }
            Self::Range { start, width } => amount * share_of_range(income, *start.of(filing), *width.of(filing)),
            Self::Rates { rates } => rates.of(filing).tax(income),
            Self::Amounts { start, step, amount } => {
                started_steps(income, *start.of(filing), *step.of(filing)) * amount.of(filing)
            }
            Self::Table { left, bound_belongs_below } => {
                let rows = left.of(filing);
                amount - if *bound_belongs_below { rows.above(income) } else { rows.from(income) }
            }
            Self::Shares { start, step, share } => {
                amount * (started_steps(income, *start.of(filing), *step.of(filing)) * share).min(Decimal::ONE)
            }
        };
        (amount - lost).clamp(Decimal::ZERO, amount)
    }
}

/// How far `income` is through the range that begins at `start`, from 0 to 1.
pub fn share_of_range(income: Decimal, start: Decimal, width: Decimal) -> Decimal {
    if income <= start {
        Decimal::ZERO
    } else if width.is_zero() {
        Decimal::ONE
    } else {
        ((income - start) / width).min(Decimal::ONE)
    }
}

/// How many steps of `step` have been started between `start` and `income`.
pub fn started_steps(income: Decimal, start: Decimal, step: Decimal) -> Decimal {
    if income <= start { Decimal::ZERO } else { ((income - start) / step).ceil() }
}
