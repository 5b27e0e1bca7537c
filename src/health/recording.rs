//! Are calls recorded?

use super::{Finding, Machine, Report};

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    vec![match &machine.service {
        // The disk has a probe of its own.
        None => report.ok("layanan tidak berjalan, jadi tidak ada yang direkam"),
        Some(service) => match &service.recording {
            None => report.ok("panggilan direkam"),
            Some(why) => report.fail(why.clone()),
        },
    }]
}
