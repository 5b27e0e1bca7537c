//! The bell on the box itself: a script in the place of `aplay`, and a board and a bus that say what
//! the story wants.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use siaga112::base::ids::{CallId, LineName, UserName};
use siaga112::base::time::Stamp;
use siaga112::clock::Clock;
use siaga112::desk::call::{CallRecord, CallState, Direction};
use siaga112::desk::operator::{Seat, SeatState};
use siaga112::engine::board::{Board, BoardLine};
use siaga112::engine::bus::{Alert, Bus, Said, SharedBoard};
use siaga112::engine::handle::{Handle, Inbox};
use siaga112::line::words::Status;
use siaga112::media::bell::{Bell, Device, Report, Setup, State, try_out};
use siaga112::port::audio::Tools;
use siaga112::store::backend::FileDisk;
use siaga112::store::{self, Settings};
use tempfile::TempDir;

/// Keeps what it was given.
const SPEAKS: &str = "exec cat >> \"$0.out\"";

/// The machine below the bell: where its player and its cards are.
struct Machine {
    folder: TempDir,
}

impl Machine {
    fn with(play: &str) -> Machine {
        let machine = Machine {
            folder: tempfile::tempdir().unwrap(),
        };
        machine.player(play);
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Notes each of its starts, and what it was asked.
    fn player(&self, text: &str) {
        let whole =
            format!("#!/bin/sh\necho $$ >> \"$0.starts\"\necho \"$*\" > \"$0.asked\"\n{text}\n");
        let fresh = self.path("aplay.new");
        fs::write(&fresh, whole).unwrap();
        fs::set_permissions(&fresh, fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(&fresh, self.path("aplay")).unwrap();
    }

    fn plug(&self, id: &str) {
        let folder = self.path("proc/asound");
        fs::create_dir_all(folder.join("card0/pcm0p")).unwrap();
        fs::write(folder.join("cards"), format!(" 0 [{id}]: X - X\n    X\n")).unwrap();
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn starts(&self) -> Vec<String> {
        let text = self.text("aplay.starts");
        text.lines().map(str::to_owned).collect()
    }

    /// None of its players is left, not even as a zombie.
    fn is_quiet(&self) -> bool {
        let is_gone = |pid: &String| !fs::exists(format!("/proc/{pid}")).unwrap();
        self.starts().iter().all(is_gone)
    }

    fn samples(&self) -> Vec<i16> {
        let bytes = fs::read(self.path("aplay.out")).unwrap_or_default();
        let pairs = bytes.chunks_exact(2);
        pairs
            .map(|two| i16::from_le_bytes([two[0], two[1]]))
            .collect()
    }

    fn sounds(&self) -> bool {
        self.samples()
            .iter()
            .any(|sample| sample.unsigned_abs() > LOUD)
    }

    fn forget(&self) {
        fs::write(self.path("aplay.out"), "").unwrap();
    }

    fn tools(&self) -> Tools {
        Tools {
            play: self.path("aplay"),
            ..Tools::default()
        }
    }
}

/// An office as the bell sees it.
struct Office {
    machine: Machine,
    bus: Bus,
    board: SharedBoard,
    report: Arc<Report>,
    bell: Option<Bell>,
    /// Nobody reads it, and nobody hangs up.
    _inbox: Receiver<Inbox>,
    _data: TempDir,
}

impl Office {
    /// With a loudspeaker, that has been tried.
    fn open(machine: Machine) -> Office {
        let office = Office::new(machine, Device::Named("plughw:CARD=Bel".to_owned()));
        office.until("the trial", |office| {
            office.state().tried.is_some() && office.machine.is_quiet()
        });
        office.machine.forget();
        office
    }

    fn new(machine: Machine, device: Device) -> Office {
        let data = tempfile::tempdir().unwrap();
        let settings = Settings {
            cache_bytes: 1024 * 1024,
            wal_bytes: 256 * 1024,
        };
        let disk = Arc::new(FileDisk::new(data.path(), 0).unwrap());
        let opened = store::open::open(disk, settings, "uji").unwrap();
        let (bus, board) = (Bus::new(64), SharedBoard::default());
        let (handle, inbox) = Handle::new(bus.clone(), board.clone(), opened.reader.clone());
        let report = Arc::new(Report::default());
        let mut office = Office {
            bus,
            board,
            report: report.clone(),
            bell: None,
            _inbox: inbox,
            _data: data,
            machine,
        };
        office.draw(&[]);
        let setup = Setup {
            device,
            root: office.machine.folder.path().to_owned(),
            tools: office.machine.tools(),
            handle,
            clock: Clock::start(),
            report,
            staffed: true,
        };
        office.bell = Some(Bell::start(setup).unwrap());
        office
    }

    fn state(&self) -> State {
        self.report.read()
    }

    /// The next picture: one line, somebody who is ready, and these calls.
    fn draw(&self, calls: &[CallRecord]) {
        let line = BoardLine {
            name: LineName::new("L1"),
            up: true,
            holder: None,
            status: Status::default(),
        };
        let seat = Seat {
            user: UserName::new("rina"),
            name: "Rina Tombokan".to_owned(),
            state: SeatState::Ready,
            reason: None,
            since: Stamp::default(),
            call: None,
            unclassified: Vec::new(),
            help: None,
        };
        self.board.store(Arc::new(Board {
            lines: vec![line],
            seats: vec![seat],
            calls: calls.to_vec(),
            ..Board::default()
        }));
    }

    /// As the engine: the alert at once, then the picture.
    fn ring(&self, id: u64) {
        let call = call(id, CallState::Ringing);
        self.alert(Alert::Ring {
            call: Box::new(call.clone()),
        });
        self.draw(&[call]);
    }

    fn answer(&self, id: u64) {
        let call = call(id, CallState::Talking);
        self.alert(Alert::Call {
            takeover: None,
            call: Box::new(call.clone()),
        });
        self.draw(&[call]);
    }

    fn alert(&self, alert: Alert) {
        self.bus.say(Said::Alert(Arc::new(alert)));
    }

    fn until(&self, what: &str, is_so: impl Fn(&Office) -> bool) -> Duration {
        let began = Instant::now();
        while !is_so(self) {
            assert!(began.elapsed() < LIMIT, "never: {what}; {:?}", self.state());
            std::thread::sleep(Duration::from_millis(2));
        }
        began.elapsed()
    }

    fn close(mut self) {
        let began = Instant::now();
        self.bell.take().unwrap().stop();
        assert!(began.elapsed() < LIMIT / 2);
        assert!(self.machine.is_quiet(), "a player is left");
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if let Some(bell) = self.bell.take() {
            bell.stop();
        }
    }
}

fn call(id: u64, state: CallState) -> CallRecord {
    let line = LineName::new("L1");
    CallRecord {
        state,
        ..CallRecord::offered(CallId(id), Direction::In, line, Stamp::default())
    }
}

#[test]
fn a_ring_is_handed_to_the_loudspeaker_in_a_tenth_of_a_second_and_ends_with_the_answer() {
    let office = Office::open(Machine::with(SPEAKS));
    let mut soonest = LIMIT;
    for id in 1..=5 {
        let rang = Instant::now();
        office.ring(id);
        office.until("a sound", |office| office.machine.sounds());
        soonest = soonest.min(rang.elapsed());
        let silent = {
            office.answer(id);
            office.until("silence", |office| office.machine.is_quiet())
        };
        println!("silent after {silent:?}");
        office.machine.forget();
    }
    // On a machine that is busy with other tests, once of five.
    assert!(soonest < Duration::from_millis(100), "{soonest:?}");
    let asked = office.machine.text("aplay.asked");
    assert!(
        asked.starts_with("-D plughw:CARD=Bel -t raw -f S16_LE -r 8000 -c 1"),
        "{asked}"
    );
    office.close();
}

#[test]
fn a_ring_goes_on_in_time_until_it_is_answered_and_is_counted_once() {
    let office = Office::open(Machine::with(SPEAKS));
    office.ring(1);
    office.until("four seconds", |office| {
        office.machine.samples().len() > 32_000
    });
    let samples = office.machine.samples();
    // Two strikes: each begins after a second of silence, and the first at once.
    let heard = |sample: &&i16| sample.unsigned_abs() > LOUD;
    let first = samples.iter().position(|sample| heard(&sample)).unwrap();
    assert!(first < 160, "{first}");
    let mut strikes = 0;
    let mut last = None;
    for (place, _) in samples
        .iter()
        .enumerate()
        .filter(|(_, sample)| heard(sample))
    {
        strikes += u32::from(last.is_none_or(|last| place - last > 4_000));
        last = Some(place);
    }
    assert!((2..=3).contains(&strikes), "{strikes}");
    assert_eq!(office.state().times, 1);
    assert!(office.state().sounded.is_some());
    assert_eq!(office.machine.starts().len(), 2, "the trial and the ring");
    office.close();
}

#[test]
fn it_rings_before_the_picture_shows_the_call_and_goes_on() {
    let office = Office::open(Machine::with(SPEAKS));
    let call = call(1, CallState::Ringing);
    office.alert(Alert::Ring {
        call: Box::new(call),
    });
    // The engine has not drawn since: the picture of before says nothing against it.
    std::thread::sleep(Duration::from_millis(2_500));
    assert!(!office.machine.is_quiet());
    assert_eq!(office.machine.starts().len(), 2);
    office.draw(&[]);
    let silent = office.until("silence", |office| office.machine.is_quiet());
    assert!(silent < MISSED, "{silent:?}");
    office.close();
}

#[test]
fn a_missed_alert_costs_a_second_whether_it_told_a_ring_or_an_answer() {
    let office = Office::open(Machine::with(SPEAKS));
    office.draw(&[call(1, CallState::Queued)]);
    let rings = office.until("a sound", |office| office.machine.sounds());
    assert!(rings < MISSED, "{rings:?}");
    office.draw(&[call(1, CallState::Talking)]);
    let silent = office.until("silence", |office| office.machine.is_quiet());
    assert!(silent < MISSED, "{silent:?}");
    // So many alerts that the bus forgets some: the picture is asked at once.
    office.machine.forget();
    office.draw(&[call(2, CallState::Ringing)]);
    for _ in 0..100 {
        office.alert(Alert::Store { unsaved: 0 });
    }
    office.until("a sound", |office| office.machine.sounds());
    office.close();
}

#[test]
fn the_loudspeaker_is_tried_once_and_left_alone_while_nothing_rings() {
    let office = Office::open(Machine::with(SPEAKS));
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(office.machine.starts().len(), 1);
    assert!(!office.machine.sounds(), "the trial is silent");
    assert_eq!(office.state().times, 0);
    assert_eq!(office.state().device.as_deref(), Some("plughw:CARD=Bel"));
    office.close();
}

#[test]
fn a_card_that_vanishes_is_told_and_rings_on_when_it_returns() {
    let office = Office::open(Machine::with(SPEAKS));
    office.ring(1);
    office.until("a sound", |office| office.machine.sounds());
    let gone = "echo 'aplay: pcm_write:2127: write error: No such device' >&2; exit 1";
    office.machine.player(gone);
    let pid = office.machine.starts().pop().unwrap();
    let killed = std::process::Command::new("kill").arg(&pid).status();
    assert!(killed.unwrap().success());
    office.until("the trouble", |office| {
        let trouble = office.state().trouble.unwrap_or_default();
        trouble.contains("PORT-014") || trouble.contains("PORT-016")
    });
    office.machine.forget();
    office.machine.player(SPEAKS);
    office.until("a sound", |office| office.machine.sounds());
    office.until("well again", |office| office.state().trouble.is_none());
    office.close();
}

#[test]
fn by_itself_it_finds_a_card_when_there_is_one() {
    let machine = Machine::with(SPEAKS);
    let taken = vec!["plughw:CARD=Modem".to_owned()];
    let office = Office::new(machine, Device::Auto { taken });
    office.ring(1);
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(office.state(), State::default());
    assert!(office.machine.starts().is_empty());
    office.machine.plug("Modem");
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(office.state().device, None, "it is a line's");
    office.machine.plug("PCH");
    office.until("a sound", |office| office.machine.sounds());
    assert_eq!(
        office.state().device.as_deref(),
        Some("sysdefault:CARD=PCH")
    );
    let asked = office.machine.text("aplay.asked");
    assert!(asked.starts_with("-D sysdefault:CARD=PCH "), "{asked}");
    office.close();
}

#[test]
fn a_player_that_does_not_end_holds_up_neither_the_next_ring_nor_the_stop() {
    let deaf = "trap '' TERM\ncat >> \"$0.out\"\nwhile :; do sleep 0.1; done";
    let office = Office::open(Machine::with(deaf));
    office.ring(1);
    office.until("a sound", |office| office.machine.sounds());
    office.answer(1);
    office.until("silence", |office| office.machine.is_quiet());
    office.machine.forget();
    office.ring(2);
    office.until("a sound", |office| office.machine.sounds());
    office.close();
}

#[test]
fn a_loudspeaker_is_tried_out_with_silence() {
    let machine = Machine::with(SPEAKS);
    assert_eq!(try_out("plughw:CARD=Bel", machine.tools()), Ok(()));
    assert!(!machine.sounds() && !machine.samples().is_empty());
    machine.player("echo 'aplay: main:831: audio open error: Device or resource busy' >&2; exit 1");
    let told = try_out("plughw:CARD=Bel", machine.tools()).unwrap_err();
    assert!(
        told.contains("PORT-011") && told.contains("aplay"),
        "{told}"
    );
    fs::remove_file(machine.path("aplay")).unwrap();
    let told = try_out("plughw:CARD=Bel", machine.tools()).unwrap_err();
    assert!(told.contains("apt install alsa-utils"), "{told}");
}

/// Whatever comes at all comes within this.
const LIMIT: Duration = Duration::from_secs(20);

/// What a missed alert may cost: the second between two looks, and the start or end of a player on
/// a busy machine.
const MISSED: Duration = Duration::from_millis(1_800);

/// Of 32,767; the quietest tune has a quarter of that.
const LOUD: u16 = 3_000;
