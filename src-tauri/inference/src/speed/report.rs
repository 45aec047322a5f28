//! How good the predictions are on machines nobody fitted: every machine left out in turn, the corrections fitted again
//! on the others, and its rows predicted.

use super::coefficients::{self, Fitted, Shipped};
use super::fitting::{Run, Scatter};
use super::measured::{self, Measured};
use super::{decode_by, many, prefill_by, published, terms};
use crate::fit;
use crate::setup::{GIB, Setup, Split, Weights};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Scatter expected in writing for one user: of a row, of a device around its family, of a model around the formula.
const DECODE: Scatter = Scatter { row: 0.08, device: 0.12, model: 0.08 };
/// Scatter expected in reading.
const PREFILL: Scatter = Scatter { row: 0.25, device: 0.20, model: 0.08 };
/// Scatter expected in writing for several users.
const USERS: Scatter = Scatter { row: 0.20, device: 0.15, model: 0.15 };
/// How much wider than the scatter the ranges are, so that about 80 of 100 rows of machines left out lie inside.
const WIDEN: [f64; 3] = [0.8, 0.8, 1.0];

/// Errors of one kind of prediction. Errors are in percent of the measured speed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// What was predicted.
    pub what: String,
    /// Rows.
    pub rows: usize,
    /// Machines.
    pub machines: usize,
    /// Half of the rows miss by less, percent.
    pub median_percent: f64,
    /// Nine in ten rows miss by less, percent.
    pub p90_percent: f64,
    /// Median over machines of each machine's median error, percent: every machine counts once.
    pub by_machine_percent: f64,
    /// Rows inside the P10 to P90 range, percent; `None` for a formula without a range.
    pub inside_percent: Option<f64>,
    /// Median of measured over predicted: above 1 when predictions are too slow.
    pub bias: f64,
}

/// The report of `cw verify --speed`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SpeedReport {
    /// Day of the shipped corrections.
    pub as_of: String,
    /// Writing, machine left out: all, then by family.
    pub decode: Vec<Score>,
    /// Reading, machine left out: all, then by family.
    pub prefill: Vec<Score>,
    /// The plain published formulas on the same rows.
    pub published: Vec<Score>,
    /// The same rows with a whole family of models left out in turn, then with a whole engine: what can be said of models
    /// and programs nobody measured. All rows first, then each group.
    pub families_left_out: [Vec<Score>; 2],
    /// As `families_left_out`, by engine.
    pub engines_left_out: [Vec<Score>; 2],
    /// As `families_left_out`, by family of silicon: what can be said of a machine whose whole family nobody measured.
    pub silicon_left_out: [Vec<Score>; 2],
    /// The rows of the fit themselves, writing and reading: what further rows of measured machines would show.
    pub fitted_on: Vec<Score>,
    /// Rows that are not in the figures above: several users, several cards, drafts.
    pub beside: Vec<Score>,
    /// Memory on published runs.
    pub memory: MemoryScore,
}

/// Memory predicted for runs that are known to have run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemoryScore {
    /// Runs.
    pub rows: usize,
    /// Verdict "fits", percent of runs.
    pub fits_percent: f64,
    /// Half of the runs miss by less, percent of the measured growth of memory.
    pub median_percent: f64,
    /// Nine in ten runs miss by less, percent.
    pub p90_percent: f64,
}

struct Outcome {
    machine: String,
    family: String,
    predicted: f64,
    range: Option<(f64, f64)>,
    measured: f64,
}

impl Outcome {
    fn error_percent(&self) -> f64 {
        (self.predicted / self.measured - 1.0).abs() * 100.0
    }
}

/// The element at a share of the sorted values, between neighbours in proportion.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else {
        return f64::NAN;
    };
    let at = share * last as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(last);
    values[below] + (values[above] - values[below]) * (at - below as f64)
}

