//! The network's half of a text message: DELIVER and STATUS-REPORT out, SUBMIT in
//! (3GPP TS 23.040 9.2), and the text mode of 27.005.

use jiff::Zoned;

/// A message as the host submitted it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Submit {
    pub to: String,
    pub text: String,
    /// Reference, position and number of parts of a long message.
    pub part: Option<(u16, u8, u8)>,
    pub wants_report: bool,
}

/// A message as text mode shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    pub peer: String,
    pub text: String,
    /// `26/03/01,11:45:00+32`; empty for our own.
    pub time: String,
}

/// The parts a message arrives in, each with its service-centre octets.
pub fn deliver(from: &str, text: &str, at: &Zoned, reference: u8) -> Vec<Vec<u8>> {
    let septets = encode_septets(text);
    let limit = if septets.is_some() {
        (160, 153)
    } else {
        (70, 67)
    };
    let units = septets.unwrap_or_else(|| text.encode_utf16().collect::<Vec<u16>>());
    let gsm = limit.0 == 160;
    let chunks = chunks(&units, limit.0, limit.1, gsm);
    let of = chunks.len() as u8;
    let mut parts = Vec::with_capacity(chunks.len());
    for (nth, chunk) in chunks.iter().enumerate() {
        let header = if of > 1 {
            vec![5, 0, 3, reference, of, nth as u8 + 1]
        } else {
            Vec::new()
        };
        // More messages to send: no; user data header if long.
        let first = if of > 1 { 0x44 } else { 0x04 };
        let mut pdu = service_centre();
        pdu.push(first);
        pdu.extend(address(from));
        pdu.extend([0, if gsm { 0 } else { 8 }]);
        pdu.extend(stamp(at));
        let (length, data) = user_data(&header, chunk, gsm);
        pdu.push(length);
        pdu.extend(data);
        parts.push(pdu);
    }
    parts
}

/// A STATUS-REPORT with its service-centre octets.
pub fn status_report(mr: u8, to: &str, sent: &Zoned, done: &Zoned, status: u8) -> Vec<u8> {
    let mut pdu = service_centre();
    pdu.extend([0x06, mr]);
    pdu.extend(address(to));
    pdu.extend(stamp(sent));
    pdu.extend(stamp(done));
    pdu.push(status);
    pdu
}

/// A SUBMIT with its service-centre octets. `None` if it is not one.
pub fn submit(pdu: &[u8]) -> Option<Submit> {
    let mut octets = Octets::new(pdu);
    octets.skip_service_centre()?;
    let first = octets.next()?;
    if first & 0x03 != 0x01 {
        return None;
    }
    octets.next()?;
    let to = octets.address()?;
    octets.next()?;
    let coding = octets.next()?;
    let validity = match first & 0x18 {
        0 => 0,
        0x10 => 1,
        _ => 7,
    };
    octets.take(validity)?;
    let (text, part) = octets.user_data(coding, first & 0x40 != 0)?;
    Some(Submit {
        to,
        text,
        part,
        wants_report: first & 0x20 != 0,
    })
}

/// A DELIVER for text mode.
pub fn shown(pdu: &[u8]) -> Option<Shown> {
    let mut octets = Octets::new(pdu);
    octets.skip_service_centre()?;
    let first = octets.next()?;
    if first & 0x03 != 0x00 {
        return None;
    }
    let peer = octets.address()?;
    octets.next()?;
    let coding = octets.next()?;
    let time = octets.take(7)?;
    let digits: Vec<u8> = time.iter().map(|b| (b & 0x0F) * 10 + (b >> 4)).collect();
    let zone = time[6];
    let quarters = (zone & 0x07) * 10 + (zone >> 4);
    let sign = if zone & 0x08 == 0 { '+' } else { '-' };
    let (text, _) = octets.user_data(coding, first & 0x40 != 0)?;
    Some(Shown {
        peer,
        text,
        time: format!(
            "{:02}/{:02}/{:02},{:02}:{:02}:{:02}{sign}{quarters:02}",
            digits[0], digits[1], digits[2], digits[3], digits[4], digits[5]
        ),
    })
}

