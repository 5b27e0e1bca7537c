//! What the disk costs: a click made durable, a busy day, a million calls.
//!
//! Rounds of the bare disk and of the store are interleaved, so that a noisy minute hits both.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs::{self, File, OpenOptions};
use std::io::BufReader;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use siaga112::base::ids::{CallId, Seq, UserName};
use siaga112::base::limits;
use siaga112::base::phone::{Caller, Number, NumberType, Presentation};
use siaga112::base::time::{Stamp, Tick, Trust, Wall};
use siaga112::desk::call::{Class, Direction, EndedBy};
use siaga112::desk::fact::Fact;
use siaga112::desk::operator::SeatState;
use siaga112::desk::{Desk, Entry, Policy};
use siaga112::journal::{self, Chain};
use siaga112::sim::modem::Family;
use siaga112::store::backend::FileDisk;
use siaga112::store::cuts::Dice;
use siaga112::store::open::{Opened, open};
use siaga112::store::{
    Batch, CallFilter, NumberSummary, Reader, Settings, StoreEvent, Writer, writer,
};

use super::figures::{Figure, ms, percentile};

/// A click: one entry and its call's row, from the hand-over to the confirmation, against a bare
/// 4 KiB write and flush beside it. `folder` may hold a store already.
pub fn click(folder: &Path, rounds: usize, settings: Settings) -> Vec<Figure> {
    let bare = bare_file(folder);
    let mut office = Office::go_on(folder, settings);
    office.call();
    office.wait();
    let (mut raw, mut ours) = (Vec::new(), Vec::new());
    let page = [0x5A; 4096];
    for round in 0..rounds {
        let began = Instant::now();
        bare.write_at(&page, (round % 4096) as u64 * 4096).unwrap();
        bare.sync_data().unwrap();
        raw.push(began.elapsed());
        let batch = office.click();
        let began = Instant::now();
        office.commit(batch);
        office.wait();
        ours.push(began.elapsed());
    }
    office.stop();
    let entries = office_entries(folder, settings);
    let ratio = percentile(&mut ours, 99).as_secs_f64() / percentile(&mut raw, 99).as_secs_f64();
    let name = |what: &str| format!("{what}, {entries} entries in the journal");
    vec![
        Figure::plain(name("bare flush p50"), ms(percentile(&mut raw, 50)), "ms"),
        Figure::plain(name("bare flush p99"), ms(percentile(&mut raw, 99)), "ms"),
        Figure::plain(
            name("click durable p50"),
            ms(percentile(&mut ours, 50)),
            "ms",
        ),
        Figure::plain(
            name("click durable p99"),
            ms(percentile(&mut ours, 99)),
            "ms",
        ),
        Figure::at_most(name("click p99 : flush p99"), ratio, "×", 3.0),
    ]
}

/// A busy day: whole calls of five entries, each entry a batch of its own, as fast as they go in.
pub fn throughput(folder: &Path, calls: u64, settings: Settings) -> Vec<Figure> {
    let before = settled_bytes(folder);
    let mut office = Office::go_on(folder, settings);
    let began = Instant::now();
    for number in 0..calls {
        office.call();
        // The engine bounds what is not confirmed; so does this.
        if number % 1000 == 999 {
            office.wait();
        }
    }
    office.wait();
    let took = began.elapsed();
    office.stop();
    let bytes = settled_bytes(folder).saturating_sub(before);
    vec![
        Figure::at_least(
            "calls recorded",
            calls as f64 / took.as_secs_f64(),
            "calls/s",
            2_000.0,
        ),
        Figure::plain(
            "entries recorded",
            calls as f64 * 5.0 / took.as_secs_f64(),
            "entries/s",
        ),
        Figure::plain("on disk per call", bytes as f64 / calls as f64, "bytes"),
    ]
}

