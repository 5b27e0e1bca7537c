//! The devices themselves: start, SIM, power, moods.

use std::time::Duration;

use siaga112::base::time::Tick;
use siaga112::sim::modem::{Act, Dice, Family, Modem, Out, Quirks};

use super::host::Host;

#[test]
fn a_cold_start_chatters_takes_its_time_and_registers() {
    for (family, first, last) in [
        (Family::Huawei, "^SYSSTART", "^SRVST:2"),
        (Family::Simcom, "\0\0\r\nRDY", "PB DONE"),
        (Family::A7670, "*ATREADY: 1", "PB DONE"),
        (Family::Quectel, "RDY", "+QIND: PB DONE"),
        (Family::Sim800, "\u{f0}\0\r\nRDY", "SMS Ready"),
    ] {
        let mut host = Host::new(family, Quirks::default());
        assert_eq!(host.send("AT"), "", "{family} is still deaf");
        let chatter = host.pass(30.0);
        assert!(
            chatter.trim_start().starts_with(first),
            "{family}: {chatter:?}"
        );
        assert!(chatter.contains(last), "{family}: {chatter:?}");
        assert_eq!(host.said(), ["started"]);
        host.send("ATE0");
        host.pass(0.1);
        host.send("AT+CPIN?");
        assert!(host.pass(1.0).contains("+CPIN: READY"), "{family}");
    }
}

#[test]
fn a_pin_is_asked_for_and_three_wrong_ones_want_a_puk() {
    let quirks = Quirks {
        pin: "1234".into(),
        ..Quirks::calm()
    };
    let mut host = Host::new(Family::Sim800, quirks);
    host.send("ATE0");
    host.send("AT+CMEE=1");
    assert_eq!(host.send("AT+CPIN?"), "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n");
    assert_eq!(host.send("AT+CIMI"), "\r\n+CME ERROR: 11\r\n");
    host.act("ring +6284001010014");
    assert_eq!(host.said(), ["refused no usable SIM"]);
    assert_eq!(host.send("AT+CPIN=\"0000\""), "\r\n+CME ERROR: 16\r\n");
    assert_eq!(host.send("AT+CPIN=\"0000\""), "\r\n+CME ERROR: 16\r\n");
    assert_eq!(host.send("AT+CPIN=\"0000\""), "\r\n+CME ERROR: 12\r\n");
    assert_eq!(host.send("AT+CPIN?"), "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n");
    let opened = host.send("AT+CPIN=\"12345678\",\"4321\"");
    assert_eq!(opened, "\r\nOK\r\n\r\n+CPIN: READY\r\n");
    assert!(host.pass(10.0).contains("Call Ready"));
    assert!(host.send("AT+CREG?").contains("+CREG: 0,1"));
}

#[test]
fn a_sim_that_falls_out_takes_the_network_with_it() {
    let mut host = Host::calm(Family::Quectel);
    for line in ["AT+CMEE=1", "AT+CREG=1", "AT+QSIMSTAT=1"] {
        host.send(line);
    }
    let heard = host.act("drop-sim");
    assert_eq!(
        heard,
        "\r\n+QSIMSTAT: 1,0\r\n\r\n+CPIN: NOT READY\r\n\r\n+CREG: 0\r\n"
    );
    assert_eq!(host.send("AT+CIMI"), "\r\n+CME ERROR: 10\r\n");
    let heard = host.act("insert-sim") + &host.pass(10.0);
    assert!(
        heard.contains("+CPIN: READY") && heard.contains("+CREG: 1"),
        "{heard:?}"
    );
}

#[test]
fn a_restart_takes_the_usb_port_away_and_brings_it_back() {
    let mut host = Host::calm(Family::Huawei);
    host.act("ring +6284001010014");
    host.send("ATA");
    host.said();
    assert_eq!(host.send("AT+CFUN=1,1"), "\r\nOK\r\n");
    host.pass(10.0);
    assert_eq!(host.ports, [false, true]);
    assert_eq!(host.said(), ["hung-up", "started"]);
    assert_eq!(host.send("AT"), "AT\r\r\nOK\r\n", "and echoes again");
}

#[test]
fn a_brown_out_on_a_serial_board_says_its_last_words() {
    let mut host = Host::calm(Family::Sim800);
    let heard = host.act("brown-out");
    assert_eq!(
        heard,
        "\r\nUNDER-VOLTAGE WARNNING\r\n\r\nUNDER-VOLTAGE POWER DOWN\r\n"
    );
    assert_eq!(host.send("AT"), "", "no power");
    assert!(host.pass(20.0).starts_with("\u{f0}\0\r\nRDY"));
}

