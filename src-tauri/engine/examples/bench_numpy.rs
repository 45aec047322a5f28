//! Times 10,000 futures after tax on one thread beside the same model vectorised with numpy (`tests/bench/value`), which
//! first has to come to the same values on the same draws. The bar is for the model on these draws; with both sides' own
//! drawing, the same work for either, it is timed beside.
//!
//! `cargo run --release -p counterweight-engine --example bench_numpy -- PYTHON SCRIPT FOLDER`

mod shared;

use counterweight_domain::assumptions::TaxBasis;
use counterweight_engine::settings::Settings;
use counterweight_engine::{comparison, simulation};
use shared::{case, row, timed};
use std::path::Path;
use std::process::{Command, ExitCode};

/// Runs of each: rounds of ours, numpy's, ours, so that both meet the same load.
const ROUNDS: usize = 5;
const RUNS: usize = 5;
/// How many times as fast as numpy it has to be on one core.
const BAR: f64 = 10.0;

fn main() -> ExitCode {
    let [python, script, folder] = &std::env::args().skip(1).collect::<Vec<_>>()[..] else {
        eprintln!("Say PYTHON SCRIPT FOLDER.");
        return ExitCode::FAILURE;
    };
    match measure(python, script, Path::new(folder)) {
        Ok([given, drawn]) => {
            let verdict = if given >= BAR { "met" } else { "MISSED" };
            println!(
                "{given:.1} times as fast on one core on the same draws, bar {BAR}: {verdict}; with drawing {drawn:.1}"
            );
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn measure(python: &str, script: &str, folder: &Path) -> Result<[f64; 2], String> {
    let mut case = case();
    case.assumptions.tax = TaxBasis::AfterTax;
    for (offer, place) in case.offers.iter_mut().zip(["US-CA", "US-NY-NYC", "US-WA", "US-TX"]) {
        offer.place = place.to_owned();
    }
    let settings = Settings::of(&case);
    let (ledgers, _) = comparison::ledgers(&case, &settings);
    let models: Vec<_> = ledgers.into_iter().map(|ledger| ledger.model).collect();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().map_err(|error| error.to_string())?;
    let run = || one.install(|| simulation::run(&models, &settings));

    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.join(name), bytes).map_err(|error| format!("{name} could not be written: {error}."))
    };
    let bytes = |values: &[f64]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let told = simulation::told::tell(&models, &settings).map_err(|what| format!("This cannot be told: {what}."))?;
    write("run.json", &serde_json::to_vec(&told).map_err(|error| error.to_string())?)?;
    let normals = simulation::told::normals(&models, &settings);
    let replay = simulation::told::Replay::new(&models, &settings, &normals);
    let values = run();
    if replay.value() != values {
        return Err("The futures differ from those on their own draws.".to_owned());
    }
    write("normals.f64", &bytes(&normals))?;
    write("values.f64", &bytes(values.values()))?;

    let mut times: [Vec<f64>; 4] = Default::default();
    let mut said = serde_json::Value::Null;
    for _ in 0..ROUNDS {
        times[0].extend((0..RUNS).map(|_| timed(|| replay.value())));
        times[2].extend((0..RUNS).map(|_| timed(run)));
        let out = Command::new(python)
            .args([script, &folder.display().to_string(), &RUNS.to_string()])
            .env("OMP_NUM_THREADS", "1")
            .output()
            .map_err(|error| format!("{python} could not start: {error}."))?;
        if !out.status.success() {
            return Err(String::from_utf8_lossy(&out.stderr).trim().to_owned());
        }
        said = serde_json::from_slice(&out.stdout).map_err(|error| error.to_string())?;
        for (place, key) in [(1, "given"), (3, "drawn")] {
            let seconds = said[key].as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64);
            times[place].extend(seconds.map(|seconds| seconds * 1000.0));
        }
        times[0].extend((0..RUNS).map(|_| timed(|| replay.value())));
        times[2].extend((0..RUNS).map(|_| timed(run)));
    }
    let version = said["numpy"].as_str().unwrap_or("unknown").to_owned();
    println!("| what | median ms | least ms | most ms |\n|---|---|---|---|");
    row("10,000 futures after tax on given draws, 4 × 4 years, one thread", &mut times[0]);
    row(&format!("the same with numpy {version}, one thread"), &mut times[1]);
    row("10,000 futures after tax, drawing included", &mut times[2]);
    row(&format!("the same with numpy {version}"), &mut times[3]);
    println!("\nvalues within {:.1e} of themselves", said["worst"].as_f64().unwrap_or(1.0));
    let median = |times: &[f64]| times[times.len() / 2];
    Ok([median(&times[1]) / median(&times[0]), median(&times[3]) / median(&times[2])])
}
