//! The whole way: from a modem's bytes to what a TLS client of the event stream can read, and from
//! a click to its confirmation.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::BufReader;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use siaga112::sim::modem::{Act, Family};
use siaga112::store::backend::FileDisk;
use siaga112::store::faults::FaultyDisk;

use super::figures::{Figure, ms, percentile};
use super::office::{Heard, Office};

/// Sixteen lines at once, the disk standing still, a caller who gives up, and a click.
pub fn figures() -> Vec<Figure> {
    let mut figures = sixteen();
    figures.extend(click());
    figures
}

/// Sixteen telephones ring in the same moment, on a good disk and on one that does not move.
fn sixteen() -> Vec<Figure> {
    let disk = FaultyDisk::default();
    let office = Office::open(LINES, Family::Huawei, Arc::new(disk.clone()));
    let events = office.listen();
    let mut gone = Vec::new();
    let mut rung = Vec::new();
    for round in 0..ROUNDS {
        rung.extend(everybody_rings(&office, &events, round));
        gone.extend(everybody_gives_up(&office, &events));
    }
    disk.stall();
    let mut stalled = Vec::new();
    for round in ROUNDS..2 * ROUNDS {
        stalled.extend(everybody_rings(&office, &events, round));
        everybody_gives_up(&office, &events);
    }
    disk.go_on();
    vec![
        Figure::plain(
            "16 lines at once, RING written → alert readable, p50",
            ms(percentile(&mut rung, 50)),
            "ms",
        ),
        Figure::at_most(
            "16 lines at once, p99",
            ms(percentile(&mut rung, 99)),
            "ms",
            10.0,
        ),
        Figure::at_most(
            "16 lines at once, disk stalled, p99",
            ms(percentile(&mut stalled, 99)),
            "ms",
            10.0,
        ),
        Figure::at_most(
            "caller gave up (^CEND written) → event, p99",
            ms(percentile(&mut gone, 99)),
            "ms",
            50.0,
        ),
    ]
}

fn everybody_rings(office: &Office, events: &Receiver<Heard>, round: usize) -> Vec<Duration> {
    let mut began = HashMap::new();
    for line in 0..LINES {
        let number = format!("+62840{:08}", round * LINES + line);
        let text = format!("\r\nRING\r\n\r\n+CLIP: \"{number}\",145,,,,0\r\n");
        began.insert(format!("L{line}"), Instant::now());
        office.act(line, Act::Raw(text.into_bytes()));
    }
    collect(events, &mut began, |heard| {
        (heard.kind == "alert" && heard.data["alert"] == "ring").then(|| {
            heard.data["call"]["line"]
                .as_str()
                .expect("a line")
                .to_owned()
        })
    })
}

fn everybody_gives_up(office: &Office, events: &Receiver<Heard>) -> Vec<Duration> {
    let mut began = HashMap::new();
    for line in 0..LINES {
        began.insert(format!("L{line}"), Instant::now());
        office.act(line, Act::Raw(b"\r\n^CEND:1,0,28\r\n".to_vec()));
    }
    collect(events, &mut began, |heard| {
        let ended = heard.kind == "alert" && heard.data["call"]["state"] == "ended";
        ended.then(|| {
            heard.data["call"]["line"]
                .as_str()
                .expect("a line")
                .to_owned()
        })
    })
}

/// How long each line's event took, until every line has had its own.
fn collect(
    events: &Receiver<Heard>,
    began: &mut HashMap<String, Instant>,
    wanted: impl Fn(&Heard) -> Option<String>,
) -> Vec<Duration> {
    let mut times = Vec::new();
    while !began.is_empty() {
        let heard = events
            .recv_timeout(Duration::from_secs(20))
            .expect("an event");
        if let Some(start) = wanted(&heard).and_then(|line| began.remove(&line)) {
            times.push(heard.at - start);
        }
    }
    times
}

/// A click on a running call (a note) until it is confirmed as saved, beside a bare write and flush
/// of the same disk, in turns.
fn click() -> Vec<Figure> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
    let disk = FileDisk::new(folder.path(), 0).expect("the disk");
    let office = Office::open(1, Family::Huawei, Arc::new(disk));
    let bare = OpenOptions::new()
        .create_new(true)
        .write(true)
        .open(folder.path().join("bare"))
        .expect("a file");
    bare.write_at(&vec![0; 16 << 20], 0).expect("written");
    bare.sync_all().expect("flushed");
    let events = office.listen();
    let _operator = office.operator();
    everybody_rings_on(&office, &events);
    let mut stream = BufReader::new(office.connect());
    let (mut raw, mut ours) = (Vec::new(), Vec::new());
    for round in 0..CLICKS {
        let began = Instant::now();
        bare.write_at(&[0x5A; 4096], (round % 4096) as u64 * 4096)
            .expect("written");
        bare.sync_data().expect("flushed");
        raw.push(began.elapsed());
        let state = if round % 2 == 0 { "pause" } else { "ready" };
        let body = format!("{{\"state\":\"{state}\"}}");
        let (status, answer, took) = office.request(&mut stream, "POST", "/api/v1/seat", &body);
        assert_eq!(status, 200, "{answer}");
        ours.push(took);
    }
    let (raw_p99, ours_p99) = (percentile(&mut raw, 99), percentile(&mut ours, 99));
    let ratio = ours_p99.as_secs_f64() / raw_p99.as_secs_f64();
    vec![
        Figure::plain(
            "the disk's own write and flush, p50",
            ms(percentile(&mut raw, 50)),
            "ms",
        ),
        Figure::plain("the disk's own write and flush, p99", ms(raw_p99), "ms"),
        Figure::plain(
            "click → durable and confirmed over TLS, p50",
            ms(percentile(&mut ours, 50)),
            "ms",
        ),
        Figure::plain(
            "click → durable and confirmed over TLS, p99",
            ms(ours_p99),
            "ms",
        ),
        Figure::at_most("click p99 : flush p99", ratio, "×", 3.0),
    ]
}

fn everybody_rings_on(office: &Office, events: &Receiver<Heard>) {
    let mut began = HashMap::from([(String::from("L0"), Instant::now())]);
    office.act(
        0,
        Act::Raw(b"\r\nRING\r\n\r\n+CLIP: \"+6284000000001\",145,,,,0\r\n".to_vec()),
    );
    collect(events, &mut began, |heard| {
        (heard.data["alert"] == "ring").then(|| String::from("L0"))
    });
}

const LINES: usize = 16;
const ROUNDS: usize = 25;
const CLICKS: usize = 1_000;