#[test]
fn an_unplugged_modem_hears_nothing_until_it_is_plugged_in_again() {
    let mut host = Host::calm(Family::Simcom);
    host.act("unplug");
    assert_eq!(host.send("AT"), "");
    host.act("ring +6284001010014");
    assert_eq!(host.said(), ["refused unplugged"]);
    host.act("replug");
    assert_eq!(host.ports, [false, true]);
}

#[test]
fn commands_of_another_family_are_refused() {
    for (family, foreign) in [
        (
            Family::Huawei,
            [
                "AT+CPCMREG=1",
                "AT+QINDCFG=\"csq\",1",
                "AT+DDET=1",
                "AT+CEREG=2",
            ],
        ),
        (
            Family::Simcom,
            ["AT^CURC=1", "AT+QTONEDET=1", "AT^DSCI=1", "AT+FCLASS=8"],
        ),
        (
            Family::Quectel,
            ["AT^CVOICE?", "AT+CPCMREG=1", "AT+CLCC=1", "AT+CNSMOD=1"],
        ),
        (
            Family::Sim800,
            ["AT^CVOICE?", "AT+CPCMREG=1", "AT+QINISTAT", "AT+CEREG=1"],
        ),
        (
            Family::V253Usr,
            ["AT+CPIN?", "AT+CLIP=1", "AT-SCID=1", "AT+CGMI"],
        ),
        (
            Family::V253Conexant,
            ["AT+CREG?", "AT+CSQ", "AT+IFC=2,2", "AT+VSD=128,50"],
        ),
    ] {
        let mut host = Host::new(family, Quirks::calm());
        host.send("ATE0");
        for command in foreign {
            assert_eq!(host.send(command), "\r\nERROR\r\n", "{family} {command}");
        }
    }
}

#[test]
fn a_late_answer_shifts_the_ones_behind_it() {
    let quirks = Quirks {
        late_answer_permille: 1000,
        late_answer_ms: 6_000,
        ..Quirks::calm()
    };
    let mut host = Host::new(Family::Huawei, quirks);
    host.modem.host_bytes(host.now, b"ATE0\r");
    host.pass(7.0);
    assert_eq!(host.send("AT+CSQ"), "");
    assert_eq!(host.pass(5.0), "");
    host.send("AT");
    assert_eq!(host.pass(1.5), "\r\n+CSQ: 19,99\r\n\r\nOK\r\n");
    assert_eq!(host.pass(6.5), "\r\nOK\r\n");
}

#[test]
fn a_deaf_modem_goes_on_ringing() {
    let quirks = Quirks {
        deaf_after_commands: 3,
        ..Quirks::calm()
    };
    let mut host = Host::new(Family::Huawei, quirks);
    host.send("ATE0");
    host.send("AT+CLIP=1");
    assert_eq!(host.send("AT"), "\r\nOK\r\n");
    assert_eq!(host.send("AT"), "");
    assert!(host.act("ring +6284001010014").contains("RING"));
    host.act("reset");
    host.pass(15.0);
    assert!(host.send("AT").ends_with("OK\r\n"), "a restart cures it");
}

#[test]
fn the_same_seed_is_the_same_modem_and_another_is_not() {
    let run = |seed| {
        let mut modem = Modem::new(Family::Huawei, Quirks::wild(), seed);
        let mut out = Vec::new();
        for step in 0..600_u64 {
            let now = Tick(step * 500_000);
            match step % 40 {
                7 => modem.host_bytes(now, b"AT+CSQ\r"),
                9 => modem.act(now, "ring +6284001010014 9".parse().unwrap()),
                20 => modem.act(now, "sms +6284001010014 tes".parse().unwrap()),
                _ => modem.wake(now),
            }
            loop {
                match modem.next() {
                    Out::Sleep(_) => break,
                    other => out.push(other),
                }
            }
        }
        out
    };
    assert_eq!(run(3), run(3));
    assert_ne!(run(3), run(4));
}

#[test]
fn sound_that_a_modem_does_not_carry_is_refused() {
    let mut host = Host::calm(Family::Huawei);
    host.act("say hallo.wav");
    assert_eq!(host.said(), ["refused no audio port"]);
}

