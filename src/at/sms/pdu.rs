//! PDUs as the modem hands them out (3GPP TS 23.040 9.2): service centre, then the TPDU.

use super::address::Address;
use super::time::Stamp;
use super::{ReportStatus, gsm7};
use crate::at::text;

/// A PDU that could be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pdu {
    Deliver(Deliver),
    Report(Report),
    /// Our own message, as it lies in a store or goes out.
    Submit(Submit),
}

/// A message for us.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deliver {
    pub from: Address,
    pub sent: Stamp,
    pub class: Option<u8>,
    pub header: Header,
    pub body: Body,
}

/// What became of a message of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    pub reference: u8,
    pub to: Address,
    pub sent: Stamp,
    pub done: Stamp,
    pub status: ReportStatus,
}

/// A message from us.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Submit {
    pub to: Address,
    pub class: Option<u8>,
    pub report_wanted: bool,
    pub header: Header,
    pub body: Body,
}

/// What the user data header told that matters to us.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Header {
    pub concat: Option<Concat>,
    /// Application port, destination.
    pub port: Option<u16>,
}

/// One part of a long message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Concat {
    pub reference: u16,
    /// 1-based.
    pub seq: u8,
    pub of: u8,
    /// The reference has 16 bits: another space of numbers than 8 bits.
    pub wide: bool,
}

/// User data without its header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// Septets: kept as such so that parts can be joined before they are read.
    Gsm7(Vec<u8>),
    /// UTF-16 units, for the same reason.
    Ucs2(Vec<u16>),
    Data(Vec<u8>),
}

impl Body {
    /// For people. Data that is not printable text comes as hex.
    pub fn text(&self) -> String {
        match self {
            Body::Gsm7(septets) => gsm7::decode(septets),
            Body::Ucs2(units) => String::from_utf16_lossy(units),
            Body::Data(octets) => match printable(octets) {
                Some(text) => text,
                None => text::to_hex(octets),
            },
        }
    }

    /// Appends another part of the same message, if it is of the same kind.
    pub fn join(&mut self, other: &Body) -> bool {
        match (self, other) {
            (Body::Gsm7(all), Body::Gsm7(more)) => all.extend(more),
            (Body::Ucs2(all), Body::Ucs2(more)) => all.extend(more),
            (Body::Data(all), Body::Data(more)) => all.extend(more),
            _ => return false,
        }
        true
    }
}

fn printable(octets: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(octets).ok()?;
    let is_text = !text.is_empty() && text.chars().all(|c| !c.is_control() || c == '\n');
    is_text.then(|| text.to_owned())
}

/// Not a PDU we can read; `at` is the octet where it stopped making sense.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("PDU tidak terbaca pada oktet {at}")]
pub struct BadPdu {
    pub at: usize,
}

/// Reads a line of hex as modems give it, and how many octets its TPDU has.
pub fn decode(hex: &str) -> Result<(Pdu, usize), BadPdu> {
    let octets = text::from_hex(hex).ok_or(BadPdu { at: 0 })?;
    let mut reader = Reader {
        octets: &octets,
        at: 0,
    };
    Address::read_centre(&mut reader)?;
    let tpdu_octets = octets.len() - reader.at;
    let first = reader.octet()?;
    let pdu = match first & MESSAGE_TYPE {
        DELIVER => Pdu::Deliver(deliver(&mut reader, first)?),
        SUBMIT => Pdu::Submit(submit(&mut reader, first)?),
        REPORT => Pdu::Report(report(&mut reader)?),
        _ => return Err(BadPdu { at: reader.at }),
    };
    Ok((pdu, tpdu_octets))
}

fn deliver(reader: &mut Reader<'_>, first: u8) -> Result<Deliver, BadPdu> {
    let from = Address::read(reader)?;
    let _protocol = reader.octet()?;
    let scheme = Scheme::from_octet(reader.octet()?);
    let sent = Stamp::read(reader)?;
    let (header, body) = user_data(reader, first, scheme.alphabet)?;
    Ok(Deliver {
        from,
        sent,
        class: scheme.class,
        header,
        body,
    })
}

