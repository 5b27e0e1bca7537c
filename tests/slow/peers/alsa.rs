//! The real `arecord` and `aplay`, on a sound card made of PulseAudio's null sinks.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use siaga112::base::ids::LineName;
use siaga112::clock::Clock;
use siaga112::port::audio::{AudioChange, AudioPath, AudioPort, AudioSpec, Tools};
use siaga112::port::open_audio_device;
use tempfile::TempDir;

use super::tools::{Stranger, need, scratch, wait_until};

/// A private sound server: what we play goes to the sink `kami`, what we record comes from the
/// sink `jauh`.
pub(super) struct Server {
    /// Dropped before the server.
    _ears: Vec<Far>,
    _daemon: Stranger,
    folder: TempDir,
}

impl Server {
    pub(super) fn start() -> Server {
        need(&[
            ("arecord", "alsa-utils"),
            ("aplay", "alsa-utils"),
            ("pulseaudio", "pulseaudio"),
            ("parec", "pulseaudio-utils"),
            ("pacat", "pulseaudio-utils"),
        ]);
        let folder = scratch();
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(folder.path(), private).unwrap();
        let sink = |name: &str| {
            format!("module-null-sink sink_name={name} rate=8000 channels=1 format=s16le")
        };
        let socket = format!(
            "module-native-protocol-unix auth-anonymous=1 socket={}",
            folder.path().join("socket").display()
        );
        let mut command = Command::new("pulseaudio");
        command
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1"])
            .args(["--use-pid-file=no", "--log-target=stderr"])
            .args(["-L", &sink("kami"), "-L", &sink("jauh"), "-L", &socket])
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("HOME", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("XDG_CONFIG_HOME", folder.path());
        let daemon = Stranger::start(folder.path(), "pulseaudio", &mut command);
        let there = wait_until(Duration::from_secs(10), || {
            folder.path().join("socket").exists()
        });
        assert!(there, "no sound server:\n{}", daemon.log());
        let mut server = Server {
            _ears: Vec::new(),
            _daemon: daemon,
            folder,
        };
        let ears = ["kami", "jauh"].map(|sink| server.wake_up(sink));
        for (ear, woken) in ears {
            woken.recv_timeout(Duration::from_secs(15)).unwrap();
            server._ears.push(ear);
        }
        for program in ["arecord", "aplay"] {
            server.wrap(program);
        }
        server
    }

    /// A null sink runs in blocks of two seconds, which no sound card does, until somebody listens
    /// who is in a hurry and the blocks before have passed.
    fn wake_up(&self, sink: &str) -> (Far, Receiver<()>) {
        let mut ear = Far(self.far_end("parec", &format!("{sink}.monitor")));
        let mut sound = ear.0.stdout.take().unwrap();
        let (tell, woken) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            let mut heard = 0;
            while let Ok(count @ 1..) = sound.read(&mut buffer) {
                heard += count;
                if heard > ASLEEP_BYTES {
                    let _ = tell.send(());
                }
            }
        });
        (ear, woken)
    }

    pub(super) fn environment(&self) -> [(&'static str, String); 4] {
        let home = self.folder.path().display().to_string();
        [
            ("PULSE_SERVER", format!("unix:{home}/socket")),
            ("HOME", home),
            ("PULSE_SINK", "kami".to_owned()),
            ("PULSE_SOURCE", "jauh.monitor".to_owned()),
        ]
    }

    /// The real program, told where its sound card is; notes its process.
    fn wrap(&self, program: &str) {
        let exports: String = self
            .environment()
            .iter()
            .map(|(name, value)| format!("export {name}='{value}'\n"))
            .collect();
        let text = format!("#!/bin/sh\n{exports}echo $$ > \"$0.pid\"\nexec {program} \"$@\"\n");
        let path = self.folder.path().join(program);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn tools(&self) -> Tools {
        Tools {
            record: self.folder.path().join("arecord"),
            play: self.folder.path().join("aplay"),
        }
    }

    /// `parec` or `pacat` at the far end.
    fn far_end(&self, program: &str, device: &str) -> Child {
        Command::new(program)
            .args(["-d", device, "--raw", "--format=s16le"])
            .args(["--rate=8000", "--channels=1", "--latency-msec=20"])
            .envs(self.environment())
            .stdin(if program == "pacat" {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Listens to what we play, for as long as the first value lives.
    pub(super) fn listen(&self) -> (Far, Arc<Mutex<Ear>>) {
        let mut ear = Far(self.far_end("parec", "kami.monitor"));
        let heard = listen(ear.0.stdout.take().unwrap());
        (ear, heard)
    }

    fn all_gone(&self) -> bool {
        ["arecord.pid", "aplay.pid"].iter().all(|file| {
            let pid = fs::read_to_string(self.folder.path().join(file)).unwrap();
            let stat = Path::new("/proc").join(pid.trim()).join("stat");
            // Once we are gone it is another's work to bury them.
            fs::read_to_string(stat).map_or(true, |stat| stat.contains(") Z "))
        })
    }
}

/// A far end's process, ended with the test.
pub(super) struct Far(Child);

impl Drop for Far {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The thread that owns the port, with its 20 ms.
struct Owner {
    port: AudioPort,
    clock: Clock,
    waker: Arc<OwnedFd>,
    changes: Vec<AudioChange>,
    heard: Ear,
}

impl Owner {
    fn of(tools: Tools) -> Owner {
        let waker = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).unwrap();
        let waker = Arc::new(waker);
        let woken = Arc::clone(&waker);
        let wake = Arc::new(move || {
            let _ = rustix::io::write(&*woken, &1u64.to_ne_bytes());
        });
        let spec = AudioSpec {
            name: LineName::new("SIM800"),
            path: AudioPath::Alsa("pulse".to_owned()),
        };
        Owner {
            port: AudioPort::with(spec, wake, Arc::new(open_audio_device), tools),
            clock: Clock::start(),
            waker,
            changes: Vec::new(),
            heard: Ear::default(),
        }
    }

    /// Serves the port until then.
    fn serve(&mut self, until: Instant) {
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            let now = self.clock.tick();
            let due = self.port.due().map_or(left, |due| due.since(now)).min(left);
            let wait = Timespec {
                tv_sec: 0,
                tv_nsec: i64::from(due.subsec_nanos()),
            };
            {
                let mut fds: Vec<PollFd<'_>> = self
                    .port
                    .fds()
                    .map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN))
                    .collect();
                fds.push(PollFd::from_borrowed_fd(self.waker.as_fd(), PollFlags::IN));
                poll(&mut fds, Some(&wait)).unwrap();
            }
            let _ = rustix::io::read(&*self.waker, &mut [0; 8]);
            let now = self.clock.tick();
            while let Some(change) = self.port.tend(now) {
                self.changes.push(change);
            }
            let mut buffer = [0; 1024];
            loop {
                let count = self.port.read(now, &mut buffer);
                if count == 0 {
                    break;
                }
                self.heard.hear(&buffer[..count]);
            }
        }
    }

    fn open(&mut self) {
        let began = Instant::now();
        let now = self.clock.tick();
        self.port.want(now, true);
        while self.changes != [AudioChange::Opened] {
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "{:?}",
                self.changes
            );
            self.serve(Instant::now() + TURN);
        }
        self.changes.clear();
        println!("open after {} ms", began.elapsed().as_millis());
    }
}