/// Opening after a kill, and reading lists, with the calls that `folder` holds.
pub fn open_and_read(folder: &Path, settings: Settings) -> Vec<Figure> {
    let killed = killed_copy(folder, settings);
    let began = Instant::now();
    let opened = open_in(&killed, settings);
    let tail = opened.snapshot.as_ref().map_or(Seq(0), |(seq, _)| *seq);
    let took = began.elapsed();
    assert!(opened.shown.is_empty(), "{:?}", opened.shown);
    let behind = opened.head.0 - tail.0;
    let reader = opened.reader.clone();
    let calls = reader.figures().unwrap().calls;
    let name = |what: &str| format!("{what}, {calls} calls");
    let mut rows = vec![
        Figure::plain(name("open after kill, the store alone"), ms(took), "ms"),
        Figure::plain(name("entries behind the snapshot"), behind as f64, ""),
    ];
    let busiest: Number = number_of(0).parse().unwrap();
    let filters = [
        (
            "page of one number and its summary, read",
            CallFilter {
                number: Some(busiest.clone()),
                ..CallFilter::default()
            },
        ),
        (
            "page of a rare class of one number",
            CallFilter {
                number: Some(busiest.clone()),
                class: Some(Some(Class::OutOfArea)),
                ..CallFilter::default()
            },
        ),
        (
            "page of the unclassified",
            CallFilter {
                class: Some(None),
                ..CallFilter::default()
            },
        ),
        (
            "page of a day long ago",
            CallFilter {
                from: Some(Wall(START_MS + 5 * 86_400_000)),
                to: Some(Wall(START_MS + 6 * 86_400_000)),
                ..CallFilter::default()
            },
        ),
        ("newest page", CallFilter::default()),
    ];
    for (what, filter) in filters {
        let mut times: Vec<Duration> = (0..50)
            .map(|_| {
                let began = Instant::now();
                let page = reader.calls(&filter, None, 50).unwrap();
                if let Some(number) = &filter.number {
                    assert_ne!(reader.number(number).unwrap(), NumberSummary::default());
                    assert!(!page.is_empty());
                }
                began.elapsed()
            })
            .collect();
        rows.push(Figure::plain(
            name(&format!("{what}, first")),
            ms(times[0]),
            "ms",
        ));
        rows.push(Figure::plain(
            name(&format!("{what}, p99")),
            ms(percentile(&mut times, 99)),
            "ms",
        ));
    }
    rows.push(scattered(&reader));
    drop((opened, reader));
    fs::remove_dir_all(&killed).unwrap();
    // Another copy: the first has been closed in order by now.
    let killed = killed_copy(folder, settings);
    rows.extend(whole(&killed));
    fs::remove_dir_all(&killed).unwrap();
    rows
}

/// The whole appliance on what a killed process left: how soon its bells are armed, and a number's
/// history as a program receives it over TLS.
fn whole(killed: &Path) -> Vec<Figure> {
    let disk = FileDisk::new(killed, 0).unwrap();
    let office = super::office::Office::open(1, Family::Huawei, Arc::new(disk));
    let mut stream = BufReader::new(office.connect());
    let mut page = |which: u64| {
        let path = format!("/api/v1/numbers/{}", number_of(which));
        let (status, history, took) = office.request(&mut stream, "GET", &path, "");
        assert_eq!(status, 200, "{history}");
        took
    };
    let mut busy: Vec<Duration> = (0..50).map(|_| page(0)).collect();
    let mut dice = Dice::new(5);
    let mut others: Vec<Duration> = (0..200).map(|_| page(dice.below(NUMBERS))).collect();
    let history = "history of one number over TLS";
    vec![
        Figure::at_most(
            "start after kill → bells armed",
            ms(office.started_in),
            "ms",
            1_000.0,
        ),
        Figure::at_most(
            format!("{history}, 100,000 calls, p99"),
            ms(percentile(&mut busy, 99)),
            "ms",
            5.0,
        ),
        Figure::at_most(
            format!("{history}, 200 others, each for the first time, p50"),
            ms(percentile(&mut others, 50)),
            "ms",
            5.0,
        ),
        Figure::at_most(
            format!("{history}, 200 others, each for the first time, p99"),
            ms(percentile(&mut others, 99)),
            "ms",
            5.0,
        ),
    ]
}

