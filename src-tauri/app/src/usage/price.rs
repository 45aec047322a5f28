//! The price of a record: the list price of its own day and hour, for the size of its own prompt and the way it was
//! served. Rates are found once for each model and day, or half hour where the price moves within the day.
//!
//! Money is counted in whole millionths of a billionth of a dollar, which is exact: rates have at most nine places
//! for a million tokens. So the sum does not depend on the order of the records.

use counterweight_inference::price::{Period, PriceProblem, Schedule, Service, schedule_by, timeline};
use counterweight_usage::{Client, Name, Names, PromptSize, Record, Tier};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// A dollar in the units of [`Cost::amount`].
pub(super) const DOLLAR: i128 = 1_000_000_000_000_000;

/// What a record costs at list price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Cost {
    /// In units of which [`DOLLAR`] make a dollar.
    pub(super) amount: i128,
    /// Tokens that have no known price.
    pub(super) unpriced: u64,
    /// Tokens that were priced as short prompts although their prompts' sizes are unknown and it matters.
    pub(super) tier_unknown: u64,
}

/// What the list does not say of requests bound to one country.
const US_ONLY: &str =
    "Requests that had to be served in the United States cost a tenth more at Anthropic; that is not in the cost.";
/// The most notes kept; the same note comes up for each day.
const NOTES: usize = 20;

/// Providers that list prices and take them back from one day to the next: their price is looked up for each day by
/// itself, which is dearer. Of the others a change that is undone within four weeks would not be found.
const RELISTED: [&str; 1] = ["openrouter"];

/// Days looked ahead and back when a model's price changes are looked for.
const SPAN: i32 = 400;

type Priced = Result<Arc<Rates>, ()>;

/// The rates of one moment, and whether they move within its day.
type Moment = Result<(Arc<Rates>, bool), ()>;

/// Rates of a schedule as whole numbers, billionths of a dollar per million tokens.
#[derive(Debug)]
struct Rates {
    /// Above how many tokens of prompt, and the rates: input, cache read, cache write, for an hour, output, and a fee.
    tiers: Vec<(u64, [i128; 6])>,
}

impl Rates {
    #[allow(clippy::cast_possible_truncation, reason = "a rate is at most 10,000 dollars")]
    fn of(schedule: &Schedule) -> Rates {
        let whole = |rate: f64| (rate * 1e9).round() as i128;
        let tier = |tier: &counterweight_inference::price::Tier| {
            let prices = &tier.prices;
            let fee = whole(prices.per_request) * 1_000_000;
            let rates = [prices.input, prices.cache_read, prices.cache_write, prices.cache_write_hour, prices.output];
            let [input, read, write, hour, output] = rates.map(whole);
            (tier.above_tokens, [input, read, write, hour, output, fee])
        };
        Rates { tiers: schedule.tiers.iter().map(tier).collect() }
    }

    fn for_prompt(&self, prompt: u64) -> &[i128; 6] {
        &self.tiers.iter().rev().find(|(above, _)| prompt > *above).unwrap_or(&self.tiers[0]).1
    }
}

/// A model's dated price lists, as far as they were looked up.
struct Dated {
    from: Date,
    to: Date,
    periods: Vec<(Period, Arc<Rates>)>,
}

/// Gives prices and remembers them.
pub(super) struct Pricer {
    /// By provider and model as the log names them: who is asked for the price, and by what name.
    subjects: HashMap<(Name, Name), (String, String)>,
    dated: HashMap<(Name, Name), Result<Dated, ()>>,
    single: HashMap<(Name, Name, Service, i64), Moment>,
    /// Why a model has no price.
    reasons: HashMap<(Name, Name), String>,
    unpriced: BTreeMap<(String, String), (u64, String)>,
    notes: BTreeSet<String>,
}

impl Pricer {
    pub(super) fn new() -> Pricer {
        Pricer {
            subjects: HashMap::new(),
            dated: HashMap::new(),
            single: HashMap::new(),
            reasons: HashMap::new(),
            unpriced: BTreeMap::new(),
            notes: BTreeSet::new(),
        }
    }

