//! A schedule by months after the start, for what is counted in percent of a grant.

use super::allocation::{Allocation, allocate};
use super::day::DayOfMonth;
use super::fraction::Fraction;
use super::ocf;
use super::presets::presets;
use super::terms::{Events, Terms};
use counterweight_domain::grant::Tranche;
use counterweight_domain::{Findings, Path, Problem, Vesting};
use rust_decimal::Decimal;

/// Parts of a grant by month after the start, as [`Terms::timed`] takes them.
pub(super) type Parts = Vec<(u32, Fraction)>;

/// A part of a grant that vests on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vest {
    /// Months after the start.
    pub month: u32,
    /// Percent of the grant.
    pub percent: Decimal,
}

/// The terms of a grant's vesting; `day` is the vesting day of a schedule by months. None when it cannot be read or
/// does not sum to the grant, of which a finding here or from the domain says why.
pub fn terms_of(vesting: &Vesting, day: DayOfMonth, path: &Path, findings: &mut Findings) -> Option<Terms> {
    let name = match vesting {
        Vesting::OpenCap { terms, .. } => return ocf::read(terms, None, &path.join("terms"), findings),
        Vesting::Preset { preset } => presets().iter().find(|p| p.key == *preset).map(|p| p.label.clone()),
        Vesting::Yearly { .. } | Vesting::Tranches { .. } => None,
    };
    Terms::timed(name.unwrap_or_default(), &parts_of(vesting, path, findings)?, day)
}

/// The events of a grant's vesting whose days are known.
pub fn events_of(vesting: &Vesting) -> Events {
    match vesting {
        Vesting::OpenCap { events, .. } => {
            events.iter().filter_map(|event| Some((event.condition.clone(), *event.on.value()?))).collect()
        }
        _ => Events::new(),
    }
}

/// The parts of a schedule by rising month, making the whole.
fn parts_of(vesting: &Vesting, path: &Path, findings: &mut Findings) -> Option<Parts> {
    let mut parts = match vesting {
        // Conditions may wait for events, so they have days only: `schedule` follows them.
        Vesting::OpenCap { .. } => return None,
        Vesting::Preset { preset } => match presets().iter().find(|p| p.key == *preset) {
            Some(preset) => preset.parts()?,
            None => {
                let shown: String = preset.chars().take(40).collect();
                findings.error(
                    &path.join("preset"),
                    Problem::new(
                        "vesting.unknownPreset",
                        if shown.is_empty() {
                            "No schedule is picked.".into()
                        } else {
                            format!("There is no schedule “{shown}”.")
                        },
                        "Pick one of the list, or enter the yearly percentages.",
                    ),
                    "this grant",
                );
                return None;
            }
        },
        Vesting::Yearly { split, every, cliff_months } => {
            let cliff = if cliff_months.is_blank() { 0 } else { cliff_months.value()?.get() };
            let years: Option<Vec<_>> = split.value()?.parts().iter().map(|p| Fraction::percent(*p)).collect();
            yearly(&years?, every.months(), cliff)?
        }
        Vesting::Tranches { tranches } => tranches
            .iter()
            .map(|Tranche { after_months, percent }| {
                Some((after_months.value()?.get(), Fraction::percent(percent.value()?.percent())?))
            })
            .collect::<Option<_>>()?,
    };
    parts.sort_by_key(|(month, _)| *month);
    let sum = parts.iter().try_fold(Fraction::ZERO, |sum, (_, part)| sum.plus(*part))?;
    // The sum itself is checked, and reported, by the domain.
    (sum == Fraction::ONE).then_some(parts)
}

/// A fraction for each year, spread evenly over the year's vesting days, which lie `every` months apart (a divisor
/// of 12); what falls before the cliff vests on it. None when the cliff lies after the end.
pub(super) fn yearly(years: &[Fraction], every: u32, cliff: u32) -> Option<Parts> {
    let days = 12u32.checked_div(every).filter(|days| days * every == 12)?;
    let span = u32::try_from(years.len()).ok()?.checked_mul(12)?;
    if cliff > span {
        return None;
    }
    let mut parts: Parts = Vec::new();
    for (year, part) in (0u32..).zip(years) {
        let each = part.times(Fraction::new(1, u64::from(days))?)?;
        for day in 1..=days {
            let month = (year * 12 + day * every).max(cliff);
            match parts.last_mut().filter(|(last, _)| *last == month) {
                Some((_, sum)) => *sum = sum.plus(each)?,
                None => parts.push((month, each)),
            }
        }
    }
    Some(parts)
}

