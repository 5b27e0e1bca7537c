//! Numbers that wait to be called back. Dialling one is [`calls::dial`](super::calls::dial).

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use crate::base::limits;
use crate::desk::callback::CallbackResult;
use crate::desk::order::Order;
use crate::http::ask::Ask;
use crate::http::problem::Problem;
use crate::http::view::callback::CallbackView;
use crate::http::view::{Done, Page};

/// `GET /api/v1/callbacks`: oldest first, the cursor being the number shown last.
pub async fn list(ask: Ask) -> Result<HttpResponse, Problem> {
    let limit = ask.limit(limits::PAGE_ITEMS_MAX)?;
    let board = ask.app.board();
    let mut rest = board.callbacks.all();
    if let Some(cursor) = ask.param("cursor") {
        let shown = ask.app.number(cursor);
        let shown = shown.map_err(|_| Problem::new(422, "bad_cursor"))?;
        // A task that was closed meanwhile has no place any more: the list begins again.
        if board.callbacks.all().any(|task| task.number == shown) {
            rest.find(|task| task.number == shown);
        }
    }
    let more = rest.len() > limit;
    let page = rest.take(limit);
    let items: Vec<_> = page.map(|t| CallbackView::new(t, &ask.app.zone)).collect();
    let last = items.last().filter(|_| more);
    let next = last.map(|task| task.number.clone());
    Ok(HttpResponse::Ok().json(Page { items, next }))
}

#[derive(Deserialize)]
struct CloseBody {
    result: CallbackResult,
    note: Option<String>,
}

#[derive(Serialize)]
struct CallbackDone {
    number: String,
    result: CallbackResult,
}

/// `POST /api/v1/callbacks/{number}/close`: the number in any spelling.
pub async fn close(ask: Ask) -> Result<HttpResponse, Problem> {
    let CloseBody { result, note } = ask.json()?;
    let number = ask.app.number(&ask.part("number"))?;
    let order = Order::CloseCallback {
        number: number.clone(),
        result,
        note,
    };
    let receipt = ask.order(order).await?;
    Ok(HttpResponse::Ok().json(Done {
        seq: receipt.seq,
        what: CallbackDone {
            number: number.to_string(),
            result,
        },
    }))
}
