//! One door for every place: keys, lines, years beyond the files, and what must hold of any place over 10,000 years.

use crate::tax::facts::Filing;
use crate::tax::{LineKind, Place, Situation, assess, assess_at, marginal_at, parameters, places, total_at};
use counterweight_domain::{Findings, Path};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rust_decimal::{Decimal, dec};

const CASES: usize = 10_000;

fn place(key: &str) -> Place {
    key.parse().unwrap()
}

#[test]
fn every_place_has_a_key_a_name_and_a_currency() {
    // 50 states, the District of Columbia, New York City, and 9 places beside the United States.
    assert_eq!(places().len(), 51 + 1 + 9);
    assert!(places().windows(2).all(|pair| pair[0].name < pair[1].name), "not sorted, or a name twice");
    for (key, name, currency) in [
        ("US-CA", "California, United States", "USD"),
        ("US-NY-NYC", "New York City, New York, United States", "USD"),
        ("us-wa", "Washington, United States", "USD"),
        ("UK-SCT", "Scotland, United Kingdom", "GBP"),
        ("CA-QC", "Quebec, Canada", "CAD"),
        ("DE", "Germany", "EUR"),
        ("IN", "India (new regime)", "INR"),
        ("NL-30", "Netherlands, with the 30 % ruling", "EUR"),
    ] {
        assert_eq!((place(key).name().name.as_str(), place(key).name().currency.code()), (name, currency));
        assert_eq!(place(key).to_string(), key.to_uppercase());
    }
    let mut findings = Findings::default();
    assert_eq!(Place::read("CH", &Path::root().join("place"), &mut findings), None);
    let said = &findings.as_slice()[0];
    assert_eq!((said.id.as_str(), said.path.as_str()), ("tax.place.unknown", "place"));
    assert!(said.left_out.contains("before tax"));
}

#[test]
fn a_bill_is_the_assessment_with_its_lines() {
    let mut findings = Findings::default();
    let facts = crate::tax::PersonYear {
        city: Some("NYC".to_owned()),
        ..crate::tax::PersonYear::wages_only(2026, "NY", dec!(250000))
    };
    let whole = assess(&facts, &Path::root(), &mut findings).unwrap();
    let situation = Situation::wages_only(2026, dec!(250000));
    let bill = assess_at(place("US-NY-NYC"), &situation, &Path::root(), &mut findings).unwrap();
    assert_eq!(Some(bill.known_total), whole.total());
    let labels: Vec<&str> = bill.lines.iter().map(|line| line.label.as_str()).collect();
    assert_eq!(
        labels,
        [
            "Federal income tax",
            "Social Security",
            "Medicare",
            "Additional Medicare",
            "New York income tax",
            "New York payroll taxes",
            "New York City income tax"
        ]
    );
    assert!(bill.lines.iter().all(|line| line.source.len() > 5));
    assert_eq!(bill.lines[6].kind, LineKind::Local);
    assert!(findings.as_slice().is_empty() && !bill.unknown && bill.projected.is_empty());
}

#[test]
fn gains_outside_the_united_states_are_said() {
    let mut findings = Findings::default();
    let situation = Situation { long_term_gains: dec!(5000), ..Situation::wages_only(2026, dec!(60000)) };
    let bill = assess_at(place("UK"), &situation, &Path::root(), &mut findings).unwrap();
    assert!(bill.unknown);
    assert_eq!(findings.as_slice()[0].id, "tax.gains.notModelled");
    // Options outside the United States are pay: 60,000 and 40,000 are taxed as 100,000 (27,432 and 4,010.60).
    let options = Situation { iso_bargain: dec!(40000), ..Situation::wages_only(2026, dec!(60000)) };
    let bill = assess_at(place("UK"), &options, &Path::root(), &mut findings).unwrap();
    assert_eq!(bill.known_total, dec!(31442.60));
}

