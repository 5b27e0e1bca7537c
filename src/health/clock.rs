//! Can the clock be believed?

use jiff::tz::TimeZone;

use super::{Finding, Machine, Report};
use crate::base::limits;
use crate::clock::is_synchronised;

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    let zone = match &machine.config {
        Ok(config) => config.center.timezone.clone(),
        Err(_) => TimeZone::UTC,
    };
    let shown = machine.now.rfc3339(&zone);
    if machine.now < limits::CLOCK_FLOOR {
        return vec![report.fail(format!("{shown}: lebih awal dari program ini dibuat"))];
    }
    if is_synchronised(&machine.root) {
        return vec![report.ok(format!("{shown}, sinkron dengan NTP"))];
    }
    if machine.root.join("sys/class/rtc/rtc0").exists() {
        let evidence = format!("{shown}, belum sinkron dengan NTP; jam baterai ada");
        return vec![report.ok(evidence)];
    }
    vec![report.warn(format!("{shown}, tidak ada NTP dan tidak ada jam baterai"))]
}
