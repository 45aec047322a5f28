//! A workload with every silence filled: what a month of it is in calls, tokens and money.
//!
//! [`Work`] is the work of a case, as one class or as several. [`classes`] holds classes of work with their presets,
//! [`of_case`] reads the classes of a case over a preset, [`measured`] makes such a profile from imported use, [`lognormal`] is the spread of days, and [`rate_limit`] says whether the
//! work runs in its hours at all.

use crate::calibration;
use crate::catalogue;
use crate::machine::Machine;
use crate::ownership::{self, Keeping, Running};
use crate::price::book::{Book, stretches};
use crate::price::{PriceProblem, RequestTokens, WithinDay};
use crate::price_scenario::{self, PriceScenario, planned};
use crate::speed::Calibration;
use counterweight_domain::{CivilDate, Entry, LocalPlan, Workload, local_plan};
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use std::sync::OnceLock;

pub mod classes;
pub mod lists;
pub mod lognormal;
pub mod measured;
pub mod of_case;
pub mod rate_limit;

pub use lists::Lists;

/// A way of working with AI models, to start from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkloadPreset {
    /// Short name.
    pub key: String,
    /// Name for people.
    pub label: String,
    /// Tasks on a working day.
    pub tasks_per_day: f64,
    /// Calls to the model a task takes.
    pub cycles_per_task: f64,
    /// Tokens sent in a call.
    pub input_tokens: u64,
    /// Tokens received in a call.
    pub output_tokens: u64,
    /// Percent of the tokens sent that the cache holds.
    pub cache_percent: f64,
    /// Where the figures come from.
    pub source: String,
}

/// What stands in for a blank field, with its unit and source.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silent<T> {
    /// The figure.
    pub value: T,
    /// Its unit.
    pub unit: String,
    /// Where it comes from.
    pub source: String,
}

/// What stands in for blank fields.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "each field is named in the data file, with unit and source")]
pub struct Silences {
    pub days_per_month: Silent<f64>,
    pub growth_percent: Silent<f64>,
    pub level_percent: Silent<f64>,
    pub day_spread_percent: Silent<f64>,
    pub personal_percent: Silent<f64>,
    pub would_buy_per_month: Silent<f64>,
    pub option_percent: Silent<f64>,
    pub team_percent: Silent<f64>,
    pub revocation_percent: Silent<f64>,
    pub approved_percent: Silent<f64>,
    pub cloud_model: Silent<String>,
    pub local_share_percent: Silent<f64>,
    pub machine: Silent<String>,
    pub local_model: Silent<String>,
    pub quant: Silent<String>,
    pub hours_per_day: Silent<f64>,
    pub electricity: Silent<String>,
    pub resale_percent: Silent<f64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    as_of: String,
    silent: String,
    preset: Vec<WorkloadPreset>,
    defaults: Silences,
}

fn file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    FILE.get_or_init(|| {
        toml::from_str(include_str!("../data/workload_presets.toml")).expect("the workload presets are read by a test")
    })
}

/// The day of the figures that stand in for blank ones.
pub fn silences_as_of() -> &'static str {
    &file().as_of
}

/// What stands in for blank fields.
pub fn silences() -> &'static Silences {
    &file().defaults
}

/// The preset whose figures stand in for blank ones.
pub fn silent_preset() -> &'static WorkloadPreset {
    let file = file();
    file.preset.iter().find(|preset| preset.key == file.silent).unwrap_or(&file.preset[0])
}

