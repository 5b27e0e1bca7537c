//! The envelope of a desk's snapshot: which entry it follows, and a checksum of its own.
//!
//! A snapshot only saves replay. One that is damaged, from another version or from another journal
//! is refused here, and the engine replays from an older one or from the first entry.

use sha2::{Digest, Sha256};

use crate::base::ids::Seq;

/// A snapshot and the place in the journal it stands for.
#[derive(Clone, PartialEq, Debug)]
pub struct Snapshot<'a> {
    /// The last entry it contains.
    pub seq: Seq,
    /// The SHA-256 of that entry's line: it must be the journal's own.
    pub hash: [u8; 32],
    /// The desk, in the desk's own versioned form.
    pub desk: &'a [u8],
}

/// Why a snapshot cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadSnapshot {
    #[error("salinan keadaan terpotong")]
    Short,
    #[error("salinan keadaan dari versi lain ({0})")]
    Version(u8),
    #[error("salinan keadaan rusak")]
    Checksum,
}

/// Packs a snapshot: version, sequence (8 bytes, big end first), hash (32), checksum (32), desk.
pub fn wrap(snapshot: &Snapshot<'_>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD_BYTES + snapshot.desk.len());
    bytes.push(ENVELOPE_VERSION);
    bytes.extend_from_slice(&snapshot.seq.0.to_be_bytes());
    bytes.extend_from_slice(&snapshot.hash);
    bytes.extend_from_slice(&checksum(&bytes, snapshot.desk));
    bytes.extend_from_slice(snapshot.desk);
    bytes
}

/// Unpacks one.
///
/// # Errors
/// It is cut short, of another version, or its checksum does not hold.
pub fn unwrap(bytes: &[u8]) -> Result<Snapshot<'_>, BadSnapshot> {
    let version = *bytes.first().ok_or(BadSnapshot::Short)?;
    if version != ENVELOPE_VERSION {
        return Err(BadSnapshot::Version(version));
    }
    let (head, rest) = bytes
        .split_at_checked(SUMMED_BYTES)
        .ok_or(BadSnapshot::Short)?;
    let (sum, desk) = rest.split_first_chunk::<32>().ok_or(BadSnapshot::Short)?;
    if checksum(head, desk) != *sum {
        return Err(BadSnapshot::Checksum);
    }
    let (seq, hash) = head[1..]
        .split_first_chunk::<8>()
        .ok_or(BadSnapshot::Short)?;
    Ok(Snapshot {
        seq: Seq(u64::from_be_bytes(*seq)),
        hash: hash.try_into().map_err(|_| BadSnapshot::Short)?,
        desk,
    })
}

fn checksum(head: &[u8], desk: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(head)
        .chain_update(desk)
        .finalize()
        .into()
}

const ENVELOPE_VERSION: u8 = 1;
/// Version, sequence, hash: what the checksum covers besides the desk.
const SUMMED_BYTES: usize = 1 + 8 + 32;
/// All that stands before the desk.
const HEAD_BYTES: usize = SUMMED_BYTES + 32;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn sample() -> Vec<u8> {
        wrap(&Snapshot {
            seq: Seq(4_096),
            hash: [7; 32],
            desk: b"the desk",
        })
    }

    #[test]
    fn a_snapshot_comes_back_with_its_place() {
        let bytes = sample();
        let snapshot = unwrap(&bytes).unwrap();
        assert_eq!(snapshot.seq, Seq(4_096));
        assert_eq!(snapshot.hash, [7; 32]);
        assert_eq!(snapshot.desk, b"the desk");
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_refused() {
        let good = sample();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x20;
            assert!(unwrap(&bad).is_err(), "flip at {at}");
            assert!(unwrap(&good[..at]).is_err(), "cut at {at}");
        }
    }
}