/// Every call of the worst number, page after page.
fn scattered(reader: &Reader) -> Figure {
    let mut dice = Dice::new(3);
    let mut times = Vec::new();
    for _ in 0..200 {
        let number = number_of(dice.below(NUMBERS)).parse().unwrap();
        let filter = CallFilter {
            number: Some(number),
            ..CallFilter::default()
        };
        let began = Instant::now();
        let number = filter.number.clone().unwrap();
        reader.calls(&filter, None, 50).unwrap();
        reader.number(&number).unwrap();
        times.push(began.elapsed());
    }
    Figure::plain(
        "page and summary of 200 other numbers, p99",
        ms(percentile(&mut times, 99)),
        "ms",
    )
}

/// The folder as a killed process leaves it: something is in the log that the database lacks.
fn killed_copy(folder: &Path, settings: Settings) -> PathBuf {
    let mut office = Office::go_on(folder, settings);
    for _ in 0..20 {
        office.call();
    }
    office.wait();
    let killed = copy_of(folder, "killed");
    office.stop();
    killed
}

/// A second folder beside it with the same store.
pub fn copy_of(folder: &Path, extension: &str) -> PathBuf {
    let copied = folder.with_extension(extension);
    fs::create_dir_all(&copied).unwrap();
    for name in ["siaga112.redb", "siaga112.wal", "siaga112.witness"] {
        let copy = copied.join(name);
        fs::copy(folder.join(name), &copy).unwrap();
        // Otherwise the first flush of the store would pay for the copy.
        File::open(copy).unwrap().sync_all().unwrap();
    }
    copied
}

/// An office that records calls as the engine would.
pub struct Office {
    desk: Desk,
    chain: Chain,
    writer: Option<Writer>,
    events: Receiver<StoreEvent>,
    ticket: u64,
    confirmed: u64,
    pub next_call: u64,
    /// When the call before was offered.
    clock: Wall,
    last_snapshot: u64,
    dice: Dice,
}

impl Office {
    pub fn go_on(folder: &Path, settings: Settings) -> Office {
        let opened = open_in(folder, settings);
        let newest = opened
            .reader
            .calls(&CallFilter::default(), None, 1)
            .unwrap();
        let policy = Policy {
            zone: TimeZone::UTC,
            area_code: None,
        };
        let mut desk = match &opened.snapshot {
            Some((_, snapshot)) => Desk::restore(policy, snapshot).unwrap(),
            None => Desk::new(policy),
        };
        let last_snapshot = opened.snapshot.as_ref().map_or(0, |(seq, _)| seq.0);
        for entry in opened.tail(Seq(last_snapshot)) {
            let line = entry.unwrap().unwrap().json;
            match journal::open(&line).unwrap() {
                journal::Opened::Known(entry) => desk.apply(&entry, None),
                other => panic!("{other:?}"),
            };
        }
        let chain = Chain::after(opened.head, opened.head_hash, "71.07");
        let (said, events) = channel();
        let began = Instant::now();
        let now = move || Tick(began.elapsed().as_micros() as u64);
        let writer = writer::start(opened, now, move |event| said.send(event).unwrap()).unwrap();
        let mut office = Office {
            desk,
            chain,
            writer: Some(writer),
            events,
            ticket: 0,
            confirmed: 0,
            next_call: newest.first().map_or(1, |call| call.id.0 + 1),
            clock: newest
                .first()
                .map_or(Wall(START_MS), |call| call.offered.at),
            last_snapshot,
            dice: Dice::new(7),
        };
        let joined = Fact::OperatorJoined {
            user: UserName::new("ani"),
            state: SeatState::Ready,
        };
        let joined = office.batch(joined, 0);
        office.commit(joined);
        office
    }

    /// A whole call: offered, claimed, answered, ended, classified.
    fn call(&mut self) {
        self.call_with(None);
    }

