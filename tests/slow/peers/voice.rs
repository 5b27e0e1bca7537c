//! vgetty and callattendant take calls from our virtual voice modems.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use siaga112::sim::modem::{Family, Report};

use super::tools::{Sim, Stranger, need, python, run, scratch, unshare, wait_until};

#[test]
fn vgetty_answers_and_records_a_caller_it_knows_by_number() {
    need(&[("vgetty", "mgetty-voice"), ("unshare", "util-linux")]);
    let folder = scratch();
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
rec_max_len 5
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
    std::thread::sleep(Duration::from_secs(2));
    sim.act("hangup");
    let kept = wait_until(Duration::from_secs(25), || log().contains("message keep"));
    assert!(kept && log().contains("caller=0431851234"), "{}", log());
    let recorded = fs::read_dir(folder.path().join("spool/incoming"))
        .unwrap()
        .flatten()
        .any(|entry| {
            // Two seconds of 8 bit samples at 8 kHz at the very least.
            entry.file_name().to_string_lossy().contains("0431851234")
                && entry.metadata().is_ok_and(|m| m.len() > 16_000)
        });
    assert!(recorded, "{}", log());
}

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
