//! The parameter files themselves: dated, sourced, in order.

use crate::tax::facts::Filing;
use crate::tax::parameters;
use crate::tax::schedule::Rows;
use rust_decimal::{Decimal, dec};

const FILES: [(&str, usize); 19] = [
    (include_str!("../../../parameters/tax/us-federal-2025.toml"), 20),
    (include_str!("../../../parameters/tax/us-federal-2026.toml"), 20),
    (include_str!("../../../parameters/tax/us-states-2025.toml"), 200),
    (include_str!("../../../parameters/tax/us-states-2026.toml"), 200),
    (include_str!("../../../parameters/tax/us-federal-ahead.toml"), 3),
    (include_str!("../../../parameters/tax/us-states-ahead.toml"), 4),
    (include_str!("../../../parameters/tax/us-limits-2025.toml"), 16),
    (include_str!("../../../parameters/tax/us-limits-2026.toml"), 17),
    (include_str!("../../../parameters/tax/uk-2025.toml"), 6),
    (include_str!("../../../parameters/tax/uk-2026.toml"), 6),
    (include_str!("../../../parameters/tax/canada-2025.toml"), 35),
    (include_str!("../../../parameters/tax/canada-2026.toml"), 35),
    (include_str!("../../../parameters/tax/germany-2025.toml"), 25),
    (include_str!("../../../parameters/tax/germany-2026.toml"), 24),
    (include_str!("../../../parameters/tax/india-2025.toml"), 6),
    (include_str!("../../../parameters/tax/india-2026.toml"), 6),
    (include_str!("../../../parameters/tax/netherlands-2025.toml"), 9),
    (include_str!("../../../parameters/tax/netherlands-2026.toml"), 9),
    (include_str!("../../../parameters/tax/fringe.toml"), 8),
];

/// Every table that holds a value, with its name.
fn values(table: &toml::Table, name: &str, found: &mut Vec<(String, toml::Table)>) {
    for (key, value) in table {
        let Some(inner) = value.as_table() else { continue };
        let name = format!("{name}.{key}");
        if inner.contains_key("value") {
            found.push((name, inner.clone()));
        } else {
            values(inner, &name, found);
        }
    }
}

#[test]
fn every_value_has_a_unit_a_standing_and_a_reference() {
    for (file, least) in FILES {
        let table: toml::Table = toml::from_str(file).unwrap();
        table["as_of"].as_str().unwrap().parse::<jiff::civil::Date>().unwrap();
        let mut found = Vec::new();
        values(&table, "", &mut found);
        assert!(found.len() >= least, "a file has been cut short: {} values", found.len());
        for (name, value) in found {
            for field in ["unit", "reference"] {
                let text = value.get(field).and_then(toml::Value::as_str).unwrap_or_default();
                assert!(text.trim().len() > 3, "{name} has no {field}");
            }
            assert!(value.contains_key("standing"), "{name} has no standing");
        }
    }
}

#[test]
fn every_state_and_the_district_is_there_in_every_year() {
    for year in parameters::years() {
        assert_eq!(parameters::of(year).unwrap().states.state.len(), 51, "{year}");
        assert_eq!(parameters::of(year).unwrap().states.year, year);
    }
}

/// Brackets must rise from 0 with no gap, and the tax must not jump at a bound.
fn in_order(rows: &Rows, name: &str) {
    assert_eq!(rows.0.first().map(|row| row.0), Some(Decimal::ZERO), "{name} does not begin at 0");
    for pair in rows.0.windows(2) {
        assert!(pair[0].0 < pair[1].0, "{name} is out of order at {}", pair[1].0);
        let step = dec!(0.01);
        let jump = rows.tax(pair[1].0 + step) - rows.tax(pair[1].0);
        assert_eq!(jump, step * pair[1].1, "{name} jumps at {}", pair[1].0);
    }
    assert!(rows.0.iter().all(|row| row.1 >= Decimal::ZERO && row.1 < Decimal::ONE), "{name} has an odd rate");
}

#[test]
fn brackets_rise_without_a_gap() {
    for year in parameters::years() {
        let parameters = parameters::of(year).unwrap();
        for filing in [Filing::Single, Filing::Joint, Filing::HeadOfHousehold] {
            in_order(parameters.federal.brackets.of(filing), "federal");
            in_order(parameters.federal.long_term_gains.of(filing), "gains");
            for (code, state) in &parameters.states.state {
                if let Some(brackets) = &state.brackets {
                    in_order(brackets.of(filing), code);
                }
                for city in state.city.values() {
                    in_order(city.brackets.of(filing), &city.name);
                }
            }
        }
    }
}

#[test]
fn rates_are_read_to_the_last_digit() {
    let state = &parameters::of(2026).unwrap().states.state["GA"];
    assert_eq!(state.brackets.as_ref().unwrap().of(Filing::Single).0[0].1, dec!(0.0499));
}

#[test]
fn what_is_projected_is_said() {
    // California's brackets of 2026 were not published when the file was read; its 2025 ones were.
    assert!(parameters::of(2026).unwrap().projected["CA"].iter().any(|name| name == "brackets"));
    assert!(!parameters::of(2025).unwrap().projected["CA"].iter().any(|name| name == "brackets"));
}
