//! The whole appliance with virtual modems, and a program that listens to it over TLS.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use serde_json::Value;
use siaga112::base::ids::UserName;
use siaga112::cli::appliance::{self, Appliance};
use siaga112::clock::Clock;
use siaga112::config;
use siaga112::desk::operator::{Role, SeatState};
use siaga112::desk::order::{Actor, OfficeOrder, Order};
use siaga112::http::secret;
use siaga112::sim::modem::{Act, Family, Quirks};
use siaga112::sim::pty::{self, Running};
use siaga112::store::backend::Disk;
use siaga112::store::{Settings, open::open};

use super::wire::{self, Tls};

/// An office on any disk.
pub struct Office {
    pub appliance: Option<Appliance>,
    pub modems: Vec<Running>,
    pub address: SocketAddr,
    /// From nothing to bells armed: the store opened, the desk restored, the ports and pages up.
    pub started_in: Duration,
    tls: Arc<ClientConfig>,
    _folder: tempfile::TempDir,
}

/// The token of the program that listens.
const TOKEN: &str = "uji-uji-uji-uji-uji-uji-uji-uji-uji-uji";

impl Office {
    /// `lines` calm virtual modems of one family on a disk; every line is up when this returns.
    pub fn open(lines: usize, family: Family, disk: Arc<dyn Disk>) -> Office {
        let folder = tempfile::tempdir().expect("a folder");
        let modems = (0..lines)
            .map(|line| modem(folder.path(), line, family))
            .collect();
        let config = config::parse(&centre(folder.path(), lines)).expect("a configuration");
        let began = Instant::now();
        let opened = open(disk, Settings::default(), "uji").expect("a store");
        let appliance = appliance::start_on(&config, folder.path(), opened, Clock::start());
        let appliance = appliance.expect("an appliance");
        let started_in = began.elapsed();
        let office = Office {
            started_in,
            address: appliance.addresses[0],
            tls: wire::trusting(&appliance.authority_pem),
            appliance: Some(appliance),
            modems,
            _folder: folder,
        };
        office.let_in();
        office.wait_until_up(lines);
        office
    }

    fn appliance(&self) -> &Appliance {
        self.appliance.as_ref().expect("running")
    }

    /// An admin, so that the box is claimed, and a token that may do what an operator may.
    fn let_in(&self) {
        let admin = Actor {
            user: UserName::new("admin"),
            role: Role::Admin,
        };
        let order = |order: OfficeOrder| {
            let done = self
                .appliance()
                .handle
                .order_and_wait(admin.clone(), Order::Office(order));
            done.expect("accepted");
        };
        order(OfficeOrder::Claim {
            user: UserName::new("admin"),
            name: "Admin".into(),
            password_hash: "-".into(),
        });
        order(OfficeOrder::AddToken {
            token: "bench".into(),
            role: Role::Operator,
            hash: secret::hash_hex(TOKEN),
        });
    }

    fn wait_until_up(&self, lines: usize) {
        let began = Instant::now();
        loop {
            let board = self.appliance().handle.board();
            let up = board
                .lines
                .iter()
                .filter(|line| line.up && line.status.imsi.is_some())
                .count();
            if up == lines {
                // What the boot scripts still have to say is said now.
                std::thread::sleep(Duration::from_secs(3));
                return;
            }
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "{:?}",
                board.lines
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn connect(&self) -> Tls {
        wire::connect(self.address, "localhost", &self.tls)
    }

    /// The bench's own operator, ready to take calls.
    pub fn operator(&self) -> Actor {
        let actor = Actor {
            user: UserName::new("bench"),
            role: Role::Operator,
        };
        let ready = Order::Seat {
            state: SeatState::Ready,
            reason: None,
        };
        self.appliance()
            .handle
            .order_and_wait(actor.clone(), ready)
            .expect("ready");
        actor
    }

    /// Listens to live events on a thread; what comes is stamped when it can be read.
    pub fn listen(&self) -> Receiver<Heard> {
        let mut stream = self.connect();
        let request = format!(
            "GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {TOKEN}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("sent");
        let mut reader = BufReader::new(stream);
        let head = wire::read_head(&mut reader);
        assert_eq!(head.status, 200, "{head:?}");
        let (tell, heard) = channel();
        std::thread::spawn(move || hear(reader, &tell));
        heard
    }

    /// A request over a connection that stays open; how long the whole answer took.
    pub fn request(
        &self,
        stream: &mut BufReader<Tls>,
        method: &str,
        path: &str,
        body: &str,
    ) -> (u16, Value, Duration) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {TOKEN}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let began = Instant::now();
        stream
            .get_mut()
            .write_all(request.as_bytes())
            .expect("sent");
        let answer = wire::read_answer(stream, true);
        let took = began.elapsed();
        let json = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        (answer.status, json, took)
    }

    pub fn act(&self, line: usize, act: Act) {
        self.modems[line].act(act);
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if let Some(appliance) = self.appliance.take() {
            appliance.stop();
        }
    }
}

/// One event and when it could be read.
pub struct Heard {
    pub at: Instant,
    pub kind: String,
    pub data: Value,
}

fn hear(mut reader: BufReader<Tls>, tell: &Sender<Heard>) {
    let mut kind = String::new();
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let at = Instant::now();
        // Chunk lengths and blank lines lie between the fields.
        if let Some(name) = line.strip_prefix("event: ") {
            kind = name.trim_end().to_owned();
        } else if let Some(data) = line.strip_prefix("data: ") {
            let data = serde_json::from_str(data.trim_end()).unwrap_or(Value::Null);
            if tell
                .send(Heard {
                    at,
                    kind: kind.clone(),
                    data,
                })
                .is_err()
            {
                return;
            }
        }
    }
}

pub fn modem(folder: &Path, line: usize, family: Family) -> Running {
    let setup = pty::Setup {
        family,
        quirks: Quirks::calm(),
        seed: line as u64,
        link: Some(folder.join(format!("L{line}"))),
    };
    let (modem, told) = pty::spawn(setup).expect("a virtual modem");
    std::mem::forget(told);
    modem
}

fn centre(folder: &Path, lines: usize) -> String {
    let mut text = String::from(
        "[center]\nname = \"112 Kabupaten Uji\"\n[web]\nlisten = [\"127.0.0.1:0\"]\nnames = [\"localhost\"]\n[bell]\ndevice = \"none\"\n",
    );
    for line in 0..lines {
        let port = folder.join(format!("L{line}"));
        text.push_str(&format!(
            "[[line]]\nname = \"L{line}\"\nport = \"{}\"\naudio = \"none\"\nprofile = \"huawei\"\n",
            port.display()
        ));
    }
    text
}
