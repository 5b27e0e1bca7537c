//! Ten thousand power cuts, every refusal at every operation, every bit of a row.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../crash/mod.rs"]
mod power;

use std::io::ErrorKind;

use siaga112::store::cuts::Word;

use power::{BUGS, Outcome, Planted, Refusal, SETTINGS, cut, refuse_at};

/// Other cuts: `SIAGA112_SEED=5 cargo test --test slow crash::`.
fn first_seed() -> u64 {
    let seed = std::env::var("SIAGA112_SEED").ok();
    seed.and_then(|seed| seed.parse().ok()).unwrap_or(1_000)
}

#[test]
fn ten_thousand_power_cuts_lose_nothing_that_was_confirmed() {
    let mut outcome = Outcome::default();
    for seed in first_seed()..first_seed() + 200 {
        cut(seed, 50, Word::Kept, Planted::Nothing, &mut outcome);
    }
    println!("{outcome:#?}");
    assert_eq!(outcome.cuts, 10_000);
    assert_eq!(outcome.violated, 0, "{:#?}", outcome.violations);
    assert!(
        outcome.ahead > 100,
        "the cuts missed the moments that matter"
    );
}

#[test]
fn every_planted_bug_is_found_in_a_thousand_cuts() {
    for (word, planted) in BUGS {
        let mut outcome = Outcome::default();
        for seed in first_seed()..first_seed() + 20 {
            cut(seed, 50, word, planted, &mut outcome);
        }
        println!(
            "{word:?} {planted:?}: {} of {} (the store said so itself: {})",
            outcome.violated, outcome.cuts, outcome.reported
        );
        assert!(outcome.violated > 0, "{word:?} {planted:?}: nothing found");
    }
}

#[test]
fn the_disk_refuses_at_every_operation_and_nothing_is_lost() {
    for kind in [ErrorKind::StorageFull, ErrorKind::Other] {
        for count in [1, 3, u64::MAX] {
            for wal_bytes in [0, SETTINGS.wal_bytes] {
                let refusal = Refusal {
                    kind,
                    count,
                    wal_bytes,
                };
                let mut reached = 0;
                for nth in 0.. {
                    match refuse_at(nth, 7, refusal) {
                        Ok(true) => reached += 1,
                        Ok(false) => break,
                        Err(violation) => panic!("{refusal:?} at {nth}: {violation}"),
                    }
                }
                println!("{refusal:?}: {reached} operations");
                assert!(reached > 30);
            }
        }
    }
}
