//! A figure down to its leaves: every operation between what was entered and what is shown, as a graph that a program
//! in another language can recompute. `docs/trace.md` says what each operation means; `tests/trace` recomputes one.

use crate::comparison;
use crate::ledger::{Component, Line};
use crate::offer_value::OfferLedger;
use crate::settings::Settings;
use crate::worked::{Operation, Term, Worked};
use counterweight_domain::{Case, CivilDate, Currency, Path};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use ts_rs::TS;

/// The form of the document; it changes when an operation or a field does.
pub const SCHEMA: &str = "counterweight-trace/1";

/// Figures with everything they are made of.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// Name and version of this form.
    pub schema: String,
    /// Currency of every figure.
    pub currency: Currency,
    /// Decimals that a figure in this currency has.
    pub decimals: u32,
    /// The figures.
    pub figures: Vec<TracedFigure>,
    /// What they are made of; a node comes after those it is made of.
    pub nodes: Vec<Node>,
}

/// One figure and the node that it is.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TracedFigure {
    /// The offer's id.
    pub offer: String,
    /// What it is.
    pub kind: FigureKind,
    /// The year, from 1, for a figure of one year.
    pub year: Option<u32>,
    /// The part of pay, for a figure of one.
    pub component: Option<Component>,
    /// The day, for a line.
    pub date: Option<CivilDate>,
    /// In words: `Fjord, year 2, equity`; for a line, its arithmetic.
    pub label: String,
    /// The node.
    pub node: usize,
    /// Its amount.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub value: Decimal,
}

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FigureKind {
    /// All of an offer over the time counted.
    Total,
    /// One year.
    Year,
    /// One part of pay.
    Component,
    /// One part of pay in one year.
    YearComponent,
    /// The average year.
    AverageYear,
    /// One line of the ledger.
    Line,
}

/// One figure on the way.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// Its place in the list, from 0.
    pub id: usize,
    /// `leaf`, or how it is made: `docs/trace.md` lists the operations.
    pub op: &'static str,
    /// What it comes to.
    #[serde(with = "rust_decimal::serde::str")]
    #[ts(type = "string")]
    pub value: Decimal,
    /// The nodes it is made of, in order.
    pub of: Vec<usize>,
    /// Decimals, for `round` and `portion`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub digits: Option<u32>,
    /// Where a leaf is from, or what a model is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub leaf: Option<Leaf>,
}

/// Where a figure that is not computed is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Leaf {
    /// What it is.
    pub kind: LeafKind,
    /// The field of the case document, for an input; the name of a constant.
    pub key: String,
    /// As it was typed; for a number or a model, what it is.
    pub text: String,
    /// The statute, the data file or the convention it is from.
    pub source: String,
    /// The day for which it is known, where it ages.
    pub as_of: String,
    /// What it is measured in: `fraction` for a percentage that was typed as a number of hundredths, `text` for a choice.
    pub unit: String,
}

/// What a leaf is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LeafKind {
    /// Entered in the case.
    Input,
    /// A field left blank, at its usual value.
    Usual,
    /// A value that a rule or a convention sets.
    Constant,
    /// A number that follows from dates or from the arithmetic.
    Number,
    /// A model's answer, stated.
    Model,
}

/// Traces every figure of a case, or of one offer of it. None when the case has no such offer.
pub fn trace(case: &Case, offer: Option<usize>) -> Option<Trace> {
    let settings = Settings { traced: true, ..Settings::of(case) };
    let (ledgers, _) = comparison::ledgers(case, &settings);
    if offer.is_some_and(|offer| offer >= ledgers.len()) {
        return None;
    }
    let document = serde_json::to_value(case).ok()?;
    let mut graph =
        Graph { document, nodes: Vec::new(), terms: HashMap::new(), leaves: HashMap::new(), kept: Vec::new() };
    let mut figures = Vec::new();
    for (place, ledger) in ledgers.iter().enumerate().filter(|(place, _)| offer.is_none_or(|offer| offer == *place)) {
        add(case, place, ledger, &settings, &mut graph, &mut figures);
    }
    Some(Trace {
        schema: SCHEMA.to_owned(),
        currency: settings.currency,
        decimals: settings.currency.decimals(),
        figures,
        nodes: graph.nodes,
    })
}

