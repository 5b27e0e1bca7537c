//! `+CLIP`, `+CCWA` and `+CLCC` (3GPP TS 27.007 7.6, 7.12, 7.18), as sloppily as modems write them.

use crate::at::text::{self, Field, fields};
use crate::base::phone::{Caller, NumberType, Presentation};

/// The calling line of `+CLIP` or `+CCWA`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line {
    pub number: String,
    /// Type-of-number octet; 128 with no number.
    pub octet: Option<u8>,
    /// Phone book name, printable.
    pub alpha: Option<String>,
    pub validity: Option<u8>,
}

impl Line {
    /// `n,t[,sub,satype[,alpha[,validity]]]`.
    pub fn clip(rest: &str) -> Line {
        let fields = fields(rest);
        Line {
            validity: fields.get(5).and_then(Field::number),
            ..Line::of(&fields, fields.get(4))
        }
    }

    /// `n,t,class[,alpha][,validity]`, with the class: a bit mask, 1 is voice.
    pub fn ccwa(rest: &str) -> Option<(Line, u8)> {
        let fields = fields(rest);
        let class = fields.get(2)?.number()?;
        let alpha = fields.get(3).filter(|f| f.quoted || f.text.is_empty());
        let validity = fields.get(if alpha.is_some() { 4 } else { 3 });
        let line = Line {
            validity: validity.and_then(Field::number),
            ..Line::of(&fields, alpha)
        };
        Some((line, class))
    }

    fn of(fields: &[Field<'_>], alpha: Option<&Field<'_>>) -> Line {
        let alpha = alpha.map(|f| text::shown(f.text)).filter(|a| !a.is_empty());
        Line {
            number: fields
                .first()
                .map(|f| text::ascii(f.text))
                .unwrap_or_default(),
            octet: fields.get(1).and_then(Field::number),
            alpha,
            validity: None,
        }
    }

    /// What it says about the caller.
    pub fn caller(&self, area_code: Option<&str>) -> Caller {
        let claimed = claimed(self.validity);
        let mut caller =
            Caller::delivered(&self.number, number_type(self.octet), claimed, area_code);
        caller.name.clone_from(&self.alpha);
        caller
    }
}

/// State in a call list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowState {
    Active,
    Held,
    Dialing,
    Alerting,
    Incoming,
    Waiting,
    /// Only in lists that the modem sends by itself.
    Released,
}

/// One row of a call list, in whatever dialect it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub idx: u8,
    pub incoming: bool,
    pub state: RowState,
    /// Not data, not fax.
    pub voice: bool,
    pub number: Option<String>,
    pub octet: Option<u8>,
    pub alpha: Option<String>,
    /// Why there is no number; few lists say it.
    pub validity: Option<u8>,
}

impl Row {
    /// `idx,dir,stat,mode,mpty[,n,t[,alpha[,prio[,validity]]]]`.
    pub fn clcc(rest: &str) -> Option<Row> {
        let fields = fields(rest);
        Row::of(&fields)
    }

    /// Quectel `+QIND: "ccinfo",idx,dir,state,mode,mpty,"num",type`; -1 is released.
    pub fn ccinfo(rest: &str) -> Option<Row> {
        let fields = fields(rest);
        Row::of(fields.get(1..)?)
    }

    /// Quectel `^DSCI: id,dir,stat,type,number,numtype`, with states of its own.
    pub fn dsci(rest: &str) -> Option<Row> {
        let fields = fields(rest);
        let state = match fields.get(2)?.text {
            "1" => RowState::Held,
            "2" => RowState::Dialing,
            "3" => RowState::Active,
            "4" => RowState::Incoming,
            "5" => RowState::Waiting,
            "6" => RowState::Released,
            "7" => RowState::Alerting,
            _ => return None,
        };
        Some(Row {
            idx: fields.first()?.number()?,
            incoming: fields.get(1)?.text == "1",
            state,
            voice: fields.get(3).is_none_or(|f| f.text == "0"),
            number: number_in(fields.get(4)),
            octet: fields.get(5).and_then(Field::number),
            alpha: None,
            validity: None,
        })
    }

