//! `cw`: the same engine as the window, for scripts and for checking the app against the world.
//!
//! It reads a case from its document and prints what the window would show. Only
//! `cw usage import`, `history` and `forget` open the library. It knows no rule of its own. Exit codes: 0 fine, 1 the answer is
//! no, 2 wrong usage, 3 the input is invalid, 75 the library is in use.
//!
//! Start reading at [`Command`].

mod batch;
mod compared;
mod infer;
mod print;
mod tax;
mod trace;
mod usage;
mod vest;

use clap::{Parser, Subcommand, ValueEnum};
use counterweight_app::command::{compare, negotiate, tokens};
use counterweight_app::wire::CompareChart;
use counterweight_app::{Code, ErrorBody, files, sample, speed_report, verify};
use counterweight_domain::assumptions::{MoneyBasis, TaxBasis};
use counterweight_domain::{Case, Entry, Severity};
use counterweight_report::chart;
use counterweight_report::scene::{Canvas, Scene, Theme};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Compares job offers, token budgets and machines from a case document.
#[derive(Parser)]
#[command(name = "cw", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Value per offer, year and component, and how sure the difference is.
    Compare {
        /// The case document; `-` reads standard input.
        case: PathBuf,
        #[command(flatten)]
        change: Change,
        /// Print JSON, the same figures as on screen.
        #[arg(long)]
        json: bool,
    },
    /// When a grant vests, tranche by tranche.
    Vest(vest::Asked),
    /// Draws a chart as SVG.
    Chart {
        /// The case document; `-` reads standard input.
        case: PathBuf,
        /// Which chart.
        #[arg(long, value_enum)]
        kind: Kind,
        /// The file to write; `-` writes to standard output.
        #[arg(long)]
        out: PathBuf,
        /// The offer, by id, for charts of a budget; the first with a budget when missing.
        #[arg(long)]
        offer: Option<String>,
        /// Width, px.
        #[arg(long, default_value_t = 960)]
        width: u32,
        /// Height, px.
        #[arg(long, default_value_t = 420)]
        height: u32,
        /// Dark colours.
        #[arg(long)]
        dark: bool,
        #[command(flatten)]
        change: Change,
    },
    /// What it would take, and the questions to ask.
    Negotiate {
        #[command(subcommand)]
        command: Negotiate,
    },
    /// What AI work costs.
    Infer {
        #[command(subcommand)]
        command: infer::Command,
    },
    /// Income tax, payroll tax and marginal rate of a person-year, or of a table of them.
    Tax(Box<tax::Asked>),
    /// What was really used, from the logs of AI agents and the exports of providers.
    Usage {
        #[command(subcommand)]
        command: usage::Command,
    },
    /// Figures with everything they are made of, as JSON that another program can recompute.
    Trace(trace::Asked),
    /// Prints the JSON Schema of a case.
    Schema {
        /// Print the schemas of what `cw usage scan`, `import` and `history` answer instead.
        #[arg(long)]
        usage: bool,
    },
    /// Prints the sample case.
    Sample,
    /// Runs the worked examples and prints each with pass or fail.
    Verify {
        /// Predict the speed of machines left out of the fit instead, and print how far that misses.
        #[arg(long)]
        speed: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum Negotiate {
    /// The change of each lever that makes an offer equal to the best other one, and questions to put.
    Ask {
        /// The case document; `-` reads standard input.
        case: PathBuf,
        /// The offer, by id; the best one that does not lead when missing.
        #[arg(long)]
        offer: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Assumptions to use instead of the document's.
#[derive(clap::Args)]
struct Change {
    /// Years counted, 1 to 10.
    #[arg(long)]
    horizon: Option<String>,
    /// Months stayed.
    #[arg(long)]
    stay: Option<String>,
    /// Number of futures.
    #[arg(long)]
    paths: Option<String>,
    /// Seed of the futures.
    #[arg(long)]
    seed: Option<String>,
    /// Before or after tax.
    #[arg(long, value_enum)]
    tax: Option<Tax>,
    /// In which money.
    #[arg(long, value_enum)]
    money: Option<Money>,
    /// Bring amounts to one cost of living.
    #[arg(long)]
    place_adjusted: bool,
    /// The offer that others are compared with, by id.
    #[arg(long)]
    baseline: Option<String>,
    /// What becomes of the price of tokens: a key of the price scenarios.
    #[arg(long)]
    scenario: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Tax {
    /// Before any tax.
    Before,
    /// After the tax of each offer's place.
    After,
}

#[derive(Clone, Copy, ValueEnum)]
enum Money {
    /// As it will be paid.
    Nominal,
    /// In the purchasing power of the start.
    Real,
    /// Discounted to the start.
    Present,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Value by year, stacked by certainty.
    TotalValue,
    /// Cumulative value with its range.
    Range,
    /// What a token budget claims and what counts.
    BudgetWorth,
    /// A token budget month by month.
    BudgetBalance,
    /// Cloud, local and hybrid cost.
    Routes,
}

/// Why the command ends without an answer.
enum Failure {
    /// The answer is no: exit code 1.
    No(String),
    /// The input cannot be used: exit code 3.
    Invalid(String),
    /// Another program holds the library: exit code 75, as `sysexits.h` has it for what may be tried again.
    InUse(String),
}

impl From<ErrorBody> for Failure {
    fn from(error: ErrorBody) -> Self {
        let in_use = error.code == Code::LibraryInUse;
        let text = [Some(error.message), error.hint].into_iter().flatten().collect::<Vec<_>>().join(" ");
        if in_use { Failure::InUse(text) } else { Failure::Invalid(text) }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(Failure::No(text)) => {
            eprintln!("{text}");
            ExitCode::from(1)
        }
        Err(Failure::Invalid(text)) => {
            eprintln!("{text}");
            ExitCode::from(3)
        }
        Err(Failure::InUse(text)) => {
            eprintln!("{text}");
            ExitCode::from(75)
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Compare { case, change, json } => {
            let case = changed(read(&case)?, change)?;
            let answer = compared::of(&case, canvas(960, 420, false));
            show(&if json { print::json(&answer) } else { compared::text(&answer, &case.assumptions) })?;
            Ok(outcome(&answer.comparison.comparison.findings))
        }
        Command::Chart { case, kind, out, offer, width, height, dark, change } => {
            let case = changed(read(&case)?, change)?;
            let scene = draw(&case, kind, offer.as_deref(), canvas(width, height, dark))?;
            write(&out, &scene.svg)?;
            eprintln!("{}", scene.alt);
            Ok(ExitCode::SUCCESS)
        }
        Command::Negotiate { command: Negotiate::Ask { case, offer, json } } => {
            let answer = negotiate::negotiated(&read(&case)?, offer.as_deref())?;
            if json {
                show(&print::json(&answer))?;
            } else {
                show(&print::negotiation(&answer))?;
            }
            Ok(outcome(&answer.findings))
        }
        Command::Infer { command } => infer::run(command),
        Command::Tax(asked) => tax::run(&asked),
        Command::Vest(asked) => vest::run(&asked),
        Command::Trace(asked) => trace::run(&asked),
        Command::Usage { command } => usage::run(command),
        Command::Schema { usage } => {
            show(&print::json(&if usage { counterweight_app::usage::Report::schema() } else { files::schema() }))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Sample => {
            show(sample::DOCUMENT)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify { speed: true, json } => {
            let report = speed_report::speed_report();
            if json {
                show(&print::json(&report))?;
            } else {
                show(&speed_report::speed_report_text(&report))?;
            }
            Ok(ExitCode::from(u8::from(!speed_report::passes(&report))))
        }
        Command::Verify { speed: false, json } => {
            let checks = verify::run();
            if json {
                show(&print::json(&checks))?;
            } else {
                show(&print::checks(&checks))?;
            }
            Ok(ExitCode::from(u8::from(checks.iter().any(|check| !check.passed))))
        }
    }
}

/// Findings that left something out make the input invalid, although the rest was computed and printed.
fn outcome(findings: &[counterweight_domain::Finding]) -> ExitCode {
    for finding in findings.iter().filter(|f| f.severity != Severity::Note) {
        eprintln!("{}: {} {}", finding.path, finding.message, finding.fix);
    }
    ExitCode::from(if findings.iter().any(|f| f.severity == Severity::Error) { 3 } else { 0 })
}

fn canvas(width: u32, height: u32, dark: bool) -> Canvas {
    Canvas { width, height, theme: if dark { Theme::Dark } else { Theme::Light } }
}

fn draw(case: &Case, kind: Kind, offer: Option<&str>, canvas: Canvas) -> Result<Scene, Failure> {
    let compared = |kind| compare::draw(&compare::compared(case, kind, canvas).comparison, kind, canvas);
    let planned = || tokens::planned(case, offer, canvas);
    let no_budget = || Failure::No("No offer of this case has a token budget that can be read.".to_owned());
    Ok(match kind {
        Kind::TotalValue => compared(CompareChart::TotalValue),
        Kind::Range => compared(CompareChart::Range),
        Kind::BudgetWorth => planned().worth.ok_or_else(no_budget)?,
        Kind::BudgetBalance => planned().balance.ok_or_else(no_budget)?,
        Kind::Routes => chart::routes(&planned().plan, canvas),
    })
}

fn read(path: &Path) -> Result<Case, Failure> {
    Ok(files::read_case(&read_text(path)?)?)
}

fn read_text(path: &Path) -> Result<String, Failure> {
    let unreadable =
        |error: std::io::Error| Failure::Invalid(format!("{} could not be read: {error}.", path.display()));
    let mut bytes = Vec::new();
    let most = files::LARGEST as u64 + 1;
    if path == Path::new("-") {
        std::io::stdin().take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(unreadable)?;
    }
    String::from_utf8(bytes)
        .map_err(|_| Failure::Invalid(format!("{} is not UTF-8 text, so it is not a case.", path.display())))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if path == Path::new("-") {
        return show(text);
    }
    std::fs::write(path, text)
        .map_err(|error| Failure::No(format!("{} could not be written: {error}.", path.display())))
}

fn show(text: &str) -> Result<(), Failure> {
    print::out(text).map_err(|error| Failure::No(format!("The answer could not be printed: {error}.")))
}

fn changed(mut case: Case, change: Change) -> Result<Case, Failure> {
    let assumptions = &mut case.assumptions;
    for (entry, text) in [
        (&mut assumptions.horizon_years, change.horizon),
        (&mut assumptions.paths, change.paths),
        (&mut assumptions.seed, change.seed),
    ] {
        if let Some(text) = text {
            *entry = Entry::typed(text);
        }
    }
    if let Some(text) = change.stay {
        assumptions.stay_months = Entry::typed(text);
    }
    if let Some(tax) = change.tax {
        assumptions.tax = match tax {
            Tax::Before => TaxBasis::BeforeTax,
            Tax::After => TaxBasis::AfterTax,
        };
    }
    if let Some(money) = change.money {
        assumptions.money = match money {
            Money::Nominal => MoneyBasis::Nominal,
            Money::Real => MoneyBasis::Real,
            Money::Present => MoneyBasis::Present,
        };
    }
    assumptions.place_adjusted |= change.place_adjusted;
    if let Some(baseline) = change.baseline {
        if !case.offers.iter().any(|offer| offer.id == baseline) {
            let known: Vec<&str> = case.offers.iter().map(|offer| offer.id.as_str()).collect();
            return Err(Failure::Invalid(format!("No offer has the id {baseline}. There are: {}.", known.join(", "))));
        }
        assumptions.baseline = baseline;
    }
    if let Some(scenario) = change.scenario {
        case.workload.price_scenario = scenario;
    }
    Ok(case)
}
