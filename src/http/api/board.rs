//! The board and the seats.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use crate::desk::operator::SeatState;
use crate::desk::order::Order;
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
