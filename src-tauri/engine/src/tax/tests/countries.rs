//! Countries beside the United States against other engines and against sums by hand.
//!
//! `countries.csv` and `german_tariff.csv` hold the other engines' answers as they were given, the engine named in each
//! row; the bar is 0.1 %.

use crate::tax::facts::Filing;
use crate::tax::{Bill, Place, Situation, assess_at, canada, germany};
use counterweight_domain::{Findings, Path};
use rust_decimal::{Decimal, dec};

fn bill(place: &str, situation: &Situation) -> Bill {
    let mut findings = Findings::default();
    let place: Place = place.parse().unwrap();
    assess_at(place, situation, &Path::root(), &mut findings).unwrap_or_else(|| panic!("{:?}", findings.as_slice()))
}

fn line(bill: &Bill, label: &str) -> Decimal {
    match label {
        "total" => bill.known_total,
        label => bill.lines.iter().find(|line| line.label == label).map_or(Decimal::ZERO, |line| line.amount),
    }
}

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

#[test]
fn agrees_with_the_engines_of_each_country() {
    let mut compared = 0;
    for row in rows(include_str!("countries.csv")) {
        let [source, place, year, wages, label, expected] = row[..] else { panic!("{row:?}") };
        let situation = Situation::wages_only(year.parse().unwrap(), wages.parse().unwrap());
        let (got, expected) = (line(&bill(place, &situation), label), expected.parse::<Decimal>().unwrap());
        let tolerance = (expected * dec!(0.001)).max(dec!(0.02));
        assert!((got - expected).abs() <= tolerance, "{source}, {place} {year} {wages} {label}: {got} not {expected}");
        compared += 1;
    }
    assert_eq!(compared, 116, "the table has been cut short");
}

#[test]
fn the_german_tariff_is_the_statutes() {
    for row in rows(include_str!("german_tariff.csv")) {
        let [source, year, taxable, tax, solidarity] = row[..] else { panic!("{row:?}") };
        let year: u16 = year.parse().unwrap();
        let rules = &germany::FILES.iter().find(|file| file.year == year).unwrap().rules;
        let got = germany::income_tax(rules, Filing::Single, taxable.parse().unwrap());
        assert_eq!(got, tax.parse::<Decimal>().unwrap(), "{source} {year} {taxable}");
        let surcharge = germany::solidarity(rules, Filing::Single, got);
        assert!((surcharge - solidarity.parse::<Decimal>().unwrap()).abs() <= dec!(0.01), "{source} {year} {taxable}");
        // Splitting: a couple with twice the income pays twice the tax.
        let couple = germany::income_tax(rules, Filing::Joint, taxable.parse::<Decimal>().unwrap() * Decimal::TWO);
        assert_eq!(couple, got * Decimal::TWO);
    }
}

#[test]
fn the_german_tariff_meets_at_its_zones() {
    // The statute's zones are made to meet: at a bound the two formulas differ by less than the EUR they are cut to.
    for file in germany::FILES.iter() {
        let tax = |income| germany::income_tax(&file.rules, Filing::Single, income);
        let r = &file.rules;
        for bound in [&r.basic_allowance, &r.second_zone_end, &r.third_zone_end, &r.fourth_zone_end] {
            let jump = tax(bound.value + Decimal::ONE) - tax(bound.value);
            assert!(jump >= Decimal::ZERO && jump <= Decimal::ONE, "{} at {}: {jump}", file.year, bound.value);
        }
    }
}

#[test]
fn german_contributions_by_hand() {
    // 2026, 100,000, no child: pension 9.3 % = 9,300 and unemployment 1.3 % = 1,300 (ceiling 101,400); health 7.3 % +
    // 1.45 % of 69,750 = 6,103.125; care 2.4 % of 69,750 = 1,674.
    let one = bill("DE", &Situation::wages_only(2026, dec!(100000)));
    assert_eq!(line(&one, "Pension insurance"), dec!(9300));
    assert_eq!(line(&one, "Unemployment insurance"), dec!(1300));
    assert_eq!(line(&one, "Health insurance"), dec!(6103.125));
    assert_eq!(line(&one, "Care insurance"), dec!(1674));
    // Three children: 1.8 % less twice 0.25 % = 1.3 % of 69,750 = 906.75.
    let three = Situation { dependents: 3, ..Situation::wages_only(2026, dec!(100000)) };
    assert_eq!(line(&bill("DE", &three), "Care insurance"), dec!(906.75));
}

