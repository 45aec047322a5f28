//! Runs one file of any bytes through a scan and checks what must hold whatever is in it.

use counterweight_usage::{Client, Options, Record, Root, Totals, scan};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

/// A folder of this process; in memory where the system has such a place.
fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let memory = PathBuf::from("/dev/shm");
        let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let folder = base.join(format!("counterweight-usage-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder to write to");
        folder
    })
}

/// Reads the bytes as a file of a client's folder, or of no client's, twice. The two answers must be the same, the sums
/// must be those of the records, and no record may stand for less than its parts.
pub fn run(client: Option<Client>, name: &str, bytes: &[u8]) {
    let path = folder().join(name);
    std::fs::write(&path, bytes).expect("a file to write");
    let read = || {
        let root = Root { path: path.clone(), client };
        let options = Options { threads: 1, projects: true, ..Options::default() };
        scan(&[root], &options, &|_| (), &AtomicBool::new(false)).expect("nobody cancels it")
    };
    let (one, two) = (read(), read());
    assert_eq!(one.records, two.records);
    assert_eq!(one.totals(), one.records.iter().collect::<Totals>());
    let mut keys: Vec<u64> = one.records.iter().map(|record: &Record| record.key).collect();
    keys.sort_unstable();
    assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "an answer stands twice");
}
