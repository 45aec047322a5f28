//! `cargo xtask run`: opens the application, with everything it needs brought up first.

use crate::process::{Outcome, cargo, finish, program, root};
use crate::{system, ui};

/// How the application is built.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// As people get it.
    Release,
    /// Unoptimised, and the page follows each saved file.
    Dev,
}

/// Opens the application and stays until its window is closed.
///
/// # Errors
/// A sentence, when there is no display, something could not be installed, or a build failed.
pub fn run(mode: Mode) -> Outcome {
    // First of all: a build of minutes that ends in "no display" would be a poor joke.
    if cfg!(target_os = "linux") && !has_display(|name| std::env::var_os(name)) {
        return Err(
            "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can be opened; \
             nothing was installed or built."
                .to_owned(),
        );
    }
    system::provide(&[system::BUILD, system::NODE])?;
    ui::install()?;
    match mode {
        Mode::Release => {
            ui::build()?;
            finish("The application", &mut cargo(["run", "--release", "--package", "counterweight"]))
        }
        Mode::Dev => {
            let tauri = root().join("ui/node_modules/.bin/tauri");
            finish("The application", program(tauri).arg("dev"))
        }
    }
}

fn has_display(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(|name| variable(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::has_display;

    #[test]
    fn either_kind_of_display_is_enough_and_an_empty_name_is_none() {
        assert!(has_display(|name| (name == "DISPLAY").then(|| ":0".into())));
        assert!(has_display(|name| (name == "WAYLAND_DISPLAY").then(|| "wayland-0".into())));
        assert!(!has_display(|_| Some("".into())));
        assert!(!has_display(|_| None));
    }
}
