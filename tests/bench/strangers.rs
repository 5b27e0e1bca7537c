//! oFono and ModemManager beside us and beside a bare reader: the same kind of virtual modem, the
//! same caller, in turns.
//!
//! Each stands on a modem of its own (a port has one reader). The clock starts when the caller
//! rings and stops when the event is readable: a D-Bus signal there, a TLS event here. ModemManager
//! notices a caller who gave up only ten seconds after the last ring, so a round takes that long.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use siaga112::sim::modem::{Act, Family, Identity};
use siaga112::store::backend::FileDisk;

use super::figures::{Figure, ms, percentile};
use super::office::{Heard, Office};
use super::tools::{
    Bus, Sim, Stranger, bridge_abstract, bridge_tcp, need, open_tty, run, run_any, unshare,
    wait_until,
};

/// Bare reader, oFono, ModemManager and ours, interleaved.
pub fn figures() -> Vec<Figure> {
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
    let at = |name: &str| {
        let folder = scratch.path().join(name);
        std::fs::create_dir(&folder).expect("a folder");
        folder
    };
    let bare = Contender::bare(&at("bare"));
    let ofono = Contender::ofono(&at("ofono"));
    let manager = Contender::modem_manager(&at("modem-manager"));
    let disk = FileDisk::new(&at("ours"), 0).expect("the disk");
    let office = Office::open(1, Family::Huawei, Arc::new(disk));
    let events = office.listen();

    let mut rang: [Vec<Duration>; 4] = Default::default();
    let mut named: [Vec<Duration>; 4] = Default::default();
    let mut left: [Vec<Duration>; 4] = Default::default();
    let rounds = std::env::var("SIAGA112_BENCH_ROUNDS")
        .ok()
        .and_then(|n| n.parse().ok());
    for _ in 0..rounds.unwrap_or(ROUNDS) {
        for (nth, contender) in [&bare, &ofono, &manager].into_iter().enumerate() {
            let (ring, number) = contender.ring();
            rang[nth].push(ring);
            named[nth].push(number);
            left[nth].push(contender.give_up());
        }
        let began = Instant::now();
        office.act(0, caller());
        rang[3].push(until(&events, |heard| heard.data["alert"] == "ring") - began);
        // The ring leaves before its number is read, so this is another alert.
        let number = until(&events, |heard| heard.data["call"]["number_raw"] == CALLER);
        named[3].push(number - began);
        std::thread::sleep(RINGING);
        let began = Instant::now();
        office.act(0, Act::Hangup(None));
        left[3].push(until(&events, |heard| heard.data["call"]["state"] == "ended") - began);
    }
    table(rang, named, left)
}

fn table(
    mut rang: [Vec<Duration>; 4],
    mut named: [Vec<Duration>; 4],
    mut left: [Vec<Duration>; 4],
) -> Vec<Figure> {
    let names = ["bare reader", "oFono", "ModemManager", "ours"];
    let mut all = Vec::new();
    for (name, times) in names.iter().zip(&mut rang) {
        for percent in [50, 90] {
            let value = ms(percentile(times, percent));
            all.push(Figure::plain(
                format!("call seen, {name}, p{percent}"),
                value,
                "ms",
            ));
        }
    }
    for (name, times) in names.iter().zip(&mut named) {
        let value = ms(percentile(times, 50));
        all.push(Figure::plain(
            format!("the caller's number seen, {name}, p50"),
            value,
            "ms",
        ));
    }
    for (name, times) in names.iter().zip(&mut left) {
        let value = ms(percentile(times, 50));
        all.push(Figure::plain(
            format!("caller gave up, {name}, p50"),
            value,
            "ms",
        ));
    }
    let median = |mut times: Vec<Duration>| ms(percentile(&mut times, 50));
    let [bare, ofono, manager, ours] = rang.map(median);
    let [_, ofono_named, manager_named, ours_named] = named.map(median);
    let seen = "call seen, ";
    all.extend([
        Figure::at_most(format!("{seen}ours − bare reader"), ours - bare, "ms", 0.7),
        Figure::at_most(format!("{seen}ours ÷ oFono"), ours / ofono, "×", 1.0),
        Figure::plain(format!("{seen}ModemManager ÷ ours"), manager / ours, "×"),
    ]);
    let number = "the caller's number seen, ";
    all.extend([
        Figure::plain(
            format!("{number}ours ÷ oFono"),
            ours_named / ofono_named,
            "×",
        ),
        // Its first sign of a call names nobody: every client has to ask for the number.
        Figure::at_least(
            format!("{number}ModemManager ÷ ours"),
            manager_named / ours_named,
            "×",
            5.0,
        ),
    ]);
    all
}

