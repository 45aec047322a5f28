//! Refreshers: grants that may follow the first one, year after year, and stack.
//!
//! They are a policy, not a promise: how often, how large, under which terms, and how likely. What is expected of one
//! is its size times its probability; a forecast keeps the two apart.

use super::terms::{Events, Terms};
use super::{Award, Tranche, schedule};
use counterweight_domain::{CivilDate, Problem};
use rust_decimal::Decimal;

/// Months that a forecast may reach: a hundred years.
const LONGEST: u32 = 1_200;

/// How an employer is expected to grant refreshers.
#[derive(Debug, Clone, PartialEq)]
pub struct Refreshers {
    /// Months from one to the next, 1 or more.
    pub every_months: u32,
    /// Months after the start to the first.
    pub first_month: u32,
    /// Size of the first one: money in the offer's currency at its grant date, or shares.
    pub size: Size,
    /// Growth of the size in a year, in percent, above −100. The size is raised once a year, on the anniversaries of
    /// the first one.
    pub growth_percent: Decimal,
    /// How likely each of them is, in percent from 0 to 100.
    pub probability_percent: Decimal,
    /// When each of them vests, counted from its own grant date.
    pub terms: Terms,
}

/// The size of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Money, at the share price of the grant date.
    Money(Decimal),
    /// Shares.
    Shares(Decimal),
}

impl Size {
    /// The figure, in money or shares.
    pub fn figure(self) -> Decimal {
        match self {
            Size::Money(figure) | Size::Shares(figure) => figure,
        }
    }

    fn scaled(self, by: Decimal) -> Option<Self> {
        Some(match self {
            Size::Money(figure) => Size::Money(figure.checked_mul(by)?),
            Size::Shares(figure) => Size::Shares(figure.checked_mul(by)?),
        })
    }
}

/// One refresher of a forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Refresher {
    /// Months after the start.
    pub month: u32,
    /// The day it is granted.
    pub granted: CivilDate,
    /// How large, if it is granted: money to two decimals, shares whole and rounded down.
    pub size: Size,
    /// How likely, from 0 to 1.
    pub probability: Decimal,
    /// What vests by the horizon if it is granted, in the figure of `size`: shares by the terms' allocation, money
    /// to ten decimals.
    pub tranches: Vec<Tranche>,
}

impl Refresher {
    /// The size times the probability.
    pub fn expected(&self) -> Decimal {
        self.size.figure() * self.probability
    }
}

impl Refreshers {
    /// The refreshers granted from `start` to the end of `horizon_months`, and what of each vests by then.
    ///
    /// # Errors
    /// When the policy cannot be true (no cadence, a probability outside 0 to 100, a size below zero, a growth of
    /// −100 % or less), grows past what can be computed, or has terms that cannot be followed.
    pub fn stack(&self, start: CivilDate, horizon_months: u32) -> Result<Vec<Refresher>, Problem> {
        self.check()?;
        let horizon = horizon_months.min(LONGEST);
        let until = start.plus_months(horizon);
        let probability = self.probability_percent / Decimal::ONE_HUNDRED;
        let growth = Decimal::ONE + self.growth_percent / Decimal::ONE_HUNDRED;
        let (mut factor, mut raises) = (Decimal::ONE, 0);
        let mut stack = Vec::new();
        let mut month = self.first_month;
        while month <= horizon {
            while raises < (month - self.first_month) / 12 {
                factor = factor.checked_mul(growth).ok_or_else(too_large)?;
                raises += 1;
            }
            let size = match self.size.scaled(factor).ok_or_else(too_large)? {
                Size::Money(money) => Size::Money(money.round_dp(2)),
                Size::Shares(shares) => Size::Shares(shares.floor()),
            };
            let granted = start.plus_months(month);
            stack.push(Refresher { month, granted, size, probability, tranches: self.vests(size, granted, until)? });
            month = month.saturating_add(self.every_months);
        }
        Ok(stack)
    }

    fn vests(&self, size: Size, granted: CivilDate, until: CivilDate) -> Result<Vec<Tranche>, Problem> {
        let events = Events::new();
        let mut award = Award::new(size.figure(), granted, &events);
        if matches!(size, Size::Money(_)) {
            award.allocation = Some(super::Allocation::Fractional);
        }
        let mut tranches = schedule(&self.terms, &award)?.tranches;
        tranches.retain(|t| t.date <= until);
        Ok(tranches)
    }

