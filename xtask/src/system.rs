//! What the operating system must provide, by distribution, and how it is installed.
//!
//! Each need says what it is for in words a person can judge, because the next thing that happens is an installation
//! with administrator rights. A program is looked for on the search path first (a Node from nodejs.org or a Chrome
//! from a vendor is as good as the distribution's); a library is asked of the package database.

use crate::process::{answer, find, finish, is_ci, program};
use std::process::Command;

/// The Node release the interface's tools need.
const NODE_AT_LEAST: u32 = 20;

/// One thing the machine must have.
pub struct Need {
    /// What it is for, ending the sentence "needed for …".
    why: &'static str,
    /// Programs of which one is enough; empty for a library.
    programs: &'static [&'static str],
    debian: &'static [&'static str],
    fedora: &'static [&'static str],
    arch: &'static [&'static str],
}

/// To compile the shell.
pub const BUILD: &[Need] = &[
    Need {
        why: "the C compiler and linker that Rust and SQLite call",
        programs: &[],
        debian: &["build-essential", "pkg-config"],
        fedora: &["gcc", "gcc-c++", "make", "pkgconf-pkg-config"],
        arch: &["base-devel"],
    },
    Need {
        why: "the window and the web view the application is drawn in",
        programs: &[],
        debian: &["libwebkit2gtk-4.1-dev", "libgtk-3-dev"],
        fedora: &["webkit2gtk4.1-devel", "gtk3-devel"],
        arch: &["webkit2gtk-4.1", "gtk3"],
    },
    Need {
        why: "following the light or dark theme of the desktop",
        programs: &[],
        debian: &["libdbus-1-dev"],
        fedora: &["dbus-devel"],
        arch: &["dbus"],
    },
];

/// To build and test the interface.
pub const NODE: &[Need] = &[
    Need {
        why: "building the interface",
        programs: &["node"],
        debian: &["nodejs"],
        fedora: &["nodejs"],
        arch: &["nodejs"],
    },
    Need {
        why: "fetching the interface's packages",
        programs: &["npm"],
        debian: &["npm"],
        fedora: &["nodejs-npm"],
        arch: &["npm"],
    },
];

/// To test the interface in a browser.
pub const BROWSER: &[Need] = &[Need {
    why: "the tests of the interface in a browser",
    programs: crate::ui::BROWSERS,
    debian: &["chromium"],
    fedora: &["chromium"],
    arch: &["chromium"],
}];

/// A screen that exists only in memory, with a message bus beside it.
pub const SCREEN: &[Need] = &[
    Need {
        why: "a screen in memory to open the real window on",
        programs: &["Xvfb"],
        debian: &["xvfb"],
        fedora: &["xorg-x11-server-Xvfb"],
        arch: &["xorg-server-xvfb"],
    },
    Need {
        why: "a message bus for the window on that screen",
        programs: &["dbus-run-session"],
        debian: &["dbus-daemon", "dbus"],
        fedora: &["dbus-daemon"],
        arch: &["dbus"],
    },
];

/// To drive the real window. Fedora and Arch build the driver with their GTK 4 web view only.
pub const DRIVER: &[Need] = &[Need {
    why: "typing and dragging in the real window",
    programs: &["WebKitWebDriver"],
    debian: &["webkit2gtk-driver"],
    fedora: &["webkitgtk6.0"],
    arch: &["webkitgtk-6.0"],
}];

/// To press keys as a keyboard does.
pub const KEYS: &[Need] = &[Need {
    why: "pressing keys on that screen as a keyboard does",
    programs: &["xdotool"],
    debian: &["xdotool"],
    fedora: &["xdotool"],
    arch: &["xdotool"],
}];

/// Needed by the bench beside numpy alone.
pub const NUMPY: &[Need] = &[Need {
    why: "the peer of the bench of futures",
    programs: &[],
    debian: &["python3-numpy"],
    fedora: &["python3-numpy"],
    arch: &["python-numpy"],
}];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Family {
    Debian,
    Fedora,
    Arch,
}

