//! The vocabulary every room shares: ids, time, numbers, limits, faults.
//!
//! Layer 0: imports nothing of ours. No clock, no randomness, and no I/O but [`file`], which rooms
//! that may not see each other share.

pub mod fault;
pub mod file;
pub mod ids;
pub mod limits;
pub mod phone;
pub mod pii;
pub mod time;