/// Somebody else on a virtual modem, and when it says what.
struct Contender {
    // Dropped in this order: the watcher's source, then the bus it is on, then the modem.
    _strangers: Vec<Stranger>,
    _bus: Option<Bus>,
    heard: Receiver<(Kind, Instant)>,
    sim: Sim,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Ring,
    Number,
    Gone,
}

impl Contender {
    /// Nothing but a blocking read.
    fn bare(folder: &Path) -> Contender {
        let sim = Sim::calm(folder, Family::Huawei);
        let mut port = open_tty(&sim.link);
        port.write_all(b"AT+CLIP=1\r").expect("written");
        let (tell, heard) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            let mut held = Vec::new();
            while let Ok(count @ 1..) = port.read(&mut bytes) {
                let at = Instant::now();
                held.extend_from_slice(&bytes[..count]);
                let words = [
                    (&b"RING"[..], Kind::Ring),
                    (b",,,,0\r\n", Kind::Number),
                    (b"^CEND:", Kind::Gone),
                ];
                let mut any = false;
                for (word, kind) in words {
                    if held.windows(word.len()).any(|seen| seen == word) {
                        any = true;
                        let _heard = tell.send((kind, at));
                    }
                }
                if any {
                    held.clear();
                }
            }
        });
        Contender {
            _strangers: Vec::new(),
            _bus: None,
            heard,
            sim,
        }
    }

    fn ofono(folder: &Path) -> Contender {
        need(&[
            ("ofonod", "ofono"),
            ("dbus-daemon", "dbus"),
            ("dbus-send", "dbus"),
            ("unshare", "util-linux"),
        ]);
        let bus = Bus::start(folder);
        let sim = Sim::calm(folder, Family::Huawei);
        let config = folder.join("ofono");
        std::fs::create_dir(&config).expect("a folder");
        let port = bridge_tcp(&sim.link);
        let text = format!("[phonesim]\nDriver=phonesim\nAddress=127.0.0.1\nPort={port}\n");
        std::fs::write(config.join("phonesim.conf"), text).expect("written");
        let script = format!(
            "mount --bind {} /etc/ofono && exec ofonod -n",
            config.display()
        );
        let mut command = unshare(&["--mount"]);
        command
            .args(["sh", "-c", &script])
            .env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address);
        let daemon = Stranger::start(folder, "ofonod", &mut command);
        let call = |args: &[&str]| -> Command {
            let mut command = bus.command("dbus-send");
            command
                .args(["--system", "--print-reply", "--dest=org.ofono"])
                .args(args);
            command
        };
        let found = wait_until(PATIENCE, || {
            run_any(&mut call(&["/", "org.ofono.Manager.GetModems"]))
                .1
                .contains("/phonesim")
        });
        assert!(found, "{}", daemon.log());
        for property in ["Powered", "Online"] {
            let name = format!("string:{property}");
            run(&mut call(&[
                "/phonesim",
                "org.ofono.Modem.SetProperty",
                &name,
                "variant:boolean:true",
            ]));
            std::thread::sleep(Duration::from_secs(2));
        }
        let rule = "type='signal',interface='org.ofono.VoiceCallManager'";
        let words = [
            ("CallAdded", Kind::Ring),
            (CALLER, Kind::Number),
            ("CallRemoved", Kind::Gone),
        ];
        let heard = watch(folder, rule, words);
        Contender {
            _strangers: vec![daemon],
            _bus: Some(bus),
            heard,
            sim,
        }
    }

    fn modem_manager(folder: &Path) -> Contender {
        const POLKIT: &str = "/usr/lib/polkit-1/polkitd";
        need(&[
            ("ModemManager", "modemmanager"),
            ("mmcli", "modemmanager"),
            ("dbus-daemon", "dbus"),
            ("dbus-send", "dbus"),
            (POLKIT, "polkitd"),
        ]);
        let bus = Bus::start(folder);
        let polkit = Stranger::start(folder, "polkit", bus.command(POLKIT).arg("--no-debug"));
        let sim = Sim::calm(folder, Family::Huawei);
        let socket = format!("abstract:gsmport{}bench", std::process::id());
        bridge_abstract(&socket, &sim.link);
        let mut command = bus.command("ModemManager");
        let manager = Stranger::start(
            folder,
            "ModemManager",
            command.args(["--test-enable", "--no-auto-scan"]),
        );
        let mut profile = bus.command("dbus-send");
        profile
            .args([
                "--system",
                "--print-reply",
                "--dest=org.freedesktop.ModemManager1",
            ])
            .args([
                "/org/freedesktop/ModemManager1",
                "org.freedesktop.ModemManager1.Test.SetProfile",
            ])
            .args([
                "string:test0",
                "string:generic",
                &format!("array:string:{socket}"),
            ]);
        let taken = wait_until(PATIENCE, || run_any(&mut profile).0 == Some(0));
        assert!(taken, "{}", manager.log());
        let enabled = wait_until(Duration::from_secs(60), || {
            run_any(bus.command("mmcli").args(["-m", "any", "-e"])).0 == Some(0)
        });
        assert!(enabled, "{}", manager.log());
        std::thread::sleep(Duration::from_secs(3));
        let rule = "type='signal',path_namespace='/org/freedesktop/ModemManager1'";
        let words = [
            ("CallAdded", Kind::Ring),
            (CALLER, Kind::Number),
            ("StateChanged", Kind::Gone),
        ];
        let heard = watch(folder, rule, words);
        Contender {
            _strangers: vec![manager, polkit],
            _bus: Some(bus),
            heard,
            sim,
        }
    }

    /// How long until it says that somebody calls, and who.
    fn ring(&self) -> (Duration, Duration) {
        let began = Instant::now();
        self.sim.running.act(caller());
        let (mut ring, mut number) = (None, None);
        while ring.is_none() || number.is_none() {
            match self.heard.recv_timeout(PATIENCE).expect("an event") {
                (Kind::Ring, at) => ring = ring.or(Some(at - began)),
                (Kind::Number, at) => number = number.or(Some(at - began)),
                (Kind::Gone, _) => {}
            }
        }
        std::thread::sleep(RINGING);
        (ring.expect("rang"), number.expect("named"))
    }

    /// How long until it says that the caller has left.
    fn give_up(&self) -> Duration {
        // A new call changes its state once as well; that is not this.
        while self.heard.try_recv().is_ok() {}
        let began = Instant::now();
        self.sim.running.act(Act::Hangup(None));
        self.until(Kind::Gone) - began
    }

    fn until(&self, wanted: Kind) -> Instant {
        loop {
            let (kind, at) = self.heard.recv_timeout(PATIENCE).expect("an event");
            if kind == wanted {
                return at;
            }
        }
    }
}