    fn of(fields: &[Field<'_>]) -> Option<Row> {
        let state = match fields.get(2)?.text {
            "0" => RowState::Active,
            "1" => RowState::Held,
            "2" => RowState::Dialing,
            "3" => RowState::Alerting,
            "4" => RowState::Incoming,
            "5" => RowState::Waiting,
            "6" | "-1" => RowState::Released,
            _ => return None,
        };
        let alpha = fields.get(7).map(|f| text::shown(f.text));
        Some(Row {
            idx: fields.first()?.number()?,
            incoming: fields.get(1)?.text == "1",
            state,
            // 1 data, 2 fax, 6..=8 voice followed by data and fax; 9 unknown is taken for voice.
            voice: !matches!(
                fields.get(3).map(|f| f.text),
                Some("1" | "2" | "6" | "7" | "8")
            ),
            number: number_in(fields.get(5)),
            octet: fields.get(6).and_then(Field::number),
            alpha: alpha.filter(|a| !a.is_empty()),
            validity: fields.get(9).and_then(Field::number),
        })
    }

    /// What it says about the far end. Most rows without a number do not say why.
    pub fn caller(&self, area_code: Option<&str>) -> Caller {
        let number = match (&self.number, self.validity) {
            (Some(number), _) => number.as_str(),
            (None, Some(1..)) => "",
            (None, Some(0) | None) => {
                return Caller {
                    name: self.alpha.clone(),
                    ..Caller::unknown()
                };
            }
        };
        let octet = number_type(self.octet);
        let mut caller = Caller::delivered(number, octet, claimed(self.validity), area_code);
        caller.name.clone_from(&self.alpha);
        caller
    }
}

fn claimed(validity: Option<u8>) -> Presentation {
    match validity {
        // oFono: an empty number without validity could not be delivered.
        None | Some(0) => Presentation::Allowed,
        Some(1) => Presentation::Withheld,
        Some(3) => Presentation::Payphone,
        // 2 is interworking, 4 "other reasons" (TS 27.007).
        Some(_) => Presentation::Unavailable,
    }
}

fn number_in(field: Option<&Field<'_>>) -> Option<String> {
    field.map(|f| text::ascii(f.text)).filter(|n| !n.is_empty())
}

fn number_type(octet: Option<u8>) -> NumberType {
    octet.map(NumberType::from_octet).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]

    use super::*;

    fn presentation(rest: &str) -> Presentation {
        Line::clip(rest).caller(None).presentation
    }

    #[test]
    fn the_tenth_field_of_a_list_says_why_there_is_no_number() {
        let row = |rest| Row::clcc(rest).expect("a row").caller(None).presentation;
        assert_eq!(row("1,1,4,0,0,\"\",129,\"\",0,1"), Presentation::Withheld);
        assert_eq!(
            row("1,1,4,0,0,\"\",129,\"\",0,2"),
            Presentation::Unavailable
        );
        assert_eq!(row("1,1,4,0,0,\"\",129"), Presentation::Unknown);
        assert_eq!(
            row("1,1,4,0,0,\"+6284001010014\",145,\"\",0,0"),
            Presentation::Allowed
        );
    }

    #[test]
    fn validity_says_why_there_is_no_number() {
        assert_eq!(presentation("\"\",128,,,,1"), Presentation::Withheld);
        assert_eq!(
            presentation("\"\",128,\"\",,\"\",2"),
            Presentation::Unavailable
        );
        assert_eq!(presentation("\"\",128,,,,3"), Presentation::Payphone);
        assert_eq!(presentation("\"\",128"), Presentation::Unavailable);
        assert_eq!(presentation(",128"), Presentation::Unavailable);
    }

    #[test]
    fn a_hidden_number_that_was_delivered_is_kept_as_both_facts() {
        let caller = Line::clip("\"+6284000001234\",145,,,,1").caller(None);
        assert_eq!(caller.presentation, Presentation::Withheld);
        assert_eq!(caller.raw, "+6284000001234");
    }

    #[test]
    fn quotes_and_spaces_around_the_number_do_not_matter() {
        for rest in ["084000001234,129", " \"084000001234\" , 129 ,,,,0"] {
            let caller = Line::clip(rest).caller(None);
            assert_eq!(caller.raw, "084000001234", "{rest}");
            assert_eq!(caller.presentation, Presentation::Allowed, "{rest}");
        }
    }

    #[test]
    fn a_waiting_call_has_a_class_and_perhaps_a_name() {
        let (line, class) = Line::ccwa("\"0840\",129,1,\"Ibu\",0").expect("a line");
        assert_eq!(
            (class, line.alpha.as_deref(), line.validity),
            (1, Some("Ibu"), Some(0))
        );
        let (line, class) = Line::ccwa("\"\",128,1,1").expect("a line");
        assert_eq!((class, line.validity), (1, Some(1)));
        assert_eq!(Line::ccwa("1,1"), None);
    }

    #[test]
    fn the_same_call_in_three_dialects() {
        let clcc = Row::clcc("1,1,4,0,0,\"0840\",129").expect("a row");
        let ccinfo = Row::ccinfo("\"ccinfo\",1,1,4,0,0,\"0840\",129").expect("a row");
        let dsci = Row::dsci("1,1,4,0,0840,129").expect("a row");
        assert_eq!(clcc, ccinfo);
        assert_eq!(clcc, dsci);
    }

    #[test]
    fn fax_and_data_are_not_voice() {
        for (mode, voice) in [
            (0, true),
            (1, false),
            (2, false),
            (4, true),
            (7, false),
            (9, true),
        ] {
            let row = Row::clcc(&format!("1,1,0,{mode},0")).expect("a row");
            assert_eq!(row.voice, voice, "{mode}");
        }
    }
}
