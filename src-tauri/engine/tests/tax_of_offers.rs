//! Tax as it reaches an offer's total, against sums written out by hand.

use counterweight_domain::assumptions::{MoneyBasis, TaxBasis};
use counterweight_domain::case::ExchangeRate;
use counterweight_domain::grant::{Cadence, GrantSize, Instrument};
use counterweight_domain::offer::{Benefit, BenefitKind, Move};
use counterweight_domain::person::Filing;
use counterweight_domain::{Case, CivilDate, Currency, Entry, Findings, Grant, Offer, Vesting};
use counterweight_engine::comparison::compare;
use counterweight_engine::taxation;
use rust_decimal::{Decimal, dec};

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

/// The last half of a stay is no year of low income: of 18 months in California at 200,000 it bears half of what a whole
/// second year bears, in ledger, futures and words; its weight is of the month in which it ends.
#[test]
fn a_part_of_a_year_bears_its_part_of_the_tax_of_a_whole_one() {
    let tax_of = |stay: &str, sign_on: &str, money: MoneyBasis| {
        let mut offer = offer("Acme", "US-CA", "200000");
        offer.sign_on.amount = Entry::typed(sign_on);
        let mut case = case("2", vec![offer]);
        case.assumptions.stay_months = Entry::typed(stay);
        case.assumptions.money = money;
        compare(&case)
    };
    let whole = tax_of("24", "", MoneyBasis::Nominal);
    let part = tax_of("18", "", MoneyBasis::Nominal);
    let half = |part: Decimal, whole: Decimal| assert!((part * dec!(2) - whole).abs() <= dec!(0.01), "{part}, {whole}");
    half(part.offers[0].years[1].total, whole.offers[0].years[1].total);
    half(part.offers[0].taxes[1].tax, whole.offers[0].taxes[1].tax);
    assert_eq!(part.offers[0].taxes[0].tax, whole.offers[0].taxes[0].tax);
    assert!(part.findings.iter().any(|f| f.id == "tax.partYear" && f.path.as_str() == "offers/0/place"));
    assert!(!whole.findings.iter().any(|f| f.id == "tax.partYear"));
    let middle = &part.futures.offers[0].cumulative[1];
    assert_eq!(middle.p50, part.offers[0].total);
    // The tax of the second year is dated and weighed at month 18: at 5 % a year one half year before the second ends.
    let present = tax_of("18", "", MoneyBasis::Present);
    let weighed = part.offers[0].taxes[1].tax * dec!(0.929428640903);
    assert!((present.offers[0].taxes[1].tax - weighed).abs() <= dec!(0.01), "{}", present.offers[0].taxes[1].tax);
    // What is paid once does not go on: half a year with 100,000 for joining is taxed as 100,000 and 200,000 of salary, of
    // which it bears two parts of three.
    let once = tax_of("6", "100000", MoneyBasis::Nominal);
    let year = tax_of("12", "100000", MoneyBasis::Nominal);
    let two_thirds = year.offers[0].taxes[0].tax * dec!(2) / dec!(3);
    assert!((once.offers[0].taxes[0].tax - two_thirds).abs() <= dec!(0.01), "{two_thirds}");
}

/// The person's own amounts are in the case's currency, as the comparison is: at 1.25 dollars for a pound gains of 50,000
/// are 40,000 pounds, and a spouse's 100,000 are 80,000. Without a rate the offer stays before tax, and that is said.
#[test]
fn own_amounts_are_taxed_in_the_money_of_the_place() {
    let mut case = case("1", vec![offer("Acme", "UK", "125000")]);
    case.person.filing = Filing::Joint;
    case.person.spouse_wages = Entry::typed("100000");
    let unread = compare(&case);
    assert!(unread.findings.iter().any(|f| f.id == "exchange.missing" && f.path.as_str() == "offers/0/place"));
    assert!(unread.offers[0].taxes.is_empty());
    case.exchange = vec![ExchangeRate {
        currency: Entry::typed("GBP"),
        rate: Entry::typed("1.25"),
        as_of: Entry::typed("2026-01-01"),
    }];
    let bill = taxation::bill(&case, 0, 1, &mut Findings::default()).expect("a bill");
    // Each earner alone. 100,000 pounds: 7,540 + 40 % of 49,730 = 27,432, and 3,016 + 2 % of 49,730 = 4,010.60. 80,000
    // pounds: 7,540 + 40 % of 29,730 = 19,432, and 3,016 + 2 % of 29,730 = 3,610.60.
    assert_eq!(bill.known_total, dec!(27432) + dec!(4010.60) + dec!(19432) + dec!(3610.60));
}

/// What is withheld from pay beside the salary is a flat 22 %, whatever it adds to the tax. 2026, single, 180,000 of salary
/// and 150,000 of shares in the year: 33,000 are withheld, the shares add 78,634.25 − 31,934, and 13,700.25 are left for April.
#[test]
fn the_bill_says_what_is_left_for_april() {
    let shares = Grant {
        instrument: Instrument::Rsu,
        size: GrantSize::Shares { count: Entry::typed("1500") },
        share_price: Entry::typed("100"),
        vesting: Vesting::Yearly { split: Entry::typed("100"), every: Cadence::Year, cliff_months: Entry::default() },
        ..Grant::default()
    };
    let case = case("1", vec![Offer { grants: vec![shares], ..offer("Acme", "US-TX", "180000") }]);
    let bill = taxation::bill(&case, 0, 1, &mut Findings::default()).expect("a bill");
    let settled = bill.settled.expect("shares vest");
    assert_eq!((settled.pay, settled.withheld), (dec!(150000), dec!(33000)));
    assert_eq!((settled.owed, settled.left()), (dec!(46700.25), dec!(13700.25)));
    // A salary alone has nothing to settle.
    let mut case = case;
    case.offers[0].grants.clear();
    assert_eq!(taxation::bill(&case, 0, 1, &mut Findings::default()).expect("a bill").settled, None);
}

/// An employer's 4,400 for a health savings account are untaxed but in California and New Jersey, where the state taxes them:
/// at 9.3 % and 6.37 % here.
#[test]
fn health_savings_bear_state_tax_where_they_are_income() {
    let tax = |place: &str, amount: &str| {
        let benefit = Benefit { kind: BenefitKind::HealthSavings, amount: Entry::typed(amount), ..Benefit::default() };
        let mut case = case("1", vec![Offer { benefits: vec![benefit], ..offer("Acme", place, "100000") }]);
        case.start = Entry::typed("2025-01-01");
        compare(&case).offers[0].taxes[0].tax
    };
    for (place, added) in [("US-CA", dec!(409.20)), ("US-NJ", dec!(280.28)), ("US-NY", dec!(0))] {
        assert_eq!(tax(place, "4400") - tax(place, "0"), added, "{place}");
    }
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
        moving: Some(Move { place: place.into(), on: Entry::typed(on), ..Move::default() }),
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
