//! The sound of calls: joins bridges (`voice`), audio ports (`port`) and recordings on disk.
//!
//! Layer 3. One thread for each line that has a sound path ([`line`]), one that writes recordings
//! ([`tape`]), one that closes them ([`shelf`]). A stalled disk, a slow browser or a busy engine
//! costs no other thread here more than a failed `try_send`.
//!
//! [`Studio`] is what everybody else sees: browsers [join](Studio::join) a call, recordings are
//! [played](recording).

pub mod budget;
pub mod codes;
mod line;
pub mod recording;
mod seat;
mod shelf;
mod studio;
mod tally;
mod tape;
mod trouble;
mod waker;

pub use seat::{Seat, ToBrowser, Why};
pub use shelf::Shelf;
pub use studio::{HoldSound, LineSpec, NotJoined, Path, Setup, Studio};
