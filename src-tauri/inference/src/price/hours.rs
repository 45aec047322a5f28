//! Prices that move within the day, over the hours in which work runs.

use super::{PriceProblem, Schedule, Tier, UnitPrices, WithinDay, probe};
use std::sync::Arc;

/// Half hours of a day: the grain in which prices move.
const HALF_HOURS: usize = 48;

/// The hours of a day in which work runs, UTC.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hours {
    /// The hour at which it begins, 0 to 24; none is not known.
    pub from: Option<f64>,
    /// For how many hours.
    pub length: f64,
}

impl Hours {
    /// Any hour of the day.
    pub const ANY: Self = Hours { from: None, length: 24.0 };

    /// The share of the work in each half hour of the day. Work is spread evenly over its hours, and over the whole day
    /// when its hours are not known.
    pub fn shares(&self) -> [f64; HALF_HOURS] {
        #[allow(clippy::cast_precision_loss)]
        let even = [1.0 / HALF_HOURS as f64; HALF_HOURS];
        let (Some(from), true) = (self.from, self.length > 0.0 && self.length < 24.0) else { return even };
        if !from.is_finite() {
            return even;
        }
        let from = from.rem_euclid(24.0);
        let mut shares = [0.0; HALF_HOURS];
        for (place, share) in (0u32..).zip(shares.iter_mut()) {
            let (a, b) = (f64::from(place) / 2.0, f64::from(place + 1) / 2.0);
            // What runs past midnight is the first hours of the day.
            for day in [0.0, 24.0] {
                *share += ((from + self.length).min(b + day) - from.max(a + day)).max(0.0) / self.length;
            }
        }
        shares
    }

    /// The hours in words.
    pub fn words(&self) -> String {
        let clock = |hour: f64| {
            let minutes = (hour.rem_euclid(24.0) * 60.0).round();
            format!("{:02.0}:{:02.0}", (minutes / 60.0).floor() % 24.0, minutes % 60.0)
        };
        match self.from {
            Some(from) if self.length > 0.0 && self.length < 24.0 => {
                format!("the mean of the hours from {} to {} UTC", clock(from), clock(from + self.length))
            }
            _ => "the mean of all hours of the day".to_owned(),
        }
    }

    /// The price list of these hours: the mean of the day's lists, each by the share of the work at it. `shown` is the
    /// list of the hour that stands for the day, `at` gives the list of a half hour, from 0.
    ///
    /// # Errors
    /// When the list of one of the hours cannot be found.
    pub fn mean(
        &self,
        shown: &Arc<Schedule>,
        within: &WithinDay,
        at: impl Fn(usize) -> Result<Arc<Schedule>, PriceProblem>,
    ) -> Result<Arc<Schedule>, PriceProblem> {
        // A day has few rates: the list of the first half hour stands for all with the same.
        let mut lists: Vec<(f64, f64, Arc<Schedule>)> = Vec::new();
        for (half_hour, (share, rate)) in self.shares().into_iter().zip(within.half_hours).enumerate() {
            if share <= 0.0 {
                continue;
            }
            match lists.iter_mut().find(|(_, known, _)| (*known - rate).abs() < 1e-9) {
                Some((sum, _, _)) => *sum += share,
                None => lists.push((share, rate, at(half_hour)?)),
            }
        }
        let mut sizes: Vec<u64> =
            lists.iter().flat_map(|(_, _, list)| list.tiers.iter().map(|tier| tier.above_tokens)).collect();
        sizes.sort_unstable();
        sizes.dedup();
        let over = |size: u64, of: fn(&UnitPrices) -> f64| -> f64 {
            lists.iter().map(|(share, _, list)| share * of(&list.for_prompt(size.saturating_add(1)))).sum()
        };
        let tiers = sizes
            .into_iter()
            .map(|above_tokens| Tier {
                above_tokens,
                prices: UnitPrices {
                    input: over(above_tokens, |p| p.input),
                    cache_read: over(above_tokens, |p| p.cache_read),
                    cache_write: over(above_tokens, |p| p.cache_write),
                    cache_write_hour: over(above_tokens, |p| p.cache_write_hour),
                    output: over(above_tokens, |p| p.output),
                    per_request: over(above_tokens, |p| p.per_request),
                },
            })
            .collect();
        let mut mean = Schedule { tiers, ..(**shown).clone() };
        mean.provenance.warnings.retain(|warning| !warning.starts_with(probe::BY_THE_HOUR));
        mean.provenance.warnings.push(format!("{}; this is {}.", probe::BY_THE_HOUR, self.words()));
        Ok(Arc::new(mean))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: ten hours from 23:15 end at 09:15: the half hour from 23:00 has 15 of 600 minutes, the one from 09:00 as
    /// many, the 19 between them 30 each, and together they are all of it.
    #[test]
    fn hours_run_past_midnight() {
        let shares = Hours { from: Some(23.25), length: 10.0 }.shares();
        let near = |half_hour: usize, minutes: f64| (shares[half_hour] - minutes / 600.0).abs() < 1e-12;
        assert!(near(46, 15.0) && near(47, 30.0) && near(0, 30.0) && near(17, 30.0) && near(18, 15.0), "{shares:?}");
        assert_eq!((shares[19], shares[45]), (0.0, 0.0));
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        for all in [Hours::ANY, Hours { from: None, length: 8.0 }, Hours { from: Some(5.0), length: 24.0 }] {
            assert!(all.shares().iter().all(|share| (share - 1.0 / 48.0).abs() < 1e-15));
        }
        assert_eq!(Hours { from: Some(23.25), length: 10.0 }.words(), "the mean of the hours from 23:15 to 09:15 UTC");
    }
}
