//! The rules of the house, held by machine: which crate may know which, how files are, and what the text may not say.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What each crate may depend on, of ours. A crate that is not here fails the test.
const EDGES: &[(&str, &[&str])] = &[
    ("counterweight-domain", &[]),
    ("counterweight-inference", &["domain"]),
    ("counterweight-usage", &["domain"]),
    ("counterweight-store", &["domain"]),
    ("counterweight-engine", &["domain", "inference"]),
    ("counterweight-report", &["domain", "inference", "engine"]),
    ("counterweight-app", &["domain", "inference", "engine", "usage", "store", "report"]),
    ("counterweight-cli", &["domain", "inference", "engine", "usage", "store", "report", "app"]),
    ("counterweight", &["domain", "app"]),
    ("xtask", &[]),
];

/// What only one crate may name, of others'.
const ONLY: &[(&str, &[&str])] = &[
    ("rusqlite", &["counterweight-store"]),
    ("plotters", &["counterweight-report"]),
    ("plotters-backend", &["counterweight-report"]),
    ("tauri", &["counterweight"]),
    ("tauri-build", &["counterweight"]),
    ("genai-prices", &["counterweight-inference"]),
    ("rand", &["counterweight-engine"]),
    ("rayon", &["counterweight-engine", "counterweight-usage"]),
    ("clap", &["counterweight-cli"]),
    ("directories", &["counterweight-app"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root").to_owned()
}

/// Each of our crates with what it needs to be built, not only to be tested.
fn needs() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let needed = package["dependencies"].as_array().expect("dependencies");
            let needed =
                needed.iter().filter(|d| d["kind"] != "dev").filter_map(|d| d["name"].as_str()).map(str::to_owned);
            (package["name"].as_str().expect("a name").to_owned(), needed.collect())
        })
        .collect()
}

#[test]
fn crates_know_only_what_they_may() {
    let needs = needs();
    for (name, needed) in &needs {
        let allowed = EDGES.iter().find(|edge| edge.0 == name).map(|edge| edge.1);
        let allowed = allowed.unwrap_or_else(|| panic!("{name} is not in the list of crates: say what it may know"));
        for other in needed.iter().filter_map(|n| n.strip_prefix("counterweight-")) {
            assert!(allowed.contains(&other), "{name} may not know {other}");
        }
        for (outside, owners) in ONLY {
            assert!(
                !needed.contains(*outside) || owners.contains(&name.as_str()),
                "{name} may not name {outside}; only {owners:?} may"
            );
        }
    }
    for (name, _) in EDGES {
        assert!(needs.contains_key(*name), "{name} is in the list of crates but not in the workspace");
    }
}

#[test]
fn an_edge_that_is_not_allowed_is_seen() {
    let (_, allowed) = EDGES.iter().find(|edge| edge.0 == "counterweight-engine").expect("the engine");
    assert!(!allowed.contains(&"store") && !allowed.contains(&"report"));
}

/// Files of the repository, as git lists them, with new ones that are not ignored.
fn files() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| root().join(line)).filter(|path| path.is_file()).collect()
}

#[test]
fn each_crate_opens_with_what_it_is_for() {
    for (name, _) in EDGES {
        let short = name.strip_prefix("counterweight-").unwrap_or(name);
        let file = match *name {
            "counterweight" => root().join("src-tauri/src/lib.rs"),
            "counterweight-cli" => root().join("src-tauri/cli/src/main.rs"),
            "xtask" => root().join("xtask/src/main.rs"),
            _ => root().join("src-tauri").join(short).join("src/lib.rs"),
        };
        let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let head: String = text.lines().take_while(|line| line.starts_with("//!")).collect::<Vec<_>>().join(" ");
        assert!(
            head.contains("Start reading at") || head.contains("start reading at"),
            "{name} does not say where to start reading"
        );
        assert!(
            head.to_lowercase().contains("never") || head.contains("knows no"),
            "{name} does not say what it must never know"
        );
    }
}

#[test]
fn only_the_platform_folder_of_the_page_names_tauri() {
    for path in files() {
        let shown = path.strip_prefix(root()).expect("inside").to_string_lossy().into_owned();
        if !shown.starts_with("ui/src/")
            || shown.starts_with("ui/src/platform/")
            || !(shown.ends_with(".ts") || shown.ends_with(".svelte"))
        {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(!text.contains("@tauri-apps/"), "{shown} names Tauri; only ui/src/platform may");
    }
}

#[test]
fn no_file_says_what_it_must_not() {
    // Written in parts, so that this file does not say them itself.
    let banned = [
        ["todo", "!("].concat(),
        ["unimplemented", "!("].concat(),
        ["FIX", "ME"].concat(),
        ["coming ", "soon"].concat(),
    ];
    for path in files() {
        let shown = path.strip_prefix(root()).expect("inside").to_string_lossy().into_owned();
        let code = [".rs", ".ts", ".svelte", ".md", ".toml"].iter().any(|end| shown.ends_with(end));
        if !code {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for word in &banned {
            assert!(!text.contains(word.as_str()), "{shown} says “{word}”");
        }
        assert!(!text.contains("\t") || shown.ends_with(".md"), "{shown} holds a tab");
        assert!(!text.contains("\r"), "{shown} has line ends of another system");
    }
}

#[test]
fn the_lock_file_of_the_page_names_no_download_address() {
    let text = std::fs::read_to_string(root().join("ui/package-lock.json")).expect("the lock file");
    assert!(!text.contains("\"resolved\""), "ui/package-lock.json names download addresses");
}
