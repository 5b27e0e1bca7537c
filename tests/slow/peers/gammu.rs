//! gammu, a telephone manager since 2003, drives our virtual cellular modems.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use siaga112::sim::modem::{Family, Report};

use super::tools::{Sim, Stranger, need, run, run_any, scratch};

#[test]
fn gammu_believes_our_huawei_stick() {
    gammu_believes(Family::Huawei, "Model                : E173");
}

#[test]
fn gammu_believes_our_simcom_module() {
    gammu_believes(Family::Simcom, "SIMCOM_SIM7600G-H");
}

#[test]
fn gammu_believes_our_quectel_module() {
    gammu_believes(Family::Quectel, "EC25");
}

/// Identify, signal, texts both ways (short, long, not ASCII), an incoming call.
fn gammu_believes(family: Family, model: &str) {
    need(&[("gammu", "gammu")]);
    let folder = scratch();
    let sim = Sim::start(folder.path(), family);
    let config = folder.path().join("gammurc");
    let text = format!(
        "[gammu]\ndevice = {}\nconnection = at115200\n",
        sim.link.display()
    );
    std::fs::write(&config, text).unwrap();
    let gammu = |args: &[&str]| {
        let mut command = Command::new("gammu");
        command.arg("-c").arg(&config).args(args);
        command
    };

    let identity = run(&mut gammu(&["identify"]));
    assert!(
        identity.contains(model) && identity.contains("001010000"),
        "{identity}"
    );
    let network = run(&mut gammu(&["networkinfo"]));
    assert!(
        network.contains("home network") && network.contains("LATIHAN"),
        "{network}"
    );
    sim.act("signal 26");
    let monitor = run(&mut gammu(&["monitor", "1"]));
    // 26 is -61 dBm (27.007 8.5).
    assert!(monitor.contains("-61 dBm"), "{monitor}");

    sim.act("sms +6284001010014 ada api di pasar");
    sim.act("sms +6284001010015 rumah saya 🔥 tolong");
    let long = "banjir ".repeat(40);
    sim.act(&format!("sms +6284001010016 {long}"));
    // The long one comes in two parts.
    for _ in 0..4 {
        sim.expect("an arrival", Duration::from_secs(20), |r| {
            *r == Report::SmsArrived
        });
    }
    let (_, inbox) = run_any(&mut gammu(&["geteachsms"]));
    for wanted in [
        "+6284001010014",
        "ada api di pasar",
        "rumah saya 🔥 tolong",
        long.trim(),
    ] {
        assert!(inbox.contains(wanted), "{wanted} is not in\n{inbox}");
    }

    run(&mut gammu(&[
        "sendsms",
        "TEXT",
        "+6284001010020",
        "-text",
        "Laporan Anda diterima",
    ]));
    sim.expect_sms("+6284001010020", "Laporan Anda diterima");
    let answer = "Petugas sedang menuju lokasi. ".repeat(8);
    let mut long_one = gammu(&[
        "sendsms",
        "TEXT",
        "+6284001010021",
        "-len",
        "400",
        "-text",
        answer.trim(),
    ]);
    run(&mut long_one);
    sim.expect_sms("+6284001010021", answer.trim());

    sees_a_call(&sim, &config, folder.path().to_path_buf());
}

fn sees_a_call(sim: &Sim, config: &PathBuf, folder: PathBuf) {
    let mut command = Command::new("gammu");
    command.arg("-c").arg(config).arg("monitor");
    let monitor = Stranger::start(&folder, "monitor", &mut command);
    monitor.expect(
        "Enabling info about calls           : No error",
        Duration::from_secs(20),
    );
    monitor.expect("GPRS", Duration::from_secs(30));
    sim.act("ring +6284001010014");
    monitor.expect(
        "incoming call from \"+6284001010014\"",
        Duration::from_secs(30),
    );
}