impl Trace {
    /// The trace of the figures that `wanted` picks, without the nodes they do not need.
    #[must_use]
    pub fn keep(mut self, wanted: impl Fn(&TracedFigure) -> bool) -> Self {
        self.figures.retain(|figure| wanted(figure));
        let mut needed = vec![false; self.nodes.len()];
        for figure in &self.figures {
            needed[figure.node] = true;
        }
        // A node comes after those it is made of, so one pass from the end marks them all.
        for id in (0..self.nodes.len()).rev() {
            if needed[id] {
                for &part in &self.nodes[id].of {
                    needed[part] = true;
                }
            }
        }
        let mut place = vec![0; self.nodes.len()];
        let mut kept = Vec::new();
        for (id, mut node) in self.nodes.into_iter().enumerate().filter(|(id, _)| needed[*id]) {
            place[id] = kept.len();
            node.id = kept.len();
            node.of.iter_mut().for_each(|part| *part = place[*part]);
            kept.push(node);
        }
        self.nodes = kept;
        for figure in &mut self.figures {
            figure.node = place[figure.node];
        }
        self
    }
}

/// Adds the figures of one offer: its lines first, then the sums of them.
fn add(
    case: &Case,
    place: usize,
    ledger: &OfferLedger,
    settings: &Settings,
    graph: &mut Graph,
    figures: &mut Vec<TracedFigure>,
) {
    let offer = &case.offers[place];
    let lines: Vec<(&Line, Worked)> = ledger.lines.iter().map(|line| (line, of_line(line, place))).collect();
    let mut figure = |kind, year: Option<u32>, component: Option<Component>, line: Option<&Line>, worked: &Worked| {
        let label = line.map_or_else(
            || {
                let year = year.map_or(String::new(), |year| format!(", year {year}"));
                let part =
                    component.map_or(String::new(), |part: Component| format!(", {}", part.label().to_lowercase()));
                format!("{}{year}{part}", offer.name())
            },
            |line| line.how.clone(),
        );
        figures.push(TracedFigure {
            offer: offer.id.clone(),
            kind,
            year,
            component,
            date: line.map(|line| line.date),
            label,
            node: graph.node(worked),
            value: worked.value,
        });
    };
    for (line, worked) in &lines {
        figure(FigureKind::Line, Some(line.year()), Some(line.component), Some(line), worked);
    }
    let total = Worked::sum(lines.iter().map(|line| &line.1));
    let of = |year: Option<u32>, component: Option<Component>| {
        let mut parts = lines
            .iter()
            .filter(|(line, _)| year.is_none_or(|year| line.year() == year))
            .filter(|(line, _)| component.is_none_or(|component| line.component == component))
            .map(|line| &line.1)
            .peekable();
        parts.peek().is_some().then(|| Worked::sum(parts))
    };
    figure(FigureKind::Total, None, None, None, &total);
    let months = Worked::of(
        Decimal::from(settings.stay_months.max(1)),
        Term::Input(Path::root().join("assumptions").join("stayMonths")),
    );
    let average = (&total * Decimal::from(12) / &months).round(settings.currency);
    figure(FigureKind::AverageYear, None, None, None, &average);
    for component in Component::ALL {
        if let Some(worked) = of(None, Some(component)) {
            figure(FigureKind::Component, None, Some(component), None, &worked);
        }
    }
    for year in 1..=settings.horizon_years {
        let whole = of(Some(year), None).unwrap_or_default();
        figure(FigureKind::Year, Some(year), None, None, &whole);
        for component in Component::ALL {
            if let Some(worked) = of(Some(year), Some(component)) {
                figure(FigureKind::YearComponent, Some(year), Some(component), None, &worked);
            }
        }
    }
}

/// The arithmetic of a line. What a budget or a machine is worth comes from a model of its months, which states it.
fn of_line(line: &Line, place: usize) -> Worked {
    if line.worked.term.is_some() {
        return line.worked.clone();
    }
    let offer = Path::root().join("offers").join(place);
    let reads = vec![
        offer.join("tokenBudget"),
        offer.join("hardware"),
        Path::root().join("workload"),
        Path::root().join("exchange"),
    ];
    Worked::model(line.amount, &format!("month of use: {}", line.how), "docs/trace.md", Vec::new(), reads)
}

struct Graph {
    document: Value,
    nodes: Vec<Node>,
    terms: HashMap<*const Term, usize>,
    leaves: HashMap<(String, Decimal), usize>,
    /// Terms that live as long as the graph, so that no address is used twice.
    kept: Vec<Arc<Term>>,
}

impl Graph {
    fn push(
        &mut self,
        op: &'static str,
        value: Decimal,
        of: Vec<usize>,
        digits: Option<u32>,
        leaf: Option<Leaf>,
    ) -> usize {
        let id = self.nodes.len();
        self.nodes.push(Node { id, op, value, of, digits, leaf });
        id
    }

