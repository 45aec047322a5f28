//! A plan to buy the employer's shares below their price.

use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::number::{Amount, Count, Portion, SharePrice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An employee stock purchase plan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PurchasePlan {
    /// Percent of base that the person puts in.
    pub contribution: Entry<Portion>,
    /// Percent below the price; blank is 15.
    pub discount: Entry<Portion>,
    /// Whether the lower of the first and the last day's price counts.
    pub look_back: bool,
    /// Months between purchases; blank is 6.
    pub months: Entry<Count>,
    /// Price of one share on the first day.
    pub share_price: Entry<SharePrice>,
    /// The most a year at the first day's price; blank is the law's $25,000.
    pub cap: Entry<Amount>,
}

impl PurchasePlan {
    /// Reports what cannot be read or cannot be true.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = "the purchase plan";
        self.contribution.check(&path.join("contribution"), whole, findings);
        self.discount.check(&path.join("discount"), whole, findings);
        self.months.check(&path.join("months"), whole, findings);
        self.share_price.check(&path.join("sharePrice"), whole, findings);
        self.cap.check(&path.join("cap"), whole, findings);
        if self.months.value().is_some_and(|m| !(1..=24).contains(&m.get())) {
            findings.error(
                &path.join("months"),
                Problem::new("purchase.months", "Purchases are 1 to 24 months apart.", "Write 6 for twice a year."),
                whole,
            );
        }
    }
}
