//! How a command ended, in every spelling seen in the field (hardware.md 1.4).

/// A final result line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FinalCode {
    Ok,
    /// `ERROR`, `ERROR: UNSUPPORTED`, `COMMAND NOT SUPPORT`, `NA`, `MODEM ERROR: …`.
    Error,
    /// `+CME ERROR: n` or its text.
    Cme(u16),
    /// `+CMS ERROR: n` or its text.
    Cms(u16),
    /// The call that was being set up, or was up, is no more.
    End(EndWord),
    /// Rockwell: the voice connection is made.
    Vcon,
    /// The data or sound stream begins.
    Connect,
}

/// The result codes of V.250 that mean the end of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndWord {
    NoCarrier,
    Busy,
    NoAnswer,
    NoDialtone,
}

impl EndWord {
    /// As cause of 3GPP TS 24.008 10.5.4.11, where the word tells one.
    pub fn cause(self) -> Option<u8> {
        match self {
            EndWord::NoCarrier | EndWord::NoDialtone => None,
            EndWord::Busy => Some(17),
            EndWord::NoAnswer => Some(19),
        }
    }
}

/// Reads a trimmed line.
///
/// `NA` and `VCON` are finals too; a caller that has no command in flight should not ask.
pub fn parse(line: &str) -> Option<FinalCode> {
    let code = match line {
        "OK" => FinalCode::Ok,
        "ERROR" | "COMMAND NOT SUPPORT" | "NA" => FinalCode::Error,
        "NO CARRIER" => FinalCode::End(EndWord::NoCarrier),
        "BUSY" => FinalCode::End(EndWord::Busy),
        "NO ANSWER" => FinalCode::End(EndWord::NoAnswer),
        "NO DIALTONE" | "NO DIAL TONE" => FinalCode::End(EndWord::NoDialtone),
        "VCON" => FinalCode::Vcon,
        "CONNECT" => FinalCode::Connect,
        _ => return parse_long(line),
    };
    Some(code)
}

fn parse_long(line: &str) -> Option<FinalCode> {
    if let Some(rest) = line.strip_prefix("+CME ERROR:") {
        return Some(FinalCode::Cme(numbered(rest, CME_TEXTS)));
    }
    if let Some(rest) = line.strip_prefix("+CMS ERROR:") {
        return Some(FinalCode::Cms(numbered(rest, CMS_TEXTS)));
    }
    const WORDY: [&str; 3] = ["MODEM ERROR:", "COMMAND NOT SUPPORT", "ERROR:"];
    if WORDY.iter().any(|word| line.starts_with(word)) {
        return Some(FinalCode::Error);
    }
    // `CONNECT 115200`; never `CONNECTED…`, which is text.
    line.starts_with("CONNECT ").then_some(FinalCode::Connect)
}

fn numbered(rest: &str, texts: &[(&str, u16)]) -> u16 {
    let rest = rest.trim();
    let by_text = || {
        let known = texts
            .iter()
            .find(|(text, _)| rest.eq_ignore_ascii_case(text));
        known.map(|(_, number)| *number)
    };
    rest.parse().ok().or_else(by_text).unwrap_or(UNKNOWN)
}

/// Final words that modems glue to the next line (`ERROR+CNUM: …`).
pub const GLUED: [&str; 3] = ["OK", "ERROR", "NO CARRIER"];

/// 3GPP TS 27.007 9.2: unknown. TS 27.005 has 500 for it; either is "we do not know".
const UNKNOWN: u16 = 100;

/// With `AT+CMEE=2`, or on modems that know no other way.
const CME_TEXTS: &[(&str, u16)] = &[
    ("phone failure", 0),
    ("no connection to phone", 1),
    ("operation not allowed", 3),
    ("operation not supported", 4),
    ("PH-SIM PIN required", 5),
    ("SIM not inserted", 10),
    ("SIM PIN required", 11),
    ("SIM PUK required", 12),
    ("SIM failure", 13),
    ("SIM busy", 14),
    ("SIM wrong", 15),
    ("incorrect password", 16),
    ("SIM PIN2 required", 17),
    ("SIM PUK2 required", 18),
    ("memory full", 20),
    ("invalid index", 21),
    ("not found", 22),
    ("memory failure", 23),
    ("no network service", 30),
    ("network timeout", 31),
    ("network not allowed - emergency calls only", 32),
    ("emergency calls only", 32),
    ("unknown", 100),
];

const CMS_TEXTS: &[(&str, u16)] = &[
    ("operation not allowed", 302),
    ("operation not supported", 303),
    ("SIM not inserted", 310),
    ("SIM PIN required", 311),
    ("SIM failure", 313),
    ("SIM busy", 314),
    ("SIM wrong", 315),
    ("SIM PUK required", 316),
    ("memory failure", 320),
    ("invalid memory index", 321),
    ("memory full", 322),
    ("SMSC address unknown", 330),
    ("no network service", 331),
    ("network timeout", 332),
    ("unknown error", 500),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_refusal_is_a_refusal() {
        for line in ["ERROR", "COMMAND NOT SUPPORT", "NA", "MODEM ERROR: 3"] {
            assert_eq!(parse(line), Some(FinalCode::Error), "{line}");
        }
    }

    #[test]
    fn numbers_and_words_of_errors_are_the_same() {
        assert_eq!(parse("+CME ERROR: 10"), Some(FinalCode::Cme(10)));
        assert_eq!(
            parse("+CME ERROR: SIM not inserted"),
            Some(FinalCode::Cme(10))
        );
        assert_eq!(parse("+CMS ERROR: 500"), Some(FinalCode::Cms(500)));
        assert_eq!(parse("+CMS ERROR: what"), Some(FinalCode::Cms(UNKNOWN)));
    }

    #[test]
    fn connect_with_a_rate_is_connect_and_other_words_are_not() {
        assert_eq!(parse("CONNECT 115200"), Some(FinalCode::Connect));
        assert_eq!(parse("CONNECTED"), None);
        assert_eq!(parse("OKAY"), None);
    }
}
