//! Ports that vanish, return, hang, babble or belong to somebody else.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use siaga112::base::ids::LineName;
use siaga112::base::limits;
use siaga112::port::discover::discover_in;
use siaga112::port::families::Role;
use siaga112::port::holder::holder_in;
use siaga112::port::{
    Device, Failure, PortEvent, PortHandle, PortSpec, Received, codes, open, open_device, open_with,
};

/// The modem's end of a line.
pub struct Modem {
    master: OwnedFd,
    pub node: PathBuf,
}

impl Modem {
    pub fn new() -> Modem {
        let master =
            openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).expect("a pty");
        grantpt(&master).expect("granted");
        unlockpt(&master).expect("unlocked");
        // As a modem's wire: nothing is changed even before the host has opened it.
        let mut raw = rustix::termios::tcgetattr(&master).expect("a tty");
        raw.make_raw();
        rustix::termios::tcsetattr(&master, rustix::termios::OptionalActions::Now, &raw)
            .expect("raw");
        let node = ptsname(&master, Vec::new()).expect("a name");
        let node = PathBuf::from(node.to_str().expect("ascii"));
        Modem { master, node }
    }

    /// Behind a name that stays.
    pub fn plugged_in(link: &Path) -> Modem {
        let modem = Modem::new();
        symlink(&modem.node, link).expect("link");
        modem
    }

    pub fn unplug(self, link: &Path) {
        fs::remove_file(link).expect("link");
    }

    pub fn says(&self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let written = rustix::io::write(&self.master, rest).expect("written");
            rest = &rest[written..];
        }
    }

    /// What came from the host within two seconds, up to `count` bytes.
    pub fn hears(&self, count: usize) -> Vec<u8> {
        let mut heard = Vec::new();
        let deadline = Instant::now() + Duration::from_secs(2);
        while heard.len() < count && Instant::now() < deadline {
            let mut fds = [PollFd::new(&self.master, PollFlags::IN)];
            let wait = Timespec {
                tv_sec: 0,
                tv_nsec: 50_000_000,
            };
            if poll(&mut fds, Some(&wait)).expect("poll") == 0 {
                continue;
            }
            let mut buffer = [0; 4096];
            match rustix::io::read(&self.master, &mut buffer) {
                Ok(read) => heard.extend_from_slice(&buffer[..read]),
                Err(_) => break,
            }
        }
        heard
    }
}

/// The engine's end.
struct Engine {
    events: Receiver<PortEvent>,
    handle: PortHandle,
}

impl Engine {
    fn on(path: &Path) -> Engine {
        Engine::with(path, open)
    }

    fn with(
        path: &Path,
        how: impl FnOnce(PortSpec, Box<dyn Fn(PortEvent) + Send>) -> PortHandle,
    ) -> Engine {
        let (sender, events) = channel();
        let spec = PortSpec {
            name: LineName::new("A"),
            path: path.to_owned(),
        };
        let handle = how(spec, Box::new(move |event| drop(sender.send(event))));
        Engine { events, handle }
    }

    fn next(&self) -> PortEvent {
        let event = self.events.recv_timeout(Duration::from_secs(20));
        event.expect("an event in time")
    }

    fn opened(&self) {
        match self.next() {
            PortEvent::Opened => {}
            other => panic!("{other:?}"),
        }
    }

    fn lost(&self) -> (String, bool, Option<String>) {
        match self.next() {
            PortEvent::Lost {
                cause,
                busy,
                holder,
            } => (cause, busy, holder),
            other => panic!("{other:?}"),
        }
    }

    fn hears(&self, expected: &[u8]) {
        let mut heard = Vec::new();
        while heard.len() < expected.len() {
            match self.next() {
                PortEvent::Bytes(bytes) => heard.extend_from_slice(&bytes),
                other => panic!("{other:?} after {heard:?}"),
            }
        }
        assert_eq!(heard, expected);
    }

    /// Nothing more comes for a moment that would have been long enough.
    fn is_quiet(&self, time: Duration) {
        if let Ok(event) = self.events.recv_timeout(time) {
            panic!("{event:?}");
        }
    }
}

