//! The web as a browser and a program see it: a real engine, a real store, real TLS, and lines that
//! ring when the story says so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod audio;
mod callbacks;
mod calls;
mod control;
mod events;
mod help;
mod keys;
mod limits;
mod lines;
mod login;
mod office;
mod pages;
mod people;
mod pki;
mod practice;
mod prompts;
mod recordings;
mod reports;
mod routes;
mod search;
mod setup;
mod shift;
mod studio;
mod texts;
mod wire;
mod wording;
mod workplace;
