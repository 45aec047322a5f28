//! What becomes of the amounts of a year's rules in a year beyond the parameter files.
//!
//! Such a year is computed in the money of the rules' own year: pay is divided by what indexed amounts have grown by, and
//! the tax multiplied by it. So an amount that the law indexes stays as its file has it, one that it does not index is
//! divided by the growth, and one that is dated ahead takes its own value.

use super::later::growth;
use super::parameters::Parameter;
use rust_decimal::Decimal;

/// From which year to which rules are carried, and how far their amounts grew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carry {
    /// The year whose rules are taken.
    rules: u16,
    /// The year they are taken for.
    year: u16,
    /// What one unit of an indexed amount has become; 1 in a year with a file.
    grown: Decimal,
    /// Growth of indexed amounts a year, as a share of one.
    indexation: Decimal,
}

impl Carry {
    /// The rules of a year in that year.
    pub fn none(year: u16) -> Self {
        Self { rules: year, year, grown: Decimal::ONE, indexation: Decimal::ZERO }
    }

    /// The rules of `rules` in `year`, whose indexed amounts have become `grown` of theirs at `indexation` a year.
    pub(super) fn new(rules: u16, year: u16, grown: Decimal, indexation: Decimal) -> Self {
        Self { rules, year, grown, indexation }
    }

    /// The year the rules are taken for.
    pub(super) fn year(&self) -> u16 {
        self.year
    }

    /// What one unit of an indexed amount has become.
    pub(super) fn grown(&self) -> Decimal {
        self.grown
    }

    /// `amount` of a parameter, in the money of the rules' year.
    pub(super) fn amount<T>(&self, of: &Parameter<T>, amount: Decimal) -> Decimal {
        if of.indexed || self.grown == Decimal::ONE { amount } else { self.in_rules_money(amount) }
    }

    /// An amount of the year the rules are taken for, in the money of the rules' year.
    pub(super) fn in_rules_money(&self, amount: Decimal) -> Decimal {
        // Eight places keep the tax right to a millionth and the arithmetic short, as for pay.
        if self.grown == Decimal::ONE { amount } else { (amount / self.grown).round_dp(8) }
    }

    /// The amount in the money of the rules' year, where `ahead` has it for years to come: the latest that is dated no
    /// later than the year, grown since where the law indexes it; before the first of them, that of the rules.
    pub(super) fn dated(&self, of: &Parameter<Decimal>, ahead: &Parameter<Vec<(u16, Decimal)>>) -> Decimal {
        let known = ahead.value.iter().rfind(|(year, _)| *year > self.rules && *year <= self.year);
        match known {
            None => self.amount(of, of.value),
            Some((_, amount)) if !ahead.indexed => self.in_rules_money(*amount),
            Some((year, amount)) => {
                let grown = growth(self.indexation, year - self.rules).unwrap_or(Decimal::ONE);
                (amount / grown).round_dp(8)
            }
        }
    }
}