/// A workload in figures. Money is in the case's currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// Calls in a month at the start.
    pub calls_per_month: f64,
    /// Working days in a month.
    pub days_per_month: f64,
    /// Tokens sent in a call.
    pub input_tokens: u64,
    /// Tokens received in a call.
    pub output_tokens: u64,
    /// The share of the tokens sent that the cache holds, 0 to 1.
    pub cache_share: f64,
    /// Growth a year, as a fraction.
    pub growth: f64,
    /// Standard deviation of the logarithm of a month's use against plan.
    pub spread: f64,
    /// The same as the person says it; none where it follows from the days.
    pub stated_spread: Option<f64>,
    /// The share that is the person's own, 0 to 1.
    pub personal_share: f64,
    /// What the person would buy anyway, a month.
    pub would_buy: f64,
    /// What other own use is worth, of its list price, 0 to 1.
    pub option_value: f64,
    /// Key of the cloud model, or `provider/model`.
    pub cloud_model: String,
    /// Change of prices a year, as a fraction; none keeps list prices with their announced changes.
    pub price_change: Option<f64>,
    /// A stated path of prices, in place of the change.
    pub scenario: Option<&'static PriceScenario>,
    /// The classes of work; empty when the figures above are all of it. With classes those figures are their means.
    pub classes: Vec<classes::WorkClass>,
    /// The share that the local model can do, 0 to 1.
    pub local_share: f64,
    /// Machine at home, by key.
    pub machine: String,
    /// Model it runs, by key.
    pub local_model: String,
    /// Quantisation of it.
    pub quant: String,
    /// What the machine costs, when the person says so.
    pub machine_price: Option<f64>,
    /// Price of electricity, per kWh.
    pub electricity: f64,
    /// Value kept a year when sold, 0 to 1.
    pub resale: f64,
    /// Hours of a working day in which the machine may work.
    pub hours_per_day: f64,
    /// The hour of the day, UTC, at which the work begins; none is not said.
    pub runs_from: Option<f64>,
    /// What keeping the machine takes.
    pub keeping: Keeping,
    /// How the local model is run.
    pub running: Running,
    /// The owner's machine, when it is in no catalogue.
    pub own: Option<Machine>,
    /// What the owner's runs say, with the key of the machine they are of.
    pub calibration: Option<(String, Calibration)>,
}

impl Work {
    /// The workload with its silences filled. `dollar` is one US dollar in the case's currency, for the
    /// silences that are dollars. None when a figure that everything rests on cannot be read.
    pub fn of(workload: &Workload, dollar: f64) -> Option<Self> {
        let silences = silences();
        let preset = silent_preset();
        let amount = |entry: &Entry<counterweight_domain::Amount>, silence: f64| match entry.value() {
            Some(value) => value.decimal().to_f64(),
            None if entry.is_blank() => Some(silence),
            None => None,
        };
        let percent = |entry: &Entry<counterweight_domain::Percent>, silence: f64| match entry.value() {
            Some(value) => value.fraction().to_f64(),
            None if entry.is_blank() => Some(silence / 100.0),
            None => None,
        };
        let portion = |entry: &Entry<counterweight_domain::number::Portion>, silence: f64| match entry.value() {
            Some(value) => value.fraction().to_f64(),
            None if entry.is_blank() => Some(silence / 100.0),
            None => None,
        };
        let count = |entry: &Entry<counterweight_domain::Count>, silence: u64| match entry.value() {
            Some(value) => Some(value.get()),
            None if entry.is_blank() => Some(silence),
            None => None,
        };
        let text = |text: &str, silence: &str| if text.is_empty() { silence.to_owned() } else { text.to_owned() };
        let days_per_month = amount(&workload.days_per_month, silences.days_per_month.value)?;
        let local = &workload.local;
        let own = ownership::own_machine(&local.own);
        let one = Self {
            calls_per_month: amount(&workload.tasks_per_day, preset.tasks_per_day)?
                * amount(&workload.cycles_per_task, preset.cycles_per_task)?
                * days_per_month,
            days_per_month,
            input_tokens: count(&workload.input_tokens, preset.input_tokens)?,
            output_tokens: count(&workload.output_tokens, preset.output_tokens)?,
            cache_share: portion(&workload.cache_share, preset.cache_percent)?,
            growth: percent(&workload.growth, silences.growth_percent.value)?,
            spread: 0.0,
            stated_spread: match workload.spread.is_blank() {
                true => None,
                false => Some(percent(&workload.spread, 0.0)?.max(0.0)),
            },
            personal_share: portion(&workload.personal_share, silences.personal_percent.value)?,
            would_buy: amount(&workload.would_buy_per_month, silences.would_buy_per_month.value * dollar)?,
            option_value: portion(&workload.option_value, silences.option_percent.value)?,
            cloud_model: text(&workload.cloud_model, &silences.cloud_model.value),
            price_change: match workload.price_change.value() {
                Some(value) => Some(value.fraction().to_f64()?),
                None if workload.price_change.is_blank() => None,
                None => return None,
            },
            scenario: price_scenario::scenario(&workload.price_scenario),
            classes: Vec::new(),
            local_share: portion(&local.share, silences.local_share_percent.value)?,
            machine: text(&local.machine, &silences.machine.value),
            local_model: text(&local.model, &silences.local_model.value),
            quant: text(&local.quant, &silences.quant.value),
            machine_price: match local.price.value() {
                Some(value) => Some(value.decimal().to_f64()?),
                None if local.price.is_blank() => None,
                None => return None,
            },
            electricity: amount(&local.electricity, silences.electricity.value.parse::<f64>().ok()? * dollar)?,
            resale: portion(&local.resale, silences.resale_percent.value)?,
            hours_per_day: amount(&local.hours_per_day, silences.hours_per_day.value)?,
            runs_from: workload.runs_from.value().and_then(|hour| hour.decimal().to_f64()).filter(|hour| *hour < 24.0),
            keeping: Keeping::of(local, dollar)?,
            running: Running::of(&local.running)?,
            calibration: calibrated(local, own.as_ref()),
            own,
        };
        let one = Self { spread: one.stated_spread.unwrap_or_else(|| of_case::spread(&[one.class()])), ..one };
        of_case::with_classes(one, workload)
    }

