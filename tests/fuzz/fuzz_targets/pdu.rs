//! No PDU makes the reader panic; what we write we read; what was read can be collected.
#![no_main]

use libfuzzer_sys::fuzz_target;
use siaga112::at::sms::assemble::Assembler;
use siaga112::at::sms::pdu::{self, Body, Pdu};
use siaga112::at::sms::{aml, encode};
use siaga112::at::text;
use siaga112::base::time::Tick;

fuzz_target!(|data: &[u8]| {
    let mut all = Assembler::default();
    for line in data.split(|b| *b == b'\n') {
        for hex in [text::to_hex(line), text::from_bytes(line)] {
            let Ok((read, _)) = pdu::decode(&hex) else { continue };
            if let Pdu::Deliver(part) = read {
                let _ = (part.body.text(), part.sent.rfc3339(), aml::parse(&part.body.text()));
                if let Some(concat) = part.header.concat {
                    all.add(Tick(0), &part, concat, Some(1), None);
                }
            }
        }
    }
    all.expire(Tick(u64::MAX));
    let Ok(text) = std::str::from_utf8(data) else { return };
    let text: String = text.chars().take(2_000).collect();
    let mut whole: Option<Body> = None;
    for part in encode::submit("+6284000001234", &text, encode::Options::default()) {
        let Ok((Pdu::Submit(read), octets)) = pdu::decode(&part.hex) else {
            panic!("our own PDU: {}", part.hex)
        };
        assert_eq!(octets, part.tpdu_octets);
        match &mut whole {
            Some(body) => assert!(body.join(&read.body)),
            None => whole = Some(read.body),
        }
    }
    assert_eq!(whole.map(|body| body.text()), Some(text));
});
