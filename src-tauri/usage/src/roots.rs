//! Where clients keep their logs, and which files lie there.

use crate::record::Client;
use crate::refused::{Reason, Refused};
use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A folder to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The folder that is the client's home, such as the one that holds `projects`; or any folder or file.
    pub path: PathBuf,
    /// The client it belongs to; `None` to tell by each file's content alone.
    pub client: Option<Client>,
}

/// The homes of all clients of a person that are there: by the clients' own environment variables, or in
/// `home`. `variable` gives the value of an environment variable.
pub fn default_roots(home: &Path, variable: impl Fn(&str) -> Option<OsString>) -> Vec<Root> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let mut roots = Vec::new();
    let mut add = |client: Client, path: PathBuf| {
        let root = Root { path, client: Some(client) };
        if root.path.exists() && !roots.contains(&root) {
            roots.push(root);
        }
    };
    if let Some(file) = set("COPILOT_OTEL_FILE_EXPORTER_PATH") {
        add(Client::Copilot, PathBuf::from(file));
    }
    match set("CLAUDE_CONFIG_DIR") {
        Some(list) => {
            for path in list.to_string_lossy().split(',').map(str::trim).filter(|path| !path.is_empty()) {
                add(Client::ClaudeCode, PathBuf::from(path));
            }
        }
        None => {
            let config = set("XDG_CONFIG_HOME").map(PathBuf::from).unwrap_or_else(|| home.join(".config"));
            add(Client::ClaudeCode, config.join("claude"));
            add(Client::ClaudeCode, home.join(".claude"));
        }
    }
    let own = |name: &str, folder: &str| set(name).map(PathBuf::from).unwrap_or_else(|| home.join(folder));
    let data = own("XDG_DATA_HOME", ".local/share");
    add(Client::Codex, own("CODEX_HOME", ".codex"));
    add(Client::Gemini, own("GEMINI_DATA_DIR", ".gemini"));
    add(Client::OpenCode, data.join("opencode"));
    for folder in [".openclaw", ".clawdbot", ".moltbot", ".moldbot"] {
        add(Client::OpenClaw, home.join(folder));
    }
    add(Client::Pi, home.join(".pi/agent"));
    add(Client::Qwen, home.join(".qwen"));
    add(Client::Copilot, home.join(".copilot"));
    add(Client::Amp, data.join("amp"));
    add(Client::Kimi, home.join(".kimi"));
    add(Client::Droid, home.join(".factory"));
    add(Client::Kilo, data.join("kilo"));
    add(Client::Goose, data.join("goose"));
    add(Client::Hermes, home.join(".hermes"));
    roots
}

/// Folders of a client's home that hold its logs; a home without them is read whole.
fn log_folders(client: Client) -> &'static [&'static str] {
    match client {
        Client::ClaudeCode | Client::Qwen => &["projects"],
        Client::Codex => &["sessions", "archived_sessions"],
        Client::Gemini => &["tmp"],
        Client::OpenCode => &["storage/message"],
        Client::OpenClaw => &["agents"],
        Client::Pi | Client::Kimi | Client::Droid => &["sessions"],
        Client::Copilot => &["otel"],
        Client::Amp => &["threads"],
        _ => &[],
    }
}

/// True if a client's own files tell use; other files beside them are its affairs and are passed over.
fn concerns(client: Option<Client>, path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // What belongs to a database is read with it.
    if let Some(main) = ["-wal", "-shm"].iter().find_map(|end| name.strip_suffix(end))
        && is_database(main)
        && path.with_file_name(main).exists()
    {
        return false;
    }
    match client {
        // The transcripts beside the settings have no counts.
        Some(Client::Droid) => name.ends_with(".settings.json"),
        Some(Client::Kilo | Client::Goose | Client::Hermes) => is_database(&name),
        _ => true,
    }
}

fn is_database(name: &str) -> bool {
    [".db", ".sqlite", ".sqlite3"].iter().any(|end| name.ends_with(end))
}

/// Databases that lie right in a client's home, beside the folders of its logs.
fn databases(root: &Root) -> Vec<PathBuf> {
    let entries = match root.client {
        Some(Client::OpenCode) => std::fs::read_dir(&root.path),
        _ => return Vec::new(),
    };
    let paths = entries.into_iter().flatten().flatten().map(|entry| entry.path());
    let mut databases: Vec<PathBuf> =
        paths.filter(|path| is_database(&path.file_name().unwrap_or_default().to_string_lossy())).collect();
    databases.sort();
    databases
}

/// What lies below a root, told without opening a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The root.
    pub root: Root,
    /// Files that would be read. A file that an earlier root has already is not counted again.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Counts the files below each root and their bytes, from the folders' entries alone. `stopped` is asked at every folder.
pub fn places(roots: &[Root], stopped: impl Fn() -> bool) -> Vec<Place> {
    let mut seen = HashSet::new();
    roots
        .iter()
        .map(|root| {
            let (found, _) = find(std::slice::from_ref(root), &stopped);
            let mut place = Place { root: root.clone(), files: 0, bytes: 0 };
            for file in found {
                if seen.insert(file.path.canonicalize().unwrap_or_else(|_| file.path.clone())) {
                    place.files += 1;
                    place.bytes += file.length;
                }
            }
            place
        })
        .collect()
}

/// A file to read.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) client: Option<Client>,
    pub(crate) length: u64,
    pub(crate) changed: Option<jiff::Timestamp>,
}