#[allow(clippy::cast_precision_loss, reason = "counts of rows")]
fn score(what: &str, outcomes: &[&Outcome]) -> Score {
    let mut errors: Vec<f64> = outcomes.iter().map(|one| one.error_percent()).collect();
    let mut of_machines: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for one in outcomes {
        of_machines.entry(&one.machine).or_default().push(one.error_percent());
    }
    let mut medians: Vec<f64> = of_machines.values_mut().map(|errors| quantile(errors, 0.5)).collect();
    let mut ratios: Vec<f64> = outcomes.iter().map(|one| one.measured / one.predicted).collect();
    let ranged: Vec<bool> =
        outcomes.iter().filter_map(|one| one.range.map(|(low, high)| (low..=high).contains(&one.measured))).collect();
    let inside = ranged.iter().filter(|one| **one).count() as f64 / ranged.len().max(1) as f64 * 100.0;
    Score {
        what: what.to_owned(),
        rows: outcomes.len(),
        machines: of_machines.len(),
        median_percent: quantile(&mut errors.clone(), 0.5),
        p90_percent: quantile(&mut errors, 0.9),
        by_machine_percent: quantile(&mut medians, 0.5),
        inside_percent: (!ranged.is_empty()).then_some(inside),
        bias: quantile(&mut ratios, 0.5),
    }
}

/// All rows together, then each family.
fn scores(what: &str, outcomes: &[Outcome]) -> Vec<Score> {
    let mut families: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for one in outcomes {
        families.entry(&one.family).or_default().push(one);
    }
    let all: Vec<&Outcome> = outcomes.iter().collect();
    std::iter::once(score(what, &all)).chain(families.iter().map(|(family, rows)| score(family, rows))).collect()
}

/// A measured row with its setup.
struct Row {
    setup: Setup<'static>,
    row: &'static Measured,
}

fn usable(keep: impl Fn(&Measured) -> bool) -> Vec<Row> {
    measured::rows()
        .iter()
        .filter(|row| keep(row) && !row.has("partly-in-ram"))
        .filter_map(|row| Some(Row { setup: row.setup()?, row }))
        .filter(|row| row.setup.users > 1 || on_the_cards(&row.setup))
        .collect()
}

/// Whether the weights alone fit the cards: an engine puts what does not fit into the computer's memory without saying so.
fn on_the_cards(setup: &Setup) -> bool {
    setup.weights.bytes / GIB < setup.machine.memory_gib * f64::from(setup.devices)
}

fn writes(row: &Measured) -> bool {
    row.decode_tps.is_some() && !row.has("includes-prefill")
}

fn reads(row: &Measured) -> bool {
    row.prefill_tps.is_some() && row.prompt.is_some() && !row.has("prefill-anomalous") && !row.has("prefill-from-ttft")
}

fn plain_single(row: &Measured) -> bool {
    row.users == 1 && row.devices == 1 && row.speculation.is_empty()
}

fn run(row: &Row, terms: Vec<super::fitting::Term>, seconds: f64) -> Run {
    Run { terms, seconds, device: row.row.machine.clone(), model: row.row.model.clone() }
}

/// Runs of one user writing on one device.
pub(crate) fn decode_runs() -> Vec<Run> {
    decode_rows().iter().filter_map(decode_run).collect()
}

fn decode_rows() -> Vec<Row> {
    usable(|row| plain_single(row) && writes(row))
}

fn decode_run(row: &Row) -> Option<Run> {
    let bandwidth = super::bandwidth_bytes(row.setup.machine).ok()?;
    let limit = super::effects::limit_on_writing(&row.setup).factor;
    let terms = terms::decode(&row.setup, bandwidth, row.row.depth.unwrap_or(0));
    Some(run(row, terms, limit / row.row.decode_tps?))
}

/// Runs of one user reading on one device.
pub(crate) fn prefill_runs() -> Vec<Run> {
    prefill_rows().iter().filter_map(prefill_run).collect()
}

fn prefill_rows() -> Vec<Row> {
    usable(|row| plain_single(row) && reads(row))
}