#[test]
fn what_the_modem_says_arrives_and_what_is_ordered_leaves() {
    let modem = Modem::new();
    let engine = Engine::on(&modem.node);
    engine.opened();
    modem.says(b"\r\nRING\r\n");
    engine.hears(b"\r\nRING\r\n");
    assert!(engine.handle.send(b"ATA\r".to_vec()));
    assert_eq!(modem.hears(4), b"ATA\r");
    // Raw: no byte is changed on the way, either way.
    let all: Vec<u8> = (0..=255).collect();
    modem.says(&all);
    engine.hears(&all);
    assert!(engine.handle.send(all.clone()));
    assert_eq!(modem.hears(256), all);
}

#[test]
fn a_modem_that_loses_power_comes_back_under_another_number() {
    let folder = tempfile::tempdir().expect("folder");
    let link = folder.path().join("usb-0:2.1-port0");
    let modem = Modem::plugged_in(&link);
    let engine = Engine::on(&link);
    engine.opened();
    modem.says(b"RING");
    engine.hears(b"RING");

    let old_node = modem.node.clone();
    let in_the_way = Modem::new(); // takes a number, so that the modem cannot get its old one
    modem.unplug(&link);
    let (cause, busy, _) = engine.lost();
    assert!(cause.contains(codes::GONE.id), "{cause}");
    assert!(!busy);
    assert!(!engine.handle.send(b"ATA\r".to_vec()), "no port, no write");
    engine.is_quiet(Duration::from_millis(1500)); // told once

    let second = Modem::new();
    let modem = if second.node == old_node {
        Modem::new()
    } else {
        second
    };
    assert_ne!(modem.node, old_node);
    symlink(&modem.node, &link).expect("link");
    engine.opened();
    modem.says(b"RDY");
    engine.hears(b"RDY");
    assert!(engine.handle.send(b"AT\r".to_vec()));
    assert_eq!(modem.hears(3), b"AT\r");
    drop(in_the_way);
}

#[test]
fn a_port_that_is_not_there_yet_is_told_once_and_taken_when_it_comes() {
    let folder = tempfile::tempdir().expect("folder");
    let link = folder.path().join("later");
    let engine = Engine::on(&link);
    let (cause, busy, holder) = engine.lost();
    assert!(cause.contains(codes::MISSING.id), "{cause}");
    assert_eq!((busy, holder), (false, None));
    engine.is_quiet(Duration::from_millis(2200));
    let _modem = Modem::plugged_in(&link);
    engine.opened();
}

#[test]
fn something_that_is_no_port_is_called_so() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("file");
    fs::write(&file, "x").expect("file");
    for path in [folder.path(), &file, Path::new("/dev/null")] {
        let (cause, ..) = Engine::on(path).lost();
        assert!(cause.contains(codes::NOT_SERIAL.id), "{cause}");
    }
}

/// Another process with the port open and locked.
pub fn held_by(program: &Path, node: &Path) -> Held {
    let script = format!(
        "exec 3<>{}; flock -n 3 || exit 9; echo ok; exec {} 60",
        node.display(),
        program.display()
    );
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("sh");
    let mut said = [0; 3];
    let out = child.stdout.as_mut().expect("piped");
    std::io::Read::read_exact(out, &mut said).expect("locked");
    // `exec` has happened when the process has its new name.
    let comm = format!("/proc/{}/comm", child.id());
    let name = program.file_name().expect("name").to_string_lossy();
    while !fs::read_to_string(&comm).is_ok_and(|now| now.trim() == name) {
        std::thread::yield_now();
    }
    Held(child)
}

pub struct Held(pub Child);

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_busy_port_names_who_has_it_and_how_to_get_it_back() {
    let modem = Modem::new();
    let holder = held_by(Path::new("/bin/sleep"), &modem.node);
    let engine = Engine::on(&modem.node);
    let (cause, busy, told) = engine.lost();
    assert!(busy, "{cause}");
    let told = told.expect("a holder");
    let pid = holder.0.id();
    assert!(told.contains(&format!("sleep (proses {pid})")), "{told}");
    assert!(told.contains(&format!("sudo kill {pid}")), "{told}");
    drop(holder);
    engine.opened();
}

