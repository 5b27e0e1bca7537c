//! The lamps of the lines.

use serde::Serialize;

use super::json_word;
use crate::desk::call::{CallRecord, CallState, Direction};
use crate::engine::board::{Board, BoardLine};
use crate::http::text::{Lang, text};
use crate::line::words::Phase;

/// A lamp.
#[derive(Serialize)]
pub struct Lamp {
    name: String,
    /// `free ringing talking down`, or the phase.
    state: String,
    word: String,
    network: Option<String>,
    csq: Option<u8>,
}

/// Every line's lamp.
pub fn lines(board: &Board, lang: Lang) -> Vec<Lamp> {
    board
        .lines
        .iter()
        .map(|line| lamp(board, line, lang))
        .collect()
}

fn lamp(board: &Board, line: &BoardLine, lang: Lang) -> Lamp {
    let live = || {
        let on_it = board.calls.iter().filter(|call| call.line == line.name);
        on_it.filter(|call| call.state != CallState::Ended)
    };
    let phase = json_word(&line.status.phase);
    let state = match () {
        () if live().any(waits) => "ringing".to_owned(),
        () if !line.up => "down".to_owned(),
        () if live().next().is_some() => "talking".to_owned(),
        () if line.status.phase == Phase::Ready => "free".to_owned(),
        () => phase,
    };
    let why = line.status.down.filter(|_| state == "down");
    let word = match why {
        Some(why) => text(lang, &format!("down-{}", json_word(&why)), &[]),
        None => text(lang, &format!("phase-{state}"), &[]),
    };
    Lamp {
        name: line.name.to_string(),
        state,
        word,
        network: line.status.operator.clone(),
        csq: line.status.csq.filter(|csq| *csq <= 31),
    }
}

/// Nobody deals with it yet.
fn waits(call: &CallRecord) -> bool {
    match call.state {
        CallState::Ringing | CallState::Queued | CallState::Ivr => {
            call.direction == Direction::In && call.operator.is_none()
        }
        CallState::Held => !call.sound.on_hold,
        CallState::Talking | CallState::Ended => false,
    }
}
