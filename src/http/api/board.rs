//! The board and the seats.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use crate::base::ids::{CallId, LineName, UserName};
use crate::desk::call::{CallRecord, CallState};
use crate::desk::operator::SeatState;
use crate::desk::order::{Order, Refusal};
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::Done;
use crate::http::view::board::BoardView;

/// `GET /api/v1/board`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let app = &ask.app;
    let me = ask.actor()?.user;
    let desk = match ask.param("calls") {
        None | Some("all") => None,
        Some("mine") => Some(&me),
        Some(_) => return Err(Problem::bad_field("calls")),
    };
    let view = BoardView::new(
        &app.board(),
        &app.zone,
        app.now().wall,
        desk,
        app.is_practice(),
    );
    Ok(HttpResponse::Ok().json(view))
}

#[derive(Serialize)]
struct Restarted {
    line: LineName,
    /// A call is on it: it starts anew when that is over.
    waits: bool,
}

/// `POST /api/v1/lines/{line}/restart`
pub async fn restart_line(ask: Ask) -> Result<HttpResponse, Problem> {
    let _: serde_json::Value = ask.json()?;
    let line = LineName::new(&ask.part("line"));
    let board = ask.app.board();
    if !board.lines.iter().any(|known| known.name == line) {
        return Err(Problem::from(Refusal::NoSuchName));
    }
    let busy = |call: &CallRecord| call.line == line && call.state != CallState::Ended;
    let waits = board.calls.iter().any(busy);
    let receipt = ask.order(Order::RestartLine { line: line.clone() }).await?;
    Ok(HttpResponse::Ok().json(Done {
        seq: receipt.seq,
        what: Restarted { line, waits },
    }))
}

#[derive(Deserialize)]
struct HelpBody {
    call: Option<CallId>,
}

#[derive(Serialize)]
struct HelpDone {
    user: String,
}

/// `POST /api/v1/help`
pub async fn ask_help(ask: Ask) -> Result<HttpResponse, Problem> {
    let HelpBody { call } = ask.json()?;
    let receipt = ask.order(Order::AskHelp { call }).await?;
    let user = ask.actor()?.user.to_string();
    Ok(HttpResponse::Ok().json(Done {
        seq: receipt.seq,
        what: HelpDone { user },
    }))
}

/// `POST /api/v1/help/{user}`
pub async fn help(ask: Ask) -> Result<HttpResponse, Problem> {
    let _: serde_json::Value = ask.json()?;
    helped(&ask, UserName::new(&ask.part("user"))).await
}

/// `DELETE /api/v1/help`
pub async fn help_enough(ask: Ask) -> Result<HttpResponse, Problem> {
    let user = ask.actor()?.user;
    helped(&ask, user).await
}

async fn helped(ask: &Ask, user: UserName) -> Result<HttpResponse, Problem> {
    let receipt = ask.order(Order::Help { user: user.clone() }).await?;
    let user = user.to_string();
    Ok(HttpResponse::Ok().json(Done {
        seq: receipt.seq,
        what: HelpDone { user },
    }))
}

#[derive(Deserialize)]
struct SeatBody {
    state: SeatState,
    reason: Option<String>,
}

#[derive(Serialize)]
struct SeatDone {
    user: String,
    state: SeatState,
}

/// `POST /api/v1/seat`
pub async fn seat(ask: Ask) -> Result<HttpResponse, Problem> {
    let SeatBody { state, reason } = ask.json()?;
    let receipt = ask.order(Order::Seat { state, reason }).await?;
    let user = ask.actor()?.user.to_string();
    Ok(HttpResponse::Ok().json(Done {
        seq: receipt.seq,
        what: SeatDone { user, state },
    }))
}
