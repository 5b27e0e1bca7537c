//! The desk against a simple model of itself, and against facts that make no sense.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "desk/facts.rs"]
pub mod facts;
#[path = "desk/model.rs"]
mod model;
#[path = "desk/play.rs"]
mod play;
#[path = "desk/stories/mod.rs"]
mod stories;
