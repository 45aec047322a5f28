//! A table of person-years in, a table of taxes out: for scripts, and for holding the engine against others.
//!
//! Input: CSV with a header row. Read are `case_id`, `year`, `filing` (single, joint, hoh), `state`, `city`, `wages`,
//! `spouse_wages`, `ltcg`, `iso_bargain`, `k401`, `deduction` (standard, auto) and `dependents`; other columns are
//! passed over. An empty amount is 0, but for wages. States and cities are read by letters or name, and words in any case of
//! letters. A year after the files is projected, and its row says so.
//!
//! Output: CSV with [`COLUMNS`]. What could not be computed is an empty cell, never a 0, and `finding` says why.

use super::Assessment;
use super::asked::{amount, city_named, kept, needed_amount, state_named, whole};
use super::facts::{Deduction, Filing, PersonYear};
use super::later::{assess_indexed, marginal_indexed};
use super::situation::Situation;
use counterweight_domain::{Findings, Path, Problem, Severity};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::VecDeque;
use std::io::{BufRead, Write};
use thiserror::Error;

/// The columns written, in order.
pub const COLUMNS: [&str; 14] = [
    "case_id",
    "federal_income_tax",
    "amt",
    "niit",
    "ctc",
    "eitc",
    "social_security",
    "medicare",
    "additional_medicare",
    "state_income_tax",
    "state_payroll",
    "local_income_tax",
    "marginal_rate",
    "finding",
];

/// The columns that must be there.
const REQUIRED: [&str; 5] = ["case_id", "year", "filing", "state", "wages"];

/// The step of wages over which the marginal rate is taken, USD.
const MARGINAL_STEP: i64 = 100;

/// Why a table could not be computed at all.
#[derive(Debug, Error)]
pub enum BatchError {
    /// The table could not be read or the answer not written.
    #[error("the table could not be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// A column that must be there is not.
    #[error("the table has no column \"{0}\"; write a header row with case_id, year, filing, state and wages")]
    MissingColumn(&'static str),
}

/// How a batch went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BatchSummary {
    /// Rows answered.
    pub rows: usize,
    /// Rows with at least one finding, what is projected or left out among them.
    pub rows_with_findings: usize,
    /// Rows of which something could not be read or computed.
    pub rows_in_error: usize,
}

/// Reads person-years as CSV from `reader` and writes their taxes as CSV to `writer`, one row for each, as it goes.
///
/// Fails only where the table as a whole cannot be read or written; a row that cannot be computed is answered with
/// empty cells and a finding.
pub fn batch(reader: impl BufRead, mut writer: impl Write) -> Result<BatchSummary, BatchError> {
    let mut rows = Rows { reader, waiting: VecDeque::new(), taken: 0 };
    let header = match rows.next()? {
        Some(Row::Cells(cells)) => cells,
        Some(Row::Open(line, _)) => split(&line),
        None => Vec::new(),
    };
    let columns = Columns::of(&header)?;
    writeln!(writer, "{}", COLUMNS.join(","))?;
    let mut summary = BatchSummary::default();
    while let Some(row) = rows.next()? {
        let mut findings = Findings::default();
        let (cells, facts) = match row {
            Row::Cells(cells) if cells.iter().all(|cell| cell.trim().is_empty()) => continue,
            Row::Cells(cells) => {
                let facts = columns.facts(&cells, &mut findings);
                (cells, facts)
            }
            Row::Open(line, number) => {
                findings.error(&Path::root().join(format!("row {number}")), open_quote(number), "this row");
                (split(&line), None)
            }
        };
        let assessment =
            facts.as_ref().and_then(|facts| assess_indexed(facts, Situation::INDEXATION, &Path::root(), &mut findings));
        let marginal = facts
            .as_ref()
            .filter(|_| assessment.as_ref().is_some_and(|assessment| assessment.total().is_some()))
            .and_then(|facts| marginal_indexed(facts, Situation::INDEXATION, Decimal::from(MARGINAL_STEP)));
        let said = said(&findings);
        summary.rows += 1;
        summary.rows_with_findings += usize::from(!said.is_empty());
        let refused = findings.as_slice().iter().any(|finding| finding.severity == Severity::Error);
        summary.rows_in_error += usize::from(refused);
        let mut out = vec![columns.cell(&cells, "case_id").to_owned()];
        out.extend(amounts(assessment.as_ref()).map(|amount| amount.map(cents).unwrap_or_default()));
        out.push(marginal.map(|rate| format!("{:.4}", rounded(rate, 4))).unwrap_or_default());
        out.push(said);
        let line: Vec<String> = out.iter().map(|cell| quoted(cell)).collect();
        writeln!(writer, "{}", line.join(","))?;
    }
    writer.flush()?;
    Ok(summary)
}

/// The amounts of an assessment in the order of [`COLUMNS`].
fn amounts(assessment: Option<&Assessment>) -> [Option<Decimal>; 11] {
    let Some(assessment) = assessment else { return [None; 11] };
    let federal = &assessment.federal;
    [
        Some(federal.income_tax),
        Some(federal.alternative_minimum),
        Some(federal.net_investment),
        Some(federal.child_credit),
        Some(federal.earned_income_credit),
        Some(federal.social_security),
        Some(federal.medicare),
        Some(federal.additional_medicare),
        assessment.state.map(|state| state.income_tax),
        assessment.state_payroll,
        assessment.local,
    ]
}

