//! A machine of one's own: which it is, what it runs and costs, what limits the choice, which work may run on it, and what
//! its owner has measured.

use crate::entry::Entry;
use crate::finding::{Findings, Path, Problem};
use crate::number::{Amount, Count, Months, Percent, Portion};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The key that names the machine described in [`LocalPlan::own`].
pub const OWN_MACHINE: &str = "own";
/// The longest pasted benchmark that is kept, in characters.
pub const LONGEST_BENCH: usize = 100_000;

/// A machine that could do part of the work, and what it runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LocalPlan {
    /// Key of the machine in the catalogue, or `own`.
    pub machine: String,
    /// Key of the open model it runs.
    pub model: String,
    /// Quantisation of the weights, such as `Q4_K_M`.
    pub quant: String,
    /// What the machine costs, in the case's currency; blank takes the catalogue's dated price.
    pub price: Entry<Amount>,
    /// Price of electricity per kilowatt-hour, in the case's currency; blank takes the tariff of `place`.
    pub electricity: Entry<Amount>,
    /// Key of an electricity tariff, such as `US-CA/household`.
    pub place: String,
    /// What it is worth each year as a percentage of the year before, when sold.
    pub resale: Entry<Portion>,
    /// The share of the work that the local model can do.
    pub share: Entry<Portion>,
    /// Further calls that the local model takes for the same work, in percent.
    pub retry_tax: Entry<Percent>,
    /// Hours of a working day in which the machine may work.
    pub hours_per_day: Entry<Amount>,
    /// Months until it has to be bought again.
    pub life_months: Entry<Months>,
    /// Chance that it fails in a year.
    pub failure: Entry<Portion>,
    /// What a failure costs, of its price.
    pub repair: Entry<Portion>,
    /// Hours a month that keeping it running takes.
    pub upkeep_hours: Entry<Amount>,
    /// What such an hour costs, in the case's currency.
    pub upkeep_hourly: Entry<Amount>,
    /// How it is run: cards, drafts, a power cap, memory beside the card.
    pub running: LocalRunning,
    /// What a machine must keep to, when one is looked for.
    pub limits: MachineLimits,
    /// What may run where; a kind of work without a rule follows the usual one.
    pub rules: Vec<RoutingRule>,
    /// A machine that is in no catalogue.
    pub own: OwnMachine,
    /// The owner's own runs.
    pub bench: BenchTable,
}

/// How the model is run on the machine. Blank is one card, all of the model in its memory, at its usual power.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LocalRunning {
    /// Equal cards in the computer.
    pub cards: Entry<Count>,
    /// The cards share every layer, which adds speed; otherwise each holds some layers, which only adds memory.
    pub shared_layers: bool,
    /// A small model proposes tokens ahead (speculative decoding).
    pub drafts: bool,
    /// A power limit set on each card, watts.
    pub power_cap: Entry<Amount>,
    /// Bandwidth of the computer's own memory that takes what the cards cannot hold, 10^9 bytes a second; blank puts
    /// nothing there.
    pub memory_beside: Entry<Amount>,
    /// Power of the room over power of the machine, for cooling (PUE); blank is 1, as at home.
    pub pue: Entry<Amount>,
    /// It stays switched on day and night; otherwise it is on in the hours in which it may work.
    pub always_on: bool,
}

/// The most that cooling and losses are taken to add: the worst rooms that industry surveys report draw about three times
/// what their machines do.
pub const MOST_PUE: u32 = 3;

/// Most cards that are taken for one computer.
pub const MOST_CARDS: u64 = 64;

/// What a machine must keep to. A blank limit bars nothing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MachineLimits {
    /// Most to spend on it, in the case's currency.
    pub spend: Entry<Amount>,
    /// Most watts at the plug.
    pub watts: Entry<Amount>,
    /// Loudest it may be, decibels.
    pub decibels: Entry<Amount>,
    /// Longest a call may take, seconds at the median.
    pub seconds: Entry<Amount>,
    /// Most equal cards in one computer.
    pub cards: Entry<Count>,
}

/// A kind of work, by how long it can wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum WorkPace {
    /// A person waits for each answer.
    Interactive,
    /// An agent works while a person looks on now and then.
    #[default]
    Agentic,
    /// Checks that run by the clock.
    Heartbeat,
    /// Work that is done when it is done.
    Batch,
}

/// What may run where, and how long it may take.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RoutingRule {
    /// The work it is for.
    pub pace: WorkPace,
    /// It may not run on the machine.
    pub never_local: bool,
    /// It may not leave for the cloud.
    pub never_cloud: bool,
    /// Longest a call may take on the machine, seconds; blank is the usual, `0` any time.
    pub slowest_seconds: Entry<Amount>,
    /// Longest a call may wait before it starts, seconds; blank is the usual.
    pub patience_seconds: Entry<Amount>,
}

