//! What was really used: imports, the history, the measured profile and the forecast of budgets.

use crate::usage::history::{ImportNote, ImportSummary};
use crate::usage::{Group, Sums, Unpriced};
use counterweight_domain::{Case, ClassOfWork, Finding};
use counterweight_report::scene::{Canvas, Scene};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where logs of this person lie, told without opening one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UsagePlaces {
    /// Places with files, in the order of clients.
    pub places: Vec<UsagePlace>,
}

/// A place with logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UsagePlace {
    /// Key of the client.
    pub client: String,
    /// Its name for people.
    pub name: String,
    /// The folder.
    pub path: String,
    /// Files that would be read.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What to import.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsageImportRequest {
    /// Folders or files; empty for the usual places.
    pub paths: Vec<String>,
    /// Keys of the clients to read; empty for all.
    pub clients: Vec<String>,
    /// Keep the names of the folders worked in.
    pub projects: bool,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum UsageStep {
    /// None was started since the app was.
    Idle,
    /// Files are read.
    Reading,
    /// All is read and goes to the library.
    Keeping,
    /// It is in the library.
    Done,
    /// It was cancelled; the history is as it was.
    Cancelled,
    /// It failed; the history is as it was.
    Failed,
}

/// The import under way, or the last one.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UsageJob {
    /// How far it is.
    pub step: UsageStep,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes there are to read.
    pub of_bytes: u64,
    /// What it came to, when it is done. At most 200 refusals are listed.
    pub summary: Option<ImportSummary>,
    /// How many files, folders or lines of one file were refused for one reason each.
    pub refused: u64,
    /// Why it failed.
    pub message: Option<String>,
}

/// By what the history is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum UsageBy {
    /// Day.
    Day,
    /// Month.
    Month,
    /// Model.
    Model,
    /// Project.
    Project,
}

/// A request for the history.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsageHistoryRequest {
    /// How to group.
    pub by: UsageBy,
    /// What the chart is drawn on.
    pub canvas: Canvas,
}

/// The history with its picture and its profile.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UsageHistory {
    /// The zone whose days are meant.
    pub zone: String,
    /// Everything.
    pub totals: Sums,
    /// The groups; days and months with the last first.
    pub groups: Vec<Group>,
    /// Models without a known price.
    pub unpriced: Vec<Unpriced>,
    /// Tokens by day.
    pub days: Scene,
    /// The imports, the last first.
    pub imports: Vec<ImportNote>,
    /// What to know before relying on the figures.
    pub notes: Vec<String>,
    /// The measured profile; none while the history is empty.
    pub profile: Option<ProfileAnswer>,
}

/// The measured profile beside the presets.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfileAnswer {
    /// First active day.
    pub first: String,
    /// Last active day.
    pub last: String,
    /// Days with use.
    pub active_days: u32,
    /// Days from the first to the last.
    pub calendar_days: u32,
    /// Names of the presets.
    pub presets: Vec<String>,
    /// What was measured, and the same of each preset.
    pub rows: Vec<MeasuredRow>,
    /// Tokens at the tenth, quarter, half, three quarters, nine tenths and 99 of 100.
    pub quantiles: Vec<QuantileRow>,
    /// Spread, growth and hours in words.
    pub sentences: Vec<String>,
    /// What a case would take over.
    pub workload: MeasuredWorkload,
}

/// A figure of the profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MeasuredRow {
    /// Which: `tokensPerDay`, a field of the workload, or `tokensPerMonth`.
    pub key: String,
    /// As measured.
    pub measured: String,
    /// Of each preset, in order.
    pub presets: Vec<String>,
}

/// Tokens at six shares of a sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QuantileRow {
    /// `day` for active days, `fit` for the fitted lognormal, `prompt` for sizes of prompts.
    pub key: String,
    /// The tokens.
    pub cells: Vec<String>,
}

/// What a case takes over, as it would be typed: one class of work in the place of a preset or of classes.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MeasuredWorkload {
    /// The class: tasks are sessions of an active day, or requests where sources name none. Its spread is that of days.
    pub class: ClassOfWork,
    /// Percent a year; none where the days do not tell it.
    pub growth: Option<String>,
    /// Percent of log use of a month; none where the days do not tell it.
    pub spread: Option<String>,
    /// Key of the model used most; none where it has no price.
    pub cloud_model: Option<String>,
    /// What stays as it is and why.
    pub remarks: Vec<String>,
}

/// A request for the forecast of budgets from what was measured.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsageForecastRequest {
    /// The case.
    pub case: Case,
}

/// How long each offer's budget lasts at the measured use.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UsageForecast {
    /// Offers with a budget, in the case's order.
    pub offers: Vec<BudgetForecast>,
    /// What is wrong or missing.
    pub findings: Vec<Finding>,
}

/// How long a budget lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BudgetForecast {
    /// The offer's id.
    pub offer: String,
    /// Its name.
    pub name: String,
    /// What a month of this use costs at list price, with its currency; none without a price.
    pub cost: Option<String>,
    /// The whole grant, with its currency; none when the budget cannot be read.
    pub claimed: Option<String>,
    /// Futures of a hundred in which it runs out before a period ends.
    pub runs_out: Option<String>,
    /// The month in which it first does: early (a tenth), middle and late (nine tenths) of these futures.
    pub months: Option<[String; 3]>,
    /// Own money for work beyond it, at planned use.
    pub out_of_pocket: Option<String>,
    /// Left unused at planned use.
    pub unused: Option<String>,
}
