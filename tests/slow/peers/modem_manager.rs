//! ModemManager, the strictest prober there is, drives our virtual cellular modems.
//!
//! Its test mode takes only abstract sockets, and its Huawei plugin insists on having probed a
//! real USB device; so the Huawei stick is driven by the generic plugin.

use std::time::Duration;

use siaga112::sim::modem::{Family, Report};

use super::tools::{Bus, Sim, Stranger, bridge_abstract, need, run, run_any, scratch, wait_until};

#[test]
fn modem_manager_believes_our_huawei_stick() {
    let office = Office::open(Family::Huawei, "generic");
    office.identifies("E173");
    office.reads_and_sends();
    office.sees_a_call();
}

#[test]
fn modem_manager_believes_our_simcom_module() {
    let office = Office::open(Family::Simcom, "simtech");
    office.identifies("SIMCOM_SIM7600G-H");
    office.reads_and_sends();
    let call = office.sees_a_call();
    office.takes_it(&call);
}

#[test]
fn modem_manager_believes_our_quectel_module() {
    let office = Office::open(Family::Quectel, "quectel");
    office.identifies("EC25");
    office.reads_and_sends();
    let call = office.sees_a_call();
    office.takes_it(&call);
}

/// A bus, a modem behind a socket, ModemManager and its permission-giver.
struct Office {
    // In this order they end: the clients before the bus.
    _manager: Stranger,
    _polkit: Stranger,
    bus: Bus,
    sim: Sim,
    modem: String,
    _folder: tempfile::TempDir,
}

impl Office {
    fn open(family: Family, plugin: &str) -> Office {
        const POLKIT: &str = "/usr/lib/polkit-1/polkitd";
        need(&[
            ("ModemManager", "modemmanager"),
            ("mmcli", "modemmanager"),
            ("dbus-daemon", "dbus"),
            ("dbus-send", "dbus"),
            (POLKIT, "polkitd"),
        ]);
        let folder = scratch();
        let bus = Bus::start(folder.path());
        let polkit = Stranger::start(
            folder.path(),
            "polkit",
            bus.command(POLKIT).arg("--no-debug"),
        );
        let sim = Sim::start(folder.path(), family);
        // The prefix is kept as part of the name.
        let socket = format!("abstract:gsmport{}{family}", std::process::id());
        bridge_abstract(&socket, &sim.link);
        let mut command = bus.command("ModemManager");
        command.args(["--test-enable", "--no-auto-scan", "--debug"]);
        let manager = Stranger::start(folder.path(), "ModemManager", &mut command);
        manager.expect("was acquired", Duration::from_secs(15));
        let mut profile = bus.command("dbus-send");
        profile
            .args([
                "--system",
                "--print-reply",
                "--dest=org.freedesktop.ModemManager1",
            ])
            .args([
                "/org/freedesktop/ModemManager1",
                "org.freedesktop.ModemManager1.Test.SetProfile",
            ])
            .args([
                "string:test0",
                &format!("string:{plugin}"),
                &format!("array:string:{socket}"),
            ]);
        run(&mut profile);
        let mut modem = None;
        wait_until(Duration::from_secs(60), || {
            let (_, list) = run_any(bus.command("mmcli").arg("-L"));
            modem = path_in(&list, "/Modem/");
            modem.is_some()
        });
        let modem =
            modem.unwrap_or_else(|| panic!("ModemManager found no modem:\n{}", manager.log()));
        Office {
            _manager: manager,
            _polkit: polkit,
            bus,
            sim,
            modem,
            _folder: folder,
        }
    }

    fn mmcli(&self, args: &[&str]) -> String {
        run(self.bus.command("mmcli").args(args))
    }

    fn about(&self, args: &[&str]) -> String {
        let mut all = vec!["-m", &self.modem];
        all.extend(args);
        self.mmcli(&all)
    }

    /// `key : value` lines, single spaced.
    fn facts(&self) -> String {
        let shown = self.about(&["-K"]);
        let lines = shown
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn identifies(&self, model: &str) {
        self.sim.act("signal 31");
        let enabled = wait_until(Duration::from_secs(30), || {
            let mut command = self.bus.command("mmcli");
            command.args(["-m", &self.modem, "-e"]);
            run_any(&mut command).0 == Some(0)
        });
        assert!(enabled, "{}", self.about(&[]));
        let registered = wait_until(Duration::from_secs(20), || {
            self.facts().contains("modem.generic.state : registered")
        });
        let shown = self.facts();
        assert!(registered, "{shown}");
        for wanted in [
            model,
            "001012",
            "LATIHAN",
            "00101",
            "signal-quality.value : 100",
        ] {
            assert!(shown.contains(wanted), "{wanted} is not in\n{shown}");
        }
    }

    fn reads_and_sends(&self) {
        self.sim.act("sms +6284001010014 ada api di pasar");
        self.sim
            .act(&format!("sms +6284001010015 {}", "banjir ".repeat(40)));
        let mut texts = Vec::new();
        let came = wait_until(Duration::from_secs(20), || {
            let list = self.about(&["--messaging-list-sms"]);
            texts = list
                .lines()
                .filter(|line| line.contains("(received)"))
                .filter_map(|line| path_in(line, "/SMS/"))
                .map(|path| self.mmcli(&["-s", &path]))
                .collect();
            texts.len() == 2
        });
        assert!(came, "{texts:?}");
        let all = texts.join("\n");
        for wanted in [
            "+6284001010014",
            "ada api di pasar",
            "+6284001010015",
            "banjir banjir",
        ] {
            assert!(all.contains(wanted), "{wanted} is not in\n{all}");
        }
        let created = self.about(&[
            "--messaging-create-sms=text='Laporan Anda diterima',number='+6284001010020'",
        ]);
        let path = path_in(&created, "/SMS/").unwrap();
        self.mmcli(&["-s", &path, "--send"]);
        self.sim
            .expect_sms("+6284001010020", "Laporan Anda diterima");
    }

    fn sees_a_call(&self) -> String {
        self.sim.act("ring +6284001010014");
        let mut call = None;
        let seen = wait_until(Duration::from_secs(20), || {
            call = path_in(&self.about(&["--voice-list-calls"]), "/Call/");
            call.is_some()
        });
        assert!(seen, "no call");
        let call = call.unwrap();
        let shown = self.mmcli(&["-o", &call]);
        assert!(
            shown.contains("+6284001010014") && shown.contains("ringing-in"),
            "{shown}"
        );
        call
    }

    fn takes_it(&self, call: &str) {
        self.mmcli(&["-o", call, "--accept"]);
        self.sim.expect("the answer", Duration::from_secs(20), |r| {
            *r == Report::Answered
        });
        let active = wait_until(Duration::from_secs(10), || {
            self.mmcli(&["-o", call]).contains("active")
        });
        assert!(active, "{}", self.mmcli(&["-o", call]));
        self.mmcli(&["-o", call, "--hangup"]);
        self.sim
            .expect("the end", Duration::from_secs(20), |r| *r == Report::HungUp);
    }
}

/// The first object path with `part` in it.
fn path_in(text: &str, part: &str) -> Option<String> {
    let words = text.split_whitespace();
    let found = words
        .filter(|word| word.starts_with("/org/"))
        .find(|word| word.contains(part));
    found.map(|word| word.trim_end_matches(['\'', '"']).to_owned())
}