/// All files below the roots, each once, however many links lead to it. What cannot be entered is refused.
/// `stopped` is asked at every folder.
pub(crate) fn find(roots: &[Root], stopped: impl Fn() -> bool) -> (Vec<Found>, Vec<Refused>) {
    let mut walk = Walk { seen: HashSet::new(), found: Vec::new(), refused: Vec::new(), folders: Vec::new() };
    for root in roots {
        let inner = root.client.map(log_folders).unwrap_or_default();
        let inner: Vec<PathBuf> =
            inner.iter().map(|folder| root.path.join(folder)).filter(|path| path.is_dir()).collect();
        let databases = databases(root);
        let mut starts = if inner.is_empty() && databases.is_empty() { vec![root.path.clone()] } else { inner };
        starts.extend(databases);
        for start in starts {
            walk.link(start, root.client);
        }
        while let Some((path, client)) = walk.folders.pop() {
            if stopped() {
                return (Vec::new(), Vec::new());
            }
            walk.folder(&path, client);
        }
    }
    (walk.found, walk.refused)
}

struct Walk {
    /// Folders and files met, under their real paths.
    seen: HashSet<PathBuf>,
    found: Vec<Found>,
    refused: Vec<Refused>,
    folders: Vec<(PathBuf, Option<Client>)>,
}

impl Walk {
    fn refuse(&mut self, path: &Path, reason: Reason) {
        self.refused.push(Refused { path: path.to_path_buf(), line: None, reason, lines: 0 });
    }

    /// A path whose real path is not known.
    fn link(&mut self, path: PathBuf, client: Option<Client>) {
        let entered = path.canonicalize().and_then(|real| path.metadata().map(|about| (real, about)));
        match entered {
            Ok((real, about)) => self.entry(path, real, &about, client),
            Err(error) => self.refuse(&path, Reason::of(&error)),
        }
    }

    fn entry(&mut self, path: PathBuf, real: PathBuf, about: &std::fs::Metadata, client: Option<Client>) {
        if about.is_dir() {
            if self.seen.insert(real) {
                self.folders.push((path, client));
            }
        } else if about.is_file() {
            if concerns(client, &path) && self.seen.insert(real) {
                let changed = about.modified().ok().and_then(|time| jiff::Timestamp::try_from(time).ok());
                self.found.push(Found { path, client, length: about.len(), changed });
            }
        } else {
            // Opening a pipe would wait for its other end.
            self.refuse(&path, Reason::NotAFile);
        }
    }

    fn folder(&mut self, path: &Path, client: Option<Client>) {
        let opened = path.canonicalize().and_then(|real| std::fs::read_dir(path).map(|entries| (real, entries)));
        let (real, entries) = match opened {
            Ok(opened) => opened,
            Err(error) => return self.refuse(path, Reason::of(&error)),
        };
        for entry in entries {
            match entry {
                Ok(entry) => match entry.file_type() {
                    Ok(kind) if !kind.is_symlink() => match entry.metadata() {
                        Ok(about) => self.entry(entry.path(), real.join(entry.file_name()), &about, client),
                        Err(error) => self.refuse(&entry.path(), Reason::of(&error)),
                    },
                    _ => self.link(entry.path(), client),
                },
                Err(error) => self.refuse(path, Reason::of(&error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_in_the_environment_replaces_the_usual_places() {
        let home = tempfile::tempdir().unwrap();
        for folder in [".claude", ".config/claude", ".codex", "a", "b"] {
            std::fs::create_dir_all(home.path().join(folder)).unwrap();
        }
        let clients = |roots: Vec<Root>| -> Vec<String> {
            let strip = |path: &Path| path.strip_prefix(home.path()).unwrap().display().to_string();
            roots.iter().map(|root| format!("{} {}", root.client.unwrap().key(), strip(&root.path))).collect()
        };
        assert_eq!(
            clients(default_roots(home.path(), |_| None)),
            ["claude-code .config/claude", "claude-code .claude", "codex .codex"]
        );
        let list = format!("{0}/a, {0}/b,,{0}/missing", home.path().display());
        assert_eq!(
            clients(default_roots(home.path(), |name| (name == "CLAUDE_CONFIG_DIR").then(|| list.clone().into()))),
            ["claude-code a", "claude-code b", "codex .codex"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_end_and_no_file_is_met_twice() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        std::fs::create_dir_all(at("projects/one")).unwrap();
        std::fs::write(at("projects/one/a.jsonl"), "{}").unwrap();
        symlink(at("projects"), at("projects/one/up")).unwrap();
        symlink(at("projects/one"), at("projects/two")).unwrap();
        symlink(at("projects/one/a.jsonl"), at("projects/b.jsonl")).unwrap();
        symlink(at("projects/self"), at("projects/self")).unwrap();
        symlink(at("nowhere"), at("projects/gone")).unwrap();
        let socket = std::os::unix::net::UnixListener::bind(at("projects/socket")).unwrap();
        let (found, mut refused) =
            find(&[Root { path: root.path().to_path_buf(), client: Some(Client::ClaudeCode) }], || false);
        drop(socket);
        assert_eq!(found.len(), 1);
        refused.sort();
        let refused: Vec<(PathBuf, Reason)> = refused.into_iter().map(|entry| (entry.path, entry.reason)).collect();
        assert_eq!(
            refused,
            [
                (at("projects/gone"), Reason::Missing),
                (at("projects/self"), Reason::LinkLoop),
                (at("projects/socket"), Reason::NotAFile),
            ]
        );
    }
}