#[allow(clippy::cast_precision_loss, reason = "a context is far below 2^53 tokens")]
fn prefill_run(row: &Row) -> Option<Run> {
    let chip = published::Chip::of(&row.setup).ok()?;
    let (new, depth) = (row.row.prompt? as f64, row.row.prefill_depth.unwrap_or(0) as f64);
    let limit = super::effects::limit_on_reading(&row.setup).factor;
    Some(run(row, terms::prefill(&row.setup, &chip, new, depth), limit * new / row.row.prefill_tps?))
}

/// Runs of several users writing.
pub(crate) fn users_runs() -> Vec<Run> {
    users_rows().iter().filter_map(users_run).collect()
}

fn users_rows() -> Vec<Row> {
    usable(|row| row.users > 1 && row.speculation.is_empty() && row.decode_tps.is_some())
}

fn users_run(row: &Row) -> Option<Run> {
    let bandwidth = super::bandwidth_bytes(row.setup.machine).ok()?;
    let users = f64::from(row.row.users);
    let terms = many::terms(&row.setup, bandwidth, row.row.depth.unwrap_or(0), users).ok()?;
    Some(run(row, terms, users / row.row.decode_tps?))
}

/// The three fits on these runs.
fn fits(decode: &[&Run], prefill: &[&Run], users: &[&Run], as_of: &str) -> Shipped {
    Shipped {
        as_of: as_of.to_owned(),
        decode: Fitted::from_runs(decode, DECODE, WIDEN[0]),
        prefill: Fitted::from_runs(prefill, PREFILL, WIDEN[1]),
        users: Fitted::from_runs(users, USERS, WIDEN[2]),
    }
}

/// The text of `data/speed_fit.toml`: every fit on every row.
pub fn shipped_text(as_of: &str) -> String {
    let (decode, prefill, users) = (decode_runs(), prefill_runs(), users_runs());
    let all = fits(
        &decode.iter().collect::<Vec<_>>(),
        &prefill.iter().collect::<Vec<_>>(),
        &users.iter().collect::<Vec<_>>(),
        as_of,
    );
    coefficients::text(as_of, [(&all.decode, &decode), (&all.prefill, &prefill), (&all.users, &users)])
}

fn outcome(row: &Row, speed: Option<super::Speed>, measured: f64) -> Option<Outcome> {
    let speed = speed?;
    Some(Outcome {
        machine: row.row.machine.clone(),
        family: row.setup.machine.family.clone(),
        predicted: speed.p50,
        range: Some((speed.p10, speed.p90)),
        measured,
    })
}

fn plain(row: &Row, predicted: Option<f64>, measured: f64) -> Option<Outcome> {
    let (machine, family) = (row.row.machine.clone(), row.setup.machine.family.clone());
    Some(Outcome { machine, family, predicted: predicted?, range: None, measured })
}

