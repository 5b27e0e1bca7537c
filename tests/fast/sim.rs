//! Virtual modems: each family speaks like the device, in virtual time.

use std::time::Duration;

use siaga112::base::time::Tick;
use siaga112::sim::modem::{Family, HangupSign, Modem, Out, Quirks};

/// A host at the modem's wire, and an ear on its other side.
struct Host {
    modem: Modem,
    now: Tick,
    heard: Vec<u8>,
    said: Vec<String>,
    ports: Vec<bool>,
}

impl Host {
    fn new(family: Family, quirks: Quirks) -> Host {
        let mut host = Host {
            modem: Modem::new(family, quirks, 7),
            now: Tick::default(),
            heard: Vec::new(),
            said: Vec::new(),
            ports: Vec::new(),
        };
        host.drain();
        host
    }

    fn calm(family: Family) -> Host {
        let mut host = Host::new(family, Quirks::calm());
        host.send("ATE0");
        host.send("AT+CLIP=1");
        host
    }

    fn drain(&mut self) {
        loop {
            match self.modem.next() {
                Out::ToHost(bytes) => self.heard.extend(bytes),
                Out::Said(report) => self.said.push(report.to_string()),
                Out::Port(there) => self.ports.push(there),
                Out::Sleep(_) => return,
            }
        }
    }

    /// Writes a command line; what has been heard since.
    fn send(&mut self, line: &str) -> String {
        self.write(format!("{line}\r").as_bytes())
    }

    fn write(&mut self, bytes: &[u8]) -> String {
        self.heard.clear();
        self.modem.host_bytes(self.now, bytes);
        self.drain();
        self.text()
    }

    /// Does something on the other side; what has been heard since.
    fn act(&mut self, order: &str) -> String {
        self.heard.clear();
        self.modem.act(self.now, order.parse().unwrap());
        self.drain();
        self.text()
    }

    /// Lets time pass; what has been heard since.
    fn pass(&mut self, seconds: f64) -> String {
        self.heard.clear();
        let end = self.now + Duration::from_secs_f64(seconds);
        while let Some(due) = self.modem.due().filter(|due| *due <= end) {
            self.now = due;
            self.modem.wake(due);
            self.drain();
        }
        self.now = end;
        self.modem.wake(end);
        self.drain();
        self.text()
    }

    fn text(&self) -> String {
        self.heard.iter().map(|&b| char::from(b)).collect()
    }

    fn said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }
}

#[test]
fn a_caller_rings_is_identified_answered_and_leaves() {
    let mut host = Host::calm(Family::Huawei);
    let heard = host.act("ring +6284001010014");
    assert_eq!(
        heard,
        "\r\nRING\r\n\r\n+CLIP: \"+6284001010014\",145,,,,0\r\n"
    );
    assert_eq!(host.pass(5.0), heard, "and rings again after five seconds");
    assert_eq!(
        host.send("AT+CLCC"),
        "\r\n+CLCC: 1,1,4,0,0,\"+6284001010014\",145\r\n\r\nOK\r\n"
    );
    assert_eq!(host.send("ATA"), "\r\n^CONN:1,0\r\n\r\nOK\r\n");
    assert_eq!(host.said(), ["answered"]);
    assert_eq!(host.pass(37.0), "", "an answered call no longer rings");
    assert_eq!(host.act("hangup"), "\r\n^CEND:1,37,29,16\r\n");
    assert_eq!(host.send("AT+CLCC"), "\r\nOK\r\n");
}

#[test]
fn a_hidden_a_lost_and_a_coin_line_number_are_told_apart() {
    let mut host = Host::calm(Family::Huawei);
    for (order, clip) in [
        ("ring withheld", "+CLIP: \"\",128,,,,1"),
        ("ring unavailable", "+CLIP: \"\",128,,,,2"),
        ("ring payphone", "+CLIP: \"\",128,,,,3"),
        (
            "ring hidden 084001010014",
            "+CLIP: \"084001010014\",129,,,,1",
        ),
    ] {
        assert!(host.act(order).contains(clip), "{order}");
        host.act("hangup");
    }
}

