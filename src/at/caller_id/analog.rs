//! Caller id of voice modems: label and value in lines of their own (hardware.md 3.3).

use super::mdmf;
use crate::at::text;
use crate::base::phone::{Caller, NumberType, Presentation};

/// Why the exchange sent no number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Absence {
    /// `P`: the caller hides it.
    Private,
    /// `O`: out of area.
    OutOfArea,
    /// `C`: a coin telephone.
    Coin,
}

impl Absence {
    /// The letter of Bellcore TR-NWT-000030 or the word some modems make of it.
    pub fn from_word(word: &str) -> Option<Absence> {
        match word.trim().to_ascii_uppercase().as_str() {
            "P" | "PRIVATE" | "WITHHELD" | "ANONYMOUS" | "BLOCKED" => Some(Absence::Private),
            "O" | "OUT OF AREA" | "OUT-OF-AREA" | "UNAVAILABLE" | "UNKNOWN" => {
                Some(Absence::OutOfArea)
            }
            "C" | "COIN" | "PAYPHONE" => Some(Absence::Coin),
            _ => None,
        }
    }

    fn presentation(self) -> Presentation {
        match self {
            Absence::Private => Presentation::Withheld,
            Absence::OutOfArea => Presentation::Unavailable,
            Absence::Coin => Presentation::Payphone,
        }
    }
}

/// What one line told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Field {
    /// Date, time, or the number that was called: belongs to the block, tells nothing we keep.
    Lead,
    Number(String),
    Absent(Absence),
    Name(String),
    /// The name was withheld or is not known.
    NoName,
    Message(mdmf::Message),
    /// The modem found the message damaged.
    Damaged,
    /// `DROF` or `DRON`: ring cadence in tenths of a second.
    Cadence(&'static str, u32),
}

/// Reads a line of a caller id block.
pub fn parse(line: &str) -> Option<Field> {
    if line == "ERRM" || line.eq_ignore_ascii_case("checksum error") {
        return Some(Field::Damaged);
    }
    if let Some(rest) = line.strip_prefix("FM:") {
        return Some(number(rest.split("TO:").next().unwrap_or_default()));
    }
    if is_bare_message(line) {
        return mdmf::parse(line).map(Field::Message);
    }
    let (label, value) = line.split_once(['=', ':'])?;
    let value = value.trim();
    let field = match label.trim().to_ascii_uppercase().as_str() {
        "DATE" | "TIME" | "NDID" | "CALLED NUMBER" | "TO" => Field::Lead,
        "NMBR" | "DDN_NMBR" | "NBR" | "CALLER NUMBER" | "CALLER'S NUMBER" | "CALLERID" => {
            number(value)
        }
        "REASON FOR NO CALLER NUMBER" | "REASON FOR NO CALLER'S NUMBER" => {
            Field::Absent(Absence::from_word(value).unwrap_or(Absence::OutOfArea))
        }
        "NAME" | "CALLER NAME" | "CALLER'S NAME" => name(value),
        "REASON FOR NO CALLER NAME" | "REASON FOR NO CALLER'S NAME" => Field::NoName,
        "MESG" => mdmf::parse(value).map_or(Field::Lead, Field::Message),
        "ERRM" => Field::Damaged,
        "DROF" => Field::Cadence("DROF", value.parse().unwrap_or_default()),
        "DRON" => Field::Cadence("DRON", value.parse().unwrap_or_default()),
        _ => return None,
    };
    Some(field)
}

/// `AT#CID=2` on some Rockwell chips: the message without a label.
fn is_bare_message(line: &str) -> bool {
    line.len() >= BARE_HEX_MIN
        && (line.starts_with("80") || line.starts_with("04"))
        && line.bytes().all(|b| b.is_ascii_hexdigit())
        && mdmf::parse(line).is_some_and(|m| !m.damaged)
}

fn number(value: &str) -> Field {
    let value = text::ascii(value).trim().to_owned();
    match Absence::from_word(&value) {
        Some(absence) => Field::Absent(absence),
        None if value.is_empty() => Field::Lead,
        None => Field::Number(value),
    }
}

fn name(value: &str) -> Field {
    let value = text::shown(value).trim().to_owned();
    if value.is_empty() || Absence::from_word(&value).is_some() {
        return Field::NoName;
    }
    Field::Name(value)
}

/// A block as far as it has come. The first good number and the first name stay: exchanges send
/// the number and then `O`, modems send the name twice.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Block {
    number: Option<String>,
    absence: Option<Absence>,
    name: Option<String>,
    name_is_settled: bool,
    damaged: bool,
}

