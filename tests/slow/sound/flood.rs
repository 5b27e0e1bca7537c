//! A browser that floods, or sends what is no sound, in one call: another call does not hear of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use siaga112::voice::frame::Frame;
use tungstenite::Message;

use super::Stage;
use super::support::times::Account;

#[test]
fn a_flood_in_one_call_delays_no_other() {
    let mut stage = Stage::open(2);
    let (_, browser) = stage.call(0);
    let (call, other) = stage.call(1);
    other.end();
    std::thread::sleep(Duration::from_secs(2));
    let before = Instant::now();
    std::thread::sleep(MEASURED);
    let stop = Arc::new(AtomicBool::new(false));
    let attacks = AtomicUsize::new(0);
    let from = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| attack(&stage, &call, &stop, &attacks));
        std::thread::sleep(MEASURED);
        stop.store(true, Ordering::Relaxed);
    });
    let to = Instant::now();
    std::thread::sleep(Duration::from_millis(200));
    let attacks = attacks.load(Ordering::Relaxed);
    let (said, typed) = (
        Arc::clone(&stage.callers[&0].sent),
        Arc::clone(&browser.sent),
    );
    let caller = stage.callers.remove(&0).expect("a caller");
    let (ears, heard) = (browser.end(), caller.end());
    for (when, from, to) in [("before", before, from), ("meanwhile", from, to)] {
        let down = Account::sum([Account::of(&said, &ears.caller, from, to)]);
        let up = Account::sum([Account::of(&typed, &heard, from, to)]);
        let (p99_down, p99_up) = (down.permille(990), up.permille(990));
        println!("{when}: p99 {p99_down:?} to the browser, {p99_up:?} to the line");
        assert!(p99_down < LOOSELY && p99_up < LOOSELY, "{when}");
        assert_eq!((down.lost, up.lost), (0, 0), "{when}");
    }
    println!("{attacks} floods and pieces of junk");
    assert!(attacks > 10);
}

/// Opens the call's sound, floods it or sends junk until it is thrown out, and again.
fn attack(stage: &Stage, call: &str, stop: &AtomicBool, attacks: &AtomicUsize) {
    while !stop.load(Ordering::Relaxed) {
        let mut socket = stage.office.sound(1, call);
        match attacks.fetch_add(1, Ordering::Relaxed) % 3 {
            0 => while socket.send(&Frame([9; 160])) && socket.take().is_some() {},
            1 => drop(socket.0.send(Message::binary(vec![7; 100_000]))),
            _ => drop(socket.0.send(Message::text("halo"))),
        }
        let until = Instant::now() + Duration::from_millis(100);
        while socket.take().is_some() && Instant::now() < until {
            socket.wait(until);
        }
    }
}

const MEASURED: Duration = Duration::from_secs(5);
/// Twice what is promised: this machine may be busy.
const LOOSELY: Duration = Duration::from_millis(90);