#[test]
fn a_caller_who_gives_up_is_reported_in_each_familys_own_words() {
    for (family, prepare, gone) in [
        (Family::Huawei, "AT", "\r\n^CEND:1,0,28\r\n"),
        (Family::Huawei, "AT^CURC=0", "\r\nNO CARRIER\r\n"),
        (
            Family::Simcom,
            "AT",
            "\r\nMISSED_CALL: 11:45AM +6284001010014\r\n",
        ),
        (
            Family::Simcom,
            "AT+CLCC=1",
            "\r\n+CLCC: 1,1,6,0,0,\"+6284001010014\",145,\"\"\r\n\r\nMISSED_CALL: 11:45AM +6284001010014\r\n",
        ),
        (
            Family::Quectel,
            "AT+QINDCFG=\"ccinfo\",1,0",
            "\r\n+QIND: \"ccinfo\",1,1,-1,0,0,\"+6284001010014\",145\r\n\r\nNO CARRIER\r\n",
        ),
        (
            Family::Quectel,
            "AT^DSCI=1",
            "\r\n^DSCI: 1,1,6,0,+6284001010014,145\r\n\r\nNO CARRIER\r\n",
        ),
        (Family::Sim800, "AT", "\r\nNO CARRIER\r\n"),
        (Family::Plain, "AT", "\r\nNO CARRIER\r\n"),
    ] {
        let mut host = Host::calm(family);
        assert!(host.send(prepare).ends_with("OK\r\n"), "{family} {prepare}");
        host.act("ring +6284001010014 7");
        let heard = host.pass(7.0);
        assert!(heard.ends_with(gone), "{family} {prepare}: {heard:?}");
        assert_eq!(host.said(), ["gave-up"]);
        assert_eq!(host.pass(30.0), "", "{family}: silence afterwards");
    }
}

#[test]
fn a_second_caller_waits_and_rings_when_the_first_is_gone() {
    let mut host = Host::calm(Family::Quectel);
    host.act("ring +6284001010014");
    host.send("ATA");
    host.act("ring +6284001010015");
    assert_eq!(
        host.said(),
        ["answered", "refused busy"],
        "call waiting is off at first"
    );
    host.send("AT+CCWA=1,1");
    let heard = host.act("ring +6284001010015");
    assert_eq!(heard, "\r\n+CCWA: \"+6284001010015\",145,1\r\n");
    let listed = host.send("AT+CLCC");
    assert!(
        listed.contains("+CLCC: 2,1,5,0,0,\"+6284001010015\",145"),
        "{listed}"
    );
    assert_eq!(host.act("hangup 1"), "\r\nNO CARRIER\r\n");
    assert!(host.pass(1.0).contains("RING"));
    host.send("ATA");
    assert_eq!(host.said(), ["answered"]);
}

#[test]
fn calls_are_held_swapped_and_released() {
    let mut host = Host::calm(Family::Simcom);
    host.send("AT+CCWA=1,1");
    host.act("ring +6284001010014");
    host.send("ATA");
    host.act("ring +6284001010015");
    host.send("AT+CHLD=2");
    let listed = host.send("AT+CLCC");
    assert!(
        listed.contains("1,1,1,0,0") && listed.contains("2,1,0,0,0"),
        "{listed}"
    );
    host.send("AT+CHLD=1");
    let listed = host.send("AT+CLCC");
    assert!(
        listed.contains("1,1,0,0,0") && !listed.contains("+CLCC: 2"),
        "{listed}"
    );
    assert_eq!(host.said(), ["answered", "answered", "hung-up"]);
    assert_eq!(host.send("AT+CHLD=17"), "\r\nERROR\r\n");
}

#[test]
fn a_call_back_is_dialled_rings_and_is_taken() {
    let mut host = Host::calm(Family::Huawei);
    assert_eq!(
        host.send("ATD+6284001010014;"),
        "\r\nOK\r\n\r\n^ORIG:1,0\r\n"
    );
    assert_eq!(host.said(), ["dialled +6284001010014"]);
    assert_eq!(host.pass(2.5), "\r\n^CONF:1\r\n");
    assert_eq!(host.pass(6.0), "\r\n^CONN:1,0\r\n");
    assert_eq!(host.send("AT+VTS=5"), "\r\nOK\r\n");
    assert_eq!(host.send("AT+CHUP"), "\r\nOK\r\n\r\n^CEND:1,0,29,16\r\n");
    assert_eq!(host.said(), ["dtmf 5", "hung-up"]);
}

