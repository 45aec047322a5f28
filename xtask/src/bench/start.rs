//! `cargo xtask bench start`: from the start of the process to the first accepted key press, beside a bare window.
//!
//! **What is measured.** Both programs are release builds, opened in turn on one screen in memory with one message
//! bus, ten pairs after one that is thrown away (it warms the disk cache and wakes the services of the bus). The
//! clock starts before the process does. From then on a key is pressed, through the X server as a keyboard would,
//! every few milliseconds. It stops when the program writes that a trusted key press reached its page *after* the
//! page said that its first view stands, which both say once it is laid out. For the application that means: the library
//! is open and the first view holds its content; for the bare window: its one field is there and has the focus.
//!
//! **Why so.** A WebDriver session would add its own few hundred milliseconds to both and so flatter the ratio, and
//! a window that is merely mapped takes no input yet. Key presses come at intervals of [`PRESS_EVERY`], which is the
//! grain of the figures. The probe is the same file in both programs (`src-tauri/src/probe.rs`).
//!
//! **What is odd.** A window that is shown before its page is ready, as the bare one is, sometimes loses half a second:
//! WebKitGTK waits up to 500 ms for the first picture of a page it has just started. The application shows its window
//! later and does not meet this. The row of the least times compares the two without it.
//!
//! **The bar.** The median of the application at most [`BAR`] times that of the bare window. The ratio, and not the
//! seconds, because most of the time is the web view's own and depends on the machine.

use crate::process::{Outcome, cargo, finish, program, root, target_dir};
use crate::screen::{Bus, Screen};
use crate::system;
use crate::ui;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

const PAIRS: usize = 10;
const BAR: f64 = 1.25;
const PRESS_EVERY: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(30);

/// The line the probe writes.
const ACCEPTED: &str = "first-input-accepted";

/// Builds both, measures ten pairs and prints a table.
///
/// # Errors
/// A sentence, when something does not build or open, or the bar is missed.
pub fn start() -> Outcome {
    // The pairs run inside one message bus: `dbus-run-session` starts this program again, on the screen.
    if std::env::var_os(INSIDE).is_some() {
        // Told on standard output, because the services of the bus talk on the other one.
        return measure().inspect_err(|reason| println!("{reason}"));
    }
    system::provide(&[system::BUILD, system::NODE, system::SCREEN, system::KEYS])?;
    ui::install()?;
    ui::build()?;
    finish("The build of the application", &mut cargo(["build", "--release", "--package", "counterweight"]))?;
    let fixture = root().join("xtask/fixtures/bare-window/Cargo.toml");
    finish(
        "The build of the bare window",
        cargo(["build", "--release"]).arg("--manifest-path").arg(fixture).env("CARGO_TARGET_DIR", target_dir()),
    )?;
    let screen = Screen::open()?;
    let this = std::env::current_exe().map_err(|error| format!("This program cannot find itself: {error}."))?;
    let mut inside = screen.program(Bus::Desktop, this);
    finish("The measurement", inside.args(["bench", "start"]).env(INSIDE, "1").stderr(Stdio::null()))
}

/// Set for the copy of this program that runs on the screen.
const INSIDE: &str = "COUNTERWEIGHT_BENCH_INSIDE";

fn measure() -> Outcome {
    let release = target_dir().join("release");
    let (application, bare) = (release.join("counterweight"), release.join("bare-window"));
    let homes = target_dir().join("bench-start");
    let _ = std::fs::remove_dir_all(&homes);

    // The pointer rests inside the window, so that keys go there without a window manager.
    finish("xdotool", program("xdotool").args(["mousemove", "400", "300"]))?;
    first_input(&bare, &homes.join("warm-bare"))?;
    first_input(&application, &homes.join("warm-application"))?;

    let mut pairs = Vec::with_capacity(PAIRS);
    for pair in 0..PAIRS {
        let (bare_home, home) = (homes.join(format!("bare-{pair}")), homes.join(format!("application-{pair}")));
        // Alternating who goes first, so that neither always finds the machine in the state the other left.
        pairs.push(if pair % 2 == 0 {
            let bare = first_input(&bare, &bare_home)?;
            (bare, first_input(&application, &home)?)
        } else {
            let application = first_input(&application, &home)?;
            (first_input(&bare, &bare_home)?, application)
        });
    }
    let _ = std::fs::remove_dir_all(&homes);

    println!("\n| pair | bare window, ms | Counterweight, ms | ratio |\n|---:|---:|---:|---:|");
    for (number, (bare, application)) in pairs.iter().enumerate() {
        println!(
            "| {} | {:.0} | {:.0} | {:.2} |",
            number + 1,
            ms(*bare),
            ms(*application),
            ms(*application) / ms(*bare)
        );
    }
    let bare = median(pairs.iter().map(|(bare, _)| ms(*bare)).collect());
    let application = median(pairs.iter().map(|(_, application)| ms(*application)).collect());
    let ratio = median(pairs.iter().map(|(bare, application)| ms(*application) / ms(*bare)).collect());
    let least = |of: fn(&(Duration, Duration)) -> Duration| pairs.iter().map(of).min().map_or(0.0, ms);
    let (least_bare, least_application) = (least(|pair| pair.0), least(|pair| pair.1));
    println!("| least | {least_bare:.0} | {least_application:.0} | {:.2} |", least_application / least_bare);
    println!("| median | {bare:.0} | {application:.0} | {ratio:.2} |\n");
    if ratio > BAR {
        return Err(format!("The median ratio is {ratio:.2}; the bar is {BAR}."));
    }
    println!("The median ratio is {ratio:.2}; the bar is {BAR}.");
    Ok(())
}

/// How long a program takes until it accepts a key press. It gets an empty home of its own.
fn first_input(binary: &Path, home: &Path) -> Result<Duration, String> {
    let opened = Opened::start(binary, home.to_path_buf())?;
    loop {
        let _ = program("xdotool").args(["key", "--clearmodifiers", "Shift_L"]).status();
        match opened.accepted.recv_timeout(PRESS_EVERY) {
            Ok(moment) => return Ok(moment - opened.begin),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(format!("{} ended before it accepted a key press.", binary.display()));
            }
            Err(RecvTimeoutError::Timeout) if opened.begin.elapsed() > PATIENCE => {
                return Err(format!("{} accepted no key press in {PATIENCE:?}.", binary.display()));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// A started program; stopped when dropped.
struct Opened {
    process: Child,
    begin: Instant,
    accepted: mpsc::Receiver<Instant>,
}

impl Opened {
    fn start(binary: &Path, home: PathBuf) -> Result<Self, String> {
        std::fs::create_dir_all(&home).map_err(|error| format!("{} cannot be made: {error}.", home.display()))?;
        let mut command = program(binary);
        command
            .env("HOME", &home)
            .env("COUNTERWEIGHT_START_PROBE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "COUNTERWEIGHT_DATA_DIR"] {
            command.env_remove(name);
        }
        let begin = Instant::now();
        let mut process = command.spawn().map_err(|error| format!("{} could not start: {error}.", binary.display()))?;
        let output = process.stdout.take().expect("standard output is a pipe");
        let (send, accepted) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if line == ACCEPTED {
                    let _ = send.send(Instant::now());
                }
            }
        });
        Ok(Self { process, begin, accepted })
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_of_an_even_number_of_values_lies_between_the_middle_two() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), 2.5);
    }
}
