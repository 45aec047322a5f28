//! The application started through WebKitWebDriver, with a folder of its own, and stopped for good when dropped.

use crate::driver::Session;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The binary under test, built by the same command that built this test.
const BINARY: &str = env!("CARGO_BIN_EXE_counterweight");

/// A running application and the driver that started it.
pub struct Desktop {
    /// The page in its window.
    pub page: Session,
    driver: Child,
    data: PathBuf,
    log: PathBuf,
}

impl Desktop {
    /// Opens the application on the library in `data`.
    pub fn open(data: &Path) -> Self {
        let port = free_port();
        let log = artefacts().join(format!("driver-{port}.log"));
        let file = std::fs::File::create(&log).expect("the log can be written");
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .arg("--host=127.0.0.1")
            // What the driver starts inherits this; the application then lets itself be steered.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("COUNTERWEIGHT_DATA_DIR", data)
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("the log can be shared"))
            .stderr(file)
            .process_group(0)
            .spawn()
            .expect("WebKitWebDriver is installed");
        // From here on a panic must not leave the driver behind.
        let mut driver = Unattended(Some(driver));
        let page = Session::start(port, BINARY);
        Self { page, driver: driver.0.take().expect("just put there"), data: data.to_path_buf(), log }
    }

    /// Ends the application as a power cut would: no signal it could answer to.
    pub fn kill(&self) {
        let process = self.application().expect("the application runs");
        shell(&format!("kill -KILL {process}"));
        while Path::new("/proc").join(process.to_string()).join("exe").exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The process of the application on our library.
    fn application(&self) -> Option<u32> {
        let library = format!("COUNTERWEIGHT_DATA_DIR={}", self.data.display());
        std::fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
            let process = entry.file_name().to_str()?.parse().ok()?;
            let is_binary = std::fs::read_link(entry.path().join("exe")).is_ok_and(|exe| exe == Path::new(BINARY));
            let environment = std::fs::read(entry.path().join("environ")).ok()?;
            let is_ours = environment.split(|byte| *byte == 0).any(|entry| entry == library.as_bytes());
            (is_binary && is_ours).then_some(process)
        })
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let source = self.log.with_extension("html");
            if let Some(html) = self.page.source() {
                let _ = std::fs::write(&source, html);
            }
            eprintln!("What the window held: {}; what the programs said: {}", source.display(), self.log.display());
        } else {
            let _ = std::fs::remove_file(&self.log);
        }
        end_group(&mut self.driver);
    }
}

/// A driver whose session has not started yet.
struct Unattended(Option<Child>);

impl Drop for Unattended {
    fn drop(&mut self) {
        if let Some(driver) = &mut self.0 {
            end_group(driver);
        }
    }
}

/// Ends the driver and everything it started.
fn end_group(driver: &mut Child) {
    shell(&format!("kill -KILL -{}", driver.id()));
    let _ = driver.wait();
}

/// `kill` is a program of its own on few systems, but part of every shell.
fn shell(command: &str) {
    let _ = Command::new("sh").args(["-c", command]).stderr(Stdio::null()).status();
}

/// Where the pages and logs of failed runs are kept.
fn artefacts() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("desktop");
    std::fs::create_dir_all(&folder).expect("the folder for artefacts can be made");
    folder
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("a bound port has an address").port()
}
