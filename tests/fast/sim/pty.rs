//! A virtual modem behind a real pseudo-terminal, and the verb that runs one.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use siaga112::cli::sim::{Args, run_with};
use siaga112::sim::modem::{Family, Quirks, Report};
use siaga112::sim::pty::{Running, Setup, Sound, Told, spawn, spawn_with_sound};
use siaga112::voice::wav;

const PATIENCE: Duration = Duration::from_secs(20);

fn start(family: Family, link: Option<&Path>) -> (Running, Receiver<Told>) {
    let setup = Setup {
        family,
        quirks: Quirks::calm(),
        seed: 1,
        link: link.map(Path::to_path_buf),
    };
    spawn(setup).unwrap()
}

fn open(path: &Path) -> File {
    let noctty = rustix::fs::OFlags::NOCTTY.bits() as i32;
    File::options()
        .read(true)
        .write(true)
        .custom_flags(noctty)
        .open(path)
        .unwrap()
}

/// Reads until `text` has come. The port is raw from the start: nothing is echoed or held back.
fn read_until(port: &mut File, text: &str) -> String {
    let end = Instant::now() + PATIENCE;
    let mut heard = Vec::new();
    let mut bytes = [0_u8; 512];
    while Instant::now() < end {
        let mut fds = [rustix::event::PollFd::new(
            &*port,
            rustix::event::PollFlags::IN,
        )];
        let tick = rustix::event::Timespec {
            tv_sec: 1,
            tv_nsec: 0,
        };
        if rustix::event::poll(&mut fds, Some(&tick)).unwrap() > 0 {
            let count = port.read(&mut bytes).unwrap();
            heard.extend_from_slice(&bytes[..count]);
        }
        if String::from_utf8_lossy(&heard).contains(text) {
            return String::from_utf8_lossy(&heard).into_owned();
        }
    }
    panic!(
        "{text:?} never came; {:?} did",
        String::from_utf8_lossy(&heard)
    );
}

fn command(port: &mut File, line: &str) -> String {
    port.write_all(format!("{line}\r").as_bytes()).unwrap();
    read_until(port, "OK\r\n")
}

fn told(reports: &Receiver<Told>, wanted: &Told) {
    let end = Instant::now() + PATIENCE;
    while let Ok(told) = reports.recv_timeout(end.saturating_duration_since(Instant::now())) {
        if told == *wanted {
            return;
        }
    }
    panic!("{wanted:?} was never told");
}

#[test]
fn a_call_comes_through_a_real_port_and_is_answered() {
    let (modem, reports) = start(Family::Huawei, None);
    let mut port = open(&modem.port().unwrap());
    assert_eq!(command(&mut port, "ATE0"), "ATE0\r\r\nOK\r\n");
    command(&mut port, "AT+CLIP=1");
    modem.act("ring +6284001010014".parse().unwrap());
    let heard = read_until(&mut port, "0\r\n");
    assert_eq!(
        heard,
        "\r\nRING\r\n\r\n+CLIP: \"+6284001010014\",145,,,,0\r\n"
    );
    command(&mut port, "ATA");
    told(&reports, &Told::Said(Report::Answered));
}

#[test]
fn what_is_said_to_nobody_is_lost_and_a_client_that_leaves_does_not_end_the_modem() {
    let (modem, reports) = start(Family::Huawei, None);
    let path = modem.port().unwrap();
    let mut port = open(&path);
    command(&mut port, "ATE0");
    drop(port);
    // Time for the modem to see the client leave; then somebody calls in vain.
    std::thread::sleep(Duration::from_millis(200));
    modem.act("ring +6284001010014 1".parse().unwrap());
    told(&reports, &Told::Said(Report::GaveUp));
    let mut port = open(&path);
    assert_eq!(
        command(&mut port, "AT+CLIP=1"),
        "\r\nOK\r\n",
        "no ring of a caller long gone"
    );
}

