//! A case: one person's decision, with its offers, workload and assumptions, as one document.

use crate::assumptions::Assumptions;
use crate::currency::Currency;
use crate::date::CivilDate;
use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::number::ExchangeFactor;
use crate::offer::Offer;
use crate::person::Person;
use crate::workload::Workload;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use ts_rs::TS;

/// The name of the exchange format.
pub const FORMAT: &str = "counterweight-case";
/// The version of the exchange format that this build reads and writes.
pub const VERSION: u32 = 1;
/// The most offers one case holds.
pub const MOST_OFFERS: usize = 12;

/// One decision. This is also the exchange document (`*.offer.json`), lossless both ways.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Case {
    /// Always `counterweight-case`.
    pub format: String,
    /// Version of the format, 1.
    pub version: u32,
    /// What the person calls it.
    #[serde(default)]
    pub name: String,
    /// The currency in which offers are compared.
    #[serde(default)]
    pub currency: Entry<Currency>,
    /// The day from which years are counted.
    #[serde(default)]
    pub start: Entry<CivilDate>,
    /// Rates between other currencies and the case's.
    #[serde(default)]
    pub exchange: Vec<ExchangeRate>,
    /// What is assumed about the years to come.
    #[serde(default)]
    pub assumptions: Assumptions,
    /// The person, for tax.
    #[serde(default)]
    pub person: Person,
    /// The person's use of AI models.
    #[serde(default)]
    pub workload: Workload,
    /// The offers, the current job among them.
    #[serde(default)]
    pub offers: Vec<Offer>,
    /// Free notes.
    #[serde(default)]
    pub notes: String,
}

/// A dated rate: one unit of `currency` is `rate` units of the case's currency.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ExchangeRate {
    /// The other currency.
    pub currency: Entry<Currency>,
    /// What one unit of it is in the case's currency.
    pub rate: Entry<ExchangeFactor>,
    /// The day of the rate.
    pub as_of: Entry<CivilDate>,
}

impl Case {
    /// An empty case in `currency` that starts on `start`.
    pub fn new(name: impl Into<String>, currency: Currency, start: CivilDate) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            name: name.into(),
            currency: Entry::of(currency),
            start: Entry::of(start),
            exchange: Vec::new(),
            assumptions: Assumptions::default(),
            person: Person::default(),
            workload: Workload::default(),
            offers: Vec::new(),
            notes: String::new(),
        }
    }

    /// Everything in the case that cannot be read or cannot be true, with paths.
    ///
    /// A finding never stops the rest: what it names as left out is missing from the figures, all else stands.
    pub fn check(&self) -> Findings {
        let mut findings = Findings::default();
        let root = Path::root();
        self.currency.check(&root.join("currency"), "every figure", &mut findings);
        self.start.check(&root.join("start"), "every dated figure", &mut findings);
        for (i, rate) in self.exchange.iter().enumerate() {
            let at = root.join("exchange").join(i);
            let whole = "offers in this currency";
            rate.currency.check(&at.join("currency"), whole, &mut findings);
            rate.rate.check(&at.join("rate"), whole, &mut findings);
            rate.as_of.check(&at.join("asOf"), whole, &mut findings);
        }
        self.assumptions.check(&root.join("assumptions"), &mut findings);
        self.person.check(&root.join("person"), &mut findings);
        self.workload.check(&root.join("workload"), &mut findings);
        let mut ids = HashSet::new();
        for (i, offer) in self.offers.iter().enumerate() {
            let at = root.join("offers").join(i);
            if !ids.insert(offer.id.as_str()) {
                findings.error(
                    &at.join("id"),
                    Problem::new("offer.sameId", "Two offers have the same id.", "Give each offer an id of its own."),
                    "this offer",
                );
            }
            offer.check(&at, &mut findings);
        }
        if self.offers.len() > MOST_OFFERS {
            findings.error(
                &root.join("offers"),
                Problem::new(
                    "case.tooManyOffers",
                    format!("A case holds at most {MOST_OFFERS} offers."),
                    "Move the rest to another case.",
                ),
                "the offers beyond that",
            );
        }
        findings
    }
}
