//! Is there memory left?

use super::{Finding, Machine, Report};
use crate::base::limits;

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    let text = std::fs::read_to_string(machine.root.join("proc/meminfo")).unwrap_or_default();
    let Some(free) = available_bytes(&text) else {
        return vec![report.warn("sisa memori tidak diketahui")];
    };
    let evidence = format!("tersedia {} MiB", free / (1024 * 1024));
    vec![if free < limits::MEMORY_FREE_BYTES_MIN {
        report.fail(evidence)
    } else if free < limits::MEMORY_FREE_BYTES_GOOD {
        report.warn(evidence)
    } else {
        report.ok(evidence)
    }]
}

/// `MemAvailable:    1234 kB`
fn available_bytes(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|l| l.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_own_estimate_counts() {
        let text = "MemTotal: 4000 kB\nMemFree: 7 kB\nMemAvailable:     2048 kB\n";
        assert_eq!(available_bytes(text), Some(2 * 1024 * 1024));
        assert_eq!(available_bytes("MemTotal: 4 kB"), None);
    }
}
