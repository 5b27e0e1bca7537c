//! Power cuts: an office at work, a disk that loses power, and one checker for all of it.
//!
//! Shared by `fast` (some hundred cuts) and `slow` (ten thousand). The same checker judges the
//! store and the planted bugs; a harness that finds nothing in those has no say about the store.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Each of the two binaries uses its part.
#![allow(unused_imports, dead_code)]

mod checker;
mod office;
mod work;

pub use checker::Checker;
pub use office::{Office, Replayed, said};
pub use work::{Planted, SETTINGS, Work, work};

use std::sync::Arc;
use std::time::Duration;

use siaga112::base::time::Tick;
use siaga112::store::cuts::Word;
use siaga112::store::faults::{Failing, FaultyDisk};
use siaga112::store::open::open;
use siaga112::store::{Settings, StoreEvent};

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

/// The bugs that must be found, each by the same checker.
pub const BUGS: [(Word, Planted); 7] = [
    (Word::OneBehind, Planted::Nothing),
    (Word::WithoutLogFlush, Planted::Nothing),
    (Word::WithoutDatabaseFlush, Planted::Nothing),
    (Word::Kept, Planted::ConfirmsEarly),
    (Word::Kept, Planted::KeepsDraftsEarly),
    (Word::Kept, Planted::SwapsEntries),
    (Word::Kept, Planted::IgnoresErrors),
];

/// How the disk refuses in [`refuse_at`].
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    pub kind: std::io::ErrorKind,
    /// Operations that fail; `u64::MAX`: until it is healed.
    pub count: u64,
    pub wal_bytes: u64,
}

/// An office works, and the disk refuses from its `nth` operation on. Nothing may be lost, it must
/// be said once, and it must heal by itself within five seconds. Returns whether the day was long
/// enough to reach that operation.
pub fn refuse_at(nth: u64, seed: u64, refusal: Refusal) -> Result<bool, String> {
    let settings = Settings {
        wal_bytes: refusal.wal_bytes,
        ..SETTINGS
    };
    let disk = FaultyDisk::default();
    let opened = open(Arc::new(disk.clone()), settings, "uji").map_err(|f| format!("{f:?}"))?;
    let reader = opened.reader.clone();
    let mut keeper = opened.into_keeper();
    let mut office = Office::new(seed);
    let mut checker = Checker::new(settings, office.clone());
    let first = disk.operations() + nth;
    disk.fail(Failing {
        from: first,
        until: first.saturating_add(refusal.count),
        kind: refusal.kind,
    });
    let (mut now, mut events) = (Tick(0), Vec::new());
    for _ in 0..14 {
        let batch = office.batch();
        checker.handed(&batch, &office);
        keeper.push(batch);
        keeper.step(now, &mut |event| events.push(event));
        keeper.step(now, &mut |event| events.push(event));
        now = now + Duration::from_millis(700);
        let confirmed = newest(&events).map_or(0, |ticket| checker.newest_of(ticket));
        let seen = reader.last_seq().map(|seq| seq.0);
        if seen.as_ref().is_ok_and(|seen| *seen < confirmed) {
            return Err(format!("a reader sees {seen:?} of {confirmed}"));
        }
    }
    let reached = disk.operations() > first;
    disk.heal();
    let healed = now;
    while !keeper.is_saved() && now < healed + Duration::from_secs(6) {
        now = keeper.next_wake().map_or(now, |wake| wake.max(now));
        keeper.step(now, &mut |event| events.push(event));
    }
    if now > healed + Duration::from_secs(5) {
        return Err("took longer than five seconds to come back".into());
    }
    keeper.stop(now, &mut |event| events.push(event));
    let mut down = false;
    for event in &events {
        match event {
            StoreEvent::Committed { .. } => {}
            StoreEvent::Down(_) if !down => down = true,
            StoreEvent::Up if down => down = false,
            other => return Err(format!("{other:?} said twice")),
        }
    }
    if down || newest(&events) != Some(checker.newest_ticket()) {
        return Err(format!("not everything was confirmed: {events:?}"));
    }
    checker.confirmed(0, checker.newest_ticket());
    checker.check(1, &disk.image(), 1).sound?;
    Ok(reached)
}

fn newest(events: &[StoreEvent]) -> Option<u64> {
    events.iter().rev().find_map(|event| match event {
        StoreEvent::Committed { ticket } => Some(*ticket),
        StoreEvent::Down(_) | StoreEvent::Up => None,
    })
}
