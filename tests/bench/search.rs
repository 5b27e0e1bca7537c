//! Search over a million calls with notes, and what its index costs.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use redb::{ReadableDatabase, ReadableTableMetadata, TableDefinition};
use siaga112::base::ids::CallId;
use siaga112::base::phone::{Caller, NumberType, Presentation};
use siaga112::base::time::{Stamp, Tick, Trust, Wall};
use siaga112::desk::Touched;
use siaga112::desk::call::{CallRecord, CallState, Class, Direction, Note};
use siaga112::sim::modem::Family;
use siaga112::store::backend::FileDisk;
use siaga112::store::cuts::Dice;
use siaga112::store::{Batch, CallFilter, Query, Reader, Settings};

use super::figures::{Figure, ms, percentile};
use super::store::{NUMBERS, Office, START_MS, copy_of, number_of, open_in};

/// The archive, the searches, and what they cost the recording.
pub fn figures(calls: u64) -> Vec<Figure> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
    let path = folder.path().join("store");
    std::fs::create_dir_all(&path).unwrap();
    let mut rows = fill(&path, calls);
    rows.extend(searches(&path, calls));
    rows.extend(over_tls(&path, calls));
    rows.extend(recording(&path));
    rows
}

/// Calls as they are in the end, the way a rebuild writes them.
fn fill(folder: &Path, calls: u64) -> Vec<Figure> {
    let mut keeper = open_in(folder, Settings::default()).into_keeper();
    let mut talk = Talk::new(11);
    let mut dice = Dice::new(12);
    let began = Instant::now();
    for first in (1..=calls).step_by(1_000) {
        let batch = (first..(first + 1_000).min(calls + 1)).map(|id| {
            let mut call = call(id, &mut dice);
            call.notes.push(note(&call, talk.note()));
            call
        });
        keeper.push(Batch {
            touched: Touched {
                calls: batch.collect(),
                sms: Vec::new(),
            },
            ..Batch::default()
        });
        while !keeper.is_saved() {
            keeper.step(Tick(0), &mut |_| {});
        }
    }
    let took = began.elapsed();
    keeper.stop(Tick(0), &mut |_| {});
    drop(keeper);
    let database = redb::Database::open(folder.join("siaga112.redb")).unwrap();
    let read = database.begin_read().unwrap();
    let postings: TableDefinition<&[u8], &[u8]> = TableDefinition::new("places");
    let postings = read.open_table(postings).unwrap();
    let stats = postings.stats().unwrap();
    let bytes = stats.stored_bytes() + stats.metadata_bytes() + stats.fragmented_bytes();
    let each = |what: u64| what as f64 / calls as f64;
    vec![
        Figure::plain(
            "lists and index written again",
            calls as f64 / took.as_secs_f64(),
            "calls/s",
        ),
        Figure::plain("keys per call", each(postings.len().unwrap()), ""),
        Figure::plain("index per call", each(bytes), "bytes"),
    ]
}

