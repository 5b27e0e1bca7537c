//! A journal line as it lies in the table.
//!
//! The line names the hash of the one before in 64 hex characters; those are left out, because
//! that hash lies in the row before anyway. Reading puts them back and compares the SHA-256 of the
//! whole line with the stored one, so each read proves the line and its link at once.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// The bytes to store for `line`, whose SHA-256 is `hash`, after a line whose hash is `prev`.
pub fn pack(prev: &[u8; 32], line: &str, hash: &[u8; 32]) -> Vec<u8> {
    let mut row = Vec::with_capacity(35 + line.len());
    let hex = HEXLOWER.encode(prev);
    // The link stands near the end of a line (`…"prev":"…","seq":…`).
    let cut = line.rfind(&hex).and_then(|at| u16::try_from(at).ok());
    match cut {
        None => {
            row.push(WHOLE);
            row.extend_from_slice(hash);
            row.extend_from_slice(line.as_bytes());
        }
        Some(at) => {
            let (before, after) = line.as_bytes().split_at(usize::from(at));
            row.push(WITHOUT_LINK);
            row.extend_from_slice(hash);
            row.extend_from_slice(&at.to_be_bytes());
            row.extend_from_slice(before);
            row.extend_from_slice(&after[hex.len()..]);
        }
    }
    row
}

/// The hash stored in a row; not yet compared with anything.
pub fn hash_of_row(row: &[u8]) -> Option<[u8; 32]> {
    row.get(1..33)?.try_into().ok()
}

/// The line and its hash, if they are what was written. `prev`: the hash in the row before.
pub fn unpack(prev: &[u8; 32], row: &[u8]) -> Option<(String, [u8; 32])> {
    let hash = hash_of_row(row)?;
    let line = match *row.first()? {
        WHOLE => row.get(33..)?.to_vec(),
        WITHOUT_LINK => {
            let at = u16::from_be_bytes(row.get(33..35)?.try_into().ok()?);
            let (before, after) = row.get(35..)?.split_at_checked(usize::from(at))?;
            [before, HEXLOWER.encode(prev).as_bytes(), after].concat()
        }
        _ => return None,
    };
    let is_what_was_written = Sha256::digest(&line)[..] == hash;
    let line = String::from_utf8(line).ok()?;
    is_what_was_written.then_some((line, hash))
}

const WHOLE: u8 = 0;
const WITHOUT_LINK: u8 = 1;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn hash(line: &str) -> [u8; 32] {
        Sha256::digest(line).into()
    }

    #[test]
    fn a_line_comes_back_as_it_was_without_having_cost_its_link() {
        let prev = hash("before");
        let line = format!(
            r#"{{"body":{{}},"prev":"{}","seq":2}}"#,
            HEXLOWER.encode(&prev)
        );
        let row = pack(&prev, &line, &hash(&line));
        assert_eq!(row.len(), line.len() - 64 + 35);
        assert_eq!(unpack(&prev, &row), Some((line.clone(), hash(&line))));
    }

    #[test]
    fn a_line_that_does_not_name_the_one_before_is_kept_whole() {
        let line = r#"{"seq":1}"#;
        let row = pack(&[0; 32], line, &hash(line));
        assert_eq!(unpack(&[9; 32], &row), Some((line.to_owned(), hash(line))));
    }

    #[test]
    fn every_flipped_bit_in_a_row_is_noticed() {
        let prev = hash("before");
        let line = format!(
            r#"{{"body":{{}},"prev":"{}","seq":2}}"#,
            HEXLOWER.encode(&prev)
        );
        let row = pack(&prev, &line, &hash(&line));
        for bit in 0..row.len() * 8 {
            let mut flipped = row.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(unpack(&prev, &flipped), None, "bit {bit}");
        }
        let mut wrong_link = prev;
        wrong_link[0] ^= 1;
        assert_eq!(unpack(&wrong_link, &row), None);
    }
}