    /// The cost of a record, whose own prompt decides its price tier; where it sums requests of one tier, any of their prompts.
    pub(super) fn price(&mut self, names: &Names, record: &Record, own: u64) -> Cost {
        let tokens = &record.tokens;
        if record.free || tokens.total() == 0 {
            return Cost::default();
        }
        let subject = (record.provider, record.model);
        self.subjects.entry(subject).or_insert_with(|| {
            catalogue_names(
                names.get(record.provider).unwrap_or(""),
                names.get(record.model).unwrap_or(""),
                record.client,
            )
        });
        let Ok(rates) = self.rates(subject, record) else {
            let (provider, model) = &self.subjects[&subject];
            let shown = names.get(record.model).unwrap_or(model);
            let entry = self.unpriced.entry((shown.to_owned(), provider.clone())).or_default();
            entry.0 = entry.0.saturating_add(tokens.total());
            if entry.1.is_empty() {
                entry.1 = self.reasons.get(&subject).cloned().unwrap_or_default();
            }
            return Cost { unpriced: tokens.total(), ..Cost::default() };
        };
        let (prompt, unknown_below) = match record.prompt_size {
            PromptSize::Own => (own, 0),
            PromptSize::Unknown => (0, u64::MAX),
            PromptSize::UpTo200k => (0, 200_000),
            PromptSize::Above200k => (200_001, 0),
        };
        let tier_unknown = match rates.tiers.iter().skip(1).any(|(above, _)| *above < unknown_below) {
            true => tokens.total(),
            false => 0,
        };
        let [input, read, write, hour, output, fee] = rates.for_prompt(prompt);
        let parts = [
            (tokens.input, input),
            (tokens.cache_read, read),
            (tokens.cache_write_5m, write),
            (tokens.cache_write_1h, hour),
            (tokens.output, output),
        ];
        let amount: i128 = parts.iter().map(|(count, rate)| i128::from(*count) * **rate).sum();
        Cost { amount: amount + fee * i128::from(record.requests.max(1)), unpriced: 0, tier_unknown }
    }

    fn rates(&mut self, subject: (Name, Name), record: &Record) -> Priced {
        if record.us_only && !self.notes.contains(US_ONLY) {
            self.notes.insert(US_ONLY.to_owned());
        }
        let service = match record.tier {
            Tier::Batch => Service::Batch,
            _ if record.fast => Service::Fast,
            Tier::Flex => Service::Flex,
            Tier::Priority => Service::Priority,
            Tier::Standard | Tier::Unstated => Service::Standard,
        };
        let date = TimeZone::UTC.to_datetime(record.instant).date();
        let moves = if RELISTED.contains(&self.subjects[&subject].0.as_str()) {
            let (rates, moves) = self.single(subject, service, midday(date))?;
            if !moves || record.whole_day {
                return Ok(rates);
            }
            moves
        } else {
            self.look_up(subject, date);
            let Some(Ok(dated)) = self.dated.get(&subject) else { return Err(()) };
            let place = dated.periods.partition_point(|(period, _)| period.from <= date);
            let (period, rates) = &dated.periods[place.saturating_sub(1)];
            let moves = period.schedule.within_day.is_some();
            if service == Service::Standard && (!moves || record.whole_day) {
                return Ok(Arc::clone(rates));
            }
            moves
        };
        // Half hours are as fine as any price moves; a day by itself is priced as the catalogue's hour of a day.
        let second = match record.whole_day || !moves {
            true => midday(date),
            false => record.instant.as_second().div_euclid(1800) * 1800,
        };
        self.single(subject, service, second).map(|(rates, _)| rates)
    }

    /// The rates of one moment, and whether they move within its day.
    fn single(&mut self, subject: (Name, Name), service: Service, second: i64) -> Moment {
        if let Some(known) = self.single.get(&(subject.0, subject.1, service, second)) {
            return known.clone();
        }
        let (provider, model) = &self.subjects[&subject];
        let at = Timestamp::from_second(second).unwrap_or_default();
        let found = schedule_by(provider, model, at, service);
        if let Ok(schedule) = &found
            && service != Service::Standard
            && self.notes.len() < NOTES
        {
            let fallback = schedule.provenance.warnings.iter().filter(|warning| warning.contains("standard price"));
            let note = |warning: &String| warning.replace("on this day", "on some days");
            self.notes.extend(fallback.map(note));
        }
        let found = match found {
            Ok(schedule) => Ok((Arc::new(Rates::of(&schedule)), schedule.within_day.is_some())),
            Err(problem) => {
                self.reasons.entry(subject).or_insert_with(|| words(&problem));
                Err(())
            }
        };
        self.single.insert((subject.0, subject.1, service, second), found.clone());
        found
    }

    /// Finds the price lists of a model around a day, unless they are known.
    fn look_up(&mut self, subject: (Name, Name), date: Date) {
        let known = match self.dated.get(&subject) {
            Some(Ok(dated)) => dated.from <= date && date <= dated.to,
            Some(Err(_)) => true,
            None => false,
        };
        if known {
            return;
        }
        let (provider, model) = &self.subjects[&subject];
        let days = |days: i32| date.saturating_add(jiff::Span::new().days(days));
        let (from, to) = match self.dated.get(&subject) {
            Some(Ok(dated)) => (dated.from.min(days(-SPAN)), dated.to.max(days(SPAN))),
            _ => (days(-28), days(28)),
        };
        let found = timeline(provider, model, from, to).map(|periods| Dated {
            from,
            to,
            periods: periods
                .into_iter()
                .map(|period| {
                    let rates = Arc::new(Rates::of(&period.schedule));
                    (period, rates)
                })
                .collect(),
        });
        let found = found.map_err(|problem| {
            self.reasons.entry(subject).or_insert_with(|| words(&problem));
        });
        self.dated.insert(subject, found);
    }

