//! Does the database open, and does it hold what it should?

use std::os::unix::fs::MetadataExt;

use super::{Finding, Machine, Report, Verdict};
use crate::store;

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    if let Some(service) = &machine.service {
        let seq = service.durable_seq;
        return vec![if service.unsaved {
            report.fail(format!("disk menolak; tersimpan sampai catatan {seq}"))
        } else {
            report.ok(format!("tersimpan sampai catatan {seq}"))
        }];
    }
    let Ok(file) = std::fs::metadata(machine.data.join("siaga112.redb")) else {
        let cure = "Dibuat sendiri saat layanan pertama kali berjalan.";
        return vec![report.cured(Verdict::Warn, "belum ada", cure)];
    };
    if file.uid() != rustix::process::geteuid().as_raw() {
        let evidence = format!("milik pengguna lain (uid {}), tidak dibuka", file.uid());
        let cure = "Ulangi sebagai pemiliknya: sudo -u siaga112 siaga112 doctor.";
        return vec![report.cured(Verdict::Warn, evidence, cure)];
    }
    vec![match store::look(&machine.data, &machine.now.file_tag()) {
        Ok(figures) if figures.damaged_rows > 0 => {
            report.fail(format!("{} baris rusak", figures.damaged_rows))
        }
        Ok(figures) => report.ok(format!(
            "terbuka: {} catatan, {} panggilan",
            figures.entries, figures.calls
        )),
        Err(fault) => report.cured(Verdict::Fail, fault.chain(), fault.code.cure),
    }]
}
