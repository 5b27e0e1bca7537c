//! What every stranger needs: a place, a modem, a bus, a bridge, and a clean end.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use siaga112::sim::modem::{Family, Quirks, Report};
use siaga112::sim::pty::{self, Running, Setup, Told};

/// Fails with what to install if a program is missing: `("gammu", "gammu")` is program, package.
pub fn need(programs: &[(&str, &str)]) {
    let missing: Vec<&str> = programs
        .iter()
        .filter(|(program, _)| find(program).is_none())
        .map(|(_, package)| *package)
        .collect();
    assert!(
        missing.is_empty(),
        "missing Debian packages: {}\ninstall them: sudo apt-get install --no-install-recommends {}   (tests/all does)",
        missing.join(" "),
        missing.join(" "),
    );
}

/// A program by name in the usual places, daemons' places too, or by path.
pub fn find(program: &str) -> Option<PathBuf> {
    if program.starts_with('/') {
        return Some(PathBuf::from(program)).filter(|path| path.exists());
    }
    let path = std::env::var("PATH").unwrap_or_default();
    path.split(':')
        .chain(["/usr/sbin", "/sbin", "/usr/bin", "/bin"])
        .map(|folder| Path::new(folder).join(program))
        .find(|path| path.exists())
}

/// The Python that `tests/all` prepared with what `tests/peers/requirements.txt` lists.
pub fn python() -> PathBuf {
    let prepared = match std::env::var_os("SIAGA112_TEST_PYTHON") {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-venv/bin/python"),
    };
    assert!(
        prepared.exists(),
        "no {}: tests/all prepares it (python3 -m venv target/test-venv; pip install -r tests/peers/requirements.txt), or set SIAGA112_TEST_PYTHON",
        prepared.display()
    );
    prepared
}

/// A file of `tests/peers`.
pub fn peer_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/peers")
        .join(name)
}

/// A folder that vanishes with the test.
pub fn scratch() -> tempfile::TempDir {
    tempfile::Builder::new()
        .prefix("siaga112-peer-")
        .tempdir()
        .unwrap()
}

/// A stranger's process with its own group; ended with everything it started.
pub struct Stranger {
    child: Child,
    log: PathBuf,
    name: String,
}

impl Stranger {
    /// Starts it with all it prints going to a log.
    pub fn start(folder: &Path, name: &str, command: &mut Command) -> Stranger {
        let log = folder.join(format!("{name}.log"));
        let out = File::create(&log).unwrap();
        let err = out.try_clone().unwrap();
        command.stdout(out).stderr(err);
        if name != "emulator" {
            command.stdin(Stdio::null());
        }
        let child = command
            .process_group(0)
            .spawn()
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        Stranger {
            child,
            log,
            name: name.to_owned(),
        }
    }

    /// All it has printed so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Waits until its log contains `text`.
    pub fn expect(&self, text: &str, within: Duration) -> String {
        let found = wait_until(within, || self.log().contains(text));
        assert!(found, "{} never said {text:?}:\n{}", self.name, self.log());
        self.log()
    }

    /// Writes a line to its stdin, if that was piped.
    pub fn tell(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
    }

    /// Waits for its end.
    pub fn ends_within(&mut self, within: Duration) -> bool {
        wait_until(within, || {
            self.child.try_wait().is_ok_and(|ended| ended.is_some())
        })
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        if thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(40).collect();
            eprintln!("--- {}, last words ---", self.name);
            tail.iter().rev().for_each(|line| eprintln!("{line}"));
        }
        // The whole group: unshare, shells and daemons leave children.
        let group = rustix::process::Pid::from_child(&self.child);
        let _asked = rustix::process::kill_process_group(group, rustix::process::Signal::TERM);
        if !self.ends_within(Duration::from_secs(3)) {
            let _killed = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _reaped = self.child.wait();
    }
}

/// A virtual modem and what it has told.
pub struct Sim {
    pub running: Running,
    told: Receiver<Told>,
    pub link: PathBuf,
}

impl Sim {
    /// Up at once, with its ordinary pace and chatter.
    pub fn start(folder: &Path, family: Family) -> Sim {
        let quirks = Quirks {
            warm: true,
            ..Quirks::default()
        };
        Sim::with(folder, family, quirks)
    }

    /// Up, and answering at once.
    pub fn calm(folder: &Path, family: Family) -> Sim {
        Sim::with(folder, family, Quirks::calm())
    }

    pub fn with(folder: &Path, family: Family, quirks: Quirks) -> Sim {
        // callattendant only looks at names with "tty" in them.
        let link = folder.join(format!("tty-{family}"));
        let setup = Setup {
            family,
            quirks,
            seed: 112,
            link: Some(link.clone()),
        };
        let (running, told) = pty::spawn(setup).unwrap();
        Sim {
            running,
            told,
            link,
        }
    }

    /// Does what a line of `siaga112 sim` would do.
    pub fn act(&self, order: &str) {
        self.running.act(order.parse().unwrap());
    }

    /// The terminal behind the link.
    pub fn device(&self) -> PathBuf {
        fs::canonicalize(&self.link).unwrap()
    }

