//! An office works on a disk that writes everything down.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use siaga112::base::time::Tick;
use siaga112::store::cuts::{Dice, Image, Recording};
use siaga112::store::faults::{Failing, FaultyDisk};
use siaga112::store::open::open;
use siaga112::store::{Keeper, Settings, StoreEvent};

use super::checker::Checker;
use super::office::Office;

/// Small enough that a short day laps the log several times.
pub const SETTINGS: Settings = Settings {
    cache_bytes: 1024 * 1024,
    wal_bytes: 96 * 1024,
};

/// A bug put in on purpose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Planted {
    Nothing,
    /// Calls something saved when it was handed over.
    ConfirmsEarly,
    /// Tells whoever types that it is kept when it was handed over.
    KeepsDraftsEarly,
    /// Writes two entries of a batch in the other order.
    SwapsEntries,
    /// Takes the disk's error for a success.
    IgnoresErrors,
}

pub struct Work {
    pub recording: Recording,
    pub checker: Checker,
}

/// An office works on an empty disk.
pub fn work(seed: u64, planted: Planted) -> Work {
    let mut dice = Dice::new(seed);
    let disk = FaultyDisk::default();
    disk.record();
    // One office in four has a disk too small for a log.
    let settings = match dice.below(4) {
        0 => Settings {
            wal_bytes: 0,
            ..SETTINGS
        },
        _ => SETTINGS,
    };
    let keeper = open(Arc::new(disk.clone()), settings, "uji")
        .expect("opens")
        .into_keeper();
    let mut checker = Checker::new(settings, Office::new(seed));
    let batches = 30 + dice.below(60);
    let mut day = Day {
        disk: &disk,
        keeper,
        now: Tick(0),
        dice,
    };
    day.work(&mut checker, Office::new(seed), batches, planted);
    Work {
        recording: disk.recording(Image::default()),
        checker,
    }
}

/// An office goes on working on a disk somebody else has left.
pub fn work_on(
    disk: &FaultyDisk,
    keeper: Keeper,
    checker: &mut Checker,
    office: Office,
    seed: u64,
) {
    let mut day = Day {
        disk,
        keeper,
        now: Tick(0),
        dice: Dice::new(seed),
    };
    day.work(checker, office, 4, Planted::Nothing);
}

struct Day<'a> {
    disk: &'a FaultyDisk,
    keeper: Keeper,
    now: Tick,
    dice: Dice,
}

impl Day<'_> {
    fn work(&mut self, checker: &mut Checker, mut office: Office, batches: u64, planted: Planted) {
        let mut left = batches;
        let fails_at = self.dice.below(batches);
        while left > 0 {
            if planted == Planted::IgnoresErrors && left == fails_at {
                let next = self.disk.operations() + self.dice.below(3);
                self.disk.fail(Failing {
                    from: next,
                    until: u64::MAX,
                    kind: ErrorKind::Other,
                });
            }
            // Some batches come alone, some in bursts.
            for _ in 0..=self.dice.below(4).min(left - 1) {
                let mut batch = office.batch();
                left -= 1;
                checker.handed(&batch, &office);
                let is_typed = !batch.drafts.is_empty() && batch.entries.is_empty();
                if planted == Planted::ConfirmsEarly
                    || (planted == Planted::KeepsDraftsEarly && is_typed)
                {
                    checker.confirmed(self.disk.recorded(), batch.ticket);
                }
                if planted == Planted::SwapsEntries {
                    swap_entries(&mut batch);
                }
                self.keeper.push(batch);
            }
            let (disk, newest) = (self.disk, checker.newest_ticket());
            let mut say = |event: StoreEvent| match event {
                StoreEvent::Committed { ticket } => checker.confirmed(disk.recorded(), ticket),
                StoreEvent::Down(_) if planted == Planted::IgnoresErrors => {
                    checker.confirmed(disk.recorded(), newest);
                }
                StoreEvent::Down(fault) => checker.refused(format!("{fault:?}")),
                StoreEvent::Up => {}
            };
            self.keeper.step(self.now, &mut say);
            // Sometimes the office pauses: checkpoint and witness fall due.
            if self.dice.below(4) == 0 {
                self.now = self.now + Duration::from_secs(self.dice.below(4));
                self.keeper.step(self.now, &mut say);
                self.keeper.step(self.now, &mut say);
            }
            if planted == Planted::IgnoresErrors {
                checker.confirmed(disk.recorded(), newest);
            }
        }
        if self.dice.below(2) == 0 && planted == Planted::Nothing {
            let disk = self.disk;
            self.keeper.stop(self.now, &mut |event| {
                if let StoreEvent::Committed { ticket } = event {
                    checker.confirmed(disk.recorded(), ticket);
                }
            });
        }
    }
}

/// The lines change places, everything else stays: what a writer that sorts wrongly would do.
fn swap_entries(batch: &mut siaga112::store::Batch) {
    if let [first, second, ..] = batch.entries.as_mut_slice() {
        std::mem::swap(&mut first.line, &mut second.line);
        std::mem::swap(&mut first.hash, &mut second.hash);
    }
}