/// Octets of a PDU without its service centre: what `+CMGS`, `+CMGR` and `+CMT` count.
pub fn tpdu_octets(pdu: &[u8]) -> usize {
    let centre = pdu.first().map_or(0, |&n| usize::from(n) + 1);
    pdu.len().saturating_sub(centre)
}

/// The first octet behind the service centre: message type, header indicator, ….
pub fn tpdu_first(pdu: &[u8]) -> u8 {
    let centre = pdu.first().map_or(0, |&n| usize::from(n) + 1);
    pdu.get(centre).copied().unwrap_or(0)
}

/// Message class of a DELIVER, if it has one.
pub fn class(pdu: &[u8]) -> Option<u8> {
    let mut octets = Octets::new(pdu);
    octets.skip_service_centre()?;
    octets.next()?;
    octets.address()?;
    octets.next()?;
    let coding = octets.next()?;
    let has_class = matches!(coding, 0x10..=0x1F | 0x30..=0x3F | 0xF0..=0xFF);
    has_class.then_some(coding & 0x03)
}

fn service_centre() -> Vec<u8> {
    // +6284000000
    vec![0x06, 0x91, 0x26, 0x48, 0x00, 0x00, 0x00]
}

fn address(number: &str) -> Vec<u8> {
    let digits = number.strip_prefix('+').unwrap_or(number);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return alphanumeric(number);
    }
    let kind = if number.starts_with('+') { 0x91 } else { 0x81 };
    let mut octets = vec![digits.len() as u8, kind];
    for pair in digits.as_bytes().chunks(2) {
        let low = pair[0] - b'0';
        let high = pair.get(1).map_or(0x0F, |b| b - b'0');
        octets.push(high << 4 | low);
    }
    octets
}

/// A sender with a name; at most 11 characters.
fn alphanumeric(name: &str) -> Vec<u8> {
    let short: String = name.chars().take(11).collect();
    let septets = encode_septets(&short).unwrap_or_else(|| vec![0x3F; short.chars().count()]);
    let packed = pack(&septets, 0);
    let semi_octets = (septets.len() * 7).div_ceil(4) as u8;
    let mut octets = vec![semi_octets, 0xD0];
    octets.extend(packed);
    octets
}

fn stamp(at: &Zoned) -> [u8; 7] {
    let bcd = |n: i64| {
        let n = n.unsigned_abs() as u8;
        (n % 10) << 4 | n / 10
    };
    let quarters = at.offset().seconds() / 900;
    let sign = if quarters < 0 { 0x08 } else { 0 };
    [
        bcd(i64::from(at.year()) % 100),
        bcd(i64::from(at.month())),
        bcd(i64::from(at.day())),
        bcd(i64::from(at.hour())),
        bcd(i64::from(at.minute())),
        bcd(i64::from(at.second())),
        bcd(i64::from(quarters)) | sign,
    ]
}

/// Splits so that neither an escaped character nor a surrogate pair is torn.
fn chunks(units: &[u16], single: usize, part: usize, gsm: bool) -> Vec<Vec<u16>> {
    if units.len() <= single {
        return vec![units.to_vec()];
    }
    let mut rest = units;
    let mut parts = Vec::new();
    while rest.len() > part {
        let last = rest[part - 1];
        let torn = if gsm {
            last == ESCAPE
        } else {
            (0xD800..0xDC00).contains(&last)
        };
        let (head, tail) = rest.split_at(if torn { part - 1 } else { part });
        parts.push(head.to_vec());
        rest = tail;
    }
    parts.push(rest.to_vec());
    parts
}

/// TP-UDL and TP-UD.
fn user_data(header: &[u8], units: &[u16], gsm: bool) -> (u8, Vec<u8>) {
    let mut data = header.to_vec();
    if gsm {
        let header_septets = (header.len() * 8).div_ceil(7);
        let fill = header_septets * 7 - header.len() * 8;
        data.extend(pack(units, fill));
        return ((header_septets + units.len()) as u8, data);
    }
    data.extend(units.iter().flat_map(|unit| unit.to_be_bytes()));
    (data.len() as u8, data)
}

