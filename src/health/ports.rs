//! Is every line's port there, free, ours to open, and the right one of its modem?

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

use super::{Finding, Machine, Report, Verdict, audio};
use crate::config::{Audio, Config, LineConfig};
use crate::port::discover::{Found, discover_in};
use crate::port::families::Role;
use crate::port::holder::sharers;
use crate::port::{Device, Failure, open_device};

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    let Ok(config) = &machine.config else {
        return Vec::new();
    };
    let found = discover_in(&machine.root);
    let mut findings = shared(config, report);
    for line in &config.lines {
        let here = |path: &Path| found.iter().find(|port| is_same(&port.node, path));
        let port = here(&line.port);
        // The running service has its ports open; it says itself how they are.
        let opened = match machine.service {
            Some(_) => None,
            None => Some(command_port(line, port, report)),
        };
        // Who keeps it from being opened was told with that.
        if opened
            .as_ref()
            .is_none_or(|found| found.verdict == Verdict::Ok)
        {
            findings.extend(shared_with(machine, line, report));
        }
        findings.extend(opened);
        findings.extend(port.and_then(|port| group(line, port, report)));
        findings.extend(port.and_then(|port| role(line, port, report)));
        findings.extend(port.and_then(|port| name(line, port, report)));
        findings.extend(port.and_then(|port| power(line, port, report)));
        match &line.audio {
            Audio::Port(path) => {
                findings.push(audio::port(machine, line, path, here(path), report));
            }
            Audio::Alsa(name) => findings.push(audio::card(machine, line, name, report)),
            Audio::None | Audio::InBand => {}
        }
    }
    findings
}

/// Programs that have a line's port open beside us: each takes bytes that the other then lacks. One
/// that keeps others out is told where the port is opened.
fn shared_with(machine: &Machine, line: &LineConfig, report: &Report) -> Vec<Finding> {
    let service = machine.service.as_ref().and_then(|service| service.pid);
    let audio = match &line.audio {
        Audio::Port(path) => Some(path),
        Audio::None | Audio::InBand | Audio::Alsa(_) => None,
    };
    let mut findings = Vec::new();
    for path in std::iter::once(&line.port).chain(audio) {
        for sharer in sharers(&machine.root, path, service) {
            let evidence = format!(
                "{}: {} juga dibuka {sharer}, yang mengambil sebagian byte modem",
                line.name,
                path.display()
            );
            findings.push(report.cured(Verdict::Warn, evidence, sharer.release()));
        }
    }
    findings
}

/// Two names that lead to one port.
fn shared(config: &Config, report: &Report) -> Vec<Finding> {
    let mut seen: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut findings = Vec::new();
    for line in &config.lines {
        let audio = match &line.audio {
            Audio::Port(path) => Some(path),
            Audio::None | Audio::InBand | Audio::Alsa(_) => None,
        };
        for path in std::iter::once(&line.port).chain(audio) {
            let Ok(node) = path.canonicalize() else {
                continue;
            };
            if let Some(other) = seen.insert(node.clone(), line.name.to_string()) {
                let evidence = format!(
                    "{} dipakai {other} dan {} (lewat nama yang berbeda)",
                    node.display(),
                    line.name
                );
                findings.push(report.cured(
                    Verdict::Fail,
                    evidence,
                    "Beri tiap saluran portnya sendiri; lihat: siaga112 port list.",
                ));
            }
        }
    }
    findings
}

/// Opens a port and closes it again: whether it can be opened was the question.
pub(super) fn try_open(
    path: &Path,
    open: fn(&Path) -> Result<Device, Failure>,
) -> Result<(), Failure> {
    let path = path.to_owned();
    let (sender, result) = channel();
    let opening = std::thread::Builder::new()
        .name("doctor-port".to_owned())
        .spawn(move || {
            let _ = sender.send(open(&path).map(drop));
        });
    match opening {
        Ok(_) => result
            .recv_timeout(OPEN_WAITS)
            .unwrap_or(Err(Failure::Hangs)),
        Err(error) => Err(Failure::Other(error.to_string())),
    }
}

fn command_port(line: &LineConfig, port: Option<&Found>, report: &Report) -> Finding {
    let outcome = try_open(&line.port, open_device);
    match outcome {
        Ok(()) => {
            let model = port.and_then(|port| port.model.as_deref());
            let model = model.map_or_else(String::new, |model| format!(", {model}"));
            let node = line.port.canonicalize().unwrap_or(line.port.clone());
            report.ok(format!("{}: {} terbuka{model}", line.name, node.display()))
        }
        Err(failure) => {
            let mut evidence = format!("{}: {}", line.name, failure.told(&line.port));
            if let Failure::Busy(Some(holder)) = &failure {
                evidence.push_str(&format!(", dipakai {holder}"));
            }
            report.cured(Verdict::Fail, evidence, failure.cure())
        }
    }
}

/// A port that root can open and the service cannot: asked as root, everything looks free.
fn group(line: &LineConfig, port: &Found, report: &Report) -> Option<Finding> {
    let mode = std::fs::metadata(&port.node).ok()?.mode();
    (mode & 0o060 != 0o060).then(|| {
        let evidence = format!(
            "{}: {} tidak terbuka bagi grupnya (izin {:o})",
            line.name,
            port.node.display(),
            mode & 0o777
        );
        report.cured(
            Verdict::Warn,
            evidence,
            "Pasang hardware/udev/70-siaga112.rules, lalu cabut dan pasang lagi modemnya.",
        )
    })
}

/// A command port that the table knows as another kind of port.
fn role(line: &LineConfig, port: &Found, report: &Report) -> Option<Finding> {
    let role = match port.role? {
        Role::At | Role::At2 => return None,
        Role::Audio => "suara",
        Role::Ppp => "data (PPP)",
        Role::Diag => "diagnosa",
        Role::Gps => "GPS",
        Role::Net => "jaringan",
        Role::Ignore => "yang tidak berguna",
    };
    let model = port.model.as_deref().unwrap_or("modem ini");
    let evidence = format!(
        "{}: port {role} pada {model}, bukan port perintah",
        line.name
    );
    Some(report.cured(
        Verdict::Warn,
        evidence,
        "Pilih port yang bertanda perintah di: siaga112 port list.",
    ))
}

/// A wandering name, where a stable one is known.
fn name(line: &LineConfig, port: &Found, report: &Report) -> Option<Finding> {
    let wanders = line.port == port.node && port.usb.is_some();
    wanders.then(|| {
        let evidence = format!("{}: {} bukan nama tetap", line.name, line.port.display());
        let cure = format!("Tulis port = \"{}\".", port.stable().display());
        report.cured(Verdict::Warn, evidence, cure)
    })
}

/// A modem that the kernel may put to sleep.
fn power(line: &LineConfig, port: &Found, report: &Report) -> Option<Finding> {
    let control = port.usb.as_ref()?.power.as_deref()?;
    (control == "auto").then(|| {
        let evidence = format!("{}: modem boleh ditidurkan (power/control=auto)", line.name);
        report.cured(
            Verdict::Warn,
            evidence,
            "Pasang hardware/udev/70-siaga112.rules, lalu cabut dan pasang lagi modemnya.",
        )
    })
}

fn is_same(node: &Path, path: &Path) -> bool {
    path.canonicalize().is_ok_and(|real| real == node)
}

/// A healthy port opens within milliseconds; the whole doctor takes five seconds at most.
const OPEN_WAITS: Duration = Duration::from_secs(3);
