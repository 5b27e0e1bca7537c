//! One ring: from its bytes on the pty to the alert that a TLS client can read, beside a bare reader
//! of the same kind of port.

use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use siaga112::sim::modem::{Act, Family};
use siaga112::store::backend::FileDisk;

use super::figures::{Figure, ms, percentile};
use super::office::{Heard, Office, modem};

/// Floor and ours in turns.
pub fn figures() -> Vec<Figure> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
    let disk = FileDisk::new(folder.path(), 0).expect("the disk");
    let office = Office::open(1, Family::Huawei, Arc::new(disk));
    let events = office.listen();
    let bare = modem(folder.path(), 99, Family::Huawei);
    let floor_events = read_bare(&folder.path().join("L99"));
    // The reader has the port open before anything is written to it.
    std::thread::sleep(Duration::from_millis(500));
    let (mut floor, mut ours) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let text = format!("\r\nRING\r\n\r\n+CLIP: \"+62840{round:08}\",145,,,,0\r\n");
        let began = Instant::now();
        bare.act(Act::Raw(text.clone().into_bytes()));
        floor.push(floor_events.recv_timeout(PATIENCE).expect("the bytes") - began);
        let began = Instant::now();
        office.act(0, Act::Raw(text.into_bytes()));
        ours.push(until(&events, |heard| heard.data["alert"] == "ring") - began);
        office.act(0, Act::Raw(b"\r\n^CEND:1,0,28\r\n".to_vec()));
        until(&events, |heard| heard.data["call"]["state"] == "ended");
        std::thread::sleep(Duration::from_millis(15));
    }
    let (floor_p50, ours_p50) = (percentile(&mut floor, 50), percentile(&mut ours, 50));
    vec![
        Figure::plain("bare reader, p50", ms(floor_p50), "ms"),
        Figure::plain("bare reader, p99", ms(percentile(&mut floor, 99)), "ms"),
        Figure::plain("ours (TLS event stream), p50", ms(ours_p50), "ms"),
        Figure::plain("ours, p99", ms(percentile(&mut ours, 99)), "ms"),
        Figure::at_most(
            "ours p50 − bare reader p50",
            ms(ours_p50) - ms(floor_p50),
            "ms",
            0.7,
        ),
    ]
}

fn until(events: &Receiver<Heard>, wanted: impl Fn(&Heard) -> bool) -> Instant {
    loop {
        let heard = events.recv_timeout(PATIENCE).expect("an event");
        if wanted(&heard) {
            return heard.at;
        }
    }
}

/// Reads the port and says when the end of a number was there.
fn read_bare(port: &std::path::Path) -> Receiver<Instant> {
    let mut file = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(port)
        .expect("the port");
    let mut attributes = rustix::termios::tcgetattr(&file).expect("a tty");
    attributes.make_raw();
    rustix::termios::tcsetattr(&file, rustix::termios::OptionalActions::Now, &attributes)
        .expect("raw");
    let (tell, read) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count) = file.read(&mut buffer) {
            let at = Instant::now();
            if buffer[..count].ends_with(b",,,,0\r\n") && tell.send(at).is_err() {
                return;
            }
        }
    });
    read
}

const ROUNDS: usize = 400;
const PATIENCE: Duration = Duration::from_secs(20);