fn pack(septets: &[u16], fill_bits: usize) -> Vec<u8> {
    let mut octets = vec![0_u8; (fill_bits + septets.len() * 7).div_ceil(8)];
    for (nth, &septet) in septets.iter().enumerate() {
        let at = fill_bits + nth * 7;
        let wide = (septet & 0x7F) << (at % 8);
        octets[at / 8] |= wide as u8;
        if wide > 0xFF {
            octets[at / 8 + 1] |= (wide >> 8) as u8;
        }
    }
    octets
}

fn unpack(octets: &[u8], fill_bits: usize, count: usize) -> Vec<u8> {
    (0..count)
        .map_while(|nth| {
            let at = fill_bits + nth * 7;
            let low = u16::from(*octets.get(at / 8)?);
            let high = u16::from(octets.get(at / 8 + 1).copied().unwrap_or(0));
            Some(((high << 8 | low) >> (at % 8)) as u8 & 0x7F)
        })
        .collect()
}

/// `None` if a character is not in the default alphabet or its extension.
fn encode_septets(text: &str) -> Option<Vec<u16>> {
    let mut septets = Vec::with_capacity(text.len());
    for c in text.chars() {
        if let Some(at) = ALPHABET
            .chars()
            .position(|known| known == c && c != '\u{1B}')
        {
            septets.push(at as u16);
            continue;
        }
        let (_, code) = EXTENSION.iter().find(|(known, _)| *known == c)?;
        septets.extend([ESCAPE, *code]);
    }
    Some(septets)
}

fn decode_septets(septets: &[u8]) -> String {
    let mut text = String::with_capacity(septets.len());
    let mut escaped = false;
    for &septet in septets {
        if escaped {
            escaped = false;
            let found = EXTENSION
                .iter()
                .find(|(_, code)| *code == u16::from(septet));
            text.push(found.map_or(' ', |(c, _)| *c));
        } else if u16::from(septet) == ESCAPE {
            escaped = true;
        } else {
            text.push(ALPHABET.chars().nth(usize::from(septet)).unwrap_or('?'));
        }
    }
    text
}

struct Octets<'a> {
    rest: &'a [u8],
}

impl<'a> Octets<'a> {
    fn new(rest: &'a [u8]) -> Octets<'a> {
        Octets { rest }
    }

    fn next(&mut self) -> Option<u8> {
        self.take(1).map(|one| one[0])
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.rest.split_at_checked(count)?;
        self.rest = tail;
        Some(head)
    }

    fn skip_service_centre(&mut self) -> Option<()> {
        let length = self.next()?;
        self.take(usize::from(length)).map(|_| ())
    }

    fn address(&mut self) -> Option<String> {
        let digits = usize::from(self.next()?);
        let kind = self.next()?;
        let octets = self.take(digits.div_ceil(2))?;
        if kind & 0x70 == 0x50 {
            return Some(decode_septets(&unpack(octets, 0, digits * 4 / 7)));
        }
        let mut number = String::from(if kind & 0x70 == 0x10 { "+" } else { "" });
        let nibbles = octets.iter().flat_map(|b| [b & 0x0F, b >> 4]);
        for nibble in nibbles.take(digits) {
            number.push(char::from(b"0123456789*#abc?"[usize::from(nibble)]));
        }
        Some(number)
    }

    fn user_data(
        &mut self,
        coding: u8,
        has_header: bool,
    ) -> Option<(String, Option<(u16, u8, u8)>)> {
        let length = usize::from(self.next()?);
        let data = self.rest;
        let header_octets = match has_header {
            true => usize::from(*data.first()?) + 1,
            false => 0,
        };
        let part = data.get(1..header_octets).and_then(concatenation);
        let text = match alphabet(coding) {
            Alphabet::Default => {
                let header_septets = (header_octets * 8).div_ceil(7);
                let fill = header_septets * 7 - header_octets * 8;
                let body = data.get(header_octets..)?;
                let count = length.checked_sub(header_septets)?;
                let septets = unpack(body, fill, count);
                if septets.len() < count {
                    return None;
                }
                decode_septets(&septets)
            }
            Alphabet::Ucs2 => {
                let body = data.get(header_octets..length)?;
                let units: Vec<u16> = body
                    .chunks_exact(2)
                    .map(|b| u16::from_be_bytes([b[0], b[1]]))
                    .collect();
                String::from_utf16_lossy(&units)
            }
            Alphabet::Data => data_encoding::HEXUPPER.encode(data.get(header_octets..length)?),
        };
        Some((text, part))
    }
}

enum Alphabet {
    Default,
    Data,
    Ucs2,
}

/// 3GPP TS 23.038 4.
fn alphabet(coding: u8) -> Alphabet {
    let bits = match coding {
        0x00..=0x3F | 0xF0..=0xFF => (coding >> 2) & 0x03,
        0xE0..=0xEF => 2,
        _ => 0,
    };
    match bits {
        1 => Alphabet::Data,
        2 => Alphabet::Ucs2,
        _ => Alphabet::Default,
    }
}

fn concatenation(mut header: &[u8]) -> Option<(u16, u8, u8)> {
    while let [id, length, rest @ ..] = header {
        let (value, after) = rest.split_at_checked(usize::from(*length))?;
        match (id, value) {
            (0, &[reference, of, nth]) => return Some((u16::from(reference), nth, of)),
            (8, &[high, low, of, nth]) => return Some((u16::from_be_bytes([high, low]), nth, of)),
            _ => header = after,
        }
    }
    None
}

const ESCAPE: u16 = 0x1B;

/// 3GPP TS 23.038 6.2.1.
const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1B}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

