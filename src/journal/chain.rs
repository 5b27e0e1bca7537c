//! The writing end: facts become lines, each naming the hash of the one before.

use std::fmt::Write;

use data_encoding::HEXLOWER;
use serde_json::Value;

use super::{VERSION, canonical, hash_of};
use crate::base::ids::Seq;
use crate::base::time::{Stamp, Trust};
use crate::desk::fact::Fact;

/// `prev` of the first entry: 64 zeros when written.
pub const GENESIS: [u8; 32] = [0; 32];

/// An entry ready to be stored: its canonical line and the line's SHA-256.
#[derive(Clone, PartialEq, Debug)]
pub struct Sealed {
    pub seq: Seq,
    pub kind: &'static str,
    pub line: Box<str>,
    pub hash: [u8; 32],
}

/// Where the journal goes on.
#[derive(Clone, PartialEq, Debug)]
pub struct Chain {
    next: Seq,
    prev: [u8; 32],
    centre: Box<str>,
}

impl Chain {
    /// A new journal: its first entry has the number 1.
    pub fn genesis(centre: &str) -> Chain {
        Chain::after(Seq(0), GENESIS, centre)
    }

    /// Goes on after the entry `head`, whose line has the SHA-256 `hash`.
    pub fn after(head: Seq, hash: [u8; 32], centre: &str) -> Chain {
        Chain {
            next: head.next(),
            prev: hash,
            centre: centre.into(),
        }
    }

    /// The number the next entry will have.
    pub fn next(&self) -> Seq {
        self.next
    }

    /// The newest entry and the SHA-256 of its line; `(0, GENESIS)` if there is none.
    pub fn head(&self) -> (Seq, [u8; 32]) {
        (Seq(self.next.0.saturating_sub(1)), self.prev)
    }

    /// Writes a fact as the next entry.
    pub fn seal(&mut self, stamp: Stamp, fact: &Fact) -> Sealed {
        let seq = self.next;
        let kind = fact.kind();
        let line = self.line(stamp, fact, kind).into_boxed_str();
        let hash = hash_of(&line);
        self.next = seq.next();
        self.prev = hash;
        Sealed {
            seq,
            kind,
            line,
            hash,
        }
    }

    /// The envelope's keys are few and fixed, so they are written in their sorted order here; only
    /// the body goes through a tree.
    fn line(&self, stamp: Stamp, fact: &Fact, kind: &str) -> String {
        let mut line = String::with_capacity(LINE_BYTES_USUAL);
        // invariant: writing to a String cannot fail
        let _ = write!(line, "{{\"at\":{},\"body\":", stamp.at.0);
        canonical::write(&mut line, &body(fact));
        line.push_str(",\"centre\":");
        canonical::write_text(&mut line, &self.centre);
        line.push_str(",\"kind\":");
        canonical::write_text(&mut line, kind);
        line.push_str(",\"prev\":\"");
        HEXLOWER.encode_append(&self.prev, &mut line);
        // invariant: writing to a String cannot fail
        let _ = write!(
            line,
            "\",\"seq\":{},\"trust\":\"{}\",\"v\":{VERSION}}}",
            self.next,
            trust(stamp.trust)
        );
        line
    }
}

/// The fact without its kind.
fn body(fact: &Fact) -> Value {
    // Facts have string keys and no floats, so they always become a tree; a test seals every kind.
    match serde_json::to_value(fact) {
        Ok(Value::Object(mut tagged)) => tagged.remove("body").unwrap_or_default(),
        Ok(other) => other,
        Err(error) => Value::String(error.to_string()),
    }
}

/// As `Trust` serialises.
fn trust(trust: Trust) -> &'static str {
    match trust {
        Trust::Wrong => "wrong",
        Trust::Unconfirmed => "unconfirmed",
        Trust::Network => "network",
        Trust::Synchronised => "synchronised",
    }
}

/// Most lines are shorter (measured: 260 to 420 bytes).
const LINE_BYTES_USUAL: usize = 512;