/// Hears when a beep begins, and keeps everything.
#[derive(Default)]
pub(super) struct Ear {
    pub(super) beeps: Vec<Instant>,
    pub(super) samples: Vec<i16>,
    half: Option<u8>,
    quiet: usize,
}

impl Ear {
    fn hear(&mut self, bytes: &[u8]) {
        let now = Instant::now();
        let all: Vec<u8> = self
            .half
            .take()
            .into_iter()
            .chain(bytes.iter().copied())
            .collect();
        let mut pairs = all.chunks_exact(2);
        for pair in &mut pairs {
            let sample = i16::from_le_bytes([pair[0], pair[1]]);
            let is_loud = sample.unsigned_abs() > LOUD;
            if is_loud && self.quiet > QUIET_SAMPLES {
                self.beeps.push(now);
            }
            self.quiet = if is_loud { 0 } else { self.quiet + 1 };
            self.samples.push(sample);
        }
        self.half = pairs.remainder().first().copied();
    }
}

/// Listens in a thread of its own to what `parec` gives.
fn listen(mut from: impl Read + Send + 'static) -> Arc<Mutex<Ear>> {
    let ear = Arc::new(Mutex::new(Ear::default()));
    let ours = Arc::clone(&ear);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            ours.lock().unwrap().hear(&buffer[..count]);
        }
    });
    ear
}

