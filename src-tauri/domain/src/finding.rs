//! What is wrong, missing or worth watching in a case: collected, never thrown.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// Where in the case a finding belongs, as field names and indices joined by `/`: `offers/0/grants/1/amount`.
///
/// The same text is the `name` of the field on screen, so a finding is shown beside what caused it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, TS)]
#[ts(type = "string")]
pub struct Path(String);

impl Path {
    /// The case itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// The path one step further in: a field name or an index.
    pub fn join(&self, step: impl fmt::Display) -> Self {
        if self.0.is_empty() { Self(step.to_string()) } else { Self(format!("{}/{step}", self.0)) }
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when this path is `other` or lies inside it.
    pub fn is_within(&self, other: &Path) -> bool {
        other.0.is_empty()
            || self.0 == other.0
            || (self.0.starts_with(&other.0) && self.0.as_bytes().get(other.0.len()) == Some(&b'/'))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Something could not be read or cannot be true; what depends on it is left out of every figure.
    Error,
    /// The figures stand, but something in them deserves a second look.
    Warning,
    /// Worth knowing.
    Note,
}

/// Why a text cannot be taken, and the one thing to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable name for programs: `amount.negative`.
    pub id: &'static str,
    /// What is wrong, as one plain sentence.
    pub message: String,
    /// What to write or do instead, as one plain sentence.
    pub fix: String,
}

impl Problem {
    /// A problem from its name, its sentence and its fix.
    pub fn new(id: &'static str, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { id, message: message.into(), fix: fix.into() }
    }
}

/// One thing that is wrong, missing or worth watching, with where, why and one fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Where it belongs.
    pub path: Path,
    /// How much it matters.
    pub severity: Severity,
    /// A stable name for programs: `amount.negative`.
    pub id: String,
    /// What is wrong, as one plain sentence.
    pub message: String,
    /// What to do about it, as one plain sentence.
    pub fix: String,
    /// What was left out of the figures because of it, in plain words; empty when nothing was.
    pub left_out: String,
}

/// Findings in the order in which they were met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Adds an error: a figure that cannot be used, and what is left out because of it.
    pub fn error(&mut self, path: &Path, problem: Problem, left_out: impl Into<String>) {
        self.add(Severity::Error, path, problem, left_out.into());
    }

    /// Adds a warning.
    pub fn warn(&mut self, path: &Path, problem: Problem) {
        self.add(Severity::Warning, path, problem, String::new());
    }

    /// Adds a note.
    pub fn note(&mut self, path: &Path, problem: Problem) {
        self.add(Severity::Note, path, problem, String::new());
    }

    fn add(&mut self, severity: Severity, path: &Path, problem: Problem, left_out: String) {
        let finding = Finding {
            path: path.clone(),
            severity,
            id: problem.id.to_owned(),
            message: problem.message,
            fix: problem.fix,
            left_out,
        };
        // Two computations may meet the same fault; a person needs to read it once.
        if !self.0.iter().any(|f| f.path == finding.path && f.id == finding.id) {
            self.0.push(finding);
        }
    }

    /// Adds all of `others` that are not here yet.
    pub fn extend(&mut self, others: Findings) {
        for f in others.0 {
            if !self.0.iter().any(|g| g.path == f.path && g.id == f.id) {
                self.0.push(f);
            }
        }
    }

    /// Those that are at none of `paths`.
    pub fn without(mut self, paths: &[Path]) -> Self {
        self.0.retain(|finding| !paths.contains(&finding.path));
        self
    }

    /// All of these as findings about `path`, each said once.
    pub fn about(self, path: &Path) -> Self {
        let mut about = Self::default();
        for finding in self.0 {
            if !about.0.iter().any(|known: &Finding| known.message == finding.message) {
                about.0.push(Finding { path: path.clone(), ..finding });
            }
        }
        about
    }

    /// The findings as a slice.
    pub fn as_slice(&self) -> &[Finding] {
        &self.0
    }

    /// The findings as a vector.
    pub fn into_vec(self) -> Vec<Finding> {
        self.0
    }

    /// True when an error lies at `path` or inside it.
    pub fn has_error_within(&self, path: &Path) -> bool {
        self.0.iter().any(|f| f.severity == Severity::Error && f.path.is_within(path))
    }
}
