//! Virtual voice modems.

use siaga112::sim::modem::{CallerIdTiming, Family, HangupSign, Quirks};

use super::host::Host;

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
fn caller_id_may_come_before_the_first_ring_hidden_or_in_hexadecimal() {
    let quirks = Quirks {
        caller_id: CallerIdTiming::BeforeRing,
        ..Quirks::calm()
    };
    let mut host = Host::new(Family::V253Conexant, quirks);
    host.send("ATE0");
    host.send("AT+VCID=1");
    assert_eq!(
        host.act("ring withheld"),
        "\r\nDATE=0301\r\nTIME=1145\r\nNMBR=P\r\n"
    );
    assert_eq!(host.pass(1.0), "\r\nRING\r\n");
    host.act("hangup");
    host.send("AT+VCID=2");
    let heard = host.act("ring 084001010014");
    // 01: 8 digits of date and time, 02: 12 digits of number, then the checksum.
    assert!(
        heard.starts_with("\r\nMESG = 801801083033303131313435020C30383430"),
        "{heard}"
    );
}

#[test]
fn a_number_may_be_followed_by_out_of_area() {
    let quirks = Quirks {
        number_then_out_of_area: true,
        ..Quirks::calm()
    };
    let mut host = Host::new(Family::V253Conexant, quirks);
    host.send("ATE0");
    host.send("AT+VCID=1");
    host.act("ring 084001010014");
    assert!(host.pass(3.0).ends_with("NMBR=084001010014\r\nNMBR=O\r\n"));
}
