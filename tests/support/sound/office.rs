//! The real program with lines that have sound: started, asked, killed, started again.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use siaga112::sim::modem::{Family, Quirks};
use siaga112::sim::pty::{self, Running, Sound};

use super::browser::Socket;
use super::disk::Disk;
use super::wire::{self, Answer, Tls};

/// One line of the office.
#[derive(Clone, Copy)]
pub enum Line {
    /// A stick with a PCM port under [`Office::audio`].
    Pcm,
    /// A module with one, whose sound has to be switched on and off.
    Module,
    /// Sound through the command port.
    InBand,
    /// A handset.
    Handset,
}

/// An office on this machine.
pub struct Office {
    lines: Vec<Line>,
    folder: tempfile::TempDir,
    address: SocketAddr,
    operators: Vec<String>,
    supervisor: String,
    /// Where the box itself rings, and what leads its player there.
    bell: String,
    sound_server: Vec<(String, String)>,
    service: Option<Child>,
    pub disk: Disk,
}

impl Office {
    /// With so many operators; not started yet.
    pub fn with(lines: &[Line], operators: usize) -> Office {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let address = free_address();
        fs::create_dir(folder.path().join("disk")).expect("a folder");
        let disk = Disk::new(&folder.path().join("data"), &folder.path().join("disk"));
        let mut office = Office {
            lines: lines.to_vec(),
            folder,
            address,
            operators: Vec::new(),
            supervisor: String::new(),
            bell: "none".to_owned(),
            sound_server: Vec::new(),
            service: None,
            disk,
        };
        fs::write(office.config(), office.centre()).expect("a configuration");
        let admin = ["user", "add", "admin", "--name", "Admin", "--role", "admin"];
        office.verb(&admin, "jembatan-biru-tua\n");
        office.operators = (0..operators)
            .map(|number| office.token(&format!("op{number}"), "operator"))
            .collect();
        office.supervisor = office.token("awas", "supervisor");
        office
    }

    /// The box itself rings on this device of a sound server, which these variables lead to. Before
    /// it is started.
    pub fn ring_on(&mut self, device: &str, server: &[(&str, String)]) {
        device.clone_into(&mut self.bell);
        // What the bell does is in the log.
        let log = ("SIAGA112_LOG", "info".to_owned());
        let pairs = server.iter().chain([&log]);
        self.sound_server = pairs
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        fs::write(self.config(), self.centre()).expect("a configuration");
    }

    fn token(&self, name: &str, role: &str) -> String {
        let add = ["token", "add", "--name", name, "--role", role, "--json"];
        let told: Value = serde_json::from_str(&self.verb(&add, "")).expect("json");
        told["token"].as_str().expect("a token").to_owned()
    }

