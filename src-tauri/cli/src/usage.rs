//! `cw usage`: what was really used, from the logs of AI agents and the exports of providers.

use crate::{Failure, print, show};
use clap::{Args, Subcommand, ValueEnum};
use counterweight_app::usage::{By, Report, Request, Sums, scan};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

#[derive(Subcommand)]
pub enum Command {
    /// Tokens by kind and their cost by day, month, model, project or session. Reads only; keeps nothing.
    Scan(Scan),
}

#[derive(Args)]
pub struct Scan {
    /// A client's home, such as the folder that holds `projects`; or any folder or file of logs and exports. Without
    /// it the places where clients keep their logs are read. May be given several times.
    #[arg(long, num_args = 1..)]
    root: Vec<PathBuf>,
    /// Only this client, such as `claude-code`, `codex` or `openrouter`. May be given several times.
    #[arg(long, num_args = 1..)]
    client: Vec<String>,
    /// First day counted, such as 2026-03-01.
    #[arg(long)]
    since: Option<String>,
    /// Last day counted.
    #[arg(long)]
    until: Option<String>,
    /// Zone whose days are meant, such as Europe/Berlin; the system's when missing.
    #[arg(long)]
    tz: Option<String>,
    /// How to group.
    #[arg(long, value_enum, default_value = "day")]
    by: Grouping,
    /// Print JSON; `cw schema --usage` describes it.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Grouping {
    Day,
    Month,
    Model,
    Project,
    Session,
}

pub fn run(command: Command) -> Result<ExitCode, Failure> {
    let Command::Scan(asked) = command;
    let day = |text: Option<String>, name: &str| {
        text.map(|text| text.parse())
            .transpose()
            .map_err(|_| Failure::Invalid(format!("--{name} is not a day. Give one such as 2026-03-01.")))
    };
    let request = Request {
        roots: asked.root,
        clients: asked.client,
        since: day(asked.since, "since")?,
        until: day(asked.until, "until")?,
        zone: asked.tz,
        by: match asked.by {
            Grouping::Day => By::Day,
            Grouping::Month => By::Month,
            Grouping::Model => By::Model,
            Grouping::Project => By::Project,
            Grouping::Session => By::Session,
        },
    };
    let report = scan(&request, &|_| (), &AtomicBool::new(false))?;
    show(&if asked.json { print::json(&report) } else { text(&report) })?;
    Ok(ExitCode::SUCCESS)
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    let width = report.groups.iter().map(|group| group.key.chars().count()).max().unwrap_or(0).max(8);
    let _ = writeln!(
        text,
        "{:<width$} {:>9} {:>14} {:>14} {:>16} {:>14} {:>12} {:>14}",
        report.by, "requests", "input", "cache write", "cache read", "output", "dollars", "unpriced"
    );
    let mut line = |key: &str, sums: &Sums| {
        let _ = writeln!(
            text,
            "{key:<width$} {:>9} {:>14} {:>14} {:>16} {:>14} {:>12} {:>14}",
            sums.requests,
            sums.input,
            sums.cache_write,
            sums.cache_read,
            sums.output,
            cents(&sums.cost_usd),
            sums.unpriced_tokens
        );
    };
    report.groups.iter().for_each(|group| line(&group.key, &group.sums));
    line("total", &report.totals);
    let _ = writeln!(text, "\nDays of the zone {}. {} files, {} lines.", report.zone, report.files, report.lines);
    if let Some(billed) = &report.totals.billed_usd {
        let _ = writeln!(text, "Exports say that {} dollars were charged.", cents(billed));
    }
    for model in &report.unpriced {
        let name = if model.model.is_empty() { "a model without a name" } else { &model.model };
        let _ = writeln!(text, "Unpriced: {} tokens of {name}: {}.", model.tokens, model.reason);
    }
    let _ = writeln!(text, "Completeness: {}.", report.completeness.grade);
    for shortfall in &report.completeness.shortfalls {
        let _ = writeln!(text, "  {}", shortfall.text);
    }
    for note in &report.notes {
        let _ = writeln!(text, "Note: {note}");
    }
    for refused in &report.refused {
        let line = refused.line.map_or(String::new(), |line| format!(", {} lines from line {line}", refused.lines));
        let _ = writeln!(text, "Not read: {}{line}: {}.", refused.path, refused.text);
    }
    text
}

/// An exact decimal at two places.
fn cents(decimal: &str) -> String {
    let (whole, part) = decimal.split_once('.').unwrap_or((decimal, ""));
    // Rounded half up at the third place; one cent more may carry through all digits.
    let digits = format!("{whole}{:0<2}", part.chars().take(2).collect::<String>());
    let up = part.as_bytes().get(2).is_some_and(|digit| *digit >= b'5');
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |digits| ("-", digits));
    let all = digits.parse::<u128>().unwrap_or(0) + u128::from(up);
    format!("{sign}{}.{:02}", all / 100, all % 100)
}

#[cfg(test)]
mod tests {
    use super::cents;

    #[test]
    fn decimals_are_rounded_to_cents() {
        for (decimal, expected) in [
            ("0", "0.00"),
            ("12.3", "12.30"),
            ("0.004", "0.00"),
            ("0.005", "0.01"),
            ("9.999", "10.00"),
            ("-1.006", "-1.01"),
        ] {
            assert_eq!(cents(decimal), expected);
        }
    }
}
