//! The speed report as text: how far predictions miss on machines left out of the fit. Recomputed each time, in a few seconds.

use counterweight_inference::speed::report::{self, Score, SpeedReport};
use std::fmt::Write;

/// The bars a release has to pass, in percent: median error of writing and of reading, rows inside the range, memory.
const BARS: Bars = Bars { decode: 12.5, prefill: 28.0, inside: (75.0, 88.0), fits: 97.0, memory: 6.0 };

struct Bars {
    decode: f64,
    prefill: f64,
    inside: (f64, f64),
    fits: f64,
    memory: f64,
}

/// Fits again without each machine in turn and reports the errors on its rows.
pub fn speed_report() -> SpeedReport {
    report::leave_one_device_out()
}

/// Whether every bar is passed.
pub fn passes(report: &SpeedReport) -> bool {
    let within = |scores: &[Score], bar: f64| {
        scores.first().is_some_and(|all| {
            let inside = all.inside_percent.unwrap_or(0.0);
            all.median_percent <= bar && (BARS.inside.0..=BARS.inside.1).contains(&inside)
        })
    };
    within(&report.decode, BARS.decode)
        && within(&report.prefill, BARS.prefill)
        && report.memory.fits_percent >= BARS.fits
        && report.memory.median_percent <= BARS.memory
}

/// The report as a table for a terminal.
pub fn speed_report_text(report: &SpeedReport) -> String {
    let mut text = format!(
        "Each machine is left out of the fit in turn and its measured rows are predicted. Shipped corrections: {}.\n",
        report.as_of
    );
    for (title, scores) in [
        ("Writing, one user, one device", report.decode.as_slice()),
        ("Reading, one user, one device", report.prefill.as_slice()),
        ("The plain published formulas, fitted on these machines", report.published.as_slice()),
        ("Writing, a family of models left out", report.families_left_out[0].as_slice()),
        ("Reading, a family of models left out", report.families_left_out[1].as_slice()),
        ("Writing, an engine left out", report.engines_left_out[0].as_slice()),
        ("Reading, an engine left out", report.engines_left_out[1].as_slice()),
        ("Writing, a family of silicon left out", report.silicon_left_out[0].as_slice()),
        ("Reading, a family of silicon left out", report.silicon_left_out[1].as_slice()),
        ("The rows of the fit themselves", report.fitted_on.as_slice()),
        ("Beside: not in the figures above", report.beside.as_slice()),
    ] {
        let _ = writeln!(
            text,
            "\n{title:<56}{:>6}{:>10}{:>9}{:>9}{:>13}{:>9}",
            "rows", "machines", "median", "p90", "by machine", "inside"
        );
        for score in scores {
            let inside = score.inside_percent.map_or_else(|| "-".to_owned(), |share| format!("{share:.1} %"));
            let _ = writeln!(
                text,
                "{:<56}{:>6}{:>10}{:>7.1} %{:>7.1} %{:>11.1} %{:>9}",
                score.what,
                score.rows,
                score.machines,
                score.median_percent,
                score.p90_percent,
                score.by_machine_percent,
                inside
            );
        }
    }
    let memory = &report.memory;
    let _ = writeln!(
        text,
        "\nMemory on {} published runs: \"fits\" for {:.1} %, median error {:.1} %, nine in ten within {:.1} %.",
        memory.rows, memory.fits_percent, memory.median_percent, memory.p90_percent
    );
    let _ = writeln!(
        text,
        "Bars: writing {} %, reading {} %, inside {} to {} %, fits {} %, memory {} %: {}.",
        BARS.decode,
        BARS.prefill,
        BARS.inside.0,
        BARS.inside.1,
        BARS.fits,
        BARS.memory,
        if passes(report) { "all passed" } else { "not all passed" }
    );
    text
}
