//! The files of a country beside the United States: one for each tax year, found by the year they are nearest to.

use serde::de::DeserializeOwned;
use std::sync::LazyLock;

/// One year's file of a country.
#[derive(Debug)]
pub struct Dated<T> {
    /// The tax year: the year in which it begins, where it is not the calendar's.
    pub year: u16,
    /// What the file holds.
    pub rules: T,
    /// The names of its values that are projected and not yet law.
    pub projected: Vec<String>,
    /// The last tax year in which the law leaves the amounts as they are in this file; none where it indexes them.
    pub fixed_until: Option<u16>,
}

/// A country's files, in rising order of their year.
pub type DatedFiles<T> = LazyLock<Vec<Dated<T>>>;

/// Reads files that are part of the program. A file that cannot be read is a fault of the build: a test reads them all.
pub(crate) fn read<T: DeserializeOwned>(files: &[&str]) -> Vec<Dated<T>> {
    files
        .iter()
        .map(|file| {
            let mut table: toml::Table = toml::from_str(file).expect("a tax parameter file is TOML");
            let year =
                table.remove("year").and_then(|year| year.as_integer()).expect("a tax parameter file has a year");
            table.remove("as_of").expect("a tax parameter file says when it was read");
            let fixed_until = table
                .remove("amounts_fixed_until")
                .and_then(|entry| entry.get("value").and_then(toml::Value::as_integer))
                .map(|year| u16::try_from(year).expect("a tax year is a small number"));
            let projected = table
                .iter()
                .filter(|(_, value)| value.get("standing").and_then(toml::Value::as_str) == Some("projected"))
                .map(|(name, _)| name.replace('_', " "))
                .collect();
            Dated {
                year: u16::try_from(year).expect("a tax year is a small number"),
                rules: table.try_into().expect("a tax parameter file is well formed"),
                projected,
                fixed_until,
            }
        })
        .collect()
}
