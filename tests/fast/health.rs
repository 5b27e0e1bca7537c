//! Planted problems, and the doctor who must name each.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use siaga112::base::limits;
use siaga112::base::time::Wall;
use siaga112::config;
use siaga112::health::{
    Finding, Machine, Service, ServiceBell, ServiceLine, Verdict, codes, examine, worst,
};
use tempfile::TempDir;

/// A machine on which all is well, to plant problems on.
struct Box {
    root: TempDir,
    config: String,
    now: Wall,
    service: Option<Service>,
}

impl Box {
    fn healthy() -> Box {
        let sound = Box {
            root: tempfile::tempdir().unwrap(),
            config:
                "[center]\nname = \"112\"\narea = \"71.07\"\n[web]\nlisten = [\"127.0.0.1:0\"]\n"
                    .to_owned(),
            now: Wall::parse("2027-03-01T00:00:00Z").unwrap(),
            service: None,
        };
        sound.write(
            "proc/meminfo",
            &mem_available(limits::MEMORY_FREE_BYTES_GOOD),
        );
        sound.write("sys/class/rtc/rtc0/name", "rtc_cmos");
        fs::create_dir(sound.path("data")).unwrap();
        sound.mode("data", 0o700);
        sound
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.root.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    fn findings(&self) -> Vec<Finding> {
        examine(&Machine {
            losses: Vec::new(),
            root: self.root.path().to_owned(),
            config_file: "s.toml".into(),
            config: config::parse(&self.config),
            data: self.path("data"),
            service: self.service.clone(),
            now: self.now,
        })
    }

    /// There is a finding of this code and verdict whose evidence or cure says `text`.
    fn says(&self, code: &str, verdict: Verdict, text: &str) {
        let findings = self.findings();
        let says = |finding: &&Finding| {
            let cure = finding.cure.as_deref().unwrap_or_default();
            finding.code == code
                && finding.verdict == verdict
                && (finding.evidence.contains(text) || cure.contains(text))
        };
        assert!(findings.iter().any(|f| says(&f)), "{text}: {findings:#?}");
        // Whatever is wrong comes with what to do about it.
        for finding in &findings {
            assert_eq!(
                finding.cure.is_none(),
                finding.verdict == Verdict::Ok,
                "{finding:?}"
            );
        }
    }
}

fn mem_available(bytes: u64) -> String {
    format!("MemTotal: 8000000 kB\nMemAvailable: {} kB\n", bytes / 1024)
}

#[test]
fn a_machine_on_which_all_is_well_has_nothing_that_fails() {
    let sound = Box::healthy();
    let findings = sound.findings();
    let failed: Vec<_> = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail)
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_ne!(worst(&findings), Verdict::Fail);
}

#[test]
fn too_little_memory_is_named() {
    let sick = Box::healthy();
    sick.write(
        "proc/meminfo",
        &mem_available(limits::MEMORY_FREE_BYTES_MIN - 1024),
    );
    sick.says(codes::MEMORY.id, Verdict::Fail, "MiB");
    sick.write(
        "proc/meminfo",
        &mem_available(limits::MEMORY_FREE_BYTES_GOOD - 1024),
    );
    sick.says(codes::MEMORY.id, Verdict::Warn, "MiB");
    sick.write("proc/meminfo", "");
    sick.says(codes::MEMORY.id, Verdict::Warn, "tidak diketahui");
}

#[test]
fn a_clock_that_went_back_to_the_factory_is_named() {
    let mut sick = Box::healthy();
    sick.now = Wall(limits::CLOCK_FLOOR.0 - 1);
    sick.says(codes::CLOCK.id, Verdict::Fail, "lebih awal");
    sick.now = Wall(0);
    sick.says(codes::CLOCK.id, Verdict::Fail, "1970-01-01T08:00");
}

#[test]
fn a_clock_without_battery_or_network_is_named() {
    let sick = Box::healthy();
    fs::remove_dir_all(sick.path("sys/class/rtc")).unwrap();
    sick.says(codes::CLOCK.id, Verdict::Warn, "tidak ada jam baterai");
    // A machine that is synchronised says so whatever its battery.
    sick.write("run/systemd/timesync/synchronized", "");
    sick.says(codes::CLOCK.id, Verdict::Ok, "sinkron dengan NTP");
}

