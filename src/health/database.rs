//! Does the database open, and does its end fit?

use super::{Finding, Machine, Report, Verdict};

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    if let Some(service) = &machine.service {
        let seq = service.durable_seq;
        return vec![if service.unsaved {
            report.fail(format!("disk menolak; tersimpan sampai catatan {seq}"))
        } else {
            report.ok(format!("tersimpan sampai catatan {seq}"))
        }];
    }
    let path = machine.data.join("siaga112.redb");
    if !path.exists() {
        let cure = "Dibuat sendiri saat layanan pertama kali berjalan.";
        return vec![report.cured(Verdict::Warn, "belum ada", cure)];
    }
    Vec::new()
}
