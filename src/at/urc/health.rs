//! Lines about the modem itself: signal, network, SIM, power, start (hardware.md 5).

use super::{SimWord, Urc};
use crate::at::text::{self, Field, fields};

pub(super) fn labelled(label: &str, rest: &str) -> Option<Urc> {
    let urc = match label {
        "^RSSI" | "+CSQ" | "+CSQN" => signal(&fields(rest))?,
        "+CREG" => Urc::Registration { domain: "cs" },
        "+CGREG" => Urc::Registration { domain: "ps" },
        "+CEREG" => Urc::Registration { domain: "eps" },
        "+COPS" => operator(rest)?,
        "^MODE" => Urc::Mode(huawei_mode(rest)?.to_owned()),
        "+CNSMOD" => Urc::Mode(simcom_mode(rest)?.to_owned()),
        "+CPIN" => Urc::Sim(cpin(rest)?),
        "+QSIMSTAT" => match fields(rest).get(1)?.text {
            "0" => Urc::Sim(SimWord::Absent),
            _ => Urc::Silent,
        },
        "+QUSIM" => Urc::Sim(SimWord::Ready),
        "^SIMST" => match fields(rest).first()?.text {
            // Polled a few times before it is believed, because it is also a moment of the start.
            "255" => Urc::Sim(SimWord::Absent),
            _ => return None,
        },
        "*ATREADY" | "^SYSSTART" => Urc::Boot,
        "+CFUN" => Urc::Function(fields(rest).first()?.number()?),
        "+CMTE" => Urc::Power("temperature"),
        "+CCLK" | "+QLTS" => Urc::Time(fields(rest).first().map(|f| text::ascii(f.text))?),
        "+QPCMV" => Urc::AudioFlow {
            go: fields(rest).first()?.text == "1",
        },
        "+QIND" => return quectel(rest),
        _ => return None,
    };
    Some(urc)
}

pub(super) fn bare(line: &str) -> Option<Urc> {
    let urc = match line {
        "RDY" | "APP RDY" | "^SYSSTART" => Urc::Boot,
        "Call Ready" => Urc::Ready("call"),
        "SMS Ready" | "SMS DONE" => Urc::Ready("sms"),
        "PB DONE" => Urc::Ready("phonebook"),
        "NORMAL POWER DOWN" | "POWERED DOWN" | "CHARGE-ONLY MODE" => Urc::Down { brown_out: false },
        "UNDER-VOLTAGE POWER DOWN" | "OVER-VOLTAGE POWER DOWN" => Urc::Down { brown_out: true },
        // The double N is as shipped.
        "UNDER-VOLTAGE WARNNING" | "UNDER-VOLTAGE WARNING" => Urc::Power("under_voltage"),
        "OVER-VOLTAGE WARNNING" | "OVER-VOLTAGE WARNING" => Urc::Power("over_voltage"),
        _ if line.starts_with("DST:") => Urc::Noise("DST".to_owned()),
        _ => return None,
    };
    Some(urc)
}

fn signal(fields: &[Field<'_>]) -> Option<Urc> {
    let csq: u8 = fields.first()?.number()?;
    let ber = fields.get(1).and_then(Field::number);
    // 0..=31 or "unknown" (TS 27.007 8.5); larger values belong to other scales.
    (csq <= 31 || csq == 99).then_some(Urc::Signal { csq, ber })
}

/// `mode[,format,"name"[,act]]`.
fn operator(rest: &str) -> Option<Urc> {
    let fields = fields(rest);
    let name = fields.get(2).filter(|f| f.quoted)?;
    // Names in septets are padded with zeros, which read as `@`.
    let name = text::ascii(name.text)
        .trim_end_matches(['@', ' '])
        .to_owned();
    Some(Urc::Operator {
        name,
        act: fields.get(3).and_then(Field::number),
    })
}

fn cpin(rest: &str) -> Option<SimWord> {
    let word = match rest.trim_matches('"') {
        "READY" => SimWord::Ready,
        "SIM PIN" | "SIM PIN2" => SimWord::Pin,
        "SIM PUK" | "SIM PUK2" => SimWord::Puk,
        "NOT INSERTED" | "SIM REMOVED" => SimWord::Absent,
        "NOT READY" => SimWord::NotReady,
        lock if lock.starts_with("PH-") => SimWord::Locked,
        _ => return None,
    };
    Some(word)
}

/// `sys_mode,sys_submode`.
fn huawei_mode(rest: &str) -> Option<&'static str> {
    let mode = match fields(rest).first()?.text {
        "0" => "none",
        "1" => "amps",
        "2" => "cdma",
        "3" => "gsm",
        "4" => "hdr",
        "5" | "7" => "wcdma",
        "8" | "17" => "lte",
        "15" => "td_scdma",
        _ => return None,
    };
    Some(mode)
}

/// As news `mode`; as an answer `n,mode`.
fn simcom_mode(rest: &str) -> Option<&'static str> {
    let mode = match fields(rest).last()?.text {
        "0" => "none",
        "1" => "gsm",
        "2" => "gprs",
        "3" => "edge",
        "4" => "wcdma",
        "5" => "hsdpa",
        "6" => "hsupa",
        "7" => "hspa",
        "8" => "lte",
        _ => return None,
    };
    Some(mode)
}

