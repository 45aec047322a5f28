//! The measured profile in the terms of a case: beside the presets, as a workload, and in words.

use super::price::catalogue_names;
use crate::wire::usage::{MeasuredRow, MeasuredWorkload, ProfileAnswer, QuantileRow};
use counterweight_domain::{ClassOfWork, Entry, Workload};
use counterweight_inference::workload::classes::{self, WorkClass, profiles};
use counterweight_inference::{catalogue, price};
use counterweight_report::format;
use counterweight_usage::history::Rows;
use counterweight_usage::profile::{Profile, Quantiles, profile};
use counterweight_usage::{Name, Names};
use jiff::tz::TimeZone;

/// Days of a log below which its growth says nothing of a year.
const HALF_A_YEAR: u32 = 180;
/// Active days below which their spread is not taken over.
const FEW_DAYS: u32 = 10;
/// Share of the tokens above which one model did the work and the others are not worth a word.
const NEARLY_ALL: f64 = 0.995;
/// Places of [`Quantiles`] on the standard normal distribution.
const NORMAL: [f64; 6] = [-1.281_552, -0.674_490, 0.0, 0.674_490, 1.281_552, 2.326_348];

/// The profile of the history with its words; none when it holds no tokens.
pub(crate) fn answer(rows: &Rows, names: &Names, zone: &TimeZone) -> Option<ProfileAnswer> {
    let profile = profile(rows, zone)?;
    let workload = workload(&profile, rows, names);
    Some(ProfileAnswer {
        first: profile.first.to_string(),
        last: profile.last.to_string(),
        active_days: profile.active_days,
        calendar_days: profile.calendar_days,
        rows: beside_presets(&profile, &workload),
        quantiles: spread(&profile),
        presets: profiles().iter().map(|preset| preset.label.clone()).collect(),
        sentences: sentences(&profile),
        workload,
    })
}

/// A workload that has taken over what was measured: one class in the place of a preset and its classes.
pub(crate) fn replaced(workload: &Workload, measured: &MeasuredWorkload) -> Workload {
    let mut workload = workload.clone();
    workload.profile.clear();
    workload.classes = vec![measured.class.clone()];
    if let Some(growth) = &measured.growth {
        workload.growth = Entry::typed(growth);
    }
    if let Some(spread) = &measured.spread {
        workload.spread = Entry::typed(spread);
    }
    if let Some(model) = &measured.cloud_model {
        workload.cloud_model.clone_from(model);
    }
    workload
}

/// The measured work as one class. Tasks are sessions worked in on an active day, or requests where there are none; the tokens
/// of a call are those of a day over its calls, so that rounding tasks and calls loses no tokens.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(crate) fn workload(profile: &Profile, rows: &Rows, names: &Names) -> MeasuredWorkload {
    let days = f64::from(profile.active_days.max(1));
    let places = |value: f64, places: i32| (value * 10f64.powi(places)).round() / 10f64.powi(places);
    let requests = if profile.requests == 0 { 1.0 } else { profile.requests_per_day };
    let tasks = places(profile.sessions_per_day.unwrap_or(requests).min(requests), 1).max(0.1);
    let cycles = places(requests / tasks, 2).max(0.01);
    let calls = tasks * cycles * days;
    let sent = (profile.input + profile.cache_read + profile.cache_write) as f64;
    let mut left = Vec::new();
    let growth = profile.growth.filter(|growth| growth.per_month.abs() > 1.96 * growth.standard_error);
    let growth = growth.filter(|_| profile.calendar_days >= HALF_A_YEAR).map(|growth| growth.per_month * 12.0);
    if growth.is_none() {
        left.push(
            "Growth stays as it is: only half a year or more that tells it apart from none says what a year brings."
                .to_owned(),
        );
    }
    let enough = profile.active_days >= FEW_DAYS;
    let spread = profile.month_spread.filter(|_| enough);
    if spread.is_none() {
        left.push("The spread stays as it is: fewer than ten active days say little about it.".to_owned());
    }
    let most = profile.models.first();
    let cloud_model = most.and_then(|model| cloud_model(model.model, rows, names));
    match (most, &cloud_model) {
        (_, None) => left.push("The model stays as it is: the one used most has no known price.".to_owned()),
        (Some(model), Some(_)) if model.tokens < NEARLY_ALL => left.push(format!(
            "All of it is priced at {}, which did {:.0} % of the tokens.",
            names.get(model.model).unwrap_or("the model used most"),
            model.tokens * 100.0
        )),
        _ => {}
    }
    if rows.values().any(|row| row.tokens.cache_write_1h > 0) {
        left.push("Tokens written to the cache for an hour are priced as those for five minutes.".to_owned());
    }
    let typed = |value: f64, places: usize| plain(value, places);
    MeasuredWorkload {
        class: ClassOfWork {
            label: "Measured".to_owned(),
            tasks_per_day: Entry::typed(typed(tasks, 1)),
            cycles_per_task: Entry::typed(typed(cycles, 2)),
            calls_per_cycle: Entry::typed("1"),
            prompt_tokens: Entry::typed(typed(sent / calls, 0)),
            cache_read_share: Entry::typed(typed(profile.cache_read_share * 100.0, 4)),
            cache_write_share: Entry::typed(typed(profile.cache_write_share * 100.0, 4)),
            output_tokens: Entry::typed(typed(profile.output as f64 / calls, 0)),
            days_per_month: Entry::typed(typed(profile.days_per_month, 4)),
            spread: profile
                .spread
                .filter(|_| enough)
                .map_or_else(Entry::default, |fit| Entry::typed(typed(fit.sigma * 100.0, 0))),
            ..ClassOfWork::default()
        },
        growth: growth.map(|year| plain(year.exp_m1() * 100.0, 0)),
        spread: spread.map(|spread| plain(spread * 100.0, 0)),
        cloud_model,
        remarks: left,
    }
}