    /// The same, with a note written while it lasted.
    pub fn call_with(&mut self, note: Option<&str>) {
        let call = CallId(self.next_call);
        self.next_call += 1;
        // 500 calls a day.
        self.clock.0 += 172_800;
        // One call in ten is from the number everybody knows.
        let caller = match self.dice.below(10) {
            0 => 0,
            _ => self.dice.below(NUMBERS),
        };
        let by = UserName::new("ani");
        let offered = Fact::CallOffered {
            call,
            direction: Direction::In,
            line: "Telkomsel-1".into(),
            caller: Caller::delivered(
                &number_of(caller),
                NumberType::National,
                Presentation::Allowed,
                None,
            ),
            waiting: false,
            by: None,
        };
        let claimed = Fact::CallClaimed {
            call,
            by: by.clone(),
        };
        let answered = Fact::CallAnswered {
            call,
            by: by.clone(),
        };
        let ended = Fact::CallEnded {
            call,
            by: EndedBy::Caller,
            cause: Some(16),
            abandoned: false,
            ring_ms: Some(4_210),
            talk_ms: Some(86_004),
        };
        let noted = note.map(|text| Fact::CallNoted {
            call,
            by: by.clone(),
            text: text.to_owned(),
        });
        let steps = [(offered, 0), (claimed, 3), (answered, 4)];
        let noted = noted.map(|noted| (noted, 60));
        for (fact, after_s) in steps.into_iter().chain(noted).chain([(ended, 90)]) {
            let batch = self.batch(fact, after_s);
            self.commit(batch);
        }
        let class = Class::ALL[(self.dice.below(40) as usize).min(9)];
        let batch = self.classify(call, class, 100);
        self.commit(batch);
    }

    /// What one click makes: an entry and the call as it is then.
    fn click(&mut self) -> Batch {
        let class = Class::ALL[self.dice.below(10) as usize];
        self.classify(CallId(self.next_call - 1), class, 120)
    }

    fn classify(&mut self, call: CallId, class: Class, after_s: i64) -> Batch {
        let fact = Fact::CallClassified {
            call,
            by: UserName::new("ani"),
            class: Some(class),
            reason: None,
            undo: false,
        };
        self.batch(fact, after_s)
    }

    fn batch(&mut self, fact: Fact, after_s: i64) -> Batch {
        let entry = Entry {
            seq: self.chain.next(),
            stamp: self.stamp(after_s),
            fact,
        };
        let touched = self.desk.apply(&entry, None);
        // A desk that takes no notice would be timed as a fast one.
        let is_of_a_call = !matches!(entry.fact, Fact::OperatorJoined { .. });
        assert_eq!(touched.calls.len(), usize::from(is_of_a_call), "{entry:?}");
        let sealed = self.chain.seal(entry.stamp, &entry.fact);
        self.ticket += 1;
        let snapshot_due = entry.seq.0 >= self.last_snapshot + limits::SNAPSHOT_ENTRIES;
        Batch {
            entries: vec![sealed],
            touched,
            snapshot: snapshot_due.then(|| {
                self.last_snapshot = entry.seq.0;
                (entry.seq, self.desk.snapshot())
            }),
            ticket: self.ticket,
            ..Batch::default()
        }
    }

    fn commit(&mut self, batch: Batch) {
        self.writer.as_ref().expect("running").commit(batch);
    }

    /// Waits for the newest confirmation.
    pub fn wait(&mut self) {
        while self.confirmed < self.ticket {
            match self.events.recv().unwrap() {
                StoreEvent::Committed { ticket } => self.confirmed = ticket,
                other => panic!("{other:?}"),
            }
        }
    }

    pub fn stop(&mut self) {
        self.writer.take().expect("running").stop();
    }

    fn stamp(&self, after_s: i64) -> Stamp {
        Stamp {
            at: Wall(self.clock.0 + after_s * 1000),
            trust: Trust::Network,
        }
    }
}

pub fn number_of(which: u64) -> String {
    format!("0840{which:08}")
}

pub fn open_in(folder: &Path, settings: Settings) -> Opened {
    let disk = FileDisk::new(folder, 0).unwrap();
    open(Arc::new(disk), settings, "uji").unwrap()
}

fn office_entries(folder: &Path, settings: Settings) -> u64 {
    open_in(folder, settings).head.0
}

/// Blocks of everything in the folder but the log, which never grows.
fn settled_bytes(folder: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let file = folder.join("siaga112.redb");
    fs::metadata(file).map_or(0, |metadata| metadata.blocks() * 512)
}

fn bare_file(folder: &Path) -> File {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.with_extension("bare"))
        .unwrap();
    file.write_at(&vec![0; 16 << 20], 0).unwrap();
    file.sync_all().unwrap();
    file
}

/// Different callers.
pub const NUMBERS: u64 = 300_000;

/// 2026-03-01T03:45:02.250Z
pub const START_MS: i64 = 1_772_336_702_250;
