//! What is assumed about the years to come. Every one can be changed, and a blank one says what it stands for.

use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::number::{Count, Months, Percent, Portion, Quantity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The assumptions of a case.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Assumptions {
    /// Years that are counted, 1 to 10; blank is four.
    pub horizon_years: Entry<Count>,
    /// Months the person stays; blank is the whole horizon.
    pub stay_months: Entry<Months>,
    /// Expected change of share prices a year, in percent; blank is none: a share is worth today's price.
    pub share_growth: Entry<Percent>,
    /// How far a share price can move in a year, as a standard deviation in percent of log price; blank is 45.
    pub share_volatility: Entry<Portion>,
    /// The share of a company's movement that all companies have in common; blank is 30.
    pub market_share: Entry<Portion>,
    /// Percent of the bonus target that is paid, for all offers alike; blank takes each offer's own.
    pub bonus_payout: Entry<Percent>,
    /// How far a year's payout can lie from plan, as a standard deviation in percent of log payout; blank is 20.
    pub payout_spread: Entry<Portion>,
    /// Whether figures are before or after tax.
    pub tax: TaxBasis,
    /// Whether figures are in the money of each year, in today's purchasing power, or discounted to the start.
    pub money: MoneyBasis,
    /// Whether figures are brought to one cost of living.
    pub place_adjusted: bool,
    /// Inflation a year, in percent; blank is 2.5.
    pub inflation: Entry<Percent>,
    /// The yearly rate at which money to come is discounted, in percent; blank is 5.
    pub discount: Entry<Percent>,
    /// How fast amounts of the tax rules that the law indexes grow in years that are not published yet, in percent a
    /// year; blank is 2.5, between the 2.7 of 2025 and the 2.3 of 2026 in the United States.
    pub tax_indexation: Entry<Percent>,
    /// The offer that others are compared with, by id; empty is the current job.
    pub baseline: String,
    /// How likely it is to be let go in a year, in percent; blank is none.
    pub layoff_risk: Entry<Portion>,
    /// Months without pay after being let go, until a job with the same base; blank is six.
    pub months_between_jobs: Entry<Months>,
    /// How likely the person is to leave in a year, in percent; blank is none. It weighs the value by month of leaving.
    pub leave_risk: Entry<Portion>,
    /// How far a year's raise can lie from plan, as a standard deviation in percent; blank is none.
    pub raise_spread: Entry<Portion>,
    /// Jumps of share prices a year, on average; blank is none.
    pub jumps: Entry<Quantity>,
    /// Mean size of a jump, in percent of the price.
    pub jump_size: Entry<Percent>,
    /// Number of sampled futures; blank is 10,000.
    pub paths: Entry<Count>,
    /// Seed of the sampled futures; blank is 1.
    pub seed: Entry<Count>,
}

/// Before or after tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum TaxBasis {
    /// Before any tax.
    #[default]
    BeforeTax,
    /// After the tax of each offer's place.
    AfterTax,
}

/// In which money figures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MoneyBasis {
    /// As it will be paid.
    #[default]
    Nominal,
    /// In the purchasing power of the start.
    Real,
    /// Discounted to the start.
    Present,
}

impl Assumptions {
    /// Reports what cannot be read or cannot be used.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let usual = "this assumption; the usual one is used instead";
        self.horizon_years.check(&path.join("horizonYears"), usual, findings);
        self.stay_months.check(&path.join("stayMonths"), usual, findings);
        self.share_growth.check(&path.join("shareGrowth"), usual, findings);
        self.share_volatility.check(&path.join("shareVolatility"), usual, findings);
        self.market_share.check(&path.join("marketShare"), usual, findings);
        self.bonus_payout.check(&path.join("bonusPayout"), usual, findings);
        self.payout_spread.check(&path.join("payoutSpread"), usual, findings);
        self.inflation.check(&path.join("inflation"), usual, findings);
        self.discount.check(&path.join("discount"), usual, findings);
        self.tax_indexation.check(&path.join("taxIndexation"), usual, findings);
        self.layoff_risk.check(&path.join("layoffRisk"), usual, findings);
        self.months_between_jobs.check(&path.join("monthsBetweenJobs"), usual, findings);
        self.leave_risk.check(&path.join("leaveRisk"), usual, findings);
        self.raise_spread.check(&path.join("raiseSpread"), usual, findings);
        self.jumps.check(&path.join("jumps"), usual, findings);
        self.jump_size.check(&path.join("jumpSize"), usual, findings);
        for (entry, field) in [(&self.inflation, "inflation"), (&self.discount, "discount")] {
            if entry
                .value()
                .is_some_and(|p| p.percent() <= rust_decimal::dec!(-50) || p.percent() > rust_decimal::dec!(100))
            {
                findings.error(
                    &path.join(field),
                    Problem::new(
                        "rate.range",
                        "A yearly rate lies between -50 and 100 %.",
                        "Write 2.5 for 2.5 % a year.",
                    ),
                    usual,
                );
            }
        }
        if self
            .tax_indexation
            .value()
            .is_some_and(|p| p.percent() < rust_decimal::dec!(-5) || p.percent() > rust_decimal::dec!(20))
        {
            findings.error(
                &path.join("taxIndexation"),
                Problem::new(
                    "taxIndexation.range",
                    "Tax amounts grow by -5 to 20 % a year.",
                    "Write 2.5 for 2.5 % a year.",
                ),
                usual,
            );
        }
        self.paths.check(&path.join("paths"), usual, findings);
        self.seed.check(&path.join("seed"), usual, findings);
        if self.horizon_years.value().is_some_and(|y| !(1..=10).contains(&y.get())) {
            findings.error(
                &path.join("horizonYears"),
                Problem::new("horizon.range", "The horizon is 1 to 10 years.", "Write a number of years from 1 to 10."),
                usual,
            );
        }
        if self.paths.value().is_some_and(|p| !(100..=100_000).contains(&p.get())) {
            findings.error(
                &path.join("paths"),
                Problem::new(
                    "paths.range",
                    "The number of futures is 100 to 100,000.",
                    "Write 10,000 for a good answer at once.",
                ),
                usual,
            );
        }
    }
}
