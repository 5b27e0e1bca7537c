//! The vocabulary every room shares: ids, time, numbers, limits, faults.
//!
//! Layer 0: imports nothing of ours. No I/O, no clock, no randomness.

pub mod fault;
pub mod ids;
pub mod lang;
pub mod limits;
pub mod phone;
pub mod pii;
pub mod prompt;
pub mod sound;
pub mod time;