    /// What has no price, and what to know of the prices.
    pub(super) fn end(self) -> (Vec<super::Unpriced>, Vec<String>) {
        let unpriced = self
            .unpriced
            .into_iter()
            .map(|((model, provider), (tokens, reason))| super::Unpriced { model, provider, tokens, reason })
            .collect();
        (unpriced, self.notes.into_iter().collect())
    }
}

/// The second at which a day is priced that is not known by the hour: 16:00 UTC, as everywhere in the app.
fn midday(date: Date) -> i64 {
    TimeZone::UTC.to_timestamp(date.at(16, 0, 0, 0)).map(Timestamp::as_second).unwrap_or(0)
}

fn words(problem: &PriceProblem) -> String {
    match problem {
        PriceProblem::UnknownProvider { .. } => "no price list is known for its provider".to_owned(),
        PriceProblem::UnknownModel { .. } => "the price list has no such model".to_owned(),
        PriceProblem::Unpriced { reason, .. } | PriceProblem::Catalogue { reason, .. } => reason.clone(),
    }
}

/// Other names of providers in logs, and theirs in the price list.
const PROVIDERS: [(&str, &str); 30] = [
    ("amazon-bedrock", "aws"),
    ("bedrock", "aws"),
    ("aws_bedrock", "aws"),
    ("azure_ai", "azure"),
    ("azure-openai", "azure"),
    ("claude", "anthropic"),
    ("fireworks-ai", "fireworks"),
    ("fireworks_ai", "fireworks"),
    ("gemini", "google"),
    ("google-ai", "google"),
    ("google-gemini", "google"),
    ("google-vertex", "google"),
    ("google-vertex-anthropic", "anthropic"),
    ("grok", "x-ai"),
    ("kimi", "moonshotai"),
    ("kimi-for-coding", "moonshotai"),
    ("mistralai", "mistral"),
    ("moonshot", "moonshotai"),
    ("openai-codex", "openai"),
    ("together_ai", "together"),
    ("togetherai", "together"),
    ("vertex", "google"),
    ("vertex_ai", "google"),
    ("vertex_ai_beta", "google"),
    ("x_ai", "x-ai"),
    ("xai", "x-ai"),
    ("z-ai", "zai"),
    ("zai-coding-plan", "zai"),
    ("zhipu", "zhipuai"),
    ("zhipuai-coding-plan", "zhipuai"),
];

/// Providers of the price list that logs name as it does.
const AS_LISTED: [&str; 24] = [
    "anthropic",
    "aws",
    "azure",
    "baseten",
    "cerebras",
    "cloudflare",
    "cohere",
    "databricks",
    "deepseek",
    "fireworks",
    "github-copilot",
    "google",
    "groq",
    "minimax",
    "mistral",
    "moonshotai",
    "novita",
    "openai",
    "openrouter",
    "perplexity",
    "together",
    "x-ai",
    "zai",
    "zhipuai",
];

/// Beginnings of models' names and who makes them: whose list price stands where the log does not say who served it.
const MAKERS: [(&str, &str); 20] = [
    ("claude", "anthropic"),
    ("gpt-", "openai"),
    ("chatgpt", "openai"),
    ("codex", "openai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4", "openai"),
    ("gemini", "google"),
    ("deepseek", "deepseek"),
    ("grok", "x-ai"),
    ("kimi", "moonshotai"),
    ("moonshot", "moonshotai"),
    ("glm", "zai"),
    ("minimax", "minimax"),
    ("mistral", "mistral"),
    ("codestral", "mistral"),
    ("devstral", "mistral"),
    ("magistral", "mistral"),
    ("command", "cohere"),
    ("sonar", "perplexity"),
];

/// Provider and model under which the price list is asked.
pub(super) fn catalogue_names(provider: &str, model: &str, client: Client) -> (String, String) {
    let listed = |name: &str| {
        let name = name.to_lowercase();
        let other = PROVIDERS.iter().find(|(other, _)| *other == name).map(|(_, listed)| *listed);
        other.or_else(|| AS_LISTED.into_iter().find(|listed| *listed == name))
    };
    if let Some(provider) = listed(provider) {
        // A gateway writes the provider before the model's name as well; OpenRouter's own names have a maker there.
        let bare = match model.split_once('/') {
            Some((prefix, bare)) if provider != "openrouter" && listed(prefix) == Some(provider) => bare,
            _ => model,
        };
        return (provider.to_owned(), bare.to_owned());
    }
    if let Some((prefix, bare)) = model.split_once('/')
        && let Some(provider) = listed(prefix)
    {
        return (provider.to_owned(), bare.to_owned());
    }
    let bare = model.rsplit('/').next().unwrap_or(model).to_lowercase();
    let maker = MAKERS.iter().find(|(start, _)| bare.starts_with(start)).map(|(_, maker)| *maker);
    // Cursor has models and prices of its own.
    let own = if client == Client::Cursor { "cursor" } else { provider };
    (maker.unwrap_or(own).to_owned(), if maker.is_some() { bare } else { model.to_owned() })
}

#[cfg(test)]
mod tests;