    /// The tokens of one call: what the cache holds is read from it, the rest is new.
    pub fn call(&self) -> RequestTokens {
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let cached = (self.input_tokens as f64 * self.cache_share).round() as u64;
        RequestTokens {
            input: self.input_tokens - cached.min(self.input_tokens),
            cache_read: cached.min(self.input_tokens),
            output: self.output_tokens,
            ..RequestTokens::default()
        }
    }

    /// This work as one class, for queueing, routing and rate limits: calls come in through the hours the machine may
    /// work, and the share given to the machine is what a small model can do.
    pub fn class(&self) -> classes::WorkClass {
        let days = self.days_per_month;
        classes::WorkClass {
            kind: classes::WorkKind::Agentic,
            label: "Your work".to_owned(),
            tasks_per_day: if days > 0.0 { self.calls_per_month / days } else { 0.0 },
            cycles_per_task: 1.0,
            calls_per_cycle: 1.0,
            prompts: vec![classes::PromptSize { tokens: self.input_tokens, share: 1.0 }],
            cache_read_share: self.cache_share,
            cache_write_share: 0.0,
            output_tokens: self.output_tokens,
            easy_share: self.local_share,
            retry_tax: self.keeping.retry_tax,
            concurrency: 1.0,
            hours_per_day: self.hours_per_day,
            days_per_month: days,
            growth: self.growth,
            elasticity: 0.0,
            efficiency: 0.0,
            // Who says that no month differs from plan has days that do not either.
            spread: match self.stated_spread {
                Some(0.0) => 0.0,
                _ => silences().day_spread_percent.value / 100.0,
            },
        }
    }

    /// Tokens in a month at the start, sent and received.
    #[allow(clippy::cast_precision_loss, reason = "a call is far below 2^53 tokens")]
    pub fn tokens_per_month(&self) -> f64 {
        self.calls_per_month * (self.input_tokens + self.output_tokens) as f64
    }

    /// Planned use in month `month` (from 1), against the first month, at the first month's price.
    pub fn grown(&self, month: u32) -> f64 {
        if self.classes.is_empty() {
            return libm::pow(1.0 + self.growth, f64::from(month.saturating_sub(1)) / 12.0);
        }
        let calls: f64 = self.classes.iter().map(|class| class.calls_in_month(month, 1.0)).sum();
        if self.calls_per_month > 0.0 { calls / self.calls_per_month } else { 1.0 }
    }

    /// The same with these classes in place of its own.
    #[must_use]
    pub fn of_classes(self, classes: Vec<classes::WorkClass>) -> Self {
        of_case::mean(self, classes)
    }

    /// The classes of work: its own, or all of it as one.
    pub fn profile(&self) -> Vec<classes::WorkClass> {
        if self.classes.is_empty() { vec![self.class()] } else { self.classes.clone() }
    }

    /// Provider and model of the cloud model: from the list, or as `provider/model`.
    pub fn cloud(&self) -> Option<(&str, &str)> {
        match catalogue::cloud_model(&self.cloud_model) {
            Some(model) => Some((model.provider.as_str(), model.model.as_str())),
            None => self.cloud_model.split_once('/'),
        }
    }