#[test]
fn modemmanager_is_named_until_the_rule_is_installed() {
    let sick = Box::healthy();
    sick.write("proc/612/comm", "ModemManager\n");
    sick.says(codes::CLAIMERS.id, Verdict::Warn, "ID_MM_DEVICE_IGNORE");
    sick.write("etc/udev/rules.d/70-siaga112.rules", "");
    sick.says(codes::CLAIMERS.id, Verdict::Ok, "70-siaga112.rules");
    sick.write("proc/613/comm", "brltty\n");
    sick.says(codes::CLAIMERS.id, Verdict::Warn, "mask --now brltty");
}

#[test]
fn a_data_folder_that_others_may_read_is_named() {
    let sick = Box::healthy();
    sick.mode("data", 0o750);
    sick.says(codes::DATA.id, Verdict::Fail, "chmod 700");
    fs::remove_dir(sick.path("data")).unwrap();
    sick.says(codes::DATA.id, Verdict::Warn, "belum ada");
    sick.write("data", "a file");
    sick.says(codes::DATA.id, Verdict::Fail, "bukan folder");
}

#[test]
fn a_configuration_with_a_slip_is_named_with_its_line() {
    let mut sick = Box::healthy();
    sick.config = "[center]\nnama = \"112\"\n".to_owned();
    sick.says(codes::CONFIG.id, Verdict::Fail, "s.toml:2");
    sick.says(codes::CONFIG.id, Verdict::Fail, "CONF-004");
}

#[test]
fn an_address_this_machine_does_not_have_is_named() {
    let mut sick = Box::healthy();
    sick.config = "[center]\nname = \"112\"\n[web]\nlisten = [\"192.0.2.1:0\"]\n".to_owned();
    sick.says(codes::LISTEN.id, Verdict::Warn, "192.0.2.1");
}

#[test]
fn a_line_that_the_running_service_cannot_use_is_named() {
    let mut sick = Box::healthy();
    let line = |name: &str, why: Option<&str>| ServiceLine {
        name: name.to_owned(),
        up: why.is_none(),
        why: why.map(str::to_owned),
    };
    sick.service = Some(Service {
        pid: None,
        version: "0.1.0".to_owned(),
        lines: vec![line("Telkomsel-1", None), line("XL-1", Some("sim_pin"))],
        unsaved: true,
        recording: Some("SUARA-002".to_owned()),
        durable_seq: 17,
        bell: ServiceBell::default(),
    });
    sick.says(codes::SERVICE.id, Verdict::Ok, "Telkomsel-1 siap");
    sick.says(codes::SERVICE.id, Verdict::Fail, "sim_pin");
    sick.says(codes::DATABASE.id, Verdict::Fail, "catatan 17");
    sick.says(codes::RECORDING.id, Verdict::Fail, "SUARA-002");
}

/// One line on this port.
fn with_line(sick: &mut Box, port: &Path, audio: Option<&Path>) {
    let number = sick.config.matches("[[line]]").count();
    sick.config += &format!(
        "[[line]]\nname = \"L{number}\"\nport = \"{}\"\n",
        port.display()
    );
    if let Some(audio) = audio {
        sick.config += &format!("audio = \"{}\"\n", audio.display());
    }
}

#[test]
fn a_port_that_is_not_there_is_named() {
    let mut sick = Box::healthy();
    let (port, audio) = (sick.path("tidak-ada"), sick.path("bisu"));
    with_line(&mut sick, &port, Some(&audio));
    sick.says(codes::PORT.id, Verdict::Fail, "PORT-001");
    sick.says(codes::PORT.id, Verdict::Fail, "port suara");
}

#[test]
fn a_pcm_port_is_tried_and_its_holder_named() {
    let mut sick = Box::healthy();
    let (modem, pcm) = (super::port::Modem::new(), super::port::Modem::new());
    with_line(&mut sick, &modem.node, Some(&pcm.node));
    let seen = format!("port suara {} ada", pcm.node.display());
    sick.says(codes::PORT.id, Verdict::Ok, &seen);
    let _holder = super::port::held_by(Path::new("/bin/sleep"), &pcm.node);
    sick.says(codes::PORT.id, Verdict::Fail, "PORT-008");
    sick.says(codes::PORT.id, Verdict::Fail, "dipakai sleep");
}

