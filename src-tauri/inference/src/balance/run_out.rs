//! When a budget runs out, as a distribution over futures.

use counterweight_domain::CivilDate;

/// Months in which a budget first ran out, over many futures.
#[derive(Debug, Clone, PartialEq)]
pub struct RunOut {
    /// Share of the futures in which it never did, 0 to 1.
    pub never: f64,
    /// The month by which 10, 50 and 90 of 100 of *all* futures had run out; none where so many never do.
    pub by: [Option<u32>; 3],
    /// Share of all futures that had run out by the end of each month, from month 1.
    pub cumulative: Vec<f64>,
}

impl RunOut {
    /// The distribution of first months over `months` months; none in a future that never ran out. None without
    /// futures.
    #[allow(clippy::cast_precision_loss, reason = "futures are few")]
    pub fn of(first: &[Option<u32>], months: u32) -> Option<Self> {
        if first.is_empty() {
            return None;
        }
        let mut count = vec![0u64; months as usize];
        for month in first.iter().flatten().filter(|month| (1..=months).contains(month)) {
            count[*month as usize - 1] += 1;
        }
        let all = first.len() as f64;
        let mut sum = 0;
        let cumulative: Vec<f64> = count
            .iter()
            .map(|month| {
                sum += month;
                sum as f64 / all
            })
            .collect();
        let by = [0.1, 0.5, 0.9].map(|share| {
            let place = cumulative.iter().position(|reached| *reached >= share - 1e-12)?;
            u32::try_from(place + 1).ok()
        });
        Some(Self { never: 1.0 - cumulative.last().copied().unwrap_or(0.0), by, cumulative })
    }
}

/// The day in month `month` (from 1) on which a budget runs out, when `dry_at` of the month had passed by then (see
/// [`super::MonthOutcome::dry_at`]). `start` is the first day of month 1.
#[allow(clippy::cast_possible_truncation)]
pub fn day(start: CivilDate, month: u32, dry_at: f64) -> Option<CivilDate> {
    if !(0.0..=1.0 + 1e-9).contains(&dry_at) {
        return None;
    }
    let (from, to) = (start.plus_months(month.saturating_sub(1)), start.plus_months(month));
    let days = f64::from(from.days_until(to));
    // A whole day that is one rounding error short of itself is that day.
    let into = (days * dry_at + 1e-9).floor().clamp(0.0, days - 1.0) as i64;
    let date = from.jiff().saturating_add(jiff::Span::new().days(into));
    CivilDate::new(date.year(), date.month(), date.day())
}
