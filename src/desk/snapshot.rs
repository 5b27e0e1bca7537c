//! The desk as bytes, so that a start replays only the newest entries.
//!
//! One version byte and JSON; the store adds the place and a checksum. What is
//! volatile (ticks, screens, orders in flight) is not part of it: replay has none of it either.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::callback::Callbacks;
use super::calls::Calls;
use super::losses::Losses;
use super::office::Office;
use super::seats::Seats;
use super::shift::Shift;
use super::texts::Texts;
use super::today::Days;
use super::{Desk, LineState, Policy};
use crate::base::ids::LineName;

/// The bytes are not a snapshot this version can take in; replay from the first entry instead.
#[derive(Debug, thiserror::Error)]
pub enum BadSnapshot {
    #[error("salinan keadaan dari versi lain ({0:?})")]
    Version(Option<u8>),
    #[error("salinan keadaan tidak terbaca")]
    Content(#[source] serde_json::Error),
}

impl Desk {
    /// Everything that is not volatile. The same facts give the same bytes.
    pub fn snapshot(&self) -> Vec<u8> {
        let state = StateRef {
            calls: &self.calls,
            seats: &self.seats,
            texts: &self.texts,
            office: &self.office,
            days: &self.days,
            lines: &self.lines,
            losses: &self.losses,
            callbacks: &self.callbacks,
            shift: &self.shift,
        };
        let mut bytes = vec![VERSION];
        if let Err(error) = serde_json::to_writer(&mut bytes, &state) {
            // Every key is a string and a Vec takes every write. Should a change break that, an
            // unreadable snapshot only costs a replay.
            debug_assert!(false, "snapshot: {error}");
            bytes.truncate(1);
        }
        bytes
    }

    /// The desk a snapshot was taken of.
    ///
    /// # Errors
    /// It is of another version or damaged.
    pub fn restore(policy: Policy, bytes: &[u8]) -> Result<Desk, BadSnapshot> {
        let (version, json) = bytes.split_first().ok_or(BadSnapshot::Version(None))?;
        if *version != VERSION {
            return Err(BadSnapshot::Version(Some(*version)));
        }
        let state: State = serde_json::from_slice(json).map_err(BadSnapshot::Content)?;
        let mut desk = Desk::new(policy);
        desk.calls = state.calls;
        desk.seats = state.seats;
        desk.texts = state.texts;
        desk.office = state.office;
        desk.days = state.days;
        desk.lines = state.lines;
        desk.losses = state.losses;
        desk.callbacks = state.callbacks;
        desk.shift = state.shift;
        Ok(desk)
    }
}

/// Raised when the form changes; an older snapshot is then replaced by a replay.
const VERSION: u8 = 1;

#[derive(Serialize)]
struct StateRef<'a> {
    calls: &'a Calls,
    seats: &'a Seats,
    texts: &'a Texts,
    office: &'a Office,
    days: &'a Days,
    lines: &'a BTreeMap<LineName, LineState>,
    #[serde(skip_serializing_if = "Losses::is_empty")]
    losses: &'a Losses,
    #[serde(skip_serializing_if = "Callbacks::is_empty")]
    callbacks: &'a Callbacks,
    shift: &'a Shift,
}

#[derive(Deserialize)]
struct State {
    calls: Calls,
    seats: Seats,
    texts: Texts,
    office: Office,
    days: Days,
    lines: BTreeMap<LineName, LineState>,
    #[serde(default)]
    losses: Losses,
    #[serde(default)]
    callbacks: Callbacks,
    #[serde(default)]
    shift: Shift,
}
