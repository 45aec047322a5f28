//! What goes over the wire: requests and responses of the commands that are not already types of a library.

pub mod usage;
mod value;

pub use value::StopRequest;

use counterweight_domain::{Case, Currency, Finding};
use counterweight_engine::Area;
use counterweight_engine::comparison::Comparison;
use counterweight_engine::compute_plan::ComputePlan;
use counterweight_engine::ledger::Component;
use counterweight_engine::negotiation::{Lever, Negotiation};
use counterweight_engine::outlook::{Dot, Swing};
use counterweight_engine::tax::place::PlaceName;
use counterweight_report::scene::{Canvas, Scene};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

mod machines;
mod tokens;
pub use machines::*;
pub use tokens::{PriceFileRequest, PriceFileResponse, TokenChoices, TokenFact, TokenWhy};

/// A request that says nothing.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A sentence in segments, some of them to be stressed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Sentence {
    /// The segments in order, with their own spaces.
    pub segments: Vec<Segment>,
}

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// The words.
    pub text: String,
    /// To be stressed.
    pub strong: bool,
}

/// The library as the window needs to know it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LibraryState {
    /// Where it lies on disk.
    pub path: String,
    /// Version of the app.
    pub version: String,
    /// Its cases, most recently changed first.
    pub cases: Vec<CaseSummary>,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CaseSummary {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The names of its offers.
    pub offers: Vec<String>,
    /// When it was last changed, RFC 3339 in UTC.
    pub changed_at: String,
}

/// A case by its id.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaseId {
    /// The id.
    pub id: String,
}

/// A new case.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaseCreate {
    /// What it starts with.
    pub template: Template,
}

/// What a new case starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Template {
    /// Two empty offers.
    TwoOffers,
    /// The sample.
    Sample,
    /// No offer: a machine to plan.
    Machine,
    /// A claim people repeat: a $10,000 workstation against $50,000 a year of cloud credit.
    ClaimWorkstation,
    /// A claim people repeat: $50,000 of cloud and a $15,000 box.
    ClaimBox,
    /// A claim people repeat: a budget of $250,000.
    ClaimBudget,
}

/// A case from the library, with what can be undone in it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CaseRecord {
    /// Its id.
    pub id: String,
    /// Grows with each change; a save must name the revision it started from.
    pub revision: u64,
    /// The case.
    pub case: Case,
    /// What is wrong or missing in it.
    pub findings: Vec<Finding>,
    /// What undo would take back, in words.
    pub undo: Option<String>,
    /// What redo would bring back, in words.
    pub redo: Option<String>,
}

/// A changed case to keep.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaseSave {
    /// Its id.
    pub id: String,
    /// The revision the change started from.
    pub revision: u64,
    /// What was changed, in words, for undo: `Base pay of Northwind`. Saves with the same label that follow
    /// each other within seconds are one step.
    pub label: String,
    /// The case as it is now.
    pub case: Case,
}

/// A case that is safely on disk.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Saved {
    /// The new revision.
    pub revision: u64,
    /// What is wrong or missing in the case.
    pub findings: Vec<Finding>,
    /// What undo would take back, in words.
    pub undo: Option<String>,
}

/// A case to compute with, and a surface to draw on.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompareRequest {
    /// The case.
    pub case: Case,
    /// Which chart to draw.
    pub chart: CompareChart,
    /// What to draw it on.
    pub canvas: Canvas,
    /// A name for this run; a newer run of the same name stops it.
    #[serde(default)]
    #[ts(optional)]
    pub run: Option<String>,
}

/// A chart of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CompareChart {
    /// Bars by year, stacked by certainty.
    TotalValue,
    /// Cumulative value over the years with its range.
    Range,
}

/// What to show of how sure the answer is.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutlookRequest {
    /// The case.
    pub case: Case,
    /// Which view.
    pub view: OutlookView,
    /// What to draw it on.
    pub canvas: Canvas,
    /// A name for this run; a newer run of the same name stops it.
    #[serde(default)]
    #[ts(optional)]
    pub run: Option<String>,
}

/// A view of how sure the answer is. All but the range and leaving compare the two best offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum OutlookView {
    /// Every offer's range over the years, with a few single futures.
    Fan,
    /// The difference as fifty dots.
    Dots,
    /// Value by month of leaving.
    Leaving,
    /// How far each assumption moves the difference.
    Swings,
    /// Where share growth and the time stayed together make the two equal.
    BreakEven,
}

/// A view of how sure the answer is.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OutlookResponse {
    /// The result in one sentence.
    pub sentence: Sentence,
    /// The picture; none while there are not two offers to compare.
    pub scene: Option<Scene>,
    /// The dots, when they were asked for: each opens a future.
    pub dots: Vec<Dot>,
    /// The swings, when they were asked for.
    pub swings: Vec<Swing>,
}

/// Which future to open.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FutureRequest {
    /// The case.
    pub case: Case,
    /// Its number, from 0.
    pub path: u32,
}

/// Which tax bill to show.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaxBillRequest {
    /// The case.
    pub case: Case,
    /// The offer's id.
    pub offer: String,
    /// The year of work, from 1.
    pub year: u32,
}

/// The tax of a year of work, line by line, in the currency of its place.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TaxBill {
    /// The place.
    pub place: String,
    /// The currency of its amounts.
    pub currency: Currency,
    /// The taxes.
    pub lines: Vec<TaxBillLine>,
    /// Their sum.
    pub total: String,
    /// What is not law for this year, or how rules were carried to it.
    pub projected: Vec<String>,
    /// What is assumed and what is left out.
    pub notes: Vec<String>,
    /// How the federal income tax of pay beside the salary is settled, in a sentence; empty without such pay.
    pub settled: String,
    /// Why there is no bill; empty when there is one.
    pub reason: String,
}

