//! Our PDUs as two strangers read them, and theirs as we do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::process::{Command, Stdio};

use jiff::Timestamp;
use serde_json::{Value, json};
use siaga112::at::sms::pdu::{self, Body, Pdu};
use siaga112::at::sms::{Address, Stamp, encode};

use crate::peers::tools::{peer_file, python};

/// Asks the strangers everything at once.
fn ask(questions: &[Value]) -> Vec<Value> {
    let mut peer = Command::new(python())
        .arg(peer_file("pdu.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = questions.iter().map(|q| format!("{q}\n")).collect();
    let mut stdin = peer.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let out = peer.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let answers: Vec<Value> = String::from_utf8(out.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), questions.len(), "one answer per question");
    answers
}

/// Texts of every alphabet, around every border.
fn texts() -> Vec<String> {
    let mut texts = vec![
        "Laporan Anda diterima, petugas menuju lokasi.".to_owned(),
        "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡".to_owned(),
        "ÄÖÑÜ§¿äöñüà".to_owned(),
        "[kode] {A|B} ~ ^ \\ €5".to_owned(),
        "Kebakaran 🔥 di pasar".to_owned(),
        "消防车已出发".to_owned(),
        "ł".to_owned(),
    ];
    for length in [
        1, 7, 8, 9, 69, 70, 71, 133, 134, 135, 152, 153, 154, 159, 160, 161, 306, 307,
    ] {
        texts.push("abcdefghij".chars().cycle().take(length).collect());
        texts.push("żółw ".chars().cycle().take(length).collect());
    }
    for escapes in [79, 80, 81] {
        texts.push("€".repeat(escapes));
        texts.push("a".to_owned() + &"€".repeat(escapes));
    }
    for lead in 65..69 {
        texts.push("ł".repeat(lead) + "🔥🔥🔥🔥");
    }
    texts
}

/// What a stranger read in parts, joined.
fn text_by<'a>(peer: &str, answers: impl Iterator<Item = &'a Value>) -> String {
    answers
        .map(|answer| {
            let text = answer[peer]["text"].as_str().unwrap_or("?");
            // smspdudecoder counts characters, not septets, so it reads the empty bits behind a
            // part with escapes as one more character.
            let is_padded = peer == "smspdudecoder" && text.contains('€');
            if is_padded {
                text.trim_end_matches('@')
            } else {
                text
            }
        })
        .collect()
}

/// Parts are numbered from one, all alike.
fn assert_parts(peer: &str, answers: &[Value], reference: u8) {
    for (index, answer) in answers.iter().enumerate() {
        let expected = match answers.len() {
            1 => Value::Null,
            of => json!([reference, index + 1, of]),
        };
        assert_eq!(answer[peer]["part"], expected, "{answer}");
    }
}

#[test]
fn strangers_read_what_we_send() {
    for (reference, text) in (1_u8..).zip(texts()) {
        let options = encode::Options {
            reference,
            report: true,
            flash: false,
        };
        let parts = encode::submit("+6284000001234", &text, options);
        let questions: Vec<Value> = parts
            .iter()
            .map(|p| json!({ "ask": "submit", "hex": p.hex }))
            .collect();
        let answers = ask(&questions);
        for peer in ["smspdudecoder", "gsmmodem"] {
            // gsmmodem has a grave accent where 23.038 has the section sign.
            let known = if peer == "gsmmodem" {
                text.replace('§', "`")
            } else {
                text.clone()
            };
            assert_eq!(text_by(peer, answers.iter()), known, "{peer}: {answers:?}");
            assert_parts(peer, &answers, reference);
            assert!(
                answers
                    .iter()
                    .all(|a| a[peer]["number"] == "+6284000001234")
            );
        }
        for (part, answer) in parts.iter().zip(&answers) {
            assert_eq!(answer["gsmmodem"]["octets"], json!(part.tpdu_octets));
        }
    }
}

#[test]
fn strangers_read_what_our_virtual_network_delivers() {
    let centre = Address::of_number("+62811000000");
    for (zone_h, from) in [
        (7, "+6284000001234"),
        (8, "3636"),
        (9, "BMKG"),
        (-5, "Info-112"),
    ] {
        let sent = Stamp::new(
            jiff::civil::date(2026, 3, 1).at(11, 45, 2, 0),
            zone_h * 3600,
        );
        let sender = match from.chars().all(|c| c == '+' || c.is_ascii_digit()) {
            true => Address::of_number(from),
            false => Address::of_name(from),
        };
        let text = "Awas [gelombang] tinggi €";
        let parts = encode::deliver(
            Some(&centre),
            &sender,
            text,
            sent,
            encode::Options::default(),
        );
        let answers = ask(&[json!({ "ask": "deliver", "hex": parts[0].hex })]);
        for peer in ["smspdudecoder", "gsmmodem"] {
            let answer = &answers[0][peer];
            assert_eq!(answer["text"], text, "{answers:?}");
            assert_eq!(answer["number"], from, "{answers:?}");
            let time: Timestamp = answer["time"].as_str().unwrap().parse().unwrap();
            assert_eq!(Some(time.as_millisecond()), sent.utc_ms(), "{answers:?}");
        }
    }
}

#[test]
fn we_read_what_a_stranger_writes() {
    // It cannot write letters beyond the first plane.
    let texts: Vec<String> = texts()
        .into_iter()
        .filter(|t| t.chars().all(|c| c.len_utf16() == 1))
        .collect();
    let questions: Vec<Value> = texts
        .iter()
        .map(|t| json!({ "ask": "write", "to": "+6284000001234", "text": t }))
        .collect();
    for (text, answer) in texts.iter().zip(ask(&questions)) {
        let pdus = answer["hex"]
            .as_array()
            .unwrap_or_else(|| panic!("{answer}"));
        let mut whole: Option<Body> = None;
        for (hex, octets) in pdus.iter().zip(answer["octets"].as_array().unwrap()) {
            let (read, tpdu_octets) = pdu::decode(hex.as_str().unwrap()).unwrap();
            let Pdu::Submit(read) = read else {
                panic!("{read:?}")
            };
            assert_eq!(json!(tpdu_octets), *octets);
            assert_eq!(read.to.shown(), "+6284000001234");
            assert!(read.report_wanted);
            match &mut whole {
                Some(body) => assert!(body.join(&read.body)),
                None => whole = Some(read.body),
            }
        }
        assert_eq!(whole.unwrap().text(), *text);
    }
}
