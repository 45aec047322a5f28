//! A person's measured profile: how much a day, how it spreads, what kinds of tokens, which models, when, and whether it
//! grows. Pure: the same rows give the same profile.

use crate::history::{Row, RowKey, SIZES};
use crate::record::{Name, PromptSize};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// Days of a mean month of the Gregorian calendar.
const MONTH: f64 = 365.2425 / 12.0;

/// A value at several shares of an ordered sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantiles {
    /// A tenth lie below.
    pub p10: f64,
    /// A quarter lie below.
    pub p25: f64,
    /// Half lie below.
    pub p50: f64,
    /// Three quarters lie below.
    pub p75: f64,
    /// Nine tenths lie below.
    pub p90: f64,
    /// Ninety-nine of a hundred lie below.
    pub p99: f64,
}

/// A lognormal distribution: the logarithm has mean `mu` and standard deviation `sigma`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lognormal {
    /// Mean of the natural logarithm of tokens.
    pub mu: f64,
    /// Its standard deviation, by the sample's number less one.
    pub sigma: f64,
}

/// Growth of the tokens of an active day, by least squares on their logarithm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// Rise of the natural logarithm in a month of 30.44 days; 0.1 is about a tenth more each month.
    pub per_month: f64,
    /// Its standard error. Days of one person hang together, so the truth may lie further off than this says.
    pub standard_error: f64,
}

/// What one model has of everything.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelShare {
    /// The model.
    pub model: Name,
    /// Its share of all tokens, 0 to 1.
    pub tokens: f64,
    /// Its share of all requests, 0 to 1.
    pub requests: f64,
}

/// A size of prompt and the share of requests that had it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PromptShare {
    /// Mean prompt of the requests in this step of [`SIZES`], tokens.
    pub tokens: f64,
    /// Share of the requests, 0 to 1.
    pub share: f64,
}

/// A measured profile. Days are those of the zone it was made for.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// First active day.
    pub first: Date,
    /// Last active day.
    pub last: Date,
    /// Days from the first to the last, both counted.
    pub calendar_days: u32,
    /// Days with any tokens.
    pub active_days: u32,
    /// Tokens sent and received of each active day, in order of day.
    pub tokens_by_day: Vec<(Date, u64)>,
    /// Fitted to the tokens of active days; `None` with fewer than two, or if all are equal.
    pub spread: Option<Lognormal>,
    /// Of the tokens of active days.
    pub day_quantiles: Quantiles,
    /// Requests in all, where sources say.
    pub requests: u64,
    /// Sessions worked in on an active day, in the mean; a session over two days counts on both. `None` where sources name
    /// no sessions.
    pub sessions_per_day: Option<f64>,
    /// How far a month can lie from plan: standard deviation of the logarithm of a month's tokens. From the spread of
    /// active days as if they were independent, or from that of whole weeks if it says more, because days of one person
    /// hang together. `None` with fewer than two active days.
    pub month_spread: Option<f64>,
    /// Active days of a mean month.
    pub days_per_month: f64,
    /// Requests on an active day.
    pub requests_per_day: f64,
    /// Tokens sent that were neither read from nor written to the cache.
    pub input: u64,
    /// Tokens sent that were read from the cache.
    pub cache_read: u64,
    /// Tokens sent that were written to the cache.
    pub cache_write: u64,
    /// Tokens received.
    pub output: u64,
    /// Tokens read from the cache of all sent, 0 to 1.
    pub cache_read_share: f64,
    /// Tokens written to the cache of all sent, 0 to 1.
    pub cache_write_share: f64,
    /// Sizes of prompt, where requests are known one by one; in order of size.
    pub prompts: Vec<PromptShare>,
    /// Quantiles of the sizes of prompt, each as the mean of its step of [`SIZES`]; `None` if no request is known
    /// by itself.
    pub prompt_quantiles: Option<Quantiles>,
    /// Models by falling share of tokens.
    pub models: Vec<ModelShare>,
    /// `None` with fewer than three active days, or if they all are one day.
    pub growth: Option<Growth>,
    /// Share of requests begun in each hour of the day, 0 to 23; all zero if sources only give days.
    pub hours: [f64; 24],
}