#[test]
fn the_network_is_named_and_asked_for_its_time_and_the_balance() {
    let mut host = Host::calm(Family::Quectel);
    host.send("AT+CREG=2");
    assert_eq!(
        host.send("AT+CREG?"),
        "\r\n+CREG: 2,1,\"1A2B\",\"00C3D4E5\",7\r\n\r\nOK\r\n"
    );
    assert_eq!(
        host.send("AT+COPS?"),
        "\r\n+COPS: 0,0,\"LATIHAN\",7\r\n\r\nOK\r\n"
    );
    host.send("AT+COPS=3,2");
    assert_eq!(
        host.send("AT+COPS?"),
        "\r\n+COPS: 0,2,\"00101\",7\r\n\r\nOK\r\n"
    );
    assert_eq!(
        host.send("AT+CCLK?"),
        "\r\n+CCLK: \"26/03/01,11:45:00+32\"\r\n\r\nOK\r\n"
    );
    let balance = host.send("AT+CUSD=1,\"*888#\",15");
    assert!(
        balance.starts_with("\r\nOK\r\n\r\n+CUSD: 0,\"Sisa pulsa"),
        "{balance}"
    );
    assert!(
        host.send("AT+CUSD=1,\"*1#\",15")
            .ends_with("\r\n+CUSD: 4\r\n")
    );
}

#[test]
fn a_network_that_goes_away_takes_the_call_with_it_and_says_so() {
    let mut host = Host::calm(Family::Simcom);
    host.send("AT+CREG=1");
    host.act("ring +6284001010014");
    host.send("ATA");
    assert_eq!(host.act("register searching"), "\r\n+CREG: 2\r\n");
    assert_eq!(host.said(), ["answered", "hung-up"]);
    assert_eq!(host.send("AT+CLCC"), "\r\nOK\r\n");
    host.act("ring +6284001010014");
    assert_eq!(host.said(), ["refused no network"]);
    assert_eq!(host.act("register home"), "\r\n+CREG: 1\r\n");
}

#[test]
fn nothing_a_host_or_a_caller_does_breaks_a_modem() {
    const ORDERS: [&str; 34] = [
        "ring +6284001010014",
        "ring withheld 3",
        "ring-data 084001010014",
        "hangup",
        "hangup 2",
        "pick-up",
        "busy",
        "busy-tone",
        "dtmf 1*#D",
        "sms +6284001010014 halo",
        "pdu 00",
        "fill-store",
        "signal 99",
        "register denied",
        "register home",
        "drop-sim",
        "insert-sim",
        "unplug",
        "replug",
        "brown-out",
        "reset",
        "deaf",
        "garbage 40",
        "silence",
        "say none.wav",
        "tap 3",
        "cough",
        "noise -40",
        "tone busy",
        "tone off",
        "one-way out",
        "one-way none",
        "unplug-audio",
        "replug-audio",
    ];
    const LINES: [&str; 33] = [
        "AT",
        "ATE1",
        "ATZ",
        "ATA",
        "ATH",
        "ATD084001010014;",
        "ATD112",
        "A/",
        "AT+CHUP",
        "AT+CHLD=2",
        "AT+CLCC",
        "AT+CMGF=1",
        "AT+CMGS=20",
        "\x1a",
        "\x1b",
        "AT+CMGL=4",
        "AT+CMGD=1,4",
        "AT+CNMI=2,2,0,1,0",
        "AT+CFUN=1,1",
        "AT+CPIN=\"0\"",
        "AT+FCLASS=8",
        "AT+VLS=1",
        "AT+VTR",
        "\x10^\x10\x03",
        "AT+VTS=[,],{,}",
        "AT+VTX",
        "\x10\x18AT+VRX",
        "AT^DDSETEX=2",
        "AT+CPCMFRM=1;+CPCMREG=1",
        "AT+CPCMREG=0",
        "AT+QPCMV=0;+QPCMV=1,0",
        "AT+VSM=128,7200",
        "AT+CUSD=1,é",
    ];
    for (_, family) in Family::ALL {
        for seed in 0..20 {
            let mut dice = Dice::new(seed);
            let mut modem = Modem::new(family, Quirks::wild(), seed);
            if seed % 2 == 0 {
                modem.fit_audio();
            }
            let mut now = Tick::default();
            for _ in 0..400 {
                now = now + dice.millis(0, 4_000);
                match dice.below(6) {
                    0 | 1 => {
                        let order = ORDERS[dice.below(ORDERS.len() as u64) as usize];
                        modem.act(now, order.parse().unwrap());
                    }
                    2 => {
                        modem.host_bytes(now, &dice.throw().to_le_bytes());
                        modem.audio_bytes(now, &[7; 999]);
                    }
                    _ => {
                        let line = LINES[dice.below(LINES.len() as u64) as usize];
                        modem.host_bytes(now, format!("{line}\r").as_bytes());
                    }
                }
                let mut said = 0;
                while !matches!(modem.next(), Out::Sleep(_)) {
                    said += 1;
                }
                assert!(said < 10_000, "{family} {seed} babbles");
            }
            // Whatever was done to it: plugged in afresh, it works.
            modem.act(now, Act::Unplug);
            modem.act(now, Act::Replug);
            modem.wake(now + Duration::from_secs(60));
            assert!(modem.is_up(), "{family} {seed}");
        }
    }
}
