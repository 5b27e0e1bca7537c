//! Thousands of days of the simulated office, and the proof that it would notice.
//!
//! `SIAGA112_SEED=n` replays one day; `SIAGA112_DAYS=n` lives that many.

#[path = "../support/world/mod.rs"]
mod office;

use std::panic::catch_unwind;

use office::{Bug, World};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn thousands_of_days_keep_every_promise() {
    if let Some(seed) = number("SIAGA112_SEED") {
        let mut world = World::new(seed, None);
        world.live();
        println!("{:?}\n{:?}", world.day, world.told);
        return;
    }
    let days = number("SIAGA112_DAYS").unwrap_or(2_000);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let lived = |worker: usize| {
        (worker as u64..days).step_by(workers).map(|seed| {
            let mut world = World::new(seed, None);
            world.live();
            world.told.calls_offered
        })
    };
    let calls: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| scope.spawn(move || lived(worker).sum::<u64>()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("every promise kept"))
            .sum()
    });
    assert!(
        calls > days * 10,
        "only {calls} calls in {days} days: the office was asleep"
    );
    println!("{days} days, {calls} calls");
}

#[test]
fn every_planted_bug_is_found() {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let found = |bug| {
        (0..DAYS_TO_FIND).find(|seed| catch_unwind(|| World::new(*seed, Some(bug)).live()).is_err())
    };
    let results: Vec<_> = Bug::ALL.iter().map(|bug| (*bug, found(*bug))).collect();
    std::panic::set_hook(quiet);
    for (bug, seed) in &results {
        println!("{bug:?}: found on day {seed:?}");
    }
    let unseen: Vec<_> = results.iter().filter(|(_, seed)| seed.is_none()).collect();
    assert!(
        unseen.is_empty(),
        "lived {DAYS_TO_FIND} days unseen: {unseen:?}"
    );
}

/// A bug that happens once in a hundred calls is seen within this many days.
const DAYS_TO_FIND: u64 = 60;
