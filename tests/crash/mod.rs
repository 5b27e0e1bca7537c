//! Power cuts: an office at work, a disk that loses power, and one checker for all of it.
//!
//! Shared by `fast` (some hundred cuts) and `slow` (ten thousand). The same checker judges the
//! store and the planted bugs; a harness that finds nothing in those has no say about the store.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod checker;
mod office;
mod work;

pub use checker::Checker;
pub use office::Office;
pub use work::{Planted, Work, work};

use siaga112::store::cuts::Word;

/// What some cuts came to.
#[derive(Debug, Default)]
pub struct Outcome {
    pub cuts: usize,
    /// Cuts after which the disk held more than what had been confirmed.
    pub ahead: usize,
    /// The first few, each with the seed that shows it again.
    pub violations: Vec<String>,
    pub violated: usize,
    /// Cuts that the store itself reported at the next opening.
    pub reported: usize,
}

/// One office works from an empty disk, and the power is cut `cuts` times in its recording.
pub fn cut(seed: u64, cuts: usize, word: Word, planted: Planted, outcome: &mut Outcome) {
    let Work {
        recording,
        mut checker,
    } = work(seed, planted);
    recording.cuts(word, seed, cuts, |at, image| {
        outcome.cuts += 1;
        let verdict = checker.check(at, &image, seed ^ at as u64);
        outcome.ahead += usize::from(verdict.ahead);
        outcome.reported += usize::from(verdict.reported);
        if let Err(violation) = verdict.sound {
            outcome.violated += 1;
            if outcome.violations.len() < 5 {
                let at = format!("seed {seed} operation {at}: {violation}");
                outcome.violations.push(at);
            }
        }
    });
}