/// The profile of rows; `None` if they hold no tokens.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn profile<'a>(rows: impl IntoIterator<Item = (&'a RowKey, &'a Row)>, zone: &TimeZone) -> Option<Profile> {
    let mut days: BTreeMap<Date, u64> = BTreeMap::new();
    let mut models: BTreeMap<Name, (u64, u64)> = BTreeMap::new();
    let mut sizes = [(0u64, 0u64); SIZES.len() + 1];
    let mut hours = [0u64; 24];
    let mut sessions: BTreeSet<(Date, Name)> = BTreeSet::new();
    let mut all = Row::default();
    for (key, row) in rows {
        let tokens = row.tokens.total();
        let instant = key.instant();
        let local = if key.whole_day { TimeZone::UTC.to_datetime(instant) } else { zone.to_datetime(instant) };
        if tokens > 0 {
            let day = days.entry(local.date()).or_default();
            *day = day.saturating_add(tokens);
            if !key.session.is_none() && !key.whole_day {
                sessions.insert((local.date(), key.session));
            }
        }
        let of_model = models.entry(key.model).or_default();
        *of_model = (of_model.0.saturating_add(tokens), of_model.1.saturating_add(row.requests));
        if key.prompt_size == PromptSize::Own {
            let size = &mut sizes[usize::from(key.size).min(SIZES.len())];
            *size = (size.0 + row.requests, size.1.saturating_add(row.tokens.prompt()));
        }
        if !key.whole_day {
            hours[usize::try_from(local.hour()).unwrap_or(0).min(23)] += row.requests;
        }
        all.requests = all.requests.saturating_add(row.requests);
        all.tokens.input = all.tokens.input.saturating_add(row.tokens.input);
        all.tokens.cache_read = all.tokens.cache_read.saturating_add(row.tokens.cache_read);
        all.tokens.cache_write_5m = all.tokens.cache_write_5m.saturating_add(row.tokens.cache_write());
        all.tokens.output = all.tokens.output.saturating_add(row.tokens.output);
    }
    let (first, last) = (*days.keys().next()?, *days.keys().next_back()?);
    let calendar_days = u32::try_from(days_between(first, last)).unwrap_or(0) + 1;
    let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let tokens_by_day: Vec<(Date, u64)> = days.into_iter().collect();
    let mut sample: Vec<f64> = tokens_by_day.iter().map(|(_, tokens)| *tokens as f64).collect();
    sample.sort_by(f64::total_cmp);
    let total: u64 = models.values().fold(0, |sum, (tokens, _)| sum.saturating_add(*tokens));
    let mut models: Vec<ModelShare> = models
        .into_iter()
        .map(|(model, (tokens, requests))| ModelShare {
            model,
            tokens: share(tokens, total),
            requests: share(requests, all.requests),
        })
        .collect();
    models.sort_by(|a, b| b.tokens.total_cmp(&a.tokens).then(a.model.cmp(&b.model)));
    let known: u64 = sizes.iter().map(|(requests, _)| requests).sum();
    let prompts: Vec<PromptShare> = sizes
        .iter()
        .filter(|(requests, _)| *requests > 0)
        .map(|(requests, tokens)| PromptShare { tokens: share(*tokens, *requests), share: share(*requests, known) })
        .collect();
    let begun: u64 = hours.iter().sum();
    let prompt = all.tokens.prompt();
    Some(Profile {
        first,
        last,
        calendar_days,
        active_days: u32::try_from(sample.len()).unwrap_or(u32::MAX),
        spread: lognormal(&sample),
        day_quantiles: quantiles(|share| quantile(&sample, share)),
        requests: all.requests,
        sessions_per_day: (!sessions.is_empty()).then(|| sessions.len() as f64 / sample.len() as f64),
        month_spread: month_spread(&tokens_by_day, calendar_days),
        days_per_month: (sample.len() as f64 / f64::from(calendar_days) * MONTH).min(31.0),
        requests_per_day: all.requests as f64 / sample.len() as f64,
        input: all.tokens.input,
        cache_read: all.tokens.cache_read,
        cache_write: all.tokens.cache_write(),
        output: all.tokens.output,
        cache_read_share: share(all.tokens.cache_read, prompt),
        cache_write_share: share(all.tokens.cache_write(), prompt),
        prompt_quantiles: (known > 0).then(|| quantiles(|share| stepped(&sizes, known, share))),
        prompts,
        models,
        growth: growth(&tokens_by_day),
        hours: hours.map(|requests| share(requests, begun)),
        tokens_by_day,
    })
}

