//! The board: what every screen shows. A picture of the desk, made after each change.

use serde::{Deserialize, Serialize};

use crate::base::ids::LineName;
use crate::base::time::Trust;
use crate::desk::KnownLoss;
use crate::desk::call::CallRecord;
use crate::desk::operator::Seat;
pub use crate::desk::today::Today;
use crate::line::words::Status;

/// A line as the board shows it. Filled by the engine from the line's own status.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BoardLine {
    pub name: LineName,
    pub up: bool,
    /// Another program holds the port: its name, or empty if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    #[serde(flatten)]
    pub status: Status,
}

/// The whole picture.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Board {
    /// Newest entry this picture contains.
    pub seq: u64,
    /// Newest entry that is on disk.
    pub durable_seq: u64,
    /// `true` while the disk refuses: facts wait in memory ("belum tersimpan").
    pub unsaved: bool,
    /// Facts waiting for the disk.
    pub unsaved_count: u64,
    pub lines: Vec<BoardLine>,
    /// Ringing and waiting first, oldest first; then talking; then ended without a class.
    pub calls: Vec<CallRecord>,
    pub seats: Vec<Seat>,
    pub today: Today,
    /// How far the wall clock may be believed.
    pub trust: Trust,
    /// Losses of records that the journal tells of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<KnownLoss>,
    /// Why calls cannot be recorded just now, or soon will not be. Indonesian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
}
