//! The board: what every screen shows. A picture of the desk, made after each change.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::ids::{CallId, LineName};
use crate::base::time::{Trust, Wall};
use crate::desk::KnownLoss;
use crate::desk::call::CallRecord;
use crate::desk::callback::Callbacks;
use crate::desk::draft::Draft;
use crate::desk::keys::KeyMaps;
use crate::desk::operator::Seat;
use crate::desk::shift::{Item, Shift};
pub use crate::desk::today::Today;
use crate::desk::wording::OwnWordings;
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
    /// Numbers that wait to be called back, oldest first.
    #[serde(default)]
    pub callbacks: Callbacks,
    /// The shift that goes on, and the last hand-overs.
    #[serde(default)]
    pub shift: Shift,
    /// What would be handed over now, and how much more there is.
    #[serde(default)]
    pub open_items: (Vec<Item>, u64),
    /// The office's own words for what operators say.
    #[serde(default)]
    pub wordings: OwnWordings,
    /// Which keys people have chosen.
    #[serde(default)]
    pub keys: KeyMaps,
    pub today: Today,
    /// How far the wall clock may be believed.
    pub trust: Trust,
    /// Losses of records that the journal tells of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<KnownLoss>,
    /// Why calls cannot be recorded just now, or soon will not be. Indonesian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
    /// From when on others may take a live call over.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub takeovers: BTreeMap<CallId, Wall>,
    /// Reports that are being typed, on disk or not. Not for every screen.
    #[serde(skip)]
    pub drafts: BTreeMap<CallId, Arc<Draft>>,
}