#[test]
fn years_beyond_the_files_are_indexed_and_said() {
    let mut findings = Findings::default();
    // 2028 at 5 % a year: where the law indexes every amount that is met, a pay grown as the rules are pays the tax of
    // 2026, grown: 1.05^2 = 1.1025.
    for key in ["US-CA", "CA-ON", "NL"] {
        let now = total_at(place(key), &Situation::wages_only(2026, dec!(120000))).unwrap();
        let later = Situation { indexation: dec!(0.05), ..Situation::wages_only(2028, dec!(132300)) };
        let bill = assess_at(place(key), &later, &Path::root(), &mut findings).unwrap();
        assert!((bill.known_total - now * dec!(1.1025)).abs() < dec!(0.0001), "{key}");
        assert_eq!(total_at(place(key), &later).map(|tax| tax.round_dp(6)), Some(bill.known_total.round_dp(6)));
        assert!(
            bill.projected[0].contains("2028") && bill.projected[0].contains("grown by 5 %"),
            "{:?}",
            bill.projected
        );
    }
    // Where the law leaves the amounts as they are, whatever the growth, by hand.
    for (key, wages, tax) in [
        // No allowance: 37,700 at 20 %, 87,440 at 40 %, 7,160 at 45 % are 45,738; National Insurance on 37,700 at 8 % and
        // 82,030 at 2 % is 4,656.60.
        ("UK", dec!(132300), dec!(50394.60)),
        // 2,925,000 after the deduction: 20,000 + 40,000 + 60,000 + 80,000 + 100,000 and 525,000 at 30 % are 457,500; the
        // cess of 4 % is 18,300.
        ("IN", dec!(3000000), dec!(475800)),
    ] {
        let later = Situation { indexation: dec!(0.05), ..Situation::wages_only(2028, wages) };
        let bill = assess_at(place(key), &later, &Path::root(), &mut findings).unwrap();
        assert_eq!(bill.known_total, tax, "{key}");
        assert!(bill.projected[0].contains("the law leaves as they are"), "{:?}", bill.projected);
    }
    // The freeze of the United Kingdom ends with 2030: the amounts of 2032 have grown twice, but for the 100,000 at which
    // the allowance begins to shrink. 13,858.425 - (110,000 - 100,000) / 2 = 8,858.425 is free; of 101,141.575 41,564.25
    // are taxed at 20 % and the rest at 40 %: 32,143.78. National Insurance: 41,564.25 at 8 % and 54,577.325 at 2 %.
    let later = Situation { indexation: dec!(0.05), ..Situation::wages_only(2032, dec!(110000)) };
    let bill = assess_at(place("UK"), &later, &Path::root(), &mut findings).unwrap();
    assert_eq!(bill.known_total.round_dp(4), dec!(32143.78) + dec!(3325.14) + dec!(1091.5465));
    assert!(bill.projected[0].contains("to 2030"), "{:?}", bill.projected);
    assert!(findings.as_slice().iter().any(|finding| finding.id == "tax.year.indexed"));
    // 2024 is before the first file: its rules are 2025's, shrunk.
    let mut findings = Findings::default();
    let earlier = Situation { indexation: dec!(0.25), ..Situation::wages_only(2024, dec!(80000)) };
    assert_eq!(assess_at(place("UK"), &earlier, &Path::root(), &mut findings), None, "25 % a year is refused");
    let earlier = Situation { indexation: dec!(0.20), ..earlier };
    let bill = assess_at(place("UK"), &earlier, &Path::root(), &mut findings).unwrap();
    let next = total_at(place("UK"), &Situation::wages_only(2025, dec!(96000))).unwrap();
    assert!((bill.known_total * dec!(1.2) - next).abs() < dec!(0.0001));
    assert!(findings.as_slice().iter().any(|finding| finding.id == "tax.year.earlier"));
    assert!(bill.projected[0].contains("shrunk"));
    // Too far away is refused.
    assert_eq!(total_at(place("UK"), &Situation::wages_only(2100, dec!(1))), None);
}

struct Draw(ChaCha8Rng);