/// `+QIND: "csq",23,99`, `"act","LTE"`, `"vbatt",-1`, `SMS DONE` … (`ccinfo` and `smsfull` are
/// read elsewhere).
fn quectel(rest: &str) -> Option<Urc> {
    let fields = fields(rest);
    let urc = match fields.first()?.text {
        "csq" => signal(fields.get(1..)?)?,
        "act" => Urc::Mode(fields.get(1)?.text.to_ascii_lowercase()),
        "vbatt" => match fields.get(1)?.text {
            "-1" | "-2" => Urc::Power("under_voltage"),
            "1" | "2" => Urc::Power("over_voltage"),
            _ => return None,
        },
        "SMS DONE" => Urc::Ready("sms"),
        "PB DONE" => Urc::Ready("phonebook"),
        _ => return None,
    };
    Some(urc)
}

/// A registration line, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registered {
    /// 3GPP TS 27.007 7.2: 0 idle, 1 home, 2 searching, 3 denied, 4 unknown, 5 roaming …
    pub stat: u8,
    pub lac: Option<String>,
    pub ci: Option<String>,
    pub act: Option<u8>,
}

/// Reads `n,stat[,lac,ci[,act]]` if `may_answer` and it has that shape, else the unsolicited
/// `stat[,lac,ci[,act]]`. The hexadecimal fields may lack their quotes.
pub fn registration(rest: &str, may_answer: bool) -> Option<Registered> {
    let all = fields(rest);
    let second_is_stat = all.get(1).is_some_and(|f| {
        !f.quoted && f.text.len() <= 2 && f.number::<u8>().is_some_and(|n| n <= STAT_MAX)
    });
    let from_stat = if may_answer && second_is_stat {
        all.get(1..)?
    } else {
        &all[..]
    };
    let hex = |index: usize| {
        let text = from_stat.get(index).map(|f| f.text).unwrap_or_default();
        let is_hex = !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
        is_hex.then(|| text.to_owned())
    };
    Some(Registered {
        stat: from_stat.first()?.number()?,
        lac: hex(1),
        ci: hex(2),
        act: from_stat.get(3).and_then(Field::number),
    })
}

/// 3GPP TS 27.007 7.2 ends at 11.
const STAT_MAX: u8 = 11;

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::super::parse;
    use super::*;

    #[test]
    fn an_answer_about_registration_and_news_of_it_differ_by_one_field() {
        let of = |rest, answer| {
            let read = registration(rest, answer).expect("registration");
            (read.stat, read.lac, read.ci, read.act)
        };
        let (lac, ci) = (Some("1A2B".to_owned()), Some("00C3D4E5".to_owned()));
        assert_eq!(of("0,1", true), (1, None, None, None));
        assert_eq!(of("0", true), (0, None, None, None));
        assert_eq!(
            of("2,1,\"1A2B\",\"00C3D4E5\"", true),
            (1, lac.clone(), ci.clone(), None)
        );
        assert_eq!(
            of("1,\"1A2B\",\"00C3D4E5\",7", false),
            (1, lac.clone(), ci.clone(), Some(7))
        );
        // Unquoted news while the question is pending.
        assert_eq!(of("5,1A2B,00C3D4E5,2", true), (5, lac, ci, Some(2)));
    }

    #[test]
    fn an_operator_name_loses_its_padding_and_nothing_else() {
        let line = format!(
            "+COPS: 0,0,\"{}\",7",
            text::from_bytes(b"XL Axiata\xc2\x80@")
        );
        assert_eq!(
            parse(&line),
            Some(Urc::Operator {
                name: "XL Axiata".into(),
                act: Some(7)
            })
        );
    }

    #[test]
    fn signal_has_one_scale_in_every_family() {
        let signal = |csq, ber| Some(Urc::Signal { csq, ber });
        assert_eq!(parse("^RSSI:21"), signal(21, None));
        assert_eq!(parse("+CSQ: 14,0"), signal(14, Some(0)));
        assert_eq!(parse("+CSQN: 14,0"), signal(14, Some(0)));
        assert_eq!(parse("+QIND: \"csq\",23,99"), signal(23, Some(99)));
        assert_eq!(parse("+CSQ: 199,99"), None);
    }

    #[test]
    fn the_sim_tells_why_it_is_not_ready() {
        let sim = |word| Some(Urc::Sim(word));
        assert_eq!(parse("+CPIN: READY"), sim(SimWord::Ready));
        assert_eq!(parse("+CPIN: SIM PUK"), sim(SimWord::Puk));
        assert_eq!(parse("+CPIN: PH-NET PIN"), sim(SimWord::Locked));
        assert_eq!(parse("+CPIN: NOT INSERTED"), sim(SimWord::Absent));
        assert_eq!(parse("+QSIMSTAT: 1,0"), sim(SimWord::Absent));
        assert_eq!(parse("^SIMST:255"), sim(SimWord::Absent));
        assert_eq!(parse("^SIMST:1"), Some(Urc::Noise("^SIMST".into())));
    }
}
