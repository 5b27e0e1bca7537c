//! A PCM port.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use siaga112::port::audio::{AudioChange, AudioPath, Tools};
use siaga112::port::{Device, Failure, codes, open_audio_device};

use super::{MARK, Owner, frame};
use crate::port::{Modem, held_by};

#[test]
fn only_what_comes_during_a_call_is_heard() {
    let modem = Modem::new();
    let mut owner = Owner::of_tty(&modem.node);
    owner.opened();
    modem.says(b"diag chatter between calls, an odd number of bytes");
    owner.is_quiet(Duration::from_millis(100));
    assert_eq!(owner.heard, b"");
    // What came just before the call and was not thrown away yet is not part of it either.
    modem.says(b"later");
    owner.want(true);
    let all: Vec<u8> = (0..=255).collect();
    modem.says(&all);
    owner.hears(&all);
    assert_eq!(owner.write(&all), 0);
    assert_eq!(modem.hears(256), all);
    owner.want(false);
    modem.says(&all);
    owner.is_quiet(Duration::from_millis(100));
    assert_eq!(owner.heard, b"");
    assert_eq!(owner.write(&frame(1)), 320, "nobody wants it");
    owner.close();
}

#[test]
fn what_came_before_the_modem_sounds_shifts_nothing_of_it() {
    let modem = Modem::new();
    let mut owner = Owner::of_tty(&modem.node);
    owner.opened();
    owner.want(true);
    modem.says(b"odd");
    owner.timed(|port, now| port.start_afresh(now));
    modem.says(&frame(1));
    owner.hears(&frame(1));
    owner.close();
}

#[test]
fn a_port_that_vanishes_is_told_once_and_taken_again_under_another_number() {
    let folder = tempfile::tempdir().expect("folder");
    let link = folder.path().join("usb-0:2.1-port1");
    let modem = Modem::plugged_in(&link);
    let in_the_way = modem.node.clone();
    let mut owner = Owner::of_tty(&link);
    owner.opened();
    owner.want(true);
    modem.says(&frame(1));
    owner.hears(&frame(1));
    let keeps_the_number = Modem::new();
    modem.unplug(&link);
    let lost = owner.lost();
    assert_eq!(lost.code, &codes::GONE);
    assert!(!lost.busy);
    assert_eq!(owner.write(&frame(2)), 320, "no port, no write");
    owner.is_quiet(Duration::from_millis(1500));

    let second = Modem::new();
    let modem = if second.node == in_the_way {
        Modem::new()
    } else {
        second
    };
    symlink(&modem.node, &link).expect("link");
    owner.opened();
    modem.says(&frame(3));
    owner.hears(&frame(3));
    assert_eq!(owner.write(&frame(4)), 0);
    assert_eq!(modem.hears(320), frame(4));
    drop(keeps_the_number);
    owner.close();
}

#[test]
fn a_port_that_is_not_there_yet_is_taken_when_it_comes() {
    let folder = tempfile::tempdir().expect("folder");
    let link = folder.path().join("later");
    let mut owner = Owner::of_tty(&link);
    let lost = owner.lost();
    assert_eq!(lost.code, &codes::MISSING);
    assert!(lost.cause.starts_with("port suara "), "{}", lost.cause);
    owner.is_quiet(Duration::from_millis(1200));
    let _modem = Modem::plugged_in(&link);
    owner.opened();
}

#[test]
fn what_is_no_port_is_called_so() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("file");
    fs::write(&file, "x").expect("file");
    for path in [folder.path(), &file, Path::new("/dev/null")] {
        assert_eq!(Owner::of_tty(path).lost().code, &codes::NOT_SERIAL);
    }
}

#[test]
fn a_busy_port_names_who_has_it_and_is_taken_when_it_is_free() {
    let modem = Modem::new();
    let holder = held_by(Path::new("/bin/sleep"), &modem.node);
    let mut owner = Owner::of_tty(&modem.node);
    let lost = owner.lost();
    assert_eq!(lost.code, &codes::AUDIO_BUSY);
    assert!(lost.busy);
    let told = lost.holder.expect("a holder");
    let pid = holder.0.id();
    assert!(told.contains(&format!("sleep (proses {pid})")), "{told}");
    owner.is_quiet(Duration::from_millis(100));
    drop(holder);
    owner.ahead += Duration::from_secs(2);
    owner.opened();
}

