//! Does the service run, and do its lines?

use serde::Deserialize;

use super::{Finding, Machine, Report, Verdict};

/// What the running service says of itself.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Service {
    pub version: String,
    /// Its process.
    pub pid: Option<u32>,
    pub lines: Vec<ServiceLine>,
    /// `true` while the disk refuses.
    pub unsaved: bool,
    /// Why calls cannot be recorded just now.
    pub recording: Option<String>,
    /// The newest entry on disk.
    pub durable_seq: u64,
    /// What it says of the bell on the box itself.
    pub bell: ServiceBell,
}

/// The bell on the box itself.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ServiceBell {
    /// The ALSA name it rings on; `None`: it is switched off, or there is no card for it.
    pub device: Option<String>,
    /// Why it cannot sound. Indonesian.
    pub trouble: Option<String>,
    /// When the loudspeaker last took sound, be it silence to try it.
    pub tried: Option<String>,
    /// When it last rang.
    pub sounded: Option<String>,
}

/// One of its lines.
#[derive(Clone, PartialEq, Debug)]
pub struct ServiceLine {
    pub name: String,
    pub up: bool,
    /// Why not.
    pub why: Option<String>,
}

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    let Some(service) = &machine.service else {
        return vec![report.warn("tidak berjalan; semuanya diperiksa langsung")];
    };
    let mut findings = vec![report.ok(format!("berjalan, versi {}", service.version))];
    for line in &service.lines {
        findings.push(match (line.up, &line.why) {
            (true, _) => report.ok(format!("saluran {} siap", line.name)),
            (false, why) => {
                let why = why.as_deref().unwrap_or("sebab tidak diketahui");
                let evidence = format!("saluran {} tidak siap ({why})", line.name);
                let cure = format!(
                    "Periksa modem dan kabelnya, dan sebabnya di papan. Menguji portnya (semua saluran tuli sementara itu): sudo systemctl stop siaga112, siaga112 port test {}, lalu sudo systemctl start siaga112.",
                    line.name
                );
                report.cured(Verdict::Fail, evidence, cure)
            }
        });
    }
    findings
}
