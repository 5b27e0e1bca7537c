//! The board as the API shows it.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::call::CallView;
use super::callback::CallbacksView;
use super::when;
use crate::base::ids::UserName;
use crate::base::time::{Trust, Wall};
use crate::desk::call::{CallRecord, CallState};
use crate::desk::operator::{Seat, SeatState};
use crate::engine::board::{Board, BoardLine, Today};
use crate::line::words::{DownWhy, Phase};

/// The whole picture.
#[derive(Serialize, Debug)]
pub struct BoardView {
    /// When it was asked for, so that a browser can tell ages by its own monotonic clock.
    pub at: String,
    /// How far the wall clock may be believed now.
    pub trust: Trust,
    /// Newest entry in the picture.
    pub seq: u64,
    /// Newest entry on disk.
    pub durable_seq: u64,
    /// The disk refuses: what happens waits in memory.
    pub unsaved: bool,
    pub unsaved_count: u64,
    /// Why calls cannot be recorded just now, or soon will not be. Indonesian.
    pub recording: Option<String>,
    pub lines: Vec<LineView>,
    pub calls: Vec<CallView>,
    pub seats: Vec<SeatView>,
    /// Numbers that wait to be called back.
    pub callbacks: CallbacksView,
    pub today: TodayView,
    /// Nothing of this is real.
    pub practice: bool,
}

/// One line.
#[derive(Serialize, Debug)]
pub struct LineView {
    pub name: String,
    pub up: bool,
    pub phase: Phase,
    pub down: Option<DownWhy>,
    pub profile: String,
    pub manufacturer: Option<String>,
    pub model: Option<String>,
    /// The telephone network.
    pub network: Option<String>,
    pub network_mode: Option<String>,
    pub registered: Option<bool>,
    /// 0..=31, `null` unknown.
    pub csq: Option<u8>,
    pub cures: u32,
    pub noise: u64,
    pub timeouts: u64,
}

/// One seat.
#[derive(Serialize, Debug)]
pub struct SeatView {
    pub user: String,
    pub name: String,
    pub state: SeatState,
    pub reason: Option<String>,
    pub since: String,
    pub call: Option<String>,
    pub unclassified: Vec<String>,
    /// This person asks for a supervisor, at this call.
    pub help_since: Option<String>,
    pub help_call: Option<String>,
}

/// Counters since local midnight.
#[derive(Serialize, Debug)]
pub struct TodayView {
    pub date: String,
    pub offered: u64,
    pub answered: u64,
    pub abandoned: u64,
    pub dialled: u64,
    pub unclassified: u64,
    pub by_class: BTreeMap<&'static str, u64>,
}

impl BoardView {
    /// As seen in `zone`, now.
    ///
    /// `desk`: only the calls that somebody's desk needs, which are those that go on and those that
    /// they have to say something of; the others are in lists.
    pub fn new(
        board: &Board,
        zone: &TimeZone,
        now: Wall,
        desk: Option<&UserName>,
        practice: bool,
    ) -> BoardView {
        let wanted = |call: &&CallRecord| {
            let own = |user| call.operator.as_ref() == Some(user);
            call.state != CallState::Ended || desk.is_none_or(own)
        };
        BoardView {
            at: now.rfc3339(zone),
            trust: board.trust,
            seq: board.seq,
            durable_seq: board.durable_seq,
            unsaved: board.unsaved,
            unsaved_count: board.unsaved_count,
            recording: board.recording.clone(),
            lines: board.lines.iter().map(line).collect(),
            calls: board
                .calls
                .iter()
                .filter(wanted)
                .map(|call| {
                    let takeover = board.takeovers.get(&call.id).copied();
                    CallView::new(call, zone).with_takeover(takeover, zone)
                })
                .collect(),
            seats: board.seats.iter().map(|s| seat(s, zone)).collect(),
            callbacks: CallbacksView::new(&board.callbacks, zone),
            today: today(&board.today),
            practice,
        }
    }
}

fn line(line: &BoardLine) -> LineView {
    let status = &line.status;
    LineView {
        name: line.name.to_string(),
        up: line.up,
        phase: status.phase,
        down: status.down,
        profile: status.profile.clone(),
        manufacturer: status.manufacturer.clone(),
        model: status.model.clone(),
        network: status.operator.clone(),
        network_mode: status.network_mode.clone(),
        registered: status.registered,
        csq: status.csq.filter(|csq| *csq <= CSQ_BEST),
        cures: status.cures,
        noise: status.noise,
        timeouts: status.timeouts,
    }
}

fn seat(seat: &Seat, zone: &TimeZone) -> SeatView {
    SeatView {
        user: seat.user.to_string(),
        name: seat.name.clone(),
        state: seat.state,
        reason: seat.reason.clone(),
        since: when(seat.since, zone),
        call: seat.call.map(|id| id.to_string()),
        unclassified: seat.unclassified.iter().map(ToString::to_string).collect(),
        help_since: seat.help.as_ref().map(|help| when(help.since, zone)),
        help_call: seat
            .help
            .as_ref()
            .and_then(|help| help.call)
            .map(|id| id.to_string()),
    }
}

fn today(today: &Today) -> TodayView {
    TodayView {
        date: today.date.clone(),
        offered: today.offered,
        answered: today.answered,
        abandoned: today.abandoned,
        dialled: today.dialled,
        unclassified: today.unclassified,
        by_class: today
            .by_class
            .iter()
            .map(|(class, n)| (class.as_str(), *n))
            .collect(),
    }
}

/// 3GPP TS 27.007 8.5: 31 is the best, 99 means not known.
const CSQ_BEST: u8 = 31;