#[test]
fn an_unplugged_port_vanishes_and_returns_under_its_link() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("modem0");
    let (modem, reports) = start(Family::Simcom, Some(&link));
    told(&reports, &Told::Port(link.clone()));
    let mut port = open(&link);
    command(&mut port, "AT");
    modem.act("unplug".parse().unwrap());
    told(&reports, &Told::PortGone);
    assert!(!link.exists());
    assert_eq!(modem.port(), None);
    let gone = port
        .write_all(b"AT\r")
        .and_then(|()| port.read(&mut [0; 16]));
    assert!(
        matches!(gone, Ok(0) | Err(_)),
        "a client sees that its port is gone: {gone:?}"
    );
    modem.act("replug".parse().unwrap());
    told(&reports, &Told::Port(link.clone()));
    let mut port = open(&link);
    port.write_all(b"").unwrap();
    // A cold boot: RDY after half a second, then commands.
    read_until(&mut port, "RDY");
    drop(modem);
    assert!(!link.exists(), "and nothing is left behind");
}

#[test]
fn a_file_in_the_links_place_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("precious");
    fs::write(&link, "data").unwrap();
    let setup = Setup {
        family: Family::Plain,
        quirks: Quirks::calm(),
        seed: 1,
        link: Some(link.clone()),
    };
    let fault = spawn(setup).unwrap_err();
    assert_eq!(fault.code.id, "SIM-002");
    assert_eq!(fs::read_to_string(&link).unwrap(), "data");
}

#[test]
fn a_megabyte_of_noise_reaches_a_slow_reader_whole() {
    let (modem, _reports) = start(Family::Plain, None);
    let mut port = open(&modem.port().unwrap());
    command(&mut port, "AT");
    modem.act("garbage 1000000".parse().unwrap());
    modem.act(r"raw \r\nthe end\r\n".parse().unwrap());
    let mut count = 0;
    let mut bytes = [0_u8; 4096];
    let mut tail = Vec::new();
    while !tail.ends_with(b"the end\r\n") {
        let read = port.read(&mut bytes).unwrap();
        count += read;
        tail.extend_from_slice(&bytes[..read]);
        let cut = tail.len().saturating_sub(64);
        tail.drain(..cut);
    }
    assert_eq!(count, 1_000_000 + "\r\nthe end\r\n".len());
}

/// A pipe as the verb's stdin, so that the test decides when it ends.
struct Orders(Receiver<Vec<u8>>, Vec<u8>);

impl Read for Orders {
    fn read(&mut self, space: &mut [u8]) -> std::io::Result<usize> {
        if self.1.is_empty() {
            self.1 = self.0.recv().unwrap_or_default();
        }
        let count = self.1.len().min(space.len());
        space[..count].copy_from_slice(&self.1[..count]);
        self.1.drain(..count);
        Ok(count)
    }
}

fn args(family: &str, link: Option<PathBuf>) -> Args {
    Args {
        family: family.to_owned(),
        audio: false,
        audio_link: None,
        heard: None,
        link,
        seed: 1,
        cold: false,
        wild: false,
        quirks: Vec::new(),
        list_quirks: false,
    }
}

#[test]
fn the_verb_prints_its_port_obeys_and_tells_what_the_other_side_does() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("modem0");
    let (orders, taken) = channel();
    let given = args("huawei", Some(link.clone()));
    let verb = std::thread::spawn(move || {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let orders = std::io::BufReader::new(Orders(taken, Vec::new()));
        let code = run_with(&given, orders, &mut out, &mut err);
        (
            code,
            String::from_utf8(out).unwrap(),
            String::from_utf8(err).unwrap(),
        )
    });
    let end = Instant::now() + PATIENCE;
    while !link.exists() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut port = open(&link);
    command(&mut port, "AT");
    orders
        .send(b"ring +6284001010014\nrign\n".to_vec())
        .unwrap();
    read_until(&mut port, "RING");
    command(&mut port, "ATA");
    command(&mut port, "AT+CHUP");
    drop(orders);
    let (code, out, err) = verb.join().unwrap();
    assert_eq!(out, format!("port {}\nanswered\nhung-up\n", link.display()));
    assert!(err.contains("rign"), "{err}");
    assert_eq!(code, 2, "an order was not understood");
}

