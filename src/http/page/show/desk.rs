//! Counters, the last call, who sits where.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::{clock_time, json_word, what_it_was};
use crate::desk::call::{CallRecord, Class};
use crate::desk::operator::SeatState;
use crate::engine::board::Board;
use crate::http::text::{Lang, text};

/// A counter of today.
#[derive(Serialize)]
pub struct Figure {
    word: String,
    pub(super) n: u64,
}

/// A count under its name.
pub fn figure(lang: Lang, key: &str, n: u64) -> Figure {
    Figure {
        word: text(lang, key, &[]),
        n,
    }
}

/// What a shift looks at: how many came, what they were, how many gave up.
pub fn figures(board: &Board, lang: Lang) -> Vec<Figure> {
    let today = &board.today;
    let of = |wanted: &[Class]| {
        let counts = today
            .by_class
            .iter()
            .filter(|(class, _)| wanted.contains(class));
        counts.map(|(_, n)| n).sum::<u64>()
    };
    let figure = |key: &str, n| figure(lang, key, n);
    // Who was never answered is counted as cut off, and waits to be called back.
    let calls = board.calls.iter();
    let unclassified = calls
        .filter(|call| call.lacks_class() && !call.abandoned)
        .count();
    vec![
        figure("figure-offered", today.offered),
        figure("figure-incident", of(&[Class::Incident])),
        figure("figure-information", of(&[Class::Information])),
        figure("figure-prank", of(&[Class::Prank, Class::PrankChild])),
        figure("figure-ghost", of(&[Class::Ghost])),
        figure("figure-abandoned", today.abandoned),
        figure("figure-unclassified", unclassified as u64),
    ]
}

/// The last call, for a quiet band.
#[derive(Serialize)]
pub struct Last {
    time: String,
    what: String,
    line: String,
}

/// In a word each.
pub fn last(call: &CallRecord, lang: Lang, zone: &TimeZone) -> Last {
    Last {
        time: clock_time(call.offered, zone),
        what: what_it_was(call, lang),
        line: call.line.to_string(),
    }
}

/// Who sits where.
#[derive(Serialize)]
pub struct Chair {
    user: String,
    name: String,
    initial: String,
    state: SeatState,
    word: String,
    tone: &'static str,
    help: bool,
}

/// Everybody at the desk.
pub fn seats(board: &Board, lang: Lang) -> Vec<Chair> {
    let chair = |seat: &crate::desk::operator::Seat| {
        let name = seat.name.clone();
        let initial = super::initial(&name);
        let state = text(lang, &format!("seat-{}", json_word(&seat.state)), &[]);
        let (word, tone) = match (&seat.call, seat.state, &seat.reason) {
            (Some(call), ..) => {
                let call = call.to_string();
                (text(lang, "seat-on_call", &[("call", &call)]), "info")
            }
            (None, SeatState::Ready, _) => (format!("✓ {state}"), "good"),
            (None, SeatState::Pause | SeatState::Away, Some(why)) => {
                (format!("{state} · {why}"), "warn")
            }
            (None, SeatState::Pause | SeatState::Away, None) => (state, "warn"),
        };
        Chair {
            user: seat.user.to_string(),
            name,
            initial,
            state: seat.state,
            word,
            tone,
            help: seat.help.is_some(),
        }
    };
    board.seats.iter().map(chair).collect()
}
