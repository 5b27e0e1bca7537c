//! The network's half of a text message: DELIVER and STATUS-REPORT out, SUBMIT in; and what text
//! mode shows of them. The octets are `at::sms`'s business.

use jiff::Zoned;

use crate::at::sms::encode::{self, Options};
use crate::at::sms::pdu::{Body, Concat, Pdu, decode};
use crate::at::sms::{Address, Stamp};

/// A message as the host submitted it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Submit {
    pub to: String,
    pub body: Body,
    pub part: Option<Concat>,
    pub wants_report: bool,
}

/// A message as text mode shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    pub peer: String,
    pub text: String,
    /// `26/03/01,11:45:00+32`.
    pub time: String,
}

/// The parts a message arrives in, each with its service-centre octets.
pub fn deliver(from: &str, text: &str, at: &Zoned, reference: u8) -> Vec<Vec<u8>> {
    let digits = from.strip_prefix('+').unwrap_or(from);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let from = match is_number {
        true => Address::of_number(from),
        false => Address::of_name(&from.chars().take(NAME_CHARS_MAX).collect::<String>()),
    };
    let centre = Address::of_number(CENTRE);
    let options = Options {
        reference,
        ..Options::default()
    };
    let parts = encode::deliver(Some(&centre), &from, text, stamp(at), options);
    parts.iter().map(|part| octets(&part.hex)).collect()
}

/// A STATUS-REPORT with its service-centre octets.
pub fn status_report(mr: u8, to: &str, sent: &Zoned, done: &Zoned, status: u8) -> Vec<u8> {
    let to = Address::of_number(to);
    octets(&encode::report(mr, &to, stamp(sent), stamp(done), status).hex)
}

/// A SUBMIT. `None` if it is not one.
pub fn submit(pdu: &[u8]) -> Option<Submit> {
    match read(pdu)? {
        Pdu::Submit(read) => Some(Submit {
            to: read.to.shown(),
            body: read.body,
            part: read.header.concat,
            wants_report: read.report_wanted,
        }),
        Pdu::Deliver(_) | Pdu::Report(_) => None,
    }
}

/// A DELIVER for text mode.
pub fn shown(pdu: &[u8]) -> Option<Shown> {
    match read(pdu)? {
        Pdu::Deliver(read) => Some(Shown {
            peer: read.from.shown(),
            text: read.body.text(),
            time: read
                .sent
                .rfc3339()
                .and_then(|t| text_mode_time(&t))
                .unwrap_or_default(),
        }),
        Pdu::Submit(_) | Pdu::Report(_) => None,
    }
}

/// Whether it is a report about a message of the host.
pub fn is_report(pdu: &[u8]) -> bool {
    let first = pdu.get(centre_octets(pdu)).copied();
    first.is_some_and(|first| first & 0x03 == 0x02)
}

/// Whether it is to be shown at once and not stored (class 0).
pub fn is_flash(pdu: &[u8]) -> bool {
    matches!(read(pdu), Some(Pdu::Deliver(read)) if read.class == Some(0))
}

/// Octets of a PDU without its service centre: what `+CMGS`, `+CMGR` and `+CMT` count.
pub fn tpdu_octets(pdu: &[u8]) -> usize {
    pdu.len().saturating_sub(centre_octets(pdu))
}

fn centre_octets(pdu: &[u8]) -> usize {
    pdu.first().map_or(0, |&n| usize::from(n) + 1)
}

fn read(pdu: &[u8]) -> Option<Pdu> {
    let hex = data_encoding::HEXUPPER.encode(pdu);
    decode(&hex).ok().map(|(pdu, _)| pdu)
}

fn octets(hex: &str) -> Vec<u8> {
    data_encoding::HEXUPPER_PERMISSIVE
        .decode(hex.as_bytes())
        .unwrap_or_default()
}

fn stamp(at: &Zoned) -> Stamp {
    Stamp::new(at.datetime(), at.offset().seconds())
}

/// `2026-03-01T11:45:00+08:00` as `26/03/01,11:45:00+32`.
fn text_mode_time(rfc3339: &str) -> Option<String> {
    let (date, clock) = (rfc3339.get(2..10)?, rfc3339.get(11..19)?);
    let (sign, hours, minutes) = (
        rfc3339.get(19..20)?,
        rfc3339.get(20..22)?,
        rfc3339.get(23..25)?,
    );
    let quarters = hours.parse::<u8>().ok()? * 4 + minutes.parse::<u8>().ok()? / 15;
    Some(format!(
        "{},{clock}{sign}{quarters:02}",
        date.replace('-', "/")
    ))
}

const CENTRE: &str = "+6284000000";
/// A sender's name has at most 20 semi-octets (23.040 9.1.2.5).
const NAME_CHARS_MAX: usize = 11;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::network::local;
    use super::*;
    use crate::base::time::Wall;

    #[test]
    fn a_recorded_delivery_is_shown_as_it_was_written() {
        // at-transcripts.json HW-17, counted there as 37 octets.
        let pdu = octets(
            "06912618010000040D91261802001032F400006220823251008213D0F73C3D4F83C461B73A2D0749A920D80C",
        );
        let shown = shown(&pdu).unwrap();
        assert_eq!(shown.peer, "+6281200001234");
        assert_eq!(shown.time, "26/02/28,23:15:00+28");
        assert_eq!((tpdu_octets(&pdu), is_report(&pdu)), (37, false));
    }

    #[test]
    fn a_message_and_its_sender_arrive_as_they_left() {
        let at = local(Wall(1_772_336_700_000));
        for from in ["+6284001010014", "084001010014", "BMKG"] {
            let parts = deliver(from, "gempa 🔥", &at, 1);
            let shown = shown(&parts[0]).unwrap();
            assert_eq!(
                (shown.peer.as_str(), shown.text.as_str()),
                (from, "gempa 🔥")
            );
            assert_eq!(shown.time, "26/03/01,11:45:00+32");
        }
        assert!(is_report(&status_report(7, "+6284001010014", &at, &at, 0)));
    }
}