#[test]
fn somebody_called_back_may_be_busy() {
    let mut host = Host::calm(Family::Sim800);
    host.send("ATD084001010014;");
    assert_eq!(host.act("busy"), "\r\nBUSY\r\n");
    assert_eq!(host.send("AT+CLCC"), "\r\nOK\r\n");
}

#[test]
fn keys_of_the_far_end_come_as_each_family_writes_them() {
    for (family, on, keys) in [
        (Family::Huawei, "AT^DDTMFCFG=0,1", "\r\n^DDTMF: 5\r\n"),
        (Family::Simcom, "AT+DDET=1", "\r\n+RXDTMF: 5\r\n"),
        (Family::Quectel, "AT+QTONEDET=1", "\r\n+QTONEDET: 53\r\n"),
        (Family::Sim800, "AT+DDET=1,0,0", "\r\n+DTMF:5\r\n"),
        (Family::Sim800, "AT+DDET=1,0,1", "\r\n+DTMF: 5,160\r\n"),
    ] {
        let mut host = Host::calm(family);
        host.act("ring +6284001010014");
        host.send("ATA");
        host.pass(1.0);
        assert_eq!(
            host.act("dtmf 5"),
            "",
            "{family}: detection is off at first"
        );
        host.send(on);
        assert_eq!(host.act("dtmf 5"), keys, "{family}");
    }
}

#[test]
fn a_text_arrives_is_read_and_deleted_and_the_counters_live() {
    let mut host = Host::calm(Family::Huawei);
    host.send("AT+CNMI=2,1,0,2,0");
    assert_eq!(
        host.act("sms +6284001010014 ada api"),
        "\r\n+CMTI: \"SM\",1\r\n"
    );
    assert!(host.send("AT+CPMS?").contains("\"SM\",1,20"));
    let read = host.send("AT+CMGR=1");
    assert!(read.starts_with("\r\n+CMGR: 0,,27\r\n"), "{read}");
    assert!(
        host.send("AT+CMGR=1").starts_with("\r\n+CMGR: 1,,27\r\n"),
        "now it is read"
    );
    host.send("AT+CMGF=1");
    let listed = host.send("AT+CMGL=\"ALL\"");
    assert!(
        listed.contains("\"REC READ\",\"+6284001010014\",,\"26/03/01,11:45:00+32\"\r\nada api\r\n"),
        "{listed}"
    );
    assert_eq!(host.send("AT+CMGD=1"), "\r\nOK\r\n");
    assert!(host.send("AT+CPMS?").contains("\"SM\",0,20"));
    assert_eq!(host.send("AT+CMGR=1"), "\r\n+CMS ERROR: 321\r\n");
}

#[test]
fn a_text_is_sent_through_the_prompt_and_reported_delivered() {
    let mut host = Host::calm(Family::Huawei);
    host.send("AT+CNMI=2,1,0,1,0");
    assert_eq!(host.send("AT+CMGS=54"), "\r\n> ");
    // at-transcripts.json GN-05, with a status report asked for and a number of ours.
    let pdu = "0021000D91264800010132F400002DCC30FC2D0FBB414137390C22A7E96579BA1D6681E0657AFD1C9E83DA65775D5D07B1DFEBF03CED02";
    let answer = host.write(format!("{pdu}\u{1A}").as_bytes());
    assert_eq!(answer, "\r\n+CMGS: 0\r\n\r\nOK\r\n");
    assert!(
        host.pass(7.0)
            .starts_with("\r\n+CDS: 26\r\n0006000D91264800010132F4")
    );
    let said = host.said();
    assert!(
        said[0].starts_with("sms-sent +6284001010234 Laporan Anda "),
        "{said:?}"
    );
}

#[test]
fn a_prompt_is_left_with_escape_and_wrong_pdus_are_refused() {
    let mut host = Host::calm(Family::Quectel);
    assert_eq!(host.send("AT+CMGS=17"), "\r\n> ");
    assert_eq!(host.write(b"\x1b"), "\r\nOK\r\n");
    assert_eq!(host.send("AT"), "\r\nOK\r\n");
    host.send("AT+CMGS=17");
    assert_eq!(host.write(b"0011\x1a"), "\r\n+CMS ERROR: 304\r\n");
    assert_eq!(host.send("AT+CMGS=500"), "\r\n+CMS ERROR: 304\r\n");
}

