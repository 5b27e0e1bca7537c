//! Layar dinding: how things stand, for everybody in the room. No number, no name, no case.

use actix_web::HttpResponse;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{frame, html, show};
use crate::desk::call::{CallRecord, CallState, Direction};
use crate::desk::operator::SeatState;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::text;

/// `GET /dinding`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let values =
        context! { theme => "dark", words => text::part(ask.lang, &FOR_SCRIPTS), ..values(&ask) };
    Ok(html(ask.app.pages.render(
        &ask.app,
        ask.lang,
        "wall.html",
        values,
    )?))
}

/// `GET /part/wall`
pub async fn part(ask: Ask) -> Result<HttpResponse, Problem> {
    frame::part(&ask, "wall-part.html", values(&ask))
}

#[derive(Serialize)]
struct Wall {
    at: String,
    ringing: usize,
    talking: usize,
    /// How long the caller who waits longest has waited.
    waits: Option<String>,
    late: bool,
    ready: usize,
    busy: usize,
    paused: usize,
    callbacks: usize,
    figures: Vec<show::Figure>,
}

fn values(ask: &Ask) -> minijinja::Value {
    let board = ask.app.board();
    let now = ask.app.now().wall;
    let rings = |call: &&CallRecord| {
        let unanswered = matches!(
            call.state,
            CallState::Ringing | CallState::Queued | CallState::Ivr
        );
        unanswered && call.direction == Direction::In && call.operator.is_none()
    };
    let oldest = board
        .calls
        .iter()
        .filter(rings)
        .map(|call| call.offered.at.0)
        .min();
    let seats = |state: SeatState| {
        let of = board.seats.iter().filter(move |seat| seat.state == state);
        of.filter(|seat| seat.call.is_none()).count()
    };
    let wall = Wall {
        at: now.rfc3339(&ask.app.zone),
        ringing: board.calls.iter().filter(rings).count(),
        talking: board
            .calls
            .iter()
            .filter(|call| call.state == CallState::Talking)
            .count(),
        waits: oldest.map(|at| show::span(u64::try_from(now.0 - at).unwrap_or(0))),
        late: board
            .calls
            .iter()
            .filter(rings)
            .any(|call| call.escalated.is_some()),
        ready: seats(SeatState::Ready),
        busy: board
            .seats
            .iter()
            .filter(|seat| seat.call.is_some())
            .count(),
        paused: seats(SeatState::Pause),
        callbacks: board.callbacks.all().len(),
        figures: show::figures(&board, ask.lang),
    };
    let lines = show::lines(&board, ask.lang);
    context! { wall => Value::from(Serde(&wall)), lines => Value::from(Serde(&lines)) }
}

/// Words that the scripts need.
const FOR_SCRIPTS: [&str; 1] = ["js-"];