impl Draw {
    /// An amount in cents from `low` to `high`.
    fn amount(&mut self, low: i64, high: i64) -> Decimal {
        Decimal::new(self.0.random_range(low * 100..=high * 100), 2)
    }

    fn place(&mut self) -> Place {
        // Half of the cases outside the United States.
        let outside = self.0.random_bool(0.5);
        let choice: Vec<Place> =
            Place::all().filter(|place| (place.name().country != "United States") == outside).collect();
        choice[self.0.random_range(0..choice.len())]
    }

    fn situation(&mut self, low: i64, high: i64) -> Situation {
        let filing = [Filing::Single, Filing::Joint, Filing::HeadOfHousehold][self.0.random_range(0..3)];
        let wages = self.amount(low, high);
        Situation {
            filing,
            spouse_wages: if filing == Filing::Joint { self.amount(0, 300_000) } else { Decimal::ZERO },
            dependents: if filing == Filing::Single { 0 } else { self.0.random_range(0..4) },
            deferral: if self.0.random_bool(0.3) { self.amount(0, low.min(20_000)) } else { Decimal::ZERO },
            ..Situation::wages_only(self.0.random_range(2025..=2030), wages)
        }
    }
}

/// Where the published rules themselves let the tax fall at higher pay, by at most so much (`docs/tax.md`): Arkansas's
/// table, grown with the years; and one euro for each of a couple where Germany cuts to whole euros.
const FALLS: [(&str, Decimal); 1] = [("US-AR", dec!(4))];

#[test]
fn tax_never_falls_as_wages_rise_in_any_place() {
    let mut draw = Draw(ChaCha8Rng::seed_from_u64(11));
    for _ in 0..CASES {
        let place = draw.place();
        // Below about 60,000 the United States pays credits out that grow with wages.
        let low = if place.name().country == "United States" { 80_000 } else { 0 };
        let situation = draw.situation(low, 3_000_000);
        let more = situation.with_wages(situation.wages + draw.amount(1, 50_000));
        let (less_tax, more_tax) = (total_at(place, &situation).unwrap(), total_at(place, &more).unwrap());
        let key = place.name().key.as_str();
        let fall = FALLS.iter().find(|(falls, _)| *falls == key).map_or(Decimal::ZERO, |(_, most)| *most);
        assert!(
            more_tax >= less_tax - fall - dec!(0.0001),
            "{key} falls from {less_tax} to {more_tax}: {situation:?} {more:?}"
        );
        // And never below zero where no credit is paid out, nor above the wages of the household.
        assert!(more_tax <= more.wages + more.spouse_wages);
    }
}

#[test]
fn the_marginal_rate_is_the_difference_in_any_place() {
    let mut draw = Draw(ChaCha8Rng::seed_from_u64(12));
    for _ in 0..CASES {
        let place = draw.place();
        let situation = draw.situation(30_000, 1_000_000);
        let (first, second) = (draw.amount(1, 20_000), draw.amount(1, 20_000));
        let whole = marginal_at(place, &situation, first + second).unwrap() * (first + second);
        let middle = situation.with_wages(situation.wages + first);
        let pieces = marginal_at(place, &situation, first).unwrap() * first
            + marginal_at(place, &middle, second).unwrap() * second;
        assert!((whole - pieces).abs() < dec!(0.0001), "{place}: {whole} {pieces}");
    }
}

