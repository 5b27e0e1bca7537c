//! Does the database open, and does it hold what it should?

use std::os::unix::fs::MetadataExt;

use jiff::tz::TimeZone;

use super::{Finding, Machine, Report, Verdict};
use crate::base::fault::Fault;
use crate::store;

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    let mut findings = state(machine, report);
    findings.extend(lost(machine, report));
    findings
}

/// What was lost lately, and what was set aside and still lies there.
fn lost(machine: &Machine, report: &Report) -> Vec<Finding> {
    let files = store::set_aside_in(&machine.data);
    let recent = machine.losses.iter().filter(|loss| {
        let lies_there = |file: &String| loss.told().contains(file.as_str());
        loss.is_recent(machine.now) && !files.iter().any(lies_there)
    });
    let told = recent.map(|loss| {
        let zone = match &machine.config {
            Ok(config) => config.center.timezone.clone(),
            Err(_) => TimeZone::UTC,
        };
        let evidence = format!("{} ({})", loss.told(), loss.at.rfc3339(&zone));
        report.cured(Verdict::Warn, evidence, LOOK_AFTER_DISK)
    });
    let lying = files.iter().map(|file| {
        let evidence =
            format!("{file}: berkas data rusak, disisihkan utuh; catatan di dalamnya tidak tampak");
        report.cured(Verdict::Warn, evidence, KEEP)
    });
    told.chain(lying).collect()
}

fn state(machine: &Machine, report: &Report) -> Vec<Finding> {
    if let Some(service) = &machine.service {
        let seq = service.durable_seq;
        return vec![if service.unsaved {
            report.fail(format!("disk menolak; tersimpan sampai catatan {seq}"))
        } else {
            report.ok(format!("tersimpan sampai catatan {seq}"))
        }];
    }
    let Ok(file) = std::fs::metadata(machine.data.join("siaga112.redb"))
        .or_else(|_| std::fs::metadata(machine.data.join("siaga112.witness")))
    else {
        let cure = "Dibuat sendiri saat layanan pertama kali berjalan.";
        return vec![report.cured(Verdict::Warn, "belum ada", cure)];
    };
    if file.uid() != rustix::process::geteuid().as_raw() {
        let evidence = format!("milik pengguna lain (uid {}), tidak dibuka", file.uid());
        let cure = "Ulangi sebagai pemiliknya: sudo -u siaga112 siaga112 doctor.";
        return vec![report.cured(Verdict::Warn, evidence, cure)];
    }
    let opened = match store::look(&machine.data) {
        Ok(opened) => opened,
        Err(fault) => return vec![failed(report, &fault)],
    };
    let mut findings: Vec<Finding> = opened.shown.iter().map(|f| failed(report, f)).collect();
    findings.push(match opened.reader.figures() {
        Ok(figures) if figures.damaged_rows > 0 => {
            report.fail(format!("{} baris rusak", figures.damaged_rows))
        }
        Ok(figures) => report.ok(format!(
            "terbuka: {} catatan, {} panggilan",
            figures.entries, figures.calls
        )),
        Err(fault) => failed(report, &fault),
    });
    findings
}

fn failed(report: &Report, fault: &Fault) -> Finding {
    let evidence = format!("{} ({})", fault.code.told, fault.chain());
    report.cured(Verdict::Fail, evidence, fault.code.cure)
}

const KEEP: &str = "Jangan hapus. Salin ke media lain dan periksa kesehatan disk (smartctl -a); peringatan ini berhenti sesudah berkas itu dipindahkan dari folder data.";
const LOOK_AFTER_DISK: &str =
    "Periksa kesehatan disk (smartctl -a); peringatan ini berhenti sesudah 30 hari.";