#[test]
fn a_full_store_is_told_and_what_waits_comes_once_there_is_room() {
    let quirks = Quirks {
        store_slots: 2,
        ..Quirks::calm()
    };
    let mut host = Host::new(Family::Huawei, quirks);
    host.send("ATE0");
    host.send("AT+CNMI=2,1");
    host.act("sms +6284001010014 satu");
    let heard = host.act("sms +6284001010014 dua");
    assert_eq!(heard, "\r\n+CMTI: \"SM\",2\r\n\r\n^SMMEMFULL: \"SM\"\r\n");
    assert_eq!(host.act("sms +6284001010014 tiga"), "", "no more notices");
    host.send("AT+CMGD=1");
    assert_eq!(
        host.pass(5.0),
        "\r\n+CMTI: \"SM\",1\r\n\r\n^SMMEMFULL: \"SM\"\r\n"
    );
}

#[test]
fn direct_delivery_stops_when_nobody_acknowledges() {
    let mut host = Host::calm(Family::Simcom);
    host.send("AT+CSMS=1");
    host.send("AT+CNMI=2,2");
    assert!(
        host.act("sms +6284001010014 satu")
            .starts_with("\r\n+CMT: ,")
    );
    assert_eq!(host.send("AT+CNMA"), "\r\nOK\r\n");
    assert_eq!(host.send("AT+CNMA"), "\r\n+CMS ERROR: 340\r\n");
    host.act("sms +6284001010014 dua");
    assert!(host.pass(1.0).starts_with("\r\n+CMT: ,"));
    host.pass(20.0);
    assert!(host.send("AT+CNMI?").contains("+CNMI: 2,0,"));
    assert!(
        host.send("AT+CMGL=4").contains("+CMGL: 0,0,,"),
        "the second one lies in the store"
    );
}

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
fn a_stick_that_ignores_the_first_hang_up_obeys_the_second() {
    let quirks = Quirks {
        deaf_chup: true,
        ..Quirks::calm()
    };
    let mut host = Host::new(Family::Huawei, quirks);
    host.send("ATE0");
    host.act("ring +6284001010014");
    host.send("ATA");
    assert_eq!(host.send("AT+CHUP"), "\r\nOK\r\n");
    assert!(host.send("AT+CLCC").contains("+CLCC: 1,1,0"));
    assert!(host.send("AT+CHUP").contains("^CEND"));
}