#[test]
fn marginal_rates_by_the_statutes() {
    // Each rate is the sum of the published ones at that pay, away from every bound. 2026, single.
    for (key, wages, rate) in [
        // 40 % and 2 %; inside the taper 40 % on a pound and a half.
        ("UK", dec!(80000), dec!(0.42)),
        ("UK", dec!(110000), dec!(0.62)),
        ("UK", dec!(300000), dec!(0.47)),
        // 42 % between 43,662 and 75,000, and 8 % below 50,270.
        ("UK-SCT", dec!(46000), dec!(0.50)),
        ("UK-SCT", dec!(300000), dec!(0.50)),
        // 33 % and 20.5 %.
        ("CA-BC", dec!(400000), dec!(0.535)),
        // 33 % and 13.16 % with a surtax of 56 %: 33 + 20.5296.
        ("CA-ON", dec!(400000), dec!(0.535296)),
        // 33 % less 16.5 % of it, and 25.75 %.
        ("CA-QC", dec!(400000), dec!(0.53305)),
        // 30 %, 25 % surcharge, 4 % cess.
        ("IN", dec!(40000000), dec!(0.39)),
        ("NL", dec!(200000), dec!(0.495)),
        ("NL-30", dec!(200000), dec!(0.3465)),
        // 35 % and 1.45 % and 0.9 %.
        ("US-TX", dec!(500000), dec!(0.3735)),
    ] {
        assert_eq!(
            marginal_at(place(key), &Situation::wages_only(2026, wages), dec!(100)),
            Some(rate),
            "{key} {wages}"
        );
    }
    // Germany cuts to whole euros: 42 % and 5.5 % of it, over 10,000.
    let rate = marginal_at(place("DE"), &Situation::wages_only(2026, dec!(200000)), dec!(10000)).unwrap();
    assert!((rate - dec!(0.4431)).abs() < dec!(0.0003), "{rate}");
}

#[test]
fn the_sum_is_the_bill_in_any_place() {
    let mut draw = Draw(ChaCha8Rng::seed_from_u64(13));
    for place in Place::all() {
        for year in [2025, 2026, 2029] {
            let situation = Situation { year, ..draw.situation(0, 500_000) };
            let mut findings = Findings::default();
            let bill = assess_at(place, &situation, &Path::root(), &mut findings).unwrap();
            let apart = bill.known_total - total_at(place, &situation).unwrap();
            assert!(apart.abs() < dec!(0.000001), "{place}");
            let nothing = Situation::wages_only(year, Decimal::ZERO);
            // New York City pays its school tax credit of 63 dollars out to whoever earns less than 250,000.
            let paid_out = place.name().key == "US-NY-NYC";
            let owed = total_at(place, &nothing).unwrap();
            assert!(if paid_out { owed < Decimal::ZERO } else { owed.is_zero() }, "{place} {year}: {owed}");
        }
    }
}

#[test]
fn any_situation_is_answered_or_refused_but_never_panics() {
    let mut draw = Draw(ChaCha8Rng::seed_from_u64(14));
    let odd = [Decimal::MAX, Decimal::MIN, dec!(1e20), dec!(-0.01), dec!(1e12), dec!(0), dec!(0.005)];
    for _ in 0..CASES {
        let place = draw.place();
        let mut situation = draw.situation(0, 1_000_000);
        let amount = odd[draw.0.random_range(0..odd.len())];
        match draw.0.random_range(0..6) {
            0 => situation.wages = amount,
            1 => situation.spouse_wages = amount,
            2 => situation.long_term_gains = amount,
            3 => situation.iso_bargain = amount,
            4 => situation.deferral = amount,
            _ => situation.indexation = amount,
        }
        if draw.0.random_bool(0.2) {
            situation.year = draw.0.random_range(0..=u16::MAX);
        }
        if draw.0.random_bool(0.1) {
            situation.dependents = u32::MAX;
        }
        let mut findings = Findings::default();
        let bill = assess_at(place, &situation, &Path::root(), &mut findings);
        assert_eq!(bill.is_some(), total_at(place, &situation).is_some(), "{place} {situation:?}");
        assert!(bill.is_some() || !findings.as_slice().is_empty(), "refused without a word: {situation:?}");
        let _ = marginal_at(place, &situation, dec!(100));
    }
}

#[test]
fn states_are_looked_up_in_every_year() {
    // A place is made from the last file's states: each must be in every file.
    for year in parameters::years() {
        for code in parameters::of(2026).unwrap().states.state.keys() {
            assert!(parameters::of(year).unwrap().states.state.contains_key(code), "{code} {year}");
        }
    }
}
