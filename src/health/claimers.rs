//! Do programs run that take modems for themselves?

use super::{Finding, Machine, Report, Verdict};
use crate::port::holder::claimers;

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    let ruled = RULES
        .iter()
        .any(|folder| machine.root.join(folder).join(RULE).exists());
    let claimers = claimers(&machine.root);
    if claimers.is_empty() {
        return vec![report.ok("tidak ada yang berjalan")];
    }
    claimers
        .iter()
        .map(|holder| {
            // The rule keeps ModemManager away, and only it.
            if holder.name == "ModemManager" && ruled {
                return report.ok(format!("ModemManager berjalan, dijauhkan oleh {RULE}"));
            }
            let evidence = format!("{} berjalan", holder.name);
            report.cured(Verdict::Warn, evidence, holder.release())
        })
        .collect()
}

/// Our udev rule and the folders it may be installed in.
const RULE: &str = "70-siaga112.rules";
const RULES: [&str; 3] = [
    "etc/udev/rules.d",
    "usr/lib/udev/rules.d",
    "lib/udev/rules.d",
];