/// Installs what of these needs the machine lacks; says which packages, and why, before it does.
///
/// # Errors
/// A sentence, when the distribution is not one of the three families, its Node is too old, or the installation
/// failed.
pub fn provide(needs: &[&[Need]]) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return node_is_new_enough(needs);
    }
    let family = std::fs::read_to_string("/etc/os-release").ok().and_then(|text| family(&text));
    let needs: Vec<&Need> = needs.iter().flat_map(|group| group.iter()).collect();
    let mut missing: Vec<(&str, Vec<&str>)> = Vec::new();
    for need in &needs {
        let absent = match family {
            _ if !need.programs.is_empty() && find(need.programs).is_some() => Vec::new(),
            Some(family) => need.missing(family),
            // Without a package database only programs can be looked for; a library that is absent shows when building.
            None if need.programs.is_empty() => Vec::new(),
            None => vec![need.programs[0]],
        };
        if !absent.is_empty() {
            missing.push((need.why, absent));
        }
    }
    if missing.is_empty() {
        return node_is_new_enough_among(&needs);
    }

    println!("This machine lacks:");
    for (why, packages) in &missing {
        println!("  {:<40} needed for {why}", packages.join(" "));
    }
    let Some(family) = family else {
        return Err("This distribution is neither Debian, Fedora nor Arch in kind, so nothing was installed. \
             Install the packages that hold these and try again."
            .to_owned());
    };
    let packages: Vec<&str> = missing.into_iter().flat_map(|(_, packages)| packages).collect();
    if packages.contains(&"nodejs") {
        offered_node_is_new_enough(family)?;
    }
    install(family, &packages)?;
    node_is_new_enough_among(&needs)
}

impl Need {
    fn packages(&self, family: Family) -> &'static [&'static str] {
        match family {
            Family::Debian => self.debian,
            Family::Fedora => self.fedora,
            Family::Arch => self.arch,
        }
    }

    fn missing(&self, family: Family) -> Vec<&'static str> {
        let packages = self.packages(family).iter().copied();
        packages.filter(|package| !is_installed(family, package)).collect()
    }
}

/// Which family a distribution belongs to, from the text of its `os-release` file.
fn family(os_release: &str) -> Option<Family> {
    let value = |key: &str| {
        os_release
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
            .map(|value| value.trim_matches(['"', '\'']).to_owned())
            .unwrap_or_default()
    };
    format!("{} {}", value("ID"), value("ID_LIKE")).split_whitespace().find_map(|name| match name {
        "debian" | "ubuntu" => Some(Family::Debian),
        "fedora" | "rhel" | "centos" => Some(Family::Fedora),
        "arch" | "archlinux" => Some(Family::Arch),
        _ => None,
    })
}

