//! Who may read the library, and who may open it.
#![cfg(unix)]
#![allow(missing_docs)]

mod common;

use common::{case, filled, open};
use counterweight_store::StoreError;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// Where the child looks for its folder.
const FOLDER: &str = "COUNTERWEIGHT_TEST_FOLDER";

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Runs one ignored test of this file in a process of its own.
fn child(test: &str, umask: &str, folder: &Path) -> String {
    let output = Command::new("sh")
        .args(["-c", &format!("umask {umask}; exec \"$0\" --exact {test} --ignored --nocapture")])
        .arg(std::env::current_exe().unwrap())
        .env(FOLDER, folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

fn folder_of_child() -> std::path::PathBuf {
    std::env::var_os(FOLDER).expect("run by its parent").into()
}

#[test]
#[ignore = "the child of modes_whatever_the_umask"]
fn child_makes_a_library() {
    let folder = folder_of_child();
    let mut store = open(&folder).unwrap();
    store.create(&case(), "New case", "main").unwrap();
    store.back_up().unwrap();
    for entry in fs::read_dir(&folder).unwrap().chain(fs::read_dir(folder.join("backups")).unwrap()) {
        let path = entry.unwrap().path();
        println!("mode {:o} {}", mode(&path), path.file_name().unwrap().display());
    }
}

#[test]
fn modes_whatever_the_umask() {
    for umask in ["000", "022", "077"] {
        let parent = common::folder();
        let above = parent.path().join("new");
        let folder = above.join("library");
        let text = child("child_makes_a_library", umask, &folder);
        let mut seen = Vec::new();
        for line in text.lines().filter_map(|l| l.strip_prefix("mode ")) {
            let (mode, name) = line.split_once(' ').unwrap();
            assert_eq!(mode, if name == "backups" { "700" } else { "600" }, "{name} under umask {umask}");
            seen.push(name.to_owned());
        }
        for name in ["library.sqlite", "library.sqlite-wal", "library.sqlite-shm", "library.lock", "backups"] {
            assert!(seen.iter().any(|s| s == name), "{name} is missing in {seen:?}");
        }
        assert_eq!(seen.len(), 6, "{seen:?}");
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&above), 0o700);
    }
}

#[test]
fn an_open_library_is_closed_to_others_at_the_next_start() {
    let folder = common::folder();
    let path = filled(folder.path());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let _store = open(folder.path()).unwrap();
    assert_eq!((mode(&path), mode(folder.path())), (0o600, 0o700));
}

#[test]
fn a_folder_with_other_things_in_it_keeps_its_mode() {
    let folder = common::folder();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.path().join("letter.txt"), "mine").unwrap();
    let path = filled(folder.path());
    assert_eq!((mode(&path), mode(folder.path())), (0o600, 0o755));
}

#[test]
fn a_second_opener_is_refused_until_the_first_is_gone() {
    let folder = common::folder();
    let first = open(folder.path()).unwrap();
    let before = common::picture(folder.path());
    let refused = open(folder.path()).unwrap_err();
    assert!(matches!(refused, StoreError::InUse { .. }), "{refused:?}");
    assert!(common::picture(folder.path()) == before, "the second opener changed something");
    drop(first);
    open(folder.path()).unwrap();
}

#[test]
#[ignore = "the child of a_second_program_is_told_who_holds_the_library"]
fn child_is_refused() {
    match open(&folder_of_child()) {
        Err(error @ StoreError::InUse { .. }) => println!("refused: {error}"),
        other => panic!("expected InUse, got {other:?}"),
    }
}

#[test]
fn a_second_program_is_told_who_holds_the_library() {
    let folder = common::folder();
    let _store = open(folder.path()).unwrap();
    let text = child("child_is_refused", "022", folder.path());
    assert!(text.contains(&format!("(process {})", std::process::id())), "{text}");
}
