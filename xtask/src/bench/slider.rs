//! `cargo xtask bench slider`: from a moved slider to the repainted answer, in a release window.
//!
//! The measuring is done by `tests/desktop/latency.rs`, through WebKitWebDriver.

use crate::process::{Outcome, cargo, finish};
use crate::screen::{Bus, Screen};
use crate::system;
use crate::ui;

/// Builds the application and its desktop lane for release and measures.
///
/// # Errors
/// A sentence, when something does not build or the window does not answer.
pub fn slider() -> Outcome {
    system::provide(&[system::BUILD, system::NODE, system::SCREEN, system::DRIVER])?;
    ui::install()?;
    ui::build()?;
    let screen = Screen::open()?;
    let tests =
        cargo(["test", "--release", "--package", "counterweight", "--features", "desktop-lane", "--test", "desktop"]);
    finish(
        "The measurement",
        screen.program(Bus::Bare, tests.get_program()).args(tests.get_args()).args([
            "--",
            "--ignored",
            "--nocapture",
            "slider_to_repaint",
        ]),
    )
}