/// Leaves every machine out in turn, fits again without it, and predicts its rows. Takes a few seconds.
pub fn leave_one_device_out() -> SpeedReport {
    let decode_runs = decode_runs();
    let prefill_runs = prefill_runs();
    let users_runs = users_runs();
    let (decode_rows, prefill_rows) = (decode_rows(), prefill_rows());
    let beside_rows = usable(|row| !plain_single(row) && (row.decode_tps.is_some() || reads(row)));
    let machines: BTreeSet<&str> = measured::rows().iter().map(|row| row.machine.as_str()).collect();

    let (mut decode, mut prefill) = (Vec::new(), Vec::new());
    let mut beside: BTreeMap<&str, Vec<Outcome>> = BTreeMap::new();
    for machine in machines {
        fn others<'r>(runs: &'r [Run], machine: &str) -> Vec<&'r Run> {
            runs.iter().filter(|run| run.device != machine).collect()
        }
        let by =
            fits(&others(&decode_runs, machine), &others(&prefill_runs, machine), &others(&users_runs, machine), "");
        let here = |rows: &'_ Row| rows.row.machine == machine;
        for row in decode_rows.iter().filter(|row| here(row)) {
            decode.extend(row.row.decode_tps.and_then(|tps| outcome(row, write(row, &by), tps)));
        }
        for row in prefill_rows.iter().filter(|row| here(row)) {
            prefill.extend(row.row.prefill_tps.and_then(|tps| outcome(row, read(row, &by), tps)));
        }
        for row in beside_rows.iter().filter(|row| here(row)) {
            for (what, found) in beside_outcomes(row, &by) {
                beside.entry(what).or_default().push(found);
            }
        }
    }
    let published_decode: Vec<Outcome> = decode_rows
        .iter()
        .filter_map(|row| {
            plain(row, published::decode(&row.setup, row.row.depth.unwrap_or(0)).ok(), row.row.decode_tps?)
        })
        .collect();
    let published_prefill: Vec<Outcome> = prefill_rows
        .iter()
        .filter_map(|row| {
            let speed = published::prefill(&row.setup, row.row.prompt?, row.row.prefill_depth.unwrap_or(0)).ok();
            plain(row, speed, row.row.prefill_tps?)
        })
        .collect();
    SpeedReport {
        as_of: coefficients::shipped().as_of.clone(),
        decode: scores("all machines", &decode),
        prefill: scores("all machines", &prefill),
        published: vec![
            score("published formula, writing", &published_decode.iter().collect::<Vec<_>>()),
            score("published formula, reading", &published_prefill.iter().collect::<Vec<_>>()),
        ],
        families_left_out: leave_groups_out(|row| row.setup.model.family.clone()),
        engines_left_out: leave_groups_out(|row| row.setup.runtime.engine.word().to_owned()),
        silicon_left_out: leave_groups_out(|row| row.setup.machine.family.clone()),
        fitted_on: fitted_on(&decode_runs, &prefill_runs),
        beside: beside.iter().map(|(what, rows)| score(what, &rows.iter().collect::<Vec<_>>())).collect(),
        memory: memory(),
    }
}

/// Errors on the rows of the fit themselves.
fn fitted_on(decode: &[Run], prefill: &[Run]) -> Vec<Score> {
    let by = fits(&decode.iter().collect::<Vec<_>>(), &prefill.iter().collect::<Vec<_>>(), &[], "");
    let of = |rows: Vec<Row>, one: &dyn Fn(&Row) -> Option<Outcome>| rows.iter().filter_map(one).collect::<Vec<_>>();
    let writing = of(decode_rows(), &|row| outcome(row, write(row, &by), row.row.decode_tps?));
    let reading = of(prefill_rows(), &|row| outcome(row, read(row, &by), row.row.prefill_tps?));
    [("rows of the fit, writing", writing), ("rows of the fit, reading", reading)]
        .map(|(what, rows)| score(what, &rows.iter().collect::<Vec<_>>()))
        .into()
}

/// Leaves every group of rows out in turn, fits writing and reading again without it, and predicts its rows.
fn leave_groups_out(group: impl Fn(&Row) -> String) -> [Vec<Score>; 2] {
    let of = |rows: Vec<Row>, run: fn(&Row) -> Option<Run>, one: fn(&Row, &Shipped) -> Option<Outcome>, reads: bool| {
        let runs: Vec<(String, Run)> = rows.iter().filter_map(|row| Some((group(row), run(row)?))).collect();
        let groups: BTreeSet<String> = rows.iter().map(&group).collect();
        let mut found: BTreeMap<&str, Vec<Outcome>> = BTreeMap::new();
        for name in &groups {
            let others: Vec<&Run> = runs.iter().filter(|(other, _)| other != name).map(|(_, run)| run).collect();
            let none: &[&Run] = &[];
            let by = if reads { fits(none, &others, none, "") } else { fits(&others, none, none, "") };
            let here = rows.iter().filter(|row| group(row) == *name).filter_map(|row| one(row, &by));
            found.entry(name).or_default().extend(here);
        }
        let all: Vec<&Outcome> = found.values().flatten().collect();
        let each = found.iter().map(|(name, rows)| score(name, &rows.iter().collect::<Vec<_>>()));
        std::iter::once(score("all", &all)).chain(each).collect()
    };
    [
        of(decode_rows(), decode_run, |row, by| outcome(row, write(row, by), row.row.decode_tps?), false),
        of(prefill_rows(), prefill_run, |row, by| outcome(row, read(row, by), row.row.prefill_tps?), true),
    ]
}

