//! The work a person gives to AI models: how many tokens, of which kind, and what could run at home.

use crate::date::CivilDate;
use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::local_plan::LocalPlan;
use crate::number::{Amount, Count, Percent, Portion, Quantity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A person's use of AI models on a working day, and how it changes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Workload {
    /// Tasks given to an agent on a working day.
    pub tasks_per_day: Entry<Amount>,
    /// Calls to the model that one task takes.
    pub cycles_per_task: Entry<Amount>,
    /// Tokens sent in one call, cached or not.
    pub input_tokens: Entry<Count>,
    /// Tokens received in one call.
    pub output_tokens: Entry<Count>,
    /// The share of the tokens sent that the provider's cache already holds.
    pub cache_share: Entry<Portion>,
    /// Working days a month.
    pub days_per_month: Entry<Amount>,
    /// Change of the number of tasks a year, in percent.
    pub growth: Entry<Percent>,
    /// How far a month's use can lie from plan, as a standard deviation in percent of log use.
    pub spread: Entry<Percent>,
    /// The share of this use that serves the person rather than the job.
    pub personal_share: Entry<Portion>,
    /// What the person would spend a month on AI from their own pocket without any budget, in the case's
    /// currency.
    pub would_buy_per_month: Entry<Amount>,
    /// What a unit of personal use beyond that is worth to the person, in percent of its list price.
    pub option_value: Entry<Portion>,
    /// The cloud model that does the work, as a key of the price catalogue: `anthropic/claude-sonnet-5`.
    pub cloud_model: String,
    /// Change of the price of equal capability a year, in percent; blank keeps list prices with their
    /// announced changes.
    pub price_change: Entry<Percent>,
    /// Key of a stated path of prices, such as `falls-10x`; it takes the place of `price_change`. Empty is none.
    pub price_scenario: String,
    /// Key of the preset profile whose classes of work are taken; empty is none.
    pub profile: String,
    /// Classes of work: the first lies over the profile's first, and so on; a blank field keeps what is below. Further
    /// ones are the person's own. With a profile or a class, the figures of a single class above are not used.
    pub classes: Vec<ClassOfWork>,
    /// Prices that the person entered: they are taken before any list.
    pub prices: Vec<OwnPrice>,
    /// A price list that the person opened: it is taken before the list that comes with the app.
    pub price_file: Option<PriceFile>,
    /// Requests a minute that the account allows; blank is not limited.
    pub requests_per_minute: Entry<Amount>,
    /// Prompt tokens a minute, those read from the cache apart, that the account allows; blank is not limited.
    pub input_tokens_per_minute: Entry<Amount>,
    /// Tokens received a minute that the account allows; blank is not limited.
    pub output_tokens_per_minute: Entry<Amount>,
    /// US dollars a month at which the account stops until the first of the next month; blank is not limited.
    pub dollars_per_month: Entry<Amount>,
    /// The subscription plan whose week the next field is about, by name or key; empty is none.
    pub plan: String,
    /// What a full week of that plan is worth at list price, US dollars, in place of what was published; blank keeps that.
    pub plan_week: Entry<Amount>,
    /// Seconds that a call takes in the cloud; blank is not known.
    pub seconds_per_call: Entry<Quantity>,
    /// Hour of the day, UTC, at which the work of a day begins, 0 to 24: some prices hang on it. Blank is not said: the
    /// work is spread over the whole day.
    pub runs_from: Entry<Quantity>,
    /// What each of the others uses of a pooled budget, for work and for themselves, in percent of the person's use; blank is 100.
    pub team_use: Entry<Quantity>,
    /// How likely a budget that is not guaranteed is taken back in a year; blank is not at all.
    pub revocation_risk: Entry<Portion>,
    /// The machine at home and what it runs.
    pub local: LocalPlan,
}

/// What kind of work a class is, which decides how long it may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ClassKind {
    /// As the profile says; agentic for a class of the person's own.
    #[default]
    NotSaid,
    /// A person waits for each answer.
    Interactive,
    /// An agent works while a person looks on now and then.
    Agentic,
    /// Checks that run by the clock.
    Heartbeat,
    /// Work that is done when it is done.
    Batch,
}

/// A class of work, or what differs from the class below it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClassOfWork {
    /// Name; empty keeps the one below.
    pub label: String,
    /// Kind of work.
    pub kind: ClassKind,
    /// Tasks on an active day.
    pub tasks_per_day: Entry<Amount>,
    /// Cycles that a task triggers.
    pub cycles_per_task: Entry<Amount>,
    /// Calls to a model in a cycle.
    pub calls_per_cycle: Entry<Amount>,
    /// Tokens sent in a call, cached or not: one size in place of the sizes below.
    pub prompt_tokens: Entry<Count>,
    /// Share of the prompt that is read from the cache.
    pub cache_read_share: Entry<Portion>,
    /// Share of the prompt that is written to the cache.
    pub cache_write_share: Entry<Portion>,
    /// Tokens received in a call.
    pub output_tokens: Entry<Count>,
    /// Share of the calls that a small model can do.
    pub easy_share: Entry<Portion>,
    /// Further calls that a small model takes, in percent of those a large one would need.
    pub retry_tax: Entry<Quantity>,
    /// Calls under way at once.
    pub concurrency: Entry<Amount>,
    /// Hours of an active day in which the work comes in.
    pub hours_per_day: Entry<Quantity>,
    /// Active days a month.
    pub days_per_month: Entry<Quantity>,
    /// Growth of the tasks a year, in percent; blank is the workload's.
    pub growth: Entry<Percent>,
    /// How much use grows as the price falls: 0.3 is 23 % more use at half the price.
    pub elasticity: Entry<Quantity>,
    /// Share of the tokens of a call that is saved for the same result.
    pub efficiency: Entry<Portion>,
    /// How far a day's use can lie from plan, as a standard deviation in percent of log use.
    pub spread: Entry<Quantity>,
}

