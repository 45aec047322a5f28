//! Tables in and out: what is unknown is said, and a broken table is refused.

use crate::tax::asked::{Asked, place_named};
use crate::tax::batch::{BatchError, COLUMNS, batch};
use counterweight_domain::Findings;

fn run(table: &str) -> String {
    let mut out = Vec::new();
    batch(table.as_bytes(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const HEADER: &str = "case_id,note,year,filing,state,wages\n";

#[test]
fn a_row_is_answered_and_other_columns_are_passed_over() {
    let out = run(&format!("{HEADER}a1,\"one, \"\"two\"\"\",2026,single,TX,115000\n"));
    let mut lines = out.lines();
    assert_eq!(lines.next().unwrap(), COLUMNS.join(","));
    // 16,470 federal (Ignidash's test of 2026); 6.2 % and 1.45 % of 115,000; 24 % + 7.65 % of the next 100.
    assert_eq!(lines.next().unwrap(), "a1,16470.00,0.00,0.00,0.00,0.00,7130.00,1667.50,0.00,0.00,0.00,0.00,0.2965,");
    assert_eq!(lines.next(), None);
}

#[test]
fn an_unknown_place_is_before_state_tax_and_says_so() {
    let out = run(&format!("{HEADER}a1,,2026,single,ZZ,115000\n"));
    let row = out.lines().nth(1).unwrap();
    assert!(row.starts_with("a1,16470.00,"), "{row}");
    assert!(row.contains(",0.00,,,,,"), "the state's cells are not empty: {row}");
    assert!(row.contains("no tax parameters for the place"), "{row}");
    let city = run("case_id,year,filing,state,city,wages\na1,2026,single,NY,Gotham,115000\n");
    assert!(city.lines().nth(1).unwrap().contains("no tax parameters for the city"));
}

#[test]
fn an_unknown_year_and_an_impossible_amount_are_refused() {
    for (row, said) in [
        ("a,,2024,single,TX,1000", "no tax parameters for 2024"),
        ("a,,2101,single,TX,1000", "cannot be carried to 2101"),
        ("a,,2026,single,TX,-1", "below zero"),
        ("a,,2026,single,TX,100000000000000000000", "trillion"),
        ("a,,2026,single,TX,99999999999999999999999999999999999", "not an amount"),
        ("a,,2026,single,TX,lots", "not an amount"),
        ("a,,2026,single,TX,", "wages: There is no amount here."),
        ("a,,2026,alone,TX,1000", "not a way of filing"),
        ("a,,x,single,TX,1000", "not a whole number"),
    ] {
        let out = run(&format!("{HEADER}{row}\n"));
        let line = out.lines().nth(1).unwrap();
        assert!(line.starts_with("a,,,,,,,,,,,,,"), "{row} was computed: {line}");
        assert!(line.contains(said), "{row}: {line}");
    }
}

#[test]
fn a_broken_table_is_refused() {
    let mut out = Vec::new();
    assert!(matches!(batch("".as_bytes(), &mut out), Err(BatchError::MissingColumn("case_id"))));
    assert!(matches!(
        batch("case_id,year,filing,state\n".as_bytes(), &mut out),
        Err(BatchError::MissingColumn("wages"))
    ));
}

/// The row with the quotation mark says so, and the rows after it are answered.
#[test]
fn an_open_quote_is_a_finding_of_its_row() {
    let table = format!("{HEADER}a,,2026,single,TX,115000\nb,\"open,2026,single,TX,1\nc,,2026,single,TX,115000\n");
    let mut out = Vec::new();
    let summary = batch(table.as_bytes(), &mut out).unwrap();
    assert_eq!((summary.rows, summary.rows_with_findings, summary.rows_in_error), (3, 1, 1));
    let out = String::from_utf8(out).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[1].starts_with("a,16470.00,") && lines[3].starts_with("c,16470.00,"), "{out}");
    assert!(lines[2].starts_with("b,,,,,,,,,,,,,") && lines[2].contains("begins in row 3"), "{out}");
}

/// Letters in any case, names, and a year after the files: 16,470 x 1.025 on 115,000 x 1.025, which is said to be projected
/// and is no error.
#[test]
fn words_are_read_as_people_write_them() {
    let header = "case_id,year,filing,state,city,wages,deduction,dependents\n";
    let taxes = |row: &str| {
        let line = run(&format!("{header}{row}\n")).lines().nth(1).unwrap().to_owned();
        line.split_once(',').unwrap().1.to_owned()
    };
    let plain = taxes("a,2026,joint,NY,NYC,250000,auto,2");
    assert!(!plain.starts_with(','));
    for row in [
        "a,2026,Joint,ny,nyc,\"250,000\",Auto,2",
        "b,2026,married filing jointly,New York,New York City,250k,AUTO,2.0",
        "c,2026,MARRIED,us-ny,new york,250000,auto,2",
    ] {
        assert_eq!(taxes(row), plain, "{row}");
    }
    let mut out = Vec::new();
    let summary = batch(format!("{header}a,2027,single,texas,,117875,,\n").as_bytes(), &mut out).unwrap();
    assert_eq!((summary.rows_with_findings, summary.rows_in_error), (1, 0));
    let out = String::from_utf8(out).unwrap();
    assert!(out.lines().nth(1).unwrap().starts_with("a,16881.75,"), "{out}");
    assert!(out.contains("The tax of 2027 in the United States is projected"), "{out}");
}

#[test]
fn a_place_is_found_by_key_letters_or_name() {
    for (text, key) in [
        ("us-ca", "US-CA"),
        ("ca", "US-CA"),
        ("California", "US-CA"),
        ("nyc", "US-NY-NYC"),
        ("new york city", "US-NY-NYC"),
        ("New York", "US-NY"),
        ("Ontario", "CA-ON"),
        ("united kingdom", "UK"),
        ("Scotland", "UK-SCT"),
        ("de", "DE"),
        ("Delaware", "US-DE"),
        ("India", "IN"),
        ("Georgia", "US-GA"),
    ] {
        assert_eq!(place_named(text).unwrap().name().key, key, "{text}");
    }
    assert_eq!(place_named("Atlantis").unwrap_err().id, "tax.place.unknown");
    let mut findings = Findings::default();
    let asked = Asked { place: "", wages: "lots", filing: "alone", dependents: "-1", ..Asked::default() };
    assert_eq!(asked.read(&mut findings), None);
    let said: Vec<&str> = findings.as_slice().iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(said, ["place", "status", "wages", "dependents"]);
}