#[test]
fn quebec_and_british_columbia_by_hand() {
    // 2026, British Columbia, 80,000. CPP: (74,600 - 3,500) x 5.95 % = 4,230.45, of which 4.95 % = 3,519.45 credited and
    // 711 deducted; second 5,400 x 4 % = 216 deducted; EI 1,123.07. Income 79,073. Provincial: 50,363 x 5.06 % =
    // 2,548.3678; 28,710 x 7.7 % = 2,210.67; less 5.06 % of (13,217 + 3,519.45 + 1,123.07 = 17,859.52) = 903.691712;
    // no reduction. 3,855.346088.
    let columbia = bill("CA-BC", &Situation::wages_only(2026, dec!(80000)));
    assert_eq!(line(&columbia, "British Columbia income tax"), dec!(3855.346088));
    assert_eq!(line(&columbia, "Canada Pension Plan"), dec!(4446.45));
    // Federal: 58,523 x 14 % = 8,193.22; 20,550 x 20.5 % = 4,212.75; less 14 % of (16,452 + 4,642.52 + 1,501 =
    // 22,595.52) = 3,163.3728. 9,242.5972.
    assert_eq!(line(&columbia, "Federal income tax"), dec!(9242.5972));
    // Quebec, 80,000. QPP: 71,100 x 6.3 % = 4,479.30 (5.3 % = 3,768.30 credited, 711 deducted) and 216; EI 68,900 x 1.3 %
    // = 895.70; QPIP 80,000 x 0.43 % = 344. Income 79,073; Quebec's less 1,450: 77,623. 54,345 x 14 % = 7,608.30; 23,278 x
    // 19 % = 4,422.82; less 18,952 x 14 % = 2,653.28: 9,377.84.
    let quebec = bill("CA-QC", &Situation::wages_only(2026, dec!(80000)));
    assert_eq!(line(&quebec, "Quebec income tax"), dec!(9377.84));
    assert_eq!(line(&quebec, "Quebec Pension Plan"), dec!(4695.30));
    assert_eq!(line(&quebec, "Employment insurance"), dec!(895.70));
    assert_eq!(line(&quebec, "Quebec parental insurance"), dec!(344));
    // Federal: 12,405.97 less 14 % of (16,452 + 3,768.30 + 895.70 + 344 + 1,501 = 22,961) = 3,214.54: 9,191.43; less
    // 16.5 %: 7,674.84405.
    assert_eq!(line(&quebec, "Federal income tax"), dec!(7674.84405));
}

#[test]
fn quebec_brackets_as_a_tax_guide_prints_them() {
    // Raymond Chabot Grant Thornton, tax table 2025 (basic amounts only): taxable income, federal and Quebec tax.
    let rules = &canada::FILES[0].rules;
    for (income, federal, quebec) in [
        (dec!(20000), dec!(469), dec!(200)),
        (dec!(40000), dec!(2890), dec!(3000)),
        (dec!(59000), dec!(5272), dec!(5947)),
    ] {
        let credit = rules.federal_credit_rate.value * rules.federal_basic_amount.value;
        let abated = (rules.federal_brackets.tax(income) - credit) * (Decimal::ONE - rules.quebec_abatement.value);
        assert!((abated - federal).abs() < dec!(0.51), "{income}: {abated}");
        let credit = rules.quebec_brackets.0[0].1 * rules.quebec_basic_amount.value;
        let own = rules.quebec_brackets.tax(income) - credit;
        assert!((own - quebec).abs() < dec!(0.51), "{income}: {own}");
    }
}

#[test]
fn indian_marginal_relief_by_hand() {
    // Total income 12,10,000 (salary 12,85,000): slabs 61,500, but no more than the 10,000 above 12 lakh; with cess 10,400.
    let relief = bill("IN", &Situation::wages_only(2026, dec!(1285000)));
    assert_eq!(relief.known_total, dec!(10400));
    // Total income 50,50,000: tax 3,00,000 + 7,95,000 = 10,95,000; with 10 % 12,04,500, but at 50 lakh 10,80,000 were due:
    // no more than 11,30,000; with cess 11,75,200.
    let surcharge = bill("IN", &Situation::wages_only(2026, dec!(5125000)));
    assert_eq!(surcharge.known_total, dec!(1175200));
}

#[test]
fn the_dutch_ruling_by_hand() {
    let tax = |year, wages| bill("NL-30", &Situation::wages_only(year, wages)).known_total;
    let plain = |wages| bill("NL", &Situation::wages_only(2026, wages)).known_total;
    // 2026: 60,000 under the ruling would leave 42,000, below the norm of 48,013: 48,013 is taxed.
    assert_eq!(tax(2026, dec!(60000)), plain(dec!(48013)));
    // 45,000 is below the norm: no ruling.
    assert_eq!(tax(2026, dec!(45000)), plain(dec!(45000)));
    // 362,000: 30 % of 262,000 is untaxed, 283,400 is taxed.
    assert_eq!(tax(2026, dec!(362000)), plain(dec!(283400)));
    // 2027: 27 %; amounts grown by 0 %.
    let later = Situation { indexation: Decimal::ZERO, ..Situation::wages_only(2027, dec!(100000)) };
    assert_eq!(bill("NL-30", &later).known_total, plain(dec!(73000)));
}

#[test]
fn couples_are_taxed_alone_or_by_splitting() {
    let joint =
        Situation { filing: Filing::Joint, spouse_wages: dec!(40000), ..Situation::wages_only(2026, dec!(90000)) };
    for place in ["UK", "UK-SCT", "CA-ON", "CA-BC", "CA-QC", "IN", "NL"] {
        let alone = |wages| bill(place, &Situation::wages_only(2026, wages)).known_total;
        assert_eq!(bill(place, &joint).known_total, alone(dec!(90000)) + alone(dec!(40000)), "{place}");
    }
    // Splitting: two who earn the same pay twice what one alone pays, to the two euros that are cut off.
    let equal = Situation { spouse_wages: dec!(90000), ..joint };
    let one = bill("DE", &Situation::wages_only(2026, dec!(90000))).known_total;
    assert!((bill("DE", &equal).known_total - one * Decimal::TWO).abs() <= dec!(2));
    assert!(bill("DE", &joint).known_total < one + bill("DE", &Situation::wages_only(2026, dec!(40000))).known_total);
}
