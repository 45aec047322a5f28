//! What AI work costs, for a terminal and for programs: the plan with its break-even, the machine desk, claims people repeat,
//! and predictions. Each answer is the one that the window shows.

use crate::{Failure, batch, canvas, outcome, print, read, show};
use clap::Subcommand;
use counterweight_app::Host;
use counterweight_app::command::{machines, tokens};
use counterweight_app::host::ThisMachine;
use counterweight_app::wire::{BreakEvenResponse, ClaimsResponse, MachinesResponse, MatrixResponse, TokensResponse};
use counterweight_domain::{Currency, Entry};
use counterweight_engine::break_even::{Route, RouteFigures};
use counterweight_engine::machine_desk::{DeskMachine, Verdict};
use counterweight_report::format;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is asked of AI work.
#[derive(Subcommand)]
pub enum Command {
    /// Token budget; cloud, bought, rented and hybrid cost over the horizon; when a machine pays back and what decides it.
    Plan {
        /// The case document; `-` reads standard input.
        case: PathBuf,
        /// The offer, by id; the first with a budget when missing.
        #[arg(long)]
        offer: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// All machines for the work of a case: ranked by the cost of a useful token, the unbeaten ones, and each with each model.
    Desk {
        /// The case document; `-` reads standard input.
        case: PathBuf,
        /// Print JSON, with the table of machines and models.
        #[arg(long)]
        json: bool,
    },
    /// Claims people repeat, each with its inputs and our answer.
    Claims {
        /// The day on which they start, such as 2026-11-23; today when missing.
        #[arg(long)]
        on: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Whether open models fit machines, and how fast they run.
    Predict(Box<batch::Predict>),
}

/// Answers.
pub fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Plan { case, offer, json } => {
            let case = read(&case)?;
            let answer = Plan {
                tokens: tokens::planned(&case, offer.as_deref(), canvas(960, 420, false)),
                break_even: Weighed::of(machines::weighed(&case, canvas(240, 120, false))),
            };
            show(&if json { print::json(&answer) } else { plan(&answer) })?;
            Ok(outcome(&answer.tokens.findings))
        }
        Command::Desk { case, json } => {
            let case = read(&case)?;
            let answer = Desk { desk: machines::ranked(&case), matrix: machines::all_pairs(&case) };
            show(&if json { print::json(&answer) } else { desk(&answer) })?;
            Ok(outcome(&answer.desk.findings))
        }
        Command::Claims { on, json } => {
            let day = match on {
                None => ThisMachine.today(),
                Some(text) => *Entry::typed(&text)
                    .value()
                    .ok_or_else(|| Failure::Invalid(format!("“{text}” is no day. Write it as 2026-11-23.")))?,
            };
            let answer = machines::claims_on(day);
            show(&if json { print::json(&answer) } else { claims(&answer) })?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Predict(asked) => batch::predict(&asked),
    }
}

/// A plan with the words of its break-even; its figures are in the routes of the plan.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    #[serde(flatten)]
    tokens: TokensResponse,
    break_even: Weighed,
}

/// What the break-even says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Weighed {
    /// The hybrid against the cloud.
    headline: String,
    /// When it pays back, in how many futures, and how many tokens a day it takes.
    summary: String,
}

impl Weighed {
    fn of(answer: BreakEvenResponse) -> Self {
        Self { headline: answer.headline.plain(), summary: answer.summary.plain() }
    }
}

/// The desk with its table of machines and models.
#[derive(Serialize)]
struct Desk {
    #[serde(flatten)]
    desk: MachinesResponse,
    matrix: MatrixResponse,
}

/// The four ways with their names.
fn ways(routes: &RouteFigures) -> Vec<(&'static str, &Route)> {
    [("cloud", &routes.cloud), ("buy", &routes.buy), ("rent", &routes.rent), ("hybrid", &routes.hybrid)]
        .into_iter()
        .filter_map(|(name, route)| Some((name, route.as_ref()?)))
        .collect()
}

