//! Is everything fit? One small file per probe; the same list for `doctor`, the page and `/readyz`.
//!
//! Layer 4. A probe looks, changes nothing that matters, and ends within seconds. It answers with
//! a verdict, the evidence for it, and what to do.

mod audio;
mod bell;
mod certificate;
mod claimers;
mod clock;
mod configuration;
mod data;
mod database;
mod disk;
mod listen;
mod memory;
mod ports;
mod recording;
mod service;
mod zone;

use std::path::PathBuf;

use serde::Serialize;

use crate::base::fault::Code;
use crate::base::time::Wall;
use crate::config::{Config, Problem};
use crate::desk::KnownLoss;

pub use service::{Service, ServiceBell, ServiceLine};

/// What is examined.
pub struct Machine {
    /// Where `/proc`, `/sys`, `/etc` and `/run` are; `/` except in tests.
    pub root: PathBuf,
    /// Name of the configuration file, for evidence.
    pub config_file: PathBuf,
    pub config: Result<Config, Vec<Problem>>,
    pub data: PathBuf,
    /// The running service, if there is one: then its ports, its sockets and its database are
    /// asked about, not opened.
    pub service: Option<Service>,
    /// Losses of records that the journal tells of.
    pub losses: Vec<KnownLoss>,
    pub now: Wall,
}

/// How a probe came out, worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Ok,
    /// Works, and will hurt one day.
    Warn,
    /// Does not work.
    Fail,
}

/// One answer.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Finding {
    /// Stable: which probe this is.
    pub code: &'static str,
    pub probe: &'static str,
    pub verdict: Verdict,
    /// What was seen. Indonesian.
    pub evidence: String,
    /// What to do. Indonesian; none if all is well.
    pub cure: Option<String>,
}

/// What a probe is called and what its failing means.
struct Probe {
    name: &'static str,
    code: &'static Code,
    look: fn(&Machine, &Report) -> Vec<Finding>,
}

/// Makes a probe's findings.
struct Report {
    name: &'static str,
    code: &'static Code,
}

impl Report {
    fn ok(&self, evidence: impl Into<String>) -> Finding {
        self.finding(Verdict::Ok, evidence.into(), None)
    }

    fn warn(&self, evidence: impl Into<String>) -> Finding {
        self.cured(Verdict::Warn, evidence, self.code.cure)
    }

    fn fail(&self, evidence: impl Into<String>) -> Finding {
        self.cured(Verdict::Fail, evidence, self.code.cure)
    }

    /// With a cure that fits this very case.
    fn cured(
        &self,
        verdict: Verdict,
        evidence: impl Into<String>,
        cure: impl Into<String>,
    ) -> Finding {
        self.finding(verdict, evidence.into(), Some(cure.into()))
    }

    fn finding(&self, verdict: Verdict, evidence: String, cure: Option<String>) -> Finding {
        Finding {
            code: self.code.id,
            probe: self.name,
            verdict,
            evidence,
            cure,
        }
    }
}

/// Runs every probe, in the order a person would look.
pub fn examine(machine: &Machine) -> Vec<Finding> {
    PROBES
        .iter()
        .flat_map(|probe| {
            let report = Report {
                name: probe.name,
                code: probe.code,
            };
            (probe.look)(machine, &report)
        })
        .collect()
}

/// The worst of them.
pub fn worst(findings: &[Finding]) -> Verdict {
    let verdicts = findings.iter().map(|finding| finding.verdict);
    verdicts.max().unwrap_or(Verdict::Ok)
}

const fn probe(
    name: &'static str,
    code: &'static Code,
    look: fn(&Machine, &Report) -> Vec<Finding>,
) -> Probe {
    Probe { name, code, look }
}

const PROBES: &[Probe] = &[
    probe("service", &codes::SERVICE, service::look),
    probe("config", &codes::CONFIG, configuration::look),
    probe("port", &codes::PORT, ports::look),
    probe("other_programs", &codes::CLAIMERS, claimers::look),
    probe("data", &codes::DATA, data::look),
    probe("disk", &codes::DISK, disk::look),
    probe("database", &codes::DATABASE, database::look),
    probe("recording", &codes::RECORDING, recording::look),
    probe("bell", &codes::BELL, bell::look),
    probe("clock", &codes::CLOCK, clock::look),
    probe("zone", &codes::ZONE, zone::look),
    probe("certificate", &codes::CERTIFICATE, certificate::look),
    probe("listen", &codes::LISTEN, listen::look),
    probe("memory", &codes::MEMORY, memory::look),
];

/// The codes of this room: one per probe.
pub mod codes {
    crate::codes! {
        SERVICE = "HLTH-001", "Layanan siaga112 tidak berjalan, jadi tidak ada panggilan yang diterima.",
            "Jalankan: sudo systemctl start siaga112.";
        CONFIG = "HLTH-002", "Konfigurasi tidak dapat dipakai.",
            "Perbaiki, lalu periksa dengan: siaga112 config check.";
        PORT = "HLTH-003", "Port sebuah saluran bermasalah, jadi saluran itu tidak mendengar panggilan.",
            "Periksa modem dan kabelnya; nama port yang ada: siaga112 port list.";
        CLAIMERS = "HLTH-004", "Ada program lain yang mengambil port modem.",
            "Pasang hardware/udev/70-siaga112.rules atau hentikan program itu.";
        DATA = "HLTH-005", "Folder data tidak dapat dipakai sebagaimana mestinya.",
            "Periksa letak, pemilik dan izinnya: siaga112 paths.";
        DISK = "HLTH-006", "Disk hampir penuh atau lambat, jadi penyimpanan bisa tertunda.",
            "Kosongkan disk atau ganti dengan SSD.";
        DATABASE = "HLTH-007", "Database tidak dapat dibuka atau tidak utuh.",
            "Periksa dengan: siaga112 verify; jangan hapus berkasnya.";
        CLOCK = "HLTH-008", "Jam komputer tidak dapat dipercaya, jadi waktu kejadian bisa keliru.",
            "Atur jam: sudo timedatectl set-time \"2026-01-31 10:45:00\", lalu nyalakan NTP bila ada internet: sudo timedatectl set-ntp true.";
        ZONE = "HLTH-009", "Zona waktu tidak dapat dipakai.",
            "Periksa center.timezone di konfigurasi.";
        CERTIFICATE = "HLTH-010", "Sertifikat halaman web bermasalah, jadi browser akan menolak.",
            "Mulai ulang layanan; sertifikat dibuat ulang sendiri.";
        LISTEN = "HLTH-011", "Alamat halaman web tidak dapat dipakai, jadi operator tidak dapat membuka halamannya.",
            "Hentikan program yang memakainya, atau ganti web.listen.";
        RECORDING = "HLTH-013", "Panggilan tidak dapat direkam.",
            "Periksa ruang disk dan izin folder recordings di folder data; panggilan sendiri tetap jalan.";
        MEMORY = "HLTH-012", "Memori hampir habis.",
            "Hentikan program yang tidak perlu di komputer ini.";
        BELL = "HLTH-014", "Bel di server tidak dapat berbunyi, jadi panggilan hanya berbunyi di browser petugas.",
            "Colokkan pengeras suara ke komputer ini, atau tulis [bell] device = \"none\" bila memang tanpa bel sendiri.";
    }
}
