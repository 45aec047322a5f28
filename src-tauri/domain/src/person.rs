//! The person whom the pay is taxed with: what a tax return needs to know beside the offer.

use crate::entry::Entry;
use crate::finding::{Findings, Path};
use crate::number::{Amount, Count, Portion};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is known of the person beside the offers. Amounts are in the case's currency.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Person {
    /// How the return is filed.
    pub filing: Filing,
    /// Wages of the spouse a year, when filing together.
    pub spouse_wages: Entry<Amount>,
    /// Children under 17.
    pub dependents: Entry<Count>,
    /// Percent of base that the person saves before tax for retirement; blank is what is matched.
    pub deferral: Entry<Portion>,
    /// Long-term gains a year from elsewhere.
    pub long_term_gains: Entry<Amount>,
}

/// How a tax return is filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Filing {
    /// Alone.
    #[default]
    Single,
    /// Together with a spouse.
    Joint,
    /// Alone, with a household and a dependent.
    HeadOfHousehold,
}

impl Person {
    /// Reports what cannot be read.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let tax = "this figure; tax is computed without it";
        self.spouse_wages.check(&path.join("spouseWages"), tax, findings);
        self.dependents.check(&path.join("dependents"), tax, findings);
        self.deferral.check(&path.join("deferral"), tax, findings);
        self.long_term_gains.check(&path.join("longTermGains"), tax, findings);
    }
}