/// A machine that is in no catalogue. What stays blank is unknown, never zero.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OwnMachine {
    /// What its owner calls it.
    pub name: String,
    /// Whether its processor and graphics share one memory; otherwise it is a card in a computer.
    pub unified: bool,
    /// Memory a model may lie in, GiB.
    pub memory: Entry<Amount>,
    /// Peak bandwidth of that memory, 10^9 bytes a second.
    pub bandwidth: Entry<Amount>,
    /// 16-bit compute, 10^12 operations a second.
    pub compute: Entry<Amount>,
    /// Watts under load: of the card, or at the plug of a whole machine.
    pub watts: Entry<Amount>,
    /// Watts while waiting.
    pub idle_watts: Entry<Amount>,
}

/// One pasted `llama-bench` table and the machine it was run on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BenchTable {
    /// Key of the machine it was run on.
    pub machine: String,
    /// The table as it was pasted.
    pub text: String,
}

impl LocalPlan {
    /// The rule for a kind of work, when there is one.
    pub fn rule(&self, pace: WorkPace) -> Option<&RoutingRule> {
        self.rules.iter().find(|rule| rule.pace == pace)
    }

    /// Reports what cannot be read in the plan.
    pub fn check(&self, path: &Path, findings: &mut Findings) {
        let machine = "the machine at home";
        for (field, entry) in [
            ("price", &self.price),
            ("electricity", &self.electricity),
            ("hoursPerDay", &self.hours_per_day),
            ("upkeepHours", &self.upkeep_hours),
            ("upkeepHourly", &self.upkeep_hourly),
        ] {
            entry.check(&path.join(field), machine, findings);
        }
        for (field, entry) in
            [("resale", &self.resale), ("share", &self.share), ("failure", &self.failure), ("repair", &self.repair)]
        {
            entry.check(&path.join(field), machine, findings);
        }
        self.retry_tax.check(&path.join("retryTax"), machine, findings);
        if self.retry_tax.value().is_some_and(|tax| tax.fraction().is_sign_negative() && !tax.fraction().is_zero()) {
            findings.error(
                &path.join("retryTax"),
                Problem::new(
                    "retryTax.negative",
                    "A model cannot take fewer calls than none further.",
                    "Write 0 or more percent.",
                ),
                machine,
            );
        }
        self.life_months.check(&path.join("lifeMonths"), machine, findings);
        if self.life_months.value().is_some_and(|months| months.get() == 0) {
            findings.error(
                &path.join("lifeMonths"),
                Problem::new("life.zero", "A machine that lasts no month cannot work.", "Write 1 month or more."),
                machine,
            );
        }
        if self.hours_per_day.value().is_some_and(|hours| hours.decimal() > rust_decimal::Decimal::from(24)) {
            findings.error(
                &path.join("hoursPerDay"),
                Problem::new("hours.tooMany", "A day has 24 hours.", "Write 24 or less."),
                machine,
            );
        }
        self.running.check(&path.join("running"), findings);
        self.limits.check(&path.join("limits"), findings);
        for (i, rule) in self.rules.iter().enumerate() {
            let at = path.join("rules").join(i);
            let whole = "where this work runs";
            rule.slowest_seconds.check(&at.join("slowestSeconds"), whole, findings);
            rule.patience_seconds.check(&at.join("patienceSeconds"), whole, findings);
        }
        self.own.check(&path.join("own"), self.machine == OWN_MACHINE, findings);
        if self.bench.text.chars().count() > LONGEST_BENCH {
            findings.error(
                &path.join("bench").join("text"),
                Problem::new(
                    "bench.tooLong",
                    format!("A pasted table of more than {LONGEST_BENCH} characters is not read."),
                    "Paste the table of one machine.",
                ),
                "what your own runs say",
            );
        }
    }
}

impl LocalRunning {
    fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = "how the model is run";
        self.cards.check(&path.join("cards"), whole, findings);
        if self.cards.value().is_some_and(|cards| !(1..=MOST_CARDS).contains(&cards.get())) {
            findings.error(
                &path.join("cards"),
                Problem::new(
                    "running.cards",
                    format!("A computer holds 1 to {MOST_CARDS} cards here."),
                    "Leave it blank for one card.",
                ),
                whole,
            );
        }
        self.pue.check(&path.join("pue"), whole, findings);
        let possible = rust_decimal::Decimal::ONE..=rust_decimal::Decimal::from(MOST_PUE);
        if self.pue.value().is_some_and(|pue| !possible.contains(&pue.decimal())) {
            findings.error(
                &path.join("pue"),
                Problem::new(
                    "running.pue",
                    format!("A room draws 1 to {MOST_PUE} times what its machines do."),
                    "Leave it blank for a machine at home.",
                ),
                whole,
            );
        }
        for (field, entry) in [("powerCap", &self.power_cap), ("memoryBeside", &self.memory_beside)] {
            entry.check(&path.join(field), whole, findings);
            if entry.value().is_some_and(|value| value.decimal() <= rust_decimal::Decimal::ZERO) {
                findings.error(
                    &path.join(field),
                    Problem::new("running.zero", "This has to be above zero.", "Leave it blank for none."),
                    whole,
                );
            }
        }
    }
}

