//! Mutated case documents are answered, each within a second.

#[path = "fuzz/mod.rs"]
mod fuzz;

/// Documents in the test; the example `fuzz_case` runs as many as it is told.
const DOCUMENTS: u64 = 2_000;
/// How much longer than it may an answer takes beside the builds and tests of a loaded machine, without optimisation; the
/// example holds the second itself.
const LOADED: u32 = 10;

#[test]
fn a_whole_case_is_a_case_and_nothing_of_it_is_left_out() {
    let text = fuzz::whole().to_string();
    let case = counterweight_app::files::read_case(&text).expect("a case");
    let compared = counterweight_engine::comparison::compare(&case);
    let full = &compared.offers[1];
    assert!(full.valued && full.private.is_some() && full.taxes.len() == 5, "{:?}", compared.findings);
    assert!(full.left_out.is_empty(), "{:?}", full.left_out);
}

#[test]
fn every_mutated_document_is_answered() {
    let whole = fuzz::whole();
    let mut cases = 0;
    for number in 0..DOCUMENTS {
        let (is_case, took) = fuzz::answer(&fuzz::document(&whole, number));
        cases += u64::from(is_case);
        assert!(took <= fuzz::LONGEST * LOADED, "document {number} took {took:?}");
    }
    // Else the mutations would only test the refusal.
    assert!(cases > DOCUMENTS / 10, "only {cases} of {DOCUMENTS} documents were cases");
}
