//! Are calls recorded?

use super::{Finding, Machine, Report};

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    // Without a service nothing is to be recorded; the disk has a probe of its own.
    let service = machine.service.iter();
    let finding = service.map(|service| match &service.recording {
        None => report.ok("panggilan direkam"),
        Some(why) => report.fail(why.clone()),
    });
    finding.collect()
}