#[test]
fn a_program_that_steals_bytes_without_locking_is_known_by_name() {
    let folder = tempfile::tempdir().expect("folder");
    let thief = folder.path().join("brltty");
    fs::copy("/bin/sleep", &thief).expect("copy");
    let modem = Modem::new();
    let child = Command::new("sh")
        .args([
            "-c",
            &format!(
                "exec 3<>{}; exec {} 60",
                modem.node.display(),
                thief.display()
            ),
        ])
        .spawn()
        .expect("sh");
    let held = Held(child);
    let comm = format!("/proc/{}/comm", held.0.id());
    while !fs::read_to_string(&comm).is_ok_and(|now| now.trim() == "brltty") {
        std::thread::yield_now();
    }
    match open_device(&modem.node) {
        Err(Failure::Busy(Some(holder))) => {
            assert_eq!(holder.name, "brltty");
            assert!(holder.release().contains("mask --now brltty"));
        }
        other => panic!("{:?}", other.err()),
    }
}

#[test]
fn a_suspect_is_named_where_the_system_does_not_show_who_it_is() {
    let root = tempfile::tempdir().expect("root");
    let port = root.path().join("ttyUSB2");
    assert_eq!(holder_in(root.path(), &port), None);
    let units = root.path().join("run/systemd/units");
    fs::create_dir_all(&units).expect("units");
    symlink(
        "0123456789abcdef",
        units.join("invocation:ModemManager.service"),
    )
    .expect("unit");
    let suspect = holder_in(root.path(), &port).expect("a suspect");
    assert_eq!(suspect.pid, None);
    assert_eq!(suspect.to_string(), "mungkin ModemManager");
    assert!(suspect.release().contains("ID_MM_DEVICE_IGNORE"));
}

#[test]
fn a_port_that_hangs_in_opening_disturbs_no_other_and_is_taken_when_it_comes_back() {
    let modem = Modem::new();
    let (release, gate) = channel::<()>();
    let gate = Mutex::new(gate);
    let opener = Arc::new(move |path: &Path| -> Result<Device, Failure> {
        let _ = gate.lock().expect("gate").recv();
        open_device(path)
    });
    let engine = Engine::with(&modem.node, |spec, tell| open_with(spec, opener, tell));

    let neighbour = Modem::new();
    let other = Engine::on(&neighbour.node);
    other.opened();
    neighbour.says(b"RING");
    other.hears(b"RING");

    match engine.next() {
        PortEvent::Lost { cause, .. } => assert!(cause.contains(codes::HANGS.id), "{cause}"),
        other => panic!("{other:?}"),
    }
    release.send(()).expect("opener waits");
    engine.opened();
    modem.says(b"RING");
    engine.hears(b"RING");
}

#[test]
fn a_port_that_hangs_in_opening_does_not_hold_up_the_stop() {
    let modem = Modem::new();
    let (release, gate) = channel::<()>();
    let gate = Mutex::new(gate);
    let opener = Arc::new(move |_: &Path| -> Result<Device, Failure> {
        let _ = gate.lock().expect("gate").recv();
        Err(Failure::Missing)
    });
    let engine = Engine::with(&modem.node, |spec, tell| open_with(spec, opener, tell));
    let began = Instant::now();
    engine.handle.close();
    assert!(began.elapsed() < Duration::from_secs(10));
    drop(release);
}

