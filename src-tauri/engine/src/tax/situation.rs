//! A person's (or couple's) year in any place, before any tax is computed: the same facts in the place's own currency.

use super::facts::{Deduction, Filing, PersonYear};
use counterweight_domain::{Findings, Path};
use rust_decimal::{Decimal, dec};

/// What is known of a year. Amounts are in the currency of the place, for the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// The tax year; where it is not the calendar's (the United Kingdom, India), the year in which it begins.
    pub year: u16,
    /// How they file. Outside the United States and Germany each earner of a couple is taxed alone.
    pub filing: Filing,
    /// Wages of the first earner, before any deferral.
    pub wages: Decimal,
    /// Wages of the spouse; 0 unless filing jointly.
    pub spouse_wages: Decimal,
    /// Ordinary income of the first earner that is not wages for payroll tax, such as that of incentive options or plan
    /// shares sold early (26 USC 421(b), 3121(a)(22)); outside the United States it counts as pay.
    pub other_income: Decimal,
    /// Net long-term capital gains; outside the United States they are not taxed here, and that is said.
    pub long_term_gains: Decimal,
    /// What incentive options were worth above their strike on exercise, shares kept, less what was counted so of shares
    /// sold in the year (Form 6251, dispositions), so that it may be below zero; outside the United States there is no
    /// such option, and an amount above zero counts as pay.
    pub iso_bargain: Decimal,
    /// What the first earner puts aside before tax: 401(k), a pension from gross pay, a registered plan. Germany and
    /// India give no relief for it here, and that is said.
    pub deferral: Decimal,
    /// What the first earner's employer pays into a health savings account in the United States: no wages, but in the states
    /// that do not follow the federal rule.
    pub health_savings: Decimal,
    /// Children under 17.
    pub dependents: u32,
    /// The deduction taken in the United States.
    pub deduction: Deduction,
    /// How fast every amount of the rules grows in a year beyond the files, as a share of one; years before the files
    /// shrink by it.
    pub indexation: Decimal,
}

impl Situation {
    /// The growth of tax tables that is taken where nothing else is said.
    ///
    /// The United States indexed its brackets by 2.7 % for 2025 and about 2.3 % for 2026 (Rev. Proc. 2024-40, 2025-32).
    pub const INDEXATION: Decimal = dec!(0.025);

    /// A single person with wages alone.
    pub fn wages_only(year: u16, wages: Decimal) -> Self {
        Self {
            year,
            filing: Filing::Single,
            wages,
            spouse_wages: Decimal::ZERO,
            other_income: Decimal::ZERO,
            long_term_gains: Decimal::ZERO,
            iso_bargain: Decimal::ZERO,
            deferral: Decimal::ZERO,
            health_savings: Decimal::ZERO,
            dependents: 0,
            deduction: Deduction::Standard,
            indexation: Self::INDEXATION,
        }
    }

    /// The same facts with other wages of the first earner.
    #[must_use]
    pub fn with_wages(&self, wages: Decimal) -> Self {
        Self { wages, ..*self }
    }

    /// What cannot be computed in these facts, each with the field it belongs to.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        self.person_year().check(path, findings);
    }

    /// The facts as the United States' rules take them, with no place named.
    pub(crate) fn person_year(&self) -> PersonYear {
        PersonYear {
            year: self.year,
            filing: self.filing,
            state: String::new(),
            city: None,
            wages: self.wages,
            spouse_wages: self.spouse_wages,
            other_income: self.other_income,
            long_term_gains: self.long_term_gains,
            iso_bargain: self.iso_bargain,
            deferral_401k: self.deferral,
            health_savings: self.health_savings,
            deduction: self.deduction,
            dependents: self.dependents,
        }
    }

    /// The facts in the money of a year whose amounts are smaller by `factor`.
    pub(crate) fn deflated(&self, factor: Decimal) -> Self {
        if factor == Decimal::ONE {
            return *self;
        }
        // Eight places keep the tax right to a millionth and the arithmetic short.
        self.amounts(|amount| (amount / factor).round_dp(8))
    }

    /// The same facts with every amount times `factor`.
    pub(crate) fn times(&self, factor: Decimal) -> Self {
        self.amounts(|amount| amount * factor)
    }

    fn amounts(&self, each: impl Fn(Decimal) -> Decimal) -> Self {
        Self {
            wages: each(self.wages),
            spouse_wages: each(self.spouse_wages),
            other_income: each(self.other_income),
            long_term_gains: each(self.long_term_gains),
            iso_bargain: each(self.iso_bargain),
            deferral: each(self.deferral),
            health_savings: each(self.health_savings),
            ..*self
        }
    }

    /// What counts as pay of the first earner beside wages where incentive options are unknown.
    pub(crate) fn beside_wages(&self) -> Decimal {
        self.other_income + self.iso_bargain.max(Decimal::ZERO)
    }

    /// Pay of each earner where incentive options are unknown: their bargain counts as pay.
    pub(crate) fn pay(&self) -> [Decimal; 2] {
        [self.wages + self.beside_wages(), self.spouse_wages]
    }
}