    fn centre(&self) -> String {
        let mut text = format!(
            "[center]\nname = \"112 Kabupaten Uji\"\n[web]\nlisten = [\"{}\"]\nnames = [\"localhost\"]\n[bell]\ndevice = \"{}\"\n",
            self.address, self.bell
        );
        for (index, line) in self.lines.iter().enumerate() {
            let (audio, profile) = match line {
                Line::Pcm => (self.audio(index).display().to_string(), "huawei"),
                Line::Module => (self.audio(index).display().to_string(), "simcom7600"),
                Line::InBand => ("inband".to_owned(), "v253-usr"),
                Line::Handset => ("none".to_owned(), "huawei"),
            };
            text.push_str(&format!(
                "[[line]]\nname = \"L{index}\"\nport = \"{}\"\naudio = \"{audio}\"\nprofile = \"{profile}\"\n",
                self.port(index).display()
            ));
        }
        text
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("siaga112.toml")
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where the program looks for the modem of a line.
    pub fn port(&self, line: usize) -> PathBuf {
        self.folder.path().join(format!("L{line}"))
    }

    /// Where it looks for its sound.
    pub fn audio(&self, line: usize) -> PathBuf {
        self.folder.path().join(format!("A{line}"))
    }

    /// A virtual modem on a line. `own_sound`: its audio port is where the program looks for it;
    /// otherwise it has one that nobody opens, and the sound is somebody else's business.
    pub fn modem(&self, line: usize, quirks: Quirks, own_sound: bool) -> Running {
        let setup = pty::Setup {
            family: match self.lines[line] {
                Line::Module => Family::Simcom,
                Line::InBand => Family::V253Usr,
                Line::Pcm | Line::Handset => Family::Huawei,
            },
            quirks,
            seed: line as u64,
            link: Some(self.port(line)),
        };
        let sound = Sound {
            audio: true,
            audio_link: own_sound.then(|| self.audio(line)),
            heard: None,
        };
        let (modem, told) = pty::spawn_with_sound(setup, sound).expect("a virtual modem");
        std::mem::forget(told);
        modem
    }

    /// Runs a verb to its end; what it printed.
    pub fn verb(&self, args: &[&str], stdin: &str) -> String {
        let (good, told) = self.try_verb(args, stdin);
        assert!(good, "{args:?}: {told}");
        told
    }

    /// The same, whatever comes of it.
    pub fn try_verb(&self, args: &[&str], stdin: &str) -> (bool, String) {
        let child = Command::new(env!("CARGO_BIN_EXE_siaga112"))
            .args(args)
            .arg("--data")
            .arg(self.data())
            .arg("--config")
            .arg(self.config())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.expect("the program");
        let mut input = child.stdin.take().expect("stdin");
        input.write_all(stdin.as_bytes()).expect("written");
        drop(input);
        let output = child.wait_with_output().expect("ended");
        let mut told = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            told.push_str(&String::from_utf8_lossy(&output.stderr));
        }
        (output.status.success(), told)
    }

