//! Text messages through virtual cellular modems.

use siaga112::sim::modem::{Family, Quirks};

use super::host::Host;

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
fn a_report_may_lie_in_its_own_store() {
    let mut host = Host::calm(Family::Huawei);
    host.send("AT+CNMI=2,1,0,2,0");
    host.send("AT+CMGS=54");
    let pdu = "0021000D91264800010132F400002DCC30FC2D0FBB414137390C22A7E96579BA1D6681E0657AFD1C9E83DA65775D5D07B1DFEBF03CED02";
    host.write(format!("{pdu}\u{1A}").as_bytes());
    assert_eq!(host.pass(7.0), "\r\n+CDSI: \"SR\",1\r\n");
    host.send("AT+CPMS=\"SR\"");
    assert!(
        host.send("AT+CMGR=1")
            .starts_with("\r\n+CMGR: 0,,26\r\n0006000D91264800010132F4")
    );
}

#[test]
fn a_stick_that_refuses_mode_two_takes_mode_one() {
    let quirks = Quirks {
        refuses_cnmi_2: true,
        ..Quirks::calm()
    };
    let mut host = Host::new(Family::Huawei, quirks);
    host.send("ATE0");
    assert_eq!(host.send("AT+CNMI=2,1,0,2,0"), "\r\nERROR\r\n");
    assert_eq!(host.send("AT+CNMI=1,1,0,2,0"), "\r\nOK\r\n");
    assert!(
        host.act("sms +6284001010014 halo")
            .starts_with("\r\n+CMTI: ")
    );
}