impl Block {
    /// Takes what a line told.
    pub fn add(&mut self, field: Field) {
        match field {
            Field::Lead | Field::Cadence(..) => {}
            Field::Number(number) => {
                self.number.get_or_insert(number);
            }
            Field::Absent(absence) => {
                self.absence.get_or_insert(absence);
            }
            Field::Name(name) => {
                self.name.get_or_insert(name);
                self.name_is_settled = true;
            }
            Field::NoName => self.name_is_settled = true,
            Field::Damaged => self.damaged = true,
            Field::Message(message) => self.add_message(message),
        }
    }

    fn add_message(&mut self, message: mdmf::Message) {
        self.damaged |= message.damaged && self.number.is_none();
        if let Some(number) = message.number {
            self.number.get_or_insert(number);
        }
        if let Some(absence) = message.absence {
            self.absence.get_or_insert(absence);
        }
        if let Some(name) = message.name {
            self.name.get_or_insert(name);
            self.name_is_settled = true;
        }
    }

    /// Nothing more is to be expected of it.
    pub fn is_complete(&self) -> bool {
        self.name_is_settled && (self.number.is_some() || self.absence.is_some())
    }

    /// What it says about the caller; `None` if it says nothing.
    pub fn caller(&self, area_code: Option<&str>) -> Option<Caller> {
        let mut caller = match (&self.number, self.absence) {
            (Some(number), _) => {
                let claimed = match self.damaged {
                    true => Presentation::Garbled,
                    false => Presentation::Allowed,
                };
                Caller::delivered(number, NumberType::Unknown, claimed, area_code)
            }
            (None, Some(absence)) => absent(absence.presentation()),
            (None, None) if self.damaged => absent(Presentation::Garbled),
            (None, None) if self.name.is_some() => Caller::unknown(),
            (None, None) => return None,
        };
        if caller.presentation == Presentation::Garbled {
            caller.number = None;
        }
        caller.name.clone_from(&self.name);
        Some(caller)
    }
}

fn absent(presentation: Presentation) -> Caller {
    Caller {
        presentation,
        ..Caller::unknown()
    }
}

/// `80`, length, at least one parameter with a digit, checksum.
const BARE_HEX_MIN: usize = 12;

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::*;

    fn caller(lines: &[&str]) -> Option<Caller> {
        let mut block = Block::default();
        for line in lines {
            block.add(parse(line).expect("a caller id line"));
        }
        block.caller(None)
    }

    #[test]
    fn every_label_of_the_number_is_known() {
        for line in [
            "NMBR = 0274512345",
            "NMBR=0274512345",
            "DDN_NMBR= 0274512345",
            "NBR=0274512345",
            "CALLER NUMBER: 0274512345",
            "CALLER'S NUMBER: 0274512345",
            "CallerID: 0274512345",
            "FM:0274512345 TO:112",
        ] {
            let raw = caller(&[line]).map(|c| c.raw);
            assert_eq!(raw.as_deref(), Some("0274512345"), "{line}");
        }
    }

    #[test]
    fn the_number_that_was_called_is_not_the_caller() {
        for line in [
            "NDID=112",
            "CALLED NUMBER: 112",
            "TO:112",
            "DATE=",
            "TIME = 1045",
        ] {
            assert_eq!(caller(&[line]), None, "{line}");
        }
    }

    #[test]
    fn a_good_number_survives_out_of_area() {
        let told = caller(&["NMBR=081300005678", "NMBR=O"]).expect("a caller");
        assert_eq!(told.raw, "081300005678");
        assert_eq!(told.presentation, Presentation::Allowed);
    }

    #[test]
    fn private_and_out_of_area_differ() {
        let of = |line| caller(&[line]).map(|c| c.presentation);
        assert_eq!(of("NMBR = P"), Some(Presentation::Withheld));
        assert_eq!(of("NMBR = O"), Some(Presentation::Unavailable));
        let reason = "REASON FOR NO CALLER NUMBER: P";
        assert_eq!(of(reason), Some(Presentation::Withheld));
        assert_eq!(of("ERRM"), Some(Presentation::Garbled));
    }

    #[test]
    fn the_first_name_stays_and_p_is_no_name() {
        let told = caller(&["NMBR=0840", "NAME=WARUNG", "NAME=WARUNG SARI"]).expect("a caller");
        assert_eq!(told.name.as_deref(), Some("WARUNG"));
        assert_eq!(caller(&["NMBR=P", "NAME=P"]).expect("a caller").name, None);
    }

    #[test]
    fn other_lines_are_not_caller_id() {
        for line in [
            "RING",
            "OK",
            "1,\"UNSIGNED PCM\",8,0,8000,0,0",
            "8000",
            "DTMF:5",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
