//! Machines, break-even, routing and calibration over the wire.

use super::{Choice, Sentence, Template, TokenWhy};
use counterweight_domain::{Case, Currency, Finding};
use counterweight_engine::break_even::RouteFigures;
use counterweight_engine::machine_desk::{DeskFigures, MatrixFigures};
use counterweight_engine::routing::RoutingFigures;
use counterweight_report::scene::{Canvas, Scene};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// All machines for the work of a case.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MachinesResponse {
    /// The figures.
    pub desk: DeskFigures,
    /// The result in a sentence.
    pub headline: Sentence,
    /// What it rests on, in a sentence.
    pub summary: Sentence,
    /// Places with an electricity tariff.
    pub places: Vec<Choice>,
    /// Why the figures are what they are.
    pub why: Vec<TokenWhy>,
    /// What is wrong, missing or left out.
    pub findings: Vec<Finding>,
}

/// A machine whose figures are asked about.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MachineWhyRequest {
    /// The case.
    pub case: Case,
    /// Key of the machine.
    pub machine: String,
    /// How many of it.
    pub devices: u32,
    /// Key of the model; none is the plan's.
    pub model: Option<String>,
}

/// Why figures are what they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WhyResponse {
    /// An answer for each figure.
    pub why: Vec<TokenWhy>,
}

/// Every machine against every model.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MatrixResponse {
    /// The figures.
    pub matrix: MatrixFigures,
    /// The result in a sentence.
    pub headline: Sentence,
    /// Why the figures are what they are.
    pub why: Vec<TokenWhy>,
    /// What is wrong, missing or left out.
    pub findings: Vec<Finding>,
}

/// A case whose routes are to be drawn.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BreakEvenRequest {
    /// The case.
    pub case: Case,
    /// What to draw on.
    pub canvas: Canvas,
}

/// Cloud against buying, renting and a share on each.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BreakEvenResponse {
    /// Currency of every amount.
    pub currency: Currency,
    /// Months counted.
    pub months: u32,
    /// The figures.
    pub routes: RouteFigures,
    /// The cost curves; none when there is nothing to draw.
    pub scene: Option<Scene>,
    /// The result in a sentence.
    pub headline: Sentence,
    /// When it pays back and how much use it takes, in a sentence or two.
    pub summary: Sentence,
    /// Why the figures are what they are.
    pub why: Vec<TokenWhy>,
    /// What is wrong, missing or left out.
    pub findings: Vec<Finding>,
}

/// Work to route over the machine of a case.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoutingRequest {
    /// The case.
    pub case: Case,
    /// A preset's key, to route its work in place of the case's own.
    pub preset: Option<String>,
}

/// Where each class of work runs.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoutingResponse {
    /// The figures.
    pub routing: RoutingFigures,
    /// The result in a sentence.
    pub headline: Sentence,
    /// Presets that can be routed instead.
    pub presets: Vec<Choice>,
    /// Why the figures are what they are.
    pub why: Vec<TokenWhy>,
    /// What is wrong, missing or left out.
    pub findings: Vec<Finding>,
}

/// A pasted benchmark.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CalibrateRequest {
    /// The case, whose work the corrected machine is tried on.
    pub case: Case,
    /// Key of the machine it was run on.
    pub machine: String,
    /// The table as it was pasted.
    pub text: String,
}

/// What a pasted benchmark says of its machine.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CalibrateResponse {
    /// Whether anything was learned.
    pub learned: bool,
    /// The result in a sentence.
    pub headline: Sentence,
    /// The runs beside what is predicted for them.
    pub runs: Vec<CalibratedRun>,
    /// The work of the case on this machine, before and after; empty when it cannot run it.
    pub work: Vec<BeforeAfter>,
    /// Lines that were left out, and why.
    pub left_out: Vec<String>,
}

/// A run of a pasted benchmark.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CalibratedRun {
    /// Line of the text, from 1.
    pub line: u32,
    /// The model.
    pub model: String,
    /// The test.
    pub test: String,
    /// Tokens a second that were measured.
    pub measured: f64,
    /// Tokens a second predicted without it.
    pub before: f64,
    /// Tokens a second predicted with it.
    pub after: f64,
}

/// A speed before and after the owner's runs.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BeforeAfter {
    /// What it is.
    pub label: String,
    /// P10, P50 and P90 before, tokens a second.
    pub before: [f64; 3],
    /// The same after.
    pub after: [f64; 3],
}

/// Claims people repeat, as cases, with our answer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClaimsResponse {
    /// The claims.
    pub claims: Vec<Claim>,
}

/// A claim and the answer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// What opens it as a case.
    pub template: Template,
    /// Its title.
    pub title: String,
    /// The claim and the inputs it is tried on.
    pub inputs: String,
    /// The answer, a sentence each.
    pub answer: Vec<Sentence>,
}