/// One tax.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TaxBillLine {
    /// What people call it.
    pub label: String,
    /// What is owed.
    pub amount: String,
    /// Where its rates are from.
    pub source: String,
}

/// The comparison with its picture and its words.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CompareResponse {
    /// The figures.
    pub comparison: Comparison,
    /// The result in a sentence.
    pub headline: Sentence,
    /// How sure that is, in a sentence.
    pub summary: Sentence,
    /// The chart.
    pub scene: Scene,
    /// What the letters do not say, and what to watch.
    pub watch: Vec<WatchNote>,
}

/// Something to watch in an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WatchNote {
    /// The offer.
    pub offer: String,
    /// In a few words.
    pub title: String,
    /// In a sentence or two.
    pub text: String,
}

/// What a person prefers, kept in the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preferences {
    /// Colours.
    pub theme: ThemeChoice,
    /// Keys without Ctrl, Alt or Cmd do something.
    pub single_keys: bool,
}

/// Colours that a person can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ThemeChoice {
    /// Those of the system.
    #[default]
    System,
    /// Ink on paper.
    Light,
    /// Light on dark.
    Dark,
}

/// A case whose sliders want to know where the answer flips.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaseRequest {
    /// The case.
    pub case: Case,
}

/// Where the answer flips, by assumption.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FlipsResponse {
    /// One entry for each slider of the tray.
    pub flips: Vec<Flip>,
}

/// Where one assumption flips the answer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Flip {
    /// The assumption, as its path in the case: `assumptions/shareGrowth`.
    pub path: String,
    /// Its value in use, in the unit of its field, as plain digits.
    pub value: String,
    /// The ends of the slider.
    pub range: [f64; 2],
    /// The values in the range at which the two best offers are worth the same.
    pub at: Vec<f64>,
    /// The same in words: `flips at + 24 %`, `never within range`.
    pub text: String,
}

/// A figure to explain.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExplainRequest {
    /// The case.
    pub case: Case,
    /// The offer.
    pub offer: String,
    /// The year, from 1; all years when missing.
    pub year: Option<u32>,
    /// The component; all components when missing.
    pub component: Option<Component>,
}

/// A budget to look into.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokensRequest {
    /// The case.
    pub case: Case,
    /// The offer; the first with a budget when missing.
    pub offer: Option<String>,
    /// What the charts are drawn on, each of them.
    pub canvas: Canvas,
}

/// A token budget with its pictures and its words.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TokensResponse {
    /// The figures.
    pub plan: ComputePlan,
    /// The result in a sentence.
    pub headline: Sentence,
    /// What it rests on, in a sentence.
    pub summary: Sentence,
    /// Claimed to counted, as steps; none without a budget.
    pub worth: Option<Scene>,
    /// The balance month by month; none without a budget.
    pub balance: Option<Scene>,
    /// What the balance says, in a sentence.
    pub balance_text: String,
    /// Cloud, local and hybrid cost; none when none can be computed.
    pub routes: Option<Scene>,
    /// What the routes say, in a sentence.
    pub routes_text: String,
    /// Why the figures of the budget are what they are.
    pub why: Vec<TokenWhy>,
    /// What is wrong, missing or worth watching.
    pub findings: Vec<Finding>,
}

/// An offer to negotiate.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NegotiateRequest {
    /// The case.
    pub case: Case,
    /// The offer; the best one but the leader when missing.
    pub offer: Option<String>,
}

/// What it would take and what to ask.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NegotiateResponse {
    /// The figures.
    pub negotiation: Negotiation,
    /// The result in a sentence.
    pub headline: Sentence,
    /// Each ask in a sentence, in the order of the figures.
    pub asks: Vec<AskText>,
    /// What is wrong or missing.
    pub findings: Vec<Finding>,
}

/// An ask in words.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AskText {
    /// Which lever.
    pub lever: Lever,
    /// What it is called: `Base pay`.
    pub label: String,
    /// What to ask for: `+ $11,400 a year`, or `not reachable`.
    pub change: String,
    /// From what to what, and what is left, in a sentence.
    pub detail: String,
}

/// What can be picked from.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Catalogue {
    /// Vesting presets.
    pub vesting: Vec<Choice>,
    /// Cloud models.
    pub cloud_models: Vec<Choice>,
    /// Machines.
    pub machines: Vec<Choice>,
    /// Open models.
    pub local_models: Vec<Choice>,
    /// Quantisations.
    pub quants: Vec<Choice>,
    /// Currencies by code.
    pub currencies: Vec<Choice>,
    /// Places there are tax rules for.
    pub places: Vec<PlaceName>,
    /// Metropolitan areas there are price parities for.
    pub areas: Vec<Area>,
}

/// One thing to pick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// Its key.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// More about it, with its date where it ages.
    pub detail: String,
}

/// Catalogues in use and the worked examples with their outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourcesResponse {
    /// The catalogues.
    pub catalogues: Vec<CatalogueSource>,
    /// The worked examples.
    pub checks: Vec<Check>,
}

/// A catalogue with its date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CatalogueSource {
    /// What it holds.
    pub name: String,
    /// How many entries.
    pub entries: u32,
    /// As of which day.
    pub as_of: String,
    /// Where it comes from.
    pub source: String,
}

/// A worked example and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What is checked.
    pub name: String,
    /// Where the expected answer comes from.
    pub source: String,
    /// The answer expected.
    pub expected: String,
    /// The app's answer.
    pub answer: String,
    /// Whether they agree within the tolerance.
    pub passed: bool,
}