    /// Starts the service and waits until these lines are up.
    pub fn start(&mut self, lines: usize) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))
            .expect("a log");
        // A write beyond the limit that `fill_disk` sets is to fail, not to kill.
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"])
            .args([env!("CARGO_BIN_EXE_siaga112"), "serve", "--data"])
            .arg(self.data())
            .arg("--config")
            .arg(self.config())
            .envs(self.sound_server.clone())
            .stdout(Stdio::piped())
            .stderr(log);
        self.disk.below(&mut command);
        let mut child = command.spawn().expect("the service");
        let mut told = BufReader::new(child.stdout.take().expect("stdout"));
        let mut line = String::new();
        told.read_line(&mut line).expect("a line");
        assert!(line.starts_with("siap di"), "{line}{}", self.log());
        self.service = Some(child);
        self.until("lines up", || {
            let board = self.board();
            let up = board["lines"]
                .as_array()?
                .iter()
                .filter(|line| line["up"] == true);
            (up.count() == lines).then_some(())
        });
    }

    /// What the program has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    pub fn pid(&self) -> u32 {
        self.service.as_ref().expect("running").id()
    }

    pub fn kill(&mut self) {
        let mut child = self.service.take().expect("running");
        child.kill().expect("killed");
        child.wait().expect("gone");
    }

    pub fn stop(&mut self) {
        let mut child = self.service.take().expect("running");
        let asked = Command::new("kill").arg(child.id().to_string()).status();
        assert!(asked.expect("kill").success());
        assert!(child.wait().expect("gone").success());
    }

    /// From now on no file of the service can be written beyond its first byte, as on a full disk;
    /// or they can again.
    pub fn fill_disk(&self, full: bool) {
        let limit = if full { "1:unlimited" } else { "unlimited" };
        let done = Command::new("prlimit")
            .args(["--pid", &self.pid().to_string()])
            .arg(format!("--fsize={limit}"))
            .status();
        assert!(done.expect("prlimit, of util-linux").success());
    }

    pub fn connect(&self) -> Tls {
        let pem = find_pem(&self.data()).expect("the office's authority");
        wire::connect(self.address, "localhost", &wire::trusting(&pem))
    }

    fn ask(&self, token: &str, method: &str, path: &str, body: &str) -> Answer {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             authorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        wire::exchange(self.connect(), request.as_bytes())
    }

    /// As the supervisor.
    pub fn get(&self, path: &str) -> Answer {
        self.ask(&self.supervisor, "GET", path, "")
    }

    /// Every fact of this kind so far, oldest first.
    pub fn facts(&self, kind: &str) -> Vec<Value> {
        let page = self.get("/api/v1/journal?limit=1000").json();
        assert!(page["next"].is_null(), "more than one page");
        let items = page["items"].as_array().expect("entries").iter();
        let entries = items.map(|item| item["entry"].clone());
        entries.filter(|entry| entry["kind"] == kind).collect()
    }

    /// As an operator.
    pub fn post(&self, operator: usize, path: &str, body: &Value) -> Answer {
        self.ask(&self.operators[operator], "POST", path, &body.to_string())
    }

    pub fn board(&self) -> Value {
        self.get("/api/v1/board").json()
    }

    pub fn call(&self, call: &str) -> Value {
        self.get(&format!("/api/v1/calls/{call}")).json()
    }

    /// The ringing call of a line, answered by this operator; its id.
    pub fn answer(&self, operator: usize, line: usize) -> String {
        let ready = self.post(operator, "/api/v1/seat", &json!({ "state": "ready" }));
        assert_eq!(ready.status, 200, "{}", ready.text());
        let name = format!("L{line}");
        let call = self.until("a ring", || {
            let board = self.board();
            let calls = board["calls"].as_array()?.clone();
            let waits = |state: &Value| state == "ringing" || state == "queued";
            let rings = |call: &&Value| call["line"] == name && waits(&call["state"]);
            let call = calls.iter().find(rings)?;
            Some(call["id"].as_str()?.to_owned())
        });
        let path = format!("/api/v1/calls/{call}/answer");
        let answered = self.post(operator, &path, &json!({}));
        assert_eq!(answered.status, 200, "{}", answered.text());
        self.until("answered", || {
            (self.call(&call)["state"] == "talking").then_some(())
        });
        call
    }

    pub fn hang_up(&self, operator: usize, call: &str) {
        let path = format!("/api/v1/calls/{call}/hangup");
        let done = self.post(operator, &path, &json!({}));
        assert_eq!(done.status, 200, "{}", done.text());
    }

    /// The sound of a call, as its operator has it.
    pub fn sound(&self, operator: usize, call: &str) -> Socket {
        let path = format!("/api/v1/calls/{call}/audio");
        Socket::open(self.connect(), &path, &self.operators[operator])
    }

    /// As the supervisor who listens.
    pub fn listen(&self, call: &str) -> Socket {
        let path = format!("/api/v1/calls/{call}/audio?mode=listen");
        Socket::open(self.connect(), &path, &self.supervisor)
    }

    /// Live facts and alerts as they come, each with the moment it could be read.
    pub fn events(&self) -> std::sync::mpsc::Receiver<(Instant, Value)> {
        let mut stream = self.connect();
        let request = format!(
            "GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\r\n",
            self.supervisor
        );
        stream.write_all(request.as_bytes()).expect("sent");
        let mut reader = BufReader::new(stream);
        assert_eq!(wire::read_head(&mut reader).status, 200);
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap_or(0) > 0 {
                let at = Instant::now();
                let data = line.strip_prefix("data: ").map(str::trim_end);
                let said = data.and_then(|data| serde_json::from_str(data).ok());
                if said.is_some_and(|said| tell.send((at, said)).is_err()) {
                    return;
                }
                line.clear();
            }
        });
        told
    }

    /// Asks again and again until there is an answer.
    pub fn until<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + wire::PATIENCE;
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(Instant::now() < deadline, "never: {what}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
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
    let certificates = texts.filter(|text| text.contains("BEGIN CERTIFICATE"));
    // The authority's file holds one certificate; a leaf's file holds the chain.
    certificates.min_by_key(|text| text.matches("BEGIN CERTIFICATE").count())
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address")
}
