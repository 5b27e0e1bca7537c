//! The journal: entries as canonical JSON, chained by SHA-256.
//!
//! Layer 1, pure. An entry is one line of JSON with sorted keys and no spaces; `prev` in it is the
//! SHA-256 of the line before. A stranger checks a file of such lines with `sha256sum` and `jq`.
//!
//! ```text
//! {"at":1772336702250,"body":{…},"centre":"71.07","kind":"call.offered","prev":"…64 hex…","seq":17,"trust":"network","v":1}
//! ```

/// An entry ready to be stored: its canonical line and the line's SHA-256.
#[derive(Clone, PartialEq, Debug)]
pub struct Sealed {
    pub seq: crate::base::ids::Seq,
    pub kind: &'static str,
    pub line: Box<str>,
    pub hash: [u8; 32],
}