#[test]
fn sound_goes_through_a_real_audio_port_in_real_time() {
    let folder = tempfile::tempdir().unwrap();
    let (link, audio_link) = (folder.path().join("modem0"), folder.path().join("suara0"));
    let voice = folder.path().join("suara ibu.wav");
    // Half a second that is nowhere like itself.
    let said: Vec<i16> = (0..4_000_i32)
        .map(|i| (i * i % 8_191 - 4_095) as i16 | 1)
        .collect();
    fs::write(&voice, wav::file(&said)).unwrap();
    let (orders, taken) = channel();
    let mut given = args("simcom", Some(link.clone()));
    given.audio_link = Some(audio_link.clone());
    let verb = std::thread::spawn(move || {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let orders = std::io::BufReader::new(Orders(taken, Vec::new()));
        let code = run_with(&given, orders, &mut out, &mut err);
        assert_eq!(code, 2, "a sound file that is not there");
        assert!(String::from_utf8(err).unwrap().contains("SIM-003"));
        String::from_utf8(out).unwrap()
    });
    let end = Instant::now() + PATIENCE;
    while !audio_link.exists() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
    let (mut port, mut audio) = (open(&link), open(&audio_link));
    command(&mut port, "AT");
    let order = |text: &str| orders.send(format!("{text}\n").into_bytes()).unwrap();
    order("ring +6284001010014");
    read_until(&mut port, "RING");
    command(&mut port, "ATA");
    command(&mut port, "AT+CPCMREG=1");
    order("say tidak-ada.wav");
    order(&format!("say {}", voice.display()));
    // What comes is written back, 100 ms late: the caller hears himself.
    audio.write_all(&[0; 5 * 320]).unwrap();
    let mut came = Vec::new();
    let begin = Instant::now();
    while came.len() < 100 * 320 {
        let mut frame = [0; 320];
        audio.read_exact(&mut frame).unwrap();
        audio.write_all(&frame).unwrap();
        came.extend_from_slice(&frame);
    }
    let took = begin.elapsed();
    assert!(
        took.as_millis() >= 1_900,
        "100 frames take 2 s, not {took:?}"
    );
    order("unplug-audio");
    command(&mut port, "AT+CHUP");
    drop(orders);
    let out = verb.join().unwrap();
    let came: Vec<i16> = came
        .chunks_exact(2)
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    assert!(came.windows(said.len()).any(|part| part == said), "{out}");
    let line = |name: &str| {
        let mut lines = out.lines().filter_map(|line| line.strip_prefix(name));
        lines
            .next()
            .unwrap_or_else(|| panic!("no {name} in {out}"))
            .to_owned()
    };
    assert_eq!(line("audio "), audio_link.display().to_string());
    line("audio-gone");
    line("starved ");
    line("overflowed ");
    let heard = PathBuf::from(line("heard "));
    assert_eq!(heard.parent(), Some(folder.path()), "beside the link");
    let heard = wav::read(&fs::read(heard).unwrap()).unwrap();
    assert_eq!(heard.rate_hz, 8_000);
    // On a busy machine a frame may be late or lost; it is never torn.
    let is_heard = |frame: &&[i16]| heard.samples.windows(160).any(|part| part == *frame);
    let frames = said.chunks(160).filter(is_heard).count();
    assert!(frames >= 12, "{frames} of 25 frames, {out}");
    assert!(!audio_link.exists(), "and nothing is left behind");
}

