//! Will browsers accept the certificate, for every name and for a while?

use std::time::Duration;

use super::{Finding, Machine, Report, Verdict};
use crate::pki;

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    if !machine.data.join("secret").exists() {
        let cure = "Dibuat sendiri saat layanan pertama kali berjalan.";
        return vec![report.cured(Verdict::Warn, "belum ada", cure)];
    }
    let Ok(config) = &machine.config else {
        return Vec::new();
    };
    let Some((subjects, until)) = pki::look(&machine.data) else {
        return vec![report.fail("sertifikat tidak terbaca (folder secret)")];
    };
    let shown = until.rfc3339(&config.center.timezone);
    if machine.now >= until {
        return vec![report.fail(format!("habis masa berlakunya pada {shown}"))];
    }
    // The service renews at a third of 397 days; one that is this late does not renew.
    if machine.now + LATE >= until {
        return vec![report.warn(format!("hampir habis masa berlakunya: {shown}"))];
    }
    let missing: Vec<&str> = config
        .web
        .names
        .iter()
        .filter(|name| !subjects.iter().any(|subject| subject == *name))
        .map(String::as_str)
        .collect();
    if missing.is_empty() {
        return vec![report.ok(format!("berlaku sampai {shown}"))];
    }
    let evidence = format!("tidak memuat {}", missing.join(", "));
    vec![report.cured(
        Verdict::Warn,
        evidence,
        "Mulai ulang layanan. Bila tetap, pilih nama yang berakhir .local atau .lan di web.names.",
    )]
}

const LATE: Duration = Duration::from_secs(60 * 86_400);
