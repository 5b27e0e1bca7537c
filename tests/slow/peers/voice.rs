//! vgetty and callattendant take calls from our virtual voice modems.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use siaga112::sim::modem::{Family, Report};
use siaga112::voice::wav;

use super::tools::{Sim, Stranger, need, python, run, scratch, unshare, wait_until};

#[test]
fn vgetty_answers_and_records_a_caller_it_knows_by_number() {
    need(&[
        ("vgetty", "mgetty-voice"),
        ("pvftormd", "mgetty-pvftools"),
        ("espeak-ng", "espeak-ng"),
        ("unshare", "util-linux"),
    ]);
    let folder = scratch();
    let greeting = spoken(folder.path(), "greeting", GREETING);
    let words = spoken(folder.path(), "words", WORDS);
    let sim = Sim::start(folder.path(), Family::V253Usr);
    // Its paths are built in: ours are put there for its eyes only.
    for (name, original) in [("etc", "/etc/mgetty"), ("log", ""), ("spool", "")] {
        let copy = folder.path().join(name);
        fs::create_dir(&copy).unwrap();
        for entry in fs::read_dir(original).into_iter().flatten().flatten() {
            fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
        }
    }
    for name in ["incoming", "messages"] {
        fs::create_dir(folder.path().join("spool").join(name)).unwrap();
    }
    let messages = folder.path().join("spool/messages");
    to_rmd(
        &folder.path().join("greeting.wav"),
        &messages.join("standard.rmd"),
    );
    fs::write(messages.join("Index"), "standard.rmd\n").unwrap();
    let config = "part general
voice_dir /var/spool/voice
phone_owner root
phone_group root
phone_mode 0600
part program
program vgetty
rings 2
answer_mode voice
forceV253 TRUE
rec_max_len 8
rec_compression 8
compression_8bit_linear_unsigned 128
rec_remove_silence false
do_hard_flow false
";
    fs::write(folder.path().join("etc/voice.conf"), config).unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let device = sim.device();
    let tty = device.strip_prefix("/dev").unwrap().display();
    let script = format!(
        "mount --bind {} /etc/mgetty && mount --bind {} /var/log/mgetty && mount --bind {} /var/spool/voice && exec vgetty -x 5 {tty}",
        at("etc"),
        at("log"),
        at("spool"),
    );
    let mut command = unshare(&["--mount"]);
    // vgetty wants to lead its own session, as under init.
    command.args(["setsid", "--wait", "sh", "-c", &script]);
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    let _vgetty = Stranger::start(folder.path(), "vgetty", &mut command);
    let log = || logs(&folder.path().join("log"));
    let waiting = wait_until(Duration::from_secs(30), || log().contains("waiting..."));
    assert!(waiting, "{}", log());
    assert!(log().contains("V253 modem detected"), "{}", log());

    sim.act("ring +62431851234");
    sim.expect("the answer", Duration::from_secs(20), |r| {
        *r == Report::Answered
    });
    let recording = wait_until(Duration::from_secs(15), || {
        log().contains("recording voice file")
    });
    assert!(recording, "{}", log());
    // Its beep lasts a second and a half; a caller waits for the end of it.
    std::thread::sleep(Duration::from_millis(2_500));
    sim.act(&format!(
        "say {}",
        folder.path().join("words.wav").display()
    ));
    let lasts = words.len() as u64 * 1_000 / 8_000;
    std::thread::sleep(Duration::from_millis(lasts + 500));
    let heard = sim.running.heard();
    sim.act("hangup");
    let kept = wait_until(Duration::from_secs(25), || log().contains("message keep"));
    assert!(kept && log().contains("caller=0431851234"), "{}", log());
    let mut recorded = fs::read_dir(folder.path().join("spool/incoming"))
        .unwrap()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().contains("0431851234"));
    let recorded = recorded.next().unwrap_or_else(|| panic!("{}", log()));
    let recorded = from_rmd(&recorded.path(), &folder.path().join("recorded.wav"));
    found(
        "what the caller said, in vgetty's recording",
        &words,
        &recorded,
    );
    found(
        "vgetty's greeting, in what the caller heard",
        &greeting,
        &heard,
    );
}

/// Indonesian speech at 8 kHz; `NAME.wav` in the folder is the same.
fn spoken(folder: &Path, name: &str, text: &str) -> Vec<i16> {
    let file = folder.join(format!("{name}.wav"));
    run(Command::new("espeak-ng")
        .args(["-v", "id", "-a", "60", "-w"])
        .arg(&file)
        .arg(text));
    let samples = wav::read(&fs::read(&file).unwrap()).unwrap().at_8_khz();
    fs::write(&file, wav::file(&samples)).unwrap();
    samples
}

/// A greeting as vgetty plays it on a V.253 modem: 8 bit linear.
fn to_rmd(wav: &Path, rmd: &Path) {
    let script = format!(
        "wavtopvf {} | pvfspeed -s 8000 | pvftormd V253modem 8 > {}",
        wav.display(),
        rmd.display()
    );
    run(Command::new("sh").args(["-c", &script]));
}