/// Speaks in a thread of its own into `pacat`: 20 ms at a time; tells when each beep began.
fn speak(mut into: impl Write + Send + 'static, turns: u32) -> Receiver<Instant> {
    let (tell, told): (Sender<Instant>, _) = channel();
    thread::spawn(move || {
        let begin = Instant::now();
        for turn in 0..turns {
            thread::sleep((begin + TURN * turn).saturating_duration_since(Instant::now()));
            if is_beep_start(turn) {
                let _ = tell.send(Instant::now());
            }
            if into
                .write_all(&frame(turn))
                .and_then(|()| into.flush())
                .is_err()
            {
                return;
            }
        }
    });
    told
}

/// 20 ms of 425 Hz for the first five turns of every fifty, else silence.
fn frame(turn: u32) -> Vec<u8> {
    let samples = (0..160).map(|n| {
        let time = f64::from(turn * 160 + n) / 8000.0;
        let sample = (time * 425.0 * std::f64::consts::TAU).sin() * 12_000.0;
        if turn % BEEP_EVERY < BEEP_TURNS {
            sample as i16
        } else {
            0
        }
    });
    samples.flat_map(i16::to_le_bytes).collect()
}

fn is_beep_start(turn: u32) -> bool {
    turn.is_multiple_of(BEEP_EVERY)
}

/// For each beep sent, how long until it was heard: the last is the last.
fn latencies(sent: &[Instant], heard: &[Instant]) -> Vec<u128> {
    let pairs = sent.iter().rev().zip(heard.iter().rev());
    let mut all: Vec<u128> = pairs
        .map(|(sent, heard)| heard.saturating_duration_since(*sent).as_millis())
        .collect();
    all.reverse();
    all
}

/// Every beep is 100 ms of 425 Hz: a wrong rate or a shifted byte would show in the crossings.
fn is_the_tone(samples: &[i16], beeps: usize) {
    let mut crossings = 0;
    let mut last = 0_i16;
    for sample in samples
        .iter()
        .filter(|sample| sample.unsigned_abs() > LOUD / 4)
    {
        crossings += usize::from(last.signum() * sample.signum() < 0);
        last = *sample;
    }
    let per_beep = 2.0 * 425.0 * 0.1;
    let expected = per_beep * beeps as f64;
    let off = (crossings as f64 - expected).abs() / expected;
    assert!(off < 0.05, "{crossings} crossings in {beeps} beeps");
}

