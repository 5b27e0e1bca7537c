//! The sound of calls: joins bridges (`voice`), audio ports (`port`) and recordings on disk.
//!
//! Layer 3. One thread for each line that has a sound path ([`line`]), one that writes recordings
//! ([`tape`]), one that closes them ([`shelf`]), and one that rings on the box itself ([`bell`]).
//! A stalled disk, a slow browser or a busy engine costs the sound of a call nothing: what has no
//! room is left out and counted.
//!
//! [`Studio`] is what everybody else sees: browsers [join](Studio::join) a call, recordings are
//! [played](recording).

pub mod bell;
pub mod budget;
pub mod codes;
mod line;
mod open;
pub mod recording;
mod seat;
mod shelf;
mod studio;
mod tally;
mod tape;
mod trouble;
mod waker;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use seat::{Seat, ToBrowser, Why};
pub use studio::{HoldSound, LineSpec, NotJoined, Path, Setup, Studio};

/// Every change under the locks of this room is one statement, so a panic elsewhere cannot leave it
/// half made.
fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
