//! A screen in memory: an X server without a monitor, stopped when dropped.

use crate::process::{program, root};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running X server.
pub struct Screen {
    server: Child,
    display: String,
}

impl Screen {
    /// Starts a server on the first free display number, 1920 by 1080 pixels, reachable from this machine only.
    ///
    /// # Errors
    /// A sentence, when the server does not start.
    pub fn open() -> Result<Self, String> {
        let mut server = program("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1920x1080x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Xvfb could not start: {error}."))?;
        // The server writes the number it chose once it accepts clients.
        let mut number = String::new();
        if let Some(output) = server.stdout.take() {
            let _ = BufReader::new(output).read_line(&mut number);
        }
        let number = number.trim();
        if number.is_empty() {
            let _ = server.kill();
            let _ = server.wait();
            return Err("Xvfb ended before it opened a screen.".to_owned());
        }
        Ok(Self { display: format!(":{number}"), server })
    }

    /// A program on this screen, with software drawing and a message bus of its own.
    pub fn program(&self, bus: Bus, name: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = program("dbus-run-session");
        if bus == Bus::Bare {
            command.arg("--config-file").arg(root().join("xtask/fixtures/bus.conf"));
        }
        command
            .arg("--")
            .arg(name)
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            // Without it, WebKit waits for an accessibility bus that nobody starts here.
            .env("NO_AT_BRIDGE", "1");
        command
    }
}

/// Which message bus a program gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bus {
    /// One that starts no services, the same on every machine.
    Bare,
    /// The one of a desktop, with whatever services are installed (the theme of the desktop is one of them).
    Desktop,
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