#[test]
fn what_we_say_is_heard_and_what_is_said_to_us_too() {
    let server = Server::start();
    let (_ear, heard) = server.listen();
    let mut mouth = Far(server.far_end("pacat", "jauh"));
    let mut owner = Owner::of(server.tools());
    owner.open();
    let speech = mouth.0.stdin.take().unwrap();
    let said = speak(speech, TURNS);
    let begin = Instant::now();
    let mut sent = Vec::new();
    let mut dropped_late = 0;
    for turn in 0..TURNS {
        if is_beep_start(turn) {
            sent.push(Instant::now());
        }
        let dropped = owner.port.write(&frame(turn));
        if turn >= WARM_UP {
            dropped_late += dropped;
        }
        owner.serve(begin + TURN * (turn + 1));
    }
    owner.serve(Instant::now() + Duration::from_millis(500));
    let warm = usize::try_from(WARM_UP / BEEP_EVERY).unwrap();
    let said: Vec<Instant> = said.try_iter().collect();
    let spoken = latencies(&sent[warm..], &heard.lock().unwrap().beeps);
    let listened = latencies(&said[warm..], &owner.heard.beeps);
    // The server renders ahead of what a loudspeaker would play, and its monitors hear that.
    println!("written by us, heard by parec after (ms): {spoken:?}");
    println!("played by pacat, read by us after (ms): {listened:?}");
    assert_eq!(spoken.len(), sent.len() - warm, "every beep is heard");
    assert_eq!(listened.len(), said.len() - warm, "every beep is read");
    assert_eq!(dropped_late, 0, "nothing is lost once it runs");
    for latency in spoken.iter().chain(&listened) {
        assert!(*latency < 400, "{latency} ms");
    }
    // The first ones may be cut by the start.
    let count = owner.heard.beeps.len();
    is_the_tone(&owner.heard.samples, count);
    assert_eq!(owner.changes, []);
    let now = owner.clock.tick();
    owner.port.want(now, false);
    owner.serve(Instant::now() + Duration::from_millis(500));
    assert!(server.all_gone());
    assert!(owner.port.fds().next().is_none());
}

#[test]
fn a_card_that_is_not_there_is_called_so_by_the_real_programs() {
    let server = Server::start();
    let mut owner = Owner::of(server.tools());
    let spec = AudioSpec {
        name: LineName::new("SIM800"),
        path: AudioPath::Alsa("plughw:CARD=TidakAda".to_owned()),
    };
    let wake = Arc::new(|| {});
    owner.port = AudioPort::with(spec, wake, Arc::new(open_audio_device), server.tools());
    let now = owner.clock.tick();
    owner.port.want(now, true);
    let end = Instant::now() + Duration::from_secs(5);
    while owner.changes.is_empty() && Instant::now() < end {
        owner.serve(Instant::now() + TURN);
    }
    match owner.changes.as_slice() {
        [AudioChange::Lost { code, cause, .. }] => assert_eq!(code.id, "PORT-010", "{cause}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_programs_end_with_us_even_if_we_are_killed() {
    let server = Server::start();
    let said = server.folder.path().join("owner.log");
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture"])
        .arg("peers::alsa::holds_a_card_until_it_is_killed")
        .env(HELD, server.folder.path())
        .stdin(Stdio::null())
        .stdout(File::create(&said).unwrap())
        .spawn()
        .unwrap();
    let said = || fs::read_to_string(&said).unwrap_or_default();
    let opened = wait_until(Duration::from_secs(15), || said().contains("under way"));
    assert!(opened, "{}", said());
    assert!(!server.all_gone());
    owner.kill().unwrap();
    owner.wait().unwrap();
    let began = Instant::now();
    let gone = wait_until(Duration::from_secs(3), || server.all_gone());
    assert!(gone, "arecord or aplay has outlived us");
    println!("gone {} ms after us", began.elapsed().as_millis());
}

#[test]
#[ignore = "runs as a child of the test above, until that kills it"]
fn holds_a_card_until_it_is_killed() {
    let folder = PathBuf::from(std::env::var_os(HELD).unwrap());
    let mut owner = Owner::of(Tools {
        record: folder.join("arecord"),
        play: folder.join("aplay"),
    });
    owner.open();
    let begin = Instant::now();
    for turn in 1..3000 {
        owner.port.write(&frame(turn));
        owner.serve(begin + TURN * turn);
        if turn == WARM_UP {
            println!("under way");
        }
    }
}

/// Where the child finds the programs.
const HELD: &str = "SIAGA112_TEST_HELD_CARD";

const TURN: Duration = Duration::from_millis(20);
/// Twelve seconds.
const TURNS: u32 = 600;
/// So far apart that no beep can be taken for the one before.
const BEEP_EVERY: u32 = 50;
const BEEP_TURNS: u32 = 5;
const WARM_UP: u32 = 50;

/// Three seconds.
const ASLEEP_BYTES: usize = 48_000;

/// Of 12,000.
pub(super) const LOUD: u16 = 4_000;

/// Between two half waves of a beep are at most 10 samples.
const QUIET_SAMPLES: usize = 400;