fn caller() -> Act {
    Act::Ring {
        identity: Identity::Number(CALLER.to_owned()),
        patience: None,
        data: false,
    }
}

fn until(events: &Receiver<Heard>, wanted: impl Fn(&Heard) -> bool) -> Instant {
    loop {
        let heard = events.recv_timeout(PATIENCE).expect("an event");
        if wanted(&heard) {
            return heard.at;
        }
    }
}

/// Listens on a bus with as little of its own as possible: no library, no parsing, only the moment
/// at which a message with one of the words could be read.
fn watch(folder: &Path, rule: &str, words: [(&'static str, Kind); 3]) -> Receiver<(Kind, Instant)> {
    let mut bus = UnixStream::connect(folder.join("bus")).expect("the bus");
    let user: String = rustix::process::getuid().as_raw().to_string();
    let user: String = user.bytes().map(|digit| format!("{digit:02x}")).collect();
    let mut answer = [0; 512];
    bus.write_all(format!("\0AUTH EXTERNAL {user}\r\n").as_bytes())
        .expect("written");
    let count = bus.read(&mut answer).expect("an answer");
    assert!(
        answer[..count].starts_with(b"OK"),
        "{:?}",
        String::from_utf8_lossy(&answer[..count])
    );
    bus.write_all(b"BEGIN\r\n").expect("written");
    for (member, arguments) in [("Hello", &[][..]), ("AddMatch", &[rule])] {
        let call = bus_call(
            "/org/freedesktop/DBus",
            ["org.freedesktop.DBus"; 2],
            member,
            arguments,
        );
        bus.write_all(&call).expect("written");
    }
    let (tell, heard) = channel();
    std::thread::spawn(move || hear(bus, words, &tell));
    std::thread::sleep(Duration::from_millis(300));
    heard
}

fn hear(mut bus: UnixStream, words: [(&'static str, Kind); 3], tell: &Sender<(Kind, Instant)>) {
    let mut bytes = [0; 65_536];
    while let Ok(count @ 1..) = bus.read(&mut bytes) {
        let at = Instant::now();
        let said = &bytes[..count];
        for (word, kind) in words {
            let found = said.windows(word.len()).any(|seen| seen == word.as_bytes());
            if found && tell.send((kind, at)).is_err() {
                return;
            }
        }
        if let Some(call) = new_call(said) {
            bus.write_all(&ask_number(&call)).expect("written");
        }
    }
}

/// ModemManager says only that there is a call, and where; whoever wants to know who it is asks.
fn new_call(said: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(said);
    text.contains("CallAdded").then_some(())?;
    let from = text.find(CALLS)?;
    let is_path = |c: &char| c.is_ascii_alphanumeric() || *c == '/';
    Some(text[from..].chars().take_while(is_path).collect())
}

fn ask_number(call: &str) -> Vec<u8> {
    let to = [
        "org.freedesktop.ModemManager1",
        "org.freedesktop.DBus.Properties",
    ];
    let what = ["org.freedesktop.ModemManager1.Call", "Number"];
    bus_call(call, to, "Get", &what)
}

/// A method call with strings (D-Bus specification, "Message Format").
fn bus_call(path: &str, to: [&str; 2], member: &str, arguments: &[&str]) -> Vec<u8> {
    let [destination, interface] = to;
    let mut fields = Vec::new();
    let all = [
        (1, b'o', path),
        (2, b's', interface),
        (3, b's', member),
        (6, b's', destination),
    ];
    for (code, kind, text) in all {
        pad(&mut fields);
        fields.extend([code, 1, kind, 0]);
        string(&mut fields, text);
    }
    if !arguments.is_empty() {
        pad(&mut fields);
        fields.extend([8, 1, b'g', 0, arguments.len() as u8]);
        fields.extend(arguments.iter().map(|_| b's'));
        fields.push(0);
    }
    let mut body = Vec::new();
    for text in arguments {
        body.resize(body.len().next_multiple_of(4), 0);
        string(&mut body, text);
    }
    let mut message = vec![b'l', 1, 0, 1];
    message.extend((body.len() as u32).to_le_bytes());
    message.extend(SERIAL.to_le_bytes());
    message.extend((fields.len() as u32).to_le_bytes());
    message.extend(fields);
    pad(&mut message);
    message.extend(body);
    message
}

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(8), 0);
}

fn string(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes.push(0);
}

/// Where ModemManager keeps its calls.
const CALLS: &str = "/org/freedesktop/ModemManager1/Call/";
/// Answers are told apart by what they say.
const SERIAL: u32 = 1;
const CALLER: &str = "+6284001010014";
/// Rounds; `SIAGA112_BENCH_ROUNDS` says otherwise. Each takes about twelve seconds.
const ROUNDS: usize = 15;
/// How long a caller rings before he gives up.
const RINGING: Duration = Duration::from_millis(700);
const PATIENCE: Duration = Duration::from_secs(30);