/// One kind of search: what is asked differs from time to time.
type Kind = (&'static str, fn(&mut Dice) -> CallFilter);

const KINDS: [Kind; 13] = [
    ("a whole number", |dice| {
        asks(&number_of(dice.below(NUMBERS)))
    }),
    ("the number of 100,000 calls", |_| asks("0840 0000 0000")),
    ("the last four digits", |dice| {
        asks(&format!("{:04}", dice.below(10_000)))
    }),
    ("the last six digits", |dice| {
        asks(&format!("{:06}", dice.below(300_000)))
    }),
    ("how numbers begin", |dice| {
        asks(&format!("0840-0{:03}", dice.below(300)))
    }),
    ("a common word", |dice| asks(one_of(&EVENTS, dice))),
    ("a rare word", |dice| asks(&name(dice))),
    ("a common and a rare word", |dice| {
        asks(&format!("{} {}", one_of(&EVENTS, dice), name(dice)))
    }),
    ("two common words that never meet", |_| {
        asks("pencurian banjir")
    }),
    ("two letters", |dice| {
        asks(one_of(&["ke", "me", "di", "ba", "rt"], dice))
    }),
    ("a word, a class and a month", |dice| {
        let from = START_MS + dice.below(1_900) as i64 * DAY_MS;
        CallFilter {
            class: Some(Some(Class::ALL[dice.below(10) as usize])),
            from: Some(Wall(from)),
            to: Some(Wall(from + 30 * DAY_MS)),
            ..asks(one_of(&PLACES, dice))
        }
    }),
    ("a word and a rare class", |dice| CallFilter {
        class: Some(Some(Class::OutOfArea)),
        ..asks(one_of(&EVENTS, dice))
    }),
    ("nothing that was ever noted", |_| asks("zxcvb")),
];

fn searches(folder: &Path, calls: u64) -> Vec<Figure> {
    let opened = open_in(folder, Settings::default());
    let reader = opened.reader.clone();
    // As the appliance does once its bells are armed.
    let began = Instant::now();
    reader.read_ahead().unwrap();
    let read_ahead = began.elapsed();
    let mut times: Vec<Vec<Duration>> = KINDS.iter().map(|_| Vec::new()).collect();
    let mut dice = Dice::new(13);
    let (mut early, mut found) = (0, vec![0; KINDS.len()]);
    // The kinds take turns, so that none has the cache for itself.
    for _ in 0..100 {
        for (place, (_, asks)) in KINDS.iter().enumerate() {
            let filter = asks(&mut dice);
            let began = Instant::now();
            let page = reader.page(&filter, None, 50).unwrap();
            times[place].push(began.elapsed());
            found[place] += page.calls.len();
            early += u32::from(page.next.is_some() && page.calls.len() < 50);
        }
    }
    let mut rows = vec![Figure::plain(
        "index read after a start",
        ms(read_ahead),
        "ms",
    )];
    for (((what, _), times), found) in KINDS.iter().zip(&mut times).zip(found) {
        let name = |which: &str| format!("{what} ({} found), {which}", found / 100);
        rows.push(Figure::plain(name("p50"), ms(percentile(times, 50)), "ms"));
        rows.push(Figure::at_most(
            name("p99"),
            ms(percentile(times, 99)),
            "ms",
            50.0,
        ));
    }
    let mut all: Vec<Duration> = times.concat();
    let name = format!("all of them, {calls} calls, p99");
    rows.push(Figure::at_most(
        name,
        ms(percentile(&mut all, 99)),
        "ms",
        50.0,
    ));
    rows.push(Figure::plain(
        "pages that ended early",
        f64::from(early),
        "",
    ));
    rows.extend(numbers(&reader));
    rows
}

/// What somebody types.
type Typing = fn(&mut Dice) -> String;

/// What is typed ahead.
fn numbers(reader: &Reader) -> Vec<Figure> {
    let mut dice = Dice::new(14);
    let kinds: [(&str, Typing); 3] = [
        ("known numbers by three digits", |dice| {
            format!("{:03}", dice.below(1_000))
        }),
        ("known numbers by four digits", |dice| {
            format!("{:04}", dice.below(10_000))
        }),
        ("known numbers by how all begin", |_| "0840".to_owned()),
    ];
    let measure = |(what, typed): (&str, Typing)| {
        let mut times: Vec<Duration> = (0..100)
            .map(|_| {
                let query = Query::read_number(&typed(&mut dice)).unwrap();
                let began = Instant::now();
                let page = reader.numbers(&query, None, 10).unwrap();
                assert!(page.numbers.len() <= 10);
                began.elapsed()
            })
            .collect();
        Figure::at_most(
            format!("{what}, p99"),
            ms(percentile(&mut times, 99)),
            "ms",
            50.0,
        )
    };
    kinds.map(measure).into_iter().collect()
}

/// The same searches as a program receives them over TLS.
fn over_tls(folder: &Path, calls: u64) -> Vec<Figure> {
    let disk = FileDisk::new(folder, 0).unwrap();
    let office = super::office::Office::open(1, Family::Huawei, Arc::new(disk));
    let mut stream = std::io::BufReader::new(office.connect());
    let mut dice = Dice::new(15);
    let mut times = Vec::new();
    for _ in 0..50 {
        let typed = [
            number_of(dice.below(NUMBERS)),
            format!("{:04}", dice.below(10_000)),
            format!("0840-0{:03}", dice.below(300)),
            one_of(&EVENTS, &mut dice).to_owned(),
            format!(
                "{} {}",
                one_of(&EVENTS, &mut dice),
                one_of(&PLACES, &mut dice)
            ),
            name(&mut dice),
            "me".to_owned(),
            "zxcvb".to_owned(),
        ];
        for typed in typed {
            let path = format!("/api/v1/calls?q={}", typed.replace(' ', "%20"));
            let (status, page, took) = office.request(&mut stream, "GET", &path, "");
            assert_eq!(status, 200, "{page}");
            times.push(took);
        }
    }
    let name = |which: &str| format!("a page of a search over TLS, {calls} calls, {which}");
    vec![
        Figure::plain(name("p50"), ms(percentile(&mut times, 50)), "ms"),
        Figure::at_most(name("p99"), ms(percentile(&mut times, 99)), "ms", 50.0),
    ]
}

/// Whole calls of six entries into two offices by turns, one with what calls are found by and one
/// without: the index holds no ids from 2^52 on, and all else is the same.
fn recording(folder: &Path) -> Vec<Figure> {
    const ROUNDS: usize = 40;
    const CALLS: usize = 250;
    let without = copy_of(folder, "without");
    let mut offices = [folder, &without].map(|folder| Office::go_on(folder, Settings::default()));
    offices[1].next_call = 1 << 52;
    let mut talk = Talk::new(16);
    let mut took = [Duration::ZERO; 2];
    for round in 0..ROUNDS {
        let notes: Vec<String> = (0..CALLS).map(|_| talk.note()).collect();
        for which in [round % 2, 1 - round % 2] {
            let office = &mut offices[which];
            let began = Instant::now();
            for note in &notes {
                office.call_with(Some(note));
            }
            office.wait();
            took[which] += began.elapsed();
        }
    }
    for office in &mut offices {
        office.stop();
    }
    let [with, without] = took.map(|took| took.as_secs_f64());
    vec![
        Figure::at_least(
            "calls with a note recorded",
            ROUNDS as f64 * CALLS as f64 / with,
            "calls/s",
            2_000.0,
        ),
        Figure::at_most("recording with index : without", with / without, "×", 1.5),
    ]
}

fn call(id: u64, dice: &mut Dice) -> CallRecord {
    // 500 calls a day.
    let at = Stamp {
        at: Wall(START_MS + id as i64 * 172_800),
        trust: Trust::Network,
    };
    let mut call = CallRecord::offered(CallId(id), Direction::In, "Telkomsel-1".into(), at);
    let caller = match dice.below(10) {
        0 => 0,
        _ => dice.below(NUMBERS),
    };
    let number = number_of(caller);
    call.caller = Caller::delivered(&number, NumberType::National, Presentation::Allowed, None);
    call.state = CallState::Ended;
    call.operator = Some("ani".into());
    call.class = Some(Class::ALL[(dice.below(40) as usize).min(9)]);
    call
}

fn note(call: &CallRecord, text: String) -> Note {
    Note {
        at: call.offered,
        by: "ani".into(),
        text,
    }
}

/// Notes as call-takers write them.
struct Talk {
    dice: Dice,
}

impl Talk {
    fn new(seed: u64) -> Talk {
        Talk {
            dice: Dice::new(seed),
        }
    }

    fn note(&mut self) -> String {
        let dice = &mut self.dice;
        let event = one_of(&EVENTS, dice);
        let text = format!(
            "{event} di {} desa {}, RT {:02} RW {:02}, pelapor {} {}, {}",
            one_of(&PLACES, dice),
            village(dice),
            dice.below(20) + 1,
            dice.below(9) + 1,
            name(dice),
            name(dice),
            one_of(&STATES, dice),
        );
        match dice.below(3) {
            0 => text,
            _ => format!("{text}; {}", one_of(&WANTED, dice)),
        }
    }
}

fn asks(text: &str) -> CallFilter {
    CallFilter {
        query: Some(Query::read(text).unwrap()),
        ..CallFilter::default()
    }
}

fn one_of(words: &[&'static str], dice: &mut Dice) -> &'static str {
    words[dice.below(words.len() as u64) as usize]
}

/// One of 8,000 names, some common and most rare.
fn name(dice: &mut Dice) -> String {
    let (first, second) = (dice.below(20), dice.below(20));
    let third = dice.below(20).min(dice.below(20));
    let syllable = |place: u64| SYLLABLES[place as usize];
    format!("{}{}{}", syllable(third), syllable(first), syllable(second))
}

/// One of 140.
fn village(dice: &mut Dice) -> String {
    let (first, second) = (dice.below(20), dice.below(7));
    let syllable = |place: u64| SYLLABLES[place as usize];
    format!("{}{}tu", syllable(first), syllable(second))
}

const SYLLABLES: [&str; 20] = [
    "sa", "ri", "wa", "ti", "bu", "di", "no", "la", "ma", "ro", "ge", "tu", "ka", "ne", "yu",
    "pon", "tom", "ra", "lis", "jen",
];

const EVENTS: [&str; 12] = [
    "kebakaran",
    "banjir",
    "kecelakaan motor",
    "orang sakit",
    "pohon tumbang",
    "tanah longsor",
    "perkelahian",
    "orang hilang",
    "ibu melahirkan",
    "ular masuk rumah",
    "pencurian",
    "hanya napas",
];

const PLACES: [&str; 10] = [
    "rumah warga",
    "pasar lama",
    "jalan raya",
    "pantai",
    "sekolah dasar",
    "dekat jembatan",
    "belakang gereja",
    "samping masjid",
    "kebun kelapa",
    "terminal",
];

const STATES: [&str; 10] = [
    "api masih menyala besar",
    "air setinggi lutut",
    "korban dua orang sadar",
    "korban tidak sadarkan diri",
    "jalan tertutup tidak bisa dilewati",
    "warga sudah membantu",
    "masih menunggu petugas",
    "kondisi aman terkendali",
    "listrik padam total",
    "penelepon panik dan menangis",
];

const WANTED: [&str; 7] = [
    "minta ambulans segera",
    "minta pemadam kebakaran",
    "minta polisi datang",
    "diteruskan ke puskesmas",
    "dihubungi kembali 10 menit lagi",
    "mohon perahu karet",
    "menunggu di pinggir jalan membawa senter",
];

const DAY_MS: i64 = 86_400_000;