/// Opens when it is told to.
fn gated(modem: &Modem) -> (Owner, std::sync::mpsc::Sender<()>) {
    let (release, gate) = channel::<()>();
    let gate = Mutex::new(gate);
    let opener = Arc::new(move |path: &Path| -> Result<Device, Failure> {
        let _ = gate.lock().expect("gate").recv();
        open_audio_device(path)
    });
    let path = AudioPath::Tty(modem.node.clone());
    (Owner::with(path, opener, Tools::default()), release)
}

#[test]
fn a_port_that_hangs_in_opening_holds_nobody_up_and_is_taken_when_it_comes_back() {
    let modem = Modem::new();
    let (mut owner, release) = gated(&modem);
    owner.want(true);
    owner.is_quiet(Duration::from_millis(100));
    owner.ahead += Duration::from_secs(5);
    let lost = owner.lost();
    assert_eq!(lost.code, &codes::HANGS);
    // It is not opened a second time beside the hanging one.
    owner.ahead += Duration::from_secs(60);
    owner.is_quiet(Duration::from_millis(100));
    release.send(()).expect("opener waits");
    owner.opened();
    modem.says(&frame(1));
    owner.hears(&frame(1));
    owner.close();
}

#[test]
fn a_port_that_hangs_in_opening_does_not_hold_up_the_stop() {
    let modem = Modem::new();
    let (mut owner, release) = gated(&modem);
    owner.is_quiet(Duration::from_millis(50));
    owner.close();
    drop(release);
}

/// Checks a stream of [`frame`]s: whole, in order, nothing shifted; the numbers that came.
fn numbers(heard: &[u8]) -> Vec<u8> {
    assert_eq!(heard.len() % 320, 0);
    heard
        .chunks_exact(320)
        .map(|chunk| {
            assert_eq!(chunk, frame(chunk[0]), "shifted or torn");
            assert_eq!(chunk[1], MARK);
            chunk[0]
        })
        .collect()
}

#[test]
fn a_modem_that_takes_no_sound_costs_whole_frames_and_no_time() {
    let modem = Modem::new();
    let mut owner = Owner::of_tty(&modem.node);
    owner.opened();
    owner.want(true);
    // Nobody reads the other end; the kernel's buffer fills up in the middle of a frame.
    let mut dropped = 0;
    for number in 0..200 {
        dropped += owner.write(&frame(number));
    }
    assert!(dropped > 0, "a pty does not hold four seconds");
    assert_eq!(dropped % 320, 0, "whole frames");
    // It is still heard meanwhile.
    modem.says(&frame(7));
    owner.hears(&frame(7));
    // It takes sound again: the begun frame is ended first, then comes a new one.
    let taken = 200 * 320 - dropped;
    let mut heard = modem.hears(taken - 320);
    for number in 200..210 {
        assert_eq!(owner.write(&frame(number)), 0);
        let missing = taken + 320 * (usize::from(number) - 199) - heard.len();
        heard.extend(modem.hears(missing));
    }
    let numbers = numbers(&heard);
    assert_eq!(numbers.len() * 320, taken + 10 * 320);
    assert!(numbers.is_sorted());
    assert_eq!(
        numbers[numbers.len() - 10..],
        [200, 201, 202, 203, 204, 205, 206, 207, 208, 209]
    );
    owner.close();
}

#[test]
fn a_quiet_port_costs_nothing() {
    let modem = Modem::new();
    let mut owner = Owner::of_tty(&modem.node);
    owner.opened();
    owner.turns = 0;
    owner.is_quiet(Duration::from_millis(500));
    assert!(owner.turns <= 3, "{}", owner.turns);
    // It is asked now and then whether it is there, and it is.
    owner.ahead += Duration::from_secs(10);
    owner.is_quiet(Duration::from_millis(50));
    assert_eq!(owner.changes, []);
    assert!(!owner.port().is_lost());
    owner.close();
}

#[test]
fn a_closed_port_is_free_for_the_next_one_and_one_port_is_one_lines() {
    let modem = Modem::new();
    for _ in 0..3 {
        let mut owner = Owner::of_tty(&modem.node);
        owner.opened();
        owner.close();
    }
    let mut first = Owner::of_tty(&modem.node);
    first.opened();
    let mut second = Owner::of_tty(&modem.node);
    assert_eq!(second.lost().code, &codes::AUDIO_BUSY);
    drop(first);
    second.ahead += Duration::from_secs(2);
    match second.change() {
        AudioChange::Opened => {}
        other => panic!("{other:?}"),
    }
}
