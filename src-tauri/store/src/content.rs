//! A case as rows, and back, without losing a character.

use crate::error::StoreError;
use crate::table::case_file::CaseFile;
use crate::table::offer::OfferRow;
use counterweight_domain::{Case, Offer, case};
use serde::Deserialize;
use std::collections::{HashMap, VecDeque};

/// The largest body of a case (without its offers) or of one offer, as JSON, in bytes.
///
/// The longest text known from practice has 240,000 characters; this holds several of them in one offer.
pub const LARGEST_BODY: usize = 8 << 20;

/// A case, taken apart.
pub(crate) struct Content {
    pub(crate) name: String,
    pub(crate) body: String,
    pub(crate) offers: Vec<OfferContent>,
}

/// One offer of it.
pub(crate) struct OfferContent {
    /// The offer's own id, which need not be unique.
    key: String,
    pub(crate) company: String,
    pub(crate) body: String,
}

impl Content {
    /// Takes a case apart.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`].
    pub(crate) fn of(case: &Case) -> Result<Self, StoreError> {
        let mut alone = case.clone();
        let offers = std::mem::take(&mut alone.offers)
            .into_iter()
            .map(|offer| {
                let body = json(&offer, "This offer")?;
                Ok(OfferContent { key: offer.id, company: offer.company, body })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Self { body: json(&alone, "This case")?, name: alone.name, offers })
    }

    /// The row of the case.
    pub(crate) fn case_file(&self, client_id: String) -> CaseFile {
        CaseFile { client_id, name: self.name.clone(), body_version: i64::from(case::VERSION), body: self.body.clone() }
    }

    /// The rows of the offers under the ids of the rows they had: the same offer keeps its row wherever it moves.
    pub(crate) fn offer_rows(
        &self,
        case_id: &str,
        old: &[(String, OfferRow)],
        mut new_id: impl FnMut() -> String,
    ) -> Vec<(String, OfferRow)> {
        let mut known: HashMap<String, VecDeque<&str>> = HashMap::new();
        for (row_id, row) in old {
            known.entry(key_of(&row.body)).or_default().push_back(row_id);
        }
        let mut rows = Vec::with_capacity(self.offers.len());
        for (position, offer) in (0..).zip(&self.offers) {
            let same = known.get_mut(&offer.key).and_then(VecDeque::pop_front);
            let row_id = same.map_or_else(&mut new_id, str::to_owned);
            let row = OfferRow {
                case_id: case_id.to_owned(),
                position,
                company: offer.company.clone(),
                body: offer.body.clone(),
            };
            rows.push((row_id, row));
        }
        rows
    }
}

/// Puts a case together.
///
/// # Errors
/// [`StoreError::Unreadable`] when a body is not what this build wrote.
pub(crate) fn case(id: &str, row: &CaseFile, offers: &[(String, OfferRow)]) -> Result<Case, StoreError> {
    let unreadable = |source: crate::Cause| StoreError::Unreadable { id: id.to_owned(), source };
    if row.body_version > i64::from(case::VERSION) {
        return Err(unreadable(format!("its document has version {}", row.body_version).into()));
    }
    let mut case: Case = serde_json::from_str(&row.body).map_err(|e| unreadable(e.into()))?;
    for (_, offer) in offers {
        case.offers.push(serde_json::from_str(&offer.body).map_err(|e| unreadable(e.into()))?);
    }
    Ok(case)
}

/// The name of an offer for a list.
pub(crate) fn offer_name(company: &str, body: impl FnOnce() -> Option<String>) -> String {
    if !company.trim().is_empty() {
        return company.trim().to_owned();
    }
    // Only an offer without a company is worth the reading: what it is called depends on what it is.
    let offer: Option<Offer> = body().and_then(|b| serde_json::from_str(&b).ok());
    offer.unwrap_or_default().name().to_owned()
}

fn json(value: &impl serde::Serialize, what: &'static str) -> Result<String, StoreError> {
    let text = serde_json::to_string(value).map_err(|e| StoreError::NotSaved { source: e.into() })?;
    if text.len() > LARGEST_BODY {
        return Err(StoreError::TooLarge { what, bytes: text.len(), most: LARGEST_BODY });
    }
    Ok(text)
}

/// The offer's own id in its body; blank when it cannot be read, and then it gets a row of its own.
fn key_of(body: &str) -> String {
    #[derive(Deserialize)]
    struct Key {
        #[serde(default)]
        id: String,
    }
    serde_json::from_str::<Key>(body).map(|k| k.id).unwrap_or_default()
}
