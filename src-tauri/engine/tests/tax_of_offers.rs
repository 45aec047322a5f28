//! Tax as it reaches an offer's total, against sums written out by hand.

use counterweight_domain::assumptions::TaxBasis;
use counterweight_domain::grant::{Cadence, GrantSize, Instrument};
use counterweight_domain::offer::Move;
use counterweight_domain::{Case, CivilDate, Currency, Entry, Grant, Offer, Vesting};
use counterweight_engine::comparison::compare;
use rust_decimal::dec;

fn case(years: &str, offers: Vec<Offer>) -> Case {
    let mut case = Case::new("tax", Currency::USD, CivilDate::new(2026, 1, 1).expect("a date"));
    case.assumptions.horizon_years = Entry::typed(years);
    case.assumptions.tax = TaxBasis::AfterTax;
    case.offers = offers;
    case
}

fn offer(id: &str, place: &str, base: &str) -> Offer {
    Offer { id: id.into(), company: id.into(), place: place.into(), base: Entry::typed(base), ..Offer::default() }
}

/// Incentive options that are exercised and held pay nothing and are taxed all the same. 2026, single, Texas, 200,000: tax
/// 36,734 and payroll 14,339; 3,000 options are worth 20 more than their strike: 260,000 less the exemption of 90,100 at
/// 26 % are 44,174, which is 7,440 more than 36,734. The year comes to 200,000 − 30,000 − 51,073 − 7,440.
#[test]
fn options_that_are_held_bear_the_alternative_minimum_tax() {
    let grant = Grant {
        instrument: Instrument::Iso,
        size: GrantSize::Shares { count: Entry::typed("3000") },
        share_price: Entry::typed("30"),
        strike: Entry::typed("10"),
        exercise: counterweight_domain::grant::Exercise::Hold,
        vesting: Vesting::Yearly { split: Entry::typed("100"), every: Cadence::Year, cliff_months: Entry::default() },
        ..Grant::default()
    };
    let mut case = case("3", vec![Offer { grants: vec![grant], ..offer("Acme", "US-TX", "200000") }]);
    case.assumptions.share_volatility = Entry::typed("0");
    let compared = compare(&case);
    assert_eq!(compared.offers[0].years[0].total, dec!(111487));
    assert_eq!(compared.futures.offers[0].cumulative[0].p50, dec!(111487));
}

/// Four years from 2026 reach beyond the published rules, and Maryland's counties tax as well: both are said once at the
/// place. A year of 2026 in Texas has nothing to be said of it.
#[test]
fn what_is_projected_or_left_out_of_tax_is_said() {
    let said = |years: &str, place: &str| {
        let compared = compare(&case(years, vec![offer("Acme", place, "200000")]));
        let about = |f: &&counterweight_domain::Finding| f.path.as_str().ends_with("offers/0/place");
        compared.findings.iter().filter(about).map(|f| f.id.clone()).collect::<Vec<_>>()
    };
    let maryland = said("4", "US-MD");
    for id in ["tax.year.indexed", "tax.local.leftOut"] {
        assert_eq!(maryland.iter().filter(|said| *said == id).count(), 1, "{maryland:?}");
    }
    assert_eq!(said("1", "US-TX"), Vec::<String>::new());
}

/// No verdict between a figure after tax and one before it, or one that is not there.
#[test]
fn offers_on_different_footings_are_not_ranked() {
    let untaxed = compare(&case("4", vec![offer("Acme", "", "200000"), offer("Globex", "US-CA", "210000")]));
    assert_eq!((untaxed.best.as_deref(), untaxed.runner_up, untaxed.lead), (Some("Globex"), None, None));
    let unread = compare(&case("4", vec![offer("Acme", "US-CA", "abc"), offer("Globex", "US-CA", "100000")]));
    assert_eq!((unread.best.as_deref(), unread.runner_up, unread.lead), (Some("Globex"), None, None));
    // Without a place for any of them all are before tax, and alike.
    let alike = compare(&case("4", vec![offer("Acme", "", "200000"), offer("Globex", "", "210000")]));
    assert_eq!((alike.best.as_deref(), alike.runner_up.as_deref()), (Some("Globex"), Some("Acme")));
}

/// Before the move the first place taxes, after it the second: of three years from January 2026 with a move at the end of
/// the first, the first is California's alone and the others are Washington's. In the year of a move each takes its part.
#[test]
fn a_move_ends_one_place_and_begins_the_other() {
    let moving = |place: &str, on: &str| Offer {
        moving: Some(Move { place: place.into(), on: Entry::typed(on) }),
        ..offer("Acme", "US-CA", "200000")
    };
    let years = |offer: Offer| -> Vec<_> {
        let compared = compare(&case("3", vec![offer]));
        compared.offers[0].years.iter().map(|year| year.total).collect()
    };
    let (california, washington) = (years(offer("Acme", "US-CA", "200000")), years(offer("Acme", "US-WA", "200000")));
    let after_a_year = years(moving("US-WA", "2027-01-01"));
    assert_eq!(after_a_year, [california[0], washington[1], washington[2]]);
    let halfway = years(moving("US-WA", "2027-07-01"));
    let middle = (california[1] + washington[1]) / dec!(2);
    assert!((halfway[1] - middle).abs() <= dec!(0.01), "{} and {middle}", halfway[1]);
    assert_eq!((halfway[0], halfway[2]), (california[0], washington[2]));
    // A move on the first day is the second place; one after the horizon, to where the person is, or abroad is none.
    assert_eq!(years(moving("US-WA", "2026-01-01")), washington);
    for (place, on, said) in [
        ("US-WA", "2031-01-01", "move.late"),
        ("US-CA", "2027-01-01", "move.samePlace"),
        ("UK", "2027-01-01", "tax.move.country"),
        ("Atlantis", "2027-01-01", "tax.place.unknown"),
        ("", "2027-01-01", "move.noPlace"),
        ("US-WA", "", "move.noDate"),
    ] {
        let compared = compare(&case("3", vec![moving(place, on)]));
        assert_eq!(compared.offers[0].years.iter().map(|year| year.total).collect::<Vec<_>>(), california, "{said}");
        let finding = compared.findings.iter().find(|finding| finding.id == said);
        assert!(
            finding.is_some_and(|finding| finding.path.to_string().contains("move")),
            "{said}: {:?}",
            compared.findings
        );
    }
}