    /// The work in each of `months` months from `start` at the prices of `book`: the mean over the days of the month, so
    /// that a change counts from its day on, moved by the stated path or the assumed change. Use moves with the price where
    /// a class says so.
    ///
    /// # Errors
    /// When the model has no price on the first day of one of the months, or of a stretch of it.
    pub fn priced(&self, book: &Book, start: CivilDate, months: u32) -> Result<Priced, PriceProblem> {
        let (provider, model) = self.cloud().ok_or_else(|| PriceProblem::UnknownModel {
            provider: "any provider".to_owned(),
            model: self.cloud_model.clone(),
        })?;
        let stated = self.scenario.map(|scenario| planned(scenario.scenario, months));
        let one = self.call();
        let mut priced = Priced::default();
        let mut first = 0.0;
        let day = |month: u32| start.plus_months(month).jiff();
        let changes = book.changes((provider, model), day(0), day(months));
        let mut known: Option<(jiff::civil::Date, Lists)> = None;
        for month in 1..=months {
            let mut lists: Vec<(Lists, f64)> = Vec::new();
            for (from, share) in stretches(day(month - 1), day(month), &changes) {
                // Lists hold until the next change; those that move within the day are looked up for each month.
                let holds = |(since, lists): &&(jiff::civil::Date, Lists)| {
                    lists.standard.within_day.is_none() && !changes.iter().any(|day| day > since && *day <= from)
                };
                if known.as_ref().is_none_or(|known| !holds(&known)) {
                    known = Some((from, Lists::on(book, (provider, model), from, self)?));
                }
                lists.extend(known.iter().map(|(_, known)| (known.clone(), share)));
            }
            let mean = |of: &dyn Fn(&Lists) -> f64| lists.iter().map(|(lists, share)| of(lists) * share).sum::<f64>();
            if month == 1 {
                priced.by_hour = lists.first().and_then(|(lists, _)| lists.standard.within_day);
            }
            let moved = match &stated {
                Some(path) => path[month as usize - 1],
                None => self.price_change.map_or(1.0, |change| libm::pow(1.0 + change, f64::from(month - 1) / 12.0)),
            };
            if self.classes.is_empty() {
                priced.per_call.push(mean(&|lists| lists.standard.dollars(&one)) * moved);
                priced.calls.push(self.calls_per_month * self.grown(month));
            } else {
                // The mix of the first month says what the price does; the mix of the month what its calls cost.
                let cost = |at: u32, ratio: f64| -> (f64, f64) {
                    let each = self.classes.iter().map(|class| {
                        let calls = class.calls_in_month(at, ratio);
                        (calls, calls * mean(&|lists| lists.dollars_per_call(class)))
                    });
                    each.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
                };
                let basket = cost(1, 1.0).1 * moved;
                if month == 1 {
                    first = basket;
                }
                let ratio = if first > 0.0 { basket / first } else { 1.0 };
                let (calls, dollars) = cost(month, ratio);
                priced.per_call.push(if calls > 0.0 { dollars / calls * moved } else { 0.0 });
                priced.calls.push(calls);
                priced.index.push(ratio);
            }
        }
        if self.classes.is_empty() {
            let first = priced.per_call.first().copied().unwrap_or(0.0);
            priced.index = priced.per_call.iter().map(|p| if first > 0.0 { p / first } else { 1.0 }).collect();
        }
        Ok(priced)
    }

    /// How much use grows as the price falls, the mean over the calls of the first month.
    pub fn elasticity(&self) -> f64 {
        let (sum, calls) = self.classes.iter().fold((0.0, 0.0), |(sum, all), class| {
            let calls = class.calls_in_month(1, 1.0);
            (sum + calls * class.elasticity, all + calls)
        });
        if calls > 0.0 { sum / calls } else { 0.0 }
    }
}

/// The work with its prices, month by month at plan.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Priced {
    /// Calls in the month.
    pub calls: Vec<f64>,
    /// Price of a call, the mean over the calls of the month, in US dollars.
    pub per_call: Vec<f64>,
    /// Price of the same tokens against the first month.
    pub index: Vec<f64>,
    /// How the price moves within the first day; none where it does not.
    pub by_hour: Option<WithinDay>,
}

