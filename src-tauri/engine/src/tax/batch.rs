//! A table of person-years in, a table of taxes out: for scripts, and for holding the engine against others.
//!
//! Input: CSV with a header row. Read are `case_id`, `year`, `filing` (single, joint, hoh), `state`, `city`, `wages`,
//! `spouse_wages`, `ltcg`, `iso_bargain`, `k401`, `deduction` (standard, auto) and `dependents`; other columns are
//! passed over. An empty amount is 0.
//!
//! Output: CSV with [`COLUMNS`]. What could not be computed is an empty cell, never a 0, and `finding` says why.

use super::facts::{Deduction, Filing, PersonYear};
use super::{Assessment, assess, marginal_rate};
use counterweight_domain::{Findings, Path, Problem};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
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
    /// A quoted cell is not closed by the end of the table.
    #[error("a quoted cell that begins in row {0} is not closed; end it with a second quotation mark")]
    OpenQuote(usize),
}

/// How a batch went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BatchSummary {
    /// Rows answered.
    pub rows: usize,
    /// Rows with at least one finding.
    pub rows_with_findings: usize,
}

/// Reads person-years as CSV from `reader` and writes their taxes as CSV to `writer`, one row for each, as it goes.
///
/// Fails only where the table as a whole cannot be read or written; a row that cannot be computed is answered with
/// empty cells and a finding.
pub fn batch(mut reader: impl BufRead, mut writer: impl Write) -> Result<BatchSummary, BatchError> {
    let mut row_number = 0;
    let header = read_row(&mut reader, &mut row_number)?.unwrap_or_default();
    let columns = Columns::of(&header)?;
    writeln!(writer, "{}", COLUMNS.join(","))?;
    let mut summary = BatchSummary::default();
    while let Some(cells) = read_row(&mut reader, &mut row_number)? {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let mut findings = Findings::default();
        let facts = columns.facts(&cells, &mut findings);
        let assessment = facts.as_ref().and_then(|facts| assess(facts, &Path::root(), &mut findings));
        let marginal = facts
            .as_ref()
            .filter(|_| assessment.as_ref().is_some_and(|assessment| assessment.total().is_some()))
            .and_then(|facts| marginal_rate(facts, Decimal::from(MARGINAL_STEP)));
        let said = said(&findings);
        summary.rows += 1;
        summary.rows_with_findings += usize::from(!said.is_empty());
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
        let read = |name: &str, findings: &mut Findings| {
            let text = self.cell(cells, name);
            if text.is_empty() && !REQUIRED.contains(&name) {
                return Some(Decimal::ZERO);
            }
            let number = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
            if number.is_err() {
                findings.error(
                    &Path::root().join(name),
                    Problem::new(
                        "tax.amount.unreadable",
                        format!("\"{text}\" is not an amount that can be computed with."),
                        "Write a plain number such as 180000 or 180000.50.",
                    ),
                    "this row",
                );
            }
            number.ok()
        };
        let whole = |name: &str, findings: &mut Findings| {
            let text = self.cell(cells, name);
            let number = if text.is_empty() && !REQUIRED.contains(&name) { Ok(0) } else { whole_number(text) };
            if number.is_err() {
                findings.error(
                    &Path::root().join(name),
                    Problem::new(
                        "tax.number.unreadable",
                        format!("\"{text}\" is not a whole number."),
                        "Write a whole number of zero or more.",
                    ),
                    "this row",
                );
            }
            number.ok()
        };
        fn kept<T>(read: Result<T, Problem>, name: &str, findings: &mut Findings) -> Option<T> {
            read.map_err(|problem| findings.error(&Path::root().join(name), problem, "this row")).ok()
        }
        let year = whole("year", findings);
        let filing = kept(self.cell(cells, "filing").parse::<Filing>(), "filing", findings);
        let wages = read("wages", findings);
        let spouse_wages = read("spouse_wages", findings);
        let long_term_gains = read("ltcg", findings);
        let iso_bargain = read("iso_bargain", findings);
        let deferral_401k = read("k401", findings);
        let deduction = kept(self.cell(cells, "deduction").parse::<Deduction>(), "deduction", findings);
        let dependents = whole("dependents", findings);
        let city = self.cell(cells, "city");
        Some(PersonYear {
            year: u16::try_from(year?).unwrap_or(u16::MAX),
            filing: filing?,
            state: self.cell(cells, "state").to_owned(),
            city: (!city.is_empty()).then(|| city.to_owned()),
            wages: wages?,
            spouse_wages: spouse_wages?,
            other_income: Decimal::ZERO,
            long_term_gains: long_term_gains?,
            iso_bargain: iso_bargain?,
            deferral_401k: deferral_401k?,
            deduction: deduction?,
            dependents: dependents?,
        })
    }
}

/// A whole number of zero or more, `2` or `2.0`.
fn whole_number(text: &str) -> Result<u32, ()> {
    let number = Decimal::from_str_exact(text).map_err(|_| ())?;
    number.to_u32().filter(|_| number.fract().is_zero()).ok_or(())
}

/// The next row's cells, by the rules of RFC 4180; `None` at the end. `number` counts the lines read.
fn read_row(reader: &mut impl BufRead, number: &mut usize) -> Result<Option<Vec<String>>, BatchError> {
    let mut line = String::new();
    let began = *number + 1;
    loop {
        // A byte that is no text spoils its own cell, not the table.
        let mut bytes = Vec::new();
        let more = reader.read_until(b'\n', &mut bytes)?;
        line.push_str(&String::from_utf8_lossy(&bytes));
        *number += 1;
        let open = line.matches('"').count() % 2 == 1;
        if more == 0 {
            return match (line.is_empty(), open) {
                (true, _) => Ok(None),
                (false, true) => Err(BatchError::OpenQuote(began)),
                (false, false) => Ok(Some(split(&line))),
            };
        }
        if !open {
            return Ok(Some(split(&line)));
        }
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
