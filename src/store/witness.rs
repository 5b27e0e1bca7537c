//! A second place that knows the newest entry, to tell when the first one went back in time.
//!
//! A disk that lies about flushing, or an old file put back, looks perfectly healthy from inside:
//! an older but sound database. The witness is a small file of its own, so it rarely goes back by
//! the same step.

use data_encoding::HEXLOWER;

use super::tables::Head;
use crate::base::ids::Seq;

/// As written: sequence and hash, readable by people.
pub fn write(head: Head) -> Vec<u8> {
    format!("{} {}\n", head.seq, HEXLOWER.encode(&head.hash)).into_bytes()
}

/// Back from [`write`]; `None` if it is something else.
pub fn read(content: &[u8]) -> Option<Head> {
    let text = std::str::from_utf8(content).ok()?.strip_suffix('\n')?;
    let (seq, hash) = text.split_once(' ')?;
    Some(Head {
        seq: Seq(seq.parse().ok()?),
        hash: HEXLOWER.decode(hash.as_bytes()).ok()?.try_into().ok()?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn a_witness_comes_back_and_half_a_one_does_not() {
        let head = Head {
            seq: Seq(4711),
            hash: [0xAB; 32],
        };
        let content = write(head);
        assert_eq!(read(&content), Some(head));
        assert_eq!(read(&content[..content.len() - 2]), None);
        assert_eq!(read(b""), None);
    }
}
