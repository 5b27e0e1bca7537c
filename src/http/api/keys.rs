//! The own keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::HttpResponse;

use crate::desk::keys::Keys;
use crate::desk::order::{OfficeOrder, Order};
use crate::engine::board::Board;
use crate::http::ask::Ask;
use crate::http::keys::{self, Unfit, Wrong};
use crate::http::problem::Problem;
use crate::http::view::keys::page;

/// `GET /api/v1/keys`
pub async fn get(ask: Ask) -> Result<HttpResponse, Problem> {
    shown(&ask, &ask.app.board())
}

/// `PUT /api/v1/keys`: all choices at once; what is not named has its default.
pub async fn set(ask: Ask) -> Result<HttpResponse, Problem> {
    let wanted: BTreeMap<String, Option<String>> = ask.json()?;
    let named = wanted
        .into_iter()
        .filter_map(|(id, chord)| Some((id, chord?)));
    let board = choose(&ask, &named.collect()).await?;
    shown(&ask, &board)
}

/// Makes these the keys of whoever asks; the board as it is then.
///
/// # Errors
/// 422 naming what is wrong with which key; the desk's refusal.
pub async fn choose(ask: &Ask, named: &Keys) -> Result<Arc<Board>, Problem> {
    let keys = keys::chosen(named).map_err(|wrong| unfit(wrong, named))?;
    let order = Order::Office(OfficeOrder::SetKeys { keys });
    let receipt = ask.order(order).await?;
    Ok(ask.board_after(&receipt).await)
}

fn shown(ask: &Ask, board: &Board) -> Result<HttpResponse, Problem> {
    let chosen = board.keys.of(&ask.who()?.person.user);
    Ok(HttpResponse::Ok().json(page(chosen, ask.lang)))
}

/// What is wrong with the choices, in words that say what to do about it.
fn unfit(wrong: Wrong, named: &BTreeMap<String, String>) -> Problem {
    let chord = |action: &str| named.get(action).cloned().unwrap_or_default();
    match wrong {
        Wrong::NoSuchAction(action) => Problem::bad_field(action),
        Wrong::Chord(action, Unfit::Shape) => Problem::new(422, "key_unknown")
            .with("field", action)
            .with("chord", chord(action)),
        Wrong::Chord(action, Unfit::Kept) => Problem::new(422, "key_kept")
            .with("field", action)
            .with("chord", chord(action)),
        Wrong::Taken(action, other) => Problem::new(422, "key_taken")
            .with("field", action)
            .with("other", other),
    }
}