/// That a quoted cell is not closed by the end of the table.
fn open_quote(row: usize) -> Problem {
    Problem::new(
        "tax.row.openQuote",
        format!("A quoted cell that begins in row {row} is not closed."),
        "End it with a second quotation mark.",
    )
}

/// Every finding as one text.
fn said(findings: &Findings) -> String {
    findings
        .as_slice()
        .iter()
        .map(|finding| format!("{}: {} {}", finding.path, finding.message, finding.fix))
        .collect::<Vec<_>>()
        .join(" | ")
}

fn rounded(amount: Decimal, places: u32) -> Decimal {
    amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

fn cents(amount: Decimal) -> String {
    let amount = rounded(amount, 2);
    format!("{:.2}", if amount.is_zero() { Decimal::ZERO } else { amount })
}

/// A cell as CSV writes it.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// Where each column stands.
struct Columns(Vec<String>);

impl Columns {
    fn of(header: &[String]) -> Result<Self, BatchError> {
        let names: Vec<String> =
            header.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        match REQUIRED.into_iter().find(|required| !names.iter().any(|name| name == required)) {
            Some(missing) => Err(BatchError::MissingColumn(missing)),
            None => Ok(Self(names)),
        }
    }

    /// The text of a row under `name`; empty where there is none.
    fn cell<'a>(&self, cells: &'a [String], name: &str) -> &'a str {
        self.0.iter().position(|n| n == name).and_then(|index| cells.get(index)).map_or("", |cell| cell.trim())
    }

    /// The facts of a row; `None` where a cell cannot be read, each said in `findings`.
    fn facts(&self, cells: &[String], findings: &mut Findings) -> Option<PersonYear> {
        let at = |name: &str| Path::root().join(name);
        let year = whole(self.cell(cells, "year"), &at("year"), findings);
        let filing = kept(self.cell(cells, "filing").parse::<Filing>(), "filing", findings);
        let wages = needed_amount(self.cell(cells, "wages"), &at("wages"), findings);
        let mut read = |name| amount(self.cell(cells, name), &at(name), findings);
        let [spouse_wages, long_term_gains, iso_bargain, deferral_401k] =
            ["spouse_wages", "ltcg", "iso_bargain", "k401"].map(&mut read);
        let deduction = kept(self.cell(cells, "deduction").parse::<Deduction>(), "deduction", findings);
        let dependents = match self.cell(cells, "dependents") {
            "" => Some(0),
            dependents => whole(dependents, &at("dependents"), findings),
        };
        // What names no place is kept as it is, so that the finding can quote it.
        let state = self.cell(cells, "state");
        let state = state_named(state).unwrap_or(state);
        let city = self.cell(cells, "city");
        let city = city_named(state, city).unwrap_or(city);
        Some(PersonYear {
            year: u16::try_from(year?).unwrap_or(u16::MAX),
            filing: filing?,
            state: state.to_owned(),
            city: (!city.is_empty()).then(|| city.to_owned()),
            wages: wages?,
            spouse_wages: spouse_wages?,
            other_income: Decimal::ZERO,
            long_term_gains: long_term_gains?,
            iso_bargain: iso_bargain?,
            deferral_401k: deferral_401k?,
            health_savings: Decimal::ZERO,
            deduction: deduction?,
            dependents: dependents?,
        })
    }
}

/// A row of a table.
enum Row {
    /// Its cells, by the rules of RFC 4180.
    Cells(Vec<String>),
    /// A row with a quoted cell that the table never closes, and its number.
    Open(String, usize),
}

/// The rows of a table, one after the other.
struct Rows<R> {
    reader: R,
    /// Lines that were read in search of the end of a quoted cell and are rows of their own.
    waiting: VecDeque<String>,
    /// Lines taken.
    taken: usize,
}

impl<R: BufRead> Rows<R> {
    fn line(&mut self) -> Result<Option<String>, BatchError> {
        if let Some(line) = self.waiting.pop_front() {
            self.taken += 1;
            return Ok(Some(line));
        }
        // A byte that is no text spoils its own cell, not the table.
        let mut bytes = Vec::new();
        let more = self.reader.read_until(b'\n', &mut bytes)?;
        self.taken += 1;
        Ok((more > 0).then(|| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The next row; `None` at the end.
    fn next(&mut self) -> Result<Option<Row>, BatchError> {
        let Some(first) = self.line()? else { return Ok(None) };
        let began = self.taken;
        let mut lines = vec![first];
        let mut quotes = lines[0].matches('"').count();
        while quotes % 2 == 1 {
            let Some(line) = self.line()? else {
                // The quotation mark was a slip: the lines after it are rows.
                let first = lines.remove(0);
                for line in lines.into_iter().rev() {
                    self.waiting.push_front(line);
                }
                self.taken = began;
                return Ok(Some(Row::Open(first, began)));
            };
            quotes += line.matches('"').count();
            lines.push(line);
        }
        Ok(Some(Row::Cells(split(&lines.concat()))))
    }
}

/// The cells of a complete row.
fn split(line: &str) -> Vec<String> {
    let line = line.trim_end_matches(['\n', '\r']);
    let mut cells = vec![String::new()];
    let mut inside = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let cell = cells.last_mut().expect("there is always a cell");
        match character {
            '"' if inside && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => inside = !inside,
            ',' if !inside => cells.push(String::new()),
            other => cell.push(other),
        }
    }
    cells
}
