//! The reading end: a line becomes an entry again.

use serde::Deserialize;

use super::VERSION;
use crate::base::ids::Seq;
use crate::base::time::{Stamp, Trust, Wall};
use crate::desk::Entry;
use crate::desk::fact::Fact;

/// What a line holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Opened {
    /// A fact this program knows.
    Known(Entry),
    /// A fact of a newer program: counted, kept and passed on, not understood. `why` is for the
    /// log; it may name a field, never its content.
    Unknown { seq: Seq, kind: String, why: String },
}

impl Opened {
    /// Its place in the journal.
    pub fn seq(&self) -> Seq {
        match self {
            Opened::Known(entry) => entry.seq,
            Opened::Unknown { seq, .. } => *seq,
        }
    }
}

/// The line is not an entry of any version.
#[derive(Debug, thiserror::Error)]
#[error("bukan entri jurnal (kolom {column})")]
pub struct NotAnEntry {
    /// Where reading stopped, in bytes. The content is not repeated: it may be personal.
    pub column: usize,
}

/// Reads a line. The chain is not checked here: see [`super::Verifier`].
///
/// # Errors
/// The line has no envelope: it is damaged or something else altogether.
pub fn open(line: &str) -> Result<Opened, NotAnEntry> {
    // The usual case is read in one go; only what fails is looked at a second time.
    let error = match serde_json::from_str::<Whole>(line) {
        Ok(whole) if whole.v <= VERSION => return Ok(Opened::Known(whole.into())),
        Ok(whole) => {
            return Ok(Opened::Unknown {
                seq: whole.seq,
                kind: whole.fact.kind().to_owned(),
                why: format!("v {}", whole.v),
            });
        }
        Err(error) => error,
    };
    match serde_json::from_str::<Envelope>(line) {
        Ok(envelope) => Ok(Opened::Unknown {
            seq: envelope.seq,
            kind: envelope.kind,
            why: format!("kolom {}", error.column()),
        }),
        Err(error) => Err(NotAnEntry {
            column: error.column(),
        }),
    }
}

#[derive(Deserialize)]
struct Whole {
    at: Wall,
    trust: Trust,
    seq: Seq,
    v: u32,
    #[serde(flatten)]
    fact: Fact,
}

impl From<Whole> for Entry {
    fn from(whole: Whole) -> Entry {
        Entry {
            seq: whole.seq,
            stamp: Stamp {
                at: whole.at,
                trust: whole.trust,
            },
            fact: whole.fact,
        }
    }
}

/// What every version has.
#[derive(Deserialize)]
struct Envelope {
    seq: Seq,
    kind: String,
    #[serde(rename = "prev")]
    _prev: String,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::base::ids::CallId;
    use crate::journal::Chain;

    #[test]
    fn a_sealed_fact_comes_back_as_it_was() {
        let stamp = Stamp {
            at: Wall(1_772_336_702_250),
            trust: Trust::Network,
        };
        let fact = Fact::CallQueued { call: CallId(4) };
        let sealed = Chain::genesis("71.07").seal(stamp, &fact);
        assert_eq!(
            &*sealed.line,
            "{\"at\":1772336702250,\"body\":{\"call\":\"4\"},\"centre\":\"71.07\",\
             \"kind\":\"call.queued\",\
             \"prev\":\"0000000000000000000000000000000000000000000000000000000000000000\",\
             \"seq\":1,\"trust\":\"network\",\"v\":1}"
        );
        assert_eq!(
            open(&sealed.line).unwrap(),
            Opened::Known(Entry {
                seq: Seq(1),
                stamp,
                fact
            })
        );
    }

    #[test]
    fn a_kind_or_a_field_of_a_newer_program_is_kept_unread() {
        for line in [
            r#"{"at":1,"body":{"x":[1]},"centre":"c","kind":"dispatch.sent","prev":"00","seq":9,"trust":"network","v":1}"#,
            r#"{"at":1,"body":{"by":"a","change":{"what":"holiday"}},"centre":"c","kind":"office.changed","prev":"00","seq":9,"trust":"network","v":1}"#,
            r#"{"at":1,"body":{"call":"4"},"centre":"c","kind":"call.queued","prev":"00","seq":9,"trust":"network","v":2}"#,
        ] {
            let opened = open(line).unwrap();
            assert!(matches!(opened, Opened::Unknown { .. }), "{opened:?}");
            assert_eq!(opened.seq(), Seq(9));
        }
        let with_new_field = r#"{"at":1,"body":{"call":"4","mood":"calm"},"centre":"c","kind":"call.queued","prev":"00","seq":9,"trust":"network","v":1}"#;
        assert!(matches!(open(with_new_field).unwrap(), Opened::Known(_)));
    }

    #[test]
    fn what_has_no_envelope_is_not_an_entry() {
        for line in ["", "{}", "[]", "{\"seq\":1}", "RING"] {
            assert!(open(line).is_err(), "{line}");
        }
    }
}