fn days_between(first: Date, last: Date) -> i32 {
    first.until(last).map_or(0, |span| span.get_days())
}

fn quantiles(at: impl Fn(f64) -> f64) -> Quantiles {
    Quantiles { p10: at(0.1), p25: at(0.25), p50: at(0.5), p75: at(0.75), p90: at(0.9), p99: at(0.99) }
}

/// Type 7 of Hyndman and Fan (1996), as R and NumPy have it by default: linear between the order statistics around
/// `(n - 1) p`. The sample is in order and not empty.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
fn quantile(sample: &[f64], share: f64) -> f64 {
    let place = (sample.len() - 1) as f64 * share;
    let low = place.floor();
    let at = low as usize;
    let next = sample[(at + 1).min(sample.len() - 1)];
    sample[at] + (place - low) * (next - sample[at])
}

/// The same over steps: the order statistic is the mean of the step it lies in.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
fn stepped(sizes: &[(u64, u64)], known: u64, share: f64) -> f64 {
    let at = |place: u64| {
        let mut before = 0;
        let step = sizes.iter().find(|(requests, _)| {
            before += requests;
            place < before
        });
        step.map_or(0.0, |(requests, tokens)| *tokens as f64 / *requests as f64)
    };
    let place = (known - 1) as f64 * share;
    let low = place.floor();
    let (here, next) = (at(low as u64), at((low as u64 + 1).min(known - 1)));
    here + (place - low) * (next - here)
}

#[allow(clippy::cast_precision_loss)]
fn lognormal(sample: &[f64]) -> Option<Lognormal> {
    if sample.len() < 2 {
        return None;
    }
    let n = sample.len() as f64;
    let mu = sample.iter().map(|tokens| tokens.ln()).sum::<f64>() / n;
    let squares: f64 = sample.iter().map(|tokens| (tokens.ln() - mu).powi(2)).sum();
    let sigma = (squares / (n - 1.0)).sqrt();
    (sigma > 0.0).then_some(Lognormal { mu, sigma })
}

/// The spread of a month, from that of what it is a sum of. A sum of `n` independent parts with a relative variance of
/// `v` has `v / n`, and a lognormal with that relative variance has a log variance of `ln(1 + v / n)`.
#[allow(clippy::cast_precision_loss)]
fn month_spread(days: &[(Date, u64)], calendar_days: u32) -> Option<f64> {
    let relative_variance = |sample: &[f64]| {
        let n = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / n;
        (sample.len() > 1).then(|| sample.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0) / (mean * mean))
    };
    let sample: Vec<f64> = days.iter().map(|(_, tokens)| *tokens as f64).collect();
    let active = sample.len() as f64 / f64::from(calendar_days) * MONTH;
    let by_day = relative_variance(&sample)? / active;
    // Whole weeks from the first day on, days off included; three say too little.
    let mut weeks = vec![0.0; calendar_days as usize / 7];
    for (day, tokens) in days {
        if let Some(week) = weeks.get_mut(usize::try_from(days_between(days[0].0, *day)).unwrap_or(0) / 7) {
            *week += *tokens as f64;
        }
    }
    let by_week = if weeks.len() < 4 { None } else { relative_variance(&weeks) }.map_or(0.0, |v| v / (MONTH / 7.0));
    Some(by_day.max(by_week).ln_1p().sqrt())
}