fn submit(reader: &mut Reader<'_>, first: u8) -> Result<Submit, BadPdu> {
    let _reference = reader.octet()?;
    let to = Address::read(reader)?;
    let _protocol = reader.octet()?;
    let scheme = Scheme::from_octet(reader.octet()?);
    let validity_octets = match first & VALIDITY_FORMAT {
        0x00 => 0,
        0x10 => 1,
        _ => 7,
    };
    reader.take(validity_octets)?;
    let (header, body) = user_data(reader, first, scheme.alphabet)?;
    let report_wanted = first & REPORT_WANTED != 0;
    Ok(Submit {
        to,
        class: scheme.class,
        report_wanted,
        header,
        body,
    })
}

fn report(reader: &mut Reader<'_>) -> Result<Report, BadPdu> {
    Ok(Report {
        reference: reader.octet()?,
        to: Address::read(reader)?,
        sent: Stamp::read(reader)?,
        done: Stamp::read(reader)?,
        status: ReportStatus::from_octet(reader.octet()?),
    })
}

#[derive(Clone, Copy)]
enum Alphabet {
    Gsm7,
    Data,
    Ucs2,
}

/// TP-DCS (3GPP TS 23.038 4).
struct Scheme {
    alphabet: Alphabet,
    class: Option<u8>,
}

impl Scheme {
    fn from_octet(octet: u8) -> Scheme {
        let class = Some(octet & 0x03);
        match octet >> 4 {
            // 00xx, 01xx (to be deleted when read): bit 4 says that there is a class.
            0x0..=0x7 => Scheme {
                alphabet: match octet & 0x0C {
                    0x04 => Alphabet::Data,
                    0x08 => Alphabet::Ucs2,
                    _ => Alphabet::Gsm7,
                },
                class: if octet & 0x10 != 0 { class } else { None },
            },
            // Message waiting, store, UCS-2.
            0xE => Scheme {
                alphabet: Alphabet::Ucs2,
                class: None,
            },
            0xF => Scheme {
                alphabet: if octet & 0x04 != 0 {
                    Alphabet::Data
                } else {
                    Alphabet::Gsm7
                },
                class,
            },
            // Message waiting; the rest is reserved and read as the default alphabet.
            _ => Scheme {
                alphabet: Alphabet::Gsm7,
                class: None,
            },
        }
    }
}

/// Length, header if the first octet says so, and the rest. A body shorter than its declared
/// length is read as far as it goes: half a cry for help is better than none.
fn user_data(
    reader: &mut Reader<'_>,
    first: u8,
    alphabet: Alphabet,
) -> Result<(Header, Body), BadPdu> {
    let length = usize::from(reader.octet()?);
    let data = reader.rest();
    let (header, header_octets) = match first & HAS_HEADER {
        0 => (Header::default(), 0),
        _ => header(data),
    };
    let body = data.get(header_octets..).unwrap_or_default();
    let body = match alphabet {
        Alphabet::Gsm7 => {
            let header_septets = (header_octets * 8).div_ceil(7);
            let fill = header_septets * 7 - header_octets * 8;
            Body::Gsm7(gsm7::unpack(
                body,
                fill,
                length.saturating_sub(header_septets),
            ))
        }
        Alphabet::Ucs2 => {
            let octets = &body[..body.len().min(length.saturating_sub(header_octets))];
            let pairs = octets.chunks_exact(2);
            Body::Ucs2(
                pairs
                    .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                    .collect(),
            )
        }
        Alphabet::Data => {
            let octets = &body[..body.len().min(length.saturating_sub(header_octets))];
            Body::Data(octets.to_vec())
        }
    };
    Ok((header, body))
}

/// Elements in any order and combination; unknown ones are skipped.
fn header(data: &[u8]) -> (Header, usize) {
    let length = data.first().map_or(0, |l| usize::from(*l));
    let mut rest = data.get(1..).unwrap_or_default();
    rest = &rest[..rest.len().min(length)];
    let mut header = Header::default();
    while let [element, length, tail @ ..] = rest {
        let length = usize::from(*length).min(tail.len());
        let (value, behind) = tail.split_at(length);
        match (*element, value) {
            (0x00, [reference, of, seq]) => {
                header.concat = concat(u16::from(*reference), *seq, *of, false);
            }
            (0x08, [high, low, of, seq]) => {
                header.concat = concat(u16::from_be_bytes([*high, *low]), *seq, *of, true);
            }
            (0x04, [to, _from]) => header.port = Some(u16::from(*to)),
            (0x05, [high, low, _, _]) => header.port = Some(u16::from_be_bytes([*high, *low])),
            _ => {}
        }
        rest = behind;
    }
    (header, (1 + length).min(data.len()))
}