fn plan(answer: &Plan) -> String {
    let mut text = String::new();
    let found = &answer.tokens;
    let currency = found.plan.currency;
    let _ = writeln!(text, "{}\n{}\n", found.headline.plain(), found.summary.plain());
    let _ = writeln!(text, "{}\n{}", found.balance_text, found.routes_text);
    let routes = &found.plan.routes;
    for (name, route) in ways(routes) {
        let _ = writeln!(
            text,
            "{name:<7} {:>14} over {}, {} on the machine, could be sold for {}",
            format::money(route.total, currency),
            format::months(found.plan.months),
            format::percent(route.on_machine),
            format::money(route.resale, currency)
        );
    }
    text.push_str(&curves(routes, currency));
    let _ = writeln!(text, "\n{}\n{}", answer.break_even.headline, answer.break_even.summary);
    if !routes.levers.is_empty() {
        let _ = writeln!(text, "\nWhat decides, moved alone: what the hybrid saves, the machine sold at the end");
    }
    for lever in &routes.levers {
        let _ = writeln!(
            text,
            "  {:<34} {:>14} at {} times plan, {:>14} at {} times: {} apart",
            lever.label,
            format::money(lever.at_low, currency),
            lever.low,
            format::money(lever.at_high, currency),
            lever.high,
            format::money(lever.swing, currency)
        );
    }
    if !routes.rental.is_empty() {
        let _ = writeln!(text, "\nrented: {}", routes.rental);
    }
    let _ = writeln!(text, "price: {}", found.plan.work.price_source);
    text
}

/// Spent by the end of each half year: the middle, and the range of 8 in 10 futures.
fn curves(routes: &RouteFigures, currency: Currency) -> String {
    let mut text = String::new();
    for (name, route) in ways(routes) {
        let _ = writeln!(text, "\nSpent, {name}: by month, the middle of the futures and the range of 8 in 10");
        let last = route.spent.len().saturating_sub(1);
        for (month, band) in route.spent.iter().enumerate().filter(|(month, _)| month % 6 == 0 || *month == last) {
            let paid = route
                .paid_back_by
                .get(month)
                .map_or_else(String::new, |share| format!("   paid back in {} futures", format::of_hundred(*share)));
            let _ = writeln!(
                text,
                "  {month:>4} {:>14}   {:>14} to {:>14}{paid}",
                format::money(band.p50, currency),
                format::money(band.p10, currency),
                format::money(band.p90, currency)
            );
        }
    }
    text
}

fn desk(answer: &Desk) -> String {
    let mut text = String::new();
    let found = &answer.desk;
    let currency = found.desk.currency;
    let _ = writeln!(text, "{}\n{}\n", found.headline.plain(), found.summary.plain());
    let money = |amount: Option<_>| amount.map_or_else(|| "unknown".to_owned(), |known| format::money(known, currency));
    let range = |speed: &[f64; 3]| format!("{:.0} ({:.0} to {:.0})", speed[1], speed[0], speed[2]);
    let row = |machine: &DeskMachine| {
        let mark = if machine.unbeaten { "*" } else { " " };
        let late = if machine.in_time { "" } else { ", not all of the work in its hours" };
        format!(
            "{mark} {:<34} {:>12} a million, {:>14} in all; writes {}, reads {}, {:.1} h a day; needs {:.0} of {:.0} GiB; price {} of {}{late}",
            if machine.devices > 1 { format!("{} × {}", machine.devices, machine.name) } else { machine.name.clone() },
            money(machine.per_million),
            money(machine.total),
            range(&machine.decode),
            machine.prefill.as_ref().map_or_else(|| "unknown".to_owned(), range),
            machine.hours,
            machine.needed_gib,
            machine.usable_gib,
            money(machine.price),
            if machine.price_as_of.is_empty() { "no day" } else { &machine.price_as_of },
        )
    };
    for machine in &found.desk.machines {
        let _ = writeln!(text, "{}", row(machine));
    }
    let _ = writeln!(text, "\n* no other is as cheap, as fast and as large at once. Left out:");
    for out in &found.desk.left_out {
        let _ = writeln!(text, "  {:<34} {}", out.name, out.reason);
    }
    let matrix = &answer.matrix.matrix;
    let _ = writeln!(text, "\n{}", answer.matrix.headline.plain());
    for machine in &matrix.machines {
        let runs: Vec<String> = matrix
            .models
            .iter()
            .zip(&machine.cells)
            .filter(|(_, cell)| matches!(cell.verdict, Verdict::InTime))
            .map(|(model, cell)| {
                format!("{} {}", model.name, cell.decode.map_or_else(String::new, |t| format!("({t} t/s)")))
            })
            .collect();
        let runs = if runs.is_empty() { "none in time".to_owned() } else { runs.join(", ") };
        let _ = writeln!(text, "  {:<34} {runs}", machine.name);
    }
    text
}

