//! The sample: a current job and two offers that pay part in compute.

use crate::files;
use crate::wire::Template;
use counterweight_domain::{Assumptions, Case, CivilDate, Currency, Entry, Offer};

/// The sample's document, as it lies in the repository.
pub const DOCUMENT: &str = include_str!("../samples/northwind-fjord.offer.json");

/// The sample, starting on `start`.
pub fn sample(start: CivilDate) -> Case {
    let mut case = files::read_case(DOCUMENT).expect("the sample is read by a test");
    case.start = Entry::of(start);
    case
}

/// A claim people repeat, as a case that starts on `start`; the sample for a template that is no claim.
pub fn claim(template: Template, start: CivilDate) -> Case {
    let document = match template {
        Template::ClaimWorkstation => include_str!("../samples/claim-workstation.offer.json"),
        Template::ClaimBox => include_str!("../samples/claim-box.offer.json"),
        Template::ClaimBudget => include_str!("../samples/claim-budget.offer.json"),
        Template::TwoOffers | Template::Sample | Template::Machine => DOCUMENT,
    };
    let mut case = files::read_case(document).expect("the claims are read by a test");
    case.start = Entry::of(start);
    case
}

/// Two empty offers to fill in.
pub fn two_offers(start: CivilDate) -> Case {
    let offer = |id: &str| Offer { id: id.to_owned(), ..Offer::default() };
    Case { offers: vec![offer("offer-1"), offer("offer-2")], ..Case::new("My offers", Currency::USD, start) }
}

/// No offer: a machine to plan.
pub fn machine(start: CivilDate) -> Case {
    Case {
        assumptions: Assumptions { horizon_years: Entry::typed("3"), ..Assumptions::default() },
        ..Case::new("A machine of my own", Currency::USD, start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_claims_are_cases_with_nothing_wrong_in_them() {
        for template in [Template::ClaimWorkstation, Template::ClaimBox, Template::ClaimBudget] {
            let case = claim(template, CivilDate::new(2027, 1, 4).expect("a date"));
            let errors: Vec<_> = case.check().into_vec();
            assert!(errors.is_empty(), "{template:?}: {errors:?}");
            assert!(case.offers.len() == 2 && !case.notes.is_empty());
        }
    }

    #[test]
    fn the_sample_is_a_case_with_nothing_wrong_in_it() {
        let case = sample(CivilDate::new(2027, 1, 4).expect("a date"));
        let errors: Vec<_> = case.check().into_vec();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(case.offers.len(), 3);
        // Every figure in force is written out, so that a reader of the file sees what it rests on.
        let written: serde_json::Value = serde_json::from_str(DOCUMENT).expect("JSON");
        let read = serde_json::to_value(files::read_case(DOCUMENT).expect("a case")).expect("JSON");
        assert_eq!(written["offers"][2]["base"], read["offers"][2]["base"]);
    }
}
