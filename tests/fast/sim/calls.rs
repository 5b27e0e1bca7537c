//! Calls on virtual cellular modems: each family in its own words.

use siaga112::sim::modem::{Family, Quirks};

use super::host::Host;

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
