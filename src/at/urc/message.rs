//! Lines about text messages and USSD (hardware.md 4.1).

use super::Urc;
use crate::at::sms::gsm7;
use crate::at::text::{self, Field, fields};

pub(super) fn labelled(label: &str, rest: &str) -> Option<Urc> {
    let urc = match label {
        "+CMTI" => {
            let (mem, index) = slot(rest);
            Urc::SmsStored { mem, index }
        }
        "+CDSI" => {
            let (mem, index) = slot(rest);
            Urc::ReportStored { mem, index }
        }
        // `[alpha],len`; text mode has quoted fields and a time.
        "+CMT" => Urc::SmsFollows {
            octets: last_number(rest),
        },
        // `len`, or `,len` on ZTE.
        "+CDS" => Urc::ReportFollows {
            octets: last_number(rest),
        },
        "^SMMEMFULL" => Urc::SmsFull {
            mem: memory(rest, 0),
        },
        "+CIEV" if names_full_store(rest) => Urc::SmsFull {
            mem: memory(rest, 2),
        },
        "+QIND" if rest.starts_with("\"smsfull\"") => Urc::SmsFull {
            mem: memory(rest, 1),
        },
        "+CUSD" => ussd(rest)?,
        _ => return None,
    };
    Some(urc)
}

/// `"ME",7`; `"SM",-1` and `,2` were seen too. Without a usable memory and index: list them all.
fn slot(rest: &str) -> (String, Option<u16>) {
    let fields = fields(rest);
    let mem = fields
        .first()
        .map(|f| text::ascii(f.text))
        .unwrap_or_default();
    let index = fields.get(1).and_then(Field::number);
    (mem.clone(), index.filter(|_| !mem.is_empty()))
}

fn memory(rest: &str, index: usize) -> String {
    fields(rest)
        .get(index)
        .map(|f| text::ascii(f.text))
        .unwrap_or_default()
}

/// `+CIEV: "SMSFULL",1[,mem]`: by name only, because the numbers differ per modem.
fn names_full_store(rest: &str) -> bool {
    let fields = fields(rest);
    let name = fields.first().map(|f| f.text).unwrap_or_default();
    name.eq_ignore_ascii_case("smsfull") && fields.get(1).is_none_or(|f| f.text != "0")
}

fn last_number(rest: &str) -> Option<u32> {
    fields(rest)
        .last()
        .filter(|f| !f.quoted)
        .and_then(Field::number)
}

fn ussd(rest: &str) -> Option<Urc> {
    let fields = fields(rest);
    let status = fields.first()?.number()?;
    let raw = fields.get(1).map(|f| f.text).unwrap_or_default();
    let scheme = fields.get(2).and_then(Field::number).unwrap_or(GSM7);
    Some(Urc::Ussd {
        status,
        text: ussd_text(raw, scheme),
    })
}

/// Some modems give the text, some its UCS-2 as hex, some its packed septets as hex.
pub fn ussd_text(raw: &str, scheme: u8) -> String {
    let shown = || text::shown(&raw.replace('\n', " "));
    let Some(bytes) = text::from_hex(raw) else {
        return shown();
    };
    let is_ucs2 = scheme & UCS2_BITS == UCS2_BITS || looks_like_ucs2(&bytes);
    if is_ucs2 && bytes.len().is_multiple_of(2) {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|p| u16::from_be_bytes([p[0], p[1]]))
            .collect();
        return String::from_utf16_lossy(&units);
    }
    // A balance in digits is not packed septets.
    let is_plain = raw.bytes().all(|b| b.is_ascii_digit()) || raw.len() < PACKED_HEX_MIN;
    if is_plain {
        return shown();
    }
    gsm7::decode(&gsm7::unpack(&bytes, 0, bytes.len() * 8 / 7))
        .trim_end_matches(['\r', '@'])
        .to_owned()
}

/// Latin text in UCS-2 has a zero in every other byte.
fn looks_like_ucs2(bytes: &[u8]) -> bool {
    bytes.len() >= 4
        && bytes
            .chunks_exact(2)
            .all(|pair| pair[0] == 0 && pair[1] >= b' ')
}

/// 3GPP TS 23.038 5: 0x0F is "GSM 7 bit, language unspecified".
const GSM7: u8 = 0x0F;
/// 3GPP TS 23.038 5: 0x48 is UCS-2.
const UCS2_BITS: u8 = 0x48;
/// Shorter hex is more likely a code or an amount.
const PACKED_HEX_MIN: usize = 16;

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, clippy::panic)]

    use super::super::parse;
    use super::*;

    #[test]
    fn a_notice_without_a_usable_slot_is_still_a_notice() {
        let stored = |mem: &str, index| {
            Some(Urc::SmsStored {
                mem: mem.into(),
                index,
            })
        };
        assert_eq!(parse("+CMTI: \"ME\",7"), stored("ME", Some(7)));
        assert_eq!(parse("+CMTI: \"SM\",-1"), stored("SM", None));
        assert_eq!(parse("+CMTI: ,2"), stored("", None));
    }

    #[test]
    fn the_length_of_a_direct_message_is_its_last_field() {
        let octets = |line| match parse(line) {
            Some(Urc::SmsFollows { octets } | Urc::ReportFollows { octets }) => octets,
            other => panic!("{other:?}"),
        };
        assert_eq!(octets("+CMT: ,46"), Some(46));
        assert_eq!(octets("+CMT: \"Ibu\",46"), Some(46));
        assert_eq!(octets("+CMT: 46"), Some(46));
        assert_eq!(octets("+CDS: ,26"), Some(26));
        assert_eq!(octets("+CMT: \"+62840\",,\"26/03/01,11:31:00+28\""), None);
    }

    #[test]
    fn every_family_says_full_in_its_own_way() {
        let full = |mem: &str| Some(Urc::SmsFull { mem: mem.into() });
        assert_eq!(parse("^SMMEMFULL:\"SM\""), full("SM"));
        assert_eq!(parse("+QIND: \"smsfull\",\"ME\""), full("ME"));
        assert_eq!(parse("+CIEV: \"SMSFULL\",1"), full(""));
        assert_eq!(parse("+CIEV: 2,5"), Some(Urc::Noise("+CIEV".into())));
    }

    #[test]
    fn a_balance_is_read_as_text_ucs2_or_septets() {
        let text = |line: &str| match parse(line) {
            Some(Urc::Ussd { text, .. }) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            text("+CUSD: 0,\"Sisa pulsa Rp12.500\",15"),
            "Sisa pulsa Rp12.500"
        );
        assert_eq!(text("+CUSD: 0,\"0053006900730061\",72"), "Sisa");
        let septets = gsm7::encode("Sisa pulsa").expect("plain");
        let packed = text::to_hex(&gsm7::pack(&septets, 0));
        assert_eq!(text(&format!("+CUSD: 0,\"{packed}\",15")), "Sisa pulsa");
        assert_eq!(text("+CUSD: 0,\"1234567890123456\",15"), "1234567890123456");
        assert_eq!(text("+CUSD: 2"), "");
    }
}
