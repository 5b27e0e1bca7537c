//! Checking a chain that somebody else may have touched.

use data_encoding::HEXLOWER;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{GENESIS, canonical};
use crate::base::ids::Seq;

/// The SHA-256 of a line, without its line end.
pub fn hash_of(line: &str) -> [u8; 32] {
    Sha256::digest(line.as_bytes()).into()
}

/// What is wrong with an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// Not JSON with an envelope.
    NotAnEntry,
    /// It says the same as a canonical line would, but not in those bytes: it was rewritten.
    NotCanonical,
    /// The number does not follow the one before: entries are missing, twice or out of order.
    Gap,
    /// It does not name the hash of the line before: that line, or this one, was changed.
    PrevLink,
    /// The line is not the one its stored hash was made of.
    Hash,
}

/// The first entry that does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("entri {seq}: {flaw:?}")]
pub struct Broken {
    /// The number this entry should have.
    pub seq: Seq,
    pub flaw: Flaw,
}

/// Takes lines one by one, in order.
#[derive(Clone, Debug)]
pub struct Verifier {
    next: Seq,
    prev: [u8; 32],
}

impl Default for Verifier {
    fn default() -> Self {
        Verifier::after(Seq(0), GENESIS)
    }
}

impl Verifier {
    /// Goes on after the entry `head`, whose line has the SHA-256 `hash`.
    pub fn after(head: Seq, hash: [u8; 32]) -> Verifier {
        Verifier {
            next: head.next(),
            prev: hash,
        }
    }

    /// The newest entry that holds, and its hash: to be compared with what is known from
    /// elsewhere, because nothing in the chain itself vouches for its last line.
    pub fn head(&self) -> (Seq, [u8; 32]) {
        (Seq(self.next.0.saturating_sub(1)), self.prev)
    }

    /// Checks the next line, and against the hash stored beside it if there is one.
    ///
    /// # Errors
    /// What is wrong with it. The verifier stays where it was.
    pub fn check(&mut self, line: &str, stored: Option<&[u8; 32]>) -> Result<(), Broken> {
        let broken = |flaw| Broken {
            seq: self.next,
            flaw,
        };
        let hash = hash_of(line);
        if stored.is_some_and(|stored| *stored != hash) {
            return Err(broken(Flaw::Hash));
        }
        let link: Link = serde_json::from_str(line).map_err(|_| broken(Flaw::NotAnEntry))?;
        if !canonical::is_canonical(line) {
            return Err(broken(Flaw::NotCanonical));
        }
        if link.seq != self.next {
            return Err(broken(Flaw::Gap));
        }
        if link.prev != HEXLOWER.encode(&self.prev) {
            return Err(broken(Flaw::PrevLink));
        }
        self.next = self.next.next();
        self.prev = hash;
        Ok(())
    }
}

/// Checks a whole journal from its first entry; hands back its last entry and that one's hash.
///
/// # Errors
/// The first entry that does not hold, and why.
pub fn verify<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<(Seq, [u8; 32]), Broken> {
    let mut verifier = Verifier::default();
    for line in lines {
        verifier.check(line, None)?;
    }
    Ok(verifier.head())
}

/// The part of the envelope that makes the chain.
#[derive(Deserialize)]
struct Link {
    seq: Seq,
    prev: String,
}
