//! The shift, and handing it over.

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use crate::base::ids::HandoverId;
use crate::desk::order::{Order, Receipt};
use crate::desk::shift::Handover;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::Done;
use crate::http::view::shift::{HandoverView, ShiftView};

/// `GET /api/v1/shift`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    let view = ShiftView::new(&ask.app.board(), &ask.app.zone);
    Ok(HttpResponse::Ok().json(view))
}

#[derive(Deserialize)]
struct HandOverBody {
    note: String,
    mood: Option<u8>,
}

/// `POST /api/v1/shift/handover`
pub async fn hand_over(ask: Ask) -> Result<HttpResponse, Problem> {
    let HandOverBody { note, mood } = ask.json()?;
    let receipt = ask.order(Order::HandOver { note, mood }).await?;
    // Asked for twice, it is the one before.
    let made = receipt.seq;
    let fits = |handover: &Handover| made == 0 || handover.seq.0 == made;
    let done = done(&ask, receipt, fits).await;
    Ok(HttpResponse::Created().json(done))
}

#[derive(Deserialize)]
struct AcceptBody {
    item: Option<String>,
}

/// `POST /api/v1/shift/handovers/{handover}/accept`
pub async fn accept(ask: Ask) -> Result<HttpResponse, Problem> {
    let AcceptBody { item } = ask.json()?;
    let handover: HandoverId = ask.path("handover")?;
    let receipt = ask.order(Order::AcceptItems { handover, item }).await?;
    let done = done(&ask, receipt, |known| known.id == handover).await;
    Ok(HttpResponse::Ok().json(done))
}

#[derive(Serialize)]
struct HandoverDone {
    handover: Option<HandoverView>,
}

/// The receipt with the newest hand-over that fits, as it is now.
async fn done(ask: &Ask, receipt: Receipt, fits: impl Fn(&Handover) -> bool) -> Done<HandoverDone> {
    let board = ask.board_after(&receipt).await;
    let found = board.shift.handovers().rev().find(|known| fits(known));
    Done {
        seq: receipt.seq,
        what: HandoverDone {
            handover: found.map(|known| HandoverView::new(known, &ask.app.zone)),
        },
    }
}