#[test]
fn what_is_heard_can_be_asked_for_while_the_call_lasts() {
    let (modem, reports) = start(Family::V253Usr, None);
    let mut port = open(&modem.port().unwrap());
    command(&mut port, "ATE0");
    for line in ["AT+FCLASS=8", "AT+VSM=128,8000"] {
        command(&mut port, line);
    }
    modem.act("ring 0431851234".parse().unwrap());
    command(&mut port, "AT+VLS=1");
    told(&reports, &Told::Said(Report::Answered));
    assert!(modem.heard().is_empty());
    port.write_all(b"AT+VTX\r").unwrap();
    read_until(&mut port, "CONNECT\r\n");
    // Faster than sound: the modem holds us up, and nothing is lost.
    let begin = Instant::now();
    port.write_all(&[0xA0; 12_000]).unwrap();
    port.write_all(b"\x10\x03").unwrap();
    read_until(&mut port, "OK\r\n");
    assert!(begin.elapsed() > Duration::from_millis(1_400));
    let loud = modem.heard().iter().filter(|s| **s == 8_192).count();
    assert_eq!(loud, 12_000);
}

#[test]
fn a_modem_that_does_not_take_sound_holds_its_host_up() {
    let setup = Setup {
        family: Family::Simcom,
        quirks: Quirks {
            uplink_not_taken: true,
            ..Quirks::calm()
        },
        seed: 1,
        link: None,
    };
    let sound = Sound {
        audio: true,
        ..Sound::default()
    };
    let (modem, reports) = spawn_with_sound(setup, sound).unwrap();
    let flags = rustix::fs::OFlags::NOCTTY | rustix::fs::OFlags::NONBLOCK;
    let mut audio = File::options()
        .write(true)
        .custom_flags(flags.bits() as i32)
        .open(modem.audio().unwrap())
        .unwrap();
    let mut port = open(&modem.port().unwrap());
    command(&mut port, "AT");
    modem.act("ring +6284001010014".parse().unwrap());
    read_until(&mut port, "RING");
    command(&mut port, "ATA");
    told(&reports, &Told::Said(Report::Answered));
    command(&mut port, "AT+CPCMREG=1");
    let stuck = (0..1_000).find_map(|_| audio.write(&[1; 320]).err());
    let stuck = stuck.expect("a tty that nobody empties is full at some time");
    assert_eq!(stuck.kind(), std::io::ErrorKind::WouldBlock);
    assert!(modem.heard().is_empty());
}

#[test]
fn a_folder_for_what_is_heard_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("berkas");
    fs::write(&file, "data").unwrap();
    let mut given = args("v253", None);
    given.heard = Some(file.join("dalam"));
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(run_with(&given, &b""[..], &mut out, &mut err), 3);
    assert!(String::from_utf8(err).unwrap().contains("SIM-004"));
}

#[test]
fn a_family_or_quirk_that_does_not_exist_is_told_with_those_that_do() {
    let run = |given: Args| {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run_with(&given, &b""[..], &mut out, &mut err);
        (code, String::from_utf8(err).unwrap())
    };
    let (code, said) = run(args("nokia", None));
    assert!(
        code == 2 && said.contains("nokia") && said.contains("quectel"),
        "{said}"
    );
    let mut given = args("huawei", None);
    given.quirks.push("deaf_chop = true".to_owned());
    let (code, said) = run(given);
    assert!(code == 2 && said.contains("deaf_chup"), "{said}");
}

#[test]
fn a_voice_modem_hangs_up_when_its_host_lets_go_of_the_port() {
    let (modem, reports) = start(Family::V253Usr, None);
    let path = modem.port().unwrap();
    let mut port = open(&path);
    let mut attributes = rustix::termios::tcgetattr(&port).unwrap();
    attributes.control_modes |= rustix::termios::ControlModes::HUPCL;
    rustix::termios::tcsetattr(&port, rustix::termios::OptionalActions::Now, &attributes).unwrap();
    command(&mut port, "AT+FCLASS=8");
    modem.act("ring 0431851234".parse().unwrap());
    command(&mut port, "AT+VLS=1");
    told(&reports, &Told::Said(Report::Answered));
    drop(port);
    told(&reports, &Told::Said(Report::HungUp));
}
