//! What is assumed about the years to come. Every one can be changed, and a blank one says what it stands for.

use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::number::{Count, Months, Percent, Portion};
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
    /// Number of sampled futures; blank is 10,000.
    pub paths: Entry<Count>,
    /// Seed of the sampled futures; blank is 1.
    pub seed: Entry<Count>,
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
