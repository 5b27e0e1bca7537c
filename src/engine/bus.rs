//! What the engine says to everyone: alerts at once, facts once they are on disk.

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::broadcast;

use super::board::Board;
use crate::base::ids::{CallId, LineName, Seq};
use crate::base::time::Wall;
use crate::desk::call::CallRecord;

/// One thing said.
#[derive(Clone, Debug)]
pub enum Said {
    /// Volatile and immediate: not yet on disk, may be missed, never repeated.
    Alert(Arc<Alert>),
    /// A durable fact.
    Fact(Arc<DurableFact>),
}

/// A fact that is on disk, ready to be sent.
#[derive(Debug)]
pub struct DurableFact {
    pub seq: Seq,
    /// `call.offered`, …
    pub kind: &'static str,
    /// The entry's canonical JSON, one line.
    pub json: Box<str>,
}

/// What cannot wait for the disk.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "alert", rename_all = "snake_case")]
pub enum Alert {
    /// A call rings: first sign of it. `call` is complete as far as it is known.
    Ring { call: Box<CallRecord> },
    /// It goes on ringing.
    RingAgain { call: CallId },
    /// A live call changed (number known, claimed, answered, ended): the newest picture of it.
    Call {
        call: Box<CallRecord>,
        /// From when on others may take it over.
        takeover: Option<Wall>,
    },
    /// What is typed in the report of a call is another text now, and on disk; or it is filed.
    Draft { call: CallId, rev: u64 },
    /// A line went up or down.
    Line {
        line: LineName,
        up: bool,
        why: Option<String>,
    },
    /// The disk refuses (`unsaved` facts wait in memory), or took everything again (0).
    Store { unsaved: u64 },
    /// The picture changed in a way no other alert tells; fetch the board.
    Board {},
}

/// The engine's end of the bus.
#[derive(Clone)]
pub struct Bus {
    sender: broadcast::Sender<Said>,
}

/// A listener's end.
pub type Subscription = broadcast::Receiver<Said>;

impl Bus {
    /// A bus on which a listener may fall behind by `capacity` before it must resume from the
    /// journal.
    pub fn new(capacity: usize) -> Bus {
        Bus {
            sender: broadcast::Sender::new(capacity),
        }
    }

    /// Says something to everyone listening; never waits.
    pub fn say(&self, said: Said) {
        // Nobody listening is not an error: the journal has the facts.
        let _ = self.sender.send(said);
    }

    /// Listens from now on.
    pub fn subscribe(&self) -> Subscription {
        self.sender.subscribe()
    }
}

/// The current picture, swapped by the engine, read by anyone.
pub type SharedBoard = Arc<arc_swap::ArcSwap<Board>>;
