//! Who keeps a port from us, and how to make them let go.
//!
//! `/proc/*/fd` is looked through. It shows other users' files only to root, so a program that is
//! known to take ports and is running is named as a suspect. The programs are data:
//! `hardware/holders.toml`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Deserialize;

/// A program that has the port open, or is suspected of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// Its process, if it was seen with the port open.
    pub pid: Option<u32>,
    /// Its name, as the kernel knows it.
    pub name: String,
    /// The port's last name, `ttyUSB2`.
    node: String,
    /// It runs the program that asks: the service, or the demo.
    is_ours: bool,
}

impl Holder {
    /// What to do so that it lets go. Indonesian.
    pub fn release(&self) -> String {
        if self.is_ours {
            return "Lihat keadaan salurannya di papan, atau hentikan dulu layanan: sudo systemctl stop siaga112.".to_owned();
        }
        match (known(&self.name), self.pid) {
            (Some(program), _) => program.release.replace("{node}", &self.node),
            (None, Some(pid)) => format!("Hentikan program itu: sudo kill {pid}."),
            (None, None) => "Hentikan program itu.".to_owned(),
        }
    }
}

impl Holder {
    /// Whether it is our own service.
    pub fn is_ours(&self) -> bool {
        self.is_ours
    }
}

/// `ModemManager (proses 612)` or `mungkin ModemManager`.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pid {
            Some(pid) if self.is_ours => write!(f, "layanan siaga112 sendiri (proses {pid})"),
            Some(pid) => write!(f, "{} (proses {pid})", self.name),
            None => write!(f, "mungkin {}", self.name),
        }
    }
}

/// Who has the port open: seen, or failing that suspected. Never this process.
pub fn holder(port: &Path) -> Option<Holder> {
    holder_in(Path::new("/"), port)
}

/// As [`holder`], below another root.
pub fn holder_in(root: &Path, port: &Path) -> Option<Holder> {
    let node = port.canonicalize().unwrap_or_else(|_| port.to_owned());
    let processes = processes(root);
    seen(&processes, &node, |_| true).or_else(|| suspect(root, &processes, &node))
}

/// Everybody else who has the port open now, whether or not it keeps others out. Never this
/// process, and none of `except`.
pub fn sharers(root: &Path, port: &Path, except: Option<u32>) -> Vec<Holder> {
    let node = port.canonicalize().unwrap_or_else(|_| port.to_owned());
    let others = processes(root).into_iter();
    let others = others.filter(|process| Some(process.pid) != except && has_open(process, &node));
    others.map(|process| process.holder(&node)).collect()
}

/// A program known to share a port without an error, seen with this one open.
pub(super) fn thief(node: &Path) -> Option<Holder> {
    let is_thief = |name: &str| known(name).is_some_and(|program| program.thief);
    seen(&processes(Path::new("/")), node, is_thief)
}

/// Programs that take ports by themselves and run on this machine.
pub fn claimers(root: &Path) -> Vec<Holder> {
    let processes = processes(root);
    programs()
        .iter()
        .filter(|program| program.claims && runs(root, &processes, program))
        .map(|program| Holder {
            pid: None,
            name: program.comm.clone(),
            node: String::new(),
            is_ours: false,
        })
        .collect()
}

struct Process {
    pid: u32,
    name: String,
    folder: PathBuf,
}

impl Process {
    fn holder(&self, node: &Path) -> Holder {
        Holder {
            pid: Some(self.pid),
            name: self.name.clone(),
            node: last_name(node),
            is_ours: self.runs_our_program(),
        }
    }

    /// By its file, which an update may have replaced since, or by its name.
    fn runs_our_program(&self) -> bool {
        let whole = |link: PathBuf| {
            let text = link.to_string_lossy().into_owned();
            text.trim_end_matches(" (deleted)").to_owned()
        };
        let theirs = fs::read_link(self.folder.join("exe")).map(whole);
        let same = theirs.ok().zip(std::env::current_exe().ok().map(whole));
        same.is_some_and(|(theirs, ours)| theirs == ours) || self.name == "siaga112"
    }
}

/// Every process but this one.
fn processes(root: &Path) -> Vec<Process> {
    let Ok(entries) = fs::read_dir(root.join("proc")) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path();
            let name = fs::read_to_string(folder.join("comm")).ok()?;
            (pid != std::process::id()).then(|| Process {
                pid,
                name: name.trim_end().to_owned(),
                folder,
            })
        })
        .collect()
}

fn seen(processes: &[Process], node: &Path, counts: impl Fn(&str) -> bool) -> Option<Holder> {
    processes
        .iter()
        .filter(|process| counts(&process.name))
        .find(|process| has_open(process, node))
        .map(|process| process.holder(node))
}

fn has_open(process: &Process, node: &Path) -> bool {
    let Ok(files) = fs::read_dir(process.folder.join("fd")) else {
        return false;
    };
    files
        .flatten()
        .any(|file| fs::read_link(file.path()).is_ok_and(|target| target == node))
}

/// A program that takes ports by itself and runs.
fn suspect(root: &Path, processes: &[Process], node: &Path) -> Option<Holder> {
    let program = programs()
        .iter()
        .find(|program| program.claims && runs(root, processes, program))?;
    Some(Holder {
        pid: None,
        name: program.comm.clone(),
        node: last_name(node),
        is_ours: false,
    })
}

/// As a process, or as a unit: a hardened service does not even see other users' processes.
fn runs(root: &Path, processes: &[Process], program: &Program) -> bool {
    let unit = |unit: &String| {
        let running = format!("run/systemd/units/invocation:{unit}");
        fs::symlink_metadata(root.join(running)).is_ok()
    };
    processes.iter().any(|process| process.name == program.comm)
        || program.unit.as_ref().is_some_and(unit)
}

fn last_name(node: &Path) -> String {
    let name = node.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// One row of `hardware/holders.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Program {
    comm: String,
    unit: Option<String>,
    #[serde(default)]
    claims: bool,
    #[serde(default)]
    thief: bool,
    release: String,
}

fn known(name: &str) -> Option<&'static Program> {
    programs().iter().find(|program| program.comm == name)
}

fn programs() -> &'static [Program] {
    #[derive(Deserialize)]
    struct Table {
        program: Vec<Program>,
    }
    static PROGRAMS: LazyLock<Vec<Program>> = LazyLock::new(|| {
        let text = include_str!("../../hardware/holders.toml");
        toml::from_str::<Table>(text).map_or_else(|_| Vec::new(), |table| table.program)
    });
    &PROGRAMS
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use super::*;

    #[test]
    fn the_table_of_programs_is_readable_and_complete() {
        assert!(programs().len() > 10);
        for program in programs() {
            assert!(program.comm.len() <= 15, "{}", program.comm);
            assert!(!program.release.is_empty());
        }
    }

    #[test]
    fn a_getty_is_released_by_the_name_of_its_port() {
        let holder = Holder {
            pid: Some(7),
            name: "agetty".into(),
            node: "ttyS0".into(),
            is_ours: false,
        };
        assert!(holder.release().contains("serial-getty@ttyS0"));
        assert_eq!(holder.to_string(), "agetty (proses 7)");
    }
}