const EXTENSION: &[(char, u16)] = &[
    ('\u{0C}', 0x0A),
    ('^', 0x14),
    ('{', 0x28),
    ('}', 0x29),
    ('\\', 0x2F),
    ('[', 0x3C),
    ('~', 0x3D),
    (']', 0x3E),
    ('|', 0x40),
    ('€', 0x65),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::network::local;
    use super::*;
    use crate::base::time::Wall;

    fn hex(text: &str) -> Vec<u8> {
        data_encoding::HEXUPPER.decode(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_recorded_delivery_is_read_as_it_was_written() {
        // at-transcripts.json HW-17.
        let pdu = hex(
            "06912618010000040D91261802001032F400006220823251008213D0F73C3D4F83C461B73A2D0749A920D80C",
        );
        let shown = shown(&pdu).unwrap();
        assert_eq!(shown.peer, "+6281200001234");
        assert_eq!(shown.time, "26/02/28,23:15:00+28");
        assert_eq!(tpdu_octets(&pdu), 37);
    }

    #[test]
    fn a_recorded_submission_is_read_as_it_was_written() {
        // at-transcripts.json GN-05, counted there as 54 octets.
        let pdu = hex(
            "0001000D91261802001032F400002DCC30FC2D0FBB414137390C22A7E96579BA1D6681E0657AFD1C9E83DA65775D5D07B1DFEBF03CED02",
        );
        let read = submit(&pdu).unwrap();
        assert_eq!(read.to, "+6281200001234");
        assert!(read.text.starts_with("Laporan Anda "), "{}", read.text);
        assert_eq!(tpdu_octets(&pdu), 54);
        assert_eq!(submit(&pdu[..20]), None);
    }

    #[test]
    fn what_is_delivered_reads_back() {
        let at = local(Wall(1_772_336_700_000));
        for text in [
            "api di pasar",
            "{rumah} €5 [a]^~|\\",
            "kebakaran 🔥 di desa",
            "",
        ] {
            let parts = deliver("+6284001010014", text, &at, 1);
            assert_eq!(parts.len(), 1);
            let shown = shown(&parts[0]).unwrap();
            assert_eq!(
                (shown.peer.as_str(), shown.text.as_str()),
                ("+6284001010014", text)
            );
            assert_eq!(shown.time, "26/03/01,11:45:00+32");
        }
    }

    #[test]
    fn long_messages_come_in_parts_that_tear_no_character() {
        let at = local(Wall(1_772_336_700_000));
        for text in ["[".repeat(200), "🔥".repeat(80), "a".repeat(161)] {
            let parts = deliver("112", &text, &at, 9);
            assert!(parts.len() > 1);
            let whole: String = parts.iter().map(|p| shown(p).unwrap().text).collect();
            assert_eq!(whole, text);
        }
    }

    #[test]
    fn a_sender_may_be_a_name() {
        let at = local(Wall(1_772_336_700_000));
        let parts = deliver("BMKG", "gempa", &at, 1);
        assert_eq!(shown(&parts[0]).unwrap().peer, "BMKG");
    }
}
