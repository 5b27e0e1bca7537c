//! Every test that is fast: pure cores, stories, virtual time. Under a minute together.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod at;
mod audio_port;
mod bell;
mod cli;
mod config;
mod desk;
mod ear;
mod engine;
mod health;
mod http;
mod journal;
mod line;
mod port;
mod search;
mod sim;
mod sound;
mod store;
mod tidy;
mod transcripts;
mod voice;
mod world;
