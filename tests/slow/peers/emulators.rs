//! Modem emulators that are not ours ring our line driver.
//!
//! Both are data and fax modems: `AT+FCLASS=8` is refused, so they cannot carry a voice call. What
//! they prove is what a caller needs first: the ring and the number reach us from a modem whose
//! authors never heard of us.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use siaga112::clock::Clock;
use siaga112::line::words::{Event, Input, Line, Output, Setup};
use siaga112::line::{Families, Machine};

use super::tools::{Stranger, need, open_tty, peer_file, run, scratch, unshare};

#[test]
fn spandsps_interpreter_rings_us_with_a_number() {
    let folder = scratch();
    let modem = Emulator::spandsp(folder.path());
    takes_calls(modem);
}

#[test]
fn iaxmodem_rings_us_with_a_number() {
    let folder = scratch();
    let modem = Emulator::iaxmodem(folder.path());
    takes_calls(modem);
}

/// A caller with a number, one without, and one who gives up.
fn takes_calls(mut modem: Emulator) {
    let line = Driver::open(&modem.port);
    line.settle();
    modem.tell("ring 0431851234");
    let caller = line.expect("a call with its number", |event| match event {
        Event::Rang { caller, .. } | Event::Identified { caller, .. } => caller.number.clone(),
        _ => None,
    });
    assert_eq!(caller.to_string(), "+62431851234");
    modem.tell("hangup");
    line.expect("the end of a caller who gave up", ended);
    // iaxmodem rejects the next call once after an unanswered one; its exchange tries again.
    modem.tell("ring");
    line.expect("a call without a number", |event| match event {
        Event::Rang { caller, .. } if caller.number.is_none() => Some(()),
        _ => None,
    });
    modem.tell("hangup");
    line.expect("its end", ended);
}

fn ended(event: &Event) -> Option<()> {
    matches!(event, Event::Ended { .. }).then_some(())
}

/// A modem emulator as a process: prints `port PATH`, obeys `ring [NUMBER]` and `hangup`.
pub struct Emulator {
    process: Stranger,
    pub port: PathBuf,
}

impl Emulator {
    /// libspandsp's AT interpreter on a pty, compiled on the spot.
    pub fn spandsp(folder: &Path) -> Emulator {
        need(&[
            ("gcc", "gcc"),
            ("/usr/include/spandsp/at_interpreter.h", "libspandsp-dev"),
        ]);
        let program = folder.join("spandsp_modem");
        let mut compile = Command::new("gcc");
        compile
            .args(["-O2", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(&program);
        run(compile.arg(peer_file("spandsp_modem.c")).arg("-lspandsp"));
        let link = folder.join("tty-spandsp");
        Emulator::start(folder, Command::new(&program).arg(&link), link)
    }

    /// iaxmodem with an exchange of ours, in a network of its own.
    pub fn iaxmodem(folder: &Path) -> Emulator {
        need(&[
            ("iaxmodem", "iaxmodem"),
            ("unshare", "util-linux"),
            ("ip", "iproute2"),
            ("python3", "python3"),
        ]);
        let link = folder.join("tty-iax");
        let mut command = unshare(&["--net", "--mount"]);
        command
            .arg("python3")
            .arg(peer_file("iaxmodem_peer.py"))
            .arg(&link);
        Emulator::start(folder, &mut command, link)
    }

    fn start(folder: &Path, command: &mut Command, port: PathBuf) -> Emulator {
        command.stdin(Stdio::piped());
        let process = Stranger::start(folder, "emulator", command);
        process.expect("port ", Duration::from_secs(20));
        Emulator { process, port }
    }

    pub fn tell(&mut self, order: &str) {
        self.process.tell(order);
    }
}

/// Our line driver on a real tty, in real time.
pub struct Driver {
    events: Receiver<Event>,
}

impl Driver {
    pub fn open(port: &Path) -> Driver {
        let tty = open_tty(port);
        let (tell, events) = channel();
        std::thread::spawn(move || drive(tty, &tell));
        Driver { events }
    }

    /// Waits until the driver has made up its mind about the modem: ready, or why not.
    pub fn settle(&self) {
        self.expect("a verdict", |event| {
            matches!(event, Event::Up | Event::Down { .. }).then_some(())
        });
        // The rest of the boot script.
        std::thread::sleep(Duration::from_secs(3));
    }

    /// The first event that answers.
    pub fn expect<T>(&self, what: &str, wanted: impl Fn(&Event) -> Option<T>) -> T {
        let end = Instant::now() + Duration::from_secs(60);
        let mut passed = Vec::new();
        while let Ok(event) = self
            .events
            .recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            if let Some(found) = wanted(&event) {
                return found;
            }
            passed.push(event);
        }
        panic!("the line never told {what}; it told {passed:#?}");
    }
}

fn drive(mut tty: File, tell: &Sender<Event>) {
    let clock = Clock::start();
    let setup = Setup {
        profile: "auto".to_owned(),
        area_code: Some("0431".to_owned()),
        ..Setup::default()
    };
    let mut machine = Machine::new(setup, Arc::new(Families::compiled_in()));
    machine.handle(clock.now(), Input::PortOpened);
    let mut bytes = [0_u8; 4096];
    loop {
        let due = loop {
            match machine.next() {
                Output::Send(bytes) | Output::SendSound(bytes) => {
                    tty.write_all(&bytes).unwrap_or_default()
                }
                Output::Tell(event) => {
                    if tell.send(event).is_err() {
                        return;
                    }
                }
                Output::Reopen => machine.handle(clock.now(), Input::PortOpened),
                Output::Sound(_) => {}
                Output::Sleep(due) => break due,
            }
        };
        let wait = due.map_or(LOOK_AGAIN, |due| due.since(clock.tick()).min(LOOK_AGAIN));
        let timeout = Timespec {
            tv_sec: 0,
            tv_nsec: i64::from(wait.subsec_nanos()),
        };
        let mut fds = [PollFd::new(&tty, PollFlags::IN)];
        let ready = poll(&mut fds, Some(&timeout)).unwrap_or(0) > 0;
        match ready.then(|| tty.read(&mut bytes)) {
            Some(Ok(0) | Err(_)) => return,
            Some(Ok(count)) => machine.handle(clock.now(), Input::Bytes(&bytes[..count])),
            None => machine.handle(clock.now(), Input::Wake),
        }
    }
}

/// The longest sleep, so that a driver whose test has ended ends soon too.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
