//! The interface: its npm packages and its built pages, each brought up only when something changed.
//!
//! Two notes in `node_modules` remember what the last installation and the last build were made of. They lie there,
//! and not in `dist`, because everything in `dist` is embedded in the application.

use crate::process::{Outcome, find, finish, program, root};
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Browsers the tests can use, in the order they are looked for.
pub const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// What a build reads beside `src`.
const BUILD_FILES: &[&str] =
    &["index.html", "package.json", "package-lock.json", "vite.config.ts", "svelte.config.js", "tsconfig.json"];
const BUILD_FOLDERS: &[&str] = &["src", "messages", "public", "static"];

/// `npm` with these arguments, in the folder of the interface.
pub fn npm(arguments: &[&str]) -> Command {
    let mut command = program("npm");
    command.current_dir(folder()).args(arguments).env("npm_config_update_notifier", "false");
    command
}

/// Installs the npm packages if the lock file is not the one they were installed from.
///
/// # Errors
/// A sentence, when the lock file is missing or npm failed.
pub fn install() -> Outcome {
    let lock = folder().join("package-lock.json");
    let wanted = fs::read_to_string(&lock).map_err(|error| format!("{} cannot be read: {error}.", lock.display()))?;
    let note = folder().join("node_modules/.installed-from");
    if fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("Fetching the interface's packages.");
    finish("npm ci", &mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&note, wanted).map_err(|error| format!("{} cannot be written: {error}.", note.display()))
}

/// Builds the pages if anything they are built from changed.
///
/// # Errors
/// A sentence, when a source cannot be read or the build failed.
pub fn build() -> Outcome {
    let wanted = fingerprint().map_err(|error| format!("The interface's sources cannot be read: {error}."))?;
    let note = folder().join("node_modules/.built-from");
    let stands = folder().join("dist/index.html").is_file();
    if stands && fs::read_to_string(&note).is_ok_and(|built| built == wanted) {
        return Ok(());
    }
    println!("Building the interface.");
    finish("npm run build", &mut npm(&["run", "build"]))?;
    fs::write(&note, wanted).map_err(|error| format!("{} cannot be written: {error}.", note.display()))
}

/// The browser the tests use.
///
/// # Errors
/// A sentence, when there is none.
pub fn browser() -> Result<PathBuf, String> {
    find(BROWSERS).ok_or_else(|| format!("No browser was found; looked for {}.", BROWSERS.join(", ")))
}

fn folder() -> PathBuf {
    root().join("ui")
}

/// A short text that differs when a file the build reads is added, removed, renamed or changed.
fn fingerprint() -> std::io::Result<String> {
    let mut files: Vec<PathBuf> = BUILD_FILES.iter().map(|name| folder().join(name)).collect();
    for name in BUILD_FOLDERS {
        list(&folder().join(name), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files.iter().filter(|file| file.is_file()) {
        file.hash(&mut hasher);
        fs::read(file)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn list(folder: &Path, into: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, into)?;
        } else {
            into.push(path);
        }
    }
    Ok(())
}
