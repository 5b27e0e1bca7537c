//! PDUs that we write: messages out, and what a network would send (for virtual modems and tests).

use super::address::Address;
use super::gsm7;
use super::pdu::{DELIVER, HAS_HEADER, REPORT, REPORT_WANTED, SUBMIT};
use super::time::Stamp;
use crate::at::text;

/// A PDU ready for `AT+CMGS=<tpdu_octets>`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Encoded {
    pub hex: String,
    /// Without the service centre.
    pub tpdu_octets: usize,
}

/// How a message goes out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Tells the parts of this message from those of others to the same number.
    pub reference: u8,
    /// A status report is wanted.
    pub report: bool,
    /// Shown at once and not stored: class 0.
    pub flash: bool,
}

/// A text as one or more SUBMITs; the default service centre sends them.
pub fn submit(to: &str, text: &str, options: Options) -> Vec<Encoded> {
    let to = Address::of_number(to);
    split(text, options.reference)
        .into_iter()
        .map(|part| {
            let mut tpdu = Vec::new();
            let report = if options.report { REPORT_WANTED } else { 0 };
            tpdu.push(SUBMIT | report | part.header_bit());
            // The modem numbers it.
            tpdu.push(0);
            to.write(&mut tpdu);
            tpdu.extend([0, part.scheme(options.flash)]);
            part.write(&mut tpdu);
            encoded(None, &tpdu)
        })
        .collect()
}

/// A text as one or more DELIVERs, as a network would send it.
pub fn deliver(
    centre: Option<&Address>,
    from: &Address,
    text: &str,
    sent: Stamp,
    options: Options,
) -> Vec<Encoded> {
    split(text, options.reference)
        .into_iter()
        .map(|part| {
            let mut tpdu = vec![DELIVER | NO_MORE_TO_SEND | part.header_bit()];
            from.write(&mut tpdu);
            tpdu.extend([0, part.scheme(options.flash)]);
            sent.write(&mut tpdu);
            part.write(&mut tpdu);
            encoded(centre, &tpdu)
        })
        .collect()
}

/// A STATUS-REPORT, as a network would send it.
pub fn report(reference: u8, to: &Address, sent: Stamp, done: Stamp, status: u8) -> Encoded {
    let mut tpdu = vec![REPORT | NO_MORE_TO_SEND, reference];
    to.write(&mut tpdu);
    sent.write(&mut tpdu);
    done.write(&mut tpdu);
    tpdu.push(status);
    encoded(None, &tpdu)
}

/// How many parts a text needs.
pub fn parts_of(text: &str) -> usize {
    split(text, 0).len()
}

fn encoded(centre: Option<&Address>, tpdu: &[u8]) -> Encoded {
    let mut octets = Vec::new();
    match centre {
        Some(centre) => centre.write_centre(&mut octets),
        None => octets.push(0),
    }
    octets.extend(tpdu);
    Encoded {
        hex: text::to_hex(&octets),
        tpdu_octets: tpdu.len(),
    }
}

/// One part's user data.
struct Part {
    header: Option<[u8; 6]>,
    units: Units,
}

enum Units {
    Septets(Vec<u8>),
    Utf16(Vec<u16>),
}

impl Part {
    fn header_bit(&self) -> u8 {
        if self.header.is_some() { HAS_HEADER } else { 0 }
    }

    fn scheme(&self, flash: bool) -> u8 {
        let alphabet = match self.units {
            Units::Septets(_) => 0x00,
            Units::Utf16(_) => 0x08,
        };
        if flash { alphabet | 0x10 } else { alphabet }
    }

    fn write(&self, out: &mut Vec<u8>) {
        let header: &[u8] = self.header.as_ref().map_or(&[], |h| h.as_slice());
        match &self.units {
            Units::Septets(septets) => {
                let header_septets = (header.len() * 8).div_ceil(7);
                let fill = header_septets * 7 - header.len() * 8;
                out.push((header_septets + septets.len()) as u8);
                out.extend(header);
                out.extend(gsm7::pack(septets, fill));
            }
            Units::Utf16(units) => {
                out.push((header.len() + units.len() * 2) as u8);
                out.extend(header);
                out.extend(units.iter().flat_map(|unit| unit.to_be_bytes()));
            }
        }
    }
}

/// The GSM alphabet if it has every character, else UCS-2; one part if it fits, else parts that
/// tear neither an escape pair nor a surrogate pair.
fn split(text: &str, reference: u8) -> Vec<Part> {
    let pieces = match septet_pieces(text) {
        Some(pieces) => pieces.into_iter().map(Units::Septets).collect::<Vec<_>>(),
        None => utf16_pieces(text).into_iter().map(Units::Utf16).collect(),
    };
    let of = pieces.len().min(PARTS_MAX);
    let number = |index: usize| u8::try_from(index).unwrap_or(u8::MAX);
    pieces
        .into_iter()
        .take(PARTS_MAX)
        .enumerate()
        .map(|(index, units)| Part {
            header: (of > 1).then(|| [5, 0, 3, reference, number(of), number(index + 1)]),
            units,
        })
        .collect()
}