/// What the pasted table says of the machine it is of; nothing when there is none, or none that can be used.
fn calibrated(local: &LocalPlan, own: Option<&Machine>) -> Option<(String, Calibration)> {
    let bench = &local.bench;
    if bench.text.is_empty() || bench.text.chars().count() > local_plan::LONGEST_BENCH {
        return None;
    }
    let machine = match own {
        Some(own) if bench.machine == own.key => own,
        _ => catalogue::machine(&bench.machine).ok()?,
    };
    let found = calibration::calibrate(&bench.text, machine).ok()?;
    Some((machine.key.clone(), found.calibration))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_for_blanks_is_read_and_names_its_source() {
        let preset = silent_preset();
        assert!(!preset.source.is_empty() && preset.input_tokens > 0 && preset.cache_percent <= 100.0);
        let silences = silences();
        assert!(catalogue::cloud_model(&silences.cloud_model.value).is_some());
        assert!(
            crate::setup::Setup::by_key(&silences.machine.value, &silences.local_model.value, &silences.quant.value)
                .is_ok()
        );
    }

    /// By hand, at Sonnet's list price of $2 in, $0.10 cached, $10 out per million tokens (Anthropic, November
    /// 2026): 60,000 sent of which 95 % cached, 1,200 received: 3,000 × 2 + 57,000 × 0.10 + 1,200 × 10 =
    /// 6,000 + 5,700 + 12,000 = 23,700 millionths of a dollar.
    #[test]
    fn a_call_is_priced_by_hand() {
        let work = Work::of(&Workload::default(), 1.0).expect("blank is readable");
        let start = CivilDate::new(2026, 11, 23).expect("a date");
        let dollars = work.priced(&Book::default(), start, 1).expect("priced").per_call;
        assert!((dollars[0] - 0.0237).abs() < 1e-9, "{}", dollars[0]);
        // 20 tasks × 15 calls × 21 days.
        assert!((work.calls_per_month - 6300.0).abs() < 1e-9);
    }

    /// The class of a workload has its calls, its call and its tokens.
    #[test]
    fn a_workload_is_one_class() {
        let work = Work::of(&Workload::default(), 1.0).expect("blank is readable");
        let class = work.class();
        assert!((class.calls_in_month(1, 1.0) - work.calls_per_month).abs() < 1e-9);
        assert_eq!(class.mean_call(), work.call());
        assert!((class.tokens_per_day() * work.days_per_month - work.tokens_per_month()).abs() < 1e-3);
    }

    /// By hand: Gemini 4 Argon doubles on 1 December 2026 (the list's own dated price). The month from 23 November has 8 of
    /// 30 days at the old price and 22 at the new one: (8 + 2 × 22) ÷ 30 = 52 ÷ 30 of the old, and the next month 2; against
    /// the first month the second is 60 ÷ 52.
    #[test]
    fn a_change_within_a_month_counts_from_its_day() {
        let start = CivilDate::new(2026, 11, 23).expect("a date");
        let one = Workload { cloud_model: "google/gemini-4-argon".into(), ..Workload::default() };
        let several = Workload { classes: vec![counterweight_domain::ClassOfWork::default()], ..one.clone() };
        for case in [one, several] {
            let work = Work::of(&case, 1.0).expect("readable");
            let old = Lists::on(&Book::default(), ("google", "gemini-4-argon"), start.jiff(), &work).expect("priced");
            let old = old.standard.dollars(&work.call());
            let priced = work.priced(&Book::default(), start, 2).expect("priced");
            assert!((priced.per_call[0] / old - 52.0 / 30.0).abs() < 1e-9, "{priced:?} {old}");
            assert!((priced.per_call[1] / old - 2.0).abs() < 1e-9);
            assert!((priced.index[1] - 60.0 / 52.0).abs() < 1e-9);
        }
    }

    #[test]
    fn an_unreadable_figure_leaves_the_work_unknown() {
        let wrong = Workload { tasks_per_day: Entry::typed("many"), ..Workload::default() };
        assert_eq!(Work::of(&wrong, 1.0), None);
    }

    #[test]
    fn an_unknown_model_has_no_price() {
        let work =
            Work::of(&Workload { cloud_model: "nobody/nothing".into(), ..Workload::default() }, 1.0).expect("readable");
        assert!(work.priced(&Book::default(), CivilDate::new(2026, 11, 23).expect("a date"), 1).is_err());
    }
}
