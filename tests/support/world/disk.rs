//! The disk: the real store on a disk in memory that keeps its word, or not.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use siaga112::base::ids::{CallId, Seq};
use siaga112::base::time::Tick;
use siaga112::desk::Entry;
use siaga112::desk::call::CallRecord;
use siaga112::desk::draft::Draft;
use siaga112::engine::time_keeper::Floor;
use siaga112::journal::{self, Verifier};
use siaga112::sim::modem::Dice;
use siaga112::store::cuts;
use siaga112::store::faults::{Failing, FaultyDisk};
use siaga112::store::{self, Batch, CallFilter, Keeper, Reader, Settings, StoreEvent};

use super::agenda::Trouble;
use super::bugs::Bug;

pub struct Disk {
    disk: FaultyDisk,
    keeper: Option<Keeper>,
    bug: Option<Bug>,
    stalled: bool,
    cut_dice: cuts::Dice,
}

/// What a start finds.
pub struct Opened {
    pub head: Seq,
    pub head_hash: [u8; 32],
    pub snapshot: Option<Vec<u8>>,
    pub tail: Vec<Entry>,
    pub floor: Floor,
    pub drafts: BTreeMap<CallId, Draft>,
    /// Every entry, its chain verified.
    pub checked: BTreeMap<u64, Box<str>>,
}

/// Everything, for the evening.
pub struct Whole {
    pub opened: Opened,
    pub entries: Vec<Entry>,
    pub calls: BTreeMap<CallId, CallRecord>,
}

impl Disk {
    pub fn new(seed: u64, bug: Option<Bug>) -> Disk {
        Disk {
            disk: FaultyDisk::default(),
            keeper: None,
            bug,
            stalled: false,
            cut_dice: cuts::Dice::new(seed),
        }
    }

    pub fn take(&mut self, batch: Batch) {
        if let Some(keeper) = self.keeper.as_mut() {
            keeper.push(batch);
        }
    }

    /// How long a commit takes today: mostly a flush of a good disk, sometimes a busy one.
    pub fn latency(&self, dice: &mut Dice) -> Duration {
        if self.bug == Some(Bug::RepliesBeforeCommit) {
            // Why anybody would answer first: a disk that is flushed now and then.
            return dice.millis(1_000, 20_000);
        }
        if dice.permille(20) {
            dice.millis(20, 400)
        } else {
            dice.millis(1, 6)
        }
    }

    /// Does what waits, unless the disk stands still.
    pub fn turn(&mut self, now: Tick) -> Vec<StoreEvent> {
        let mut said = Vec::new();
        if self.stalled {
            return said;
        }
        let Some(keeper) = self.keeper.as_mut() else {
            return said;
        };
        // A busy keeper takes one group at a turn; chores come after.
        for _ in 0..TURNS_MAX {
            keeper.step(now, &mut |event| said.push(event));
            if !keeper.is_busy() {
                break;
            }
        }
        said
    }

    /// When the keeper has a chore or wants to try a refusing disk again.
    pub fn due(&self) -> Option<Tick> {
        if self.stalled {
            return None;
        }
        self.keeper.as_ref()?.next_wake()
    }

    pub fn trouble(&mut self, trouble: Trouble) {
        match trouble {
            Trouble::Refuses => {
                let from = self.disk.operations();
                let kind = io::ErrorKind::StorageFull;
                self.disk.fail(Failing {
                    from,
                    until: u64::MAX,
                    kind,
                });
            }
            Trouble::Works => self.disk.heal(),
            Trouble::Stalls => self.stalled = true,
            Trouble::Moves => self.stalled = false,
        }
    }

    /// The power goes: what was not flushed may be there or not.
    pub fn cut(&mut self, _dice: &mut Dice) {
        self.keeper = None;
        let image = self.disk.cut(&mut self.cut_dice);
        self.disk = FaultyDisk::of(&image);
    }

    /// Lets a disk that was left refusing or standing still come to rest.
    pub fn settle(&mut self, now: Tick) {
        self.trouble(Trouble::Moves);
        self.trouble(Trouble::Works);
        if let Some(mut keeper) = self.keeper.take() {
            keeper.stop(now, &mut |_| {});
        }
    }

    pub fn open(&mut self, seed: u64) -> Opened {
        self.disk.heal();
        self.stalled = false;
        let settings = Settings {
            wal_bytes: 256 * 1024,
            ..Settings::default()
        };
        let opened = store::open::open(Arc::new(self.disk.clone()), settings, "dunia");
        let opened = opened.unwrap_or_else(|fault| panic!("seed {seed}: {fault:?}"));
        assert!(
            opened.quarantined.is_none(),
            "seed {seed}: the file was damaged"
        );
        let found = read(&opened, seed);
        self.keeper = Some(opened.into_keeper());
        found
    }

    pub fn open_whole(&mut self, seed: u64) -> Whole {
        let settings = Settings {
            wal_bytes: 256 * 1024,
            ..Settings::default()
        };
        let opened = store::open::open(Arc::new(self.disk.clone()), settings, "dunia");
        let opened = opened.unwrap_or_else(|fault| panic!("seed {seed}: {fault:?}"));
        let found = read(&opened, seed);
        let entries = found
            .checked
            .values()
            .map(|line| entry(line, seed))
            .collect();
        let calls = every_call(&opened.reader);
        Whole {
            opened: found,
            entries,
            calls,
        }
    }
}

fn read(opened: &store::Opened, seed: u64) -> Opened {
    let mut verifier = Verifier::default();
    let mut checked = BTreeMap::new();
    for stored in opened.tail(Seq(0)) {
        let stored = stored.expect("a disk that can be read");
        let stored = stored.unwrap_or_else(|damaged| panic!("seed {seed}: {damaged:?}"));
        if let Err(broken) = verifier.check(&stored.json, Some(&stored.hash)) {
            panic!("seed {seed}: the chain is broken: {broken:?}");
        }
        checked.insert(stored.seq.0, stored.json.into_boxed_str());
    }
    let drafts = opened.reader.drafts().expect("a disk that can be read");
    let after = opened.snapshot.as_ref().map_or(0, |(seq, _)| seq.0);
    let mut floor = Floor::default();
    let last = checked.last_key_value();
    last.into_iter()
        .for_each(|(_, line)| floor.hear(entry(line, seed).stamp));
    let tail: Vec<Entry> = checked
        .range(after + 1..)
        .map(|(_, line)| entry(line, seed))
        .inspect(|entry| floor.hear(entry.stamp))
        .collect();
    Opened {
        head: opened.head,
        head_hash: opened.head_hash,
        snapshot: opened.snapshot.as_ref().map(|(_, bytes)| bytes.clone()),
        drafts: drafts.into_iter().collect(),
        floor,
        tail,
        checked,
    }
}

fn entry(line: &str, seed: u64) -> Entry {
    match journal::open(line) {
        Ok(journal::Opened::Known(entry)) => entry,
        other => panic!("seed {seed}: not an entry of ours: {other:?}"),
    }
}

fn every_call(reader: &Reader) -> BTreeMap<CallId, CallRecord> {
    let mut calls = BTreeMap::new();
    let mut before = None;
    loop {
        let page = reader
            .calls(&CallFilter::default(), before, 200)
            .expect("readable");
        let Some(last) = page.last() else {
            return calls;
        };
        before = Some(last.id);
        calls.extend(page.into_iter().map(|call| (call.id, call)));
    }
}

/// Groups worked off at one moment at most.
const TURNS_MAX: usize = 64;