    fn node(&mut self, worked: &Worked) -> usize {
        let Some(term) = &worked.term else {
            let leaf = leaf(LeafKind::Number, "", "", "");
            return self.leaf(String::new(), worked.value, leaf);
        };
        let address = Arc::as_ptr(term);
        if let Some(found) = self.terms.get(&address) {
            return *found;
        }
        let id = match &**term {
            Term::Input(path) => self.input(path, worked.value),
            Term::Constant { key, source, as_of } => {
                let found = Leaf { as_of: as_of.clone(), ..leaf(LeafKind::Constant, key, "", source) };
                self.leaf((*key).to_owned(), worked.value, found)
            }
            Term::Number(what) => self.leaf(
                format!("number {what}"),
                worked.value,
                leaf(LeafKind::Number, "", what, "the dates of the case"),
            ),
            Term::Operation(operation, of) => {
                let mut ids: Vec<usize> = of.iter().map(|part| self.node(part)).collect();
                let (op, digits, found) = match operation {
                    Operation::Sum => ("sum", None, None),
                    Operation::Difference => ("difference", None, None),
                    Operation::Product => ("product", None, None),
                    Operation::Quotient => ("quotient", None, None),
                    Operation::Min => ("min", None, None),
                    Operation::Max => ("max", None, None),
                    Operation::Power => ("power", None, None),
                    Operation::Round(digits) => ("round", Some(*digits), None),
                    Operation::Portion(digits) => ("portion", Some(*digits), None),
                    Operation::Model { what, source, reads } => {
                        for path in reads {
                            self.read(path, &mut ids);
                        }
                        ("model", None, Some(leaf(LeafKind::Model, "", what, source)))
                    }
                };
                self.push(op, worked.value, ids, digits, found)
            }
        };
        self.terms.insert(address, id);
        self.kept.push(term.clone());
        id
    }

    fn leaf(&mut self, key: String, value: Decimal, found: Leaf) -> usize {
        if let Some(id) = self.leaves.get(&(key.clone(), value)) {
            return *id;
        }
        let id = self.push("leaf", value, Vec::new(), None, Some(found));
        self.leaves.insert((key, value), id);
        id
    }

    fn input(&mut self, path: &Path, value: Decimal) -> usize {
        let text = match self.document.pointer(&format!("/{path}")) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null | Value::Object(_) | Value::Array(_)) | None => String::new(),
            Some(other) => other.to_string(),
        };
        let kind = if text.trim().is_empty() { LeafKind::Usual } else { LeafKind::Input };
        let source = if kind == LeafKind::Input { "the case" } else { "what is taken where nothing is said" };
        let typed = text.trim().trim_end_matches('%').trim().parse::<Decimal>().ok();
        let fraction = typed.is_some_and(|typed| typed != value && typed == value * Decimal::ONE_HUNDRED);
        let unit = if fraction { "fraction" } else { "" }.to_owned();
        self.leaf(format!("input {path}"), value, Leaf { unit, ..leaf(kind, path.as_str(), &text, source) })
    }

    /// Every field of the case under `path` that is filled in, as a leaf.
    fn read(&mut self, path: &Path, ids: &mut Vec<usize>) {
        let Some(found) = self.document.pointer(&format!("/{path}")).cloned() else { return };
        match found {
            Value::Object(fields) => {
                for step in fields.keys() {
                    self.read(&path.join(step), ids);
                }
            }
            Value::Array(items) => {
                for step in 0..items.len() {
                    self.read(&path.join(step), ids);
                }
            }
            Value::Null => {}
            Value::String(text) => {
                if !text.trim().is_empty() {
                    self.field(path, &text, ids);
                }
            }
            other => self.field(path, &other.to_string(), ids),
        }
    }

    /// A field as a leaf: its number where it is one, or else 0 with the choice in words.
    fn field(&mut self, path: &Path, text: &str, ids: &mut Vec<usize>) {
        let number = text.trim().parse::<Decimal>().ok();
        let unit = if number.is_some() { "" } else { "text" }.to_owned();
        let found = Leaf { unit, ..leaf(LeafKind::Input, path.as_str(), text, "the case") };
        let id = self.leaf(format!("field {path}"), number.unwrap_or_default(), found);
        ids.push(id);
    }
}

fn leaf(kind: LeafKind, key: &str, text: &str, source: &str) -> Leaf {
    Leaf {
        kind,
        key: key.to_owned(),
        text: text.to_owned(),
        source: source.to_owned(),
        as_of: String::new(),
        unit: String::new(),
    }
}