fn septet_pieces(text: &str) -> Option<Vec<Vec<u8>>> {
    let mut chars = Vec::with_capacity(text.len());
    for char in text.chars() {
        let (escape, septet) = gsm7::encode_char(char)?;
        chars.push(escape.into_iter().chain([septet]).collect::<Vec<u8>>());
    }
    Some(pieces(&chars, SEPTETS_WHOLE, SEPTETS_PART))
}

fn utf16_pieces(text: &str) -> Vec<Vec<u16>> {
    let chars: Vec<Vec<u16>> = text
        .chars()
        .map(|char| char.encode_utf16(&mut [0; 2]).to_vec())
        .collect();
    pieces(&chars, UNITS_WHOLE, UNITS_PART)
}

fn pieces<T: Copy>(chars: &[Vec<T>], whole: usize, part: usize) -> Vec<Vec<T>> {
    if chars.iter().map(Vec::len).sum::<usize>() <= whole {
        return vec![chars.concat()];
    }
    let mut pieces = vec![Vec::new()];
    for char in chars {
        let last = pieces.len() - 1;
        if pieces[last].len() + char.len() > part {
            pieces.push(char.clone());
        } else {
            pieces[last].extend(char);
        }
    }
    pieces
}

/// 140 octets of user data, without and with the header of a part.
const SEPTETS_WHOLE: usize = 160;
const SEPTETS_PART: usize = 153;
const UNITS_WHOLE: usize = 70;
const UNITS_PART: usize = 67;
/// One octet counts them.
const PARTS_MAX: usize = 255;
/// TP-MMS, which is inverted.
const NO_MORE_TO_SEND: u8 = 0x04;

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, clippy::panic)]

    use super::super::pdu::{self, Pdu};
    use super::*;

    fn text_of(parts: &[Encoded]) -> String {
        let mut whole: Option<pdu::Body> = None;
        for part in parts {
            let Ok((Pdu::Submit(submit), octets)) = pdu::decode(&part.hex) else {
                panic!("{}", part.hex)
            };
            assert_eq!(octets, part.tpdu_octets);
            match &mut whole {
                Some(body) => assert!(body.join(&submit.body)),
                None => whole = Some(submit.body),
            }
        }
        whole.expect("a part").text()
    }

    #[test]
    fn the_example_of_a_known_good_message_is_written_octet_by_octet() {
        let text = "Laporan diterima, petugas menuju lokasi Bapak";
        let [one] = submit("+6281200001234", text, Options::default())
            .try_into()
            .expect("one");
        assert!(one.hex.starts_with("0001000D91261802001032F400002D"));
        assert_eq!(one.tpdu_octets, one.hex.len() / 2 - 1);
    }

    #[test]
    fn what_fits_stays_whole_and_what_does_not_is_parted() {
        assert_eq!(parts_of(&"a".repeat(160)), 1);
        assert_eq!(parts_of(&"a".repeat(161)), 2);
        assert_eq!(parts_of(&"€".repeat(80)), 1);
        assert_eq!(parts_of(&"ł".repeat(70)), 1);
        assert_eq!(parts_of(&"ł".repeat(71)), 2);
        assert_eq!(parts_of(""), 1);
    }

    #[test]
    fn pairs_are_not_torn_between_parts() {
        for text in [
            "a".repeat(152) + &"€".repeat(20),
            "x".repeat(66) + &"🔥".repeat(10),
        ] {
            let parts = submit("112", &text, Options::default());
            assert!(parts.len() > 1);
            for part in &parts {
                let Ok((Pdu::Submit(one), _)) = pdu::decode(&part.hex) else {
                    panic!()
                };
                assert!(!one.body.text().contains('\u{fffd}'));
            }
            assert_eq!(text_of(&parts), text);
        }
    }

    #[test]
    fn a_delivered_message_comes_back_with_its_sender() {
        let sent = Stamp::new(jiff::civil::date(2026, 3, 1).at(10, 45, 2, 0), 8 * 3600);
        let from = Address::of_name("BMKG");
        let [one] = deliver(
            None,
            &from,
            "Awas",
            sent,
            Options {
                flash: true,
                ..Options::default()
            },
        )
        .try_into()
        .expect("one");
        let Ok((Pdu::Deliver(read), _)) = pdu::decode(&one.hex) else {
            panic!("{}", one.hex)
        };
        assert_eq!(read.from.shown(), "BMKG");
        assert_eq!(read.body.text(), "Awas");
        assert_eq!((read.class, read.sent), (Some(0), sent));
    }

    #[test]
    fn a_report_comes_back_with_its_status() {
        let sent = Stamp::new(jiff::civil::date(2026, 3, 1).at(10, 45, 2, 0), 7 * 3600);
        let encoded = report(42, &Address::of_number("+6284000001234"), sent, sent, 0x46);
        let Ok((Pdu::Report(read), _)) = pdu::decode(&encoded.hex) else {
            panic!()
        };
        assert_eq!(read.reference, 42);
        assert_eq!(read.status, super::super::ReportStatus::Failed(0x46));
    }
}
