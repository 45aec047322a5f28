//! Tables in and out: what is unknown is said, and a broken table is refused.

use crate::tax::batch::{BatchError, COLUMNS, batch};

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
        ("a,,2031,single,TX,1000", "no tax parameters for 2031"),
        ("a,,2026,single,TX,-1", "below zero"),
        ("a,,2026,single,TX,100000000000000000000", "trillion"),
        ("a,,2026,single,TX,99999999999999999999999999999999999", "not an amount"),
        ("a,,2026,single,TX,lots", "not an amount"),
        ("a,,2026,single,TX,", "not an amount"),
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
    let open = format!("{HEADER}a,\"open,2026,single,TX,1\n");
    assert!(matches!(batch(open.as_bytes(), &mut out), Err(BatchError::OpenQuote(2))));
}
