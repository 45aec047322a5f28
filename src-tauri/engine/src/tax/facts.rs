//! What is known about a person's year before any tax is computed, and the checks on it.

use counterweight_domain::{Findings, Path, Problem};
use rust_decimal::Decimal;
use std::str::FromStr;

/// How a person files with the United States.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Filing {
    /// Unmarried.
    Single,
    /// Married, filing together.
    Joint,
    /// Unmarried with a household and a dependent.
    HeadOfHousehold,
}

impl FromStr for Filing {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let plain = text.to_ascii_lowercase().replace([' ', '_', '-'], "");
        match plain.as_str() {
            "single" => Ok(Self::Single),
            "joint" | "married" | "marriedfilingjointly" => Ok(Self::Joint),
            "hoh" | "headofhousehold" => Ok(Self::HeadOfHousehold),
            _ => Err(Problem::new(
                "tax.filing.unknown",
                format!("\"{}\" is not a way of filing this engine knows.", text.trim()),
                "Write single, joint or hoh.",
            )),
        }
    }
}

/// Which deduction is taken on the federal return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Deduction {
    /// The standard deduction.
    #[default]
    Standard,
    /// The larger of the standard deduction and state and local income tax alone, itemised under its cap.
    LargerOfStandardAndStateTax,
}

impl FromStr for Deduction {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" | "standard" => Ok(Self::Standard),
            "auto" => Ok(Self::LargerOfStandardAndStateTax),
            other => Err(Problem::new(
                "tax.deduction.unknown",
                format!("\"{other}\" is not a deduction this engine knows."),
                "Write standard or auto.",
            )),
        }
    }
}

/// One person's (or couple's) year in one place. Amounts are USD of the year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonYear {
    /// The tax year.
    pub year: u16,
    /// How they file.
    pub filing: Filing,
    /// The state's two letters, as the post writes it; DC for the District of Columbia.
    pub state: String,
    /// A city with an income tax of its own, if any: NYC.
    pub city: Option<String>,
    /// Wages of the first earner, before the 401(k) deferral.
    pub wages: Decimal,
    /// Wages of the spouse; 0 unless filing jointly.
    pub spouse_wages: Decimal,
    /// Ordinary income of the first earner that bears no payroll tax.
    pub other_income: Decimal,
    /// Net long-term capital gains.
    pub long_term_gains: Decimal,
    /// What incentive stock options were worth above their strike on exercise, shares kept at year end, less what was
    /// counted so of shares sold in the year; may be below zero.
    pub iso_bargain: Decimal,
    /// The first earner's traditional 401(k) deferral.
    pub deferral_401k: Decimal,
    /// What the employer pays into a health savings account: no wages, but in the states that do not follow 26 USC 223.
    pub health_savings: Decimal,
    /// The deduction taken.
    pub deduction: Deduction,
    /// Children under 17.
    pub dependents: u32,
}

/// No amount above this is taken: it keeps every product far inside what a decimal holds.
pub(super) const LARGEST_AMOUNT: i64 = 1_000_000_000_000;

/// More dependents than this are taken for a slip.
const MOST_DEPENDENTS: u32 = 50;

impl PersonYear {
    /// A single person with wages alone and the standard deduction.
    pub fn wages_only(year: u16, state: &str, wages: Decimal) -> Self {
        Self {
            year,
            filing: Filing::Single,
            state: state.to_owned(),
            city: None,
            wages,
            spouse_wages: Decimal::ZERO,
            other_income: Decimal::ZERO,
            long_term_gains: Decimal::ZERO,
            iso_bargain: Decimal::ZERO,
            deferral_401k: Decimal::ZERO,
            health_savings: Decimal::ZERO,
            deduction: Deduction::Standard,
            dependents: 0,
        }
    }

    /// Wages of both earners, before any deferral.
    pub fn all_wages(&self) -> Decimal {
        self.wages + self.spouse_wages
    }

    /// Federal adjusted gross income: wages less the deferral, other income, and gains.
    pub fn adjusted_gross_income(&self) -> Decimal {
        self.all_wages() - self.deferral_401k + self.other_income + self.long_term_gains
    }

    /// Wages of each earner, for taxes that are counted per person.
    pub fn earners(&self) -> [Decimal; 2] {
        [self.wages, self.spouse_wages]
    }

    /// How many people file: two jointly, else one.
    pub fn filers(&self) -> Decimal {
        if self.filing == Filing::Joint { Decimal::TWO } else { Decimal::ONE }
    }

    /// The same facts with every amount times `factor`, to a millionth: what is whole in the year's own money is whole
    /// again there, so that it meets the steps of the rules where it should.
    pub(crate) fn times(&self, factor: Decimal) -> Self {
        let each = |amount: Decimal| (amount * factor).round_dp(6);
        Self {
            wages: each(self.wages),
            spouse_wages: each(self.spouse_wages),
            other_income: each(self.other_income),
            long_term_gains: each(self.long_term_gains),
            iso_bargain: each(self.iso_bargain),
            deferral_401k: each(self.deferral_401k),
            health_savings: each(self.health_savings),
            ..self.clone()
        }
    }

    /// Dependents, as a number to compute with.
    pub fn dependents(&self) -> Decimal {
        Decimal::from(self.dependents)
    }

    /// What cannot be computed in these facts, each with the field it belongs to.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let largest = Decimal::from(LARGEST_AMOUNT);
        for (name, amount) in [
            ("wages", self.wages),
            ("spouseWages", self.spouse_wages),
            ("otherIncome", self.other_income),
            ("longTermGains", self.long_term_gains),
            // Below zero in a year of sale, and then no further than what can be computed.
            ("isoBargain", self.iso_bargain.abs()),
            ("deferral401k", self.deferral_401k),
            ("healthSavings", self.health_savings),
        ] {
            if amount.is_sign_negative() && !amount.is_zero() {
                findings.error(
                    &path.join(name),
                    Problem::new(
                        "tax.amount.negative",
                        format!("{amount} is below zero."),
                        "Write zero or more; losses are not modelled.",
                    ),
                    "the tax of this year",
                );
            } else if amount > largest {
                findings.error(
                    &path.join(name),
                    Problem::new(
                        "tax.amount.tooLarge",
                        format!("{amount} is more than a trillion dollars in one year."),
                        "Check the amount; the largest that is computed is 1,000,000,000,000.",
                    ),
                    "the tax of this year",
                );
            }
        }
        if self.deferral_401k > self.wages {
            findings.error(
                &path.join("deferral401k"),
                Problem::new(
                    "tax.deferral.moreThanWages",
                    "The 401(k) deferral is more than the wages it comes from.",
                    "Write a deferral that is at most the wages.",
                ),
                "the tax of this year",
            );
        }
        if self.filing != Filing::Joint && !self.spouse_wages.is_zero() {
            findings.error(
                &path.join("spouseWages"),
                Problem::new(
                    "tax.spouse.notJoint",
                    "There are spouse's wages, but the filing is not joint.",
                    "Choose joint filing, or leave the spouse's wages at zero.",
                ),
                "the tax of this year",
            );
        }
        if self.dependents > MOST_DEPENDENTS {
            findings.error(
                &path.join("dependents"),
                Problem::new(
                    "tax.dependents.tooMany",
                    format!("{} dependents cannot be right.", self.dependents),
                    format!("Write {MOST_DEPENDENTS} or fewer."),
                ),
                "the tax of this year",
            );
        }
    }
}