/// Whole shares on each vesting day, by Open Cap Format's `CUMULATIVE_ROUNDING`; a fraction in the grant itself
/// vests last. The percentages sum to 100.
pub fn shares(grant: Decimal, vests: &[Vest]) -> Vec<Decimal> {
    let parts: Option<Vec<Fraction>> = vests.iter().map(|v| Fraction::percent(v.percent)).collect();
    parts
        .and_then(|parts| allocate(grant, &parts, Allocation::CumulativeRounding))
        .unwrap_or_else(|| vec![Decimal::ZERO; vests.len()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_domain::Entry;
    use counterweight_domain::grant::Cadence;
    use rust_decimal::dec;

    /// When a grant vests, by rising month, summing to 100 %. None, with a finding, when the schedule cannot be
    /// read or does not sum to the grant; none also for terms in Open Cap Format, which have days and no months.
    fn vests(vesting: &Vesting, path: &Path, findings: &mut Findings) -> Option<Vec<Vest>> {
        let mut running = Fraction::ZERO;
        let mut given = Decimal::ZERO;
        let mut vests: Vec<Vest> = Vec::new();
        for (month, part) in parts_of(vesting, path, findings)? {
            running = running.plus(part)?;
            let up_to = running.to_percent()?;
            match vests.last_mut().filter(|last| last.month == month) {
                Some(last) => last.percent += up_to - given,
                None => vests.push(Vest { month, percent: up_to - given }),
            }
            given = up_to;
        }
        vests.retain(|v| !v.percent.is_zero());
        Some(vests)
    }

    fn read(split: &str, every: Cadence, cliff: &str) -> Vec<Vest> {
        let vesting = Vesting::Yearly { split: Entry::typed(split), every, cliff_months: Entry::typed(cliff) };
        vests(&vesting, &Path::root(), &mut Findings::default()).expect("sums to the grant")
    }

    /// Open Guide: a year's cliff vests 25 %, then 1/48 each month, four years in all.
    #[test]
    fn a_cliff_gathers_what_came_before() {
        let vests = read("25/25/25/25", Cadence::Month, "12");
        assert_eq!((vests[0].month, vests[0].percent), (12, dec!(25)));
        assert_eq!(vests.len(), 37);
        assert_eq!(vests[36].month, 48);
        assert_eq!(vests.iter().map(|v| v.percent).sum::<Decimal>(), Decimal::ONE_HUNDRED);
    }

    /// A cliff between two vesting days has a day of its own: quarterly with a cliff of 8 months vests 12.5 %
    /// (two quarters) in month 8 and 6.25 % in month 9.
    #[test]
    fn a_cliff_between_days_is_a_day() {
        let vests = read("25/25/25/25", Cadence::Quarter, "8");
        assert_eq!((vests[0].month, vests[0].percent), (8, dec!(12.5)));
        assert_eq!((vests[1].month, vests[1].percent), (9, dec!(6.25)));
    }

    /// Open Cap Format, `AllocationType`: 18 shares over 4 tranches with CUMULATIVE_ROUNDING are 5-4-5-4.
    #[test]
    fn shares_round_cumulatively_as_open_cap_format_does() {
        let quarter = |month| Vest { month, percent: dec!(25) };
        let vests = [quarter(3), quarter(6), quarter(9), quarter(12)];
        assert_eq!(shares(dec!(18), &vests), [dec!(5), dec!(4), dec!(5), dec!(4)]);
    }

    /// A published preset of 33/33/22/11 sums to 99 %, so it vests nothing.
    #[test]
    fn a_split_that_does_not_sum_vests_nothing() {
        let vesting = Vesting::Yearly {
            split: Entry::typed("33/33/22/11"),
            every: Cadence::Year,
            cliff_months: Entry::default(),
        };
        assert_eq!(vests(&vesting, &Path::root(), &mut Findings::default()), None);
    }

    /// The terms of a preset are the schedule of its months: the same percent on the same months.
    #[test]
    fn terms_and_months_say_the_same() {
        let vesting = Vesting::Preset { preset: "even-4y-monthly-1y-cliff".into() };
        let mut findings = Findings::default();
        let terms = terms_of(&vesting, DayOfMonth::default(), &Path::root(), &mut findings).expect("a preset");
        assert_eq!(terms.name, "4 years, monthly, 1-year cliff");
        assert!(findings.as_slice().is_empty());
        let unknown = Vesting::Preset { preset: "nobody's".into() };
        assert!(terms_of(&unknown, DayOfMonth::default(), &Path::root(), &mut findings).is_none());
        assert_eq!(findings.as_slice()[0].id, "vesting.unknownPreset");
        assert_eq!(findings.as_slice()[0].path.as_str(), "preset");
    }
}
