//! The SMS server tools: text messages both ways, and a caller seen and hung up on.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use siaga112::sim::modem::{Family, Report};

use super::tools::{Sim, Stranger, find, need, scratch, wait_until};

#[test]
fn smstools_receives_sends_and_sees_a_caller() {
    need(&[("smsd", "smstools")]);
    let folder = scratch();
    let sim = Sim::start(folder.path(), Family::Huawei);
    let config = write_config(folder.path(), &sim.link);
    let mut command = Command::new(find("smsd").unwrap());
    command.arg(format!("-c{}", config.display())).arg("-t");
    let smsd = Stranger::start(folder.path(), "smsd", &mut command);
    let log = || fs::read_to_string(folder.path().join("log")).unwrap_or_default();
    let started = wait_until(Duration::from_secs(40), || {
        log().contains("Using check_memory_method")
    });
    assert!(started, "{}\n{}", smsd.log(), log());

    sim.act("sms +6284001010014 ada api di pasar");
    let inbox = folder.path().join("incoming");
    let text = wait_for_file(&inbox).unwrap_or_else(|| panic!("nothing came in\n{}", log()));
    assert!(
        text.contains("From: 6284001010014") && text.contains("ada api di pasar"),
        "{text}"
    );

    fs::write(
        folder.path().join("outgoing/one"),
        "To: 6284001010020\n\nLaporan Anda diterima",
    )
    .unwrap();
    sim.expect_sms("+6284001010020", "Laporan Anda diterima");

    sim.act("ring +6284001010015");
    sim.expect("the end", Duration::from_secs(40), |r| *r == Report::HungUp);
    let seen = wait_until(Duration::from_secs(10), || log().contains("6284001010015"));
    assert!(seen, "{}", log());
}

fn write_config(folder: &Path, port: &Path) -> std::path::PathBuf {
    for name in ["outgoing", "checked", "incoming", "sent", "failed", "stats"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    let path = folder.join("smsd.conf");
    let at = |name: &str| folder.join(name).display().to_string();
    let text = format!(
        "devices = GSM1\nlogfile = {}\nloglevel = 7\noutgoing = {}\nchecked = {}\nincoming = {}\n\
         sent = {}\nfailed = {}\nstats = {}\npidfile = {}\ninfofile = {}\ndelaytime = 1\nreceive_before_send = no\n\
         user = root\n[GSM1]\ndevice = {}\nincoming = yes\nphonecalls = clip\nhangup_incoming_call = yes\n\
         baudrate = 115200\nrtscts = no\npre_init = yes\n",
        at("log"),
        at("outgoing"),
        at("checked"),
        at("incoming"),
        at("sent"),
        at("failed"),
        at("stats"),
        at("pid"),
        at("info"),
        port.display(),
    );
    fs::write(&path, text).unwrap();
    path
}

fn wait_for_file(folder: &Path) -> Option<String> {
    let mut found = None;
    wait_until(Duration::from_secs(60), || {
        found = fs::read_dir(folder)
            .ok()
            .and_then(|mut all| all.next())
            .and_then(Result::ok);
        found.is_some()
    });
    // The file is written under its final name; give it a moment to be complete.
    std::thread::sleep(Duration::from_millis(200));
    fs::read_to_string(found?.path()).ok()
}
