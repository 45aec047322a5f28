//! The work a person gives to AI models: how many tokens, of which kind, and what could run at home.

use crate::entry::Entry;
use crate::finding::{Findings, Path};
use crate::local_plan::LocalPlan;
use crate::number::{Amount, Count, Percent, Portion};
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
    /// The machine at home and what it runs.
    pub local: LocalPlan,
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
        self.local.check(&path.join("local"), findings);
    }
}
