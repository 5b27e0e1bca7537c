//! Is the office's time zone known, and which time is it there?

use super::{Finding, Machine, Report};

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    let Ok(config) = &machine.config else {
        return Vec::new();
    };
    let zone = &config.center.timezone;
    let name = zone.iana_name().unwrap_or_default();
    // The table is compiled in; a zone that reads back as UTC means it is not.
    if name.is_empty() {
        return vec![report.fail("data zona waktu tidak ada di program ini")];
    }
    vec![report.ok(format!("{name}, sekarang {}", machine.now.rfc3339(zone)))]
}