impl MachineLimits {
    fn check(&self, path: &Path, findings: &mut Findings) {
        let whole = "this limit";
        for (field, entry) in
            [("spend", &self.spend), ("watts", &self.watts), ("decibels", &self.decibels), ("seconds", &self.seconds)]
        {
            entry.check(&path.join(field), whole, findings);
        }
        self.cards.check(&path.join("cards"), whole, findings);
    }
}

impl OwnMachine {
    /// Its figures by field, each with the most that is taken: above a whole rack of 72 of the largest cards of 2025
    /// (NVIDIA GB200 NVL72: 13,400 GB, 576,000 GB/s, 180,000 TFLOPS in 16 bits, about 120,000 W), what is written is a slip.
    pub fn figures(&self) -> [(&'static str, &Entry<Amount>, u32); 5] {
        [
            ("memory", &self.memory, 20_000),
            ("bandwidth", &self.bandwidth, 1_000_000),
            ("compute", &self.compute, 1_000_000),
            ("watts", &self.watts, 200_000),
            ("idleWatts", &self.idle_watts, 200_000),
        ]
    }

    fn check(&self, path: &Path, used: bool, findings: &mut Findings) {
        let whole = "your own machine";
        for (field, entry, most) in self.figures() {
            entry.check(&path.join(field), whole, findings);
            if entry.value().is_some_and(|value| value.decimal() > rust_decimal::Decimal::from(most)) {
                findings.error(
                    &path.join(field),
                    Problem::new(
                        "own.tooMuch",
                        format!("More than {most} is more than a whole rack has, and is taken for unknown."),
                        "Check the figure and its unit, or leave it blank.",
                    ),
                    whole,
                );
            }
            if entry.value().is_some_and(|value| value.decimal().is_zero()) && field != "idleWatts" {
                findings.error(
                    &path.join(field),
                    Problem::new(
                        "own.zero",
                        "Zero is not a figure of a machine.",
                        "Leave it blank when it is unknown.",
                    ),
                    whole,
                );
            }
        }
        if used && self.memory.is_blank() {
            findings.error(
                &path.join("memory"),
                Problem::new(
                    "own.memory",
                    "The memory of your own machine is not known, so nothing can be said about what fits.",
                    "Enter its memory in GiB.",
                ),
                whole,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(plan: &LocalPlan) -> Vec<String> {
        let mut findings = Findings::default();
        plan.check(&Path::root().join("local"), &mut findings);
        findings.into_vec().into_iter().map(|finding| format!("{}: {}", finding.path, finding.id)).collect()
    }

    /// A document written before the further fields is read as it was.
    #[test]
    fn an_older_document_is_read() {
        let plan: LocalPlan = serde_json::from_str(r#"{"machine":"dgx-spark","share":"55"}"#).expect("readable");
        assert_eq!((plan.machine.as_str(), plan.limits), ("dgx-spark", MachineLimits::default()));
        assert!(plan.rules.is_empty() && found(&LocalPlan::default()).is_empty());
    }

    #[test]
    fn what_cannot_be_is_a_finding() {
        let plan = LocalPlan {
            machine: OWN_MACHINE.to_owned(),
            hours_per_day: Entry::typed("25"),
            life_months: Entry::typed("0"),
            retry_tax: Entry::typed("-5"),
            running: LocalRunning { cards: Entry::typed("0"), power_cap: Entry::typed("0"), ..LocalRunning::default() },
            own: OwnMachine { bandwidth: Entry::typed("0"), compute: Entry::typed("1000001"), ..OwnMachine::default() },
            ..LocalPlan::default()
        };
        assert_eq!(
            found(&plan),
            [
                "local/retryTax: retryTax.negative",
                "local/lifeMonths: life.zero",
                "local/hoursPerDay: hours.tooMany",
                "local/running/cards: running.cards",
                "local/running/powerCap: running.zero",
                "local/own/bandwidth: own.zero",
                "local/own/compute: own.tooMuch",
                "local/own/memory: own.memory"
            ]
        );
    }
}
