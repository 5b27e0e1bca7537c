//! The web as a browser and a program see it: a real engine, a real store, real TLS, and lines that
//! ring when the story says so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod audio;
mod calls;
mod control;
mod events;
mod limits;
mod login;
mod office;
mod pages;
mod people;
mod pki;
mod prompts;
mod recordings;
mod routes;
mod setup;
mod studio;
mod wire;