    /// Waits for a report; what else was told before is passed over.
    pub fn expect(&self, what: &str, within: Duration, wanted: impl Fn(&Report) -> bool) -> Report {
        let end = Instant::now() + within;
        let mut passed = Vec::new();
        loop {
            match self
                .told
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(Told::Said(report)) if wanted(&report) => return report,
                Ok(other) => passed.push(other),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("the modem never reported {what}; it told {passed:?}")
                }
            }
        }
    }

    /// Waits until the host has sent this text.
    pub fn expect_sms(&self, to: &str, text: &str) {
        let sent = self.expect("a sent message", Duration::from_secs(40), |report| {
            matches!(report, Report::SmsSent { .. })
        });
        let (to, text) = (to.to_owned(), text.to_owned());
        assert_eq!(sent, Report::SmsSent { to, text });
    }
}

/// Starts a program with kernel resources of its own (`--mount`, `--net`), root or not.
pub fn unshare(kinds: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    if !rustix::process::getuid().is_root() {
        command.arg("--map-root-user");
    }
    command.args(kinds);
    command
}

/// Runs a program to its end and returns what it printed; fails if it fails or takes too long.
pub fn run(command: &mut Command) -> String {
    let shown = format!("{command:?}");
    let (code, text) = run_any(command);
    assert_eq!(code, Some(0), "{shown}\n{text}");
    text
}

/// The same, whatever the exit code.
pub fn run_any(command: &mut Command) -> (Option<i32>, String) {
    let mut timed = Command::new("timeout");
    timed
        .arg("-k")
        .arg("2")
        .arg("60")
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            timed.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        timed.current_dir(folder);
    }
    let output = timed.stdin(Stdio::null()).output().unwrap();
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.code(), text)
}

/// Looks every 50 ms.
pub fn wait_until(within: Duration, mut done: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + within;
    loop {
        if done() {
            return true;
        }
        if Instant::now() >= end {
            return false;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// A system bus of our own, so that no real daemon is disturbed and none disturbs us.
pub struct Bus {
    _daemon: Stranger,
    pub address: String,
}

impl Bus {
    pub fn start(folder: &Path) -> Bus {
        let address = format!("unix:path={}", folder.join("bus").display());
        let config = folder.join("bus.conf");
        let text = fs::read_to_string(peer_file("bus.conf")).unwrap();
        fs::write(&config, text.replace("@ADDRESS@", &address)).unwrap();
        let daemon = Stranger::start(
            folder,
            "bus",
            Command::new("dbus-daemon")
                .arg(format!("--config-file={}", config.display()))
                .args(["--nofork", "--nopidfile"]),
        );
        let there = wait_until(Duration::from_secs(5), || folder.join("bus").exists());
        assert!(there, "no bus:\n{}", daemon.log());
        Bus {
            _daemon: daemon,
            address,
        }
    }

    /// A command that talks on this bus.
    pub fn command(&self, program: &str) -> Command {
        let path = find(program).unwrap_or_else(|| PathBuf::from(program));
        let mut command = Command::new(path);
        command.env("DBUS_SYSTEM_BUS_ADDRESS", &self.address);
        command
    }
}

/// A tty of ours behind an abstract socket, which is all that ModemManager's test mode takes.
pub fn bridge_abstract(name: &str, port: &Path) {
    let address = SocketAddr::from_abstract_name(name).unwrap();
    let listener = UnixListener::bind_addr(&address).unwrap();
    let port = port.to_path_buf();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            bridge(stream.try_clone().unwrap(), stream, &port);
        }
    });
}

/// A tty of ours behind a TCP port, which is what oFono's phonesim driver takes.
pub fn bridge_tcp(port: &Path) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let number = listener.local_addr().unwrap().port();
    let port = port.to_path_buf();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            stream.set_nodelay(true).unwrap();
            bridge(stream.try_clone().unwrap(), stream, &port);
        }
    });
    number
}

/// Copies both ways until either side ends. The test's process ends the threads with itself.
fn bridge(
    from_client: impl Read + Send + 'static,
    to_client: impl Write + Send + 'static,
    port: &Path,
) {
    let tty = open_tty(port);
    let (to_tty, from_tty) = (tty.try_clone().unwrap(), tty);
    thread::spawn(move || copy(from_client, to_tty));
    thread::spawn(move || copy(from_tty, to_client));
}

fn copy(mut from: impl Read, mut to: impl Write) {
    let mut bytes = [0_u8; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if to
            .write_all(&bytes[..count])
            .and_then(|()| to.flush())
            .is_err()
        {
            return;
        }
    }
}

/// A raw tty, as a modem's client opens it.
pub fn open_tty(port: &Path) -> File {
    let noctty = rustix::fs::OFlags::NOCTTY.bits() as i32;
    let tty = File::options()
        .read(true)
        .write(true)
        .custom_flags(noctty)
        .open(port)
        .unwrap();
    let mut attributes = rustix::termios::tcgetattr(&tty).unwrap();
    attributes.make_raw();
    rustix::termios::tcsetattr(&tty, rustix::termios::OptionalActions::Now, &attributes).unwrap();
    tty
}
