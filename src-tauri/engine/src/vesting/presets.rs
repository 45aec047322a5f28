//! Vesting schedules as they are seen in offers: dated data that a person can edit.

use super::day::DayOfMonth;
use super::fraction::Fraction;
use super::months::{Parts, yearly};
use super::terms::Terms;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::sync::OnceLock;

/// A dated preset.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Short name, as cases use it.
    pub key: String,
    /// Name for people.
    pub label: String,
    /// The month, or the year, in which it was seen like this, ISO 8601.
    pub as_of: String,
    /// Years of equal parts, when all years are alike.
    years: Option<u32>,
    /// Percent of the grant by year, when they are not.
    split: Option<String>,
    /// Months between vesting days, a divisor of 12.
    every: Option<u32>,
    /// Months before the first vesting day.
    cliff: Option<u32>,
    /// Percent at a month, when neither can say it.
    tranches: Option<Vec<(u32, Decimal)>>,
    /// Where it was seen.
    pub reference: Reference,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// What it is.
    pub title: String,
    /// Its address.
    pub href: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    preset: Vec<Preset>,
}

/// The presets, in the order in which they are offered.
pub fn presets() -> &'static [Preset] {
    static PRESETS: OnceLock<Vec<Preset>> = OnceLock::new();
    PRESETS.get_or_init(|| {
        let text = include_str!("../../parameters/vesting_presets.toml");
        toml::from_str::<File>(text).expect("the presets are read by a test").preset
    })
}

impl Preset {
    /// The terms it stands for, vesting on the days of `day`. None when it cannot be read.
    pub fn terms(&self, day: DayOfMonth) -> Option<Terms> {
        Terms::timed(self.label.clone(), &self.parts()?, day)
    }

    /// Its parts by month. None when it cannot be read.
    pub(super) fn parts(&self) -> Option<Parts> {
        let every = self.every.unwrap_or(3);
        let cliff = self.cliff.unwrap_or(0);
        match (&self.tranches, &self.split, self.years) {
            (Some(tranches), None, None) => {
                tranches.iter().map(|(month, percent)| Some((*month, Fraction::percent(*percent)?))).collect()
            }
            (None, Some(split), None) => {
                let years: Option<Vec<_>> =
                    split.split('/').map(|percent| Fraction::percent(percent.parse().ok()?)).collect();
                yearly(&years?, every, cliff)
            }
            (None, None, Some(years)) => {
                let year = Fraction::new(1, u64::from(years))?;
                yearly(&vec![year; usize::try_from(years).ok()?], every, cliff)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn presets_are_read_dated_and_sum_to_the_grant() {
        let keys: BTreeSet<&str> = presets().iter().map(|p| p.key.as_str()).collect();
        assert_eq!(keys.len(), presets().len(), "no two share a key");
        for preset in presets() {
            let parts = preset.parts().unwrap_or_else(|| panic!("{} is read", preset.key));
            let sum = parts.iter().try_fold(Fraction::ZERO, |sum, (_, part)| sum.plus(*part));
            assert_eq!(sum, Some(Fraction::ONE), "{}", preset.key);
            assert!(parts.is_sorted_by(|a, b| a.0 < b.0), "{}: months rise", preset.key);
            assert!(preset.as_of.starts_with("20"), "{} is dated", preset.key);
            assert!(preset.reference.href.starts_with("https://"), "{} has a reference", preset.key);
            assert!(preset.terms(DayOfMonth::default()).is_some(), "{} has terms", preset.key);
        }
    }
}