fn from_rmd(rmd: &Path, wav: &Path) -> Vec<i16> {
    let script = format!("rmdtopvf {} | pvftowav > {}", rmd.display(), wav.display());
    run(Command::new("sh").args(["-c", &script]));
    wav::read(&fs::read(wav).unwrap()).unwrap().at_8_khz()
}

/// Fails unless the sound is in there somewhere; prints where and how loud.
fn found(what: &str, sound: &[i16], within: &[i16]) {
    let coarse = |samples: &[i16]| -> Vec<i16> {
        let sum = |four: &[i16]| four.iter().map(|s| i32::from(*s)).sum::<i32>();
        samples
            .chunks_exact(4)
            .map(|four| (sum(four) / 4) as i16)
            .collect()
    };
    let (small, wide) = (coarse(sound), coarse(within));
    let last = wide.len().saturating_sub(small.len() / 2);
    let near = (0..last).max_by(|a, b| {
        let (a, b) = (likeness(&small, &wide, *a), likeness(&small, &wide, *b));
        a.0.total_cmp(&b.0)
    });
    let near = 4 * near.unwrap_or_default();
    let around = near.saturating_sub(8)..near + 8;
    let best = around
        .map(|at| (at, likeness(sound, within, at)))
        .max_by(|a, b| a.1.0.total_cmp(&b.1.0));
    let (at, (likeness, gain)) = best.unwrap_or_default();
    println!(
        "{what}: correlation {likeness:.4}, {} ms in, gain {gain:.2}",
        at / 8
    );
    assert!(likeness >= 0.9, "{what}: {likeness}");
}

/// Normalised cross-correlation with the sound at a place, and how much louder it is there.
fn likeness(sound: &[i16], within: &[i16], at: usize) -> (f64, f64) {
    let (mut both, mut one, mut other) = (0.0, 0.0, 0.0);
    for (a, b) in sound.iter().zip(within.get(at..).unwrap_or_default()) {
        let (a, b) = (f64::from(*a), f64::from(*b));
        both += a * b;
        one += a * a;
        other += b * b;
    }
    if one == 0.0 || other == 0.0 {
        return (0.0, 0.0);
    }
    (both / (one * other).sqrt(), both / one)
}

const GREETING: &str = "Anda menghubungi pusat panggilan darurat. Silakan bicara setelah nada.";
const WORDS: &str = "Tolong, ada kebakaran di pasar Ratahan, apinya sudah besar.";

#[test]
fn callattendant_screens_a_caller_on_our_us_robotics() {
    callattendant_screens(Family::V253Usr, "US Robotics modem detected");
}

#[test]
fn callattendant_screens_a_caller_on_our_conexant() {
    callattendant_screens(Family::V253Conexant, "Conextant modem detected");
}

/// It detects the chip, takes the number, picks up, plays, beeps, records and hangs up.
fn callattendant_screens(family: Family, detected: &str) {
    let python = python();
    let program = python.with_file_name("callattendant");
    assert!(
        program.exists(),
        "callattendant is not in the test's Python: pip install -r tests/peers/requirements.txt (tests/all does)"
    );
    // It keeps a link to its messages inside its own package: one at a time, and none left over.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    run(Command::new(&python).args(["-c", FORGET_MESSAGES]));
    let folder = scratch();
    let sim = Sim::start(folder.path(), family);
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let web = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let config = format!(
        "DEBUG = True\nHOST = \"127.0.0.1\"\nPORT = {web}\nMODEM_DEVICE = \"{}\"\n\
         ENABLE_CALLERID_VALIDATION = False\nVOICE_MAIL_RECORD_TIME = 2\n",
        sim.link.display()
    );
    fs::write(data.join("app.cfg"), config).unwrap();
    let mut command = Command::new(&python);
    command
        .arg(&program)
        .arg("--data-path")
        .arg(&data)
        .args(["--config", "app.cfg"])
        .env("PYTHONUNBUFFERED", "1");
    let attendant = Stranger::start(folder.path(), "callattendant", &mut command);
    attendant.expect(detected, Duration::from_secs(40));
    attendant.expect("Waiting for call...", Duration::from_secs(40));

    sim.act("ring +62431851234");
    attendant.expect("Incoming call from 0431851234", Duration::from_secs(20));
    sim.expect("the answer", Duration::from_secs(20), |r| {
        *r == Report::Answered
    });
    attendant.expect("Playing greeting", Duration::from_secs(10));
    attendant.expect("Recording stopped", Duration::from_secs(60));
    sim.expect("the end", Duration::from_secs(30), |r| *r == Report::HungUp);
    let log = attendant.expect("Waiting for next call...", Duration::from_secs(20));
    // It waits for <DLE><ETX> at the end of a recording, which a Conexant does not send
    // (hardware.md 3.2); it copes after five seconds.
    assert!(
        family == Family::V253Conexant || !log.contains("Error:"),
        "{log}"
    );
}

const FORGET_MESSAGES: &str = "import os, callattendant
link = os.path.join(os.path.dirname(callattendant.__file__), 'userinterface', 'static', 'messages')
os.path.islink(link) and os.unlink(link)";

fn logs(folder: &Path) -> String {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .map(|entry| fs::read_to_string(entry.path()).unwrap_or_default())
        .collect()
}
