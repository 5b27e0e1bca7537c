//! The disk: what is confirmed stays, what is damaged is noticed, what refuses is waited for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../crash/mod.rs"]
mod crash;

use siaga112::store::cuts::Word;

use crash::{Outcome, Planted, cut};

#[test]
fn three_hundred_power_cuts_lose_nothing_that_was_confirmed() {
    let mut outcome = Outcome::default();
    let began = std::time::Instant::now();
    for seed in 0..10 {
        cut(seed, 30, Word::Kept, Planted::Nothing, &mut outcome);
    }
    println!("{:?} {outcome:#?}", began.elapsed());
    assert_eq!(outcome.cuts, 300);
    assert_eq!(outcome.violated, 0, "{:#?}", outcome.violations);
    // Otherwise the cuts missed the moments that matter.
    assert!(outcome.ahead > 0);
}