fn write(row: &Row, by: &Shipped) -> Option<super::Speed> {
    decode_by(&row.setup, row.row.depth.unwrap_or(0), by).ok()
}

fn read(row: &Row, by: &Shipped) -> Option<super::Speed> {
    prefill_by(&row.setup, row.row.prompt?, row.row.prefill_depth.unwrap_or(0), by).ok()
}

fn beside_outcomes(row: &Row, by: &Shipped) -> Vec<(&'static str, Outcome)> {
    let kind = if !row.row.speculation.is_empty() {
        ["writing, with drafts", "reading, with drafts"]
    } else if row.row.users > 1 && row.row.users <= 4 {
        ["writing, 2 to 4 users", "reading, 2 to 4 users"]
    } else if row.row.users > 4 && row.row.users <= 16 {
        ["writing, 5 to 16 users", "reading, 5 to 16 users"]
    } else if row.row.users > 16 {
        ["writing, 17 to 64 users", "reading, 17 to 64 users"]
    } else if row.setup.split == Split::Tensor {
        ["writing, tensor split", "reading, tensor split"]
    } else {
        ["writing, layer split", "reading, layer split"]
    };
    let mut found = Vec::new();
    if let Some(tps) = row.row.decode_tps.filter(|_| writes(row.row) || row.row.users > 1) {
        found.extend(outcome(row, write(row, by), tps).map(|one| (kind[0], one)));
    }
    if let Some(tps) = row.row.prefill_tps.filter(|_| reads(row.row) && row.row.users == 1) {
        found.extend(outcome(row, read(row, by), tps).map(|one| (kind[1], one)));
    }
    found
}

#[derive(Deserialize)]
struct MemoryRow {
    machine: String,
    model: String,
    quant: String,
    weights_mib: f64,
    tokens: u64,
    flash: String,
    grown_mib: f64,
}

/// Memory predicted for the published runs of one machine with 128 GB.
#[allow(clippy::cast_precision_loss, reason = "counts of rows")]
pub fn memory() -> MemoryScore {
    let (mut fitting, mut errors) = (0usize, Vec::new());
    let rows = csv::Reader::from_reader(include_str!("../../data/memory_measured.csv").as_bytes())
        .into_deserialize::<MemoryRow>()
        .flatten();
    for row in rows {
        let (Ok(machine), Ok(model)) = (crate::catalogue::machine(&row.machine), crate::catalogue::model(&row.model))
        else {
            continue;
        };
        let Some(weights) = Weights::named(model, &row.quant, Some(row.weights_mib / 1024.0)) else {
            continue;
        };
        let mut setup = Setup::with_weights(machine, model, weights);
        setup.runtime.flash = Some(row.flash == "on");
        let Ok(found) = fit::fit(&setup, row.tokens) else {
            continue;
        };
        fitting += usize::from(found.fits);
        let grown = row.grown_mib * 1024.0 * 1024.0 / GIB;
        errors.push((found.needed_gib / grown - 1.0).abs() * 100.0);
    }
    MemoryScore {
        rows: errors.len(),
        fits_percent: fitting as f64 / errors.len().max(1) as f64 * 100.0,
        median_percent: quantile(&mut errors.clone(), 0.5),
        p90_percent: quantile(&mut errors, 0.9),
    }
}
