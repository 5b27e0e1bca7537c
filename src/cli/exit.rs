//! How a verb ends.

/// Done.
pub const DONE: u8 = 0;
/// Done, and something was found that somebody should look at.
pub const FINDING: u8 = 1;
/// Wrong usage or configuration.
pub const USAGE: u8 = 2;
/// Something it needs cannot be reached.
pub const UNREACHABLE: u8 = 3;
