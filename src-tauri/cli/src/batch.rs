//! Tables in, tables out: a CSV file with a question on each row, answered row by row.

use crate::{Failure, show};
use counterweight_engine::tax;
use counterweight_inference::predict;
use std::fmt::Display;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::ExitCode;

/// Tax of each person-year.
pub fn tax(path: &Path) -> Result<ExitCode, Failure> {
    let mut answer = Vec::new();
    let summary = tax::batch::batch(open(path)?, &mut answer).map_err(invalid)?;
    show(&String::from_utf8_lossy(&answer))?;
    eprintln!("{} rows answered, {} of them with a finding.", summary.rows, summary.rows_with_findings);
    Ok(ExitCode::SUCCESS)
}

/// Fit and speed of each run.
pub fn predict(path: &Path) -> Result<ExitCode, Failure> {
    let mut answer = Vec::new();
    let summary = predict::batch(open(path)?, &mut answer).map_err(invalid)?;
    show(&String::from_utf8_lossy(&answer))?;
    eprintln!(
        "{} rows read, {} answered with a speed, {} with a finding.",
        summary.rows, summary.answered, summary.with_findings
    );
    Ok(ExitCode::SUCCESS)
}

fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let file = std::fs::File::open(path)
        .map_err(|error| Failure::Invalid(format!("{} could not be read: {error}.", path.display())))?;
    Ok(Box::new(BufReader::new(file)))
}

fn invalid(error: impl Display) -> Failure {
    Failure::Invalid(error.to_string())
}