/// A price that the person entered, US dollars per million tokens.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OwnPrice {
    /// The model, as a key of the list or as `provider/model`.
    pub model: String,
    /// Tokens sent.
    pub input: Entry<Amount>,
    /// Tokens read from the cache; blank costs what plain input does.
    pub cache_read: Entry<Amount>,
    /// Tokens written to the cache; blank costs what plain input does.
    pub cache_write: Entry<Amount>,
    /// Tokens received.
    pub output: Entry<Amount>,
    /// The first day on which it holds; blank is always.
    pub from: Entry<CivilDate>,
}

/// A price list in the form of LiteLLM or models.dev, with the rows of the models one can pick.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PriceFile {
    /// What the file is called.
    pub name: String,
    /// Its rows, as JSON in the form of the file.
    pub text: String,
}

impl Workload {
    /// Reports what cannot be read in the workload.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = "everything that follows from your use of tokens";
        self.tasks_per_day.check(&path.join("tasksPerDay"), whole, findings);
        self.cycles_per_task.check(&path.join("cyclesPerTask"), whole, findings);
        self.input_tokens.check(&path.join("inputTokens"), whole, findings);
        self.output_tokens.check(&path.join("outputTokens"), whole, findings);
        self.cache_share.check(&path.join("cacheShare"), whole, findings);
        self.days_per_month.check(&path.join("daysPerMonth"), whole, findings);
        self.growth.check(&path.join("growth"), whole, findings);
        self.spread.check(&path.join("spread"), whole, findings);
        self.personal_share.check(&path.join("personalShare"), whole, findings);
        self.would_buy_per_month.check(&path.join("wouldBuyPerMonth"), whole, findings);
        self.option_value.check(&path.join("optionValue"), whole, findings);
        self.price_change.check(&path.join("priceChange"), whole, findings);
        for (place, class) in self.classes.iter().enumerate() {
            class.check(&path.join("classes").join(place), findings);
        }
        for (place, price) in self.prices.iter().enumerate() {
            price.check(&path.join("prices").join(place), findings);
        }
        let limit = "this limit";
        self.requests_per_minute.check(&path.join("requestsPerMinute"), limit, findings);
        self.input_tokens_per_minute.check(&path.join("inputTokensPerMinute"), limit, findings);
        self.output_tokens_per_minute.check(&path.join("outputTokensPerMinute"), limit, findings);
        self.dollars_per_month.check(&path.join("dollarsPerMonth"), limit, findings);
        self.plan_week.check(&path.join("planWeek"), "this figure; what was published is used", findings);
        self.seconds_per_call.check(&path.join("secondsPerCall"), "whether the work fits into the day", findings);
        let any_hour = "the hours of the work; the mean price of the day is used";
        self.runs_from.check(&path.join("runsFrom"), any_hour, findings);
        if self.runs_from.value().is_some_and(|hour| hour.decimal() >= rust_decimal::Decimal::from(24)) {
            findings.error(
                &path.join("runsFrom"),
                Problem::new("work.hour", "A day has no such hour.", "Write an hour from 0 to below 24, in UTC."),
                any_hour,
            );
        }
        self.team_use.check(&path.join("teamUse"), "the others' use; they are taken to use what you do", findings);
        self.revocation_risk.check(&path.join("revocationRisk"), "this risk; none is counted", findings);
        self.local.check(&path.join("local"), findings);
    }
}

impl ClassOfWork {
    fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = "everything that follows from your use of tokens";
        self.tasks_per_day.check(&path.join("tasksPerDay"), whole, findings);
        self.cycles_per_task.check(&path.join("cyclesPerTask"), whole, findings);
        self.calls_per_cycle.check(&path.join("callsPerCycle"), whole, findings);
        self.prompt_tokens.check(&path.join("promptTokens"), whole, findings);
        self.cache_read_share.check(&path.join("cacheReadShare"), whole, findings);
        self.cache_write_share.check(&path.join("cacheWriteShare"), whole, findings);
        self.output_tokens.check(&path.join("outputTokens"), whole, findings);
        self.easy_share.check(&path.join("easyShare"), whole, findings);
        self.retry_tax.check(&path.join("retryTax"), whole, findings);
        self.concurrency.check(&path.join("concurrency"), whole, findings);
        self.hours_per_day.check(&path.join("hoursPerDay"), whole, findings);
        self.days_per_month.check(&path.join("daysPerMonth"), whole, findings);
        self.growth.check(&path.join("growth"), whole, findings);
        self.elasticity.check(&path.join("elasticity"), whole, findings);
        self.efficiency.check(&path.join("efficiency"), whole, findings);
        self.spread.check(&path.join("spread"), whole, findings);
    }
}

impl OwnPrice {
    fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = "this price; the list's is used instead";
        self.input.check(&path.join("input"), whole, findings);
        self.cache_read.check(&path.join("cacheRead"), whole, findings);
        self.cache_write.check(&path.join("cacheWrite"), whole, findings);
        self.output.check(&path.join("output"), whole, findings);
        self.from.check(&path.join("from"), whole, findings);
    }
}
