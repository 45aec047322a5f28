//! On which day of a month a tranche vests.

use counterweight_domain::CivilDate;

/// The day of the month on which tranches counted in months vest: Open Cap Format's `VestingDayOfMonth`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DayOfMonth {
    /// The day of the month of the vesting commencement date, or the last of a month that is too short.
    #[default]
    VestingStartDay,
    /// This day, 1 to 31, or the last of a month that is too short.
    Day(u8),
}

impl DayOfMonth {
    /// The rule with this name in Open Cap Format: `01` to `28`, `29_OR_LAST_DAY_OF_MONTH` to
    /// `31_OR_LAST_DAY_OF_MONTH`, or `VESTING_START_DAY_OR_LAST_DAY_OF_MONTH`.
    pub fn from_ocf_name(name: &str) -> Option<Self> {
        match name {
            "VESTING_START_DAY_OR_LAST_DAY_OF_MONTH" => Some(DayOfMonth::VestingStartDay),
            "29_OR_LAST_DAY_OF_MONTH" => Some(DayOfMonth::Day(29)),
            "30_OR_LAST_DAY_OF_MONTH" => Some(DayOfMonth::Day(30)),
            "31_OR_LAST_DAY_OF_MONTH" => Some(DayOfMonth::Day(31)),
            _ if name.len() == 2 && name.bytes().all(|b| b.is_ascii_digit()) => {
                name.parse().ok().filter(|day| (1..=28).contains(day)).map(DayOfMonth::Day)
            }
            _ => None,
        }
    }

    /// The name in Open Cap Format.
    pub fn ocf_name(self) -> String {
        match self {
            DayOfMonth::VestingStartDay => "VESTING_START_DAY_OR_LAST_DAY_OF_MONTH".to_owned(),
            DayOfMonth::Day(day @ 29..) => format!("{}_OR_LAST_DAY_OF_MONTH", day.min(31)),
            DayOfMonth::Day(day) => format!("{:02}", day.max(1)),
        }
    }

    /// The vesting day in the month that lies `months` after the month of `base`.
    ///
    /// Only the month of `base` counts, so a schedule that passes through February comes back to its day: a start
    /// on the 31st vests on 28 or 29 February and then on 31 March. With a fixed day the first tranche may
    /// therefore come less than a full month after `base`; it never comes before `base`. None past the year 9999.
    pub fn months_after(self, base: CivilDate, months: u32, commencement: CivilDate) -> Option<CivilDate> {
        let target = match self {
            DayOfMonth::VestingStartDay => commencement.day(),
            DayOfMonth::Day(day) => i8::try_from(day.clamp(1, 31)).ok()?,
        };
        let month = i64::from(base.year()) * 12 + i64::from(base.month()) - 1 + i64::from(months);
        let year = i16::try_from(month.div_euclid(12)).ok()?;
        let month = i8::try_from(month.rem_euclid(12) + 1).ok()?;
        let last = CivilDate::new(year, month, 1)?.jiff().days_in_month();
        CivilDate::new(year, month, target.min(last)).map(|day| day.max(base))
    }
}

/// The day `days` after `base`. None past the year 9999.
pub(super) fn days_after(base: CivilDate, days: u32) -> Option<CivilDate> {
    let day = base.jiff().checked_add(jiff::Span::new().try_days(i64::from(days)).ok()?).ok()?;
    CivilDate::new(day.year(), day.month(), day.day())
}