fn claims(answer: &ClaimsResponse) -> String {
    let mut text = String::new();
    for claim in &answer.claims {
        let _ = writeln!(text, "{}\n  {}", claim.title, claim.inputs);
        for sentence in &claim.answer {
            let _ = writeln!(text, "  {}", sentence.plain());
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_app::sample;
    use counterweight_app::wire::Template;
    use counterweight_domain::{Case, CivilDate};

    fn day() -> CivilDate {
        CivilDate::new(2026, 11, 23).expect("a date")
    }

    fn claim() -> Case {
        let mut case = sample::claim(Template::ClaimWorkstation, day());
        case.assumptions.paths = Entry::typed("200");
        case
    }

    fn planned() -> Plan {
        Plan {
            tokens: tokens::planned(&claim(), None, canvas(960, 420, false)),
            break_even: Weighed::of(machines::weighed(&claim(), canvas(240, 120, false))),
        }
    }

    /// All that a break-even is asked for: four curves with ranges to the last month, how many futures pay back by when, the
    /// tokens a day that it takes, five levers by effect; the same figures as JSON.
    #[test]
    fn a_plan_says_all_of_the_break_even() {
        let answer = planned();
        let text = plan(&answer);
        for way in ["cloud", "buy", "rent", "hybrid"] {
            assert!(text.contains(&format!("Spent, {way}: ")), "{text}");
        }
        assert!(text.contains("\n    36 ") && text.contains(" to "), "{text}");
        for said in ["of 100 futures by month", "tokens a day on it", "price: ", "rented: "] {
            assert!(text.contains(said), "{said}: {text}");
        }
        let levers = &answer.tokens.plan.routes.levers;
        assert_eq!(levers.len(), 5);
        let places: Vec<usize> = levers.iter().map(|lever| text.find(&lever.label).expect("each lever")).collect();
        assert!(places.is_sorted(), "{text}");
        let json: serde_json::Value = serde_json::from_str(&print::json(&answer)).expect("JSON");
        assert_eq!(json["plan"]["routes"]["cloud"]["spent"].as_array().map(Vec::len), Some(37));
        assert_eq!(json["plan"]["routes"]["levers"].as_array().map(Vec::len), Some(5));
        assert!(
            json["plan"]["routes"]["hybrid"]["paidBackBy"].is_array()
                && json["plan"]["routes"]["useNeeded"].is_object()
        );
        assert!(json["breakEven"]["summary"].as_str().is_some_and(|summary| summary.contains("futures by month")));
    }

    /// The ranking with the unbeaten ones and why others are left out, and each machine with each model.
    #[test]
    fn a_desk_ranks_and_pairs() {
        let answer = Desk { desk: machines::ranked(&claim()), matrix: machines::all_pairs(&claim()) };
        let json: serde_json::Value = serde_json::from_str(&print::json(&answer)).expect("JSON");
        let rows = json["desk"]["machines"].as_array().expect("rows");
        assert!(rows.iter().any(|row| row["unbeaten"] == true) && rows[0]["perMillion"].is_string());
        let (models, machines) = (&json["matrix"]["matrix"]["models"], &json["matrix"]["matrix"]["machines"]);
        let cells = machines[0]["cells"].as_array().expect("cells").len();
        assert_eq!(models.as_array().map(Vec::len), Some(cells));
        let text = desk(&answer);
        assert!(text.contains("\n* ") && text.contains("Left out:") && text.contains("a million"), "{text}");
    }

    #[test]
    fn claims_come_with_answers() {
        let answer = machines::claims_on(day());
        let text = claims(&answer);
        assert_eq!(answer.claims.len(), 3);
        for claim in &answer.claims {
            assert!(text.contains(&claim.title) && text.contains(&claim.inputs) && claim.answer.len() >= 2, "{text}");
        }
    }
}
