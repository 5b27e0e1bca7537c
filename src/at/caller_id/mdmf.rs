//! Caller id as the hexadecimal bytes of the FSK message: Bellcore MDMF and SDMF.

use super::analog::Absence;
use crate::at::text;

/// What a message told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Message {
    pub number: Option<String>,
    /// Why there is no number.
    pub absence: Option<Absence>,
    pub name: Option<String>,
    /// The checksum was wrong: whatever it told may be false.
    pub damaged: bool,
}

/// Reads the value of `MESG`: a whole message (`80 len …`, `04 len …`) or one parameter.
pub fn parse(hex: &str) -> Option<Message> {
    let bytes = text::from_hex(hex)?;
    let (&kind, &length) = (bytes.first()?, bytes.get(1)?);
    let end = 2 + usize::from(length);
    match kind {
        MDMF => Some(Message {
            damaged: !sums_to_zero(&bytes, end),
            ..parameters(bytes.get(2..end).unwrap_or(&bytes[2..]))
        }),
        SDMF if usize::from(length) > SDMF_DATE_BYTES => Some(Message {
            damaged: !sums_to_zero(&bytes, end),
            ..sdmf(bytes.get(2..end).unwrap_or(&bytes[2..]))
        }),
        _ => {
            let message = parameters(&bytes);
            (message != Message::default()).then_some(message)
        }
    }
}

/// Two's complement over the whole message; a message that stops short of it is damaged.
fn sums_to_zero(bytes: &[u8], end: usize) -> bool {
    let sum = |part: &[u8]| part.iter().fold(0_u8, |sum, &byte| sum.wrapping_add(byte));
    bytes.get(..=end).is_some_and(|whole| sum(whole) == 0)
}

fn parameters(mut rest: &[u8]) -> Message {
    let mut message = Message::default();
    while let [kind, length, tail @ ..] = rest {
        let length = usize::from(*length).min(tail.len());
        let (value, behind) = tail.split_at(length);
        let value = text::ascii(&text::from_bytes(value)).trim().to_owned();
        match *kind {
            // Time of the call: the box has its own clock.
            0x01 => {}
            0x02 | 0x03 if !value.is_empty() => {
                message.number.get_or_insert(value);
            }
            0x04 => message.absence = Absence::from_word(&value),
            0x07 if !value.is_empty() => {
                message.name.get_or_insert(value);
            }
            // 08 says why there is no name; the rest is not about the caller.
            _ => {}
        }
        rest = behind;
    }
    message
}

/// `MMDDHHMM` and then the number, or `P` or `O` in its place.
fn sdmf(value: &[u8]) -> Message {
    let number = text::ascii(&text::from_bytes(
        value.get(SDMF_DATE_BYTES..).unwrap_or_default(),
    ));
    match Absence::from_word(&number) {
        Some(absence) => Message {
            absence: Some(absence),
            ..Message::default()
        },
        None => Message {
            number: Some(number),
            ..Message::default()
        },
    }
}

const MDMF: u8 = 0x80;
const SDMF: u8 = 0x04;
const SDMF_DATE_BYTES: usize = 8;

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::*;

    /// Appends the checksum.
    fn message(kind: u8, body: &[u8]) -> String {
        let mut bytes = vec![kind, u8::try_from(body.len()).expect("short")];
        bytes.extend(body);
        let sum = bytes.iter().fold(0_u8, |sum, &byte| sum.wrapping_add(byte));
        bytes.push(sum.wrapping_neg());
        text::to_hex(&bytes)
    }

    #[test]
    fn a_whole_message_tells_number_and_name() {
        let hex = message(0x80, b"\x01\x0803011045\x02\x0a0274512345\x07\x09TOKO MAJU");
        let told = parse(&hex).expect("a message");
        assert_eq!(told.number.as_deref(), Some("0274512345"));
        assert_eq!(told.name.as_deref(), Some("TOKO MAJU"));
        assert!(!told.damaged);
    }

    #[test]
    fn a_wrong_checksum_is_not_hidden() {
        let mut hex = message(0x80, b"\x02\x0a0274512345");
        hex.replace_range(10..12, "39");
        assert!(parse(&hex).expect("a message").damaged);
    }

    #[test]
    fn one_parameter_alone_is_read_too() {
        let told = parse("030A30323734353132333435").expect("a parameter");
        assert_eq!(told.number.as_deref(), Some("0274512345"));
        assert_eq!(
            parse("040150").and_then(|m| m.absence),
            Some(Absence::Private)
        );
    }

    #[test]
    fn the_old_single_message_is_read_too() {
        let told = parse(&message(0x04, b"030110450274512345")).expect("a message");
        assert_eq!(told.number.as_deref(), Some("0274512345"));
        let told = parse(&message(0x04, b"03011045O")).expect("a message");
        assert_eq!(told.absence, Some(Absence::OutOfArea));
    }

    #[test]
    fn nonsense_tells_nothing() {
        assert_eq!(parse("xyz"), None);
        assert_eq!(parse("FF"), None);
        assert_eq!(parse("9901AA"), None);
    }
}
