//! The conversation on a line, without any thread or clock: who hears whom, and what is noticed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod bridge;
mod misread;
mod watch;
mod world;
