//! The journal: entries as canonical JSON, chained by SHA-256.
//!
//! Layer 1, pure; imports `base` and the desk's facts. An entry is one line of JSON with sorted
//! keys and no spaces; `prev` in it is the SHA-256 of the line before (without its line end), 64
//! zeros in the first. A line looks like this:
//!
//! ```text
//! {"at":1772336702250,"body":{…},"centre":"71.07","kind":"call.offered","prev":"…64 hex…","seq":17,"trust":"network","v":1}
//! ```
//!
//! `at` is milliseconds since 1970 UTC by the wall clock, `trust` says how far it may be believed,
//! `seq` decides the order.
//!
//! # How a stranger verifies a file of such lines
//!
//! Nothing of ours is needed: a shell, coreutils and `jq`. The same text is [`VERIFY_SH`], which
//! evidence packs carry and a test runs for real.
//!
//! ```sh
#![doc = include_str!("verify.sh")]
//! ```
//!
//! The chain proves every line but the last: nothing follows that would name its hash. That one is
//! held by the hash printed with the file (`sha256sum` of the last line, without its line end).

mod canonical;
mod chain;
mod entry;
mod verify;

pub use chain::{Chain, GENESIS, Sealed};
pub use entry::{NotAnEntry, Opened, open};
pub use verify::{Broken, Flaw, Verifier, hash_of, verify};

/// The version written as `v`. Raised only when the meaning of the envelope changes; new kinds and
/// new optional fields do not raise it.
pub const VERSION: u32 = 1;

/// A shell script by which a stranger verifies a file of lines: `sh verify.sh FILE`.
pub const VERIFY_SH: &str = include_str!("verify.sh");
