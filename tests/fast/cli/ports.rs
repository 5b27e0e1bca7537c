//! Ports, profiles and addresses, as a person at a terminal meets them.

use std::fs;
use std::process::{Child, Command, Stdio};

use super::{FreshBox, GOOD, Test};
use crate::port::Modem;

/// Ends with the test.
struct Held(Child);

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program that opens a port and neither locks nor claims it.
fn sharer(modem: &Modem) -> Held {
    let script = format!("exec 3<>{}; exec sleep 60", modem.node.display());
    let child = Command::new("sh").args(["-c", &script]).spawn();
    let held = Held(child.expect("sh"));
    let comm = format!("/proc/{}/comm", held.0.id());
    while !fs::read_to_string(&comm).is_ok_and(|now| now.trim() == "sleep") {
        std::thread::yield_now();
    }
    held
}

#[test]
fn watching_a_port_that_is_not_there_says_so_and_ends() {
    Test::new(&["port", "watch", "/dev/serial/by-path/tidak-ada"])
        .exits(3)
        .complains("PORT-001")
        .run();
}

#[test]
fn a_program_that_listens_in_on_a_port_is_named() {
    let modem = Modem::new();
    let held = sharer(&modem);
    let file = format!(
        "{GOOD}[[line]]\nname = \"A\"\nport = \"{}\"\n",
        modem.node.display()
    );
    Test::new(&["doctor", "--config", "s.toml"])
        .file("s.toml", &file)
        .says(&format!("juga dibuka sleep (proses {})", held.0.id()))
        .run();
}

#[test]
fn our_own_program_on_a_port_is_not_to_be_killed() {
    let modem = Modem::new();
    let mut watching = Command::new(env!("CARGO_BIN_EXE_siaga112"))
        .args(["port", "watch"])
        .arg(&modem.node)
        .stderr(Stdio::piped())
        .spawn()
        .expect("watch");
    let told = watching.stderr.take().expect("piped");
    let watching = Held(watching);
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(told), &mut line).expect("said");
    assert!(line.contains("terbuka"), "{line}");
    let said = Test::new(&["port", "test", &modem.node.display().to_string()])
        .exits(3)
        .complains("layanan siaga112 sendiri")
        .complains("systemctl stop siaga112")
        .run();
    assert!(!said.stderr.contains("kill"), "{}", said.stderr);
    drop(watching);
}

fn line_with(profile: &str) -> String {
    format!("{GOOD}[[line]]\nname = \"A\"\nport = \"/dev/serial/x\"\nprofile = \"{profile}\"\n")
}

#[test]
fn a_profile_that_does_not_exist_is_refused_with_the_nearest() {
    Test::new(&["config", "check", "s.toml"])
        .file("s.toml", &line_with("huawai"))
        .exits(2)
        .complains("s.toml:10: profil modem \"huawai\" tidak ada. Mungkin maksudnya \"huawei\".")
        .complains("CONF-012")
        .run();
    Test::new(&["serve", "--config", "s.toml"])
        .file("s.toml", &line_with("nokia"))
        .exits(2)
        .complains("CONF-012")
        .run();
    Test::new(&["doctor", "--config", "s.toml"])
        .file("s.toml", &line_with("nokia"))
        .exits(1)
        .says("CONF-012")
        .run();
    Test::new(&["config", "check", "s.toml"])
        .file("s.toml", &line_with("sim800"))
        .run();
}

#[test]
fn the_offices_own_profile_is_known() {
    let office = FreshBox::started();
    let modems = office.folder.path().join("data/modems");
    fs::create_dir(&modems).expect("folder");
    fs::write(modems.join("nokia.toml"), "salah = 1\n").expect("file");
    let config = office.folder.path().join("s.toml");
    fs::write(&config, line_with("nokia")).expect("file");
    let data = office.folder.path().join("data").display().to_string();
    // A mistake in it is told, and silences no bell.
    Test::new(&[
        "config",
        "check",
        &config.display().to_string(),
        "--data",
        &data,
    ])
    .says("dapat dipakai")
    .complains("nokia.toml")
    .run();
}

#[test]
fn an_address_that_is_not_there_yet_stops_nothing() {
    let office = FreshBox::started();
    let file = GOOD.replace("127.0.0.1:0\"", "127.0.0.1:0\", \"192.0.2.7:0\"");
    fs::write(office.folder.path().join("s.toml"), file).expect("file");
    office.serve().stop();
    office
        .verb(&["doctor"])
        .says("belum punya alamat 192.0.2.7")
        .run();
}

#[test]
fn the_demo_takes_a_folder_by_its_short_name() {
    Test::new(&["demo", "--once", "--data", "demo"])
        .says("✓ selesai")
        .run();
}
