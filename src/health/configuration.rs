//! Can the configuration be used?

use super::{Finding, Machine, Report, Verdict};
use crate::config::Problem;

pub(super) fn look(machine: &Machine, report: &Report) -> Vec<Finding> {
    let (verdict, problems) = match &machine.config {
        Ok(config) if config.warnings.is_empty() => {
            let evidence = format!(
                "{}: {} saluran",
                machine.config_file.display(),
                config.lines.len()
            );
            return vec![report.ok(evidence)];
        }
        Ok(config) => (Verdict::Warn, &config.warnings),
        Err(problems) => (Verdict::Fail, problems),
    };
    let file = machine.config_file.display();
    let finding = |problem: &Problem| {
        let place = problem
            .line
            .map_or_else(String::new, |line| format!(":{line}"));
        let evidence = format!("{file}{place}: {} [{}]", problem.what, problem.code);
        report.cured(verdict, evidence, &problem.cure)
    };
    problems.iter().map(finding).collect()
}
