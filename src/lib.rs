//! siaga112: the telephone side of a small 112 emergency centre in one binary.

pub mod base;

pub mod at;
pub mod desk;
pub mod journal;
pub mod line;

pub mod clock;
pub mod config;
pub mod pki;
pub mod port;
pub mod store;

pub mod engine;

pub mod control;
pub mod http;
pub mod sim;

pub mod cli;