/// Numbers that contradict themselves make it a whole message (23.040 9.2.3.24.1).
fn concat(reference: u16, seq: u8, of: u8, wide: bool) -> Option<Concat> {
    let makes_sense = of > 1 && (1..=of).contains(&seq);
    makes_sense.then_some(Concat {
        reference,
        seq,
        of,
        wide,
    })
}

/// Octets, one after the other.
pub(super) struct Reader<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn octet(&mut self) -> Result<u8, BadPdu> {
        let octet = self
            .octets
            .get(self.at)
            .copied()
            .ok_or(BadPdu { at: self.at })?;
        self.at += 1;
        Ok(octet)
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], BadPdu> {
        let taken = self
            .octets
            .get(self.at..self.at + count)
            .ok_or(BadPdu { at: self.at })?;
        self.at += count;
        Ok(taken)
    }

    fn rest(&mut self) -> &'a [u8] {
        let rest = self.octets.get(self.at..).unwrap_or_default();
        self.at = self.octets.len();
        rest
    }
}

pub(super) const MESSAGE_TYPE: u8 = 0x03;
pub(super) const DELIVER: u8 = 0x00;
pub(super) const SUBMIT: u8 = 0x01;
pub(super) const REPORT: u8 = 0x02;
/// TP-SRR.
pub(super) const REPORT_WANTED: u8 = 0x20;
/// TP-UDHI.
pub(super) const HAS_HEADER: u8 = 0x40;
const VALIDITY_FORMAT: u8 = 0x18;

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]

    use super::*;

    fn deliver(hex: &str) -> Deliver {
        match decode(hex) {
            Ok((Pdu::Deliver(deliver), _)) => deliver,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_plain_message_is_read() {
        let hex = "06912618010000040D91261802001032F400006220823251008213D0F73C3D4F83C461B73A2D\
                   0749A920D80C";
        let message = deliver(hex);
        assert_eq!(message.from.shown(), "+6281200001234");
        assert_eq!(message.body.text(), "Posisi banjir RT 03");
        assert_eq!(
            message.sent.rfc3339().as_deref(),
            Some("2026-02-28T23:15:00+07:00")
        );
        assert_eq!(message.class, None);
        assert_eq!(decode(hex).map(|(_, octets)| octets), Ok(37));
    }

    #[test]
    fn a_flash_message_has_class_zero_in_every_form() {
        for scheme in [0x10, 0x18, 0xF0, 0x50] {
            assert_eq!(Scheme::from_octet(scheme).class, Some(0), "{scheme:#x}");
        }
        assert_eq!(Scheme::from_octet(0x00).class, None);
    }

    #[test]
    fn ports_and_parts_share_a_header() {
        let data = [11, 0x05, 4, 0x27, 0x10, 0, 0, 0x00, 3, 90, 2, 1, 0xAA];
        let (header, octets) = header(&data);
        assert_eq!(header.port, Some(10000));
        let concat = Concat {
            reference: 90,
            seq: 1,
            of: 2,
            wide: false,
        };
        assert_eq!(header.concat, Some(concat));
        assert_eq!(octets, 12);
    }

    #[test]
    fn part_numbers_that_contradict_themselves_make_a_whole_message() {
        assert_eq!(concat(1, 0, 2, false), None);
        assert_eq!(concat(1, 3, 2, false), None);
        assert_eq!(concat(1, 1, 1, false), None);
    }

    #[test]
    fn a_message_cut_short_is_read_as_far_as_it_goes() {
        let message = deliver("00040D91261802001032F400006220823251008213D0F73C3D4F");
        assert_eq!(message.body.text(), "Posis");
    }

    #[test]
    fn what_is_not_a_pdu_is_refused() {
        for hex in ["", "0", "zz", "00", "0004", "0691261801", "0003FF"] {
            assert!(decode(hex).is_err(), "{hex}");
        }
    }
}
