//! Scans of made-up homes whose true use is written beside them.

mod claude_code;
mod codex;
mod databases;
mod exports;
mod hostile;
mod more_clients;
mod other_clients;
mod unseen;

use counterweight_usage::{Client, Options, Reason, Root, Scan, Totals, scan};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// A folder that is a client's home.
pub(crate) struct Home(tempfile::TempDir);

impl Home {
    pub(crate) fn new() -> Home {
        Home(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn lines(&self, name: &str, lines: &[String]) -> PathBuf {
        self.file(name, lines.iter().map(|line| format!("{line}\n")).collect::<String>())
    }

    pub(crate) fn scan(&self, client: Client) -> Scan {
        self.scan_with(Some(client), &Options::default())
    }

    pub(crate) fn scan_with(&self, client: Option<Client>, options: &Options) -> Scan {
        let root = Root { path: self.path().to_path_buf(), client };
        scan(&[root], options, &|_| (), &AtomicBool::new(false)).unwrap()
    }
}

/// (answers, input, cache read, cache write of 5 minutes, cache write of an hour, output)
pub(crate) fn counts(totals: &Totals) -> (u64, u64, u64, u64, u64, u64) {
    (totals.responses, totals.input, totals.cache_read, totals.cache_write_5m, totals.cache_write_1h, totals.output)
}

/// What was refused: file name, first line, reason, lines.
pub(crate) fn refused(scan: &Scan) -> Vec<(String, Option<u64>, Reason, u64)> {
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    scan.refused.iter().map(|entry| (name(&entry.path), entry.line, entry.reason, entry.lines)).collect()
}