/// The key of a cloud model as the case has it: from the short list, or `provider/model` if it has a price.
fn cloud_model(model: Name, rows: &Rows, names: &Names) -> Option<String> {
    let most = rows.iter().filter(|(key, _)| key.model == model).max_by_key(|(_, row)| row.tokens.total())?.0;
    let last = rows.keys().filter(|key| key.model == model).map(|key| key.start).max()?;
    let day = TimeZone::UTC.to_datetime(jiff::Timestamp::from_second(last).ok()?).date();
    let (provider, name) =
        catalogue_names(names.get(most.provider).unwrap_or(""), names.get(model).unwrap_or(""), most.client);
    let listed = |provider: &str, model: &str| {
        price::schedule_on(provider, model, day).ok().map(|schedule| schedule.provenance.model_id.clone())
    };
    let found = listed(&provider, &name)?;
    let of_list = catalogue::cloud_models()
        .iter()
        .find(|known| known.provider == provider && listed(&known.provider, &known.model).as_ref() == Some(&found));
    Some(of_list.map_or_else(|| format!("{provider}/{name}"), |known| known.key.clone()))
}

/// A decimal without a sign of thousands, as it would be typed.
fn plain(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn tokens(value: f64) -> String {
    format::tokens(value.round().max(0.0) as u64)
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or(0.0)
}

#[allow(clippy::cast_precision_loss)]
fn beside_presets(profile: &Profile, own: &MeasuredWorkload) -> Vec<MeasuredRow> {
    type Preset = classes::Profile;
    let row = |key: &str, measured: String, preset: &dyn Fn(&Preset) -> String| MeasuredRow {
        key: key.to_owned(),
        measured,
        presets: profiles().iter().map(preset).collect(),
    };
    let total: f64 = profile.tokens_by_day.iter().map(|(_, tokens)| *tokens as f64).sum();
    let per_day = total / f64::from(profile.active_days.max(1));
    let tasks = |p: &Preset| p.classes.iter().map(|class| class.tasks_per_day).sum::<f64>();
    let calls = |p: &Preset| p.classes.iter().map(WorkClass::calls_per_day).sum::<f64>();
    // Means over the calls of a day, as the measured figures are.
    let mean = |p: &Preset, of: &dyn Fn(&WorkClass) -> f64| {
        p.classes.iter().map(|class| class.calls_per_day() * of(class)).sum::<f64>() / calls(p)
    };
    let of_prompt = |p: &Preset, share: &dyn Fn(&WorkClass) -> f64| {
        mean(p, &|class| class.mean_prompt() * share(class)) / mean(p, &WorkClass::mean_prompt) * 100.0
    };
    let cached = |p: &Preset| of_prompt(p, &|class| class.cache_read_share);
    let written = |p: &Preset| of_prompt(p, &|class| class.cache_write_share);
    let percent = |share: f64| format!("{} %", plain(share, 1));
    let days = |p: &Preset| mean(p, &|class| class.days_per_month);
    vec![
        row("tokensPerDay", tokens(per_day), &|p| tokens(p.tokens_per_day())),
        row("tasksPerDay", own.class.tasks_per_day.text().to_owned(), &|p| plain(tasks(p), 1)),
        row("cyclesPerTask", plain(number(own.class.cycles_per_task.text()), 1), &|p| plain(calls(p) / tasks(p), 1)),
        row("inputTokens", tokens(number(own.class.prompt_tokens.text())), &|p| {
            tokens(mean(p, &WorkClass::mean_prompt))
        }),
        row("outputTokens", tokens(number(own.class.output_tokens.text())), &|p| {
            tokens(mean(p, &|c| c.output_tokens as f64))
        }),
        row("cacheShare", percent(profile.cache_read_share * 100.0), &|p| percent(cached(p))),
        row("cacheWriteShare", percent(profile.cache_write_share * 100.0), &|p| percent(written(p))),
        row("daysPerMonth", plain(profile.days_per_month, 1), &|p| plain(days(p), 1)),
        row(
            "spread",
            profile.month_spread.map_or_else(|| "unknown".to_owned(), |s| format!("{:.0} %", s * 100.0)),
            &|p| format!("{} %", plain(mean(p, &|class| class.spread) * 100.0, 0)),
        ),
        row("tokensPerMonth", tokens(per_day * profile.days_per_month), &|p| {
            tokens(p.classes.iter().map(|class| class.tokens_per_day() * class.days_per_month).sum())
        }),
    ]
}

fn spread(profile: &Profile) -> Vec<QuantileRow> {
    let row = |key: &str, values: [f64; 6]| QuantileRow { key: key.to_owned(), cells: values.map(tokens).to_vec() };
    let all = |q: &Quantiles| [q.p10, q.p25, q.p50, q.p75, q.p90, q.p99];
    let mut rows = vec![row("day", all(&profile.day_quantiles))];
    rows.extend(profile.spread.map(|fit| row("fit", NORMAL.map(|z| (fit.mu + z * fit.sigma).exp()))));
    rows.extend(profile.prompt_quantiles.as_ref().map(|q| row("prompt", all(q))));
    rows
}

fn sentences(profile: &Profile) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(fit) = profile.spread {
        said.push(format!(
            "The tokens of an active day fit a lognormal distribution with a median of {} and a log spread of {:.2}.",
            tokens(fit.mu.exp()),
            fit.sigma
        ));
    }
    said.push(match profile.growth {
        None => "There are too few active days to tell growth.".to_owned(),
        Some(growth) => {
            let percent = |log: f64| match (log.exp_m1() * 100.0).round() {
                0.0 => "0\u{a0}%".to_owned(),
                whole => format!("{whole:+.0}\u{a0}%").replace('-', "\u{2212}"),
            };
            let (low, high) =
                (growth.per_month - 1.96 * growth.standard_error, growth.per_month + 1.96 * growth.standard_error);
            let verdict = if low > 0.0 || high < 0.0 { "" } else { " No growth at all is among them." };
            format!(
                "The tokens of an active day changed by {} a month; rates between {} and {} go with these days.{verdict}",
                percent(growth.per_month),
                percent(low),
                percent(high)
            )
        }
    });
    if let Some((from, to)) = busy(&profile.hours) {
        said.push(format!("Nine of ten requests begin between {from:02}:00 and {to:02}:00."));
    }
    said
}

/// The shortest span of hours with nine tenths of the requests, also over midnight.
fn busy(hours: &[f64; 24]) -> Option<(usize, usize)> {
    let held = |from: usize, length: usize| (from..from + length).map(|hour| hours[hour % 24]).sum::<f64>();
    (1..=24)
        .flat_map(|length| (0..24).map(move |from| (from, length)))
        .find(|(from, length)| held(*from, *length) >= 0.9 - 1e-12)
        .map(|(from, length)| (from, (from + length - 1) % 24 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busy_hours_are_the_shortest_span() {
        let mut hours = [0.0; 24];
        hours[22] = 0.5;
        hours[1] = 0.45;
        hours[12] = 0.05;
        assert_eq!(busy(&hours), Some((22, 2)));
        assert_eq!(busy(&[0.0; 24]), None);
    }

    #[test]
    fn decimals_are_as_typed() {
        assert_eq!((plain(21.04, 1), plain(120.0, 0), plain(0.1, 1)), ("21".into(), "120".into(), "0.1".into()));
    }
}