#[test]
fn a_caller_who_leaves_while_we_answer_is_not_answered() {
    let mut host = Host::new(
        Family::Huawei,
        Quirks {
            slow_ata_ms: 3_800,
            ..Quirks::calm()
        },
    );
    host.send("ATE0");
    host.act("ring +6284001010014");
    assert_eq!(host.send("ATA"), "");
    host.pass(2.0);
    assert!(host.act("hangup").contains("^CEND"));
    assert_eq!(host.pass(2.0), "\r\nNO CARRIER\r\n");
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
fn an_analogue_caller_is_identified_between_the_first_two_rings() {
    for (family, id) in [
        (
            Family::V253Usr,
            "\r\nDATE = 0301\r\nTIME = 1145\r\nNMBR = 0431851234\r\n",
        ),
        (
            Family::V253Conexant,
            "\r\nDATE=0301\r\nTIME=1145\r\nNMBR=0431851234\r\n",
        ),
    ] {
        let mut host = Host::new(family, Quirks::calm());
        host.send("ATE0");
        host.send("AT+VCID=1");
        assert_eq!(host.act("ring 0431851234"), "\r\nRING\r\n");
        assert_eq!(host.pass(4.0), id);
        assert_eq!(host.pass(1.0), "\r\nRING\r\n");
        host.act("hangup");
        assert_eq!(
            host.pass(30.0),
            "",
            "an analogue line does not say that he gave up"
        );
    }
}

#[test]
fn a_reset_forgets_caller_id() {
    let mut host = Host::new(Family::V253Usr, Quirks::calm());
    host.send("AT+VCID=1");
    host.send("ATZ");
    host.send("ATE0");
    host.act("ring 0431851234");
    assert_eq!(host.pass(4.9), "");
}

#[test]
fn a_voice_call_carries_sound_keys_and_the_exchanges_tones() {
    let mut host = Host::new(Family::V253Usr, Quirks::calm());
    for line in ["ATE0", "AT+FCLASS=8", "AT+VSM=128,8000"] {
        assert!(host.send(line).ends_with("OK\r\n"), "{line}");
    }
    assert_eq!(host.act("ring 0431851234"), "\u{10}R");
    assert_eq!(host.send("AT+VLS=1"), "\r\nOK\r\n");
    assert_eq!(host.said(), ["answered"]);
    assert_eq!(host.send("AT+VTR"), "\r\nCONNECT\r\n");
    assert_eq!(host.pass(0.1).chars().count(), 800, "five frames of 20 ms");
    assert_eq!(host.act("dtmf 1"), "\u{10}/\u{10}1\u{10}1\u{10}~");
    host.write(b"\x80\x10\x10\x80");
    assert_eq!(host.write(b"\x10^"), "\u{10}\u{3}\r\nOK\r\n");
    host.act("hangup");
    assert_eq!(
        host.pass(6.0),
        "\u{10}b\u{10}b",
        "busy tone, again after four seconds"
    );
    assert_eq!(host.send("AT+VLS=0"), "\r\nOK\r\n");
    assert_eq!(
        host.said(),
        Vec::<String>::new(),
        "the far end had left before"
    );
}

#[test]
fn recordings_and_playback_stop_as_each_chip_does_it() {
    let mut usr = Host::new(Family::V253Usr, Quirks::calm());
    let mut conexant = Host::new(Family::V253Conexant, Quirks::calm());
    for host in [&mut usr, &mut conexant] {
        host.send("ATE0");
        host.send("AT+FCLASS=8");
        host.send("AT+VLS=1");
        host.send("AT+VRX");
    }
    assert_eq!(usr.write(b"\x10!"), "\u{10}\u{3}\r\nOK\r\n");
    assert_eq!(conexant.write(b"\x10!"), "\r\nOK\r\n");
    conexant.send("AT+VTX");
    assert_eq!(conexant.write(b"\x80\x80\x10\x03"), "\r\nOK\r\n");
}

#[test]
fn a_zoom_needs_a_longer_escape_to_stop_playing() {
    let quirks = Quirks {
        slow_stop: true,
        ..Quirks::calm()
    };
    let mut host = Host::new(Family::V253Conexant, quirks);
    for line in ["ATE0", "AT+FCLASS=8", "AT+VLS=1", "AT+VTX"] {
        host.send(line);
    }
    assert_eq!(host.write(b"\x10\x03"), "");
    assert_eq!(host.write(b"\x10\x10\x10\x03"), "\r\nOK\r\n");
}

#[test]
fn old_firmware_without_voice_is_found_out() {
    let quirks = Quirks {
        refuses_class_8: true,
        ..Quirks::calm()
    };
    let mut host = Host::new(Family::V253Usr, quirks);
    host.send("ATE0");
    assert_eq!(host.send("AT+FCLASS=8"), "\r\nERROR\r\n");
    assert_eq!(host.send("AT+FCLASS=?"), "\r\n0,1,1.0,2,2.0\r\n\r\nOK\r\n");
}

#[test]
fn a_loop_break_is_told_once() {
    let quirks = Quirks {
        hangup_sign: HangupSign::LoopBreak,
        ..Quirks::calm()
    };
    let mut host = Host::new(Family::V253Conexant, quirks);
    for line in ["ATE0", "AT+FCLASS=8"] {
        host.send(line);
    }
    host.act("ring 0431851234");
    host.send("AT+VLS=1");
    assert_eq!(host.act("hangup"), "\u{10}l");
    assert_eq!(host.pass(10.0), "");
}

#[test]
fn sound_that_is_not_carried_yet_is_said_so() {
    let mut host = Host::calm(Family::Huawei);
    host.act("say hallo.wav");
    assert_eq!(host.said(), ["refused sound is not carried yet"]);
}