    fn check(&self) -> Result<(), Problem> {
        let problem = |id, message: &str, fix: &str| Err(Problem::new(id, message, fix));
        if self.every_months == 0 {
            return problem(
                "refreshers.cadence",
                "Refreshers without a span between them have no number.",
                "Write the months from one to the next, such as 12.",
            );
        }
        if !(Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&self.probability_percent) {
            return problem(
                "refreshers.probability",
                "A probability lies between 0 and 100 %.",
                "Write how likely a refresher is, in percent.",
            );
        }
        if self.size.figure() < Decimal::ZERO {
            return problem("refreshers.size", "A refresher cannot be less than nothing.", "Write its size, or 0.");
        }
        if self.growth_percent <= -Decimal::ONE_HUNDRED {
            return problem(
                "refreshers.growth",
                "A refresher cannot lose all its size in a year.",
                "Write a growth above −100 %.",
            );
        }
        Ok(())
    }
}

fn too_large() -> Problem {
    Problem::new(
        "refreshers.tooLarge",
        "These refreshers grow past what can be computed.",
        "Write a smaller growth or a shorter horizon.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vesting::{DayOfMonth, presets, vested_by};
    use counterweight_domain::entry::FromText;
    use rust_decimal::dec;

    fn day(text: &str) -> CivilDate {
        CivilDate::from_text(text).expect("a date")
    }

    fn policy(size: Size) -> Refreshers {
        let even = presets().iter().find(|p| p.key == "even-4y-yearly").expect("a preset");
        Refreshers {
            every_months: 12,
            first_month: 12,
            size,
            growth_percent: dec!(0),
            probability_percent: dec!(100),
            terms: even.terms(DayOfMonth::default()).expect("reads"),
        }
    }

    /// A comment on Hacker News (item 27765672) works this out: an initial 100K over four years from the start, then
    /// 40K, 60K, 80K and 100K after one to four years, each over four years, vest 25, 35, 50, 70 and 70K a year. The
    /// refreshers alone are therefore 0, 10, 25, 45 and 70K. The policy of one growth cannot say 40-60-80-100, so each
    /// is a policy of its own here.
    #[test]
    fn refreshers_stack() {
        let start = day("2022-01-01");
        let mut vested = [Decimal::ZERO; 5];
        for (first, size) in [(12, dec!(40_000)), (24, dec!(60_000)), (36, dec!(80_000)), (48, dec!(100_000))] {
            let one = Refreshers { first_month: first, every_months: 1_200, ..policy(Size::Money(size)) };
            for refresher in one.stack(start, 60).expect("a policy") {
                for (year, sum) in (1u32..).zip(&mut vested) {
                    *sum += vested_by(&refresher.tranches, start.plus_months(year * 12))
                        - vested_by(&refresher.tranches, start.plus_months(year * 12 - 12));
                }
            }
        }
        assert_eq!(vested, [dec!(0), dec!(10_000), dec!(25_000), dec!(45_000), dec!(70_000)]);
    }

    /// By hand: 100 shares growing 10 % a year are 100, 110, 121, 133.1; half as likely, 50, 55, 60.5, 66.5 are
    /// expected of whole shares. Granted each January from the second.
    #[test]
    fn sizes_grow_and_are_expected_by_their_probability() {
        let half =
            Refreshers { growth_percent: dec!(10), probability_percent: dec!(50), ..policy(Size::Shares(dec!(100))) };
        let stack = half.stack(day("2027-01-01"), 48).expect("a policy");
        let sizes: Vec<Decimal> = stack.iter().map(|r| r.size.figure()).collect();
        let expected: Vec<Decimal> = stack.iter().map(Refresher::expected).collect();
        let granted: Vec<String> = stack.iter().map(|r| r.granted.to_string()).collect();
        assert_eq!(sizes, [dec!(100), dec!(110), dec!(121), dec!(133)]);
        assert_eq!(expected, [dec!(50), dec!(55), dec!(60.5), dec!(66.5)]);
        assert_eq!(granted, ["2028-01-01", "2029-01-01", "2030-01-01", "2031-01-01"]);
        assert_eq!(stack[0].tranches.len(), 3, "of four years, three lie within the horizon");
        assert!(stack[3].tranches.is_empty(), "granted on the last day, nothing of it has vested");
    }

    #[test]
    fn what_cannot_be_true_is_refused() {
        let start = day("2027-01-01");
        let good = policy(Size::Shares(dec!(100)));
        let refused = |policy: Refreshers| policy.stack(start, 48).expect_err("refused").id;
        assert_eq!(refused(Refreshers { every_months: 0, ..good.clone() }), "refreshers.cadence");
        assert_eq!(refused(Refreshers { probability_percent: dec!(101), ..good.clone() }), "refreshers.probability");
        assert_eq!(refused(Refreshers { size: Size::Money(dec!(-1)), ..good.clone() }), "refreshers.size");
        assert_eq!(refused(Refreshers { growth_percent: dec!(-100), ..good.clone() }), "refreshers.growth");
        let endless = Refreshers { growth_percent: dec!(1_000_000), ..good };
        assert_eq!(endless.stack(start, 1_200).expect_err("refused").id, "refreshers.tooLarge");
    }
}
