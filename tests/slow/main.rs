//! Long searches and real processes: power cuts, thousands of office days, kill -9.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crash;
mod ears;
mod pdu_peer;
mod peers;
mod process;
mod sound;
mod world;
