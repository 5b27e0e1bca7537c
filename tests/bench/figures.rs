//! Figures, their goals, and the table.

use std::time::Duration;

/// One line of the table.
pub struct Figure {
    what: String,
    value: f64,
    unit: &'static str,
    /// What it is held against, and whether it holds.
    goal: Option<(String, bool)>,
}

impl Figure {
    /// A figure without a goal of its own.
    pub fn plain(what: impl Into<String>, value: f64, unit: &'static str) -> Figure {
        Figure {
            what: what.into(),
            value,
            unit,
            goal: None,
        }
    }

    /// A figure that should not be above `most`.
    pub fn at_most(what: impl Into<String>, value: f64, unit: &'static str, most: f64) -> Figure {
        let goal = Some((format!("≤ {most}"), value <= most));
        Figure {
            what: what.into(),
            value,
            unit,
            goal,
        }
    }

    /// A figure that should not be below `least`.
    pub fn at_least(what: impl Into<String>, value: f64, unit: &'static str, least: f64) -> Figure {
        let goal = Some((format!("≥ {least}"), value >= least));
        Figure {
            what: what.into(),
            value,
            unit,
            goal,
        }
    }
}

/// Prints the figures of one part.
pub fn print(part: &str, figures: &[Figure]) {
    println!("\n{part}");
    for Figure {
        what,
        value,
        unit,
        goal,
    } in figures
    {
        let goal = match goal {
            None => String::new(),
            Some((text, true)) => format!("goal {text}  held"),
            Some((text, false)) => format!("goal {text}  NOT HELD"),
        };
        println!("  {what:<64} {value:>12.3} {unit:<9} {goal}");
    }
}

/// The `percent`th percentile.
pub fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100]
}

/// Milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