#[test]
fn a_sound_card_is_looked_for_with_its_programs() {
    let mut sick = Box::healthy();
    let modem = super::port::Modem::new();
    with_line(
        &mut sick,
        &modem.node,
        Some(Path::new("alsa:plughw:CARD=Device")),
    );
    sick.says(codes::PORT.id, Verdict::Fail, "apt install alsa-utils");
    sick.write("usr/bin/arecord", "");
    sick.says(codes::PORT.id, Verdict::Fail, "(aplay) [PORT-009]");
    sick.write("usr/bin/aplay", "");
    sick.says(codes::PORT.id, Verdict::Warn, "PORT-010");
    let card = " 1 [Lain           ]: USB-Audio - Lain\n                      Lain at usb-1\n";
    sick.write("proc/asound/cards", card);
    sick.says(codes::PORT.id, Verdict::Fail, "yang ada: Lain");
    sick.write("proc/asound/cards", &card.replace("Lain  ", "Device"));
    sick.says(codes::PORT.id, Verdict::Fail, "sekaligus");
    sick.write("proc/asound/card1/pcm0c/info", "");
    sick.write("proc/asound/card1/pcm0p/info", "");
    sick.says(
        codes::PORT.id,
        Verdict::Ok,
        "kartu suara plughw:CARD=Device",
    );
}

#[test]
fn a_box_that_cannot_ring_is_named() {
    let mut sick = Box::healthy();
    let bell = codes::BELL.id;
    sick.says(bell, Verdict::Warn, "tidak ada kartu suara");
    sick.write(
        "proc/asound/cards",
        " 0 [PCH]: HDA-Intel - PCH\n   PCH irq 31\n",
    );
    sick.write("proc/asound/card0/pcm0p/info", "");
    sick.says(bell, Verdict::Fail, "apt install alsa-utils");
    let player = |text: &str| {
        sick.write("usr/bin/aplay", &format!("#!/bin/sh\n{text}\n"));
        sick.mode("usr/bin/aplay", 0o755);
    };
    player("echo 'aplay: main:831: audio open error: Permission denied' >&2; exit 1");
    sick.says(bell, Verdict::Fail, "usermod -aG audio");
    player("exec cat > /dev/null");
    sick.says(bell, Verdict::Ok, "sysdefault:CARD=PCH dapat dibuka");
    // The running service has it, and says itself how it is.
    let mut service = Service::default();
    sick.service = Some(service.clone());
    sick.says(bell, Verdict::Warn, "tidak memakai sysdefault:CARD=PCH");
    service.bell = ServiceBell {
        device: Some("sysdefault:CARD=PCH".to_owned()),
        tried: Some("2027-03-01T07:00:00.000+08:00".to_owned()),
        ..ServiceBell::default()
    };
    sick.service = Some(service.clone());
    sick.says(bell, Verdict::Ok, "terakhir berbunyi: belum pernah");
    service.bell.trouble = Some("PORT-011".to_owned());
    sick.service = Some(service);
    sick.says(bell, Verdict::Fail, "PORT-011");
    sick.config += "[bell]\ndevice = \"none\"\n";
    sick.says(bell, Verdict::Ok, "dimatikan");
}

#[test]
fn two_names_for_one_port_are_named() {
    let mut sick = Box::healthy();
    let modem = super::port::Modem::new();
    let (a, b) = (sick.path("by-path-a"), sick.path("by-id-a"));
    symlink(&modem.node, &a).unwrap();
    symlink(&modem.node, &b).unwrap();
    with_line(&mut sick, &a, None);
    with_line(&mut sick, &b, None);
    sick.says(codes::PORT.id, Verdict::Fail, "nama yang berbeda");
    sick.says(codes::PORT.id, Verdict::Ok, "terbuka");
}

#[test]
fn a_certificate_that_cannot_be_read_is_named() {
    let sick = Box::healthy();
    sick.write("data/secret/leaf.json", "?");
    sick.says(codes::CERTIFICATE.id, Verdict::Fail, "tidak terbaca");
}

#[test]
fn every_probe_has_its_own_code_and_the_list_of_them_is_whole() {
    let findings = Box::healthy().findings();
    for code in codes::ALL {
        // No line, no port; no service, nothing that could be recorded.
        let is_silent = [codes::PORT.id, codes::RECORDING.id].contains(&code.id);
        let speaks = findings.iter().any(|finding| finding.code == code.id);
        assert!(speaks || is_silent, "{}", code.id);
    }
}
