//! Lines about calls and keys (hardware.md 2).

use super::Urc;
use crate::at::caller_id::gsm::{Line, Row};
use crate::at::text::{self, Field, fields};

pub(super) fn labelled(label: &str, rest: &str) -> Option<Urc> {
    let urc = match label {
        // `REL ASYNC`, `ASYNC`, `FAX` … are not voice calls.
        "+CRING" => Urc::Cring {
            voice: rest.starts_with("VOICE"),
        },
        "+CLIP" => clip(rest)?,
        "+CCWA" => {
            let (line, class) = Line::ccwa(rest)?;
            Urc::Waiting { line, class }
        }
        "+CLCC" => Urc::Clcc(Row::clcc(rest)?),
        "^DSCI" => Urc::CallInfo(Row::dsci(rest)?),
        "+QIND" if rest.starts_with("\"ccinfo\"") => Urc::CallInfo(Row::ccinfo(rest)?),
        "^ORIG" => voice_or(label, rest, |idx| Urc::Orig { idx })?,
        "^CONF" => Urc::Conf {
            idx: Some(first(rest)?),
        },
        "^CONN" => voice_or(label, rest, |idx| Urc::Conn { idx: Some(idx) })?,
        "^CEND" => cend(rest)?,
        "+COLP" => Urc::DialledUp,
        "+QTONEDET" => Urc::Dtmf(key(char::from(first::<u8>(rest)?))?),
        "+RXDTMF" | "+DTMF" | "^DDTMF" => Urc::Dtmf(key(first_char(rest)?)?),
        _ => return None,
    };
    Some(urc)
}

pub(super) fn bare(line: &str) -> Option<Urc> {
    let urc = match line {
        "VOICE CALL: BEGIN" | "VOICE CALL:BEGIN" | "MO CONNECTED" => Urc::Conn { idx: None },
        "MO RING" => Urc::Conf { idx: None },
        "REMOTE CALL END" => Urc::RemoteEnd,
        _ => {
            if let Some(rest) = line.strip_prefix("VOICE CALL:") {
                let rest = rest.trim().strip_prefix("END")?;
                let duration_s = hhmmss(rest.trim_start_matches([':', ' ']));
                return Some(Urc::VoiceEnd { duration_s });
            }
            let rest = line.strip_prefix("MISSED_CALL:")?;
            // A time of day, then the number, if there is one.
            let number = rest.split_whitespace().nth(1).map(text::ascii);
            return Some(Urc::Missed { number });
        }
    };
    Some(urc)
}

/// A `+CLIP:` with two one-digit fields answers `AT+CLIP?`.
fn clip(rest: &str) -> Option<Urc> {
    let fields = fields(rest);
    let is_setting = fields.len() == 2 && fields.iter().all(|f| !f.quoted && f.text.len() == 1);
    (!is_setting && fields.len() > 1).then(|| Urc::Clip(Line::clip(rest)))
}

/// `idx,type`: 0 is voice, 9 an emergency call.
fn voice_or(label: &str, rest: &str, urc: fn(u8) -> Urc) -> Option<Urc> {
    let fields = fields(rest);
    let idx = fields.first()?.number()?;
    match fields.get(1).map(|f| f.text) {
        None | Some("" | "0" | "9") => Some(urc(idx)),
        Some(_) => Some(Urc::NotVoice {
            label: label.to_owned(),
            idx,
        }),
    }
}

/// `idx,duration_s,end_status[,cc_cause]`; end_status differs per model and is not used.
fn cend(rest: &str) -> Option<Urc> {
    let fields = fields(rest);
    Some(Urc::Cend {
        idx: fields.first()?.number()?,
        duration_s: fields.get(1).and_then(Field::number),
        cause: fields.get(3).and_then(Field::number),
    })
}

/// `000041` is 41 seconds.
fn hhmmss(text: &str) -> Option<u32> {
    let digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
    let pair = |at: usize| text.get(at..at + 2)?.parse::<u32>().ok();
    digits.then(|| Some(pair(0)? * 3600 + pair(2)? * 60 + pair(4)?))?
}

fn first<T: std::str::FromStr>(rest: &str) -> Option<T> {
    fields(rest).first()?.number()
}

fn first_char(rest: &str) -> Option<char> {
    let fields = fields(rest);
    let text = fields.first()?.text;
    let mut chars = text.chars();
    let char = chars.next()?;
    chars.next().is_none().then_some(char)
}

/// A key of a telephone.
pub fn key(char: char) -> Option<char> {
    let key = char.to_ascii_uppercase();
    matches!(key, '0'..='9' | '*' | '#' | 'A'..='D').then_some(key)
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn keys_come_in_five_spellings() {
        for line in [
            "+QTONEDET: 53",
            "+RXDTMF: 5",
            "+DTMF:5",
            "+DTMF: 5,160",
            "^DDTMF: 5",
            "+DTMF: \"5\"",
        ] {
            assert_eq!(parse(line), Some(Urc::Dtmf('5')), "{line}");
        }
        assert_eq!(parse("+QTONEDET: 5"), None);
    }

    #[test]
    fn the_cause_of_an_end_may_be_missing_or_empty() {
        for (line, cause) in [
            ("^CEND:1,0,28", None),
            ("^CEND:1,0,28,", None),
            ("^CEND: 1,0,28,17", Some(17)),
        ] {
            let expected = Urc::Cend {
                idx: 1,
                duration_s: Some(0),
                cause,
            };
            assert_eq!(parse(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn the_end_of_a_voice_call_may_tell_how_long_it_was() {
        let end = |duration_s| Some(Urc::VoiceEnd { duration_s });
        assert_eq!(parse("VOICE CALL: END: 010203"), end(Some(3723)));
        assert_eq!(parse("VOICE CALL: END"), end(None));
        assert_eq!(parse("VOICE CALL: BEGIN"), Some(Urc::Conn { idx: None }));
    }

    #[test]
    fn a_missed_call_may_have_no_number() {
        let missed = |number: Option<&str>| {
            Some(Urc::Missed {
                number: number.map(str::to_owned),
            })
        };
        assert_eq!(
            parse("MISSED_CALL: 11:01AM 084000001234"),
            missed(Some("084000001234"))
        );
        assert_eq!(parse("MISSED_CALL: 11:01AM"), missed(None));
    }

    #[test]
    fn a_data_call_is_not_a_voice_call() {
        assert_eq!(parse("^ORIG:1,0"), Some(Urc::Orig { idx: 1 }));
        assert_eq!(
            parse("^ORIG:1,2"),
            Some(Urc::NotVoice {
                label: "^ORIG".into(),
                idx: 1,
            })
        );
        assert_eq!(
            parse("+CRING: REL ASYNC"),
            Some(Urc::Cring { voice: false })
        );
    }

    #[test]
    fn the_answer_to_a_question_about_clip_is_not_a_caller() {
        assert_eq!(parse("+CLIP: 1,1"), None);
    }
}
