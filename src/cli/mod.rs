//! Verbs.

pub mod replay;