fn is_installed(family: Family, package: &str) -> bool {
    match family {
        Family::Debian => answer(program("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]))
            .is_some_and(|status| status.starts_with("installed")),
        Family::Fedora => answer(program("rpm").args(["-q", "--whatprovides", package])).is_some(),
        // `-T` prints what is not there and knows that one package may provide another.
        Family::Arch => answer(program("pacman").args(["-T", package])).is_some(),
    }
}

fn install(family: Family, packages: &[&str]) -> Result<(), String> {
    let what = "Installing the packages";
    match family {
        Family::Debian => {
            let known =
                |package: &&str| answer(program("apt-cache").args(["show", "--no-all-versions", package])).is_some();
            if !packages.iter().all(known) {
                finish("apt-get update", &mut administrator(&["apt-get", "update"]))?;
            }
            let mut arguments = vec!["apt-get", "install", "--no-install-recommends"];
            arguments.extend(without_questions(&["--yes"]));
            arguments.extend(packages);
            // Package lists that have aged name files that are gone: once more with fresh ones.
            finish(what, &mut administrator(&arguments)).or_else(|_| {
                finish("apt-get update", &mut administrator(&["apt-get", "update"]))?;
                finish(what, &mut administrator(&arguments))
            })
        }
        Family::Fedora => {
            let mut arguments = vec!["dnf", "install"];
            arguments.extend(without_questions(&["--assumeyes"]));
            arguments.extend(packages);
            finish(what, &mut administrator(&arguments))
        }
        Family::Arch => {
            let mut arguments = vec!["pacman", "-S", "--needed"];
            arguments.extend(without_questions(&["--noconfirm"]));
            arguments.extend(packages);
            finish(what, &mut administrator(&arguments))
        }
    }
}

fn is_root() -> bool {
    answer(program("id").arg("-u")).as_deref() == Some("0")
}

/// The package manager asks before it installs, unless nobody is there to answer or the person is root already.
fn without_questions<'a>(flags: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    flags.iter().copied().filter(|_| is_ci() || is_root())
}

fn administrator(arguments: &[&str]) -> Command {
    let mut command = if is_root() {
        program("env")
    } else {
        let mut command = program("sudo");
        if is_ci() {
            command.arg("--non-interactive");
        }
        command.arg("env");
        command
    };
    if is_ci() || is_root() {
        command.arg("DEBIAN_FRONTEND=noninteractive");
    }
    command.args(arguments);
    println!("> {}", arguments.join(" "));
    command
}

/// Before an installation: is the Node this distribution offers worth installing?
fn offered_node_is_new_enough(family: Family) -> Result<(), String> {
    let offered = match family {
        Family::Debian => answer(program("apt-cache").args(["policy", "nodejs"])).and_then(|text| {
            let line = text.lines().find_map(|line| line.trim().strip_prefix("Candidate: "))?;
            major(line)
        }),
        // The supported releases of these two offer newer ones than we ask for.
        Family::Fedora | Family::Arch => None,
    };
    match offered {
        Some(version) if version < NODE_AT_LEAST => Err(too_old("This distribution offers", version)),
        _ => Ok(()),
    }
}

fn node_is_new_enough(needs: &[&[Need]]) -> Result<(), String> {
    node_is_new_enough_among(&needs.iter().flat_map(|group| group.iter()).collect::<Vec<_>>())
}

fn node_is_new_enough_among(needs: &[&Need]) -> Result<(), String> {
    if !needs.iter().any(|need| need.programs.contains(&"node")) {
        return Ok(());
    }
    let version = answer(program("node").arg("--version")).and_then(|text| major(&text));
    match version {
        Some(version) if version >= NODE_AT_LEAST => Ok(()),
        Some(version) => Err(too_old("Installed is", version)),
        None => {
            Err(format!("Node {NODE_AT_LEAST} or newer is needed and none was found; get it from https://nodejs.org."))
        }
    }
}

fn too_old(subject: &str, version: u32) -> String {
    format!(
        "{subject} Node {version}, and the interface needs {NODE_AT_LEAST} or newer. \
         Install it from https://nodejs.org and try again; no package was changed."
    )
}

/// The first number of a version: `v20.1.0` and `1:20.1` are both 20.
fn major(version: &str) -> Option<u32> {
    let version = version.trim().trim_start_matches('v');
    let version = version.split_once(':').map_or(version, |(_, rest)| rest);
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_known_by_itself_or_by_what_it_resembles() {
        let cases = [
            ("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n", Some(Family::Debian)),
            ("ID=ubuntu\nID_LIKE=debian\n", Some(Family::Debian)),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", Some(Family::Debian)),
            ("ID=fedora\nVERSION_ID=43\n", Some(Family::Fedora)),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", Some(Family::Fedora)),
            ("ID=manjaro\nID_LIKE=arch\n", Some(Family::Arch)),
            ("ID=alpine\n", None),
            ("VARIANT_ID=arch\n", None),
        ];
        for (text, expected) in cases {
            assert_eq!(family(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_first_number_of_a_version_is_read_in_each_spelling() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("18.20.4+dfsg-1~deb12u3"), Some(18));
        assert_eq!(major("1:22.1-1"), Some(22));
        assert_eq!(major("(none)"), None);
    }
}