/// The month after `start`, counted from 1, in which `day` falls; 0 on the start and before it.
///
/// A month is the window (start, end]: a vest on the first anniversary falls in month 12 and so in the first year,
/// one on the day after in month 13 and so in the second.
pub fn closing_month(start: CivilDate, day: CivilDate) -> u32 {
    let whole = u32::try_from(start.months_until(day)).unwrap_or(0);
    if day > start && start.plus_months(whole) < day { whole + 1 } else { whole }
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_domain::entry::FromText;

    fn day(text: &str) -> CivilDate {
        CivilDate::from_text(text).expect("a date")
    }

    /// OCF-Tools, `vesting_compiler/__tests__/dates.test.ts`: from 31 January 2025 the months end on 02-28, 03-31,
    /// 04-30, 05-31, 06-30, 07-31; 2024-01-31 + 1 month = 2024-02-29; 2024-02-29 + 12 months = 2025-02-28.
    #[test]
    fn a_start_on_the_31st_comes_back_to_the_31st() {
        let rule = DayOfMonth::VestingStartDay;
        let start = day("2025-01-31");
        for (months, expected) in
            (1u32..).zip(["2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30", "2025-07-31"])
        {
            assert_eq!(rule.months_after(start, months, start), Some(day(expected)));
        }
        let (start, leap) = (day("2024-01-31"), day("2024-02-29"));
        assert_eq!(rule.months_after(start, 1, start), Some(leap));
        assert_eq!(rule.months_after(leap, 12, leap), Some(day("2025-02-28")));
        assert_eq!(rule.months_after(leap, 48, leap), Some(day("2028-02-29")));
    }

    /// Open Cap Format, `VestingDayOfMonth`: `31_OR_LAST_DAY_OF_MONTH` vests on Jan 31, Feb 28/29, Mar 31, Apr 30;
    /// `03` on the 3rd; a start on Jan 15 vests on the 15th.
    #[test]
    fn every_rule_of_the_format() {
        let start = day("2023-01-15");
        let on = |name: &str, months| {
            DayOfMonth::from_ocf_name(name).expect(name).months_after(start, months, start).expect("in range")
        };
        for (months, expected) in [(0, "2023-01-31"), (1, "2023-02-28"), (2, "2023-03-31"), (3, "2023-04-30")] {
            assert_eq!(on("31_OR_LAST_DAY_OF_MONTH", months), day(expected));
        }
        assert_eq!(on("31_OR_LAST_DAY_OF_MONTH", 13), day("2024-02-29"));
        assert_eq!(on("30_OR_LAST_DAY_OF_MONTH", 13), day("2024-02-29"));
        assert_eq!(on("30_OR_LAST_DAY_OF_MONTH", 14), day("2024-03-30"));
        assert_eq!(on("29_OR_LAST_DAY_OF_MONTH", 1), day("2023-02-28"));
        assert_eq!(on("29_OR_LAST_DAY_OF_MONTH", 13), day("2024-02-29"));
        assert_eq!(on("03", 1), day("2023-02-03"));
        assert_eq!(on("28", 1), day("2023-02-28"));
        assert_eq!(on("VESTING_START_DAY_OR_LAST_DAY_OF_MONTH", 1), day("2023-02-15"));
        for name in ["00", "29", "3", "1a", "32_OR_LAST_DAY_OF_MONTH", ""] {
            assert_eq!(DayOfMonth::from_ocf_name(name), None, "{name}");
        }
        for n in 1..=31 {
            assert_eq!(DayOfMonth::from_ocf_name(&DayOfMonth::Day(n).ocf_name()), Some(DayOfMonth::Day(n)));
        }
    }

    /// A fixed day in the month of the start that has passed by then vests on the start, never before it.
    #[test]
    fn nothing_vests_before_what_it_counts_from() {
        let start = day("2023-01-15");
        assert_eq!(DayOfMonth::Day(1).months_after(start, 0, start), Some(start));
    }

    /// CompCalc's specification: the window of a year is (start, end], so the anniversary closes the year.
    #[test]
    fn an_anniversary_belongs_to_the_year_it_closes() {
        let start = day("2027-01-31");
        assert_eq!(closing_month(start, start), 0);
        assert_eq!(closing_month(start, day("2027-02-01")), 1);
        assert_eq!(closing_month(start, day("2027-02-28")), 1);
        assert_eq!(closing_month(start, day("2027-03-01")), 2);
        assert_eq!(closing_month(start, day("2028-01-31")), 12);
        assert_eq!(closing_month(start, day("2028-02-01")), 13);
        let leap = day("2028-02-29");
        assert_eq!(closing_month(leap, day("2029-02-28")), 12);
        assert_eq!(closing_month(leap, day("2029-03-01")), 13);
        assert_eq!(closing_month(leap, day("2027-01-01")), 0);
    }

    #[test]
    fn days_are_days() {
        // 2024 is a leap year: 366 days lie between the two New Year's Days.
        assert_eq!(days_after(day("2024-01-01"), 366), Some(day("2025-01-01")));
        assert_eq!(days_after(day("2025-01-01"), 365), Some(day("2026-01-01")));
        assert_eq!(days_after(day("2025-01-01"), u32::MAX), None);
    }
}