/// Least squares of ln(tokens) on the day.
#[allow(clippy::cast_precision_loss)]
fn growth(days: &[(Date, u64)]) -> Option<Growth> {
    if days.len() < 3 {
        return None;
    }
    let n = days.len() as f64;
    let points: Vec<(f64, f64)> =
        days.iter().map(|(day, tokens)| (f64::from(days_between(days[0].0, *day)), (*tokens as f64).ln())).collect();
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / n;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / n;
    let sxx: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    if sxx <= 0.0 {
        return None;
    }
    let sxy: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let slope = sxy / sxx;
    let rest: f64 = points.iter().map(|(x, y)| (y - mean_y - slope * (x - mean_x)).powi(2)).sum();
    let error = (rest / (n - 2.0) / sxx).sqrt();
    Some(Growth { per_month: slope * MONTH, standard_error: error * MONTH })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::rows;
    use crate::record::{Client, Record};

    fn record(at: &str, model: u64, counts: [u64; 4]) -> Record {
        let mut record = Record::new(Client::ClaudeCode, at.parse().unwrap());
        record.model = Name(model);
        let [input, read, write, output] = counts;
        record.tokens.input = input;
        record.tokens.cache_read = read;
        record.tokens.cache_write_5m = write;
        record.tokens.output = output;
        record
    }

    fn near(one: f64, other: f64) {
        assert!((one - other).abs() < 1e-9 * other.abs().max(1.0), "{one} is not {other}");
    }

    /// Three active days of 1,000, 10,000 and 100,000 tokens, on the 1st, 2nd and 5th.
    fn three_days() -> Vec<Record> {
        vec![
            record("2026-03-01T10:00:00Z", 1, [100, 700, 100, 100]),
            record("2026-03-02T10:05:00Z", 1, [900, 4000, 50, 50]),
            record("2026-03-02T11:00:00Z", 2, [1000, 3900, 50, 50]),
            record("2026-03-05T23:30:00Z", 2, [0, 90_000, 0, 10_000]),
        ]
    }

    fn of(records: &[Record], zone: &str) -> Profile {
        profile(&rows(records), &TimeZone::get(zone).unwrap()).unwrap()
    }

    #[test]
    fn sums_and_shares_by_hand() {
        let found = of(&three_days(), "UTC");
        assert_eq!((found.active_days, found.calendar_days, found.requests), (3, 5, 4));
        assert_eq!(found.tokens_by_day.iter().map(|(_, tokens)| *tokens).collect::<Vec<_>>(), [1000, 10_000, 100_000]);
        assert_eq!((found.input, found.cache_read, found.cache_write, found.output), (2000, 98_600, 200, 10_200));
        // Sent: 2,000 + 98,600 + 200 = 100,800.
        near(found.cache_read_share, 98_600.0 / 100_800.0);
        near(found.requests_per_day, 4.0 / 3.0);
        // Model 2 has 5,000 + 100,000 of 111,000 tokens, and two of four requests.
        assert_eq!(found.models[0].model, Name(2));
        near(found.models[0].tokens, 105_000.0 / 111_000.0);
        near(found.models[0].requests, 0.5);
        near(found.hours[10], 0.5);
        near(found.hours[11], 0.25);
        near(found.hours[23], 0.25);
    }

    /// Mean 37,000; deviations -36,000, -27,000 and 63,000, squared and summed 5.994e9, over two 2.997e9, over the squared
    /// mean 1.369e9: 2.189189. Active days of a month: 3/5 x 30.436875 = 18.262125. ln(1 + 0.119876) = 0.113218.
    #[test]
    fn the_spread_of_a_month_by_hand() {
        let found = of(&three_days(), "UTC");
        assert!((found.month_spread.unwrap() - 0.336_479).abs() < 1e-5, "{:?}", found.month_spread);
        near(found.days_per_month, 18.262_125);
        assert_eq!(found.sessions_per_day, None);
    }

    /// Four weeks of a million on each Monday, of which one week has nothing: days do not vary at all, weeks do. Weeks 1, 1, 0,
    /// 1: mean 3/4, sum of squares 3/16 + 9/16 = 3/4, over three 1/4, over 9/16: 4/9. Over 30.436875/7 weeks: 0.102215;
    /// ln(1.102215) = 0.097322; its root 0.311965.
    #[test]
    fn weeks_count_where_days_do_not_vary() {
        let days = ["02", "09", "23"].map(|day| (format!("2026-03-{day}").parse().unwrap(), 1_000_000));
        let found = month_spread(&days, 28).unwrap();
        assert!((found - 0.311_965).abs() < 1e-5, "{found}");
    }

    #[test]
    fn a_session_over_two_days_counts_on_both() {
        let mut records = three_days();
        for (record, session) in records.iter_mut().zip([1, 1, 2, 2]) {
            record.session = Name(session);
        }
        // 1 on the first day, 1 and 2 on the second, 2 on the third.
        near(of(&records, "UTC").sessions_per_day.unwrap(), 4.0 / 3.0);
    }

    /// The logarithms to base 10 are 3, 4, 5: mean 4 ln 10, and deviations of -1, 0, 1 give sigma = ln 10.
    #[test]
    fn the_lognormal_by_hand() {
        let spread = of(&three_days(), "UTC").spread.unwrap();
        near(spread.mu, 4.0 * 10f64.ln());
        near(spread.sigma, 10f64.ln());
    }

    /// Type 7 of (1,000, 10,000, 100,000): at p the place is 2p. 0.1 -> 0.2: 1000 + 0.2 x 9000 = 2,800; 0.25 -> 0.5: 5,500;
    /// 0.5 -> 10,000; 0.75 -> 1.5: 55,000; 0.9 -> 1.8: 82,000; 0.99 -> 1.98: 98,200.
    #[test]
    fn quantiles_by_hand() {
        let q = of(&three_days(), "UTC").day_quantiles;
        for (found, expected) in [q.p10, q.p25, q.p50, q.p75, q.p90, q.p99]
            .into_iter()
            .zip([2_800.0, 5_500.0, 10_000.0, 55_000.0, 82_000.0, 98_200.0])
        {
            near(found, expected);
        }
    }

    /// Days 0, 1, 4 with base-10 logarithms 3, 4, 5: means 5/3 and 4; Sxx = (25 + 4 + 49)/9 = 26/3; Sxy = (5/3)(1) + 0 + (7/3)(1)
    /// = 4; slope = 4/(26/3) = 6/13 a day. What is left over: -1 + (6/13)(5/3) = -3/13, (6/13)(2/3) = 4/13, 1 - (6/13)(7/3) =
    /// -1/13; their squares sum to 26/169 = 2/13; error = sqrt((2/13) / 1 / (26/3)) = sqrt(3)/13. Then times ln 10 and the month.
    #[test]
    fn growth_by_hand() {
        let growth = of(&three_days(), "UTC").growth.unwrap();
        near(growth.per_month, 6.0 / 13.0 * 10f64.ln() * 365.2425 / 12.0);
        near(growth.standard_error, 3f64.sqrt() / 13.0 * 10f64.ln() * 365.2425 / 12.0);
    }

    /// Prompts of 900, 4,950, 4,950 and 90,000: steps of 1,000, 8,000 (twice) and 100,000; the median lies at place 1.5, between
    /// the two of 4,950.
    #[test]
    fn prompts_by_hand() {
        let found = of(&three_days(), "UTC");
        let shares: Vec<(f64, f64)> = found.prompts.iter().map(|prompt| (prompt.tokens, prompt.share)).collect();
        assert_eq!(shares, [(900.0, 0.25), (4950.0, 0.5), (90_000.0, 0.25)]);
        let q = found.prompt_quantiles.unwrap();
        near(q.p50, 4950.0);
        // Place 2.7: 4,950 + 0.7 x (90,000 - 4,950).
        near(q.p90, 64_485.0);
    }

    /// 23:30 UTC on the 5th is 00:30 on the 6th in Berlin in March (UTC+1).
    #[test]
    fn days_and_hours_are_the_zones() {
        let found = of(&three_days(), "Europe/Berlin");
        assert_eq!(found.last.to_string(), "2026-03-06");
        assert_eq!(found.calendar_days, 6);
        near(found.hours[0], 0.25);
    }

    #[test]
    fn too_little_gives_none_and_never_a_guess() {
        assert_eq!(profile(&rows(&[]), &TimeZone::UTC), None);
        let one = of(&three_days()[..1], "UTC");
        assert_eq!((one.spread, one.growth, one.active_days), (None, None, 1));
        near(one.day_quantiles.p99, 1000.0);
        let equal = [three_days()[0], record("2026-03-02T10:00:00Z", 1, [100, 700, 100, 100])];
        assert_eq!(of(&equal, "UTC").spread, None);
        let mut day = three_days()[0];
        day.whole_day = true;
        day.prompt_size = PromptSize::Unknown;
        let sums = of(&[day], "UTC");
        assert_eq!((sums.prompt_quantiles, sums.hours), (None, [0.0; 24]));
    }
}