#[test]
fn ten_megabytes_of_noise_cost_a_bounded_amount_and_no_other_line() {
    let modem = Modem::new();
    let engine = Engine::on(&modem.node);
    engine.opened();
    let noise: Vec<u8> = (0..10 * 1024 * 1024u32)
        .map(|n| (n * 7 % 251) as u8)
        .collect();
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let expected = sum(&noise);
    let length = noise.len();
    let talker = std::thread::spawn(move || {
        modem.says(&noise);
        modem
    });

    // The engine is busy and reads nothing: the port stops at its limit.
    let mut unread: Vec<Received> = Vec::new();
    while let Ok(PortEvent::Bytes(bytes)) = engine.events.recv_timeout(Duration::from_millis(700)) {
        unread.push(bytes);
    }
    assert_eq!(unread.len(), limits::PORT_UNREAD_MAX);
    let most: usize = unread.iter().map(|bytes| bytes.len()).max().unwrap_or(0);
    assert!(most <= limits::PORT_READ_BYTES_MAX);

    // Meanwhile another line rings as ever.
    let neighbour = Modem::new();
    let other = Engine::on(&neighbour.node);
    other.opened();
    neighbour.says(b"RING");
    other.hears(b"RING");

    // It reads on, and nothing was lost.
    let (mut count, mut total) = (0, 0);
    for bytes in unread {
        count += bytes.len();
        total += sum(&bytes);
    }
    while count < length {
        match engine.next() {
            PortEvent::Bytes(bytes) => {
                count += bytes.len();
                total += sum(&bytes);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((count, total), (length, expected));
    drop(talker.join().expect("talker"));
}

#[test]
fn a_modem_that_takes_nothing_is_still_heard_and_let_go_at_once() {
    let modem = Modem::new();
    let engine = Engine::on(&modem.node);
    engine.opened();
    // Nobody reads the other end; the kernel's buffers fill up and the writer is stuck.
    let accepted = (0..1000)
        .take_while(|_| engine.handle.send(vec![b'x'; 4096]))
        .count();
    assert!(accepted >= limits::PORT_WRITES_MAX, "{accepted}");
    assert!(accepted < 1000, "there is a limit");
    modem.says(b"RING");
    engine.hears(b"RING");

    engine.handle.reopen();
    engine.opened();
    assert!(engine.handle.send(b"ATZ\r".to_vec()));
    let began = Instant::now();
    engine.handle.close();
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn sound_that_a_modem_does_not_take_is_left_out_and_orders_still_find_their_place() {
    let modem = Modem::new();
    let engine = Engine::on(&modem.node);
    engine.opened();
    // Nobody reads the other end: the kernel's buffers fill up and the writer is stuck.
    let deadline = Instant::now() + Duration::from_secs(5);
    let mut refused = 0;
    while refused < 1_000 && Instant::now() < deadline {
        match engine.handle.send_sound(vec![0x80; 160]) {
            true => refused = 0,
            false => refused += 1,
        }
        std::thread::yield_now();
    }
    assert_eq!(refused, 1_000, "sound is not queued up");
    for _ in limits::PORT_SOUND_WRITES_MAX..limits::PORT_WRITES_MAX {
        assert!(
            engine.handle.send(b"ATH\r".to_vec()),
            "an order is no sound"
        );
    }
}

#[test]
fn the_last_order_before_a_stop_still_leaves() {
    let modem = Modem::new();
    let engine = Engine::on(&modem.node);
    engine.opened();
    assert!(engine.handle.send(b"ATH\r".to_vec()));
    engine.handle.close();
    assert_eq!(modem.hears(4), b"ATH\r");
}

#[test]
fn a_closed_port_is_free_for_the_next_one() {
    let modem = Modem::new();
    for _ in 0..5 {
        let engine = Engine::on(&modem.node);
        engine.opened();
        engine.handle.close();
    }
    let engine = Engine::on(&modem.node);
    engine.opened();
    // Reopening is answered each time.
    engine.handle.reopen();
    engine.opened();
    // One port, one line.
    let second = Engine::on(&modem.node);
    let (_, busy, _) = second.lost();
    assert!(busy);
}

#[test]
fn closing_a_port_does_not_hang_up_the_call_on_it() {
    let modem = Modem::new();
    let engine = Engine::on(&modem.node);
    engine.opened();
    let slave = rustix::fs::open(
        &modem.node,
        rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY,
        rustix::fs::Mode::empty(),
    );
    // Only the superuser gets past the exclusive claim, and then sees that HUPCL is off.
    if let Ok(slave) = slave {
        let termios = rustix::termios::tcgetattr(&slave).expect("a tty");
        let modes = termios.control_modes;
        assert!(!modes.contains(rustix::termios::ControlModes::HUPCL));
        assert!(modes.contains(rustix::termios::ControlModes::CLOCAL));
    } else {
        assert_ne!(rustix::process::geteuid().as_raw(), 0);
    }
}

#[test]
fn eight_quiet_ports_cost_next_to_nothing() {
    let modems: Vec<Modem> = (0..8).map(|_| Modem::new()).collect();
    let engines: Vec<Engine> = modems
        .iter()
        .map(|modem| {
            Engine::with(&modem.node, |mut spec, tell| {
                spec.name = LineName::new("quiet");
                open(spec, tell)
            })
        })
        .collect();
    for engine in &engines {
        engine.opened();
    }
    let before = busy_ns();
    engines[0].is_quiet(Duration::from_secs(5));
    let spent = Duration::from_nanos(busy_ns() - before);
    // Half a percent of five seconds.
    assert!(spent < Duration::from_millis(25), "{spent:?}");
}

/// Processor time of the threads that stand behind the quiet ports.
fn busy_ns() -> u64 {
    let mut total = 0;
    for task in fs::read_dir("/proc/self/task").expect("tasks").flatten() {
        let read = |file: &str| fs::read_to_string(task.path().join(file)).unwrap_or_default();
        if ["port:quiet", "port-out:quiet"].contains(&read("comm").trim()) {
            let spent = read("schedstat");
            let spent = spent.split(' ').next().and_then(|ns| ns.parse().ok());
            total += spent.unwrap_or(0u64);
        }
    }
    total
}

/// A `/sys` and `/dev` as udev makes them.
struct Machine {
    root: tempfile::TempDir,
}

impl Machine {
    fn new() -> Machine {
        Machine {
            root: tempfile::tempdir().expect("root"),
        }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().expect("folder")).expect("folders");
        fs::write(path, format!("{text}\n")).expect("written");
    }

    fn link(&self, path: &str, target: &Path) {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().expect("folder")).expect("folders");
        symlink(target, path).expect("link");
    }

    /// One interface of a USB device with a `ttyUSB` on it.
    fn usb_tty(&self, tty: &str, ids: (&str, &str), number: u8, class: (&str, &str, &str)) {
        let device = "sys/devices/pci/usb1/1-2";
        self.write(&format!("{device}/idVendor"), ids.0);
        self.write(&format!("{device}/idProduct"), ids.1);
        self.write(&format!("{device}/manufacturer"), "Pabrik");
        let interface = format!("{device}/1-2:1.{number}");
        self.write(
            &format!("{interface}/bInterfaceNumber"),
            &format!("{number:02x}"),
        );
        self.write(&format!("{interface}/bInterfaceClass"), class.0);
        self.write(&format!("{interface}/bInterfaceSubClass"), class.1);
        self.write(&format!("{interface}/bInterfaceProtocol"), class.2);
        self.write(&format!("{interface}/{tty}/port_number"), "0");
        let target = self.root.path().join(format!("{interface}/{tty}"));
        self.link(&format!("sys/class/tty/{tty}/device"), &target);
        self.link(
            &format!("dev/serial/by-path/pci-usb-0:2:1.{number}-port0"),
            Path::new(&format!("../../{tty}")),
        );
    }
}

#[test]
fn the_ports_of_a_machine_are_listed_with_their_stable_names_and_their_use() {
    let machine = Machine::new();
    let vendor = ("ff", "ff", "ff");
    machine.usb_tty("ttyUSB10", ("12d1", "1001"), 2, vendor);
    machine.usb_tty("ttyUSB8", ("12d1", "1001"), 0, vendor);
    machine.usb_tty("ttyUSB9", ("12d1", "1001"), 1, vendor);
    machine.write("sys/class/tty/ttyS0/type", "4");
    machine.link("sys/class/tty/ttyS0/device", machine.root.path());
    machine.write("sys/class/tty/ttyS1/type", "0");
    machine.link("sys/class/tty/ttyS1/device", machine.root.path());
    machine.write("sys/class/tty/tty0/dev", "4:0");

    let ports = discover_in(machine.root.path());
    let seen: Vec<_> = ports
        .iter()
        .map(|port| (port.node.to_str().expect("ascii"), port.role))
        .collect();
    assert_eq!(
        seen,
        [
            ("/dev/ttyS0", None),
            ("/dev/ttyUSB8", Some(Role::Ppp)),
            ("/dev/ttyUSB9", Some(Role::Audio)),
            ("/dev/ttyUSB10", Some(Role::At)),
        ]
    );
    assert_eq!(ports[3].family.as_deref(), Some("huawei"));
    assert!(ports[3].stable().ends_with("pci-usb-0:2:1.2-port0"));
    assert_eq!(ports[0].stable(), Path::new("/dev/ttyS0"));
}

#[test]
fn a_voice_modem_is_known_by_its_class() {
    let machine = Machine::new();
    machine.usb_tty("ttyACM0", ("0baf", "0303"), 0, ("02", "02", "01"));
    let ports = discover_in(machine.root.path());
    assert_eq!(ports[0].family.as_deref(), Some("v253"));
    assert_eq!(ports[0].role, Some(Role::At));
}
