//! The real binary, killed again and again while its lines ring, and on a disk that is full.
//!
//! Everything a program was told as durable before a kill must be in the journal afterwards, in its
//! place and unchanged, and the chain must verify after each kill. The slowest start is printed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use siaga112::sim::modem::{Act, Dice, Family, Identity, Quirks};
use siaga112::sim::pty::{self, Running};

use crate::sound::support::wire;

/// An office on this machine: virtual modems, a folder, and a service that can be killed.
struct Office {
    folder: tempfile::TempDir,
    modems: Vec<Running>,
    address: SocketAddr,
    token: String,
    service: Option<Child>,
}

impl Office {
    fn open() -> Office {
        let folder = tempfile::tempdir().expect("a folder");
        let families = [Family::Huawei, Family::Simcom, Family::Quectel];
        let modems = families.iter().enumerate().map(|(line, family)| {
            let setup = pty::Setup {
                family: *family,
                quirks: Quirks {
                    warm: true,
                    ..Quirks::default()
                },
                seed: line as u64,
                link: Some(folder.path().join(format!("L{line}"))),
            };
            let (modem, told) = pty::spawn(setup).expect("a virtual modem");
            std::mem::forget(told);
            modem
        });
        let modems = modems.collect();
        let address = free_address();
        let mut office = Office {
            folder,
            modems,
            address,
            token: String::new(),
            service: None,
        };
        fs::write(office.config(), office.centre()).expect("a configuration");
        office.verb(
            &["user", "add", "admin", "--name", "Admin", "--role", "admin"],
            "jembatan-biru-tua\n",
        );
        let told = office.verb(
            &[
                "token", "add", "--name", "uji", "--role", "operator", "--json",
            ],
            "",
        );
        let told: serde_json::Value = serde_json::from_str(&told).expect("json");
        office.token = told["token"].as_str().expect("a token").to_owned();
        office
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("siaga112.toml")
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn centre(&self) -> String {
        let mut text = format!(
            "[center]\nname = \"112 Kabupaten Uji\"\n[web]\nlisten = [\"{}\"]\nnames = [\"localhost\"]\n[bell]\ndevice = \"none\"\n",
            self.address
        );
        for line in 0..3 {
            let port = self.folder.path().join(format!("L{line}"));
            text.push_str(&format!(
                "[[line]]\nname = \"L{line}\"\nport = \"{}\"\naudio = \"none\"\n",
                port.display()
            ));
        }
        text
    }

    /// Runs a verb and gives back what it printed.
    fn verb(&self, args: &[&str], stdin: &str) -> String {
        let mut child = Command::new(env!("CARGO_BIN_EXE_siaga112"))
            .args(args)
            .arg("--data")
            .arg(self.data())
            .arg("--config")
            .arg(self.config())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        child
            .stdin
            .take()
            .expect("stdin")
            .write_all(stdin.as_bytes())
            .expect("written");
        let output = child.wait_with_output().expect("ended");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let trouble = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {told}{trouble}");
        told
    }

    /// Starts the service; returns how long it took until it could take calls.
    fn start(&mut self) -> Duration {
        let began = Instant::now();
        // A write beyond the limit that `fill_disk` sets is to fail, not to kill.
        let child = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"])
            .args([env!("CARGO_BIN_EXE_siaga112"), "serve", "--data"])
            .arg(self.data())
            .arg("--config")
            .arg(self.config())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.expect("the service");
        let mut told = BufReader::new(child.stdout.take().expect("stdout"));
        let mut line = String::new();
        told.read_line(&mut line).expect("a line");
        assert!(line.starts_with("siap di"), "{line}");
        self.service = Some(child);
        began.elapsed()
    }

    fn kill(&mut self) {
        let mut child = self.service.take().expect("running");
        child.kill().expect("killed");
        child.wait().expect("gone");
    }

    /// From now on no file of the service can be written beyond its first byte, as on a full disk;
    /// or they can again.
    fn fill_disk(&self, full: bool) {
        let service = self.service.as_ref().expect("running").id();
        let limit = if full { "1:unlimited" } else { "unlimited" };
        let done = Command::new("prlimit")
            .args(["--pid", &service.to_string()])
            .arg(format!("--fsize={limit}"))
            .status();
        assert!(done.expect("prlimit, of util-linux").success());
    }

    /// Listens to everything: a durable fact has a place, an alert has none.
    fn listen(&self, after: u64) -> Receiver<(Option<u64>, String)> {
        let pem = self.authority();
        let mut stream = wire::connect(self.address, "localhost", &wire::trusting(&pem));
        let request = format!(
            "GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
             last-event-id: {after}\r\n\r\n",
            self.token
        );
        stream.write_all(request.as_bytes()).expect("sent");
        let mut reader = BufReader::new(stream);
        assert_eq!(wire::read_head(&mut reader).status, 200);
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let (mut id, mut line) = (None, String::new());
            loop {
                line.clear();
                if reader.read_line(&mut line).unwrap_or(0) == 0 {
                    return;
                }
                if let Some(number) = line.strip_prefix("id: ") {
                    id = number.trim_end().parse::<u64>().ok();
                } else if let Some(data) = line.strip_prefix("data: ")
                    && tell.send((id.take(), data.trim_end().to_owned())).is_err()
                {
                    return;
                }
            }
        });
        told
    }

    fn post(&self, path: &str, body: &str) -> String {
        self.ask("POST", path, body)
    }

    /// Asks the service; what was answered.
    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let stream = wire::connect(
            self.address,
            "localhost",
            &wire::trusting(&self.authority()),
        );
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.token,
            body.len()
        );
        wire::exchange(stream, request.as_bytes()).text()
    }

    /// Everything that was told is in the journal, in its place and unchanged.
    fn has_all(&self, told: &BTreeMap<u64, String>) {
        let newest = *told.keys().next_back().expect("something was told");
        let mut kept = BTreeMap::new();
        let events = self.listen(0);
        while kept.keys().next_back().is_none_or(|seq| *seq < newest) {
            let event = events.recv_timeout(PATIENCE).expect("the journal");
            kept.extend(facts([event]));
        }
        for (seq, line) in told {
            let found = kept.get(seq);
            assert_eq!(found, Some(line), "entry {seq} is missing or changed");
        }
    }

    fn authority(&self) -> String {
        find_pem(&self.data()).expect("the office's authority")
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if let Some(mut child) = self.service.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The authority's certificate, wherever in the secret folder it lies.
fn find_pem(data: &Path) -> Option<String> {
    let files = fs::read_dir(data.join("secret")).ok()?.flatten();
    let texts = files.filter_map(|file| fs::read_to_string(file.path()).ok());
    let mut certificates: Vec<String> = texts
        .filter(|text| text.contains("BEGIN CERTIFICATE"))
        .collect();
    // The authority's file holds one certificate; a leaf's file holds the chain.
    certificates.sort_by_key(|text| text.matches("BEGIN CERTIFICATE").count());
    certificates.into_iter().next()
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address")
}

/// What was told as durable.
fn facts(events: impl IntoIterator<Item = (Option<u64>, String)>) -> Vec<(u64, String)> {
    let durable = |(seq, line): (Option<u64>, String)| Some((seq?, line));
    events.into_iter().filter_map(durable).collect()
}

#[test]
fn killed_in_the_middle_of_ringing_it_forgets_nothing_it_said() {
    let rounds = std::env::var("SIAGA112_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(25);
    let mut office = Office::open();
    let mut dice = Dice::new(112);
    let mut told: BTreeMap<u64, String> = BTreeMap::new();
    let mut slowest = Duration::ZERO;
    let mut calls = 0;
    for _ in 0..rounds {
        slowest = slowest.max(office.start());
        let newest = told.keys().next_back().copied().unwrap_or(0);
        let events = office.listen(newest);
        let until = Instant::now() + dice.millis(150, 1_200);
        loop {
            let line = dice.below(3) as usize;
            calls += 1;
            office.modems[line].act(Act::Ring {
                identity: Identity::Number(format!("+62840{calls:08}")),
                patience: Some(dice.millis(50, 900)),
                data: false,
            });
            let left = until.saturating_duration_since(Instant::now());
            match events.recv_timeout(left.min(dice.millis(1, 60))) {
                Ok(event) => told.extend(facts([event].into_iter().chain(events.try_iter()))),
                Err(RecvTimeoutError::Timeout) if left.is_zero() => break,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => panic!("the service hung up"),
            }
        }
        office.kill();
        told.extend(facts(events.iter()));
        let verdict = office.verb(&["verify"], "");
        assert!(!verdict.is_empty());
    }
    office.start();
    office.has_all(&told);
    let offered = told
        .values()
        .filter(|line| line.contains("\"call.offered\""))
        .count();
    println!(
        "{rounds} kills, {} facts told, {offered} calls, slowest start {slowest:?}",
        told.len()
    );
    assert!(offered > rounds, "it hardly rang: {offered} calls");
}

#[test]
fn asked_to_stop_while_somebody_practises_it_is_gone_in_three_seconds_and_practice_with_it() {
    let mut office = Office::open();
    let latihan = office.data().join("latihan");
    office.start();
    assert!(
        office
            .post("/api/v1/practice", "{}")
            .contains("\"running\":true")
    );
    assert!(latihan.join("siaga112.redb").exists());
    let called = office.post("/api/v1/practice/callers", "{\"scenario\":\"fire\"}");
    assert!(called.contains("Latihan-1"), "{called}");
    let mut child = office.service.take().expect("running");
    let began = Instant::now();
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    assert!(asked.expect("kill, of procps").success());
    assert!(child.wait().expect("gone").success());
    let took = began.elapsed();
    println!("stopped in {took:?}");
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(!latihan.exists());

    // Killed, it leaves practice lying there; the next start has no use for it.
    office.start();
    office.post("/api/v1/practice", "{}");
    office.kill();
    assert!(latihan.exists());
    let verdict = office.verb(&["verify"], "");
    assert!(!verdict.is_empty());
    office.start();
    let deadline = Instant::now() + PATIENCE;
    while latihan.exists() {
        assert!(Instant::now() < deadline, "practice still lies there");
        std::thread::sleep(Duration::from_millis(20));
    }
    let calls = office.ask("GET", "/api/v1/calls", "");
    assert!(calls.contains("\"items\":[]"), "{calls}");
}

#[test]
fn on_a_full_disk_the_bells_ring_and_it_heals_by_itself() {
    let mut office = Office::open();
    office.start();
    let events = office.listen(0);
    let mut told = BTreeMap::new();
    // The disk and the bells speak in any order.
    let mut heard: Vec<(Option<u64>, String)> = Vec::new();
    let mut until = |what: &str, wanted: &dyn Fn(Option<u64>, &str) -> bool| {
        let deadline = Instant::now() + PATIENCE;
        while !heard.iter().any(|(seq, line)| wanted(*seq, line)) {
            let left = deadline.saturating_duration_since(Instant::now());
            let event = events.recv_timeout(left);
            let (seq, line) = event.unwrap_or_else(|_| panic!("never told: {what}"));
            told.extend(seq.map(|seq| (seq, line.clone())));
            heard.push((seq, line));
        }
    };
    for line in ["\"L0\"", "\"L1\"", "\"L2\""] {
        until("line up", &|seq, said| {
            seq.is_some() && said.contains("line.up") && said.contains(line)
        });
    }
    let numbers = ["+62840000001", "+62840000002"];
    office.fill_disk(true);
    for (line, number) in numbers.iter().enumerate() {
        office.modems[line].act(Act::Ring {
            identity: Identity::Number((*number).to_owned()),
            patience: None,
            data: false,
        });
        until("the bell", &|seq, said| {
            let about_it = said.contains(number);
            assert!(seq.is_none() || !about_it, "the disk takes nothing: {said}");
            about_it && said.contains("\"alert\":\"call\"")
        });
    }
    until("not saved", &|_, said| said.contains("\"alert\":\"store\""));
    office.fill_disk(false);
    for number in numbers {
        until("saved", &|seq, said| seq.is_some() && said.contains(number));
    }
    until("all saved", &|_, said| {
        said.contains("\"alert\":\"store\",\"unsaved\":0")
    });
    office.kill();
    office.verb(&["verify"], "");
    office.start();
    office.has_all(&told);
}

const PATIENCE: Duration = Duration::from_secs(20);
