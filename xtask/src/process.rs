//! Starting other programs: where, with which environment, and how a failure reads.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What every step returns: nothing, or one sentence a person can act on.
pub type Outcome = Result<(), String>;

/// The root of the repository, wherever the command was typed.
pub fn root() -> &'static Path {
    static ROOT: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    ROOT.get_or_init(|| {
        // Cargo names the checkout it runs for; the one compiled in may be another that shared the target folder.
        let own = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).filter(|path| path.ends_with("xtask"));
        let package = own.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        package.parent().expect("xtask lies in the root of the repository").to_owned()
    })
}

/// Where Cargo puts what it builds.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Whether nobody is there to answer a question.
pub fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// A program started in the root of the repository.
///
/// Cargo describes the package it runs (`CARGO_PKG_*` and so on) to `xtask`; passed on, that would look like a changed
/// environment to build scripts and rebuild half the tree.
pub fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    for (key, _) in std::env::vars_os() {
        let Some(key) = key.to_str() else { continue };
        let of_our_package = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
            .iter()
            .any(|prefix| key.starts_with(prefix));
        if of_our_package || key == "LD_LIBRARY_PATH" || key == "OUT_DIR" {
            command.env_remove(key);
        }
    }
    command
}

/// `cargo` with these arguments. In CI the lock file is law.
pub fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // A cargo plug-in takes its options after its own subcommand.
    let subcommands = if arguments.first() == Some(&"nextest") { 2 } else { 1 };
    command.args(arguments.iter().take(subcommands));
    if is_ci() && arguments.first() != Some(&"fmt") {
        command.arg("--locked");
    }
    command.args(arguments.iter().skip(subcommands));
    command
}

/// Runs a program to its end; `what` names it in the sentence a failure gives.
pub fn finish(what: &str, command: &mut Command) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{what} failed ({status}).")),
        Err(error) => Err(format!("{what} could not start: {error}.")),
    }
}

/// What a program printed, if it ran and succeeded.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first of these programs that is on the search path.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| {
        std::env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
    })
}
