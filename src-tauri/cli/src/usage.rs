//! `cw usage`: what was really used, from the logs of AI agents and the exports of providers.

use crate::{Failure, print, show};
use clap::{Args, Subcommand, ValueEnum};
use counterweight_app::usage::history::{self, ImportRequest, ImportSummary};
use counterweight_app::usage::{By, Completeness, Group, Refusal, Report, Request, Sums, Unpriced, scan};
use counterweight_app::{App, ErrorBody, Host};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

#[derive(Subcommand)]
pub enum Command {
    /// Tokens by kind and their cost by day, month, model, project or session. Reads only; keeps nothing.
    Scan(Scan),
    /// Takes what logs and exports tell into the library's own history. The same again changes nothing.
    Import(Import),
    /// Shows what is in the library's history.
    History(History),
    /// Deletes the library's history for good. Backups made before keep theirs.
    Forget {
        /// The folder of the library; the app's own when missing.
        #[arg(long)]
        library: Option<PathBuf>,
    },
}

#[derive(Args)]
pub struct Import {
    /// As for `scan`.
    #[arg(long, num_args = 1..)]
    root: Vec<PathBuf>,
    /// As for `scan`.
    #[arg(long, num_args = 1..)]
    client: Vec<String>,
    /// Keep the names of the folders worked in, too.
    #[arg(long)]
    projects: bool,
    /// The folder of the library; the app's own when missing.
    #[arg(long)]
    library: Option<PathBuf>,
    /// Print JSON; `cw schema --usage` describes it.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct History {
    /// The folder of the library; the app's own when missing.
    #[arg(long)]
    library: Option<PathBuf>,
    /// First day counted, such as 2026-03-01.
    #[arg(long)]
    since: Option<String>,
    /// Last day counted.
    #[arg(long)]
    until: Option<String>,
    /// Zone whose days are meant; the system's when missing.
    #[arg(long)]
    tz: Option<String>,
    /// How to group.
    #[arg(long, value_enum, default_value = "month")]
    by: Grouping,
    /// Print JSON; `cw schema --usage` describes it.
    #[arg(long)]
    json: bool,
}

/// A library in a folder of the person's choice.
struct Library(Option<PathBuf>);

impl Host for Library {
    fn data_dir(&self) -> Result<PathBuf, ErrorBody> {
        self.0.clone().map_or_else(counterweight_app::paths::data_dir, Ok)
    }
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
    match command {
        Command::Scan(asked) => scan_logs(asked),
        Command::Import(asked) => import(asked),
        Command::History(asked) => history(asked),
        Command::Forget { library } => {
            let gone = history::forget(&App::open(Library(library))?)?;
            show(&format!("{gone} rows deleted. Copies in the folder “backups” still hold what they held.\n"))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn day<D: std::str::FromStr>(text: Option<String>, name: &str) -> Result<Option<D>, Failure> {
    text.map(|text| text.parse())
        .transpose()
        .map_err(|_| Failure::Invalid(format!("--{name} is not a day. Give one such as 2026-03-01.")))
}

impl From<Grouping> for By {
    fn from(grouping: Grouping) -> By {
        match grouping {
            Grouping::Day => By::Day,
            Grouping::Month => By::Month,
            Grouping::Model => By::Model,
            Grouping::Project => By::Project,
            Grouping::Session => By::Session,
        }
    }
}

fn import(asked: Import) -> Result<ExitCode, Failure> {
    let request = ImportRequest { roots: asked.root, clients: asked.client, projects: asked.projects };
    let app = App::open(Library(asked.library))?;
    let summary = history::import(&app, &request, &|_| (), &AtomicBool::new(false))?;
    show(&if asked.json { print::json(&summary) } else { import_text(&summary) })?;
    Ok(ExitCode::SUCCESS)
}

fn import_text(summary: &ImportSummary) -> String {
    let mut text = format!(
        "{} rows added, {} updated, {} as they were.\n{} files, {} lines: {} requests, {} tokens.\n",
        summary.added, summary.updated, summary.kept, summary.files, summary.lines, summary.requests, summary.tokens
    );
    told(&mut text, &summary.completeness, &summary.refused);
    text
}

fn history(asked: History) -> Result<ExitCode, Failure> {
    if matches!(asked.by, Grouping::Session) {
        let why = "The history keeps no names of sessions. Group by day, month, model or project.";
        return Err(Failure::Invalid(why.to_owned()));
    }
    let (since, until) = (day(asked.since, "since")?, day(asked.until, "until")?);
    let app = App::open(Library(asked.library))?;
    let report = history::history(&app, asked.by.into(), asked.tz.as_deref(), since, until)?;
    if asked.json {
        show(&print::json(&report))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = sums(&report.by, &report.groups, &report.totals);
    let last = report.imports.first().map_or("never".to_owned(), |import| import.at.clone());
    let _ = writeln!(text, "\nDays of the zone {}. Last import that brought something: {last}.", report.zone);
    priced(&mut text, &report.totals, &report.unpriced);
    for note in &report.notes {
        let _ = writeln!(text, "Note: {note}");
    }
    show(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn scan_logs(asked: Scan) -> Result<ExitCode, Failure> {
    let request = Request {
        roots: asked.root,
        clients: asked.client,
        since: day(asked.since, "since")?,
        until: day(asked.until, "until")?,
        zone: asked.tz,
        by: asked.by.into(),
    };
    let report = scan(&request, &|_| (), &AtomicBool::new(false))?;
    show(&if asked.json { print::json(&report) } else { text(&report) })?;
    Ok(ExitCode::SUCCESS)
}

fn text(report: &Report) -> String {
    let mut text = sums(&report.by, &report.groups, &report.totals);
    let _ = writeln!(text, "\nDays of the zone {}. {} files, {} lines.", report.zone, report.files, report.lines);
    priced(&mut text, &report.totals, &report.unpriced);
    let mut end = String::new();
    told(&mut end, &report.completeness, &report.refused);
    for note in &report.notes {
        let _ = writeln!(text, "Note: {note}");
    }
    text + &end
}

fn sums(by: &str, groups: &[Group], totals: &Sums) -> String {
    let mut text = String::new();
    let width = groups.iter().map(|group| group.key.chars().count()).max().unwrap_or(0).max(8);
    let _ = writeln!(
        text,
        "{by:<width$} {:>9} {:>14} {:>14} {:>16} {:>14} {:>12} {:>14}",
        "requests", "input", "cache write", "cache read", "output", "dollars", "unpriced"
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
    groups.iter().for_each(|group| line(&group.key, &group.sums));
    line("total", totals);
    text
}

fn priced(text: &mut String, totals: &Sums, unpriced: &[Unpriced]) {
    if let Some(billed) = &totals.billed_usd {
        let _ = writeln!(text, "Exports say that {} dollars were charged.", cents(billed));
    }
    for model in unpriced {
        let name = if model.model.is_empty() { "a model without a name" } else { &model.model };
        let _ = writeln!(text, "Unpriced: {} tokens of {name}: {}.", model.tokens, model.reason);
    }
}

fn told(text: &mut String, completeness: &Completeness, refused: &[Refusal]) {
    let _ = writeln!(text, "Completeness: {}.", completeness.grade);
    for shortfall in &completeness.shortfalls {
        let _ = writeln!(text, "  {}", shortfall.text);
    }
    for refused in refused {
        let line = refused.line.map_or(String::new(), |line| match refused.lines {
            1 => format!(", line {line}"),
            lines => format!(", {lines} lines from line {line}"),
        });
        let _ = writeln!(text, "Not read: {}{line}: {}.", refused.path, refused.text);
    }
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
