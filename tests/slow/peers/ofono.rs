//! oFono drives our virtual Quectel through its phonesim driver, over TCP.

use std::fs;
use std::process::Command;
use std::time::Duration;

use siaga112::sim::modem::{Family, Report};

use super::tools::{
    Bus, Sim, Stranger, bridge_tcp, need, run, run_any, scratch, unshare, wait_until,
};

#[test]
fn ofono_sees_takes_and_ends_a_call_and_sends_a_text() {
    need(&[
        ("ofonod", "ofono"),
        ("dbus-daemon", "dbus"),
        ("dbus-send", "dbus"),
        ("dbus-monitor", "dbus"),
        ("unshare", "util-linux"),
    ]);
    let folder = scratch();
    let bus = Bus::start(folder.path());
    let sim = Sim::start(folder.path(), Family::Quectel);
    let config = folder.path().join("ofono");
    fs::create_dir(&config).unwrap();
    let port = bridge_tcp(&sim.link);
    let text = format!("[phonesim]\nDriver=phonesim\nAddress=127.0.0.1\nPort={port}\n");
    fs::write(config.join("phonesim.conf"), text).unwrap();
    // Its configuration has one fixed place: ours is put there for its eyes only.
    let script = format!(
        "mount --bind {} /etc/ofono && exec ofonod -n -d",
        config.display()
    );
    let mut command = unshare(&["--mount"]);
    command
        .args(["sh", "-c", &script])
        .env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address);
    let daemon = Stranger::start(folder.path(), "ofonod", &mut command);
    let call = |args: &[&str]| -> Command {
        let mut command = bus.command("dbus-send");
        command
            .args(["--system", "--print-reply", "--dest=org.ofono"])
            .args(args);
        command
    };
    let there = wait_until(Duration::from_secs(10), || {
        run_any(&mut call(&["/", "org.ofono.Manager.GetModems"]))
            .1
            .contains("/phonesim")
    });
    assert!(there, "{}", daemon.log());
    for property in ["Powered", "Online"] {
        let name = format!("string:{property}");
        run(&mut call(&[
            "/phonesim",
            "org.ofono.Modem.SetProperty",
            &name,
            "variant:boolean:true",
        ]));
        std::thread::sleep(Duration::from_secs(1));
    }
    let interfaces = || run_any(&mut call(&["/phonesim", "org.ofono.Modem.GetProperties"])).1;
    let ready = wait_until(Duration::from_secs(30), || {
        interfaces().contains("org.ofono.MessageManager")
    });
    assert!(ready, "{}\n{}", interfaces(), daemon.log());
    let identity = interfaces();
    assert!(
        identity.contains("EC25") && identity.contains("001012"),
        "{identity}"
    );
    let network = || {
        run_any(&mut call(&[
            "/phonesim",
            "org.ofono.NetworkRegistration.GetProperties",
        ]))
        .1
    };
    let registered = wait_until(Duration::from_secs(15), || {
        network().contains("\"registered\"")
    });
    assert!(
        registered && network().contains("Strength"),
        "{}",
        network()
    );

    let signals =
        ["VoiceCallManager", "MessageManager"].map(|i| format!("interface='org.ofono.{i}'"));
    let mut command = bus.command("dbus-monitor");
    command.arg("--system").args(&signals);
    let monitor = Stranger::start(folder.path(), "dbus-monitor", &mut command);
    monitor.expect("NameLost", Duration::from_secs(5));

    sim.act("sms +6284001010015 ada api di pasar");
    monitor.expect("ada api di pasar", Duration::from_secs(15));
    sim.act("ring +6284001010014");
    monitor.expect("+6284001010014", Duration::from_secs(15));
    run(&mut call(&[
        "/phonesim/voicecall01",
        "org.ofono.VoiceCall.Answer",
    ]));
    sim.expect("the answer", Duration::from_secs(10), |r| {
        *r == Report::Answered
    });
    run(&mut call(&[
        "/phonesim/voicecall01",
        "org.ofono.VoiceCall.Hangup",
    ]));
    sim.expect("the end", Duration::from_secs(10), |r| *r == Report::HungUp);
    let text = ["string:+6284001010020", "string:Laporan Anda diterima"];
    run(&mut call(&[
        "/phonesim",
        "org.ofono.MessageManager.SendMessage",
        text[0],
        text[1],
    ]));
    sim.expect_sms("+6284001010020", "Laporan Anda diterima");
}
