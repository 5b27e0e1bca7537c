//! Addresses in PDUs (3GPP TS 23.040 9.1.2.5).

use super::gsm7;
use super::pdu::{BadPdu, Reader};

/// A telephone number, a short code or a name, with its type-of-address octet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Address {
    /// Digits without a plus sign, or the name.
    pub text: String,
    pub octet: u8,
}

impl Address {
    /// From `+62…` or any other digits.
    pub fn of_number(number: &str) -> Address {
        match number.strip_prefix('+') {
            Some(digits) => Address {
                text: digits.to_owned(),
                octet: INTERNATIONAL,
            },
            None => Address {
                text: number.to_owned(),
                octet: UNKNOWN,
            },
        }
    }

    /// A sender that is a name.
    pub fn of_name(name: &str) -> Address {
        Address {
            text: name.to_owned(),
            octet: ALPHANUMERIC,
        }
    }

    /// `+62…`, a short code, or the name.
    pub fn shown(&self) -> String {
        if self.octet & TYPE_BITS == INTERNATIONAL & TYPE_BITS && !self.text.starts_with('+') {
            return format!("+{}", self.text);
        }
        self.text.clone()
    }

    fn is_name(&self) -> bool {
        self.octet & TYPE_BITS == ALPHANUMERIC & TYPE_BITS
    }

    /// Reads length in semi-octets, type, value.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Address, BadPdu> {
        let semi_octets = usize::from(reader.octet()?);
        let octet = reader.octet()?;
        let value = reader.take(semi_octets.div_ceil(2))?;
        let mut address = Address {
            text: String::new(),
            octet,
        };
        address.text = match address.is_name() {
            true => gsm7::decode(&gsm7::unpack(value, 0, semi_octets * 4 / 7)),
            false => digits(value, semi_octets),
        };
        Ok(address)
    }

    /// Reads a service centre: length in octets, type, value.
    pub(super) fn read_centre(reader: &mut Reader<'_>) -> Result<Option<Address>, BadPdu> {
        let length = usize::from(reader.octet()?);
        if length == 0 {
            return Ok(None);
        }
        let octet = reader.octet()?;
        let value = reader.take(length - 1)?;
        Ok(Some(Address {
            text: digits(value, value.len() * 2),
            octet,
        }))
    }

    /// Writes length in semi-octets, type, value.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        if self.is_name() {
            let septets = gsm7::encode(&self.text).unwrap_or_default();
            let value = gsm7::pack(&septets[..septets.len().min(NAME_SEPTETS_MAX)], 0);
            out.push((septets.len().min(NAME_SEPTETS_MAX) * 7).div_ceil(4) as u8);
            out.push(self.octet);
            out.extend(value);
            return;
        }
        let codes: Vec<u8> = self
            .text
            .chars()
            .filter_map(code)
            .take(DIGITS_MAX)
            .collect();
        out.push(codes.len() as u8);
        out.push(self.octet);
        out.extend(semi_octets(&codes));
    }

    /// Writes a service centre.
    pub(super) fn write_centre(&self, out: &mut Vec<u8>) {
        let codes: Vec<u8> = self
            .text
            .chars()
            .filter_map(code)
            .take(DIGITS_MAX)
            .collect();
        let value = semi_octets(&codes);
        out.push(value.len() as u8 + 1);
        out.push(self.octet);
        out.extend(value);
    }
}

/// Swapped nibbles; a filler ends the number early.
fn digits(value: &[u8], count: usize) -> String {
    let nibbles = value.iter().flat_map(|octet| [octet & 0x0F, octet >> 4]);
    nibbles
        .take(count)
        .take_while(|nibble| *nibble != FILLER)
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}

fn semi_octets(codes: &[u8]) -> Vec<u8> {
    codes
        .chunks(2)
        .map(|pair| pair.get(1).copied().unwrap_or(FILLER) << 4 | pair[0])
        .collect()
}

fn code(char: char) -> Option<u8> {
    DIGITS
        .iter()
        .position(|d| char::from(*d) == char)
        .map(|code| code as u8)
}

/// 3GPP TS 23.040 9.1.2.3 with the extra digits of 24.008 10.5.4.7; the last is the filler.
const DIGITS: &[u8; 16] = b"0123456789*#abc?";
const FILLER: u8 = 0x0F;
const TYPE_BITS: u8 = 0x70;
const UNKNOWN: u8 = 0x81;
const INTERNATIONAL: u8 = 0x91;
const ALPHANUMERIC: u8 = 0xD0;
/// 3GPP TS 23.040 9.1.2.5: at most 20 semi-octets of value.
const DIGITS_MAX: usize = 20;
const NAME_SEPTETS_MAX: usize = 11;
